//! When the items take place: by the elements of a vocabulary, or by patterns in titles and texts. Never by the day of publishing.

use marquee_sdk::{
    Configuration, Date, DateHints, DateOrder, ExtractError, Moment, ReadDate, day_of, parse_html, prose::Prose,
    read_dates_with,
};

use crate::{
    Told, field,
    items::{CLOCK, END, Item, START},
};

/// When an item takes place.
pub(crate) struct Dates {
    /// Its words are empty where the item names no date.
    pub(crate) start: ReadDate,
    pub(crate) end: Option<Moment>,
}

impl Dates {
    /// Reads the dates of all items, in their order.
    pub(crate) fn read(
        items: &[(&Item, &Told)],
        configuration: &Configuration,
        prose: &Prose,
    ) -> Result<Vec<Self>, ExtractError> {
        let ignored = configuration.text("offsets").as_deref() == Some("ignored");
        let (mut starts, mut ends) = (Vec::new(), Vec::new());
        for (item, told) in items {
            let found = match field(configuration, "date", item, START) {
                Some(start) => Some(with_clock(start, field(configuration, "time", item, CLOCK))),
                None => match prose.find("date", &[&told.title, &told.text])? {
                    Some(date) => Some(date),
                    None => marked(&item.content, "dtstart", "dt-start", "startDate")?,
                },
            };
            let start = found.map(|text| if ignored { without_offset(&text) } else { text }).unwrap_or_default();
            let end = match field(configuration, "end", item, END) {
                Some(end) => end,
                None => marked(&item.content, "dtend", "dt-end", "endDate")?.unwrap_or_default(),
            };
            let end = if ignored { without_offset(&end) } else { end };
            // Midnight to midnight, or to nowhere, is how these vocabularies write a day.
            let whole = is_midnight(&start) && (end.is_empty() || is_midnight(&end) || end.contains("23:59"));
            // Nobody begins at 19:13:26: that is when somebody saved the form without setting a time.
            starts.push(if whole || is_saved_at(&start) { day(&start) } else { start });
            ends.push(if whole { day(&end) } else { end });
        }
        let hints = hints(configuration);
        let starts = read_dates_with(starts, &hints);
        let ends = read_dates_with(ends, &hints);
        Ok(starts.into_iter().zip(ends).map(|(start, end)| Self { end: ending(&start, &end), start }).collect())
    }
}

/// A time that the item's HTML marks for machines: as hCalendar, h-event or microdata.
fn marked(content: &str, old: &str, new: &str, property: &str) -> Result<Option<String>, ExtractError> {
    if !content.contains('<') || ![old, new, property].iter().any(|mark| content.contains(mark)) {
        return Ok(None);
    }
    let marks = format!(".{old}, .{new}, [itemprop={property}]");
    let Some(element) = parse_html(content)?.first(&marks)? else { return Ok(None) };
    let written = ["datetime", "content", "title"].iter().find_map(|name| element.attribute(name));
    Ok(Some(written.unwrap_or_else(|| element.text())).filter(|text| !text.trim().is_empty()))
}

/// How the dates of a source are read.
pub(crate) fn hints(configuration: &Configuration) -> DateHints {
    let order = match configuration.text("date_order").as_deref() {
        Some("day-first") => Some(DateOrder::DayFirst),
        Some("month-first") => Some(DateOrder::MonthFirst),
        _ => None,
    };
    DateHints { languages: configuration.texts("languages"), order, ..DateHints::in_listing_order() }
}

/// The day, if it is over: an instant's may be a day off.
pub(crate) fn is_over(start: &ReadDate, today: Date) -> Option<Date> {
    match start.start()? {
        Moment::Instant(millis) => Some(Date::of_instant(*millis)).filter(|day| *day < today.plus_days(-1)),
        moment => day_of(moment).filter(|day| *day < today),
    }
}

/// An end that says more than the start: a time, or a later day.
fn ending(start: &ReadDate, end: &ReadDate) -> Option<Moment> {
    let moment = end.start()?;
    match moment {
        Moment::Date(day) => (start.day()? < *day).then(|| moment.clone()),
        moment => (start.raw != end.raw).then(|| moment.clone()),
    }
}

/// A day, and a time that stands apart.
fn with_clock(start: String, clock: Option<String>) -> String {
    match clock {
        Some(clock) if !start.contains(':') && start != clock => format!("{start} {clock}"),
        _ => start,
    }
}

/// Whether a machine's time is midnight on the venue's clock. In UTC it is an evening in America.
fn is_midnight(text: &str) -> bool {
    let clock = text.trim().get(10..).unwrap_or_default().trim_start_matches(['T', 't', ' ']);
    let is_iso = text.trim().get(4..5) == Some("-") || text.trim().get(8..9) == Some("T");
    is_iso && (clock == "00:00" || clock.starts_with("00:00:00")) && !clock.ends_with(['Z', 'z'])
}

/// Whether a machine's time has seconds that no evening begins at.
fn is_saved_at(text: &str) -> bool {
    let clock = text.trim().get(10..).unwrap_or_default().trim_start_matches(['T', 't', ' ']);
    let seconds = clock.split(['+', '-', 'Z', 'z', '.']).next().unwrap_or_default().split(':').nth(2);
    text.trim().get(4..5) == Some("-") && seconds.is_some_and(|seconds| !matches!(seconds, "00" | "59"))
}

/// The day of a machine's time.
fn day(text: &str) -> String {
    text.trim().get(..10).unwrap_or(text).to_owned()
}

/// `2026-05-01T20:00:00+00:00` without its offset.
fn without_offset(text: &str) -> String {
    let text = text.trim();
    let Some((head, tail)) = text.split_at_checked(10) else { return text.to_owned() };
    let end = tail.find(['+', '-', 'Z', 'z']).unwrap_or(tail.len());
    format!("{head}{}", tail.get(..end).unwrap_or(tail).trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn midnight_is_a_day_unless_it_is_in_utc() {
        assert!(is_midnight("2026-05-01 00:00:00") && is_midnight("2026-05-01T00:00:00-04:00"));
        for text in ["2026-05-01", "2026-05-01T00:00:00Z", "2026-05-01 20:00:00", "May 1, 00:00", ""] {
            assert!(!is_midnight(text), "{text}");
        }
        assert!(is_saved_at("2026-05-01 01:13:16") && is_saved_at("2026-05-01T01:13:16.5Z"));
        assert!(
            !is_saved_at("2026-05-01 20:00:00") && !is_saved_at("2026-05-01T20:30") && !is_saved_at("20260501T200016")
        );
        assert_eq!(without_offset("2026-05-01T20:00:00+00:00"), "2026-05-01T20:00:00");
        assert_eq!(without_offset("2026-05-01"), "2026-05-01");
    }

    #[test]
    fn a_clock_is_put_behind_a_day_only() {
        assert_eq!(with_clock("2026-05-01".to_owned(), Some("20:00".to_owned())), "2026-05-01 20:00");
        assert_eq!(with_clock("2026-05-01 19:00".to_owned(), Some("20:00".to_owned())), "2026-05-01 19:00");
    }
}
