//! `GET /artists/{id}`: one artist.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use marquee_store::{ArtistId, StoredArtist};

use super::{dto::ArtistView, responses::ReadArtistProblems};
use crate::{
    App, Problem,
    params::{self, NoParameters, Query},
};

/// One artist. The id of one that was merged into another leads to that one.
#[utoipa::path(get, path = "/artists/{id}", tag = "artists",
    params(("id" = String, Path, description = "The artist's id", example = "art_0198c0de00007000800000000000abcd")),
    responses((status = 200, description = "The artist", body = ArtistView), ReadArtistProblems))]
pub(super) async fn get_artist(
    State(app): State<App>,
    params::Named(id): params::Named,
    Query(NoParameters): Query<NoParameters>,
) -> Result<Response, Problem> {
    let (asked, artist) = artist(&app, &id).await?;
    if artist.artist.id != asked {
        let address = format!("/api/v1/artists/{}", artist.artist.id);
        let body = Json(ArtistView::from(artist));
        return Ok((StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, address)], body).into_response());
    }
    Ok(Json(ArtistView::from(artist)).into_response())
}

/// The artist that answers for an id of a path, with that id.
pub(crate) async fn artist(app: &App, id: &str) -> Result<(ArtistId, StoredArtist), Problem> {
    let asked = id.parse::<ArtistId>().map_err(|_| Problem::not_found("artist", id))?;
    let artist = app.store.artist(asked).await?.ok_or_else(|| Problem::not_found("artist", id))?;
    Ok((asked, artist))
}
