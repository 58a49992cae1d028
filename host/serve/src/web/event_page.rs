//! `/events/{id}`: one event: whether it takes place, when, where, who, for how much, and where all of that comes from.

use askama::Template;
use axum::{extract::State, response::Response};
use marquee_formats::Format;
use marquee_model::WebUrl;
use marquee_store::{EventDetail, Sighting, StoredArtist, StoredEvent, StoredVenue};

use super::{
    head::{Alternate, Head},
    json_ld, moved, page,
    standing::{Moment, Standing, field_words, is_cancelled, notice, standing},
    view::{Clocked, address, age_words, paragraphs, price_words, role_words},
};
use crate::{App, Problem, api, params};

#[derive(Template)]
#[template(path = "event.html")]
struct EventPage {
    head: Head,
    name: String,
    notice: Option<&'static str>,
    cancelled: bool,
    standing: Option<Standing>,
    earlier: Vec<String>,
    corrected: Vec<&'static str>,
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
    acts: Vec<Act>,
    description: Vec<String>,
    ticket_url: Option<String>,
    event_url: Option<String>,
    image_url: Option<String>,
    id: String,
    sources: Vec<Origin>,
}

/// An act on the bill.
#[derive(Debug)]
struct Act {
    name: String,
    role: Option<&'static str>,
    /// The artist's page, where it is known which artist that is.
    artist: Option<String>,
}

/// Where the event is listed.
#[derive(Debug)]
struct Origin {
    slug: String,
    page_url: String,
    first_seen: Moment,
    last_seen: Moment,
    plugin: String,
    page_digest: String,
    crawl: String,
}

impl From<Sighting> for Origin {
    fn from(sighting: Sighting) -> Self {
        Self {
            slug: sighting.source_slug.into(),
            page_url: sighting.page_url.into(),
            first_seen: sighting.first_seen.into(),
            last_seen: sighting.last_seen.into(),
            plugin: sighting.plugin.to_string(),
            page_digest: sighting.page.short(),
            crawl: sighting.last_crawl.to_string(),
        }
    }
}

/// One event. The address of one that was merged into another leads to that one.
pub(super) async fn event_page(State(app): State<App>, params::Named(id): params::Named) -> Result<Response, Problem> {
    let (asked, EventDetail { event, sightings }) = api::found(&app, &id).await?;
    if event.id != asked {
        return Ok(moved(&format!("/events/{}", event.id)));
    }
    let venue = app.store.venue(event.venue.id).await?;
    let artists = app.store.artists_on(&[event.id]).await?;
    let head = head(&app, &event, venue.as_ref());
    page(&EventPage::new(head, event, venue.as_ref(), sightings, &artists))
}

/// What a link to the event shows elsewhere.
fn head(app: &App, event: &StoredEvent, venue: Option<&StoredVenue>) -> Head {
    let place = event.venue_name.as_ref().unwrap_or(&event.venue.name);
    let word = notice(event).map(|word| format!("{word}: ")).unwrap_or_default();
    let told = event.description.as_deref().map(|text| format!(" {text}")).unwrap_or_default();
    let description = format!("{word}{} at {place}.{told}", marquee_formats::when(&event.start));
    let title = format!("{word}{} \u{b7} {place}", event.title);
    let formats = [Format::Json, Format::JsonLd, Format::Calendar];
    let at = |format: Format| format!("/api/v1/events/{}.{}", event.id, format.suffix());
    Head {
        image: event.image_url.as_ref().map(WebUrl::to_string),
        alternates: formats.into_iter().map(|format| Alternate::new(format, at(format))).collect(),
        json_ld: Some(json_ld::music_event(app, event, venue)),
        ..Head::new(app, &format!("events/{}", event.id), title, &description)
    }
}

impl EventPage {
    fn new(
        head: Head,
        event: StoredEvent,
        venue: Option<&StoredVenue>,
        sightings: Vec<Sighting>,
        artists: &[StoredArtist],
    ) -> Self {
        let long = |date: chrono::NaiveDate| date.format("%A, %-d %B %Y").to_string();
        Self {
            head,
            notice: notice(&event),
            cancelled: is_cancelled(&event),
            standing: standing(&event),
            earlier: event.lifecycle.earlier_starts.iter().map(marquee_formats::when).collect(),
            corrected: event.lifecycle.corrected.iter().map(|field| field_words(*field)).collect(),
            date: long(event.start.date),
            zone: event.start.zone.name(),
            start: Clocked::from(&event.start),
            doors: event.doors.as_ref().map(Clocked::from).filter(|doors| doors.clock.is_some()),
            end: event.end.as_ref().map(Clocked::from).filter(|end| end.clock.is_some()),
            end_date: event.end.as_ref().filter(|end| end.date != event.start.date).map(|end| long(end.date)),
            venue_id: event.venue.id.to_string(),
            venue: event.venue.name,
            address: venue.map(|stored| address(&stored.venue)).unwrap_or_default(),
            elsewhere: event.venue_name,
            room: event.room,
            price: event.price.as_ref().and_then(price_words),
            age: event.age.map(age_words),
            genres: event.genres.join(", "),
            acts: event
                .performers
                .into_iter()
                .map(|act| Act { artist: artist_of(&act.name, artists), role: role_words(act.role), name: act.name })
                .collect(),
            description: event.description.as_deref().map(paragraphs).unwrap_or_default(),
            ticket_url: event.ticket_url.map(String::from),
            event_url: event.event_url.map(String::from),
            image_url: event.image_url.map(String::from),
            id: event.id.to_string(),
            name: event.title,
            sources: sightings.into_iter().map(Origin::from).collect(),
        }
    }
}

/// The page of the artist that goes by this name, where that is one.
fn artist_of(name: &str, artists: &[StoredArtist]) -> Option<String> {
    let goes_by = |artist: &&StoredArtist| artist.artist.name == name || artist.names.iter().any(|n| n.name == name);
    let mut known = artists.iter().filter(goes_by);
    match (known.next(), known.next()) {
        (Some(one), None) => Some(format!("/artists/{}", one.artist.id)),
        _ => None,
    }
}
