//! `POST /webhooks/{id}/test`: asks for a test delivery.

use axum::{Json, extract::State, http::StatusCode};

use super::{ended, find, subscriber::Subscriber, view::AskedView};
use crate::{
    App, Problem,
    api::responses::AdminProblems,
    params::{self, NoParameters, Query},
};

/// Asks for a delivery without changes, tried once: to see that the receiver is reached, verifies and answers. Works on paused and
/// disabled subscriptions, too.
#[utoipa::path(post, path = "/webhooks/{id}/test", tag = "webhooks", security(("key" = ["webhooks"])),
    params(("id" = String, Path, description = "The subscription's id", example = "whk_0198c0de00007000800000000000abcd")),
    responses((status = 202, description = "It will be sent as soon as a process is free", body = AskedView), AdminProblems))]
pub(super) async fn test_webhook(
    State(app): State<App>,
    subscriber: Subscriber,
    params::Named(id): params::Named,
    Query(NoParameters): Query<NoParameters>,
) -> Result<(StatusCode, Json<AskedView>), Problem> {
    let webhook = find(&app, &subscriber, &id).await?;
    let delivery = app.store.ask_test(webhook.id, &subscriber.author()).await?.ok_or_else(ended)?;
    let log = format!("/api/v1/webhooks/{}/deliveries/{delivery}", webhook.id);
    Ok((StatusCode::ACCEPTED, Json(AskedView { delivery, log })))
}
