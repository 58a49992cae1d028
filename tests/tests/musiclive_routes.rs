//! MusicLive's routes, as a table: one row a route and parameter.
#![expect(clippy::unwrap_used, reason = "in the tests' own functions, too: what is not there fails the test")]

use axum::http::Method;
use marquee_tests::serving::{Serving, TOKEN};
use serde_json::{Value, json};

/// The names of an object's members.
fn names(value: &Value) -> Vec<&str> {
    let mut names: Vec<_> = value.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

async fn id_of(serving: &Serving, path: &str, name: &str, value: &str) -> i64 {
    let list = serving.get(path).await.json();
    let found = list.as_array().unwrap().iter().find(|item| item[name].as_str().unwrap().starts_with(value));
    found.unwrap()["id"].as_i64().unwrap()
}

#[tokio::test]
async fn lists_answer_each_parameter() {
    let serving = Serving::filled().await;
    let rex = id_of(&serving, "/api/v1/sites/toronto/venues", "name", "The Rex").await;
    let events = "/api/v1/sites/toronto/events";
    let venues = "/api/v1/sites/toronto/venues";
    for (path, query, count) in [
        (venues, String::new(), 1),
        (venues, "search=rex".to_owned(), 1),
        (venues, "search=toronto".to_owned(), 1),
        (venues, "search=nowhere".to_owned(), 0),
        (venues, "search=".to_owned(), 1),
        (venues, "limit=1&offset=0".to_owned(), 1),
        (venues, "offset=1".to_owned(), 0),
        (venues, "unknown=1".to_owned(), 1),
        (events, String::new(), 6),
        (events, "start_date=2026-11-24".to_owned(), 4),
        (events, "start_date=2026-11-24T00:00:00".to_owned(), 4),
        (events, "end_date=2026-11-24".to_owned(), 2),
        (events, "start_date=2026-11-24&end_date=2026-11-26".to_owned(), 2),
        (events, format!("venue_id={rex}"), 6),
        (events, format!("venue_id={}", rex + 1000), 0),
        (events, "artist_search=moon".to_owned(), 1),
        (events, "artist_search=tides".to_owned(), 1),
        (events, "title_search=quartet".to_owned(), 1),
        (events, "title_search=band".to_owned(), 0),
        (events, "price_min=20".to_owned(), 1),
        (events, "price_min=26".to_owned(), 0),
        (events, "price_max=30".to_owned(), 2),
        (events, "price_max=29.99".to_owned(), 1),
        (events, "age_restriction=19%2B".to_owned(), 1),
        (events, "age_restriction=All%20Ages".to_owned(), 1),
        (events, "limit=2".to_owned(), 2),
        (events, "limit=2&offset=5".to_owned(), 1),
    ] {
        let answer = serving.get(&format!("{path}?{query}")).await;
        assert_eq!(answer.status, 200, "{path}?{query}: {}", answer.body);
        assert_eq!(answer.json().as_array().unwrap().len(), count, "{path}?{query}: {}", answer.body);
        assert_eq!(answer.header("deprecation"), "@1795392000");
        assert!(answer.header("link").ends_with("rel=\"successor-version\""));
    }
}

#[tokio::test]
async fn what_cannot_be_read_or_found_is_answered_in_fastapis_form() {
    let serving = Serving::filled().await;
    for (path, status, parameter) in [
        ("/api/v1/sites/nowhere/events", 404, None),
        ("/api/v1/sites/nowhere/venues", 404, None),
        ("/api/v1/sites/A%00/venues", 404, None),
        ("/api/v1/venues/999999", 404, None),
        ("/api/v1/events/999999", 404, None),
        ("/api/v1/events/-1", 404, None),
        ("/api/v1/search?q=x&site_slug=nowhere", 404, None),
        ("/api/v1/sites/toronto/venues?limit=0", 422, Some("limit")),
        ("/api/v1/sites/toronto/venues?limit=101", 422, Some("limit")),
        ("/api/v1/sites/toronto/venues?offset=-1", 422, Some("offset")),
        ("/api/v1/sites/toronto/events?limit=ten", 422, Some("limit")),
        ("/api/v1/sites/toronto/events?start_date=soon", 422, Some("start_date")),
        ("/api/v1/sites/toronto/events?end_date=2026-02-30", 422, Some("end_date")),
        ("/api/v1/sites/toronto/events?venue_id=rex", 422, Some("venue_id")),
        ("/api/v1/sites/toronto/events?price_min=cheap", 422, Some("price_min")),
        ("/api/v1/sites/toronto/events?price_max=-1", 422, Some("price_max")),
        ("/api/v1/sites/toronto/events?age_restriction=old", 422, Some("age_restriction")),
        ("/api/v1/search", 422, Some("q")),
        ("/api/v1/search?q=x&limit=0", 422, Some("limit")),
    ] {
        let answer = serving.get(path).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.body);
        let detail = answer.json()["detail"].clone();
        match parameter {
            None => assert!(detail.as_str().unwrap().ends_with("not found"), "{path}: {detail}"),
            Some(name) => assert_eq!(detail[0]["loc"], json!(["query", name]), "{path}: {detail}"),
        }
    }
}

#[tokio::test]
async fn an_event_has_musiclives_fields_and_no_invented_value() {
    let serving = Serving::filled().await;
    let list = serving.get("/api/v1/sites/toronto/events?start_date=2026-11-23&limit=2").await.json();
    let fields = [
        "age_restriction",
        "artist_name",
        "currency",
        "ends_at_utc",
        "id",
        "price_max",
        "price_min",
        "starts_at_utc",
        "ticket_url",
        "title",
        "venue_name",
    ];
    assert_eq!(names(&list[0]), fields);
    // Eight in the evening in Toronto is one in the morning in UTC; MusicLive said 20:00Z.
    assert_eq!(list[0]["starts_at_utc"], "2026-11-24T01:00:00Z");
    assert_eq!(list[0]["artist_name"], "Moon Quartet");
    assert_eq!((&list[0]["price_min"], &list[0]["price_max"]), (&json!(25.0), &json!(30.0)));
    assert_eq!((&list[0]["age_restriction"], &list[0]["currency"]), (&json!("19+"), &json!("CAD")));
    // The day is known and the time is not: there is no instant, and midnight is not one.
    assert_eq!(list[1]["starts_at_utc"], Value::Null);
    assert_eq!((&list[1]["price_min"], &list[1]["age_restriction"]), (&json!(0.0), &json!("All Ages")));
    let unpriced = serving.get("/api/v1/sites/toronto/events?start_date=2026-11-27").await.json();
    assert_eq!((&unpriced[0]["price_min"], &unpriced[0]["venue_name"]), (&Value::Null, &json!("Somewhere Else")));
}

#[tokio::test]
async fn a_single_event_and_venue_have_musiclives_further_fields() {
    let serving = Serving::filled().await;
    let id = id_of(&serving, "/api/v1/sites/toronto/events?start_date=2026-11-25", "title", "Show e2").await;
    let answer = serving.get(&format!("/api/v1/events/{id}")).await;
    let event = answer.json();
    assert_eq!((&event["is_cancelled"], &event["id"]), (&json!(true), &json!(id)));
    assert_eq!(names(&event["sources"][0]), ["first_seen_at", "last_seen_at", "name", "url"]);
    assert!(event["venue_id"].is_i64());
    assert!(answer.header("link").starts_with("</api/v1/events/evt_"));
    let venue = serving.get(&format!("/api/v1/venues/{}", event["venue_id"])).await.json();
    assert_eq!(
        names(&venue),
        ["address", "city", "id", "latitude", "longitude", "name", "postal_code", "state", "total_events", "tz_name"]
    );
    assert_eq!((&venue["total_events"], &venue["tz_name"]), (&json!(6), &json!("America/Toronto")));
}

#[tokio::test]
async fn search_counts_what_it_does_not_list() {
    let serving = Serving::filled().await;
    for (query, events, total_events, venues) in [
        ("q=show", 3, 3, 0),
        ("q=show&limit=1", 1, 3, 0),
        ("q=rex&site_slug=toronto", 0, 0, 1),
        ("q=moon&site_slug=charleston", 0, 0, 0),
    ] {
        let answer = serving.get(&format!("/api/v1/search?{query}")).await;
        let found = answer.json();
        assert_eq!(names(&found), ["events", "query", "total_events", "total_venues", "venues"]);
        assert_eq!(found["events"].as_array().unwrap().len(), events, "{query}: {found}");
        assert_eq!(
            (&found["total_events"], found["venues"].as_array().unwrap().len()),
            (&json!(total_events), venues),
            "{query}: {found}"
        );
    }
}

#[tokio::test]
async fn the_admin_routes_answer() {
    let serving = Serving::filled().await;
    let status = serving.get("/admin/status").await.json();
    assert_eq!(
        status,
        json!({
            "status": "healthy", "timestamp": "2026-11-23T12:00:00Z", "database_connected": true,
            "total_sites": 2, "total_sources": 2, "total_venues": 2, "total_events": 7,
        })
    );
    let bearer = format!("Bearer {TOKEN}");
    let crawl = async |id: &str, headers: &[(&str, &str)]| {
        serving.ask(Method::POST, &format!("/admin/sources/{id}/crawl"), headers).await
    };
    assert_eq!(crawl("1", &[]).await.status, 401);
    let authorized = [("authorization", bearer.as_str())];
    assert_eq!(crawl("999999", &authorized).await.status, 404);
    assert_eq!(crawl("x", &authorized).await.json()["detail"][0]["loc"], json!(["path", "source_id"]));
    assert!(serving.wished().is_empty());
    let scheduled = crawl("1", &authorized).await;
    assert_eq!(scheduled.status, 202, "{}", scheduled.body);
    assert_eq!(scheduled.json(), json!({"message": "Crawl scheduled", "source_id": 1, "status": "scheduled"}));
    assert_eq!(serving.wished().len(), 1);
}
