//! Events to Postgres and back: the last stage of a crawl and the first of an answer.
//!
//! [`Store::record`] writes what one crawl brought, in one transaction; the readers give it back as nouns of the model. Rows
//! are private to this crate, which is the only one that names sqlx. [`embedded`] runs a private server where none is set up.
//! Nothing here fetches, reads a page, or judges a value, and nothing is ever deleted by a crawl.

mod archive;
mod archived;
mod claims;
mod column;
mod crawl_row;
mod crawls;
pub mod databases;
pub mod embedded;
mod error;
mod event_row;
mod events;
mod fold;
mod history;
mod hosts;
mod legacy;
mod migrate;
mod overview;
mod places;
mod pool;
mod query;
mod readings;
mod record;
mod schedules;
mod settings;
mod sighting_row;
mod stored;
mod sync;

pub use archive::{CrawlArchive, Got, KeptRequest, SourceVersion};
pub use archived::{ArchivedAnswer, ArchivedCrawl, ArchivedRequest};
pub use claims::{Busy, Claim, LastClaimed, Taken};
pub use error::{Result, StoreError};
pub use hosts::{HostKnown, HostTurnAnswer, HostTurnAsk, StoredHost};
pub use legacy::{LegacyEventQuery, LegacySearch, LegacyVenueQuery};
pub use pool::Store;
pub use query::{
    Batch, CrawlCursor, CrawlQuery, DEFAULT_LIMIT, EventCursor, EventQuery, MAX_LIMIT, OUTCOMES, VenueCursor, VenueKey,
    VenueQuery,
};
pub use readings::{NewReading, ReadPage, Reading};
pub use record::{CrawlRecord, PageRecord, Recorded, Spared};
pub use schedules::{Change, Slot, StoredSchedule, Turn};
pub use settings::PoolSettings;
pub use stored::{
    CrawlSummary, EventDetail, MigrationStatus, SeenPlugin, ServerFacts, Sighting, SiteRef, SourceHealth, StoredCrawl,
    StoredEvent, StoredPage, StoredSite, StoredSource, StoredVenue, Synced, Totals, Trace, TraceStep, VenueRef,
};
