//! `POST /admin/sources/validate`: what is wrong with a declaration; stores nothing.

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::{create_source::fault, declared::SourceDeclaration};
use crate::{
    App, Problem,
    api::{body::JsonText, responses::AdminProblems},
    auth::{Allowed, may},
    params::{NoParameters, Query},
    problem::ParameterError,
};

/// What a declaration is worth.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SourceVerdict)]
pub(in crate::api) struct Verdict {
    /// Whether it could be stored.
    valid: bool,
    /// What is wrong with it, by key.
    problems: Vec<ParameterError>,
    /// The secrets that it names: with any, storing it needs the scope `admin`.
    secrets: Vec<String>,
}

/// Checks a declaration as `marquee sources check` checks files, and stores nothing. Needs the scope `sources`.
#[utoipa::path(post, path = "/admin/sources/validate", tag = "admin", security(("key" = ["sources"])), request_body = SourceDeclaration,
    responses((status = 200, description = "What it is worth", body = Verdict), AdminProblems))]
pub(in crate::api) async fn validate_source(
    State(app): State<App>,
    _: Allowed<may::Sources>,
    Query(NoParameters): Query<NoParameters>,
    JsonText(body): JsonText,
) -> Result<Json<Verdict>, Problem> {
    Ok(Json(match app.declarations.read(&body) {
        Ok(declared) => Verdict { valid: true, problems: Vec::new(), secrets: declared.secrets },
        Err(faults) => Verdict { valid: false, problems: faults.into_iter().map(fault).collect(), secrets: Vec::new() },
    }))
}
