//! `GET /sites`: the sites.

use axum::{Json, extract::State};

use super::{
    dto::{Listing, SiteView},
    responses::ReadProblems,
};
use crate::{
    App, Problem,
    params::{NoParameters, Query},
};

/// The sites, by short name.
#[utoipa::path(get, path = "/sites", tag = "sites",
    responses((status = 200, description = "Every site", body = Listing<SiteView>), ReadProblems))]
pub(super) async fn list_sites(
    State(app): State<App>,
    Query(NoParameters): Query<NoParameters>,
) -> Result<Json<Listing<SiteView>>, Problem> {
    let sites = app.store.sites().await?;
    Ok(Json(Listing::whole(sites.into_iter().map(SiteView::from).collect())))
}
