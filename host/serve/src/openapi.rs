//! The OpenAPI 3.1 document, made from the handlers' own attributes.

use utoipa::{
    OpenApi,
    openapi::{
        self, Deprecated,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};
use utoipa_axum::router::OpenApiRouter;

use crate::{App, Problem, api, legacy, operations};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Marquee",
        description = "What is on at live-music venues: events with their times, bills and prices, and where each of them comes from.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    components(schemas(Problem)),
    tags(
        (name = "events", description = "Events, and where their values come from."),
        (name = "venues", description = "Venues."),
        (name = "sites", description = "Cities and regions."),
        (name = "operation", description = "Sources, crawls, plugins, and the health of the host."),
        (name = "musiclive", description = "The routes of MusicLive, for its clients. Three more share a path with Marquee's own: the events of a site, an event and a venue by integer id."),
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

/// Adds what attributes cannot say: how a token is sent, and that MusicLive's routes are deprecated.
fn finish(document: &mut openapi::OpenApi) {
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("The operator's admin token."));
    let components = document.components.get_or_insert_default();
    components.security_schemes.insert("admin_token".to_owned(), SecurityScheme::Http(bearer.build()).into());
    for item in document.paths.paths.values_mut() {
        for operation in [&mut item.get, &mut item.post].into_iter().flatten() {
            if operation.tags.iter().flatten().any(|tag| tag == "musiclive") {
                operation.deprecated = Some(Deprecated::True);
            }
        }
    }
}

/// The document as JSON, indented, with a line feed at its end: what is committed as `docs/openapi.json`.
#[must_use]
pub fn openapi() -> String {
    // Maps with text keys always have a JSON form; an empty document, should that ever change, is stale in CI.
    documented().1.to_pretty_json().unwrap_or_default() + "\n"
}
