//! `GET /webhooks/{id}/deliveries/{delivery}`: one delivery with its body and every attempt.

use axum::{
    Json,
    extract::{Path, State},
};

use super::{delivery_id, find, subscriber::Subscriber, view::DeliveryDetailView};
use crate::{
    App, Problem,
    api::responses::AdminProblems,
    params::{NoParameters, Query},
};

/// One delivery with its body and every attempt.
#[utoipa::path(get, path = "/webhooks/{id}/deliveries/{delivery}", tag = "webhooks", security(("key" = ["webhooks"])),
    params(("id" = String, Path, description = "The subscription's id", example = "whk_0198c0de00007000800000000000abcd"),
        ("delivery" = String, Path, description = "The delivery's id", example = "dlv_0198c0de00007000800000000000abcd")),
    responses((status = 200, description = "The delivery", body = DeliveryDetailView), AdminProblems))]
pub(super) async fn get_delivery(
    State(app): State<App>,
    subscriber: Subscriber,
    Path((id, delivery)): Path<(String, String)>,
    Query(NoParameters): Query<NoParameters>,
) -> Result<Json<DeliveryDetailView>, Problem> {
    let webhook = find(&app, &subscriber, &id).await?;
    let detail = app.store.delivery(webhook.id, delivery_id(&delivery)?).await?;
    Ok(Json(detail.ok_or_else(|| Problem::not_found("delivery", &delivery))?.into()))
}
