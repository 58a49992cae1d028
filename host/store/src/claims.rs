//! Claims: who crawls a source right now.
//!
//! Stands before and around a crawl. Whoever wants to crawl claims the source and with it the host that the crawl asks, shows signs
//! of life while it crawls, and releases the claim at the end. A claim that shows none for its lease may be taken over; its number
//! (the token) then grows, and [`Store::record`] refuses what was crawled under an older one: a process that was held up, or cut
//! off, and comes back cannot write over its successor. Time is the database's, since processes' clocks differ. Nothing here
//! crawls or decides what is crawled.

use std::time::Duration;

use chrono::{DateTime, Utc};
use marquee_model::{CrawlId, Slug, SourceId};
use sqlx::PgConnection;

use crate::{
    Result, Store, StoreError,
    column::{Row, count},
    error::Trouble,
};

/// Namespace of the advisory locks that let one process at a time claim something of a host.
const HOST_LOCK: i32 = 0x6d71_686f;

/// The right to crawl a source, for as long as it shows signs of life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The source.
    pub source: SourceId,
    /// Grows with every claim of the source.
    pub token: i64,
    /// Who holds it: for people who read it.
    pub worker: String,
    /// Since when.
    pub begun_at: DateTime<Utc>,
    /// For how long it holds without a sign of life.
    pub lease: Duration,
}

/// Somebody else's claim that stands in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Busy {
    /// The source that is being crawled: the one that was asked for, or another one on the same host.
    pub source: SourceId,
    /// Its short name.
    pub slug: Slug,
    /// The claim's token.
    pub token: i64,
    /// Who holds it.
    pub worker: String,
    /// Since when.
    pub since: DateTime<Utc>,
    /// After which time it can be taken over if its holder shows no further sign of life.
    pub free_in: Duration,
}

/// What became of the wish for a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// The claim is ours.
    Claim(Claim),
    /// Somebody else's stands in the way.
    Busy(Busy),
}

/// The last crawl of a source that was recorded under a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastClaimed {
    /// The claim's token.
    pub token: i64,
    /// When the claim was taken, by the database's clock.
    pub begun_at: DateTime<Utc>,
    /// The crawl.
    pub crawl: CrawlId,
}

impl Store {
    /// Claims a source and the host that is asked for it; `host` is any text that stands for whom the crawl must not ask at the same
    /// time as another. A claim of either whose lease is over is taken over.
    pub async fn claim(&self, source: SourceId, host: &str, worker: &str, lease: Duration) -> Result<Taken> {
        const WHAT: &str = "claiming a source";
        let lease_ms = count(lease.as_millis()).max(1);
        self.bounded(WHAT, async {
            let mut transaction = self.begin().await?;
            // Two claims of one host look at each other's rows, which a lock on either row alone would not order.
            sqlx::query!("SELECT pg_advisory_xact_lock($1, hashtext($2))", HOST_LOCK, host)
                .execute(&mut *transaction)
                .await?;
            if let Some(busy) = in_the_way(&mut transaction, source, host).await? {
                return Ok(Taken::Busy(busy));
            }
            let row = sqlx::query!(
                r#"INSERT INTO crawl_claims AS c (source_id, host, token, worker, claimed_at, beat_at, lease_ms)
                   SELECT id, $2, 1, $3, clock_timestamp(), clock_timestamp(), $4 FROM sources WHERE id = $1
                   ON CONFLICT (source_id) DO UPDATE
                   SET host = excluded.host, token = c.token + 1, worker = excluded.worker, claimed_at = excluded.claimed_at,
                       beat_at = excluded.beat_at, lease_ms = excluded.lease_ms, released_at = NULL
                   WHERE c.released_at IS NOT NULL OR c.beat_at + c.lease_ms * interval '1 millisecond' <= clock_timestamp()
                   RETURNING token, claimed_at"#,
                source.uuid(),
                host,
                worker,
                lease_ms,
            )
            .fetch_optional(&mut *transaction)
            .await?;
            let Some(row) = row else {
                // There is no such source, or somebody took it under another host in this very moment.
                return match in_the_way(&mut transaction, source, host).await? {
                    Some(busy) => Ok(Taken::Busy(busy)),
                    None => Err(StoreError::Unknown { what: WHAT, object: source.to_string() }.into()),
                };
            };
            transaction.commit().await?;
            Ok(Taken::Claim(Claim {
                source,
                token: row.token,
                worker: worker.to_owned(),
                begun_at: row.claimed_at,
                lease,
            }))
        })
        .await
    }

    /// A sign of life. `false`: the claim is lost, since its lease was over or somebody else has it; the crawl is to end.
    ///
    /// A lease that is over is lost even where nobody took it: another crawl may ask the host by now.
    pub async fn renew(&self, claim: &Claim) -> Result<bool> {
        self.bounded("renewing a claim", async {
            let done = sqlx::query!(
                "UPDATE crawl_claims SET beat_at = clock_timestamp()
                 WHERE source_id = $1 AND token = $2 AND released_at IS NULL
                 AND beat_at + lease_ms * interval '1 millisecond' > clock_timestamp()",
                claim.source.uuid(),
                claim.token
            )
            .execute(&self.pool)
            .await?;
            Ok(done.rows_affected() == 1)
        })
        .await
    }

    /// Gives a claim up. One that is lost already stays as it is.
    pub async fn release(&self, claim: &Claim) -> Result<()> {
        self.bounded("releasing a claim", async {
            sqlx::query!(
                "UPDATE crawl_claims SET released_at = clock_timestamp() WHERE source_id = $1 AND token = $2 AND released_at IS NULL",
                claim.source.uuid(),
                claim.token
            )
            .execute(&self.pool)
            .await?;
            Ok(())
        })
        .await
    }

    /// The claim that stands in the way of crawling a source right now, its own or that of another source on the host.
    pub async fn busy(&self, source: SourceId, host: &str) -> Result<Option<Busy>> {
        self.bounded("looking for a claim", async { in_the_way(&mut *self.pool.acquire().await?, source, host).await })
            .await
    }

    /// The last crawl of a source that was recorded under a claim.
    pub async fn last_claimed(&self, source: SourceId) -> Result<Option<LastClaimed>> {
        self.bounded("reading a claim", async {
            let row = sqlx::query!(
                "SELECT last_token, last_begun_at, last_crawl_id FROM crawl_claims WHERE source_id = $1",
                source.uuid()
            )
            .fetch_optional(&self.pool)
            .await?;
            Ok(row.and_then(|row| {
                Some(LastClaimed {
                    token: row.last_token?,
                    begun_at: row.last_begun_at?,
                    crawl: CrawlId::from_uuid(row.last_crawl_id?),
                })
            }))
        })
        .await
    }
}

async fn in_the_way(
    connection: &mut PgConnection,
    source: SourceId,
    host: &str,
) -> std::result::Result<Option<Busy>, Trouble> {
    let row = sqlx::query!(
        r#"SELECT c.source_id, o.slug, c.token, c.worker, c.claimed_at,
                  GREATEST(0, ceil(EXTRACT(EPOCH FROM c.beat_at - clock_timestamp()) * 1000)::bigint + c.lease_ms) AS "free_in_ms!"
           FROM crawl_claims c JOIN sources o ON o.id = c.source_id
           WHERE (c.source_id = $1 OR c.host = $2) AND c.released_at IS NULL
           AND c.beat_at + c.lease_ms * interval '1 millisecond' > clock_timestamp()
           ORDER BY c.source_id = $1 DESC LIMIT 1"#,
        source.uuid(),
        host
    )
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let id = SourceId::from_uuid(row.source_id);
    let at = Row { table: "sources", id: &id };
    Ok(Some(Busy {
        source: id,
        slug: at.parse("slug", &row.slug)?,
        token: row.token,
        worker: row.worker,
        since: row.claimed_at,
        free_in: Duration::from_millis(u64::try_from(row.free_in_ms).unwrap_or_default()),
    }))
}

/// Refuses a crawl under a claim that is no longer its source's: another one was taken since, or it was given up. Else the claim's
/// row stays locked until the transaction ends, so that none can be taken before the crawl is written.
pub(crate) async fn fence(connection: &mut PgConnection, claim: &Claim) -> std::result::Result<(), Trouble> {
    let held = sqlx::query!(
        "SELECT token, worker, released_at FROM crawl_claims WHERE source_id = $1 FOR UPDATE",
        claim.source.uuid()
    )
    .fetch_optional(connection)
    .await?;
    match held {
        Some(held) if held.token == claim.token && held.released_at.is_none() => Ok(()),
        held => Err(StoreError::Fenced {
            crawled: claim.source,
            token: claim.token,
            by: held.map_or_else(|| "nobody".to_owned(), |held| held.worker),
        }
        .into()),
    }
}

/// Notes which crawl was recorded under the claim.
pub(crate) async fn note(
    connection: &mut PgConnection,
    claim: &Claim,
    crawl: CrawlId,
) -> std::result::Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE crawl_claims SET last_token = token, last_begun_at = claimed_at, last_crawl_id = $2 WHERE source_id = $1",
        claim.source.uuid(),
        crawl.uuid()
    )
    .execute(connection)
    .await?;
    Ok(())
}
