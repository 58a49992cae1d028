//! Events to Postgres and back: the last stage of a crawl and the first of an answer.
//!
//! [`Store::record`] writes what one crawl brought, in one transaction; the readers give it back as nouns of the model. Rows
//! are private to this crate, which is the only one that names sqlx. [`embedded`] runs a private server where none is set up.
//! Nothing here fetches, reads a page, or judges a value, and nothing is ever deleted by a crawl.

pub mod embedded;
mod error;
mod legacy;
mod query;
mod record;
mod settings;
mod stored;

use chrono::{DateTime, Utc};
pub use error::{Result, StoreError};
pub use legacy::{LegacyEventQuery, LegacySearch, LegacyVenueQuery};
use marquee_model::{CrawlId, EventId, PluginId, PluginVersion, Site, Slug, Source, SourceId, Venue, VenueId};
pub use query::{
    Batch, CrawlCursor, CrawlQuery, DEFAULT_LIMIT, EventCursor, EventQuery, MAX_LIMIT, OUTCOMES, VenueCursor, VenueKey,
    VenueQuery,
};
pub use record::{CrawlRecord, PageRecord, Recorded};
pub use settings::PoolSettings;
pub use stored::{
    CrawlSummary, EventDetail, MigrationStatus, SeenPlugin, Sighting, SiteRef, SourceHealth, StoredCrawl, StoredEvent,
    StoredPage, StoredSite, StoredSource, StoredVenue, Synced, Totals, Trace, TraceStep, VenueRef,
};

/// The database. Cheap to clone; clones share one pool.
#[derive(Debug, Clone)]
pub struct Store {}

pub(crate) fn later<T>() -> Result<T> {
    Err(StoreError::Unavailable { what: "store", reason: "not built yet".to_owned() })
}

impl Store {
    /// Connects to a database by its URL (`postgres://user:password@host:port/name`) and sees that it answers.
    pub async fn connect(url: &str, settings: &PoolSettings) -> Result<Self> {
        let _ = (url, settings);
        later()
    }

    /// Waits for running operations and closes every connection.
    pub async fn close(&self) {}

    /// Whether the database answers and has this program's schema; for `/readyz`.
    pub async fn ready(&self) -> Result<()> {
        later()
    }

    /// Applies every migration that is not applied yet; returns their numbers. Several processes may call it at once.
    pub async fn migrate(&self) -> Result<Vec<i64>> {
        later()
    }

    /// Takes migrations above `to` back, newest first; 0 takes all of them back and **loses all data**. Returns their numbers.
    pub async fn migrate_down(&self, to: i64) -> Result<Vec<i64>> {
        let _ = to;
        later()
    }

    /// Every migration that this program knows, and whether it is applied.
    pub async fn migration_status(&self) -> Result<Vec<MigrationStatus>> {
        later()
    }

    /// Creates or updates sites, venues and sources by slug, in one transaction. The ids of what is known are kept; those in
    /// the arguments only tell which venue belongs to which site. Where one slug is given several times, the first value of
    /// each field stands. Nothing is removed or disabled by being absent.
    pub async fn sync_sources(&self, sites: &[Site], venues: &[Venue], sources: &[Source]) -> Result<Synced> {
        let _ = (sites, venues, sources);
        later()
    }

    /// All sources, by slug.
    pub async fn sources(&self) -> Result<Vec<StoredSource>> {
        later()
    }

    /// The source with this slug.
    pub async fn source_by_slug(&self, slug: &Slug) -> Result<Option<StoredSource>> {
        let _ = slug;
        later()
    }

    /// The source with this id.
    pub async fn source(&self, id: SourceId) -> Result<Option<StoredSource>> {
        let _ = id;
        later()
    }

    /// Switches a source on or off; `false` if there is none with this id.
    pub async fn set_source_enabled(&self, id: SourceId, enabled: bool) -> Result<bool> {
        let _ = (id, enabled);
        later()
    }

    /// How each source is doing, by slug.
    pub async fn source_health(&self) -> Result<Vec<SourceHealth>> {
        later()
    }

    /// All sites, by slug.
    pub async fn sites(&self) -> Result<Vec<StoredSite>> {
        later()
    }

    /// The site with this slug.
    pub async fn site_by_slug(&self, slug: &Slug) -> Result<Option<StoredSite>> {
        let _ = slug;
        later()
    }

    /// Venues, by name.
    pub async fn venues(&self, query: &VenueQuery) -> Result<Batch<StoredVenue, VenueCursor>> {
        let _ = query;
        later()
    }

    /// The venue with this id.
    pub async fn venue(&self, id: VenueId) -> Result<Option<StoredVenue>> {
        let _ = id;
        later()
    }

    /// Events, by local start.
    pub async fn events(&self, query: &EventQuery) -> Result<Batch<StoredEvent, EventCursor>> {
        let _ = query;
        later()
    }

    /// The event with this id.
    pub async fn event(&self, id: EventId) -> Result<Option<EventDetail>> {
        let _ = id;
        later()
    }

    /// Who saw these events; by event, the latest first.
    pub async fn sightings(&self, events: &[EventId]) -> Result<Vec<Sighting>> {
        let _ = events;
        later()
    }

    /// One event's way, from its row back to crawl, plugin and page.
    pub async fn trace(&self, id: EventId) -> Result<Option<Trace>> {
        let _ = id;
        later()
    }

    /// Crawls, the newest first.
    pub async fn crawls(&self, query: &CrawlQuery) -> Result<Batch<CrawlSummary, CrawlCursor>> {
        let _ = query;
        later()
    }

    /// The crawl with this id.
    pub async fn crawl(&self, id: CrawlId) -> Result<Option<StoredCrawl>> {
        let _ = id;
        later()
    }

    /// Remembers that a plugin version came into use. Known ones stay as they are.
    pub async fn plugin_seen(&self, plugin: &PluginVersion, at: DateTime<Utc>) -> Result<()> {
        let _ = (plugin, at);
        later()
    }

    /// Remembers the last thing that went wrong with a plugin version.
    pub async fn plugin_failed(&self, plugin: &PluginVersion, at: DateTime<Utc>, error: &str) -> Result<()> {
        let _ = (plugin, at, error);
        later()
    }

    /// The versions of one plugin, or of all, that were ever in use here; by id, the latest first.
    pub async fn plugin_history(&self, id: Option<&PluginId>) -> Result<Vec<SeenPlugin>> {
        let _ = id;
        later()
    }

    /// How much the database holds.
    pub async fn totals(&self) -> Result<Totals> {
        later()
    }
}
