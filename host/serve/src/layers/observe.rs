//! One request as the operator sees it: an id, a span for its log lines, a line when it is answered, and two metrics.
//!
//! The outermost layer. Also completes problem details with what only this place knows, the path and the id; and refuses what is no
//! reasonable request before anything is done for it.

use std::{sync::Arc, time::Instant};

use axum::{
    body::HttpBody as _,
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use marquee_model::Clock;
use tracing::{Instrument as _, Span};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use super::{
    access_log::{self, Line},
    class::Class,
    client, cors,
    headers::Headers,
    identity::KeyIdentity,
    meter::Meter,
    request_id::{Ids, REQUEST_ID, TraceParent},
    route::Route,
};
use crate::{App, Problem, ServeSettings, problem::Kind, web};

/// What this layer works with.
pub(super) struct Observer {
    clock: Arc<dyn Clock>,
    settings: ServeSettings,
    headers: Headers,
    ids: Ids,
    meter: Meter,
}

impl Observer {
    pub(super) fn new(app: &App) -> Self {
        Self {
            clock: Arc::clone(&app.clock),
            headers: Headers::new(&app.settings),
            settings: app.settings.clone(),
            ids: Ids::new(),
            meter: Meter::default(),
        }
    }
}

/// Answers a request and tells about it.
pub(super) async fn observe(
    observer: &Observer,
    mut request: Request,
    next: impl AsyncFnOnce(Request) -> Response,
) -> Response {
    let started = Instant::now();
    let settings = &observer.settings;
    let id: Arc<str> = observer.ids.of(request.headers(), &*observer.clock).into();
    let method = method_word(request.method());
    let class = Class::of(request.method(), request.uri().path(), request.headers());
    let path = request.uri().path().to_owned();
    let client = client::of(&request, settings);
    request.extensions_mut().insert(client);
    // Asked for here, since the request is gone when it is answered; only kept where a line will hold them.
    let is_logged = settings.access_log.wants(u16::MAX);
    let (query, agent) = match is_logged {
        true => (access_log::query(request.uri()), access_log::agent(request.headers())),
        false => (None, None),
    };
    let page = wants_page(&path, request.headers());

    request.extensions_mut().insert(Asked { id: Arc::clone(&id), method });

    let mut response = handle(observer, request, next).await;

    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        complete(&mut response, problem, path.clone(), &id, page, method);
    }
    let status = response.status();
    if status != StatusCode::NOT_MODIFIED && !response.headers().contains_key(header::X_CONTENT_TYPE_OPTIONS) {
        observer.headers.complete(response.headers_mut(), status, class);
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    let (status, took) = (status.as_u16(), started.elapsed());
    let route = response.extensions_mut().remove::<Route>().unwrap_or_default();
    observer.meter.count(&route, method, status, took);
    if is_logged && settings.access_log.wants(status) {
        let key = response.extensions().get::<KeyIdentity>().map(|key| Arc::clone(&key.id));
        let line = Line {
            id: &id,
            method,
            path: &path,
            query: query.as_deref(),
            agent: agent.as_deref(),
            client,
            key: key.as_deref(),
            route: route.as_str(),
            status,
            bytes: response.body().size_hint().exact(),
            took,
        };
        line.write();
    }
    response
}

async fn handle(observer: &Observer, request: Request, next: impl AsyncFnOnce(Request) -> Response) -> Response {
    let max = observer.settings.max_uri_bytes;
    if request.uri().path_and_query().is_some_and(|uri| uri.as_str().len() > max) {
        let detail = format!("an address may have {max} bytes after the host; ask for less at once");
        return Problem::new(Kind::UriTooLong, detail).into_response();
    }
    if cors::is_preflight(&request) {
        return cors::preflight();
    }
    let is_options = request.method() == Method::OPTIONS;
    let response = next(request).await;
    if is_options { cors::allowed(response) } else { response }
}

/// What the request's span is made of.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) id: Arc<str>,
    method: &'static str,
}

/// Lets a route answer within the request's span. An answer that was kept needs none: nothing happens for it that could be told.
pub(super) async fn route(request: Request, next: Next) -> Response {
    let span = request.extensions().get::<Asked>().map(|asked| span(asked, request.headers()));
    next.run(request).instrument(span.unwrap_or_else(Span::none)).await
}

/// The span in which the request is handled, continuing the client's trace where it sent one.
fn span(Asked { id, method }: &Asked, headers: &HeaderMap) -> Span {
    let span = tracing::info_span!(
        "request",
        trace_id = &**id,
        method,
        route = tracing::field::Empty,
        parent_trace_id = tracing::field::Empty
    );
    if let Some(parent) = TraceParent::of(headers).filter(|_| !span.is_disabled()) {
        span.record("parent_trace_id", parent.trace_id());
        // Fails where no spans are collected, which is no reason to tell anybody.
        let _not_collected = span.set_parent(parent.context());
    }
    span
}

/// The method as a label: the usual ones, and one word for whatever else a client thinks of.
fn method_word(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
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
fn complete(response: &mut Response, mut problem: Problem, path: String, id: &str, page: bool, method: &str) {
    problem.instance = Some(path.into());
    problem.trace_id = Some(id.into());
    let again = if page { web::problem_page(&problem) } else { problem.into_response() };
    let (parts, body) = again.into_parts();
    let headers = response.headers_mut();
    for stale in [header::CONTENT_LENGTH, header::CONTENT_ENCODING, header::ETAG] {
        headers.remove(stale);
    }
    headers.extend(parts.headers);
    // Who asked for the head alone gets no body; what it would have been is known by its type.
    if method != "HEAD" {
        *response.body_mut() = body;
    }
}
