//! Persons' words about venues with their entry in the audit log.
//!
//! A correction has a transaction of its own ([`Store::correct_venue`]); what was decided is noted right after it. A process that dies
//! between the two leaves a correction that names who made it, and no entry.

use chrono::SubsecRound as _;
use marquee_model::VenueId;
use marquee_reconcile::{Decider, Decision};
use serde_json::{Value, json};

use crate::{Author, Deed, Result, Store, StoreError, VenueCorrection, VenueField};

/// What became of a person's word about a venue.
#[derive(Debug, Clone, PartialEq)]
pub enum VenueDecided {
    /// It holds, or holds no longer.
    Done(VenueCorrection),
    /// There is no such venue.
    Unknown,
    /// The field was not corrected: there is nothing to withdraw.
    NotCorrected,
    /// It cannot be carried out. Why, and what to do.
    Refused(String),
}

impl Store {
    /// Sets a field of a venue until that is withdrawn, and notes it in the audit log.
    pub async fn decide_venue(
        &self,
        venue: VenueId,
        field: VenueField,
        value: &Value,
        reason: &str,
        author: &Author,
    ) -> Result<VenueDecided> {
        let Some(before) = self.venue_told(venue, field).await? else { return Ok(VenueDecided::Unknown) };
        match self.correct_venue(venue, field, value, &decision(reason, author)).await {
            Ok(correction) => {
                let after = Some(told(field, &correction.value, true));
                let deed = Deed::new("venue.correct", venue).change(Some(before), after).because(reason);
                self.note(author, &deed).await?;
                Ok(VenueDecided::Done(correction))
            }
            Err(StoreError::Undecidable { reason }) => Ok(VenueDecided::Refused(reason)),
            Err(error) => Err(error),
        }
    }

    /// Takes a correction of a venue back, and notes it in the audit log.
    pub async fn withdraw_venue(
        &self,
        venue: VenueId,
        field: VenueField,
        reason: &str,
        author: &Author,
    ) -> Result<VenueDecided> {
        let Some(before) = self.venue_told(venue, field).await? else { return Ok(VenueDecided::Unknown) };
        match self.withdraw_venue_correction(venue, field, &decision(reason, author)).await {
            Ok(Some(correction)) => {
                let after = Some(told(field, &correction.underneath, false));
                let deed = Deed::new("venue.withdraw", venue).change(Some(before), after).because(reason);
                self.note(author, &deed).await?;
                Ok(VenueDecided::Done(correction))
            }
            Ok(None) => Ok(VenueDecided::NotCorrected),
            Err(StoreError::Undecidable { reason }) => Ok(VenueDecided::Refused(reason)),
            Err(error) => Err(error),
        }
    }

    /// A field of a venue as the log tells it; `None`: there is no such venue.
    async fn venue_told(&self, id: VenueId, field: VenueField) -> Result<Option<Value>> {
        let Some(stored) = self.venue(id).await? else { return Ok(None) };
        let held = self.venue_corrections(id).await?;
        let held = held.iter().any(|correction| correction.field == field && correction.withdrawn_at.is_none());
        Ok(Some(told(field, &field.of(&stored.venue), held)))
    }
}

fn told(field: VenueField, value: &Value, corrected: bool) -> Value {
    json!({ "field": field, "value": value, "corrected": corrected })
}

fn decision(reason: &str, author: &Author) -> Decision {
    Decision {
        by: Decider::Person(author.actor.to_string()),
        at: author.at.trunc_subsecs(6),
        reason: reason.to_owned(),
    }
}
