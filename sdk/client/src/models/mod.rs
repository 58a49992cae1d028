//! What the API tells, as types. Members that a newer server adds are passed over; words that it adds are read as `Other`.

mod change;
mod event;
mod host;
mod place;

pub use change::{Change, ChangeKind, ChangePage, ChangedField, HistoryEntry};
pub use event::{
    Age, Event, EventTime, Facets, Freshness, Included, Offer, Performer, Price, Role, Sighting, Status, StatusDetail,
    VenueShort,
};
pub use host::{Crawl, Source, Tally, Version};
pub use place::{Artist, Found, FoundPage, Site, Venue, VenueNear};
