//! `GET /venues`: the venues, by name.

use axum::{
    extract::{OriginalUri, State},
    response::Response,
};
use marquee_model::Slug;
use marquee_store::{PlaceQuery, VenueQuery};

use super::{
    dto::{Listing, VenueView, answer},
    list_events::{mark, place},
    responses::ReadProblems,
};
use crate::{
    App, Problem,
    params::{Parameters, Query, Reader},
};

/// Which venues.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct VenueFilter {
    /// Of this site, by its short name.
    #[param(value_type = Option<String>, example = "toronto")]
    site: Option<Slug>,
    /// Every word of this is part of the name or the city, without regard to case and accents.
    #[param(example = "rex")]
    text: Option<String>,
    /// In this city, without regard to case and accents.
    #[param(example = "Toronto")]
    city: Option<String>,
    /// In this state or province, as venues give it.
    #[param(example = "ON")]
    state: Option<String>,
    /// In this country, a code of ISO 3166-1.
    #[param(example = "CA")]
    country: Option<String>,
    /// With this postal code, without regard to blanks.
    #[param(example = "M5T 2C2")]
    postal_code: Option<String>,
    /// Rows at most. The maximum is the operator's setting.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 50)]
    limit: u32,
    /// Where to go on: `next_cursor` of the answer before, with the same filters.
    cursor: Option<String>,
}

impl Parameters for VenueFilter {
    fn read(reader: &mut Reader) -> Self {
        Self {
            site: reader.parse("site", "string_pattern_mismatch"),
            text: reader.text("text"),
            city: reader.text("city"),
            state: reader.text("state"),
            country: reader.text("country"),
            postal_code: reader.text("postal_code"),
            limit: reader.limit(),
            cursor: reader.text_of_any_length("cursor"),
        }
    }
}

/// The venues, by name.
#[utoipa::path(get, path = "/venues", tag = "venues", params(VenueFilter),
    responses((status = 200, description = "Some venues", body = Listing<VenueView>), ReadProblems))]
pub(super) async fn list_venues(
    State(app): State<App>,
    OriginalUri(uri): OriginalUri,
    Query(wanted): Query<VenueFilter>,
) -> Result<Response, Problem> {
    let place_query = PlaceQuery {
        city: wanted.city,
        state: wanted.state,
        country: wanted.country,
        postal_code: wanted.postal_code,
        area: None,
    };
    let mut query = VenueQuery { site: wanted.site, place: place_query, text: wanted.text, ..VenueQuery::default() };
    let scope = format!("{query:?}");
    query.limit = wanted.limit;
    query.after = wanted.cursor.as_deref().map(|text| place(&app, &scope, text)).transpose()?;
    let batch = app.store.venues(&query).await?;
    let data = batch.items.into_iter().map(VenueView::from).collect();
    Ok(answer(&uri, &Listing { data, next_cursor: mark(&app, &scope, batch.next.as_ref())? }))
}
