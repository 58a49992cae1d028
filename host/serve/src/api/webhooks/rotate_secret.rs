//! `POST /webhooks/{id}/secret`: gives a subscription a new secret.

use axum::{Json, extract::State};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::{ended, find, subscriber::Subscriber};
use crate::{
    App, Problem,
    api::responses::AdminProblems,
    params::{self, NoParameters, Query},
};

/// For so long both secrets sign: time to put the new one in place without a delivery that cannot be verified.
const BOTH: TimeDelta = TimeDelta::hours(24);

/// A new secret.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookSecret)]
pub(super) struct SecretView {
    /// What signs deliveries from now on. Shown this once.
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    secret: String,
    /// Until when the secret before this one signs as well.
    old_secret_until: DateTime<Utc>,
}

/// Gives a subscription a new secret. For a day deliveries carry two signatures, one by each secret.
#[utoipa::path(post, path = "/webhooks/{id}/secret", tag = "webhooks", security(("key" = ["webhooks"])),
    params(("id" = String, Path, description = "The subscription's id", example = "whk_0198c0de00007000800000000000abcd")),
    responses((status = 200, description = "The new secret", body = SecretView), AdminProblems))]
pub(super) async fn rotate_secret(
    State(app): State<App>,
    subscriber: Subscriber,
    params::Named(id): params::Named,
    Query(NoParameters): Query<NoParameters>,
) -> Result<Json<SecretView>, Problem> {
    let webhook = find(&app, &subscriber, &id).await?;
    let author = subscriber.author();
    let old_secret_until = author.at + BOTH;
    let secret = app.store.rotate_webhook_secret(webhook.id, subscriber.owner(), old_secret_until, &author).await?;
    let secret = secret.ok_or_else(ended)?;
    Ok(Json(SecretView { secret: secret.text(), old_secret_until }))
}
