//! `PUT /admin/sources/{id}`: a source of this interface, declared anew.

use axum::{Json, extract::State};
use marquee_store::Declared;

use super::{
    create_source::{not_changed, read},
    declared::{DeclaredView, SourceDeclaration},
    find_source,
    get_source::view,
};
use crate::{
    App, Problem,
    api::{body::JsonText, responses::AdminProblems},
    auth::{Allowed, may},
    params::{self, NoParameters, Query},
    problem::Kind,
};

/// Declares a source anew. Its slug stays, and a source of a file is changed in its file alone. Needs the scope `sources`, and `admin`
/// where the source names a secret.
#[utoipa::path(put, path = "/admin/sources/{id}", tag = "admin", security(("key" = ["sources"])), request_body = SourceDeclaration,
    params(("id" = String, Path, description = "The source's id or short name", example = "rex")),
    responses((status = 200, description = "It is so now", body = DeclaredView), AdminProblems))]
pub(in crate::api) async fn change_source(
    State(app): State<App>,
    Allowed { caller, .. }: Allowed<may::Sources>,
    params::Named(id): params::Named,
    Query(NoParameters): Query<NoParameters>,
    JsonText(body): JsonText,
) -> Result<Json<DeclaredView>, Problem> {
    let known = find_source(&app, &id).await?;
    let declared = read(&app, &caller, &body)?;
    if declared.source.slug != known.source.slug {
        let detail = format!("`slug`: a source keeps its slug, `{}`; make a new source instead", known.source.slug);
        return Err(Problem::new(Kind::InvalidBody, detail));
    }
    match app.store.change_source(known.source.id, &declared, &caller.author()).await? {
        Declared::Stored { source, notes } => Ok(Json(view(&app, &source, notes).await?)),
        Declared::Exists(origin) => Err(not_changed(known.source.slug.as_str(), origin)),
        Declared::Unknown => Err(Problem::not_found("source", &id)),
    }
}
