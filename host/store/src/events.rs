//! Reading events: lists by keyset, single events, and who saw them.

use chrono::Duration;
use marquee_model::EventId;
use sqlx::{Postgres, QueryBuilder};

use crate::{
    Batch, EventCursor, EventDetail, EventQuery, Result, Sighting, Store, StoredEvent, VenueKey,
    column::word,
    error::Trouble,
    event_row::{EventRow, SELECT, stored},
    fold::patterns,
    query::{batch, clamp},
};

/// Hours by which a day begins earlier than in UTC, at most (Pacific/Kiritimati, UTC+14).
const EARLIEST_ZONE_HOURS: i64 = 14;
/// Hours by which a day ends later than in UTC, at most (UTC-12).
const LATEST_ZONE_HOURS: i64 = 12;

impl Store {
    /// Events, by local start.
    pub async fn events(&self, query: &EventQuery) -> Result<Batch<StoredEvent, EventCursor>> {
        let limit = clamp(query.limit);
        let mut sql = QueryBuilder::new(SELECT);
        narrow(&mut sql, query);
        if let Some(cursor) = query.after {
            sql.push(" AND (e.start_local, e.id) > (").push_bind(cursor.start);
            sql.push(", ").push_bind(cursor.id.uuid()).push(")");
        }
        sql.push(" ORDER BY e.start_local, e.id LIMIT ").push_bind(limit.saturating_add(1));
        let events = self.read_events("listing events", sql).await?;
        Ok(batch(events, limit, |event| EventCursor { start: event.sort_start(), id: event.id }))
    }

    /// The event with this id.
    pub async fn event(&self, id: EventId) -> Result<Option<EventDetail>> {
        let mut sql = QueryBuilder::new(SELECT);
        sql.push(" AND e.id = ").push_bind(id.uuid());
        self.detail(sql).await
    }

    /// The first event that `sql` finds, with its sightings.
    pub(crate) async fn detail(&self, sql: QueryBuilder<Postgres>) -> Result<Option<EventDetail>> {
        let Some(event) = self.read_events("reading an event", sql).await?.into_iter().next() else { return Ok(None) };
        let sightings = self.sightings(&[event.id]).await?;
        Ok(Some(EventDetail { event, sightings }))
    }

    /// Who saw these events; by event, the latest first.
    pub async fn sightings(&self, events: &[EventId]) -> Result<Vec<Sighting>> {
        let ids: Vec<_> = events.iter().map(|id| id.uuid()).collect();
        self.bounded("reading sightings", async {
            let rows = sqlx::query_as!(
                crate::sighting_row::SightingRow,
                r#"SELECT g.event_id, g.source_id, s.slug AS source_slug, g.identity, g.native_key, g.first_seen,
                        COALESCE(r.confirmed_at, g.last_seen) AS "last_seen!", g.first_crawl_id,
                        COALESCE(r.confirmed_crawl_id, g.last_crawl_id) AS "last_crawl_id!", g.page_digest, g.page_url,
                        g.fetched_at, p.plugin_id, p.version,
                        p.digest
                 FROM sightings g
                 LEFT JOIN readings r ON r.source_id = g.source_id AND r.crawl_id = g.last_crawl_id
                 JOIN sources s ON s.id = g.source_id
                 JOIN plugin_versions p ON p.id = g.plugin_version_id
                 WHERE g.event_id = ANY($1)
                 ORDER BY g.event_id, 7 DESC, g.source_id, g.identity"#,
                &ids
            )
            .fetch_all(&self.pool)
            .await?;
            Ok(stored(rows)?)
        })
        .await
    }

    /// The events that `sql`, begun with [`SELECT`], finds.
    pub(crate) async fn read_events(
        &self,
        what: &'static str,
        mut sql: QueryBuilder<Postgres>,
    ) -> Result<Vec<StoredEvent>> {
        self.bounded(what, async {
            let rows: Vec<EventRow> = sql.build_query_as().fetch_all(&self.pool).await?;
            stored(rows).map_err(Trouble::from)
        })
        .await
    }
}

/// Appends the conditions of a query.
fn narrow(sql: &mut QueryBuilder<Postgres>, query: &EventQuery) {
    if let Some(site) = &query.site {
        sql.push(" AND e.site_id = (SELECT id FROM sites WHERE slug = ").push_bind(site.as_str().to_owned()).push(")");
    }
    match &query.venue {
        Some(VenueKey::Id(id)) => {
            sql.push(" AND e.venue_id = ").push_bind(id.uuid());
        }
        Some(VenueKey::Slug(slug)) => {
            sql.push(" AND e.venue_id IN (SELECT id FROM venues WHERE slug = ");
            sql.push_bind(slug.as_str().to_owned()).push(")");
        }
        None => {}
    }
    if let Some(source) = &query.source {
        sql.push(" AND EXISTS (SELECT FROM sightings g JOIN sources o ON o.id = g.source_id WHERE g.event_id = e.id AND o.slug = ");
        sql.push_bind(source.as_str().to_owned()).push(")");
    }
    // Compared by start_local, which the indexes lead with.
    if let Some(from) = query.from {
        sql.push(" AND e.start_local >= ").push_bind(from.and_time(chrono::NaiveTime::MIN));
    }
    if let Some(until) = query.until {
        match until.succ_opt() {
            Some(next) => sql.push(" AND e.start_local < ").push_bind(next.and_time(chrono::NaiveTime::MIN)),
            None => sql,
        };
    }
    if let Some(from) = query.from_utc {
        // The day of an unknown time ends at most so long after its midnight in UTC.
        let day = from.naive_utc() - Duration::hours(24 + LATEST_ZONE_HOURS);
        sql.push(" AND (e.start_utc >= ").push_bind(from);
        sql.push(" OR e.start_utc IS NULL AND e.start_local > ").push_bind(day).push(")");
    }
    if let Some(until) = query.until_utc {
        let day = until.naive_utc() + Duration::hours(EARLIEST_ZONE_HOURS);
        sql.push(" AND (e.start_utc < ").push_bind(until);
        sql.push(" OR e.start_utc IS NULL AND e.start_local < ").push_bind(day).push(")");
    }
    if !query.status.is_empty() {
        let words: Vec<String> = query.status.iter().map(word).collect();
        sql.push(" AND e.status = ANY(").push_bind(words).push(")");
    }
    if let Some(text) = &query.text {
        for pattern in patterns(text) {
            sql.push(" AND (e.search_text LIKE ").push_bind(pattern.clone());
            sql.push(" OR e.venue_id IN (SELECT id FROM venues WHERE search_text LIKE ").push_bind(pattern).push("))");
        }
    }
}
