//! Subscriptions and deliveries, as their owners see them.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use marquee_model::{DeliveryId, Slug, WebhookId};
use marquee_store::{
    Attempt, ChangeKind, Delivery, DeliveryDetail, DeliveryKind, DeliveryState, FEED_FIELDS, FeedFilter, FollowedVenue,
    Webhook, WebhookState,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    Problem,
    api::dto::{ChangeKindWord, DeliveryKindWord, DeliveryStateWord, WebhookStateWord},
    problem::Kind,
};

/// Names in one member of a filter, at most: more is everything, by another name, and costs each change a comparison.
const MOST_NAMES: usize = 200;

/// Which changes; an empty member does not narrow, and an empty filter wants all.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = WebhookFilter)]
#[serde(default, deny_unknown_fields)]
pub(super) struct FilterView {
    /// Of events of these sites, by short name.
    #[schema(value_type = Vec<String>, example = json!(["toronto"]))]
    sites: BTreeSet<Slug>,
    /// Of events at these venues, by id or short name.
    #[schema(value_type = Vec<String>)]
    venues: BTreeSet<FollowedVenue>,
    /// Of these kinds.
    #[schema(value_type = Vec<ChangeKindWord>)]
    kinds: Vec<ChangeKind>,
    /// Of the changes of kind `changed` only those in which one of these fields differs.
    #[schema(example = json!(["start", "status", "standing"]))]
    fields: BTreeSet<String>,
}

impl FilterView {
    /// The filter, where it is one.
    pub(super) fn checked(self) -> Result<FeedFilter, Problem> {
        let wrong = |reason: String| Err(Problem::new(Kind::InvalidBody, reason));
        if let Some(field) = self.fields.iter().find(|field| !FEED_FIELDS.contains(&field.as_str())) {
            let near = crate::params::nearest(field, FEED_FIELDS)
                .map(|near| format!("; the nearest is `{near}`"))
                .unwrap_or_default();
            return wrong(format!("`filter.fields`: there is no field `{}`{near}", crate::problem::shorten(field)));
        }
        if self.sites.len().max(self.venues.len()).max(self.kinds.len()) > MOST_NAMES {
            return wrong(format!("`filter`: a member has more than {MOST_NAMES} names; leave it out to follow all"));
        }
        Ok(FeedFilter { sites: self.sites, venues: self.venues, kinds: self.kinds, fields: self.fields })
    }
}

impl From<FeedFilter> for FilterView {
    fn from(filter: FeedFilter) -> Self {
        Self { sites: filter.sites, venues: filter.venues, kinds: filter.kinds, fields: filter.fields }
    }
}

/// A subscription to changes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Webhook)]
pub(super) struct WebhookView {
    /// Its id.
    #[schema(value_type = String, example = "whk_0198c0de00007000800000000000abcd")]
    id: WebhookId,
    /// Where deliveries go.
    #[schema(example = "https://calendar.example/hooks/marquee")]
    url: String,
    /// Its owner's words.
    description: String,
    /// Which changes.
    filter: FilterView,
    /// How it stands.
    #[schema(value_type = WebhookStateWord)]
    state: WebhookState,
    /// Since when.
    state_since: DateTime<Utc>,
    /// Why, where it was not its owner.
    state_reason: Option<String>,
    /// Who made it: a key's id, `admin_token`, or `command_line`.
    owner: String,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// Until when the secret before this one signs as well.
    old_secret_until: Option<DateTime<Utc>>,
    /// Changes that it has not been told of yet, or does not want.
    #[schema(example = 0)]
    behind: i64,
    /// Since when every attempt has failed.
    failing_since: Option<DateTime<Utc>>,
    /// Attempts that failed in a row.
    failures: u32,
    /// When the next attempt may be made, where attempts fail.
    next_attempt_at: Option<DateTime<Utc>>,
}

impl From<Webhook> for WebhookView {
    fn from(webhook: Webhook) -> Self {
        Self {
            id: webhook.id,
            url: webhook.url.into(),
            description: webhook.description,
            filter: webhook.filter.into(),
            state: webhook.state,
            state_since: webhook.state_since,
            state_reason: webhook.state_reason,
            owner: webhook.owner,
            created_at: webhook.created_at,
            old_secret_until: webhook.old_secret_until,
            behind: webhook.behind,
            next_attempt_at: webhook.failing_since.map(|_| webhook.next_at),
            failing_since: webhook.failing_since,
            failures: webhook.failures,
        }
    }
}

/// A new subscription.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NewWebhook)]
pub(super) struct CreatedView {
    #[serde(flatten)]
    pub(super) webhook: WebhookView,
    /// What signs deliveries. Shown this once.
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    pub(super) secret: String,
}

/// An attempt at a delivery.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeliveryAttempt)]
pub(super) struct AttemptView {
    /// Its number, from 1.
    number: u32,
    /// When it began.
    started_at: DateTime<Utc>,
    /// How long it took, in milliseconds; null where it was not seen to end.
    took_ms: Option<u64>,
    /// The HTTP status; null where there was no answer.
    status: Option<u16>,
    /// Why it does not count as taken.
    error: Option<String>,
    /// The beginning of the answer's body.
    excerpt: Option<String>,
}

impl From<Attempt> for AttemptView {
    fn from(attempt: Attempt) -> Self {
        let Attempt { number, started_at, took_ms, status, error, excerpt } = attempt;
        Self { number, started_at, took_ms, status, error, excerpt }
    }
}

/// A delivery in the log.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Delivery)]
pub(super) struct DeliveryView {
    /// Its id: the header `webhook-id`, the same in every attempt.
    #[schema(value_type = String, example = "dlv_0198c0de00007000800000000000abcd")]
    id: DeliveryId,
    /// What it is.
    #[schema(value_type = DeliveryKindWord)]
    kind: DeliveryKind,
    /// How it stands.
    #[schema(value_type = DeliveryStateWord)]
    state: DeliveryState,
    /// How many changes it tells of.
    changes: u32,
    /// How often it was sent, or begun to be.
    attempts: u32,
    /// When it was written down.
    created_at: DateTime<Utc>,
    /// When it was taken.
    delivered_at: Option<DateTime<Utc>>,
    /// When one more attempt was asked for that was not made yet.
    asked_at: Option<DateTime<Utc>>,
    /// The last attempt.
    last_attempt: Option<AttemptView>,
}

impl From<Delivery> for DeliveryView {
    fn from(delivery: Delivery) -> Self {
        Self {
            id: delivery.id,
            kind: delivery.kind,
            state: delivery.state,
            changes: delivery.changes,
            attempts: delivery.attempts,
            created_at: delivery.created_at,
            delivered_at: delivery.delivered_at,
            asked_at: delivery.wanted_at,
            last_attempt: delivery.last.map(AttemptView::from),
        }
    }
}

/// A delivery with everything that is kept of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeliveryDetail)]
pub(super) struct DeliveryDetailView {
    #[serde(flatten)]
    delivery: DeliveryView,
    /// The body, byte for byte as every attempt sends it: what the signature covers.
    body: String,
    /// Every attempt, the first one first.
    log: Vec<AttemptView>,
}

impl From<DeliveryDetail> for DeliveryDetailView {
    fn from(detail: DeliveryDetail) -> Self {
        let log = detail.attempts.into_iter().map(AttemptView::from).collect();
        Self { delivery: detail.delivery.into(), body: detail.body, log }
    }
}

/// An attempt that was asked for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeliveryAsked)]
pub(super) struct AskedView {
    /// The delivery.
    #[schema(value_type = String, example = "dlv_0198c0de00007000800000000000abcd")]
    pub(super) delivery: DeliveryId,
    /// Where to see what became of it.
    pub(super) log: String,
}
