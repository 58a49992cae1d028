//! `GET /calendar`: how to subscribe to a list of events.

use axum::{
    Json,
    extract::{OriginalUri, State},
};

use super::{
    filter::{EventFilter, MoneyFilter, PageFilter, PlaceFilter, TimeFilter, WhatFilter},
    list_events::SiteFilter,
    responses::ReadProblems,
};
use crate::{App, formats, params};

/// Links on which a person subscribes to the events that the filters name, in a calendar or a feed reader.
///
/// Takes what `GET /events` takes. The links stay good: who subscribes sees every change of these events, new ones, and
/// cancelled ones as cancelled.
#[utoipa::path(get, path = "/calendar", tag = "events", params(SiteFilter, WhatFilter, TimeFilter, PlaceFilter, MoneyFilter, PageFilter),
    responses((status = 200, description = "The links", body = formats::Links), ReadProblems))]
pub(super) async fn calendar_links(
    State(app): State<App>,
    OriginalUri(uri): OriginalUri,
    params::Query(_valid): params::Query<(SiteFilter, EventFilter)>,
) -> Json<formats::Links> {
    Json(formats::links(&app, &uri))
}
