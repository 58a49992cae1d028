//! Subscriptions: changes posted to an address, and the log of what became of each delivery.
//!
//! Only written down here; what is written down is delivered by `marquee worker` and `marquee serve`.

mod change_webhook;
mod create_webhook;
mod delete_webhook;
mod get_delivery;
mod get_webhook;
mod list_deliveries;
mod list_webhooks;
mod redeliver;
mod rotate_secret;
mod subscriber;
mod test_webhook;
mod view;

use marquee_model::{DeliveryId, WebhookId};
use marquee_store::Webhook;
use utoipa_axum::{router::OpenApiRouter, routes};

use self::subscriber::Subscriber;
use crate::{App, Problem, problem::Kind};

/// The routes.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_webhooks::list_webhooks, create_webhook::create_webhook))
        .routes(routes!(get_webhook::get_webhook, change_webhook::change_webhook, delete_webhook::delete_webhook))
        .routes(routes!(rotate_secret::rotate_secret))
        .routes(routes!(test_webhook::test_webhook))
        .routes(routes!(list_deliveries::list_deliveries))
        .routes(routes!(get_delivery::get_delivery))
        .routes(routes!(redeliver::redeliver))
}

/// The subscription that a path names, if the subscriber may see it. Somebody else's is as unknown as one that is not there.
async fn find(app: &App, subscriber: &Subscriber, id: &str) -> Result<Webhook, Problem> {
    let known = id.parse::<WebhookId>().map_err(|_| Problem::not_found("subscription", id))?;
    let found = app.store.webhook(known, subscriber.owner()).await?;
    found.ok_or_else(|| Problem::not_found("subscription", id))
}

/// The delivery that a path names.
fn delivery_id(id: &str) -> Result<DeliveryId, Problem> {
    id.parse().map_err(|_| Problem::not_found("delivery", id))
}

fn ended() -> Problem {
    Problem::new(Kind::Conflict, "the subscription has ended, since its receiver answered 410; make a new one")
}
