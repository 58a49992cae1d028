//! `GET /metrics`: what the process measured, for Prometheus.

use axum::{
    extract::State,
    http::{HeaderName, header},
};

use crate::App;

/// What the process measured, in the text format of Prometheus. Labels are bounded: routes by their pattern, plugins and sources by id.
#[utoipa::path(get, path = "/metrics", tag = "operation",
    responses((status = 200, description = "Metrics", body = String, content_type = "text/plain; version=0.0.4")))]
pub(super) async fn metrics(State(app): State<App>) -> ([(HeaderName, &'static str); 1], String) {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], app.metrics.render())
}
