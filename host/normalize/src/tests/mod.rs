//! Tests of the whole stage. Here: what they share, one source, its pages, and short ways to write claims.

mod identity;
mod properties;
mod rules;
mod table;

use crate::{Input, NormalizeLimits, Normalized, PageClaims, PageFacts, normalize};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use marquee_model::{
    CrawlId, Digest, EventClaim, EventTime, Fetching, FirstRequest, FollowLimits, Id, Moment, PluginVersion, Schedule,
    Source, WebUrl,
};
use uuid::Uuid;

/// The id that every test uses for whatever needs one.
pub(crate) fn id<T: marquee_model::id::Named>() -> Id<T> {
    Id::from_uuid(Uuid::from_u128(7))
}

/// A source in Toronto that prices in Canadian dollars.
pub(crate) fn source() -> Source {
    Source {
        id: id(),
        slug: "attic".parse().unwrap(),
        site: id(),
        venue: id(),
        url: "https://attic.example/events".parse().unwrap(),
        plugin: "css".parse().unwrap(),
        configuration: serde_json::json!({}),
        zone: "America/Toronto".parse().unwrap(),
        languages: vec!["en".into()],
        currency: "CAD".parse().ok(),
        default_age: None,
        schedule: Schedule::default(),
        first_request: FirstRequest::Get,
        follow: FollowLimits::default(),
        fetching: Fetching::default(),
        enabled: true,
        trust: marquee_model::DEFAULT_TRUST,
    }
}

/// Monday, 23 November 2026, ten in the morning in Toronto.
pub(crate) fn fetched_at() -> DateTime<Utc> {
    "2026-11-23T15:00:00Z".parse().unwrap()
}

/// Normalises pages given as their depth and claims.
pub(crate) fn normalize_pages(source: &Source, pages: &[(u8, Vec<EventClaim>)]) -> Normalized {
    let urls: Vec<WebUrl> =
        (0..pages.len()).map(|n| format!("https://attic.example/events/{n}").parse().unwrap()).collect();
    let pages: Vec<PageClaims<'_>> = pages
        .iter()
        .zip(&urls)
        .enumerate()
        .map(|(n, ((depth, claims), url))| PageClaims {
            page: PageFacts {
                digest: Digest::of(&[u8::try_from(n).unwrap()]),
                url,
                fetched_at: fetched_at(),
                depth: *depth,
            },
            claims,
        })
        .collect();
    let plugin =
        PluginVersion { id: "css".parse().unwrap(), version: "1.2.3".parse().unwrap(), digest: Digest::of(b"plugin") };
    let crawl: CrawlId = id();
    let input = Input { source, crawl, plugin: &plugin, pages: &pages };
    let normalized = normalize(&input, &NormalizeLimits::default());
    assert_eq!(
        normalized.claims + normalized.further,
        normalized.events.len() + normalized.left_out() + normalized.merged,
        "a claim was lost: {normalized:#?}"
    );
    normalized
}

/// Normalises the claims of one listing.
pub(crate) fn normalize_claims(claims: Vec<EventClaim>) -> Normalized {
    normalize_pages(&source(), &[(0, claims)])
}

/// Normalises one claim.
pub(crate) fn normalize_one(claim: EventClaim) -> Normalized {
    normalize_claims(vec![claim])
}

/// A wall-clock time, `2026-11-27T20:00`.
pub(crate) fn local(text: &str) -> Moment {
    Moment::Local(NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap())
}

/// A day, `2026-11-27`.
pub(crate) fn day(text: &str) -> Moment {
    Moment::Date(text.parse::<NaiveDate>().unwrap())
}

/// Words for the host to read.
pub(crate) fn words(text: &str) -> Moment {
    Moment::Text(text.to_owned())
}

/// A claim with a title and a start.
pub(crate) fn claim(title: &str, start: Moment) -> EventClaim {
    EventClaim { title: Some(title.to_owned()), start: Some(start), ..EventClaim::default() }
}

/// The same with a key.
pub(crate) fn keyed(key: &str, title: &str, start: Moment) -> EventClaim {
    EventClaim { key: Some(key.to_owned()), ..claim(title, start) }
}

/// `2026-11-27 20:00` or `2026-11-27`.
pub(crate) fn shown(time: &EventTime) -> String {
    match time.time {
        Some(clock) => format!("{} {}", time.date, clock.format("%H:%M")),
        None => time.date.to_string(),
    }
}

/// The fields and reasons of the rejections.
pub(crate) fn reasons(normalized: &Normalized) -> Vec<String> {
    normalized
        .rejections
        .iter()
        .map(|r| format!("{}{}: {}", if r.fatal { "event left out, " } else { "" }, r.field, r.reason))
        .collect()
}

/// The codes of the diagnostics.
pub(crate) fn codes(normalized: &Normalized) -> Vec<&str> {
    normalized.diagnostics.iter().map(|d| d.code.as_str()).collect()
}
