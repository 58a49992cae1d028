//! Persons' words about venues as the API takes them: what cannot be done is an answer, not an error.

use chrono::SubsecRound as _;
use marquee_model::VenueId;
use marquee_reconcile::{Decider, Decision};
use serde_json::Value;

use crate::{Author, Result, Store, StoreError, VenueCorrection, VenueField};

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
        if self.venue(venue).await?.is_none() {
            return Ok(VenueDecided::Unknown);
        }
        match self.correct_venue(venue, field, value, &decision(reason, author), author).await {
            Ok(correction) => Ok(VenueDecided::Done(correction)),
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
        if self.venue(venue).await?.is_none() {
            return Ok(VenueDecided::Unknown);
        }
        match self.withdraw_venue_correction(venue, field, &decision(reason, author), author).await {
            Ok(Some(correction)) => Ok(VenueDecided::Done(correction)),
            Ok(None) => Ok(VenueDecided::NotCorrected),
            Err(StoreError::Undecidable { reason }) => Ok(VenueDecided::Refused(reason)),
            Err(error) => Err(error),
        }
    }
}

fn decision(reason: &str, author: &Author) -> Decision {
    Decision {
        by: Decider::Person(author.actor.to_string()),
        at: author.at.trunc_subsecs(6),
        reason: reason.to_owned(),
    }
}
