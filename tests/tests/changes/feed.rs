//! `GET /changes`: order, filters, cursors, tombstones, retention, waiting.

use std::{sync::Arc, time::Duration};

use axum::http::Method;
use marquee_serve::FollowSettings;
use marquee_store::Intervention;
use marquee_tests::{
    sample,
    serving::{Serving, fill, settings},
};
use serde_json::Value;
use tokio::time::Instant;

use super::{all_after, decision, entries, event_id, hide, long_after, retitle, show, snapshot_cursor};

#[tokio::test]
async fn every_change_is_read_once_and_in_order_whatever_the_steps() {
    let serving = Serving::filled().await;
    let moon = event_id(&serving, "Moon").await;
    retitle(serving.database.store(), &moon, "Sun Quartet").await;
    let (whole, end) = all_after(&serving, "start", "", 100).await;
    assert_eq!(whole.len(), 8, "seven events were created and one was changed");
    for steps in [1, 3] {
        let (read, at) = all_after(&serving, "start", "", steps).await;
        assert_eq!(read, whole);
        assert_eq!(at, end);
    }
    // Every entry's own cursor leads to what comes after it.
    for (place, entry) in whole.iter().enumerate() {
        let (rest, _) = all_after(&serving, entry["cursor"].as_str().unwrap(), "", 100).await;
        assert_eq!(rest, whole[place + 1..]);
    }
}

#[tokio::test]
async fn an_entry_says_what_when_why_and_how_the_event_is_now() {
    let serving = Serving::filled().await;
    let moon = event_id(&serving, "Moon").await;
    let since = snapshot_cursor(&serving).await;
    retitle(serving.database.store(), &moon, "Sun Quartet").await;
    let (read, _) = all_after(&serving, &since, "", 100).await;
    let [entry] = read.as_slice() else { panic!("{read:?}") };
    assert_eq!(entry["kind"], "changed");
    assert_eq!(entry["event_id"], moon.as_str());
    assert_eq!(entry["revision"], 2);
    assert_eq!(entry["fields"]["title"]["from"], "Moon Quartet w/ The Tides");
    assert_eq!(entry["fields"]["title"]["to"], "Sun Quartet");
    assert_eq!(entry["at"], "2026-11-23T12:32:00Z");
    assert!(entry["reason"].as_str().unwrap().contains("she said so"), "{}", entry["reason"]);
    assert_eq!(entry["crawl"], Value::Null);
    let event = serving.get(&format!("/api/v1/events/{moon}")).await.json();
    assert_eq!(entry["event"], event, "the entry's event is the event");
    let (bare, _) = all_after(&serving, &since, "&include=nothing", 100).await;
    assert_eq!(bare[0]["event"], Value::Null);
}

#[tokio::test]
async fn what_is_removed_leaves_a_tombstone_and_may_return() {
    let serving = Serving::filled().await;
    let store = serving.database.store();
    let (moon, last) = (event_id(&serving, "Moon").await, event_id(&serving, "Last Week").await);
    let since = snapshot_cursor(&serving).await;
    hide(store, &moon).await;
    let wish = Intervention::Merge { from: last.parse().unwrap(), into: moon.parse().unwrap() };
    store.intervene(&wish, &decision(33)).await.unwrap();
    show(store, &moon).await;
    let (read, _) = all_after(&serving, &since, "", 100).await;
    let of = |id: &str, kind: &str| read.iter().find(|e| e["event_id"] == id && e["kind"] == kind).cloned();
    let hidden = of(&moon, "removed").unwrap();
    assert_eq!(hidden["into"], Value::Null, "nobody answers for a hidden one");
    let merged = of(&last, "removed").unwrap();
    assert_eq!(merged["into"], moon.as_str(), "the other answers for a merged one");
    assert_eq!(merged["event"], Value::Null, "what is not in lists is not shown");
    assert!(merged["reason"].as_str().unwrap().contains("she said so"), "{}", merged["reason"]);
    let returned = of(&moon, "returned").unwrap();
    assert_eq!(returned["event"]["id"], moon.as_str());
}

#[tokio::test]
async fn filters_narrow_the_feed_and_the_cursor_moves_on_all_the_same() {
    let serving = Serving::filled().await;
    let moon = event_id(&serving, "Moon").await;
    hide(serving.database.store(), &moon).await;
    let (_, end) = all_after(&serving, "start", "", 100).await;
    for (filter, wanted) in [
        ("&site=toronto", 7),
        ("&site=charleston", 1),
        ("&venue=rex", 7),
        ("&venue=music-farm", 1),
        ("&site=charleston&venue=rex", 0),
        ("&kind=removed", 1),
        ("&kind=created,removed", 8),
        ("&kind=returned", 0),
        ("&field=title", 8),
        ("&kind=changed&field=title", 0),
    ] {
        for limit in [1, 100] {
            let (read, at) = all_after(&serving, "start", filter, limit).await;
            assert_eq!(read.len(), wanted, "{filter}");
            assert_eq!(at, end, "{filter}: the place is the feed's, not the filter's");
        }
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_question_is_named() {
    let serving = Serving::filled().await;
    for (query, parameter) in [
        ("", "since"),
        ("?since=yesterday", "since"),
        ("?since=now&kind=gone", "kind"),
        ("?since=now&field=titel", "field"),
        ("?since=now&site=atlantis", "site"),
        ("?since=now&venue=No%20Venue", "venue"),
        ("?since=now&wait=61", "wait"),
        ("?since=now&include=sources", "include"),
        ("?since=now&cursor=x", "cursor"),
    ] {
        let answer = serving.get(&format!("/api/v1/changes{query}")).await;
        assert_eq!(answer.status, 400, "{query}: {}", answer.body);
        assert_eq!(answer.json()["errors"][0]["parameter"], parameter, "{query}");
    }
    let xml = serving.ask(Method::GET, "/api/v1/changes?since=now", &[("accept", "text/xml")]).await;
    assert_eq!(xml.status, 406);
}

#[tokio::test]
async fn a_cursor_that_was_made_up_or_is_of_another_list_or_server_is_refused() {
    let serving = Serving::filled().await;
    let cursor = snapshot_cursor(&serving).await;
    let mut letters: Vec<char> = cursor.chars().collect();
    letters[5] = if letters[5] == 'A' { 'B' } else { 'A' };
    let changed: String = letters.into_iter().collect();
    let events = serving.get("/api/v1/events?limit=1").await.json();
    let other = Serving::filled().await;
    // The tests' databases are copies of one, which is the one way to have another server's key.
    let pool = sqlx::PgPool::connect(other.database.url()).await.unwrap();
    sqlx::query("UPDATE feed_keys SET key = decode(repeat('5a', 32), 'hex')").execute(&pool).await.unwrap();
    for wrong in [changed, events["next_cursor"].as_str().unwrap().to_owned(), snapshot_cursor(&other).await] {
        let answer = serving.get(&format!("/api/v1/changes?since={wrong}")).await;
        assert_eq!(answer.status, 400, "{wrong}");
    }
}

#[tokio::test]
async fn a_cursor_holds_in_another_process_and_after_a_restart() {
    let serving = Serving::filled().await;
    let cursor = snapshot_cursor(&serving).await;
    // Another process: nothing is shared but the database, and the settings name no secret.
    let settings = marquee_serve::ServeSettings { cursor_secret: None, ..settings() };
    let restarted = serving.restarted(settings, FollowSettings::default());
    let answer = restarted.get(&format!("/api/v1/changes?since={cursor}")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

#[tokio::test]
async fn whoever_was_away_for_too_long_is_told_to_start_over_and_how() {
    let serving = Serving::filled().await;
    let store = serving.database.store();
    let (whole, end) = all_after(&serving, "start", "", 100).await;
    let (first, last) = (whole[0]["cursor"].as_str().unwrap(), whole[6]["cursor"].as_str().unwrap());
    assert_eq!(store.prune_changes(long_after()).await.unwrap(), 7);
    assert_eq!(store.prune_changes(long_after()).await.unwrap(), 0, "there is nothing left to let go of");
    let answer = serving.get(&format!("/api/v1/changes?since={first}")).await;
    assert_eq!(answer.status, 410);
    assert_eq!(answer.json()["type"], "urn:marquee:problem:start-over");
    assert!(answer.json()["detail"].as_str().unwrap().contains("marquee-changes-cursor"), "{}", answer.body);
    // Who had read everything misses nothing.
    for still in [last, end.as_str(), "start", "now"] {
        let (read, _) = all_after(&serving, still, "", 100).await;
        assert_eq!(read, Vec::<Value>::new());
    }
    let moon = event_id(&serving, "Moon").await;
    hide(store, &moon).await;
    let (read, _) = all_after(&serving, &end, "", 100).await;
    assert_eq!(read.len(), 1, "numbers go on where they were");
}

#[tokio::test]
async fn only_what_is_older_than_asked_is_let_go_of() {
    let serving = Serving::filled().await;
    let store = serving.database.store();
    // Six events are of a crawl at minute 0 (written down two seconds later at most), one is of minute 5.
    assert_eq!(store.prune_changes(sample::instant(4)).await.unwrap(), 6);
    let (read, _) = all_after(&serving, "start", "", 100).await;
    assert_eq!(read.len(), 1);
}

#[tokio::test]
async fn a_request_that_waits_is_answered_as_soon_as_something_changes() {
    let serving = Arc::new(Serving::filled().await);
    let moon = event_id(&serving, "Moon").await;
    let waiting = {
        let serving = Arc::clone(&serving);
        tokio::spawn(async move { serving.get("/api/v1/changes?since=now&wait=9&kind=removed").await })
    };
    // Until it waits, hiding and showing make changes that it may or may not see; then one of them ends the wait.
    let began = Instant::now();
    while !waiting.is_finished() {
        hide(serving.database.store(), &moon).await;
        show(serving.database.store(), &moon).await;
        tokio::task::yield_now().await;
        assert!(began.elapsed() < Duration::from_secs(8), "the wait was not ended by a change");
    }
    let answer = waiting.await.unwrap();
    assert_eq!(answer.status, 200);
    assert_eq!(entries(&answer.json())[0]["kind"], "removed");
}

#[tokio::test]
async fn a_wait_ends_without_a_change_and_keeps_its_place() {
    let follow = FollowSettings { max_wait_seconds: 1, ..FollowSettings::default() };
    let serving = Serving::following(settings(), follow).await;
    Box::pin(fill(&serving)).await;
    let (_, end) = all_after(&serving, "start", "", 100).await;
    let began = Instant::now();
    let answer = serving.get(&format!("/api/v1/changes?since={end}&wait=60")).await;
    assert!(began.elapsed() >= Duration::from_millis(900));
    assert_eq!(entries(&answer.json()), Vec::<Value>::new());
    assert_eq!(answer.json()["cursor"], end.as_str());
}

#[tokio::test]
async fn one_waiting_request_too_many_is_answered_at_once() {
    let follow = FollowSettings { max_waiting: 0, ..FollowSettings::default() };
    let serving = Serving::following(settings(), follow).await;
    let began = Instant::now();
    let answer = serving.get("/api/v1/changes?since=now&wait=9").await;
    assert_eq!(answer.status, 200);
    assert!(began.elapsed() < Duration::from_secs(8));
}
