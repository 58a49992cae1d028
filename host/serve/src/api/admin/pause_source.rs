//! `POST /admin/sources/{id}/pause`: takes a source off its schedule.

use axum::{Json, extract::State};

use super::{declared::DeclaredView, find_source, get_source::view};
use crate::{
    App, Problem,
    api::{body::NoBody, responses::AdminProblems},
    auth::{Allowed, Caller, may},
    params::{self, NoParameters, Query},
};

/// Takes a source off its schedule until it is resumed, whoever declared it and whatever its file says. Needs the scope `sources`.
#[utoipa::path(post, path = "/admin/sources/{id}/pause", tag = "admin", security(("key" = ["sources"])),
    params(("id" = String, Path, description = "The source's id or short name", example = "rex")),
    responses((status = 200, description = "It is paused", body = DeclaredView), AdminProblems))]
pub(in crate::api) async fn pause_source(
    State(app): State<App>,
    Allowed { caller, .. }: Allowed<may::Sources>,
    params::Named(id): params::Named,
    Query(NoParameters): Query<NoParameters>,
    _: NoBody,
) -> Result<Json<DeclaredView>, Problem> {
    set(&app, &caller, &id, true).await
}

/// Pauses or resumes a source.
pub(super) async fn set(app: &App, caller: &Caller, id: &str, paused: bool) -> Result<Json<DeclaredView>, Problem> {
    let stored = find_source(app, id).await?;
    let done = app.store.set_paused(&stored.source.slug, paused, &caller.author()).await?;
    done.ok_or_else(|| Problem::not_found("source", id))?;
    Ok(Json(view(app, &stored, Vec::new()).await?))
}
