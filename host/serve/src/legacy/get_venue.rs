//! `GET /api/v1/venues/{venue_id}`: one venue by its integer id.

use axum::{Json, response::Response};

use super::{LegacyVenueDetail, deprecated, errors::LegacyError};
use crate::App;

/// Answers for `api::get_venue`, whose path this is as well.
pub(crate) async fn get_venue(app: &App, id: i64) -> Response {
    let found = app.store.venue_by_legacy_id(id).await;
    let successor = match &found {
        Ok(Some(stored)) => format!("/api/v1/venues/{}", stored.venue.id),
        _ => "/api/v1/venues".to_owned(),
    };
    let answer = found
        .map_err(LegacyError::from)
        .and_then(|venue| venue.ok_or_else(|| LegacyError::not_found("Venue", &id.to_string())))
        .map(|stored| Json(LegacyVenueDetail::from(stored)));
    deprecated(answer, &successor)
}
