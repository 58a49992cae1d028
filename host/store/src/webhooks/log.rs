//! The log of deliveries, and what is asked for out of the order: tests and redeliveries.

use chrono::{DateTime, SecondsFormat, Utc};
use marquee_model::{DeliveryId, WebhookId};
use serde_json::json;
use sqlx::QueryBuilder;

use super::{
    Attempt, Delivery, DeliveryDetail, DeliveryState, WebhookState,
    row::{AttemptRow, DELIVERY, DeliveryRow},
};
use crate::{
    Author, Batch, Deed, Result, Store, audit,
    column::word,
    error::Trouble,
    query::{batch, clamp},
};

/// What became of the wish for one more attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AskedAgain {
    /// It will be made as soon as a process is free.
    Asked,
    /// There is no such delivery.
    NotFound,
    /// It is waiting and tried by itself.
    Waiting,
    /// The subscription has ended.
    Ended,
}

impl Store {
    /// Deliveries of a subscription, the newest first.
    pub async fn deliveries(
        &self,
        webhook: WebhookId,
        state: Option<DeliveryState>,
        before: Option<DeliveryId>,
        limit: u32,
    ) -> Result<Batch<Delivery, DeliveryId>> {
        let limit = clamp(limit);
        let mut sql = QueryBuilder::new(DELIVERY);
        sql.push("d.webhook_id = ").push_bind(webhook.uuid());
        if let Some(state) = state {
            sql.push(" AND d.state = ").push_bind(word(&state));
        }
        if let Some(before) = before {
            sql.push(" AND d.id < ").push_bind(before.uuid());
        }
        sql.push(" ORDER BY d.id DESC LIMIT ").push_bind(limit.saturating_add(1));
        self.bounded("reading a log of deliveries", async {
            let rows: Vec<DeliveryRow> = sql.build_query_as().fetch_all(&self.pool).await?;
            let deliveries: std::result::Result<Vec<_>, Trouble> =
                rows.into_iter().map(|row| Delivery::try_from(row).map_err(Trouble::from)).collect();
            Ok(batch(deliveries?, limit, |delivery| delivery.id))
        })
        .await
    }

    /// One delivery with its body and attempts.
    pub async fn delivery(&self, webhook: WebhookId, id: DeliveryId) -> Result<Option<DeliveryDetail>> {
        let mut sql = QueryBuilder::new(DELIVERY);
        sql.push("d.id = ").push_bind(id.uuid()).push(" AND d.webhook_id = ").push_bind(webhook.uuid());
        self.bounded("reading a delivery", async {
            let row: Option<DeliveryRow> = sql.build_query_as().fetch_optional(&self.pool).await?;
            let Some(row) = row else { return Ok(None) };
            let body: Option<String> = sqlx::query_scalar("SELECT body FROM webhook_deliveries WHERE id = $1")
                .bind(id.uuid())
                .fetch_optional(&self.pool)
                .await?;
            let attempts: Vec<AttemptRow> = sqlx::query_as(
                "SELECT number, started_at, took_ms, status, error, excerpt FROM webhook_attempts WHERE delivery_id = $1 ORDER BY number",
            )
            .bind(id.uuid())
            .fetch_all(&self.pool)
            .await?;
            let attempts: Result<Vec<_>> = attempts.into_iter().map(Attempt::try_from).collect();
            Ok(Some(DeliveryDetail {
                delivery: row.try_into()?,
                body: body.unwrap_or_default(),
                attempts: attempts?,
            }))
        })
        .await
    }

    /// Writes a test delivery down, to be tried once, with an entry in the audit log; `None` where the subscription is not there or has
    /// ended.
    pub async fn ask_test(&self, webhook: WebhookId, author: &Author) -> Result<Option<DeliveryId>> {
        let (id, at) = (DeliveryId::new(author.at), author.at);
        self.bounded("asking for a test delivery", async {
            let mut transaction = self.begin().await?;
            let done = sqlx::query(
                "INSERT INTO webhook_deliveries (id, webhook_id, kind, state, changes, body, created_at, wanted_at)
                 SELECT $1, id, 'test', 'asked', 0, $3, $4, $4 FROM webhooks WHERE id = $2 AND state <> 'ended'",
            )
            .bind(id.uuid())
            .bind(webhook.uuid())
            .bind(test_body(webhook, at))
            .bind(at)
            .execute(&mut *transaction)
            .await?;
            if done.rows_affected() == 0 {
                return Ok(None);
            }
            let deed = Deed::new("webhook.test", webhook).change(None, Some(json!({ "delivery": id })));
            audit::write(&mut transaction, author, &deed).await?;
            transaction.commit().await?;
            Ok(Some(id))
        })
        .await
    }

    /// Asks for one more attempt at a delivery, out of the order, with an entry in the audit log; asked for twice before it is made, it is
    /// made once.
    pub async fn ask_again(&self, webhook: WebhookId, id: DeliveryId, author: &Author) -> Result<AskedAgain> {
        self.bounded("asking for a redelivery", async {
            let mut transaction = self.begin().await?;
            let found: Option<(String, String)> = sqlx::query_as(
                "UPDATE webhook_deliveries d
                 SET wanted_at = CASE WHEN d.state = 'waiting' OR w.state = 'ended' THEN d.wanted_at ELSE COALESCE(d.wanted_at, $3) END
                 FROM webhooks w WHERE w.id = d.webhook_id AND w.id = $1 AND d.id = $2 RETURNING d.state, w.state",
            )
            .bind(webhook.uuid())
            .bind(id.uuid())
            .bind(author.at)
            .fetch_optional(&mut *transaction)
            .await?;
            Ok(match found {
                None => AskedAgain::NotFound,
                Some((_, state)) if state == word(&WebhookState::Ended) => AskedAgain::Ended,
                Some((state, _)) if state == word(&DeliveryState::Waiting) => AskedAgain::Waiting,
                Some(_) => {
                    let deed = Deed::new("webhook.redeliver", webhook).change(None, Some(json!({ "delivery": id })));
                    audit::write(&mut transaction, author, &deed).await?;
                    transaction.commit().await?;
                    AskedAgain::Asked
                }
            })
        })
        .await
    }

    /// Lets go of settled deliveries that were written down before. Returns how many.
    pub async fn prune_deliveries(&self, before: DateTime<Utc>) -> Result<u64> {
        self.bounded("letting go of old deliveries", async {
            let done = sqlx::query(
                "DELETE FROM webhook_deliveries WHERE created_at < $1 AND state IN ('delivered', 'failed') AND wanted_at IS NULL",
            )
            .bind(before)
            .execute(&self.pool)
            .await?;
            Ok(done.rows_affected())
        })
        .await
    }
}

/// A test delivery is the same whoever asks for it, so that it is made here.
fn test_body(webhook: WebhookId, at: DateTime<Utc>) -> String {
    let words =
        "This is a test delivery. It carries no changes; verify its signature and answer with a status of 200 to 299.";
    let data = serde_json::json!({ "webhook": webhook, "message": words });
    let at = at.to_rfc3339_opts(SecondsFormat::Millis, true);
    serde_json::json!({ "type": "webhook.test", "timestamp": at, "data": data }).to_string()
}
