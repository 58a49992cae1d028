//! `GET /events/{id}`: one event. MusicLive has a route of this path as well, with integer ids.

use axum::{
    Json,
    extract::{OriginalUri, State},
    http::{StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use marquee_model::{Clock, EventId};
use marquee_store::{EventDetail, StoredEvent};
use serde::Serialize;
use utoipa::ToSchema;

use super::{dto::EventView, responses::ReadEventProblems};
use crate::{
    App, Problem,
    formats::{self, Wanted},
    legacy,
    params::{self, NoParameters},
    problem::Kind,
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

/// Where an event went.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Merged {
    /// The id that was asked for.
    #[schema(value_type = String, example = "evt_0198c0de00007000800000000000abcd")]
    id: EventId,
    /// The event that answers for it.
    #[schema(value_type = String, example = "evt_0198c0de00007000800000000000abce")]
    merged_into: EventId,
    /// Why.
    reason: String,
}

/// One event. An integer id is MusicLive's and is answered in MusicLive's form, with the header `deprecation`.
///
/// In JSON, or in another format: the end of the address names it (`/events/{id}.ics`), else `Accept`. See `GET /events.{format}`.
#[utoipa::path(get, path = "/events/{id}", tag = "events",
    params(("id" = String, Path, description = "The event's id", example = "evt_0198c0de00007000800000000000abcd")),
    responses((status = 200, description = "The event", body = Answer), ReadEventProblems))]
pub(super) async fn get_event(
    State(app): State<App>,
    params::Named(id): params::Named,
    OriginalUri(uri): OriginalUri,
    wanted: Wanted,
) -> Response {
    if let Ok(number) = id.parse::<i64>() {
        return legacy::get_event(&app, number).await;
    }
    match params::read::<NoParameters>(&uri, &app) {
        Ok(NoParameters) => own(&app, &uri, &wanted, &id).await.unwrap_or_else(IntoResponse::into_response),
        Err(problem) => problem.into_response(),
    }
}

async fn own(app: &App, uri: &Uri, wanted: &Wanted, name: &str) -> Result<Response, Problem> {
    let id = formats::bare(name);
    let below = name.strip_prefix(id).unwrap_or_default();
    if !wanted.is_json() {
        return Ok(match shown(app, id, below).await? {
            Shown::Here(detail) => formats::one(app, uri, wanted.format, *detail).await?,
            Shown::Elsewhere(response) => response,
        });
    }
    let known = known(id)?;
    let found = app.store.event_seen_by(known).await?;
    let (event, seen_by) = found.ok_or_else(|| Problem::not_found("event", id))?;
    not_hidden(&event)?;
    if event.id != known {
        return elsewhere(app, known, event.id, below).await;
    }
    Ok(Json(EventView::new(event, &seen_by, app.clock.now())).into_response())
}

/// An event that was asked for by an id.
pub(super) enum Shown {
    /// It.
    Here(Box<EventDetail>),
    /// The answer that leads to the one that answers for it.
    Elsewhere(Response),
}

/// The event that a path names. `below` is what follows the id in the path, for the way to another event.
pub(super) async fn shown(app: &App, id: &str, below: &str) -> Result<Shown, Problem> {
    let (known, detail) = found(app, id).await?;
    if detail.event.id == known {
        return Ok(Shown::Here(Box::new(detail)));
    }
    Ok(Shown::Elsewhere(elsewhere(app, known, detail.event.id, below).await?))
}

/// The answer for an event that was merged into another.
async fn elsewhere(app: &App, known: EventId, answers: EventId, below: &str) -> Result<Response, Problem> {
    let decision = app.store.merge_of(known).await?;
    let reason = decision.map_or_else(|| "it is the same event".to_owned(), |decision| decision.reason);
    let body = Json(Merged { id: known, merged_into: answers, reason });
    let address = format!("/api/v1/events/{answers}{below}");
    Ok((StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, address)], body).into_response())
}

/// The event that answers for an id of a path, with that id. One that is hidden is gone.
pub(crate) async fn found(app: &App, id: &str) -> Result<(EventId, EventDetail), Problem> {
    let known = known(id)?;
    let detail = app.store.event(known).await?.ok_or_else(|| Problem::not_found("event", id))?;
    not_hidden(&detail.event)?;
    Ok((known, detail))
}

fn known(id: &str) -> Result<EventId, Problem> {
    id.parse().map_err(|_| Problem::not_found("event", id))
}

fn not_hidden(event: &StoredEvent) -> Result<(), Problem> {
    if !event.lifecycle.hidden {
        return Ok(());
    }
    let gone = "a person took this event out of all lists; its id is kept, and is answered again if that is taken back";
    Err(Problem::new(Kind::Gone, gone))
}
