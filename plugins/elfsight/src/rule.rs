//! How an entry repeats, in the words of the widget's editor.

use marquee_sdk::{Date, Every, InMonth, Repeat, Time, Value};

/// What an entry says about its repeating.
pub(crate) enum Rule {
    /// It takes place once.
    Once,
    /// It repeats.
    Repeats(Repeat),
    /// It repeats in a way that is not known here; the words.
    Unknown(String),
}

/// Reads the rule of an entry.
pub(crate) fn of(entry: &Value) -> Rule {
    let text = |pointer: &str| entry.filled(pointer).unwrap_or_default().to_lowercase();
    let period = text("/repeatPeriod");
    let frequency = text("/repeatFrequency");
    let unknown = || Rule::Unknown(format!("{period} {frequency}"));
    let every = match period.as_str() {
        "" | "norepeat" => return Rule::Once,
        "daily" => Every::Day,
        "weekly" | "weeklyon" => Every::Week(weekdays(entry)),
        "monthly" | "sameday" | "monthlyon" | "samedayinmonth" => Every::Month(InMonth::SameDay),
        "nthdayinmonth" => Every::Month(InMonth::SameWeekday),
        // Its weekday's last: the editor offers it where the first day is the last of its month.
        "lastdayinmonth" => Every::Month(InMonth::LastWeekday),
        "yearly" | "annually" => Every::Year,
        "everyweekday" | "weekdays" => Every::Week(vec![1, 2, 3, 4, 5]),
        "custom" => match frequency.as_str() {
            "daily" => Every::Day,
            "weekly" => Every::Week(weekdays(entry)),
            "monthly" => Every::Month(match text("/repeatMonthlyOnDay").as_str() {
                "nthday" => InMonth::SameWeekday,
                "lastday" => InMonth::LastWeekday,
                _ => InMonth::SameDay,
            }),
            "yearly" => Every::Year,
            _ => return unknown(),
        },
        _ => return unknown(),
    };
    // Only a rule of one's own has an interval; the others keep what was once entered for one.
    let interval = entry.integer("/repeatInterval").filter(|_| period == "custom");
    let ends = text("/repeatEnds");
    let until =
        ["/repeatEndsDate/date", "/repeatEndsDate"].iter().find_map(|at| entry.filled(at)?.parse::<Date>().ok());
    let count = entry.integer("/repeatEndsOccurrences").and_then(|count| u32::try_from(count).ok());
    Rule::Repeats(Repeat {
        every,
        interval: interval.and_then(|interval| u16::try_from(interval).ok()).unwrap_or(1),
        until: until.filter(|_| ends.contains("date")),
        count: count.filter(|_| ends.contains("occurrences")),
        except: exceptions(entry),
    })
}

fn weekdays(entry: &Value) -> Vec<u8> {
    const DAYS: [(&str, u8); 7] = [("mo", 1), ("tu", 2), ("we", 3), ("th", 4), ("fr", 5), ("sa", 6), ("su", 7)];
    let number = |word: &String| {
        let word = word.to_lowercase();
        DAYS.iter().find(|(start, _)| word.starts_with(start)).map(|(_, number)| *number)
    };
    entry.texts("/repeatWeeklyOnDays").iter().filter_map(number).collect()
}

/// Days that are left out: as texts, as objects with a `date`, or as instants of what would have been.
fn exceptions(entry: &Value) -> Vec<Date> {
    let starts = entry.filled("/start/time").and_then(|time| time.parse::<Time>().ok());
    let day = |left_out: &Value| {
        let text = left_out.first_filled(&["", "/date", "/originalDate/date", "/originalDate"])?;
        let instant = |text: &str| text.parse::<i64>().ok().map(|instant| day_of_instant(instant, starts));
        text.parse::<Date>().ok().or_else(|| instant(&text))
    };
    entry.items("/exceptions").iter().filter_map(day).collect()
}

/// The day on the calendar's wall clock of an instant at which something would have started. The offset follows from the time
/// that the clock shows then; midnight in UTC is how a day without a time is written.
fn day_of_instant(instant: i64, starts: Option<Time>) -> Date {
    const HOUR: i64 = 60 * 60 * 1000;
    const DAY: i64 = 24 * HOUR;
    let in_utc = instant.rem_euclid(DAY);
    let Some(starts) = starts.filter(|_| in_utc != 0) else { return Date::of_instant(instant) };
    let on_clock = i64::from(starts.hour) * HOUR + i64::from(starts.minute) * HOUR / 60;
    let offset = (on_clock - in_utc + 12 * HOUR).rem_euclid(DAY) - 12 * HOUR;
    Date::of_instant(instant.saturating_add(offset))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_that_is_left_out_is_a_day_of_the_wall_clock() {
        let day = |instant: i64, time: &str| day_of_instant(instant, time.parse().ok()).to_string();
        assert_eq!(day(1_777_683_600_000, "21:00"), "2026-05-01", "21:00 in New York is 01:00 of the next day in UTC");
        assert_eq!(day(1_777_662_000_000, "21:00"), "2026-05-01", "21:00 in Berlin is 19:00 in UTC");
        assert_eq!(day(1_777_593_600_000, "21:00"), "2026-05-01", "midnight in UTC");
        assert_eq!(day(1_777_593_600_000, ""), "2026-05-01");
    }
}
