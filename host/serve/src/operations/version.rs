//! `GET /version`: what runs here.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

/// The contract that plugins are built against; the host's only one so far.
const CONTRACT: &str = "marquee:extractor@0.1.0";

/// What runs here.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Version {
    /// Always `marquee`.
    #[schema(example = "marquee")]
    name: &'static str,
    /// The program's version.
    #[schema(example = "0.1.0")]
    version: &'static str,
    /// The contract of its plugins.
    #[schema(example = "marquee:extractor@0.1.0")]
    contract: &'static str,
}

/// What runs here.
#[utoipa::path(get, path = "/version", tag = "operation", responses((status = 200, description = "The version", body = Version)))]
pub(super) async fn version() -> Json<Version> {
    Json(Version { name: "marquee", version: env!("CARGO_PKG_VERSION"), contract: CONTRACT })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contract_is_that_of_the_wit_file() {
        let wit = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../wit/extractor.wit")).unwrap();
        assert!(wit.contains(&format!("package {CONTRACT};")));
    }
}
