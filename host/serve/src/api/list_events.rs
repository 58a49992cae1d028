//! `GET /events`: events of all sites.

use axum::{
    extract::{OriginalUri, State},
    http::Uri,
    response::Response,
};
use marquee_model::{Clock, EventId, Slug, VenueId};
use marquee_store::{EventCursor, SeenBy, StoredEvent};

use super::{
    dto::{EventListing, EventView, Included, Rows, SourceView, json_of, linked},
    filter::{EventFilter, Include, MoneyFilter, PageFilter, PlaceFilter, TimeFilter, WhatFilter, scope},
    responses::ReadProblems,
};
use crate::{
    App, Problem, cursor,
    formats::{self, Wanted},
    params::{self, Parameters, Reader},
    problem::{Kind, ParameterError},
};

/// `GET /events` has one filter more than the events of a site: the site.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SiteFilter {
    /// Of this site, by its short name.
    #[param(value_type = Option<String>, example = "toronto")]
    pub(super) site: Option<Slug>,
}

impl Parameters for SiteFilter {
    fn read(reader: &mut Reader) -> Self {
        Self { site: reader.parse("site", "string_pattern_mismatch") }
    }
}

/// The events of all sites, in the order of their local start (day, then time; unknown times first), or another.
///
/// In JSON, or in what `Accept` likes better: see `GET /events.{format}`, where the formats stand.
#[utoipa::path(get, path = "/events", tag = "events", params(SiteFilter, WhatFilter, TimeFilter, PlaceFilter, MoneyFilter, PageFilter),
    responses((status = 200, description = "Some events", body = EventListing), ReadProblems))]
pub(super) async fn list_events(
    State(app): State<App>,
    OriginalUri(uri): OriginalUri,
    wanted: Wanted,
    params::Query(filters): params::Query<(SiteFilter, EventFilter)>,
) -> Result<Response, Problem> {
    let (SiteFilter { site }, filter) = filters;
    if let Some(site) = &site
        && !app.store.has_site(site).await?
    {
        return Err(unknown_site(&app, site).await?);
    }
    events(&app, &uri, &wanted, site, filter).await
}

/// Says which site was probably meant.
pub(super) async fn unknown_site(app: &App, site: &Slug) -> Result<Problem, Problem> {
    let sites = app.store.sites().await?;
    let nearest = params::nearest(site.as_str(), sites.iter().map(|s| s.site.slug.as_str())).map(str::to_owned);
    let reason = format!("no site is known as `{site}`; /api/v1/sites lists them");
    Ok(Problem::parameters(vec![ParameterError { parameter: "site".to_owned(), reason, nearest }]))
}

/// The events that a filter names, of one site or of all.
pub(super) async fn events(
    app: &App,
    uri: &Uri,
    wanted: &Wanted,
    site: Option<Slug>,
    filter: EventFilter,
) -> Result<Response, Problem> {
    let now = app.clock.now();
    let scope = scope(&format!("events {site:?} {:?}", filter.what.artist), &params::pairs(uri));
    let mut query = filter.query(now);
    query.site = site;
    query.after = filter.page.cursor.as_deref().map(|text| place::<EventCursor>(app, &scope, text)).transpose()?;
    if !wanted.is_json() {
        // On the heap, since not every list should carry it.
        return Box::pin(formats::list(app, uri, wanted, query, &scope)).await;
    }
    // Before the rows are read: who follows from here misses nothing.
    let snapshot = app.follow.snapshot().await?;
    let PageFilter { fields, include, facets, .. } = &filter.page;
    // Who tells of them is read only where it is shown.
    let (list, seen_by) = if shows_sources(fields) {
        app.store.event_list_with_sources(&query).await?
    } else {
        (app.store.event_list(&query).await?, Vec::new())
    };
    let facets = match facets.as_slice() {
        [] => None,
        some => Some(app.store.facets(&query, some).await?.into()),
    };
    let included = included(app, &list.batch.items, include).await?;
    let next_cursor = mark(app, &scope, list.batch.next.as_ref())?;
    let data = Rows::new(viewed(app, list.batch.items, &seen_by, &list.meters), fields);
    let bytes = data.len() * EVENT_BYTES;
    let listing = EventListing { data, next_cursor, did_you_mean: list.meant, facets, included };
    Ok(snapshot.mark(linked(uri, listing.next_cursor.as_deref(), json_of(&listing, bytes))))
}

/// About what an event takes in JSON, with some room: 1.7 KB where its description has two sentences.
const EVENT_BYTES: usize = 2_048;

/// Whether sources, or what is reckoned from them, are among the members that are asked for.
fn shows_sources(fields: &[&str]) -> bool {
    fields.is_empty() || fields.iter().any(|field| matches!(*field, "sources" | "freshness"))
}

/// The events as they are shown. Their sources are read only where they are shown.
pub(crate) async fn views(
    app: &App,
    events: Vec<StoredEvent>,
    meters: &[f64],
    fields: &[&str],
) -> Result<Vec<EventView>, Problem> {
    let seen_by = if shows_sources(fields) { app.store.seen_by(&events).await? } else { Vec::new() };
    Ok(viewed(app, events, &seen_by, meters))
}

fn viewed(app: &App, events: Vec<StoredEvent>, seen_by: &[SeenBy], meters: &[f64]) -> Vec<EventView> {
    let now = app.clock.now();
    let mut meters = meters.iter();
    let view = |event| {
        let mut view = EventView::new(event, seen_by, now);
        view.distance_meters = meters.next().copied();
        view
    };
    events.into_iter().map(view).collect()
}

/// What is told once for all events of an answer.
async fn included(app: &App, events: &[StoredEvent], include: &[Include]) -> Result<Option<Included>, Problem> {
    if include.is_empty() {
        return Ok(None);
    }
    let mut included = Included::default();
    if include.contains(&Include::Venues) {
        let mut ids: Vec<VenueId> = events.iter().map(|event| event.venue.id).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut venues = app.store.venues_with_ids(&ids).await?;
        venues.sort_by_key(|venue| venue.venue.id);
        included.venues = Some(venues.into_iter().map(Into::into).collect());
    }
    if include.contains(&Include::Artists) {
        let ids: Vec<EventId> = events.iter().map(|event| event.id).collect();
        included.artists = Some(app.store.artists_on(&ids).await?.into_iter().map(Into::into).collect());
    }
    if include.contains(&Include::Sources) {
        let seen_by = app.store.seen_by(events).await?;
        let mut sources = SourceView::all(app).await?;
        sources.retain(|source| seen_by.iter().any(|seen_by| seen_by.source == source.id));
        included.sources = Some(sources);
    }
    if include.contains(&Include::Sites) {
        let mut sites = app.store.sites().await?;
        sites.retain(|site| events.iter().any(|event| event.site.id == site.site.id));
        included.sites = Some(sites.into_iter().map(Into::into).collect());
    }
    Ok(Some(included))
}

/// Reads a cursor; a wrong one is a wrong parameter.
pub(super) fn place<P: serde::de::DeserializeOwned>(app: &App, scope: &str, text: &str) -> Result<P, Problem> {
    cursor::read(&app.settings, scope, text).map_err(|error| {
        let parameter = "cursor".to_owned();
        Problem::parameters(vec![ParameterError { parameter, reason: error.to_string(), nearest: None }])
    })
}

/// Writes the cursor of the rows that follow, where some do.
pub(crate) fn mark<P: serde::Serialize>(app: &App, scope: &str, next: Option<&P>) -> Result<Option<String>, Problem> {
    next.map(|place| cursor::write(&app.settings, scope, place)).transpose().map_err(|error| {
        tracing::error!(%error, "a cursor could not be written");
        Problem::new(Kind::Internal, "the server could not say where the list goes on")
    })
}
