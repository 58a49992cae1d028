//! What every kind of listing gives, and the small readings that they share.

use marquee_sdk::{DateHints, Event, ExtractError, ReadDate, Status, capture, read_dates_with};

/// An event, and what is decided over all of them.
pub(crate) struct Found {
    pub(crate) event: Event,
    pub(crate) key: Option<String>,
    /// The day, for telling two nights under one key apart.
    pub(crate) day: String,
    /// The venue that is printed with it.
    pub(crate) place: Option<String>,
    /// Its own page on the venue's site.
    pub(crate) url: Option<String>,
}

impl Found {
    pub(crate) fn new(event: Event, key: Option<String>, date: &ReadDate) -> Self {
        let day = date.day().map_or_else(|| date.raw.clone(), |day| day.to_string());
        Self { event, key, day, place: None, url: None }
    }
}

/// Days with their times, in the order of the page. Where a time cannot be read the day stands alone.
pub(crate) fn dates(days: Vec<String>, times: &[String], hints: &DateHints) -> Vec<ReadDate> {
    let full = days.iter().zip(times).map(|(day, times)| format!("{day} {times}").trim().to_owned()).collect();
    let full = read_dates_with(full, hints);
    let alone = read_dates_with(days, hints);
    full.into_iter()
        .map(ReadDate::dated)
        .zip(alone.into_iter().map(ReadDate::dated))
        .map(
            |(full, alone)| {
                if full.reading.is_err() && alone.reading.is_ok() { ReadDate { raw: full.raw, ..alone } } else { full }
            },
        )
        .collect()
}

/// Doors and show as one text, each with its name before it, if it stands without one.
pub(crate) fn times(doors: Option<&str>, show: Option<&str>) -> String {
    let named = |name: &str, words: &str| {
        let words = tidy(words);
        if words.starts_with(|c: char| c.is_ascii_digit()) { format!("{name}: {words}") } else { words }
    };
    let doors = doors.map(|words| named("Doors", words));
    let show = show.map(|words| named("Show", words)).filter(|words| Some(words) != doors.as_ref());
    doors
        .into_iter()
        .chain(show)
        .filter(|words| words.bytes().any(|b| b.is_ascii_digit()))
        .collect::<Vec<_>>()
        .join(" ")
}

/// `(Doors: 7:00 PM )` without what is around it; `19:00 pm`, which some sites print, as `19:00`.
fn tidy(words: &str) -> String {
    let words = words.trim_matches(['(', ')', '|', '/', '@', '-', ' ']);
    let late = (13..24).any(|hour| words.contains(&format!("{hour}:")));
    if late { words.replace("pm", "").replace("PM", "").trim().to_owned() } else { words.to_owned() }
}

/// A day out of its pieces, without what stands between for the eye.
pub(crate) fn day(pieces: &DayPieces) -> String {
    let bare = |text: &str| text.replace('|', " ").trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
    let date = pieces.date.map(bare).filter(|date| !date.is_empty());
    let short = |text: &str| text.len() <= 2 && text.bytes().all(|b| b.is_ascii_digit());
    let month = pieces.month.map(bare).unwrap_or_default();
    let mut day = match date {
        Some(number) if short(&number) => format!("{month} {number}"),
        Some(date) if numeric(&date) => date.replace('.', "/"),
        Some(date) => date,
        None => match pieces.number {
            Some(number) => format!("{month} {}", bare(number)),
            None => pieces.complete.map(bare).unwrap_or_default(),
        },
    };
    let year = pieces.year.map(bare).filter(|year| year.len() == 4);
    if let Some(year) = year.filter(|year| !day.contains(year.as_str())) {
        day = format!("{day}, {year}");
    }
    let weekday = pieces.weekday.map(bare).unwrap_or_default();
    let known = weekday.get(..3).is_none_or(|start| day.to_lowercase().contains(&start.to_lowercase()));
    if known { day } else { format!("{weekday} {day}") }
}

/// What a template prints of the day.
#[derive(Default)]
pub(crate) struct DayPieces<'a> {
    pub(crate) weekday: Option<&'a str>,
    pub(crate) date: Option<&'a str>,
    pub(crate) complete: Option<&'a str>,
    pub(crate) month: Option<&'a str>,
    pub(crate) number: Option<&'a str>,
    pub(crate) year: Option<&'a str>,
}

/// `7.2`, which by itself may also be a time.
fn numeric(text: &str) -> bool {
    let short = |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    text.split_once('.').is_some_and(|(first, second)| short(first) && short(second))
}

/// TicketWeb's number in an address: `/event/moony-corner-tickets/14189614?REFID=x`, or `/14189614/moony` on a venue's site.
pub(crate) fn number(url: Option<&str>) -> Result<Option<String>, ExtractError> {
    Ok(capture(r"/(\d{6,})(?:[/?#]|$)", url.unwrap_or_default())?)
}

pub(crate) fn path(url: Option<&str>) -> Result<Option<String>, ExtractError> {
    Ok(capture(r"^(?:https?://[^/]+)?(/[^?#]+)", url.unwrap_or_default())?)
}

/// The plugin's own marks on a button. `tw_ticketssold` is a sale that goes on.
pub(crate) fn marked(classes: &str) -> Option<Status> {
    classes.split_whitespace().find_map(|class| match class {
        "tw_soldout" | "tw_sold_out" => Some(Status::SoldOut),
        "tw_cancelled" | "tw_canceled" => Some(Status::Cancelled),
        "tw_postponed" => Some(Status::Postponed),
        "tw_rescheduled" => Some(Status::Rescheduled),
        "tw_moved" => Some(Status::Moved),
        _ => None,
    })
}

/// The address in `background-image: url(...)`.
pub(crate) fn background(style: Option<&str>) -> Result<Option<String>, ExtractError> {
    Ok(capture(r#"url\(\s*['"]?([^'")]+)"#, style.unwrap_or_default())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_put_together_from_what_a_template_prints() {
        let of =
            |weekday, date, month, number, year| day(&DayPieces { weekday, date, month, number, year, complete: None });
        assert_eq!(of(Some("Fri"), Some("April 10, 2026"), None, None, None), "Fri April 10, 2026");
        assert_eq!(of(None, Some("7.2"), None, None, None), "7/2");
        assert_eq!(of(None, Some("11"), Some("June"), None, None), "June 11");
        assert_eq!(of(None, None, Some("Oct"), Some("10"), Some("2026")), "Oct 10, 2026");
        assert_eq!(of(Some("Wed"), Some("Wed | Oct 14"), None, None, None), "Wed   Oct 14");
        assert_eq!(of(None, Some("Jan 15 -"), None, None, None), "Jan 15");
    }

    #[test]
    fn times_are_named_where_they_stand_alone() {
        assert_eq!(times(Some("7:00 PM"), Some("Show: 8:00 PM")), "Doors: 7:00 PM Show: 8:00 PM");
        assert_eq!(times(Some("(Doors: 7:00 PM )"), Some("8:00 PM")), "Doors: 7:00 PM Show: 8:00 PM");
        assert_eq!(times(None, Some("19:00 pm")), "Show: 19:00");
        assert_eq!(times(None, Some("TBA")), "");
    }

    #[test]
    fn a_sale_that_goes_on_is_not_sold_out() {
        assert!(marked("button button-primary tw-buy-tix-btn tw_ticketssold").is_none());
        assert!(matches!(marked("tw-buy-tix-btn tw_soldout"), Some(Status::SoldOut)));
    }
}
