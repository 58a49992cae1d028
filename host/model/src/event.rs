//! Events as Marquee keeps them: normalised, attributed, with every instant three ways.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    AgeRestriction, CrawlId, Currency, Digest, Money, PluginVersion, PriceKind, Role, SourceId, Status, VenueId,
    WebUrl, Zone,
};

/// How a wall-clock time became an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resolution {
    /// The wall clock shows this time once on that day.
    Unique,
    /// The time falls into the hour that is skipped when clocks go forward: moved forward by the gap, as RFC 5545 section 3.3.5 says.
    Gap,
    /// The time occurs twice when clocks go back: the first is meant, as RFC 5545 section 3.3.5 says.
    Fold,
}

/// A time in the venue's zone: wall clock, zone and instant. Where only the day is known there is no instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventTime {
    /// The day on the venue's calendar.
    pub date: NaiveDate,
    /// The time on the venue's clock; `None` is "to be announced".
    pub time: Option<NaiveTime>,
    /// The venue's zone.
    pub zone: Zone,
    /// The instant, where the time is known.
    pub utc: Option<DateTime<Utc>>,
    /// How the instant was found.
    pub resolution: Resolution,
}

/// An act on the bill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Performer {
    /// The name, cleaned of markup and white space.
    pub name: String,
    /// Its role.
    pub role: Role,
    /// Its place on the bill, from 1.
    pub billing: u16,
}

/// What a ticket costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// What kind of price it is.
    pub kind: PriceKind,
    /// The lowest amount.
    pub min: Option<Money>,
    /// The highest amount; never below the lowest.
    pub max: Option<Money>,
    /// The currency, where the page or the source tells it.
    pub currency: Option<Currency>,
}

/// Where an event's values come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribution {
    /// The source.
    pub source: SourceId,
    /// The crawl that saw it.
    pub crawl: CrawlId,
    /// Digest of the page that told it (the last page where several were merged).
    pub page: Digest,
    /// The page's address.
    pub page_url: WebUrl,
    /// The plugin's id and version.
    pub plugin: PluginVersion,
    /// When the page was fetched.
    pub fetched_at: DateTime<Utc>,
}

/// A normalised event of one source, ready to be stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Stable identity within the source: the native key where the page has one, else made of venue, day, title and, where two
    /// share those, time. Crawling the same page again gives the same.
    pub identity: String,
    /// The platform's own key, where it has one.
    pub key: Option<String>,
    /// The venue, where it is known to the host under this id; set from the source.
    pub venue: VenueId,
    /// The title, without status words.
    pub title: String,
    /// The bill, in billing order.
    pub performers: Vec<Performer>,
    /// When the show starts.
    pub start: EventTime,
    /// When doors open.
    pub doors: Option<EventTime>,
    /// When it ends.
    pub end: Option<EventTime>,
    /// Whether it takes place.
    pub status: Status,
    /// What it costs.
    pub price: Option<Price>,
    /// Where tickets are sold.
    pub ticket_url: Option<WebUrl>,
    /// The event's own page.
    pub event_url: Option<WebUrl>,
    /// A picture.
    pub image_url: Option<WebUrl>,
    /// Who may come in; `None` is "not said".
    pub age: Option<AgeRestriction>,
    /// What the page tells about it.
    pub description: Option<String>,
    /// Genres as printed.
    pub genres: Vec<String>,
    /// The room within the venue.
    pub room: Option<String>,
    /// The name of another venue, where the page says that the event is elsewhere.
    pub venue_name: Option<String>,
    /// Where all this comes from.
    pub attribution: Attribution,
}
