//! `GET /artists/{id}/events`: the events of an artist.

use axum::{
    extract::{OriginalUri, State},
    response::Response,
};
use marquee_store::ArtistKey;

use super::{
    dto::EventListing,
    filter::{EventFilter, MoneyFilter, PageFilter, PlaceFilter, TimeFilter, WhatFilter},
    get_artist::artist,
    list_events::events,
    responses::ReadOneProblems,
};
use crate::{
    App, Problem,
    formats::Wanted,
    params::{self, Query},
    problem::ParameterError,
};

/// The events with an artist on the bill, under whatever name; with the filters and orders of all events. `artist` is the path's.
#[utoipa::path(get, path = "/artists/{id}/events", tag = "artists",
    params(("id" = String, Path, description = "The artist's id", example = "art_0198c0de00007000800000000000abcd"),
        WhatFilter, TimeFilter, PlaceFilter, MoneyFilter, PageFilter),
    responses((status = 200, description = "Some events of the artist", body = EventListing), ReadOneProblems))]
pub(super) async fn list_artist_events(
    State(app): State<App>,
    params::Named(id): params::Named,
    OriginalUri(uri): OriginalUri,
    wanted: Wanted,
    Query(mut filter): Query<EventFilter>,
) -> Result<Response, Problem> {
    if filter.what.artist.is_some() {
        let reason = "the path names the artist; ask /api/v1/events for another".to_owned();
        return Err(Problem::parameters(vec![ParameterError {
            parameter: "artist".to_owned(),
            reason,
            nearest: None,
        }]));
    }
    let (_, artist) = artist(&app, &id).await?;
    filter.what.artist = Some(ArtistKey::Id(artist.artist.id));
    events(&app, &uri, &wanted, None, filter).await
}
