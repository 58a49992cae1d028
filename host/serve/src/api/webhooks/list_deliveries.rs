//! `GET /webhooks/{id}/deliveries`: the log of a subscription, the newest first.

use axum::{
    extract::{OriginalUri, State},
    response::Response,
};
use marquee_store::DeliveryState;

use super::{find, subscriber::Subscriber, view::DeliveryView};
use crate::{
    App, Problem,
    api::{
        dto::{DeliveryStateWord, Listing, answer},
        list_events::{mark, place},
        responses::AdminProblems,
    },
    params::{self, Parameters, Query, Reader},
};

/// Which deliveries.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct DeliveryFilter {
    /// That stand so.
    #[param(value_type = Option<DeliveryStateWord>)]
    state: Option<DeliveryState>,
    /// Rows at most. The maximum is the operator's setting.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 50)]
    limit: u32,
    /// Where to go on: `next_cursor` of the answer before.
    cursor: Option<String>,
}

impl Parameters for DeliveryFilter {
    fn read(reader: &mut Reader) -> Self {
        Self {
            state: reader.parse("state", "enum"),
            limit: reader.limit(),
            cursor: reader.text_of_any_length("cursor"),
        }
    }
}

/// The deliveries of a subscription, the newest first, each with its last attempt.
#[utoipa::path(get, path = "/webhooks/{id}/deliveries", tag = "webhooks", security(("key" = ["webhooks"])),
    params(("id" = String, Path, description = "The subscription's id", example = "whk_0198c0de00007000800000000000abcd"), DeliveryFilter),
    responses((status = 200, description = "Some deliveries", body = Listing<DeliveryView>), AdminProblems))]
pub(super) async fn list_deliveries(
    State(app): State<App>,
    subscriber: Subscriber,
    params::Named(id): params::Named,
    OriginalUri(uri): OriginalUri,
    Query(wanted): Query<DeliveryFilter>,
) -> Result<Response, Problem> {
    let webhook = find(&app, &subscriber, &id).await?;
    let scope = format!("deliveries of {} {:?}", webhook.id, wanted.state);
    let before = wanted.cursor.as_deref().map(|text| place(&app, &scope, text)).transpose()?;
    let batch = app.store.deliveries(webhook.id, wanted.state, before, wanted.limit).await?;
    let data = batch.items.into_iter().map(DeliveryView::from).collect();
    Ok(answer(&uri, &Listing { data, next_cursor: mark(&app, &scope, batch.next.as_ref())? }))
}
