//! `GET /api/v1/search`: events and venues that hold a text.

use axum::{Json, http::Uri, response::Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    LegacyEvent, deprecated,
    errors::{LegacyError, limit_and_offset, read},
    list_events::known_site,
    venue::LegacyVenue,
};
use crate::{
    App,
    params::{FaultKind, Parameters, Reader},
};

/// Rows of each kind where the request does not say.
const DEFAULT_LIMIT: u32 = 20;

/// MusicLive's search.
#[derive(Debug)]
struct Search {
    q: String,
    site_slug: Option<String>,
    limit: u32,
    offset: u32,
}

impl Parameters for Search {
    fn read(reader: &mut Reader) -> Self {
        let faults = reader.faults().len();
        let q = reader.text("q");
        if q.is_none() && reader.faults().len() == faults {
            reader.note(FaultKind::Missing, "q", "Field required", None);
        }
        let (limit, offset) = limit_and_offset(reader, DEFAULT_LIMIT);
        Self { q: q.unwrap_or_default(), site_slug: reader.text("site_slug"), limit, offset }
    }
}

/// What was found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LegacyFound {
    /// Events, by start.
    events: Vec<LegacyEvent>,
    /// Venues, by name.
    venues: Vec<LegacyVenue>,
    /// Number of all such events.
    total_events: i64,
    /// Number of all such venues.
    total_venues: i64,
    /// The text.
    query: String,
}

/// Answers for `api::search`, whose path this is as well.
pub(crate) async fn search(app: &App, uri: &Uri) -> Response {
    deprecated(answer(app, uri).await.map(Json), "/api/v1/search")
}

async fn answer(app: &App, uri: &Uri) -> Result<LegacyFound, LegacyError> {
    let Search { q, site_slug, limit, offset } = read(uri, app)?;
    let site = match site_slug {
        Some(slug) => Some(known_site(app, &slug).await?),
        None => None,
    };
    let found = app.store.legacy_search(&q, site.as_ref(), limit, offset).await?;
    Ok(LegacyFound {
        events: found.events.into_iter().map(LegacyEvent::from).collect(),
        venues: found.venues.into_iter().map(LegacyVenue::from).collect(),
        total_events: found.total_events,
        total_venues: found.total_venues,
        query: q,
    })
}
