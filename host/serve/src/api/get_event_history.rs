//! `GET /events/{id}/history`: what happened to an event.

use axum::{
    extract::{OriginalUri, State},
    response::Response,
};

use super::{
    dto::{HistoryView, Listing, answer},
    get_event::{Shown, shown},
    list_events::{mark, place},
    responses::ReadEventProblems,
};
use crate::{
    App, Problem,
    params::{self, Parameters, Query, Reader},
};

/// Which part of it.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct HistoryFilter {
    /// Rows at most. The maximum is the operator's setting.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 50)]
    limit: u32,
    /// Where to go on: `next_cursor` of the answer before.
    cursor: Option<String>,
}

impl Parameters for HistoryFilter {
    fn read(reader: &mut Reader) -> Self {
        Self { limit: reader.limit(), cursor: reader.text_of_any_length("cursor") }
    }
}

/// What happened to an event, in order: every change that was observed and every decision, with what was before, when, by which crawl and
/// plugin, and why. What happened to events that were merged into it is in it.
#[utoipa::path(get, path = "/events/{id}/history", tag = "events",
    params(("id" = String, Path, description = "The event's id", example = "evt_0198c0de00007000800000000000abcd"), HistoryFilter),
    responses((status = 200, description = "Some of its history", body = Listing<HistoryView>), ReadEventProblems))]
pub(super) async fn get_event_history(
    State(app): State<App>,
    params::Named(id): params::Named,
    OriginalUri(uri): OriginalUri,
    Query(wanted): Query<HistoryFilter>,
) -> Result<Response, Problem> {
    let event = match shown(&app, &id, "/history").await? {
        Shown::Here(detail) => detail.event.id,
        Shown::Elsewhere(response) => return Ok(response),
    };
    let scope = format!("history {event}");
    let after = wanted.cursor.as_deref().map(|text| place::<i64>(&app, &scope, text)).transpose()?;
    let batch = app.store.event_history(event, after.unwrap_or(0), wanted.limit).await?;
    let data = batch.items.into_iter().map(HistoryView::from).collect();
    Ok(answer(&uri, &Listing { data, next_cursor: mark(&app, &scope, batch.next.as_ref())? }))
}
