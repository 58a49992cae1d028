//! `GET /admin/status`: whether the system runs, and how much it holds.

use axum::{Json, extract::State, response::Response};
use chrono::{DateTime, Utc};
use marquee_model::Clock;
use serde::Serialize;
use utoipa::ToSchema;

use super::deprecated;
use crate::App;

/// MusicLive's status. Without its database the counts are not known: null.
#[derive(Debug, Serialize, ToSchema)]
struct LegacyStatus {
    /// `healthy`, or `unhealthy` without the database.
    status: &'static str,
    /// Now.
    timestamp: DateTime<Utc>,
    /// Whether the database answers.
    database_connected: bool,
    /// Number of sites.
    total_sites: Option<i64>,
    /// Number of sources.
    total_sources: Option<i64>,
    /// Number of venues.
    total_venues: Option<i64>,
    /// Number of events, past ones among them.
    total_events: Option<i64>,
}

/// Whether the system runs, and how much it holds. MusicLive's; use `GET /readyz`.
#[utoipa::path(get, path = "/admin/status", tag = "musiclive",
    responses((status = 200, description = "The status", body = LegacyStatus)))]
pub(super) async fn status(State(app): State<App>) -> Response {
    let totals = app.store.totals().await;
    if let Err(error) = &totals {
        tracing::warn!(%error, "the database did not answer");
    }
    let totals = totals.ok();
    let answer = LegacyStatus {
        status: if totals.is_some() { "healthy" } else { "unhealthy" },
        timestamp: app.clock.now(),
        database_connected: totals.is_some(),
        total_sites: totals.map(|t| t.sites),
        total_sources: totals.map(|t| t.sources),
        total_venues: totals.map(|t| t.venues),
        total_events: totals.map(|t| t.events),
    };
    deprecated(Json(answer), "/readyz")
}
