//! How much of its events a crawl could tell, counted field by field: what the next crawl is compared with.
//!
//! The host counts, for every plugin; no author does anything for it. Counting and judging stand in `crawl`, keeping in `store`,
//! showing in `serve` and the program. No value of an event is in here, only numbers and fingerprints.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::CrawlId;

/// A field of an event, or a trait of one, that is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The platform's own key.
    Key,
    /// The title.
    Title,
    /// The acts.
    Performers,
    /// The day.
    Date,
    /// The time of the show.
    Time,
    /// When doors open.
    Doors,
    /// When it ends.
    End,
    /// That it does not take place as usual: cancelled, sold out and so on.
    Status,
    /// What it costs.
    Price,
    /// Where tickets are sold.
    TicketUrl,
    /// The event's own page.
    EventUrl,
    /// A picture.
    ImageUrl,
    /// Who may come in.
    Age,
    /// What the page tells about it.
    Description,
    /// Genres.
    Genres,
    /// The room.
    Room,
    /// Another venue.
    Venue,
}

impl Field {
    /// Every field, in the order in which tables show them.
    pub const ALL: [Self; 17] = [
        Self::Key,
        Self::Title,
        Self::Performers,
        Self::Date,
        Self::Time,
        Self::Doors,
        Self::End,
        Self::Status,
        Self::Price,
        Self::TicketUrl,
        Self::EventUrl,
        Self::ImageUrl,
        Self::Age,
        Self::Description,
        Self::Genres,
        Self::Room,
        Self::Venue,
    ];

    /// Its name, as in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Title => "title",
            Self::Performers => "performers",
            Self::Date => "date",
            Self::Time => "time",
            Self::Doors => "doors",
            Self::End => "end",
            Self::Status => "status",
            Self::Price => "price",
            Self::TicketUrl => "ticket_url",
            Self::EventUrl => "event_url",
            Self::ImageUrl => "image_url",
            Self::Age => "age",
            Self::Description => "description",
            Self::Genres => "genres",
            Self::Room => "room",
            Self::Venue => "venue",
        }
    }
}

/// What a crawl's events have of one field.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldCount {
    /// Events that have it.
    pub having: u32,
    /// Of these, events whose value another event has as well.
    pub alike: u32,
    /// Events that had it in the last good crawl and were found again.
    pub known: u32,
    /// Of these, events that have it no more.
    pub lost: u32,
    /// Of these, events that have another value now.
    pub changed: u32,
}

/// What is odd about a value, though each single one may be true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Oddity {
    /// The title is a date or a time and nothing else.
    TitleIsDate,
    /// The title is a price and nothing else.
    TitleIsPrice,
    /// The show starts at midnight.
    Midnight,
    /// Doors open at the minute of the show.
    DoorsAtStart,
    /// The event lies before the day of the crawl.
    Past,
}

impl Oddity {
    /// Every oddity.
    pub const ALL: [Self; 5] = [Self::TitleIsDate, Self::TitleIsPrice, Self::Midnight, Self::DoorsAtStart, Self::Past];

    /// What an event with it is, in words that follow "events".
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::TitleIsDate => "have a date for a title",
            Self::TitleIsPrice => "have a price for a title",
            Self::Midnight => "start at midnight",
            Self::DoorsAtStart => "open doors at the minute of the show",
            Self::Past => "lie before the day of the crawl",
        }
    }
}

/// The counts of one crawl.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statistics {
    /// Events read.
    pub items: u32,
    /// By field; absent fields no event has.
    pub fields: BTreeMap<Field, FieldCount>,
    /// Events with an oddity.
    pub odd: BTreeMap<Oddity, u32>,
    /// Events of the last good crawl that still lie ahead.
    pub ahead: u32,
    /// Of these, events that this crawl does not list.
    pub gone: u32,
    /// Events of the last good crawl that do not.
    pub behind: u32,
    /// Of these, events that this crawl does not list: most calendars drop what is over, some keep it.
    pub dropped: u32,
    /// Whether this crawl departs from the ones before so that it is not believed without a word.
    pub suspect: bool,
}

impl Statistics {
    /// The counts of a field.
    #[must_use]
    pub fn of(&self, field: Field) -> FieldCount {
        self.fields.get(&field).copied().unwrap_or_default()
    }
}

/// An event's fields as fingerprints: enough to tell that a value is absent or another, too little to tell the value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Print {
    /// Its day.
    pub date: NaiveDate,
    /// The fields that it has.
    pub fields: BTreeMap<Field, u32>,
}

/// The events of a source's last good crawl, by fingerprints of their identities.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Baseline {
    /// The crawl.
    pub crawl: CrawlId,
    /// When it was.
    pub taken_at: DateTime<Utc>,
    /// The events.
    pub events: BTreeMap<String, Print>,
}

/// What a crawl is compared with.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct History {
    /// The counts of recent good crawls, the newest first.
    pub crawls: Vec<Statistics>,
    /// The events of the last of them.
    pub baseline: Option<Baseline>,
}
