//! Sites, venues and sources: what is to be crawled.

use serde::{Deserialize, Serialize};

use crate::{Currency, PluginId, SiteId, Slug, SourceId, VenueId, WebUrl, Zone};

/// A site: a city or region whose venues are listed together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    /// Its id.
    pub id: SiteId,
    /// Its short name, as in `/sites/toronto/events`.
    pub slug: Slug,
    /// Its name.
    pub name: String,
}

/// A venue: a place with a stage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Venue {
    /// Its id.
    pub id: VenueId,
    /// Its site.
    pub site: SiteId,
    /// Its short name, unique within the site.
    pub slug: Slug,
    /// Its name.
    pub name: String,
    /// Street and number.
    pub address: Option<String>,
    /// City.
    pub city: Option<String>,
    /// State or province.
    pub state: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// Country, by its two-letter code of ISO 3166-1.
    pub country: Option<String>,
    /// Degrees north, -90 to 90.
    pub latitude: Option<f64>,
    /// Degrees east, -180 to 180.
    pub longitude: Option<f64>,
    /// Its zone.
    pub zone: Zone,
    /// Its own web page.
    pub url: Option<WebUrl>,
}

/// How often a source is crawled. All times of day are in the source's zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Schedule {
    /// Minutes between the starts of two crawls, at least 1. Where `adaptive` is given, what is begun with.
    pub every_minutes: u32,
    /// Fixed times instead of an interval, in the five fields of cron: minute, hour, day of month, month, day of week.
    pub cron: Option<String>,
    /// A crawl starts up to so many minutes later than its time, so that many sources do not all start on the hour.
    pub jitter_minutes: u32,
    /// Times of day in which no crawl starts: from, and up to but without, as `["01:00", "06:30"]`; may span midnight.
    pub quiet: Vec<[String; 2]>,
    /// Bounds within which the interval follows how often the source changes. `None`: it does not.
    pub adaptive: Option<Adaptive>,
}

/// Bounds of an adaptive interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Adaptive {
    /// Fewest minutes between two crawls, at least 1.
    pub at_least_minutes: u32,
    /// Most minutes between two crawls.
    pub at_most_minutes: u32,
}

impl Default for Schedule {
    /// Every six hours: 90 % of changes are then known within a day, with one missed crawl to spare. Up to five minutes of
    /// jitter spread a city's sources without anyone noticing the difference.
    fn default() -> Self {
        Self { every_minutes: 360, cron: None, jitter_minutes: 5, quiet: Vec::new(), adaptive: None }
    }
}

/// What asks for a source's pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// HTTP alone.
    #[default]
    Http,
    /// HTTP, and a browser where the plain page says that it is built by script.
    Auto,
    /// A browser, always.
    Browser,
}

/// What a browser waits for before the page is taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum BrowserWait {
    /// Until this CSS selector matches something.
    Selector(String),
    /// Until no request was made for this many milliseconds.
    Idle(u32),
}

/// Something that a browser does on the page before it is taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum BrowserStep {
    /// Clicks the first element that matches, as often as said, while there is one.
    Click {
        /// A CSS selector.
        selector: String,
        /// At most so many times, 1 to 50.
        times: u8,
    },
    /// Scrolls to the end of the page, waiting for more after each time.
    Scroll {
        /// At most so many times, 1 to 50.
        times: u8,
    },
}

/// How a browser reads the source's pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BrowserSteps {
    /// What is waited for after loading and after each step.
    pub wait: BrowserWait,
    /// Most milliseconds to wait, each time. Bounded by the operator's limits.
    pub wait_ms: u32,
    /// What is done, in order.
    pub steps: Vec<BrowserStep>,
}

impl Default for BrowserSteps {
    /// Half a second without a request is what a list needs that fetches its items once the page stands.
    fn default() -> Self {
        Self { wait: BrowserWait::Idle(500), wait_ms: 10_000, steps: Vec::new() }
    }
}

/// How a source's pages are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fetching {
    /// What asks.
    pub strategy: Strategy,
    /// How a browser does, where one does.
    pub browser: BrowserSteps,
    /// Whether cookies are kept, within one crawl.
    pub cookies: bool,
    /// Headers of every request to the source's own hosts (`follow.hosts` among them), by lower-case name. A value may hold
    /// `{{secret:NAME}}`, as may the source's address: the host puts the secret in when it asks, and nobody else sees it.
    pub headers: Vec<(String, String)>,
    /// Fewest milliseconds between two requests to one host; `None`: the operator's setting. What the host itself asks for counts
    /// where it is longer.
    pub delay_ms: Option<u32>,
    /// Days that fetched pages are kept in the archive; `None`: the operator's setting. 0: not at all.
    pub keep_days: Option<u32>,
}

/// Who makes the first request of a crawl.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FirstRequest {
    /// The host asks for the source's address by GET.
    #[default]
    Get,
    /// The plugin is given an empty page of kind `start` and says what to ask for: an API that is asked by POST, or an
    /// address that holds a date.
    Plugin,
}

/// How far a source's follow requests may lead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowLimits {
    /// Pages fetched in one crawl, the source's own among them.
    pub pages: u32,
    /// Follow requests in a row.
    pub depth: u8,
    /// Decoded bytes of all pages of one crawl.
    pub bytes: u64,
    /// Hosts that may be asked beside the source's own; a leading `*.` stands for any subdomain.
    pub hosts: Vec<String>,
    /// Headers that follow requests may carry beside the harmless ones, by lower-case name, such as `x-api-key`.
    pub headers: Vec<String>,
}

impl Default for FollowLimits {
    /// 60 pages cover a year of monthly pages with details of a small venue; depth 3 is list, page, detail, tickets;
    /// 40 MiB is ten pages of the largest size that a page may have.
    fn default() -> Self {
        Self { pages: 60, depth: 3, bytes: 40 * 1024 * 1024, hosts: Vec::new(), headers: Vec::new() }
    }
}

/// A source: one address, read by one plugin, for one venue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// Its id.
    pub id: SourceId,
    /// Its short name, unique in the database.
    pub slug: Slug,
    /// Its site.
    pub site: SiteId,
    /// The venue whose events it lists.
    pub venue: VenueId,
    /// The address of its listing.
    pub url: WebUrl,
    /// Who makes the first request of a crawl.
    pub first_request: FirstRequest,
    /// The plugin that reads it.
    pub plugin: PluginId,
    /// The plugin's configuration, checked against its schema.
    pub configuration: serde_json::Value,
    /// The zone of the times that it prints.
    pub zone: Zone,
    /// Languages that it is written in, by their codes of ISO 639-1, the first the likeliest. Empty: not known.
    pub languages: Vec<String>,
    /// The currency of prices that name none.
    pub currency: Option<Currency>,
    /// Who may come in where the page does not say.
    pub default_age: Option<crate::AgeRestriction>,
    /// How often it is crawled.
    pub schedule: Schedule,
    /// How far its follow requests may lead.
    pub follow: FollowLimits,
    /// How its pages are asked for.
    pub fetching: Fetching,
    /// Whether it is crawled at all.
    pub enabled: bool,
    /// How far it is believed where other sources tell of the same event: 0 (not at all) to 100.
    #[serde(default = "default_trust")]
    pub trust: u8,
}

const fn default_trust() -> u8 {
    DEFAULT_TRUST
}

/// How far a source is believed that says nothing about it: a venue's own page. Calendars of a city and sellers deserve less, say 50.
pub const DEFAULT_TRUST: u8 = 80;
