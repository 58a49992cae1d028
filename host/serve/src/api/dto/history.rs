//! What happened to an event.

use chrono::{DateTime, Utc};
use marquee_model::{CrawlId, EventId};
use marquee_store::HistoryEntry;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::words::HappenedWord;

/// One thing that happened to an event.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EventHistoryEntry)]
pub(crate) struct HistoryView {
    /// Its number, rising over all events.
    number: i64,
    /// The record to which it happened; where it differs from the event's id, it was merged into it.
    #[schema(value_type = String, example = "evt_0198c0de00007000800000000000abcd")]
    event: EventId,
    /// What happened.
    #[schema(value_type = HappenedWord)]
    what: String,
    /// What of it: a field with `from` and `to`, a standing, an id.
    #[schema(value_type = Object)]
    detail: Value,
    /// When it was observed or decided.
    observed_at: DateTime<Utc>,
    /// The crawl that observed it; null for a decision.
    #[schema(value_type = Option<String>, example = "crl_0198c0de00007000800000000000abcd")]
    crawl: Option<CrawlId>,
    /// BLAKE3 digest of the plugin that read the page.
    plugin_digest: Option<String>,
    /// Whether a person decided it.
    by_a_person: bool,
    /// Why, in words.
    reason: String,
}

impl From<HistoryEntry> for HistoryView {
    fn from(entry: HistoryEntry) -> Self {
        let change = entry.change;
        let mut detail = serde_json::to_value(&change.what).unwrap_or_default();
        let what = detail.as_object_mut().and_then(|members| members.remove("what"));
        Self {
            number: entry.number,
            event: change.event,
            what: what.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned(),
            detail,
            observed_at: change.observed_at,
            crawl: change.crawl,
            plugin_digest: change.plugin.map(|digest| digest.to_string()),
            // Who it was stays with the operator.
            by_a_person: entry.decided_by.is_some_and(|by| !by.starts_with("rule: ")),
            reason: change.reason,
        }
    }
}
