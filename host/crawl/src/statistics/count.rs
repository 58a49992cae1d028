//! Counting: events to numbers and fingerprints.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveTime};
use marquee_model::{Baseline, Digest, Event, Field, FieldCount, Oddity, Print, Statistics, Status};
use marquee_reading::{
    dates::{self, DateContext},
    prices,
};

/// Counts the events of one crawl. `today` is its day in the source's zone; `baseline` the events of the last good crawl.
#[must_use]
pub fn count(events: &[Event], today: NaiveDate, baseline: Option<&Baseline>) -> Statistics {
    let mut statistics = Statistics { items: number(events.len()), ..Statistics::default() };
    let prints = prints(events);
    for field in Field::ALL {
        let mut seen: BTreeMap<u32, u32> = BTreeMap::new();
        for value in events.iter().filter_map(|event| fingerprint(event, field)) {
            *seen.entry(value).or_default() += 1;
        }
        let counts = FieldCount {
            having: seen.values().sum(),
            alike: seen.values().filter(|times| **times > 1).sum(),
            ..compared(field, &prints, baseline)
        };
        if counts != FieldCount::default() {
            statistics.fields.insert(field, counts);
        }
    }
    for oddity in Oddity::ALL {
        let odd = number(events.iter().filter(|event| is_odd(event, oddity, today)).count());
        if odd > 0 {
            statistics.odd.insert(oddity, odd);
        }
    }
    for (identity, print) in baseline.into_iter().flat_map(|baseline| &baseline.events) {
        let is_absent = u32::from(!prints.contains_key(identity));
        if print.date > today {
            statistics.ahead += 1;
            statistics.gone += is_absent;
        } else {
            statistics.behind += 1;
            statistics.dropped += is_absent;
        }
    }
    statistics
}

/// The events as fingerprints, for the next crawl to be compared with.
#[must_use]
pub fn prints(events: &[Event]) -> BTreeMap<String, Print> {
    let print = |event: &Event| Print {
        date: event.start.date,
        fields: Field::ALL.into_iter().filter_map(|field| Some((field, fingerprint(event, field)?))).collect(),
    };
    events.iter().map(|event| (Digest::of(event.identity.as_bytes()).short(), print(event))).collect()
}

/// What became of a field in the events that were known before.
fn compared(field: Field, prints: &BTreeMap<String, Print>, baseline: Option<&Baseline>) -> FieldCount {
    let mut counts = FieldCount::default();
    for (identity, before) in baseline.into_iter().flat_map(|baseline| &baseline.events) {
        let (Some(before), Some(now)) = (before.fields.get(&field), prints.get(identity)) else { continue };
        counts.known += 1;
        match now.fields.get(&field) {
            None => counts.lost += 1,
            Some(now) if now != before => counts.changed += 1,
            Some(_) => {}
        }
    }
    counts
}

/// Four bytes of the value's digest: two of a hundred thousand values look alike by chance once in forty thousand pairs.
fn fingerprint(event: &Event, field: Field) -> Option<u32> {
    let [a, b, c, d, ..] = *Digest::of(value(event, field)?.as_bytes()).as_bytes();
    Some(u32::from_be_bytes([a, b, c, d]))
}

/// A field's value as text; `None` where the event has none.
fn value(event: &Event, field: Field) -> Option<String> {
    let filled = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let listed = |texts: Vec<&str>| filled(&texts.join("\n"));
    match field {
        Field::Key => event.key.clone(),
        Field::Title => filled(&event.title),
        Field::Performers => listed(event.performers.iter().map(|act| act.name.as_str()).collect()),
        Field::Date => Some(event.start.date.to_string()),
        Field::Time => event.start.time.map(|time| time.to_string()),
        Field::Doors => event.doors.as_ref().and_then(|doors| doors.time).map(|time| time.to_string()),
        Field::End => event.end.as_ref().map(|end| format!("{} {:?}", end.date, end.time)),
        Field::Status => (event.status != Status::Scheduled).then(|| format!("{:?}", event.status)),
        Field::Price => event.price.as_ref().map(|price| format!("{price:?}")),
        Field::TicketUrl => event.ticket_url.as_ref().map(ToString::to_string),
        Field::EventUrl => event.event_url.as_ref().map(ToString::to_string),
        Field::ImageUrl => event.image_url.as_ref().map(ToString::to_string),
        Field::Age => event.age.map(|age| format!("{age:?}")),
        Field::Description => event.description.clone(),
        Field::Genres => listed(event.genres.iter().map(String::as_str).collect()),
        Field::Room => event.room.clone(),
        Field::Venue => event.venue_name.clone(),
    }
}

fn is_odd(event: &Event, oddity: Oddity, today: NaiveDate) -> bool {
    let time = event.start.time;
    match oddity {
        Oddity::TitleIsDate => is_bare_date(&event.title, today),
        Oddity::TitleIsPrice => is_bare_price(&event.title),
        Oddity::Midnight => time == Some(NaiveTime::MIN),
        Oddity::DoorsAtStart => time.is_some() && event.doors.as_ref().is_some_and(|doors| doors.time == time),
        Oddity::Past => event.start.date < today,
    }
}

/// Whether a title is a date with nothing beside it. "Friday the 13th Club" has a day in it and is a title.
fn is_bare_date(title: &str, today: NaiveDate) -> bool {
    const LONGEST: usize = 60; // characters: a date with weekday, both months of a range, and a time
    let context = DateContext::new(today);
    let reads = |text: &str| dates::read(&[text], &context).pop().and_then(Result::ok);
    if title.chars().count() > LONGEST || !title.contains(|c: char| c.is_ascii_digit()) || reads(title).is_none() {
        return false;
    }
    let words = title.split(|c: char| !c.is_alphabetic()).filter(|word| word.chars().count() > 2);
    let mut words = words.peekable();
    words.peek().is_some()
        && words.all(|word| {
            reads(&format!("12 {word} 2026")).is_some()
                || reads(&format!("{word}, 12 May 2026")).is_some_and(|when| when.weekday.is_some())
        })
        || !title.contains(char::is_alphabetic) && title.contains(['/', '.', '-', ':'])
}

/// Whether a title is an amount of money with nothing beside it. "$100 Bill" is a title.
fn is_bare_price(title: &str) -> bool {
    let letters = title.chars().filter(|c| c.is_alphabetic()).count();
    letters <= 3 && title.contains(|c: char| c.is_ascii_digit()) && prices::read(title, None).is_some()
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
