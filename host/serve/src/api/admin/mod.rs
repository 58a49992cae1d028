//! What keys with scopes may do, under `/api/v1/admin`: crawls on request, sources, decisions about events and venues, keys, and the
//! log of all that.
//!
//! One file an endpoint, as everywhere. Each handler takes `Allowed` with the scope that it needs, and hands the caller's name to the
//! store, which writes the audit log in the transaction of the write. Answers here are kept by no cache.

mod answer_question;
mod because;
mod change_source;
mod correct_event;
mod correct_venue;
mod create_key;
mod create_source;
mod decision;
mod declared;
mod get_source;
mod hide_event;
mod keys;
mod list_audit;
mod list_corrections;
mod list_keys;
mod list_questions;
mod list_sources;
mod list_venue_corrections;
mod merge_event;
mod once;
mod pause_source;
mod reason;
mod request_crawl;
mod resume_source;
mod revoke_key;
mod show_event;
mod split_event;
mod validate_source;
mod venue_decision;
mod withdraw_correction;
mod withdraw_venue_correction;

use axum::http::{HeaderValue, header};
use marquee_model::SourceId;
use marquee_store::StoredSource;
use tower_http::set_header::SetResponseHeaderLayer;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) use once::OnceKey;
pub(super) use request_crawl::asked;

use crate::{App, Problem};

/// All routes of this part.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(request_crawl::request_crawl))
        .routes(routes!(list_sources::list_sources, create_source::create_source))
        .routes(routes!(validate_source::validate_source))
        .routes(routes!(get_source::get_source, change_source::change_source))
        .routes(routes!(pause_source::pause_source))
        .routes(routes!(resume_source::resume_source))
        .routes(routes!(list_corrections::list_corrections))
        .routes(routes!(correct_event::correct_event, withdraw_correction::withdraw_correction))
        .routes(routes!(hide_event::hide_event))
        .routes(routes!(show_event::show_event))
        .routes(routes!(merge_event::merge_event))
        .routes(routes!(split_event::split_event))
        .routes(routes!(list_venue_corrections::list_venue_corrections))
        .routes(routes!(correct_venue::correct_venue, withdraw_venue_correction::withdraw_venue_correction))
        .routes(routes!(list_questions::list_questions))
        .routes(routes!(answer_question::answer_question))
        .routes(routes!(list_keys::list_keys, create_key::create_key))
        .routes(routes!(revoke_key::revoke_key))
        .routes(routes!(list_audit::list_audit))
        // A new key, or who changed what, must not lie in anybody's cache.
        .layer(SetResponseHeaderLayer::overriding(header::CACHE_CONTROL, HeaderValue::from_static("no-store")))
}

/// A source by id or short name.
async fn find_source(app: &App, id: &str) -> Result<StoredSource, Problem> {
    let found = match (id.parse::<SourceId>(), id.parse()) {
        (Ok(id), _) => app.store.source(id).await?,
        (_, Ok(slug)) => app.store.source_by_slug(&slug).await?,
        _ => None,
    };
    found.ok_or_else(|| Problem::not_found("source", id))
}
