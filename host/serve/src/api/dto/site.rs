//! A site.

use marquee_model::SiteId;
use marquee_store::StoredSite;
use serde::Serialize;
use utoipa::ToSchema;

/// A city or region whose venues are listed together.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Site)]
pub(crate) struct SiteView {
    /// Its id.
    #[schema(value_type = String, example = "site_0198c0de00007000800000000000abcd")]
    id: SiteId,
    /// Its short name, as in `/sites/toronto/events`.
    slug: String,
    /// Its name.
    name: String,
    /// Number of its venues.
    venues: i64,
    /// Number of its events, past ones among them.
    events: i64,
}

impl From<StoredSite> for SiteView {
    fn from(stored: StoredSite) -> Self {
        Self {
            id: stored.site.id,
            slug: stored.site.slug.into(),
            name: stored.site.name,
            venues: stored.venues,
            events: stored.events,
        }
    }
}
