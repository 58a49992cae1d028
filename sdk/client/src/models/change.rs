//! What changed.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;

use super::Event;

/// What happened to an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ChangeKind {
    /// It was not there before.
    Created,
    /// Something about it is new.
    Changed,
    /// It is no longer in lists.
    Removed,
    /// It is in lists again.
    Returned,
    /// A word that this client does not know.
    #[serde(other)]
    Other,
}

/// A change of an event.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Change {
    /// The place after it: from where to go on.
    pub cursor: String,
    /// What happened.
    pub kind: ChangeKind,
    /// The event's id.
    pub event_id: String,
    /// The event's revision after it.
    pub revision: u64,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// Why, in words.
    pub reason: String,
    /// The event that answers for a removed one, where one does.
    pub into: Option<String>,
    /// The crawl that saw it; `None` for a decision of a person.
    pub crawl: Option<String>,
    /// What differs, by the field's name.
    pub fields: BTreeMap<String, ChangedField>,
    /// The event as it is now; `None` where it is not in any list, and where it was not asked for.
    pub event: Option<Event>,
}

/// A value before and after.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct ChangedField {
    /// Before.
    pub from: Value,
    /// After.
    pub to: Value,
}

/// Some changes.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct ChangePage {
    /// The changes, in order.
    pub data: Vec<Change>,
    /// The place after them.
    pub cursor: String,
    /// Whether there are more already.
    pub has_more: bool,
}

/// One thing that happened to an event.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct HistoryEntry {
    /// Its number, rising over all events.
    pub number: i64,
    /// The record to which it happened; where it differs from the event's id, it was merged into it.
    pub event: String,
    /// What happened, in a word.
    pub what: String,
    /// What of it.
    pub detail: Value,
    /// When it was observed or decided.
    pub observed_at: DateTime<Utc>,
    /// The crawl that observed it; `None` for a decision.
    pub crawl: Option<String>,
    /// BLAKE3 digest of the plugin that read the page.
    pub plugin_digest: Option<String>,
    /// Whether a person decided it.
    pub by_a_person: bool,
    /// Why, in words.
    pub reason: String,
}
