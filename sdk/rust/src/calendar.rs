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

impl PartialEq for Date {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Date {}

impl Ord for Date {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.year, self.month, self.day).cmp(&(other.year, other.month, other.day))
    }
}

impl PartialOrd for Date {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
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

    /// The first day of the month that lies some months after this day's; at the calendar's last year it stays there.
    pub(crate) const fn months_ahead(self, months: i32) -> Self {
        let count = (self.year * 12 + self.month as i32 - 1).saturating_add(months);
        let count = if count < 9999 * 12 + 11 { count } else { 9999 * 12 + 11 };
        Self { year: count.div_euclid(12), month: (count.rem_euclid(12) + 1) as u8, day: 1 }
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub const fn days_since_epoch(self) -> i32 {
        // Years begin in March here, so that the leap day is the last of its year.
        let year = if self.month > 2 { self.year } else { self.year - 1 };
        let month = (self.month as i32 + 9) % 12;
        let of_year = (153 * month + 2) / 5 + self.day as i32 - 1;
        let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
        era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
    }

    /// The day so many days after 1970-01-01, within the years 1 to 9999.
    #[must_use]
    pub const fn from_days_since_epoch(days: i32) -> Self {
        const FIRST: i32 = Date { year: 1, month: 1, day: 1 }.days_since_epoch();
        const LAST: i32 = Date { year: 9999, month: 12, day: 31 }.days_since_epoch();
        let days = if days < FIRST { FIRST } else { days };
        let days = if days > LAST { LAST } else { days } + 719_468;
        let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let year = year + era * 400 + (month >= 10) as i32;
        Self { year, month: ((month + 2) % 12 + 1) as u8, day: day as u8 }
    }

    /// The day so many days after this one (before it, if negative).
    #[must_use]
    pub const fn plus_days(self, days: i32) -> Self {
        Self::from_days_since_epoch(self.days_since_epoch().saturating_add(days))
    }

    /// 1 (Monday) to 7 (Sunday).
    #[must_use]
    pub const fn weekday(self) -> u8 {
        ((self.days_since_epoch() + 3).rem_euclid(7) + 1) as u8
    }

    /// The day in UTC of an instant in milliseconds since 1970-01-01.
    #[must_use]
    pub const fn of_instant(millis: i64) -> Self {
        let days = millis.div_euclid(86_400_000);
        // Far outside of any calendar; the limits below hold it there.
        let days = if days > i32::MAX as i64 {
            i32::MAX
        } else if days < i32::MIN as i64 {
            i32::MIN
        } else {
            days as i32
        };
        Self::from_days_since_epoch(days)
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
    fn days_are_counted_forth_and_back() {
        assert_eq!("1970-01-01".parse::<Date>().unwrap().days_since_epoch(), 0);
        assert_eq!("2026-05-01".parse::<Date>().unwrap().days_since_epoch(), 20_574);
        assert_eq!("2026-05-01".parse::<Date>().unwrap().weekday(), 5, "a Friday");
        for text in ["0001-01-01", "1600-02-29", "1900-03-01", "1969-12-31", "2024-02-29", "2024-12-31", "9999-12-31"] {
            let day: Date = text.parse().unwrap();
            assert_eq!(Date::from_days_since_epoch(day.days_since_epoch()).to_string(), text);
        }
        assert_eq!("2024-02-28".parse::<Date>().unwrap().plus_days(2).to_string(), "2024-03-01");
        assert_eq!("9999-12-31".parse::<Date>().unwrap().plus_days(i32::MAX).to_string(), "9999-12-31");
        assert_eq!(Date::of_instant(-1).to_string(), "1969-12-31");
        assert_eq!(Date::of_instant(i64::MAX).to_string(), "9999-12-31");
    }

    #[test]
    fn months_roll_over_the_year() {
        let day: Date = "2023-12-31".parse().unwrap();
        assert_eq!(day.first_of_month(2).to_string(), "2024-02-01");
        assert_eq!(day.first_of_month(2).last_of_month().to_string(), "2024-02-29");
        assert_eq!(day.first_of_month(0).to_string(), "2023-12-01");
    }
}
