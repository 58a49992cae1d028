//! `PUT /admin/events/{id}/corrections/{field}`: a person's value for a field.

use axum::{Json, extract::State};
use marquee_store::Intervention;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    because::Reason,
    decision::{DecisionView, NamedField, decide},
};
use crate::{
    App, Problem,
    api::{body::JsonBody, responses::AdminProblems},
    auth::{Allowed, may},
    params::{NoParameters, Query},
};

/// A value that is to hold.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewCorrection, example = json!({"value": {"date": "2026-12-31", "time": "20:00"}, "reason": "the venue says so by telephone"}))]
pub(in crate::api) struct Corrected {
    /// The value, as the field's value in an event's history. A time is `{"date": ..., "time": ...}` in the venue's zone. Null: not
    /// known.
    pub(super) value: Value,
    /// Why, in a sentence, at most 500 characters.
    #[schema(value_type = String, min_length = 1, max_length = 500)]
    pub(super) reason: Reason,
}

/// Sets a field of an event. It holds against every crawl until it is withdrawn, and shows that it is a correction. Needs the scope
/// `corrections`.
#[utoipa::path(put, path = "/admin/events/{id}/corrections/{field}", tag = "admin", security(("key" = ["corrections"])), request_body = Corrected,
    params(("id" = String, Path, description = "The event's id", example = "evt_0198c0de00007000800000000000abcd"),
        ("field" = String, Path, description = "The field", example = "start")),
    responses((status = 200, description = "It holds", body = DecisionView), AdminProblems))]
pub(in crate::api) async fn correct_event(
    State(app): State<App>,
    Allowed { caller, .. }: Allowed<may::Corrections>,
    NamedField(event, field): NamedField,
    Query(NoParameters): Query<NoParameters>,
    JsonBody(Corrected { value, reason }): JsonBody<Corrected>,
) -> Result<Json<DecisionView>, Problem> {
    let wish = Intervention::Correct { event, field, value };
    decide(&app, &caller, event, &wish, reason.as_str()).await
}
