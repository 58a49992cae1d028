//! How the host is doing.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;

/// What runs at an address.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Version {
    /// Always `marquee`.
    pub name: String,
    /// The program's version.
    pub version: String,
    /// The contract of its plugins.
    pub contract: String,
}

/// A source and how it is doing.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Source {
    /// Its id.
    pub id: String,
    /// Its short name.
    pub slug: String,
    /// Short name of its site.
    pub site: String,
    /// Short name of its venue.
    pub venue: String,
    /// Name of its venue.
    pub venue_name: String,
    /// The page that is read.
    pub url: String,
    /// The plugin that reads it.
    pub plugin: String,
    /// Whether that plugin is in use.
    pub plugin_in_use: bool,
    /// Minutes between crawls.
    pub every_minutes: u32,
    /// How it is doing, in a word.
    pub health: String,
    /// Why, where it is not good.
    pub why: Option<String>,
    /// When a crawl of it last read everything.
    pub last_good: Option<DateTime<Utc>>,
    /// When it was last crawled.
    pub last_tried: Option<DateTime<Utc>>,
    /// How that ended.
    pub last_outcome: Option<String>,
    /// When it is to be crawled next.
    pub next_at: Option<DateTime<Utc>>,
}

/// A crawl, in short.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Crawl {
    /// Its id.
    pub id: String,
    /// The source's id.
    pub source: String,
    /// The source's short name.
    pub source_slug: String,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: DateTime<Utc>,
    /// How it ended, in a word.
    pub outcome: String,
    /// Why, where not everything was read.
    pub reason: Option<String>,
    /// The plugin that read the pages: `id`, `version`, `digest`.
    pub plugin: Option<Value>,
    /// What it counted.
    pub tally: Tally,
    /// Number of remarks.
    pub diagnostics: i64,
    /// Number of values that were not believed.
    pub rejections: i64,
}

/// What a crawl counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Tally {
    /// Events on the pages.
    pub found: u32,
    /// Those that were not known.
    pub new: u32,
    /// Those that changed.
    pub changed: u32,
    /// Those that did not.
    pub unchanged: u32,
    /// Items that were not believed.
    pub rejected: u32,
    /// Pages.
    pub pages: u32,
    /// Bytes of the pages.
    pub bytes: u64,
}
