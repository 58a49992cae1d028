//! What the database holds, as readers see it: the nouns of the model with what storing adds (ids, counts, sightings).
//!
//! Filled by the readers of this crate, turned into JSON by `serve`. Rows never leave this crate; these do.

use chrono::{DateTime, NaiveDateTime, Utc};
use marquee_model::{
    AgeRestriction, Crawl, CrawlId, CrawlOutcome, CrawlTally, Digest, Effort, EventId, EventTime, PageId, Performer,
    PluginVersion, Price, RecentCrawl, Site, SiteId, Slug, Source, SourceId, StageTimings, Statistics, Status, Venue,
    VenueId, WebUrl, Window,
};

use crate::Origin;

/// A site and how much it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSite {
    /// The site.
    pub site: Site,
    /// MusicLive's integer id.
    pub legacy_id: i64,
    /// Number of its venues.
    pub venues: i64,
    /// Number of its events, past ones among them.
    pub events: i64,
}

/// A venue and how much it holds.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredVenue {
    /// The venue.
    pub venue: Venue,
    /// MusicLive's integer id.
    pub legacy_id: i64,
    /// Short name of its site.
    pub site_slug: Slug,
    /// Where its coordinates are from, where it has any.
    pub coordinates_from: Option<crate::CoordinatesFrom>,
    /// Number of its events, past ones among them.
    pub events: i64,
}

/// A source and where it belongs.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredSource {
    /// The source.
    pub source: Source,
    /// MusicLive's integer id.
    pub legacy_id: i64,
    /// Short name of its site.
    pub site_slug: Slug,
    /// Short name of its venue.
    pub venue_slug: Slug,
    /// Name of its venue.
    pub venue_name: String,
    /// Who declared it.
    pub origin: Origin,
}

/// An event's venue, in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VenueRef {
    /// Its id.
    pub id: VenueId,
    /// MusicLive's integer id.
    pub legacy_id: i64,
    /// Its short name.
    pub slug: Slug,
    /// Its name.
    pub name: String,
}

/// An event's site, in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteRef {
    /// Its id.
    pub id: SiteId,
    /// Its short name.
    pub slug: Slug,
}

/// An event as it stands in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEvent {
    /// Its public id, kept for life.
    pub id: EventId,
    /// MusicLive's integer id.
    pub legacy_id: i64,
    /// Its site.
    pub site: SiteRef,
    /// Its venue.
    pub venue: VenueRef,
    /// The title, without status words.
    pub title: String,
    /// The bill, in billing order.
    pub performers: Vec<Performer>,
    /// When the show starts.
    pub start: EventTime,
    /// When doors open.
    pub doors: Option<EventTime>,
    /// When it ends.
    pub end: Option<EventTime>,
    /// Whether it takes place.
    pub status: Status,
    /// What it costs.
    pub price: Option<Price>,
    /// Where tickets are sold.
    pub ticket_url: Option<WebUrl>,
    /// The event's own page.
    pub event_url: Option<WebUrl>,
    /// A picture.
    pub image_url: Option<WebUrl>,
    /// Who may come in; `None` is "not said".
    pub age: Option<AgeRestriction>,
    /// What the page tells about it.
    pub description: Option<String>,
    /// Genres as printed.
    pub genres: Vec<String>,
    /// The room within the venue.
    pub room: Option<String>,
    /// The name of another venue, where the page says that the event is elsewhere.
    pub venue_name: Option<String>,
    /// How it stands, and since when that is known.
    pub lifecycle: crate::Lifecycle,
    /// Counts its changes, from 1.
    pub revision: u64,
    /// When it was first stored.
    pub created_at: DateTime<Utc>,
    /// When a value of it last changed.
    pub updated_at: DateTime<Utc>,
    /// Version of the time zone data that its instants were computed with, such as `2026f`.
    pub tzdb_version: String,
}

impl StoredEvent {
    /// Local start as the list is ordered by it: midnight where the time is not known.
    #[must_use]
    pub fn sort_start(&self) -> NaiveDateTime {
        self.start.date.and_time(self.start.time.unwrap_or(chrono::NaiveTime::MIN))
    }
}

/// A source's view of an event: where its values come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// The event.
    pub event: EventId,
    /// The source.
    pub source: SourceId,
    /// The source's short name.
    pub source_slug: Slug,
    /// The event's identity within the source.
    pub identity: String,
    /// The platform's own key, where it has one.
    pub key: Option<String>,
    /// When the source was first seen to list it.
    pub first_seen: DateTime<Utc>,
    /// When the source was last seen to list it.
    pub last_seen: DateTime<Utc>,
    /// The crawl that saw it first.
    pub first_crawl: CrawlId,
    /// The crawl that saw it last.
    pub last_crawl: CrawlId,
    /// Digest of the page on which it was seen last.
    pub page: Digest,
    /// That page's address.
    pub page_url: WebUrl,
    /// When that page was fetched.
    pub fetched_at: DateTime<Utc>,
    /// The plugin that read it.
    pub plugin: PluginVersion,
}

/// Who tells of an event: what lists show of a [`Sighting`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenBy {
    /// The event that answers for it.
    pub event: EventId,
    /// The source.
    pub source: SourceId,
    /// The source's short name.
    pub source_slug: Slug,
    /// The page on which it was seen last.
    pub page_url: WebUrl,
    /// When the source was first seen to list it.
    pub first_seen: DateTime<Utc>,
    /// When the source was last seen to list it.
    pub last_seen: DateTime<Utc>,
}

/// An event with all its sightings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventDetail {
    /// The event.
    pub event: StoredEvent,
    /// Who saw it, the latest first.
    pub sightings: Vec<Sighting>,
}

impl EventDetail {
    /// Who tells of it, in the order of the sightings.
    #[must_use]
    pub fn seen_by(&self) -> Vec<SeenBy> {
        let of = |sighting: &Sighting| SeenBy {
            event: self.event.id,
            source: sighting.source,
            source_slug: sighting.source_slug.clone(),
            page_url: sighting.page_url.clone(),
            first_seen: sighting.first_seen,
            last_seen: sighting.last_seen,
        };
        self.sightings.iter().map(of).collect()
    }
}

/// A page that a crawl fetched, without its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPage {
    /// Its id.
    pub id: PageId,
    /// The crawl.
    pub crawl: CrawlId,
    /// What was fetched.
    pub page: crate::PageRecord,
}

/// One step of an event's way: a sighting with the crawl and the page behind it.
#[derive(Debug, Clone, PartialEq)]
pub struct TraceStep {
    /// The sighting.
    pub sighting: Sighting,
    /// The crawl that saw it last.
    pub crawl: CrawlSummary,
    /// The page, as long as its record is kept.
    pub page: Option<StoredPage>,
}

/// One event's way: from the stored row back to crawl, plugin and page.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    /// The event.
    pub event: StoredEvent,
    /// One step a sighting, the latest first.
    pub steps: Vec<TraceStep>,
}

/// A crawl in a list: without its diagnostics and rejections, but with their number.
#[derive(Debug, Clone, PartialEq)]
pub struct CrawlSummary {
    /// Its id.
    pub id: CrawlId,
    /// The source.
    pub source: SourceId,
    /// The source's short name.
    pub source_slug: Slug,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: DateTime<Utc>,
    /// How it ended.
    pub outcome: CrawlOutcome,
    /// The plugin that read the pages.
    pub plugin: Option<PluginVersion>,
    /// What it did.
    pub tally: CrawlTally,
    /// Where the time went.
    pub timings: StageTimings,
    /// What it took beside time.
    pub effort: Effort,
    /// The days that the listing covers, where known.
    pub window: Option<Window>,
    /// Number of diagnostics.
    pub diagnostics: i64,
    /// Number of rejections.
    pub rejections: i64,
}

/// A crawl with everything that belongs to it.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredCrawl {
    /// The crawl, with diagnostics and rejections.
    pub crawl: Crawl,
    /// The source's short name.
    pub source_slug: Slug,
    /// The pages that it fetched, in order.
    pub pages: Vec<StoredPage>,
}

/// A plugin version that was once in use here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenPlugin {
    /// The version.
    pub plugin: PluginVersion,
    /// When it was first seen.
    pub first_seen: DateTime<Utc>,
    /// The last thing that went wrong with it, with the time.
    pub last_error: Option<(DateTime<Utc>, String)>,
    /// Number of crawls that it read.
    pub crawls: i64,
}

/// How much the database holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Sites.
    pub sites: i64,
    /// Venues.
    pub venues: i64,
    /// Sources, disabled ones among them.
    pub sources: i64,
    /// Events, past ones among them.
    pub events: i64,
    /// Crawls.
    pub crawls: i64,
    /// When the last crawl ended.
    pub last_crawl_at: Option<DateTime<Utc>>,
}

/// The database server, as far as it matters for running on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServerFacts {
    /// `server_version_num`, such as 150004 for 15.4.
    pub version: i32,
    /// Its clock.
    pub now: DateTime<Utc>,
    /// Connections that it allows, of everyone.
    pub max_connections: i64,
    /// Whether what it acknowledges survives a power cut (`fsync`).
    pub durable: bool,
}

/// How a source is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceHealth {
    /// The source.
    pub source: SourceId,
    /// Its short name.
    pub slug: Slug,
    /// Whether it is crawled at all.
    pub enabled: bool,
    /// When a crawl of it last began.
    pub last_tried: Option<DateTime<Utc>>,
    /// How that crawl ended.
    pub last_outcome: Option<CrawlOutcome>,
    /// When a crawl of it last ended complete, or empty with evidence.
    pub last_good: Option<DateTime<Utc>>,
    /// Crawls since then that did neither.
    pub failures: i64,
    /// Events that the last crawl found.
    pub last_found: Option<i64>,
    /// How many of them have which field.
    pub statistics: Option<Statistics>,
    /// When it is crawled next by its schedule; `None` where it is paused or switched off, or no worker has looked at it yet.
    pub next_at: Option<DateTime<Utc>>,
    /// Since when the operator has it paused.
    pub paused_at: Option<DateTime<Utc>>,
    /// The last crawls, the newest first; at most [`marquee_model::health::LOOK_BACK`].
    pub recent: Vec<RecentCrawl>,
}

/// What was synced, with the ids under which the database knows it; each in the order in which it was first given, without
/// repetitions.
#[derive(Debug, Clone, PartialEq)]
pub struct Synced {
    /// The sites.
    pub sites: Vec<Site>,
    /// The venues.
    pub venues: Vec<Venue>,
    /// The sources.
    pub sources: Vec<Source>,
    /// Fields of venues that a person corrected and of which their files say something new: the corrections stand.
    pub moved_on: Vec<crate::MovedOn>,
}

/// A migration and whether it is applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationStatus {
    /// Its number.
    pub version: i64,
    /// What it does.
    pub description: String,
    /// Whether it is applied.
    pub applied: bool,
    /// Whether it can be taken back.
    pub reversible: bool,
}
