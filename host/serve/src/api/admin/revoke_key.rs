//! `DELETE /admin/keys/{id}`: a key that is good no longer.

use axum::{Json, extract::State};
use marquee_model::KeyId;

use super::{keys::KeyView, reason::MaybeReason};
use crate::{
    App, Problem,
    api::responses::AdminProblems,
    auth::{Allowed, may},
    params::{self, Query},
};

/// Revokes a key, for good. It stays in the list. Needs the scope `keys`, and every scope that the key has.
#[utoipa::path(delete, path = "/admin/keys/{id}", tag = "admin", security(("key" = ["keys"])),
    params(("id" = String, Path, description = "The key's id", example = "key_0198c0de00007000800000000000abcd"), MaybeReason),
    responses((status = 200, description = "It is revoked", body = KeyView), AdminProblems))]
pub(in crate::api) async fn revoke_key(
    State(app): State<App>,
    Allowed { caller, .. }: Allowed<may::Keys>,
    params::Named(id): params::Named,
    Query(because): Query<MaybeReason>,
) -> Result<Json<KeyView>, Problem> {
    let unknown = || Problem::not_found("key", &id);
    let key: KeyId = id.parse().map_err(|_| unknown())?;
    let (known, _) = app.store.key(key).await?.ok_or_else(unknown)?;
    known.scopes.iter().try_for_each(|scope| caller.needs(scope))?;
    let revoked = app.store.revoke_key(key, because.reason.as_deref(), &caller.author()).await?.ok_or_else(unknown)?;
    Ok(Json(KeyView::new(revoked, app.clock.now())))
}
