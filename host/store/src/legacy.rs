//! MusicLive's reads: integer ids, limit and offset, other orders. They serve the old routes and nothing else.

use chrono::{NaiveDate, NaiveTime};
use marquee_model::{AgeRestriction, Slug};
use sqlx::{Postgres, QueryBuilder};

use crate::{
    EventDetail, Result, Store, StoredEvent, StoredSource, StoredVenue,
    column::age,
    event_row,
    fold::patterns,
    places::{SELECT_SOURCES, SELECT_VENUES, search_venues},
    query::clamp,
};

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
        let mut sql = QueryBuilder::new(SELECT_VENUES);
        sql.push(" AND s.slug = ").push_bind(query.site.as_str().to_owned());
        if let Some(text) = &query.search {
            search_venues(&mut sql, text);
        }
        window(&mut sql, " ORDER BY v.sort_name, v.legacy_id", query.limit, query.offset);
        self.read_venues(sql).await
    }

    /// The venue with this integer id.
    pub async fn venue_by_legacy_id(&self, id: i64) -> Result<Option<StoredVenue>> {
        let mut sql = QueryBuilder::new(SELECT_VENUES);
        sql.push(" AND v.legacy_id = ").push_bind(id);
        Ok(self.read_venues(sql).await?.into_iter().next())
    }

    /// The source with this integer id.
    pub async fn source_by_legacy_id(&self, id: i64) -> Result<Option<StoredSource>> {
        let mut sql = QueryBuilder::new(SELECT_SOURCES);
        sql.push(" AND o.legacy_id = ").push_bind(id);
        Ok(self.read_sources(sql).await?.into_iter().next())
    }

    /// The events of a site.
    pub async fn legacy_events(&self, query: &LegacyEventQuery) -> Result<Vec<StoredEvent>> {
        let mut sql = QueryBuilder::new(event_row::SELECT);
        sql.push(event_row::SHOWN).push(" AND s.slug = ").push_bind(query.site.as_str().to_owned());
        if let Some(day) = query.start_date {
            sql.push(" AND e.start_local >= ").push_bind(day.and_time(NaiveTime::MIN));
        }
        if let Some(day) = query.end_date {
            sql.push(" AND e.start_local < ").push_bind(day.and_time(NaiveTime::MIN));
        }
        if let Some(venue) = query.venue_id {
            sql.push(" AND v.legacy_id = ").push_bind(venue);
        }
        for pattern in query.artist_search.iter().flat_map(|text| patterns(text)) {
            sql.push(" AND EXISTS (SELECT FROM performers a WHERE a.event_id = e.id AND a.search_text LIKE ");
            sql.push_bind(pattern).push(")");
        }
        for pattern in query.title_search.iter().flat_map(|text| patterns(text)) {
            // The first line of the search text is the title. The first condition is what the index can answer.
            sql.push(" AND e.search_text LIKE ").push_bind(pattern.clone());
            sql.push(" AND split_part(e.search_text, E'\\n', 1) LIKE ").push_bind(pattern);
        }
        if let Some(amount) = query.price_min {
            sql.push(" AND e.price_min >= ").push_bind(amount);
        }
        if let Some(amount) = query.price_max {
            sql.push(" AND COALESCE(e.price_max, e.price_min) <= ").push_bind(amount);
        }
        if let Some(restriction) = query.age {
            sql.push(" AND e.minimum_age = ").push_bind(age(restriction));
        }
        window(&mut sql, " ORDER BY e.start_local, e.legacy_id", query.limit, query.offset);
        self.read_events("listing events", sql).await
    }

    /// The event with this integer id.
    pub async fn event_by_legacy_id(&self, id: i64) -> Result<Option<EventDetail>> {
        let found = self.detail(move |sql| {
            sql.push(" AND e.legacy_id = ").push_bind(id);
        });
        match found.await? {
            // The event that answers for it, under its own integer id.
            Some(found) if found.event.lifecycle.merged_into.is_some() => self.event(found.event.id).await,
            found => Ok(found.filter(|found| !found.event.lifecycle.hidden)),
        }
    }

    /// Searches events and venues, of one site or of all.
    pub async fn legacy_search(
        &self,
        text: &str,
        site: Option<&Slug>,
        limit: u32,
        offset: u32,
    ) -> Result<LegacySearch> {
        let patterns = patterns(text);
        let conditions = |sql: &mut QueryBuilder<Postgres>, column: &'static str| {
            if let Some(site) = site {
                sql.push(" AND s.slug = ").push_bind(site.as_str().to_owned());
            }
            for pattern in &patterns {
                sql.push(" AND ").push(column).push(" LIKE ").push_bind(pattern.clone());
            }
        };
        let mut events = QueryBuilder::new(event_row::SELECT);
        events.push(event_row::SHOWN);
        conditions(&mut events, "e.search_text");
        window(&mut events, " ORDER BY e.start_local, e.legacy_id", limit, offset);
        let mut venues = QueryBuilder::new(SELECT_VENUES);
        conditions(&mut venues, "v.search_text");
        window(&mut venues, " ORDER BY v.sort_name, v.legacy_id", limit, offset);
        let mut counts =
            QueryBuilder::new("SELECT (SELECT count(*) FROM events e JOIN sites s ON s.id = e.site_id WHERE true");
        counts.push(event_row::SHOWN);
        conditions(&mut counts, "e.search_text");
        counts.push("), (SELECT count(*) FROM venues v JOIN sites s ON s.id = v.site_id WHERE true");
        conditions(&mut counts, "v.search_text");
        counts.push(")");

        let (total_events, total_venues) = self
            .bounded("searching", async { Ok(counts.build_query_as::<(i64, i64)>().fetch_one(&self.pool).await?) })
            .await?;
        let events = self.read_events("searching", events).await?;
        let venues = self.read_venues(venues).await?;
        Ok(LegacySearch { events, venues, total_events, total_venues })
    }
}

fn window(sql: &mut QueryBuilder<Postgres>, order: &'static str, limit: u32, offset: u32) {
    sql.push(order).push(" LIMIT ").push_bind(clamp(limit)).push(" OFFSET ").push_bind(i64::from(offset));
}
