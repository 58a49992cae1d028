//! What kind of request it is, by method and path alone: which limits hold, what it costs, whether its answer may be kept.
//!
//! The one place where this is decided. A path that is not named here is answered and never kept.

use axum::http::{HeaderMap, Method, header};

/// What kind of request it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// Health, readiness, metrics, version: always let through.
    Operation,
    /// Part of the program, such as a style sheet or the documentation.
    Static,
    /// About events: a function of the data, kept as long as these do not change.
    Data,
    /// The same by text, which costs more.
    Search,
    /// How the host is doing: always asked anew.
    Live,
    /// A list of any length, sent as it is read.
    Stream,
    /// Waits for news.
    Follow,
    /// For its asker alone: keys, subscriptions, administration.
    Private,
    /// Changes something.
    Write,
}

impl Class {
    /// The class of a request.
    pub(crate) fn of(method: &Method, path: &str, headers: &HeaderMap) -> Self {
        let class = of_path(path);
        match (method.is_safe(), class) {
            (_, Self::Operation) => Self::Operation,
            (false, _) => Self::Write,
            (true, Self::Data | Self::Search) if wants_stream(headers) => Self::Stream,
            (true, class) => class,
        }
    }

    /// Whether the answer may be kept and given again.
    pub(crate) const fn is_kept(self) -> bool {
        matches!(self, Self::Data | Self::Search | Self::Static)
    }
}

fn of_path(path: &str) -> Class {
    let Some(api) = path.strip_prefix("/api/v1/") else {
        return match path {
            "/healthz" | "/readyz" | "/metrics" | "/version" => Class::Operation,
            "/" | "/sitemap.xml" => Class::Data,
            "/openapi.json" | "/robots.txt" => Class::Static,
            _ if is_below(path, &["/events/", "/venues/", "/artists/", "/sitemaps/"]) => Class::Data,
            _ if is_below(path, &["/docs", "/assets/"]) => Class::Static,
            _ if is_below(path, &["/admin"]) => Class::Private,
            _ => Class::Live,
        };
    };
    let first = api.split('/').next().unwrap_or_default();
    let (name, suffix) = first.split_once('.').unwrap_or((first, ""));
    match (name, suffix) {
        ("events", "ndjson" | "csv" | "geojson") => Class::Stream,
        ("events" | "venues" | "sites" | "artists", _) => Class::Data,
        ("search", _) => Class::Search,
        ("changes", _) => Class::Follow,
        ("admin" | "webhooks" | "keys", _) => Class::Private,
        _ => Class::Live,
    }
}

fn is_below(path: &str, prefixes: &[&str]) -> bool {
    prefixes.iter().any(|prefix| path.starts_with(prefix))
}

/// Whether a format is asked for that is sent as it is read.
fn wants_stream(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    ["application/x-ndjson", "text/csv", "application/geo+json"].iter().any(|streamed| accept.contains(streamed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_has_its_class() {
        for (method, path, class) in [
            (Method::GET, "/healthz", Class::Operation),
            (Method::POST, "/healthz", Class::Operation),
            (Method::GET, "/", Class::Data),
            (Method::GET, "/events/evt_1", Class::Data),
            (Method::GET, "/api/v1/events", Class::Data),
            (Method::HEAD, "/api/v1/events/evt_1/history", Class::Data),
            (Method::GET, "/api/v1/events.ics", Class::Data),
            (Method::GET, "/api/v1/events.ndjson", Class::Stream),
            (Method::GET, "/api/v1/events.csv", Class::Stream),
            (Method::GET, "/api/v1/sites/toronto/events", Class::Data),
            (Method::GET, "/api/v1/search", Class::Search),
            (Method::GET, "/api/v1/changes", Class::Follow),
            (Method::GET, "/api/v1/changes/stream", Class::Follow),
            (Method::GET, "/api/v1/sources", Class::Live),
            (Method::POST, "/api/v1/sources/rex/crawl", Class::Write),
            (Method::GET, "/api/v1/admin/keys", Class::Private),
            (Method::GET, "/api/v1/webhooks/1", Class::Private),
            (Method::GET, "/admin/status", Class::Private),
            (Method::GET, "/docs/index.html", Class::Static),
            (Method::GET, "/sitemaps/venues.xml", Class::Data),
            (Method::GET, "/nowhere", Class::Live),
            (Method::GET, "/api/v1/eventsx", Class::Live),
            (Method::DELETE, "/api/v1/events", Class::Write),
        ] {
            assert_eq!(Class::of(&method, path, &HeaderMap::new()), class, "{method} {path}");
        }
        let csv = HeaderMap::from_iter([(header::ACCEPT, axum::http::HeaderValue::from_static("text/csv"))]);
        assert_eq!(Class::of(&Method::GET, "/api/v1/events", &csv), Class::Stream);
    }
}
