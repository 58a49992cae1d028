//! MusicLive's venues.

use marquee_store::StoredVenue;
use serde::Serialize;
use utoipa::ToSchema;

/// A venue in a list of MusicLive's.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LegacyVenue {
    /// MusicLive's integer id.
    #[schema(example = 3)]
    id: i64,
    /// Its name.
    name: String,
    /// City.
    city: Option<String>,
    /// State or province.
    state: Option<String>,
    /// Degrees north.
    latitude: Option<f64>,
    /// Degrees east.
    longitude: Option<f64>,
}

impl From<StoredVenue> for LegacyVenue {
    fn from(stored: StoredVenue) -> Self {
        let venue = stored.venue;
        Self {
            id: stored.legacy_id,
            name: venue.name,
            city: venue.city,
            state: venue.state,
            latitude: venue.latitude,
            longitude: venue.longitude,
        }
    }
}

/// One venue of MusicLive's.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LegacyVenueDetail {
    #[serde(flatten)]
    venue: LegacyVenue,
    /// Street and number.
    address: Option<String>,
    /// Postal code.
    postal_code: Option<String>,
    /// Its zone, an IANA name.
    tz_name: &'static str,
    /// Number of its events, past ones among them.
    total_events: i64,
}

impl From<StoredVenue> for LegacyVenueDetail {
    fn from(stored: StoredVenue) -> Self {
        Self {
            address: stored.venue.address.clone(),
            postal_code: stored.venue.postal_code.clone(),
            tz_name: stored.venue.zone.name(),
            total_events: stored.events,
            venue: stored.into(),
        }
    }
}
