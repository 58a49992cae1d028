//! `GET /webhooks`: subscriptions, the oldest first.

use axum::{
    extract::{OriginalUri, State},
    response::Response,
};

use super::{subscriber::Subscriber, view::WebhookView};
use crate::{
    App, Problem,
    api::{
        dto::{Listing, answer},
        list_events::{mark, place},
        responses::AdminProblems,
    },
    params::{Parameters, Query, Reader},
};

/// A part of the list.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Part {
    /// Rows at most. The maximum is the operator's setting.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 50)]
    limit: u32,
    /// Where to go on: `next_cursor` of the answer before.
    cursor: Option<String>,
}

impl Parameters for Part {
    fn read(reader: &mut Reader) -> Self {
        Self { limit: reader.limit(), cursor: reader.text_of_any_length("cursor") }
    }
}

/// The subscriptions that the caller may see, the oldest first.
#[utoipa::path(get, path = "/webhooks", tag = "webhooks", security(("key" = ["webhooks"])), params(Part),
    responses((status = 200, description = "Some subscriptions", body = Listing<WebhookView>), AdminProblems))]
pub(super) async fn list_webhooks(
    State(app): State<App>,
    subscriber: Subscriber,
    OriginalUri(uri): OriginalUri,
    Query(part): Query<Part>,
) -> Result<Response, Problem> {
    let scope = format!("webhooks of {:?}", subscriber.owner());
    let after = part.cursor.as_deref().map(|text| place(&app, &scope, text)).transpose()?;
    let batch = app.store.webhooks(subscriber.owner(), after, part.limit).await?;
    let data = batch.items.into_iter().map(WebhookView::from).collect();
    Ok(answer(&uri, &Listing { data, next_cursor: mark(&app, &scope, batch.next.as_ref())? }))
}
