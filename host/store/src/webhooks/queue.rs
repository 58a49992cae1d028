//! What the delivering process does, under a claim of the subscription.
//!
//! Every write here names the claim's token and is refused (`false`, `None`) once somebody else has claimed the subscription: a process
//! that was held up cannot change what its successor does. What it has sent by then was sent twice, which at least once allows.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use marquee_model::{DeliveryId, WebhookId};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    DeliveryKind, Webhook, WebhookSecret,
    row::{WEBHOOK, WebhookRow},
};
use crate::{
    Result, Store,
    column::{Row, count, text, word},
    error::Trouble,
};

/// The right to serve a subscription until its lease is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookClaim {
    /// The subscription.
    pub webhook: Webhook,
    /// Grows with every claim.
    pub token: i64,
    /// What signs: the secret, and the one before as long as it does.
    pub secrets: Vec<WebhookSecret>,
}

/// A delivery that is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Its id: the header `webhook-id`.
    pub id: DeliveryId,
    /// What it is.
    pub kind: DeliveryKind,
    /// The bytes to send.
    pub body: String,
    /// Whether it was asked for out of the order: then it is tried once.
    pub extra: bool,
}

/// A delivery in its order that is to be written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDelivery {
    /// Its id.
    pub id: DeliveryId,
    /// What it is.
    pub kind: DeliveryKind,
    /// Numbers of the first and the last change in it.
    pub span: Option<(i64, i64)>,
    /// How many changes it tells of.
    pub changes: u32,
    /// The bytes to send.
    pub body: String,
    /// Up to which change the feed is read with it.
    pub position: i64,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptEnd {
    /// How long it took.
    pub took: Duration,
    /// The HTTP status, where there was an answer.
    pub status: Option<u16>,
    /// Why it does not count as delivered.
    pub error: Option<String>,
    /// The beginning of the answer's body.
    pub excerpt: Option<String>,
}

/// What follows from an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The subscriber took it.
    Delivered,
    /// It did not; in order, the next attempt is at this time.
    Again(DateTime<Utc>),
    /// The subscriber wants no more: the subscription ends.
    Ended(String),
    /// The subscription is disabled, for this reason; the delivery waits.
    Disabled(String),
}

impl Store {
    /// Claims a subscription that has something to be sent at `now`, if there is one that nobody serves.
    pub async fn claim_webhook(
        &self,
        worker: &str,
        now: DateTime<Utc>,
        lease: Duration,
    ) -> Result<Option<WebhookClaim>> {
        #[derive(sqlx::FromRow)]
        struct Claimed {
            #[sqlx(flatten)]
            webhook: WebhookRow,
            claim_token: i64,
            secret: Vec<u8>,
            old_secret: Option<Vec<u8>>,
        }
        let until = now + TimeDelta::from_std(lease).unwrap_or(TimeDelta::MAX);
        let mut sql = sqlx::QueryBuilder::new("UPDATE webhooks w SET claim_token = claim_token + 1, claimed_by = ");
        sql.push_bind(text(worker)).push(", claimed_until = ").push_bind(until);
        sql.push(
            " FROM counters c WHERE w.id = (
                SELECT w.id FROM webhooks w CROSS JOIN counters c
                WHERE (w.claimed_until IS NULL OR w.claimed_until <= ",
        );
        sql.push_bind(now).push(") AND (w.state = 'active' AND w.next_at <= ").push_bind(now);
        sql.push(
            " AND (w.position < c.last_change
                        OR EXISTS (SELECT FROM webhook_deliveries d WHERE d.webhook_id = w.id AND d.state = 'waiting'))
                    OR w.state <> 'ended'
                        AND EXISTS (SELECT FROM webhook_deliveries d WHERE d.webhook_id = w.id AND d.wanted_at IS NOT NULL))
                ORDER BY w.next_at LIMIT 1 FOR UPDATE OF w SKIP LOCKED)
              RETURNING ",
        );
        sql.push(WEBHOOK).push(", w.claim_token, w.secret, CASE WHEN w.old_secret_until > ").push_bind(now);
        sql.push(" THEN w.old_secret END AS old_secret");
        self.bounded("claiming a subscription", async {
            let row: Option<Claimed> = sql.build_query_as().fetch_optional(&self.pool).await?;
            let Some(row) = row else { return Ok(None) };
            let secrets = [Some(row.secret), row.old_secret].into_iter().flatten().map(WebhookSecret::of).collect();
            Ok(Some(WebhookClaim { webhook: row.webhook.try_into()?, token: row.claim_token, secrets }))
        })
        .await
    }

    /// What is to be sent under the claim and written down already: what was asked for out of the order first, then the one that waits.
    pub async fn outgoing(&self, claim: &WebhookClaim, now: DateTime<Utc>) -> Result<Option<Outgoing>> {
        let in_order = claim.webhook.state == super::WebhookState::Active && claim.webhook.next_at <= now;
        self.bounded("reading what is to be delivered", async {
            let row: Option<(Uuid, String, String, bool)> = sqlx::query_as(
                "SELECT id, kind, body, wanted_at IS NOT NULL FROM webhook_deliveries
                 WHERE webhook_id = $1 AND (wanted_at IS NOT NULL OR state = 'waiting' AND $2)
                 ORDER BY wanted_at NULLS LAST, id LIMIT 1",
            )
            .bind(claim.webhook.id.uuid())
            .bind(in_order)
            .fetch_optional(&self.pool)
            .await?;
            let Some((id, kind, body, extra)) = row else { return Ok(None) };
            let id = DeliveryId::from_uuid(id);
            let kind = Row { table: "webhook_deliveries", id: &id }.word("kind", kind)?;
            Ok(Some(Outgoing { id, kind, body, extra }))
        })
        .await
    }

    /// Writes a delivery in its order down, and moves the subscription's position past it.
    pub async fn make_delivery(
        &self,
        claim: &WebhookClaim,
        new: NewDelivery,
        now: DateTime<Utc>,
    ) -> Result<Option<Outgoing>> {
        self.bounded("writing a delivery down", async {
            let mut transaction = self.begin().await?;
            if !moved(&mut transaction, claim, new.position).await? {
                return Ok(None);
            }
            sqlx::query(
                "INSERT INTO webhook_deliveries (id, webhook_id, kind, state, first_change, last_change, changes, body, created_at)
                 VALUES ($1, $2, $3, 'waiting', $4, $5, $6, $7, $8)",
            )
            .bind(new.id.uuid())
            .bind(claim.webhook.id.uuid())
            .bind(word(&new.kind))
            .bind(new.span.map(|(first, _)| first))
            .bind(new.span.map(|(_, last)| last))
            .bind(i32::try_from(new.changes).unwrap_or(i32::MAX))
            .bind(text(&new.body))
            .bind(now)
            .execute(&mut *transaction)
            .await?;
            transaction.commit().await?;
            Ok(Some(Outgoing { id: new.id, kind: new.kind, body: text(&new.body), extra: false }))
        })
        .await
    }

    /// Moves the subscription's position past changes that it does not want, and gives the claim up.
    pub async fn pass_over(&self, claim: &WebhookClaim, position: i64) -> Result<bool> {
        self.bounded("passing over changes", async {
            let mut transaction = self.begin().await?;
            let held = moved(&mut transaction, claim, position).await?;
            released(&mut transaction, claim).await?;
            transaction.commit().await?;
            Ok(held)
        })
        .await
    }

    /// Notes that an attempt begins, before anything is sent; its number, or `None` where the claim is lost.
    pub async fn begin_attempt(
        &self,
        claim: &WebhookClaim,
        delivery: DeliveryId,
        now: DateTime<Utc>,
    ) -> Result<Option<u32>> {
        self.bounded("beginning a delivery", async {
            let number: Option<i32> = sqlx::query_scalar(
                "WITH held AS (SELECT id FROM webhooks WHERE id = $1 AND claim_token = $2 FOR UPDATE),
                      sent AS (UPDATE webhook_deliveries d SET attempts = attempts + 1 FROM held
                               WHERE d.id = $3 AND d.webhook_id = held.id RETURNING d.attempts)
                 INSERT INTO webhook_attempts (delivery_id, number, started_at) SELECT $3, attempts, $4 FROM sent RETURNING number",
            )
            .bind(claim.webhook.id.uuid())
            .bind(claim.token)
            .bind(delivery.uuid())
            .bind(now)
            .fetch_optional(&self.pool)
            .await?;
            Ok(number.and_then(|number| u32::try_from(number).ok()))
        })
        .await
    }

    /// Notes how an attempt ended and what follows, and gives the claim up. `false`: the claim was lost; only the log has it.
    pub async fn finish_attempt(
        &self,
        claim: &WebhookClaim,
        delivery: &Outgoing,
        number: u32,
        end: &AttemptEnd,
        verdict: &Verdict,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        self.bounded("noting how a delivery went", async {
            let mut transaction = self.begin().await?;
            sqlx::query(
                "UPDATE webhook_attempts SET took_ms = $3, status = $4, error = $5, excerpt = $6 WHERE delivery_id = $1 AND number = $2",
            )
            .bind(delivery.id.uuid())
            .bind(i32::try_from(number).unwrap_or(i32::MAX))
            .bind(count(end.took.as_millis()))
            .bind(end.status.and_then(|status| i16::try_from(status).ok()))
            .bind(end.error.as_deref().map(text))
            .bind(end.excerpt.as_deref().map(text))
            .execute(&mut *transaction)
            .await?;
            let held = released(&mut transaction, claim).await?;
            if held {
                settle(&mut transaction, delivery, verdict, now).await?;
                conclude(&mut transaction, claim.webhook.id, delivery.extra, verdict, now).await?;
            }
            transaction.commit().await?;
            Ok(held)
        })
        .await
    }

    /// Gives a claim up.
    pub async fn release_webhook(&self, claim: &WebhookClaim) -> Result<bool> {
        self.bounded("giving a subscription up", async { Ok(released(&mut *self.pool.acquire().await?, claim).await?) })
            .await
    }
}

async fn moved(
    connection: &mut PgConnection,
    claim: &WebhookClaim,
    position: i64,
) -> std::result::Result<bool, Trouble> {
    let done = sqlx::query("UPDATE webhooks SET position = GREATEST(position, $3) WHERE id = $1 AND claim_token = $2")
        .bind(claim.webhook.id.uuid())
        .bind(claim.token)
        .bind(position)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

async fn released(connection: &mut PgConnection, claim: &WebhookClaim) -> std::result::Result<bool, sqlx::Error> {
    let done = sqlx::query("UPDATE webhooks SET claimed_until = NULL WHERE id = $1 AND claim_token = $2")
        .bind(claim.webhook.id.uuid())
        .bind(claim.token)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// What the attempt means for the delivery.
async fn settle(
    connection: &mut PgConnection,
    delivery: &Outgoing,
    verdict: &Verdict,
    now: DateTime<Utc>,
) -> std::result::Result<(), sqlx::Error> {
    let sql = match verdict {
        Verdict::Delivered => {
            "UPDATE webhook_deliveries SET state = 'delivered', delivered_at = COALESCE(delivered_at, $2), wanted_at = NULL WHERE id = $1"
        }
        // Nothing is sent to this subscriber any more.
        Verdict::Ended(_) => {
            "UPDATE webhook_deliveries SET state = CASE state WHEN 'delivered' THEN state ELSE 'failed' END, wanted_at = NULL
             WHERE (state IN ('waiting', 'asked') OR wanted_at IS NOT NULL) AND webhook_id = (SELECT webhook_id FROM webhook_deliveries WHERE id = $1) AND $2::timestamptz IS NOT NULL"
        }
        Verdict::Again(_) | Verdict::Disabled(_) => {
            "UPDATE webhook_deliveries SET state = CASE state WHEN 'asked' THEN 'failed' ELSE state END, wanted_at = NULL
             WHERE id = $1 AND $2::timestamptz IS NOT NULL"
        }
    };
    sqlx::query(sql).bind(delivery.id.uuid()).bind(now).execute(connection).await?;
    Ok(())
}

/// What the attempt means for the subscription. One out of the order that failed says nothing about it, unless it is the end.
async fn conclude(
    connection: &mut PgConnection,
    webhook: WebhookId,
    extra: bool,
    verdict: &Verdict,
    now: DateTime<Utc>,
) -> std::result::Result<(), sqlx::Error> {
    let (sql, next, reason) = match verdict {
        Verdict::Delivered if extra => return Ok(()),
        Verdict::Delivered => (
            "UPDATE webhooks SET failing_since = NULL, failures = 0, next_at = $2 WHERE id = $1 AND $3::text IS NULL AND $4::timestamptz IS NOT NULL",
            now,
            None,
        ),
        Verdict::Again(_) | Verdict::Disabled(_) if extra => return Ok(()),
        Verdict::Again(next) => (
            "UPDATE webhooks SET failing_since = COALESCE(failing_since, $4), failures = failures + 1, next_at = $2
             WHERE id = $1 AND $3::text IS NULL",
            *next,
            None,
        ),
        Verdict::Disabled(reason) => (
            "UPDATE webhooks SET failing_since = COALESCE(failing_since, $4), failures = failures + 1, next_at = $2,
                    state = 'disabled', state_since = $4, state_reason = $3 WHERE id = $1 AND state = 'active'",
            now,
            Some(reason),
        ),
        Verdict::Ended(reason) => (
            "UPDATE webhooks SET next_at = $2, state = 'ended', state_since = $4, state_reason = $3 WHERE id = $1",
            now,
            Some(reason),
        ),
    };
    sqlx::query(sql)
        .bind(webhook.uuid())
        .bind(next)
        .bind(reason.map(|reason| text(reason)))
        .bind(now)
        .execute(connection)
        .await?;
    Ok(())
}
