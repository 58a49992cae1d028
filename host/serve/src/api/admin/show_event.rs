//! `POST /admin/events/{id}/show`: puts a hidden event back.

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

/// Puts a hidden event back into the lists. Needs the scope `corrections`.
#[utoipa::path(post, path = "/admin/events/{id}/show", tag = "admin", security(("key" = ["corrections"])), request_body = Because,
    params(("id" = String, Path, description = "The event's id", example = "evt_0198c0de00007000800000000000abcd")),
    responses((status = 200, description = "It is shown", body = DecisionView), AdminProblems))]
pub(in crate::api) async fn show_event(
    State(app): State<App>,
    Allowed { caller, .. }: Allowed<may::Corrections>,
    NamedEvent(event): NamedEvent,
    Query(NoParameters): Query<NoParameters>,
    JsonBody(because): JsonBody<Because>,
) -> Result<Json<DecisionView>, Problem> {
    decide(&app, &caller, event, &Intervention::Show { event }, because.reason.as_str()).await
}
