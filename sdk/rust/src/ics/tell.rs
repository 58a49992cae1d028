//! From a calendar's entries to a listing: what every plugin that reads calendars does in the same way, by the same settings.
//!
//! Settings: `days` (how far ahead what repeats is told), `upcoming_only`, `title`, `not_titles`, `location`, `locations`,
//! `not_locations`, `patterns`. Nothing is left out without a remark.

use super::{Agenda, Entry, Occurrence, Span, Zones, moments};
use crate::{
    Date, Event, ExtractError, Listing, Moment, Page, ReadDate, Severity, capture, day_of,
    prose::{Prose, Wanted, lines_of, place_name},
};

/// Days ahead that what repeats is told: half a year, as far as venues announce.
const DAYS: i64 = 180;
/// Starts of one series: every day of a year, and some twice.
const MOST_STARTS: usize = 400;
/// Events of a calendar, below the host's own limit of 5,000. Calendars of many years reach it by what is long past.
const MOST_EVENTS: usize = 4_000;

/// What an entry tells beside its times.
#[derive(Debug, Clone)]
pub struct Told {
    /// As written; an exception without one has that of its master.
    pub title: Option<String>,
    /// Text or HTML.
    pub description: Option<String>,
    /// As written.
    pub location: Option<String>,
    /// What else is known.
    pub event: Event,
}

/// Collects the starts of the entries. `what`: what an entry is called in the calendar, for people.
pub fn tell(
    listing: &mut Listing,
    page: &Page,
    entries: &[Entry],
    told: &[Told],
    zones: &Zones,
    what: &str,
) -> Result<(), ExtractError> {
    let configuration = page.configuration();
    let today = page.today();
    let days = configuration.number("days").unwrap_or(DAYS);
    let to = today.plus_days(i32::try_from(days).unwrap_or(i32::MAX));
    let span = Span { from: today, to, most: MOST_STARTS };
    let agenda = Agenda::of(entries, zones, &span);
    for name in &agenda.cut {
        listing.leave_out(
            "series",
            name,
            &format!("more than {MOST_STARTS} starts, or too many exceptions; the first are told"),
        );
    }
    let wants = Wanted::of(&configuration);
    let all = agenda.occurrences.len();
    let mut wanted: Vec<(Occurrence, &Told, String)> = Vec::with_capacity(all);
    for occurrence in agenda.occurrences {
        let Some(told_here) = told.get(occurrence.entry) else { continue };
        let title = title(entries, told, occurrence.entry);
        if wants.wants(&title, told_here.location.as_deref()) {
            wanted.push((occurrence, told_here, title));
        }
    }
    if wanted.len() < all {
        let message = format!("{} are not wanted by title or location", all - wanted.len());
        listing.remark(Severity::Info, "entries-skipped", &message);
        if wanted.is_empty() && wants.by_location() {
            let what = format!("{what} at the locations configured, among {all}");
            return Err(ExtractError::missing(&what, "location"));
        }
    }
    let starts: Vec<_> = wanted.iter().map(|(one, _, _)| one.start.clone()).collect();
    let ends: Vec<_> = wanted.iter().filter_map(|(one, _, _)| one.end.clone()).collect();
    let starts = moments(&starts, zones);
    let mut ends = moments(&ends, zones).into_iter();
    let prose = Prose::of(&configuration);
    let pattern = configuration.text("title");
    let place = configuration.text("location");
    let upcoming_only = configuration.flag("upcoming_only");
    let mut past = wanted.len().saturating_sub(MOST_EVENTS);
    let mut crowded = 0;
    let mut over: (usize, Option<Date>) = (agenda.over, agenda.last);
    for ((occurrence, told, title), start) in wanted.into_iter().zip(starts) {
        let end = occurrence.end.as_ref().and_then(|_| ends.next());
        let start = match start {
            Ok(start) => start,
            Err(reason) => {
                listing.leave_out("date", &title, &reason);
                continue;
            }
        };
        let day = day_in(&start);
        let is_past = is_before(&start, today);
        if is_past && (upcoming_only || past > 0) {
            past = past.saturating_sub(1);
            over = (over.0 + 1, over.1.max(Some(day)));
            continue;
        }
        if listing.len() >= MOST_EVENTS {
            crowded += 1;
            continue;
        }
        let shown = match &pattern {
            Some(pattern) => capture(pattern, &title)?.unwrap_or_else(|| title.clone()),
            None => title.clone(),
        };
        let markup = told.description.clone().unwrap_or_default();
        let text = lines_of(&markup)?;
        let mut event = Event::new(shown.as_str()).and(told.event.clone()).key(occurrence.key.as_str());
        event = event.when(&ReadDate::of("", start)).end(end.and_then(Result::ok)).description(text.as_str());
        event = match place.as_deref() {
            Some("room") => event.room(place_name(told.location.as_deref())),
            Some("venue") => event.venue(place_name(told.location.as_deref())),
            _ => event,
        };
        listing.event(prose.complete(event, &[&title, &text], &markup)?);
    }
    if crowded > 0 {
        listing.leave_out(what, &crowded.to_string(), &format!("more than {MOST_EVENTS} events"));
    }
    if over.0 > 0 {
        let last = over.1.map(|day| format!(", the last of them on {day}")).unwrap_or_default();
        listing.remark(Severity::Debug, "past-events", &format!("{} are over{last}", over.0));
        if listing.is_empty() {
            listing.empty(&format!("{} {what} entries, all of them over{last}", over.0), what);
        }
    }
    Ok(())
}

/// The title of an entry; of an exception that has none, its master's.
fn title(entries: &[Entry], told: &[Told], at: usize) -> String {
    let own = told.get(at).and_then(|told| told.title.clone());
    let name = entries.get(at).map(|entry| entry.name.as_str()).filter(|name| !name.is_empty());
    let masters =
        entries.iter().zip(told).filter(|(entry, _)| entry.instead_of.is_none() && Some(entry.name.as_str()) == name);
    own.or_else(|| masters.into_iter().find_map(|(_, told)| told.title.clone())).unwrap_or_default()
}

/// The day of a moment; of an instant, that in UTC.
fn day_in(moment: &Moment) -> Date {
    match moment {
        Moment::Instant(millis) => Date::of_instant(*millis),
        other => day_of(other).unwrap_or(Date { year: 1, month: 1, day: 1 }),
    }
}

/// Whether a moment's day is over; an instant's may be a day off.
fn is_before(moment: &Moment, today: Date) -> bool {
    let day = day_in(moment);
    if matches!(moment, Moment::Instant(_)) { day < today.plus_days(-1) } else { day < today }
}
