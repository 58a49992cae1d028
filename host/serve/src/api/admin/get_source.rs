//! `GET /admin/sources/{id}`: a source and its declaration.

use axum::{Json, extract::State};
use marquee_store::StoredSource;

use super::{
    declared::{AdminSourceView, DeclaredView, declaration},
    find_source,
};
use crate::{
    App, Problem,
    api::responses::AdminReadOneProblems,
    auth::{Allowed, may},
    params::{self, NoParameters, Query},
    problem::Kind,
};

/// A source and its declaration, in the form that `PUT` takes. Needs the scope `sources`.
#[utoipa::path(get, path = "/admin/sources/{id}", tag = "admin", security(("key" = ["sources"])),
    params(("id" = String, Path, description = "The source's id or short name", example = "rex")),
    responses((status = 200, description = "The source", body = DeclaredView), AdminReadOneProblems))]
pub(in crate::api) async fn get_source(
    State(app): State<App>,
    _: Allowed<may::Sources>,
    params::Named(id): params::Named,
    Query(NoParameters): Query<NoParameters>,
) -> Result<Json<DeclaredView>, Problem> {
    let stored = find_source(&app, &id).await?;
    Ok(Json(view(&app, &stored, Vec::new()).await?))
}

/// A source with its declaration and what there is to say of it.
pub(super) async fn view(app: &App, stored: &StoredSource, notes: Vec<String>) -> Result<DeclaredView, Problem> {
    let health = app.store.source_health().await?;
    let site = app.store.site_by_slug(&stored.site_slug).await?;
    let venue = app.store.venue(stored.source.venue).await?;
    let (Some(site), Some(venue)) = (site, venue) else {
        tracing::error!(source = %stored.source.slug, "a source's site or venue is not there");
        return Err(Problem::new(Kind::Internal, "the source's site or venue could not be read"));
    };
    let health = health.iter().find(|health| health.source == stored.source.id);
    let source = AdminSourceView::new(stored, health);
    Ok(DeclaredView { source, declaration: declaration(stored, &site, &venue), notes })
}
