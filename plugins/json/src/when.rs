//! Dates and times of all items, each kind in one crossing.
//!
//! Start, doors and end are read apart, as configuration said which is which. What interfaces give in a fixed form (ISO 8601) may
//! be a day, a time or both; a day and a time that stand apart are joined.

use marquee_sdk::{Configuration, DateHints, DateOrder, Moment, ReadDate, day_of, read_dates_with};

use crate::fields::Cells;

/// How the dates of a source are read.
pub(crate) struct Reader {
    hints: DateHints,
    offsets_ignored: bool,
}

/// When an item takes place.
#[derive(Default)]
pub(crate) struct Times {
    /// Nothing where the item has no date at all.
    pub(crate) start: Option<ReadDate>,
    pub(crate) doors: Option<Moment>,
    pub(crate) end: Option<Moment>,
    /// Dates among several that could not be read, with the reason.
    pub(crate) unread: Vec<(String, String)>,
}

impl Reader {
    pub(crate) fn new(configuration: &Configuration) -> Self {
        let order = match configuration.text("date_order").as_deref() {
            Some("day-first") => Some(DateOrder::DayFirst),
            Some("month-first") => Some(DateOrder::MonthFirst),
            _ => None,
        };
        Self {
            hints: DateHints { languages: configuration.texts("languages"), order, ..DateHints::in_listing_order() },
            offsets_ignored: configuration.text("offsets").as_deref() == Some("ignored"),
        }
    }

    /// Reads the times of all items.
    pub(crate) fn read(&self, cells: &[Cells]) -> Vec<Times> {
        let texts: Vec<Vec<String>> = cells.iter().map(|cells| self.starts(cells)).collect();
        let read = read_dates_with(texts.iter().flatten().cloned().collect(), &self.hints);
        let mut read = read.into_iter().map(ReadDate::dated);
        let mut times: Vec<Times> = texts.iter().map(|texts| one(read.by_ref().take(texts.len()).collect())).collect();
        for name in ["doors", "end"] {
            let texts: Vec<String> = cells.iter().map(|cells| self.apart(cells, name)).collect();
            if texts.iter().all(String::is_empty) {
                continue;
            }
            let read = read_dates_with(texts, &self.hints);
            for ((cells, times), read) in cells.iter().zip(&mut times).zip(read) {
                let moment = clock(name, cells, read).filter(|moment| !is_day_of(moment, times.start.as_ref()));
                match name {
                    "doors" => times.doors = moment,
                    _ => times.end = moment,
                }
            }
        }
        times
    }

    /// The texts of an item's start: one, or one for each of several dates.
    fn starts(&self, cells: &Cells) -> Vec<String> {
        let dates = match cells.is_every("date") {
            true => cells.every("date").to_vec(),
            false => cells.one("date").into_iter().collect(),
        };
        let clock = cells.one("time");
        let dates = if dates.is_empty() && clock.is_some() { vec![String::new()] } else { dates };
        let of = |date: &String| {
            let date = self.without_offset(date);
            if is_all_day(cells) { day_part(date).to_owned() } else { joined(date, clock.as_deref()) }
        };
        dates.iter().map(of).collect()
    }

    /// The text of a time that stands apart, with the item's day where it has none.
    fn apart(&self, cells: &Cells, name: &str) -> String {
        let Some(text) = cells.one(name) else { return String::new() };
        let date = cells.every("date").first().cloned().unwrap_or_default();
        let date = if cells.is_every("date") { date } else { cells.one("date").unwrap_or_default() };
        joined(self.without_offset(&date), Some(self.without_offset(&text)))
    }

    /// `2026-05-01T20:00:00+00:00` without its offset, where configuration says that it is wrong.
    fn without_offset<'t>(&self, text: &'t str) -> &'t str {
        if !self.offsets_ignored || day_part(text) == text {
            return text;
        }
        let day = day_part(text).len() + 1;
        let clock = text.get(day..).unwrap_or_default();
        let end = clock.find(['+', '-', 'Z', 'z']).unwrap_or(clock.len());
        text.get(..day + end).unwrap_or(text).trim_end()
    }
}

/// The reading of an item that may have several dates: the first, with the others as further days.
fn one(read: Vec<ReadDate>) -> Times {
    let mut times = Times::default();
    let several = read.len() > 1;
    for date in read {
        match (&mut times.start, &date.reading) {
            (None, _) if date.raw.is_empty() => {}
            (None, Err(reason)) if several => times.unread.push((date.raw.clone(), reason.clone())),
            (None, _) => times.start = Some(date),
            (Some(_), Err(reason)) => times.unread.push((date.raw.clone(), reason.clone())),
            (Some(start), Ok(when)) => {
                if let Ok(first) = &mut start.reading {
                    first.more.push(when.start.clone());
                    first.more.extend(when.more.iter().cloned());
                }
            }
        }
    }
    if times.start.is_none()
        && let Some((raw, reason)) = times.unread.pop()
    {
        times.start = Some(ReadDate::unreadable(&raw, &reason));
    }
    times
}

/// The time out of a reading of what stands apart.
fn clock(name: &str, cells: &Cells, read: ReadDate) -> Option<Moment> {
    let text = cells.one(name)?;
    let when = read.reading.ok()?;
    // "Doors: 19:00" may be read as doors, "19:00" as a start; a day alone is neither, unless it is the last one.
    let named = if name == "doors" { when.doors } else { when.end };
    let moment = named.unwrap_or(when.start);
    let whole_day = is_all_day(cells) || (has_day(&text) && text.trim().len() == 10);
    match moment {
        Moment::Date(_) if name == "end" && has_day(&text) => Some(moment),
        Moment::Local(local) if name == "end" && whole_day => Some(Moment::Date(local.date)),
        Moment::Local(_) | Moment::Instant(_) if !is_all_day(cells) => Some(moment),
        _ => None,
    }
}

/// An end that is no more than the day of the start.
fn is_day_of(moment: &Moment, start: Option<&ReadDate>) -> bool {
    matches!(moment, Moment::Date(day) if start.and_then(ReadDate::day) == Some(*day))
}

/// Whether the item says that it has no times.
fn is_all_day(cells: &Cells) -> bool {
    cells.one("all_day").is_some_and(|flag| matches!(flag.to_lowercase().as_str(), "true" | "1" | "yes" | "on"))
}

/// A day and a time that stands apart.
fn joined(date: &str, clock: Option<&str>) -> String {
    match clock.map(str::trim).filter(|clock| !clock.is_empty()) {
        None => date.to_owned(),
        Some(clock) if has_day(clock) && day_part(clock) != clock => clock.to_owned(),
        Some(clock) if day_part(clock) == clock && has_day(clock) => clock.to_owned(),
        // A midnight in the date is how databases write a day; the time is told apart.
        Some(clock) => format!("{} {clock}", day_part(date)).trim().to_owned(),
    }
}

/// Whether a text begins with a day in the form `YYYY-MM-DD`, or is nothing but an epoch.
fn has_day(text: &str) -> bool {
    let text = text.trim();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let is_iso =
        text.bytes().zip(*b"0000-00-00").filter(|(b, form)| if *form == b'0' { b.is_ascii_digit() } else { b == form });
    is_iso.count() == 10 || (digits == text.len() && matches!(digits, 8 | 10 | 13))
}

/// `2026-05-01T20:00` is the day `2026-05-01`; anything else stays as it is.
fn day_part(text: &str) -> &str {
    let text = text.trim();
    match text.split_at_checked(10) {
        Some((day, rest)) if has_day(day) && day.contains('-') && rest.starts_with(['T', ' ']) => day,
        _ => text,
    }
}

/// The last day on which a reading has a performance; an instant counts as its day in UTC, a day later at most.
pub(crate) fn last_day(read: &ReadDate) -> Option<marquee_sdk::Date> {
    let when = read.reading.as_ref().ok()?;
    let day = |moment: &Moment| match moment {
        Moment::Instant(millis) => Some(marquee_sdk::Date::of_instant(*millis)),
        other => day_of(other),
    };
    std::iter::once(&when.start).chain(&when.more).filter_map(day).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_and_a_time_are_joined_and_a_whole_stays_whole() {
        assert_eq!(joined("2026-05-01T00:00:00", Some("20:00")), "2026-05-01 20:00");
        assert_eq!(joined("May 1", Some("8 PM")), "May 1 8 PM");
        assert_eq!(joined("2026-05-01T20:00", Some("2026-05-01T23:00")), "2026-05-01T23:00");
        assert_eq!(joined("2026-05-01", Some("2026-05-03")), "2026-05-03");
        assert_eq!(joined("2026-05-01T20:00", None), "2026-05-01T20:00");
        assert_eq!(joined("", Some("1777665600")), "1777665600");
        assert_eq!(day_part("Zażółć gęślą jaźń"), "Zażółć gęślą jaźń");
    }
}
