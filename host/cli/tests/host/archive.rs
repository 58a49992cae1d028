//! `marquee replay`, `fixture` and `plugin test` as an adapter author uses them: a crawl, a bug, a failing test.

use std::fs;

use crate::support::{Host, Output, Site, next_year};

/// A listing of two shows; one's doors are named.
fn listing(year: &str) -> String {
    format!(
        r#"<!doctype html><title>The Lantern</title><p>key: {{{{none}}}}</p><script type="application/ld+json">
[
  {{"@type": "MusicEvent", "name": "Paper Boats", "startDate": "{year}-05-09T20:00:00", "doorTime": "{year}-05-09T19:00:00", "url": "/e/1"}},
  {{"@type": "MusicEvent", "name": "Slow Harbour", "startDate": "{year}-05-10T21:30:00", "url": "/e/2"}}
]</script>"#
    )
}

fn source(url: &str) -> String {
    format!(
        r#"
slug = "lantern"
site = {{ slug = "harbour", name = "Harbour Town" }}
url = "{url}/calendar"
plugin = "json-ld"
zone = "America/New_York"
[venue]
slug = "lantern"
name = "The Lantern"
[fetch]
headers = {{ x-visitor = "quite-a-secret-word" }}
"#
    )
}

/// A host that crawled the lantern once, and that crawl's id.
fn crawled() -> (Host, Site, String) {
    let site = Site::serving(listing(&next_year()));
    let host = Host::new();
    host.source("lantern.toml", &source(&site.url));
    let crawl = host.marquee(&["crawl", "lantern", "--json"]);
    assert!(crawl.success, "{crawl:?}");
    let id = crawl.json()["id"].as_str().unwrap().to_owned();
    (host, site, id)
}

fn good(output: &Output) {
    assert!(output.success, "{output:?}");
}

#[test]
fn a_bug_report_becomes_a_failing_test_in_one_command() {
    let (host, site, crawl) = crawled();
    let asked = site.requests();
    good(&host.marquee(&["fixture", &crawl, "--out", "fixtures/doors"]));
    let passes = host.marquee(&["plugin", "test"]);
    good(&passes);
    assert!(passes.stdout.contains("fixtures/doors: as expected\n1 of 1 fixtures are as expected"), "{passes:?}");
    assert_eq!(site.requests(), asked, "nothing is fetched");

    let expected = host.path("fixtures/doors/expected.json");
    let text = fs::read_to_string(&expected).unwrap();
    fs::write(&expected, text.replace("Slow Harbour", "Slow Harbor").replace("19:00:00", "18:30:00")).unwrap();
    let fails = host.marquee(&["plugin", "test", "fixtures/doors"]);
    assert_eq!(fails.code, Some(1), "{fails:?}");
    insta::assert_snapshot!(fails.stdout.replace(&next_year(), "YEAR"));

    good(&host.marquee(&["plugin", "test", "fixtures", "--bless"]));
    assert_eq!(fs::read_to_string(&expected).unwrap(), text, "blessed, it is as it was");
    good(&host.marquee(&["plugin", "test", "fixtures/doors/fixture.toml", "--plugin", "plugins/json-ld.wasm"]));
}

#[test]
fn a_fixture_holds_the_pages_bytes_and_no_secret() {
    let (host, _site, crawl) = crawled();
    good(&host.marquee(&["fixture", &crawl, "--out", "case"]));
    assert_eq!(fs::read_to_string(host.path("case/pages/01-listing.html")).unwrap(), listing(&next_year()));
    for file in ["fixture.toml", "expected.json"] {
        let text = fs::read_to_string(host.path("case").join(file)).unwrap();
        assert!(!text.contains("secret") && !text.contains("x-visitor"), "{text}");
    }
    let again = host.marquee(&["fixture", &crawl, "--out", "case"]);
    assert!(again.stderr.contains("case is not empty"), "{again:?}");

    fs::write(host.path("case/pages/01-listing.html"), "another page").unwrap();
    let changed = host.marquee(&["plugin", "test", "case"]);
    assert_eq!(changed.code, Some(1), "{changed:?}");
    assert!(changed.stdout.contains("01-listing.html: its bytes have the digest"), "{changed:?}");
}

#[test]
fn a_replay_tells_what_would_differ_and_changes_nothing() {
    let (host, site, crawl) = crawled();
    let asked = site.requests();
    let same = host.marquee(&["replay", "--source", "lantern"]);
    good(&same);
    assert!(same.stdout.contains(": the same 2 events"), "{same:?}");

    // The tutorial's plugin knows another layout: all of this page is lost to it.
    let other = host.plugin_file("tutorial-plugin");
    let differs = host.marquee(&["replay", "--source", "lantern", "--plugin", &other, "--since", "1d"]);
    assert_eq!(differs.code, Some(3), "{differs:?}");
    assert!(differs.stdout.contains("! outcome\n    - complete\n    + not recognized"), "{differs:?}");
    assert!(differs.stdout.contains(&format!("- {}-05-09 Paper Boats", next_year())), "{differs:?}");
    assert!(host.marquee(&["replay", "--source", "lantern"]).success, "nothing was changed");
    assert_eq!(site.requests(), asked, "nothing is fetched");

    let unknown = host.marquee(&["replay", "--source", "laterne"]);
    assert!(unknown.stderr.contains("there is no source `laterne`; there are: lantern"), "{unknown:?}");
    let none = host.marquee(&["replay", "--source", "lantern", "--since", "2999-01-01"]);
    assert!(none.stderr.contains("no crawl of `lantern` is archived since 2999-01-01"), "{none:?}");
    assert!(!crawl.is_empty());
}

#[test]
fn the_same_crawl_gives_the_same_bytes_in_every_process() {
    let (host, _site, _crawl) = crawled();
    let runs: Vec<String> = (0..3).map(|_| host.marquee(&["replay", "--source", "lantern", "--json"]).stdout).collect();
    assert!(runs.iter().all(|run| *run == runs[0]), "{runs:#?}");
    let run: serde_json::Value = serde_json::from_str(&runs[0]).unwrap();
    assert_eq!(run["then"], run["now"], "and those are the crawl's own");
}

#[test]
fn a_replay_for_good_is_a_crawl_of_its_own() {
    let (host, site, crawl) = crawled();
    let asked = site.requests();
    let applied = host.marquee(&["replay", "--source", "lantern", "--apply", "--json"]);
    good(&applied);
    let again = applied.json();
    assert_ne!(again["id"], crawl.as_str());
    assert_eq!(again["tally"]["found"], 2);
    let told = again["diagnostics"].to_string();
    assert!(told.contains("\"replay\"") && told.contains(&crawl), "{told}");
    assert_eq!(site.requests(), asked, "nothing is fetched");
    let both = host.marquee(&["replay", "--source", "lantern"]);
    assert!(both.stdout.contains("2 crawls would be the same"), "the replay can be replayed: {both:?}");
}

#[test]
fn a_damaged_blob_is_found_deleted_and_kept_anew() {
    let (host, _site, crawl) = crawled();
    good(&host.marquee(&["archive", "check"]));
    let digest = marquee_model::Digest::of(listing(&next_year()).as_bytes()).to_string();
    let kept = host.files_below(".marquee/archive");
    let page = kept.iter().find(|file| file.to_string_lossy().contains(&digest)).unwrap();
    fs::write(page, "damaged").unwrap();
    let replay = host.marquee(&["replay", "--source", "lantern"]);
    assert!(replay.code == Some(1) && replay.stdout.contains("is corrupted"), "{replay:?}");
    let check = host.marquee(&["archive", "check", "--delete"]);
    assert!(check.code == Some(1) && check.stdout.contains("1 corrupted (1 deleted)"), "{check:?}");
    let fixture = host.marquee(&["fixture", &crawl, "--out", "case"]);
    assert!(fixture.stderr.contains("is not in the archive"), "{fixture:?}");
    good(&host.marquee(&["crawl", "lantern"]));
    good(&host.marquee(&["archive", "check"]));
    let gc = host.marquee(&["archive", "gc"]);
    good(&gc);
    assert!(
        gc.stdout.contains("0 crawls were out of their time") && gc.stdout.contains("Deleted 0 of 2 blobs"),
        "{gc:?}"
    );
}

#[test]
fn a_crawl_is_not_lost_because_nothing_can_be_archived() {
    let site = Site::serving(listing(&next_year()));
    let host = Host::new();
    host.source("lantern.toml", &source(&site.url));
    // A bucket on a port at which nobody listens.
    host.settings("[archive]\nurl = \"s3://gigs\"\nendpoint = \"http://127.0.0.1:9\"\nwrite_timeout_ms = 1500\n");
    let crawl = host
        .marquee_with(&[("AWS_ACCESS_KEY_ID", "k"), ("AWS_SECRET_ACCESS_KEY", "k")], &["crawl", "lantern", "--json"]);
    good(&crawl);
    let crawl = crawl.json();
    assert_eq!((crawl["tally"]["found"].as_u64(), &crawl["outcome"]["outcome"]), (Some(2), &"complete".into()));
    let told = crawl["diagnostics"].to_string();
    assert!(told.contains("not-archived") && told.contains("1 of 1 pages") && told.contains("s3://gigs"), "{told}");
}

#[test]
fn a_fixture_can_be_written_by_hand() {
    let host = Host::without_egress();
    fs::create_dir_all(host.path("mine")).unwrap();
    fs::write(host.path("mine/page.html"), listing("2026")).unwrap();
    let fixture = r#"
[fixture]
begun_at = "2026-05-01T12:00:00Z"
[source]
slug = "lantern"
url = "https://lantern.example/calendar"
plugin = "json-ld"
zone = "America/New_York"
[[requests]]
url = "https://lantern.example/calendar"
page = { file = "page.html" }
"#;
    fs::write(host.path("mine/fixture.toml"), fixture).unwrap();
    let unknown = host.marquee(&["plugin", "test", "mine"]);
    assert!(unknown.code == Some(1) && unknown.stdout.contains("`--bless` writes what is read now"), "{unknown:?}");
    good(&host.marquee(&["plugin", "test", "mine", "--bless"]));
    good(&host.marquee(&["plugin", "test", "mine"]));
    assert!(fs::read_to_string(host.path("mine/expected.json")).unwrap().contains("\"title\": \"Paper Boats\""));
    let astray = fixture.replace("page.html", "../marquee.toml");
    fs::write(host.path("mine/fixture.toml"), astray).unwrap();
    let astray = host.marquee(&["plugin", "test", "mine"]);
    assert!(astray.stdout.contains("leads out of the fixture's folder"), "{astray:?}");
    let nothing = host.marquee(&["plugin", "test", "sources"]);
    assert!(nothing.stderr.contains("no fixture lies below sources"), "{nothing:?}");
}
