//! What subscribers do with their subscriptions, each with its entry in the audit log. `owner: None` is whoever sees all of them.

use chrono::{DateTime, Utc};
use marquee_model::WebhookId;
use serde_json::Value;
use sqlx::{PgConnection, Postgres, QueryBuilder};

use super::{
    NewWebhook, Webhook, WebhookChange, WebhookSecret,
    row::{WEBHOOK, WebhookRow},
};
use crate::{
    Author, Batch, Deed, Result, Store, audit,
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
        author: &Author,
    ) -> Result<Option<(Webhook, WebhookSecret)>> {
        let (id, at) = (WebhookId::new(author.at), author.at);
        self.bounded("making a subscription", async {
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
            let secret: Option<Vec<u8>> = sql.build_query_scalar().fetch_optional(&mut *transaction).await?;
            let Some(secret) = secret else { return Ok(None) };
            let Some(made) = read(&mut transaction, id, None).await? else { return Ok(None) };
            let deed = Deed::new("webhook.create", id).change(None, Some(told(&made)));
            audit::write(&mut transaction, author, &deed).await?;
            transaction.commit().await?;
            Ok(Some((made, WebhookSecret::of(secret))))
        })
        .await
    }

    /// One subscription.
    pub async fn webhook(&self, id: WebhookId, owner: Option<&str>) -> Result<Option<Webhook>> {
        self.bounded("reading a subscription", async { read(&mut *self.pool.acquire().await?, id, owner).await }).await
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
        author: &Author,
    ) -> Result<Option<Webhook>> {
        let at = author.at;
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
        self.bounded("changing a subscription", async {
            let mut transaction = self.begin().await?;
            let Some(before) = read(&mut transaction, id, owner).await? else { return Ok(None) };
            if sql.build().execute(&mut *transaction).await?.rows_affected() == 0 {
                return Ok(None);
            }
            let Some(now) = read(&mut transaction, id, owner).await? else { return Ok(None) };
            let deed = Deed::new("webhook.change", id).change(Some(told(&before)), Some(told(&now)));
            audit::write(&mut transaction, author, &deed).await?;
            transaction.commit().await?;
            Ok(Some(now))
        })
        .await
    }

    /// Deletes a subscription with its log; `false` where there is none.
    pub async fn delete_webhook(&self, id: WebhookId, owner: Option<&str>, author: &Author) -> Result<bool> {
        self.bounded("deleting a subscription", async {
            let mut transaction = self.begin().await?;
            let Some(before) = read(&mut transaction, id, owner).await? else { return Ok(false) };
            let deleted =
                sqlx::query("DELETE FROM webhooks WHERE id = $1").bind(id.uuid()).execute(&mut *transaction).await?;
            if deleted.rows_affected() == 0 {
                return Ok(false);
            }
            let deed = Deed::new("webhook.delete", id).change(Some(told(&before)), None);
            audit::write(&mut transaction, author, &deed).await?;
            transaction.commit().await?;
            Ok(true)
        })
        .await
    }

    /// Gives a subscription a new secret; the one until now signs as well until `both_until`.
    pub async fn rotate_webhook_secret(
        &self,
        id: WebhookId,
        owner: Option<&str>,
        both_until: DateTime<Utc>,
        author: &Author,
    ) -> Result<Option<WebhookSecret>> {
        let mut sql = QueryBuilder::new("UPDATE webhooks SET old_secret = secret, old_secret_until = ");
        sql.push_bind(both_until).push(", secret = ").push(SECRET);
        sql.push(" WHERE state <> 'ended' AND id = ").push_bind(id.uuid());
        if let Some(owner) = owner {
            sql.push(" AND owner = ").push_bind(owner.to_owned());
        }
        sql.push(" RETURNING secret");
        self.bounded("giving a subscription a new secret", async {
            let mut transaction = self.begin().await?;
            let secret: Option<Vec<u8>> = sql.build_query_scalar().fetch_optional(&mut *transaction).await?;
            let Some(secret) = secret else { return Ok(None) };
            let deed = Deed::new("webhook.secret", id);
            let until = serde_json::json!({ "old_secret_until": both_until });
            audit::write(&mut transaction, author, &deed.change(None, Some(until))).await?;
            transaction.commit().await?;
            Ok(Some(WebhookSecret::of(secret)))
        })
        .await
    }
}

/// One subscription, within a transaction.
async fn read(
    connection: &mut PgConnection,
    id: WebhookId,
    owner: Option<&str>,
) -> std::result::Result<Option<Webhook>, Trouble> {
    let mut sql = select(owner);
    sql.push(" AND w.id = ").push_bind(id.uuid());
    let row: Option<WebhookRow> = sql.build_query_as().fetch_optional(connection).await?;
    Ok(row.map(Webhook::try_from).transpose()?)
}

/// A subscription as the audit log tells it; its secret is nowhere near.
fn told(webhook: &Webhook) -> Value {
    serde_json::json!({
        "owner": webhook.owner, "url": webhook.url.as_str(), "description": webhook.description, "filter": webhook.filter,
        "state": webhook.state,
    })
}

fn select(owner: Option<&str>) -> QueryBuilder<Postgres> {
    let mut sql = QueryBuilder::new("SELECT ");
    sql.push(WEBHOOK).push(" FROM webhooks w CROSS JOIN counters c WHERE true");
    if let Some(owner) = owner {
        sql.push(" AND w.owner = ").push_bind(owner.to_owned());
    }
    sql
}
