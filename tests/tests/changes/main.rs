//! Following changes: the feed, waiting for it, its stream, and what is told to who was away for too long.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in the tests' own functions, too: what is not there fails the test"
)]

mod convergence;
mod feed;
mod stream;

use axum::http::Method;
use chrono::{DateTime, Utc};
use marquee_model::EventId;
use marquee_reconcile::{Decider, Decision};
use marquee_store::{Intervention, Store};
use marquee_tests::{sample, serving::Serving};
use serde_json::Value;

/// The entries of an answer's feed.
fn entries(answer: &Value) -> Vec<Value> {
    answer["data"].as_array().unwrap_or_else(|| panic!("no entries in {answer}")).clone()
}

/// Everything that the feed has after a cursor, read in steps of `limit`; and the cursor after it.
async fn all_after(serving: &Serving, since: &str, more: &str, limit: u32) -> (Vec<Value>, String) {
    let (mut read, mut cursor) = (Vec::new(), since.to_owned());
    loop {
        let answer = serving.get(&format!("/api/v1/changes?since={cursor}&limit={limit}{more}")).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let json = answer.json();
        read.extend(entries(&json));
        json["cursor"].as_str().unwrap().clone_into(&mut cursor);
        if json["has_more"] == false {
            return (read, cursor);
        }
    }
}

fn decision(minutes: i64) -> Decision {
    Decision { by: Decider::Person("Ada".to_owned()), at: sample::instant(minutes), reason: "she said so".to_owned() }
}

async fn hide(store: &Store, event: &str) {
    let event: EventId = event.parse().unwrap();
    store.intervene(&Intervention::Hide { event }, &decision(30)).await.unwrap();
}

async fn show(store: &Store, event: &str) {
    let event: EventId = event.parse().unwrap();
    store.intervene(&Intervention::Show { event }, &decision(31)).await.unwrap();
}

async fn retitle(store: &Store, event: &str, title: &str) {
    let wish = Intervention::Correct {
        event: event.parse().unwrap(),
        field: marquee_reconcile::EventField::Title,
        value: title.into(),
    };
    store.intervene(&wish, &decision(32)).await.unwrap();
}

/// The id of the event whose title begins so.
async fn event_id(serving: &Serving, title: &str) -> String {
    let events = serving.get("/api/v1/events?limit=100").await.json();
    let event = events["data"].as_array().unwrap().iter().find(|e| e["title"].as_str().unwrap().starts_with(title));
    event.unwrap()["id"].as_str().unwrap().to_owned()
}

/// The header of a list that leads into the feed.
async fn snapshot_cursor(serving: &Serving) -> String {
    let answer = serving.ask(Method::GET, "/api/v1/events?limit=1", &[]).await;
    let cursor = answer.header("marquee-changes-cursor").to_owned();
    assert!(!cursor.is_empty(), "a list tells from where on to follow");
    cursor
}

/// An instant far enough from the samples' own.
fn long_after() -> DateTime<Utc> {
    sample::instant(60 * 24 * 365)
}
