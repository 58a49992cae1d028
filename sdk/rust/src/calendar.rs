//! Days and times that a page gives in a fixed form, read without the host.

use std::{fmt, str::FromStr};

use crate::{Date, DateTime, Moment, Time};

/// The text is not of the fixed form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotFixedForm;

/// One number of a fixed form.
fn number<T: FromStr>(text: Option<&str>) -> Result<T, NotFixedForm> {
    text.filter(|text| text.bytes().all(|b| b.is_ascii_digit())).and_then(|text| text.parse().ok()).ok_or(NotFixedForm)
}

impl FromStr for Date {
    type Err = NotFixedForm;

    /// Reads `YYYY-MM-DD`; what follows after a `T` is ignored.
    fn from_str(text: &str) -> Result<Self, NotFixedForm> {
        let day = text.trim().split(['T', ' ']).next().unwrap_or_default();
        let mut parts = day.split('-');
        let date = Self { year: number(parts.next())?, month: number(parts.next())?, day: number(parts.next())? };
        let fits = (1..=9999).contains(&date.year) && (1..=12).contains(&date.month) && (1..=31).contains(&date.day);
        if fits && parts.next().is_none() { Ok(date) } else { Err(NotFixedForm) }
    }
}

impl FromStr for Time {
    type Err = NotFixedForm;

    /// Reads `HH:MM` or `HH:MM:SS` of a 24-hour clock.
    fn from_str(text: &str) -> Result<Self, NotFixedForm> {
        let mut parts = text.trim().split(':');
        let (hour, minute) = (number(parts.next())?, number(parts.next())?);
        let second = parts.next().map_or(Ok(0), |text| number(Some(text)))?;
        let fits = hour < 24 && minute < 60 && second < 60;
        if fits && parts.next().is_none() { Ok(Self { hour, minute, second }) } else { Err(NotFixedForm) }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl Date {
    /// The first day of the month that lies `months` after this day's.
    #[must_use]
    pub const fn first_of_month(self, months: u16) -> Self {
        let count = self.year * 12 + self.month as i32 - 1 + months as i32;
        Self { year: count.div_euclid(12), month: (count.rem_euclid(12) + 1) as u8, day: 1 }
    }

    /// The last day of its month.
    #[must_use]
    pub const fn last_of_month(self) -> Self {
        let leap = self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0);
        let day = match self.month {
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => 31,
        };
        Self { year: self.year, month: self.month, day }
    }
}

impl Moment {
    /// A day `YYYY-MM-DD` and, where it is known, a time `HH:MM`, on the venue's wall clock.
    #[must_use]
    pub fn on(day: &str, time: Option<&str>) -> Option<Self> {
        let date: Date = day.parse().ok()?;
        let time = time.and_then(|time| time.parse::<Time>().ok());
        Some(time.map_or(Self::Date(date), |time| Self::Local(DateTime { date, time })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_fixed_form_is_read() {
        assert_eq!("2026-05-01".parse::<Date>().unwrap().to_string(), "2026-05-01");
        assert!("2026-05-01T20:00:00".parse::<Date>().is_ok());
        for text in ["", "May 1", "2026-13-01", "2026-05-32", "-1-05-01", "2026-05", "26-5-1-1", "+2026-05-01"] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
        for text in ["", "8", "24:00", "20:60", "8:00 pm", "20:00:00:00"] {
            assert!(text.parse::<Time>().is_err(), "{text}");
        }
    }

    #[test]
    fn months_roll_over_the_year() {
        let day: Date = "2023-12-31".parse().unwrap();
        assert_eq!(day.first_of_month(2).to_string(), "2024-02-01");
        assert_eq!(day.first_of_month(2).last_of_month().to_string(), "2024-02-29");
        assert_eq!(day.first_of_month(0).to_string(), "2023-12-01");
    }
}
