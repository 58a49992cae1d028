//! `PUT /admin/venues/{id}/corrections/{field}`: a person's value for a field of a venue.

use axum::{Json, extract::State};

use super::{
    correct_event::Corrected,
    venue_decision::{NamedVenueField, VenueCorrectionView, answered},
};
use crate::{
    App, Problem,
    api::{body::JsonBody, responses::AdminProblems},
    auth::{Allowed, may},
    params::{NoParameters, Query},
};

/// Sets a field of a venue. It holds against the source's file until it is withdrawn. Coordinates are `[latitude, longitude]`. Needs the
/// scope `corrections`.
#[utoipa::path(put, path = "/admin/venues/{id}/corrections/{field}", tag = "admin", security(("key" = ["corrections"])), request_body = Corrected,
    params(("id" = String, Path, description = "The venue's id", example = "ven_0198c0de00007000800000000000abcd"),
        ("field" = String, Path, description = "The field", example = "coordinates")),
    responses((status = 200, description = "It holds", body = VenueCorrectionView), AdminProblems))]
pub(in crate::api) async fn correct_venue(
    State(app): State<App>,
    Allowed { caller, .. }: Allowed<may::Corrections>,
    NamedVenueField(venue, field): NamedVenueField,
    Query(NoParameters): Query<NoParameters>,
    JsonBody(Corrected { value, reason }): JsonBody<Corrected>,
) -> Result<Json<VenueCorrectionView>, Problem> {
    let decided = app.store.decide_venue(venue, field, &value, reason.as_str(), &caller.author()).await?;
    answered(decided, venue).map(Json)
}
