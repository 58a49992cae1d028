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

/// How often a source is crawled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// Minutes between the starts of two crawls, at least 1.
    pub every_minutes: u32,
}

impl Default for Schedule {
    /// Every six hours: 90 % of changes are then known within a day, with one missed crawl to spare.
    fn default() -> Self {
        Self { every_minutes: 360 }
    }
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
    /// Whether it is crawled at all.
    pub enabled: bool,
}
