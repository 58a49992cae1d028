//! An event as the writers take it: all that any format can say, and nothing of how it is kept.

use chrono::{DateTime, Utc};
use marquee_model::{AgeRestriction, EventId, EventTime, Performer, Price, Status, VenueId, WebUrl, Zone};
use url::Url;

/// An event.
#[derive(Debug, Clone, PartialEq)]
pub struct FeedEvent {
    /// Its public id, kept for life.
    pub id: EventId,
    /// Marquee's own page about it.
    pub page: Url,
    /// The title, without status words.
    pub title: String,
    /// The bill, in billing order.
    pub performers: Vec<Performer>,
    /// When the show starts.
    pub start: EventTime,
    /// When doors open.
    pub doors: Option<EventTime>,
    /// When it ends.
    pub end: Option<EventTime>,
    /// Starts that were announced before, the oldest first.
    pub earlier_starts: Vec<EventTime>,
    /// Whether it takes place, and how that is known.
    pub standing: Standing,
    /// What it costs.
    pub price: Option<Price>,
    /// Where tickets are sold.
    pub ticket_url: Option<WebUrl>,
    /// The event's own page.
    pub event_url: Option<WebUrl>,
    /// A picture.
    pub image_url: Option<WebUrl>,
    /// Who may come in; `None` is "not said".
    pub age: Option<AgeRestriction>,
    /// What the page tells about it.
    pub description: Option<String>,
    /// Genres as printed.
    pub genres: Vec<String>,
    /// The venue that lists it.
    pub venue: FeedVenue,
    /// The room within the venue.
    pub room: Option<String>,
    /// The name of another venue, where the page says that the event is elsewhere. The venue's address does not hold then.
    pub elsewhere: Option<String>,
    /// When it was first stored.
    pub announced_at: DateTime<Utc>,
    /// When a value of it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts its changes, from 1. Never goes back.
    pub revision: u64,
}

/// Whether an event takes place, and how that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Whether it takes place.
    pub status: Status,
    /// Since when that is known.
    pub since: DateTime<Utc>,
    /// Whether it was concluded from absence, instead of being said.
    pub presumed: bool,
    /// How it is known, in words.
    pub evidence: String,
    /// Since when its sources do not list it any more.
    pub missing_since: Option<DateTime<Utc>>,
}

/// A venue. Unknown parts are `None`.
#[derive(Debug, Clone, PartialEq)]
pub struct FeedVenue {
    /// Its id.
    pub id: VenueId,
    /// Its name.
    pub name: String,
    /// Street and number.
    pub address: Option<String>,
    /// City.
    pub city: Option<String>,
    /// State or province.
    pub state: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// Country, by its two-letter code of ISO 3166-1.
    pub country: Option<String>,
    /// Degrees north and east, where both are known.
    pub position: Option<(f64, f64)>,
    /// Its zone.
    pub zone: Zone,
    /// Its own web page.
    pub url: Option<WebUrl>,
}

impl FeedEvent {
    /// Where it is, in degrees north and east: the venue's place, unless the event is elsewhere or the numbers are none on earth.
    #[must_use]
    pub fn position(&self) -> Option<(f64, f64)> {
        let on_earth = |(north, east): &(f64, f64)| (-90.0..=90.0).contains(north) && (-180.0..=180.0).contains(east);
        self.venue.position.filter(on_earth).filter(|_| self.elsewhere.is_none())
    }

    /// The lines of the venue's address that are known, for an event that is there.
    #[must_use]
    pub fn address(&self) -> Vec<&str> {
        let venue = &self.venue;
        let lines = [&venue.address, &venue.city, &venue.state, &venue.postal_code, &venue.country];
        if self.elsewhere.is_some() {
            Vec::new()
        } else {
            lines.into_iter().filter_map(|line| line.as_deref()).collect()
        }
    }
}
