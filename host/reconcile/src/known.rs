//! What is known of an event before a crawl: what reconciling starts from and, with a plan applied, what it leads to.
//!
//! One [`KnownEvent`] is one event as one source tells of it; its [`EventId`] is public and for life. A store keeps
//! these records; nothing here reads or writes one.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use marquee_model::{CrawlId, Event, EventId, EventTime, Status};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{EventField, HeldReason, ReconcileSettings};

/// An event of this crawl, normalised, with the identity that the normaliser gave it.
pub type SeenEvent = Event;

/// Whether an event takes place, since when that is held, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Whether it takes place.
    pub status: Status,
    /// Whether this is only concluded from its absence. A word on a page or of a person is never presumed.
    pub presumed: bool,
    /// When it came to be so, by the crawl that saw it.
    pub since: DateTime<Utc>,
    /// Why, in words.
    pub evidence: String,
    /// Since when its source has told what it tells now, where that is longer ago than [`since`](Self::since): to be absent for a while, and
    /// to be listed again as before, changes what is held of an event and not its source's word. Readers are not shown it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_since: Option<DateTime<Utc>>,
}

impl Standing {
    /// Since when its source has told what it tells now.
    #[must_use]
    pub fn told_since(&self) -> DateTime<Utc> {
        self.told_since.unwrap_or(self.since)
    }

    /// As readers are shown it.
    #[must_use]
    pub fn for_readers(&self) -> Self {
        Self { told_since: None, ..self.clone() }
    }
}

/// An event that its source no longer lists, counted only in crawls whose absence counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    /// The first such crawl.
    pub since: DateTime<Utc>,
    /// How many such crawls in a row.
    pub times: u32,
    /// The last of them, oldest first, at most [`ReconcileSettings::crawls_kept`]: the evidence.
    pub crawls: Vec<CrawlId>,
}

/// An event that its source did not list in crawls whose absence does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doubt {
    /// The first such crawl.
    pub since: DateTime<Utc>,
    /// How many such crawls in a row.
    pub times: u32,
    /// The last of them: the same crawl is counted once, however often it is planned.
    pub crawl: CrawlId,
    /// Why the last one does not count.
    pub reason: HeldReason,
}

/// A value that a person has set, and that holds against every crawl until the person withdraws it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// What is shown instead of the page's value.
    pub value: Value,
    /// What the page said when the person decided: as long as it says so there is nothing to warn of.
    pub underneath: Value,
    /// What the page said when it was last warned of; the same is not warned of twice.
    pub noted: Option<Value>,
    /// Who decided, when and why.
    pub decision: Decision,
}

/// Who decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "name", rename_all = "snake_case")]
pub enum Decider {
    /// A person; what a person decides no rule undoes.
    Person(String),
    /// A rule of Marquee, by name.
    Rule(String),
}

/// A decision that no crawl made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Who decided.
    pub by: Decider,
    /// When.
    pub at: DateTime<Utc>,
    /// Why.
    pub reason: String,
}

/// That an event is another under a second id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merged {
    /// The id that answers for both.
    pub into: EventId,
    /// Who said so, when and why.
    pub decision: Decision,
}

/// An event as one source tells of it, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownEvent {
    /// Its public id, for life.
    pub id: EventId,
    /// What the source said last, without corrections.
    pub event: Event,
    /// Every identity that the normaliser gave it over time.
    pub identities: BTreeSet<String>,
    /// Every native key that the source gave it over time.
    pub keys: BTreeSet<String>,
    /// Whether it takes place.
    pub standing: Standing,
    /// Whether its source has dropped it.
    pub missing: Option<Missing>,
    /// Whether it was absent where absence does not count.
    pub doubt: Option<Doubt>,
    /// The crawl that first saw it.
    pub first_seen: DateTime<Utc>,
    /// The crawl that last saw it.
    pub last_seen: DateTime<Utc>,
    /// Starts on other days that it was announced for before, oldest first.
    pub earlier_starts: Vec<EventTime>,
    /// What persons have decided, by field.
    pub corrections: BTreeMap<EventField, Correction>,
    /// The event that this one was merged into; its id answers with that one.
    pub merged: Option<Merged>,
    /// That a person does not want it shown; crawls go on as if nothing were.
    pub hidden: Option<Decision>,
    /// Events that a person has said are others: no rule merges this one with them.
    pub kept_apart: BTreeSet<EventId>,
}

impl KnownEvent {
    /// A new event, first seen now.
    #[must_use]
    pub fn new(id: EventId, event: SeenEvent, now: DateTime<Utc>) -> Self {
        let standing = Standing {
            status: event.status,
            presumed: false,
            since: now,
            evidence: first_word(&event),
            told_since: None,
        };
        Self {
            id,
            identities: BTreeSet::from([event.identity.clone()]),
            keys: event.key.iter().cloned().collect(),
            event,
            standing,
            missing: None,
            doubt: None,
            first_seen: now,
            last_seen: now,
            earlier_starts: Vec::new(),
            corrections: BTreeMap::new(),
            merged: None,
            hidden: None,
            kept_apart: BTreeSet::new(),
        }
    }

    /// The event as it is shown: the page's values, with corrections over them and the status that is held.
    #[must_use]
    pub fn shown(&self) -> Event {
        let mut event = self.event.clone();
        event.status = self.standing.status;
        for (field, correction) in &self.corrections {
            // A value that is none of its field's kind cannot enter through `correct`; a store's damage must not show
            // nothing.
            let _ = field.set(&mut event, &correction.value);
        }
        event
    }

    /// The last day on which it takes place, as it is shown.
    #[must_use]
    pub fn last_day(&self) -> NaiveDate {
        last_day(&self.event)
    }

    /// Whether its night is over, so that it is history and no crawl touches it. An event that was postponed without a
    /// new day is not over when its old day is: it waits for its new one, at most
    /// [`ReconcileSettings::postponed_days`].
    #[must_use]
    pub fn is_over(&self, today: NaiveDate, settings: &ReconcileSettings) -> bool {
        let waits = match self.standing.status {
            Status::Postponed => i64::from(settings.postponed_days),
            _ => 0,
        };
        (today - self.last_day()).num_days() > waits
    }
}

/// The last day of an event.
pub(crate) fn last_day(event: &Event) -> NaiveDate {
    event.end.as_ref().map_or(event.start.date, |end| end.date.max(event.start.date))
}

/// A status in words that follow "it is".
pub(crate) const fn status_words(status: Status) -> &'static str {
    match status {
        Status::Scheduled => "scheduled",
        Status::Cancelled => "cancelled",
        Status::Postponed => "postponed",
        Status::Rescheduled => "rescheduled",
        Status::Moved => "moved to another place",
        Status::SoldOut => "sold out",
    }
}

fn first_word(event: &Event) -> String {
    format!("the page lists it as {}", status_words(event.status))
}
