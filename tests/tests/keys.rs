//! Who may do what: keys, scopes, and what is said to whoever may not.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "in the tests' own functions, too: what is not there fails the test"
)]

use axum::{body::Body, http::Method};
use chrono::{DateTime, TimeDelta, Utc};
use marquee_model::{KeyId, KeyToken, Scope, Scopes};
use marquee_serve::{Reading, ServeSettings};
use marquee_store::{NewKey, StoredKey};
use marquee_tests::{
    database,
    sample::{author, instant},
    serving::{Answer, Serving, TOKEN, settings},
};
use serde_json::{Value, json};

/// A key with these scopes, as it is sent.
async fn key(serving: &Serving, scopes: &[Scope], expires_at: Option<DateTime<Utc>>) -> (String, StoredKey) {
    let token = marquee_serve::fresh_key(instant(0)).unwrap();
    let scopes: Scopes = scopes.iter().copied().collect();
    let new = NewKey { token: token.clone(), name: format!("for {scopes}"), scopes, expires_at };
    let stored = serving.database.store().create_key(&new, &author(0)).await.unwrap();
    (format!("Bearer {}", token.expose()), stored)
}

async fn send(serving: &Serving, method: &Method, path: &str, bearer: Option<&str>, body: &Value) -> Answer {
    let mut headers = vec![("content-type", "application/json")];
    headers.extend(bearer.map(|bearer| ("authorization", bearer)));
    serving.send(method.clone(), path, &headers, Body::from(body.to_string())).await
}

/// Every route of the document that wants a key: method, a path without variables, and the scope.
async fn guarded(serving: &Serving) -> Vec<(Method, String, Scope)> {
    let document = serving.get("/openapi.json").await.json();
    let mut routes = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Some(scope) = operation["security"][0]["key"][0].as_str() else { continue };
            let method = method.to_uppercase().parse().unwrap();
            let path = path.replace("{id}", "1").replace("{field}", "title");
            routes.push((method, path, scope.parse().unwrap()));
        }
    }
    routes
}

#[tokio::test]
async fn every_route_that_wants_a_key_refuses_whoever_has_none_or_lacks_its_scope() {
    let serving = Serving::filled().await;
    let routes = guarded(&serving).await;
    assert!(routes.len() >= 20, "{} routes", routes.len());
    for (method, path, scope) in routes {
        let none = send(&serving, &method, &path, None, &json!({})).await;
        assert_eq!(none.status, 401, "{method} {path}: {}", none.body);
        assert_eq!(none.header("www-authenticate"), "Bearer realm=\"marquee\"", "{path}");

        let others: Vec<Scope> =
            Scope::ALL.into_iter().filter(|other| *other != scope && *other != Scope::Admin).collect();
        let (other, _) = key(&serving, &others, None).await;
        let refused = send(&serving, &method, &path, Some(&other), &json!({})).await;
        assert_eq!(refused.status, 403, "{method} {path}: {}", refused.body);
        assert!(refused.json()["detail"].as_str().unwrap().contains(&format!("the scope `{scope}`")), "{path}");
        let challenge = refused.header("www-authenticate").to_owned();
        assert!(challenge.ends_with(&format!("error=\"insufficient_scope\", scope=\"{scope}\"")), "{challenge}");

        for scopes in [[scope], [Scope::Admin]] {
            let (right, _) = key(&serving, &scopes, None).await;
            let answer = send(&serving, &method, &path, Some(&right), &json!({})).await;
            assert!(![401, 403, 500].contains(&answer.status.as_u16()), "{method} {path}: {}", answer.body);
            let is_ours = path.starts_with("/api/v1/admin/");
            assert!(!is_ours || answer.header("cache-control") == "no-store", "{method} {path}: {:?}", answer.headers);
        }
    }
    let token = format!("Bearer {TOKEN}");
    assert_eq!(serving.ask(Method::GET, "/api/v1/admin/audit", &[("authorization", &token)]).await.status, 200);
}

#[tokio::test]
async fn keys_that_are_over_unknown_or_mistyped_are_refused_and_told_apart_only_where_that_helps() {
    let serving = Serving::filled().await;
    let store = serving.database.store();
    let path = "/api/v1/admin/keys";
    let (good, stored) = key(&serving, &[Scope::Keys], Some(instant(1))).await;
    assert_eq!(serving.ask(Method::GET, path, &[("authorization", &good)]).await.status, 200);

    let (expired, _) = key(&serving, &[Scope::Keys], Some(instant(0))).await;
    let mut mistyped = good.clone();
    let last = mistyped.pop();
    mistyped.push(if last == Some('0') { '1' } else { '0' });
    let unknown = format!("Bearer {}", KeyToken::new(KeyId::new(instant(9)), [7; 32]).expose());
    let guessed = format!("Bearer {}", KeyToken::new(stored.id, [7; 32]).expose());
    store.revoke_key(stored.id, Some("lost"), &author(0)).await.unwrap().unwrap();
    for (bearer, words) in [
        (good.as_str(), "was revoked"),
        (&expired, "has expired"),
        (&unknown, "is not known here"),
        (&guessed, "is not known here"),
        (&mistyped, "mistyped"),
        ("Bearer x", "mistyped"),
        ("Bearer ", "mistyped"),
    ] {
        let answer = serving.ask(Method::GET, path, &[("authorization", bearer)]).await;
        assert_eq!(answer.status, 401, "{words}: {}", answer.body);
        assert!(answer.json()["detail"].as_str().unwrap().contains(words), "{words}: {}", answer.body);
        assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"marquee\", error=\"invalid_token\"");
    }
    let twice = serving.ask(Method::GET, path, &[("authorization", &good), ("authorization", &unknown)]).await;
    assert_eq!((twice.status.as_u16(), twice.header("www-authenticate")), (401, "Bearer realm=\"marquee\""));
}

#[tokio::test]
async fn a_key_makes_and_revokes_only_keys_that_may_do_no_more_than_itself() {
    let serving = Serving::filled().await;
    let (keys, _) = key(&serving, &[Scope::Keys, Scope::Crawl], None).await;
    let (_, strong) = key(&serving, &[Scope::Admin], None).await;
    let wanted = |scopes: Value| json!({ "name": "deploy", "scopes": scopes });
    let path = "/api/v1/admin/keys";
    for scopes in [json!(["crawl"]), json!(["crawl", "keys"])] {
        let made = send(&serving, &Method::POST, path, Some(&keys), &wanted(scopes)).await;
        assert_eq!(made.status, 201, "{}", made.body);
        let bearer = format!("Bearer {}", made.json()["token"].as_str().unwrap());
        let crawl = send(&serving, &Method::POST, "/api/v1/admin/sources/rex/crawl", Some(&bearer), &json!({})).await;
        assert_eq!(crawl.status, 202, "{}", crawl.body);
    }
    for scopes in [json!(["admin"]), json!(["crawl", "sources"])] {
        assert_eq!(send(&serving, &Method::POST, path, Some(&keys), &wanted(scopes)).await.status, 403);
    }
    let revoke = format!("{path}/{}", strong.id);
    assert_eq!(serving.ask(Method::DELETE, &revoke, &[("authorization", &keys)]).await.status, 403);
    for (body, words) in [
        (json!({ "name": " ", "scopes": ["crawl"] }), "`name`"),
        (json!({ "name": "x", "scopes": [] }), "`scopes`"),
        (json!({ "name": "x", "scopes": ["crawls"] }), "crawls"),
        (json!({ "name": "x", "scopes": ["crawl"], "expires_at": "2026-11-23T11:00:00Z" }), "`expires_at`"),
        (json!({ "name": "x", "scopes": ["crawl"], "expire": null }), "expire"),
    ] {
        let answer = send(&serving, &Method::POST, path, Some(&keys), &body).await;
        assert_eq!(answer.status, 422, "{}", answer.body);
        assert!(answer.json()["detail"].as_str().unwrap().contains(words), "{}", answer.body);
    }
}

#[tokio::test]
async fn a_revoked_key_stays_in_the_list_and_lists_go_on_by_cursor() {
    let serving = Serving::filled().await;
    let (admin, _) = key(&serving, &[Scope::Admin], None).await;
    for _ in 0..4 {
        key(&serving, &[Scope::Read], None).await;
    }
    let (_, last) = key(&serving, &[Scope::Read], None).await;
    let path = format!("/api/v1/admin/keys/{}?reason=lost", last.id);
    let revoked = serving.ask(Method::DELETE, &path, &[("authorization", &admin)]).await;
    assert_eq!((revoked.status.as_u16(), revoked.json()["state"].as_str()), (200, Some("revoked")));
    assert!(revoked.json()["revoked_by"].as_str().unwrap().starts_with("for admin (key_"));

    let mut seen = Vec::new();
    let mut path = "/api/v1/admin/keys?limit=2".to_owned();
    loop {
        let page = serving.ask(Method::GET, &path, &[("authorization", &admin)]).await.json();
        seen.extend(page["data"].as_array().unwrap().iter().map(|key| key["id"].as_str().unwrap().to_owned()));
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("/api/v1/admin/keys?limit=2&cursor={cursor}"),
            None => break,
        }
    }
    let mut distinct = seen.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!((seen.len(), distinct.len()), (6, 6));
    assert!(seen.contains(&last.id.to_string()));
}

#[tokio::test]
async fn the_last_use_of_a_key_is_written_at_most_once_a_minute() {
    let database = database::fresh().await;
    let store = database.store();
    let token = marquee_serve::fresh_key(instant(0)).unwrap();
    let new = NewKey { token, name: "n".to_owned(), scopes: Scopes::all(), expires_at: None };
    let key = store.create_key(&new, &author(0)).await.unwrap();
    let seconds = |seconds| instant(0) + TimeDelta::seconds(seconds);
    for (at, written) in [(5, 5), (30, 5), (64, 5), (65, 65), (70, 65), (3600, 3600)] {
        let (known, _) = store.key(key.id).await.unwrap().unwrap();
        store.key_used(&known, seconds(at)).await.unwrap();
        let (known, _) = store.key(key.id).await.unwrap().unwrap();
        assert_eq!(known.last_used_at, Some(seconds(written)), "at {at} s");
        // One who has not seen the last use yet writes no more often.
        store.key_used(&key, seconds(at)).await.unwrap();
        let (known, _) = store.key(key.id).await.unwrap().unwrap();
        assert_eq!(known.last_used_at, Some(seconds(written)), "at {at} s");
    }
}

#[tokio::test]
async fn reading_needs_a_key_where_the_operator_says_so() {
    let serving = Serving::empty(ServeSettings { reading: Reading::Keys, ..settings() }).await;
    Box::pin(marquee_tests::serving::fill(&serving)).await;
    let (read, _) = key(&serving, &[Scope::Read], None).await;
    let (crawl, _) = key(&serving, &[Scope::Crawl], None).await;
    let (audit, _) = key(&serving, &[Scope::Audit], None).await;
    for path in
        ["/api/v1/events", "/api/v1/sources", "/api/v1/venues?limit=1", "/", "/admin/status", "/api/v1/search?q=moon"]
    {
        assert_eq!(serving.get(path).await.status, 401, "{path}");
        assert_eq!(serving.ask(Method::HEAD, path, &[]).await.status, 401, "{path}");
        let wrong = serving.ask(Method::GET, path, &[("authorization", &crawl)]).await;
        assert_eq!(wrong.status, 403, "{path}");
        assert!(wrong.header("www-authenticate").contains("scope=\"read\""));
        let right = serving.ask(Method::GET, path, &[("authorization", &read)]).await;
        assert_eq!(right.status, 200, "{path}: {}", right.body);
    }
    for path in ["/healthz", "/readyz", "/version", "/openapi.json", "/docs/"] {
        assert_eq!(serving.get(path).await.status, 200, "{path}");
    }
    // What has a scope of its own needs no second one.
    assert_eq!(serving.ask(Method::GET, "/api/v1/admin/audit", &[("authorization", &audit)]).await.status, 200);
    let asked = send(&serving, &Method::POST, "/api/v1/admin/sources/rex/crawl", Some(&crawl), &json!({})).await;
    assert_eq!(asked.status, 202, "{}", asked.body);
}

#[tokio::test]
async fn a_key_is_shown_once_and_stands_nowhere_else() {
    let serving = Serving::filled().await;
    let token = format!("Bearer {TOKEN}");
    let wanted = json!({ "name": "n", "scopes": ["admin"] });
    let path = "/api/v1/admin/keys";
    let headers =
        [("authorization", token.as_str()), ("content-type", "application/json"), ("idempotency-key", "once")];
    let made = serving.send(Method::POST, path, &headers, Body::from(wanted.to_string())).await;
    let secret = made.json()["token"].as_str().unwrap().to_owned();
    let bearer = format!("Bearer {secret}");
    let mut said = String::new();
    for (method, path, body) in [
        (Method::GET, "/api/v1/admin/keys".to_owned(), json!({})),
        (Method::GET, "/api/v1/admin/audit".to_owned(), json!({})),
        (Method::POST, "/api/v1/admin/keys".to_owned(), json!({ "name": secret, "scopes": [] })),
        (Method::POST, "/api/v1/admin/sources".to_owned(), json!({})),
        (Method::GET, format!("/api/v1/admin/sources/{}", "x"), json!({})),
        (Method::POST, "/api/v1/admin/sources/rex/crawl".to_owned(), json!({})),
    ] {
        let answer = send(&serving, &method, &path, Some(&bearer), &body).await;
        said.push_str(&answer.body);
        said.push_str(&format!("{:?}", answer.headers));
    }
    let digits = secret.rsplit('_').next().unwrap();
    assert!(!said.contains(digits), "an answer holds the secret");

    // Every row of every table, as text.
    use sqlx::{Connection as _, Row as _};
    let mut connection = sqlx::PgConnection::connect(serving.database.url()).await.unwrap();
    let tables = sqlx::query("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'")
        .fetch_all(&mut connection)
        .await
        .unwrap();
    for table in tables {
        let table: String = table.get(0);
        let sql = format!("SELECT count(*) FROM {table} t WHERE row_to_json(t)::text LIKE '%{digits}%'");
        let count: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&mut connection).await.unwrap();
        assert_eq!(count, 0, "{table} holds the secret");
    }
    connection.close().await.unwrap();
}
