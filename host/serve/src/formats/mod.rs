//! Events in other formats than the interface's own JSON: which one a request wants, and the answer in it.
//!
//! The same handlers that answer in JSON hand over here once they know what is asked for: [`list`] for a list, [`one`] for an
//! event. Which format it is comes from [`Wanted`]: the end of the address, else `Accept`. The bytes are written by
//! `marquee_formats`; here is only what needs the store, the settings or HTTP.

mod feed;
mod links;
mod map;
mod negotiate;
mod settings;
mod stream;

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, Uri, header},
    response::{IntoResponse, Response},
};
use marquee_formats::{CsvWriter, Facts, FeedEvent, Format, FormatError, NdjsonWriter};
use marquee_model::Clock;
use marquee_store::EventDetail;

pub(crate) use feed::list;
pub(crate) use links::{Links, links, whole};
pub(crate) use map::feed_event;
pub(crate) use negotiate::{Wanted, bare};
pub use settings::FeedSettings;
pub(crate) use stream::Streams;

use crate::{
    App, Problem,
    api::EventView,
    problem::{Kind, shorten},
};

/// One event, as asked for.
pub(crate) async fn one(app: &App, uri: &Uri, format: Format, detail: EventDetail) -> Result<Response, Problem> {
    if format == Format::Ndjson {
        let seen_by = detail.seen_by();
        let bytes = NdjsonWriter
            .row(&EventView::new(detail.event, &seen_by, app.clock.now()))
            .map_err(|error| unwritten(&error))?;
        return Ok(answer(format, bytes));
    }
    let event = map::feed_events(app, vec![detail.event]).await?;
    if format == Format::JsonLd {
        let document = event.first().map(marquee_formats::music_event).unwrap_or_default();
        return Ok(answer(format, document.to_string().into_bytes()));
    }
    let title = event.first().map(|event| event.title.clone()).unwrap_or_default();
    let facts = links::facts(app, uri, Some(title), None);
    Ok(answer(format, write(format, &facts, &event)?))
}

/// A list that is whole in memory.
fn write(format: Format, facts: &Facts, events: &[FeedEvent]) -> Result<Vec<u8>, Problem> {
    let written = match format {
        Format::JsonLd => Ok(marquee_formats::graph(events).to_string().into_bytes()),
        Format::Calendar => Ok(marquee_formats::calendar(facts, events).into_bytes()),
        Format::Rss => marquee_formats::rss(facts, events),
        Format::Atom => marquee_formats::atom(facts, events),
        Format::JsonFeed => Ok(marquee_formats::json_feed(facts, events).to_string().into_bytes()),
        Format::GeoJson => marquee_formats::geojson(events),
        Format::Csv => table(events),
        // These two are made of the interface's own views, by who asks for them.
        Format::Json | Format::Ndjson => Ok(Vec::new()),
    };
    written.map_err(|error| unwritten(&error))
}

fn table(events: &[FeedEvent]) -> Result<Vec<u8>, FormatError> {
    let mut bytes = CsvWriter.begin()?;
    for event in events {
        bytes.extend(CsvWriter.row(event)?);
    }
    Ok(bytes)
}

/// The answer with its type, and with a name to save it under where people do that.
fn answer(format: Format, body: impl Into<Body>) -> Response {
    let mut response = body.into().into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(format.content_type()));
    let name = match format {
        Format::Calendar => "inline; filename=\"events.ics\"",
        Format::Csv => "inline; filename=\"events.csv\"",
        Format::Ndjson => "inline; filename=\"events.ndjson\"",
        Format::GeoJson => "inline; filename=\"events.geojson\"",
        _ => return response,
    };
    headers.insert(HeaderName::from_static("content-disposition"), HeaderValue::from_static(name));
    response
}

fn unwritten(error: &FormatError) -> Problem {
    tracing::error!(%error, "a list could not be written");
    Problem::new(Kind::Internal, "the server could not write the list in this format; the trace id leads to the reason")
}

/// The formats in words, for those who asked for another.
fn on_offer() -> String {
    let types: Vec<_> = Format::ALL.iter().map(|f| format!("{} (.{})", f.media_type(), f.suffix())).collect();
    types.join(", ")
}

fn not_acceptable(accept: &str) -> Problem {
    let detail = format!("nothing here fits `accept: {}`; there are {}", shorten(accept), on_offer());
    Problem::new(Kind::NotAcceptable, detail)
}
