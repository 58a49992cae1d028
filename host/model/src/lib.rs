//! The nouns of Marquee: what a source, a page, an extraction, an event, a rejection and a crawl are.
//!
//! Every other crate of the host speaks in these types. Nothing here does I/O, and every newtype can only be built
//! valid: who holds a [`Slug`] or a [`WebUrl`] need not check it again.

mod canonical;
pub mod claim;
pub mod clock;
pub mod crawl;
pub mod declaration;
pub mod digest;
pub mod event;
pub mod extraction;
pub mod health;
pub mod id;
pub mod key;
pub mod money;
pub mod page;
pub mod plugin;
pub mod provenance;
pub mod rejection;
pub mod scope;
pub mod slug;
pub mod source;
pub mod statistics;
pub mod time;
pub mod ways;
pub mod weburl;

pub use claim::{AgeRestriction, EventClaim, Moment, PerformerClaim, PriceClaim, PriceKind, Role, Status};
pub use clock::{Clock, FixedClock};
pub use crawl::{
    Crawl, CrawlAnswer, CrawlNotRequested, CrawlOutcome, CrawlRequested, CrawlRequests, CrawlTally, Effort,
    StageTimings,
};
pub use declaration::{Declaration, SourceDeclarations, SourceFault};
pub use digest::Digest;
pub use event::{Attribution, Event, EventTime, Performer, Price, Resolution};
pub use extraction::{
    Described, Diagnostic, Evidence, ExtractError, Extraction, Follow, FollowMethod, Outcome, Severity, Window,
};
pub use health::{Health, Judged, RecentCrawl};
pub use id::{CrawlId, DeliveryId, EventId, Id, KeyId, PageId, QuestionId, SiteId, SourceId, VenueId, WebhookId};
pub use key::{KeyHash, KeyToken};
pub use money::{Currency, Money};
pub use page::{Page, PageRequest, Toll, Validators};
pub use plugin::{FileStanding, PluginFile, PluginId, PluginState, PluginVersion, Plugins};
pub use provenance::{Explained, How, Place, Provenance, Step};
pub use rejection::Rejection;
pub use scope::{NotAScope, Scope, Scopes};
pub use slug::Slug;
pub use source::{
    Adaptive, BrowserStep, BrowserSteps, BrowserWait, DEFAULT_TRUST, Fetching, FirstRequest, FollowLimits, Schedule,
    Site, Source, Strategy, Venue,
};
pub use statistics::{Baseline, Field, FieldCount, History, Oddity, Print, Statistics};
pub use time::Zone;
pub use ways::{Doer, Done, FieldWays, RestsOn, Spot, Way, ways_of};
pub use weburl::WebUrl;
