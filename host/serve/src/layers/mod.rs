//! What every request passes through, from the outside in: request id, span and metrics; security headers; CORS; compression;
//! panics; entity tags; and, except for the health checks, the limits of time, number and size.

mod etag;
mod headers;
mod limits;
mod panics;
mod request;

use axum::{
    Router,
    http::{HeaderName, Method, header},
    middleware::{from_fn, from_fn_with_state},
};
use tower_http::{
    catch_panic::CatchPanicLayer, compression::CompressionLayer, cors, set_header::SetResponseHeaderLayer,
};

pub(crate) use headers::Policy;

use crate::App;

/// Puts the limits around routes that do work.
pub(crate) fn limited(router: Router<App>, app: &App) -> Router<App> {
    router.layer(from_fn_with_state(limits::Limits::new(&app.settings), limits::limit))
}

/// Lets pages load what this policy says.
pub(crate) fn with_policy(router: Router<App>, policy: Policy) -> Router<App> {
    router.layer(SetResponseHeaderLayer::if_not_present(header::CONTENT_SECURITY_POLICY, policy.value()))
}

/// Puts everything else around all routes.
pub(crate) fn around(router: Router<App>, app: &App) -> Router<App> {
    // Reading is open to every web page; what needs a token is not offered to browsers of other origins.
    let cors = cors::CorsLayer::new()
        .allow_origin(cors::Any)
        .allow_methods([Method::GET, Method::HEAD])
        .allow_headers([header::ACCEPT, header::IF_NONE_MATCH])
        .expose_headers([header::LINK, header::ETAG, HeaderName::from_static("x-request-id")]);
    router
        .layer(from_fn(etag::tag))
        .layer(CatchPanicLayer::custom(panics::answer))
        .layer(CompressionLayer::new())
        .layer(cors)
        .layer(from_fn(headers::add))
        .layer(from_fn_with_state(app.clone(), request::observe))
}
