//! `marquee score` as an adapter author uses it: a folder of saved pages, one source file, one command.

use std::fs;

use crate::support::{Host, Output};

const PAGE: &str = r#"<!doctype html><title>The Lantern</title><script type="application/ld+json">
[
  {"@type": "MusicEvent", "name": "Paper Boats", "startDate": "2026-05-09T20:00:00", "doorTime": "2026-05-09T19:00:00", "url": "/e/1"},
  {"@type": "MusicEvent", "name": "Slow Harbour", "startDate": "2026-05-10T21:30:00", "url": "/e/2"},
  {"@type": "MusicEvent", "name": "Nobody Expects This", "startDate": "2026-05-11T21:30:00", "url": "/e/3"}
]</script>"#;

const EXPECTED: &str = r#"{"count": 3, "reference_date": "2026-05-01", "events": [
  {"title": "Paper Boats", "date": "2026-05-09", "show": "20:00", "doors": "19:00", "price_text": "$10", "details_url": "https://lantern.example/e/1"},
  {"title": "Slow Harbour", "date": "2026-05-10", "show": "21:00"},
  {"title": "The Missing Ones", "date": "2026-05-12"}
]}"#;

const SOURCE: &str = r#"
slug = "lantern"
site = { slug = "harbour", name = "Harbour Town" }
url = "https://lantern.example/calendar"
plugin = "json-ld"
zone = "America/New_York"
[venue]
slug = "lantern"
name = "The Lantern"
"#;

/// Runs `marquee score` on the lantern's pages and those of a venue without a source.
fn score(options: &[&str]) -> Output {
    let host = Host::without_egress();
    host.source("lantern.toml", SOURCE);
    let pages = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("harbour/lantern/index.html", PAGE),
        ("harbour/lantern/expected.json", EXPECTED),
        ("harbour/mole/expected.json", "{}"),
    ] {
        let path = pages.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let pages = pages.path().to_string_lossy().into_owned();
    let arguments: Vec<&str> = ["score", &pages].into_iter().chain(options.iter().copied()).collect();
    host.marquee(&arguments)
}

/// Without what differs from run to run.
fn steady(text: &str) -> String {
    let digest = |word: &str| word.len() == 14 && word.trim_matches(['(', ')']).chars().all(|c| c.is_ascii_hexdigit());
    let words = |line: &str| {
        line.split(' ').map(|word| if digest(word) { "(DIGEST)" } else { word }).collect::<Vec<_>>().join(" ")
    };
    let lines: Vec<String> =
        text.lines().map(|line| words(line.split(" ms in the sandbox").next().unwrap_or(line))).collect();
    let lines = lines.iter().map(|line| match line.rsplit_once("; ") {
        Some((before, after)) if after.parse::<u32>().is_ok() => format!("{before}; MS ms in the sandbox"),
        _ => line.clone(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_venue_is_scored_with_no_more_than_its_source_file() {
    let output = score(&[]);
    assert!(!output.success, "something differs");
    insta::assert_snapshot!(steady(&output.stdout));
}

#[test]
fn what_differs_is_explained_event_by_event() {
    insta::assert_snapshot!(steady(&score(&["--explain", "lantern"]).stdout));
}

#[test]
fn machines_read_the_same_numbers() {
    let json = score(&["--json"]).json();
    assert_eq!(json["totals"]["matched"], 2);
    assert_eq!((&json["totals"]["missed"], &json["totals"]["invented"]), (&1.into(), &1.into()));
    assert_eq!(json["totals"]["fields"]["show"], serde_json::json!({"right": 1, "wrong": 1, "absent": 0, "extra": 0}));
    assert_eq!(json["venues"][0]["outcome"], "complete");
    assert_eq!(json["without_source"], serde_json::json!(["harbour/mole"]));
}

#[test]
fn a_reader_that_goes_early_is_no_fault() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_marquee"));
    let output = command.args(["config", "default"]).stdout(writer).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "no panic is reported");
}

#[test]
fn a_source_or_folder_that_is_not_there_is_named() {
    let output = score(&["--venue", "laterne"]);
    assert!(output.stderr.contains("there is no source `laterne`; there are: lantern"), "{output:?}");
    let output = Host::without_egress().marquee(&["score", "nowhere"]);
    assert!(output.stderr.contains("nowhere is no folder"), "{output:?}");
}
