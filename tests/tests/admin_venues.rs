//! What persons say of venues, through the API: it holds against the source's file, can be taken back, and is logged.

use axum::{body::Body, http::Method};
use marquee_store::{AuditQuery, MAX_LIMIT};
use marquee_tests::{
    sample,
    serving::{Answer, Serving, TOKEN},
};
use serde_json::{Value, json};

async fn send(serving: &Serving, method: Method, path: &str, body: Value) -> Answer {
    let token = format!("Bearer {TOKEN}");
    let headers = [("authorization", token.as_str()), ("content-type", "application/json")];
    let path = format!("/api/v1/admin/venues/{path}");
    let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
    serving.send(method, &path, &headers, body).await
}

#[tokio::test]
async fn a_correction_of_a_venue_holds_against_its_file_until_it_is_withdrawn() {
    let serving = Serving::filled().await;
    let store = serving.database.store();
    let venues = serving.get("/api/v1/venues?site=toronto").await.json();
    let id = venues["data"][0]["id"].as_str().unwrap().to_owned();
    let name = async || serving.get(&format!("/api/v1/venues/{id}")).await.json()["name"].as_str().unwrap().to_owned();
    let path = format!("{id}/corrections/name");
    let set = json!({ "value": "The Rex Hotel", "reason": "the sign says so" });
    let held = send(&serving, Method::PUT, &path, set).await;
    assert_eq!((held.status.as_u16(), &held.json()["underneath"]), (200, &json!("The Rex")), "{}", held.body);
    let site = sample::site("toronto");
    let rex = sample::venue(&site, "rex", "The Rex Jazz Bar");
    store.sync_sources(&[site], &[rex], &[]).await.unwrap();
    assert_eq!(name().await, "The Rex Hotel");
    let list = send(&serving, Method::GET, &format!("{id}/corrections"), Value::Null).await.json();
    assert_eq!(
        (&list["data"][0]["underneath"], &list["data"][0]["moved_on"]),
        (&json!("The Rex Jazz Bar"), &json!(true))
    );
    assert_eq!(list["data"][0]["by"], "admin token");
    let back = send(&serving, Method::DELETE, &format!("{path}?reason=no"), Value::Null).await;
    assert_eq!(back.status, 200, "{}", back.body);
    assert_eq!(name().await, "The Rex Jazz Bar");

    for (method, field, body, status) in [
        (Method::DELETE, "name?reason=again", Value::Null, 409),
        (Method::DELETE, "name", Value::Null, 400),
        (Method::PUT, "coordinates", json!({ "value": [91, 0], "reason": "x" }), 422),
        (Method::PUT, "name", json!({ "value": null, "reason": "x" }), 422),
        (Method::PUT, "nam", json!({ "value": "x", "reason": "x" }), 404),
    ] {
        let answer = send(&serving, method, &format!("{id}/corrections/{field}"), body).await;
        assert_eq!(answer.status, status, "{field}: {}", answer.body);
    }
    let nowhere = "ven_00000000000000000000000000000000/corrections";
    assert_eq!(send(&serving, Method::GET, nowhere, Value::Null).await.status, 404);
    let body = json!({ "value": "x", "reason": "x" });
    assert_eq!(send(&serving, Method::PUT, &format!("{nowhere}/name"), body).await.status, 404);
    let query = AuditQuery { limit: MAX_LIMIT, ..AuditQuery::default() };
    let log = store.audit(&query).await.unwrap().items;
    let told: Vec<_> =
        log.iter().rev().map(|entry| (entry.action.as_str(), entry.before.clone(), entry.after.clone())).collect();
    let value = |value: &str, corrected: bool| Some(json!({ "field": "name", "value": value, "corrected": corrected }));
    assert_eq!(
        told,
        [
            ("venue.correct", value("The Rex", false), value("The Rex Hotel", true)),
            ("venue.withdraw", value("The Rex Hotel", true), value("The Rex Jazz Bar", false)),
        ]
    );
}
