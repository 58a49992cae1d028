//! `GET /webhooks/{id}`: one subscription.

use axum::{Json, extract::State};

use super::{find, subscriber::Subscriber, view::WebhookView};
use crate::{
    App, Problem,
    api::responses::AdminProblems,
    params::{self, NoParameters, Query},
};

/// One subscription, without its secret.
#[utoipa::path(get, path = "/webhooks/{id}", tag = "webhooks", security(("key" = ["webhooks"])),
    params(("id" = String, Path, description = "The subscription's id", example = "whk_0198c0de00007000800000000000abcd")),
    responses((status = 200, description = "The subscription", body = WebhookView), AdminProblems))]
pub(super) async fn get_webhook(
    State(app): State<App>,
    subscriber: Subscriber,
    params::Named(id): params::Named,
    Query(NoParameters): Query<NoParameters>,
) -> Result<Json<WebhookView>, Problem> {
    Ok(Json(find(&app, &subscriber, &id).await?.into()))
}
