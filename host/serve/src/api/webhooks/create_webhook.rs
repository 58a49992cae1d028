//! `POST /webhooks`: subscribes an address to changes.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use marquee_model::WebUrl;
use marquee_store::NewWebhook;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    subscriber::Subscriber,
    view::{CreatedView, FilterView, WebhookView},
};
use crate::{
    App, Problem,
    api::{body::JsonBody, responses::AdminProblems},
    params::{NoParameters, Query},
    problem::Kind,
};

/// Subscriptions that one owner may have beside ended ones. Each costs every change a claim and a query.
pub(super) const MOST: u32 = 100;

/// Characters of a description.
pub(super) const DESCRIPTION: usize = 200;

/// What to subscribe.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = WebhookRequest)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    /// Where deliveries go: `https`, or `http`, at a public address. Redirects are not followed.
    #[schema(value_type = String, example = "https://calendar.example/hooks/marquee")]
    url: WebUrl,
    /// Words for people.
    #[serde(default)]
    #[schema(example = "the calendar's receiver")]
    description: String,
    /// Which changes; all where it is left out.
    #[serde(default)]
    filter: FilterView,
    /// `now` (where it is left out), `start` (the oldest change that is kept) or a cursor of the feed.
    #[schema(example = "now")]
    since: Option<String>,
}

/// Subscribes an address to changes. The answer shows the secret that signs deliveries, this once.
#[utoipa::path(post, path = "/webhooks", tag = "webhooks", security(("key" = ["webhooks"])), request_body = Wanted,
    responses((status = 201, description = "It is subscribed; `location` leads to it", body = CreatedView), AdminProblems))]
pub(super) async fn create_webhook(
    State(app): State<App>,
    subscriber: Subscriber,
    Query(NoParameters): Query<NoParameters>,
    JsonBody(wanted): JsonBody<Wanted>,
) -> Result<Response, Problem> {
    let position = position(&app, wanted.since.as_deref()).await?;
    let (filter, description) = (wanted.filter.checked()?, described(wanted.description)?);
    let new = NewWebhook { owner: subscriber.name().to_owned(), url: wanted.url, description, filter, position };
    let made = app.store.create_webhook(&new, MOST, &subscriber.author()).await?;
    let Some((webhook, secret)) = made else {
        return Err(Problem::new(Kind::Conflict, format!("there are {MOST} subscriptions already; delete one first")));
    };
    let location =
        HeaderValue::from_str(&format!("/api/v1/webhooks/{}", webhook.id)).map(|at| (header::LOCATION, at)).ok();
    let view = CreatedView { webhook: WebhookView::from(webhook), secret: secret.text() };
    Ok((StatusCode::CREATED, location.into_iter().collect::<HeaderMap>(), Json(view)).into_response())
}

/// The description, where it is not too long.
pub(super) fn described(text: String) -> Result<String, Problem> {
    if text.chars().count() > DESCRIPTION || text.chars().any(char::is_control) {
        let reason = format!("`description` is longer than {DESCRIPTION} characters, or holds a control character");
        return Err(Problem::new(Kind::InvalidBody, reason));
    }
    Ok(text)
}

/// The last change that is not wanted.
async fn position(app: &App, since: Option<&str>) -> Result<i64, Problem> {
    match since {
        None | Some("now") => Ok(app.store.last_change().await?),
        Some("start") => Ok(app.store.feed_bounds().await?.0.saturating_sub(1)),
        Some(text) => app.follow.place(text).await?.ok_or_else(|| {
            Problem::new(Kind::InvalidBody, "`since` is neither `start` nor `now` nor a cursor of this server's feed")
        }),
    }
}
