//! What a plan costs: 500 seen events against 5,000 known ones, on a day without change, on a busy day, and after a
//! retitling of everything. The goal is 20 ms. `cargo bench -p marquee-reconcile`.

#![expect(clippy::expect_used, reason = "a bench ends where its input is not as written here")]

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use marquee_model::{
    Attribution, CrawlId, CrawlOutcome, Digest, Event, EventId, EventTime, PluginVersion, Resolution, SourceId, Status,
    VenueId, Zone,
};
use marquee_reconcile::{Context, KnownEvent, ReconcileSettings, plan};
use uuid::Uuid;

const KNOWN: usize = 5_000;
const SEEN: usize = 500;
const WORDS: [&str; 16] = [
    "Amber", "Brass", "Copper", "Dune", "Echo", "Fern", "Glass", "Harbor", "Iron", "Jade", "Kelp", "Linen", "Marble",
    "North", "Ochre", "Pine",
];

fn main() {
    divan::main();
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap_or_default()
}

fn event(number: usize) -> Event {
    let word = |at: usize| WORDS.get(at % WORDS.len()).copied().unwrap_or_default();
    let title = format!("{} {} {}", word(number), word(number / 16), word(number / 256 + number % 5));
    // 4,500 events of the past years, 500 ahead, two a night, and none today: one that is on tonight and not listed is missing.
    let day = i64::try_from(number).unwrap_or(0) - i64::try_from(KNOWN - SEEN).unwrap_or(0);
    let date: NaiveDate = now().date_naive() + TimeDelta::days(day.div_euclid(2) + i64::from(day >= 0));
    let time = NaiveTime::from_hms_opt(if number.is_multiple_of(2) { 19 } else { 22 }, 0, 0);
    let url = format!("https://venue.example/events/{number}").parse().ok();
    Event {
        identity: format!("night:-:{date}:{title}"),
        key: None,
        venue: VenueId::from_uuid(Uuid::from_u128(7)),
        title,
        performers: Vec::new(),
        start: EventTime {
            date,
            time,
            zone: Zone::UTC,
            utc: time.map(|time| date.and_time(time).and_utc()),
            resolution: Resolution::Unique,
        },
        doors: None,
        end: None,
        status: Status::Scheduled,
        price: None,
        ticket_url: None,
        event_url: url,
        image_url: None,
        age: None,
        description: Some("An evening of songs, told in a few sentences as pages do. ".repeat(6)),
        genres: Vec::new(),
        room: None,
        venue_name: None,
        attribution: Attribution {
            source: SourceId::from_uuid(Uuid::from_u128(1)),
            crawl: CrawlId::from_uuid(Uuid::from_u128(1)),
            page: Digest::of(b"page"),
            page_url: "https://venue.example/".parse().expect("a valid address"),
            plugin: PluginVersion {
                id: "css".parse().expect("a valid slug"),
                version: semver::Version::new(1, 0, 0),
                digest: Digest::of(b"plugin"),
            },
            fetched_at: now(),
        },
    }
}

fn known() -> Vec<KnownEvent> {
    let id = |number: usize| EventId::from_uuid(Uuid::from_u128(u128::try_from(number).unwrap_or(0) + 1));
    (0..KNOWN).map(|number| KnownEvent::new(id(number), event(number), now() - TimeDelta::days(30))).collect()
}

fn page() -> Vec<Event> {
    (KNOWN - SEEN..KNOWN).map(event).collect()
}

fn context() -> Context {
    Context {
        source: SourceId::from_uuid(Uuid::from_u128(1)),
        crawl: CrawlId::from_uuid(Uuid::from_u128(2)),
        now: now(),
        zone: Zone::UTC,
        today: now().date_naive(),
        outcome: CrawlOutcome::Complete,
        window: None,
        plugin: None,
        plugin_changed: false,
        suspect: false,
        history: Vec::new(),
        settings: ReconcileSettings::default(),
    }
}

#[divan::bench]
fn nothing_changed(bencher: divan::Bencher<'_, '_>) {
    let (known, page, context) = (known(), page(), context());
    let quiet = plan(&known, &page, &context);
    assert!(quiet.is_quiet(), "{quiet}");
    bencher.bench(|| plan(&known, &page, &context));
}

#[divan::bench]
fn a_busy_day(bencher: divan::Bencher<'_, '_>) {
    let (known, mut page, context) = (known(), page(), context());
    page.drain(..10);
    for (number, event) in page.iter_mut().enumerate() {
        match number % 25 {
            0 => event.title.push_str(" w/ Moth Parade"),
            1 => event.start.date += TimeDelta::days(3),
            2 => event.status = Status::Cancelled,
            _ => {}
        }
    }
    bencher.bench(|| plan(&known, &page, &context));
}

#[divan::bench]
fn every_title_changed(bencher: divan::Bencher<'_, '_>) {
    let (known, mut page, context) = (known(), page(), context());
    for event in &mut page {
        event.title.push_str(" live");
        event.identity.push_str(" live");
    }
    bencher.bench(|| plan(&known, &page, &context));
}
