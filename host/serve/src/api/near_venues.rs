//! `GET /venues/near`: the venues around a place, the nearest first.

use axum::{
    extract::{OriginalUri, State},
    response::Response,
};
use marquee_model::Slug;
use marquee_store::{Area, PlaceQuery};

use super::{
    dto::{Listing, VenueNear, answer},
    filter::scope,
    list_events::{mark, place},
    responses::ReadProblems,
};
use crate::{
    App, Problem,
    params::{self, FaultKind, Near, Parameters, Query, Reader},
};

/// Around which place.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct NearFilter {
    /// The place and the radius: `latitude,longitude,radius`, the radius with `m`, `km` or `mi`; 25km where it is left out.
    #[param(value_type = String, example = "43.65,-79.38,10km", pattern = r"^[+-]?([0-8]?[0-9](\.[0-9]+)?|90(\.0+)?),[+-]?((1[0-7]|[0-9])?[0-9](\.[0-9]+)?|180(\.0+)?)(,[0-9]{1,4}(\.[0-9]+)?(m|km|mi))?$")]
    near: Option<Area>,
    /// Of this site, by its short name.
    #[param(value_type = Option<String>, example = "toronto")]
    site: Option<Slug>,
    /// Rows at most. The maximum is the operator's setting.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 50)]
    limit: u32,
    /// Where to go on: `next_cursor` of the answer before, with the same filters.
    cursor: Option<String>,
}

impl Parameters for NearFilter {
    fn read(reader: &mut Reader) -> Self {
        let faults = reader.faults().len();
        let near = reader.parse::<Near>("near", "value_error").map(|Near(area)| area);
        if near.is_none() && reader.faults().len() == faults {
            let reason = "it is needed: latitude,longitude,radius, such as 43.65,-79.38,10km";
            reader.note(FaultKind::Missing, "near", reason, None);
        }
        Self {
            near,
            site: reader.parse("site", "string_pattern_mismatch"),
            limit: reader.limit(),
            cursor: reader.text_of_any_length("cursor"),
        }
    }
}

/// The venues around a place, the nearest first. Venues without coordinates are left out.
#[utoipa::path(get, path = "/venues/near", tag = "venues", params(NearFilter),
    responses((status = 200, description = "Some venues", body = Listing<VenueNear>), ReadProblems))]
pub(super) async fn near_venues(
    State(app): State<App>,
    OriginalUri(uri): OriginalUri,
    Query(wanted): Query<NearFilter>,
) -> Result<Response, Problem> {
    let scope = scope("venues near", &params::pairs(&uri));
    let after = wanted.cursor.as_deref().map(|text| place(&app, &scope, text)).transpose()?;
    let around = PlaceQuery { area: wanted.near, ..PlaceQuery::default() };
    let batch = app.store.venues_near(wanted.site.as_ref(), &around, after, wanted.limit).await?;
    let data = batch.items.into_iter().map(VenueNear::from).collect();
    Ok(answer(&uri, &Listing { data, next_cursor: mark(&app, &scope, batch.next.as_ref())? }))
}
