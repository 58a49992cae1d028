//! Turns at hosts: one row a host, which every process on this database asks before it asks the host.
//!
//! What is known of a host is a document that this crate keeps and never looks into. A turn is one statement: it is given where the
//! host may be asked and not too many ask already. A turn that is not given back ends by the database's own clock, so that the
//! clocks of two machines need not agree on it.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::{
    Result, Store,
    column::{count, text},
};

/// An answer to the wish for a turn.
#[derive(Debug, Clone, PartialEq)]
pub enum HostTurnAnswer {
    /// It is the asker's. What is known of the host.
    Granted(Value),
    /// Nobody may ask before this.
    Wait {
        /// This.
        until: DateTime<Utc>,
        /// What is known of the host.
        state: Value,
    },
    /// As many ask as may.
    Busy,
}

/// What a turn is asked with.
#[derive(Debug, Clone, Copy)]
pub struct HostTurnAsk<'a> {
    /// The host.
    pub host: &'a str,
    /// The asker, by a name that nobody else has.
    pub holder: &'a str,
    /// The present instant.
    pub now: DateTime<Utc>,
    /// How many may ask at the same time.
    pub per_host: u32,
    /// Milliseconds after which a turn that was not given back ends.
    pub lease_ms: u64,
}

/// What is known of a host after a request.
#[derive(Debug, Clone, Copy)]
pub struct HostKnown<'a> {
    /// The document.
    pub state: &'a Value,
    /// Nobody may ask before this.
    pub not_before: Option<DateTime<Utc>>,
    /// Milliseconds between the starts of two requests, where several may run at the same time.
    pub gap_ms: u64,
}

/// A host as the database knows it.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredHost {
    /// The host.
    pub host: String,
    /// What is known of it.
    pub state: Value,
    /// Nobody may ask before this.
    pub not_before: Option<DateTime<Utc>>,
    /// How many turns are out now.
    pub turns: u32,
    /// When the row last changed.
    pub changed_at: DateTime<Utc>,
}

impl Store {
    /// Asks for a turn at a host.
    pub async fn host_turn(&self, ask: HostTurnAsk<'_>) -> Result<HostTurnAnswer> {
        let host = text(ask.host);
        self.bounded("taking a turn at a host", async {
            let granted = sqlx::query_scalar!(
                r#"INSERT INTO hosts AS h (host, turns)
                   VALUES ($1, jsonb_build_object($2::text, extract(epoch FROM clock_timestamp()) + $4::bigint / 1000.0))
                   ON CONFLICT (host) DO UPDATE
                   SET turns = (SELECT COALESCE(jsonb_object_agg(t.key, t.value), '{}')
                                FROM jsonb_each(h.turns) t
                                WHERE t.value::float8 > extract(epoch FROM clock_timestamp()))
                               || jsonb_build_object($2::text, extract(epoch FROM clock_timestamp()) + $4::bigint / 1000.0),
                       not_before = CASE WHEN $5::bigint > 1 THEN $3::timestamptz + h.gap_ms * interval '1 millisecond'
                                         ELSE h.not_before END,
                       changed_at = clock_timestamp()
                   WHERE (h.not_before IS NULL OR h.not_before <= $3::timestamptz)
                     AND (SELECT count(*) FROM jsonb_each(h.turns) t
                          WHERE t.value::float8 > extract(epoch FROM clock_timestamp())) < $5::bigint
                   RETURNING state"#,
                host,
                ask.holder,
                ask.now,
                count(ask.lease_ms),
                i64::from(ask.per_host),
            )
            .fetch_optional(&self.pool)
            .await?;
            if let Some(state) = granted {
                return Ok(HostTurnAnswer::Granted(state));
            }
            let row = sqlx::query!("SELECT state, not_before FROM hosts WHERE host = $1", host)
                .fetch_optional(&self.pool)
                .await?;
            Ok(match row {
                Some(row) => match row.not_before.filter(|until| *until > ask.now) {
                    Some(until) => HostTurnAnswer::Wait { until, state: row.state },
                    None => HostTurnAnswer::Busy,
                },
                None => HostTurnAnswer::Busy,
            })
        })
        .await
    }

    /// Says that a turn's holder is still there, for so many milliseconds more; `false` where the turn had ended.
    pub async fn host_renew(&self, host: &str, holder: &str, lease_ms: u64) -> Result<bool> {
        self.bounded("renewing a turn at a host", async {
            let done = sqlx::query!(
                "UPDATE hosts
                 SET turns = turns
                     || jsonb_build_object($2::text, extract(epoch FROM clock_timestamp()) + $3::bigint / 1000.0)
                 WHERE host = $1 AND turns ? $2::text",
                text(host),
                holder,
                count(lease_ms),
            )
            .execute(&self.pool)
            .await?;
            Ok(done.rows_affected() == 1)
        })
        .await
    }

    /// Gives a turn back with what is now known; `false` where it had ended before and nothing was written.
    pub async fn host_done(&self, host: &str, holder: &str, known: HostKnown<'_>) -> Result<bool> {
        self.bounded("giving back a turn at a host", async {
            let done = sqlx::query!(
                "UPDATE hosts
                 SET state = $3, not_before = GREATEST(not_before, $4), gap_ms = $5, turns = turns - $2::text,
                     changed_at = clock_timestamp()
                 WHERE host = $1 AND turns ? $2::text",
                text(host),
                holder,
                known.state,
                known.not_before,
                count(known.gap_ms),
            )
            .execute(&self.pool)
            .await?;
            Ok(done.rows_affected() == 1)
        })
        .await
    }

    /// Every host that was ever asked, by name.
    pub async fn hosts(&self) -> Result<Vec<StoredHost>> {
        self.bounded("listing hosts", async {
            let rows = sqlx::query!(
                r#"SELECT host, state, not_before, changed_at,
                          (SELECT count(*) FROM jsonb_each(turns) t
                           WHERE t.value::float8 > extract(epoch FROM clock_timestamp())) AS "turns!"
                   FROM hosts ORDER BY host"#
            )
            .fetch_all(&self.pool)
            .await?;
            let stored = rows.into_iter().map(|row| StoredHost {
                host: row.host,
                state: row.state,
                not_before: row.not_before,
                turns: u32::try_from(row.turns).unwrap_or_default(),
                changed_at: row.changed_at,
            });
            Ok(stored.collect())
        })
        .await
    }

    /// Forgets what is known of a host, so that it is asked as if for the first time; `false` if it was not known.
    pub async fn forget_host(&self, host: &str) -> Result<bool> {
        self.bounded("forgetting a host", async {
            let done = sqlx::query!("DELETE FROM hosts WHERE host = $1", text(host)).execute(&self.pool).await?;
            Ok(done.rows_affected() == 1)
        })
        .await
    }
}
