//! Crawls: what happened when a source was read.

use std::pin::Pin;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{CrawlId, Diagnostic, PluginVersion, Rejection, SourceId, Statistics, Window};

/// How a crawl ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum CrawlOutcome {
    /// Every page was read, every event that they announce is in.
    Complete,
    /// Something could not be read; what was read is in.
    Partial {
        /// What is missing.
        reason: String,
    },
    /// The venue says that nothing is on.
    Empty {
        /// The page's words.
        evidence: String,
    },
    /// The page is no listing.
    NotAListing {
        /// What it is instead.
        reason: String,
    },
    /// The plugin does not know this layout.
    NotRecognized {
        /// Which marks are absent.
        reason: String,
    },
    /// Nothing could be read: a fetch, a plugin or the database failed.
    Failed {
        /// The stage: `fetch`, `extract` or `store`.
        stage: String,
        /// The error, with what to do.
        reason: String,
    },
}

impl CrawlOutcome {
    /// A word for tables, metrics and the database.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Partial { .. } => "partial",
            Self::Empty { .. } => "empty",
            Self::NotAListing { .. } => "not_a_listing",
            Self::NotRecognized { .. } => "not_recognized",
            Self::Failed { .. } => "failed",
        }
    }

    /// The sentence that goes with it.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Complete => None,
            Self::Partial { reason }
            | Self::NotAListing { reason }
            | Self::NotRecognized { reason }
            | Self::Failed { reason, .. } => Some(reason),
            Self::Empty { evidence } => Some(evidence),
        }
    }
}

/// What a crawl did to the stored events.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrawlTally {
    /// Events on the pages, after merging.
    pub found: u32,
    /// Events seen for the first time.
    pub new: u32,
    /// Known events with a changed field.
    pub changed: u32,
    /// Known events that are as they were.
    pub unchanged: u32,
    /// Events that were left out.
    pub rejected: u32,
    /// Pages fetched.
    pub pages: u32,
    /// Decoded bytes of those pages.
    pub bytes: u64,
}

/// Milliseconds spent in each stage.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageTimings {
    /// Asking and receiving.
    pub fetch_ms: u64,
    /// In the sandbox.
    pub extract_ms: u64,
    /// Normalising.
    pub normalize_ms: u64,
    /// In the database.
    pub store_ms: u64,
}

/// What a crawl took beside time: requests, what was spared, and how near it came to limits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Effort {
    /// What its pages took together.
    #[serde(flatten)]
    pub toll: crate::Toll,
    /// Pages that the site called unchanged (status 304).
    pub not_modified: u32,
    /// Pages that were not given to the plugin, since what it reads of them is as it was.
    pub unchanged_pages: u32,
    /// Pages that a browser built.
    pub rendered: u32,
    /// Largest share of its deadline that a call of the plugin used, 0 to 1.
    pub deadline_share: f32,
    /// Largest share of its memory that a call of the plugin used, 0 to 1.
    pub memory_share: f32,
}

/// The record of one crawl.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Crawl {
    /// Its id.
    pub id: CrawlId,
    /// The source.
    pub source: SourceId,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: DateTime<Utc>,
    /// How it ended.
    pub outcome: CrawlOutcome,
    /// The plugin that read the pages; `None` where none was loaded.
    pub plugin: Option<PluginVersion>,
    /// What it did.
    pub tally: CrawlTally,
    /// Where the time went.
    pub timings: StageTimings,
    /// What it took beside time.
    pub effort: Effort,
    /// The days that the listing covers, where known.
    pub window: Option<Window>,
    /// Remarks of the plugin and of the normaliser.
    pub diagnostics: Vec<Diagnostic>,
    /// What was not taken over.
    pub rejections: Vec<Rejection>,
    /// How many events have which field; `None` where no page could be read.
    pub statistics: Option<Statistics>,
}

/// What became of the wish for a crawl.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CrawlRequested {
    /// It is written down and will start as soon as a worker is free, in this process or another.
    Queued,
    /// One was already waiting or running; no second one is made.
    AlreadyQueued,
}

/// The wish for a crawl could not be written down.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the wish for a crawl could not be written down ({reason}); try again shortly")]
pub struct CrawlNotRequested {
    /// Why.
    pub reason: String,
}

/// The answer to a wish, once the database has given it.
pub type CrawlAnswer<'a> = Pin<Box<dyn Future<Output = Result<CrawlRequested, CrawlNotRequested>> + Send + 'a>>;

/// Takes wishes for crawls, durably. The queue of jobs does; the API hands wishes to it.
pub trait CrawlRequests: Send + Sync {
    /// Asks for a crawl of a source, once, as soon as possible.
    fn request(&self, source: SourceId) -> CrawlAnswer<'_>;
}
