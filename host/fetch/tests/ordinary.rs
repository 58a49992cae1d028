//! Servers that behave: what is sent, what comes back, redirects.

#[cfg(test)]
mod support;

use std::{sync::Arc, time::Duration};

use marquee_fetch::{FetchLimits, FollowScope};
use marquee_model::{Digest, PageRequest};
use support::{Act, Hostile, OTHER, VENUE, fetcher, followed, get, patient, post, send};
use wiremock::{
    Mock, MockServer, Request, ResponseTemplate,
    matchers::{body_string, header, method, path},
};

async fn answering(status: u16, headers: &[(&str, &str)], body: &str) -> MockServer {
    let server = MockServer::start().await;
    let mut answer = ResponseTemplate::new(status).set_body_raw(body.as_bytes(), "text/html; charset=utf-8");
    for (name, value) in headers {
        answer = answer.append_header(*name, *value);
    }
    Mock::given(path("/")).respond_with(answer).mount(&server).await;
    server
}

#[cfg(test)]
fn on(server: &MockServer, host: &str, path: &str) -> String {
    format!("http://{host}:{}{path}", server.address().port())
}

/// The only request that the server got at this path.
#[cfg(test)]
async fn request_at(server: &MockServer, path: &str) -> Request {
    let requests = server.received_requests().await.unwrap();
    let mut found: Vec<_> = requests.into_iter().filter(|request| request.url.path() == path).collect();
    assert_eq!(found.len(), 1, "requests at {path}");
    found.remove(0)
}

#[tokio::test]
async fn a_page_says_what_was_asked_and_what_came() {
    let body = "<h1>Zoë</h1>";
    let server = answering(200, &[("x-a", "1"), ("x-a", "2"), ("set-cookie", "session=secret")], body).await;
    let request = get(&on(&server, VENUE, "/"));
    let page = fetcher(patient()).fetch(&request, &FollowScope::any()).await.unwrap();
    assert_eq!(page.request, request);
    assert_eq!(page.url, request.url);
    assert_eq!((page.status, page.body.as_str(), page.charset.as_str()), (200, body, "UTF-8"));
    assert_eq!((page.digest, page.bytes), (Digest::of(body.as_bytes()), body.len() as u64));
    assert_eq!(page.fetched_at, "2026-10-01T12:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap());
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    let own: Vec<_> = page.headers.iter().filter(|(name, _)| name == "x-a").map(|(_, value)| value.as_str()).collect();
    assert_eq!(own, ["1", "2"]);
    assert_eq!(page.header("set-cookie"), None);
}

#[tokio::test]
async fn the_fetcher_names_itself_and_sends_no_more_than_it_must() {
    let server = answering(200, &[], "").await;
    fetcher(patient()).fetch(&get(&on(&server, VENUE, "/")), &FollowScope::any()).await.unwrap();
    let request = request_at(&server, "/").await;
    let names: Vec<&str> = request.headers.keys().map(|name| name.as_str()).collect();
    assert_eq!(request.headers["user-agent"], "Marquee/0.1.0 (+https://marquee.example/about)");
    let mut sorted = names.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, ["accept", "accept-encoding", "host", "user-agent"]);
}

#[tokio::test]
async fn a_follow_request_posts_its_body_and_sends_its_headers() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(header("content-type", "application/json"))
        .and(header("x-requested-with", "XMLHttpRequest"))
        .and(header("x-api-version", "2"))
        .and(header("accept", "application/json"))
        .and(body_string("{\"page\":2}"))
        .respond_with(ResponseTemplate::new(200).set_body_raw("{}", "application/json"))
        .mount(&server)
        .await;
    let headers = [("X-Requested-With", "XMLHttpRequest"), ("x-api-version", "2"), ("accept", "application/json")];
    let request = PageRequest {
        headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
        ..post(&on(&server, VENUE, "/graphql"), "application/json", "{\"page\":2}")
    };
    let scope = FollowScope::any().with_headers(["X-API-Version"]);
    assert_eq!(fetcher(patient()).fetch(&request, &scope).await.unwrap().body, "{}");
    let refused = fetcher(patient()).fetch(&request, &FollowScope::any()).await.unwrap_err();
    assert_eq!(refused.code(), "request_refused");
    assert!(refused.to_string().contains("x-api-version"), "{refused}");
}

#[tokio::test]
async fn what_is_the_hosts_alone_is_never_taken_from_a_follow_request() {
    let scope = FollowScope::any().with_headers([
        "host",
        "cookie",
        "authorization",
        "proxy-authorization",
        "x-forwarded-for",
        "te",
    ]);
    for (name, value) in [
        ("host", "other.example"),
        ("Cookie", "a=b"),
        ("AUTHORIZATION", "Basic x"),
        ("proxy-authorization", "Basic x"),
        ("x-forwarded-for", "10.0.0.1"),
        ("connection", "close"),
        ("te", "trailers"),
        ("transfer-encoding", "chunked"),
        ("content-length", "3"),
        ("user-agent", "Mozilla/5.0"),
        ("accept-encoding", "gzip"),
        ("range", "bytes=0-1"),
        ("x-unheard-of", "1"),
        ("accept", "a\r\nx-injected: 1"),
        ("accept\r\nx-injected", "1"),
        ("", "1"),
    ] {
        let mut request = followed("http://venue.test:9/");
        request.headers.push((name.to_owned(), value.to_owned()));
        let error = fetcher(patient()).fetch(&request, &scope).await.unwrap_err();
        assert_eq!(error.code(), "request_refused", "{name}: {error}");
    }
    let request = post("http://venue.test:9/", "text/plain\r\nx-injected: 1", "");
    assert_eq!(fetcher(patient()).fetch(&request, &scope).await.unwrap_err().code(), "request_refused");
    let request = post("http://venue.test:9/", "text/plain", &"x".repeat(70_000));
    assert_eq!(fetcher(patient()).fetch(&request, &scope).await.unwrap_err().code(), "request_refused");
}

#[tokio::test]
async fn other_statuses_are_errors_that_tell_when_to_come_back() {
    for (status, retry_after, wait, heals) in [
        (403, None, None, false),
        (404, None, None, false),
        (410, None, None, false),
        (304, None, None, false),
        (429, Some("120"), Some(120), true),
        (503, Some("Thu, 01 Oct 2026 12:05:00 GMT"), Some(300), true),
        (503, Some("Thu, 01 Oct 2026 11:00:00 GMT"), Some(0), true),
        (503, Some("soon"), None, true),
        (503, Some("99999999999999999999"), None, true),
        (500, None, None, true),
        (501, None, None, false),
    ] {
        let headers: Vec<_> = retry_after.map(|value| ("retry-after", value)).into_iter().collect();
        let server = answering(status, &headers, "sorry").await;
        let error = fetcher(patient()).fetch(&get(&on(&server, VENUE, "/")), &FollowScope::any()).await.unwrap_err();
        assert_eq!(error.code(), "http_status");
        assert_eq!(error.retry_after(), wait.map(Duration::from_secs), "{status} {retry_after:?}");
        assert_eq!(error.may_heal(), heals, "{status}");
        assert!(error.to_string().contains(&status.to_string()), "{error}");
    }
}

#[tokio::test]
async fn a_followed_page_that_is_gone_is_a_page() {
    for status in [404, 410] {
        let server = answering(status, &[], "This show is over").await;
        let page = fetcher(patient()).fetch(&followed(&on(&server, VENUE, "/")), &FollowScope::any()).await.unwrap();
        assert_eq!((page.status, page.body.as_str()), (status, "This show is over"));
    }
    let server = answering(403, &[], "").await;
    let error = fetcher(patient()).fetch(&followed(&on(&server, VENUE, "/")), &FollowScope::any()).await.unwrap_err();
    assert_eq!(error.code(), "http_status");
}

/// A server that redirects `/from` with this status to `/to`, on a host of its choice.
async fn redirecting(status: u16, host: &str) -> MockServer {
    let server = MockServer::start().await;
    let to = on(&server, host, "/to");
    let answer = ResponseTemplate::new(status).insert_header("location", to.as_str());
    Mock::given(path("/from")).respond_with(answer).mount(&server).await;
    Mock::given(path("/to")).respond_with(ResponseTemplate::new(200).set_body_string("here")).mount(&server).await;
    server
}

#[tokio::test]
async fn a_redirect_keeps_or_drops_method_and_body_by_its_status() {
    for (status, kept) in [(301, false), (302, false), (303, false), (307, true), (308, true)] {
        let server = redirecting(status, VENUE).await;
        let request = post(&on(&server, VENUE, "/from"), "application/json", "{}");
        let page = fetcher(patient()).fetch(&request, &FollowScope::any()).await.unwrap();
        assert_eq!((page.body.as_str(), page.url.as_str()), ("here", on(&server, VENUE, "/to").as_str()));
        assert_eq!(page.request, request);
        let second = request_at(&server, "/to").await;
        assert_eq!(second.method.as_str(), if kept { "POST" } else { "GET" }, "{status}");
        assert_eq!(second.body, if kept { &b"{}"[..] } else { b"" }, "{status}");
        assert_eq!(second.headers.contains_key("content-type"), kept, "{status}");
    }
}

#[tokio::test]
async fn another_origin_is_not_told_what_was_meant_for_the_first() {
    for (host, told) in [(VENUE, true), (OTHER, false)] {
        let server = redirecting(302, host).await;
        let mut request = followed(&on(&server, VENUE, "/from"));
        for name in ["referer", "origin", "x-requested-with", "x-api-key", "accept-language"] {
            request.headers.push((name.to_owned(), "value".to_owned()));
        }
        let scope = FollowScope::any().with_headers(["x-api-key"]);
        fetcher(patient()).fetch(&request, &scope).await.unwrap();
        let second = request_at(&server, "/to").await;
        for name in ["referer", "origin", "x-requested-with", "x-api-key"] {
            assert_eq!(second.headers.contains_key(name), told, "{host} {name}");
        }
        assert_eq!(second.headers["accept-language"], "value");
        assert_eq!(second.headers["accept-encoding"], "gzip, br, zstd, deflate");
    }
}

#[tokio::test]
async fn five_redirects_are_followed_six_are_not_and_circles_are_noticed() {
    let server = MockServer::start().await;
    for n in 0..6 {
        let answer = ResponseTemplate::new(302).insert_header("location", format!("/{}", n + 1).as_str());
        Mock::given(path(format!("/{n}"))).respond_with(answer).mount(&server).await;
    }
    Mock::given(path("/6")).respond_with(ResponseTemplate::new(200).set_body_string("end")).mount(&server).await;
    let fetcher = fetcher(patient());
    let page = fetcher.fetch(&get(&on(&server, VENUE, "/1")), &FollowScope::any()).await.unwrap();
    assert_eq!(page.body, "end");
    let error = fetcher.fetch(&get(&on(&server, VENUE, "/0")), &FollowScope::any()).await.unwrap_err();
    assert_eq!(error.code(), "redirect_loop");
    assert!(error.to_string().contains("more than 5 times"), "{error}");

    let server = MockServer::start().await;
    for (from, to) in [("/a", "/b"), ("/b", "/a")] {
        let answer = ResponseTemplate::new(302).insert_header("location", to);
        Mock::given(path(from)).respond_with(answer).expect(1).mount(&server).await;
    }
    let error = fetcher.fetch(&get(&on(&server, VENUE, "/a")), &FollowScope::any()).await.unwrap_err();
    assert!(error.to_string().contains("in a circle"), "{error}");
}

#[tokio::test]
async fn a_second_fetch_waits_until_the_first_has_left_the_host() {
    let server = Hostile::answering(|request| {
        let answer = send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi");
        if request.starts_with("GET /slow") { vec![Act::Hold] } else { vec![answer] }
    })
    .await;
    let fetcher = Arc::new(fetcher(FetchLimits { per_host: 1, ..patient() }));
    let fetch = |path: &str| {
        let (fetcher, request) = (Arc::clone(&fetcher), get(&server.url(path)));
        tokio::spawn(async move { fetcher.fetch(&request, &FollowScope::any()).await.map(|page| page.body) })
    };
    let slow = fetch("/slow");
    while server.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    let waiting = fetch("/quick");
    // Enough turns of this one thread for it to connect and be heard, if it did not wait.
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
    assert_eq!(server.requests().len(), 1);
    slow.abort();
    assert_eq!(waiting.await.unwrap().unwrap(), "hi");
}
