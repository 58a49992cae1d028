//! What an extractor claims about an event, before anything of it is believed.
//!
//! These types mirror the records of the WIT contract one to one; the conversion stands in `extract`, the judgement in
//! `normalize`. Strings here are whatever a plugin returned, only bounded in size.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};

/// A point in time as far as the page tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// A day; the time is not known.
    Date(NaiveDate),
    /// Wall-clock time in the venue's zone.
    Local(NaiveDateTime),
    /// An instant, known because the page gave an offset or epoch.
    Instant(DateTime<Utc>),
    /// The page's words, to be read by the host.
    Text(String),
}

/// How an act appears.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The act that the night is about.
    Headliner,
    /// An opening act.
    Support,
    /// Plays records.
    Dj,
    /// Leads through the evening.
    Host,
    /// The role is not known.
    Performer,
}

/// An act, as an extractor names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PerformerClaim {
    /// The name as printed.
    pub name: String,
    /// Its role on the bill.
    pub role: Role,
}

/// What kind of price is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PriceKind {
    /// One price for all.
    Fixed,
    /// A lowest and a highest price.
    Range,
    /// A lowest price only.
    From,
    /// Nothing to pay.
    Free,
    /// A gift is asked for.
    Donation,
    /// The guest chooses the price.
    PayWhatYouCan,
    /// Something is to be paid; the page does not say how much.
    Unknown,
}

/// A price, as an extractor claims it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceClaim {
    /// What kind of price it is.
    pub kind: PriceKind,
    /// The lowest amount, as a decimal with a point.
    pub min: Option<String>,
    /// The highest amount, as a decimal with a point.
    pub max: Option<String>,
    /// The currency's code of ISO 4217, where the page tells it.
    pub currency: Option<String>,
    /// The page's words.
    pub text: Option<String>,
}

/// Whether an event takes place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It is announced.
    Scheduled,
    /// It will not take place.
    Cancelled,
    /// It will take place on a day not yet known.
    Postponed,
    /// It takes place on another day than first announced.
    Rescheduled,
    /// It takes place elsewhere than first announced.
    Moved,
    /// It takes place and no ticket is left.
    SoldOut,
}

/// Who may come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgeRestriction {
    /// Everybody.
    AllAges,
    /// Guests of at least this age in years (1 to 99).
    Minimum(u8),
}

/// An event as one page claims it. Two claims with the same key within a crawl are one event (see `normalize`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventClaim {
    /// The platform's own key for the event.
    pub key: Option<String>,
    /// The title as printed.
    pub title: Option<String>,
    /// The bill, in billing order.
    pub performers: Vec<PerformerClaim>,
    /// When the show starts; a day where no time is printed.
    pub start: Option<Moment>,
    /// When doors open.
    pub doors: Option<Moment>,
    /// When it ends.
    pub end: Option<Moment>,
    /// Whether it takes place, where the page says so apart from the title.
    pub status: Option<Status>,
    /// What it costs.
    pub price: Option<PriceClaim>,
    /// Where tickets are sold.
    pub ticket_url: Option<String>,
    /// The event's own page.
    pub event_url: Option<String>,
    /// A picture.
    pub image_url: Option<String>,
    /// Who may come in.
    pub age: Option<AgeRestriction>,
    /// What the page tells about it, as text.
    pub description: Option<String>,
    /// Genres as printed.
    pub genres: Vec<String>,
    /// The room within the venue.
    pub room: Option<String>,
    /// The venue's name, where a page lists several venues and this event is elsewhere.
    pub venue: Option<String>,
    /// The weekday printed beside the date, 1 (Monday) to 7 (Sunday), to be checked against it.
    pub weekday: Option<u8>,
}
