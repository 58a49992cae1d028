//! What a plan must know about a crawl beside the events: handed in, never looked up.

use chrono::{DateTime, NaiveDate, Utc};
use marquee_model::{CrawlId, CrawlOutcome, PluginVersion, SourceId, Window, Zone};
use serde::{Deserialize, Serialize};

use crate::ReconcileSettings;

/// What one past crawl, whose absence counted, saw vanish.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vanished {
    /// Events that were absent for the first time.
    pub vanished: u32,
    /// Known events in the window that it covered.
    pub known: u32,
    /// Events that the page listed: a page that lists fewer than it once did is not full, so nothing fell off its end.
    pub listed: u32,
}

/// One crawl of one source.
#[derive(Debug, Clone, PartialEq)]
pub struct Context {
    /// The source.
    pub source: SourceId,
    /// The crawl.
    pub crawl: CrawlId,
    /// Its time.
    pub now: DateTime<Utc>,
    /// The source's zone; told beside days, never reckoned with here.
    pub zone: Zone,
    /// The day on the source's calendar at `now`.
    pub today: NaiveDate,
    /// How the crawl ended.
    pub outcome: CrawlOutcome,
    /// The days that its pages covered, where they tell.
    pub window: Option<Window>,
    /// The plugin that read them.
    pub plugin: Option<PluginVersion>,
    /// Whether that is another plugin, or another version, than before. True for as long as the new one is on
    /// probation.
    pub plugin_changed: bool,
    /// Whether the crawl's counts depart from the source's good crawls.
    pub suspect: bool,
    /// What vanished in earlier crawls whose absence counted, in any order.
    pub history: Vec<Vanished>,
    /// Limits.
    pub settings: ReconcileSettings,
}

impl Context {
    /// Whether the outcome says that everything is listed, be it nothing.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        matches!(self.outcome, CrawlOutcome::Complete | CrawlOutcome::Empty { .. })
    }

    /// Whether the pages could be read as a listing at all.
    #[must_use]
    pub const fn is_listing(&self) -> bool {
        matches!(self.outcome, CrawlOutcome::Complete | CrawlOutcome::Empty { .. } | CrawlOutcome::Partial { .. })
    }
}
