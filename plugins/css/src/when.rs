//! Dates and times of all items, each kind in one crossing.
//!
//! Start, doors and end are read apart, each with the item's day before it, so that no word is needed that says which is which:
//! configuration said it, in whatever language the page is. What a range of days means is configured as well.

use marquee_sdk::{
    Configuration, Date, DateHints, DateOrder, DateTime, Inferred, Moment, ReadDate, When, day_of, read_dates_with,
};

use crate::fields::Cells;

/// Days of a range that are shows: a longer one is an exhibition or a season, not a show on each of its days.
const LONGEST_RUN: i32 = 31;

/// How the dates of a site are read.
pub(crate) struct Reader {
    hints: DateHints,
    ranges: Ranges,
}

/// What a range of days means: `May 1 - 3`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ranges {
    /// One event that lasts from the first to the last.
    Span,
    /// A show on each of the days.
    EachDay,
    /// A show on the first; which others there are is told elsewhere.
    FirstDay,
}

/// When an item takes place.
pub(crate) struct Times {
    pub(crate) start: ReadDate,
    pub(crate) doors: Option<Moment>,
    pub(crate) end: Option<Moment>,
}

impl Reader {
    pub(crate) fn new(configuration: &Configuration) -> Self {
        let order = match configuration.text("date_order").as_deref() {
            Some("day-first") => Some(DateOrder::DayFirst),
            Some("month-first") => Some(DateOrder::MonthFirst),
            _ => None,
        };
        let ranges = match configuration.text("ranges").as_deref() {
            Some("each-day") => Ranges::EachDay,
            Some("first-day") => Ranges::FirstDay,
            _ => Ranges::Span,
        };
        let hints = DateHints { languages: configuration.texts("languages"), order, ..DateHints::in_listing_order() };
        Self { hints, ranges }
    }

    /// Reads the times of all items.
    pub(crate) fn read(&self, cells: &[&Cells]) -> Vec<Times> {
        let text = |cells: &&Cells| {
            let parts = [cells.one("date"), cells.one("time")];
            parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
        };
        let start = read_dates_with(cells.iter().map(text).collect(), &self.hints);
        // An item whose day is missing has none, whatever its time is.
        let start: Vec<ReadDate> = start.into_iter().map(ReadDate::dated).collect();
        let mut doors = self.apart(cells, &start, "doors");
        let mut end = self.apart(cells, &start, "end");
        let times =
            |start| Times { start: self.spread(start), doors: doors.next().flatten(), end: end.next().flatten() };
        start.into_iter().map(times).collect()
    }

    /// The clock times of a field that stands apart from the date; nothing for items that do not have it. Words that name a day
    /// of their own ("until 3 May, 2:00") keep it; others belong to the day of the start.
    fn apart(&self, cells: &[&Cells], starts: &[ReadDate], name: &str) -> std::vec::IntoIter<Option<Moment>> {
        let words: Vec<String> = cells.iter().map(|cells| cells.one(name).unwrap_or_default()).collect();
        if words.iter().all(String::is_empty) {
            return vec![None; cells.len()].into_iter();
        }
        let of_the_day = |(start, words): (&ReadDate, &String)| {
            let day = start.start().and_then(|moment| calendar_day(moment, &start.raw));
            format!("{} {words}", day.unwrap_or_default())
        };
        let joined = read_dates_with(starts.iter().zip(&words).map(of_the_day).collect(), &self.hints);
        let alone = read_dates_with(words.clone(), &self.hints);
        let found = words.iter().zip(joined.into_iter().zip(alone)).map(|(words, (joined, alone))| {
            let own_day = |when: &When| when.inferred & Inferred::DAY != Inferred::DAY;
            let when =
                alone.reading.ok().filter(own_day).or(joined.dated().reading.ok()).filter(|_| !words.is_empty())?;
            // "Doors: 19:00" may be read as doors, "19:00" as a start; a day alone is neither.
            let named = if name == "doors" { when.doors } else { when.end };
            named.or(Some(when.start)).filter(|moment| matches!(moment, Moment::Local(_) | Moment::Instant(_)))
        });
        found.collect::<Vec<_>>().into_iter()
    }

    /// Makes of a range of days what the configuration says that it is.
    fn spread(&self, mut read: ReadDate) -> ReadDate {
        if let Ok(when) = &mut read.reading {
            once_each(when);
        }
        if let Ok(when) = &mut read.reading
            && self.ranges != Ranges::Span
            && let Some((first, days)) = range(when)
        {
            match self.ranges {
                Ranges::EachDay if days <= LONGEST_RUN => {
                    when.more = (1..=days).map(|day| on(&when.start, first.plus_days(day))).collect();
                    when.end = None;
                }
                Ranges::FirstDay => when.end = None,
                Ranges::EachDay | Ranges::Span => {}
            }
        }
        read
    }
}

/// A day that is printed twice, in full and in short for small screens, is one day.
fn once_each(when: &mut When) {
    let told = |moment: &Moment| match moment {
        Moment::Date(date) => date.to_string(),
        Moment::Local(local) => format!("{} {}:{}", local.date, local.time.hour, local.time.minute),
        Moment::Instant(at) => at.to_string(),
        Moment::Text(words) => words.clone(),
    };
    let mut known = vec![told(&when.start)];
    // The day alone says less than the same day with its time, which is known already.
    known.extend(day_of(&when.start).map(|day| day.to_string()));
    when.more.retain(|moment| {
        let new = !known.contains(&told(moment));
        known.push(told(moment));
        new
    });
}

/// The first day of a range and how many follow; absent where the end is one of the same night.
fn range(when: &When) -> Option<(Date, i32)> {
    let (first, last) = (day_of(&when.start)?, day_of(when.end.as_ref()?)?);
    let days = last.days_since_epoch() - first.days_since_epoch();
    let night = match (&when.start, &when.end) {
        (Moment::Local(start), Some(Moment::Local(end))) => {
            days == 1 && (end.time.hour, end.time.minute) < (start.time.hour, start.time.minute)
        }
        _ => false,
    };
    (days > 0 && !night && when.more.is_empty()).then_some((first, days))
}

/// The same time on another day.
fn on(moment: &Moment, day: Date) -> Moment {
    match moment {
        Moment::Local(local) => Moment::Local(DateTime { date: day, time: local.time }),
        Moment::Date(_) | Moment::Instant(_) | Moment::Text(_) => Moment::Date(day),
    }
}

impl Times {
    /// The days that the item names, the first before the others.
    pub(crate) fn days(&self) -> Vec<Moment> {
        match &self.start.reading {
            Ok(when) => std::iter::once(&when.start).chain(&when.more).cloned().collect(),
            Err(_) => Vec::new(),
        }
    }
}

/// The day of a moment on the venue's calendar: for an instant the day that the page wrote, where it begins with one.
pub(crate) fn calendar_day(moment: &Moment, raw: &str) -> Option<String> {
    match day_of(moment) {
        Some(day) => Some(day.to_string()),
        None => raw.get(..10).and_then(|day| day.parse::<Date>().ok()).map(|day| day.to_string()),
    }
}

/// `20:00`, where the time is known.
pub(crate) fn clock(moment: &Moment, raw: &str) -> Option<String> {
    match moment {
        Moment::Local(local) => Some(format!("{:02}:{:02}", local.time.hour, local.time.minute)),
        Moment::Instant(_) => raw.get(11..16).map(str::to_owned),
        Moment::Date(_) | Moment::Text(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use marquee_sdk::Time;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn spread(ranges: Ranges, start: Moment, end: Moment) -> When {
        let when =
            When { start, doors: None, end: Some(end), more: Vec::new(), weekday: None, inferred: Inferred::empty() };
        let reader = Reader { hints: DateHints::in_listing_order(), ranges };
        reader.spread(ReadDate { raw: String::new(), reading: Ok(when) }).reading.unwrap()
    }

    fn at(date: &str, hour: u8) -> Moment {
        Moment::Local(DateTime { date: day(date), time: Time { hour, minute: 0, second: 0 } })
    }

    #[test]
    fn a_range_of_days_is_a_show_on_each_where_the_source_says_so() {
        let range = || (Moment::Date(day("2026-05-30")), Moment::Date(day("2026-06-01")));
        let each = spread(Ranges::EachDay, range().0, range().1);
        assert_eq!(
            each.more.iter().filter_map(day_of).map(|day| day.to_string()).collect::<Vec<_>>(),
            ["2026-05-31", "2026-06-01"]
        );
        assert!(each.end.is_none());
        assert!(spread(Ranges::Span, range().0, range().1).end.is_some());
        let first = spread(Ranges::FirstDay, range().0, range().1);
        assert!(first.end.is_none() && first.more.is_empty());
    }

    #[test]
    fn a_day_that_is_printed_twice_is_one_day() {
        let mut when = spread(Ranges::Span, at("2026-05-05", 19), at("2026-05-05", 22));
        when.more =
            vec![at("2026-05-05", 19), Moment::Date(day("2026-05-05")), at("2026-05-06", 19), at("2026-05-05", 22)];
        once_each(&mut when);
        assert_eq!(
            when.more.iter().filter_map(day_of).map(|day| day.to_string()).collect::<Vec<_>>(),
            ["2026-05-06", "2026-05-05"]
        );
    }

    #[test]
    fn a_night_and_a_season_are_no_runs_of_shows() {
        let night = spread(Ranges::EachDay, at("2026-05-30", 22), at("2026-05-31", 4));
        assert!(night.more.is_empty() && night.end.is_some());
        let season = spread(Ranges::EachDay, Moment::Date(day("2026-05-01")), Moment::Date(day("2026-09-01")));
        assert!(season.more.is_empty() && season.end.is_some());
    }
}
