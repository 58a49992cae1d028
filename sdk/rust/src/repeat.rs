//! Days on which something repeats, for calendars that publish a rule and leave the days to the reader.
//!
//! A rule without an end is read as far as its caller looks ahead, never further: what lies beyond was not announced yet.

use crate::Date;

/// How a rule goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Every {
    /// Every day.
    Day,
    /// On these days of a week, 1 (Monday) to 7 (Sunday); none is the weekday of the first day.
    Week(Vec<u8>),
    /// Once a month.
    Month(InMonth),
    /// Once a year, on the day of the first.
    Year,
}

/// Which day of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InMonth {
    /// The number of the first day. A month that has no such day is passed over.
    SameDay,
    /// The weekday of the first day, as the same one of the month: the second Tuesday. A month without a fifth is passed over.
    SameWeekday,
    /// The last of the month that has the weekday of the first day.
    LastWeekday,
    /// The last day of the month.
    LastDay,
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repeat {
    /// How it goes on.
    pub every: Every,
    /// Every how many days, weeks, months or years; 0 is taken as 1.
    pub interval: u16,
    /// The last day that may be one of it.
    pub until: Option<Date>,
    /// How many there are in all, the first and what is left out counted.
    pub count: Option<u32>,
    /// Days that are left out.
    pub except: Vec<Date>,
}

impl Repeat {
    /// Steps of a rule that are looked at: a daily rule of thirty years. A calendar that names more is broken.
    const STEPS: u32 = 11_000;

    /// The days of the rule from `first` on that lie between `from` and `to`, both included, in order.
    #[must_use]
    pub fn days(&self, first: Date, from: Date, to: Date) -> Vec<Date> {
        let last = self.until.map_or(to, |until| until.min(to));
        let mut counted = 0_u32;
        let mut days = Vec::new();
        for step in 0..Self::STEPS {
            let slots = self.slots(first, step);
            let beyond = self.opens(first, step) > last;
            for day in slots.into_iter().filter(|day| *day >= first) {
                if day > last || self.count.is_some_and(|count| counted >= count) {
                    return days;
                }
                counted += 1;
                if day >= from && !self.except.contains(&day) {
                    days.push(day);
                }
            }
            if beyond {
                break;
            }
        }
        days
    }

    /// The first day of a step's period, so that steps without a day of their own come to an end as well.
    fn opens(&self, first: Date, step: u32) -> Date {
        let ahead = i32::from(self.interval.max(1)).saturating_mul(i32::try_from(step).unwrap_or(i32::MAX));
        match self.every {
            Every::Day => first.plus_days(ahead),
            Every::Week(_) => first.plus_days(ahead.saturating_mul(7) - i32::from(first.weekday()) + 1),
            Every::Month(_) => first.months_ahead(ahead),
            Every::Year => first.months_ahead(ahead.saturating_mul(12)),
        }
    }

    /// The days of one step.
    fn slots(&self, first: Date, step: u32) -> Vec<Date> {
        let opens = self.opens(first, step);
        match &self.every {
            Every::Day => vec![opens],
            Every::Week(days) => {
                let own = [first.weekday()];
                let mut days = if days.is_empty() { own.to_vec() } else { days.clone() };
                days.sort_unstable();
                days.dedup();
                days.into_iter().map(|day| opens.plus_days(i32::from(day) - 1)).collect()
            }
            Every::Month(InMonth::LastDay) => vec![opens.last_of_month()],
            Every::Month(InMonth::SameWeekday) => {
                let to_weekday = (i32::from(first.weekday()) - i32::from(opens.weekday())).rem_euclid(7);
                let day = opens.plus_days(to_weekday + (i32::from(first.day) - 1) / 7 * 7);
                if day.month == opens.month { vec![day] } else { Vec::new() }
            }
            Every::Month(InMonth::LastWeekday) => {
                let end = opens.last_of_month();
                let back = (i32::from(end.weekday()) - i32::from(first.weekday())).rem_euclid(7);
                vec![end.plus_days(-back)]
            }
            Every::Month(InMonth::SameDay) | Every::Year => {
                let day = Date { day: first.day, ..opens };
                if day <= opens.last_of_month() { vec![day] } else { Vec::new() }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn days(repeat: &Repeat, first: &str, from: &str, to: &str) -> Vec<String> {
        repeat.days(day(first), day(from), day(to)).iter().map(ToString::to_string).collect()
    }

    fn every(every: Every) -> Repeat {
        Repeat { every, interval: 1, until: None, count: None, except: Vec::new() }
    }

    #[test]
    fn a_weekly_rule_has_the_days_that_it_names_from_its_first_day_on() {
        let rule = Repeat { interval: 2, ..every(Every::Week(vec![6, 2])) };
        // The first day is a Thursday: the Tuesday of its week lies before it.
        let read = days(&rule, "2026-04-30", "2026-04-01", "2026-05-31");
        assert_eq!(read, ["2026-05-02", "2026-05-12", "2026-05-16", "2026-05-26", "2026-05-30"]);
        assert_eq!(
            days(&every(Every::Week(Vec::new())), "2026-04-30", "2026-05-08", "2026-05-21"),
            ["2026-05-14", "2026-05-21"]
        );
    }

    #[test]
    fn a_monthly_rule_passes_over_months_that_lack_its_day() {
        let same = every(Every::Month(InMonth::SameDay));
        assert_eq!(days(&same, "2026-01-31", "2026-01-01", "2026-04-30"), ["2026-01-31", "2026-03-31"]);
        let second_tuesday = every(Every::Month(InMonth::SameWeekday));
        assert_eq!(
            days(&second_tuesday, "2026-05-12", "2026-05-01", "2026-07-31"),
            ["2026-05-12", "2026-06-09", "2026-07-14"]
        );
        let fifth_saturday = every(Every::Month(InMonth::SameWeekday));
        assert_eq!(days(&fifth_saturday, "2026-05-30", "2026-05-01", "2026-08-31"), ["2026-05-30", "2026-08-29"]);
        let last_friday = every(Every::Month(InMonth::LastWeekday));
        assert_eq!(days(&last_friday, "2026-04-24", "2026-04-01", "2026-05-31"), ["2026-04-24", "2026-05-29"]);
        assert_eq!(
            days(&every(Every::Month(InMonth::LastDay)), "2026-01-31", "2026-02-01", "2026-03-31"),
            ["2026-02-28", "2026-03-31"]
        );
    }

    #[test]
    fn what_is_left_out_counts_and_the_last_day_is_one_of_it() {
        let rule = Repeat { count: Some(3), except: vec![day("2026-05-02")], ..every(Every::Day) };
        assert_eq!(days(&rule, "2026-05-01", "2026-01-01", "2027-01-01"), ["2026-05-01", "2026-05-03"]);
        let rule = Repeat { until: Some(day("2026-05-02")), ..every(Every::Day) };
        assert_eq!(days(&rule, "2026-05-01", "2026-01-01", "2027-01-01"), ["2026-05-01", "2026-05-02"]);
        assert_eq!(days(&every(Every::Year), "2024-02-29", "2025-01-01", "2028-12-31"), ["2028-02-29"]);
    }

    #[test]
    fn a_rule_that_names_too_much_comes_to_an_end() {
        let rule = every(Every::Day);
        assert!(rule.days(day("0001-01-01"), day("9998-01-01"), day("9999-12-31")).is_empty());
        let rule = Repeat { interval: u16::MAX, ..every(Every::Month(InMonth::SameWeekday)) };
        assert!(rule.days(day("2026-01-31"), day("2026-02-01"), day("2030-01-01")).is_empty());
    }
}
