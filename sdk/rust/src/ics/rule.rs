//! Recurrence rules (`RRULE`), read; the days that they name stand in `expand`.

use super::Stamp;

/// How a rule goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frequency {
    /// Every day.
    Daily,
    /// Every week.
    Weekly,
    /// Every month.
    Monthly,
    /// Every year.
    Yearly,
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// How it goes on.
    pub frequency: Frequency,
    /// Every how many days, weeks, months or years; at least 1.
    pub interval: i32,
    /// The last moment that may be one of it.
    pub until: Option<Stamp>,
    /// How many there are in all.
    pub count: Option<u32>,
    pub(super) months: Vec<u8>,
    pub(super) month_days: Vec<i32>,
    pub(super) year_days: Vec<i32>,
    /// Which one of the period, if not every; weekday, 1 (Monday) to 7 (Sunday).
    pub(super) days: Vec<(Option<i32>, u8)>,
    pub(super) hours: Vec<i64>,
    pub(super) minutes: Vec<i64>,
    pub(super) positions: Vec<i32>,
    pub(super) week_start: u8,
}

/// Values of one part of a rule: a rule that names more is broken.
const MOST_VALUES: usize = 400;

impl Rule {
    /// Reads `FREQ=WEEKLY;BYDAY=FR` and so on; the error is a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let text = text.split_once(':').map_or(text, |(_, value)| value);
        let mut rule = Self {
            frequency: Frequency::Daily,
            interval: 1,
            until: None,
            count: None,
            months: Vec::new(),
            month_days: Vec::new(),
            year_days: Vec::new(),
            days: Vec::new(),
            hours: Vec::new(),
            minutes: Vec::new(),
            positions: Vec::new(),
            week_start: 1,
        };
        let mut frequency = None;
        for part in text.split(';').filter(|part| !part.trim().is_empty()) {
            let (name, value) = part.split_once('=').ok_or_else(|| format!("`{part}` is no part of a rule"))?;
            let (name, value) = (name.trim().to_uppercase(), value.trim());
            let wrong = || format!("`{part}` cannot be read");
            match name.as_str() {
                "FREQ" => {
                    frequency = Some(match value.to_uppercase().as_str() {
                        "DAILY" => Frequency::Daily,
                        "WEEKLY" => Frequency::Weekly,
                        "MONTHLY" => Frequency::Monthly,
                        "YEARLY" => Frequency::Yearly,
                        _ => return Err(format!("`{part}` is more often than daily, which no venue is")),
                    });
                }
                "INTERVAL" => {
                    rule.interval = value.parse().ok().filter(|n| (1..=10_000).contains(n)).ok_or_else(wrong)?;
                }
                "UNTIL" => rule.until = Some(Stamp::parse(value).ok_or_else(wrong)?),
                "COUNT" => rule.count = Some(value.parse().map_err(|_| wrong())?),
                "BYMONTH" => rule.months = numbers(value, 1..=12).ok_or_else(wrong)?,
                "BYMONTHDAY" => rule.month_days = numbers(value, -31..=31).ok_or_else(wrong)?,
                "BYYEARDAY" => rule.year_days = numbers(value, -366..=366).ok_or_else(wrong)?,
                "BYHOUR" => rule.hours = numbers(value, 0..=23).ok_or_else(wrong)?,
                "BYMINUTE" => rule.minutes = numbers(value, 0..=59).ok_or_else(wrong)?,
                "BYSETPOS" => rule.positions = numbers(value, -366..=366).ok_or_else(wrong)?,
                "BYDAY" => rule.days = value.split(',').map(day).collect::<Option<_>>().ok_or_else(wrong)?,
                "WKST" => rule.week_start = weekday(value).ok_or_else(wrong)?,
                "BYSECOND" => {} // an event does not begin at a second
                _ if name.starts_with("X-") => {}
                _ => return Err(format!("`{part}` is not known")),
            }
        }
        rule.frequency = frequency.ok_or_else(|| "it has no FREQ".to_owned())?;
        Ok(rule)
    }
}

/// A list of whole numbers within bounds, none of them 0 where the bounds go below it.
fn numbers<T>(value: &str, bounds: std::ops::RangeInclusive<T>) -> Option<Vec<T>>
where
    T: std::str::FromStr + PartialOrd + Default,
{
    let signed = *bounds.start() < T::default();
    let one = |text: &str| {
        let number: T = text.trim().trim_start_matches('+').parse().ok()?;
        (bounds.contains(&number) && !(signed && number == T::default())).then_some(number)
    };
    let numbers: Option<Vec<T>> = value.split(',').take(MOST_VALUES).map(one).collect();
    numbers.filter(|numbers| !numbers.is_empty())
}

/// `FR`, `2TU`, `-1SU`.
fn day(text: &str) -> Option<(Option<i32>, u8)> {
    let text = text.trim();
    let at = text.len().checked_sub(2)?;
    let (which, name) = text.split_at_checked(at)?;
    let which = match which {
        "" => None,
        number => Some(number.trim_start_matches('+').parse().ok().filter(|n: &i32| *n != 0 && n.abs() <= 53)?),
    };
    Some((which, weekday(name)?))
}

fn weekday(name: &str) -> Option<u8> {
    const DAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
    let at = DAYS.iter().position(|day| day.eq_ignore_ascii_case(name.trim()))?;
    u8::try_from(at + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_read_with_and_without_their_name() {
        let rule = Rule::parse("RRULE:FREQ=MONTHLY;INTERVAL=2;BYDAY=-1FR,2tu;UNTIL=20261231T235959Z;WKST=SU").unwrap();
        assert_eq!((rule.frequency, rule.interval, rule.week_start), (Frequency::Monthly, 2, 7));
        assert_eq!(rule.days, [(Some(-1), 5), (Some(2), 2)]);
        assert!(matches!(rule.until, Some(Stamp::Instant(_, 0))));
        assert_eq!(Rule::parse("FREQ=DAILY;COUNT=3;").unwrap().count, Some(3));
    }

    #[test]
    fn what_cannot_be_read_is_an_error_with_its_words() {
        for (text, words) in [
            ("", "no FREQ"),
            ("FREQ=HOURLY", "more often"),
            ("FREQ=DAILY;INTERVAL=0", "INTERVAL=0"),
            ("FREQ=DAILY;BYDAY=XX", "BYDAY=XX"),
            ("FREQ=DAILY;BYMONTHDAY=0", "BYMONTHDAY=0"),
            ("FREQ=YEARLY;BYWEEKNO=3", "not known"),
            ("every Friday", "no part"),
        ] {
            assert!(Rule::parse(text).unwrap_err().contains(words), "{text}");
        }
    }
}
