//! `GET /sites/{slug}/events`: the events of one site. MusicLive has a route of this path as well.

use axum::{
    extract::{OriginalUri, State},
    http::Uri,
    response::{IntoResponse, Response},
};
use utoipa::ToSchema;

use super::{
    dto::EventListing,
    filter::{EventFilter, MoneyFilter, OWN_NAMES, PageFilter, PlaceFilter, TimeFilter, WhatFilter},
    list_events::events,
    responses::ReadOneProblems,
};
use crate::{App, Problem, formats::Wanted, legacy, params};

/// The two shapes of the answer.
#[derive(Debug, ToSchema)]
#[schema(as = SiteEvents)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its schema is used: it tells readers of the document that there are two shapes")]
enum Answer {
    /// To a request with a parameter of Marquee's own.
    Marquee(Box<EventListing>),
    /// To a request of MusicLive's clients.
    MusicLive(Vec<legacy::LegacyEvent>),
}

/// The events of a site, in the order of their local start.
///
/// MusicLive's clients ask at this address too. A request with any parameter that MusicLive does not have (such as `from`, `venue`, `text`,
/// `cursor`) is answered as described here. Any other gets MusicLive's list, with the header `deprecation`; `GET /events?site=` answers
/// in Marquee's form always.
#[utoipa::path(get, path = "/sites/{slug}/events", tag = "events",
    params(("slug" = String, Path, description = "The site's short name", example = "toronto"), WhatFilter, TimeFilter, PlaceFilter, MoneyFilter, PageFilter),
    responses((status = 200, description = "Some events of the site", body = Answer), ReadOneProblems))]
pub(super) async fn list_site_events(
    State(app): State<App>,
    params::Named(slug): params::Named,
    OriginalUri(uri): OriginalUri,
    wanted: Wanted,
) -> Response {
    let given = params::pairs(&uri);
    if given.iter().any(|(name, _)| OWN_NAMES.contains(&name.as_str())) {
        return Box::pin(own(&app, &slug, &uri, &wanted)).await.into_response();
    }
    legacy::list_events(&app, &slug, &uri).await
}

async fn own(app: &App, slug: &str, uri: &Uri, wanted: &Wanted) -> Result<Response, Problem> {
    let filter = params::read::<EventFilter>(uri, app)?;
    let site = slug.parse().map_err(|_| Problem::not_found("site", slug))?;
    if !app.store.has_site(&site).await? {
        return Err(Problem::not_found("site", slug));
    }
    events(app, uri, wanted, Some(site), filter).await
}
