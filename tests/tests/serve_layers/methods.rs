//! Every method on every kind of path, ids, traces, and what is refused before anything is done.

use axum::{body::Body, http::Method};
use marquee_tests::serving::{Serving, TOKEN};

use crate::http::{Host, header};
use crate::keeping;

#[tokio::test]
async fn every_method_has_its_status_on_every_kind_of_path() {
    let serving = Serving::filled_with(keeping()).await;
    let event = serving.get("/api/v1/events").await.json()["data"][0]["id"].as_str().unwrap().to_owned();
    let bearer = format!("Bearer {TOKEN}");
    let reading = [200, 200, 405, 405, 405, 405, 204];
    let missing = [404, 404, 404, 404, 404, 404, 404];
    let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    for (path, expected) in [
        ("/api/v1/events".to_owned(), reading),
        (format!("/api/v1/events/{event}"), reading),
        ("/api/v1/venues".to_owned(), reading),
        ("/api/v1/sites".to_owned(), reading),
        ("/api/v1/sources".to_owned(), reading),
        ("/api/v1/crawls".to_owned(), reading),
        ("/api/v1/plugins".to_owned(), reading),
        ("/".to_owned(), reading),
        (format!("/events/{event}"), reading),
        ("/assets/marquee.css".to_owned(), reading),
        ("/openapi.json".to_owned(), reading),
        ("/healthz".to_owned(), reading),
        ("/metrics".to_owned(), reading),
        ("/version".to_owned(), reading),
        ("/admin/status".to_owned(), reading),
        ("/api/v1/sources/rex/crawl".to_owned(), [405, 405, 202, 405, 405, 405, 204]),
        ("/nowhere".to_owned(), missing),
        ("/api/v1/nowhere".to_owned(), missing),
    ] {
        let is_write = path.ends_with("/crawl");
        for (method, status) in methods.iter().zip(expected) {
            let method: Method = method.parse().unwrap();
            let headers = [("authorization", bearer.as_str())];
            let headers = if is_write { &headers[..] } else { &[] };
            let answer = serving.ask(method.clone(), &path, headers).await;
            assert_eq!(answer.status, status, "{method} {path}: {}", answer.body);
            assert_eq!(answer.header("x-request-id").len(), 36, "{method} {path}");
            assert_eq!(answer.header("x-content-type-options"), "nosniff");
            assert_eq!(answer.header("access-control-allow-origin"), "*");
            if status == 405 || status == 204 {
                let allow = answer.header("allow");
                assert!(allow.contains(if is_write { "POST" } else { "GET" }), "{method} {path}: {allow}");
            }
            if method == Method::HEAD {
                assert_eq!(answer.body, "", "{path}");
            } else if status >= 400 {
                assert_eq!(answer.json()["status"], status);
                assert_eq!(answer.header("content-type"), "application/problem+json");
                assert_eq!(answer.json()["instance"], path.as_str());
            }
        }
    }
}

#[tokio::test]
async fn what_cannot_be_answered_is_a_problem_with_its_own_status() {
    let serving = Serving::filled_with(keeping()).await;
    let bearer = format!("Bearer {TOKEN}");
    let long = format!("/api/v1/events?text={}", "x".repeat(9_000));
    let crawl = "/api/v1/sources/rex/crawl";
    let (json, text) = (("content-type", "application/json"), ("content-type", "text/plain"));
    let token = ("authorization", bearer.as_str());
    for (status, method, path, headers, body) in [
        (400, Method::GET, "/api/v1/events?form=x", vec![], ""),
        (401, Method::POST, crawl, vec![], ""),
        (404, Method::GET, "/api/v1/events/evt_0", vec![], ""),
        (405, Method::DELETE, "/api/v1/events", vec![], ""),
        (406, Method::GET, "/api/v1/events", vec![("accept", "image/png")], ""),
        (413, Method::POST, crawl, vec![token, json, ("content-length", "99999")], "{}"),
        (414, Method::GET, &long, vec![], ""),
        (414, Method::POST, &long, vec![], ""),
        (415, Method::POST, crawl, vec![token, text], "hello"),
        (422, Method::POST, crawl, vec![token, json], "[]"),
    ] {
        let answer = serving.send(method.clone(), path, &headers, Body::from(body)).await;
        let short: String = path.chars().take(60).collect();
        assert_eq!(answer.status, status, "{method} {short}: {}", answer.body);
        let problem = answer.json();
        assert_eq!(problem["status"], status);
        assert!(problem["type"].as_str().unwrap().starts_with("urn:marquee:problem:"));
        assert!(!problem["detail"].as_str().unwrap().is_empty() && !problem["title"].as_str().unwrap().is_empty());
        assert_eq!(problem["trace_id"], answer.header("x-request-id"));
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("etag"), "");
    }
}

#[tokio::test]
async fn a_preflight_offers_reading_and_nothing_else() {
    let serving = Serving::filled_with(keeping()).await;
    for (path, wanted) in [("/api/v1/events", "GET"), ("/api/v1/sources/rex/crawl", "POST"), ("/nowhere", "DELETE")] {
        let headers = [("origin", "https://calendar.example"), ("access-control-request-method", wanted)];
        let answer = serving.ask(Method::OPTIONS, path, &headers).await;
        assert_eq!(answer.status, 204, "{path}");
        assert_eq!(answer.header("access-control-allow-methods"), "GET, HEAD");
        assert!(answer.header("access-control-allow-headers").contains("if-none-match"));
        assert_eq!(answer.header("access-control-allow-credentials"), "");
    }
}

#[tokio::test]
async fn a_sound_id_is_taken_over_and_others_are_replaced() {
    let serving = Serving::filled_with(keeping()).await;
    for path in ["/api/v1/events", "/healthz", "/nowhere"] {
        // Twice: what is kept must not keep the id of who asked first.
        for id in ["from-the-client-1", "from-the-client-2"] {
            let answer = serving.ask(Method::GET, path, &[("x-request-id", id)]).await;
            assert_eq!(answer.header("x-request-id"), id, "{path}");
        }
        let forged = serving.ask(Method::GET, path, &[("x-request-id", "a b\" level=error")]).await;
        assert_eq!(forged.header("x-request-id").len(), 36);
    }
}

#[tokio::test]
async fn on_a_socket_heads_have_lengths_and_no_bodies_and_refusals_leave_the_connection_good() {
    let settings = keeping();
    let serving = Serving::filled_with(settings.clone()).await;
    let host = Host::start(serving.router(), &settings).await;
    let (status, head, body) = host.get("/api/v1/events", "").await;
    assert_eq!((status, header(&head, "content-length").unwrap()), (200, body.len().to_string().as_str()));
    let both =
        "HEAD /api/v1/events HTTP/1.1\r\nhost: x\r\n\r\nGET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let (status, first, rest) = host.ask(both).await;
    assert_eq!(status, 200);
    assert_eq!(header(&first, "content-length"), header(&head, "content-length"));
    assert!(rest.starts_with("HTTP/1.1 200 OK") && rest.ends_with("{\"status\":\"ok\"}"), "{rest}");
    let refused =
        "HEAD /nowhere HTTP/1.1\r\nhost: x\r\n\r\nGET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let (status, _, rest) = host.ask(refused).await;
    assert_eq!(status, 404);
    assert!(rest.starts_with("HTTP/1.1 200 OK"), "{rest}");
}
