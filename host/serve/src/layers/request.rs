//! One request as the operator sees it: an id, a span for its log lines, a line when it is answered, and two metrics.
//!
//! Also completes problem details with what only this place knows: the path and the id.

use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use marquee_model::Clock;
use tracing::Instrument;
use uuid::Uuid;

use crate::{App, Problem, web};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest request id taken over from a client or proxy, in bytes: twice a UUID.
const MAX_REQUEST_ID: usize = 72;

/// Answers a request and tells about it.
pub(super) async fn observe(State(app): State<App>, request: Request, next: Next) -> Response {
    let id = request_id(request.headers(), &*app.clock);
    let method = method_word(request.method());
    // The route's pattern, never the path: labels must stay few, and paths hold what clients make up.
    let route = request.extensions().get::<MatchedPath>().map_or("unmatched", MatchedPath::as_str).to_owned();
    let path = request.uri().path().to_owned();
    let page = wants_page(&path, request.headers());
    let started = Instant::now();
    let span = tracing::info_span!("request", trace_id = %id, method, route);
    let mut response = next.run(request).instrument(span.clone()).await;
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        complete(&mut response, problem, path, &id, page);
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    let (status, took) = (response.status().as_u16(), started.elapsed());
    span.in_scope(|| tracing::info!(status, took_ms = took.as_millis(), "answered"));
    let labels = [("method", method.to_owned()), ("route", route)];
    metrics::histogram!("marquee_http_request_duration_seconds", &labels).record(took);
    let [method, route] = labels;
    metrics::counter!("marquee_http_requests_total", &[method, route, ("status", status.to_string())]).increment(1);
    response
}

/// The client's id where it is harmless, else a new one.
fn request_id(headers: &HeaderMap, clock: &dyn Clock) -> String {
    let harmless = |id: &&str| {
        !id.is_empty()
            && id.len() <= MAX_REQUEST_ID
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    };
    let given = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok()).filter(harmless);
    given.map_or_else(|| new_id(clock), str::to_owned)
}

/// A UUID of version 7: sorts by time, so that a log can be searched by it.
fn new_id(clock: &dyn Clock) -> String {
    let now = clock.now();
    let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
    Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, now.timestamp_subsec_nanos())).to_string()
}

/// The method as a label: the usual ones, and one word for whatever else a client thinks of.
fn method_word(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

/// Whether a person is looking: a browser asked, outside of the interfaces for programs.
fn wants_page(path: &str, headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    accept.contains("text/html") && !path.starts_with("/api/") && !path.starts_with("/admin/")
}

/// Says the problem again, with path and id; to a person as a page. Headers such as `allow` stay.
fn complete(response: &mut Response, mut problem: Problem, path: String, id: &str, page: bool) {
    problem.instance = Some(path.into());
    problem.trace_id = Some(id.into());
    let again = if page { web::problem_page(&problem) } else { problem.into_response() };
    let (parts, body) = again.into_parts();
    *response.body_mut() = body;
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_LENGTH);
    headers.remove(header::CONTENT_ENCODING);
    headers.extend(parts.headers);
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use marquee_model::FixedClock;

    use super::*;

    #[test]
    fn a_request_id_that_could_forge_a_log_line_is_replaced() {
        let clock = FixedClock(DateTime::from_timestamp(1_700_000_000, 0).unwrap());
        let with = |value: &'static str| HeaderMap::from_iter([(REQUEST_ID, HeaderValue::from_static(value))]);
        assert_eq!(request_id(&with("abc-1"), &clock), "abc-1");
        assert_eq!(request_id(&with("a\" level=error"), &clock).len(), 36);
        assert_eq!(request_id(&HeaderMap::new(), &clock).len(), 36);
    }
}
