//! What readers ask for, and what they get: queries, cursors and batches.
//!
//! Lists are read by keyset: a cursor names the last row that was seen, so that a page costs the same wherever it stands and
//! no row is shown twice or skipped while others are written. Nothing here touches the database.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc, Weekday};
use marquee_identity::ArtistId;
use marquee_model::{AgeRestriction, CrawlId, Currency, EventId, PluginId, PriceKind, Role, Slug, Status, VenueId};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::search::Area;

/// The largest batch. A list of 200 events is about 200 KB of JSON; who needs more follows the cursor.
pub const MAX_LIMIT: u32 = 200;

/// The usual batch.
pub const DEFAULT_LIMIT: u32 = 50;

/// Some rows of a list, and where the list goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch<T, C> {
    /// The rows, in the list's order.
    pub items: Vec<T>,
    /// The cursor for the next batch; `None` is the end of the list.
    pub next: Option<C>,
}

/// A venue, by id or by short name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VenueKey {
    /// By id.
    Id(VenueId),
    /// By slug; unique only within a site.
    Slug(Slug),
}

/// An artist, by id or by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArtistKey {
    /// By id. Artists that were merged into it count for it.
    Id(ArtistId),
    /// By name or alias, without regard to case, accents, article and punctuation; of several artists of one name, all.
    Name(String),
}

/// Which events, and in which order. Every field that is set narrows the list. Events that were merged into another or are hidden are in
/// no list; cancelled ones are.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EventQuery {
    /// With one of these ids; empty is any.
    pub ids: Vec<EventId>,
    /// Of this site.
    pub site: Option<Slug>,
    /// At one of these venues; empty is any.
    pub venues: Vec<VenueKey>,
    /// At venues for which this holds.
    pub place: PlaceQuery,
    /// Told by this source.
    pub source: Option<Slug>,
    /// Told by a source that this plugin reads.
    pub plugin: Option<PluginId>,
    /// With this artist on the bill.
    pub artist: Option<ArtistKey>,
    /// With an act in one of these roles (the act that `artist` names, where it is set); empty is any.
    pub roles: Vec<Role>,
    /// Of one of these genres, as printed, without regard to case and accents; empty is any.
    pub genres: Vec<String>,
    /// With one of these; empty is any, if `presumed_cancelled` is not set.
    pub status: Vec<Status>,
    /// Beside those of `status`: cancelled by what Marquee concludes from absence.
    pub presumed_cancelled: bool,
    /// On this day of the venue's calendar or later.
    pub from: Option<NaiveDate>,
    /// On this day of the venue's calendar or earlier.
    pub until: Option<NaiveDate>,
    /// At this time of the venue's clock or later; unknown times stand at midnight.
    pub from_local: Option<NaiveDateTime>,
    /// Before this time of the venue's clock.
    pub until_local: Option<NaiveDateTime>,
    /// Starts at this instant or later. An event without a known time is in as soon as its day, anywhere on earth, reaches
    /// into the range: it could be, and leaving it out would lose it.
    pub from_utc: Option<DateTime<Utc>>,
    /// Starts before this instant; unknown times as above.
    pub until_utc: Option<DateTime<Utc>>,
    /// Goes on at some moment from the first instant to before the second. Without a known end an event is taken to last six hours, or
    /// the day where its time is not known.
    pub active: Option<(DateTime<Utc>, DateTime<Utc>)>,
    /// Begins on one of these days of the week, by the venue's calendar; empty is any.
    pub weekdays: Vec<Weekday>,
    /// Begins at this time of the venue's clock or later. With an `until_time` that is not later, the range goes over midnight.
    pub from_time: Option<NaiveTime>,
    /// Begins before this time of the venue's clock.
    pub until_time: Option<NaiveTime>,
    /// Whether the start's time is known.
    pub time_known: Option<bool>,
    /// Somebody can pay this or more: the highest price is not below it. Events without a known price are out.
    pub price_min: Option<Decimal>,
    /// Somebody can pay this or less: the lowest price is not above it. What is free costs 0.
    pub price_max: Option<Decimal>,
    /// With a price of one of these kinds; empty is any.
    pub price_kinds: Vec<PriceKind>,
    /// With a price in this currency.
    pub currency: Option<Currency>,
    /// Open to somebody of this age. Events that do not say are out.
    pub age: Option<AgeRestriction>,
    /// Whether tickets can be had at this instant: there is a link to them, the event takes place, is not sold out, and is not over.
    pub on_sale: Option<(bool, DateTime<Utc>)>,
    /// Every word of this, or a word that it may have meant, is part of title, performers, room or venue, without regard to case and accents.
    pub text: Option<String>,
    /// A value of it changed at this instant or later.
    pub updated_since: Option<DateTime<Utc>>,
    /// First stored at this instant or later.
    pub announced_since: Option<DateTime<Utc>>,
    /// Whether events that are over are in.
    pub past: Past,
    /// The order.
    pub sort: EventSort,
    /// After this place in the list.
    pub after: Option<EventCursor>,
    /// At most so many, 1 to [`MAX_LIMIT`]; 0 is [`DEFAULT_LIMIT`].
    pub limit: u32,
}

/// Which venues, by what is known of their place. Every field that is set narrows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PlaceQuery {
    /// In this part of the earth. Venues without coordinates are out.
    pub area: Option<Area>,
    /// In this city, without regard to case and accents.
    pub city: Option<String>,
    /// In this state or province, likewise.
    pub state: Option<String>,
    /// In this country, likewise.
    pub country: Option<String>,
    /// With this postal code, without regard to case and blanks.
    pub postal_code: Option<String>,
}

/// Whether events that are over are in a list. An event is over after its end; see `active` of [`EventQuery`] for unknown ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Past {
    /// All.
    #[default]
    Included,
    /// Only those that are not over at this instant.
    LeftOut(DateTime<Utc>),
    /// Only those that are.
    Only(DateTime<Utc>),
}

/// The order of a list of events. Ties are in the order of local start, then id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventSort {
    /// By local start: day, then time; unknown times first.
    #[default]
    Start,
    /// The latest first.
    StartDescending,
    /// By when it was first stored, the oldest first.
    Announced,
    /// The newest first.
    AnnouncedDescending,
    /// By when a value of it last changed, the oldest first: for keeping a copy up to date.
    Updated,
    /// The newest first.
    UpdatedDescending,
    /// By the distance of the venue from the middle of `area`, then venue by venue. Needs an [`Area::Near`].
    Distance,
    /// By how well the text fits. Needs a text.
    Relevance,
}

/// A place in a list of events. It belongs to one order; with another one it is taken as absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum EventCursor {
    /// Of a list by start, either way.
    Start {
        /// Local start of the last event seen; midnight where the time is not known.
        start: NaiveDateTime,
        /// Its id.
        id: EventId,
    },
    /// Of a list by announcement or update, either way.
    Instant {
        /// That instant of the last event seen.
        at: DateTime<Utc>,
        /// Its id.
        id: EventId,
    },
    /// Of a list by distance.
    Distance {
        /// Centimetres to the last event's venue.
        centimeters: i64,
        /// That venue.
        venue: VenueId,
        /// As above.
        start: NaiveDateTime,
        /// As above.
        id: EventId,
    },
    /// Of a list by relevance.
    Relevance {
        /// How well the last event fits.
        score: i32,
        /// As above.
        start: NaiveDateTime,
        /// As above.
        id: EventId,
    },
}

/// Which venues. The order is name, then id.
#[derive(Debug, Clone, PartialEq)]
pub struct VenueQuery {
    /// Of this site.
    pub site: Option<Slug>,
    /// For which this holds.
    pub place: PlaceQuery,
    /// Every word of this is part of the name or the city, without regard to case and accents.
    pub text: Option<String>,
    /// After this place in the list.
    pub after: Option<VenueCursor>,
    /// At most so many, 1 to [`MAX_LIMIT`].
    pub limit: u32,
}

impl Default for VenueQuery {
    fn default() -> Self {
        Self { site: None, place: PlaceQuery::default(), text: None, after: None, limit: DEFAULT_LIMIT }
    }
}

/// A place in a list of venues.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VenueCursor {
    /// Name of the last venue seen.
    pub name: String,
    /// Its id.
    pub id: VenueId,
}

/// A place in a list of venues by distance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NearCursor {
    /// Centimetres to the last venue seen.
    pub centimeters: i64,
    /// Its id.
    pub id: VenueId,
}

/// Which crawls. The newest come first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrawlQuery {
    /// Of this source.
    pub source: Option<Slug>,
    /// That ended so: a word of [`marquee_model::CrawlOutcome::name`], one of [`OUTCOMES`]. Other words match nothing.
    pub outcome: Option<String>,
    /// After this place in the list (older ones).
    pub after: Option<CrawlCursor>,
    /// At most so many, 1 to [`MAX_LIMIT`].
    pub limit: u32,
}

impl Default for CrawlQuery {
    fn default() -> Self {
        Self { source: None, outcome: None, after: None, limit: DEFAULT_LIMIT }
    }
}

/// The words of [`marquee_model::CrawlOutcome::name`].
pub const OUTCOMES: [&str; 6] = ["complete", "partial", "empty", "not_a_listing", "not_recognized", "failed"];

/// A place in a list of crawls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrawlCursor {
    /// When the last crawl seen began.
    pub started_at: DateTime<Utc>,
    /// Its id.
    pub id: CrawlId,
}

/// The limit as it is used: 1 to [`MAX_LIMIT`].
pub(crate) fn clamp(limit: u32) -> i64 {
    i64::from(limit.clamp(1, MAX_LIMIT))
}

/// The same, where 0 is [`DEFAULT_LIMIT`].
pub(crate) fn clamp_or_default(limit: u32) -> i64 {
    clamp(if limit == 0 { DEFAULT_LIMIT } else { limit })
}

/// Cuts what was read (one row more than wanted, where there is one) to the limit, and finds the cursor.
pub(crate) fn batch<T, C>(mut items: Vec<T>, limit: i64, cursor: impl Fn(&T) -> C) -> Batch<T, C> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = items.len() > limit;
    items.truncate(limit);
    let next = if more { items.last().map(cursor) } else { None };
    Batch { items, next }
}
