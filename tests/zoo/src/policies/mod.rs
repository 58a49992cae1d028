//! What others do with the events of a crawl: their published policies, written from their description.
//!
//! Each gets the same normalised events as Marquee, and is judged by what it claims. They are better off here than at
//! home: plugins, normaliser and the page's own words for cancelled and postponed are Marquee's. Where a description
//! leaves something open, the kinder reading is taken. A policy never sees truths; it carries the marks along.

mod city_scrapers;
mod community_calendar;
mod goskyr;
mod triangle_shows;

use marquee_model::{CrawlOutcome, Event};

use crate::{
    judge::folded,
    seen::{Claimed, Policy, SeenCrawl},
    truth::TruthId,
};

pub use city_scrapers::CityScrapers;
pub use community_calendar::CommunityCalendar;
pub use goskyr::Goskyr;
pub use triangle_shows::TriangleShows;

/// All of them.
#[must_use]
pub fn all() -> Vec<Box<dyn Policy>> {
    vec![
        Box::new(Goskyr::default()),
        Box::new(CityScrapers::default()),
        Box::new(TriangleShows::default()),
        Box::new(CommunityCalendar::default()),
    ]
}

/// An event as it stands on the page, claimed under this id.
fn claimed(id: String, venue: usize, event: &Event, truth: Option<TruthId>) -> Claimed {
    Claimed {
        id,
        venue,
        title: event.title.clone(),
        acts: event.performers.iter().map(|act| act.name.clone()).collect(),
        start: event.start.clone(),
        status: event.status,
        presumed: false,
        doors: event.doors.clone(),
        room: event.room.clone(),
        price: event.price.clone(),
        ticket_url: event.ticket_url.clone(),
        truth,
    }
}

/// Whether the scraper ran to its end, as these programs see it: they tell a failed request or a parser's error, not a
/// listing of another venue or day.
const fn ran(seen: &SeenCrawl) -> bool {
    use CrawlOutcome::{Failed, NotAListing, NotRecognized};
    !matches!(seen.outcome, Failed { .. } | NotRecognized { .. } | NotAListing { .. })
}

/// A title as part of an address.
fn slug(title: &str) -> String {
    folded(title).replace(' ', "_")
}
