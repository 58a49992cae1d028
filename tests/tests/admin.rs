//! Sources through the API, requests that are sent twice, and the log of every write.
#![expect(clippy::unwrap_used, reason = "in the tests' own functions, too: what is not there fails the test")]

use axum::{body::Body, http::Method};
use marquee_model::{Scope, Scopes};
use marquee_serve::ServeSettings;
use marquee_store::{AuditQuery, MAX_LIMIT, NewKey};
use marquee_tests::{
    sample::{self, author, instant},
    serving::{Answer, Serving, TOKEN, settings},
};
use proptest::prelude::*;
use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection};

const ADMIN: &str = "/api/v1/admin";

/// Somebody with a key.
struct Client<'a> {
    serving: &'a Serving,
    bearer: String,
}

impl Client<'_> {
    async fn send(&self, method: Method, path: &str, body: &Value) -> Answer {
        self.keyed(method, path, body, None).await
    }

    async fn keyed(&self, method: Method, path: &str, body: &Value, once: Option<&str>) -> Answer {
        let mut headers = vec![("authorization", self.bearer.as_str()), ("x-request-id", "request-1")];
        headers.extend(once.map(|key| ("idempotency-key", key)));
        if !body.is_null() {
            headers.push(("content-type", "application/json"));
        }
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        self.serving.send(method, &format!("{ADMIN}{path}"), &headers, body).await
    }
}

async fn client<'a>(serving: &'a Serving, scopes: &[Scope]) -> Client<'a> {
    let token = marquee_serve::fresh_key(instant(0)).unwrap();
    let new = NewKey {
        token: token.clone(),
        name: "tester".to_owned(),
        scopes: scopes.iter().copied().collect::<Scopes>(),
        expires_at: None,
    };
    serving.database.store().create_key(&new, &author(0)).await.unwrap();
    Client { serving, bearer: format!("Bearer {}", token.expose()) }
}

fn operator(serving: &Serving) -> Client<'_> {
    Client { serving, bearer: format!("Bearer {TOKEN}") }
}

fn declared(slug: &str) -> Value {
    json!({
        "slug": slug, "site": {"slug": "toronto", "name": "Toronto"}, "url": "https://new.example/events", "plugin": "css",
        "zone": "America/Toronto", "venue": {"slug": slug, "name": "A New Room", "city": "Toronto"},
        "default_age": "19+", "currency": "CAD", "configuration": {"items": ".event"},
        "fetch": {"headers": {"accept-language": "en"}},
    })
}

async fn log(serving: &Serving) -> Vec<marquee_store::AuditEntry> {
    let query = AuditQuery { limit: MAX_LIMIT, ..AuditQuery::default() };
    serving.database.store().audit(&query).await.unwrap().items
}

#[tokio::test]
async fn the_same_request_with_the_same_key_is_carried_out_once() {
    let serving = Serving::filled().await;
    let (one, other) = (client(&serving, &[Scope::Crawl]).await, client(&serving, &[Scope::Crawl]).await);
    let before = log(&serving).await.len();
    let crawl = async |who: &Client<'_>, source: &str, key: &str| {
        who.keyed(Method::POST, &format!("/sources/{source}/crawl"), &Value::Null, Some(key)).await
    };
    let first = crawl(&one, "rex", "\"k1\"").await;
    assert_eq!((first.status.as_u16(), first.json()["status"].as_str()), (202, Some("queued")), "{}", first.body);
    let again = crawl(&one, "rex", "k1").await;
    assert_eq!((again.status, &again.body), (first.status, &first.body), "with quotes or without");
    assert_eq!(again.header("location"), "/api/v1/crawls?source=rex");
    assert_eq!((first.header("idempotency-replayed"), again.header("idempotency-replayed")), ("", "true"));
    assert_eq!((serving.wished().len(), log(&serving).await.len()), (1, before + 1));

    let different = crawl(&one, "music-farm", "k1").await;
    assert_eq!(different.status, 422);
    assert_eq!(different.json()["type"], "urn:marquee:problem:idempotency-key-reused");
    // Another's key of the same text is another key.
    assert_eq!(crawl(&other, "rex", "k1").await.json()["status"], "already_queued");
    assert_eq!(serving.wished().len(), 2);

    // What failed may be tried again.
    assert_eq!(crawl(&one, "nowhere", "k2").await.status, 404);
    assert_eq!(crawl(&one, "rex", "k2").await.status, 202);
    for bad in ["", "\"", "a\\b", &"x".repeat(200)] {
        let answer = crawl(&one, "rex", bad).await;
        assert_eq!(
            (answer.status.as_u16(), answer.json()["type"].as_str()),
            (400, Some("urn:marquee:problem:invalid-header"))
        );
    }
}

#[tokio::test]
async fn of_many_that_come_at_once_with_one_key_one_is_carried_out() {
    let serving = Serving::filled().await;
    let one = client(&serving, &[Scope::Crawl]).await;
    let ask = || one.keyed(Method::POST, "/sources/rex/crawl", &Value::Null, Some("same"));
    let answers = futures::future::join_all((0..16).map(|_| ask())).await;
    assert!(answers.iter().all(|answer| [202, 409].contains(&answer.status.as_u16())));
    let fresh = answers.iter().filter(|a| a.status == 202 && a.header("idempotency-replayed").is_empty());
    assert_eq!((fresh.count(), serving.wished().len()), (1, 1));
    assert_eq!(ask().await.header("idempotency-replayed"), "true");
}

#[tokio::test]
async fn a_kept_answer_is_forgotten_after_its_time() {
    let serving = Serving::empty(ServeSettings { idempotency_hours: 0, ..settings() }).await;
    Box::pin(marquee_tests::serving::fill(&serving)).await;
    let one = client(&serving, &[Scope::Crawl]).await;
    for _ in 0..2 {
        let answer = one.keyed(Method::POST, "/sources/rex/crawl", &Value::Null, Some("k")).await;
        assert_eq!((answer.status.as_u16(), answer.header("idempotency-replayed")), (202, ""));
    }
    assert_eq!(serving.wished().len(), 2);
}

#[tokio::test]
async fn a_source_is_made_shown_changed_paused_and_resumed() {
    let serving = Serving::filled().await;
    let one = client(&serving, &[Scope::Sources]).await;
    let made = one.keyed(Method::POST, "/sources", &declared("new-room"), Some("k")).await;
    assert_eq!(
        (made.status.as_u16(), made.header("location")),
        (201, "/api/v1/admin/sources/new-room"),
        "{}",
        made.body
    );
    let again = one.keyed(Method::POST, "/sources", &declared("new-room"), Some("k")).await;
    assert_eq!((again.status.as_u16(), &again.body), (201, &made.body));
    assert_eq!(one.send(Method::POST, "/sources", &declared("new-room")).await.status, 409);
    insta::assert_snapshot!("source", made.shown());

    // What is shown can be sent back, and changes nothing.
    let shown = one.send(Method::GET, "/sources/new-room", &Value::Null).await.json();
    let put = one.send(Method::PUT, "/sources/new-room", &shown["declaration"]).await;
    assert_eq!((put.status.as_u16(), &put.json()), (200, &shown), "{}", put.body);
    let mut other = declared("new-room");
    other["configuration"]["items"] = json!(".show");
    other["venue"]["name"] = json!("The New Room");
    let changed = one.send(Method::PUT, "/sources/new-room", &other).await.json();
    assert_eq!(changed["declaration"]["configuration"]["items"], ".show");
    assert_eq!(changed["declaration"]["venue"]["name"], "The New Room");

    let paused = one.send(Method::POST, "/sources/new-room/pause", &Value::Null).await;
    assert_eq!(paused.json()["paused_at"], "2026-11-23T12:00:00Z", "{}", paused.body);
    let resumed = one.send(Method::POST, "/sources/new-room/resume", &Value::Null).await;
    assert_eq!((resumed.status.as_u16(), &resumed.json()["paused_at"]), (200, &Value::Null));
    let list = one.send(Method::GET, "/sources", &Value::Null).await.json();
    let of =
        |slug: &str| list["data"].as_array().unwrap().iter().find(|s| s["slug"] == slug).unwrap()["origin"].clone();
    assert_eq!((of("new-room"), of("rex")), (json!("api"), json!("file")));
    let public = serving.get("/api/v1/sources").await.json();
    assert!(public["data"].as_array().unwrap().iter().any(|source| source["slug"] == "new-room"));
}

#[tokio::test]
async fn what_is_wrong_with_a_declaration_is_said_by_key_and_nothing_is_stored() {
    let serving = Serving::filled().await;
    let one = client(&serving, &[Scope::Sources]).await;
    let with = |key: &str, value: Value| {
        let mut declared = declared("new-room");
        declared[key] = value;
        declared
    };
    for (bad, words) in [
        (with("slug", json!("New Room")), "is not a slug"),
        (with("zone", json!("Eastern")), "time zone"),
        (with("plugin", json!("nothing")), "no plugin `nothing`"),
        (with("schedule", json!({"every_minutes": 0})), "schedule.every_minutes"),
        (with("fetch", json!({"headers": {"a b": "x"}})), "fetch.headers"),
        (with("colour", json!("red")), "colour"),
        (with("url", json!("ftp://new.example")), "only http and https"),
    ] {
        let verdict = one.send(Method::POST, "/sources/validate", &bad).await;
        assert_eq!((verdict.status.as_u16(), &verdict.json()["valid"]), (200, &json!(false)), "{}", verdict.body);
        assert!(verdict.json()["problems"][0]["reason"].as_str().unwrap().contains(words), "{}", verdict.body);
        let refused = one.send(Method::POST, "/sources", &bad).await;
        assert_eq!(refused.status, 422, "{}", refused.body);
        assert!(refused.json()["detail"].as_str().unwrap().contains(words), "{}", refused.body);
    }
    let good = one.send(Method::POST, "/sources/validate", &declared("new-room")).await;
    assert_eq!(good.json(), json!({ "valid": true, "problems": [], "secrets": [] }));
    assert_eq!(one.send(Method::GET, "/sources/new-room", &Value::Null).await.status, 404);
}

#[tokio::test]
async fn files_and_the_api_leave_each_others_sources_alone() {
    let serving = Serving::filled().await;
    let one = client(&serving, &[Scope::Sources]).await;
    // A file's source is not changed, and neither is its venue.
    let mut rex = declared("rex");
    assert_eq!(one.send(Method::PUT, "/sources/rex", &rex).await.status, 409);
    rex["slug"] = json!("rex-upstairs");
    rex["site"]["name"] = json!("Another Toronto");
    let made = one.send(Method::POST, "/sources", &rex).await.json();
    assert_eq!(made["declaration"]["venue"]["name"], "The Rex");
    assert_eq!(made["notes"].as_array().unwrap().len(), 2, "{made}");

    // A file with the slug of a source of the API changes nothing of it.
    let store = serving.database.store();
    let before = store.source_by_slug(&sample::parse("rex-upstairs")).await.unwrap().unwrap();
    let site = sample::site("toronto");
    let venue = sample::venue(&site, "elsewhere", "Elsewhere");
    let mut file = sample::source(&venue);
    file.slug = sample::parse("rex-upstairs");
    let synced = store.sync_sources(&[site], &[venue], &[file]).await.unwrap();
    assert_eq!(store.source_by_slug(&sample::parse("rex-upstairs")).await.unwrap().unwrap(), before);
    assert_eq!(synced.sources, [before.source]);
}

#[tokio::test]
async fn only_an_admin_says_where_secrets_are_sent() {
    let serving = Serving::filled().await;
    let (one, admin) = (client(&serving, &[Scope::Sources]).await, client(&serving, &[Scope::Admin]).await);
    let mut with_secret = declared("new-room");
    with_secret["fetch"] = json!({ "headers": { "x-api-key": "{{secret:VENUE_KEY}}" } });
    let refused = one.send(Method::POST, "/sources", &with_secret).await;
    assert_eq!(refused.status, 403, "{}", refused.body);
    assert!(refused.header("www-authenticate").contains("scope=\"admin\""));
    assert_eq!(one.send(Method::POST, "/sources/validate", &with_secret).await.json()["secrets"], json!(["VENUE_KEY"]));
    assert_eq!(admin.send(Method::POST, "/sources", &with_secret).await.status, 201);
    // Nor may the place be changed, while the secret stays.
    with_secret["url"] = json!("https://attacker.example/");
    assert_eq!(one.send(Method::PUT, "/sources/new-room", &with_secret).await.status, 403);
}

#[tokio::test]
async fn the_log_tells_who_did_what_to_what_from_where_and_holds_no_configuration() {
    let serving = Serving::filled().await;
    let one = client(&serving, &[Scope::Sources]).await;
    one.send(Method::POST, "/sources", &declared("new-room")).await;
    let mut other = declared("new-room");
    other["configuration"]["items"] = json!(".show");
    other["enabled"] = json!(false);
    one.send(Method::PUT, "/sources/new-room", &other).await;
    let entries =
        operator(&serving).send(Method::GET, "/audit?object=new-room&action=source.change", &Value::Null).await;
    let json = entries.json();
    let entry = &json["data"][0];
    assert!(entry["by"].as_str().unwrap().starts_with("tester (key_"), "{entry}");
    assert_eq!((&entry["request_id"], &entry["at"]), (&json!("request-1"), &json!("2026-11-23T12:00:00Z")));
    assert_eq!((&entry["before"]["enabled"], &entry["after"]["enabled"]), (&json!(true), &json!(false)));
    assert_ne!(entry["before"]["configuration_digest"], entry["after"]["configuration_digest"]);
    assert!(!entries.body.contains(".show") && !entries.body.contains("\"en\""), "{}", entries.body);
    let by_key = format!("/audit?key={}", entry["key"].as_str().unwrap());
    assert_eq!(
        operator(&serving).send(Method::GET, &by_key, &Value::Null).await.json()["data"].as_array().unwrap().len(),
        2
    );
    for bad in ["/audit?key=1", "/audit?keys=1", "/audit?cursor=x"] {
        assert_eq!(operator(&serving).send(Method::GET, bad, &Value::Null).await.status, 400, "{bad}");
    }
}

#[tokio::test]
async fn the_log_takes_no_change_and_no_removal() {
    let serving = Serving::filled().await;
    client(&serving, &[Scope::Read]).await;
    let mut connection = PgConnection::connect(serving.database.url()).await.unwrap();
    for sql in ["UPDATE audit SET name = 'x'", "DELETE FROM audit", "TRUNCATE audit"] {
        let error = sqlx::query(sql).execute(&mut connection).await.unwrap_err();
        assert!(error.to_string().contains("append-only"), "{error}");
    }
    assert_eq!(log(&serving).await.len(), 1);
    connection.close().await.unwrap();
}

/// A request that writes, or tries to.
#[derive(Debug, Clone)]
struct Write {
    method: Method,
    path: String,
    body: Value,
    once: Option<String>,
}

fn write() -> impl Strategy<Value = Write> {
    let source = prop::sample::select(vec!["rex", "music-farm", "a", "b", "nowhere"]);
    let once = prop::option::of(prop::sample::select(vec!["k1", "k2"]).prop_map(str::to_owned));
    (0..9_u8, source, once).prop_map(|(kind, source, once)| {
        let write = |method, path: String, body| Write { method, path, body, once: once.clone() };
        match kind {
            0 | 1 => write(Method::POST, format!("/sources/{source}/crawl"), Value::Null),
            2 => write(Method::POST, "/sources".to_owned(), declared(source)),
            3 => write(Method::PUT, format!("/sources/{source}"), declared(source)),
            4 => write(Method::POST, format!("/sources/{source}/pause"), Value::Null),
            5 => write(Method::POST, format!("/sources/{source}/resume"), Value::Null),
            6 => write(Method::POST, "/keys".to_owned(), json!({ "name": source, "scopes": ["read"] })),
            7 => write(Method::POST, "/keys".to_owned(), json!({ "name": source, "scopes": [] })),
            _ => write(Method::POST, "/sources/validate".to_owned(), declared(source)),
        }
    })
}

#[test]
fn every_write_that_succeeds_is_in_the_log_once_and_no_other() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig { cases: 6, ..ProptestConfig::default() });
    let sequences = prop::collection::vec(write(), 1..40);
    let outcome = runner.run(&sequences, |writes| {
        runtime.block_on(async {
            let serving = Serving::filled().await;
            let before = log(&serving).await.len();
            let mut done = 0;
            for Write { method, path, body, once } in writes {
                let answer = operator(&serving).keyed(method, &path, &body, once.as_deref()).await;
                prop_assert!(!answer.status.is_server_error(), "{path}: {}", answer.body);
                let replayed = !answer.header("idempotency-replayed").is_empty();
                done += usize::from(answer.status.is_success() && !replayed && path != "/sources/validate");
            }
            prop_assert_eq!(log(&serving).await.len() - before, done);
            Ok(())
        })
    });
    outcome.unwrap();
}
