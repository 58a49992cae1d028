//! `POST /admin/events/{id}/merge`: says that two ids are one event.

use axum::{Json, extract::State};
use marquee_model::EventId;
use marquee_store::Intervention;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    because::Reason,
    decision::{DecisionView, NamedEvent, decide},
};
use crate::{
    App, Problem,
    api::{body::JsonBody, responses::AdminProblems},
    auth::{Allowed, may},
    params::{NoParameters, Query},
};

/// What an event is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Merge)]
pub(in crate::api) struct Merged {
    /// The event that answers for both from now on.
    #[schema(value_type = String, example = "evt_0198c0de00007000800000000000abce")]
    into: EventId,
    /// Why, in a sentence, at most 500 characters.
    #[schema(value_type = String, example = "the same night, listed by a ticket seller", min_length = 1, max_length = 500)]
    reason: Reason,
}

/// Says that an event is another one under a second id. Nothing is mixed: a split restores both. Needs the scope `corrections`.
#[utoipa::path(post, path = "/admin/events/{id}/merge", tag = "admin", security(("key" = ["corrections"])), request_body = Merged,
    params(("id" = String, Path, description = "The id that is given up", example = "evt_0198c0de00007000800000000000abcd")),
    responses((status = 200, description = "One answers for both", body = DecisionView), AdminProblems))]
pub(in crate::api) async fn merge_event(
    State(app): State<App>,
    Allowed { caller, .. }: Allowed<may::Corrections>,
    NamedEvent(from): NamedEvent,
    Query(NoParameters): Query<NoParameters>,
    JsonBody(Merged { into, reason }): JsonBody<Merged>,
) -> Result<Json<DecisionView>, Problem> {
    decide(&app, &caller, into, &Intervention::Merge { from, into }, reason.as_str()).await
}
