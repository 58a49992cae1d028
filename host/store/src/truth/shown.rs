//! What readers are shown of an event: the records behind it, fused, with persons' corrections over all of them.
//!
//! Pure. Called wherever a record changes; what comes out is written by [`publish`](super::publish).

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use marquee_model::{Event, EventId, EventTime, Status};
use marquee_reconcile::{EventField, FuseSettings, Fused, SourceClaim, Standing, fuse};
use serde::Serialize;
use serde_json::Value;

use super::record_row::Record;
use crate::{FieldDiff, column::json};

/// An event as readers see it, with what is known about its values.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shown {
    /// Its values.
    pub(super) event: Event,
    /// Since when it stands as it does, and why.
    pub(super) standing: Standing,
    /// Since when no source lists it any more.
    pub(super) missing_since: Option<DateTime<Utc>>,
    /// Days that it was announced for before, oldest first.
    pub(super) earlier_starts: Vec<EventTime>,
    /// Fields whose value is a person's.
    pub(super) corrected: Vec<EventField>,
    /// Not for readers.
    pub(super) hidden: bool,
    /// The event that answers for it.
    pub(super) merged_into: Option<EventId>,
    /// How many records it is made of.
    pub(super) records: u16,
}

/// A field in which sources contradict each other.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Conflict {
    #[serde(skip)]
    pub(super) field: EventField,
    /// Why the shown value is shown.
    why: String,
    /// All that is told, the shown value first.
    told: Vec<marquee_reconcile::Telling>,
}

/// What the records of one group come to. The first is the one that answers.
pub(super) fn shown(group: &[Record], now: DateTime<Utc>, settings: &FuseSettings) -> Option<(Shown, Vec<Conflict>)> {
    let (answer, rest) = group.split_first()?;
    let mut told = answer.known.shown();
    // A person who says where it is knows better than the page's words for a house.
    if !answer.known.corrections.contains_key(&EventField::Venue) {
        place(answer, &mut told);
    }
    let mut shown = Shown {
        event: told,
        standing: answer.known.standing.for_readers(),
        missing_since: answer.known.missing.as_ref().map(|missing| missing.since),
        earlier_starts: answer.known.earlier_starts.clone(),
        corrected: answer.known.corrections.keys().copied().collect(),
        hidden: answer.known.hidden.is_some(),
        merged_into: None,
        records: u16::try_from(group.len()).unwrap_or(u16::MAX),
    };
    let mut conflicts = Vec::new();
    if !rest.is_empty() {
        let claims = claims(group);
        if let Some(fused) = fuse(&claims, now, settings) {
            conflicts = in_conflict(&fused);
            together(&mut shown, group, fused);
        }
        correct(&mut shown, group);
        conflicts.retain(|conflict| !shown.corrected.contains(&conflict.field));
    }
    if shown.corrected.contains(&EventField::Status) {
        by_a_person(&mut shown, group);
    }
    Some((shown, conflicts))
}

/// The event is where the record says that it is, as far as venues are known: a calendar of a city names the house, and means it.
fn place(record: &Record, event: &mut Event) {
    if record.place != event.venue && record.known.event.venue != record.place {
        event.venue = record.place;
        event.venue_name = None;
    }
}

/// What each source says. That an event is presumed cancelled is silence, not a word: it does not speak against a source that lists it. Nor
/// does what a source said before it listed the event no longer: that is trusted least.
pub(crate) fn claims(group: &[Record]) -> Vec<SourceClaim> {
    let is_listed = group.iter().any(|record| record.known.missing.is_none() && record.known.doubt.is_none());
    group
        .iter()
        .map(|record| {
            let mut event = record.known.event.clone();
            event.status = record.known.standing.status;
            if record.known.standing.presumed && is_listed {
                event.status = Status::Scheduled;
            }
            place(record, &mut event);
            let trust = if is_listed && record.known.missing.is_some() { 0 } else { record.trust };
            SourceClaim { source: record.source, trust, said_at: record.said_at, event }
        })
        .collect()
}

fn in_conflict(fused: &Fused) -> Vec<Conflict> {
    fused
        .conflicts()
        .map(|(field, fused)| Conflict { field, why: fused.why.clone(), told: fused.told.clone() })
        .collect()
}

fn together(shown: &mut Shown, group: &[Record], fused: Fused) {
    let status = fused.event.status;
    let told_by = fused.fields.get(&EventField::Status).map(|field| field.source);
    // The standing is that of the source whose word is shown; else of whoever has held the same for longest.
    let same = |record: &&Record| record.known.standing.status == status;
    let standing = group
        .iter()
        .filter(same)
        .min_by_key(|record| (Some(record.source) != told_by, record.known.standing.since))
        .map(|record| record.known.standing.for_readers());
    shown.standing = standing.unwrap_or_else(|| Standing {
        status,
        presumed: false,
        since: shown.standing.since,
        evidence: "another source lists it".to_owned(),
        told_since: None,
    });
    // Absent only where nobody lists it.
    let missing = |record: &Record| record.known.missing.as_ref().map(|missing| missing.since);
    shown.missing_since = group.iter().map(missing).collect::<Option<Vec<_>>>().and_then(|all| all.into_iter().max());
    let mut starts: Vec<EventTime> =
        group.iter().flat_map(|record| record.known.earlier_starts.iter().cloned()).collect();
    starts.sort_by_key(|start| (start.date, start.time));
    starts.dedup_by_key(|start| start.date);
    starts.retain(|start| start.date != fused.event.start.date);
    shown.earlier_starts = starts;
    shown.event = fused.event;
    shown
        .event
        .identity
        .clone_from(&group.first().map(|record| record.known.event.identity.clone()).unwrap_or_default());
}

/// Persons' corrections hold over every source; of two, the later one.
fn correct(shown: &mut Shown, group: &[Record]) {
    let mut latest: BTreeMap<EventField, (DateTime<Utc>, &Value)> = BTreeMap::new();
    for record in group {
        for (field, correction) in &record.known.corrections {
            let at = correction.decision.at;
            if latest.get(field).is_none_or(|(before, _)| *before <= at) {
                latest.insert(*field, (at, &correction.value));
            }
        }
    }
    for (field, (_, value)) in &latest {
        // A value that is none of its field's kind cannot enter through `correct`.
        let _ = field.set(&mut shown.event, value);
    }
    shown.corrected = latest.into_keys().collect();
}

/// The standing of a status that a person set.
fn by_a_person(shown: &mut Shown, group: &[Record]) {
    let decision = group.iter().filter_map(|record| record.known.corrections.get(&EventField::Status));
    if let Some(correction) = decision.max_by_key(|correction| correction.decision.at) {
        shown.standing = Standing {
            status: shown.event.status,
            presumed: false,
            since: correction.decision.at,
            evidence: format!("a person decided: {}", correction.decision.reason),
            told_since: None,
        };
    }
}

impl Shown {
    /// Whether readers see it at all.
    pub(super) const fn is_visible(&self) -> bool {
        !self.hidden && self.merged_into.is_none()
    }

    /// What differs between what readers saw and what they see now.
    pub(super) fn differences(&self, before: &Self) -> BTreeMap<String, FieldDiff> {
        let mut differences: BTreeMap<String, FieldDiff> = EventField::ALL
            .into_iter()
            .filter(|field| !field.same(&before.event, &self.event))
            .map(|field| {
                let diff = FieldDiff { from: field.value(&before.event), to: field.value(&self.event) };
                (field.name().to_owned(), diff)
            })
            .collect();
        let mut differ = |name: &str, from: Value, to: Value| {
            if from != to {
                differences.insert(name.to_owned(), FieldDiff { from, to });
            }
        };
        differ("standing", json(&before.standing), json(&self.standing));
        differ("missing_since", json(&before.missing_since), json(&self.missing_since));
        differ("earlier_starts", json(&before.earlier_starts), json(&self.earlier_starts));
        differ("corrected", json(&before.corrected), json(&self.corrected));
        differ("records", json(&before.records), json(&self.records));
        differences
    }
}
