//! What every request passes through, from the outside in:
//!
//! 1. `observe`: id, span, log line, metrics; problem details get path and id; headers of safety; addresses that are too long; `OPTIONS`.
//! 2. [`crate::auth`]: whose key it is, and whether it may read at all.
//! 3. `budget`: what a key or an address may ask.
//! 4. [`crate::cache`]: answers that are there already, entity tags, compression.
//! 5. the request's span, panics, and the route's name.
//! 6. `admission`, except for the health checks: how many at once, how long, how large.

mod access_log;
mod admission;
mod budget;
pub(crate) mod class;
mod client;
mod cors;
mod headers;
mod identity;
mod meter;
mod observe;
mod panics;
mod request_id;
mod route;

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State},
    http::header,
    middleware::{Next, from_fn, from_fn_with_state},
    response::Response,
};
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{CompressionLayer, Predicate, predicate::DefaultPredicate},
    set_header::SetResponseHeaderLayer,
};

pub use access_log::AccessLog;
pub use budget::RateLimitSettings;
pub(crate) use class::Class;
pub(crate) use client::{Client, Peer};
pub use client::{ForwardedHeader, Network};
pub(crate) use headers::{Headers, Policy};
pub use identity::Budget;
pub(crate) use identity::KeyIdentity;
pub(crate) use observe::Asked;
pub(crate) use route::Route;

use crate::{App, auth, cache, redis::Redis};

/// Puts the limits around routes that do work.
pub(crate) fn limited(router: Router<App>, app: &App) -> Router<App> {
    router.layer(from_fn_with_state(Arc::new(admission::Limits::new(&app.settings)), admission::limit))
}

/// Lets pages load what this policy says.
pub(crate) fn with_policy(router: Router<App>, policy: Policy) -> Router<App> {
    router.layer(SetResponseHeaderLayer::if_not_present(header::CONTENT_SECURITY_POLICY, policy.value()))
}

/// Bodies of a known length are compressed by the cache, once for all who ask; only these are compressed as they are made.
#[derive(Debug, Clone, Copy)]
struct OnlyStreams;

impl Predicate for OnlyStreams {
    fn should_compress<B: axum::body::HttpBody>(&self, response: &axum::http::Response<B>) -> bool {
        response.body().size_hint().exact().is_none()
    }
}

/// Puts everything else around all routes. `keeps` says whether answers are kept.
pub(crate) fn around(router: Router<App>, app: App, keeps: bool) -> Router {
    let redis = app.settings.redis_url.as_ref().filter(|_| keeps);
    let redis = redis.and_then(|url| Redis::open(url, &app.settings.redis)).map(Arc::new);
    let front = Front {
        observer: observe::Observer::new(&app),
        budgets: budget::Budgets::new(&app.settings.rate_limit, redis.clone()),
        cache: cache::Cache::new(&app, redis, keeps),
        app: app.clone(),
    };
    let inside = router
        .layer(from_fn(route::remember))
        .layer(CatchPanicLayer::custom(panics::answer))
        .layer(CompressionLayer::new().compress_when(DefaultPredicate::new().and(OnlyStreams)))
        .layer(from_fn(observe::route))
        .with_state(app);
    // Routes stand inside: what comes before them should not wait for the router, nor be made anew for each of its routes.
    Router::new().fallback_service(inside).layer(from_fn_with_state(Arc::new(front), answer))
}

/// What stands before all routes. One layer: each further one would cost a kept answer as much as finding it does.
struct Front {
    app: App,
    observer: observe::Observer,
    budgets: budget::Budgets,
    cache: cache::Cache,
}

async fn answer(State(front): State<Arc<Front>>, request: Request, next: Next) -> Response {
    let Front { app, observer, budgets, cache } = &*front;
    observe::observe(observer, request, async |request| {
        let request = match auth::admit(app, request).await {
            Ok(request) => request,
            Err(refused) => return refused,
        };
        budget::spend(budgets, request, async |request| cache::answer(cache, request, next).await).await
    })
    .await
}
