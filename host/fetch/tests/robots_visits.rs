//! robots.txt on the way to a page: when it is asked for, and what holds while it cannot be had.

#[cfg(test)]
mod support;

use chrono::TimeDelta;
use marquee_fetch::{FetchLimits, PolitenessSettings, Secrets};
use support::{
    Act, Hostile, OTHER, VENUE, get, limits, memory_kib, send,
    visits::{House, answer, paths, settings, site},
};

#[tokio::test]
async fn it_is_asked_for_once_a_day_and_obeyed() {
    let server = site("User-agent: Marquee\nDisallow: /private\n", |_, _| answer(200, "", "page")).await;
    let house = House::usual();
    assert_eq!(house.code(&server.url("/")).await, "page");
    assert_eq!(house.code(&server.url("/private/x")).await, "robots_disallowed");
    assert_eq!(house.code(&server.url("/public")).await, "page");
    assert_eq!(paths(&server), ["/robots.txt", "/", "/public"]);
    house.pace.pass(TimeDelta::hours(24));
    assert_eq!(house.code(&server.url("/")).await, "page");
    assert_eq!(paths(&server), ["/robots.txt", "/", "/public", "/robots.txt", "/"]);
}

#[tokio::test]
async fn a_disallowed_page_says_which_line_forbids_it_and_what_to_do() {
    let server = site("User-agent: *\nDisallow: /*events\n", |_, _| answer(200, "", "page")).await;
    let house = House::usual();
    let error = house.get(&server.url("/events")).await.unwrap_err();
    assert!(!error.heals() && error.not_before().is_none());
    let text = error.to_string();
    for part in ["/events", "/robots.txt", "Disallow: /*events", "fetch.politeness.ignore_robots"] {
        assert!(text.contains(part), "{text}");
    }
    let own = PolitenessSettings { ignore_robots: vec![VENUE.to_owned()], ..settings() };
    let house = House::new(FetchLimits::default(), own, Secrets::none());
    assert_eq!(house.code(&server.url("/events")).await, "page");
}

#[tokio::test]
async fn its_status_decides_by_the_rfc() {
    for (status, code) in [
        (200, "robots_disallowed"),
        (204, "page"),
        (304, "page"),
        (400, "page"),
        (401, "page"),
        (403, "page"),
        (404, "page"),
        (410, "page"),
        (500, "robots_unreachable"),
        (501, "robots_unreachable"),
        (503, "robots_unreachable"),
        (429, "robots_unreachable"),
    ] {
        let server = Hostile::answering(move |head| {
            let robots = if matches!(status, 204 | 304) { "" } else { "User-agent: *\nDisallow: /" };
            if head.contains("/robots.txt") { answer(status, "", robots) } else { answer(200, "", "page") }
        })
        .await;
        let house = House::usual();
        assert_eq!(house.code(&server.url("/")).await, code, "{status}");
    }
}

#[tokio::test]
async fn while_it_fails_nothing_is_asked_for_and_the_crawl_is_put_off() {
    let server =
        Hostile::answering(
            |head| {
                if head.contains("/robots.txt") { answer(500, "", "") } else { answer(200, "", "page") }
            },
        )
        .await;
    let house = House::usual();
    let start = marquee_fetch::Pace::now(&*house.pace);
    let error = house.get(&server.url("/")).await.unwrap_err();
    assert!(error.heals());
    assert_eq!((error.not_before().unwrap() - start).num_minutes(), 15);
    assert_eq!(house.code(&server.url("/")).await, "robots_unreachable");
    assert_eq!(paths(&server), ["/robots.txt"], "the failure is remembered");
    house.pace.pass(TimeDelta::minutes(15));
    assert_eq!(house.code(&server.url("/")).await, "robots_unreachable");
    assert_eq!(paths(&server), ["/robots.txt", "/robots.txt"]);
}

#[tokio::test]
async fn an_old_copy_speaks_while_no_new_one_can_be_had() {
    use std::sync::atomic::{AtomicBool, Ordering};
    static BROKEN: AtomicBool = AtomicBool::new(false);
    let server = Hostile::answering(|head| match (head.contains("/robots.txt"), BROKEN.load(Ordering::SeqCst)) {
        (true, true) => answer(503, "", ""),
        (true, false) => answer(200, "", "User-agent: *\nDisallow: /private"),
        (false, _) => answer(200, "", "page"),
    })
    .await;
    let house = House::usual();
    assert_eq!(house.code(&server.url("/")).await, "page");
    BROKEN.store(true, Ordering::SeqCst);
    house.pace.pass(TimeDelta::days(3));
    assert_eq!(house.code(&server.url("/private")).await, "robots_disallowed");
    assert_eq!(house.code(&server.url("/")).await, "page");
}

#[tokio::test]
async fn five_redirects_lead_to_it_more_or_a_circle_mean_there_is_none() {
    for (redirects, code) in [(1, "robots_disallowed"), (5, "robots_disallowed"), (6, "page")] {
        let server = Hostile::answering(move |head| {
            let path = head.split_whitespace().nth(1).unwrap_or_default();
            let step =
                if path == "/robots.txt" { Some(0) } else { path.strip_prefix("/r").and_then(|n| n.parse().ok()) };
            match step {
                Some(step) if step < redirects => answer(302, &format!("location: /r{}\r\n", step + 1), ""),
                Some(_) => answer(200, "", "User-agent: *\nDisallow: /"),
                None => answer(200, "", "page"),
            }
        })
        .await;
        assert_eq!(House::usual().code(&server.url("/")).await, code, "{redirects}");
    }
    let circle = Hostile::answering(|head| {
        if head.contains("/robots.txt") {
            answer(302, "location: /robots.txt\r\n", "")
        } else {
            answer(200, "", "page")
        }
    })
    .await;
    assert_eq!(House::usual().code(&circle.url("/")).await, "page");
}

#[tokio::test]
async fn one_on_another_host_speaks_for_the_host_that_sent_there() {
    let server = Hostile::answering(|head| {
        let host = head.to_lowercase().split("host: ").nth(1).unwrap().split(['\r', ':']).next().unwrap().to_owned();
        let port = head.to_lowercase().split("host: ").nth(1).unwrap().split(['\r', ':']).nth(1).unwrap().to_owned();
        match (host.as_str(), head.contains("/robots.txt")) {
            (VENUE, true) => answer(301, &format!("location: http://{OTHER}:{port}/robots.txt\r\n"), ""),
            (_, true) => answer(200, "", "User-agent: *\nDisallow: /no\nCrawl-delay: 9"),
            _ => answer(200, "", "page"),
        }
    })
    .await;
    let house = House::usual();
    assert_eq!(house.code(&server.url("/no")).await, "robots_disallowed");
    let visited = house.get(&server.url("/yes")).await.unwrap();
    assert!(visited.toll.requests == 1 && visited.toll.waited_ms <= 9_000, "{:?}", visited.toll);
    let visited = house.get(&server.url("/yes")).await.unwrap();
    assert_eq!(visited.toll.waited_ms, 9_000, "its delay holds as well");
}

#[tokio::test]
async fn a_redirect_of_it_to_a_private_address_is_not_followed() {
    let server = Hostile::answering(|head| {
        let to = "location: http://169.254.169.254/latest\r\n";
        if head.contains("/robots.txt") { answer(302, to, "") } else { answer(200, "", "page") }
    })
    .await;
    let house = House::usual();
    let error = house.get(&server.url("/")).await.unwrap_err();
    assert_eq!(error.error.code(), "robots_unreachable");
    assert!(error.to_string().contains("169.254.169.254"), "{error}");
}

#[tokio::test]
async fn one_without_end_is_read_as_far_as_the_limit_and_no_further() {
    use std::sync::atomic::Ordering;
    let rules = "User-agent: *\nDisallow: /private\n";
    for head in ["", "transfer-encoding: chunked\r\n", "content-length: 10000000000\r\n"] {
        let server = Hostile::answering(move |request| {
            if !request.contains("/robots.txt") {
                return answer(200, "", "page");
            }
            let chunked = head.contains("chunked");
            let begin = if chunked { format!("{:x}\r\n{rules}\r\n", rules.len()) } else { rules.to_owned() };
            let more = if chunked { [&b"1000\r\n"[..], &[b'#'; 4096], b"\r\n"].concat() } else { vec![b'#'; 65_536] };
            vec![send(&format!("HTTP/1.1 200 OK\r\n{head}\r\n{begin}")), Act::Endless(more)]
        })
        .await;
        let house = House::usual();
        let before = memory_kib("VmHWM");
        assert_eq!(house.code(&server.url("/private")).await, "robots_disallowed", "{head}");
        assert_eq!(house.code(&server.url("/")).await, "page", "{head}");
        let (mib, sent) = ((memory_kib("VmHWM") - before) / 1024, server.sent.load(Ordering::SeqCst));
        println!("robots without end ({head:?}): {mib} MiB, {sent} bytes taken");
        assert!(mib < 32 && sent < 24 * 1024 * 1024, "{mib} MiB, {sent} bytes");
    }
}

#[tokio::test]
async fn one_that_never_comes_ends_in_time_and_forbids() {
    for acts in [
        vec![Act::Hold],
        vec![send("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nUser-agent: *\n"), Act::Hold],
        vec![send("HTTP/1.1 200 OK\r\n"), Act::Endless(b"x-a: b\r\n".repeat(100))],
        vec![send("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nUser-agent: *\n")],
    ] {
        let server =
            Hostile::answering(
                move |request| {
                    if request.contains("/robots.txt") { acts.clone() } else { answer(200, "", "page") }
                },
            )
            .await;
        let house = House::new(limits(), settings(), Secrets::none());
        assert_eq!(house.code(&server.url("/")).await, "robots_unreachable");
        assert_eq!(paths(&server), ["/robots.txt"]);
    }
}

#[tokio::test]
async fn a_host_that_cannot_be_reached_is_said_to_be_that() {
    let house = House::new(limits(), settings(), Secrets::none());
    // The discard port of this machine: nobody listens.
    let error = house.visit(&get(&format!("http://{VENUE}:9/"))).await.unwrap_err();
    assert_eq!(error.error.code(), "connect_failed");
    assert_eq!((error.toll.requests, error.toll.retries), (3, 2));
    assert!(error.heals());
}
