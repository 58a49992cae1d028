//! What one call of an extractor gives.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{EventClaim, PluginId};

/// What an extractor says of the page as a whole. There is no way to say "no events" without evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Outcome {
    /// Every event that the page announces was read. Never empty.
    Complete {
        /// The events, in page order.
        events: Vec<EventClaim>,
    },
    /// Some of what the page announces could not be read. Never empty.
    Partial {
        /// The events that could be read, in page order.
        events: Vec<EventClaim>,
        /// What is missing, and why.
        missing: String,
    },
    /// The page is a listing and says that nothing is on.
    Empty {
        /// The page's own words for it.
        evidence: Evidence,
    },
    /// The page lists nothing itself; the follow requests lead to what it lists.
    Onward,
    /// The page is no listing: a login, a captcha, an error page.
    NotAListing {
        /// What it is instead.
        reason: String,
    },
}

impl Outcome {
    /// The events that were read, in page order.
    #[must_use]
    pub fn events(&self) -> &[EventClaim] {
        match self {
            Self::Complete { events } | Self::Partial { events, .. } => events,
            Self::Empty { .. } | Self::Onward | Self::NotAListing { .. } => &[],
        }
    }

    /// A word for tables and metrics.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Complete { .. } => "complete",
            Self::Partial { .. } => "partial",
            Self::Empty { .. } => "empty",
            Self::Onward => "onward",
            Self::NotAListing { .. } => "not_a_listing",
        }
    }
}

/// The words of a page that show that nothing is on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The words, as printed.
    pub text: String,
    /// Where they stand: a selector or a JSON pointer.
    pub place: String,
}

/// How a follow request is made.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "method", rename_all = "snake_case")]
pub enum FollowMethod {
    /// HTTP GET.
    Get,
    /// HTTP POST with a body.
    Post {
        /// Media type of the body, such as `application/json`.
        content_type: String,
        /// The body.
        body: String,
    },
}

/// A page that an extractor asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Follow {
    /// How to ask.
    pub method: FollowMethod,
    /// The address; relative ones are resolved against the page's.
    pub url: String,
    /// Headers, by lower-case name; only those on the host's allow-list are sent.
    pub headers: Vec<(String, String)>,
    /// A tag that the next call sees as its page's kind, such as `detail`.
    pub kind: String,
    /// Handed back to the next call unread.
    pub context: Option<String>,
}

/// The days that a page's listing covers: an event outside of them can be absent without having vanished.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// First day covered.
    pub from: NaiveDate,
    /// Last day covered, itself included; `None` is "no end".
    pub to: Option<NaiveDate>,
}

/// How much a diagnostic matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// For the author.
    Debug,
    /// Worth knowing.
    Info,
    /// Something was left out or contradictory.
    Warning,
    /// Something went wrong.
    Error,
}

/// A remark on a page or on one of its events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// How much it matters.
    pub severity: Severity,
    /// A stable word for machines, such as `weekday_mismatch`.
    pub code: String,
    /// A sentence for people.
    pub message: String,
    /// The event it is about: its key or title.
    pub event: Option<String>,
    /// The page's words it is about.
    pub raw: Option<String>,
}

/// What one call of an extractor gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extraction {
    /// What the page is and lists.
    pub outcome: Outcome,
    /// Pages to read next.
    pub follow: Vec<Follow>,
    /// The days that the listing covers, where the extractor knows.
    pub window: Option<Window>,
    /// Remarks of the plugin, and log lines of level warning and above.
    pub diagnostics: Vec<Diagnostic>,
}

/// Why an extractor could not read a page, in its own words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ExtractError {
    /// The page is not laid out as the extractor knows it: a redesign, most likely.
    #[error("layout not recognised: {reason}")]
    UnrecognizedLayout {
        /// Which marks are absent.
        reason: String,
    },
    /// Something that every such page has is absent.
    #[error("{what} is missing at {place}")]
    Missing {
        /// What is absent.
        what: String,
        /// Where it should stand.
        place: String,
    },
    /// Something is there and cannot be read.
    #[error("{what} is malformed: {reason} (`{raw}`)")]
    Malformed {
        /// What it is.
        what: String,
        /// The page's words.
        raw: String,
        /// Why they cannot be read.
        reason: String,
    },
    /// The extractor itself failed.
    #[error("the extractor failed: {reason}")]
    Internal {
        /// What it said.
        reason: String,
    },
}

/// What a plugin says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Described {
    /// Its id.
    pub id: PluginId,
    /// Its semantic version.
    pub version: semver::Version,
    /// What it is, in a sentence.
    pub summary: String,
    /// What it can read: platforms and page kinds, a line each.
    pub reads: Vec<String>,
    /// JSON Schema (2020-12) of its configuration.
    pub configuration_schema: serde_json::Value,
}
