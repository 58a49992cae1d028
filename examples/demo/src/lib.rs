//! The demo's venue sites: a dozen invented venues, in the markup of the platforms that Marquee's plugins read.
//!
//! Stands outside of the flow, as the web does. The pages are rendered for the day on which the demo runs, so that there is
//! always something on. One venue changes when [`DemoSites::advance`] is called; one has nothing on and says so; one answers
//! with a check for robots; one has a new website that its old extractor must not recognise.

mod markup;
mod platforms;
mod show;
mod sources;
#[cfg(test)]
mod tests;
mod venues;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use axum::{
    Router,
    extract::State,
    http::{StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use tokio::net::TcpListener;

use crate::{
    platforms::{events_calendar, hand_made, music_farm, out_of_order, rhp, see_tickets, squarespace, structured},
    sources::{VENUES, Venue},
};

/// The venue that changes between the two crawls.
pub const CHANGING_VENUE: &str = "gravel-pit";

/// The sites, on one day and in one of two states.
#[derive(Debug, Clone)]
pub struct DemoSites {
    today: NaiveDate,
    changed: Arc<AtomicBool>,
}

/// A page, as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Its media type.
    pub content_type: &'static str,
    /// Its text.
    pub body: String,
}

const HTML: &str = "text/html; charset=utf-8";
const JSON: &str = "application/json;charset=utf-8";

impl DemoSites {
    /// The sites as they are on this day, before the change.
    #[must_use]
    pub fn new(today: NaiveDate) -> Self {
        Self { today, changed: Arc::default() }
    }

    /// Lets the changing venue change: one show more, one called off in its title, one under another title.
    pub fn advance(&self) {
        self.changed.store(true, Ordering::Relaxed);
    }

    /// The source files of all venues: name and text. `origin` is where the sites are served, such as `http://127.0.0.1:8099`.
    #[must_use]
    pub fn sources(&self, origin: &str) -> Vec<(String, String)> {
        let origin = origin.trim_end_matches('/');
        VENUES.iter().map(|venue| (format!("{}.toml", venue.slug), venue.source(origin, self.today))).collect()
    }

    /// What stands at an address. `path` begins with the venue's slug; `None` is "not found".
    #[must_use]
    pub fn page(&self, origin: &str, path: &str, query: Option<&str>) -> Option<Answer> {
        let (slug, rest) = path.trim_start_matches('/').split_once('/').unwrap_or((path.trim_start_matches('/'), ""));
        let venue = Venue::of(slug)?;
        let base = format!("{origin}/{slug}");
        let rest = rest.trim_matches('/');
        let query = query.unwrap_or_default();
        let (name, zone, currency, today) = (venue.name, venue.zone, venue.currency, self.today);
        let html = |body: String| Some(Answer { content_type: HTML, body });
        let json = |body: serde_json::Value| Some(Answer { content_type: JSON, body: body.to_string() });
        match (slug, rest) {
            ("gravel-pit", rest) => self.gravel_pit(venue, &base, rest).and_then(html),
            ("velvet-otter", "api/open/GetItemsByMonth") => {
                json(squarespace::month(zone, venues::VELVET_OTTER, today, parameter(query, "month")?))
            }
            ("velvet-otter", "shows") if parameter(query, "format") == Some("json") => {
                json(squarespace::collection(name, zone, venues::VELVET_OTTER, today))
            }
            ("lantern-room", "" | "shows") => {
                html(squarespace::list(name, "/lantern-room", venues::LANTERN_ROOM, today))
            }
            ("brass-heron", "" | "calendar") => html(see_tickets::list(name, &base, venues::BRASS_HERON, today)),
            ("tin-whistle-hall", "" | "events") => html(rhp::list(name, &base, venues::TIN_WHISTLE, today)),
            ("paper-lighthouse", "") => {
                html(structured::json_ld(name, &base, zone, currency, venues::PAPER_LIGHTHOUSE, today))
            }
            ("salt-hangar", "" | "events") => html(music_farm::list(name, &base, venues::SALT_HANGAR, today)),
            ("nasser-hund", "" | "programm") => html(hand_made::programme(name, &base, venues::NASSER_HUND, today)),
            ("natte-kelder", "" | "agenda") => {
                html(structured::microdata(name, &base, zone, currency, venues::NATTE_KELDER, today))
            }
            ("quiet-parlour", "" | "events") => html(events_calendar::empty_list(name, &base)),
            ("cellar-49", _) => html(out_of_order::visitor_check()),
            ("old-foundry", "" | "events") => html(out_of_order::redesigned(name)),
            _ => None,
        }
    }

    fn gravel_pit(&self, venue: &Venue, base: &str, rest: &str) -> Option<String> {
        let shows = venues::gravel_pit(self.changed.load(Ordering::Relaxed));
        if let Some(slug) = rest.strip_prefix("event/") {
            let show = shows.iter().find(|show| show.slug == slug)?;
            return Some(events_calendar::single(venue.name, base, venue.zone, show, self.today));
        }
        let number = match rest {
            "" | "events" | "events/list" => 1,
            _ => rest.strip_prefix("events/list/page/")?.parse().ok()?,
        };
        events_calendar::list(venue.name, base, venue.zone, &shows, self.today, number)
    }

    /// Serves the sites until the future is dropped or the listener fails.
    pub async fn serve(self, listener: TcpListener) -> std::io::Result<()> {
        let origin = format!("http://{}", listener.local_addr()?);
        let sites = Arc::new(Served { sites: self, origin });
        axum::serve(listener, Router::new().fallback(answer).with_state(sites)).await
    }
}

struct Served {
    sites: DemoSites,
    origin: String,
}

async fn answer(State(served): State<Arc<Served>>, uri: Uri) -> Response {
    match served.sites.page(&served.origin, uri.path(), uri.query()) {
        Some(page) => ([(header::CONTENT_TYPE, page.content_type)], page.body).into_response(),
        None => (StatusCode::NOT_FOUND, "There is nothing here.\n").into_response(),
    }
}

/// The value of a query's parameter, as it is written.
fn parameter<'q>(query: &'q str, name: &str) -> Option<&'q str> {
    query.split('&').filter_map(|pair| pair.split_once('=')).find(|(n, _)| *n == name).map(|(_, value)| value)
}
