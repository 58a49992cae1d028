//! The texts of a card that tell when: found by asking the host which of them it can read.

use std::collections::BTreeMap;

use super::CardColumns;
use crate::{Date, DateHints, Inferred, Moment, ReadDate, Row, When, day_of, read_dates_with};

/// Bytes of a text that may be a date. What is longer is a description.
const LONGEST: usize = 120;
/// Texts in a row that may be one date: weekday, day, month, year.
const PARTS: usize = 4;

/// What a card says about when.
pub(super) struct Found {
    /// Date and times as one text; empty where no text names a day.
    pub(super) text: String,
    /// The last day, where it is marked as such and is another one.
    pub(super) end: Option<Moment>,
}

/// All texts of the cards that may be dates or times, read once each.
pub(super) fn known(rows: &[&Row], columns: &CardColumns) -> BTreeMap<String, ReadDate> {
    let mut texts: BTreeMap<String, ()> = BTreeMap::new();
    let mut add = |text: &str| {
        // A date has a digit, in every language.
        if text.len() <= LONGEST && text.chars().any(|c| c.is_ascii_digit()) {
            texts.entry(text.to_owned()).or_default();
        }
    };
    for row in rows {
        let lists =
            [columns.dated, columns.stamps, columns.own, columns.timed, columns.headings, columns.named, columns.ends];
        for column in lists.into_iter().chain(columns.date) {
            columns.all_seen(row, column).into_iter().for_each(&mut add);
        }
        for text in
            columns.date.map(|column| columns.all_seen(row, column).join(" ")).into_iter().chain(runs(row, columns))
        {
            add(&text);
        }
    }
    let texts: Vec<String> = texts.into_keys().collect();
    let read = read_dates_with(texts, &DateHints::alone());
    read.into_iter().map(|read| (read.raw.clone(), read)).collect()
}

/// Neighbouring texts as one: `NOV` above `23`.
fn runs(row: &Row, columns: &CardColumns) -> Vec<String> {
    let own = columns.all_seen(row, columns.own);
    let short: Vec<&str> = own.into_iter().filter(|text| text.len() <= LONGEST / PARTS).collect();
    (2..=PARTS).flat_map(|parts| short.windows(parts).map(|texts| texts.join(" ")).collect::<Vec<_>>()).collect()
}

/// Whether a reading has its day from elsewhere: the text tells a time only.
fn lacks_day(when: &When) -> bool {
    when.inferred & Inferred::DAY == Inferred::DAY
}

/// The day that a text names by itself; of an instant that in UTC, which is enough to tell two texts for one day.
fn day(known: &BTreeMap<String, ReadDate>, text: &str) -> Option<Date> {
    let when = known.get(text)?.reading.as_ref().ok().filter(|when| !lacks_day(when))?;
    match when.start {
        Moment::Instant(instant) => Some(Date::of_instant(instant)),
        _ => day_of(&when.start),
    }
}

/// Whether a text tells a time and no day.
fn is_time(known: &BTreeMap<String, ReadDate>, text: &str) -> bool {
    let when = known.get(text).and_then(|read| read.reading.as_ref().ok());
    when.is_some_and(|when| lacks_day(when) && matches!(when.start, Moment::Local(_)))
}

/// Whether a text is no more than a date or a time. A title may name one: "No cover before 11:30 PM".
pub(super) fn is_when(known: &BTreeMap<String, ReadDate>, text: &str) -> bool {
    const LONGEST_DAY: usize = 40; // "Wednesday, September 30, 2026 at 8:30 PM"
    const LONGEST_TIME: usize = 16; // "Doors at 7:30 PM"
    (text.len() <= LONGEST_DAY && day(known, text).is_some()) || (text.len() <= LONGEST_TIME && is_time(known, text))
}

fn has_time(known: &BTreeMap<String, ReadDate>, text: &str) -> bool {
    known.get(text).is_some_and(|read| matches!(read.start(), Some(Moment::Local(_) | Moment::Instant(_))))
}

/// What a card says about when.
pub(super) fn find(row: &Row, columns: &CardColumns, known: &BTreeMap<String, ReadDate>) -> Found {
    let Some(date) = date(row, columns, known) else { return Found { text: String::new(), end: None } };
    let last = columns.all_seen(row, columns.ends).into_iter().find_map(|text| day(known, text));
    let end = last.filter(|last| day(known, &date).is_some_and(|first| first < *last)).map(Moment::Date);
    let text = if has_time(known, &date) { date } else { with_times(row, columns, known, date) };
    Found { text, end }
}

/// The text that names the day: what the source names, else what a class calls the date, else any text, else some in a row. Of
/// several for one day the one that tells a time as well, then the shortest.
fn date(row: &Row, columns: &CardColumns, known: &BTreeMap<String, ReadDate>) -> Option<String> {
    let owned = |texts: Vec<&str>| -> Vec<String> { texts.into_iter().map(str::to_owned).collect() };
    if let Some(column) = columns.date {
        let parts = owned(columns.all_seen(row, column));
        // What is configured is the date, readable or not: the host tells why it is not.
        let alone = parts.iter().find(|text| day(known, text).is_some()).cloned();
        return alone.or_else(|| Some(parts.join(" ")).filter(|text| !text.is_empty()));
    }
    let titles = columns.all_seen(row, columns.headings);
    let lists = [
        owned(columns.all_seen(row, columns.stamps)),
        owned(columns.all_seen(row, columns.dated)),
        owned(columns.all_seen(row, columns.own).into_iter().filter(|text| !titles.contains(text)).collect()),
        owned(titles.clone()),
        runs(row, columns),
    ];
    lists.into_iter().find_map(|texts| best(texts, known))
}

fn best(texts: Vec<String>, known: &BTreeMap<String, ReadDate>) -> Option<String> {
    let first = texts.iter().find_map(|text| day(known, text))?;
    let same_day = texts.into_iter().filter(|text| day(known, text) == Some(first));
    same_day.min_by_key(|text| (!has_time(known, text), text.len()))
}

/// The date with the times that stand apart from it.
fn with_times(row: &Row, columns: &CardColumns, known: &BTreeMap<String, ReadDate>, date: String) -> String {
    let named = |label: &str, text: &str| {
        if text.starts_with(|c: char| c.is_ascii_digit()) { format!("{label}: {text}") } else { text.to_owned() }
    };
    let doors = columns.all_seen(row, columns.doors).into_iter().find(|text| text.chars().any(|c| c.is_ascii_digit()));
    let shows = columns.all_seen(row, columns.shows).into_iter().find(|text| text.chars().any(|c| c.is_ascii_digit()));
    let mut parts: Vec<String> = doors.map(|text| named("Doors", text)).into_iter().collect();
    parts.extend(shows.map(|text| named("Show", text)));
    if shows.is_none() {
        let apart = |text: &&str| is_time(known, text) && Some(*text) != doors;
        let timed = columns.all_seen(row, columns.timed).into_iter().find(apart).map(str::to_owned);
        parts.extend(timed.or_else(|| labelled(row, columns, known).filter(|_| doors.is_none())));
    }
    std::iter::once(date).chain(parts).collect::<Vec<_>>().join(" ")
}

/// Times that have no class of their own, each with the word before it: `Doors` `7 PM` `Show` `8 PM`. Of several without a word the
/// first is the show.
fn labelled(row: &Row, columns: &CardColumns, known: &BTreeMap<String, ReadDate>) -> Option<String> {
    const LONGEST_LABEL: usize = 16; // "Door opening at:"
    const LONGEST_TIMES: usize = 24; // "8:30 PM - 11:30 PM"; what says more is a remark on a time
    let titles: Vec<&str> =
        [columns.headings, columns.named].into_iter().flat_map(|column| columns.all_seen(row, column)).collect();
    let own = columns.all_seen(row, columns.own);
    let mut times = Vec::new();
    let mut before: Option<&str> = None;
    for text in own {
        if text.len() <= LONGEST_TIMES && !titles.contains(&text) && is_time(known, text) {
            times.push((before.filter(|label| label.len() <= LONGEST_LABEL), text));
            before = None;
        } else {
            before = Some(text).filter(|text| text.chars().all(|c| c.is_alphabetic() || " :.@".contains(c)));
        }
    }
    let words: Vec<String> =
        times.iter().filter_map(|(label, time)| label.map(|label| format!("{label} {time}"))).collect();
    if words.len() > 1 { Some(words.join(" ")) } else { times.first().map(|(_, time)| (*time).to_owned()) }
}
