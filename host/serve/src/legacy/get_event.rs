//! `GET /api/v1/events/{event_id}`: one event by its integer id.

use axum::{Json, response::Response};

use super::{LegacyEventDetail, deprecated, errors::LegacyError};
use crate::App;

/// Answers for `api::get_event`, whose path this is as well.
pub(crate) async fn get_event(app: &App, id: i64) -> Response {
    let found = app.store.event_by_legacy_id(id).await;
    let successor = match &found {
        Ok(Some(detail)) => format!("/api/v1/events/{}", detail.event.id),
        _ => "/api/v1/events".to_owned(),
    };
    let answer = found
        .map_err(LegacyError::from)
        .and_then(|event| event.ok_or_else(|| LegacyError::not_found("Event", &id.to_string())))
        .map(|detail| Json(LegacyEventDetail::from(detail)));
    deprecated(answer, &successor)
}
