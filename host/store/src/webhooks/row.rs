//! The rows behind subscriptions, deliveries and attempts.

use chrono::{DateTime, Utc};
use marquee_model::{DeliveryId, WebhookId};
use serde_json::Value;
use uuid::Uuid;

use super::{Attempt, Delivery, Webhook};
use crate::{Result, StoreError, column::Row};

/// Columns of a [`WebhookRow`], of the table `webhooks w` beside `counters c`.
pub(super) const WEBHOOK: &str = "w.id, w.owner, w.url, w.description, w.filter, w.state, w.state_since, w.state_reason,
    w.old_secret_until, w.created_at, w.position, GREATEST(0, c.last_change - w.position) AS behind, w.failing_since, w.failures, w.next_at";

#[derive(sqlx::FromRow)]
pub(super) struct WebhookRow {
    id: Uuid,
    owner: String,
    url: String,
    description: String,
    filter: Value,
    state: String,
    state_since: DateTime<Utc>,
    state_reason: Option<String>,
    old_secret_until: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    position: i64,
    behind: i64,
    failing_since: Option<DateTime<Utc>>,
    failures: i32,
    next_at: DateTime<Utc>,
}

impl TryFrom<WebhookRow> for Webhook {
    type Error = StoreError;

    fn try_from(row: WebhookRow) -> Result<Self> {
        let id = WebhookId::from_uuid(row.id);
        let at = Row { table: "webhooks", id: &id };
        Ok(Self {
            id,
            owner: row.owner,
            url: at.parse("url", &row.url)?,
            description: row.description,
            filter: at.json("filter", row.filter)?,
            state: at.word("state", row.state)?,
            state_since: row.state_since,
            state_reason: row.state_reason,
            old_secret_until: row.old_secret_until,
            created_at: row.created_at,
            position: row.position,
            behind: row.behind,
            failing_since: row.failing_since,
            failures: at.number("failures", row.failures)?,
            next_at: row.next_at,
        })
    }
}

/// Reads deliveries with their last attempt; conditions are appended.
pub(super) const DELIVERY: &str =
    "SELECT d.id, d.webhook_id, d.kind, d.state, d.changes, d.attempts, d.created_at, d.delivered_at,
    d.wanted_at, a.number, a.started_at, a.took_ms, a.status, a.error, a.excerpt
    FROM webhook_deliveries d LEFT JOIN webhook_attempts a ON a.delivery_id = d.id AND a.number = d.attempts WHERE ";

#[derive(sqlx::FromRow)]
pub(super) struct DeliveryRow {
    id: Uuid,
    webhook_id: Uuid,
    kind: String,
    state: String,
    changes: i32,
    attempts: i32,
    created_at: DateTime<Utc>,
    delivered_at: Option<DateTime<Utc>>,
    wanted_at: Option<DateTime<Utc>>,
    number: Option<i32>,
    started_at: Option<DateTime<Utc>>,
    took_ms: Option<i64>,
    status: Option<i16>,
    error: Option<String>,
    excerpt: Option<String>,
}

impl TryFrom<DeliveryRow> for Delivery {
    type Error = StoreError;

    fn try_from(row: DeliveryRow) -> Result<Self> {
        let id = DeliveryId::from_uuid(row.id);
        let last = match (row.number, row.started_at) {
            (Some(number), Some(started_at)) => {
                let (took_ms, status) = (row.took_ms, row.status);
                let attempt =
                    AttemptRow { number, started_at, took_ms, status, error: row.error, excerpt: row.excerpt };
                Some(Attempt::try_from(attempt)?)
            }
            _ => None,
        };
        let at = Row { table: "webhook_deliveries", id: &id };
        Ok(Self {
            id,
            webhook: WebhookId::from_uuid(row.webhook_id),
            kind: at.word("kind", row.kind)?,
            state: at.word("state", row.state)?,
            changes: at.number("changes", row.changes)?,
            attempts: at.number("attempts", row.attempts)?,
            created_at: row.created_at,
            delivered_at: row.delivered_at,
            wanted_at: row.wanted_at,
            last,
        })
    }
}

#[derive(sqlx::FromRow)]
pub(super) struct AttemptRow {
    number: i32,
    started_at: DateTime<Utc>,
    took_ms: Option<i64>,
    status: Option<i16>,
    error: Option<String>,
    excerpt: Option<String>,
}

impl TryFrom<AttemptRow> for Attempt {
    type Error = StoreError;

    fn try_from(row: AttemptRow) -> Result<Self> {
        let at = Row { table: "webhook_attempts", id: &row.number };
        Ok(Self {
            number: at.number("number", row.number)?,
            started_at: row.started_at,
            took_ms: row.took_ms.map(|ms| at.number("took_ms", ms)).transpose()?,
            status: row.status.map(|status| at.number("status", status)).transpose()?,
            error: row.error,
            excerpt: row.excerpt,
        })
    }
}
