//! MusicLive's routes, answering from Marquee's data, so that its clients go on working.
//!
//! Integer ids, plain numbers, FastAPI's form of errors (`{"detail": ...}`) and of wrong parameters (422) live here and nowhere
//! else. Every answer carries `deprecation` (RFC 9745) and a `link` to its successor. Unknown parameters are ignored and of
//! repeated ones the last counts, as FastAPI does it.
//!
//! Four paths are Marquee's own as well (`/api/v1/sites/{slug}/events`, `/api/v1/venues/{id}`, `/api/v1/events/{id}`, `/api/v1/search`). There an
//! integer id is MusicLive's; a list is, unless a parameter of Marquee's own is given: these clients cannot be changed, new ones can.
//!
//! Decided where MusicLive's answers cannot say what Marquee knows (docs/decisions/0006-musiclive-routes.md):
//! - Instants are ISO 8601 with `Z`. Where no time is known, `starts_at_utc` is null: there is no instant, and midnight would be
//!   a lie of up to a day.
//! - `start_date` and `end_date` mean days of the venue's calendar; a date with a time is widened to its whole day.
//! - An unknown price is null, a free event costs 0.
//! - Lists hold cancelled events, as the table's `is_cancelled` of the single event implies.

mod crawl;
mod errors;
mod event;
mod get_event;
mod get_venue;
mod list_events;
mod list_venues;
mod search;
mod status;
mod venue;

use axum::{
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) use errors::LegacyValidation;
pub(crate) use event::{LegacyEvent, LegacyEventDetail};
pub(crate) use get_event::get_event;
pub(crate) use get_venue::get_venue;
pub(crate) use list_events::list_events;
pub(crate) use search::{LegacyFound, search};
pub(crate) use venue::LegacyVenueDetail;

use crate::App;

/// When MusicLive's routes became deprecated: 2026-11-23, the day of Marquee's first version, in the form of RFC 9745.
const DEPRECATED_SINCE: &str = "@1795392000";

/// The routes that are MusicLive's alone, by their whole paths.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_venues::list_venues))
        .routes(routes!(status::status))
        .routes(routes!(crawl::request_crawl))
}

/// An answer of this surface: deprecated, and where its successor is.
fn deprecated(answer: impl IntoResponse, successor: &str) -> Response {
    let mut response = answer.into_response();
    let headers = response.headers_mut();
    headers.insert(HeaderName::from_static("deprecation"), HeaderValue::from_static(DEPRECATED_SINCE));
    if let Ok(link) = HeaderValue::from_str(&format!("<{successor}>; rel=\"successor-version\"")) {
        headers.insert(header::LINK, link);
    }
    response
}
