//! Events in every format, as HTTP clients get them.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "in the tests' own functions, too: what is not there fails the test"
)]

use std::collections::BTreeSet;

use axum::{
    body::{Body, to_bytes},
    http::{Method, Request},
};
use marquee_serve::{FeedSettings, ServeSettings};
use marquee_tests::{
    sample,
    serving::{Answer, Serving, fill, settings, without_ids},
};
use serde_json::Value;
use tower::ServiceExt;

const SUFFIXES: [(&str, &str); 9] = [
    ("json", "application/json"),
    ("jsonld", "application/ld+json"),
    ("ics", "text/calendar; charset=utf-8"),
    ("rss", "application/rss+xml; charset=utf-8"),
    ("atom", "application/atom+xml; charset=utf-8"),
    ("jsonfeed", "application/feed+json"),
    ("geojson", "application/geo+json"),
    ("csv", "text/csv; charset=utf-8; header=present"),
    ("ndjson", "application/x-ndjson"),
];

/// How often an event's id stands in an answer.
fn mentions(answer: &Answer, id: &str) -> usize {
    let dashed = |id: &str| uuid::Uuid::try_parse(id.trim_start_matches("evt_")).unwrap().to_string();
    answer.body.matches(id).count() + answer.body.matches(&dashed(id)).count()
}

async fn ids(serving: &Serving, query: &str) -> Vec<String> {
    let list = serving.get(&format!("/api/v1/events?{query}")).await.json();
    list["data"].as_array().unwrap().iter().map(|event| event["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn every_filter_holds_in_every_format_by_suffix_and_by_accept() {
    let serving = Serving::filled().await;
    let all = ids(&serving, "").await;
    for query in
        ["from=2026-11-01", "from=2026-11-24&until=2026-11-25", "venue=music-farm", "status=cancelled", "text=moon"]
    {
        let wanted: BTreeSet<_> = ids(&serving, query).await.into_iter().collect();
        assert!(!wanted.is_empty(), "{query}");
        for (suffix, media) in SUFFIXES {
            let by_suffix = serving.get(&format!("/api/v1/events.{suffix}?{query}")).await;
            assert_eq!((by_suffix.status.as_u16(), by_suffix.header("content-type")), (200, media), "{suffix} {query}");
            let accept = media.split(';').next().unwrap();
            let by_accept = serving.ask(Method::GET, &format!("/api/v1/events?{query}"), &[("accept", accept)]).await;
            assert_eq!(by_accept.header("content-type"), media);
            for answer in [by_suffix, by_accept] {
                assert!(answer.header("vary").contains("accept"), "{suffix}: {:?}", answer.headers);
                for id in &all {
                    assert_eq!(mentions(&answer, id) > 0, wanted.contains(id), "{suffix} {query}: {id}");
                }
            }
        }
    }
}

#[tokio::test]
async fn one_event_comes_in_every_format() {
    let serving = Serving::filled().await;
    let id = ids(&serving, "text=moon").await.remove(0);
    for (suffix, media) in SUFFIXES {
        let answer = serving.get(&format!("/api/v1/events/{id}.{suffix}")).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, media), "{suffix}: {}", answer.body);
        assert!(mentions(&answer, &id) > 0 && answer.body.contains("Moon Quartet"), "{suffix}: {}", answer.body);
        let accept = media.split(';').next().unwrap();
        let same = serving.ask(Method::GET, &format!("/api/v1/events/{id}"), &[("accept", accept)]).await;
        assert_eq!(same.header("content-type"), media);
    }
    for path in
        [format!("/api/v1/events/{id}.exe"), "/api/v1/events/none.ics".to_owned(), "/api/v1/events.exe".to_owned()]
    {
        assert_eq!(serving.get(&path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn bodies_look_like_this() {
    let serving = Serving::filled().await;
    // The interface's own JSON has its snapshots in `api`.
    for (suffix, _) in SUFFIXES.into_iter().filter(|(suffix, _)| !matches!(*suffix, "json" | "ndjson")) {
        let answer = serving.get(&format!("/api/v1/events.{suffix}?from=2026-11-23&site=toronto")).await;
        let body = match answer.header("content-type").contains("json") && suffix != "geojson" {
            true => serde_json::to_string_pretty(&answer.json()).unwrap(),
            false => answer.body.replace("\r\n", "\n").replace("><", ">\n<"),
        };
        insta::assert_snapshot!(suffix, without_ids(&body));
    }
}

#[tokio::test]
async fn who_accepts_nothing_on_offer_is_told_what_there_is() {
    let serving = Serving::filled().await;
    let answer = serving.ask(Method::GET, "/api/v1/events", &[("accept", "image/png, text/html;q=0.5")]).await;
    assert_eq!(answer.status, 406);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert!(answer.header("vary").contains("accept"));
    for (suffix, _) in SUFFIXES {
        assert!(answer.body.contains(&format!("(.{suffix})")), "{}", answer.body);
    }
    let wrong = serving.get("/api/v1/events.ics?form=2026-11-01").await;
    assert_eq!((wrong.status.as_u16(), wrong.json()["errors"][0]["nearest"].as_str()), (400, Some("from")));
}

#[tokio::test]
async fn pages_lead_to_the_next_and_streams_hold_everything() {
    let serving = Serving::filled().await;
    let all = ids(&serving, "from=2026-11-01").await;
    let mut path = "/api/v1/events.jsonfeed?from=2026-11-01&limit=3".to_owned();
    let mut seen = Vec::new();
    loop {
        let answer = serving.get(&path).await;
        let feed = answer.json();
        seen.extend(feed["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        let Some(next) = feed["next_url"].as_str() else { break };
        path = next.strip_prefix("http://127.0.0.1:8080").unwrap().to_owned();
        assert_eq!(answer.header("link"), format!("<{path}>; rel=\"next\""));
    }
    assert_eq!(seen, all);
    let atom = serving.get("/api/v1/events.atom?from=2026-11-01&limit=3").await.body;
    for rel in ["self", "alternate", "next"] {
        assert!(atom.contains(&format!("rel=\"{rel}\"")), "{atom}");
    }
    assert_eq!(serving.get("/api/v1/events.ndjson").await.body.lines().count(), 7);
    assert_eq!(serving.get("/api/v1/events.ndjson?limit=2").await.body.lines().count(), 2);
    assert_eq!(serving.get("/api/v1/events.csv").await.body.matches("\r\nevt_").count(), 7);
}

#[tokio::test]
async fn feeds_begin_today_and_calendars_a_month_ago_unless_the_request_says() {
    let serving = Serving::filled().await;
    for (path, past) in [
        ("events.ics", true),
        ("events.rss", false),
        ("events.rss?from=2026-11-01", true),
        ("events.atom?until=2026-11-22", true),
        ("events.jsonld", true),
    ] {
        assert_eq!(serving.get(&format!("/api/v1/{path}")).await.body.contains("Last Week"), past, "{path}");
    }
}

#[tokio::test]
async fn the_same_events_give_the_same_bytes_and_a_304() {
    let serving = Serving::filled().await;
    for suffix in ["ics", "rss", "atom", "jsonfeed", "jsonld"] {
        let path = format!("/api/v1/events.{suffix}");
        let first = serving.get(&path).await;
        let tag = first.header("etag").to_owned();
        let again = serving.ask(Method::GET, &path, &[("if-none-match", &tag)]).await;
        assert_eq!((again.status.as_u16(), again.body.as_str()), (304, ""), "{suffix}");
        assert!(again.header("vary").contains("accept"));
    }
}

#[tokio::test]
async fn a_calendar_that_does_not_hold_everything_says_so() {
    let feeds = FeedSettings {
        calendar_events: 3,
        public_url: Some(sample::parse("https://events.example/music")),
        ..FeedSettings::default()
    };
    let serving = Serving::empty(ServeSettings { feeds, ..settings() }).await;
    Box::pin(fill(&serving)).await;
    let cut = serving.get("/api/v1/events.ics").await.body.replace("\r\n ", "");
    assert_eq!(cut.matches("BEGIN:VEVENT").count(), 3);
    assert!(cut.contains("There are more than 3 events"), "{cut}");
    assert!(cut.contains("URL:https://events.example/music/events/evt_"), "{cut}");
    let whole = serving.get("/api/v1/events.ics?text=moon").await.body;
    assert!(!whole.contains("There are more than"));
}

#[tokio::test]
async fn the_links_to_subscribe_hold_the_filters() {
    let feeds = FeedSettings { public_url: Some(sample::parse("https://events.example")), ..FeedSettings::default() };
    let serving = Serving::empty(ServeSettings { feeds, ..settings() }).await;
    Box::pin(fill(&serving)).await;
    let answer = serving.get("/api/v1/calendar?site=toronto&text=a%26b&limit=5").await;
    insta::assert_snapshot!("calendar_links", serde_json::to_string_pretty(&answer.json()).unwrap());
    assert_eq!(serving.get("/api/v1/calendar?sight=toronto").await.status, 400);
}

#[tokio::test]
async fn a_host_header_does_not_end_up_in_an_answer() {
    let serving = Serving::filled().await;
    for suffix in ["ics", "rss", "atom", "jsonfeed", "jsonld", "csv", "geojson"] {
        let answer = serving.ask(Method::GET, &format!("/api/v1/events.{suffix}"), &[("host", "evil.example")]).await;
        assert!(!answer.body.contains("evil.example"), "{suffix}");
    }
}

#[tokio::test]
async fn geojson_and_json_feed_are_valid_by_their_schemas() {
    let serving = Serving::filled().await;
    for (suffix, schema) in [
        ("geojson", include_str!("../readers/schemas/geojson.json")),
        ("jsonfeed", include_str!("../readers/schemas/json_feed.json")),
    ] {
        let schema: Value = serde_json::from_str(schema).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        for query in ["", "?limit=2", "?text=nothing"] {
            let document = serving.get(&format!("/api/v1/events.{suffix}{query}")).await.json();
            let errors: Vec<String> =
                validator.iter_errors(&document).map(|error| format!("{}: {error}", error.instance_path())).collect();
            assert!(errors.is_empty(), "{suffix}{query}: {errors:?}");
        }
        assert!(
            !validator.is_valid(&serde_json::json!({"type": "FeatureCollection", "items": 1})),
            "it refuses others"
        );
    }
    let features = serving.get("/api/v1/events.geojson").await.json();
    let at = |title: &str| {
        let all = features["features"].as_array().unwrap();
        all.iter().find(|one| one["properties"]["title"].as_str().unwrap().starts_with(title)).unwrap()["geometry"]
            .clone()
    };
    assert_eq!(at("Moon")["coordinates"], serde_json::json!([-79.39, 43.65]), "longitude first");
    assert_eq!(at("Sun"), Value::Null, "a venue without coordinates");
    assert_eq!(at("Show e4"), Value::Null, "an event elsewhere");
}

/// A host with more events than a page of a stream holds.
async fn many(feeds: FeedSettings) -> Serving {
    let serving = Box::pin(Serving::empty(ServeSettings { feeds, ..settings() })).await;
    let store = serving.database.store();
    let source = sample::declare(store, "rex").await.unwrap();
    store.record(sample::listing(&source, 0, 450)).await.unwrap();
    serving
}

async fn open(serving: &Serving, path: &str) -> axum::response::Response {
    serving.router().oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap()
}

#[tokio::test]
async fn a_stream_goes_through_all_pages_once() {
    let serving = many(FeedSettings::default()).await;
    for (suffix, mark) in [("ndjson", "{\"id\":\"evt_"), ("csv", "\r\nevt_"), ("geojson", "{\"geometry\":")] {
        let answer = serving.get(&format!("/api/v1/events.{suffix}")).await;
        assert_eq!(answer.body.matches(mark).count(), 450, "{suffix}");
        assert_eq!(answer.header("etag"), "", "a stream is not held as a whole");
    }
    let features = serving.get("/api/v1/events.geojson").await.json();
    assert_eq!(features["features"].as_array().unwrap().len(), 450);
}

#[tokio::test]
async fn a_stream_whose_database_goes_away_breaks_off_and_is_not_taken_for_the_whole() {
    let serving = many(FeedSettings::default()).await;
    // Nothing was read yet: the second page waits in the channel, the third for the second to be taken.
    let response = open(&serving, "/api/v1/events.ndjson").await;
    assert_eq!(response.status(), 200);
    serving.database.store().close().await;
    let body = to_bytes(response.into_body(), usize::MAX).await;
    assert!(body.is_err(), "a broken stream must not end as if it were whole");
}

#[tokio::test]
async fn a_client_that_reads_nothing_is_cut_off_and_others_get_its_place() {
    let feeds = FeedSettings { max_streams: 1, stream_idle_ms: 50, ..FeedSettings::default() };
    let serving = many(feeds).await;
    let held = open(&serving, "/api/v1/events.csv").await;
    let busy = serving.get("/api/v1/events.csv").await;
    assert_eq!((busy.status.as_u16(), busy.json()["type"].as_str()), (503, Some("urn:marquee:problem:busy")));
    assert_eq!(serving.get("/api/v1/events.csv?limit=5").await.status, 200, "pages are no streams");
    // The place is free once the client was given up, which happens beside this.
    while serving.get("/api/v1/events.csv").await.status == 503 {
        tokio::task::yield_now().await;
    }
    assert!(to_bytes(held.into_body(), usize::MAX).await.is_err(), "what it gets is no whole list");
}
