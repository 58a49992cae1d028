//! `DELETE /admin/events/{id}/corrections/{field}`: what the sources say is shown again.

use axum::{Json, extract::State};
use marquee_store::Intervention;

use super::{
    decision::{DecisionView, NamedField, decide},
    reason::ReasonParameter,
};
use crate::{
    App, Problem,
    api::responses::AdminProblems,
    auth::{Allowed, may},
    params::Query,
};

/// Takes a correction back: what the sources said last is shown again. Needs the scope `corrections`.
#[utoipa::path(delete, path = "/admin/events/{id}/corrections/{field}", tag = "admin", security(("key" = ["corrections"])),
    params(("id" = String, Path, description = "The event's id", example = "evt_0198c0de00007000800000000000abcd"),
        ("field" = String, Path, description = "The field", example = "start"), ReasonParameter),
    responses((status = 200, description = "It is withdrawn", body = DecisionView), AdminProblems))]
pub(in crate::api) async fn withdraw_correction(
    State(app): State<App>,
    Allowed { caller, .. }: Allowed<may::Corrections>,
    NamedField(event, field): NamedField,
    Query(because): Query<ReasonParameter>,
) -> Result<Json<DecisionView>, Problem> {
    decide(&app, &caller, event, &Intervention::Withdraw { event, field }, &because.reason).await
}
