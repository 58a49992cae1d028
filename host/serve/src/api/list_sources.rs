//! `GET /sources`: every source and how it is doing.

use axum::{Json, extract::State};
use marquee_store::Result;

use super::{
    dto::{Listing, SourceView},
    responses::ReadProblems,
};
use crate::{
    App, Problem,
    params::{NoParameters, Query},
};

/// Every source and how it is doing: when it was last read well, when it was last tried, and why not.
#[utoipa::path(get, path = "/sources", tag = "operation",
    responses((status = 200, description = "Every source", body = Listing<SourceView>), ReadProblems))]
pub(super) async fn list_sources(
    State(app): State<App>,
    Query(NoParameters): Query<NoParameters>,
) -> std::result::Result<Json<Listing<SourceView>>, Problem> {
    Ok(Json(Listing::whole(SourceView::all(&app).await?)))
}

impl SourceView {
    /// Every source with its health, by slug.
    pub(crate) async fn all(app: &App) -> Result<Vec<Self>> {
        let (sources, health) = (app.store.sources().await?, app.store.source_health().await?);
        let in_use: Vec<_> = app.plugins.active().into_iter().map(|state| state.active.id).collect();
        let of = |id| health.iter().find(|h| h.source == id);
        Ok(sources.iter().map(|stored| Self::new(stored, of(stored.source.id), &in_use)).collect())
    }
}
