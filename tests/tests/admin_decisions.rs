//! What persons decide about events, through the API: it holds against crawls, can be taken back, and is logged.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "in the tests' own functions, too: what is not there fails the test"
)]

use axum::{body::Body, http::Method};
use marquee_model::{EventId, Source};
use marquee_store::{AuditQuery, MAX_LIMIT};
use marquee_tests::{
    sample,
    serving::{Answer, Serving, TOKEN, settings},
};
use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection};

async fn send(serving: &Serving, method: Method, path: &str, body: Value) -> Answer {
    let token = format!("Bearer {TOKEN}");
    let headers = [("authorization", token.as_str()), ("content-type", "application/json")];
    let path = format!("/api/v1/admin{path}");
    let body =
        if method == Method::GET || method == Method::DELETE { Body::empty() } else { Body::from(body.to_string()) };
    serving.send(method, &path, &headers, body).await
}

/// The id of the first event whose title begins so.
async fn event_id(serving: &Serving, title: &str) -> String {
    let events = serving.get("/api/v1/events").await.json();
    let event = events["data"].as_array().unwrap().iter().find(|e| e["title"].as_str().unwrap().starts_with(title));
    event.unwrap()["id"].as_str().unwrap().to_owned()
}

async fn title(serving: &Serving, id: &str) -> String {
    serving.get(&format!("/api/v1/events/{id}")).await.json()["title"].as_str().unwrap().to_owned()
}

async fn log(serving: &Serving) -> Vec<marquee_store::AuditEntry> {
    let query = AuditQuery { limit: MAX_LIMIT, ..AuditQuery::default() };
    serving.database.store().audit(&query).await.unwrap().items
}

/// Crawls a source again: one event under this title.
async fn crawl(serving: &Serving, source: &Source, minutes: i64, title: &str) {
    let crawl = sample::crawl(source, minutes);
    let mut event = sample::event(&crawl, source, "f1", 2);
    event.title = title.to_owned();
    serving.database.store().record(sample::record(crawl, source, vec![event])).await.unwrap();
}

#[tokio::test]
async fn a_correction_holds_against_crawls_until_it_is_withdrawn() {
    let serving = Serving::filled().await;
    let farm = serving.database.store().source_by_slug(&sample::parse("music-farm")).await.unwrap().unwrap().source;
    let id = event_id(&serving, "Sun").await;
    let path = format!("/events/{id}/corrections/title");
    let set = json!({ "value": "Sun Parade (late)", "reason": "the poster says so" });
    let done = send(&serving, Method::PUT, &path, set).await;
    assert_eq!((done.status.as_u16(), &done.json()["changed"]), (200, &json!([id])), "{}", done.body);
    assert_eq!(title(&serving, &id).await, "Sun Parade (late)");

    crawl(&serving, &farm, 500, "Sun Parade Deluxe").await;
    assert_eq!(title(&serving, &id).await, "Sun Parade (late)");
    let held = send(&serving, Method::GET, &format!("/events/{id}/corrections"), Value::Null).await.json();
    let held = &held["data"][0];
    assert_eq!((&held["field"], &held["value"]), (&json!("title"), &json!("Sun Parade (late)")));
    assert_eq!((&held["underneath"], &held["moved_on"]), (&json!("Sun Parade Deluxe"), &json!(true)), "{held}");
    assert_eq!((&held["by"], &held["reason"]), (&json!("admin token"), &json!("the poster says so")));

    let missing = send(&serving, Method::DELETE, &path, Value::Null).await;
    assert_eq!((missing.status.as_u16(), &missing.json()["errors"][0]["parameter"]), (400, &json!("reason")));
    let back = send(&serving, Method::DELETE, &format!("{path}?reason=right%20now"), Value::Null).await;
    assert_eq!(back.status, 200, "{}", back.body);
    assert_eq!(title(&serving, &id).await, "Sun Parade Deluxe");
    let again = send(&serving, Method::DELETE, &format!("{path}?reason=again"), Value::Null).await;
    assert_eq!(again.status, 409, "{}", again.body);

    let log = log(&serving).await;
    let told: Vec<_> =
        log.iter().rev().map(|entry| (entry.action.as_str(), entry.before.clone(), entry.after.clone())).collect();
    let value =
        |value: &str, corrected: bool| Some(json!({ "field": "title", "value": value, "corrected": corrected }));
    assert_eq!(
        told,
        [
            ("event.correct", value("Suné Parade", false), value("Sun Parade (late)", true)),
            ("event.withdraw", value("Sun Parade (late)", true), value("Sun Parade Deluxe", false)),
        ]
    );
}

#[tokio::test]
async fn a_time_is_given_by_the_clock_and_its_instant_is_reckoned() {
    let serving = Serving::filled().await;
    let id = event_id(&serving, "Moon").await;
    for (given, date, time, utc) in [
        (json!({ "date": "2026-12-31", "time": "20:00" }), "2026-12-31", json!("20:00"), json!("2027-01-01T01:00:00Z")),
        // The hour that is skipped in spring.
        (json!({ "date": "2027-03-14", "time": "02:30" }), "2027-03-14", json!("02:30"), json!("2027-03-14T07:30:00Z")),
        (json!({ "date": "2026-12-31", "time": null }), "2026-12-31", Value::Null, Value::Null),
    ] {
        let body = json!({ "value": given, "reason": "moved" });
        let done = send(&serving, Method::PUT, &format!("/events/{id}/corrections/start"), body).await;
        assert_eq!(done.status, 200, "{}", done.body);
        let start = serving.get(&format!("/api/v1/events/{id}")).await.json()["start"].clone();
        let shown = start["time"].as_str().map_or(Value::Null, |time| json!(time.chars().take(5).collect::<String>()));
        assert_eq!((&start["date"], &shown, &start["utc"]), (&json!(date), &time, &utc), "{start}");
    }
}

#[tokio::test]
async fn a_person_who_says_where_it_is_knows_better_than_the_page() {
    let serving = Serving::empty(settings()).await;
    let store = serving.database.store();
    let site = sample::site("toronto");
    let (rex, hall) = (sample::venue(&site, "rex", "The Rex"), sample::venue(&site, "hall", "Massey Hall"));
    let source = sample::source(&rex);
    let synced = store.sync_sources(&[site], &[rex, hall], &[source]).await.unwrap();
    let source = &synced.sources[0];
    let again = async |minutes| {
        let crawl = sample::crawl(source, minutes);
        let mut event = sample::event(&crawl, source, "e1", 2);
        event.venue_name = Some("Massey Hall".to_owned());
        store.record(sample::record(crawl, source, vec![event])).await.unwrap();
    };
    let venue = async || serving.get("/api/v1/events").await.json()["data"][0]["venue"]["slug"].clone();
    again(0).await;
    assert_eq!(venue().await, "hall", "the page names it");
    let id = event_id(&serving, "").await;
    let body = json!({ "value": synced.venues[0].id, "reason": "it is at the Rex, by telephone" });
    let done = send(&serving, Method::PUT, &format!("/events/{id}/corrections/venue"), body).await;
    assert_eq!(done.status, 200, "{}", done.body);
    assert_eq!(venue().await, "rex");
    again(500).await;
    assert_eq!(venue().await, "rex");
}

#[tokio::test]
async fn what_is_no_value_of_its_field_is_refused_and_changes_nothing() {
    let serving = Serving::filled().await;
    let id = event_id(&serving, "Moon").await;
    let before = serving.get(&format!("/api/v1/events/{id}")).await.body;
    for (field, value, status) in [
        ("title", json!(7), 422),
        ("title", json!(" "), 422),
        ("start", json!(null), 422),
        ("start", json!("2026-12-31 20:00"), 422),
        ("start", json!({ "date": "2026-12-31", "time": "8pm" }), 422),
        ("start", json!({ "date": "2026-12-31", "time": "20:00", "utc": "2026-12-31T20:00:00Z" }), 422),
        ("status", json!("canceled"), 422),
        ("ticket_url", json!("javascript:alert(1)"), 422),
        ("price", json!({ "kind": "range", "min": "30", "max": "10", "currency": "CAD" }), 422),
        ("venue", json!("ven_00000000000000000000000000000000"), 422),
        ("titel", json!("x"), 404),
        ("identity", json!("x"), 404),
    ] {
        let body = json!({ "value": value, "reason": "a try" });
        let answer = send(&serving, Method::PUT, &format!("/events/{id}/corrections/{field}"), body).await;
        assert_eq!(answer.status, status, "{field} {value}: {}", answer.body);
    }
    let near = send(&serving, Method::PUT, &format!("/events/{id}/corrections/titel"), json!({})).await;
    assert!(near.json()["detail"].as_str().unwrap().contains("`title`"), "{}", near.body);
    for (body, words) in [
        (json!({ "value": "x" }), "reason"),
        (json!({ "reason": "x" }), "value"),
        (json!({ "value": "x", "reason": " " }), "empty"),
        (json!({ "value": "x", "reason": "x".repeat(501) }), "longer than 500"),
    ] {
        let answer = send(&serving, Method::PUT, &format!("/events/{id}/corrections/title"), body).await;
        assert_eq!(answer.status, 422, "{}", answer.body);
        assert!(answer.json()["detail"].as_str().unwrap().contains(words), "{}", answer.body);
    }
    let nobody = "evt_00000000000000000000000000000000";
    let body = json!({ "value": "x", "reason": "x" });
    assert_eq!(send(&serving, Method::PUT, &format!("/events/{nobody}/corrections/title"), body).await.status, 404);
    assert_eq!(send(&serving, Method::GET, &format!("/events/{nobody}/corrections"), Value::Null).await.status, 404);
    assert_eq!(serving.get(&format!("/api/v1/events/{id}")).await.body, before);
    assert!(log(&serving).await.is_empty());
}

#[tokio::test]
async fn an_event_is_hidden_and_shown() {
    let serving = Serving::filled().await;
    let id = event_id(&serving, "Moon").await;
    let listed = async || serving.get("/api/v1/events").await.body.contains("Moon Quartet");
    let hidden = send(&serving, Method::POST, &format!("/events/{id}/hide"), json!({ "reason": "private" })).await;
    assert_eq!(hidden.status, 200, "{}", hidden.body);
    assert!(!listed().await);
    let shown = send(&serving, Method::POST, &format!("/events/{id}/show"), json!({ "reason": "public" })).await;
    assert_eq!(shown.status, 200, "{}", shown.body);
    assert!(listed().await);
    let actions: Vec<_> = log(&serving).await.into_iter().map(|entry| (entry.action, entry.after.unwrap())).collect();
    assert_eq!(
        actions,
        [("event.show".to_owned(), json!({ "hidden": false })), ("event.hide".to_owned(), json!({ "hidden": true })),]
    );
}

#[tokio::test]
async fn two_events_are_merged_and_split_again_as_they_were() {
    let serving = Serving::filled().await;
    let (moon, sun) = (event_id(&serving, "Moon").await, event_id(&serving, "Sun").await);
    let before = (serving.get(&format!("/api/v1/events/{moon}")).await.json(), title(&serving, &sun).await);
    let path = format!("/events/{sun}/merge");
    let merged = send(&serving, Method::POST, &path, json!({ "into": moon, "reason": "one night" })).await;
    assert_eq!(
        (merged.status.as_u16(), merged.json()["event"].as_str()),
        (200, Some(format!("/api/v1/events/{moon}").as_str())),
        "{}",
        merged.body
    );
    let answering = serving.database.store().answering(sample::parse::<EventId>(&sun)).await.unwrap();
    assert_eq!(answering, Some(sample::parse(&moon)));
    for (path, body) in [
        (path.clone(), json!({ "into": moon, "reason": "again" })),
        (format!("/events/{moon}/merge"), json!({ "into": sun, "reason": "a circle" })),
        (format!("/events/{moon}/split"), json!({ "reason": "nothing to split" })),
    ] {
        let answer = send(&serving, Method::POST, &path, body).await;
        assert_eq!(answer.status, 409, "{path}: {}", answer.body);
    }
    let split = send(&serving, Method::POST, &format!("/events/{sun}/split"), json!({ "reason": "two rooms" })).await;
    assert_eq!(split.status, 200, "{}", split.body);
    let after = serving.get(&format!("/api/v1/events/{moon}")).await.json();
    assert_eq!(
        (&after["title"], &after["start"], &after["performers"]),
        (&before.0["title"], &before.0["start"], &before.0["performers"])
    );
    assert_eq!(title(&serving, &sun).await, before.1);
    assert_eq!(log(&serving).await.len(), 2);
}

#[tokio::test]
async fn a_question_is_listed_until_it_is_answered() {
    let serving = Serving::filled().await;
    let (moon, sun) = (event_id(&serving, "Moon").await, event_id(&serving, "Sun").await);
    let ids: Vec<_> = [&moon, &sun].map(|id| sample::parse::<EventId>(id).uuid()).to_vec();
    let mut connection = PgConnection::connect(serving.database.url()).await.unwrap();
    for (kind, n) in [("duplicate", 1), ("ambiguous", 2), ("only_the_key", 3)] {
        sqlx::query(
            "INSERT INTO questions (id, kind, event_id, other_id, detail, asked_at, updated_at)
             VALUES ($1, $2, $3, $4, '{\"score\": 0.4}', now(), now())",
        )
        .bind(uuid::Uuid::from_u128(n))
        .bind(kind)
        .bind(ids[0])
        .bind(ids[1])
        .execute(&mut connection)
        .await
        .unwrap();
    }
    connection.close().await.unwrap();
    let list = send(&serving, Method::GET, "/questions?limit=2", Value::Null).await.json();
    assert_eq!(list["data"].as_array().unwrap().len(), 2);
    let first = &list["data"][0];
    assert_eq!((&first["kind"], &first["event"], &first["other"]), (&json!("duplicate"), &json!(moon), &json!(sun)));
    let rest = format!("/questions?limit=2&cursor={}", list["next_cursor"].as_str().unwrap());
    assert_eq!(send(&serving, Method::GET, &rest, Value::Null).await.json()["data"].as_array().unwrap().len(), 1);

    let path = format!("/questions/{}/answer", first["id"].as_str().unwrap());
    let answer = json!({ "answer": "they stay two" });
    assert_eq!(send(&serving, Method::POST, &path, answer.clone()).await.status, 200);
    assert_eq!(send(&serving, Method::POST, &path, answer).await.status, 404, "it is closed");
    let open = send(&serving, Method::GET, "/questions?kind=duplicate", Value::Null).await.json();
    assert_eq!(open["data"], json!([]));
    let all = send(&serving, Method::GET, "/questions?kind=duplicate&state=all", Value::Null).await.json();
    assert_eq!(all["data"][0]["answer"], "they stay two");
    assert_eq!(log(&serving).await[0].action, "question.answer");
    for bad in ["/questions?kind=duplicates", "/questions?state=closed", "/questions?event=1"] {
        assert_eq!(send(&serving, Method::GET, bad, Value::Null).await.status, 400, "{bad}");
    }
}
