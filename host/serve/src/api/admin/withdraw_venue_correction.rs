//! `DELETE /admin/venues/{id}/corrections/{field}`: what the source's file says is shown again.

use axum::{Json, extract::State};

use super::{
    reason::ReasonParameter,
    venue_decision::{NamedVenueField, VenueCorrectionView, answered},
};
use crate::{
    App, Problem,
    api::responses::AdminProblems,
    auth::{Allowed, may},
    params::Query,
};

/// Takes a correction of a venue back: what stands underneath is shown again. Needs the scope `corrections`.
#[utoipa::path(delete, path = "/admin/venues/{id}/corrections/{field}", tag = "admin", security(("key" = ["corrections"])),
    params(("id" = String, Path, description = "The venue's id", example = "ven_0198c0de00007000800000000000abcd"),
        ("field" = String, Path, description = "The field", example = "coordinates"), ReasonParameter),
    responses((status = 200, description = "It is withdrawn", body = VenueCorrectionView), AdminProblems))]
pub(in crate::api) async fn withdraw_venue_correction(
    State(app): State<App>,
    Allowed { caller, .. }: Allowed<may::Corrections>,
    NamedVenueField(venue, field): NamedVenueField,
    Query(because): Query<ReasonParameter>,
) -> Result<Json<VenueCorrectionView>, Problem> {
    let decided = app.store.withdraw_venue(venue, field, &because.reason, &caller.author()).await?;
    answered(decided, venue).map(Json)
}
