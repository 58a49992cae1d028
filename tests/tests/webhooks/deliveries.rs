//! What is sent, when, and what follows from each answer.

use axum::http::Method;
use chrono::TimeDelta;
use marquee_model::Clock as _;
use marquee_store::{DeliveryState, Verdict, WebhookState};
use marquee_webhooks::{Turned, WebhookSettings};
use serde_json::{Value, json};

use super::{Bench, ask};

const SENT: Turned = Turned::Sent(Verdict::Delivered);

#[tokio::test]
async fn a_delivery_is_signed_as_the_standard_says_and_holds_the_feeds_own_entries() {
    let bench = Bench::new().await;
    let (id, secret) = bench.subscribe(json!({ "since": "start" })).await;
    assert_eq!(bench.drain().await, [SENT]);
    let received = bench.receiver.received();
    let [one] = received.as_slice() else { panic!("{received:?}") };
    assert_eq!(one.signatures_by(&secret), 1);
    assert_eq!(one.signatures_by("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="), 0);
    assert_eq!(one.header("webhook-timestamp"), bench.clock.now().timestamp().to_string());
    assert_eq!(one.header("content-type"), "application/json");
    assert!(one.id().starts_with("dlv_"));
    let json = one.json();
    assert_eq!(json["type"], "changes.batch");
    assert_eq!(json["timestamp"], "2026-11-23T12:00:00.000Z");
    assert_eq!(json["data"]["webhook"], id.to_string());
    let feed = bench.serving.get("/api/v1/changes?since=start").await.json();
    assert_eq!(json["data"]["changes"], feed["data"], "both ways to follow tell the same");
    assert_eq!(one.changes().len(), 7);
}

#[tokio::test]
async fn what_fails_is_tried_again_later_and_later_with_the_same_id_and_bytes() {
    let settings = WebhookSettings { retry_jitter: 0.0, ..WebhookSettings::default() };
    let bench = Bench::with(settings).await;
    let (id, secret) = bench.subscribe(json!({ "since": "start" })).await;
    bench.receiver.answer(500);
    bench.receiver.answer(404);
    bench.receiver.answer(503);
    for (failures, wait) in [(1, 5), (2, 20), (3, 80)] {
        let next = bench.clock.now() + TimeDelta::seconds(wait);
        assert_eq!(bench.drain().await, [Turned::Sent(Verdict::Again(next))]);
        let webhook = bench.webhook(id).await;
        assert_eq!((webhook.failures, webhook.next_at, webhook.state), (failures, next, WebhookState::Active));
        bench.clock.forward(TimeDelta::seconds(wait) - TimeDelta::milliseconds(1));
        assert_eq!(bench.drain().await, [], "not before its time");
        bench.clock.forward(TimeDelta::milliseconds(1));
    }
    assert_eq!(bench.drain().await, [SENT]);
    let received = bench.receiver.received();
    assert_eq!(received.len(), 4);
    for one in &received {
        assert_eq!((one.id(), &one.body), (received[0].id(), &received[0].body));
        assert_eq!(one.signatures_by(&secret), 1, "each attempt is signed with its own time");
    }
    assert_ne!(received[0].header("webhook-timestamp"), received[3].header("webhook-timestamp"));
    let webhook = bench.webhook(id).await;
    assert_eq!((webhook.failures, webhook.failing_since), (0, None), "success forgets failures");
}

#[tokio::test]
async fn a_subscriber_may_ask_to_be_left_alone_for_longer() {
    let settings = WebhookSettings { retry_jitter: 0.0, ..WebhookSettings::default() };
    let bench = Bench::with(settings).await;
    bench.subscribe(json!({ "since": "start" })).await;
    bench.receiver.answer_with(429, ("retry-after", "120"), "slow down");
    let next = bench.clock.now() + TimeDelta::seconds(120);
    assert_eq!(bench.drain().await, [Turned::Sent(Verdict::Again(next))]);
}

#[tokio::test]
async fn deliveries_are_bounded_and_keep_their_order_even_where_one_fails() {
    let settings = WebhookSettings { batch: 3, retry_jitter: 0.0, ..WebhookSettings::default() };
    let bench = Bench::with(settings).await;
    let (id, _) = bench.subscribe(json!({ "since": "start" })).await;
    bench.receiver.answer(200);
    bench.receiver.answer(500);
    assert_eq!(bench.drain().await.len(), 2, "after the failure nothing overtakes");
    let moon = bench.event("Moon").await;
    bench.flip(moon, true).await;
    assert_eq!(bench.drain().await, [], "new changes do not overtake either");
    bench.clock.forward(TimeDelta::seconds(5));
    assert_eq!(bench.drain().await, [SENT, SENT], "the one that failed, and the last two changes");
    let received = bench.receiver.received();
    assert_eq!(received[1].id(), received[2].id(), "the one that failed came again");
    let told: Vec<Value> = [0, 2, 3]
        .iter()
        .flat_map(|n| received.get(*n).map(super::receiver::Received::changes).unwrap_or_default())
        .collect();
    let cursors = |entries: &[Value]| entries.iter().map(|e| e["cursor"].clone()).collect::<Vec<_>>();
    let feed = bench.serving.get("/api/v1/changes?since=start&limit=100").await.json();
    assert_eq!(cursors(&told), cursors(feed["data"].as_array().unwrap()));
    assert_eq!(bench.webhook(id).await.behind, 0);
}

#[tokio::test]
async fn a_410_ends_the_subscription_for_good() {
    let bench = Bench::new().await;
    let (id, _) = bench.subscribe(json!({ "since": "start" })).await;
    bench.receiver.answer(410);
    assert!(matches!(bench.drain().await.as_slice(), [Turned::Sent(Verdict::Ended(_))]));
    let webhook = bench.webhook(id).await;
    assert_eq!(webhook.state, WebhookState::Ended);
    assert!(webhook.state_reason.unwrap().contains("410"));
    let moon = bench.event("Moon").await;
    bench.flip(moon, true).await;
    bench.clock.forward(TimeDelta::days(30));
    assert_eq!(bench.drain().await, []);
    assert_eq!(bench.receiver.received().len(), 1);
    let path = format!("/api/v1/webhooks/{id}");
    let again = ask(&bench.serving, Method::PATCH, &path, Some(&json!({ "state": "active" }))).await;
    assert_eq!(again.status, 409, "{}", again.body);
}

#[tokio::test]
async fn after_days_without_success_a_subscription_is_disabled_and_goes_on_where_it_was_once_it_is_activated() {
    let bench = Bench::new().await;
    let (id, _) = bench.subscribe(json!({ "since": "start" })).await;
    bench.receiver.always(Some(500));
    let began = bench.clock.now();
    while bench.webhook(id).await.state == WebhookState::Active {
        bench.drain().await;
        let webhook = bench.webhook(id).await;
        assert!(webhook.state == WebhookState::Active || bench.clock.now() - began >= TimeDelta::days(5));
        let left = (webhook.next_at - bench.clock.now()).max(TimeDelta::zero());
        bench.clock.forward(left);
    }
    assert!(bench.clock.now() - began < TimeDelta::days(6), "{}", bench.clock.now() - began);
    let webhook = bench.webhook(id).await;
    assert_eq!(webhook.state, WebhookState::Disabled);
    assert!(webhook.state_reason.unwrap().contains("5 days"));
    let tried = bench.receiver.received().len();
    assert!((20..40).contains(&tried), "{tried} attempts");
    bench.clock.forward(TimeDelta::days(1));
    assert_eq!(bench.drain().await, [], "nothing is sent to who does not answer");

    bench.receiver.always(None);
    let path = format!("/api/v1/webhooks/{id}");
    // The API's clock stands still at the beginning, so that what waits is due at once.
    let again = ask(&bench.serving, Method::PATCH, &path, Some(&json!({ "state": "active" }))).await;
    assert_eq!(again.json()["state"], "active");
    assert_eq!(again.json()["failures"], 0);
    assert_eq!(bench.drain().await, [SENT]);
    let received = bench.receiver.received();
    assert_eq!(received[tried].id(), received[0].id(), "what waited is what comes first");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let bench = Bench::new().await;
    let (id, _) = bench.subscribe(json!({ "since": "start" })).await;
    let elsewhere = format!("http://{}/elsewhere", bench.receiver.host);
    bench.receiver.answer_with(307, ("location", &elsewhere), "");
    assert!(matches!(bench.drain().await.as_slice(), [Turned::Sent(Verdict::Again(_))]));
    assert_eq!(bench.receiver.received().len(), 1);
    let log = bench.store().deliveries(id, None, None, 10).await.unwrap().items;
    let last = log[0].last.clone().unwrap();
    assert_eq!(last.status, Some(307));
    assert!(last.error.unwrap().contains("redirects are not followed"));
}

#[tokio::test]
async fn an_address_that_may_not_be_asked_is_never_asked_and_the_owner_is_told() {
    let bench = Bench::new().await;
    let strict = super::deliverer(bench.store(), &[], &bench.clock, WebhookSettings::default());
    for url in [
        bench.receiver.url(),
        "http://169.254.169.254/latest/meta-data".to_owned(),
        "http://localhost/".to_owned(),
        "http://[::1]/".to_owned(),
    ] {
        let (id, _) = bench.subscribe(json!({ "since": "start", "url": url })).await;
        assert!(matches!(strict.turn().await.unwrap(), Turned::Sent(Verdict::Disabled(_))), "{url}");
        let webhook = bench.webhook(id).await;
        assert_eq!(webhook.state, WebhookState::Disabled);
        assert!(webhook.state_reason.unwrap().contains("may not be asked"), "{url}");
    }
    assert_eq!(bench.receiver.received().len(), 0);
}

#[tokio::test]
async fn only_what_is_wanted_is_delivered() {
    let bench = Bench::new().await;
    let filter = json!({ "sites": ["charleston"], "kinds": ["removed", "created"] });
    let (id, _) = bench.subscribe(json!({ "since": "start", "filter": filter })).await;
    bench.drain().await;
    let (moon, farm) = (bench.event("Moon").await, bench.event("Sun").await);
    bench.flip(moon, true).await;
    bench.flip(farm, true).await;
    bench.flip(farm, false).await;
    bench.drain().await;
    let told: Vec<Value> = bench.receiver.received().iter().flat_map(super::receiver::Received::changes).collect();
    let kinds: Vec<&str> = told.iter().map(|entry| entry["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["created", "removed"]);
    assert!(told.iter().all(|entry| entry["event_id"] == farm.to_string()));
    assert_eq!(bench.webhook(id).await.behind, 0, "what is not wanted is passed over");
}

#[tokio::test]
async fn a_paused_subscription_gets_nothing_and_later_everything_that_is_kept() {
    let bench = Bench::new().await;
    let (id, _) = bench.subscribe(json!({})).await;
    let path = format!("/api/v1/webhooks/{id}");
    let paused = ask(&bench.serving, Method::PATCH, &path, Some(&json!({ "state": "paused" }))).await;
    assert_eq!(paused.json()["state"], "paused");
    let moon = bench.event("Moon").await;
    bench.flip(moon, true).await;
    assert_eq!(bench.drain().await, []);
    assert_eq!(ask(&bench.serving, Method::GET, &path, None).await.json()["behind"], 1);
    ask(&bench.serving, Method::PATCH, &path, Some(&json!({ "state": "active" }))).await;
    assert_eq!(bench.drain().await, [SENT]);
    assert_eq!(bench.receiver.received()[0].changes()[0]["kind"], "removed");
}

#[tokio::test]
async fn who_missed_what_is_not_kept_any_more_is_told_to_start_over_and_follows_from_there() {
    let bench = Bench::new().await;
    let (id, _) = bench.subscribe(json!({ "since": "start" })).await;
    bench.store().prune_changes(bench.clock.now() + TimeDelta::days(400)).await.unwrap();
    let moon = bench.event("Moon").await;
    bench.flip(moon, true).await;
    assert_eq!(bench.drain().await, [SENT, SENT]);
    let received = bench.receiver.received();
    assert_eq!(received[0].json()["type"], "changes.start_over");
    assert_eq!(received[1].changes().len(), 1);
    assert_eq!(bench.webhook(id).await.behind, 0);
}

#[tokio::test]
async fn a_new_secret_signs_beside_the_old_one_for_a_day() {
    let bench = Bench::new().await;
    let (id, old) = bench.subscribe(json!({ "since": "start" })).await;
    let rotated = ask(&bench.serving, Method::POST, &format!("/api/v1/webhooks/{id}/secret"), None).await;
    assert_eq!(rotated.status, 200, "{}", rotated.body);
    let new = rotated.json()["secret"].as_str().unwrap().to_owned();
    assert_ne!(new, old);
    bench.drain().await;
    let moon = bench.event("Moon").await;
    bench.flip(moon, true).await;
    bench.clock.forward(TimeDelta::hours(25));
    bench.drain().await;
    let received = bench.receiver.received();
    assert_eq!((received[0].signatures_by(&old), received[0].signatures_by(&new)), (1, 1));
    assert_eq!((received[1].signatures_by(&old), received[1].signatures_by(&new)), (0, 1));
}

#[tokio::test]
async fn settled_deliveries_leave_the_log_after_their_time() {
    let bench = Bench::new().await;
    let (id, _) = bench.subscribe(json!({ "since": "start" })).await;
    bench.drain().await;
    bench.clock.forward(TimeDelta::days(13));
    assert_eq!(bench.deliverer.tidy().await.unwrap(), 0);
    bench.clock.forward(TimeDelta::days(2));
    assert_eq!(bench.deliverer.tidy().await.unwrap(), 1);
    assert_eq!(bench.store().deliveries(id, Some(DeliveryState::Delivered), None, 10).await.unwrap().items, []);
}
