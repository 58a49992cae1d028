//! `GET /api/v1/sites/{site_slug}/venues`: the venues of a site.

use axum::{
    Json,
    extract::{OriginalUri, State},
    http::Uri,
    response::Response,
};
use marquee_store::LegacyVenueQuery;

use super::{
    deprecated,
    errors::{LegacyDetail, LegacyError, LegacyValidation, limit_and_offset, read},
    list_events::known_site,
    venue::LegacyVenue,
};
use crate::{
    App,
    params::{self, Parameters, Reader},
};

/// Rows where the request does not say.
const DEFAULT_LIMIT: u32 = 50;

/// MusicLive's filters.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Part of the name or the city.
    search: Option<String>,
    /// Rows at most.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 50)]
    limit: u32,
    /// Rows left out.
    #[param(value_type = Option<i64>, minimum = 0, maximum = 4_294_967_295_i64, default = 0)]
    offset: u32,
}

impl Parameters for Filter {
    fn read(reader: &mut Reader) -> Self {
        let (limit, offset) = limit_and_offset(reader, DEFAULT_LIMIT);
        Self { search: reader.text("search"), limit, offset }
    }
}

/// The venues of a site, by name. MusicLive's; use `GET /venues?site=`.
#[utoipa::path(get, path = "/api/v1/sites/{slug}/venues", operation_id = "list_site_venues", tag = "musiclive",
    params(("slug" = String, Path, description = "The site's short name"), Filter),
    responses((status = 200, description = "Some venues", body = Vec<LegacyVenue>),
        (status = 404, description = "There is no such site", body = LegacyDetail),
        (status = 422, description = "A parameter is not valid", body = LegacyValidation)))]
pub(super) async fn list_venues(
    State(app): State<App>,
    params::Named(slug): params::Named,
    OriginalUri(uri): OriginalUri,
) -> Response {
    deprecated(answer(&app, &slug, &uri).await.map(Json), "/api/v1/venues")
}

async fn answer(app: &App, slug: &str, uri: &Uri) -> Result<Vec<LegacyVenue>, LegacyError> {
    let site = known_site(app, slug).await?;
    let Filter { search, limit, offset } = read(uri, app)?;
    let venues = app.store.legacy_venues(&LegacyVenueQuery { site, search, limit, offset }).await?;
    Ok(venues.into_iter().map(LegacyVenue::from).collect())
}
