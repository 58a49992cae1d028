//! Every write is in the audit log: what each function of the store that takes a person's word writes there, and what each route does.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests fail as tests do")]

use std::collections::BTreeSet;

use axum::{body::Body, http::Method};
use chrono::TimeDelta;
use marquee_model::{EventId, VenueId};
use marquee_reconcile::{Decider, Decision};
use marquee_store::{
    Actor, ActsOf, ArtistId, ArtistIntervention as A, ArtistQuery, AuditEntry, AuditQuery, CoordinatesFrom, FeedFilter,
    MAX_LIMIT, NewWebhook, Point, Store, StoreError, VenueField, VenueNameKind, WebhookChange,
};
use marquee_tests::{
    sample::{author, instant, parse},
    serving::{Serving, TOKEN},
};
use serde_json::{Value, json};

fn by(minutes: i64) -> Decision {
    Decision { by: Decider::Person("Ada".to_owned()), at: instant(minutes), reason: "she knows".to_owned() }
}

async fn log(store: &Store) -> Vec<AuditEntry> {
    store.audit(&AuditQuery { limit: MAX_LIMIT, ..AuditQuery::default() }).await.unwrap().items
}

/// The actions that were written since `known` entries, the oldest first.
async fn actions(store: &Store, known: usize) -> Vec<String> {
    let log = log(store).await;
    let new = log.len() - known;
    log.into_iter().take(new).map(|entry| entry.action).rev().collect()
}

async fn artist(store: &Store, name: &str) -> ArtistId {
    let query = ArtistQuery { text: Some(name.to_owned()), after: None, limit: 1 };
    store.artists(&query).await.unwrap().items[0].artist.id
}

#[tokio::test]
async fn whatever_is_said_of_an_artist_is_in_the_log() {
    let serving = Serving::filled().await;
    let store = serving.database.store();
    let (moon, tides) = (artist(store, "Moon Quartet").await, artist(store, "The Tides").await);
    let event: EventId =
        serving.get("/api/v1/events?text=moon").await.json()["data"][0]["id"].as_str().unwrap().parse().unwrap();
    let name = || "The Moon Four".to_owned();
    for (what, action) in [
        (A::Alias { artist: moon, name: name() }, "artist.alias"),
        (A::Unalias { artist: moon, name: name() }, "artist.unalias"),
        (A::Merge { from: tides, into: moon }, "artist.merge"),
        (A::Unmerge { artist: tides }, "artist.unmerge"),
        (A::Identify { artist: moon, mbid: Some(uuid::Uuid::from_u128(7)) }, "artist.identify"),
        (A::Describe { artist: moon, disambiguation: None, country: Some("CA".to_owned()) }, "artist.describe"),
        (
            A::Split { artist: moon, acts: ActsOf::Events(vec![event]), disambiguation: "of Ghent".to_owned() },
            "artist.split",
        ),
    ] {
        let known = log(store).await.len();
        store.intervene_artist(&what, &by(1), &author(1)).await.unwrap();
        assert_eq!(actions(store, known).await, [action]);
        let entry = log(store).await.remove(0);
        assert_eq!(entry.reason.as_deref(), Some("she knows"));
        assert_eq!(entry.author, author(1), "who ran the program, beside who decided");
    }
    let known = log(store).await.len();
    let refused = store.intervene_artist(&A::Unmerge { artist: tides }, &by(2), &author(2)).await;
    assert!(matches!(refused, Err(StoreError::Undecidable { .. })));
    assert_eq!(log(store).await.len(), known, "what was not done is not there");
}

#[tokio::test]
async fn whatever_is_said_of_a_venue_is_in_the_log() {
    let serving = Serving::filled().await;
    let store = serving.database.store();
    let venues = serving.get("/api/v1/venues?site=charleston").await.json();
    let venue: VenueId = venues["data"][0]["id"].as_str().unwrap().parse().unwrap();
    let (by, author) = (by(1), author(1));
    let known = log(store).await.len();
    store.add_venue_name(venue, "The Barn", VenueNameKind::Alias, &by, &author).await.unwrap();
    assert!(store.remove_venue_name(venue, "The Barn", &author).await.unwrap());
    assert!(!store.remove_venue_name(venue, "The Barn", &author).await.unwrap());
    store.correct_venue(venue, VenueField::City, &json!("Charleston"), &by, &author).await.unwrap();
    store.withdraw_venue_correction(venue, VenueField::City, &by, &author).await.unwrap().unwrap();
    let shown = store.venue(venue).await.unwrap().unwrap().venue;
    let geocoding = marquee_store::Author { actor: Actor::Host("geocoding".to_owned()), ..author.clone() };
    let door = Point { latitude: 32.8, longitude: -79.9 };
    assert!(store.locate_venue(&shown, door, CoordinatesFrom::Geocoding, &geocoding).await.unwrap());
    assert!(!store.locate_venue(&shown, door, CoordinatesFrom::Geocoding, &geocoding).await.unwrap());
    assert!(store.correct_venue(venue, VenueField::Coordinates, &json!([91, 0]), &by, &author).await.is_err());
    let expected = ["venue.alias", "venue.unalias", "venue.correct", "venue.withdraw", "venue.locate"];
    assert_eq!(actions(store, known).await, expected);
    let log = log(store).await;
    assert_eq!(log[0].author.actor.to_string(), "host: geocoding");
    assert_eq!(log[2].before.as_ref().unwrap()["value"], Value::Null);
    assert_eq!(log[2].after.as_ref().unwrap()["value"], "Charleston");
}

#[tokio::test]
async fn whatever_is_done_to_a_subscription_is_in_the_log_and_its_secret_is_not() {
    let serving = Serving::filled().await;
    let store = serving.database.store();
    let new = NewWebhook {
        owner: "command_line".to_owned(),
        url: parse("https://calendar.example/hook"),
        description: "the calendar's".to_owned(),
        filter: FeedFilter::default(),
        position: 0,
    };
    let known = log(store).await.len();
    let (made, secret) = store.create_webhook(&new, 1, &author(1)).await.unwrap().unwrap();
    assert!(store.create_webhook(&new, 1, &author(1)).await.unwrap().is_none(), "there are enough");
    let paused = WebhookChange { active: Some(false), ..WebhookChange::default() };
    store.change_webhook(made.id, None, &paused, &author(2)).await.unwrap().unwrap();
    assert!(store.change_webhook(made.id, Some("somebody"), &paused, &author(2)).await.unwrap().is_none());
    let until = instant(3) + TimeDelta::hours(1);
    let second = store.rotate_webhook_secret(made.id, None, until, &author(3)).await.unwrap().unwrap();
    store.ask_test(made.id, &author(4)).await.unwrap().unwrap();
    assert!(store.delete_webhook(made.id, None, &author(5)).await.unwrap());
    assert!(!store.delete_webhook(made.id, None, &author(5)).await.unwrap());
    let expected = ["webhook.create", "webhook.change", "webhook.secret", "webhook.test", "webhook.delete"];
    assert_eq!(actions(store, known).await, expected);
    let log = log(store).await;
    let change = log.iter().find(|entry| entry.action == "webhook.change").unwrap();
    assert_eq!(change.before.as_ref().unwrap()["state"], "active");
    assert_eq!(change.after.as_ref().unwrap()["state"], "paused");
    let written = format!("{log:?}");
    assert!(!written.contains(&secret.text()) && !written.contains(&second.text()));
}

/// Every route that writes, and what the log says of it. A route that is not here fails the test: the document names all that there are.
#[tokio::test]
async fn every_route_that_writes_has_its_entry() {
    let serving = Serving::filled().await;
    let store = serving.database.store();
    let events = serving.get("/api/v1/events?limit=3&past=include").await.json();
    let event = |n: usize| events["data"][n]["id"].as_str().unwrap().to_owned();
    let (one, two, three) = (event(0), event(1), event(2));
    let venue = serving.get("/api/v1/venues").await.json()["data"][0]["id"].as_str().unwrap().to_owned();
    let because = json!({ "reason": "so it is" });
    let declared = json!({
        "slug": "new", "site": {"slug": "toronto", "name": "Toronto"}, "url": "https://new.example/events", "plugin": "css",
        "zone": "America/Toronto", "venue": {"slug": "new", "name": "A New Room"}, "configuration": {"items": ".event"},
    });
    let hook = json!({ "url": "https://calendar.example/hook" });
    let mut made = std::collections::BTreeMap::new();
    let mut seen = BTreeSet::new();
    let table: Vec<(Method, &str, String, Value, &str)> = vec![
        (Method::POST, "/admin/sources", "/admin/sources".into(), declared.clone(), "source.create"),
        (Method::PUT, "/admin/sources/{id}", "/admin/sources/new".into(), declared, "source.change"),
        (Method::POST, "/admin/sources/{id}/pause", "/admin/sources/new/pause".into(), Value::Null, "source.pause"),
        (Method::POST, "/admin/sources/{id}/resume", "/admin/sources/new/resume".into(), Value::Null, "source.resume"),
        (Method::POST, "/admin/sources/{id}/crawl", "/admin/sources/rex/crawl".into(), Value::Null, "source.crawl"),
        (Method::POST, "/sources/{id}/crawl", "/sources/rex/crawl".into(), Value::Null, "source.crawl"),
        (
            Method::PUT,
            "/admin/events/{id}/corrections/{field}",
            format!("/admin/events/{one}/corrections/title"),
            json!({ "value": "A Night", "reason": "so it is" }),
            "event.correct",
        ),
        (
            Method::DELETE,
            "/admin/events/{id}/corrections/{field}",
            format!("/admin/events/{one}/corrections/title?reason=no"),
            Value::Null,
            "event.withdraw",
        ),
        (Method::POST, "/admin/events/{id}/hide", format!("/admin/events/{one}/hide"), because.clone(), "event.hide"),
        (Method::POST, "/admin/events/{id}/show", format!("/admin/events/{one}/show"), because.clone(), "event.show"),
        (
            Method::POST,
            "/admin/events/{id}/merge",
            format!("/admin/events/{two}/merge"),
            json!({ "into": three, "reason": "so it is" }),
            "event.merge",
        ),
        (Method::POST, "/admin/events/{id}/split", format!("/admin/events/{two}/split"), because, "event.split"),
        (
            Method::PUT,
            "/admin/venues/{id}/corrections/{field}",
            format!("/admin/venues/{venue}/corrections/city"),
            json!({ "value": "York", "reason": "so it is" }),
            "venue.correct",
        ),
        (
            Method::DELETE,
            "/admin/venues/{id}/corrections/{field}",
            format!("/admin/venues/{venue}/corrections/city?reason=no"),
            Value::Null,
            "venue.withdraw",
        ),
        (
            Method::POST,
            "/admin/keys",
            "/admin/keys".into(),
            json!({ "name": "deploy", "scopes": ["read"] }),
            "key.create",
        ),
        (Method::DELETE, "/admin/keys/{id}", "/admin/keys/KEY".into(), Value::Null, "key.revoke"),
        (Method::POST, "/webhooks", "/webhooks".into(), hook, "webhook.create"),
        (Method::PATCH, "/webhooks/{id}", "/webhooks/HOOK".into(), json!({ "state": "paused" }), "webhook.change"),
        (Method::POST, "/webhooks/{id}/secret", "/webhooks/HOOK/secret".into(), Value::Null, "webhook.secret"),
        (Method::POST, "/webhooks/{id}/test", "/webhooks/HOOK/test".into(), Value::Null, "webhook.test"),
        (Method::DELETE, "/webhooks/{id}", "/webhooks/HOOK".into(), Value::Null, "webhook.delete"),
    ];
    for (method, route, path, body, action) in table {
        let path = made.iter().fold(path, |path, (mark, id): (&&str, &String)| path.replace(*mark, id));
        let known = log(store).await.len();
        let answer = send(&serving, &method, &path, &body).await;
        assert!(answer.status.is_success(), "{method} {path}: {}", answer.body);
        assert_eq!(actions(store, known).await, [action], "{method} {path}");
        let made_at = [("key.create", "KEY", "/key/id"), ("webhook.create", "HOOK", "/id")];
        if let Some((_, mark, id)) = made_at.into_iter().find(|(made, ..)| *made == action) {
            made.insert(mark, answer.json().pointer(id).unwrap().as_str().unwrap().to_owned());
        }
        seen.insert(format!("{} /api/v1{route}", method.as_str().to_lowercase()));
    }

    // What is asked with another method writes nothing: it judges a declaration. The two others have tests where they can be carried out:
    // `webhooks/deliveries.rs` (a settled delivery) and `admin.rs` (an open question).
    for exempt in ["post /api/v1/admin/sources/validate", "post /api/v1/webhooks/{id}/deliveries/{delivery}/redeliver"]
    {
        seen.insert(exempt.to_owned());
    }
    seen.insert("post /api/v1/admin/questions/{id}/answer".to_owned());
    let document = serving.get("/openapi.json").await.json();
    for (path, methods) in document["paths"].as_object().unwrap().iter().filter(|(path, _)| path.starts_with("/api/v1"))
    {
        for method in methods
            .as_object()
            .unwrap()
            .keys()
            .filter(|method| ["post", "put", "patch", "delete"].contains(&method.as_str()))
        {
            assert!(seen.contains(&format!("{method} {path}")), "no entry is known of {method} {path}");
        }
    }
}

async fn send(serving: &Serving, method: &Method, path: &str, body: &Value) -> marquee_tests::serving::Answer {
    let token = format!("Bearer {TOKEN}");
    let mut headers = vec![("authorization", token.as_str())];
    if !body.is_null() {
        headers.push(("content-type", "application/json"));
    }
    let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
    serving.send(method.clone(), &format!("/api/v1{path}"), &headers, body).await
}
