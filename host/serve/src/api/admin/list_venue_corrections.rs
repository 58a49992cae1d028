//! `GET /admin/venues/{id}/corrections`: what persons have said of a venue.

use axum::{Json, extract::State};

use super::venue_decision::{VenueCorrectionView, venue};
use crate::{
    App, Problem,
    api::{dto::Listing, responses::AdminReadOneProblems},
    auth::{Allowed, may},
    params::{self, NoParameters, Query},
};

/// Every correction of a venue, withdrawn ones among them, the latest first. Needs the scope `corrections`.
#[utoipa::path(get, path = "/admin/venues/{id}/corrections", tag = "admin", security(("key" = ["corrections"])),
    params(("id" = String, Path, description = "The venue's id", example = "ven_0198c0de00007000800000000000abcd")),
    responses((status = 200, description = "The corrections", body = Listing<VenueCorrectionView>), AdminReadOneProblems))]
pub(in crate::api) async fn list_venue_corrections(
    State(app): State<App>,
    _: Allowed<may::Corrections>,
    params::Named(id): params::Named,
    Query(NoParameters): Query<NoParameters>,
) -> Result<Json<Listing<VenueCorrectionView>>, Problem> {
    let known = venue(&id)?;
    app.store.venue(known).await?.ok_or_else(|| Problem::not_found("venue", &id))?;
    let corrections = app.store.venue_corrections(known).await?;
    Ok(Json(Listing::whole(corrections.into_iter().map(VenueCorrectionView::from).collect())))
}
