//! `GET /admin/events/{id}/corrections`: what persons have set.

use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use marquee_model::EventId;
use marquee_store::HeldCorrection;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::decision::NamedEvent;
use crate::{
    App, Problem,
    api::{dto::Listing, responses::AdminReadOneProblems},
    auth::{Allowed, may},
    params::{NoParameters, Query},
};

/// A value that a person set, and that holds until it is withdrawn.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Correction)]
pub(in crate::api) struct CorrectionView {
    /// The record on which it stands: the event, or one that was merged into it.
    #[schema(value_type = String, example = "evt_0198c0de00007000800000000000abcd")]
    event: EventId,
    /// The field.
    #[schema(example = "title")]
    field: &'static str,
    /// What is shown.
    value: Value,
    /// What the source said last: it is shown once the correction is withdrawn.
    underneath: Value,
    /// Whether the source says something else by now than when it was corrected.
    moved_on: bool,
    /// Who decided.
    by: String,
    /// When.
    at: DateTime<Utc>,
    /// Why.
    reason: String,
}

impl From<HeldCorrection> for CorrectionView {
    fn from(held: HeldCorrection) -> Self {
        let HeldCorrection { event, field, value, underneath, moved_on, by, at, reason } = held;
        Self { event, field: field.name(), value, underneath, moved_on, by, at, reason }
    }
}

/// What persons have set of an event, by field. Needs the scope `corrections`.
#[utoipa::path(get, path = "/admin/events/{id}/corrections", tag = "admin", security(("key" = ["corrections"])),
    params(("id" = String, Path, description = "The event's id", example = "evt_0198c0de00007000800000000000abcd")),
    responses((status = 200, description = "The corrections that hold", body = Listing<CorrectionView>), AdminReadOneProblems))]
pub(in crate::api) async fn list_corrections(
    State(app): State<App>,
    _: Allowed<may::Corrections>,
    NamedEvent(event): NamedEvent,
    Query(NoParameters): Query<NoParameters>,
) -> Result<Json<Listing<CorrectionView>>, Problem> {
    let held = app.store.corrections(event).await?.ok_or_else(|| Problem::not_found("event", &event.to_string()))?;
    Ok(Json(Listing::whole(held.into_iter().map(CorrectionView::from).collect())))
}
