//! Events as columns: one array a column, so that a listing of any length is written by one statement.
//!
//! Also judges whether a row can hold an event at all: what cannot be stored becomes a rejection, so that one odd event never
//! costs a crawl the others.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc};
use marquee_model::{AgeRestriction, Crawl, Digest, Event, EventId, EventTime, Rejection};
use rust_decimal::Decimal;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    column::{age, json, text, word},
    fold::fold_all,
};

/// The longest identity that is kept as it is, in bytes; longer ones are kept as their digest. An index entry of Postgres holds
/// at most 2,704 bytes, and keys of real platforms have well under 100.
const MAX_IDENTITY: usize = 500;

/// Four columns of a time.
#[derive(Default)]
pub(super) struct TimeColumns {
    pub(super) date: Vec<Option<NaiveDate>>,
    pub(super) time: Vec<Option<NaiveTime>>,
    pub(super) utc: Vec<Option<DateTime<Utc>>>,
    pub(super) resolution: Vec<Option<String>>,
}

impl TimeColumns {
    fn push(&mut self, time: Option<&EventTime>) {
        self.date.push(time.map(|time| time.date));
        self.time.push(time.and_then(|time| time.time));
        self.utc.push(time.and_then(|time| time.utc));
        self.resolution.push(time.map(|time| word(&time.resolution)));
    }
}

/// The columns of `events`, each as long as there are events.
#[derive(Default)]
pub(crate) struct Columns {
    pub(super) id: Vec<Uuid>,
    pub(super) is_new: Vec<bool>,
    pub(crate) venue: Vec<Uuid>,
    pub(super) title: Vec<String>,
    pub(super) bill: Vec<Value>,
    pub(super) zone: Vec<String>,
    pub(super) start: TimeColumns,
    pub(super) doors: TimeColumns,
    pub(super) end: TimeColumns,
    pub(super) status: Vec<String>,
    pub(super) price_kind: Vec<Option<String>>,
    pub(super) price_min: Vec<Option<Decimal>>,
    pub(super) price_max: Vec<Option<Decimal>>,
    pub(super) price_currency: Vec<Option<String>>,
    pub(super) ticket_url: Vec<Option<String>>,
    pub(super) event_url: Vec<Option<String>>,
    pub(super) image_url: Vec<Option<String>>,
    pub(super) minimum_age: Vec<Option<i16>>,
    pub(super) description: Vec<Option<String>>,
    pub(super) genres: Vec<Value>,
    pub(crate) room: Vec<Option<String>>,
    pub(super) venue_name: Vec<Option<String>>,
    pub(super) search_text: Vec<String>,
    pub(crate) status_since: Vec<DateTime<Utc>>,
    pub(crate) status_presumed: Vec<bool>,
    pub(crate) status_evidence: Vec<String>,
    pub(crate) missing_since: Vec<Option<DateTime<Utc>>>,
    pub(crate) earlier_starts: Vec<Value>,
    pub(crate) corrected: Vec<Value>,
    pub(crate) hidden: Vec<bool>,
    pub(crate) merged_into: Vec<Option<Uuid>>,
    pub(crate) records: Vec<i16>,
}

/// The columns of `sightings`.
#[derive(Default)]
pub(super) struct SightingColumns {
    pub(super) id: Vec<Uuid>,
    pub(super) identity: Vec<String>,
    pub(super) key: Vec<Option<String>>,
    pub(super) page: Vec<Vec<u8>>,
    pub(super) page_url: Vec<String>,
    pub(super) fetched_at: Vec<DateTime<Utc>>,
    pub(super) plugin: Vec<i64>,
}

impl SightingColumns {
    /// Adds where an event was seen.
    pub(super) fn push(&mut self, event: &Event, id: EventId, plugin: i64) {
        self.id.push(id.uuid());
        self.identity.push(event.identity.clone());
        self.key.push(event.key.clone());
        self.page.push(event.attribution.page.as_bytes().to_vec());
        self.page_url.push(event.attribution.page_url.as_str().to_owned());
        self.fetched_at.push(event.attribution.fetched_at);
        self.plugin.push(plugin);
    }
}

impl Columns {
    /// Adds an event under its public id.
    pub(crate) fn push(&mut self, event: &Event, id: EventId, is_new: bool) {
        let url = |url: &Option<marquee_model::WebUrl>| url.as_ref().map(|url| url.as_str().to_owned());
        let clean = |field: &Option<String>| field.as_deref().map(text);
        let price = event.price.as_ref();
        self.id.push(id.uuid());
        self.is_new.push(is_new);
        self.venue.push(event.venue.uuid());
        self.title.push(text(&event.title));
        self.bill.push(json(&event.performers));
        self.zone.push(event.start.zone.name().to_owned());
        self.start.push(Some(&event.start));
        self.doors.push(event.doors.as_ref());
        self.end.push(event.end.as_ref());
        self.status.push(word(&event.status));
        self.price_kind.push(price.map(|price| word(&price.kind)));
        self.price_min.push(price.and_then(|price| price.min).map(marquee_model::Money::amount));
        self.price_max.push(price.and_then(|price| price.max).map(marquee_model::Money::amount));
        self.price_currency.push(price.and_then(|price| price.currency).map(|currency| currency.code().to_owned()));
        self.ticket_url.push(url(&event.ticket_url));
        self.event_url.push(url(&event.event_url));
        self.image_url.push(url(&event.image_url));
        self.minimum_age.push(event.age.map(age));
        self.description.push(clean(&event.description));
        self.genres.push(json(&event.genres));
        self.room.push(clean(&event.room));
        self.venue_name.push(clean(&event.venue_name));
        self.search_text.push(search_text(event));
    }
}

fn search_text(event: &Event) -> String {
    let acts = event.performers.iter().map(|act| act.name.as_str());
    let places = [event.room.as_deref(), event.venue_name.as_deref()];
    fold_all(std::iter::once(event.title.as_str()).chain(acts).chain(places.into_iter().flatten()))
}

/// The identity as the database keeps it.
pub(super) fn identity(event: &Event) -> String {
    let identity = text(&event.identity);
    if identity.len() <= MAX_IDENTITY { identity } else { format!("blake3:{}", Digest::of(identity.as_bytes())) }
}

/// Parts what can be stored from what cannot. What can comes back as rows will hold it.
pub(super) fn sift(crawl: &Crawl, events: &[Event]) -> (Vec<Event>, Vec<Rejection>) {
    let mut seen = BTreeSet::new();
    let mut kept = Vec::with_capacity(events.len());
    let mut rejections = Vec::new();
    for event in events {
        let problem = unfit(crawl, event).or_else(|| {
            let fresh = seen.insert(identity(event));
            (!fresh).then(|| Unfit {
                field: "identity",
                reason: "another event of this crawl has the same identity; it was kept, this one was not".to_owned(),
                raw: event.identity.clone(),
            })
        });
        match problem {
            None => kept.push(storable(event)),
            Some(problem) => rejections.push(Rejection {
                event: event.key.clone().unwrap_or_else(|| event.title.clone()),
                field: problem.field.to_owned(),
                reason: problem.reason,
                raw: Some(problem.raw.chars().take(500).collect()),
                fatal: true,
                page: event.attribution.page,
            }),
        }
    }
    (kept, rejections)
}

/// The event as rows hold it: what is compared with them later must not differ by what they cannot hold.
fn storable(event: &Event) -> Event {
    let clean = |field: &Option<String>| field.as_deref().map(text);
    let mut event = Event {
        identity: identity(event),
        key: clean(&event.key),
        title: text(&event.title),
        description: clean(&event.description),
        room: clean(&event.room),
        venue_name: clean(&event.venue_name),
        ..event.clone()
    };
    for name in event.genres.iter_mut().chain(event.performers.iter_mut().map(|act| &mut act.name)) {
        if name.contains('\0') {
            *name = text(name);
        }
    }
    event
}

struct Unfit {
    field: &'static str,
    reason: String,
    raw: String,
}

/// Why no row can hold this event. Mirrors the CHECKs of `migrations/0004_events.up.sql`.
fn unfit(crawl: &Crawl, event: &Event) -> Option<Unfit> {
    let problem = |field, reason: &str, raw: String| Some(Unfit { field, reason: reason.to_owned(), raw });
    if event.attribution.source != crawl.source {
        return problem("attribution", "it is attributed to another source", event.attribution.source.to_string());
    }
    if event.identity.is_empty() {
        return problem("identity", "it is empty", event.title.clone());
    }
    if event.title.is_empty() {
        return problem("title", "it is empty", event.identity.clone());
    }
    for (field, time) in [("start", Some(&event.start)), ("doors", event.doors.as_ref()), ("end", event.end.as_ref())] {
        let Some(time) = time else { continue };
        // RFC 3339 and iCalendar write years with four digits.
        if !(1..=9999).contains(&time.date.year()) {
            return problem(field, "the year is not between 1 and 9999", time.date.to_string());
        }
        if time.time.is_some() != time.utc.is_some() {
            return problem(field, "local time and instant must be known together or not at all", format!("{time:?}"));
        }
        if time.zone != event.start.zone {
            return problem(field, "it is in another zone than the start", time.zone.to_string());
        }
    }
    if let Some(price) = &event.price
        && let (Some(min), Some(max)) = (price.min, price.max)
        && min > max
    {
        return problem("price", "the lowest amount is above the highest", format!("{min}-{max}"));
    }
    match event.age {
        Some(AgeRestriction::Minimum(years)) if !(1..=99).contains(&years) => {
            problem("age", "the age is not between 1 and 99", years.to_string())
        }
        _ => None,
    }
}
