//! `GET /venues/{id}`: one venue. MusicLive has a route of this path as well, with integer ids.

use axum::{
    Json,
    extract::{OriginalUri, State},
    response::{IntoResponse, Response},
};
use marquee_model::VenueId;
use utoipa::ToSchema;

use super::{dto::VenueView, responses::ReadOneProblems};
use crate::{
    App, Problem, legacy,
    params::{self, NoParameters},
};

/// The two shapes of the answer.
#[derive(Debug, ToSchema)]
#[schema(as = VenueAnswer)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its schema is used: it tells readers of the document that there are two shapes")]
enum Answer {
    /// To an id of Marquee's.
    Marquee(VenueView),
    /// To an integer id of MusicLive's.
    MusicLive(legacy::LegacyVenueDetail),
}

/// One venue. An integer id is MusicLive's and is answered in MusicLive's form, with the header `deprecation`.
#[utoipa::path(get, path = "/venues/{id}", tag = "venues",
    params(("id" = String, Path, description = "The venue's id", example = "ven_0198c0de00007000800000000000abcd")),
    responses((status = 200, description = "The venue", body = Answer), ReadOneProblems))]
pub(super) async fn get_venue(
    State(app): State<App>,
    params::Named(id): params::Named,
    OriginalUri(uri): OriginalUri,
) -> Response {
    if let Ok(number) = id.parse::<i64>() {
        return legacy::get_venue(&app, number).await;
    }
    match params::read::<NoParameters>(&uri, &app) {
        Ok(NoParameters) => own(&app, &id).await.into_response(),
        Err(problem) => problem.into_response(),
    }
}

async fn own(app: &App, id: &str) -> Result<Json<VenueView>, Problem> {
    let known = id.parse::<VenueId>().map_err(|_| Problem::not_found("venue", id))?;
    let venue = app.store.venue(known).await?.ok_or_else(|| Problem::not_found("venue", id))?;
    Ok(Json(VenueView::from(venue)))
}
