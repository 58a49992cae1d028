//! The egress rules at work: names, literals, redirects, rebinding, proxies, ports, scopes.

#[cfg(test)]
mod support;

use std::net::{IpAddr, Ipv4Addr};

use marquee_fetch::{EgressPolicy, FetchError, Fetcher, FollowScope};
use marquee_model::{Page, PageRequest};
use support::{Answers, Hostile, OTHER, VENUE, agent, allowing, clock, fetcher, followed, get, limits, patient, send};

const PAGE: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 2\r\n\r\nhi";

fn redirect(to: &str) -> Vec<support::Act> {
    vec![send(&format!("HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n"))]
}

async fn page_server() -> Hostile {
    Hostile::doing(vec![send(PAGE)]).await
}

/// A fetcher that may ask loopback's port but not its address: the port is open, so that only the address can be the reason.
#[cfg(test)]
fn strict(port: u16, answers: std::sync::Arc<Answers>) -> Fetcher {
    let policy = EgressPolicy { ports: [port].into(), ..EgressPolicy::default() };
    Fetcher::with_resolver(limits(), policy, agent(), clock(), answers).unwrap()
}

async fn fetch(fetcher: &Fetcher, url: &str) -> Result<Page, FetchError> {
    fetcher.fetch(&get(url), &FollowScope::any()).await
}

#[tokio::test]
async fn a_name_that_leads_to_a_private_address_is_not_asked() {
    let server = page_server().await;
    let inner: Vec<IpAddr> = vec!["10.0.0.7".parse().unwrap(), "::1".parse().unwrap(), Ipv4Addr::LOCALHOST.into()];
    let fetcher = strict(server.port, Answers::by(move |_, _| inner.clone()));
    let error = fetch(&fetcher, &server.url("/")).await.unwrap_err();
    assert_eq!(error.code(), "egress_denied");
    assert!(error.to_string().contains("10.0.0.7 is a private address"), "{error}");
    assert!(error.to_string().contains("egress.allow"), "{error}");
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn a_name_server_that_changes_its_mind_gains_nothing() {
    // The operator allows the name, so loopback can play the good address and the metadata service the bad one.
    let server = page_server().await;
    let answers = Answers::by(|_, before| match before {
        0 => vec![Ipv4Addr::LOCALHOST.into()],
        _ => vec!["169.254.169.254".parse().unwrap()],
    });
    let asked = std::sync::Arc::clone(&answers);
    let fetcher = Fetcher::with_resolver(limits(), allowing(&[VENUE]), agent(), clock(), answers).unwrap();
    assert_eq!(fetch(&fetcher, &server.url("/")).await.unwrap().body, "hi");
    assert_eq!(asked.asked(), 1, "the answer that was checked is the one that is connected to");
    let error = fetch(&fetcher, &server.url("/")).await.unwrap_err();
    assert_eq!(error.code(), "egress_denied");
    assert!(error.to_string().contains("169.254.169.254"), "{error}");
    assert_eq!((asked.asked(), server.requests().len()), (2, 1));
}

#[tokio::test]
async fn a_name_that_turns_private_between_two_redirects_is_noticed() {
    let server =
        Hostile::answering(
            |request| {
                if request.starts_with("GET /next") { vec![send(PAGE)] } else { redirect("/next") }
            },
        )
        .await;
    let answers = Answers::by(|_, before| match before {
        0 => vec![Ipv4Addr::LOCALHOST.into()],
        _ => vec!["169.254.169.254".parse().unwrap()],
    });
    let fetcher = Fetcher::with_resolver(limits(), allowing(&[VENUE]), agent(), clock(), answers).unwrap();
    assert_eq!(fetch(&fetcher, &server.url("/")).await.unwrap_err().code(), "egress_denied");
}

#[tokio::test]
async fn a_literal_never_reaches_the_resolver_and_is_denied_all_the_same() {
    let server = page_server().await;
    let answers = Answers::by(|_, _| vec!["8.8.8.8".parse().unwrap()]);
    let fetcher = strict(server.port, std::sync::Arc::clone(&answers));
    for host in [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "127.0.0.1.",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "0",
        "localhost",
        "localhost.",
    ] {
        let error = fetch(&fetcher, &format!("http://{host}:{}/", server.port)).await.unwrap_err();
        assert_eq!(error.code(), "egress_denied", "{host}: {error}");
    }
    assert_eq!((answers.asked(), server.requests().len()), (0, 0));
}

#[tokio::test]
async fn a_redirect_is_held_to_the_same_rules() {
    let inner = page_server().await;
    let port = inner.port;
    for (target, code) in [
        ("http://169.254.169.254/latest/meta-data/".to_owned(), "egress_denied"),
        ("http://metadata.google.internal/".to_owned(), "egress_denied"),
        (format!("http://127.0.0.2:{port}/"), "egress_denied"),
        (format!("http://[::1]:{port}/"), "egress_denied"),
        (format!("http://2130706433:{port}/"), "egress_denied"),
        (format!("//localhost:{port}/"), "egress_denied"),
        (format!("http://inner.test:{port}/"), "egress_denied"),
        ("http://venue.example:22/".to_owned(), "egress_denied"),
        ("file:///etc/passwd".to_owned(), "redirect_refused"),
        ("ftp://venue.example/".to_owned(), "redirect_refused"),
        ("gopher://127.0.0.1:6379/_FLUSHALL".to_owned(), "redirect_refused"),
        ("javascript:alert(1)".to_owned(), "redirect_refused"),
        ("http://user:password@venue.example/".to_owned(), "redirect_refused"),
        ("http://".to_owned(), "redirect_refused"),
        (format!("/{}", "x".repeat(3000)), "redirect_refused"),
    ] {
        let location = target.clone();
        let server = Hostile::answering(move |_| redirect(&location)).await;
        // Only this one server is allowed, so `inner.test` resolves to a denied address.
        let policy = EgressPolicy { ports: [80, port].into(), ..allowing(&[&format!("{VENUE}:{}", server.port)]) };
        let fetcher = Fetcher::with_resolver(limits(), policy, agent(), clock(), Answers::loopback()).unwrap();
        let error = fetch(&fetcher, &server.url("/")).await.unwrap_err();
        assert_eq!(error.code(), code, "{target}: {error}");
    }
    assert_eq!(inner.requests().len(), 0);
}

#[tokio::test]
async fn a_connection_kept_for_an_allowed_host_serves_no_other() {
    // One server, once under an allowed name and once under a name that is not, on the same port.
    let server = Hostile::answering(|_| vec![send(PAGE), send(PAGE)]).await;
    let policy = EgressPolicy { ports: [server.port].into(), ..allowing(&[&format!("{VENUE}:{}", server.port)]) };
    let fetcher = Fetcher::with_resolver(limits(), policy, agent(), clock(), Answers::loopback()).unwrap();
    assert_eq!(fetch(&fetcher, &server.url("/")).await.unwrap().body, "hi");
    let error = fetch(&fetcher, &format!("http://inner.test:{}/", server.port)).await.unwrap_err();
    assert_eq!(error.code(), "egress_denied");
}

#[tokio::test]
async fn an_allowed_name_cannot_be_turned_into_the_metadata_service() {
    let answers = Answers::by(|_, _| vec!["169.254.169.254".parse().unwrap()]);
    let fetcher = Fetcher::with_resolver(limits(), allowing(&[VENUE]), agent(), clock(), answers).unwrap();
    let error = fetch(&fetcher, "http://venue.test/latest/meta-data/").await.unwrap_err();
    assert_eq!(error.code(), "egress_denied");
    assert!(error.to_string().contains("metadata"), "{error}");
}

#[tokio::test]
async fn a_name_that_nobody_knows_and_a_port_that_nobody_opens_are_told_apart() {
    let nobody = Fetcher::with_resolver(limits(), allowing(&[VENUE]), agent(), clock(), Answers::by(|_, _| Vec::new()));
    let error = fetch(&nobody.unwrap(), "http://venue.test/").await.unwrap_err();
    assert_eq!((error.code(), error.may_heal()), ("dns_failed", true), "{error}");
    assert!(error.to_string().contains("no such host is known"), "{error}");

    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let error = fetch(&fetcher(limits()), &format!("http://venue.test:{port}/")).await.unwrap_err();
    assert_eq!((error.code(), error.may_heal()), ("connect_failed", true), "{error}");
    assert!(error.to_string().contains("refused"), "{error}");
}

#[tokio::test]
async fn a_follow_request_stays_within_its_source_even_through_redirects() {
    let source = |hosts: &[&str]| {
        let scope = FollowScope::of(&sample_source());
        hosts.iter().fold(scope, |scope, host| scope.with_host(&format!("http://{host}/").parse().unwrap()))
    };
    let target = page_server().await;
    let location = format!("http://{OTHER}:{}/", target.port);
    let server = Hostile::answering(move |_| redirect(&location)).await;
    let fetcher = fetcher(patient());
    let ask = |request: PageRequest, scope: FollowScope| {
        let fetcher = &fetcher;
        async move { fetcher.fetch(&request, &scope).await.map(|page| page.body).map_err(|error| error.code()) }
    };
    let elsewhere = format!("http://{OTHER}:{}/", target.port);
    // Straight there, or by way of the source's own host.
    assert_eq!(ask(followed(&elsewhere), source(&[])).await, Err("out_of_scope"));
    assert_eq!(ask(followed(&server.url("/")), source(&[])).await, Err("out_of_scope"));
    assert_eq!(target.requests().len(), 0);
    assert_eq!(ask(followed(&server.url("/")), source(&[OTHER])).await, Ok("hi".to_owned()));
    // The source's own address was chosen by the operator, and may have moved.
    assert_eq!(ask(get(&server.url("/")), source(&[])).await, Ok("hi".to_owned()));
}

#[cfg(test)]
fn sample_source() -> marquee_model::Source {
    serde_json::from_value(serde_json::json!({
        "id": "src_0199c3f0000070008000000000000001", "slug": "venue", "site": "site_0199c3f0000070008000000000000002",
        "venue": "ven_0199c3f0000070008000000000000003", "url": format!("http://{VENUE}/"), "first_request": "get", "plugin": "css",
        "configuration": {}, "zone": "Europe/Berlin", "languages": [], "currency": null, "default_age": null,
        "schedule": { "every_minutes": 360 }, "fetching": {}, "follow": { "pages": 60, "depth": 3, "bytes": 1000, "hosts": [], "headers": ["x-api-key"] },
        "enabled": true
    }))
    .unwrap()
}
