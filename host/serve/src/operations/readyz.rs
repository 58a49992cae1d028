//! `GET /readyz`: whether requests should be sent here, and if not, why not.

use std::sync::atomic::Ordering;

use axum::{Json, extract::State, http::StatusCode};
use marquee_store::StoreError;
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;

/// Whether the host can do its work.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Readiness {
    /// Whether every check passed.
    ready: bool,
    /// What was checked.
    checks: Vec<Check>,
}

/// One thing that the host needs.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Check {
    /// `running` (was not told to stop), `database` (answers), `migrations` (the schema fits this program), `plugins` (at least one is
    /// in use).
    #[schema(example = "database")]
    name: &'static str,
    /// Whether it is as it should be.
    ok: bool,
    /// Why not, and what to do.
    reason: Option<String>,
}

/// Whether requests should be sent here: running, database, migrations, plugins.
#[utoipa::path(get, path = "/readyz", tag = "operation",
    responses((status = 200, description = "Yes", body = Readiness), (status = 503, description = "No", body = Readiness)))]
pub(super) async fn readyz(State(app): State<App>) -> (StatusCode, Json<Readiness>) {
    let stopping = app.stopping.load(Ordering::Relaxed).then(|| "stopping: send requests elsewhere".to_owned());
    let (database, migrations) = match app.store.ready().await {
        Ok(()) => (None, None),
        Err(error) => reasons(&error),
    };
    let no_plugin = "no plugin is in use: put a .wasm file into the plugin folder, or see /api/v1/plugins why those there are refused";
    let plugins = app.plugins.active().is_empty().then(|| no_plugin.to_owned());
    let checks: Vec<_> =
        [("database", database), ("migrations", migrations), ("plugins", plugins), ("running", stopping)]
            .into_iter()
            .map(|(name, reason)| Check { name, ok: reason.is_none(), reason })
            .collect();
    let ready = checks.iter().all(|check| check.ok);
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(Readiness { ready, checks }))
}

/// What is wrong with the database and with its migrations. The database's own words are for the log only.
fn reasons(error: &StoreError) -> (Option<String>, Option<String>) {
    tracing::warn!(%error, "the host is not ready");
    match error {
        StoreError::Schema { .. } => (None, Some(error.to_string())),
        _ => {
            let database = "the database does not answer; check that it runs, and see the log".to_owned();
            (Some(database), Some("not known without the database".to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_schema_is_told_with_what_to_do_and_a_dead_database_without_its_address() {
        let (database, migrations) = reasons(&StoreError::Schema { found: 1, needed: 2 });
        assert!(database.is_none() && migrations.unwrap().contains("marquee migrate"));
        let error = StoreError::Unavailable { what: "asking", reason: "10.0.0.7 refused".to_owned() };
        assert!(!reasons(&error).0.unwrap().contains("10.0.0.7"));
    }
}
