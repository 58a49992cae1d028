//! `/venues/{id}`: one venue and what is coming there.

use askama::Template;
use axum::{extract::State, response::Response};
use marquee_model::{Clock, VenueId};
use marquee_store::{EventQuery, VenueKey, VenueNameKind, VenueNames};

use super::{
    head::Head,
    json_ld, page,
    subscribe::Subscribe,
    view::{Day, address, days, today},
};
use crate::{App, Problem, params};

#[derive(Template)]
#[template(path = "venue.html")]
struct VenuePage {
    head: Head,
    name: String,
    address: String,
    place: Option<Place>,
    url: Option<String>,
    also: Vec<String>,
    formerly: Vec<String>,
    rooms: Vec<String>,
    id: String,
    days: Vec<Day>,
    more: bool,
    subscribe: Subscribe,
}

/// Where it is on a map.
#[derive(Debug)]
struct Place {
    /// An address of RFC 5870, which the device opens in the map that it has.
    geo: String,
    /// `43.6500, -79.3900`.
    words: String,
}

/// One venue.
pub(super) async fn venue_page(State(app): State<App>, params::Named(id): params::Named) -> Result<Response, Problem> {
    let known = id.parse::<VenueId>().map_err(|_| Problem::not_found("venue", &id))?;
    let stored = app.store.venue(known).await?.ok_or_else(|| Problem::not_found("venue", &id))?;
    let names = app.store.venue_names(known).await?;
    let now = app.clock.now();
    let query = EventQuery {
        venues: vec![VenueKey::Id(known)],
        from: Some(today(now, stored.venue.zone)),
        limit: app.settings.web_events,
        ..EventQuery::default()
    };
    let batch = app.store.events(&query).await?;
    let subscribe = Subscribe::to(&app, format!("venue={known}"));
    let venue = stored.venue;
    let about = format!("What is coming up at {}{}.", venue.name, preceded(", ", &address(&venue)));
    let mut head = Head::new(&app, &format!("venues/{known}"), venue.name.clone(), &about);
    head.alternates = subscribe.alternates();
    head.json_ld = Some(json_ld::music_venue(&app, &venue));
    page(&VenuePage {
        head,
        address: address(&venue),
        place: venue
            .latitude
            .zip(venue.longitude)
            .map(|(north, east)| Place { geo: format!("geo:{north},{east}"), words: format!("{north:.4}, {east:.4}") }),
        also: further(&names, VenueNameKind::Alias),
        formerly: further(&names, VenueNameKind::Former),
        rooms: names.rooms.into_iter().map(|room| room.name).collect(),
        name: venue.name,
        url: venue.url.map(String::from),
        id: known.to_string(),
        days: days(batch.items, now, true),
        more: batch.next.is_some(),
        subscribe,
    })
}

fn further(names: &VenueNames, kind: VenueNameKind) -> Vec<String> {
    names.names.iter().filter(|name| name.kind == kind).map(|name| name.name.clone()).collect()
}

fn preceded(by: &str, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{by}{text}") }
}
