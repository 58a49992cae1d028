//! What a platform's plugin needs to be told, taken out of the page: widget ids, calendar names, the address of a feed.
//!
//! Each derivation is a pattern over the page's text whose first group is the value. Where the page does not hold what is needed,
//! the candidate says what has to be looked up.

use std::collections::BTreeSet;

use marquee_model::WebUrl;
use regex::Regex;
use serde_json::{Value, json};

use super::Candidate;
use crate::Subject;

/// Values of one kind that are taken from a page: a page with more calendars is a directory.
const MOST_VALUES: usize = 4;

/// The candidate as it is, or one for each thing that the page leads to.
pub(super) fn configured(base: Candidate, subject: &Subject<'_>) -> Vec<Candidate> {
    let body = subject.page.body.as_str();
    let first = |pattern: &str| values(body, pattern).into_iter().next();
    match base.plugin.as_str() {
        "tockify" => match first(r#"data-tockify-calendar=["']([\w.-]+)"#)
            .or_else(|| first(r"tockify\.com/([\w.-]+)/(?:agenda|pinboard|monthly|upcoming)"))
        {
            Some(calendar) => {
                let reason = format!("the calendar is called `{calendar}`");
                let url = address(&format!("https://tockify.com/api/ngevent?calname={calendar}"), &base);
                vec![
                    asked(base.clone(), url, json!({ "calendar": calendar }), reason),
                    page_that_leads(base, "tockify.com"),
                ]
            }
            None => vec![page_that_leads(base, "tockify.com")],
        },
        "elfsight" => match first(r"elfsight-app-([0-9a-f]{8}-[0-9a-f-]{27})") {
            Some(widget) => {
                let reason = format!("the widget's id is {widget}");
                let url = base.url.clone();
                vec![
                    asked(base.clone(), url, json!({ "widget": widget }), reason),
                    page_that_leads(base, "core.service.elfsight.com"),
                ]
            }
            None => vec![page_that_leads(base, "core.service.elfsight.com")],
        },
        "showpass" => {
            vec![match first(r#"(?:mountCalendarWidget\([^,]+,|data-org(?:anization)?-id=["'])\s*["']?(\d+)"#)
                .or_else(|| first(r"venue(?:__in|_id)?=(\d+)"))
            {
                Some(organization) => {
                    let number: u64 = organization.parse().unwrap_or_default();
                    let reason = format!("the organisation's number is {number}");
                    let url = address("https://www.showpass.com/api/public/events/", &base);
                    asked(base, url, json!({ "organization": number }), reason)
                }
                None => page_that_leads(base, "www.showpass.com"),
            }]
        }
        "dice" => vec![dice(base, body)],
        "live-nation" if subject.json.is_none() => vec![live_nation(base, body)],
        "resident-advisor" if !base.url.host().ends_with("ra.co") || subject.json.is_some() => {
            match first(r"(?:ra\.co/clubs/|residentadvisor\.net/club\.aspx\?id=)(\d+)") {
                Some(club) => {
                    let url = address(&format!("https://ra.co/clubs/{club}"), &base);
                    vec![asked(base, url, json!({}), format!("the club's number is {club}"))]
                }
                None => vec![base],
            }
        }
        "resident-advisor" => vec![Candidate { plugin_first: true, ..base }],
        "admit-one" => match first(r#"(https://gateway\.admitone\.com/embed/[^"'\s<>\\]+)"#) {
            Some(found) if subject.json.is_none() => {
                let url = address(&found.replace("&amp;", "&"), &base);
                vec![elsewhere(base, url, "the page asks there for its events".to_owned())]
            }
            _ => vec![base],
        },
        "tixr" => match first(r"tixr\.com/groups/([\w-]+)") {
            Some(group) if !base.url.host().ends_with("tixr.com") => {
                let url = address(&format!("https://www.tixr.com/groups/{group}"), &base);
                vec![elsewhere(base.clone(), url, format!("the group is called `{group}`")), base]
            }
            _ => vec![base],
        },
        "squarespace" => squarespace(base, body),
        "ical" => calendars(base, body),
        "feed" => feeds(base, subject),
        _ => vec![base],
    }
}

/// In which header interfaces take the key that a page shows to everybody.
const KEY: &str = "x-api-key";

fn dice(base: Candidate, body: &str) -> Candidate {
    let mut base = base;
    let key = values(body, r#"api[Kk]ey["']?\s*:\s*["']([\w-]{16,})["']"#);
    let names = |name: &str| {
        let list =
            values(body, &format!(r#"["']?{name}["']?\s*:\s*\[([^\]]*)\]"#)).into_iter().next().unwrap_or_default();
        values(&list, r#"["']([^"']+)["']"#)
    };
    let (venues, promoters) = (names("venues"), names("promoters"));
    if key.is_empty() {
        return base;
    }
    base.reasons.push("its widget shows its own key and filters, and leads on to the interface".to_owned());
    base.reasons.extend((!venues.is_empty()).then(|| format!("venues: {}", venues.join(", "))));
    base.reasons.extend((!promoters.is_empty()).then(|| format!("promoters: {}", promoters.join(", "))));
    page_that_leads(Candidate { headers: vec![KEY.to_owned()], ..base }, "partners-endpoint.dice.fm")
}

fn live_nation(base: Candidate, body: &str) -> Candidate {
    let venue = values(body, r#"(?i)venue_?id["']?\s*[:=]\s*["'](K[\w-]{8,})["']"#).into_iter().next();
    let key = values(body, r#"["'](da2-[a-z0-9]{20,})["']"#).into_iter().next();
    let url = address("https://api.livenation.com/graphql", &base);
    let mut configuration = serde_json::Map::new();
    if let Some(venue) = &venue {
        configuration.insert("venue_id".to_owned(), json!(venue));
    }
    let mut base = base;
    if let Some(key) = key {
        configuration.insert("api_key".to_owned(), json!(key));
        base.headers.push(KEY.to_owned());
    }
    let reason = venue
        .as_ref()
        .map_or_else(|| "it is a Live Nation venue".to_owned(), |venue| format!("the venue's id is {venue}"));
    let mut candidate = asked(base, url, Value::Object(configuration), reason);
    if venue.is_none() {
        candidate.missing =
            Some("`venue_id`: look at the requests of the venue's own page to api.livenation.com/graphql".to_owned());
    }
    candidate
}

/// A page that is filled by script from a collection is read from there.
fn squarespace(base: Candidate, body: &str) -> Vec<Candidate> {
    let collection = values(
        body,
        r#"data-block-json="[^"]*?(?:collectionId|&quot;collectionId)(?:&quot;|")\s*:\s*(?:&quot;|")([0-9a-f]{24})"#,
    )
    .into_iter()
    .next();
    match collection {
        Some(collection) => {
            let mut asked_for = base.clone();
            asked_for.configuration = json!({ "collection": collection });
            asked_for.plugin_first = true;
            asked_for.reasons.push(format!("its calendar shows the collection {collection}"));
            vec![base, asked_for]
        }
        None => vec![base],
    }
}

/// Calendars that are linked to or embedded, by the address of their iCalendar file.
fn calendars(base: Candidate, body: &str) -> Vec<Candidate> {
    if body.trim_start().starts_with("BEGIN:VCALENDAR") {
        return vec![base];
    }
    let mut found: Vec<(String, String)> = Vec::new();
    // `src=` of an embedded calendar is its id; several calendars in one frame are several sources.
    for frame in values(body, r#"calendar\.google\.com/calendar/(?:u/\d/)?embed\?([^"'\s<>]+)"#) {
        for id in values(&frame.replace("&amp;", "&"), r"(?:^|&)src=([^&]+)") {
            let id = decoded(&id);
            let id = id.replace('@', "%40").replace('#', "%23");
            let holidays = id.contains("holiday");
            if !holidays {
                found.push((
                    format!("https://calendar.google.com/calendar/ical/{id}/public/basic.ics"),
                    "an embedded Google calendar, by its public iCalendar file".to_owned(),
                ));
            }
        }
    }
    for link in values(body, r#"["'](?:webcal://|https?://)([^"'\s<>]+\.ics(?:\?[^"'\s<>]*)?)["']"#) {
        found.push((
            format!("https://{}", link.replace("&amp;", "&")),
            "the page links to this calendar file".to_owned(),
        ));
    }
    for link in values(body, r#"["'](?:webcal|https?)://([^"'\s<>]*[?&](?:outlook-)?ical=1[^"'\s<>]*)["']"#) {
        found.push((
            format!("https://{}", link.replace("&amp;", "&")),
            "the page offers its events as a calendar".to_owned(),
        ));
    }
    let mut seen = BTreeSet::new();
    let many = found.len() > MOST_VALUES;
    found
        .into_iter()
        .filter(|(url, _)| seen.insert(url.clone()))
        .take(MOST_VALUES)
        .filter_map(|(url, reason)| {
            let url: WebUrl = url.parse().ok()?;
            let mut candidate = elsewhere(base.clone(), url, reason);
            // Many files are one for each event.
            candidate.confidence *= if many { 0.4 } else { 1.0 };
            Some(candidate)
        })
        .collect()
}

/// Feeds that the page offers to readers.
fn feeds(base: Candidate, subject: &Subject<'_>) -> Vec<Candidate> {
    let Some(document) = &subject.document else { return vec![base] };
    let offered = r"link[rel~='alternate'][type='application/rss+xml'], link[rel~='alternate'][type='application/atom+xml'], link[rel~='alternate'][type='application/feed+json']";
    let links = document.select(document.root(), offered).unwrap_or_default();
    links
        .into_iter()
        .filter_map(|link| {
            let url = document.url(link, "href")?;
            let name = document.attribute(link, "title").unwrap_or_default().to_lowercase();
            let words = format!("{name} {url}").to_lowercase();
            if words.contains("comment") || words.contains("oembed") {
                return None;
            }
            let mut candidate = elsewhere(base.clone(), url, format!("the page offers a feed, \"{name}\""));
            if crate::words::has_word(
                &words,
                &["event", "show", "calend", "agenda", "concert", "konzert", "termin", "gig"],
            ) {
                candidate.confidence = candidate.confidence.max(0.4);
            }
            Some(candidate)
        })
        .take(MOST_VALUES)
        .collect()
}

/// The plugin asks first, at this address.
fn asked(base: Candidate, url: WebUrl, configuration: Value, reason: String) -> Candidate {
    let mut candidate = Candidate { url, configuration, plugin_first: true, ..base };
    candidate.reasons.push(reason);
    candidate
}

fn elsewhere(base: Candidate, url: WebUrl, reason: String) -> Candidate {
    let mut candidate = Candidate { url, ..base };
    candidate.reasons.push(reason);
    candidate
}

/// The page itself, which leads on to another host.
fn page_that_leads(base: Candidate, host: &str) -> Candidate {
    Candidate { hosts: vec![host.to_owned()], ..base }
}

fn address(text: &str, base: &Candidate) -> WebUrl {
    text.parse().unwrap_or_else(|_| base.url.clone())
}

/// The different values of a pattern's first group, in the order of the page.
fn values(text: &str, pattern: &str) -> Vec<String> {
    let Ok(regex) = Regex::new(pattern) else { return Vec::new() };
    let mut found: Vec<String> = Vec::new();
    for captures in regex.captures_iter(text) {
        if let Some(value) = captures.get(1).map(|group| group.as_str().to_owned())
            && !found.contains(&value)
        {
            found.push(value);
        }
        if found.len() > 2 * MOST_VALUES {
            break;
        }
    }
    found
}

/// Percent-decoding of an address's part.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let mut ahead = rest.clone();
        let digits = (byte == b'%').then(|| (ahead.next(), ahead.next()));
        let hex = |digit: Option<u8>| digit.and_then(|d| char::from(d).to_digit(16));
        match digits
            .and_then(|(high, low)| Some(hex(high)? * 16 + hex(low)?))
            .and_then(|value| u8::try_from(value).ok())
        {
            Some(value) => {
                bytes.push(value);
                rest = ahead;
            }
            None => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
