//! What readers saw change, and what happened to records: two append-only tables, numbered without gaps in the order of commits.
//!
//! Numbers are given under the lock of the one row of `counters`, which is held until the transaction ends: whoever reads number 12 has
//! everything up to 12. It is taken last, so that crawls wait for each other only while they commit.

use std::collections::BTreeMap;

use marquee_model::{CrawlId, Digest, EventId};
use marquee_reconcile::{Change, Decider};
use sqlx::PgConnection;

use super::publish::Occasion;
use crate::{
    Batch, ChangeBatch, ChangeKind, FieldDiff, HistoryEntry, Result, Store, StoredChange,
    column::{Row, json, text, word},
    error::Trouble,
    query::{batch, clamp},
};

/// An entry of the feed that has no number yet.
pub(super) struct NewChange {
    pub(super) event: EventId,
    pub(super) kind: ChangeKind,
    pub(super) revision: i64,
    pub(super) fields: BTreeMap<String, FieldDiff>,
    pub(super) reason: String,
    pub(super) into: Option<EventId>,
}

/// Appends to the feed, and tells whoever listens on `marquee_changes`.
pub(super) async fn append(
    connection: &mut PgConnection,
    changes: &[NewChange],
    occasion: &Occasion<'_>,
) -> std::result::Result<(), Trouble> {
    if changes.is_empty() {
        return Ok(());
    }
    let number = i64::try_from(changes.len()).unwrap_or(i64::MAX);
    let last = sqlx::query_scalar!("UPDATE counters SET last_change = last_change + $1 RETURNING last_change", number)
        .fetch_one(&mut *connection)
        .await?;
    fn all<T>(changes: &[NewChange], of: impl Fn(&NewChange) -> T) -> Vec<T> {
        changes.iter().map(of).collect()
    }
    sqlx::query!(
        "INSERT INTO changes (number, event_id, kind, revision, fields, reason, into_id, at, crawl_id)
         SELECT $1 + g.ordinal, g.event_id, g.kind, g.revision, g.fields, g.reason, g.into_id, $8, $9
         FROM UNNEST($2::uuid[], $3::text[], $4::bigint[], $5::jsonb[], $6::text[], $7::uuid[])
              WITH ORDINALITY AS g (event_id, kind, revision, fields, reason, into_id, ordinal)",
        last - number,
        &all(changes, |change| change.event.uuid()),
        &all(changes, |change| word(&change.kind)),
        &all(changes, |change| change.revision),
        &all(changes, |change| json(&change.fields)),
        &all(changes, |change| text(&change.reason)),
        &all(changes, |change| change.into.map(EventId::uuid)) as _,
        occasion.at,
        occasion.crawl.map(CrawlId::uuid),
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!("SELECT pg_notify('marquee_changes', $1)", last.to_string()).execute(connection).await?;
    Ok(())
}

/// Appends to the histories of records. `decider`: who decided, where it was no crawl.
pub(crate) async fn append_history(
    connection: &mut PgConnection,
    changes: &[Change],
    plugin: Option<i64>,
    decider: Option<&Decider>,
) -> std::result::Result<(), Trouble> {
    if changes.is_empty() {
        return Ok(());
    }
    let number = i64::try_from(changes.len()).unwrap_or(i64::MAX);
    let last =
        sqlx::query_scalar!("UPDATE counters SET last_history = last_history + $1 RETURNING last_history", number)
            .fetch_one(&mut *connection)
            .await?;
    let decided_by = decider.map(|decider| match decider {
        Decider::Person(name) => text(name),
        Decider::Rule(name) => format!("rule: {}", text(name)),
    });
    fn all<T>(changes: &[Change], of: impl Fn(&Change) -> T) -> Vec<T> {
        changes.iter().map(of).collect()
    }
    let whats: Vec<serde_json::Value> = all(changes, |change| json(&change.what));
    let kinds: Vec<String> = whats
        .iter()
        .map(|what| what.get("what").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned())
        .collect();
    sqlx::query!(
        "INSERT INTO event_history (number, event_id, kind, what, observed_at, crawl_id, plugin_version_id, reason, decided_by)
         SELECT $1 + g.ordinal, g.event_id, g.kind, g.what, g.observed_at, g.crawl_id, CASE WHEN g.crawl_id IS NOT NULL THEN $8::bigint END,
                g.reason, $9
         FROM UNNEST($2::uuid[], $3::text[], $4::jsonb[], $5::timestamptz[], $6::uuid[], $7::text[])
              WITH ORDINALITY AS g (event_id, kind, what, observed_at, crawl_id, reason, ordinal)",
        last - number,
        &all(changes, |change| change.event.uuid()),
        &kinds,
        &whats,
        &all(changes, |change| change.observed_at),
        &all(changes, |change| change.crawl.map(CrawlId::uuid)) as _,
        &all(changes, |change| text(&change.reason)),
        plugin,
        decided_by,
    )
    .execute(connection)
    .await?;
    Ok(())
}

impl Store {
    /// What readers saw change after entry `after` (0: from the beginning), in order, at most `limit` entries (1 to
    /// [`crate::MAX_LIMIT`]).
    pub async fn changes(&self, after: i64, limit: u32) -> Result<ChangeBatch> {
        self.bounded("reading changes", async {
            let rows = sqlx::query!(
                "SELECT number, event_id, kind, revision, fields, reason, into_id, at, crawl_id FROM changes
                 WHERE number > $1 ORDER BY number LIMIT $2",
                after,
                clamp(limit)
            )
            .fetch_all(&self.pool)
            .await?;
            // The counters last: what retention removes between both statements then shows as a beginning that lies ahead of the rows, so that
            // whoever reads is told to start over, and no gap goes unnoticed.
            let counters =
                sqlx::query!("SELECT last_change, oldest_change FROM counters").fetch_one(&self.pool).await?;
            let mut changes = Vec::with_capacity(rows.len());
            for row in rows {
                let at = Row { table: "changes", id: &row.number };
                changes.push(StoredChange {
                    number: row.number,
                    event: EventId::from_uuid(row.event_id),
                    kind: at.word("kind", row.kind)?,
                    revision: at.number("revision", row.revision)?,
                    fields: at.json("fields", row.fields)?,
                    reason: row.reason,
                    into: row.into_id.map(EventId::from_uuid),
                    at: row.at,
                    crawl: row.crawl_id.map(CrawlId::from_uuid),
                });
            }
            Ok(ChangeBatch { changes, last: counters.last_change, oldest: counters.oldest_change })
        })
        .await
    }

    /// What happened to the records behind an event, in order: those of the event that answers for `id` and of all that were merged
    /// into it. Entries after number `after`.
    pub async fn event_history(&self, id: EventId, after: i64, limit: u32) -> Result<Batch<HistoryEntry, i64>> {
        let limit = clamp(limit);
        self.bounded("reading an event's history", async {
            let rows = sqlx::query!(
                r#"WITH RECURSIVE up AS (
                     SELECT id, merged_into FROM events WHERE id = $1
                     UNION SELECT e.id, e.merged_into FROM events e JOIN up ON e.id = up.merged_into
                 ), down AS (
                     SELECT id FROM up UNION SELECT e.id FROM events e JOIN down ON e.merged_into = down.id
                 )
                 SELECT h.number, h.event_id, h.what, h.observed_at, h.crawl_id, h.reason, h.decided_by, p.digest AS "digest?"
                 FROM event_history h JOIN down ON down.id = h.event_id
                 LEFT JOIN plugin_versions p ON p.id = h.plugin_version_id
                 WHERE h.number > $2 ORDER BY h.number LIMIT $3"#,
                id.uuid(),
                after,
                limit + 1
            )
            .fetch_all(&self.pool)
            .await?;
            let mut entries = Vec::with_capacity(rows.len());
            for row in rows {
                let at = Row { table: "event_history", id: &row.number };
                let plugin: Option<Digest> =
                    row.digest.map(|digest| at.digest("plugin_version_id", &digest)).transpose()?;
                entries.push(HistoryEntry {
                    number: row.number,
                    change: Change {
                        event: EventId::from_uuid(row.event_id),
                        what: at.json("what", row.what)?,
                        observed_at: row.observed_at,
                        crawl: row.crawl_id.map(CrawlId::from_uuid),
                        plugin,
                        reason: row.reason,
                    },
                    decided_by: row.decided_by,
                });
            }
            Ok(batch(entries, limit, |entry| entry.number))
        })
        .await
    }
}
