//! Marquee's own interface, as its clients see it.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "in the tests' own functions, too: what is not there fails the test"
)]

use axum::{body::Body, http::Method};
use marquee_serve::ServeSettings;
use marquee_tests::serving::{Answer, Serving, TOKEN, settings};
use serde_json::Value;

fn titles(answer: &Answer) -> Vec<String> {
    let json = answer.json();
    json["data"].as_array().unwrap().iter().map(|event| event["title"].as_str().unwrap().to_owned()).collect()
}

/// The id of the first event whose title begins so.
async fn event_id(serving: &Serving, title: &str) -> String {
    let events = serving.get("/api/v1/events").await.json();
    let event = events["data"].as_array().unwrap().iter().find(|e| e["title"].as_str().unwrap().starts_with(title));
    event.unwrap()["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn bodies_look_like_this() {
    let serving = Serving::filled().await;
    let event = event_id(&serving, "Moon").await;
    let crawls = serving.get("/api/v1/crawls?source=rex").await.json();
    let crawl = crawls["data"][0]["id"].as_str().unwrap();
    for (name, path) in [
        ("sites", "/api/v1/sites"),
        ("events", "/api/v1/events?limit=2&from=2026-11-23"),
        ("event", &format!("/api/v1/events/{event}")),
        ("trace", &format!("/api/v1/events/{event}/trace")),
        ("venues", "/api/v1/venues"),
        ("plugins", "/api/v1/plugins"),
        ("plugin", "/api/v1/plugins/css"),
        ("sources", "/api/v1/sources"),
        ("crawls", "/api/v1/crawls?outcome=complete"),
        ("crawl", &format!("/api/v1/crawls/{crawl}")),
        ("version", "/version"),
        ("readyz", "/readyz"),
    ] {
        let answer = serving.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        insta::assert_snapshot!(name, without_cursor(&answer));
    }
}

/// A cursor holds an id, so it differs from run to run; the zone data's version differs from release to release.
fn without_cursor(answer: &Answer) -> String {
    let json = answer.json();
    let shown = match json["next_cursor"].as_str() {
        Some(cursor) => answer.shown().replace(cursor, "CURSOR"),
        None => answer.shown(),
    };
    match json["row"]["tzdb_version"].as_str() {
        Some(version) => shown.replace(&format!("\"{version}\""), "\"TZDB\""),
        None => shown,
    }
}

#[tokio::test]
async fn filters_narrow_the_list_together() {
    let serving = Serving::filled().await;
    for (query, wanted) in [
        ("", 7),
        ("from=2026-11-23", 6),
        ("from=2026-11-24&until=2026-11-25", 3),
        ("until=2026-11-22", 1),
        ("site=charleston", 1),
        ("site=toronto&venue=rex&from=2026-11-23", 5),
        ("venue=music-farm", 1),
        ("status=cancelled", 1),
        ("status=cancelled,scheduled", 7),
        ("text=moon%20tides", 1),
        ("text=sune", 1),
        ("text=nothing", 0),
    ] {
        let answer = serving.get(&format!("/api/v1/events?{query}")).await;
        assert_eq!(titles(&answer).len(), wanted, "{query}: {}", answer.body);
    }
    let site = serving.get("/api/v1/sites/toronto/events?from=2026-11-23").await;
    assert_eq!(titles(&site).len(), 5);
}

#[tokio::test]
async fn cursors_lead_through_the_whole_list_without_gap_or_repetition() {
    let serving = Serving::filled().await;
    let all = titles(&serving.get("/api/v1/events").await);
    let mut path = "/api/v1/events?limit=2".to_owned();
    let mut seen = Vec::new();
    loop {
        let answer = serving.get(&path).await;
        seen.extend(titles(&answer));
        match answer.json()["next_cursor"].as_str() {
            Some(cursor) => {
                path = format!("/api/v1/events?limit=2&cursor={cursor}");
                assert!(
                    answer.header("link").starts_with(&format!("<{path}>; rel=\"next\", ")),
                    "{}",
                    answer.header("link")
                );
            }
            None => break,
        }
    }
    assert_eq!(seen, all);
}

#[tokio::test]
async fn a_cursor_is_good_for_its_own_list_only() {
    let serving = Serving::filled().await;
    let first = serving.get("/api/v1/events?limit=2").await.json();
    let cursor = first["next_cursor"].as_str().unwrap();
    for path in [
        format!("/api/v1/events?limit=2&text=moon&cursor={cursor}"),
        format!("/api/v1/venues?cursor={cursor}"),
        format!("/api/v1/events?cursor=A{cursor}"),
        "/api/v1/events?cursor=made-up".to_owned(),
    ] {
        let answer = serving.get(&path).await;
        assert_eq!(answer.status, 400, "{path}");
        assert_eq!(answer.json()["errors"][0]["parameter"], "cursor");
    }
}

#[tokio::test]
async fn a_wrong_parameter_is_named_with_the_reason_and_the_nearest_right_one() {
    let serving = Serving::filled().await;
    for (path, parameter, nearest) in [
        ("/api/v1/events?form=2026-11-23", "form", Some("from")),
        ("/api/v1/events?from=23.11.2026", "from", None),
        ("/api/v1/events?status=canceled", "status", Some("cancelled")),
        ("/api/v1/events?site=torronto", "site", Some("toronto")),
        ("/api/v1/events?limit=101", "limit", None),
        ("/api/v1/events?limit=0", "limit", None),
        ("/api/v1/events?limit=1&limit=2", "limit", None),
        ("/api/v1/events?from=2026-12-01&until=2026-11-01", "until", None),
        ("/api/v1/events?venue=../etc", "venue", None),
        ("/api/v1/events?text=%00", "text", None),
        ("/api/v1/crawls?outcome=fialed", "outcome", Some("failed")),
        ("/api/v1/sites?limit=1", "limit", None),
        ("/api/v1/venues?serach=x", "serach", None),
    ] {
        let answer = serving.get(path).await;
        assert_eq!(answer.status, 400, "{path}: {}", answer.body);
        assert_eq!(answer.header("content-type"), "application/problem+json");
        let error = answer.json()["errors"][0].clone();
        assert_eq!(error["parameter"], parameter, "{path}");
        assert_eq!(error["nearest"].as_str(), nearest, "{path}: {error}");
        assert!(!error["reason"].as_str().unwrap().is_empty());
    }
}

#[tokio::test]
async fn every_refusal_is_a_problem() {
    let serving = Serving::filled().await;
    let nobody = "evt_00000000000000000000000000000000";
    for (method, path, status) in [
        (Method::GET, "/nowhere", 404),
        (Method::GET, "/api/v1/nowhere", 404),
        (Method::GET, "/api/v1/events/abc", 404),
        (Method::GET, &format!("/api/v1/events/{nobody}"), 404),
        (Method::GET, &format!("/api/v1/events/{nobody}/trace"), 404),
        (Method::GET, "/api/v1/events/%00", 404),
        (Method::GET, "/api/v1/events/%FF", 404),
        (Method::GET, "/api/v1/venues/ven_1", 404),
        (Method::GET, "/api/v1/crawls/x", 404),
        (Method::GET, "/api/v1/plugins/none", 404),
        (Method::GET, "/api/v1/sites/nowhere/events?from=2026-01-01", 404),
        (Method::DELETE, "/api/v1/events", 405),
        (Method::POST, "/healthz", 405),
        (Method::PUT, "/", 405),
        (Method::POST, "/api/v1/sources/rex/crawl", 401),
    ] {
        let answer = serving.ask(method.clone(), path, &[("x-request-id", "trace-1")]).await;
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.body);
        assert_eq!(answer.header("content-type"), "application/problem+json", "{path}");
        assert_eq!(answer.header("cache-control"), "no-store");
        let problem = answer.json();
        assert_eq!(problem["status"], status, "{path}");
        assert_eq!(problem["trace_id"], "trace-1");
        assert_eq!(problem["instance"].as_str(), path.split('?').next());
        if status == 405 {
            assert!(answer.header("allow").contains("GET"), "{path}: {:?}", answer.headers);
        }
    }
    insta::assert_snapshot!(
        "problem",
        serving.ask(Method::GET, "/api/v1/events?form=x", &[("x-request-id", "t")]).await.shown()
    );
}

#[tokio::test]
async fn a_crawl_is_asked_for_with_the_operators_token_only() {
    let serving = Serving::filled().await;
    let path = "/api/v1/sources/rex/crawl";
    let bearer = format!("Bearer {TOKEN}");
    let wrong = serving.ask(Method::POST, path, &[("authorization", "Bearer guess")]).await;
    assert_eq!(wrong.status, 401);
    assert!(wrong.header("www-authenticate").starts_with("Bearer"));
    assert!(serving.wished().is_empty());

    let first = serving.ask(Method::POST, path, &[("authorization", &bearer)]).await;
    assert_eq!((first.status.as_u16(), first.json()["status"].as_str()), (202, Some("queued")), "{}", first.body);
    assert_eq!(first.header("location"), "/api/v1/crawls?source=rex");
    let id = first.json()["source"].as_str().unwrap().to_owned();
    let again = serving.ask(Method::POST, &format!("/api/v1/sources/{id}/crawl"), &[("authorization", &bearer)]).await;
    assert_eq!(again.json()["status"], "already_queued");
    assert_eq!(serving.wished().len(), 2);

    let unknown = serving.ask(Method::POST, "/api/v1/sources/none/crawl", &[("authorization", &bearer)]).await;
    assert_eq!(unknown.status, 404);
}

#[tokio::test]
async fn without_a_token_in_the_settings_an_empty_one_opens_no_door() {
    for admin_token in [None, Some(marquee_serve::Secret::new(""))] {
        let serving = Serving::empty(ServeSettings { admin_token, ..ServeSettings::default() }).await;
        let answer = serving.ask(Method::POST, "/api/v1/sources/rex/crawl", &[("authorization", "Bearer ")]).await;
        assert_eq!(answer.status, 401);
    }
}

#[tokio::test]
async fn bodies_that_are_too_large_or_not_json_are_refused() {
    let serving = Serving::filled().await;
    let bearer = format!("Bearer {TOKEN}");
    for (media, body, status) in [
        ("application/json", "{}".to_owned(), 202),
        ("application/json", "[]".to_owned(), 422),
        ("application/json", "{\"a\":1}".to_owned(), 422),
        ("text/plain", "hello".to_owned(), 415),
        ("application/json", "x".repeat(20_000), 413),
    ] {
        let headers = [("authorization", bearer.as_str()), ("content-type", media)];
        let answer = serving.send(Method::POST, "/api/v1/sources/rex/crawl", &headers, Body::from(body.clone())).await;
        assert_eq!(answer.status, status, "{media} {}", body.chars().take(20).collect::<String>());
        let headers =
            [("authorization", bearer.as_str()), ("content-type", media), ("content-length", &body.len().to_string())];
        let declared = serving.send(Method::POST, "/api/v1/sources/rex/crawl", &headers, Body::from(body)).await;
        assert_eq!(declared.status, status);
    }
}

#[tokio::test]
async fn a_client_that_has_the_answer_already_gets_304() {
    let serving = Serving::filled().await;
    let first = serving.get("/api/v1/events").await;
    let tag = first.header("etag").to_owned();
    assert!(tag.starts_with('"') && tag.len() == 34, "{tag}");
    let again = serving.ask(Method::GET, "/api/v1/events", &[("if-none-match", &tag)]).await;
    assert_eq!((again.status.as_u16(), again.body.as_str(), again.header("etag")), (304, "", tag.as_str()));
    let head = serving.ask(Method::HEAD, "/api/v1/events", &[]).await;
    assert_eq!((head.status.as_u16(), head.body.as_str(), head.header("etag")), (200, "", tag.as_str()));
    let other = serving.ask(Method::GET, "/api/v1/events?limit=1", &[("if-none-match", &tag)]).await;
    assert_eq!(other.status, 200);
}

#[tokio::test]
async fn a_compressed_answer_has_a_strong_tag_of_its_own() {
    let serving = Serving::filled().await;
    let answer = serving.ask(Method::GET, "/api/v1/events", &[("accept-encoding", "gzip")]).await;
    assert_eq!(answer.header("content-encoding"), "gzip");
    assert!(answer.header("etag").starts_with('"') && answer.header("etag").ends_with("-gzip\""));
    assert!(answer.header("vary").to_ascii_lowercase().contains("accept-encoding"));
    let again = serving
        .ask(Method::GET, "/api/v1/events", &[("accept-encoding", "gzip"), ("if-none-match", answer.header("etag"))])
        .await;
    assert_eq!(again.status, 304);
}

#[tokio::test]
async fn reading_is_open_to_pages_of_every_origin_and_writing_is_not() {
    let serving = Serving::filled().await;
    let origin = ("origin", "https://calendar.example");
    let read = serving.ask(Method::GET, "/api/v1/events", &[origin]).await;
    assert_eq!(read.header("access-control-allow-origin"), "*");
    let preflight = [origin, ("access-control-request-method", "POST")];
    let write = serving.ask(Method::OPTIONS, "/api/v1/sources/rex/crawl", &preflight).await;
    assert!(!write.header("access-control-allow-methods").contains("POST"));
    for (name, value) in [("x-content-type-options", "nosniff"), ("referrer-policy", "no-referrer")] {
        assert_eq!(read.header(name), value);
    }
    assert!(read.header("content-security-policy").starts_with("default-src 'none'"));
    assert_eq!(read.header("x-request-id").len(), 36);
}

#[tokio::test]
async fn who_accepts_no_json_is_told_so() {
    let serving = Serving::filled().await;
    assert_eq!(serving.ask(Method::GET, "/api/v1/events", &[("accept", "text/html")]).await.status, 406);
    assert_eq!(serving.ask(Method::GET, "/api/v1/venues", &[("accept", "text/csv")]).await.status, 406);
    assert_eq!(serving.ask(Method::GET, "/api/v1/venues", &[("accept", "text/csv, */*;q=0.1")]).await.status, 200);
}

#[tokio::test]
async fn a_host_with_no_request_to_spare_says_so_and_stays_healthy() {
    let serving = Serving::empty(ServeSettings { max_concurrent_requests: 0, queue_ms: 0, ..settings() }).await;
    let busy = serving.get("/api/v1/events").await;
    assert_eq!((busy.status.as_u16(), busy.header("retry-after")), (503, "1"));
    assert_eq!(busy.json()["type"], "urn:marquee:problem:busy");
    assert_eq!(serving.get("/healthz").await.status, 200);
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_given_up() {
    let serving = Serving::empty(ServeSettings { request_timeout_ms: 0, ..settings() }).await;
    let answer = serving.get("/api/v1/events").await;
    assert_eq!((answer.status.as_u16(), answer.json()["type"].as_str()), (503, Some("urn:marquee:problem:timed-out")));
}

#[tokio::test]
async fn without_its_database_the_host_is_alive_and_not_ready_and_tells_nothing_of_its_inside() {
    let serving = Serving::filled().await;
    serving.database.store().close().await;
    assert_eq!(serving.get("/healthz").await.status, 200);
    let ready = serving.get("/readyz").await;
    assert_eq!(ready.status, 503);
    assert_eq!(ready.json()["checks"][0]["ok"], false);
    let events = serving.get("/api/v1/events").await;
    assert_eq!(events.status, 503, "{}", events.body);
    for word in ["pool", "sqlx", "postgres", "connection"] {
        assert!(!events.body.to_lowercase().contains(word), "{}", events.body);
    }
    let status = serving.get("/admin/status").await.json();
    assert_eq!((status["status"].as_str(), status["total_events"].clone()), (Some("unhealthy"), Value::Null));
}

#[tokio::test]
async fn the_document_describes_every_route_and_its_page_needs_nothing_from_elsewhere() {
    let serving = Serving::empty(settings()).await;
    let document = serving.get("/openapi.json").await.json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    assert_eq!(document, serde_json::from_str::<Value>(&marquee_serve::openapi()).unwrap());
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            assert!(!operation["summary"].as_str().unwrap_or_default().is_empty(), "{method} {path} has no summary");
            assert!(operation["responses"].as_object().is_some_and(|r| !r.is_empty()), "{method} {path}");
        }
    }
    assert_eq!(document["paths"]["/admin/status"]["get"]["deprecated"], true);
    let every_reference = references(&document);
    for reference in every_reference {
        assert!(document.pointer(&reference).is_some(), "{reference} leads nowhere");
    }
    let page = serving.get("/docs/").await;
    assert_eq!(page.status, 200);
    assert!(!page.body.contains("http://") && !page.body.contains("https://"), "{}", page.body);
    assert!(page.header("content-security-policy").starts_with("default-src 'self'"));
}

/// Every `$ref` of a document, as a JSON pointer.
fn references(value: &Value) -> Vec<String> {
    match value {
        Value::Object(members) => members
            .iter()
            .flat_map(|(name, member)| match member.as_str().filter(|_| name == "$ref") {
                Some(reference) => vec![reference.trim_start_matches('#').to_owned()],
                None => references(member),
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}
