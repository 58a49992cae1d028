//! The program as its operator uses it: source files, a plugin folder, a private Postgres, crawls, and the API.

use crate::support::{Host, Site, next_year};

const LISTING: &str = r#"<!doctype html><title>The Lantern</title><script type="application/ld+json">
[
  {"@context": "https://schema.org", "@type": "MusicEvent", "@id": "https://lantern.example/e/1", "name": "Paper Boats w/ Tin Whistle",
   "startDate": "YEAR-05-09T20:00:00", "doorTime": "YEAR-05-09T19:00:00", "url": "/e/1",
   "offers": {"@type": "Offer", "price": "15", "priceCurrency": "USD", "url": "https://tickets.example/1"}},
  {"@context": "https://schema.org", "@type": "MusicEvent", "@id": "https://lantern.example/e/2", "name": "[CANCELLED] Slow Harbour",
   "startDate": "YEAR-05-10T21:30:00", "url": "/e/2"},
  {"@context": "https://schema.org", "@type": "MusicEvent", "@id": "https://lantern.example/e/3", "name": "Night Without a Date", "url": "/e/3"}
]</script>"#;

const SOURCE: &str = r#"
slug = "lantern"
site = { slug = "harbour", name = "Harbour Town" }
url = "SITE/calendar"
plugin = "json-ld"
zone = "America/New_York"
languages = ["en"]
currency = "USD"
[venue]
slug = "lantern"
name = "The Lantern"
city = "Harbour Town"
"#;

#[test]
fn a_page_becomes_events_that_the_api_serves_and_a_second_crawl_changes_nothing() {
    let year = next_year();
    let site = Site::serving(LISTING.replace("YEAR", &year));
    let host = Host::new();
    host.source("lantern.toml", &SOURCE.replace("SITE", &site.url));

    let checked = host.marquee(&["sources", "check"]);
    assert!(checked.success && checked.stdout.contains("1 source files are good"), "{checked:?}");

    let first = host.marquee(&["crawl", "lantern", "--json"]);
    assert!(first.success, "{first:?}");
    let crawl = first.json();
    assert_eq!(crawl["tally"]["found"], 3, "{crawl:#}");
    assert_eq!(crawl["tally"]["new"], 2, "{crawl:#}");
    assert_eq!(crawl["tally"]["rejected"], 1, "{crawl:#}");
    assert_eq!(crawl["outcome"]["outcome"], "partial", "an event that is announced and was not taken over is missing");

    let second = host.marquee(&["crawl", "lantern", "--json"]).json();
    assert_eq!((&second["tally"]["new"], &second["tally"]["unchanged"]), (&0.into(), &2.into()), "{second:#}");

    let serving = host.serve();
    let events = serving.json(&format!("/api/v1/events?from={year}-01-01"));
    let events = events["data"].as_array().unwrap();
    assert_eq!(events.len(), 2);
    let start = &events[0]["start"];
    assert_eq!(start["utc"], format!("{year}-05-10T00:00:00Z"), "eight in the evening in New York: {start:#}");
    assert_eq!(events[1]["status"], "cancelled");
    assert_eq!(events[1]["title"], "Slow Harbour");
    assert!(serving.get("/readyz").0 == 200 && serving.get("/").1.contains("Paper Boats"));

    let id = events[0]["id"].as_str().unwrap();
    let trace = host.marquee(&["trace", id]);
    assert!(trace.stdout.contains("json-ld") && trace.stdout.contains("digest"), "{trace:?}");
    assert!(serving.stop(), "SIGTERM ends it cleanly");
}

#[test]
fn mistakes_in_a_source_file_end_the_start_and_are_named_by_file_and_key() {
    let host = Host::new();
    host.source("a.toml", &SOURCE.replace("SITE", "https://lantern.example").replace("json-ld", "json-lb"));
    let refused = host.marquee(&["serve"]);
    assert!(!refused.success);
    assert!(refused.stderr.contains("a.toml: `plugin`: no plugin `json-lb` is loaded"), "{refused:?}");

    host.source(
        "a.toml",
        &format!("{}[configuration]\ncolour = \"red\"\n", SOURCE.replace("SITE", "https://lantern.example")),
    );
    let refused = host.marquee(&["sources", "check"]);
    assert!(
        !refused.success && refused.stderr.contains("a.toml: `configuration") && refused.stderr.contains("colour"),
        "{refused:?}"
    );
}

#[test]
fn a_loopback_address_is_refused_unless_the_operator_allowed_it() {
    let site = Site::serving(LISTING.to_owned());
    let host = Host::without_egress();
    host.source("lantern.toml", &SOURCE.replace("SITE", &site.url));
    let refused = host.marquee(&["crawl", "lantern", "--json"]);
    assert!(!refused.success);
    let crawl = refused.json();
    assert_eq!(crawl["outcome"]["stage"], "fetch");
    assert!(crawl["outcome"]["reason"].as_str().unwrap().contains("egress.allow"), "{crawl:#}");
    assert_eq!(site.requests(), 0, "the site was never asked");
}
