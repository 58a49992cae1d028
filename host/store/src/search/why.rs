//! Why an event is shown as it is: field by field, what each source tells, by how many points one was chosen, and what a person set.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use marquee_model::{EventId, SourceId};
use marquee_reconcile::{Correction, Decision, EventField, FuseSettings, fuse};
use serde_json::Value;

use crate::{
    Result, Store, StoredRecord, StoredWays,
    truth::{record_row::Record, shown::claims},
};

/// Why an event is shown as it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Why {
    /// The records that it is made of, that of its own id first.
    pub records: Vec<StoredRecord>,
    /// Field by field; fields that nobody tells and nobody set are absent.
    pub fields: Vec<WhyField>,
    /// By which ways the plugins of those records find their fields, as far as that is known.
    pub ways: Vec<StoredWays>,
}

/// Why a field has its value.
#[derive(Debug, Clone, PartialEq)]
pub struct WhyField {
    /// The field.
    pub field: EventField,
    /// What is shown.
    pub value: Value,
    /// Why, in words.
    pub because: String,
    /// The source whose telling is shown; `None` where a person set it.
    pub source: Option<SourceId>,
    /// All that is told, the best first; with points from 0 to 100.
    pub told: Vec<marquee_reconcile::Telling>,
    /// Whether a telling contradicts the best one.
    pub conflict: bool,
    /// What a person set.
    pub correction: Option<Correction>,
}

impl Store {
    /// Why the event that answers for `id` is shown as it is, weighed at `now`. Without fields where nobody is known to tell of it.
    pub async fn why(&self, id: EventId, now: DateTime<Utc>) -> Result<Why> {
        let records = self.records_of(id).await?;
        let ways = self.ways_behind(&records).await?;
        Ok(Why { fields: fields(&records, now), records, ways })
    }

    /// Why one event answers for another.
    pub async fn merge_of(&self, id: EventId) -> Result<Option<Decision>> {
        let records = self.records_of(id).await?;
        let own = records.into_iter().find(|record| record.known.id == id);
        Ok(own.and_then(|record| record.known.merged).map(|merged| merged.decision))
    }
}

fn fields(records: &[StoredRecord], now: DateTime<Utc>) -> Vec<WhyField> {
    let mut corrections: BTreeMap<EventField, &Correction> = BTreeMap::new();
    for (field, correction) in records.iter().flat_map(|record| &record.known.corrections) {
        let known = corrections.entry(*field).or_insert(correction);
        if known.decision.at <= correction.decision.at {
            *known = correction;
        }
    }
    let group: Vec<Record> = records.iter().map(Record::from).collect();
    let mut fused = fuse(&claims(&group), now, &FuseSettings::default()).map(|fused| fused.fields).unwrap_or_default();
    let field = |field| {
        let (told, correction) = (fused.remove(&field), corrections.get(&field).copied());
        let because = match (&told, correction) {
            (_, Some(set)) => format!("a person decided: {}", set.decision.reason),
            (Some(told), None) => told.why.clone(),
            (None, None) => return None,
        };
        let told = told.as_ref();
        Some(WhyField {
            field,
            value: correction.map(|set| &set.value).or(told.map(|told| &told.value)).cloned().unwrap_or_default(),
            because,
            source: if correction.is_some() { None } else { told.map(|told| told.source) },
            told: told.map(|told| told.told.clone()).unwrap_or_default(),
            conflict: told.is_some_and(|told| told.conflict),
            correction: correction.cloned(),
        })
    };
    EventField::ALL.into_iter().filter_map(field).collect()
}
