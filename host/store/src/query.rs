//! What readers ask for, and what they get: queries, cursors and batches.
//!
//! Lists are read by keyset: a cursor names the last row that was seen, so that a page costs the same wherever it stands and
//! no row is shown twice or skipped while others are written. Nothing here touches the database.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use marquee_model::{CrawlId, EventId, Slug, Status, VenueId};
use serde::{Deserialize, Serialize};

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

/// Which events. Every field that is set narrows the list; the order is local start (day, then time; unknown times first),
/// then id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventQuery {
    /// Of this site.
    pub site: Option<Slug>,
    /// At this venue.
    pub venue: Option<VenueKey>,
    /// Seen by this source.
    pub source: Option<Slug>,
    /// On this day of the venue's calendar or later.
    pub from: Option<NaiveDate>,
    /// On this day of the venue's calendar or earlier.
    pub until: Option<NaiveDate>,
    /// Starts at this instant or later. An event without a known time is in as soon as its day, anywhere on earth, reaches
    /// into the range: it could be, and leaving it out would lose it.
    pub from_utc: Option<DateTime<Utc>>,
    /// Starts before this instant; unknown times as above.
    pub until_utc: Option<DateTime<Utc>>,
    /// Every word of this is part of title, performers, room or venue, without regard to case and accents.
    pub text: Option<String>,
    /// With one of these; empty is any.
    pub status: Vec<Status>,
    /// After this place in the list.
    pub after: Option<EventCursor>,
    /// At most so many, 1 to [`MAX_LIMIT`]; other values are moved into that range.
    pub limit: u32,
}

impl Default for EventQuery {
    fn default() -> Self {
        Self {
            site: None,
            venue: None,
            source: None,
            from: None,
            until: None,
            from_utc: None,
            until_utc: None,
            text: None,
            status: Vec::new(),
            after: None,
            limit: DEFAULT_LIMIT,
        }
    }
}

/// A place in a list of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventCursor {
    /// Local start of the last event seen; midnight where the time is not known.
    pub start: NaiveDateTime,
    /// Its id.
    pub id: EventId,
}

/// Which venues. The order is name, then id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VenueQuery {
    /// Of this site.
    pub site: Option<Slug>,
    /// Every word of this is part of the name or the city, without regard to case and accents.
    pub text: Option<String>,
    /// After this place in the list.
    pub after: Option<VenueCursor>,
    /// At most so many, 1 to [`MAX_LIMIT`].
    pub limit: u32,
}

impl Default for VenueQuery {
    fn default() -> Self {
        Self { site: None, text: None, after: None, limit: DEFAULT_LIMIT }
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

/// Cuts what was read (one row more than wanted, where there is one) to the limit, and finds the cursor.
pub(crate) fn batch<T, C>(mut items: Vec<T>, limit: i64, cursor: impl Fn(&T) -> C) -> Batch<T, C> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = items.len() > limit;
    items.truncate(limit);
    let next = if more { items.last().map(cursor) } else { None };
    Batch { items, next }
}
