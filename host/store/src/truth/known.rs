//! What is known from a source before a crawl of it.

use chrono::{DateTime, Days, NaiveDate, Utc};
use marquee_model::{EventId, PluginVersion, SourceId};
use marquee_reconcile::{KnownEvent, Vanished};
use sqlx::{PgConnection, QueryBuilder};

use super::{
    publish::groups,
    record_row::{Record, RecordRow, SELECT},
    stored::StoredRecord,
};
use crate::{Result, Store, column::Row, error::Trouble, event_row::stored};

/// Days for which events that are over are looked at with every crawl: a listing that repeats an earlier month under new days is known by
/// them. Older ones are looked at where a page lists them again, by what the source calls them.
const LOOK_BACK_DAYS: u64 = 120;

/// Crawls whose absence counted and that tell how much usually vanishes: three months at four crawls a day would be more than enough, and
/// sixty are a fortnight.
const VANISHED_KEPT: i64 = 60;

/// Complete crawls for which a new version of a plugin is on probation: what it tells less than the one before is held.
const PROBATION_CRAWLS: i64 = 3;

/// What is known of the events of a source that are not history, of those that were on lately, and of those that have one of these
/// identities.
pub(super) async fn records(
    connection: &mut PgConnection,
    source: SourceId,
    today: NaiveDate,
    identities: &[String],
) -> std::result::Result<Vec<Record>, Trouble> {
    let since = today.checked_sub_days(Days::new(LOOK_BACK_DAYS)).unwrap_or(today);
    // Two looks by two indexes: as one condition it would read every record that the source ever had. What a source called its events stands
    // with its sightings, under a key of its own; by the array of each record it cannot be told how few they are, and a million were read.
    let mut sql = QueryBuilder::new(SELECT);
    sql.push("WHERE r.event_id = ANY(ARRAY(SELECT event_id FROM records WHERE source_id = ").push_bind(source.uuid());
    sql.push(" AND over_after >= ").push_bind(since);
    sql.push(" UNION SELECT event_id FROM sightings WHERE source_id = ").push_bind(source.uuid());
    sql.push(" AND identity = ANY(").push_bind(identities.to_vec()).push("))) ORDER BY r.event_id");
    let rows: Vec<RecordRow> = sql.build_query_as().fetch_all(connection).await?;
    Ok(stored(rows)?)
}

/// What vanished in the source's earlier crawls, the newest first.
pub(super) async fn vanished(
    connection: &mut PgConnection,
    source: SourceId,
) -> std::result::Result<Vec<Vanished>, Trouble> {
    let rows = sqlx::query_scalar!(
        r#"SELECT plan->'vanished' AS "vanished!" FROM crawls
           WHERE source_id = $1 AND plan->'vanished' IS NOT NULL AND plan->'vanished' <> 'null'::jsonb
           ORDER BY started_at DESC, id DESC LIMIT $2"#,
        source.uuid(),
        VANISHED_KEPT
    )
    .fetch_all(connection)
    .await?;
    let at = Row { table: "crawls", id: &source };
    Ok(rows.into_iter().map(|row| at.json("plan", row)).collect::<Result<_>>()?)
}

/// Whether this version is not yet the one that the source's last complete crawls were read by, though there were some.
pub(super) async fn on_probation(
    connection: &mut PgConnection,
    source: SourceId,
    plugin: &PluginVersion,
    before: DateTime<Utc>,
) -> std::result::Result<bool, Trouble> {
    let digests = sqlx::query_scalar!(
        "SELECT p.digest FROM crawls c JOIN plugin_versions p ON p.id = c.plugin_version_id
         WHERE c.source_id = $1 AND c.outcome IN ('complete', 'empty') AND c.started_at < $2
         ORDER BY c.started_at DESC, c.id DESC LIMIT $3",
        source.uuid(),
        before,
        PROBATION_CRAWLS
    )
    .fetch_all(connection)
    .await?;
    Ok(digests.iter().any(|digest| digest.as_slice() != plugin.digest.as_bytes().as_slice()))
}

impl Store {
    /// What is known from a source: everything that is not over on `today`, and what was on in the months before.
    pub async fn known(&self, source: SourceId, today: NaiveDate) -> Result<Vec<KnownEvent>> {
        self.bounded("reading what is known of a source", async {
            let mut connection = self.pool.acquire().await?;
            let records = records(&mut connection, source, today, &[]).await?;
            Ok(records.into_iter().map(|record| record.known).collect())
        })
        .await
    }

    /// What vanished in earlier crawls of a source, and whether this version of its plugin is on probation: what a plan must know beside
    /// the events.
    pub async fn habits(
        &self,
        source: SourceId,
        plugin: &PluginVersion,
        now: DateTime<Utc>,
    ) -> Result<(Vec<Vanished>, bool)> {
        self.bounded("reading a source's habits", async {
            let mut connection = self.pool.acquire().await?;
            let vanished = vanished(&mut connection, source).await?;
            Ok((vanished, on_probation(&mut connection, source, plugin, now).await?))
        })
        .await
    }

    /// Whether some event of a source was absent from its last crawls, so that the next one must look again even where no page has
    /// changed.
    pub async fn has_open_absences(&self, source: SourceId, today: NaiveDate) -> Result<bool> {
        self.bounded("looking for absent events", async {
            let found = sqlx::query_scalar!(
                r#"SELECT EXISTS (SELECT FROM records WHERE source_id = $1 AND open AND over_after >= $2) AS "found!""#,
                source.uuid(),
                today
            )
            .fetch_one(&self.pool)
            .await?;
            Ok(found)
        })
        .await
    }

    /// The records behind an event, that of the answering id first; nothing where there is no such event.
    pub async fn records_of(&self, id: EventId) -> Result<Vec<StoredRecord>> {
        self.bounded("reading an event's records", async {
            let mut connection = self.pool.acquire().await?;
            let groups = groups(&mut connection, &std::iter::once(id).collect()).await?;
            let records: Vec<Record> =
                groups.into_values().find(|group| group.iter().any(|record| record.known.id == id)).unwrap_or_default();
            let ids: Vec<_> = records.iter().map(|record| record.source.uuid()).collect();
            let slugs = sqlx::query!("SELECT id, slug FROM sources WHERE id = ANY($1)", &ids)
                .fetch_all(&mut *connection)
                .await?;
            let mut all = Vec::with_capacity(records.len());
            for record in records {
                let at = Row { table: "sources", id: &record.source };
                let slug = slugs.iter().find(|row| row.id == record.source.uuid()).map_or("", |row| &row.slug);
                all.push(StoredRecord {
                    source_slug: at.parse("slug", slug)?,
                    known: record.known,
                    source: record.source,
                    trust: record.trust,
                    place: record.place,
                    said_at: record.said_at,
                });
            }
            Ok(all)
        })
        .await
    }

    /// The event that answers for an id: itself, or what it was merged into. `None`: there is no such event.
    pub async fn answering(&self, id: EventId) -> Result<Option<EventId>> {
        self.bounded("following an event's id", async {
            let found = sqlx::query_scalar!(
                r#"WITH RECURSIVE up AS (
                     SELECT id, merged_into FROM events WHERE id = $1
                     UNION SELECT e.id, e.merged_into FROM events e JOIN up ON e.id = up.merged_into
                 ) SELECT id AS "id!" FROM up WHERE merged_into IS NULL"#,
                id.uuid()
            )
            .fetch_optional(&self.pool)
            .await?;
            Ok(found.map(EventId::from_uuid))
        })
        .await
    }
}
