//! What subscribers do over HTTP: subscribe, look, test, redeliver; and who may.

use axum::{body::Body, http::Method};
use chrono::TimeDelta;
use marquee_model::Scope;
use marquee_store::{AuditQuery, Verdict};
use marquee_tests::serving::Serving;
use marquee_webhooks::Turned;
use serde_json::json;

use super::{Bench, ask, ask_as};

const ROUTES: [(Method, &str); 10] = [
    (Method::GET, "/api/v1/webhooks"),
    (Method::POST, "/api/v1/webhooks"),
    (Method::GET, "/api/v1/webhooks/ID"),
    (Method::PATCH, "/api/v1/webhooks/ID"),
    (Method::DELETE, "/api/v1/webhooks/ID"),
    (Method::POST, "/api/v1/webhooks/ID/secret"),
    (Method::POST, "/api/v1/webhooks/ID/test"),
    (Method::GET, "/api/v1/webhooks/ID/deliveries"),
    (Method::GET, "/api/v1/webhooks/ID/deliveries/DELIVERY"),
    (Method::POST, "/api/v1/webhooks/ID/deliveries/DELIVERY/redeliver"),
];

#[tokio::test]
async fn nobody_works_with_subscriptions_without_a_key() {
    let serving = Serving::filled().await;
    for (method, path) in ROUTES {
        for headers in [&[][..], &[("authorization", "Bearer wrong")][..]] {
            let answer = serving.send(method.clone(), path, headers, Body::from("{}")).await;
            assert_eq!(answer.status, 401, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let serving = Serving::filled().await;
    for (method, path) in ROUTES.into_iter().filter(|(_, path)| path.contains("ID")) {
        for id in ["ID", "whk_0198c0de00007000800000000000abcd"] {
            let answer = ask(&serving, method.clone(), &path.replace("ID", id), Some(&json!({}))).await;
            assert_eq!(answer.status, 404, "{method} {path}: {}", answer.body);
        }
    }
}

#[tokio::test]
async fn the_secret_is_shown_once_and_never_again() {
    let bench = Bench::new().await;
    let (id, secret) = bench.subscribe(json!({ "description": "the calendar" })).await;
    assert!(secret.starts_with("whsec_"));
    for path in ["/api/v1/webhooks".to_owned(), format!("/api/v1/webhooks/{id}")] {
        let shown = ask(&bench.serving, Method::GET, &path, None).await;
        assert_eq!(shown.status, 200);
        assert!(shown.body.contains("the calendar"));
        assert!(!shown.body.contains("whsec_") && !shown.body.contains("\"secret\""), "{}", shown.body);
    }
    let (now, lease) = (marquee_tests::sample::instant(0), std::time::Duration::ZERO);
    bench.store().ask_test(id, &marquee_tests::sample::author(0)).await.unwrap();
    let claim = bench.store().claim_webhook("x", now, lease).await.unwrap().unwrap();
    assert!(format!("{claim:?}").contains("WebhookSecret(hidden)"));
    assert_eq!(claim.secrets[0].text(), secret);
}

#[tokio::test]
async fn a_subscription_that_is_wrong_is_refused_with_the_reason() {
    let bench = Bench::new().await;
    for (body, word) in [
        (json!({}), "url"),
        (json!({ "url": "ftp://x.example/" }), "scheme"),
        (json!({ "url": "https://u:p@x.example/" }), "password"),
        (json!({ "url": "https://x.example/", "secret": "mine" }), "secret"),
        (json!({ "url": "https://x.example/", "since": "yesterday" }), "since"),
        (json!({ "url": "https://x.example/", "filter": { "fields": ["titel"] } }), "title"),
        (json!({ "url": "https://x.example/", "filter": { "kinds": ["gone"] } }), "gone"),
        (json!({ "url": "https://x.example/", "filter": { "venue": "rex" } }), "venue"),
        (json!({ "url": "https://x.example/", "description": "x".repeat(201) }), "description"),
    ] {
        let answer = ask(&bench.serving, Method::POST, "/api/v1/webhooks", Some(&body)).await;
        assert_eq!(answer.status, 422, "{body}: {}", answer.body);
        assert!(answer.json()["detail"].as_str().unwrap().contains(word), "{body}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_test_delivery_is_tried_once_and_the_log_tells_everything() {
    let bench = Bench::new().await;
    let (id, secret) = bench.subscribe(json!({})).await;
    let path = format!("/api/v1/webhooks/{id}/test");
    bench.receiver.answer_with(500, ("content-type", "text/plain"), "no\u{1b}[31m thanks");
    let asked = ask(&bench.serving, Method::POST, &path, None).await;
    assert_eq!(asked.status, 202, "{}", asked.body);
    let log = asked.json()["log"].as_str().unwrap().to_owned();
    let before = ask(&bench.serving, Method::GET, &log, None).await.json();
    assert_eq!((before["state"].as_str(), before["attempts"].as_u64()), (Some("asked"), Some(0)));
    assert!(matches!(bench.drain().await.as_slice(), [Turned::Sent(Verdict::Again(_))]));
    bench.clock.forward(TimeDelta::days(1));
    assert_eq!(bench.drain().await, [], "a test is tried once");
    let failed = ask(&bench.serving, Method::GET, &log, None).await.json();
    assert_eq!((failed["state"].as_str(), failed["kind"].as_str()), (Some("failed"), Some("test")));
    let attempt = &failed["log"][0];
    assert_eq!((attempt["status"].as_u64(), attempt["error"].as_str()), (Some(500), Some("status 500")));
    assert_eq!(attempt["excerpt"], "no\u{fffd}[31m thanks");
    assert!(attempt["took_ms"].is_u64());
    assert_eq!(failed["body"], bench.receiver.received()[0].body.as_str());
    assert_eq!(bench.webhook(id).await.failures, 0, "a test that fails says nothing of the deliveries");

    // Once more, by hand: the same id and bytes.
    let again = ask(&bench.serving, Method::POST, &format!("{log}/redeliver"), None).await;
    assert_eq!(again.status, 202, "{}", again.body);
    assert_eq!(bench.drain().await, [Turned::Sent(Verdict::Delivered)]);
    let received = bench.receiver.received();
    assert_eq!((received[0].id(), &received[0].body), (received[1].id(), &received[1].body));
    assert_eq!(received[1].signatures_by(&secret), 1);
    let delivered = ask(&bench.serving, Method::GET, &log, None).await.json();
    assert_eq!((delivered["state"].as_str(), delivered["attempts"].as_u64()), (Some("delivered"), Some(2)));
    let list = ask(&bench.serving, Method::GET, &format!("/api/v1/webhooks/{id}/deliveries?state=delivered"), None)
        .await
        .json();
    assert_eq!(list["data"][0]["last_attempt"]["status"], 200);
}

#[tokio::test]
async fn a_delivery_that_was_taken_can_be_had_again_without_disturbing_the_order() {
    let bench = Bench::new().await;
    let (id, _) = bench.subscribe(json!({ "since": "start" })).await;
    bench.drain().await;
    let first = bench.receiver.received()[0].id().to_owned();
    let path = format!("/api/v1/webhooks/{id}/deliveries/{first}/redeliver");
    for _ in 0..2 {
        assert_eq!(ask(&bench.serving, Method::POST, &path, None).await.status, 202);
    }
    let moon = bench.event("Moon").await;
    bench.flip(moon, true).await;
    bench.drain().await;
    let ids: Vec<String> = bench.receiver.received().iter().map(|one| one.id().to_owned()).collect();
    assert_eq!(ids.len(), 3, "asked for twice, sent once");
    assert_eq!(ids[1], first);
    assert_ne!(ids[2], first);
}

#[tokio::test]
async fn what_is_under_way_is_not_sent_beside_itself() {
    let bench = Bench::new().await;
    let (id, _) = bench.subscribe(json!({ "since": "start" })).await;
    bench.receiver.answer(500);
    bench.drain().await;
    let waiting = bench.receiver.received()[0].id().to_owned();
    let path = format!("/api/v1/webhooks/{id}/deliveries/{waiting}/redeliver");
    assert_eq!(ask(&bench.serving, Method::POST, &path, None).await.status, 409);
}

#[tokio::test]
async fn a_deleted_subscription_is_gone_with_its_log() {
    let bench = Bench::new().await;
    let (id, _) = bench.subscribe(json!({ "since": "start" })).await;
    let path = format!("/api/v1/webhooks/{id}");
    assert_eq!(ask(&bench.serving, Method::DELETE, &path, None).await.status, 204);
    assert_eq!(ask(&bench.serving, Method::GET, &path, None).await.status, 404);
    assert_eq!(bench.drain().await, []);
    assert_eq!(bench.receiver.received().len(), 0);
}

#[tokio::test]
async fn the_list_goes_on_behind_its_cursor() {
    let bench = Bench::new().await;
    for _ in 0..3 {
        bench.subscribe(json!({})).await;
    }
    let first = ask(&bench.serving, Method::GET, "/api/v1/webhooks?limit=2", None).await.json();
    assert_eq!(first["data"].as_array().unwrap().len(), 2);
    let cursor = first["next_cursor"].as_str().unwrap();
    let rest =
        ask(&bench.serving, Method::GET, &format!("/api/v1/webhooks?limit=2&cursor={cursor}"), None).await.json();
    assert_eq!(rest["data"].as_array().unwrap().len(), 1);
    assert!(rest["next_cursor"].is_null());
}

#[tokio::test]
async fn a_key_sees_its_own_subscriptions_alone_and_everything_it_does_is_written_down() {
    let bench = Bench::new().await;
    let (others, _) = bench.subscribe(json!({ "description": "the operator's" })).await;
    let key = bench.key(&[Scope::Webhooks]).await;
    let wanted = json!({ "url": bench.receiver.url(), "description": "the key's" });
    let made = ask_as(&bench.serving, &key, Method::POST, "/api/v1/webhooks", Some(&wanted)).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let list = ask_as(&bench.serving, &key, Method::GET, "/api/v1/webhooks", None).await.json();
    assert_eq!(list["data"].as_array().unwrap().len(), 1);
    assert_eq!(list["data"][0]["description"], "the key's");
    for (method, more) in
        [(Method::GET, ""), (Method::DELETE, ""), (Method::POST, "/test"), (Method::GET, "/deliveries")]
    {
        let answer = ask_as(&bench.serving, &key, method, &format!("/api/v1/webhooks/{others}{more}"), None).await;
        assert_eq!(answer.status, 404, "somebody else's is as unknown as one that is not there");
    }
    let all = ask(&bench.serving, Method::GET, "/api/v1/webhooks", None).await.json();
    assert_eq!(all["data"].as_array().unwrap().len(), 2, "the operator sees all");
    let reader = bench.key(&[Scope::Read]).await;
    assert_eq!(ask_as(&bench.serving, &reader, Method::GET, "/api/v1/webhooks", None).await.status, 403);

    let own = format!("/api/v1/webhooks/{}", made.json()["id"].as_str().unwrap());
    for (method, path, body) in [
        (Method::PATCH, own.clone(), Some(json!({ "state": "paused" }))),
        (Method::POST, format!("{own}/secret"), None),
        (Method::POST, format!("{own}/test"), None),
        (Method::DELETE, own.clone(), None),
    ] {
        assert!(ask_as(&bench.serving, &key, method, &path, body.as_ref()).await.status.is_success(), "{path}");
    }
    let log = bench.store().audit(&AuditQuery { limit: 100, ..AuditQuery::default() }).await.unwrap().items;
    let mut actions: Vec<&str> =
        log.iter().map(|entry| entry.action.as_str()).filter(|action| action.starts_with("webhook.")).collect();
    actions.reverse();
    let expected =
        ["webhook.create", "webhook.create", "webhook.change", "webhook.secret", "webhook.test", "webhook.delete"];
    assert_eq!(actions, expected);
    assert!(!format!("{log:?}").contains("whsec_"));
}
