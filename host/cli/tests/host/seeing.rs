//! What an operator sees: the doctor's advice, log lines with the crawl's id, spans at a collector, a source that gives less than usual.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpListener,
    sync::mpsc::{Receiver, channel},
};

use serde_json::Value;

use crate::support::{Host, Site, next_year};

const SOURCE: &str = r#"
slug = "lantern"
site = { slug = "harbour", name = "Harbour Town" }
url = "SITE/calendar"
plugin = "json-ld"
zone = "America/New_York"
[venue]
slug = "lantern"
name = "The Lantern"
"#;

fn listing() -> String {
    let event = format!(
        r#"{{"@context": "https://schema.org", "@type": "MusicEvent", "@id": "e1", "name": "Paper Boats", "startDate": "{}-05-09T20:00:00"}}"#,
        next_year()
    );
    format!(r#"<!doctype html><title>The Lantern</title><script type="application/ld+json">[{event}]</script>"#)
}

/// Takes whatever is posted to it.
fn collector() -> (String, Receiver<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut length = 0;
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                if line.trim().is_empty() {
                    break;
                }
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let _gone = sender.send(body);
            let _gone = write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        }
    });
    (url, receiver)
}

#[test]
fn the_doctor_names_what_is_wrong_and_how_to_mend_it() {
    let host = Host::new();
    host.source("lantern.toml", &SOURCE.replace("SITE", "https://lantern.example").replace("json-ld", "no-such"));
    let sick = host.marquee(&["doctor", "--json"]);
    assert!(!sick.success);
    let findings = sick.json();
    let wrong: Vec<&Value> =
        findings.as_array().unwrap().iter().filter(|finding| finding["state"] == "wrong").collect();
    assert_eq!(wrong.len(), 1, "{findings:#}");
    assert!(wrong[0]["found"].as_str().unwrap().contains("no plugin `no-such` is loaded"), "{findings:#}");
    assert!(wrong[0]["mend"].is_string());

    host.source("lantern.toml", &SOURCE.replace("SITE", "https://lantern.example"));
    let well = host.marquee(&["doctor"]);
    assert!(well.success && well.stdout.contains("Nothing is wrong"), "{well:?}");
    assert!(well.stdout.contains("-> set `fetch.user_agent.contact`"), "{well:?}");
}

#[test]
fn every_log_line_of_a_crawl_carries_its_id() {
    let site = Site::serving(listing());
    let host = Host::new();
    host.source("lantern.toml", &SOURCE.replace("SITE", &site.url));
    let variables = [("MARQUEE__LOG__FORMAT", "json"), ("RUST_LOG", "marquee_crawl=info,marquee_fetch=debug")];
    let crawled = host.marquee_with(&variables, &["crawl", "lantern", "--json"]);
    let id = crawled.json()["id"].as_str().unwrap().to_owned();
    let lines: Vec<Value> = crawled.stderr.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let of_crawl = |target: &str| {
        lines
            .iter()
            .filter(|line| line["target"].as_str().is_some_and(|at| at.starts_with(target)))
            .filter(|line| {
                line["spans"].as_array().is_some_and(|spans| spans.iter().any(|span| span["crawl"] == id.as_str()))
            })
            .count()
    };
    assert!(of_crawl("marquee_crawl") >= 1 && of_crawl("marquee_fetch") >= 1, "{}", crawled.stderr);
}

#[test]
fn the_spans_of_a_crawl_reach_a_collector() {
    let site = Site::serving(listing());
    let (collector, bodies) = collector();
    let host = Host::new();
    host.source("lantern.toml", &SOURCE.replace("SITE", &site.url));
    let crawled = host.marquee_with(&[("MARQUEE__TRACES__ENDPOINT", &collector)], &["crawl", "lantern", "--json"]);
    assert!(crawled.success, "{crawled:?}");
    let id = crawled.json()["id"].as_str().unwrap().to_owned();
    let sent: Vec<u8> = bodies.try_iter().flatten().collect();
    // Names and values stand in the protocol's messages as they are.
    let has = |text: &str| sent.windows(text.len()).any(|window| window == text.as_bytes());
    for name in ["crawl", "fetch", "extract", "normalize", "store", "lantern", id.as_str()] {
        assert!(has(name), "{name} is not among the {} bytes that were sent; {}", sent.len(), crawled.stderr);
    }
}

#[test]
fn a_source_that_gives_nothing_is_suspect_at_its_first_such_crawl_and_loses_nothing() {
    let full = Site::serving(listing());
    let bare = Site::serving("<!doctype html><title>The Lantern</title><p>No upcoming events</p>".to_owned());
    let host = Host::new();
    host.source("lantern.toml", &SOURCE.replace("SITE", &full.url));
    assert!(host.marquee(&["crawl", "lantern"]).success);
    host.source("lantern.toml", &SOURCE.replace("SITE", &bare.url));
    host.marquee(&["crawl", "lantern"]);
    let source = host.marquee(&["sources", "list", "--json"]).json();
    assert!(["suspect", "failing"].contains(&source["health"].as_str().unwrap()), "{source:#}");
    assert!(source["why"].is_string() && source["found_by_crawl"] == serde_json::json!([0, 1]), "{source:#}");
    let serving = host.serve();
    let events = serving.json(&format!("/api/v1/events?from={}-01-01", next_year()));
    assert_eq!(events["data"].as_array().unwrap().len(), 1, "nothing is lost or cancelled because of it");
    assert_eq!(events["data"][0]["status"], "scheduled");
}
