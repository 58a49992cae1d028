//! `POST /admin/keys`: a new key, shown once.

use axum::{Json, extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use marquee_model::{Scope, Scopes};
use marquee_store::NewKey;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    because::line,
    keys::{KeyView, ScopeWord},
};
use crate::{
    App, Problem,
    api::{body::JsonBody, responses::AdminProblems},
    auth::{Allowed, fresh_key, may},
    params::{NoParameters, Query},
    problem::Kind,
};

/// Longest name of a key, in characters: a line of a table.
const LONGEST_NAME: usize = 80;

/// A key that is wanted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewApiKey)]
pub(in crate::api) struct Wanted {
    /// What it is for, at most 80 characters.
    #[schema(example = "newsletter", min_length = 1, max_length = 80)]
    name: String,
    /// What it may do; no more than the key that asks.
    #[schema(value_type = Vec<ScopeWord>, min_items = 1)]
    scopes: Vec<Scope>,
    /// From when on it is no longer good. Absent: good until it is revoked.
    expires_at: Option<DateTime<Utc>>,
}

/// A key that was made, with its secret.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CreatedApiKey)]
pub(in crate::api) struct Created {
    /// What is sent as `Authorization: Bearer ...`. It is shown here and never again.
    #[schema(example = "mq_0198c0de00007000800000000000abcd_...")]
    token: String,
    /// The key.
    key: KeyView,
}

/// Makes a key. The answer shows it, and nothing shows it again. Needs the scope `keys`, and every scope that the new key is to have.
#[utoipa::path(post, path = "/admin/keys", tag = "admin", security(("key" = ["keys"])), request_body = Wanted,
    responses((status = 201, description = "It is made", body = Created), AdminProblems))]
pub(in crate::api) async fn create_key(
    State(app): State<App>,
    Allowed { caller, .. }: Allowed<may::Keys>,
    Query(NoParameters): Query<NoParameters>,
    JsonBody(wanted): JsonBody<Wanted>,
) -> Result<(StatusCode, Json<Created>), Problem> {
    let now = app.clock.now();
    let wrong = |reason: String| Problem::new(Kind::InvalidBody, reason);
    let name = line(&wanted.name, LONGEST_NAME).map_err(|reason| wrong(format!("`name`: {reason}")))?;
    let scopes: Scopes = wanted.scopes.into_iter().collect();
    if scopes.is_empty() {
        return Err(wrong("`scopes`: it is empty; a key without scopes may do nothing".to_owned()));
    }
    if wanted.expires_at.is_some_and(|end| end <= now) {
        return Err(wrong("`expires_at`: it is over already".to_owned()));
    }
    scopes.iter().try_for_each(|scope| caller.needs(scope))?;
    let token = fresh_key(now)
        .ok_or_else(|| Problem::new(Kind::Internal, "the system gave no randomness for a key; try again"))?;
    let new = NewKey { token, name, scopes, expires_at: wanted.expires_at };
    let key = app.store.create_key(&new, &caller.author()).await?;
    Ok((StatusCode::CREATED, Json(Created { token: new.token.expose(), key: KeyView::new(key, now) })))
}
