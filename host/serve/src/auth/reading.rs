//! Whether reading needs a key.

use axum::{extract::Request, http::Method};
use serde::{Deserialize, Serialize};

use crate::App;

/// Who may read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// Everybody.
    #[default]
    Open,
    /// Whoever has a key with the scope `read`.
    Keys,
}

/// Paths that ask for a scope of their own, also for reading, and what below them is a part of the program or says how it is.
const WITHOUT: [&str; 9] = [
    "/api/v1/admin/",
    "/api/v1/webhooks",
    "/assets/",
    "/docs",
    "/healthz",
    "/metrics",
    "/openapi.json",
    "/readyz",
    "/version",
];

/// Whether a request may only be answered to whoever has the scope `read`.
pub(super) fn needs_a_key(app: &App, request: &Request) -> bool {
    let path = request.uri().path();
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    app.settings.reading == Reading::Keys && reads && !WITHOUT.iter().any(|open| path.starts_with(open))
}
