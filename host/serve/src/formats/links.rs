//! Whole addresses: of this server's pages, of a list in each format, and what a feed says of itself.

use axum::http::Uri;
use chrono::{NaiveTime, Utc};
use marquee_formats::{Facts, Format};
use marquee_model::{Clock, EventId};
use serde::Serialize;
use url::Url;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{App, api::next_address, params};

/// Where clients reach this server.
fn base(app: &App) -> Url {
    let settings = &app.settings;
    let public = settings.feeds.public_url.as_ref().map(|url| url.url().clone());
    let listening = || Url::parse(&format!("http://{}/", settings.listen)).ok();
    let mut base = public.or_else(listening).unwrap_or_else(nowhere);
    // An address that is meant as a folder must end like one, or joining would replace its last part.
    if !base.path().ends_with('/') {
        base.set_path(&format!("{}/", base.path()));
    }
    base
}

/// Stands in where there is no address, which the types of the settings rule out.
#[expect(clippy::expect_used, reason = "a constant that the tests read")]
fn nowhere() -> Url {
    Url::parse("http://localhost/").expect("a constant address")
}

/// The whole address of a path of this server.
pub(crate) fn whole(app: &App, path: &str) -> Url {
    let base = base(app);
    base.join(path.trim_start_matches('/')).unwrap_or(base)
}

/// A person's page about an event.
pub(crate) fn page_of(app: &App, event: EventId) -> Url {
    whole(app, &format!("events/{event}"))
}

/// Parameters that say which part of a list is meant, and not which list.
const OF_A_PART: [&str; 2] = ["cursor", "limit"];

/// The filters of a request, by name.
fn filters(uri: &Uri) -> Vec<(String, String)> {
    let mut filters = params::pairs(uri);
    filters.retain(|(name, _)| !OF_A_PART.contains(&name.as_str()));
    filters.sort();
    filters
}

/// What the list at this address says of itself; `note` is added to what it is about.
pub(super) fn facts(app: &App, uri: &Uri, title: Option<String>, next: Option<&str>) -> Facts {
    let filters = filters(uri);
    let words: Vec<String> =
        filters.iter().map(|(name, value)| format!("{} {value}", name.replace('_', " "))).collect();
    let of = if words.is_empty() { String::new() } else { format!(": {}", words.join(", ")) };
    let named = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&filters).finish();
    let path = uri.path_and_query().map_or_else(|| uri.path(), |path| path.as_str());
    let today = app.clock.now().date_naive().and_time(NaiveTime::MIN).and_utc();
    let list = super::bare(uri.path());
    Facts {
        title: title.unwrap_or_else(|| format!("Live music{of}")),
        about: "What is on at live-music venues, as Marquee reads it on their pages.".to_owned(),
        id: Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("urn:marquee:{list}?{named}").as_bytes()),
        address: whole(app, path),
        page: page(app, &filters),
        next: next.map(|cursor| whole(app, &next_address(uri, cursor))),
        as_of: today.with_timezone(&Utc),
        refresh_minutes: app.settings.feeds.refresh_minutes,
    }
}

/// The page for people with the same filters.
fn page(app: &App, filters: &[(String, String)]) -> Url {
    let mut page = base(app);
    let known: Vec<_> = filters.iter().filter(|(name, _)| crate::web::is_filter(name)).collect();
    if !known.is_empty() {
        page.query_pairs_mut().extend_pairs(known);
    }
    page
}

/// A list in one format.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FormatLink)]
pub(crate) struct FormatLink {
    /// The format, as it stands at the end of the address.
    #[schema(example = "ics")]
    format: &'static str,
    /// Its media type, for `Accept`.
    #[schema(example = "text/calendar")]
    media_type: &'static str,
    /// Its name.
    #[schema(example = "iCalendar")]
    title: &'static str,
    /// Where the list is.
    #[schema(example = "https://events.example/api/v1/events.ics?site=toronto")]
    url: String,
}

/// How to follow a list of events.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CalendarLinks)]
pub(crate) struct Links {
    /// What the list is called.
    #[schema(example = "Live music: site toronto")]
    title: String,
    /// The link on which a calendar program subscribes to the list.
    #[schema(example = "webcal://events.example/api/v1/events.ics?site=toronto")]
    pub(crate) webcal: String,
    /// A page of Google Calendar that subscribes to it.
    pub(crate) google: String,
    /// A page of Outlook that subscribes to it.
    pub(crate) outlook: String,
    /// The list in every format.
    formats: Vec<FormatLink>,
}

/// How to follow the list with this request's filters.
pub(crate) fn links(app: &App, uri: &Uri) -> Links {
    let filters = filters(uri);
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&filters).finish();
    let at = |suffix: &str| {
        let mut address = whole(app, &format!("api/v1/events.{suffix}"));
        address.set_query(Some(query.as_str()).filter(|query| !query.is_empty()));
        address.to_string()
    };
    let calendar = at(Format::Calendar.suffix());
    let webcal = calendar.replacen("https://", "webcal://", 1).replacen("http://", "webcal://", 1);
    let title = facts(app, uri, None, None).title;
    let handed = |page: &str, pairs: &[(&str, &str)]| {
        format!("{page}?{}", url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish())
    };
    Links {
        google: handed("https://calendar.google.com/calendar/r", &[("cid", &webcal)]),
        outlook: handed("https://outlook.live.com/calendar/0/addfromweb", &[("url", &calendar), ("name", &title)]),
        formats: Format::ALL
            .iter()
            .map(|format| FormatLink {
                format: format.suffix(),
                media_type: format.media_type(),
                title: format.title(),
                url: at(format.suffix()),
            })
            .collect(),
        title,
        webcal,
    }
}
