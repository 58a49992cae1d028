//! What a crawl means for the events that are known; a pure function.
//!
//! Stands behind `normalize` and before `store`: [`plan()`] takes the events that are known from a source, the events
//! that a crawl saw, and the crawl's circumstances, and says what is new, what has changed, what is missing, and what
//! is not believed, each with its reason. [`apply()`] carries a plan out on values. Who keeps events does the same to
//! rows; who wants to know what the next crawl would do prints the [`Plan`].
//!
//! The rules, in short. An id is for life: it follows its event through another title, day, room, key or plugin. Two
//! events that swap keys keep their histories. Absence counts only from a complete crawl of a source in health, for
//! days that its pages covered, and never when more vanished at once than this source is known for; it leads to
//! "missing", then to "presumed cancelled", with the evidence. A word on the page is stronger and immediate. What is
//! over is history, and no crawl touches it: until its day is over a page may still correct every field of an event,
//! from the next day on none. An event that was postponed without a new day is not over while it waits. What a person
//! decided holds. Nothing is deleted.
//!
//! Never here: I/O, a clock, randomness. Ids of new events are handed in.

mod absent;
mod apply;
mod context;
mod covered;
mod decide;
mod error;
mod evidence;
mod field;
pub mod fuse;
mod guard;
mod history;
mod known;
mod likeness;
mod persons;
mod plan;
mod resolve;
mod settings;
mod words;

pub use apply::{Applied, apply};
pub use context::{Context, Vanished};
pub use decide::plan;
pub use error::ReconcileError;
pub use field::{EventField, FieldChange, differing};
pub use fuse::{FuseSettings, Fused, FusedField, SourceClaim, Telling, fuse};
pub use history::{Change, Recorded, What, replay};
pub use known::{Correction, Decider, Decision, Doubt, KnownEvent, Merged, Missing, SeenEvent, Standing};
pub use persons::{answers_for, correct, decided_at, hide, merge, split, withdraw};
pub use plan::{
    HeldChange, HeldReason, KnownDecision, KnownPlan, Learnt, Plan, Resemblance, Resolution, ResolvedBy, SeenDecision,
    SeenPlan, Warning,
};
pub use settings::ReconcileSettings;
