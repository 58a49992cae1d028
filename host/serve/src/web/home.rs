//! `/`: what is coming, by day, with a filter.

use askama::Template;
use axum::{
    extract::{OriginalUri, State},
    http::Uri,
    response::Response,
};
use chrono::{DateTime, Utc};
use marquee_model::{Clock, Slug, VenueId};
use marquee_store::{EventCursor, EventQuery, VenueKey, VenueQuery};

use super::{
    empty::{self, Empty},
    page,
    view::{Day, days, earliest_today},
};
use crate::{
    App, Problem,
    api::{SourceView, next_address},
    cursor,
    params::{self, Parameters, Reader},
};

/// What the form sends. Nothing in it can be wrong: a page answers with what it understood.
#[derive(Debug)]
struct Filter {
    site: Option<Slug>,
    venue: Option<VenueId>,
    text: Option<String>,
    cursor: Option<String>,
}

impl Parameters for Filter {
    fn read(reader: &mut Reader) -> Self {
        Self {
            site: reader.parse("site", ""),
            venue: reader.parse("venue", ""),
            text: reader.text("text"),
            cursor: reader.text_of_any_length("cursor"),
        }
    }
}

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    sites: Vec<Choice>,
    venues: Vec<Choice>,
    text: String,
    filtered: bool,
    days: Vec<Day>,
    later: Option<String>,
    empty: Option<Empty>,
    pulse: Pulse,
}

/// An option of the form.
#[derive(Debug)]
struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

/// How the sources are doing, in a line.
#[derive(Debug)]
struct Pulse {
    sources: usize,
    failing: usize,
    last_crawl: Option<DateTime<Utc>>,
}

/// The coming events.
pub(super) async fn home(State(app): State<App>, OriginalUri(uri): OriginalUri) -> Result<Response, Problem> {
    let wanted = Filter::read(&mut Reader::new(given(&uri), &app));
    let now = app.clock.now();
    let mut query = EventQuery {
        site: wanted.site.clone(),
        venue: wanted.venue.map(VenueKey::Id),
        text: wanted.text.clone(),
        from: Some(earliest_today(now)),
        limit: app.settings.web_events,
        ..EventQuery::default()
    };
    // The first day moves on at midnight; a cursor made before must still be good after.
    let scope = format!("web {:?} {:?} {:?}", query.site, query.venue, query.text);
    query.after = wanted.cursor.and_then(|text| cursor::read::<EventCursor>(&app.settings, &scope, &text).ok());
    let batch = app.store.events(&query).await?;
    let mark = batch.next.and_then(|place| cursor::write(&app.settings, &scope, &place).ok());
    let days = days(batch.items, now);
    let filtered = query.site.is_some() || query.venue.is_some() || query.text.is_some();
    let empty = if days.is_empty() { Some(empty::why(&app, filtered, query.after.is_some()).await?) } else { None };
    let (sites, venues) = choices(&app, wanted.site.as_ref(), wanted.venue).await?;
    let later = mark.map(|cursor| next_address(&uri, &cursor));
    let text = wanted.text.unwrap_or_default();
    page(&HomePage { sites, venues, text, filtered, days, later, empty, pulse: pulse(&app).await? })
}

/// The form's fields as sent; an empty one is none.
fn given(uri: &Uri) -> Vec<(String, String)> {
    params::pairs(uri).into_iter().filter(|(_, value)| !value.trim().is_empty()).collect()
}

/// The options of the form: sites, and the venues of the chosen site.
async fn choices(
    app: &App,
    site: Option<&Slug>,
    venue: Option<VenueId>,
) -> Result<(Vec<Choice>, Vec<Choice>), Problem> {
    let sites = app.store.sites().await?.into_iter().map(|stored| Choice {
        chosen: Some(&stored.site.slug) == site,
        value: stored.site.slug.into(),
        label: stored.site.name,
    });
    let query = VenueQuery { site: site.cloned(), limit: marquee_store::MAX_LIMIT, ..VenueQuery::default() };
    let venues = app.store.venues(&query).await?.items.into_iter().map(|stored| Choice {
        chosen: Some(stored.venue.id) == venue,
        value: stored.venue.id.to_string(),
        label: stored.venue.name,
    });
    Ok((sites.collect(), venues.collect()))
}

async fn pulse(app: &App) -> Result<Pulse, Problem> {
    let sources = SourceView::all(app).await?;
    Ok(Pulse {
        sources: sources.iter().filter(|source| source.health != "off").count(),
        failing: sources.iter().filter(|source| source.health == "failing").count(),
        last_crawl: sources.iter().filter_map(|source| source.last_tried).max(),
    })
}
