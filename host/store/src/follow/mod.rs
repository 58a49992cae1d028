//! Following: the feed of changes as followers read it, with filters, and what is let go of at its old end.
//!
//! Entries are written by whoever publishes events; here they are only read and, after their time, removed. A follower remembers the
//! number up to which it has read, asks for what comes after, and is told to start over where that is no longer possible. [`Store::listen`]
//! tells when there is something new.

mod filter;

use chrono::{DateTime, Utc};
use marquee_model::{CrawlId, EventId};
use serde_json::Value;
use sqlx::QueryBuilder;
use uuid::Uuid;

pub use filter::{FEED_FIELDS, FeedFilter, FollowedVenue, NotAVenueName};

use crate::{
    Result, Store, StoredChange, StoredEvent,
    column::Row,
    error::Trouble,
    event_row::{SELECT, SHOWN},
    query::clamp,
};

/// Entries that one reading of the feed looks at, whether it wants them or not: a filter that wants few must not read a long feed
/// at once. 10,000 entries are looked at in some 20 ms.
const SCANNED: i64 = 10_000;

/// Entries that are removed in one transaction: it holds the lock under which entries are numbered.
const PRUNED_AT_ONCE: i64 = 5_000;

/// Some entries of the feed, or word that what came before them is gone.
#[derive(Debug, Clone, PartialEq)]
pub struct FeedPage {
    /// The entries that the filter wants, in order.
    pub changes: Vec<StoredChange>,
    /// Up to which number the feed was read: where to go on.
    pub next: i64,
    /// Number of the newest entry, 0 where there never was one.
    pub last: i64,
    /// Number of the oldest entry that is kept.
    pub oldest: i64,
    /// Entries between the follower and these are gone, or the feed never got as far as the follower (it was restored from an older
    /// copy): take all events anew, and follow from there.
    pub broken: bool,
}

impl FeedPage {
    /// Whether there is more to read already.
    #[must_use]
    pub const fn has_more(&self) -> bool {
        self.next < self.last
    }
}

#[derive(sqlx::FromRow)]
struct FeedRow {
    last_change: i64,
    oldest_change: i64,
    until: i64,
    number: Option<i64>,
    event_id: Option<Uuid>,
    kind: Option<String>,
    revision: Option<i64>,
    fields: Option<Value>,
    reason: Option<String>,
    into_id: Option<Uuid>,
    at: Option<DateTime<Utc>>,
    crawl_id: Option<Uuid>,
}

impl FeedRow {
    /// The entry, where the row has one: the counters come with a row of their own where nothing is wanted.
    fn entry(self) -> Result<Option<StoredChange>> {
        let all = (self.number, self.event_id, self.kind, self.revision, self.fields, self.at);
        let (Some(number), Some(event), Some(kind), Some(revision), Some(fields), Some(at)) = all else {
            return Ok(None);
        };
        let row = Row { table: "changes", id: &number };
        Ok(Some(StoredChange {
            number,
            event: EventId::from_uuid(event),
            kind: row.word("kind", kind)?,
            revision: row.number("revision", revision)?,
            fields: row.json("fields", fields)?,
            reason: self.reason.unwrap_or_default(),
            into: self.into_id.map(EventId::from_uuid),
            at,
            crawl: self.crawl_id.map(CrawlId::from_uuid),
        }))
    }
}

impl Store {
    /// What followers with this filter are told after entry `after` (0: from the beginning): at most `limit` entries (1 to
    /// [`crate::MAX_LIMIT`]), in order.
    ///
    /// One statement, so that counters and entries are of one moment: numbers are given in the order of commits, and an entry that
    /// is let go of meanwhile is either still there or known to be gone.
    pub async fn feed(&self, after: i64, filter: &FeedFilter, limit: u32) -> Result<FeedPage> {
        let limit = clamp(limit);
        let mut sql = QueryBuilder::new("WITH counted AS (SELECT last_change, oldest_change, LEAST(last_change, ");
        sql.push_bind(after.saturating_add(SCANNED)).push(") AS until FROM counters)");
        filter.push_venues(&mut sql);
        sql.push(
            " SELECT counted.last_change, counted.oldest_change, counted.until,
                c.number, c.event_id, c.kind, c.revision, c.fields, c.reason, c.into_id, c.at, c.crawl_id
              FROM counted LEFT JOIN LATERAL (SELECT c.* FROM changes c JOIN events e ON e.id = c.event_id WHERE c.number > ",
        );
        sql.push_bind(after).push(" AND c.number <= counted.until");
        filter.push_conditions(&mut sql);
        sql.push(" ORDER BY c.number LIMIT ").push_bind(limit).push(") c ON true ORDER BY c.number");
        self.bounded("reading the feed of changes", async {
            let rows: Vec<FeedRow> = sql.build_query_as().fetch_all(&self.pool).await?;
            let (mut last, mut oldest, mut until) = (0, 1, after);
            let mut changes = Vec::with_capacity(rows.len());
            for row in rows {
                (last, oldest, until) = (row.last_change, row.oldest_change, row.until);
                changes.extend(row.entry()?);
            }
            let broken = after > last || after.saturating_add(1) < oldest;
            let full = i64::try_from(changes.len()).is_ok_and(|read| read == limit);
            let next = changes.last().filter(|_| full).map_or(until, |change| change.number);
            Ok(FeedPage { changes, next, last, oldest, broken })
        })
        .await
    }

    /// Number of the newest entry of the feed, 0 where there never was one.
    pub async fn last_change(&self) -> Result<i64> {
        self.bounded("reading the feed's end", async {
            Ok(sqlx::query_scalar("SELECT last_change FROM counters").fetch_one(&self.pool).await?)
        })
        .await
    }

    /// Numbers of the oldest entry that is kept and of the newest one; the oldest is one above the newest where none is kept.
    pub async fn feed_bounds(&self) -> Result<(i64, i64)> {
        self.bounded("reading the feed's ends", async {
            Ok(sqlx::query_as("SELECT oldest_change, last_change FROM counters").fetch_one(&self.pool).await?)
        })
        .await
    }

    /// Those of these events that are in lists now, in no order.
    pub async fn events_shown(&self, ids: &[EventId]) -> Result<Vec<StoredEvent>> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
        let mut sql = QueryBuilder::new(SELECT);
        sql.push(SHOWN).push(" AND e.id = ANY(").push_bind(ids).push(")");
        self.read_events("reading events of the feed", sql).await
    }

    /// The key that seals cursors of the feed, the same for every process on this database and for all time.
    pub async fn feed_key(&self) -> Result<[u8; 32]> {
        self.bounded("reading the key of the feed's cursors", async {
            let key: Vec<u8> = sqlx::query_scalar("SELECT key FROM feed_keys").fetch_one(&self.pool).await?;
            let row = Row { table: "feed_keys", id: &"true" };
            <[u8; 32]>::try_from(key.as_slice()).map_err(|error| Trouble::from(row.bad("key", error)))
        })
        .await
    }

    /// Lets go of the entries before the first one that is of `before` or later; whoever has not read them must start over. Returns
    /// how many.
    pub async fn prune_changes(&self, before: DateTime<Utc>) -> Result<u64> {
        let mut gone = 0;
        loop {
            let now = self.prune_some(before).await?;
            gone += now;
            if now < PRUNED_AT_ONCE.unsigned_abs() {
                return Ok(gone);
            }
        }
    }

    async fn prune_some(&self, before: DateTime<Utc>) -> Result<u64> {
        self.bounded("letting go of old changes", async {
            let mut transaction = self.begin().await?;
            // The order of numbers is the one that counts: the time of an entry is its crawl's, and crawls overlap.
            let cut: Option<i64> = sqlx::query_scalar(
                "WITH first AS (SELECT number, at FROM changes ORDER BY number LIMIT $2)
                 SELECT COALESCE((SELECT min(number) FROM first WHERE at >= $1), (SELECT max(number) + 1 FROM first))",
            )
            .bind(before)
            .bind(PRUNED_AT_ONCE)
            .fetch_one(&mut *transaction)
            .await?;
            let Some(cut) = cut else { return Ok(0) };
            let gone =
                sqlx::query("DELETE FROM changes WHERE number < $1").bind(cut).execute(&mut *transaction).await?;
            if gone.rows_affected() > 0 {
                sqlx::query("UPDATE counters SET oldest_change = GREATEST(oldest_change, $1)")
                    .bind(cut)
                    .execute(&mut *transaction)
                    .await?;
            }
            transaction.commit().await?;
            Ok(gone.rows_affected())
        })
        .await
    }
}
