//! `GET /events/{id}/trace`: one event's way, from its row back to crawl, plugin and page.

use axum::{Json, extract::State};
use marquee_model::EventId;

use super::{dto::TraceView, responses::ReadOneProblems};
use crate::{
    App, Problem,
    params::{self, NoParameters, Query},
};

/// Where an event's values come from: page digest, plugin digest, crawl, row.
#[utoipa::path(get, path = "/events/{id}/trace", tag = "events",
    params(("id" = String, Path, description = "The event's id", example = "evt_0198c0de00007000800000000000abcd")),
    responses((status = 200, description = "The event's way", body = TraceView), ReadOneProblems))]
pub(super) async fn get_event_trace(
    State(app): State<App>,
    params::Named(id): params::Named,
    Query(NoParameters): Query<NoParameters>,
) -> Result<Json<TraceView>, Problem> {
    let known = id.parse::<EventId>().map_err(|_| Problem::not_found("event", &id))?;
    let trace = app.store.trace(known).await?.ok_or_else(|| Problem::not_found("event", &id))?;
    Ok(Json(TraceView::from(trace)))
}
