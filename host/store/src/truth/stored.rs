//! What is known about events beside their values, as readers of the store get it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use marquee_model::{CrawlId, EventId, EventTime, QuestionId, Slug, SourceId, VenueId};
use marquee_reconcile::{Change, EventField, HeldReason, KnownEvent, Vanished};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How an event stands, and since when that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lifecycle {
    /// Since when its status is what it is.
    pub status_since: DateTime<Utc>,
    /// Whether the status is only concluded from the event's absence.
    pub presumed: bool,
    /// Why its status is what it is, in words.
    pub evidence: String,
    /// Since when no source lists it any more.
    pub missing_since: Option<DateTime<Utc>>,
    /// Starts on other days that it was announced for before, oldest first.
    pub earlier_starts: Vec<EventTime>,
    /// Fields whose value is a person's.
    pub corrected: Vec<EventField>,
    /// Whether a person took it out of every list.
    pub hidden: bool,
    /// The event that answers for it.
    pub merged_into: Option<EventId>,
    /// How many records of sources it is made of.
    pub records: u16,
}

/// One source's record of an event.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredRecord {
    /// What is known.
    pub known: KnownEvent,
    /// Who says it.
    pub source: SourceId,
    /// The source's short name.
    pub source_slug: Slug,
    /// How far that source is trusted, 0 to 100.
    pub trust: u8,
    /// Where it is, as far as venues are known.
    pub place: VenueId,
    /// When the source was last seen to list it.
    pub said_at: DateTime<Utc>,
}

/// A value before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldDiff {
    /// Before.
    pub from: Value,
    /// After.
    pub to: Value,
}

/// What readers saw happen to an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// It was not there before.
    Created,
    /// Something about it is new.
    Changed,
    /// It is no longer shown: hidden, or another event answers for it.
    Removed,
    /// It is shown again.
    Returned,
}

/// One entry of the feed of changes.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredChange {
    /// Its number: without gaps, in the order of commits.
    pub number: i64,
    /// The event.
    pub event: EventId,
    /// What happened.
    pub kind: ChangeKind,
    /// The event's revision after it.
    pub revision: u64,
    /// What differs, where it changed: by name of the field, or `standing`, `missing_since`, `earlier_starts`, `corrected`, `records`.
    pub fields: BTreeMap<String, FieldDiff>,
    /// Why.
    pub reason: String,
    /// The event that answers for a removed one, where one does.
    pub into: Option<EventId>,
    /// When.
    pub at: DateTime<Utc>,
    /// The crawl that made it so; `None` for a decision of a person.
    pub crawl: Option<CrawlId>,
}

/// Some entries of the feed.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeBatch {
    /// The entries, in order.
    pub changes: Vec<StoredChange>,
    /// Number of the newest entry that there is, 0 for none.
    pub last: i64,
    /// Number of the oldest entry that is kept; whoever has not read up to the one before must start over.
    pub oldest: i64,
}

/// One entry of an event's history.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryEntry {
    /// Its number, in the order of commits over all events.
    pub number: i64,
    /// What happened.
    pub change: Change,
    /// Who decided it: a person's name, or `rule: ` and a rule's; `None` for a crawl.
    pub decided_by: Option<String>,
}

/// What a question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuestionKind {
    /// Sources contradict each other in a field.
    Conflict,
    /// Two events may be one.
    Duplicate,
    /// A person's correction holds, and the page says something new underneath.
    Correction,
    /// An event was taken for new, and could be a known one of its source.
    Ambiguous,
    /// Only the native key holds a known and a seen event together.
    OnlyTheKey,
}

/// Something that a person should look at.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// Its id.
    pub id: QuestionId,
    /// What it is about.
    pub kind: QuestionKind,
    /// The event.
    pub event: EventId,
    /// The other event, where there is one.
    pub other: Option<EventId>,
    /// The field, where it is one.
    pub field: Option<EventField>,
    /// The event's title.
    pub title: String,
    /// What was noticed.
    pub detail: Value,
    /// When it was asked first.
    pub asked_at: DateTime<Utc>,
    /// When its detail last changed.
    pub updated_at: DateTime<Utc>,
    /// When it was answered, or settled itself.
    pub answered_at: Option<DateTime<Utc>>,
    /// The answer.
    pub answer: Option<String>,
}

/// Which questions. The order is the one in which they were asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionQuery {
    /// Only those that nobody has answered.
    pub open_only: bool,
    /// Of this kind.
    pub kind: Option<QuestionKind>,
    /// About this event.
    pub event: Option<EventId>,
    /// After this one.
    pub after: Option<QuestionId>,
    /// At most so many, 1 to [`crate::MAX_LIMIT`].
    pub limit: u32,
}

impl Default for QuestionQuery {
    fn default() -> Self {
        Self { open_only: true, kind: None, event: None, after: None, limit: crate::DEFAULT_LIMIT }
    }
}

/// What a crawl's plan came to beside its tally; kept with the crawl.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PlanSummary {
    /// Why nothing of the page was believed, where that is so.
    pub hold: Option<HeldReason>,
    /// Seen events of which nothing was made, by reason.
    pub held: BTreeMap<HeldReason, u32>,
    /// Events that were absent for the first time.
    pub missing: u32,
    /// Events that are presumed cancelled from now on.
    pub presumed: u32,
    /// Events that are listed again.
    pub reappeared: u32,
    /// What holds for the plan as a whole, in words.
    pub notes: Vec<String>,
    /// What vanished; the next crawls' plans need it.
    pub vanished: Option<Vanished>,
}
