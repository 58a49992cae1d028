//! Where an event is.

use marquee_model::{Slug, VenueId};
use marquee_store::{Area, EventQuery, PlaceQuery, VenueKey};

use crate::params::{BoundingBox, FaultKind, Near, Parameters, Polygon, Reader};

/// Venues in one request at most.
const MOST_VENUES: usize = 100;

/// Which events, by where they are.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PlaceFilter {
    /// At one of these venues: ids or short names, at most 100, separated by commas.
    #[param(value_type = Option<String>, example = "rex")]
    pub(crate) venue: Vec<VenueKey>,
    /// In this city, without regard to case and accents.
    #[param(example = "Toronto")]
    pub(crate) city: Option<String>,
    /// In this state or province, as venues give it.
    #[param(example = "ON")]
    pub(crate) state: Option<String>,
    /// In this country, a code of ISO 3166-1.
    #[param(example = "CA")]
    pub(crate) country: Option<String>,
    /// At a venue with this postal code, without regard to blanks.
    #[param(example = "M5T 2C2")]
    pub(crate) postal_code: Option<String>,
    /// Within a radius of a place: `latitude,longitude,radius`, the radius with `m`, `km` or `mi`; 25km where it is left out. Venues without
    /// coordinates are out.
    #[param(value_type = Option<String>, example = "43.65,-79.38,10km", pattern = r"^[+-]?([0-8]?[0-9](\.[0-9]+)?|90(\.0+)?),[+-]?((1[0-7]|[0-9])?[0-9](\.[0-9]+)?|180(\.0+)?)(,[0-9]{1,4}(\.[0-9]+)?(m|km|mi))?$")]
    #[expect(dead_code, reason = "only its entry in the document is used: what is given stands in `area`")]
    near: (),
    /// Within a box of `west,south,east,north` degrees, as in GeoJSON; with a `west` greater than `east` it goes over the antimeridian.
    #[param(value_type = Option<String>, example = "-79.6,43.5,-79.1,43.9", pattern = r"^[+-]?((1[0-7]|[0-9])?[0-9](\.[0-9]+)?|180(\.0+)?),[+-]?([0-8]?[0-9](\.[0-9]+)?|90(\.0+)?),[+-]?((1[0-7]|[0-9])?[0-9](\.[0-9]+)?|180(\.0+)?),[+-]?([0-8]?[0-9](\.[0-9]+)?|90(\.0+)?)$")]
    #[expect(dead_code, reason = "only its entry in the document is used: what is given stands in `area`")]
    bbox: (),
    /// Within these corners: `latitude,longitude;latitude,longitude;...`, 3 to 200 of them, joined by straight lines on a map of degrees. To go
    /// over the antimeridian, count on beyond 180.
    #[param(value_type = Option<String>, example = "43.6,-79.5;43.6,-79.3;43.7,-79.4")]
    #[expect(dead_code, reason = "only its entry in the document is used: what is given stands in `area`")]
    polygon: (),
    #[param(ignore)]
    pub(crate) area: Option<Area>,
}

impl Parameters for PlaceFilter {
    fn read(reader: &mut Reader) -> Self {
        Self {
            venue: venues(reader),
            city: reader.text("city"),
            state: reader.text("state"),
            country: reader.text("country"),
            postal_code: reader.text("postal_code"),
            near: (),
            bbox: (),
            polygon: (),
            area: area(reader),
        }
    }
}

impl PlaceFilter {
    pub(super) fn narrow(&self, query: &mut EventQuery) {
        query.venues.clone_from(&self.venue);
        query.place = PlaceQuery {
            area: self.area.clone(),
            city: self.city.clone(),
            state: self.state.clone(),
            country: self.country.clone(),
            postal_code: self.postal_code.clone(),
        };
    }
}

/// The one area that is given; a second one is refused.
pub(crate) fn area(reader: &mut Reader) -> Option<Area> {
    let near = reader.parse::<Near>("near", "value_error").map(|Near(area)| ("near", area));
    let bbox = reader.parse::<BoundingBox>("bbox", "value_error").map(|BoundingBox(area)| ("bbox", area));
    let polygon = reader.parse_long::<Polygon>("polygon").map(|Polygon(area)| ("polygon", area));
    let mut given = [near, bbox, polygon].into_iter().flatten();
    let first = given.next();
    for (name, _) in given {
        reader.note(
            FaultKind::Unreadable("value_error"),
            name,
            "another area is given as well; give one of near, bbox, polygon",
            None,
        );
    }
    first.map(|(_, area)| area)
}

/// Venues by id or short name.
fn venues(reader: &mut Reader) -> Vec<VenueKey> {
    let given: Vec<String> = reader.several("venue", MOST_VENUES);
    let mut keys = Vec::new();
    for text in given {
        if let Ok(id) = text.parse::<VenueId>() {
            keys.push(VenueKey::Id(id));
        } else if let Ok(slug) = text.parse::<Slug>() {
            keys.push(VenueKey::Slug(slug));
        } else {
            let reason = "it is neither a venue's id (`ven_` and 32 hexadecimal digits) nor a short name";
            reader.note(FaultKind::Unreadable("value_error"), "venue", reason, None);
        }
    }
    keys
}
