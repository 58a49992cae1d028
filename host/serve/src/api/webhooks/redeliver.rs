//! `POST /webhooks/{id}/deliveries/{delivery}/redeliver`: asks for one more attempt at a delivery.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use marquee_store::AskedAgain;

use super::{delivery_id, ended, find, subscriber::Subscriber, view::AskedView};
use crate::{
    App, Problem,
    api::responses::AdminProblems,
    params::{NoParameters, Query},
    problem::Kind,
};

/// Asks for one more attempt at a settled delivery, with the same id and body, out of the order of the others.
#[utoipa::path(post, path = "/webhooks/{id}/deliveries/{delivery}/redeliver", tag = "webhooks", security(("key" = ["webhooks"])),
    params(("id" = String, Path, description = "The subscription's id", example = "whk_0198c0de00007000800000000000abcd"),
        ("delivery" = String, Path, description = "The delivery's id", example = "dlv_0198c0de00007000800000000000abcd")),
    responses((status = 202, description = "It will be sent as soon as a process is free", body = AskedView), AdminProblems))]
pub(super) async fn redeliver(
    State(app): State<App>,
    subscriber: Subscriber,
    Path((id, delivery)): Path<(String, String)>,
    Query(NoParameters): Query<NoParameters>,
) -> Result<(StatusCode, Json<AskedView>), Problem> {
    let webhook = find(&app, &subscriber, &id).await?;
    let known = delivery_id(&delivery)?;
    match app.store.ask_again(webhook.id, known, &subscriber.author()).await? {
        AskedAgain::Asked => {}
        AskedAgain::NotFound => return Err(Problem::not_found("delivery", &delivery)),
        AskedAgain::Ended => return Err(ended()),
        AskedAgain::Waiting => {
            let detail =
                "it is being tried by itself until it is taken; activate the subscription to have it tried at once";
            return Err(Problem::new(Kind::Conflict, detail));
        }
    }
    let log = format!("/api/v1/webhooks/{}/deliveries/{known}", webhook.id);
    Ok((StatusCode::ACCEPTED, Json(AskedView { delivery: known, log })))
}
