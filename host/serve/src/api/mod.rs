//! Marquee's own interface, version 1, under `/api/v1`.
//!
//! One file an endpoint: its parameters, its entry in the OpenAPI document, its handler. Three paths are shared with MusicLive
//! (see `legacy`): there the handler first asks whose the request is.

mod admin;
mod body;
mod calendar_links;
mod changes;
mod dto;
mod filter;
mod get_artist;
mod get_crawl;
mod get_event;
mod get_event_history;
mod get_event_trace;
mod get_event_why;
mod get_plugin;
mod get_venue;
mod list_artist_events;
mod list_artists;
mod list_crawls;
mod list_events;
mod list_events_as;
mod list_plugins;
mod list_site_events;
mod list_sites;
mod list_sources;
mod list_venues;
mod near_venues;
mod request_crawl;
mod responses;
mod search;
mod webhooks;

use axum::{
    extract::Request,
    http::{HeaderMap, header},
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
};
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) use changes::entries;
pub(crate) use dto::{EventView, SourceView, TraceView, next_address, of_parameters};
pub(crate) use filter::{EventFilter, OWN_NAMES};
pub(crate) use get_artist::artist;
pub(crate) use get_event::{Merged, found};
pub(crate) use list_events::{mark, views};

use crate::{
    App,
    problem::{Kind, Problem},
};

/// All routes of this surface.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_sites::list_sites))
        .routes(routes!(get_event_history::get_event_history))
        .routes(routes!(get_event_trace::get_event_trace))
        .routes(routes!(get_event_why::get_event_why))
        .routes(routes!(list_venues::list_venues))
        .routes(routes!(near_venues::near_venues))
        .routes(routes!(get_venue::get_venue))
        .routes(routes!(list_artists::list_artists))
        .routes(routes!(get_artist::get_artist))
        .routes(routes!(search::search))
        .routes(routes!(list_plugins::list_plugins))
        .routes(routes!(get_plugin::get_plugin))
        .routes(routes!(list_sources::list_sources))
        .routes(routes!(request_crawl::request_crawl))
        .routes(routes!(list_crawls::list_crawls))
        .routes(routes!(get_crawl::get_crawl))
        .merge(webhooks::routes())
        .merge(admin::routes())
        .routes(routes!(calendar_links::calendar_links))
        .layer(from_fn(speak_json))
        .merge(changes::routes())
        .merge(in_many_formats())
}

/// The routes that answer in more than JSON, by suffix or `Accept`.
fn in_many_formats() -> OpenApiRouter<App> {
    let router = OpenApiRouter::new()
        .routes(routes!(list_site_events::list_site_events))
        .routes(routes!(list_artist_events::list_artist_events))
        .routes(routes!(list_events::list_events))
        .routes(routes!(get_event::get_event));
    list_events_as::under_every_suffix(router)
}

/// Everything behind this is JSON; who accepts none is told so.
async fn speak_json(request: Request, next: Next) -> Response {
    if accepts_json(request.headers()) {
        return next.run(request).await;
    }
    Problem::new(Kind::NotAcceptable, "this interface speaks application/json; accept that, or */*").into_response()
}

/// Whether `Accept` allows JSON. Absent, it allows everything; a quality of 0 takes a type out (RFC 9110 section 12.5.1).
fn accepts_json(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).peekable();
    if values.peek().is_none() {
        return true;
    }
    values.flat_map(|value| value.split(',')).any(|range| {
        let mut parts = range.split(';').map(str::trim);
        let kind = parts.next().unwrap_or_default().to_ascii_lowercase();
        let refused = parts.any(|p| p.strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()) == Some(0.0));
        !refused && matches!(kind.as_str(), "*/*" | "application/*" | "application/json" | "application/problem+json")
    })
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn accept_is_absent_wide_or_json() {
        assert!(accepts_json(&HeaderMap::new()));
        for (accept, allowed) in [
            ("*/*", true),
            ("application/json", true),
            ("text/html, application/*;q=0.5", true),
            ("text/html", false),
            ("application/json;q=0", false),
            ("application/xml, text/csv", false),
        ] {
            let headers = HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(accept))]);
            assert_eq!(accepts_json(&headers), allowed, "{accept}");
        }
    }
}
