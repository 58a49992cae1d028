//! `POST /admin/sources/{id}/resume`: puts a paused source back on its schedule.

use axum::{Json, extract::State};

use super::{declared::DeclaredView, pause_source::set};
use crate::{
    App, Problem,
    api::{body::NoBody, responses::AdminProblems},
    auth::{Allowed, may},
    params::{self, NoParameters, Query},
};

/// Puts a paused source back on its schedule; what it missed is crawled once. Needs the scope `sources`.
#[utoipa::path(post, path = "/admin/sources/{id}/resume", tag = "admin", security(("key" = ["sources"])),
    params(("id" = String, Path, description = "The source's id or short name", example = "rex")),
    responses((status = 200, description = "It is on its schedule", body = DeclaredView), AdminProblems))]
pub(in crate::api) async fn resume_source(
    State(app): State<App>,
    Allowed { caller, .. }: Allowed<may::Sources>,
    params::Named(id): params::Named,
    Query(NoParameters): Query<NoParameters>,
    _: NoBody,
) -> Result<Json<DeclaredView>, Problem> {
    set(&app, &caller, &id, false).await
}
