//! Small made-up truths, claims and crawls for the tests of judge and policies. Everything is in March 2026.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use marquee_model::{
    Attribution, CrawlId, CrawlOutcome, Digest, Event, EventTime, Performer, PluginVersion, Resolution, Role, SourceId,
    Status, VenueId, Zone,
};
use uuid::Uuid;

use crate::{
    judge::folded,
    seen::{Claimed, SeenCrawl},
    truth::{TrueEvent, TruthDay, TruthId},
};

pub(crate) fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, day).unwrap()
}

pub(crate) fn at(of: u32, hour: u32) -> DateTime<Utc> {
    day(of).and_hms_opt(hour, 0, 0).unwrap().and_utc()
}

pub(crate) fn start(of: u32, hour: u32) -> EventTime {
    EventTime {
        date: day(of),
        time: NaiveTime::from_hms_opt(hour, 0, 0),
        zone: Zone::UTC,
        utc: Some(at(of, hour)),
        resolution: Resolution::Unique,
    }
}

/// A truth of venue 0 at 20:00.
pub(crate) fn true_event(id: u32, title: &str, of: u32) -> TrueEvent {
    TrueEvent {
        id: TruthId(id),
        venue: 0,
        acts: Vec::new(),
        support: Vec::new(),
        title: title.to_owned(),
        start: start(of, 20),
        status: Status::Scheduled,
        doors: None,
        room: None,
        price: None,
        ticket_url: None,
    }
}

pub(crate) fn truth_day(of: u32, events: Vec<TrueEvent>) -> TruthDay {
    TruthDay { day: day(of), at: at(of, 23), events, vanished: Vec::new() }
}

/// What a policy claims that has it right.
pub(crate) fn claim(id: &str, truth: u32, title: &str, of: u32) -> Claimed {
    Claimed {
        id: id.to_owned(),
        venue: 0,
        title: title.to_owned(),
        acts: Vec::new(),
        start: start(of, 20),
        status: Status::Scheduled,
        presumed: false,
        doors: None,
        room: None,
        price: None,
        ticket_url: None,
        truth: Some(TruthId(truth)),
    }
}

/// A normalised event without a key, at 20:00.
pub(crate) fn event(title: &str, of: u32) -> Event {
    Event {
        identity: format!("night:-:{}:{}", day(of), folded(title)),
        key: None,
        venue: VenueId::from_uuid(Uuid::from_u128(7)),
        title: title.to_owned(),
        performers: Vec::new(),
        start: start(of, 20),
        doors: None,
        end: None,
        status: Status::Scheduled,
        price: None,
        ticket_url: None,
        event_url: None,
        image_url: None,
        age: None,
        description: None,
        genres: Vec::new(),
        room: None,
        venue_name: None,
        attribution: Attribution {
            source: SourceId::from_uuid(Uuid::from_u128(1)),
            crawl: CrawlId::from_uuid(Uuid::from_u128(1)),
            page: Digest::of(b"page"),
            page_url: "https://venue.example/events".parse().unwrap(),
            plugin: PluginVersion {
                id: "css".parse().unwrap(),
                version: "1.0.0".parse().unwrap(),
                digest: Digest::of(b"css"),
            },
            fetched_at: at(1, 12),
        },
    }
}

pub(crate) fn with_acts(mut event: Event, names: &[&str]) -> Event {
    let act = |(place, name): (usize, &&str)| Performer {
        name: (*name).to_owned(),
        role: Role::Performer,
        billing: u16::try_from(place + 1).unwrap(),
    };
    event.performers = names.iter().enumerate().map(act).collect();
    event
}

pub(crate) fn listed_event(truth: u32, title: &str, of: u32) -> (Event, Option<TruthId>) {
    (event(title, of), Some(TruthId(truth)))
}

/// A complete crawl of source 0.
pub(crate) fn crawl(at: DateTime<Utc>, events: Vec<(Event, Option<TruthId>)>) -> SeenCrawl {
    let day = at.date_naive();
    SeenCrawl { at, day, source: 0, venue: 0, sound: true, outcome: CrawlOutcome::Complete, window: None, events }
}

pub(crate) fn partial(at: DateTime<Utc>, events: Vec<(Event, Option<TruthId>)>) -> SeenCrawl {
    SeenCrawl { outcome: CrawlOutcome::Partial { reason: "page 2 timed out".to_owned() }, ..crawl(at, events) }
}

pub(crate) fn failed(at: DateTime<Utc>) -> SeenCrawl {
    let outcome = CrawlOutcome::Failed { stage: "fetch".to_owned(), reason: "status 503".to_owned() };
    SeenCrawl { outcome, ..crawl(at, Vec::new()) }
}
