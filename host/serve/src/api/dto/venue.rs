//! A venue.

use marquee_model::VenueId;
use marquee_store::StoredVenue;
use serde::Serialize;
use utoipa::ToSchema;

/// A place with a stage.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Venue)]
pub(crate) struct VenueView {
    /// Its id.
    #[schema(value_type = String, example = "ven_0198c0de00007000800000000000abcd")]
    id: VenueId,
    /// Its short name, unique within the site.
    slug: String,
    /// Its name.
    name: String,
    /// Short name of its site.
    #[schema(example = "toronto")]
    site: String,
    /// Street and number.
    address: Option<String>,
    /// City.
    city: Option<String>,
    /// State or province.
    state: Option<String>,
    /// Postal code.
    postal_code: Option<String>,
    /// Country, by its code of ISO 3166-1.
    #[schema(example = "CA")]
    country: Option<String>,
    /// Degrees north.
    latitude: Option<f64>,
    /// Degrees east.
    longitude: Option<f64>,
    /// Its zone, an IANA name.
    #[schema(example = "America/Toronto")]
    zone: &'static str,
    /// Its own web page.
    url: Option<String>,
    /// Number of its events, past ones among them.
    events: i64,
}

impl From<StoredVenue> for VenueView {
    fn from(stored: StoredVenue) -> Self {
        let venue = stored.venue;
        Self {
            id: venue.id,
            slug: venue.slug.into(),
            name: venue.name,
            site: stored.site_slug.into(),
            address: venue.address,
            city: venue.city,
            state: venue.state,
            postal_code: venue.postal_code,
            country: venue.country,
            latitude: venue.latitude,
            longitude: venue.longitude,
            zone: venue.zone.name(),
            url: venue.url.map(String::from),
            events: stored.events,
        }
    }
}

/// A venue with its distance.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VenueNear {
    /// The venue.
    #[serde(flatten)]
    venue: VenueView,
    /// Metres to it, along the ground.
    #[schema(example = 1250.4)]
    distance_meters: f64,
}

impl From<(StoredVenue, f64)> for VenueNear {
    fn from((venue, distance_meters): (StoredVenue, f64)) -> Self {
        Self { venue: venue.into(), distance_meters }
    }
}
