//! Workers share what was asked for, take over what a dead one leaves, and end in good order.

use std::{collections::BTreeSet, time::Duration};

use marquee_crawl::WorkerSettings;
use marquee_jobs::Depth;
use marquee_model::{CrawlRequested, Schedule};
use marquee_store::Taken;
use marquee_tests::sample;

use crate::house::{House, start, until};

#[tokio::test(flavor = "multi_thread")]
async fn a_crawl_that_is_asked_for_twice_runs_once() {
    let house = House::new().await;
    let rex = house.source("rex", "rex.example", Schedule::default()).await;
    house.web.close();
    assert_eq!(house.ask(&rex).await, CrawlRequested::Queued);
    assert_eq!(house.ask(&rex).await, CrawlRequested::AlreadyQueued, "while it waits");
    let worker = house.worker("one", &house.settings).await;
    house.asking(1).await;
    assert_eq!(house.ask(&rex).await, CrawlRequested::AlreadyQueued, "while it runs");
    house.web.open();
    house.idle().await;
    assert_eq!(house.crawls().await.len(), 1);
    assert_eq!(house.ask(&rex).await, CrawlRequested::Queued, "and once it has run it may be asked for again");
    house.idle().await;
    assert_eq!(house.crawls().await.len(), 2);
    worker.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_workers_share_the_work_and_no_host_is_asked_twice_at_a_time() {
    let house = House::new().await;
    for n in 0..12 {
        let source = house.source(&format!("s{n}"), &format!("host{}.example", n % 4), Schedule::default()).await;
        house.ask(&source).await;
    }
    house.web.close();
    let settings = WorkerSettings { parallel: 2, ..house.settings.clone() };
    let one = house.worker("one", &settings).await;
    let two = house.worker("two", &settings).await;
    house.asking(4).await;
    let holders = busy_workers(&house).await;
    assert_eq!(holders, BTreeSet::from(["one".to_owned(), "two".to_owned()]));
    house.web.open();
    house.idle().await;
    let (times, most, most_a_host) = house.web.counts();
    assert_eq!((times, most, most_a_host), (12, 4, 1));
    assert_eq!(house.crawls().await.len(), 12);
    one.end().await;
    two.end().await;
}

/// Who holds claims right now.
async fn busy_workers(house: &House) -> BTreeSet<String> {
    let mut workers = BTreeSet::new();
    for stored in house.store.sources().await.unwrap() {
        let source = stored.source;
        workers.extend(house.store.busy(source.id, source.url.host()).await.unwrap().map(|busy| busy.worker));
    }
    workers
}

#[tokio::test(flavor = "multi_thread")]
async fn the_crawl_of_a_worker_that_dies_is_taken_over_and_its_queue_is_freed() {
    let house = House::new().await;
    let settings = WorkerSettings { lease_ms: 600, parallel: 1, ..house.settings.clone() };
    let rex = house.source("rex", "one.example", Schedule::default()).await;
    let farm = house.source("farm", "one.example", Schedule::default()).await;
    house.web.close();
    house.ask(&rex).await;
    // A runtime of its own dies at once with all that runs in it, as a process does.
    let doomed = tokio::runtime::Runtime::new().unwrap();
    let parts = house.parts();
    let theirs = settings.clone();
    let working = doomed.spawn(async move { start(parts, "doomed", &theirs).await });
    let _working = working.await.unwrap();
    house.asking(1).await;
    house.ask(&farm).await;
    doomed.shutdown_background();
    house.asking(0).await;
    assert_eq!(house.depth().await, Depth { running: 1, waiting: 1, ..Depth::default() });

    house.web.open();
    let heir = house.worker("heir", &settings).await;
    house.idle().await;
    assert_eq!(house.crawls().await.len(), 2);
    assert_eq!(house.store.last_claimed(rex.id).await.unwrap().unwrap().token, 2, "the second claim is the heir's");
    heir.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_is_told_to_stop_takes_nothing_new_and_lets_what_runs_end() {
    let house = House::new().await;
    let (rex, farm) = (
        house.source("rex", "rex.example", Schedule::default()).await,
        house.source("farm", "farm.example", Schedule::default()).await,
    );
    house.web.close();
    let settings = WorkerSettings { parallel: 1, ..house.settings.clone() };
    let worker = house.worker("one", &settings).await;
    house.ask(&rex).await;
    house.asking(1).await;
    house.ask(&farm).await;
    worker.stop.soon.cancel();
    house.web.open();
    worker.end().await;
    assert_eq!(house.crawls().await.len(), 1, "what ran has ended, what waited waits");
    assert_eq!(house.depth().await, Depth { waiting: 1, ..Depth::default() });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crawl_that_does_not_end_in_time_is_left_to_another_worker_at_once() {
    let house = House::new().await;
    let rex = house.source("rex", "rex.example", Schedule::default()).await;
    house.web.close();
    // A lease that nobody could wait for: what is free is free because it was released.
    let settings = WorkerSettings { stop_seconds: 0, lease_ms: 3_600_000, ..house.settings.clone() };
    let first = house.worker("first", &settings).await;
    house.ask(&rex).await;
    house.asking(1).await;
    first.end().await;
    assert_eq!(house.depth().await, Depth { waiting: 1, ..Depth::default() });
    assert!(house.store.busy(rex.id, "rex.example").await.unwrap().is_none(), "the claim was released");
    assert!(house.crawls().await.is_empty());
    house.web.open();
    let second = house.worker("second", &settings).await;
    house.idle().await;
    assert_eq!(house.crawls().await.len(), 1);
    second.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crawl_that_failed_of_something_that_heals_is_tried_again_later_and_not_for_ever() {
    let house = House::new().await;
    let rex = house.source("rex", "rex.example", Schedule::default()).await;
    house.web.fail(true);
    let settings = WorkerSettings { heal_minutes: 0, heal_tries: 2, ..house.settings.clone() };
    let worker = house.worker("one", &settings).await;
    house.ask(&rex).await;
    house.idle().await;
    assert_eq!(house.crawls().await.len(), 3, "once, and two tries");

    // With a wait between, the wish stands in the queue for later; who asks by hand gets it at once.
    worker.end().await;
    let worker = house.worker("two", &WorkerSettings { heal_minutes: 60, ..settings }).await;
    house.ask(&rex).await;
    until("it is put off", async || house.depth().await == Depth { later: 1, ..Depth::default() }).await;
    house.web.fail(false);
    assert_eq!(house.ask(&rex).await, CrawlRequested::Queued);
    house.idle().await;
    assert_eq!(house.crawls().await.len(), 5);
    worker.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wish_joins_a_crawl_that_somebody_runs_by_hand() {
    let house = House::new().await;
    let rex = house.source("rex", "rex.example", Schedule::default()).await;
    let Taken::Claim(by_hand) =
        house.store.claim(rex.id, "rex.example", "me", Duration::from_secs(3600)).await.unwrap()
    else {
        panic!("nobody else crawls");
    };
    house.ask(&rex).await;
    let worker = house.worker("one", &house.settings).await;
    until("the worker has found it busy", async || house.depth().await.later == 1).await;
    let mut record = sample::listing(&rex, 0, 1);
    record.claim = Some(by_hand.clone());
    house.store.record(record).await.unwrap();
    house.store.release(&by_hand).await.unwrap();
    house.idle().await;
    assert_eq!(house.crawls().await.len(), 1);
    assert_eq!(house.web.counts().0, 0, "the worker asked nobody");
    worker.end().await;
}
