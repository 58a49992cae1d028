//! `GET /events`: events of all sites, by local start.

use axum::{
    extract::{OriginalUri, State},
    http::Uri,
    response::Response,
};
use chrono::NaiveDate;
use marquee_model::{Slug, Status, VenueId};
use marquee_store::{EventCursor, EventQuery, VenueKey};

use super::{
    dto::{EventView, Listing, StatusWord, answer},
    responses::ReadProblems,
};
use crate::{
    App, Problem, cursor,
    params::{self, FaultKind, Parameters, Reader},
    problem::{Kind, ParameterError},
};

/// Which events. The filters narrow the list together.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct EventFilter {
    /// On this day of the venue's calendar or later.
    pub(crate) from: Option<NaiveDate>,
    /// On this day of the venue's calendar or earlier.
    pub(crate) until: Option<NaiveDate>,
    /// At this venue: its id, or its short name.
    #[param(value_type = Option<String>)]
    pub(crate) venue: Option<VenueKey>,
    /// Every word of this is part of title, performers, room or venue, without regard to case and accents.
    pub(crate) text: Option<String>,
    /// Words separated by commas; an event with any of them is in.
    #[param(value_type = Option<Vec<StatusWord>>, style = Form, explode = false)]
    pub(crate) status: Vec<Status>,
    /// Rows at most. The maximum is the operator's setting.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 50)]
    pub(crate) limit: u32,
    /// Where to go on: `next_cursor` of the answer before, with the same filters.
    pub(crate) cursor: Option<String>,
}

/// The names that are Marquee's alone on the path that it shares with MusicLive.
pub(crate) const OWN_NAMES: [&str; 6] = ["from", "until", "venue", "text", "status", "cursor"];

impl Parameters for EventFilter {
    fn read(reader: &mut Reader) -> Self {
        let (from, until) = (reader.day("from"), reader.day("until"));
        if from.zip(until).is_some_and(|(from, until)| until < from) {
            reader.note(
                FaultKind::Unreadable("value_error"),
                "until",
                "it is before `from`, so that no day is left",
                None,
            );
        }
        Self {
            from,
            until,
            venue: venue_key(reader),
            text: reader.text("text"),
            status: reader.words("status", StatusWord::ALL).into_iter().filter_map(status).collect(),
            limit: reader.limit(),
            cursor: reader.text_of_any_length("cursor"),
        }
    }
}

/// A venue's id or short name.
fn venue_key(reader: &mut Reader) -> Option<VenueKey> {
    let text = reader.text("venue")?;
    if let Ok(id) = text.parse::<VenueId>() {
        return Some(VenueKey::Id(id));
    }
    let slug = text.parse::<Slug>();
    if slug.is_err() {
        let reason = "it is neither a venue's id (`ven_` and 32 hexadecimal digits) nor a short name";
        reader.note(FaultKind::Unreadable("value_error"), "venue", reason, None);
    }
    slug.ok().map(VenueKey::Slug)
}

fn status(word: &str) -> Option<Status> {
    serde_json::from_value(word.into()).ok()
}

/// `GET /events` has one filter more than the events of a site: the site.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SiteFilter {
    /// Of this site, by its short name.
    #[param(value_type = Option<String>, example = "toronto")]
    site: Option<Slug>,
}

impl Parameters for SiteFilter {
    fn read(reader: &mut Reader) -> Self {
        Self { site: reader.parse("site", "string_pattern_mismatch") }
    }
}

/// The events of all sites, in the order of their local start (day, then time; unknown times first).
#[utoipa::path(get, path = "/events", tag = "events", params(SiteFilter, EventFilter),
    responses((status = 200, description = "Some events", body = Listing<EventView>), ReadProblems))]
pub(super) async fn list_events(
    State(app): State<App>,
    OriginalUri(uri): OriginalUri,
    params::Query(wanted): params::Query<(SiteFilter, EventFilter)>,
) -> Result<Response, Problem> {
    let (SiteFilter { site }, filter) = wanted;
    if let Some(site) = &site
        && app.store.site_by_slug(site).await?.is_none()
    {
        return Err(unknown_site(&app, site).await?);
    }
    events(&app, &uri, site, filter).await
}

/// Says which site was probably meant.
async fn unknown_site(app: &App, site: &Slug) -> Result<Problem, Problem> {
    let sites = app.store.sites().await?;
    let nearest = params::nearest(site.as_str(), sites.iter().map(|s| s.site.slug.as_str())).map(str::to_owned);
    let reason = format!("no site is known as `{site}`; /api/v1/sites lists them");
    Ok(Problem::parameters(vec![ParameterError { parameter: "site".to_owned(), reason, nearest }]))
}

/// The events that a filter names, of one site or of all.
pub(super) async fn events(app: &App, uri: &Uri, site: Option<Slug>, filter: EventFilter) -> Result<Response, Problem> {
    let mut query = EventQuery {
        site,
        venue: filter.venue,
        from: filter.from,
        until: filter.until,
        text: filter.text,
        status: filter.status,
        ..EventQuery::default()
    };
    let scope = format!("{query:?}");
    query.limit = filter.limit;
    query.after = filter.cursor.as_deref().map(|text| place::<EventCursor>(app, &scope, text)).transpose()?;
    let batch = app.store.events(&query).await?;
    let ids: Vec<_> = batch.items.iter().map(|event| event.id).collect();
    let sightings = app.store.sightings(&ids).await?;
    let data = batch.items.into_iter().map(|event| EventView::new(event, &sightings)).collect();
    Ok(answer(uri, &Listing { data, next_cursor: mark(app, &scope, batch.next.as_ref())? }))
}

/// Reads a cursor; a wrong one is a wrong parameter.
pub(super) fn place<P: serde::de::DeserializeOwned>(app: &App, scope: &str, text: &str) -> Result<P, Problem> {
    cursor::read(&app.settings, scope, text).map_err(|error| {
        let parameter = "cursor".to_owned();
        Problem::parameters(vec![ParameterError { parameter, reason: error.to_string(), nearest: None }])
    })
}

/// Writes the cursor of the rows that follow, where some do.
pub(super) fn mark<P: serde::Serialize>(app: &App, scope: &str, next: Option<&P>) -> Result<Option<String>, Problem> {
    next.map(|place| cursor::write(&app.settings, scope, place)).transpose().map_err(|error| {
        tracing::error!(%error, "a cursor could not be written");
        Problem::new(Kind::Internal, "the server could not say where the list goes on")
    })
}
