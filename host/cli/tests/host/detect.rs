//! `marquee source detect` as its operator uses it: from a page to a source file that reads it, in the real sandbox.

use std::{fs, path::PathBuf};

use crate::support::{Host, Output, Site};

/// An invented page of `host/detect/tests/pages`.
fn page(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../detect/tests/pages").join(format!("{name}.html"))
}

fn detect(host: &Host, file: &str, url: &str, today: &str, more: &[&str]) -> Output {
    let arguments = ["source", "detect", file, "--url", url, "--today", today, "--json"];
    host.marquee(&[arguments.as_slice(), more].concat())
}

#[test]
fn a_page_that_nothing_reads_gets_selectors_and_the_file_that_is_written_reads_it() {
    let host = Host::without_egress().with_plugins(&["css"]);
    let file = page("nl_agenda");
    let output =
        detect(&host, file.to_str().unwrap(), "https://reiger.example/agenda", "2026-05-01", &["--write", "sources"]);
    assert!(output.success, "{output:?}");
    let found = output.json();
    assert_eq!(found["chosen"], "css", "{found:#}");
    assert_eq!(found["candidates"][0]["events"], 4, "{found:#}");
    assert_eq!(found["candidates"][0]["left_out"], 0, "{found:#}");
    assert_eq!(found["setting"]["zone"]["value"], "Europe/Amsterdam", "{found:#}");
    assert_eq!(found["events"][0]["title"], "De Lage Landen", "{found:#}");
    let text = found["file"].as_str().unwrap();
    for line in [
        "plugin = \"css\"",
        "currency = \"EUR\"",
        "languages = [\"nl\"]",
        "# found in 4 of 4",
        "name = \"De Blauwe Reiger\"",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    let checked = host.marquee(&["sources", "check"]);
    assert!(checked.success && checked.stdout.contains("1 source files are good"), "{checked:?}\n{text}");
    let again =
        detect(&host, file.to_str().unwrap(), "https://reiger.example/agenda", "2026-05-01", &["--write", "sources"]);
    assert!(!again.success && again.stderr.contains("is left as it is"), "{again:?}");
}

#[test]
fn invented_pages_in_four_languages_are_read_whole_by_the_plugin_itself() {
    let host = Host::without_egress().with_plugins(&["css"]);
    let mut wrong = Vec::new();
    for (name, today, count) in [
        ("nl_agenda", "2026-05-01", 4),
        ("de_tabelle", "2026-11-01", 5),
        ("fr_jours", "2026-02-10", 6),
        ("pl_lista", "2026-04-10", 4),
        ("en_tailwind", "2026-06-01", 3),
        ("nl_dl", "2026-10-01", 4),
        ("de_zeilen", "2026-10-01", 4),
        ("fr_titres", "2026-03-01", 3),
        ("en_split_date", "2026-11-01", 4),
        ("de_karten", "2026-09-01", 3),
        ("pl_karty", "2026-05-01", 4),
        ("fr_blocs", "2026-11-01", 3),
        ("fr_mois", "2026-03-01", 4),
    ] {
        let output = detect(&host, page(name).to_str().unwrap(), "https://venue.example/programme", today, &[]);
        let found = output.json();
        let best = &found["candidates"][0];
        if best["events"] != count || best["left_out"] != 0 {
            wrong.push(format!(
                "{name}: {} events of {count}, {} left out\n{}",
                best["events"], best["left_out"], found["file"]
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn hand_made_pages_of_real_venues_are_read_whole_by_the_plugin_itself() {
    let shared = std::env::var_os("MARQUEE_SHARED").map_or_else(|| PathBuf::from("../../../shared"), PathBuf::from);
    // The program runs in a folder of its own, so its arguments must not depend on where this test runs.
    let Ok(folder) = fs::canonicalize(shared.join("pages/toronto")) else {
        println!("the shared pages are absent (MARQUEE_SHARED): nothing was tested");
        return;
    };
    let host = Host::without_egress().with_plugins(&["css"]);
    let (mut exact, mut all) = (0_u32, 0_u32);
    let mut folders: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    for folder in folders {
        let file = folder.join("index.html");
        let expected: serde_json::Value =
            serde_json::from_slice(&fs::read(folder.join("expected.json")).unwrap()).unwrap();
        let text = |key: &str| expected[key].as_str().unwrap_or_default();
        let known = ["Squarespace", "The Events Calendar", "Wix", "Carbonhouse"];
        if !file.is_file() || known.iter().any(|known| text("platform").contains(known)) {
            continue;
        }
        let output =
            detect(&host, file.to_str().unwrap(), text("source_url"), text("fixture_committed"), &["--plugin", "css"]);
        // Where nothing speaks for the plugin, the command says so and prints no candidates.
        let found: serde_json::Value = serde_json::from_str(&output.stdout).unwrap_or_default();
        let css = found["candidates"].as_array().into_iter().flatten().find(|one| one["plugin"] == "css");
        // Items and not nights: an item may name several dates. What the plugin leaves out does not count.
        let number = |css: &serde_json::Value, pointer: &str| {
            css.pointer(pointer).and_then(serde_json::Value::as_u64).unwrap_or_default()
        };
        let events = css.map_or(0, |css| {
            let taken = number(css, "/fields/items").saturating_sub(number(css, "/left_out"));
            taken.min(number(css, "/fields/read")).min(number(css, "/events"))
        });
        let wanted = expected["events_in_index"].as_u64().unwrap();
        all += 1;
        exact += u32::from(events == wanted);
        println!("{}: {events} of {wanted}", text("venue"));
    }
    println!("{exact} of {all} hand-made pages read with the expected number of events");
    // Measured: 10 of 14. One page prints no date with most of its events, one prints `o5` for 05, one lists every event twice, and of
    // one only a category is expected.
    assert!(exact * 14 >= all * 10, "{exact} of {all}");
}

#[test]
fn a_page_with_structured_data_is_read_by_the_plugin_for_it_over_the_network() {
    let page = r#"<!doctype html><html lang="en"><title>Shows | The Lantern</title><script type="application/ld+json">[
      {"@type": "MusicEvent", "name": "Paper Boats", "startDate": "2027-05-09T20:00:00", "url": "/e/1",
       "location": {"@type": "MusicVenue", "name": "The Lantern", "address": {"addressLocality": "Chicago", "addressRegion": "IL", "addressCountry": "US"}}},
      {"@type": "MusicEvent", "name": "Slow Harbour", "startDate": "2027-05-10T21:00:00", "url": "/e/2"}]</script></html>"#;
    let site = Site::serving(page.to_owned());
    let host = Host::new().with_plugins(&["css"]);
    let output = host.marquee(&["source", "detect", &site.url, "--json", "--today", "2027-05-01"]);
    assert!(output.success, "{output:?}");
    let found = output.json();
    assert_eq!(found["chosen"], "json-ld", "{found:#}");
    assert_eq!(found["candidates"][0]["events"], 2, "{found:#}");
    assert_eq!(found["setting"]["zone"]["value"], "America/Chicago", "{found:#}");
    assert!(found["file"].as_str().unwrap().contains("slug = \"the_lantern\""), "{found:#}");

    let refused = Host::without_egress().marquee(&["source", "detect", &site.url]);
    assert!(!refused.success && refused.stderr.contains("cannot be fetched"), "{refused:?}");
}

#[test]
fn a_page_without_a_listing_ends_with_advice() {
    let host = Host::without_egress().with_plugins(&["css"]);
    let file = page("none_blog");
    let output = host.marquee(&["source", "detect", file.to_str().unwrap(), "--url", "https://pump.example/about"]);
    assert!(!output.success && output.stdout.contains("network view"), "{output:?}");
    let unnamed = host.marquee(&["source", "detect", file.to_str().unwrap()]);
    assert!(unnamed.stderr.contains("--url"), "{unnamed:?}");
}
