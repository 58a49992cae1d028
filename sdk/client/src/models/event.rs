//! Events.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::Deserialize;
use serde_json::Value;

use super::{Artist, Site, Source, Venue};

/// Whether an event takes place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Status {
    /// It does.
    Scheduled,
    /// It does not.
    Cancelled,
    /// A new day is still to be determined.
    Postponed,
    /// On another day than it was announced for first.
    Rescheduled,
    /// At another place than it was announced for first.
    Moved,
    /// It does, and there are no tickets left.
    SoldOut,
    /// A word that this client does not know.
    #[serde(other)]
    Other,
}

/// How an act appears.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Role {
    /// First on the bill.
    Headliner,
    /// Before the headliner.
    Support,
    /// Plays records.
    Dj,
    /// Leads through the evening.
    Host,
    /// Any other.
    Performer,
    /// A word that this client does not know.
    #[serde(other)]
    Other,
}

/// An event as Marquee knows it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Event {
    /// Its id, kept for life.
    pub id: String,
    /// The title, without status words.
    pub title: String,
    /// Whether it takes place.
    pub status: Status,
    /// Since when and on what evidence its status is what it is.
    pub status_detail: StatusDetail,
    /// Short name of its site.
    pub site: String,
    /// The venue that lists it.
    pub venue: VenueShort,
    /// The name of another venue, where the page says that the event is elsewhere.
    pub elsewhere: Option<String>,
    /// The room within the venue.
    pub room: Option<String>,
    /// When doors open.
    pub doors: Option<EventTime>,
    /// When the show starts.
    pub start: EventTime,
    /// When it ends.
    pub end: Option<EventTime>,
    /// Starts on other days that it was announced for before, the oldest first.
    pub previous_starts: Vec<EventTime>,
    /// The bill, in billing order.
    pub performers: Vec<Performer>,
    /// What it costs; `None` is "not said".
    pub price: Option<Price>,
    /// Who may come in; `None` is "not said".
    pub age: Option<Age>,
    /// Where tickets are sold.
    pub ticket_url: Option<String>,
    /// The event's own page.
    pub event_url: Option<String>,
    /// A picture.
    pub image_url: Option<String>,
    /// What the page tells about it, as text.
    pub description: Option<String>,
    /// Genres as printed.
    pub genres: Vec<String>,
    /// What can be bought.
    pub offers: Vec<Offer>,
    /// Where it is listed, the latest sighting first.
    pub sources: Vec<Sighting>,
    /// How lately somebody said so.
    pub freshness: Freshness,
    /// Fields whose value a person set.
    pub corrected: Vec<String>,
    /// When it was first stored.
    pub created_at: DateTime<Utc>,
    /// When a value of it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts its changes, from 1.
    pub revision: u64,
    /// Metres to its venue, where the list is asked for with `near`.
    pub distance_meters: Option<f64>,
}

/// Since when and on what evidence a status is what it is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct StatusDetail {
    /// Since when.
    pub since: DateTime<Utc>,
    /// Whether it is only concluded from the event's absence.
    pub presumed: bool,
    /// The evidence, in words.
    pub evidence: String,
    /// Since when no source lists it any more.
    pub missing_since: Option<DateTime<Utc>>,
    /// Whether a new day is still to be determined.
    pub date_tbd: bool,
}

/// A venue, in short.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct VenueShort {
    /// Its id.
    pub id: String,
    /// Its short name.
    pub slug: String,
    /// Its name.
    pub name: String,
}

/// A time at a venue, three ways.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct EventTime {
    /// The day on the venue's calendar.
    pub date: NaiveDate,
    /// The time on the venue's clock; `None` is "to be announced".
    pub time: Option<NaiveTime>,
    /// The venue's zone, an IANA name.
    pub zone: String,
    /// The instant, where the time is known.
    pub utc: Option<DateTime<Utc>>,
    /// Whether the time is still to be announced.
    pub tba: bool,
    /// `day` or `minute`: how much is known.
    pub precision: String,
    /// How the instant was found: `unique`, `gap` or `fold`.
    pub resolution: Option<String>,
}

/// An act on the bill.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Performer {
    /// Its name.
    pub name: String,
    /// Its role.
    pub role: Role,
    /// Its place on the bill, from 1.
    pub billing: u16,
}

/// What a ticket costs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Price {
    /// What kind of price it is, such as `fixed` or `free`.
    pub kind: String,
    /// The lowest amount, an exact decimal.
    pub min: Option<String>,
    /// The highest amount, an exact decimal.
    pub max: Option<String>,
    /// The currency, a code of ISO 4217.
    pub currency: Option<String>,
}

/// Something to be bought.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Offer {
    /// Where.
    pub url: Option<String>,
    /// For how much; `None` is "not said".
    pub price: Option<Price>,
    /// Whether it can be had: `open`, `sold_out`, `cancelled` or `postponed`.
    pub availability: String,
}

/// How lately somebody said so.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Freshness {
    /// When a source was last seen to list it.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// `fresh`, `stale` or `over`.
    pub state: Option<String>,
}

/// Who may come in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Age {
    /// Whether everybody may.
    pub all_ages: bool,
    /// The least age in years, where there is one.
    pub minimum: Option<u8>,
}

/// A source that lists an event.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Sighting {
    /// The source's id.
    pub source: String,
    /// The source's short name.
    pub slug: String,
    /// The page on which it was seen last.
    pub page_url: String,
    /// When the source was first seen to list it.
    pub first_seen: DateTime<Utc>,
    /// When the source was last seen to list it.
    pub last_seen: DateTime<Utc>,
}

/// Counts of a list of events.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Facets {
    /// Events that were counted.
    pub counted: i64,
    /// Whether these are all events of the list.
    pub complete: bool,
    /// The venues with the most events, each with `id`, `slug`, `name` and `count`.
    pub venue: Vec<Value>,
    /// The most frequent genres, each with `value` and `count`.
    pub genre: Vec<Value>,
    /// Every status that occurs, with `value` and `count`.
    pub status: Vec<Value>,
    /// The first days, each with `value` and `count`.
    pub day: Vec<Value>,
}

/// Things that the events of a page name, each once.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Included {
    /// The events' venues.
    pub venues: Option<Vec<Venue>>,
    /// The artists on the events' bills.
    pub artists: Option<Vec<Artist>>,
    /// The sources that tell of the events.
    pub sources: Option<Vec<Source>>,
    /// The events' sites.
    pub sites: Option<Vec<Site>>,
}
