//! `GET /events/{id}/why`: why an event is shown as it is.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use marquee_model::Clock;

use super::{
    dto::WhyView,
    get_event::{Shown, shown},
    responses::ReadEventProblems,
};
use crate::{
    App, Problem,
    params::{self, NoParameters, Query},
};

/// Why an event is shown as it is: each field with its value, all that sources tell of it, the points by which one was chosen, what a person
/// set, and the page, plugin and crawl that each telling comes from, with the selector by which that plugin finds the field.
#[utoipa::path(get, path = "/events/{id}/why", tag = "events",
    params(("id" = String, Path, description = "The event's id", example = "evt_0198c0de00007000800000000000abcd")),
    responses((status = 200, description = "Why", body = WhyView), ReadEventProblems))]
pub(super) async fn get_event_why(
    State(app): State<App>,
    params::Named(id): params::Named,
    Query(NoParameters): Query<NoParameters>,
) -> Result<Response, Problem> {
    Ok(match shown(&app, &id, "/why").await? {
        Shown::Here(detail) => {
            let why = app.store.why(detail.event.id, app.clock.now()).await?;
            Json(WhyView::new(detail.event.id, &why)).into_response()
        }
        Shown::Elsewhere(response) => response,
    })
}
