//! `GET /admin/sources`: every source, with who declared it.

use axum::{Json, extract::State};

use super::declared::AdminSourceView;
use crate::{
    App, Problem,
    api::{dto::Listing, responses::AdminReadProblems},
    auth::{Allowed, may},
    params::{NoParameters, Query},
};

/// Every source, with who declared it and whether it is paused. Needs the scope `sources`.
#[utoipa::path(get, path = "/admin/sources", tag = "admin", operation_id = "list_admin_sources", security(("key" = ["sources"])),
    responses((status = 200, description = "Every source", body = Listing<AdminSourceView>), AdminReadProblems))]
pub(in crate::api) async fn list_sources(
    State(app): State<App>,
    _: Allowed<may::Sources>,
    Query(NoParameters): Query<NoParameters>,
) -> Result<Json<Listing<AdminSourceView>>, Problem> {
    let (sources, health) = (app.store.sources().await?, app.store.source_health().await?);
    let of = |id| health.iter().find(|health| health.source == id);
    let views = sources.iter().map(|stored| AdminSourceView::new(stored, of(stored.source.id)));
    Ok(Json(Listing::whole(views.collect())))
}
