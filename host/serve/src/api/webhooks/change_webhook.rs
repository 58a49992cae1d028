//! `PATCH /webhooks/{id}`: changes a subscription, pauses it, or activates it again.

use axum::{Json, extract::State};
use marquee_model::WebUrl;
use marquee_store::WebhookChange;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    create_webhook::described,
    ended, find,
    subscriber::Subscriber,
    view::{FilterView, WebhookView},
};
use crate::{
    App, Problem,
    api::{body::JsonBody, responses::AdminProblems},
    params::{self, NoParameters, Query},
};

/// What is to be different; members that are left out stay.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = WebhookPatch)]
#[serde(deny_unknown_fields)]
pub(super) struct Patch {
    /// Where deliveries go; those that wait go there too.
    #[schema(value_type = Option<String>)]
    url: Option<WebUrl>,
    /// Words for people.
    description: Option<String>,
    /// Which changes, from the next delivery on. Replaces the filter as a whole.
    filter: Option<FilterView>,
    /// `paused`: nothing is delivered. `active`: deliveries go on where they were, what waits is tried at once, failures are forgotten.
    state: Option<Wished>,
}

/// The states that an owner can choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[schema(as = WebhookWish)]
#[serde(rename_all = "snake_case")]
enum Wished {
    Active,
    Paused,
}

/// Changes a subscription, pauses it, or activates it again.
#[utoipa::path(patch, path = "/webhooks/{id}", tag = "webhooks", security(("key" = ["webhooks"])), request_body = Patch,
    params(("id" = String, Path, description = "The subscription's id", example = "whk_0198c0de00007000800000000000abcd")),
    responses((status = 200, description = "The subscription as it is now", body = WebhookView), AdminProblems))]
pub(super) async fn change_webhook(
    State(app): State<App>,
    subscriber: Subscriber,
    params::Named(id): params::Named,
    Query(NoParameters): Query<NoParameters>,
    JsonBody(patch): JsonBody<Patch>,
) -> Result<Json<WebhookView>, Problem> {
    let webhook = find(&app, &subscriber, &id).await?;
    let change = WebhookChange {
        url: patch.url,
        description: patch.description.map(described).transpose()?,
        filter: patch.filter.map(FilterView::checked).transpose()?,
        active: patch.state.map(|state| state == Wished::Active),
    };
    let changed = app.store.change_webhook(webhook.id, subscriber.owner(), &change, &subscriber.author()).await?;
    Ok(Json(changed.ok_or_else(ended)?.into()))
}
