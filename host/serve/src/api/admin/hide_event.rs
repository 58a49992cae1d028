//! `POST /admin/events/{id}/hide`: takes an event out of every list.

use axum::{Json, extract::State};
use marquee_store::Intervention;

use super::{
    because::Because,
    decision::{DecisionView, NamedEvent, decide},
};
use crate::{
    App, Problem,
    api::{body::JsonBody, responses::AdminProblems},
    auth::{Allowed, may},
    params::{NoParameters, Query},
};

/// Takes an event out of every list, until it is shown again. It stays known and goes on being crawled. Needs the scope `corrections`.
#[utoipa::path(post, path = "/admin/events/{id}/hide", tag = "admin", security(("key" = ["corrections"])), request_body = Because,
    params(("id" = String, Path, description = "The event's id", example = "evt_0198c0de00007000800000000000abcd")),
    responses((status = 200, description = "It is hidden", body = DecisionView), AdminProblems))]
pub(in crate::api) async fn hide_event(
    State(app): State<App>,
    Allowed { caller, .. }: Allowed<may::Corrections>,
    NamedEvent(event): NamedEvent,
    Query(NoParameters): Query<NoParameters>,
    JsonBody(because): JsonBody<Because>,
) -> Result<Json<DecisionView>, Problem> {
    decide(&app, &caller, event, &Intervention::Hide { event }, because.reason.as_str()).await
}
