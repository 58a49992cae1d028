//! What can go wrong here: only calls that contradict what is known.

use marquee_model::EventId;

use crate::EventField;

/// Why something could not be carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReconcileError {
    /// A plan is applied to other events than it was made for.
    #[error("the plan speaks of {what}, which is not there: plan again with what is known now")]
    Stale {
        /// What is not there.
        what: String,
    },
    /// A history's first entry for an event is none that creates it.
    #[error("the history of {event} does not begin with its creation: replay it from its first entry")]
    HistoryWithoutBeginning {
        /// The event.
        event: EventId,
    },
    /// No such event.
    #[error("{event} is not known: use an id of `marquee events`")]
    Unknown {
        /// The event.
        event: EventId,
    },
    /// An event would be merged into itself, by whatever detour.
    #[error("{from} cannot be merged into {into}, which is {from} already: choose another event")]
    Itself {
        /// The event to be merged.
        from: EventId,
        /// The event that would answer for it.
        into: EventId,
    },
    /// An event is merged already.
    #[error("{event} is merged into {into} already: split it first")]
    MergedAlready {
        /// The event.
        event: EventId,
        /// The event that answers for it.
        into: EventId,
    },
    /// An event that is not merged would be split.
    #[error("{event} is merged into no other event: there is nothing to split")]
    NotMerged {
        /// The event.
        event: EventId,
    },
    /// A rule would undo what a person decided.
    #[error("a person decided otherwise about {event} ({reason}): only a person can change that")]
    PersonDecided {
        /// The event.
        event: EventId,
        /// What was decided.
        reason: String,
    },
    /// A correction is no value of its field.
    #[error("this is no value of {}: {reason}", field.name())]
    NotAValue {
        /// The field.
        field: EventField,
        /// Why, in words.
        reason: String,
    },
    /// A correction that is not there would be withdrawn.
    #[error("{} of {event} is not corrected: there is nothing to withdraw", field.name())]
    NotCorrected {
        /// The event.
        event: EventId,
        /// The field.
        field: EventField,
    },
}
