//! History: every change of an event as a record of its own, so that any past state can be told.
//!
//! [`apply`](crate::apply()) and the decisions of persons write these; a store appends them, numbers them, and never
//! changes one. Crawls that change nothing leave none: history grows with change. How often an event was absent, and
//! when it was last seen, is no change of it and is not in here.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use marquee_model::{CrawlId, Digest, Event, EventId, EventTime};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{EventField, FieldChange, KnownEvent, ReconcileError, Standing, field::json};

/// What happened to an event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum What {
    /// It was seen for the first time.
    Created {
        /// As it was told.
        event: Box<Event>,
        /// Its standing.
        standing: Standing,
    },
    /// A field changed on its source's page.
    Field(FieldChange),
    /// Its source calls it by another identity or key as well.
    Learnt {
        /// The identity.
        identity: Option<String>,
        /// The key.
        key: Option<String>,
    },
    /// Its standing changed.
    Standing {
        /// What was held.
        from: Standing,
        /// What is held.
        to: Standing,
    },
    /// Its source no longer lists it.
    Missing {
        /// Since when.
        since: DateTime<Utc>,
    },
    /// Its source lists it again.
    Reappeared,
    /// A person set a field.
    Corrected {
        /// The field.
        field: EventField,
        /// What was shown.
        from: Value,
        /// What is shown.
        to: Value,
    },
    /// A person withdrew a correction.
    Withdrawn {
        /// The field.
        field: EventField,
        /// What the person had set.
        from: Value,
        /// What the page said last, which is shown again.
        to: Value,
    },
    /// It is not shown any more.
    Hidden,
    /// It is shown again.
    Unhidden,
    /// It was merged into another.
    Merged {
        /// The id that answers for both.
        into: EventId,
    },
    /// It was taken out of another again.
    Split {
        /// The id that answered for it.
        from: EventId,
    },
}

/// One entry of an event's history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The event.
    pub event: EventId,
    /// What happened.
    #[serde(flatten)]
    pub what: What,
    /// When it was observed or decided.
    pub observed_at: DateTime<Utc>,
    /// The crawl that observed it; `None` for a decision.
    pub crawl: Option<CrawlId>,
    /// The plugin that read the page.
    pub plugin: Option<Digest>,
    /// Why, in words.
    pub reason: String,
}

/// What history tells of an event: everything but how often it was absent and when it was last seen.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Recorded {
    /// What its source says.
    pub fields: BTreeMap<EventField, Value>,
    /// What its source calls it.
    pub identities: BTreeSet<String>,
    /// By which keys.
    pub keys: BTreeSet<String>,
    /// Whether it takes place.
    pub standing: Standing,
    /// Since when its source does not list it.
    pub missing_since: Option<DateTime<Utc>>,
    /// Days that it was announced for before.
    pub earlier_starts: Vec<EventTime>,
    /// What persons have set.
    pub corrections: BTreeMap<EventField, Value>,
    /// Whether it is not shown.
    pub hidden: bool,
    /// The id that answers for it.
    pub merged_into: Option<EventId>,
}

impl Recorded {
    /// What of a known event is in its history.
    #[must_use]
    pub fn of(known: &KnownEvent) -> Self {
        Self {
            fields: fields(&known.event),
            identities: known.identities.clone(),
            keys: known.keys.clone(),
            standing: known.standing.clone(),
            missing_since: known.missing.as_ref().map(|missing| missing.since),
            earlier_starts: known.earlier_starts.clone(),
            corrections: known.corrections.iter().map(|(field, set)| (*field, set.value.clone())).collect(),
            hidden: known.hidden.is_some(),
            merged_into: known.merged.as_ref().map(|merged| merged.into),
        }
    }

    fn new(event: &Event, standing: &Standing) -> Self {
        Self {
            fields: fields(event),
            identities: BTreeSet::from([event.identity.clone()]),
            keys: event.key.iter().cloned().collect(),
            standing: standing.clone(),
            missing_since: None,
            earlier_starts: Vec::new(),
            corrections: BTreeMap::new(),
            hidden: false,
            merged_into: None,
        }
    }

    fn take(&mut self, what: &What) {
        match what {
            What::Created { event, standing } => *self = Self::new(event, standing),
            What::Field(change) => {
                if change.field == EventField::Start {
                    let start = |value: &Value| serde_json::from_value::<EventTime>(value.clone()).ok();
                    let (from, to) = (start(&change.from), start(&change.to));
                    let moved = from.filter(|from| to.is_some_and(|to| to.date != from.date));
                    self.earlier_starts.extend(moved);
                }
                self.fields.insert(change.field, change.to.clone());
            }
            What::Learnt { identity, key } => {
                self.identities.extend(identity.clone());
                self.keys.extend(key.clone());
            }
            What::Standing { to, .. } => self.standing = to.clone(),
            What::Missing { since } => self.missing_since = Some(*since),
            What::Reappeared => self.missing_since = None,
            What::Corrected { field, to, .. } => {
                self.corrections.insert(*field, to.clone());
            }
            What::Withdrawn { field, to, .. } => {
                self.corrections.remove(field);
                self.fields.insert(*field, to.clone());
            }
            What::Hidden => self.hidden = true,
            What::Unhidden => self.hidden = false,
            What::Merged { into } => self.merged_into = Some(*into),
            What::Split { .. } => self.merged_into = None,
        }
    }
}

fn fields(event: &Event) -> BTreeMap<EventField, Value> {
    EventField::ALL.into_iter().map(|field| (field, json(&field.value(event)))).collect()
}

/// The state that a history leads to, entry by entry in their order. A beginning of a history gives the state at its
/// end.
///
/// # Errors
/// [`ReconcileError::HistoryWithoutBeginning`] where an event changes that was never created.
pub fn replay<'a>(
    history: impl IntoIterator<Item = &'a Change>,
) -> Result<BTreeMap<EventId, Recorded>, ReconcileError> {
    let mut state: BTreeMap<EventId, Recorded> = BTreeMap::new();
    for change in history {
        match (&change.what, state.get_mut(&change.event)) {
            (what, Some(recorded)) => recorded.take(what),
            (What::Created { event, standing }, None) => {
                state.insert(change.event, Recorded::new(event, standing));
            }
            (_, None) => return Err(ReconcileError::HistoryWithoutBeginning { event: change.event }),
        }
    }
    Ok(state)
}
