//! `OPTIONS`: what a page of another origin may do (the Fetch standard's preflight), and what may be done at all (RFC 9110 section 9.3.7).
//!
//! Reading is open to every page. What changes something is not offered to browsers of other origins.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse as _, Response},
};

/// Whether a browser asks what it may do.
pub(super) fn is_preflight(request: &Request) -> bool {
    let headers = request.headers();
    request.method() == Method::OPTIONS
        && headers.contains_key(header::ORIGIN)
        && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// What a page of another origin may do, the same everywhere.
pub(super) fn preflight() -> Response {
    let headers = HeaderMap::from_iter([
        (header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, HEAD")),
        (
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            HeaderValue::from_static("accept, authorization, if-none-match, last-event-id, traceparent, x-request-id"),
        ),
        // A day; browsers cut it to two hours or less.
        (header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400")),
    ]);
    (StatusCode::NO_CONTENT, headers).into_response()
}

/// The answer to `OPTIONS` of a thing whose router says which methods it takes by refusing this one.
pub(super) fn allowed(refusal: Response) -> Response {
    let allow = refusal.headers().get(header::ALLOW).and_then(|value| value.to_str().ok());
    match allow.filter(|_| refusal.status() == StatusCode::METHOD_NOT_ALLOWED) {
        Some(allow) => (StatusCode::NO_CONTENT, [(header::ALLOW, format!("{allow},OPTIONS"))]).into_response(),
        None => refusal,
    }
}
