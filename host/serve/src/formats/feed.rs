//! A list of events in a format: a page of it, a calendar of it, or all of it as a stream.

use axum::{
    http::{HeaderValue, Uri, header},
    response::Response,
};
use chrono::{Days, NaiveDate, TimeDelta};
use marquee_formats::{Format, NdjsonWriter};
use marquee_model::Clock;
use marquee_store::{EventQuery, Past, StoredEvent};

use super::{Wanted, answer, links, map, stream, unwritten, write};
use crate::{
    App, Problem,
    api::{mark, next_address, views},
    params,
};

/// The events that `query` finds, in the format that is wanted. `scope` is what cursors of this list are bound to.
///
/// Without `limit`, CSV, NDJSON and GeoJSON hold all of them, and a calendar as many as the operator lets it; everything else is a
/// page, and says where the next one is.
pub(crate) async fn list(
    app: &App,
    uri: &Uri,
    wanted: &Wanted,
    mut query: EventQuery,
    scope: &str,
) -> Result<Response, Problem> {
    let format = wanted.format;
    let limited = params::pairs(uri).iter().any(|(name, _)| name == "limit");
    begin_lately(app, format, &mut query);
    match format {
        Format::Csv | Format::Ndjson | Format::GeoJson if !limited => stream::everything(app, wanted, query).await,
        Format::Calendar if !limited => calendar(app, uri, query).await,
        _ => page(app, uri, format, query, scope).await,
    }
}

/// Feeds and calendars are read by programs that show what they get, and begin where the present does: a first page of what was
/// on years ago would be all that anybody sees. A request that gives any time of its own is left as it is.
fn begin_lately(app: &App, format: Format, query: &mut EventQuery) {
    let said = [query.from, query.until].iter().any(Option::is_some)
        || [query.from_local, query.until_local].iter().any(Option::is_some)
        || [query.from_utc, query.until_utc].iter().any(Option::is_some)
        || query.active.is_some()
        || query.past != Past::Included
        || !query.ids.is_empty();
    let back = match format {
        Format::Calendar => app.settings.feeds.calendar_past_days,
        Format::Rss | Format::Atom | Format::JsonFeed => 0,
        _ => return,
    };
    if !said {
        // Somewhere on earth today began up to 12 hours after it did in UTC.
        let today = (app.clock.now() - TimeDelta::hours(12)).date_naive();
        query.from = Some(today.checked_sub_days(Days::new(back.into())).unwrap_or(NaiveDate::MIN));
    }
}

/// One page, with the address of the next.
async fn page(app: &App, uri: &Uri, format: Format, query: EventQuery, scope: &str) -> Result<Response, Problem> {
    let batch = app.store.events(&query).await?;
    let next = mark(app, scope, batch.next.as_ref())?;
    let bytes = if format == Format::Ndjson {
        lines(app, batch.items).await?
    } else {
        let events = map::feed_events(app, batch.items).await?;
        write(format, &links::facts(app, uri, None, next.as_deref()), &events)?
    };
    let mut response = answer(format, bytes);
    let link = next.map(|cursor| format!("<{}>; rel=\"next\"", next_address(uri, &cursor)));
    if let Some(value) = link.and_then(|link| HeaderValue::from_str(&link).ok()) {
        response.headers_mut().insert(header::LINK, value);
    }
    Ok(response)
}

/// The interface's own JSON, a line an event.
pub(super) async fn lines(app: &App, events: Vec<StoredEvent>) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    for view in views(app, events, &[], &[]).await? {
        bytes.extend(NdjsonWriter.row(&view).map_err(|error| unwritten(&error))?);
    }
    Ok(bytes)
}

/// As much of the list as a calendar may hold. Where that is not all, its description says so.
async fn calendar(app: &App, uri: &Uri, mut query: EventQuery) -> Result<Response, Problem> {
    let most = app.settings.feeds.calendar_events;
    query.limit = marquee_store::MAX_LIMIT;
    let mut events: Vec<StoredEvent> = Vec::new();
    let whole = loop {
        let batch = app.store.events(&query).await?;
        events.extend(batch.items);
        query.after = batch.next;
        if query.after.is_none() || events.len() >= most {
            break query.after.is_none() && events.len() <= most;
        }
    };
    events.truncate(most);
    let mut facts = links::facts(app, uri, None, None);
    if !whole {
        facts.about = format!(
            "{} There are more than {most} events; this calendar has the first {most}: narrow its filter.",
            facts.about
        );
    }
    let events = map::feed_events(app, events).await?;
    Ok(answer(Format::Calendar, write(Format::Calendar, &facts, &events)?))
}
