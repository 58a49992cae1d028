//! Several processes at one database: each subscription is served by one at a time.

use std::sync::Arc;

use chrono::TimeDelta;
use marquee_webhooks::{Turned, WebhookSettings};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::{Bench, deliverer};

#[tokio::test]
async fn processes_share_the_work_and_send_nothing_twice() {
    let settings = WebhookSettings { batch: 2, ..WebhookSettings::default() };
    let bench = Bench::with(settings.clone()).await;
    for _ in 0..6 {
        bench.subscribe(json!({ "since": "start" })).await;
    }
    let host = [bench.receiver.host.as_str()];
    let others: Vec<_> = (0..3).map(|_| deliverer(bench.store(), &host, &bench.clock, settings.clone())).collect();
    let work = others.iter().map(async |other| while other.turn().await.unwrap() != Turned::Idle {});
    futures::future::join_all(work).await;
    bench.drain().await;
    let received = bench.receiver.received();
    let mut ids: Vec<&str> = received.iter().map(super::receiver::Received::id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(received.len(), 6 * 4, "seven changes in steps of two, to each of six");
    assert_eq!(ids.len(), received.len(), "nothing was sent twice");
}

#[tokio::test]
async fn a_process_that_was_held_up_cannot_change_what_its_successor_does() {
    let bench = Bench::new().await;
    let (id, _) = bench.subscribe(json!({ "since": "start" })).await;
    let late = bench
        .store()
        .claim_webhook("late", bench.clock_now(), std::time::Duration::from_secs(60))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(bench.drain().await, [], "one at a time");
    bench.clock.forward(TimeDelta::seconds(60));
    assert_eq!(bench.drain().await.len(), 1, "who shows no sign of life is taken over");
    assert!(!bench.store().pass_over(&late, 1_000_000).await.unwrap());
    assert_eq!(bench.webhook(id).await.position, 7);
}

#[tokio::test]
async fn a_deliverer_that_runs_is_woken_by_a_change_and_stops_when_it_is_told_to() {
    // It looks by itself once an hour only, so that what comes was told by a notification.
    let settings = WebhookSettings { poll_ms: 3_600_000, ..WebhookSettings::default() };
    let bench = Bench::with(settings.clone()).await;
    bench.subscribe(json!({})).await;
    let moon = bench.event("Moon").await;
    let (stop, host) = (CancellationToken::new(), [bench.receiver.host.as_str()]);
    let running = Arc::new(deliverer(bench.store(), &host, &bench.clock, settings)).run(stop.clone());
    let running = tokio::spawn(running);
    bench.flip(moon, true).await;
    bench.receiver.until(1).await;
    bench.flip(moon, false).await;
    bench.receiver.until(2).await;
    stop.cancel();
    running.await.unwrap();
    assert_eq!(bench.receiver.received().len(), 2);
}
