//! Small made-up sites, venues, sources, crawls and events for tests of the store and of whatever reads from it.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use marquee_model::{
    Attribution, Crawl, CrawlId, CrawlOutcome, CrawlTally, Digest, Event, EventTime, Fetching, FirstRequest,
    FollowLimits, Performer, PluginVersion, Resolution, Role, Schedule, Site, SiteId, Slug, Source, SourceId,
    StageTimings, Status, Venue, VenueId, WebUrl, Zone,
};
use marquee_store::{Actor, Author, Circumstances, CrawlRecord, PageRecord, Spared, Store, StoreError};

/// The day on which the samples play.
pub const TODAY: NaiveDate = match NaiveDate::from_ymd_opt(2026, 11, 23) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

/// An instant on [`TODAY`], so many minutes after noon in UTC.
#[must_use]
pub fn instant(minutes: i64) -> DateTime<Utc> {
    TODAY.and_time(NaiveTime::MIN).and_utc() + TimeDelta::hours(12) + TimeDelta::minutes(minutes)
}

/// Who writes in tests, so many minutes after noon.
#[must_use]
pub fn author(minutes: i64) -> Author {
    Author { actor: Actor::CommandLine("tester".to_owned()), at: instant(minutes), remote: None, request: None }
}

/// A valid value out of its text.
///
/// # Panics
/// Where it is not valid.
#[must_use]
pub fn parse<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    #[expect(clippy::expect_used, reason = "a sample that is not valid is a mistake in the test")]
    text.parse().expect("a valid sample")
}

/// A site.
#[must_use]
pub fn site(slug: &str) -> Site {
    Site { id: SiteId::new(instant(0)), slug: parse(slug), name: slug.to_uppercase() }
}

/// A venue of a site, without an address.
#[must_use]
pub fn venue(site: &Site, slug: &str, name: &str) -> Venue {
    Venue {
        id: VenueId::new(instant(0)),
        site: site.id,
        slug: parse(slug),
        name: name.to_owned(),
        address: None,
        city: None,
        state: None,
        postal_code: None,
        country: None,
        latitude: None,
        longitude: None,
        zone: zone(),
        url: None,
    }
}

/// A source of a venue, under the venue's slug.
#[must_use]
pub fn source(venue: &Venue) -> Source {
    Source {
        id: SourceId::new(instant(0)),
        slug: venue.slug.clone(),
        site: venue.site,
        venue: venue.id,
        url: page_url(&venue.slug),
        plugin: parse("css"),
        configuration: serde_json::json!({"items": ".event", "limit": 50}),
        zone: venue.zone,
        languages: vec!["en".to_owned()],
        currency: Some(parse("CAD")),
        default_age: None,
        schedule: Schedule::default(),
        first_request: FirstRequest::Get,
        follow: FollowLimits::default(),
        fetching: Fetching::default(),
        enabled: true,
        trust: marquee_model::DEFAULT_TRUST,
    }
}

/// The zone in which the samples play.
#[must_use]
pub fn zone() -> Zone {
    parse("America/Toronto")
}

fn page_url(slug: &Slug) -> WebUrl {
    parse(&format!("https://{slug}.example/events"))
}

/// Declares a site `toronto` with a venue and its source, and returns the source as it is stored.
///
/// # Errors
/// What the store says.
pub async fn declare(store: &Store, slug: &str) -> Result<Source, StoreError> {
    let site = site("toronto");
    let venue = venue(&site, slug, slug);
    let source = source(&venue);
    let mut synced = store.sync_sources(&[site], &[venue], &[source]).await?;
    #[expect(clippy::expect_used, reason = "one was given")]
    Ok(synced.sources.pop().expect("the source that was synced"))
}

/// The plugin that reads the samples.
#[must_use]
pub fn plugin() -> PluginVersion {
    PluginVersion { id: parse("css"), version: semver_one(), digest: Digest::of(b"plugin") }
}

fn semver_one() -> semver::Version {
    semver::Version::new(1, 0, 0)
}

/// A crawl of a source that found nothing yet, so many minutes after noon.
#[must_use]
pub fn crawl(source: &Source, minutes: i64) -> Crawl {
    Crawl {
        id: CrawlId::new(instant(minutes)),
        source: source.id,
        started_at: instant(minutes),
        finished_at: instant(minutes) + TimeDelta::seconds(2),
        outcome: CrawlOutcome::Complete,
        plugin: Some(plugin()),
        tally: CrawlTally::default(),
        effort: marquee_model::Effort::default(),
        timings: StageTimings { fetch_ms: 100, extract_ms: 5, normalize_ms: 1, store_ms: 0 },
        window: None,
        diagnostics: Vec::new(),
        rejections: Vec::new(),
        statistics: None,
    }
}

/// An evening show so many days after [`TODAY`], at 8 PM (UTC-5), with one act.
#[must_use]
pub fn event(crawl: &Crawl, source: &Source, identity: &str, days: u64) -> Event {
    let date = TODAY + Days::new(days);
    Event {
        identity: identity.to_owned(),
        key: Some(identity.to_owned()),
        venue: source.venue,
        title: format!("Show {identity}"),
        performers: vec![Performer { name: format!("Band {identity}"), role: Role::Headliner, billing: 1 }],
        start: time(date, Some(20)),
        doors: Some(time(date, Some(19))),
        end: None,
        status: Status::Scheduled,
        price: None,
        ticket_url: None,
        event_url: Some(parse(&format!("https://{}.example/e/{days}", source.slug))),
        image_url: None,
        age: None,
        description: None,
        genres: vec!["Jazz".to_owned()],
        room: None,
        venue_name: None,
        attribution: Attribution {
            source: source.id,
            crawl: crawl.id,
            page: Digest::of(b"page"),
            page_url: source.url.clone(),
            plugin: plugin(),
            fetched_at: crawl.started_at,
        },
    }
}

/// A time on the clocks of Toronto in winter.
#[must_use]
pub fn time(date: NaiveDate, hour: Option<u32>) -> EventTime {
    let time = hour.and_then(|hour| NaiveTime::from_hms_opt(hour, 0, 0));
    let utc = time.map(|time| date.and_time(time).and_utc() + TimeDelta::hours(5));
    EventTime { date, time, zone: zone(), utc, resolution: Resolution::Unique }
}

/// What a crawl brings that found these events on one page.
#[must_use]
pub fn record(mut crawl: Crawl, source: &Source, events: Vec<Event>) -> CrawlRecord {
    let page = PageRecord {
        digest: Digest::of(b"page"),
        requested_url: source.url.clone(),
        url: source.url.clone(),
        method: "GET".to_owned(),
        kind: "listing".to_owned(),
        depth: 0,
        status: 200,
        headers: vec![("content-type".to_owned(), "text/html".to_owned())],
        bytes: 4,
        charset: "utf-8".to_owned(),
        fetched_at: crawl.started_at,
    };
    crawl.tally = CrawlTally {
        found: u32::try_from(events.len()).unwrap_or(u32::MAX),
        pages: 1,
        bytes: 4,
        ..CrawlTally::default()
    };
    let circumstances = Circumstances { at: crawl.started_at, today: TODAY };
    CrawlRecord {
        crawl,
        pages: vec![page],
        events,
        circumstances,
        baseline: None,
        reading: Spared::Nothing,
        archive: None,
        claim: None,
    }
}

/// So many events in a row, one a day, by one crawl.
#[must_use]
pub fn listing(source: &Source, minutes: i64, count: u64) -> CrawlRecord {
    let crawl = crawl(source, minutes);
    let events = (0..count).map(|n| event(&crawl, source, &format!("e{n}"), n)).collect();
    record(crawl, source, events)
}
