//! Budgets of keys and addresses, over sockets: what is told, what is refused, and whose address counts.

use axum::http::Method;
use marquee_serve::{Budget, RateLimitSettings, ServeSettings};
use marquee_tests::serving::Serving;

use crate::{
    http::{Host, header},
    keeping,
};

/// Three plain requests at once, and one each twenty minutes after that: within a test nothing comes back.
pub(crate) fn three() -> RateLimitSettings {
    RateLimitSettings {
        enabled: true,
        without_key: Budget { quota: 3, window_s: 3_600, burst: 3 },
        search_cost: 2,
        ..RateLimitSettings::default()
    }
}

fn limited() -> ServeSettings {
    ServeSettings { rate_limit: three(), ..keeping() }
}

#[tokio::test]
async fn a_budget_is_told_with_every_answer_and_its_end_is_429() {
    let settings = limited();
    let serving = Serving::filled_with(settings.clone()).await;
    for remaining in ["2", "1", "0"] {
        let answer = serving.get("/api/v1/sites").await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("ratelimit-policy"), "\"default\";q=3;w=3600");
        assert!(
            answer.header("ratelimit").starts_with(&format!("\"default\";r={remaining};t=")),
            "{:?}",
            answer.headers
        );
    }
    let refused = serving.get("/api/v1/sites").await;
    assert_eq!((refused.status.as_u16(), refused.header("content-type")), (429, "application/problem+json"));
    assert_eq!(refused.json()["type"], "urn:marquee:problem:too-many-requests");
    let wait: u32 = refused.header("retry-after").parse().unwrap();
    assert!((1_190..=1_200).contains(&wait), "{wait}");
    assert!(refused.header("ratelimit").starts_with("\"default\";r=0;t="));
    // Kept answers, 304, errors and missing pages are paid for as well; health is not.
    for path in ["/", "/nowhere", "/api/v1/events?form=x"] {
        assert_eq!(serving.ask(Method::GET, path, &[("if-none-match", "*")]).await.status, 429, "{path}");
    }
    for path in ["/healthz", "/readyz", "/metrics", "/version"] {
        let answer = serving.get(path).await;
        assert_eq!((answer.status.as_u16(), answer.header("ratelimit")), (200, ""), "{path}");
    }
}

#[tokio::test]
async fn a_search_costs_more_than_a_list() {
    let serving = Serving::filled_with(limited()).await;
    assert!(serving.get("/api/v1/search?q=moon").await.header("ratelimit").starts_with("\"default\";r=1;"));
    let refused = serving.get("/api/v1/search?q=moon").await;
    assert_eq!(refused.status, 429);
    assert!(refused.header("ratelimit").starts_with("\"default\";r=1;"), "it holds no second search, but a list");
    assert_eq!(serving.get("/api/v1/sites").await.status, 200);
}

#[tokio::test]
async fn without_trusted_proxies_nobody_gets_a_new_budget_by_a_header() {
    let settings = limited();
    let serving = Serving::filled_with(settings.clone()).await;
    let host = Host::start(serving.router(), &settings).await;
    let mut statuses = Vec::new();
    for n in 0..6 {
        let headers = format!(
            "x-forwarded-for: 198.51.100.{n}\r\nforwarded: for=198.51.100.{n}\r\nx-real-ip: 198.51.100.{n}\r\ntrue-client-ip: 198.51.100.{n}\r\n"
        );
        statuses.push(host.get("/api/v1/sites", &headers).await.0);
    }
    assert_eq!(statuses, [200, 200, 200, 429, 429, 429]);
}

#[tokio::test]
async fn behind_a_trusted_proxy_each_client_has_its_own_budget_and_cannot_choose_another() {
    let trusted = vec!["127.0.0.0/8".to_owned().try_into().unwrap()];
    let settings = ServeSettings { trusted_proxies: trusted, ..limited() };
    let serving = Serving::filled_with(settings.clone()).await;
    let host = Host::start(serving.router(), &settings).await;
    let ask = async |forwarded: &str| host.get("/api/v1/sites", &format!("x-forwarded-for: {forwarded}\r\n")).await;
    for n in 0..3 {
        let (status, head, _) = ask(&format!("203.0.113.{n}, 198.51.100.1")).await;
        assert_eq!((status, header(&head, "ratelimit-policy")), (200, Some("\"default\";q=3;w=3600")));
    }
    assert_eq!(
        ask("203.0.113.77, 198.51.100.1").await.0,
        429,
        "what stands before the proxy's word is the client's invention"
    );
    assert_eq!(ask("198.51.100.2").await.0, 200, "another client");
    assert_eq!(ask("198.51.100.2, 127.0.0.9").await.0, 200, "by way of two proxies");
    assert_eq!(ask("198.51.100.2").await.0, 200);
    assert_eq!(ask("198.51.100.2").await.0, 429);
    // The other header is not read: this proxy hands it on as it came.
    let spoofed = "x-forwarded-for: 198.51.100.1\r\nforwarded: for=203.0.113.5\r\n";
    assert_eq!(host.get("/api/v1/sites", spoofed).await.0, 429);
    // Of IPv6, a whole network of 64 bits is one client.
    for n in 1..=3 {
        assert_eq!(ask(&format!("2001:db8:0:1::{n}")).await.0, 200);
    }
    assert_eq!(ask("2001:db8:0:1:ffff::9").await.0, 429);
    assert_eq!(ask("2001:db8:0:2::1").await.0, 200);
}
