//! `DELETE /webhooks/{id}`: ends a subscription and forgets it.

use axum::{extract::State, http::StatusCode};

use super::{find, subscriber::Subscriber};
use crate::{
    App, Problem,
    api::responses::AdminProblems,
    params::{self, NoParameters, Query},
};

/// Ends a subscription and deletes it with its log. A request that is under way may still arrive.
#[utoipa::path(delete, path = "/webhooks/{id}", tag = "webhooks", security(("key" = ["webhooks"])),
    params(("id" = String, Path, description = "The subscription's id", example = "whk_0198c0de00007000800000000000abcd")),
    responses((status = 204, description = "It is gone"), AdminProblems))]
pub(super) async fn delete_webhook(
    State(app): State<App>,
    subscriber: Subscriber,
    params::Named(id): params::Named,
    Query(NoParameters): Query<NoParameters>,
) -> Result<StatusCode, Problem> {
    let webhook = find(&app, &subscriber, &id).await?;
    app.store.delete_webhook(webhook.id, subscriber.owner(), &subscriber.author()).await?;
    Ok(StatusCode::NO_CONTENT)
}
