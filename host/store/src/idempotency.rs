//! Requests that must not be carried out twice, and the answers that they got
//! (draft-ietf-httpapi-idempotency-key-header-07).
//!
//! A request first reserves its key; of several at once one gets it. Its answer is kept with the audit entry of what it did, in one
//! transaction. Keys are a caller's own: nobody is given the answer to somebody else's request. No answer that holds a secret is kept.

use chrono::{DateTime, TimeDelta, Utc};
use marquee_model::Digest;

use crate::{
    Author, Deed, Result, Store, audit,
    column::{Row, text},
};

/// A reservation that was neither answered nor given back after this time was its process' last: the request may be made again. Far
/// longer than any request may take.
const ABANDONED: TimeDelta = TimeDelta::minutes(2);

/// A request with a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotentRequest {
    /// Who asks: a key's id, or `admin_token`.
    pub actor: String,
    /// The key.
    pub key: String,
    /// What is asked for: digest of method, path and body.
    pub fingerprint: Digest,
}

/// An answer that was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The header `location`.
    pub location: Option<String>,
    /// The body, JSON.
    pub body: String,
}

/// What became of a reservation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reserved {
    /// The key is the caller's: carry the request out, then settle it or give it back.
    Granted,
    /// The same request is being carried out.
    InProgress,
    /// The key was used for another request.
    Different,
    /// The same request was answered so.
    Answered(KeptAnswer),
}

impl Store {
    /// Reserves a key. What is older than `keep` is forgotten.
    pub async fn reserve(&self, request: &IdempotentRequest, now: DateTime<Utc>, keep: TimeDelta) -> Result<Reserved> {
        self.bounded("reserving an idempotency key", async {
            sqlx::query!("DELETE FROM idempotency WHERE begun_at <= $1", now - keep).execute(&self.pool).await?;
            // Somebody else's row is there or it is not: one statement decides, so that of two at once one gets the key.
            let granted = sqlx::query!(
                "INSERT INTO idempotency AS i (actor, key, fingerprint, begun_at) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (actor, key) DO UPDATE SET begun_at = excluded.begun_at
                 WHERE i.status IS NULL AND i.fingerprint = excluded.fingerprint AND i.begun_at <= $5",
                request.actor,
                request.key,
                request.fingerprint.as_bytes().as_slice(),
                now,
                now - ABANDONED
            )
            .execute(&self.pool)
            .await?;
            if granted.rows_affected() == 1 {
                return Ok(Reserved::Granted);
            }
            let row = sqlx::query!(
                "SELECT fingerprint, status, location, body FROM idempotency WHERE actor = $1 AND key = $2",
                request.actor,
                request.key
            )
            .fetch_optional(&self.pool)
            .await?;
            // Given back since: whoever had it failed. The client asks again.
            let Some(row) = row else { return Ok(Reserved::InProgress) };
            if row.fingerprint != request.fingerprint.as_bytes() {
                return Ok(Reserved::Different);
            }
            let at = Row { table: "idempotency", id: &request.key };
            Ok(match row.status.zip(row.body) {
                Some((status, body)) => Reserved::Answered(KeptAnswer {
                    status: at.number("status", status)?,
                    location: row.location,
                    body,
                }),
                None => Reserved::InProgress,
            })
        })
        .await
    }

    /// Keeps the answer, and notes what was done where that was not noted with the deed itself.
    pub async fn settle(
        &self,
        request: &IdempotentRequest,
        answer: &KeptAnswer,
        done: Option<(&Author, &Deed)>,
    ) -> Result<()> {
        self.bounded("keeping an answer", async {
            let mut transaction = self.begin().await?;
            sqlx::query!(
                "UPDATE idempotency SET status = $3, location = $4, body = $5 WHERE actor = $1 AND key = $2",
                request.actor,
                request.key,
                i16::try_from(answer.status).unwrap_or(i16::MAX),
                answer.location,
                text(&answer.body)
            )
            .execute(&mut *transaction)
            .await?;
            if let Some((author, deed)) = done {
                audit::write(&mut transaction, author, deed).await?;
            }
            transaction.commit().await?;
            Ok(())
        })
        .await
    }

    /// Gives a key back whose request failed: it may be made again.
    pub async fn give_back(&self, request: &IdempotentRequest) -> Result<()> {
        self.bounded("giving an idempotency key back", async {
            sqlx::query!(
                "DELETE FROM idempotency WHERE actor = $1 AND key = $2 AND status IS NULL",
                request.actor,
                request.key
            )
            .execute(&self.pool)
            .await?;
            Ok(())
        })
        .await
    }
}
