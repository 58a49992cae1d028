//! For whoever runs the host: is the process alive, can it answer, what did it measure, what is it.
//!
//! These routes stand outside of the request limits: they must answer when everything else is busy.

mod healthz;
mod metrics;
mod readyz;
mod version;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// All routes of this surface.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(healthz::healthz))
        .routes(routes!(readyz::readyz))
        .routes(routes!(metrics::metrics))
        .routes(routes!(version::version))
}
