//! Kept answers and entity tags.

use axum::http::Method;
use futures::future::join_all;
use marquee_serve::{CacheSettings, ServeSettings};
use marquee_tests::{
    sample,
    serving::{Serving, TOKEN},
    wire::Wire,
};
use sqlx::{Connection as _, PgConnection};

use crate::{eventually, keeping, keeps, listening, store};

/// A filled host whose database is asked through a wire. It is filled by another host, so that this one hears of nothing later.
async fn wired(settings: ServeSettings) -> (Serving, Wire) {
    let database = Serving::filled().await.database;
    let wire = Wire::to(database.url()).await.unwrap();
    let store = store(wire.url()).await;
    (Serving::beside(database, store, settings), wire)
}

/// Changes a title behind everybody's back: no number is raised.
async fn retitle_in_secret(serving: &Serving, title: &str) {
    let mut connection = PgConnection::connect(serving.database.url()).await.unwrap();
    let changed = sqlx::query("UPDATE events SET title = $1 WHERE title LIKE 'Sun%' OR title LIKE 'New%'").bind(title);
    assert_eq!(changed.execute(&mut connection).await.unwrap().rows_affected(), 1);
}

/// Raises the data's number and tells it, as every transaction does that changes what readers see.
async fn tell(serving: &Serving) {
    let mut connection = PgConnection::connect(serving.database.url()).await.unwrap();
    sqlx::query(
        "WITH raised AS (UPDATE counters SET last_change = last_change + 1 RETURNING last_change)
         SELECT pg_notify('marquee_changes', last_change::text) FROM raised",
    )
    .execute(&mut connection)
    .await
    .unwrap();
}

const FARM: &str = "/api/v1/events?venue=music-farm";

async fn shows(serving: &Serving, title: &str) -> bool {
    serving.get(FARM).await.body.contains(title)
}

#[tokio::test]
async fn two_hundred_who_ask_at_once_cost_the_database_what_one_costs() {
    let (serving, wire) = wired(listening()).await;
    keeps(&serving, || wire.asked()).await;
    // The first list of a process also asks for the key of its cursors.
    assert_eq!(serving.get("/api/v1/events?limit=1").await.status, 200);
    let before = wire.asked();
    assert_eq!(serving.get("/api/v1/events?limit=2").await.status, 200);
    let one = wire.asked() - before;
    assert!(one > 0);

    let before = wire.asked();
    let answers = join_all((0..200).map(|_| serving.get("/api/v1/events?limit=3"))).await;
    assert_eq!(wire.asked() - before, one, "one flight");
    assert!(answers.iter().all(|answer| answer.status == 200 && answer.body == answers[0].body));
    // The same question in other words is the same question.
    let again = serving.get("/api/v1/events?limit=%33").await;
    assert_eq!((wire.asked() - before, again.body == answers[0].body), (one, true));
}

#[tokio::test]
async fn what_did_not_change_is_304_without_a_question_to_the_database() {
    let (serving, wire) = wired(listening()).await;
    keeps(&serving, || wire.asked()).await;
    for path in ["/api/v1/events?limit=2", "/api/v1/venues", "/api/v1/sites", "/", "/api/v1/sites/toronto/events"] {
        let first = serving.get(path).await;
        assert_eq!(first.status, 200, "{path}");
        let before = wire.asked();
        for headers in [vec![], vec![("accept-encoding", "br")], vec![("accept-encoding", "zstd")]] {
            let there = serving.ask(Method::GET, path, &headers).await;
            let tag = there.header("etag").to_owned();
            let asked: Vec<_> = headers.iter().copied().chain([("if-none-match", tag.as_str())]).collect();
            let again = serving.ask(Method::GET, path, &asked).await;
            assert_eq!(
                (again.status.as_u16(), again.header("etag"), again.body.as_str()),
                (304, tag.as_str(), ""),
                "{path}"
            );
            // RFC 9110 section 15.4.5: what guides caches, and nothing that stands with the answer that is held.
            for name in ["cache-control", "vary", "access-control-allow-origin"] {
                assert_eq!(again.header(name), there.header(name), "{path} {name}");
            }
            for name in ["link", "content-type", "content-length", "content-security-policy"] {
                assert!(!again.headers.contains_key(name), "{path} {name}");
            }
            let head = serving.ask(Method::HEAD, path, &headers).await;
            assert_eq!(
                (head.status.as_u16(), head.header("etag"), head.body.as_str()),
                (200, tag.as_str(), ""),
                "{path}"
            );
            assert_eq!(head.header("content-length"), there.header("content-length"));
        }
        assert_eq!(wire.asked(), before, "{path}");
    }
}

#[tokio::test]
async fn news_from_another_process_end_what_was_kept() {
    let (serving, wire) = wired(listening()).await;
    keeps(&serving, || wire.asked()).await;
    assert!(shows(&serving, "Sun").await);
    retitle_in_secret(&serving, "New Parade").await;
    assert!(!shows(&serving, "New Parade").await, "nobody said that anything changed");
    tell(&serving).await;
    eventually("the new title is shown", async || shows(&serving, "New Parade").await).await;
}

#[tokio::test]
async fn news_that_were_missed_are_found_by_asking() {
    let generation = marquee_store::GenerationSettings { poll_ms: 50, ..Default::default() };
    let (serving, wire) = wired(ServeSettings { generation, ..keeping() }).await;
    eventually("answers are kept", async || shows(&serving, "Sun").await).await;
    retitle_in_secret(&serving, "New Parade").await;
    wire.cut();
    tell(&serving).await;
    wire.mend();
    eventually("the new title is shown", async || shows(&serving, "New Parade").await).await;
}

#[tokio::test]
async fn a_crawl_that_changes_something_is_seen_and_one_that_does_not_leaves_the_tags() {
    let (serving, _wire) = wired(keeping()).await;
    let store = serving.database.store();
    let source = store.sources().await.unwrap().into_iter().find(|s| s.source.slug.as_str() == "rex").unwrap().source;
    let mut crawl = sample::listing(&source, 20, 5);
    store.record(crawl).await.unwrap();
    let paths = ["/api/v1/venues", "/api/v1/sites", "/api/v1/sites/toronto/events", "/"];
    let tags = async || {
        let mut tags = Vec::new();
        for path in paths {
            tags.push(serving.get(path).await.header("etag").to_owned());
        }
        tags
    };
    let list = "/api/v1/events?site=toronto";
    let (before, events) = (tags().await, serving.get(list).await.json());
    for minutes in [40, 60] {
        crawl = sample::listing(&source, minutes, 5);
        store.record(crawl).await.unwrap();
    }
    // A write through the host makes it forget what it kept, so that all is read again.
    let bearer = format!("Bearer {TOKEN}");
    serving.ask(Method::POST, "/api/v1/sources/rex/crawl", &[("authorization", &bearer)]).await;
    // The page tells when the last crawl was; nothing else that is shown changed.
    let after = tags().await;
    assert_eq!(after[..3], before[..3]);
    let again = serving.get(list).await.json();
    let without_sightings = |mut list: serde_json::Value| {
        for event in list["data"].as_array_mut().unwrap() {
            event.as_object_mut().unwrap().remove("sources");
            event.as_object_mut().unwrap().remove("freshness");
        }
        list
    };
    assert_eq!(without_sightings(again), without_sightings(events), "only when it was last seen differs");

    let mut crawl = sample::listing(&source, 80, 5);
    crawl.events[1].title = "Another Name".to_owned();
    store.record(crawl).await.unwrap();
    eventually("the new name is shown", async || serving.get(list).await.body.contains("Another Name")).await;
    assert_ne!(serving.get(paths[2]).await.header("etag"), before[2]);
}

#[tokio::test]
async fn an_answer_is_made_again_when_its_time_is_over_and_after_a_write_through_this_host() {
    let cache = CacheSettings { fresh_ms: 1, ..CacheSettings::default() };
    let (serving, _wire) = wired(ServeSettings { cache, ..keeping() }).await;
    assert!(shows(&serving, "Sun").await);
    retitle_in_secret(&serving, "New Parade").await;
    eventually("the new title is shown", async || shows(&serving, "New Parade").await).await;

    let (serving, wire) = wired(listening()).await;
    keeps(&serving, || wire.asked()).await;
    assert!(shows(&serving, "Sun").await);
    retitle_in_secret(&serving, "New Parade").await;
    assert!(shows(&serving, "Sun").await);
    let bearer = format!("Bearer {TOKEN}");
    let refused = serving.ask(Method::POST, "/api/v1/sources/rex/crawl", &[("authorization", "Bearer no")]).await;
    assert_eq!((refused.status.as_u16(), shows(&serving, "Sun").await), (401, true), "nothing was written");
    let written = serving.ask(Method::POST, "/api/v1/sources/rex/crawl", &[("authorization", &bearer)]).await;
    assert_eq!((written.status.as_u16(), shows(&serving, "New Parade").await), (202, true));
}

#[tokio::test]
async fn what_tells_how_the_host_is_doing_is_never_kept() {
    let (serving, wire) = wired(listening()).await;
    keeps(&serving, || wire.asked()).await;
    for path in ["/api/v1/sources", "/api/v1/crawls", "/admin/status", "/readyz"] {
        serving.get(path).await;
        let before = wire.asked();
        serving.get(path).await;
        assert!(wire.asked() > before, "{path}");
    }
}

#[tokio::test]
async fn every_coding_gives_the_same_answer_under_a_strong_tag_of_its_own() {
    let (serving, _wire) = wired(keeping()).await;
    let plain = serving.get("/api/v1/events").await;
    let mut tags = vec![plain.header("etag").to_owned()];
    for coding in ["gzip", "br", "zstd"] {
        let answer = serving.ask(Method::GET, "/api/v1/events", &[("accept-encoding", coding)]).await;
        assert_eq!(answer.header("content-encoding"), coding);
        assert!(answer.header("content-length").parse::<usize>().unwrap() < plain.body.len() / 2, "{coding}");
        assert_eq!(answer.header("vary"), "accept, accept-encoding");
        tags.push(answer.header("etag").to_owned());
    }
    assert!(tags.iter().all(|tag| tag.starts_with('"')), "{tags:?}");
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), 4);
    // Each of them says that the client holds it, whatever it asks for now; the answer names the one that it holds.
    for tag in &tags {
        let again =
            serving.ask(Method::GET, "/api/v1/events", &[("if-none-match", tag), ("accept-encoding", "br")]).await;
        assert_eq!((again.status.as_u16(), again.header("etag")), (304, tag.as_str()));
    }
    let small = serving.ask(Method::GET, "/api/v1/sites", &[("accept-encoding", "br")]).await;
    assert_eq!(small.header("content-encoding"), "", "a small body is not worth it");
}

#[tokio::test]
async fn caches_on_the_way_are_told_what_they_may_keep() {
    let (serving, _wire) = wired(keeping()).await;
    let shown = "public, max-age=15, stale-while-revalidate=60";
    for (path, caching) in [
        ("/api/v1/events", shown),
        ("/api/v1/venues", shown),
        ("/", shown),
        ("/api/v1/sources", "no-cache"),
        ("/healthz", "no-cache"),
        ("/admin/status", "no-store"),
        ("/assets/marquee.css", "public, max-age=86400"),
        ("/api/v1/events?form=x", "no-store"),
        ("/nowhere", "no-store"),
    ] {
        assert_eq!(serving.get(path).await.header("cache-control"), caching, "{path}");
    }
    let bearer = [("authorization", "Bearer whoever")];
    let own = serving.ask(Method::GET, "/api/v1/events", &bearer).await;
    assert_eq!(own.header("cache-control"), "private, max-age=15, stale-while-revalidate=60");
    let own = serving.ask(Method::GET, "/api/v1/events", &[bearer[0], ("if-none-match", "*")]).await;
    assert_eq!((own.status.as_u16(), own.header("cache-control").starts_with("private")), (304, true));
}

#[tokio::test]
async fn a_failure_is_shared_by_those_who_wait_and_kept_for_nobody() {
    let (serving, wire) = wired(listening()).await;
    keeps(&serving, || wire.asked()).await;
    let mut connection = PgConnection::connect(serving.database.url()).await.unwrap();
    sqlx::query("ALTER TABLE events RENAME TO events_away").execute(&mut connection).await.unwrap();
    let answers = join_all((0..20).map(|_| serving.get("/api/v1/events?limit=4"))).await;
    assert!(answers.iter().all(|answer| answer.status.is_server_error() && answer.json()["trace_id"].is_string()));
    let ids: std::collections::BTreeSet<_> = answers.iter().map(|answer| answer.header("x-request-id")).collect();
    assert_eq!(ids.len(), 20, "each has an id of its own");
    sqlx::query("ALTER TABLE events_away RENAME TO events").execute(&mut connection).await.unwrap();
    assert_eq!(serving.get("/api/v1/events?limit=4").await.status, 200);
}
