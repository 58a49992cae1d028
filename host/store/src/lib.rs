//! Events to Postgres and back: the last stage of a crawl and the first of an answer.
//!
//! [`Store::record`] writes what one crawl brought, in one transaction; the readers give it back as nouns of the model. Rows
//! are private to this crate, which is the only one that names sqlx. [`embedded`] runs a private server where none is set up.
//! Nothing here fetches, reads a page, or judges a value, and nothing is ever deleted by a crawl.

mod admin_sources;
mod archive;
mod archived;
mod audit;
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
mod follow;
mod generation;
mod geocoded;
mod history;
mod hosts;
mod idempotency;
mod keys;
mod legacy;
mod migrate;
mod names;
mod overview;
mod places;
mod pool;
mod query;
mod readings;
mod record;
mod schedules;
mod search;
mod settings;
mod sighting_row;
mod stored;
mod sync;
mod truth;
mod venue_decisions;
mod ways;
mod webhooks;

pub use admin_sources::{Declared, Origin};
pub use archive::{CrawlArchive, Got, KeptRequest, SourceVersion};
pub use archived::{ArchivedAnswer, ArchivedCrawl, ArchivedRequest};
pub use audit::{Actor, AuditEntry, AuditQuery, Author, Deed};
pub use claims::{Busy, Claim, LastClaimed, Taken};
pub use error::{Result, StoreError};
pub use events::EventList;
pub use follow::{FEED_FIELDS, FeedFilter, FeedPage, FollowedVenue, NotAVenueName};
pub use generation::{Generation, GenerationSettings, GenerationWatch};
pub use hosts::{HostKnown, HostTurnAnswer, HostTurnAsk, StoredHost};
pub use idempotency::{IdempotentRequest, KeptAnswer, Reserved};
pub use keys::{KeyState, NewKey, StoredKey};
pub use legacy::{LegacyEventQuery, LegacySearch, LegacyVenueQuery};
pub use marquee_identity::ArtistId;
pub use marquee_reconcile::EventField;
pub use names::{
    ActsOf, ArtistCursor, ArtistDecision, ArtistEventQuery, ArtistIntervention, ArtistQuery, AssignedBy,
    CoordinatesFrom, DeclaredNames, DeclaredRoom, LONGEST_NAME, MOST_SPELLINGS, MovedOn, NameKind, StoredArtist,
    StoredArtistName, StoredRoom, VenueCorrection, VenueField, VenueName, VenueNameKind, VenueNames,
};
pub use pool::{Store, begin};
pub use query::{
    ArtistKey, Batch, CrawlCursor, CrawlQuery, DEFAULT_LIMIT, EventCursor, EventQuery, EventSort, MAX_LIMIT,
    NearCursor, OUTCOMES, Past, PlaceQuery, VenueCursor, VenueKey, VenueQuery,
};
pub use readings::{NewReading, ReadPage, Reading};
pub use record::{CrawlRecord, PageRecord, Recorded, Spared};
pub use schedules::{Change, Slot, StoredSchedule, Turn};
pub use search::{
    Area, Facet, Facets, Found, FoundItem, FoundKind, Highlight, MAX_CORNERS, Point, SearchAnswer, SearchQuery,
    VenueCount, Why, WhyField, distance,
};
pub use settings::PoolSettings;
pub use stored::{
    CrawlSummary, EventDetail, MigrationStatus, SeenBy, SeenPlugin, ServerFacts, Sighting, SiteRef, SourceHealth,
    StoredCrawl, StoredEvent, StoredPage, StoredSite, StoredSource, StoredVenue, Synced, Totals, Trace, TraceStep,
    VenueRef,
};
pub use truth::{
    ChangeBatch, ChangeKind, Circumstances, Decided, FieldDiff, HeldCorrection, HistoryEntry, Intervention, Lifecycle,
    PlanSummary, Question, QuestionKind, QuestionQuery, StoredChange, StoredRecord, TruthSettings,
};
pub use venue_decisions::VenueDecided;
pub use ways::{KnownWays, StoredWays};
pub use webhooks::{
    AskedAgain, Attempt, AttemptEnd, Delivery, DeliveryDetail, DeliveryKind, DeliveryState, NewDelivery, NewWebhook,
    Outgoing, Verdict, Webhook, WebhookChange, WebhookClaim, WebhookSecret, WebhookState,
};
