//! `/events/{id}`: one event, with structured data for search engines and where it all comes from.

use askama::Template;
use axum::{extract::State, response::Response};
use marquee_model::{EventId, Status};
use marquee_store::{EventDetail, Sighting, StoredEvent, StoredVenue};

use super::{
    json_ld, page,
    view::{Clocked, age_words, notice, price_words, role_words},
};
use crate::{App, Problem, params};

#[derive(Template)]
#[template(path = "event.html")]
struct EventPage {
    title: String,
    notice: Option<&'static str>,
    cancelled: bool,
    date: String,
    zone: &'static str,
    start: Clocked,
    doors: Option<Clocked>,
    end: Option<Clocked>,
    end_date: Option<String>,
    venue_id: String,
    venue: String,
    address: String,
    elsewhere: Option<String>,
    room: Option<String>,
    price: Option<String>,
    age: Option<String>,
    genres: String,
    acts: Vec<(String, Option<&'static str>)>,
    description: Vec<String>,
    ticket_url: Option<String>,
    event_url: Option<String>,
    id: String,
    sources: Vec<Origin>,
    json_ld: String,
}

/// Where the event is listed.
#[derive(Debug)]
struct Origin {
    slug: String,
    page_url: String,
    last_seen: String,
    plugin: String,
    page_digest: String,
    crawl: String,
}

impl From<Sighting> for Origin {
    fn from(sighting: Sighting) -> Self {
        Self {
            slug: sighting.source_slug.into(),
            page_url: sighting.page_url.into(),
            last_seen: sighting.last_seen.format("%Y-%m-%d %H:%M UTC").to_string(),
            plugin: sighting.plugin.to_string(),
            page_digest: sighting.page.short(),
            crawl: sighting.last_crawl.to_string(),
        }
    }
}

/// One event.
pub(super) async fn event_page(State(app): State<App>, params::Named(id): params::Named) -> Result<Response, Problem> {
    let known = id.parse::<EventId>().map_err(|_| Problem::not_found("event", &id))?;
    let EventDetail { event, sightings } =
        app.store.event(known).await?.ok_or_else(|| Problem::not_found("event", &id))?;
    let venue = app.store.venue(event.venue.id).await?;
    let json_ld = json_ld::music_event(&event, venue.as_ref());
    page(&EventPage::new(event, venue.as_ref(), sightings, json_ld))
}

impl EventPage {
    fn new(event: StoredEvent, venue: Option<&StoredVenue>, sightings: Vec<Sighting>, json_ld: String) -> Self {
        let long = |date: chrono::NaiveDate| date.format("%A, %-d %B %Y").to_string();
        Self {
            notice: notice(event.status),
            cancelled: event.status == Status::Cancelled,
            date: long(event.start.date),
            zone: event.start.zone.name(),
            start: Clocked::from(&event.start),
            doors: event.doors.as_ref().map(Clocked::from).filter(|doors| doors.clock.is_some()),
            end: event.end.as_ref().map(Clocked::from).filter(|end| end.clock.is_some()),
            end_date: event.end.as_ref().filter(|end| end.date != event.start.date).map(|end| long(end.date)),
            venue_id: event.venue.id.to_string(),
            venue: event.venue.name,
            address: venue.map(address).unwrap_or_default(),
            elsewhere: event.venue_name,
            room: event.room,
            price: event.price.as_ref().and_then(price_words),
            age: event.age.map(age_words),
            genres: event.genres.join(", "),
            acts: event.performers.into_iter().map(|act| (act.name, role_words(act.role))).collect(),
            description: event.description.as_deref().map(paragraphs).unwrap_or_default(),
            ticket_url: event.ticket_url.map(String::from),
            event_url: event.event_url.map(String::from),
            id: event.id.to_string(),
            sources: sightings.into_iter().map(Origin::from).collect(),
            title: event.title,
            json_ld,
        }
    }
}

/// The venue's address in a line, of what is known.
pub(super) fn address(stored: &StoredVenue) -> String {
    let venue = &stored.venue;
    let parts = [&venue.address, &venue.city, &venue.state, &venue.postal_code, &venue.country];
    parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// The paragraphs of a text.
fn paragraphs(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}
