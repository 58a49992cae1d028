//! `POST /admin/sources`: a new source.

use axum::{extract::State, http::StatusCode, response::Response};
use marquee_model::{Declaration, Scope, SourceFault};
use marquee_store::{Declared, Origin};

use super::{
    declared::{DeclaredView, SourceDeclaration},
    get_source::view,
    once::{Done, OnceKey, once},
};
use crate::{
    App, Problem,
    api::{body::JsonText, responses::AdminProblems},
    auth::{Allowed, Caller, may},
    params::{NoParameters, Query},
    problem::{Kind, ParameterError},
};

/// Makes a source. It is checked as `marquee sources check` checks files, and crawled by its schedule from then on. Needs the scope
/// `sources`, and `admin` where the source names a secret.
#[utoipa::path(post, path = "/admin/sources", tag = "admin", security(("key" = ["sources"])), request_body = SourceDeclaration,
    params(("Idempotency-Key" = Option<String>, Header, description = "A text of your own for this one request", example = "\"8e03978e\"")),
    responses((status = 201, description = "It is made; `location` says where", body = DeclaredView), AdminProblems))]
pub(in crate::api) async fn create_source(
    State(app): State<App>,
    Allowed { caller, .. }: Allowed<may::Sources>,
    Query(NoParameters): Query<NoParameters>,
    key: OnceKey,
    JsonText(body): JsonText,
) -> Result<Response, Problem> {
    let work = Box::pin(async {
        let declared = read(&app, &caller, &body)?;
        match app.store.create_source(&declared, &caller.author()).await? {
            Declared::Stored { source, notes } => {
                let place = format!("/api/v1/admin/sources/{}", source.source.slug);
                Done::new(StatusCode::CREATED, Some(place), &view(&app, &source, notes).await?)
            }
            Declared::Exists(_) | Declared::Unknown => Err(exists(declared.source.slug.as_str())),
        }
    });
    once(&app, &caller, key, &body, work).await
}

fn exists(slug: &str) -> Problem {
    Problem::new(Kind::Conflict, format!("there is a source `{slug}` already; change that one, or take another slug"))
}

/// Why a source of this origin is not changed here.
pub(super) fn not_changed(slug: &str, origin: Origin) -> Problem {
    match origin {
        Origin::File => {
            let detail = format!("the source `{slug}` is declared by a file of the source folder; change it there");
            Problem::new(Kind::Conflict, detail)
        }
        Origin::Api => exists(slug),
    }
}

/// A declaration that may be stored.
pub(super) fn read(app: &App, caller: &Caller, body: &str) -> Result<Declaration, Problem> {
    let declared = app.declarations.read(body);
    let declared = declared.map_err(|faults| Problem::members(faults.into_iter().map(fault).collect()))?;
    // Whoever declares a source says where its secrets are sent.
    if !declared.secrets.is_empty() {
        caller.needs(Scope::Admin)?;
    }
    Ok(declared)
}

/// A fault of a declaration as the answer names it.
pub(super) fn fault(fault: SourceFault) -> ParameterError {
    let parameter = if fault.key.is_empty() { "body".to_owned() } else { fault.key };
    ParameterError { parameter, reason: fault.reason, nearest: None }
}
