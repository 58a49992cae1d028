//! Reading events: lists by keyset, single events, and who saw them.

use std::sync::LazyLock;

use marquee_model::EventId;
use sqlx::{FromRow as _, PgConnection, Postgres, QueryBuilder, Row as _};
use uuid::Uuid;

use crate::{
    Batch, EventCursor, EventDetail, EventQuery, EventSort, Result, SeenBy, Sighting, Store, StoredEvent,
    error::Trouble,
    event_row::{EventRow, SELECT, ScoredRow, stored},
    query::{batch, clamp_or_default},
    search::{
        Resolved, VENUES_APART, at_most, by_distance, cursor, events, left_out, narrow, of_venues, order, relevance,
    },
    sighting_row::{SeenByRow, SightingRow},
};

/// Where the tables begin in [`SELECT`]: what is before is the list of columns.
const TABLES: &str = "FROM events e ";

/// What [`SightingRow`] has, beside the columns of an event.
const SIGHTING_COLUMNS: &str = ", g.event_id, g.source_id, o.slug AS source_slug, g.identity, g.native_key, g.first_seen,
    COALESCE(r.confirmed_at, g.last_seen) AS last_seen, g.first_crawl_id, COALESCE(r.confirmed_crawl_id, g.last_crawl_id) AS last_crawl_id,
    g.page_digest, g.page_url, g.fetched_at, p.plugin_id, p.version, p.digest ";
const SIGHTING_TABLES: &str =
    "LEFT JOIN (sightings g JOIN sources o ON o.id = g.source_id JOIN plugin_versions p ON p.id = g.plugin_version_id
    LEFT JOIN readings r ON r.source_id = g.source_id AND r.crawl_id = g.last_crawl_id) ON g.event_id = e.id";

/// An event by its id with what [`SeenByRow`] has: in one statement, since most of the time that an event takes is the way to the database. In a text
/// that is made once.
static SEEN_EVENT: LazyLock<String> = LazyLock::new(|| {
    let (columns, tables) = SELECT.split_once(TABLES).unwrap_or((SELECT, ""));
    format!(
        "{columns}, g.event_id, g.source_id, o.slug AS source_slug, g.page_url, g.first_seen,
                COALESCE(r.confirmed_at, g.last_seen) AS last_seen
         {TABLES} {} LEFT JOIN (sightings g JOIN sources o ON o.id = g.source_id
            LEFT JOIN readings r ON r.source_id = g.source_id AND r.crawl_id = g.last_crawl_id) ON g.event_id = e.id
         WHERE e.id = $1 ORDER BY last_seen DESC, g.source_id, g.identity",
        tables.trim_end_matches("WHERE true")
    )
});

/// Events of a list, and the text as it was understood.
#[derive(Debug, Clone, PartialEq)]
pub struct EventList {
    /// The events, and where the list goes on.
    pub batch: Batch<StoredEvent, EventCursor>,
    /// What the text was taken to mean, where a word of it is unknown and another is near.
    pub meant: Option<String>,
    /// Metres to each event's venue, in the order of the events; empty where no distance was asked for.
    pub meters: Vec<f64>,
}

impl Store {
    /// Events, in the order that is asked for.
    pub async fn events(&self, query: &EventQuery) -> Result<Batch<StoredEvent, EventCursor>> {
        Ok(self.event_list(query).await?.batch)
    }

    /// The same, with how the question was understood.
    pub async fn event_list(&self, query: &EventQuery) -> Result<EventList> {
        Ok(self.read_event_list(query, false).await?.0)
    }

    /// The same, with who tells of the events as [`Self::seen_by`] has it: on one connection, since to take one costs as much as a small
    /// statement.
    pub async fn event_list_with_sources(&self, query: &EventQuery) -> Result<(EventList, Vec<SeenBy>)> {
        self.read_event_list(query, true).await
    }

    async fn read_event_list(&self, query: &EventQuery, sources: bool) -> Result<(EventList, Vec<SeenBy>)> {
        let resolved = self.resolve(query).await?;
        if resolved.is_nothing() {
            return Ok((list_of(query, &resolved, Vec::new())?, Vec::new()));
        }
        let mut connection = self.bounded("listing events", async { Ok(self.pool.acquire().await?) }).await?;
        let rows = self.read_list(&mut connection, query, &resolved).await?;
        let list = list_of(query, &resolved, rows)?;
        let seen_by = if sources { self.read_seen_by(&mut connection, &list.batch.items).await? } else { Vec::new() };
        Ok((list, seen_by))
    }

    async fn read_list(
        &self,
        connection: &mut PgConnection,
        query: &EventQuery,
        resolved: &Resolved,
    ) -> Result<Vec<ScoredRow>> {
        // One more than wanted, which tells whether the list goes on.
        let limit = clamp_or_default(query.limit).saturating_add(1);
        let mut sql = QueryBuilder::new("SELECT ");
        let (columns, tables) = SELECT.split_once(TABLES).unwrap_or((SELECT, ""));
        let columns = columns.trim_start_matches("SELECT ");
        match (query.sort, &resolved.venues) {
            (EventSort::Distance, Some(venues)) => {
                sql.push("NULL::int AS score, ").push(columns);
                by_distance(&mut sql, query, resolved, venues, limit);
                sql.push(tables.trim_end_matches("WHERE true")).push(" ORDER BY at.place, e.start_local, e.id");
            }
            (EventSort::Start | EventSort::StartDescending, Some(venues)) if VENUES_APART.contains(&venues.len()) => {
                sql.push("NULL::int AS score, ").push(columns);
                of_venues(&mut sql, query, resolved, venues, limit);
                let descending = query.sort == EventSort::StartDescending;
                sql.push(tables).push(if descending {
                    " ORDER BY e.start_local DESC, e.id DESC"
                } else {
                    " ORDER BY e.start_local, e.id"
                });
            }
            (sort, _) => {
                if sort == EventSort::Relevance {
                    relevance(&mut sql, &resolved.words);
                } else {
                    sql.push("NULL::int");
                }
                sql.push(" AS score, ").push(columns);
                sql.push(" ");
                let listed = |sql: &mut QueryBuilder<Postgres>| {
                    narrow(sql, query, resolved);
                    order(sql, sort, query.after, &resolved.words);
                };
                match sort {
                    EventSort::Start if left_out(query).is_some() => {
                        events(&mut sql, query, |sql| {
                            listed(sql);
                            at_most(sql, query, limit);
                        });
                        sql.push(tables).push(" ORDER BY e.start_local, e.id");
                    }
                    EventSort::Relevance => {
                        events(&mut sql, query, |sql| narrow(sql, query, resolved));
                        sql.push(tables);
                        order(&mut sql, sort, query.after, &resolved.words);
                    }
                    _ => {
                        sql.push(TABLES).push(tables);
                        listed(&mut sql);
                    }
                }
            }
        }
        at_most(&mut sql, query, limit);
        self.bounded("listing events", async { Ok(sql.build_query_as().fetch_all(connection).await?) }).await
    }

    /// The event with this id, or the one that it was merged into: an id is for life.
    pub async fn event(&self, id: EventId) -> Result<Option<EventDetail>> {
        let of = |id: EventId| {
            self.detail(move |sql| {
                sql.push(" AND e.id = ").push_bind(id.uuid());
            })
        };
        let found = of(id).await?;
        if found.as_ref().is_none_or(|found| found.event.lifecycle.merged_into.is_none()) {
            return Ok(found);
        }
        let Some(answer) = self.answering(id).await? else { return Ok(None) };
        Box::pin(of(answer)).await
    }

    /// The same with what lists tell of its sightings, which is quicker to read.
    pub async fn event_seen_by(&self, id: EventId) -> Result<Option<(StoredEvent, Vec<SeenBy>)>> {
        let found = self.read_event_seen_by(id).await?;
        if found.as_ref().is_none_or(|(event, _)| event.lifecycle.merged_into.is_none()) {
            return Ok(found);
        }
        let Some(answer) = self.answering(id).await? else { return Ok(None) };
        Box::pin(self.read_event_seen_by(answer)).await
    }

    async fn read_event_seen_by(&self, id: EventId) -> Result<Option<(StoredEvent, Vec<SeenBy>)>> {
        let found = self.bounded("reading an event", async {
            let rows = sqlx::query(SEEN_EVENT.as_str()).bind(id.uuid()).fetch_all(&self.pool).await?;
            let Some(first) = rows.first() else { return Ok(None) };
            let event = StoredEvent::try_from(EventRow::from_row(first)?)?;
            let is_seen = first.try_get::<Option<Uuid>, _>("event_id")?.is_some();
            let mut seen_by = Vec::with_capacity(rows.len());
            for row in rows.iter().filter(|_| is_seen) {
                seen_by.push(SeenBy::try_from(SeenByRow::from_row(row)?)?);
            }
            Ok(Some((event, seen_by)))
        });
        let Some((event, mut seen_by)) = found.await? else { return Ok(None) };
        if event.lifecycle.records > 1 {
            seen_by = Box::pin(self.seen_by(std::slice::from_ref(&event))).await?;
        }
        Ok(Some((event, seen_by)))
    }

    /// The one event that these conditions find, with its sightings: in one statement, since most of the time that an event takes is the way
    /// to the database.
    pub(crate) async fn detail(
        &self,
        conditions: impl FnOnce(&mut QueryBuilder<Postgres>),
    ) -> Result<Option<EventDetail>> {
        let (columns, tables) = SELECT.split_once(TABLES).unwrap_or((SELECT, ""));
        let mut sql = QueryBuilder::new(columns);
        sql.push(SIGHTING_COLUMNS).push(TABLES).push(tables.trim_end_matches("WHERE true"));
        sql.push(SIGHTING_TABLES).push(" WHERE true");
        conditions(&mut sql);
        sql.push(" ORDER BY last_seen DESC, g.source_id, g.identity");
        let found = self.bounded("reading an event", async {
            let rows = sql.build().fetch_all(&self.pool).await?;
            let Some(first) = rows.first() else { return Ok(None) };
            let event = StoredEvent::try_from(EventRow::from_row(first)?)?;
            let is_seen = first.try_get::<Option<Uuid>, _>("event_id")?.is_some();
            let mut sightings = Vec::with_capacity(rows.len());
            for row in rows.iter().filter(|_| is_seen) {
                sightings.push(Sighting::try_from(SightingRow::from_row(row)?)?);
            }
            Ok(Some((event, sightings)))
        });
        let Some((event, mut sightings)) = found.await? else { return Ok(None) };
        if event.lifecycle.records > 1 {
            // On the heap, being seldom: every reader of events would carry it otherwise.
            sightings = Box::pin(self.sightings_of_all(event.id)).await?;
        }
        Ok(Some(EventDetail { event, sightings }))
    }

    /// Who tells of these events, those that were merged into them counted for them; by event, the latest first. One statement, however
    /// many sources tell of how many events.
    pub async fn seen_by(&self, events: &[StoredEvent]) -> Result<Vec<SeenBy>> {
        if events.is_empty() {
            return Ok(Vec::new());
        }
        let mut connection =
            self.bounded("reading who tells of events", async { Ok(self.pool.acquire().await?) }).await?;
        self.read_seen_by(&mut connection, events).await
    }

    async fn read_seen_by(&self, connection: &mut PgConnection, events: &[StoredEvent]) -> Result<Vec<SeenBy>> {
        if events.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<Uuid> = events.iter().map(|event| event.id.uuid()).collect();
        let of_several: Vec<Uuid> =
            events.iter().filter(|event| event.lifecycle.records > 1).map(|event| event.id.uuid()).collect();
        if of_several.is_empty() {
            return self.read_seen_by_one(connection, &ids).await;
        }
        self.bounded("reading who tells of events", async {
            let rows = sqlx::query_as!(
                SeenByRow,
                r#"WITH RECURSIVE told (id, answer) AS (
                     SELECT asked, asked FROM unnest($1::uuid[]) AS asked
                     UNION ALL SELECT e.id, told.answer FROM told JOIN events e ON e.merged_into = told.id
                     WHERE told.answer = ANY($2)
                   )
                   SELECT told.answer AS "event_id!", g.source_id, s.slug AS source_slug, g.page_url, g.first_seen,
                          COALESCE(r.confirmed_at, g.last_seen) AS "last_seen!"
                   FROM told JOIN sightings g ON g.event_id = told.id
                   JOIN sources s ON s.id = g.source_id
                   LEFT JOIN readings r ON r.source_id = g.source_id AND r.crawl_id = g.last_crawl_id
                   ORDER BY told.answer, 6 DESC, g.source_id, g.identity"#,
                &ids,
                &of_several
            )
            .fetch_all(connection)
            .await?;
            Ok(stored(rows)?)
        })
        .await
    }

    /// The same for events that no other was merged into, which nearly all are: half the work.
    async fn read_seen_by_one(&self, connection: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<SeenBy>> {
        self.bounded("reading who tells of events", async {
            let rows = sqlx::query_as!(
                SeenByRow,
                r#"SELECT g.event_id, g.source_id, s.slug AS source_slug, g.page_url, g.first_seen,
                          COALESCE(r.confirmed_at, g.last_seen) AS "last_seen!"
                   FROM sightings g
                   JOIN sources s ON s.id = g.source_id
                   LEFT JOIN readings r ON r.source_id = g.source_id AND r.crawl_id = g.last_crawl_id
                   WHERE g.event_id = ANY($1)
                   ORDER BY g.event_id, 6 DESC, g.source_id, g.identity"#,
                ids
            )
            .fetch_all(connection)
            .await?;
            Ok(stored(rows)?)
        })
        .await
    }

    /// The sightings of an event of several records, those of all of them as its own; the latest first.
    async fn sightings_of_all(&self, event: EventId) -> Result<Vec<Sighting>> {
        let records = self.records_of(event).await?;
        let ids: Vec<EventId> = records.into_iter().map(|record| record.known.id).collect();
        let mut sightings = self.sightings(&ids).await?;
        sightings.iter_mut().for_each(|sighting| sighting.event = event);
        sightings.sort_by_key(|sighting| std::cmp::Reverse(sighting.last_seen));
        Ok(sightings)
    }

    /// Who saw these events; by event, the latest first.
    pub async fn sightings(&self, events: &[EventId]) -> Result<Vec<Sighting>> {
        let ids: Vec<_> = events.iter().map(|id| id.uuid()).collect();
        self.bounded("reading sightings", async {
            let rows = sqlx::query_as!(
                SightingRow,
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

/// What the rows of a list come to, the one beyond its limit among them.
fn list_of(query: &EventQuery, resolved: &Resolved, rows: Vec<ScoredRow>) -> Result<EventList> {
    let rows: Vec<(Option<i32>, StoredEvent)> =
        rows.into_iter().map(|row| Ok((row.score, StoredEvent::try_from(row.event)?))).collect::<Result<_>>()?;
    let limit = clamp_or_default(query.limit);
    let cut = batch(rows, limit, |(score, event)| cursor(query.sort, event, *score, resolved));
    let items: Vec<StoredEvent> = cut.items.into_iter().map(|(_, event)| event).collect();
    let near = query.place.area.as_ref().is_some_and(|area| area.middle().is_some());
    let meters = if near { items.iter().map(|event| resolved.meters(event.venue.id)).collect() } else { Vec::new() };
    Ok(EventList { batch: Batch { items, next: cut.next }, meant: resolved.meant(), meters })
}
