//! `/artists/{id}`: one artist and where it plays next.

use askama::Template;
use axum::{extract::State, response::Response};
use marquee_model::Clock;
use marquee_store::{ArtistKey, EventQuery};

use super::{
    head::Head,
    json_ld, moved, page,
    subscribe::Subscribe,
    view::{Day, days, earliest_today},
};
use crate::{App, Problem, api, params};

#[derive(Template)]
#[template(path = "artist.html")]
struct ArtistPage {
    head: Head,
    name: String,
    about: Option<String>,
    also: Vec<String>,
    id: String,
    days: Vec<Day>,
    more: bool,
    subscribe: Subscribe,
}

/// One artist. The address of one that was merged into another leads to that one.
pub(super) async fn artist_page(State(app): State<App>, params::Named(id): params::Named) -> Result<Response, Problem> {
    let (asked, stored) = api::artist(&app, &id).await?;
    let answers = stored.artist.id;
    if answers != asked {
        return Ok(moved(&format!("/artists/{answers}")));
    }
    let now = app.clock.now();
    let query = EventQuery {
        artist: Some(ArtistKey::Id(answers)),
        from: Some(earliest_today(now)),
        limit: app.settings.web_events,
        ..EventQuery::default()
    };
    let batch = app.store.events(&query).await?;
    let subscribe = Subscribe::to(&app, format!("artist={answers}"));
    let name = stored.artist.name.clone();
    let about = format!("Where {name} plays next, day by day.");
    let mut head = Head::new(&app, &format!("artists/{answers}"), name.clone(), &about);
    head.alternates = subscribe.alternates();
    head.json_ld = Some(json_ld::music_group(&app, &stored));
    let also = stored.names.into_iter().map(|other| other.name).filter(|other| *other != name);
    page(&ArtistPage {
        head,
        also: also.collect(),
        name,
        about: stored.artist.disambiguation,
        id: answers.to_string(),
        days: days(batch.items, now, true),
        more: batch.next.is_some(),
        subscribe,
    })
}
