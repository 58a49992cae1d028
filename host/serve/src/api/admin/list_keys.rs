//! `GET /admin/keys`: the keys.

use axum::{
    extract::{OriginalUri, State},
    response::Response,
};
use marquee_model::KeyId;

use super::keys::KeyView;
use crate::{
    App, Problem,
    api::{
        dto::{Listing, answer},
        list_events::{mark, place},
        responses::AdminReadProblems,
    },
    auth::{Allowed, may},
    params::{Parameters, Query, Reader},
};

/// Names this list to its cursors.
const SCOPE: &str = "keys";

/// A part of the list.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct KeyPart {
    /// Rows at most. The maximum is the operator's setting.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 50)]
    limit: u32,
    /// Where to go on: `next_cursor` of the answer before.
    cursor: Option<String>,
}

impl Parameters for KeyPart {
    fn read(reader: &mut Reader) -> Self {
        Self { limit: reader.limit(), cursor: reader.text_of_any_length("cursor") }
    }
}

/// The keys, the newest first, revoked and expired ones among them. Needs the scope `keys`.
#[utoipa::path(get, path = "/admin/keys", tag = "admin", security(("key" = ["keys"])), params(KeyPart),
    responses((status = 200, description = "Some keys", body = Listing<KeyView>), AdminReadProblems))]
pub(in crate::api) async fn list_keys(
    State(app): State<App>,
    OriginalUri(uri): OriginalUri,
    _: Allowed<may::Keys>,
    Query(part): Query<KeyPart>,
) -> Result<Response, Problem> {
    let after = part.cursor.as_deref().map(|text| place::<KeyId>(&app, SCOPE, text)).transpose()?;
    let batch = app.store.keys(after, part.limit).await?;
    let now = app.clock.now();
    let data = batch.items.into_iter().map(|key| KeyView::new(key, now)).collect();
    Ok(answer(&uri, &Listing { data, next_cursor: mark(&app, SCOPE, batch.next.as_ref())? }))
}
