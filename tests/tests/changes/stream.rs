//! `GET /changes/stream`: server-sent events, on a real socket where it matters.

use std::time::Duration;

use axum::{
    Router,
    body::{Body, BodyDataStream},
    http::{HeaderMap, Request, StatusCode},
};
use futures::StreamExt as _;
use marquee_serve::FollowSettings;
use marquee_tests::serving::{Serving, fill, settings};
use serde_json::Value;
use sqlx::Connection as _;
use tower::ServiceExt as _;

use super::{all_after, event_id, hide, long_after, show, snapshot_cursor};

/// Long enough for a loaded machine; nothing waits so long where all is well.
const AT_MOST: Duration = Duration::from_secs(20);

/// An event of a stream.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Sent {
    kind: String,
    id: String,
    data: String,
    comment: String,
}

/// A stream under reading, parsed as WHATWG HTML section 9.2.6 says.
struct Reading {
    status: StatusCode,
    headers: HeaderMap,
    body: BodyDataStream,
    text: String,
}

impl Reading {
    async fn open(router: Router, path: &str, headers: &[(&str, &str)]) -> Self {
        let request = headers.iter().fold(Request::get(path), |r, (name, value)| r.header(*name, *value));
        let response = tokio::time::timeout(AT_MOST, router.oneshot(request.body(Body::empty()).unwrap())).await;
        let (parts, body) = response.expect("the head comes at once").unwrap().into_parts();
        let (status, headers) = (parts.status, parts.headers);
        Self { status, headers, body: body.into_data_stream(), text: String::new() }
    }

    /// The next event; `None` is the end.
    async fn next(&mut self) -> Option<Sent> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let mut sent = Sent::default();
                for line in event.lines() {
                    let (name, value) = line.split_once(':').unwrap();
                    let value = value.trim_start_matches(' ').to_owned();
                    match name {
                        "event" => sent.kind = value,
                        "id" => sent.id = value,
                        "data" => sent.data = value,
                        "" => sent.comment = value,
                        _ => {}
                    }
                }
                self.text = rest.to_owned();
                return Some(sent);
            }
            let piece = tokio::time::timeout(AT_MOST, self.body.next()).await.expect("the stream says something");
            self.text.push_str(std::str::from_utf8(&piece?.unwrap()).unwrap());
        }
    }

    /// The next event that is a change.
    async fn change(&mut self) -> (Sent, Value) {
        loop {
            let sent = self.next().await.expect("the stream goes on");
            if !sent.data.is_empty() {
                let json = serde_json::from_str(&sent.data).unwrap();
                return (sent, json);
            }
        }
    }
}

#[tokio::test]
async fn changes_come_as_they_happen_and_each_id_is_the_entrys_cursor() {
    let serving = Serving::filled().await;
    let moon = event_id(&serving, "Moon").await;
    let mut stream = Reading::open(serving.router(), "/api/v1/changes/stream?since=now", &[]).await;
    assert_eq!(stream.status, 200);
    assert_eq!(stream.headers["content-type"], "text/event-stream");
    assert!(!stream.headers.contains_key("etag"), "what has no end has no tag");
    hide(serving.database.store(), &moon).await;
    show(serving.database.store(), &moon).await;
    let (first, gone) = stream.change().await;
    let (second, back) = stream.change().await;
    assert_eq!((first.kind.as_str(), second.kind.as_str()), ("removed", "returned"));
    assert_eq!((gone["event_id"].as_str(), back["event"]["id"].as_str()), (Some(&*moon), Some(&*moon)));
    assert_eq!(first.id, gone["cursor"].as_str().unwrap());
    // The two ways to follow tell the same.
    let (read, _) = all_after(&serving, &first.id, "", 100).await;
    assert_eq!(read, [back]);
}

#[tokio::test]
async fn a_client_that_connects_again_goes_on_after_the_last_event_that_it_saw() {
    let serving = Serving::filled().await;
    let mut stream = Reading::open(serving.router(), "/api/v1/changes/stream?since=start", &[]).await;
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.push(stream.change().await.1);
    }
    let last = seen[2]["cursor"].as_str().unwrap().to_owned();
    drop(stream);
    let headers = [("last-event-id", last.as_str())];
    let mut stream = Reading::open(serving.router(), "/api/v1/changes/stream?since=start", &headers).await;
    for _ in 3..7 {
        seen.push(stream.change().await.1);
    }
    assert_eq!(seen, all_after(&serving, "start", "", 100).await.0);
}

#[tokio::test]
async fn the_list_streams_to_whom_asks_for_events() {
    let serving = Serving::filled().await;
    let accept = [("accept", "text/event-stream")];
    let mut stream = Reading::open(serving.router(), "/api/v1/changes?since=start&kind=created", &accept).await;
    assert_eq!(stream.headers["content-type"], "text/event-stream");
    assert_eq!(stream.change().await.0.kind, "created");
}

#[tokio::test]
async fn a_stream_without_news_says_that_it_is_there_and_how_far_it_has_read() {
    let follow = FollowSettings { heartbeat_seconds: 1, ..FollowSettings::default() };
    let serving = Serving::following(settings(), follow).await;
    Box::pin(fill(&serving)).await;
    let path = "/api/v1/changes/stream?since=start&kind=removed";
    let mut stream = Reading::open(serving.router(), path, &[]).await;
    assert_eq!(stream.next().await.unwrap().comment, "following");
    let beat = stream.next().await.unwrap();
    assert_eq!(beat.comment, "still here");
    let (read, _) = all_after(&serving, &beat.id, "", 100).await;
    assert_eq!(read, Vec::<Value>::new(), "what nobody wanted need not be read again");
}

#[tokio::test]
async fn a_host_that_stops_ends_its_streams() {
    let serving = Serving::filled().await;
    let mut stream = Reading::open(serving.router(), "/api/v1/changes/stream?since=now", &[]).await;
    assert_eq!(stream.next().await.unwrap().comment, "following");
    serving.stop();
    assert_eq!(stream.next().await, None);
}

#[tokio::test]
async fn one_stream_too_many_is_told_to_come_again_and_a_closed_one_makes_room() {
    let follow = FollowSettings { max_streams: 1, ..FollowSettings::default() };
    let serving = Serving::following(settings(), follow).await;
    let path = "/api/v1/changes/stream?since=now";
    let open = Reading::open(serving.router(), path, &[]).await;
    let refused = serving.get(path).await;
    assert_eq!(refused.status, 503);
    assert!(!refused.header("retry-after").is_empty(), "it is told when to come again");
    drop(open);
    assert_eq!(Reading::open(serving.router(), path, &[]).await.status, 200);
}

#[tokio::test]
async fn a_stream_that_falls_behind_what_is_kept_is_told_to_start_over() {
    let serving = Serving::filled().await;
    let since = snapshot_cursor(&serving).await;
    let moon = event_id(&serving, "Moon").await;
    hide(serving.database.store(), &moon).await;
    let path = format!("/api/v1/changes/stream?since={since}");
    let mut stream = Reading::open(serving.router(), &path, &[]).await;
    // Nothing reads the stream yet: by the time it is read, the change is gone.
    serving.database.store().prune_changes(long_after()).await.unwrap();
    let (sent, problem) = stream.change().await;
    assert_eq!(sent.kind, "start_over");
    assert_eq!(problem["status"], 410);
    assert_eq!(stream.next().await, None);
    let refused = serving.get(&path).await;
    assert_eq!(refused.status, 410);
}

#[tokio::test]
async fn kept_answers_followers_and_webhooks_hear_of_changes_on_one_connection() {
    let serving = Serving::filled().await;
    let store = serving.database.store();
    let event = event_id(&serving, "Moon").await;
    let mut reading = Reading::open(serving.router(), "/api/v1/changes/stream?since=now", &[]).await;
    let webhooks = store.beside(1).listen(marquee_store::GenerationSettings::default()).await.unwrap();
    let mut heard = webhooks.generation().subscribe();
    heard.mark_unchanged();
    hide(store, &event).await;
    while reading.next().await.expect("the stream goes on").kind != "removed" {}
    tokio::time::timeout(AT_MOST, heard.changed()).await.expect("webhooks hear of it").unwrap();

    let listening =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
                     AND query IN ('SELECT last_change FROM counters', 'LISTEN \"marquee_changes\"')";
    let mut connection = sqlx::PgConnection::connect(serving.database.url()).await.unwrap();
    let connections: i64 = sqlx::query_scalar(listening).fetch_one(&mut connection).await.unwrap();
    assert_eq!(connections, 1);
}
