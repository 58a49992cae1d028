//! `/venues/{id}`: one venue and what is coming there.

use askama::Template;
use axum::{extract::State, response::Response};
use marquee_model::{Clock, VenueId};
use marquee_store::{EventQuery, VenueKey};

use super::{
    event_page::address,
    page,
    view::{Day, days, today},
};
use crate::{App, Problem, params};

#[derive(Template)]
#[template(path = "venue.html")]
struct VenuePage {
    name: String,
    address: String,
    url: Option<String>,
    id: String,
    days: Vec<Day>,
    more: bool,
}

/// One venue.
pub(super) async fn venue_page(State(app): State<App>, params::Named(id): params::Named) -> Result<Response, Problem> {
    let known = id.parse::<VenueId>().map_err(|_| Problem::not_found("venue", &id))?;
    let stored = app.store.venue(known).await?.ok_or_else(|| Problem::not_found("venue", &id))?;
    let now = app.clock.now();
    let query = EventQuery {
        venue: Some(VenueKey::Id(known)),
        from: Some(today(now, stored.venue.zone)),
        limit: app.settings.web_events,
        ..EventQuery::default()
    };
    let batch = app.store.events(&query).await?;
    page(&VenuePage {
        address: address(&stored),
        name: stored.venue.name,
        url: stored.venue.url.map(String::from),
        id: known.to_string(),
        days: days(batch.items, now),
        more: batch.next.is_some(),
    })
}
