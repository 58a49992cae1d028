//! Subscriptions to changes over HTTP: who subscribed, what is to be delivered, and what became of it.
//!
//! `desk` is what subscribers do (make, change, ask for a delivery, read the log), `queue` what the delivering process does: it claims a
//! subscription, so that one process at a time serves it and deliveries keep their order, writes a delivery down before it is sent, and
//! each attempt before it is made. Nothing here sends anything, builds a body or decides when to try again.

mod desk;
mod log;
mod queue;
mod row;

use std::{fmt, str::FromStr};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use marquee_model::{DeliveryId, WebUrl, WebhookId};
use serde::{Deserialize, Serialize};

pub use log::AskedAgain;
pub use queue::{AttemptEnd, NewDelivery, Outgoing, Verdict, WebhookClaim};

use crate::FeedFilter;

/// How a subscription stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WebhookState {
    /// Changes are delivered.
    Active,
    /// Its owner has it paused; changes wait for as long as the feed keeps them.
    Paused,
    /// The subscriber answered 410 (RFC 9110 section 15.5.11): for good.
    Ended,
    /// Marquee stopped delivering: too long without success, or to an address that may not be asked. Its owner may activate it again.
    Disabled,
}

/// A subscription, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// Who made it.
    pub owner: String,
    /// Where deliveries go.
    pub url: WebUrl,
    /// The owner's words.
    pub description: String,
    /// Which changes.
    pub filter: FeedFilter,
    /// How it stands.
    pub state: WebhookState,
    /// Since when.
    pub state_since: DateTime<Utc>,
    /// Why, where it was not the owner.
    pub state_reason: Option<String>,
    /// Until when the secret before this one signs as well.
    pub old_secret_until: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Number of the last change that stands in a delivery, or that it does not want.
    pub position: i64,
    /// Changes after that one, wanted or not.
    pub behind: i64,
    /// Since when every attempt has failed.
    pub failing_since: Option<DateTime<Utc>>,
    /// Attempts that failed in a row.
    pub failures: u32,
    /// When the next attempt may be made, at the earliest.
    pub next_at: DateTime<Utc>,
}

/// A subscription that is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWebhook {
    /// Who makes it.
    pub owner: String,
    /// Where deliveries go.
    pub url: WebUrl,
    /// The owner's words.
    pub description: String,
    /// Which changes.
    pub filter: FeedFilter,
    /// The last change that it does not want.
    pub position: i64,
}

/// What is to be different; `None` leaves a member as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WebhookChange {
    /// Where deliveries go; those that wait go there too.
    pub url: Option<WebUrl>,
    /// The owner's words.
    pub description: Option<String>,
    /// Which changes, from the next delivery on.
    pub filter: Option<FeedFilter>,
    /// Active (failures are forgotten and what waits is tried at once) or paused.
    pub active: Option<bool>,
}

/// What signs deliveries: 32 bytes by lot. Its `Debug` form hides it; [`WebhookSecret::text`] is for the one answer that shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookSecret(Vec<u8>);

impl WebhookSecret {
    pub(crate) const fn of(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The key of the HMAC.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// As the Standard Webhooks specification writes it: `whsec_` and the bytes in base64.
    #[must_use]
    pub fn text(&self) -> String {
        format!("whsec_{}", STANDARD.encode(&self.0))
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(hidden)")
    }
}

/// What a delivery is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryKind {
    /// Changes.
    Changes,
    /// Word that changes are gone which were not delivered: take all events anew.
    StartOver,
    /// A test that the owner asked for; tried once.
    Test,
}

/// How a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// A test that was asked for and not tried yet.
    Asked,
    /// It is under way: tried until it is delivered. One at a time, which is what keeps the order.
    Waiting,
    /// The subscriber took it.
    Delivered,
    /// It was not taken and is not tried again by itself.
    Failed,
}

/// Why a text is no state of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a delivery is asked, waiting, delivered or failed")]
pub struct NotADeliveryState;

impl FromStr for DeliveryState {
    type Err = NotADeliveryState;

    fn from_str(text: &str) -> Result<Self, NotADeliveryState> {
        serde_json::from_value(text.into()).map_err(|_| NotADeliveryState)
    }
}

/// A delivery in the log, without its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Its id: the header `webhook-id`.
    pub id: DeliveryId,
    /// The subscription.
    pub webhook: WebhookId,
    /// What it is.
    pub kind: DeliveryKind,
    /// How it stands.
    pub state: DeliveryState,
    /// How many changes it tells of.
    pub changes: u32,
    /// How often it was sent, or begun to be.
    pub attempts: u32,
    /// When it was written down.
    pub created_at: DateTime<Utc>,
    /// When the subscriber took it.
    pub delivered_at: Option<DateTime<Utc>>,
    /// When somebody asked for one more attempt that was not made yet.
    pub wanted_at: Option<DateTime<Utc>>,
    /// The last attempt.
    pub last: Option<Attempt>,
}

/// One attempt at a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Its number within the delivery, from 1.
    pub number: u32,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// How long it took, in milliseconds; `None` where it was not seen to end: it runs, or the process died.
    pub took_ms: Option<u64>,
    /// The HTTP status, where there was an answer.
    pub status: Option<u16>,
    /// Why it did not count as delivered.
    pub error: Option<String>,
    /// The beginning of the answer's body.
    pub excerpt: Option<String>,
}

/// A delivery with everything that is kept of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryDetail {
    /// The delivery.
    pub delivery: Delivery,
    /// The bytes that every attempt sends.
    pub body: String,
    /// The attempts, the first one first.
    pub attempts: Vec<Attempt>,
}
