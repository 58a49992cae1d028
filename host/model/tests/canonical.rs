//! The canonical form of web addresses, against the shared suite of URL cases (Scrapy's w3lib) and by its laws.

use marquee_model::WebUrl;
use proptest::prelude::*;
use serde_json::Value;

/// The suite, or `None` with a remark where it is not at hand.
#[cfg(test)]
fn suite() -> Option<Value> {
    let shared = std::env::var("MARQUEE_SHARED")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared").to_owned());
    let path = format!("{shared}/suites/url-encoding/url_cases.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: {path} is absent");
        return None;
    };
    Some(serde_json::from_str(&text).unwrap())
}

/// The suite writes some Python byte strings as if their bytes were characters: `Â£` for the two bytes of `£`.
fn as_written(text: &str) -> String {
    let bytes: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    bytes.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_else(|| text.to_owned())
}

fn canonical(text: &str) -> Option<String> {
    let url: WebUrl = as_written(text).parse().ok()?;
    url.canonical().map(|url| url.to_string())
}

/// Why a case says nothing about Marquee, if it does not.
fn beside_the_point(case: &Value) -> Option<&'static str> {
    let url = case["url"].as_str().unwrap_or_default();
    let options = case["options"].as_object();
    let has = |key: &str| options.is_some_and(|options| options.contains_key(key));
    if has("query_separator") {
        return Some("`;` as a separator was dropped by the URL standard");
    }
    if has("keep_blank_values") {
        return Some("a blank value may be what tells two pages apart; it always stays");
    }
    if has("keep_fragments") {
        return Some("a fragment is not sent to the server; it always goes");
    }
    if options.is_some_and(|o| o.values().any(|v| v.as_str().is_some_and(|v| !v.eq_ignore_ascii_case("utf-8")))) {
        return Some("addresses are UTF-8 here, whatever encoding the page is in (URL standard)");
    }
    if url.contains('@') {
        return Some("a web address carries no user name");
    }
    if !url.trim().starts_with("http") {
        return Some("a web address is absolute, and http or https");
    }
    if url.starts_with("http://.") {
        return Some("a name that begins with a dot: Python's IDNA leaves it as it is, the URL standard encodes it");
    }
    None
}

#[test]
fn the_suite_of_canonical_forms_passes_as_far_as_it_applies() {
    let Some(suite) = suite() else { return };
    let mut passed = 0;
    let mut failed = Vec::new();
    for group in ["canonicalize_url", "safe_download_url"] {
        for case in suite[group].as_array().unwrap() {
            if let Some(reason) = beside_the_point(case) {
                println!("left out: {} ({reason})", case["url"]);
                continue;
            }
            // `?£` without `=`: the suite's other function keeps that, a canonical query is written name=value.
            let expected = case["expect"].as_str().unwrap();
            let expected = if expected.ends_with("?%C2%A3") { format!("{expected}=") } else { expected.to_owned() };
            match canonical(case["url"].as_str().unwrap()) {
                Some(found) if found == expected => passed += 1,
                found => failed.push(format!("{}: {found:?}, expected {expected}", case["url"])),
            }
        }
    }
    println!("{passed} cases passed");
    assert!(failed.is_empty(), "{failed:#?}");
    assert!(passed >= 45, "only {passed} cases apply");
}

#[test]
fn the_suite_of_ticket_links_loses_its_trackers_and_nothing_else() {
    let Some(suite) = suite() else { return };
    for case in suite["ticket_url_sanitising"].as_array().unwrap() {
        let url: WebUrl = case[0].as_str().unwrap().parse().unwrap();
        assert_eq!(url.without_trackers().as_str(), case[1].as_str().unwrap());
    }
}

#[test]
fn two_links_to_one_page_are_one_and_two_pages_are_two() {
    for (one, other, same) in [
        ("http://v.example/e?b=2&a=1", "http://V.example:80/e?a=1&b=2#top", true),
        ("http://v.example/%7Eband", "http://v.example/~band", true),
        ("http://v.example/e?id=1&utm_source=x&FBCLID=y", "http://v.example/e?id=1", true),
        ("http://v.example/e?q=a+b", "http://v.example/e?q=a%20b", true),
        ("http://v.example/e?", "http://v.example/e", true),
        ("http://v.example/AC%2fDC", "http://v.example/AC/DC", false),
        ("http://v.example/e?id=1", "http://v.example/e?id=2", false),
        ("http://v.example/e?a=1&a=2", "http://v.example/e?a=1", false),
        ("http://v.example/E", "http://v.example/e", false),
        ("http://v.example/e?pl=rebel", "http://v.example/e", false),
    ] {
        assert_eq!(canonical(one) == canonical(other), same, "{one} {other}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn canonical_twice_is_canonical_once(rest in "[ -~é£%]{0,60}") {
        let Ok(url) = format!("http://v.example/{rest}").parse::<WebUrl>() else { return Ok(()) };
        let once = url.canonical().unwrap();
        prop_assert_eq!(once.canonical(), Some(once.clone()));
        let bare = url.without_trackers();
        prop_assert_eq!(&bare.without_trackers(), &bare);
        prop_assert_eq!(bare.canonical(), Some(once));
    }
}
