//! What persons, and rules beside the crawl, decide about events: corrections, hiding, merges, splits. All of it can be
//! taken back.
//!
//! A merge mixes nothing: both records live on, one id answers for both, and a split is the end of that. So nothing has
//! to be reconstructed. Pure; a store keeps what comes back.

use chrono::{DateTime, Utc};
use marquee_model::EventId;
use serde_json::Value;

use crate::{Change, Correction, Decider, Decision, EventField, KnownEvent, Merged, ReconcileError, What};

fn change(event: EventId, what: What, decision: &Decision) -> Change {
    let (at, reason) = (decision.at, decision.reason.clone());
    Change { event, what, observed_at: at, crawl: None, plugin: None, reason }
}

fn find(known: &[KnownEvent], event: EventId) -> Result<&KnownEvent, ReconcileError> {
    known.iter().find(|known| known.id == event).ok_or(ReconcileError::Unknown { event })
}

/// The id that answers for this one: itself, or what it was merged into, however often.
#[must_use]
pub fn answers_for(known: &[KnownEvent], id: EventId) -> EventId {
    let mut at = id;
    // As many steps as there are events: a circle, which `merge` refuses to make, would end here as well.
    for _ in known {
        match find(known, at).ok().and_then(|known| known.merged.as_ref()) {
            Some(merged) => at = merged.into,
            None => break,
        }
    }
    at
}

/// Says that `from` is `into` under a second id. Returns `from` as it is then; `into` stays as it is.
///
/// # Errors
/// Where one is not known, both are one already, `from` is merged elsewhere, or a rule contradicts a person.
pub fn merge(
    known: &[KnownEvent],
    from: EventId,
    into: EventId,
    decision: &Decision,
) -> Result<(KnownEvent, Change), ReconcileError> {
    let (loser, winner) = (find(known, from)?, find(known, into)?);
    if let Some(merged) = &loser.merged {
        return Err(ReconcileError::MergedAlready { event: from, into: merged.into });
    }
    if answers_for(known, into) == from {
        return Err(ReconcileError::Itself { from, into });
    }
    let apart = loser.kept_apart.contains(&into) || winner.kept_apart.contains(&from);
    if apart && matches!(decision.by, Decider::Rule(_)) {
        let reason = format!("it is not {into}");
        return Err(ReconcileError::PersonDecided { event: from, reason });
    }
    let mut loser = loser.clone();
    loser.merged = Some(Merged { into, decision: decision.clone() });
    loser.kept_apart.remove(&into);
    Ok((loser, change(from, What::Merged { into }, decision)))
}

/// Takes an event out of the one that it was merged into. Returns it as it is then; where a person says so, no rule
/// merges the two again.
///
/// # Errors
/// Where it is not known or not merged, or a rule contradicts a person.
pub fn split(
    known: &[KnownEvent],
    event: EventId,
    decision: &Decision,
) -> Result<(KnownEvent, Change), ReconcileError> {
    let mut known = find(known, event)?.clone();
    let Some(merged) = known.merged.take() else { return Err(ReconcileError::NotMerged { event }) };
    match (&decision.by, &merged.decision.by) {
        (Decider::Rule(_), Decider::Person(_)) => {
            let reason = format!("it is {}: {}", merged.into, merged.decision.reason);
            return Err(ReconcileError::PersonDecided { event, reason });
        }
        (Decider::Person(_), _) => {
            known.kept_apart.insert(merged.into);
        }
        (Decider::Rule(_), Decider::Rule(_)) => {}
    }
    Ok((known, change(event, What::Split { from: merged.into }, decision)))
}

/// Sets a field to a person's value, which holds until it is withdrawn. A status is set like any other field.
///
/// # Errors
/// [`ReconcileError::NotAValue`] where the value is none of this field's kind.
pub fn correct(
    known: &KnownEvent,
    field: EventField,
    value: Value,
    decision: &Decision,
) -> Result<(KnownEvent, Change), ReconcileError> {
    let no_value = |error: serde_json::Error| ReconcileError::NotAValue { field, reason: error.to_string() };
    field.set(&mut known.event.clone(), &value).map_err(no_value)?;
    let from = field.value(&known.shown());
    let underneath = field.value(&known.event);
    let mut known = known.clone();
    let to = value.clone();
    let correction = Correction { value, underneath, noted: None, decision: decision.clone() };
    known.corrections.insert(field, correction);
    let change = change(known.id, What::Corrected { field, from, to }, decision);
    Ok((known, change))
}

/// Withdraws a correction: what the page said last is shown again.
///
/// # Errors
/// [`ReconcileError::NotCorrected`] where there is none.
pub fn withdraw(
    known: &KnownEvent,
    field: EventField,
    decision: &Decision,
) -> Result<(KnownEvent, Change), ReconcileError> {
    let mut known = known.clone();
    let not_corrected = ReconcileError::NotCorrected { event: known.id, field };
    let correction = known.corrections.remove(&field).ok_or(not_corrected)?;
    if let Some(said) = &correction.noted {
        // A value that the page once told is of its field's kind; were it not, the older one stays until the next
        // crawl.
        let _ = field.set(&mut known.event, said);
    }
    let to = field.value(&known.event);
    let change = change(known.id, What::Withdrawn { field, from: correction.value, to }, decision);
    Ok((known, change))
}

/// Hides an event, or shows it again. It stays known and goes on being reconciled.
#[must_use]
pub fn hide(known: &KnownEvent, hidden: bool, decision: &Decision) -> (KnownEvent, Change) {
    let mut known = known.clone();
    known.hidden = hidden.then(|| decision.clone());
    let change = change(known.id, if hidden { What::Hidden } else { What::Unhidden }, decision);
    (known, change)
}

/// When an event was decided upon last, for whoever shows it: its newest correction, hiding or merge.
#[must_use]
pub fn decided_at(known: &KnownEvent) -> Option<DateTime<Utc>> {
    let corrections = known.corrections.values().map(|correction| correction.decision.at);
    let hidden = known.hidden.as_ref().map(|decision| decision.at);
    corrections.chain(known.merged.as_ref().map(|merged| merged.decision.at)).chain(hidden).max()
}
