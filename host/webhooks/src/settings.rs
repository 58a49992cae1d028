//! What the operator decides about webhooks: limits, each with its reason.

use std::time::Duration;

use chrono::TimeDelta;
use marquee_fetch::FetchLimits;
use serde::{Deserialize, Serialize};

/// Limits of deliveries; stands in the host's configuration under `webhooks`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WebhookSettings {
    /// Whether this process delivers. Subscriptions can be made all the same; another process may deliver.
    pub enabled: bool,
    /// Subscriptions that this process serves at the same time. A delivery waits for the other side nearly all of its time; 4 send
    /// some hundred a second to subscribers that answer at once.
    pub parallel: u32,
    /// How long a subscriber has to answer, from connecting to the last byte. 15 s is what the Standard Webhooks specification
    /// recommends at least; who needs longer takes the delivery and works on it afterwards.
    pub timeout_ms: u64,
    /// After so long without word a process counts as dead, and another takes its subscription over. Must be above `timeout_ms`:
    /// else the delivery that one process still waits for is sent by another.
    pub lease_ms: u64,
    /// How often to look for retries that are due. New changes are noticed at once, by notification.
    pub poll_ms: u64,
    /// Changes in one delivery at most, 1 to 200.
    pub batch: u32,
    /// Bytes of a delivery's body at most; a change alone that is larger goes without its event. Frameworks refuse bodies over
    /// 1 MB by default, some over 256 KB.
    pub body_bytes: usize,
    /// Bytes of an answer that are read. Nobody needs to say anything; a page of an error tells enough in this.
    pub answer_bytes: u64,
    /// Bytes of an answer that the log keeps.
    pub excerpt_bytes: usize,
    /// Wait after the first failure, in seconds. A restart of the subscriber takes about so long.
    pub first_retry_seconds: u64,
    /// By how much each further wait is longer than the one before.
    pub retry_factor: f64,
    /// The longest wait, in seconds; also the longest that a `Retry-After` is heeded.
    pub longest_retry_seconds: u64,
    /// The share by which waits vary at random in either direction, 0 to 1, so that subscribers behind one server that was down are
    /// not all tried again in the same moment.
    pub retry_jitter: f64,
    /// Days without any success after which a subscription is disabled. Covers a long weekend.
    pub disable_after_days: u32,
    /// Days for which settled deliveries stay in the log, and can be sent again.
    pub log_days: u32,
}

impl Default for WebhookSettings {
    fn default() -> Self {
        Self {
            enabled: true,
            parallel: 4,
            timeout_ms: 15_000,
            lease_ms: 60_000,
            poll_ms: 1_000,
            batch: 100,
            body_bytes: 256 * 1024,
            answer_bytes: 64 * 1024,
            excerpt_bytes: 1024,
            first_retry_seconds: 5,
            retry_factor: 4.0,
            longest_retry_seconds: 6 * 3600,
            retry_jitter: 0.2,
            disable_after_days: 5,
            log_days: 14,
        }
    }
}

impl WebhookSettings {
    /// The limits of the fetcher that deliveries are sent with. It must be one of its own: a subscriber's answer is no page.
    #[must_use]
    pub fn fetch_limits(&self) -> FetchLimits {
        FetchLimits {
            connect_ms: self.timeout_ms,
            read_ms: self.timeout_ms,
            total_ms: self.timeout_ms,
            decoded_bytes: self.answer_bytes,
            // The envelope beside the entries stays under 4 KiB.
            request_bytes: self.body_bytes.saturating_add(4 * 1024),
            redirects: 0,
            ..FetchLimits::default()
        }
    }

    /// How long a claim holds.
    #[must_use]
    pub const fn lease(&self) -> Duration {
        Duration::from_millis(self.lease_ms)
    }

    /// How often to look for what is due.
    #[must_use]
    pub fn poll(&self) -> Duration {
        Duration::from_millis(self.poll_ms.max(10))
    }

    /// For how long a subscription may fail.
    #[must_use]
    pub fn patience(&self) -> TimeDelta {
        TimeDelta::days(self.disable_after_days.into())
    }

    /// For how long the log is kept.
    #[must_use]
    pub fn log_kept(&self) -> TimeDelta {
        TimeDelta::days(self.log_days.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_settings_are_refused_and_none_are_the_defaults() {
        assert!(serde_json::from_str::<WebhookSettings>(r#"{"time_out_ms": 1}"#).is_err());
        assert_eq!(serde_json::from_str::<WebhookSettings>("{}").unwrap(), WebhookSettings::default());
    }

    #[test]
    fn a_process_waits_for_an_answer_no_longer_than_it_counts_as_alive() {
        let settings = WebhookSettings::default();
        assert!(settings.timeout_ms < settings.lease_ms);
    }
}
