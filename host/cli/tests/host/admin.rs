//! Keys, sources through the API, plans and decisions, as an operator uses them: the program, a real server, a real plugin.

use serde_json::{Value, json};

use crate::support::{Host, Serving, Site, next_year};

const LISTING: &str = r#"<!doctype html><title>The Lantern</title><script type="application/ld+json">
[
  {"@context": "https://schema.org", "@type": "MusicEvent", "@id": "https://lantern.example/e/1", "name": "Paper Boats",
   "startDate": "YEAR-05-09T20:00:00", "url": "/e/1"},
  {"@context": "https://schema.org", "@type": "MusicEvent", "@id": "https://lantern.example/e/2", "name": "Slow Harbour",
   "startDate": "YEAR-05-10T21:30:00", "url": "/e/2"}
]</script>"#;

fn declared(url: &str) -> Value {
    json!({
        "slug": "lantern", "site": {"slug": "harbour", "name": "Harbour Town"}, "url": format!("{url}/calendar"), "plugin": "json-ld",
        "zone": "America/New_York", "venue": {"slug": "lantern", "name": "The Lantern"},
    })
}

fn send(serving: &Serving, bearer: &str, method: &str, path: &str, body: &Value) -> (u16, Value) {
    let headers = [("authorization", bearer), ("content-type", "application/json")];
    let (status, body) = serving.ask(method, path, &headers, &body.to_string());
    (status, serde_json::from_str(&body).unwrap_or_else(|error| panic!("{error}: {body}")))
}

#[test]
fn an_operator_makes_a_key_a_source_and_decisions_and_no_log_line_holds_the_key() {
    let year = next_year();
    let site = Site::serving(LISTING.replace("YEAR", &year));
    let host = Host::new();
    host.settings("[log]\nformat = \"json\"\nfilter = \"trace\"\n");
    let made =
        host.marquee(&["keys", "create", "deploy", "--scope", "sources", "--scope", "crawl", "--expires", "90d"]);
    let key = made.stdout.trim().to_owned();
    assert!(made.success && key.starts_with("mq_") && made.stderr.contains("shown once"), "{made:?}");
    let bearer = format!("Bearer {key}");

    // A real plugin's schema judges the configuration.
    let serving = host.serve_into("log");
    let mut wrong = declared(&site.url);
    wrong["configuration"] = json!({ "colour": "red" });
    let (status, verdict) = send(&serving, &bearer, "POST", "/api/v1/admin/sources/validate", &wrong);
    assert_eq!((status, &verdict["valid"]), (200, &json!(false)), "{verdict:#}");
    assert!(verdict.to_string().contains("colour"), "{verdict:#}");
    wrong["plugin"] = json!("json-lb");
    let (status, refused) = send(&serving, &bearer, "POST", "/api/v1/admin/sources", &wrong);
    assert_eq!((status, &refused["errors"][0]["parameter"]), (422, &json!("plugin")), "{refused:#}");
    let (status, source) = send(&serving, &bearer, "POST", "/api/v1/admin/sources", &declared(&site.url));
    assert_eq!((status, &source["origin"]), (201, &json!("api")), "{source:#}");

    // What the next crawl would do, twice, and then what it does.
    for _ in 0..2 {
        let plan = host.marquee(&["plan", "lantern", "--json"]);
        assert!(plan.success, "{plan:?}");
        let plan = plan.json();
        let decisions: Vec<_> = plan["plan"]["seen"].as_array().unwrap().iter().map(|seen| &seen["decision"]).collect();
        assert_eq!(decisions, ["create", "create"], "{plan:#}");
    }
    assert_eq!(serving.json("/api/v1/events")["data"], json!([]), "a plan records nothing");
    let crawl = host.marquee(&["crawl", "lantern", "--json"]).json();
    assert_eq!(crawl["tally"]["new"], 2, "{crawl:#}");
    let plan = host.marquee(&["plan", "lantern"]);
    assert!(plan.success && plan.stdout.contains("2 events found"), "{plan:?}");

    // A decision on the command line holds against the next crawl.
    let id = serving.json("/api/v1/events")["data"][0]["id"].as_str().unwrap().to_owned();
    let title = || serving.json(&format!("/api/v1/events/{id}"))["title"].as_str().unwrap().to_owned();
    let corrected = host.marquee(&["correct", &id, "title", "Paper Boats (late)", "--reason", "the poster says so"]);
    assert!(corrected.success && corrected.stdout.contains(&id), "{corrected:?}");
    host.marquee(&["crawl", "lantern"]);
    assert_eq!(title(), "Paper Boats (late)");
    assert!(host.marquee(&["withdraw", &id, "title"]).success);
    assert_eq!(title(), "Paper Boats");
    let wrong = host.marquee(&["correct", &id, "start", "8pm", "--reason", "x"]);
    assert!(!wrong.success && wrong.stderr.contains("2026-12-31"), "{wrong:?}");
    assert!(host.marquee(&["hide", &id, "--reason", "private"]).success);
    assert_eq!(serving.json("/api/v1/events")["data"].as_array().unwrap().len(), 1);
    assert!(host.marquee(&["show", &id, "--reason", "public"]).success);
    let none = host.marquee(&["questions", "list"]);
    assert!(none.success && none.stdout.contains("Nothing waits"), "{none:?}");
    let missing = host.marquee(&["split", &id, "--reason", "x"]);
    assert!(!missing.success && missing.stderr.contains("nothing to split"), "{missing:?}");

    // Revoked, the key opens nothing.
    let listed = host.marquee(&["keys", "list", "--json"]).json();
    assert!(listed["last_used_at"].is_string(), "{listed:#}");
    let revoked = host.marquee(&["keys", "revoke", listed["id"].as_str().unwrap(), "--reason", "the test ends"]);
    assert!(revoked.success, "{revoked:?}");
    assert_eq!(send(&serving, &bearer, "GET", "/api/v1/admin/sources", &json!({})).0, 401);
    assert!(serving.stop(), "SIGTERM ends it cleanly");
    let log = std::fs::read_to_string(host.path("log")).unwrap();
    let secret = key.rsplit('_').next().unwrap();
    assert!(log.contains("\"answered\"") && log.lines().count() > 50, "{} lines", log.lines().count());
    assert!(!log.contains(secret), "a log line holds the key");
}
