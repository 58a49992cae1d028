//! iCalendar: RFC 5545, with the calendar's name, picture and refresh interval of RFC 7986.
//!
//! - `UID` is the event's public id, `SEQUENCE` its revision, `DTSTAMP` and `LAST-MODIFIED` the time of its last change: a client
//!   that polls replaces what it has and doubles nothing, and the same events give the same bytes.
//! - Known times are written in UTC. The alternative, `TZID` with a `VTIMEZONE`, depends on the client: most take the zone by its
//!   name from data of their own, and those are a year old on many phones. The instant in UTC is right in all of them.
//!   The wall clock and the zone stand beside it, for people in the description, for programs in `X-MARQUEE-START`.
//! - Where only the day is known the event is a day (`VALUE=DATE`): no midnight stands in for a time.
//! - An end is written where it is known, and none is made up.

use std::collections::BTreeSet;

use chrono::{DateTime, Days, Utc};
use icalendar::{Calendar, Component, Event, EventLike, Property};
use marquee_model::{EventTime, Status};

use crate::{Facts, FeedEvent, clean, headline, words};

/// A calendar of these events.
#[must_use]
pub fn calendar(facts: &Facts, events: &[FeedEvent]) -> String {
    let mut calendar = Calendar::empty();
    let mut put = |property: Property| {
        calendar.append_property(property);
    };
    let name = clean::line(&facts.title);
    let about = clean::paragraphs(&facts.about);
    let refresh = format!("PT{}M", facts.refresh_minutes.max(1));
    put(Property::new("VERSION", "2.0"));
    put(Property::new("PRODID", "-//Marquee//Marquee//EN"));
    put(Property::new("CALSCALE", "GREGORIAN"));
    put(text("NAME", &name));
    put(text("X-WR-CALNAME", &name));
    put(text("DESCRIPTION", &about));
    put(text("X-WR-CALDESC", &about));
    put(Property::new("LAST-MODIFIED", utc(facts.updated(events))));
    put(Property::new("URL", facts.page.as_str()));
    put(Property::new("SOURCE", facts.address.as_str()).add_parameter("VALUE", "URI").done());
    put(Property::new("REFRESH-INTERVAL", refresh.as_str()).add_parameter("VALUE", "DURATION").done());
    put(Property::new("X-PUBLISHED-TTL", refresh.as_str()));
    let zones: BTreeSet<_> = events.iter().map(|event| event.start.zone.name()).collect();
    if let (Some(zone), 1) = (zones.first(), zones.len()) {
        put(Property::new("X-WR-TIMEZONE", *zone));
    }
    calendar.extend(events.iter().map(entry));
    folded(&calendar.to_string())
}

/// The most octets of a line without its end (RFC 5545 section 3.1).
const LINE: usize = 75;

/// Folds the lines anew: the crate's last piece of a folded line can have 76 octets. No character is broken in two.
fn folded(calendar: &str) -> String {
    let mut folded = String::with_capacity(calendar.len());
    for line in calendar.replace("\r\n ", "").split_terminator("\r\n") {
        let mut octets = 0;
        for character in line.chars() {
            if octets + character.len_utf8() > LINE {
                folded.push_str("\r\n ");
                octets = 1;
            }
            folded.push(character);
            octets += character.len_utf8();
        }
        folded.push_str("\r\n");
    }
    folded
}

/// One event.
fn entry(event: &FeedEvent) -> Event {
    let mut entry = Event::new();
    entry.add_property("UID", event.id.to_string());
    // Without METHOD both mean the last change (RFC 5545 section 3.8.7.2).
    entry.add_property("DTSTAMP", utc(event.updated_at));
    entry.add_property("LAST-MODIFIED", utc(event.updated_at));
    entry.add_property("CREATED", utc(event.announced_at));
    entry.add_property("SEQUENCE", event.revision.min(i32::MAX.unsigned_abs().into()).to_string());
    times(event, &mut entry);
    entry.add_property("SUMMARY", headline(event));
    entry.add_property("DESCRIPTION", words::text(event));
    entry.add_property("LOCATION", words::place(event));
    if let Some((north, east)) = event.position() {
        entry.add_property("GEO", format!("{north};{east}"));
    }
    entry.add_property("URL", event.page.as_str());
    if let Some(image) = &event.image_url {
        entry.append_property(Property::new("IMAGE", image.as_str()).add_parameter("VALUE", "URI").done());
    }
    let genres: Vec<String> = event.genres.iter().map(|genre| clean::line(genre)).filter(|g| !g.is_empty()).collect();
    if !genres.is_empty() {
        entry.categories(genres);
    }
    entry.add_property("STATUS", status(event));
    // A city's calendar must not make its reader busy every night.
    entry.add_property("TRANSP", "TRANSPARENT");
    entry.add_property("X-MARQUEE-STATUS", status_word(event));
    entry.done()
}

/// Start and end. An end of another kind than the start, or not after it, cannot be written (RFC 5545 section 3.8.2.2).
fn times(event: &FeedEvent, entry: &mut Event) {
    let start = &event.start;
    let end = event.end.as_ref();
    if let Some(instant) = start.utc.filter(|_| start.time.is_some()) {
        entry.add_property("DTSTART", utc(instant));
        if let Some(end) = end.and_then(|end| end.utc).filter(|end| *end > instant) {
            entry.add_property("DTEND", utc(end));
        }
    } else {
        entry.append_property(day("DTSTART", start.date));
        // The end of a day is the day after it.
        let after =
            end.map(|end| end.date).filter(|day| *day > start.date).and_then(|day| day.checked_add_days(Days::new(1)));
        if let Some(after) = after {
            entry.append_property(day("DTEND", after));
        }
    }
    entry.append_property(local("X-MARQUEE-START", start));
    if let Some(doors) = &event.doors {
        entry.append_property(local("X-MARQUEE-DOORS", doors));
    }
}

fn day(name: &str, day: chrono::NaiveDate) -> Property {
    Property::new(name, day.format("%Y%m%d").to_string()).add_parameter("VALUE", "DATE").done()
}

/// The wall clock with its zone, for programs that know Marquee. `X-MARQUEE-ZONE` is not `TZID`, which would ask for a `VTIMEZONE`.
fn local(name: &str, time: &EventTime) -> Property {
    let clock = match time.time {
        Some(clock) => time.date.and_time(clock).format("%Y%m%dT%H%M%S").to_string(),
        None => time.date.format("%Y%m%d").to_string(),
    };
    Property::new(name, clock).add_parameter("X-MARQUEE-ZONE", time.zone.name()).done()
}

/// `CANCELLED` only where somebody said so: a client may take such an event out of sight. What is presumed, postponed or not
/// listed any more is `TENTATIVE`.
const fn status(event: &FeedEvent) -> &'static str {
    let standing = &event.standing;
    match standing.status {
        Status::Cancelled if !standing.presumed => "CANCELLED",
        Status::Cancelled | Status::Postponed => "TENTATIVE",
        _ if standing.missing_since.is_some() => "TENTATIVE",
        Status::Scheduled | Status::Rescheduled | Status::Moved | Status::SoldOut => "CONFIRMED",
    }
}

/// The status as the JSON interface calls it.
const fn status_word(event: &FeedEvent) -> &'static str {
    match event.standing.status {
        Status::Cancelled if event.standing.presumed => "presumed_cancelled",
        other => crate::structured::status_word(other),
    }
}

fn utc(instant: DateTime<Utc>) -> String {
    instant.format("%Y%m%dT%H%M%SZ").to_string()
}

/// A property whose value is text; the crate escapes by this parameter what it does not know by name.
fn text(name: &str, value: &str) -> Property {
    Property::new(name, value).add_parameter("VALUE", "TEXT").done()
}
