//! Rows to JSON and HTML: the last stage of the flow.
//!
//! [`router`] makes the whole HTTP surface out of an [`App`], [`serve`] runs it on a listener. A folder each: `api` is
//! Marquee's own interface (`/api/v1`), `legacy` answers MusicLive's clients, `operations` is for whoever runs the host, `web`
//! are the pages for people, `layers` and `cache` are what all of them share. One endpoint is one file. Nothing here fetches a page, runs a
//! plugin or writes SQL, and no error's inside leaves the process.

mod api;
mod app;
mod auth;
mod cache;
mod cursor;
mod follow;
mod formats;
mod layers;
mod legacy;
mod openapi;
mod operations;
mod params;
mod problem;
mod redis;
mod server;
mod settings;
mod web;

use axum::{
    Router,
    http::{Method, Uri},
};
use utoipa_swagger_ui::SwaggerUi;

pub use app::App;
pub use auth::{Reading, fresh_key};
pub use follow::{Follow, FollowSettings};
pub use layers::Budget;
pub use openapi::openapi;
pub use problem::{Kind, ParameterError, Problem};
pub use server::{ServerLimits, serve};
pub use settings::{
    AccessLog, CacheSettings, FeedSettings, ForwardedHeader, Network, RateLimitSettings, RedisSettings, Secret,
    ServeSettings,
};

/// The whole HTTP surface.
pub fn router(mut app: App) -> Router {
    app.settings.cursor_secret.get_or_insert_with(cursor::random_secret);
    let (routes, document) = openapi::documented();
    let documentation = Router::from(SwaggerUi::new("/docs").url("/openapi.json", document));
    let work = routes.work.merge(web::routes()).fallback(no_such_route);
    let work = work.layer(axum::Extension(formats::Streams::new(&app.settings.feeds)));
    let work = layers::limited(work, &app)
        .merge(layers::with_policy(documentation, layers::Policy::Documentation))
        .merge(routes.operations)
        .method_not_allowed_fallback(wrong_method);
    layers::around(work, app, true)
}

/// Only what whoever runs the host asks for: health, readiness, metrics, version. For a host that crawls and does not serve.
pub fn operations_router(app: App) -> Router {
    let (routes, _) = operations::routes().split_for_parts();
    let routes = routes.fallback(no_such_route).method_not_allowed_fallback(wrong_method);
    layers::around(routes, app, false)
}

/// One event's way as `/events/{id}/trace` answers it, for the command line.
#[must_use]
pub fn trace_json(trace: marquee_store::Trace) -> serde_json::Value {
    serde_json::to_value(api::TraceView::from(trace)).unwrap_or_default()
}

async fn no_such_route(uri: Uri) -> Problem {
    Problem::new(Kind::NotFound, format!("no route is at `{}`; /docs lists them", problem::shorten(uri.path())))
}

/// The header `allow` is added by the router, which knows what is there.
async fn wrong_method(method: Method) -> Problem {
    Problem::new(Kind::MethodNotAllowed, format!("{method} does not apply here; the header `allow` lists what does"))
}
