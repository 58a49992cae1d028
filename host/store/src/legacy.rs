//! MusicLive's reads: integer ids, limit and offset, other orders. They serve the old routes and nothing else.

use chrono::NaiveDate;
use marquee_model::{AgeRestriction, Slug};

use crate::{EventDetail, Result, Store, StoredEvent, StoredSource, StoredVenue, later};

/// The venues of a site, as MusicLive asks for them. The order is name, then integer id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegacyVenueQuery {
    /// The site; unknown ones have no venues (see [`Store::site_by_slug`]).
    pub site: Slug,
    /// Part of the name or the city, without regard to case and accents.
    pub search: Option<String>,
    /// At most so many, 1 to 200.
    pub limit: u32,
    /// Leaves out so many.
    pub offset: u32,
}

/// The events of a site, as MusicLive asks for them. The order is local start, then integer id.
#[derive(Debug, Clone, PartialEq)]
pub struct LegacyEventQuery {
    /// The site; unknown ones have no events (see [`Store::site_by_slug`]).
    pub site: Slug,
    /// On this local day or later.
    pub start_date: Option<NaiveDate>,
    /// Before this local day.
    pub end_date: Option<NaiveDate>,
    /// At this venue.
    pub venue_id: Option<i64>,
    /// Part of a performer's name.
    pub artist_search: Option<String>,
    /// Part of the title.
    pub title_search: Option<String>,
    /// The lowest price is at least this.
    pub price_min: Option<rust_decimal::Decimal>,
    /// The highest price (the lowest, where there is only one) is at most this.
    pub price_max: Option<rust_decimal::Decimal>,
    /// Exactly this restriction.
    pub age: Option<AgeRestriction>,
    /// At most so many, 1 to 200.
    pub limit: u32,
    /// Leaves out so many.
    pub offset: u32,
}

/// The answer to MusicLive's search.
#[derive(Debug, Clone, PartialEq)]
pub struct LegacySearch {
    /// Events whose title or performers match, by local start.
    pub events: Vec<StoredEvent>,
    /// Venues whose name or city match, by name.
    pub venues: Vec<StoredVenue>,
    /// Number of all such events.
    pub total_events: i64,
    /// Number of all such venues.
    pub total_venues: i64,
}

impl Store {
    /// The venues of a site.
    pub async fn legacy_venues(&self, query: &LegacyVenueQuery) -> Result<Vec<StoredVenue>> {
        let _ = query;
        later()
    }

    /// The venue with this integer id.
    pub async fn venue_by_legacy_id(&self, id: i64) -> Result<Option<StoredVenue>> {
        let _ = id;
        later()
    }

    /// The source with this integer id.
    pub async fn source_by_legacy_id(&self, id: i64) -> Result<Option<StoredSource>> {
        let _ = id;
        later()
    }

    /// The events of a site.
    pub async fn legacy_events(&self, query: &LegacyEventQuery) -> Result<Vec<StoredEvent>> {
        let _ = query;
        later()
    }

    /// The event with this integer id.
    pub async fn event_by_legacy_id(&self, id: i64) -> Result<Option<EventDetail>> {
        let _ = id;
        later()
    }

    /// Searches events and venues, of one site or of all.
    pub async fn legacy_search(
        &self,
        text: &str,
        site: Option<&Slug>,
        limit: u32,
        offset: u32,
    ) -> Result<LegacySearch> {
        let _ = (text, site, limit, offset);
        later()
    }
}
