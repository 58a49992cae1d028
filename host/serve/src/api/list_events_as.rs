//! `GET /events.{format}`: the list of `GET /events` in a format that the address names. One path for each suffix, one entry in the
//! document for all of them.

use axum::routing::get;
use marquee_formats::Format;
use utoipa::{OpenApi, ToSchema};
use utoipa_axum::router::OpenApiRouter;

use super::{
    filter::{MoneyFilter, PageFilter, PlaceFilter, TimeFilter, WhatFilter},
    list_events::{SiteFilter, list_events},
    responses::ReadOneProblems,
};
use crate::App;

/// The formats that an address can end in.
#[derive(Debug, ToSchema)]
#[schema(as = Format, rename_all = "lowercase")]
#[expect(dead_code, reason = "only its schema is used")]
enum Suffix {
    /// This interface's own form.
    Json,
    /// schema.org's MusicEvent.
    Jsonld,
    /// iCalendar.
    Ics,
    /// RSS 2.0.
    Rss,
    /// Atom.
    Atom,
    /// JSON Feed 1.1.
    Jsonfeed,
    /// GeoJSON.
    Geojson,
    /// CSV.
    Csv,
    /// This interface's own form, one event a line.
    Ndjson,
}

/// The list of `GET /events` in a format that the address names; `GET /events` with that format in `Accept` answers the same.
///
/// Every filter and order holds for every format; `fields`, `include` and `facets` shape JSON alone. `json`, `jsonld`, `rss`, `atom` and `jsonfeed` are pages: the header `link` (and, where the
/// format has a place for it, the feed) says where the next one is. `csv`, `ndjson` and `geojson` hold the whole list as a stream,
/// unless there is a `limit`; a stream that fails breaks off and is never ended as if it were whole. `ics` holds the whole list up
/// to the operator's limit, and says in its description where that is not all. Feeds begin today and calendars a month ago,
/// unless the request says a time of its own.
#[utoipa::path(get, path = "/events.{format}", tag = "events",
    params(("format" = Suffix, Path, description = "The format"), SiteFilter, WhatFilter, TimeFilter, PlaceFilter, MoneyFilter, PageFilter),
    responses(
        (status = 200, description = "The events", content(
            (super::dto::EventListing = "application/json"),
            (serde_json::Value = "application/ld+json"),
            (String = "text/calendar"),
            (String = "application/rss+xml"),
            (String = "application/atom+xml"),
            (serde_json::Value = "application/feed+json"),
            (serde_json::Value = "application/geo+json"),
            (String = "text/csv"),
            (String = "application/x-ndjson"),
        )),
        ReadOneProblems))]
#[expect(dead_code, reason = "only its entry in the document is used: the handler is that of `GET /events`")]
const fn list_events_as() {}

#[derive(OpenApi)]
#[openapi(paths(list_events_as), components(schemas(Suffix)))]
struct Document;

/// The list under `/events.json` and so on. A segment with a variable part beside a fixed one is nothing that the router knows.
pub(super) fn under_every_suffix(router: OpenApiRouter<App>) -> OpenApiRouter<App> {
    let documented = router.merge(OpenApiRouter::with_openapi(Document::openapi()));
    Format::ALL
        .into_iter()
        .fold(documented, |router, format| router.route(&format!("/events.{}", format.suffix()), get(list_events)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_formats_are_those_that_there_are() {
        use utoipa::PartialSchema;
        let schema = serde_json::to_value(Suffix::schema()).unwrap_or_default();
        let words: Vec<_> = Format::ALL.iter().map(|format| format.suffix()).collect();
        assert!(
            schema.to_string().contains(words[0]) && words.iter().all(|word| schema.to_string().contains(word)),
            "{schema}"
        );
    }
}
