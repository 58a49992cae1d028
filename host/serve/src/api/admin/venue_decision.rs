//! What persons' words about venues have in common: their paths, how they are shown, and what can be wrong with them.

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};
use chrono::{DateTime, Utc};
use marquee_model::VenueId;
use marquee_store::{VenueCorrection, VenueDecided, VenueField};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::{App, Problem, params, problem::Kind};

/// A person's word about a field of a venue.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VenueCorrection)]
pub(in crate::api) struct VenueCorrectionView {
    /// The venue.
    #[schema(value_type = String, example = "ven_0198c0de00007000800000000000abcd")]
    venue: VenueId,
    /// The field.
    #[schema(value_type = String, example = "coordinates")]
    field: VenueField,
    /// What is shown while it holds.
    value: Value,
    /// What stands underneath, and is shown once it is withdrawn.
    underneath: Value,
    /// Whether the source's file says something else by now.
    moved_on: bool,
    /// Who decided.
    by: String,
    /// When.
    at: DateTime<Utc>,
    /// Why.
    reason: String,
    /// When it was withdrawn; null while it holds.
    withdrawn_at: Option<DateTime<Utc>>,
}

impl From<VenueCorrection> for VenueCorrectionView {
    fn from(correction: VenueCorrection) -> Self {
        Self {
            venue: correction.venue,
            field: correction.field,
            value: correction.value,
            underneath: correction.underneath,
            moved_on: correction.moved_on,
            by: correction.decided_by,
            at: correction.at,
            reason: correction.reason,
            withdrawn_at: correction.withdrawn_at,
        }
    }
}

/// The venue and the field that a path names.
#[derive(Debug)]
pub(in crate::api) struct NamedVenueField(pub(super) VenueId, pub(super) VenueField);

impl FromRequestParts<App> for NamedVenueField {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let path = Path::<(String, String)>::from_request_parts(parts, app).await;
        let Path((id, name)) = path.map_err(|_| Problem::new(Kind::NotFound, "the path is not UTF-8 text"))?;
        let names: Vec<String> = VenueField::ALL.iter().map(word).collect();
        let field = VenueField::ALL.into_iter().find(|field| word(field) == name).ok_or_else(|| {
            let near = params::nearest(&name, names.iter().map(String::as_str));
            let near = near
                .map_or_else(|| format!("there are {}", names.join(", ")), |near| format!("the nearest is `{near}`"));
            let known = Problem::not_found("field of a venue", &name);
            Problem { detail: format!("{}; {near}", known.detail), ..known }
        })?;
        Ok(Self(venue(&id)?, field))
    }
}

/// The id of a venue.
pub(super) fn venue(id: &str) -> Result<VenueId, Problem> {
    id.parse().map_err(|_| Problem::not_found("venue", id))
}

fn word(field: &VenueField) -> String {
    serde_json::to_value(field).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The answer to what a person said.
pub(super) fn answered(decided: VenueDecided, venue: VenueId) -> Result<VenueCorrectionView, Problem> {
    match decided {
        VenueDecided::Done(correction) => Ok(correction.into()),
        VenueDecided::Unknown => Err(Problem::not_found("venue", &venue.to_string())),
        VenueDecided::NotCorrected => {
            Err(Problem::new(Kind::Conflict, "the field is not corrected: there is nothing to withdraw"))
        }
        VenueDecided::Refused(reason) => Err(Problem::new(Kind::InvalidBody, format!("`value`: {reason}"))),
    }
}
