//! What subscribers do with their subscriptions. `owner: None` is whoever sees all of them.

use chrono::{DateTime, Utc};
use marquee_model::WebhookId;
use sqlx::{Postgres, QueryBuilder};

use super::{
    NewWebhook, Webhook, WebhookChange, WebhookSecret,
    row::{WEBHOOK, WebhookRow},
};
use crate::{
    Batch, Result, Store,
    column::{json, text},
    error::Trouble,
    query::{batch, clamp},
};

/// Serialises who makes subscriptions, so that their number can be bounded.
const DESK_LOCK: i64 = 0x6d71_7768_6b73;

/// A secret by lot: 244 random bits of the database's own generator, which is a cryptographic one.
const SECRET: &str = "decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex')";

impl Store {
    /// Makes a subscription, with a new secret; `None` where the owner has `most` already.
    pub async fn create_webhook(
        &self,
        new: &NewWebhook,
        most: u32,
        at: DateTime<Utc>,
    ) -> Result<Option<(Webhook, WebhookSecret)>> {
        let id = WebhookId::new(at);
        let secret = self
            .bounded("making a subscription", async {
                let mut transaction = self.begin().await?;
                sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(DESK_LOCK).execute(&mut *transaction).await?;
                let mut sql = QueryBuilder::new(
                    "INSERT INTO webhooks (id, owner, url, description, filter, state, state_since, secret, created_at, position, next_at) SELECT ",
                );
                sql.push_bind(id.uuid()).push(", ").push_bind(text(&new.owner)).push(", ").push_bind(new.url.as_str());
                sql.push(", ").push_bind(text(&new.description)).push(", ").push_bind(json(&new.filter));
                sql.push(", 'active', ").push_bind(at).push(", ").push(SECRET).push(", ").push_bind(at);
                sql.push(", ").push_bind(new.position).push(", ").push_bind(at);
                sql.push(" WHERE (SELECT count(*) FROM webhooks WHERE owner = ").push_bind(text(&new.owner));
                sql.push(" AND state <> 'ended') < ").push_bind(i64::from(most)).push(" RETURNING secret");
                let secret: Option<Vec<u8>> =
                    sql.build_query_scalar().fetch_optional(&mut *transaction).await?;
                transaction.commit().await?;
                Ok(secret)
            })
            .await?;
        let Some(secret) = secret else { return Ok(None) };
        Ok(self.webhook(id, None).await?.map(|webhook| (webhook, WebhookSecret::of(secret))))
    }

    /// One subscription.
    pub async fn webhook(&self, id: WebhookId, owner: Option<&str>) -> Result<Option<Webhook>> {
        let mut sql = select(owner);
        sql.push(" AND w.id = ").push_bind(id.uuid());
        Ok(self.read_webhooks(sql).await?.pop())
    }

    /// Subscriptions, the oldest first.
    pub async fn webhooks(
        &self,
        owner: Option<&str>,
        after: Option<WebhookId>,
        limit: u32,
    ) -> Result<Batch<Webhook, WebhookId>> {
        let limit = clamp(limit);
        let mut sql = select(owner);
        if let Some(after) = after {
            sql.push(" AND w.id > ").push_bind(after.uuid());
        }
        sql.push(" ORDER BY w.id LIMIT ").push_bind(limit.saturating_add(1));
        Ok(batch(self.read_webhooks(sql).await?, limit, |webhook| webhook.id))
    }

    async fn read_webhooks(&self, mut sql: QueryBuilder<Postgres>) -> Result<Vec<Webhook>> {
        self.bounded("reading subscriptions", async {
            let rows: Vec<WebhookRow> = sql.build_query_as().fetch_all(&self.pool).await?;
            rows.into_iter().map(|row| Webhook::try_from(row).map_err(Trouble::from)).collect()
        })
        .await
    }

    /// Changes a subscription that has not ended; `None` where there is none, or it has.
    pub async fn change_webhook(
        &self,
        id: WebhookId,
        owner: Option<&str>,
        change: &WebhookChange,
        at: DateTime<Utc>,
    ) -> Result<Option<Webhook>> {
        let mut sql = QueryBuilder::new("UPDATE webhooks w SET owner = owner");
        if let Some(url) = &change.url {
            sql.push(", url = ").push_bind(url.as_str());
        }
        if let Some(description) = &change.description {
            sql.push(", description = ").push_bind(text(description));
        }
        if let Some(filter) = &change.filter {
            sql.push(", filter = ").push_bind(json(filter));
        }
        match change.active {
            Some(true) => {
                sql.push(", state = 'active', state_reason = NULL, failing_since = NULL, failures = 0, state_since = ");
                sql.push("CASE w.state WHEN 'active' THEN w.state_since ELSE ").push_bind(at).push(" END");
                sql.push(", next_at = ").push_bind(at);
            }
            Some(false) => {
                sql.push(", state = 'paused', state_reason = NULL, state_since = ");
                sql.push("CASE w.state WHEN 'paused' THEN w.state_since ELSE ").push_bind(at).push(" END");
            }
            None => {}
        }
        sql.push(" WHERE w.state <> 'ended' AND w.id = ").push_bind(id.uuid());
        if let Some(owner) = owner {
            sql.push(" AND w.owner = ").push_bind(owner.to_owned());
        }
        let done = self
            .bounded("changing a subscription", async { Ok(sql.build().execute(&self.pool).await?.rows_affected()) })
            .await?;
        if done == 0 { Ok(None) } else { self.webhook(id, owner).await }
    }

    /// Deletes a subscription with its log; `false` where there is none.
    pub async fn delete_webhook(&self, id: WebhookId, owner: Option<&str>) -> Result<bool> {
        let mut sql = QueryBuilder::new("DELETE FROM webhooks WHERE id = ");
        sql.push_bind(id.uuid());
        if let Some(owner) = owner {
            sql.push(" AND owner = ").push_bind(owner.to_owned());
        }
        self.bounded("deleting a subscription", async {
            Ok(sql.build().execute(&self.pool).await?.rows_affected() > 0)
        })
        .await
    }

    /// Gives a subscription a new secret; the one until now signs as well until `both_until`.
    pub async fn rotate_webhook_secret(
        &self,
        id: WebhookId,
        owner: Option<&str>,
        both_until: DateTime<Utc>,
    ) -> Result<Option<WebhookSecret>> {
        let mut sql = QueryBuilder::new("UPDATE webhooks SET old_secret = secret, old_secret_until = ");
        sql.push_bind(both_until).push(", secret = ").push(SECRET);
        sql.push(" WHERE state <> 'ended' AND id = ").push_bind(id.uuid());
        if let Some(owner) = owner {
            sql.push(" AND owner = ").push_bind(owner.to_owned());
        }
        sql.push(" RETURNING secret");
        self.bounded("giving a subscription a new secret", async {
            let secret: Option<Vec<u8>> = sql.build_query_scalar().fetch_optional(&self.pool).await?;
            Ok(secret.map(WebhookSecret::of))
        })
        .await
    }
}

fn select(owner: Option<&str>) -> QueryBuilder<Postgres> {
    let mut sql = QueryBuilder::new("SELECT ");
    sql.push(WEBHOOK).push(" FROM webhooks w CROSS JOIN counters c WHERE true");
    if let Some(owner) = owner {
        sql.push(" AND w.owner = ").push_bind(owner.to_owned());
    }
    sql
}
