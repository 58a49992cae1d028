//! The sum of many venues' scores.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{compare::Tally, field::Field, venue::VenueScore};

/// What all venues together came to.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Totals {
    /// Venues that were scored.
    pub venues: u32,
    /// Those whose outcome is right.
    pub outcomes_right: u32,
    /// Those with the expected number of events.
    pub counts_right: u32,
    /// Events that are expected and were found.
    pub matched: u64,
    /// Events that are expected and were not found.
    pub missed: u64,
    /// Events that were found and are not expected.
    pub invented: u64,
    /// Found and expected among those found, from 0 to 1.
    pub precision: f64,
    /// Found and expected among those expected, from 0 to 1.
    pub recall: f64,
    /// Field by field.
    pub fields: BTreeMap<Field, Tally>,
    /// Right values among those expected, from 0 to 1.
    pub field_accuracy: f64,
    /// Time in the sandbox, in milliseconds.
    pub extract_ms: f64,
}

impl Totals {
    /// Sums up.
    #[must_use]
    pub fn of(scores: &[VenueScore]) -> Self {
        let mut totals = Self::default();
        let mut all = Tally::default();
        for score in scores {
            totals.venues += 1;
            totals.outcomes_right += u32::from(score.outcome_right);
            totals.counts_right += u32::from(score.missed == 0 && score.invented == 0);
            totals.matched += score.matched;
            totals.missed += score.missed;
            totals.invented += score.invented;
            totals.extract_ms += score.extract_ms;
            for (field, tally) in &score.fields {
                totals.fields.entry(*field).or_default().add(*tally);
                all.add(*tally);
            }
        }
        totals.precision = share(totals.matched, totals.matched + totals.invented);
        totals.recall = share(totals.matched, totals.matched + totals.missed);
        totals.field_accuracy = all.accuracy();
        totals
    }

    /// Whether every outcome, every number of events and every field is as expected.
    #[must_use]
    pub fn is_perfect(&self) -> bool {
        self.outcomes_right == self.venues
            && self.counts_right == self.venues
            && self.fields.values().all(|tally| tally.wrong == 0 && tally.absent == 0)
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of events on saved pages are far below 2^52")]
fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}
