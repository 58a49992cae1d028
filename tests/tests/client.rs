//! The Rust client against a real server on loopback: lists to the last row, changes as they happen, problems, tags, trying again.
#![expect(clippy::unwrap_used, reason = "what is not there fails the test")]

use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{Json, Router, http::StatusCode, response::IntoResponse as _, routing::get};
use futures::{StreamExt as _, TryStreamExt as _};
use marquee_client::{ChangeKind, Client, Error, Event, EventQuery, Fetched, Limits, Since, Status};
use marquee_serve::{ServerLimits, serve};
use marquee_tests::{
    sample,
    serving::{Serving, settings},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    task::JoinHandle,
};

/// A server on a port of its own, until it is dropped.
struct Host {
    url: String,
    server: JoinHandle<()>,
}

impl Drop for Host {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn host(router: Router) -> Host {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let limits = ServerLimits::from(&settings());
    Host { url, server: tokio::spawn(serve(listener, router, std::future::pending(), limits)) }
}

async fn city() -> (Serving, Host, Client) {
    let serving = Serving::filled().await;
    let host = host(serving.router()).await;
    let client = Client::new(&host.url).unwrap();
    (serving, host, client)
}

#[tokio::test]
async fn lists_go_on_to_the_last_row() {
    let (_serving, _host, client) = city().await;
    let query = || EventQuery::new().past("exclude");
    let all: Vec<Event> = client.events(query().limit(2)).try_collect().await.unwrap();
    let page = client.event_page(query()).await.unwrap();
    assert_eq!(all, page.data);
    assert_eq!((all.len(), page.next_cursor), (6, None));
    assert_eq!(all[0].title, "Moon Quartet w/ The Tides");
    assert!(all.iter().any(|event| event.status == Status::Cancelled));
    assert_eq!(client.venues(Vec::new()).try_collect::<Vec<_>>().await.unwrap().len(), 2);
    assert_eq!(client.venues_near(43.6, -79.4, "50km").try_collect::<Vec<_>>().await.unwrap().len(), 1);
    assert_eq!(client.sites().try_collect::<Vec<_>>().await.unwrap().len(), 2);
    assert_eq!(client.sources().try_collect::<Vec<_>>().await.unwrap().len(), 2);
    assert_eq!(client.crawls(Vec::new()).try_collect::<Vec<_>>().await.unwrap().len(), 2);
    let artists: Vec<_> = client.artists(vec![("limit".to_owned(), "2".to_owned())]).try_collect().await.unwrap();
    let tides = artists.iter().find(|artist| artist.name == "The Tides").unwrap();
    let theirs: Vec<_> = client.artist_events(&tides.id, EventQuery::new()).try_collect().await.unwrap();
    assert_eq!((theirs.len(), &theirs[0]), (1, &all[0]));
    assert!(!client.event_history(&all[0].id).try_collect::<Vec<_>>().await.unwrap().is_empty());
}

#[tokio::test]
async fn single_things_are_read_and_what_is_not_there_is_a_problem_with_its_reason() {
    let (_serving, _host, client) = city().await;
    let found = client.search("moon quartet", 5).await.unwrap();
    let event = found.data.into_iter().find_map(|found| found.event).unwrap();
    assert_eq!(client.event(&event.id).await.unwrap().title, event.title);
    assert_eq!(client.venue(&event.venue.id).await.unwrap().name, "The Rex");
    assert!(client.event_why(&event.id).await.unwrap()["fields"].is_array());
    assert!(client.event_trace(&event.id).await.unwrap().is_object());
    assert!(client.plugin("css").await.unwrap()["history"].is_array());
    assert!(client.plugins().await.unwrap().is_object());
    assert_eq!(client.version().await.unwrap().name, "marquee");

    let absent = client.event("evt_0198c0de00007000800000000000abcd").await.unwrap_err();
    assert!(absent.is_not_found(), "{absent}");
    let wrong = client.event_page(EventQuery::new().with("form", "2026-01-01")).await.unwrap_err();
    let problem = wrong.problem().unwrap();
    assert_eq!((problem.status, problem.errors[0].nearest.as_deref()), (400, Some("from")));
    let nobody = Client::new("http://127.0.0.1:1").unwrap().version().await;
    assert!(matches!(nobody, Err(Error::Unreachable(_))));
}

#[tokio::test]
async fn what_is_known_already_is_not_sent_again() {
    let (_serving, _host, client) = city().await;
    let Fetched::New { value, tag } = client.get::<serde_json::Value>(&["sites"], &[], None).await.unwrap() else {
        panic!("nothing was known")
    };
    assert!(value["data"].is_array() && tag.is_some());
    assert_eq!(client.get(&["sites"], &[], tag.as_ref()).await.unwrap(), Fetched::<serde_json::Value>::Unchanged);
    let other = client.get::<serde_json::Value>(&["venues"], &[], tag.as_ref()).await.unwrap();
    assert!(matches!(other, Fetched::New { .. }), "a tag of something else");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_come_in_order_and_as_they_happen() {
    let (serving, _host, client) = city().await;
    let cursor = client.event_page(EventQuery::new()).await.unwrap().changes_cursor.unwrap();
    let past: Vec<_> = client.follow(Since::Start, Vec::new()).take(7).try_collect().await.unwrap();
    assert!(past.iter().all(|change| change.kind == ChangeKind::Created && change.event.is_some()));

    let mut news = pin!(client.follow(Since::Cursor(cursor), vec![("include".to_owned(), "nothing".to_owned())]));
    let source = sample::declare(serving.database.store(), "horseshoe").await.unwrap();
    let record = serving.database.store().record(sample::listing(&source, 30, 1));
    let (change, recorded) = tokio::join!(news.try_next(), record);
    recorded.unwrap();
    let change = change.unwrap().unwrap();
    assert_eq!((change.kind, change.event), (ChangeKind::Created, None));

    let forged = client.changes(&Since::Cursor("forged".to_owned()), &[], 0).await.unwrap_err();
    assert_eq!(forged.problem().unwrap().status, 400);
}

/// A server that is busy so often, then answers; and how often it was asked.
async fn busy(times: u32, retry_after: &'static str) -> (Host, Arc<AtomicU32>) {
    let asked = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&asked);
    let answer = async move || {
        if count.fetch_add(1, Ordering::Relaxed) < times {
            let problem = serde_json::json!({"type": "urn:marquee:problem:busy", "title": "Busy", "status": 503, "detail": "busy"});
            return (StatusCode::SERVICE_UNAVAILABLE, [("retry-after", retry_after)], Json(problem)).into_response();
        }
        Json(serde_json::json!({"name": "marquee", "version": "1", "contract": "x"})).into_response()
    };
    (host(Router::new().route("/version", get(answer))).await, asked)
}

#[tokio::test]
async fn a_busy_server_is_asked_again_when_it_says_and_not_for_ever() {
    let limits = Limits { retries: 2, longest_wait: Duration::from_secs(5), ..Limits::default() };
    let (host, asked) = busy(1, "1").await;
    let began = Instant::now();
    Client::with(&host.url, None, limits).unwrap().version().await.unwrap();
    assert!(began.elapsed() >= Duration::from_secs(1), "it waited as long as the server said");
    assert_eq!(asked.load(Ordering::Relaxed), 2);

    let (host, asked) = busy(u32::MAX, "0").await;
    let error = Client::with(&host.url, None, limits).unwrap().version().await.unwrap_err();
    assert_eq!((error.problem().unwrap().retry_after, asked.load(Ordering::Relaxed)), (Some(0), 3));

    let (host, asked) = busy(u32::MAX, "3600").await;
    Client::with(&host.url, None, limits).unwrap().version().await.unwrap_err();
    assert_eq!(asked.load(Ordering::Relaxed), 1, "an hour is longer than anybody waits");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_packed_stream_arrives_whole() {
    let (_serving, host, _client) = city().await;
    let address = host.url.strip_prefix("http://").unwrap();
    for format in ["csv", "ndjson", "geojson"] {
        let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
        let request = format!(
            "GET /api/v1/events.{format} HTTP/1.1\r\nhost: x\r\naccept-encoding: gzip\r\nconnection: close\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        assert!(String::from_utf8_lossy(&answer).contains("content-encoding: gzip"), "{format}");
        assert!(answer.ends_with(b"\r\n0\r\n\r\n"), "{format}: the last chunk is missing");
    }
}
