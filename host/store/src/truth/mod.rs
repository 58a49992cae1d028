//! Truth over time: what a crawl means for the events that are known, and what readers are shown.
//!
//! Inside the unit of work of [`record`](crate::record). The rules are `marquee_reconcile`'s and `marquee_identity`'s, which are pure; here
//! stands what they need to know, and what becomes of their answers in rows: `records` (what each source says), `events` (what readers
//! see), `event_history` and `changes` (what happened to either), `questions` (what a person should look at).
//!
//! Order of locks, everywhere: source, places, events, counters.

mod audited;
pub(crate) mod feed;
mod given;
mod intervene;
mod join;
pub(crate) mod known;
pub(crate) mod publish;
mod questions;
pub(crate) mod reconcile;
pub(crate) mod record_row;
pub(crate) mod shown;
mod stored;

use marquee_reconcile::{FuseSettings, ReconcileSettings};
use serde::{Deserialize, Serialize};

pub use audited::{Decided, HeldCorrection};
pub use intervene::Intervention;
pub use reconcile::Circumstances;
pub use stored::{
    ChangeBatch, ChangeKind, FieldDiff, HistoryEntry, Lifecycle, PlanSummary, Question, QuestionKind, QuestionQuery,
    StoredChange, StoredRecord,
};

/// Limits of what Marquee believes; stands in the host's configuration under `truth`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TruthSettings {
    /// When absence counts, and when two tellings of one source are one event.
    pub reconcile: ReconcileSettings,
    /// Which source's value is shown.
    pub fuse: FuseSettings,
}
