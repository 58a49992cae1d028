//! `GET /events/{id}`: one event. MusicLive has a route of this path as well, with integer ids.

use axum::{
    Json,
    extract::{OriginalUri, State},
    response::{IntoResponse, Response},
};
use marquee_model::EventId;
use utoipa::ToSchema;

use super::{dto::EventView, responses::ReadOneProblems};
use crate::{
    App, Problem, legacy,
    params::{self, NoParameters},
};

/// The two shapes of the answer.
#[derive(Debug, ToSchema)]
#[schema(as = EventAnswer)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its schema is used: it tells readers of the document that there are two shapes")]
enum Answer {
    /// To an id of Marquee's.
    Marquee(Box<EventView>),
    /// To an integer id of MusicLive's.
    MusicLive(Box<legacy::LegacyEventDetail>),
}

/// One event. An integer id is MusicLive's and is answered in MusicLive's form, with the header `deprecation`.
#[utoipa::path(get, path = "/events/{id}", tag = "events",
    params(("id" = String, Path, description = "The event's id", example = "evt_0198c0de00007000800000000000abcd")),
    responses((status = 200, description = "The event", body = Answer), ReadOneProblems))]
pub(super) async fn get_event(
    State(app): State<App>,
    params::Named(id): params::Named,
    OriginalUri(uri): OriginalUri,
) -> Response {
    if let Ok(number) = id.parse::<i64>() {
        return legacy::get_event(&app, number).await;
    }
    match params::read::<NoParameters>(&uri, &app) {
        Ok(NoParameters) => own(&app, &id).await.into_response(),
        Err(problem) => problem.into_response(),
    }
}

async fn own(app: &App, id: &str) -> Result<Json<EventView>, Problem> {
    let known = id.parse::<EventId>().map_err(|_| Problem::not_found("event", id))?;
    let detail = app.store.event(known).await?.ok_or_else(|| Problem::not_found("event", id))?;
    Ok(Json(EventView::from(detail)))
}
