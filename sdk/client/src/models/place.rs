//! Venues, artists, sites, and what a search finds.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;

use super::Event;

/// A place with a stage.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Venue {
    /// Its id.
    pub id: String,
    /// Its short name, unique within the site.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Short name of its site.
    pub site: String,
    /// Street and number.
    pub address: Option<String>,
    /// City.
    pub city: Option<String>,
    /// State or province.
    pub state: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// Country, by its code of ISO 3166-1.
    pub country: Option<String>,
    /// Degrees north.
    pub latitude: Option<f64>,
    /// Degrees east.
    pub longitude: Option<f64>,
    /// Its zone, an IANA name.
    pub zone: String,
    /// Its own web page.
    pub url: Option<String>,
    /// Number of its events, past ones among them.
    pub events: i64,
}

/// A venue with its distance.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct VenueNear {
    /// The venue.
    #[serde(flatten)]
    pub venue: Venue,
    /// Metres to it, along the ground.
    pub distance_meters: f64,
}

/// Who plays.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Artist {
    /// Its id, kept for life.
    pub id: String,
    /// Its name.
    pub name: String,
    /// All its names as they are printed.
    pub names: Vec<String>,
    /// What tells it from others of the name.
    pub disambiguation: Option<String>,
    /// Where it comes from, a code of ISO 3166-1.
    pub country: Option<String>,
    /// Its id in MusicBrainz, where a person entered it.
    pub musicbrainz_id: Option<String>,
    /// Number of its events, past ones among them.
    pub events: i64,
    /// When it was first seen on a bill.
    pub first_seen: DateTime<Utc>,
}

/// A city or region whose venues are listed together.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Site {
    /// Its id.
    pub id: String,
    /// Its short name.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Number of its venues.
    pub venues: i64,
    /// Number of its events, past ones among them.
    pub events: i64,
}

/// What a search found, the best first.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct FoundPage {
    /// The results.
    pub data: Vec<Found>,
    /// What the text was taken to mean, where a word of it is unknown and another is near.
    pub did_you_mean: Option<String>,
}

/// A result: one of `event`, `venue` and `artist` is there.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Found {
    /// What kind of thing it is.
    pub kind: String,
    /// How well it fits; comparable within one answer.
    pub score: i32,
    /// The texts in which something fitted, each with `field` and `parts`.
    pub highlights: Vec<Value>,
    /// The event.
    pub event: Option<Box<Event>>,
    /// The venue.
    pub venue: Option<Box<Venue>>,
    /// The artist.
    pub artist: Option<Box<Artist>>,
}
