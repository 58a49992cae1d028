//! What decisions about events have in common: their paths, their answers, and what can be wrong with them.

use axum::{Json, extract::FromRequestParts, http::request::Parts};
use marquee_model::EventId;
use marquee_store::{Decided, EventField, Intervention};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    App, Problem,
    auth::Caller,
    params::{self, Named},
    problem::Kind,
};

/// What a decision came to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Decision)]
pub(in crate::api) struct DecisionView {
    /// The events of which readers see something else now.
    #[schema(value_type = Vec<String>, example = json!(["evt_0198c0de00007000800000000000abcd"]))]
    changed: Vec<EventId>,
    /// Where the event is; an id that was merged answers with the one that answers for it.
    #[schema(example = "/api/v1/events/evt_0198c0de00007000800000000000abcd")]
    event: String,
}

/// The event that a path names.
#[derive(Debug)]
pub(in crate::api) struct NamedEvent(pub(super) EventId);

/// The event and the field that a path names.
#[derive(Debug)]
pub(in crate::api) struct NamedField(pub(super) EventId, pub(super) EventField);

impl FromRequestParts<App> for NamedEvent {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Named(id) = Named::from_request_parts(parts, app).await?;
        event(&id).map(Self)
    }
}

impl FromRequestParts<App> for NamedField {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let path = axum::extract::Path::<(String, String)>::from_request_parts(parts, app).await;
        let axum::extract::Path((id, name)) =
            path.map_err(|_| Problem::new(Kind::NotFound, "the path is not UTF-8 text"))?;
        let names = || EventField::ALL.into_iter().map(EventField::name);
        let field = EventField::ALL.into_iter().find(|field| field.name() == name).ok_or_else(|| {
            let near = params::nearest(&name, names()).map(|near| format!("; the nearest is `{near}`"));
            let near = near.unwrap_or_else(|| format!("; there are {}", names().collect::<Vec<_>>().join(", ")));
            let known = Problem::not_found("field of an event", &name);
            Problem { detail: known.detail.clone() + &near, ..known }
        })?;
        Ok(Self(event(&id)?, field))
    }
}

/// The id of an event.
pub(super) fn event(id: &str) -> Result<EventId, Problem> {
    id.parse().map_err(|_| Problem::not_found("event", id))
}

/// Carries a decision out.
pub(super) async fn decide(
    app: &App,
    caller: &Caller,
    about: EventId,
    wish: &Intervention,
    reason: &str,
) -> Result<Json<DecisionView>, Problem> {
    match app.store.decide(wish, reason, &caller.author()).await? {
        Decided::Done(changed) => Ok(Json(DecisionView { changed, event: format!("/api/v1/events/{about}") })),
        Decided::Unknown(id) => Err(Problem::not_found("event", &id.to_string())),
        Decided::NotAValue(reason) => Err(Problem::new(Kind::InvalidBody, format!("`value`: {reason}"))),
        Decided::Refused(reason) => Err(Problem::new(Kind::Conflict, reason)),
    }
}
