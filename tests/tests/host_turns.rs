//! Turns at hosts that processes share through the database.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use chrono::{DateTime, TimeDelta, Utc};
use marquee_crawl::StoreBook;
use marquee_fetch::{HostBook as _, HostState, PolitenessSettings, polite::Turn};
use marquee_store::{HostKnown, HostTurnAnswer, HostTurnAsk, PoolSettings, Store};
use marquee_tests::database;
use serde_json::json;

const HOST: &str = "venue.example";

fn at(seconds: i64) -> DateTime<Utc> {
    "2026-10-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::seconds(seconds)
}

fn ask(holder: &str, now: DateTime<Utc>) -> HostTurnAsk<'_> {
    HostTurnAsk { host: HOST, holder, now, per_host: 1, lease_ms: 60_000 }
}

#[tokio::test]
async fn a_turn_is_given_to_one_and_to_the_next_when_it_comes_back_and_the_host_has_rested() {
    let db = database::fresh().await;
    let store = db.store();
    assert_eq!(store.host_turn(ask("a", at(0))).await.unwrap(), HostTurnAnswer::Granted(json!({})));
    assert_eq!(store.host_turn(ask("b", at(0))).await.unwrap(), HostTurnAnswer::Busy);
    let other = HostTurnAsk { host: "other.example", ..ask("b", at(0)) };
    assert!(matches!(store.host_turn(other).await.unwrap(), HostTurnAnswer::Granted(_)));

    let state = json!({ "learnt_ms": 7 });
    let known = HostKnown { state: &state, not_before: Some(at(10)), gap_ms: 0 };
    assert!(store.host_done(HOST, "a", known).await.unwrap());
    assert!(!store.host_done(HOST, "a", known).await.unwrap(), "it was given back before");
    let wait = HostTurnAnswer::Wait { until: at(10), state: state.clone() };
    assert_eq!(store.host_turn(ask("b", at(9))).await.unwrap(), wait);
    assert_eq!(store.host_turn(ask("b", at(10))).await.unwrap(), HostTurnAnswer::Granted(state.clone()));

    let hosts = store.hosts().await.unwrap();
    let names: Vec<_> = hosts.iter().map(|host| (host.host.as_str(), host.turns)).collect();
    assert_eq!(names, [("other.example", 1), (HOST, 1)]);
    assert_eq!((hosts[1].state.clone(), hosts[1].not_before), (state, Some(at(10))));
    assert!(store.forget_host(HOST).await.unwrap() && !store.forget_host(HOST).await.unwrap());
}

#[tokio::test]
async fn a_turn_of_a_killed_process_ends_and_its_late_word_counts_no_more() {
    let db = database::fresh().await;
    let store = db.store();
    let gone = HostTurnAsk { lease_ms: 0, ..ask("gone", at(0)) };
    assert!(matches!(store.host_turn(gone).await.unwrap(), HostTurnAnswer::Granted(_)));
    assert!(matches!(store.host_turn(ask("next", at(0))).await.unwrap(), HostTurnAnswer::Granted(_)));
    let late = json!({ "learnt_ms": 9 });
    let known = HostKnown { state: &late, not_before: Some(at(99)), gap_ms: 0 };
    assert!(!store.host_done(HOST, "gone", known).await.unwrap());
    assert_eq!(store.hosts().await.unwrap()[0].state, json!({}));
}

#[tokio::test]
async fn a_turn_that_is_renewed_goes_on() {
    let db = database::fresh().await;
    let store = db.store();
    assert!(matches!(store.host_turn(ask("a", at(0))).await.unwrap(), HostTurnAnswer::Granted(_)));
    assert!(store.host_renew(HOST, "a", 60_000).await.unwrap());
    assert_eq!(store.host_turn(ask("b", at(0))).await.unwrap(), HostTurnAnswer::Busy);
    assert!(store.host_renew(HOST, "a", 0).await.unwrap());
    assert!(matches!(store.host_turn(ask("b", at(0))).await.unwrap(), HostTurnAnswer::Granted(_)));
    assert!(!store.host_renew(HOST, "a", 60_000).await.unwrap(), "it is another's now");
}

#[tokio::test]
async fn where_several_may_ask_at_once_no_more_do_and_their_starts_keep_the_gap() {
    let db = database::fresh().await;
    let store = db.store();
    let two = |holder, now| HostTurnAsk { per_host: 2, ..ask(holder, now) };
    assert!(matches!(store.host_turn(two("a", at(0))).await.unwrap(), HostTurnAnswer::Granted(_)));
    let known = HostKnown { state: &json!({}), not_before: None, gap_ms: 5_000 };
    assert!(store.host_done(HOST, "a", known).await.unwrap());
    assert!(matches!(store.host_turn(two("b", at(0))).await.unwrap(), HostTurnAnswer::Granted(_)));
    let wait = store.host_turn(two("c", at(4))).await.unwrap();
    assert!(matches!(wait, HostTurnAnswer::Wait { until, .. } if until == at(5)), "{wait:?}");
    assert!(matches!(store.host_turn(two("c", at(5))).await.unwrap(), HostTurnAnswer::Granted(_)));
    assert_eq!(store.host_turn(two("d", at(60))).await.unwrap(), HostTurnAnswer::Busy);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn four_processes_never_ask_one_host_at_the_same_time() {
    let db = database::fresh().await;
    let settings = PolitenessSettings { delay_ms: 0, ..PolitenessSettings::default() };
    let (at_once, most, turns) =
        (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let mut processes = Vec::new();
    for process in 0..4 {
        // A pool of its own, as a process has.
        let store = Store::connect(db.url(), &PoolSettings::default()).await.unwrap();
        let book = Arc::new(StoreBook::new(store, settings.clone()));
        for crawl in 0..3 {
            let (book, settings) = (Arc::clone(&book), settings.clone());
            let (at_once, most, turns) = (Arc::clone(&at_once), Arc::clone(&most), Arc::clone(&turns));
            processes.push(tokio::spawn(async move {
                for request in 0..10 {
                    let holder = format!("{process}-{crawl}-{request}");
                    let state = loop {
                        match book.turn(HOST, &holder, at(0)).await.unwrap() {
                            Turn::Granted(state) => break state,
                            Turn::Busy => tokio::task::yield_now().await,
                            Turn::Wait { .. } => panic!("there is no delay"),
                        }
                    };
                    most.fetch_max(at_once.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    turns.fetch_add(1, Ordering::SeqCst);
                    tokio::task::yield_now().await;
                    let answer = marquee_fetch::polite::Answer::Status {
                        status: 200,
                        retry_after: None,
                        took: TimeDelta::zero(),
                    };
                    let state: HostState = state.note(&answer, at(0), &settings, 0.0);
                    at_once.fetch_sub(1, Ordering::SeqCst);
                    book.done(HOST, &holder, &state).await.unwrap();
                }
            }));
        }
    }
    for process in processes {
        process.await.unwrap();
    }
    assert_eq!((most.load(Ordering::SeqCst), turns.load(Ordering::SeqCst)), (1, 120));
    let known: HostState = serde_json::from_value(db.store().hosts().await.unwrap()[0].state.clone()).unwrap();
    assert_eq!(known.heard.good, 120, "no answer's teaching was lost");
}
