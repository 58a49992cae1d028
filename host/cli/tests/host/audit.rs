//! Whatever a command writes is in the audit log: command by command, and what an operator reads of why.

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
    let event = |id: &str, day: &str| {
        let (year, name) = (next_year(), if id == "e1" { "Paper Boats" } else { "Slow Harbour" });
        format!(
            r#"{{"@context": "https://schema.org", "@type": "MusicEvent", "@id": "{id}", "name": "{name}", "startDate": "{year}-05-{day}T20:00:00"}}"#
        )
    };
    let (one, two) = (event("e1", "09"), event("e2", "10"));
    format!(r#"<!doctype html><title>The Lantern</title><script type="application/ld+json">[{one}, {two}]</script>"#)
}

#[test]
fn every_command_that_writes_has_its_entry_and_why_names_the_pointer() {
    let site = Site::serving(listing());
    let host = Host::new();
    host.source("lantern.toml", &SOURCE.replace("SITE", &site.url));
    let made = host.marquee(&["keys", "create", "auditor", "--scope", "audit", "--scope", "keys"]);
    assert!(made.success, "{made:?}");
    let bearer = format!("Bearer {}", made.stdout.trim());
    assert!(host.marquee(&["crawl", "lantern"]).success);

    let serving = host.serve();
    let first = |list: &str, text: &str| {
        let found = serving.json(&format!("/api/v1/{list}?text={text}"));
        found["data"][0]["id"].as_str().unwrap_or_else(|| panic!("{found:#}")).to_owned()
    };
    let (one, two) = (first("events", "paper"), first("events", "harbour"));
    let (boats, harbour) = (first("artists", "paper"), first("artists", "harbour"));
    let venue = serving.json("/api/v1/venues")["data"][0]["id"].as_str().unwrap().to_owned();
    let latest = || {
        let (status, body) = serving.ask("GET", "/api/v1/admin/audit?limit=1", &[("authorization", &bearer)], "");
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(status, 200, "{body:#}");
        body["data"][0].clone()
    };

    let because = ["--reason", "so it is"];
    let mut hook = String::new();
    let table: Vec<(Vec<&str>, &str)> = vec![
        (vec!["source", "pause", "lantern"], "source.pause"),
        (vec!["source", "resume", "lantern"], "source.resume"),
        (vec!["crawl", "lantern", "--queue"], "source.crawl"),
        (vec!["correct", &one, "title", "Paper Boats (late)", "--reason", "so it is"], "event.correct"),
        (vec!["withdraw", &one, "title"], "event.withdraw"),
        (vec!["hide", &one, "--reason", "so it is"], "event.hide"),
        (vec!["show", &one, "--reason", "so it is"], "event.show"),
        (vec!["merge", &one, "--into", &two, "--reason", "so it is"], "event.merge"),
        (vec!["split", &one, "--reason", "so it is"], "event.split"),
        (vec!["venues", "alias", &venue, "The Lamp", "--reason", "so it is"], "venue.alias"),
        (vec!["venues", "unalias", &venue, "The Lamp"], "venue.unalias"),
        (vec!["venues", "correct", &venue, "city", "York", "--reason", "so it is"], "venue.correct"),
        (vec!["venues", "withdraw", &venue, "city", "--reason", "so it is"], "venue.withdraw"),
        (vec!["artists", "alias", &boats, "The Boats"], "artist.alias"),
        (vec!["artists", "unalias", &boats, "The Boats"], "artist.unalias"),
        (vec!["artists", "merge", &boats, &harbour], "artist.merge"),
        (vec!["artists", "unmerge", &boats], "artist.unmerge"),
        (vec!["artists", "mbid", &boats, "00000000-0000-0000-0000-000000000007"], "artist.identify"),
        (vec!["artists", "describe", &boats, "--country", "CA"], "artist.describe"),
        (vec!["artists", "split", &boats, "--disambiguation", "of Ghent", "--event", &one], "artist.split"),
        (vec!["webhooks", "create", "https://calendar.example/hook"], "webhook.create"),
        (vec!["webhooks", "pause", "HOOK"], "webhook.change"),
        (vec!["webhooks", "resume", "HOOK"], "webhook.change"),
        (vec!["webhooks", "test", "HOOK"], "webhook.test"),
        (vec!["webhooks", "rotate", "HOOK"], "webhook.secret"),
        (vec!["webhooks", "delete", "HOOK"], "webhook.delete"),
        (vec!["keys", "create", "deploy", "--scope", "read"], "key.create"),
    ];
    for (mut command, action) in table {
        if action.starts_with("artist.") {
            command.extend(because);
        }
        for word in &mut command {
            if *word == "HOOK" {
                *word = &hook;
            }
        }
        let before = latest()["number"].as_i64().unwrap();
        let done = host.marquee_with(&[("MARQUEE_PERSON", "ada"), ("USER", "ada")], &command);
        assert!(done.success, "{command:?}: {done:?}");
        let entry = latest();
        assert_eq!(
            (entry["action"].as_str(), entry["number"].as_i64() > Some(before)),
            (Some(action), true),
            "{command:?}"
        );
        assert!(entry["by"].as_str().unwrap().starts_with("command line: "), "{entry:#}");
        if action == "webhook.create" {
            hook = done.stdout.lines().next().unwrap().to_owned();
        }
    }

    let why = host.marquee(&["why", &two, "--json"]).json();
    let title = why["fields"].as_array().unwrap().iter().find(|field| field["field"] == "title").unwrap();
    assert_eq!(title["told"][0]["selector"], "JSON-LD /*/name", "{title:#}");
    let shown = host.marquee(&["why", &two]);
    assert!(shown.success && shown.stdout.contains("JSON-LD /*/name (value)"), "{shown:?}");
    assert!(serving.stop(), "SIGTERM ends it cleanly");
}
