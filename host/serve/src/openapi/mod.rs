//! The OpenAPI 3.1 document, made from the handlers' own attributes.

mod common;

use utoipa::{
    OpenApi,
    openapi::{
        self,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};
use utoipa_axum::router::OpenApiRouter;

use crate::{App, Problem, api, legacy, operations};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Marquee",
        description = "What is on at live-music venues: events with their times, bills and prices, and where each of them comes from.\n\nEvery error is a problem of RFC 9457. A method that a path does not have is a 405 with the header `Allow`. HEAD is answered wherever GET is.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    servers((url = "/", description = "The host that serves this document.")),
    components(schemas(Problem, api::Merged)),
    tags(
        (name = "events", description = "Events, and where their values come from."),
        (name = "changes", description = "Following: what changed, as it changes."),
        (name = "webhooks", description = "Changes posted to an address of yours."),
        (name = "venues", description = "Venues."),
        (name = "artists", description = "Artists, and their events."),
        (name = "search", description = "Events, venues and artists in one answer."),
        (name = "sites", description = "Cities and regions."),
        (name = "admin", description = "For keys with scopes: crawls on request, sources, decisions about events and venues, keys, and the log of all that."),
        (name = "operation", description = "Sources, crawls, plugins, and the health of the host."),
        (name = "musiclive", description = "The routes of MusicLive, for its clients. Four more share a path with Marquee's own: the events of a site, an event and a venue by integer id, and the search."),
    ),
)]
struct Base;

/// The documented routes, and the document.
pub(crate) fn documented() -> (Routes, openapi::OpenApi) {
    let work = OpenApiRouter::with_openapi(Base::openapi()).nest("/api/v1", api::routes()).merge(legacy::routes());
    let (work, mut document) = work.split_for_parts();
    let (operations, more) = operations::routes().split_for_parts();
    document.merge(more);
    finish(&mut document);
    (Routes { work, operations }, document)
}

/// The documented routes, apart by whether the request limits hold for them.
pub(crate) struct Routes {
    pub(crate) work: axum::Router<App>,
    pub(crate) operations: axum::Router<App>,
}

/// Adds what attributes cannot say: how a token is sent, and what holds for many routes.
fn finish(document: &mut openapi::OpenApi) {
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(
        "A key of `marquee keys create` (`mq_...`) with the scope that the route names, or the operator's admin token.",
    ));
    let components = document.components.get_or_insert_default();
    components.schemas.extend(api::of_parameters());
    components.security_schemes.insert("key".to_owned(), SecurityScheme::Http(bearer.build()).into());
    common::complete(document);
}

/// The document as JSON, indented, with a line feed at its end: what is committed as `docs/openapi.json`.
#[must_use]
pub fn openapi() -> String {
    // Maps with text keys always have a JSON form; an empty document, should that ever change, is stale in CI.
    documented().1.to_pretty_json().unwrap_or_default() + "\n"
}
