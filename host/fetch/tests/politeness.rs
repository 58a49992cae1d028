//! Delays, repetitions, breakers, conditions, cookies: what a host sees of a crawl.

#[cfg(test)]
mod support;

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use chrono::TimeDelta;
use marquee_fetch::{
    FetchLimits, FollowScope, MemoryBook, Pace as _, PageAnswer, PolitenessSettings, Secrets, TokioPace, Visitor,
    polite::Breaker,
};
use marquee_model::{Validators, WebUrl};
use serde_json::json;
use support::{
    Act, OTHER, VENUE, clock, fetcher, followed, get, limits, patient, post, send,
    visits::{House, answer, asked, error, page, paths, settings, site, source},
};

#[tokio::test]
async fn a_second_request_waits_for_the_longest_of_all_delays() {
    for (robots, own, waited) in [
        ("", None, 1_000),
        ("User-agent: *\nCrawl-delay: 7", None, 7_000),
        ("User-agent: *\nCrawl-delay: 7", Some(9_500), 9_500),
        ("User-agent: *\nCrawl-delay: 0.1", None, 1_000),
        ("User-agent: *\nCrawl-delay: 86400", None, 120_000),
        ("", Some(600_000), 600_000),
    ] {
        let server = site(robots, |_, _| answer(200, "", "page")).await;
        let house = House::usual();
        let session = house.visitor.session(&source(&server.url("/"), &json!({ "delay_ms": own })));
        let visit = |path: &str| {
            let request = get(&server.url(path));
            let session = &session;
            async move { session.visit(&request, &FollowScope::any(), None).await.unwrap().toll }
        };
        let first = visit("/a").await;
        assert_eq!((first.requests, first.waited_ms), (2, waited), "after {robots:?}, {own:?}");
        assert_eq!(visit("/b").await.waited_ms, waited, "{robots:?}, {own:?}");
        house.pace.pass(TimeDelta::hours(1));
        assert_eq!(visit("/c").await.waited_ms, 0);
    }
}

#[tokio::test]
async fn retry_after_is_honoured_and_the_page_is_asked_for_again() {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    let server = site("", move |_, _| match counted.fetch_add(1, Ordering::SeqCst) {
        0 => answer(429, "retry-after: 120\r\n", ""),
        _ => answer(200, "", "page"),
    })
    .await;
    let house = House::usual();
    let visited = house.get(&server.url("/")).await.unwrap();
    assert_eq!((visited.toll.requests, visited.toll.retries), (3, 1));
    assert!(visited.toll.waited_ms >= 121_000, "{:?}", visited.toll);
    assert_eq!(house.known().learnt_ms, 1_800, "doubled, and sunk by a tenth with the good answer");
}

#[tokio::test]
async fn a_host_that_asks_for_more_than_a_crawl_waits_puts_the_crawl_off() {
    for (header, seconds) in [
        ("retry-after: 3600\r\n", 3_600),
        ("retry-after: 4294967295\r\n", 24 * 3_600),
        ("retry-after: Fri, 02 Oct 2026 11:00:00 GMT\r\n", 23 * 3_600 + 1),
    ] {
        let server = site("", move |_, _| answer(503, header, "")).await;
        let house = House::usual();
        let start = house.pace.now();
        let error = house.get(&server.url("/")).await.unwrap_err();
        assert_eq!((error.error.code(), error.toll.requests, error.heals()), ("http_status", 2, true));
        let wait = error.not_before().unwrap() - start;
        assert!((wait.num_seconds() - seconds).abs() <= 3, "{header}: {wait}");
        // Another crawl of the same host is told at once, and asks nothing.
        let error = house.get(&server.url("/other")).await.unwrap_err();
        assert_eq!((error.error.code(), error.toll.requests, error.heals()), ("put_off", 0, true));
        assert!(error.not_before().unwrap() - start == wait && error.to_string().contains("Retry-After"), "{error}");
        house.pace.pass(TimeDelta::seconds(seconds + 3));
        assert_eq!(house.code(&server.url("/")).await, "http_status");
    }
}

#[tokio::test]
async fn a_retry_after_that_says_nothing_is_a_back_off() {
    for header in ["", "retry-after: soon\r\n", "retry-after: -5\r\n", "retry-after: Thu, 01 Oct 2020 12:00:00 GMT\r\n"]
    {
        let server = site("", move |_, _| answer(429, header, "")).await;
        let house = House::usual();
        let error = house.get(&server.url("/")).await.unwrap_err();
        assert_eq!((error.toll.requests, error.toll.retries), (4, 2), "{header}");
        // 1 s after robots.txt, then 2 s and 4 s, which is also what was learnt.
        assert_eq!(error.toll.waited_ms, 1_000 + 2_000 + 4_000, "{header}");
    }
}

#[tokio::test]
async fn what_may_heal_is_tried_again_and_nothing_else_is() {
    let ok = || answer(200, "", "page");
    let cut = || vec![send("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc")];
    for (what, first, requests, method) in [
        ("cut", cut(), 2, "GET"),
        ("reset", vec![Act::Reset], 2, "GET"),
        ("silence", vec![Act::Hold], 2, "GET"),
        ("502", answer(502, "", ""), 2, "GET"),
        ("503", answer(503, "", ""), 2, "GET"),
        ("504", answer(504, "", ""), 2, "GET"),
        ("429", answer(429, "", ""), 2, "GET"),
        ("500", answer(500, "", ""), 1, "GET"),
        ("404", answer(404, "", ""), 1, "GET"),
        ("403", answer(403, "", ""), 1, "GET"),
        ("a picture", answer(200, "content-type: image/png\r\n", "x"), 1, "GET"),
        ("no HTTP", vec![send("SSH-2.0\r\n\r\n")], 1, "GET"),
        ("broken gzip", answer(200, "content-encoding: gzip\r\n", "plain"), 1, "GET"),
        ("cut", cut(), 1, "POST"),
        ("503", answer(503, "", ""), 1, "POST"),
    ] {
        let count = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&count);
        let server =
            site("", move |_, _| if counted.fetch_add(1, Ordering::SeqCst) == 0 { first.clone() } else { ok() }).await;
        let house = House::new(limits(), settings(), Secrets::none());
        let url = server.url("/");
        let request = if method == "GET" { get(&url) } else { post(&url, "application/json", "{}") };
        let outcome = house.visit(&request).await;
        assert_eq!(count.load(Ordering::SeqCst), requests, "{method} {what}");
        assert_eq!(outcome.is_ok(), requests == 2, "{method} {what}: {outcome:?}");
    }
}

#[tokio::test]
async fn a_host_that_fails_again_and_again_is_left_alone_and_then_tried_once() {
    let server = site("", |_, _| answer(500, "", "")).await;
    let house = House::usual();
    for _ in 0..5 {
        assert_eq!(house.code(&server.url("/")).await, "http_status");
    }
    let Breaker::Open { until, times: 1 } = house.known().breaker else { panic!("{:?}", house.known()) };
    let before = server.requests().len();
    let error = house.get(&server.url("/")).await.unwrap_err();
    assert_eq!((error.error.code(), error.not_before()), ("put_off", Some(until)));
    assert!(error.to_string().contains("5 times in a row"), "{error}");
    assert_eq!(server.requests().len(), before);

    let mut open = Vec::new();
    for _ in 0..8 {
        let Breaker::Open { until, .. } = house.known().breaker else { panic!("closed") };
        house.pace.pass(until - house.pace.now());
        assert_eq!(house.code(&server.url("/")).await, "http_status");
        let Breaker::Open { until, .. } = house.known().breaker else { panic!("closed") };
        open.push((until - house.pace.now()).num_minutes());
    }
    assert_eq!(open, [10, 20, 40, 80, 160, 320, 360, 360], "one request each, longer apart each time");
    assert_eq!(server.requests().len(), before + 8);
}

#[tokio::test]
async fn a_breaker_closes_with_the_first_good_answer() {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    let server = site("", move |_, _| {
        if counted.fetch_add(1, Ordering::SeqCst) < 5 { answer(500, "", "") } else { answer(200, "", "page") }
    })
    .await;
    let house = House::usual();
    for _ in 0..5 {
        assert_eq!(house.code(&server.url("/")).await, "http_status");
    }
    house.pace.pass(TimeDelta::minutes(6));
    assert_eq!(house.code(&server.url("/")).await, "page");
    let known = house.known();
    assert_eq!((known.breaker, known.failures, known.heard.broken, known.heard.good), (Breaker::Closed, 0, 5, 1));
}

#[tokio::test]
async fn a_page_that_did_not_change_is_not_sent_again() {
    let server = site("", |path, head| match path {
        "/from" => answer(302, "location: /to\r\n", ""),
        _ if head.to_lowercase().contains("if-none-match: w/\"7\"") => answer(304, "", ""),
        _ => answer(200, "etag: W/\"7\"\r\nlast-modified: Thu, 01 Oct 2026 10:00:00 GMT\r\n", "page"),
    })
    .await;
    let house = House::usual();
    let session = house.session(&server.url("/"));
    let request = get(&server.url("/"));
    let (first, _) = page(session.visit(&request, &FollowScope::any(), None).await.unwrap());
    let validators = Validators::of(&first).unwrap();
    let again = session.visit(&request, &FollowScope::any(), Some(&validators)).await.unwrap();
    assert!(matches!(again.answer, PageAnswer::NotModified));
    assert_eq!(again.toll.received_bytes, 0);
    let head = asked(&server, "/");
    assert!(head.contains("if-modified-since: thu, 01 oct 2026 10:00:00 gmt"), "{head}");

    // After a redirect the date says nothing, since it may lead elsewhere today.
    let moved = session.visit(&get(&server.url("/from")), &FollowScope::any(), Some(&validators)).await.unwrap();
    assert!(matches!(moved.answer, PageAnswer::NotModified));
    let head = asked(&server, "/to");
    assert!(head.contains("if-none-match") && !head.contains("if-modified-since"), "{head}");

    let sent = post(&server.url("/post"), "application/json", "{}");
    session.visit(&sent, &FollowScope::any(), Some(&validators)).await.unwrap();
    assert!(!asked(&server, "/post").contains("if-"), "conditions are for GET");
}

#[tokio::test]
async fn not_modified_without_having_been_asked_is_an_error() {
    let server = site("", |_, _| answer(304, "", "")).await;
    let house = House::usual();
    assert_eq!(house.code(&server.url("/")).await, "http_status");
    let none = Validators::default();
    let request = get(&server.url("/"));
    let outcome = house.session(&server.url("/")).visit(&request, &FollowScope::any(), Some(&none)).await;
    assert_eq!(error(outcome).code(), "http_status");
}

#[tokio::test]
async fn bytes_are_kept_where_they_are_not_the_text() {
    let utf8 = |body: &[u8]| [b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n", body].concat();
    for (body, kept) in [
        (&b"<p>caf\xc3\xa9</p>"[..], false),
        (b"<p>caf\xe9 society and more text in a Latin alphabet</p>", true),
        (b"\xef\xbb\xbf<p>a mark</p>", true),
        (b"<meta charset=utf-8><p>broken \xff\xfe</p>", true),
        (b"", false),
    ] {
        let answer = utf8(body);
        let server = site("", move |_, _| vec![Act::Send(answer.clone())]).await;
        let (page, raw) = page(House::usual().get(&server.url("/")).await.unwrap());
        assert_eq!(raw.is_some(), kept, "{body:?}");
        let bytes = raw.unwrap_or_else(|| page.body.clone().into_bytes());
        assert_eq!((bytes.as_slice(), page.digest), (body, marquee_model::Digest::of(body)));
    }
}

#[tokio::test]
async fn cookies_live_for_one_crawl_and_go_to_the_host_that_set_them() {
    let server = site("", |path, _| match path {
        "/set" => {
            let cookies = "set-cookie: a=1; Path=/; Domain=venue.test\r\nset-cookie: b=2; Path=/deep\r\n\
                           set-cookie: c=3; Domain=tickets.test\r\nset-cookie: d=4; Secure\r\nset-cookie: e=5; Domain=test\r\n";
            answer(302, &format!("{cookies}location: /after\r\n"), "")
        }
        _ => answer(200, "", "page"),
    })
    .await;
    let house = House::usual();
    let with = source(&server.url("/"), &json!({ "cookies": true }));
    let session = house.visitor.session(&with);
    let visit = |url: String| {
        let session = &session;
        async move { session.visit(&followed(&url), &FollowScope::any(), None).await.unwrap() }
    };
    visit(server.url("/set")).await;
    // `e` came with the name of a whole domain of the registry's; it is this host's own like any other.
    assert!(asked(&server, "/after").contains("cookie: a=1; e=5\r\n"), "{}", asked(&server, "/after"));
    visit(server.url("/deep/x")).await;
    let deep = asked(&server, "/deep/x");
    assert!(deep.contains("b=2") && deep.contains("a=1") && !deep.contains("c=3") && !deep.contains("d=4"), "{deep}");
    visit(server.url("/elsewhere").replace(VENUE, OTHER)).await;
    assert!(!asked(&server, "/elsewhere").contains("cookie"));

    let other = house.visitor.session(&with);
    other.visit(&get(&server.url("/new")), &FollowScope::any(), None).await.unwrap();
    assert!(!asked(&server, "/new").contains("cookie"), "another crawl has its own");
    let without = house.session(&server.url("/"));
    without.visit(&get(&server.url("/set")), &FollowScope::any(), None).await.unwrap();
    assert!(!asked(&server, "/after").contains("cookie"), "only a source that asks for cookies has any");
}

#[tokio::test]
async fn cookies_without_end_are_bounded() {
    let cookies: String = (0..90).map(|n| format!("set-cookie: c{n}={}\r\n", "x".repeat(500))).collect();
    let huge = format!("set-cookie: huge={}\r\n", "x".repeat(50_000));
    let server = site("", move |path, _| match path {
        "/many" => answer(200, &cookies, "page"),
        "/huge" => answer(200, &huge, "page"),
        _ => answer(200, "", "page"),
    })
    .await;
    let house = House::usual();
    let session = house.visitor.session(&source(&server.url("/"), &json!({ "cookies": true })));
    for path in ["/huge", "/many", "/after"] {
        session.visit(&get(&server.url(path)), &FollowScope::any(), None).await.unwrap();
    }
    let head = asked(&server, "/after");
    let sent = head.lines().find(|line| line.starts_with("cookie: ")).unwrap();
    assert!(sent.len() < 4_200 && !sent.contains("huge"), "{} bytes", sent.len());
}

#[tokio::test]
async fn no_host_sees_two_requests_at_once_however_many_crawls_there_are() {
    let server = site("User-agent: *\nDisallow: /private", |_, _| {
        let head = "HTTP/1.1 200 OK\r\ncontent-length: 20\r\nconnection: close\r\n\r\n";
        vec![send(head), Act::Drip(vec![b'x'; 20], std::time::Duration::from_millis(1))]
    })
    .await;
    let settings = PolitenessSettings { delay_ms: 0, poll_ms: 5, ..settings() };
    let book = Arc::new(MemoryBook::new(settings.clone()));
    let pace = Arc::new(TokioPace::new(Arc::new(support::Ticking::default())));
    let fetcher = Arc::new(fetcher(patient()));
    // Two visitors, as two processes would be, on one book.
    let visitor = |seed| {
        Visitor::new(
            Arc::clone(&fetcher),
            Arc::clone(&book) as _,
            Arc::clone(&pace) as _,
            Secrets::none(),
            settings.clone(),
            seed,
        )
        .unwrap()
    };
    let visitors = [visitor(1), visitor(2)];
    let visits = (0..30).map(|n| {
        let visitor = visitors[n % 2].clone();
        let url = server.url(&format!("/{n}"));
        async move { visitor.session(&source(&url, &json!({}))).visit(&get(&url), &FollowScope::any(), None).await }
    });
    let outcomes = futures::future::join_all(visits).await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    assert_eq!(server.at_once.load(Ordering::SeqCst), 1);
    assert_eq!(paths(&server).iter().filter(|path| *path == "/robots.txt").count(), 1);
}

#[tokio::test]
async fn a_visit_that_is_given_up_in_the_middle_gives_its_turn_back() {
    let server = site("", |path, _| if path == "/slow" { vec![Act::Hold] } else { answer(200, "", "page") }).await;
    let house = House::usual();
    let (visitor, url) = (house.visitor.clone(), server.url("/slow"));
    let visit = tokio::spawn(async move {
        let session = visitor.session(&source(&url, &json!({})));
        session.visit(&get(&url), &FollowScope::any(), None).await.map(|_| ())
    });
    while !paths(&server).contains(&"/slow".to_owned()) {
        tokio::task::yield_now().await;
    }
    visit.abort();
    assert!(visit.await.unwrap_err().is_cancelled());
    let visited = house.get(&server.url("/quick")).await.unwrap();
    assert_eq!(visited.toll.waited_ms, 1_000, "the delay holds after it, and no more");
}

#[tokio::test]
async fn a_browser_takes_turns_like_everybody() {
    let house = House::usual();
    let url: WebUrl = "http://venue.test/".parse().unwrap();
    let mut toll = marquee_model::Toll::default();
    let turn = house.visitor.turn(&url, None, &mut toll).await.unwrap();
    turn.finish(&marquee_fetch::polite::Answer::Status {
        status: 200,
        retry_after: None,
        took: TimeDelta::milliseconds(300),
    })
    .await;
    house.visitor.turn(&url, Some(4_000), &mut toll).await.unwrap().unused().await;
    assert_eq!(toll.waited_ms, 4_000);
}

#[test]
fn settings_that_cannot_work_are_refused_by_their_names() {
    let refused = |settings: PolitenessSettings| {
        let book = Arc::new(MemoryBook::new(settings.clone()));
        let pace = Arc::new(TokioPace::new(clock()));
        let fetcher = Arc::new(fetcher(FetchLimits::default()));
        Visitor::new(fetcher, book, pace, Secrets::none(), settings, 1).err().unwrap().to_string()
    };
    assert!(refused(PolitenessSettings { per_host: 0, ..settings() }).contains("fetch.politeness.per_host"));
    assert!(refused(PolitenessSettings { delay_ms: 200_000, ..settings() }).contains("fetch.politeness.max_wait_ms"));
    assert!(refused(PolitenessSettings { lease_ms: 0, ..settings() }).contains("fetch.politeness.lease_ms"));
}
