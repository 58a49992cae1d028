//! Schedules: when each source is due, and which of them the operator has paused.
//!
//! Stands before the flow. The scheduler reads what is due, asks for crawls and sets the next time in one transaction ([`Turn`]), so
//! that of several schedulers one asks, once. When the next time is, is not decided here.

use std::time::Duration;

use chrono::{DateTime, Utc};
use marquee_model::{Schedule, Slug, SourceId, WebUrl, Zone};
use serde_json::Value;
use sqlx::{PgConnection, Postgres, Transaction};

use crate::{Result, Store, column::Row, pool::within};

/// A source, as the scheduler needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// The source.
    pub source: SourceId,
    /// Its short name.
    pub slug: Slug,
    /// The address of its listing.
    pub url: WebUrl,
    /// The zone of its times of day.
    pub zone: Zone,
    /// How often it is crawled.
    pub schedule: Schedule,
    /// When it is, or was, due. `None`: not known yet.
    pub due_at: Option<DateTime<Utc>>,
    /// When its last recorded crawl began.
    pub last_tried: Option<DateTime<Utc>>,
    /// What its next time is reckoned from, as the database has it.
    terms: Value,
}

/// A crawl of a source, and whether it found anything new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// When the crawl began.
    pub at: DateTime<Utc>,
    /// Whether an event was new or different.
    pub changed: bool,
}

/// How a source is scheduled, for who looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSchedule {
    /// The source.
    pub source: SourceId,
    /// When it is due.
    pub due_at: DateTime<Utc>,
    /// When a crawl was last asked for by schedule.
    pub last_asked_at: Option<DateTime<Utc>>,
    /// Since when the operator has paused it.
    pub paused_at: Option<DateTime<Utc>>,
}

/// Sources that are due, locked: no other scheduler sees them until this is committed or dropped. Dropped, nothing has happened.
#[derive(Debug)]
pub struct Turn {
    transaction: Transaction<'static, Postgres>,
    limit: Duration,
    slots: Vec<Slot>,
}

impl Store {
    /// The sources that are due at `now`, the longest overdue first, at most `most`. Paused and disabled ones never are.
    pub async fn due(&self, now: DateTime<Utc>, most: u32) -> Result<Turn> {
        let limit = Duration::from_millis(self.settings.operation_timeout_ms);
        self.bounded("looking for what is due", async {
            let mut transaction = self.begin().await?;
            let rows = sqlx::query!(
                r#"SELECT o.id, o.slug, o.url, o.zone, o.schedule, s.due_at,
                          jsonb_build_object('schedule', o.schedule, 'zone', o.zone) AS "terms!"
                   FROM schedules s JOIN sources o ON o.id = s.source_id
                   WHERE s.due_at <= $1 AND s.paused_at IS NULL AND o.enabled
                   ORDER BY s.due_at LIMIT $2 FOR UPDATE OF s SKIP LOCKED"#,
                now,
                i64::from(most)
            )
            .fetch_all(&mut *transaction)
            .await?;
            let mut slots = Vec::with_capacity(rows.len());
            for row in rows {
                let id = SourceId::from_uuid(row.id);
                let at = Row { table: "sources", id: &id };
                slots.push(Slot {
                    source: id,
                    slug: at.parse("slug", &row.slug)?,
                    url: at.parse("url", &row.url)?,
                    zone: at.parse("zone", &row.zone)?,
                    schedule: at.json("schedule", row.schedule)?,
                    due_at: Some(row.due_at),
                    last_tried: None,
                    terms: row.terms,
                });
            }
            Ok(Turn { transaction, limit, slots })
        })
        .await
    }

    /// Enabled sources whose next time is not known, or was reckoned from what their files no longer say; at most `most`.
    pub async fn unplanned(&self, most: u32) -> Result<Vec<Slot>> {
        self.bounded("looking for new schedules", async {
            let rows = sqlx::query!(
                r#"SELECT o.id, o.slug, o.url, o.zone, o.schedule, s.due_at AS "due_at?",
                          jsonb_build_object('schedule', o.schedule, 'zone', o.zone) AS "terms!",
                          (SELECT max(c.started_at) FROM crawls c WHERE c.source_id = o.id) AS last_tried
                   FROM sources o LEFT JOIN schedules s ON s.source_id = o.id
                   WHERE o.enabled
                   AND s.terms IS DISTINCT FROM jsonb_build_object('schedule', o.schedule, 'zone', o.zone)
                   ORDER BY o.slug COLLATE "C" LIMIT $1"#,
                i64::from(most)
            )
            .fetch_all(&self.pool)
            .await?;
            let mut slots = Vec::with_capacity(rows.len());
            for row in rows {
                let id = SourceId::from_uuid(row.id);
                let at = Row { table: "sources", id: &id };
                slots.push(Slot {
                    source: id,
                    slug: at.parse("slug", &row.slug)?,
                    url: at.parse("url", &row.url)?,
                    zone: at.parse("zone", &row.zone)?,
                    schedule: at.json("schedule", row.schedule)?,
                    due_at: row.due_at,
                    last_tried: row.last_tried,
                    terms: row.terms,
                });
            }
            Ok(slots)
        })
        .await
    }

    /// Sets a source's next time, reckoned from its terms in `slot`. Of several who do so at once the first one's time stands.
    pub async fn plan(&self, slot: &Slot, due_at: DateTime<Utc>) -> Result<()> {
        self.bounded("planning a source", async {
            sqlx::query!(
                "INSERT INTO schedules AS s (source_id, due_at, terms) SELECT id, $2, $3 FROM sources WHERE id = $1
                 ON CONFLICT (source_id) DO UPDATE SET due_at = excluded.due_at, terms = excluded.terms
                 WHERE s.terms <> excluded.terms",
                slot.source.uuid(),
                due_at,
                slot.terms
            )
            .execute(&self.pool)
            .await?;
            Ok(())
        })
        .await
    }

    /// Every source's schedule, as far as it is known.
    pub async fn schedules(&self) -> Result<Vec<StoredSchedule>> {
        self.bounded("reading schedules", async {
            let rows =
                sqlx::query!("SELECT source_id, due_at, last_asked_at, paused_at FROM schedules ORDER BY source_id")
                    .fetch_all(&self.pool)
                    .await?;
            Ok(rows
                .into_iter()
                .map(|row| StoredSchedule {
                    source: SourceId::from_uuid(row.source_id),
                    due_at: row.due_at,
                    last_asked_at: row.last_asked_at,
                    paused_at: row.paused_at,
                })
                .collect())
        })
        .await
    }

    /// Since when the longest overdue source is due; `None` where none is.
    pub async fn oldest_due(&self, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>> {
        self.bounded("looking for the oldest due source", async {
            let oldest = sqlx::query_scalar!(
                "SELECT min(s.due_at) FROM schedules s JOIN sources o ON o.id = s.source_id
                 WHERE s.due_at <= $1 AND s.paused_at IS NULL AND o.enabled",
                now
            )
            .fetch_one(&self.pool)
            .await?;
            Ok(oldest)
        })
        .await
    }

    /// The last crawls of a source whose listing could be read, at most `most`, the newest first, and what they found.
    pub async fn changes_found(&self, source: SourceId, most: u32) -> Result<Vec<Change>> {
        self.bounded("reading how often a source changes", async {
            let rows = sqlx::query!(
                r#"SELECT started_at, new + changed > 0 AS "changed!" FROM crawls
                   WHERE source_id = $1 AND outcome IN ('complete', 'partial', 'empty')
                   ORDER BY started_at DESC, id DESC LIMIT $2"#,
                source.uuid(),
                i64::from(most)
            )
            .fetch_all(&self.pool)
            .await?;
            Ok(rows.into_iter().map(|row| Change { at: row.started_at, changed: row.changed }).collect())
        })
        .await
    }
}

impl Turn {
    /// The sources that are due.
    #[must_use]
    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// The transaction, for the queue of jobs alone: what it adds becomes visible with the next times, or not at all.
    pub fn connection(&mut self) -> &mut PgConnection {
        &mut self.transaction
    }

    /// Notes that a crawl was asked for, if it was, and when the source is due next.
    pub async fn set_next(&mut self, slot: &Slot, asked_at: Option<DateTime<Utc>>, next: DateTime<Utc>) -> Result<()> {
        within("setting when a source is due", self.limit, async {
            sqlx::query!(
                "UPDATE schedules SET due_at = $2, terms = $3, last_asked_at = COALESCE($4, last_asked_at) WHERE source_id = $1",
                slot.source.uuid(),
                next,
                slot.terms,
                asked_at
            )
            .execute(&mut *self.transaction)
            .await?;
            Ok(())
        })
        .await
    }

    /// Makes it so.
    pub async fn commit(self) -> Result<()> {
        within("committing the schedule", self.limit, async { Ok(self.transaction.commit().await?) }).await
    }
}
