//! Encodings: the shared suite (w3lib, gocolly), a matrix of claims and bytes, and no input that panics.

use encoding_rs::Encoding;
use marquee_fetch::charset::{self, Charset, Evidence};
use proptest::prelude::*;
use serde_json::Value;

/// The suite, or `None` with a remark where it is not at hand.
#[cfg(test)]
fn suite() -> Option<Value> {
    let shared = std::env::var("MARQUEE_SHARED")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared").to_owned());
    let path = format!("{shared}/suites/url-encoding/charset_cases.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: {path} is absent");
        return None;
    };
    Some(serde_json::from_str(&text).unwrap())
}

/// The suite has the names of Python's codecs.
fn web_name(python: &str) -> &str {
    match python {
        "cp1252" => "windows-1252",
        "utf-8" => "UTF-8",
        "iso8859-4" => "ISO-8859-4",
        other => other,
    }
}

#[test]
fn the_suite_of_encodings_passes_whole() {
    let Some(suite) = suite() else { return };
    let mut cases = 0;
    let mut failed = Vec::new();
    let mut check = |what: String, found: Option<&str>, expected: Option<&str>| {
        cases += 1;
        if found != expected {
            failed.push(format!("{what}: {found:?}, expected {expected:?}"));
        }
    };
    for case in suite["content_type_header"].as_array().unwrap() {
        let found = charset::from_content_type(case["content_type"].as_str().unwrap()).map(Charset::name);
        check(case["content_type"].to_string(), found, case["charset"].as_str().map(web_name));
    }
    for case in suite["meta_declares_utf8"].as_array().unwrap() {
        // With a byte that is no UTF-8, detection alone would not say UTF-8.
        let bytes = [case.as_str().unwrap().as_bytes(), b"caf\xe9"].concat();
        let decoded = charset::decode(&bytes, None);
        check(case.to_string(), Some(decoded.charset), Some("UTF-8"));
        check(
            case.to_string(),
            Some("Declaration").filter(|_| decoded.evidence == Evidence::Declaration),
            Some("Declaration"),
        );
    }
    for case in suite["bom_hex_then_text"].as_array().unwrap() {
        let bytes = unhex(case[0].as_str().unwrap());
        check(case.to_string(), charset::from_mark(&bytes).map(|(found, _)| found.name()), case[1].as_str());
        check(case.to_string(), Some(&charset::decode(&bytes, None).text), case[2].as_str());
    }
    for case in suite["label_aliases"].as_array().unwrap() {
        let found = charset::from_label(case[0].as_str().unwrap()).map(Charset::name);
        check(case.to_string(), found, case[1].as_str().map(web_name));
    }
    println!("{cases} checks");
    assert!(failed.is_empty(), "{failed:#?}");
}

#[cfg(test)]
fn unhex(text: &str) -> Vec<u8> {
    text.as_bytes().chunks(2).map(|two| u8::from_str_radix(str::from_utf8(two).unwrap(), 16).unwrap()).collect()
}

/// A page in this encoding.
#[cfg(test)]
fn encoded(encoding: &str, text: &str) -> Vec<u8> {
    let units = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect();
    match encoding {
        "utf-16le" => units(u16::to_le_bytes),
        "utf-16be" => units(u16::to_be_bytes),
        "utf-32le" => text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect(),
        "utf-32be" => text.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect(),
        other => Encoding::for_label(other.as_bytes()).unwrap().encode(text).0.into_owned(),
    }
}

const MARK: char = '\u{feff}';

#[test]
fn mark_header_declaration_and_bytes_are_believed_in_that_order() {
    let german = "<html><head><title>Café Größenwahn: Müller, Jörg und Bärbel spielen für Euch</title>";
    let utf8_meta = format!("<meta charset=utf-8>{german}");
    for (what, bytes, header, charset, evidence) in [
        (
            "mark over header",
            encoded("utf-8", &format!("{MARK}{german}")),
            Some("text/html; charset=koi8-r"),
            "UTF-8",
            Evidence::Mark,
        ),
        ("mark over declaration", encoded("utf-16le", &format!("{MARK}{utf8_meta}")), None, "UTF-16LE", Evidence::Mark),
        ("a mark of four bytes", encoded("utf-32le", &format!("{MARK}{german}")), None, "UTF-32LE", Evidence::Mark),
        ("a mark of four bytes", encoded("utf-32be", &format!("{MARK}{german}")), None, "UTF-32BE", Evidence::Mark),
        (
            "header over declaration",
            encoded("windows-1252", &utf8_meta),
            Some("text/html; charset=ISO-8859-1"),
            "windows-1252",
            Evidence::Header,
        ),
        (
            "an unknown header is none",
            encoded("utf-8", &utf8_meta),
            Some("text/html; charset=martian"),
            "UTF-8",
            Evidence::Declaration,
        ),
        (
            "declaration over bytes",
            encoded("windows-1252", &format!("<meta charset=iso-8859-15>{german}")),
            Some("text/html"),
            "ISO-8859-15",
            Evidence::Declaration,
        ),
        ("bytes: UTF-8", encoded("utf-8", german), None, "UTF-8", Evidence::Bytes),
        ("bytes: windows-1252", encoded("windows-1252", german), None, "windows-1252", Evidence::Bytes),
        (
            "bytes: Polish",
            encoded("iso-8859-2", "<p>Zażółć gęślą jaźń, piątek i środa, wstęp wolny, początek o ósmej</p>"),
            None,
            "ISO-8859-2",
            Evidence::Bytes,
        ),
        (
            "bytes: Japanese",
            encoded("shift_jis", "<p>東京のライブハウスで今夜コンサートがあります</p>"),
            None,
            "Shift_JIS",
            Evidence::Bytes,
        ),
        ("bytes: UTF-16 without a mark", encoded("utf-16le", german), None, "UTF-16LE", Evidence::Bytes),
        ("bytes: UTF-16 without a mark", encoded("utf-16be", german), None, "UTF-16BE", Evidence::Bytes),
        ("bytes: UTF-32 without a mark", encoded("utf-32be", german), None, "UTF-32BE", Evidence::Bytes),
        (
            "UTF-16 said to be UTF-8",
            encoded("utf-16le", &utf8_meta),
            Some("text/html; charset=utf-8"),
            "UTF-16LE",
            Evidence::Bytes,
        ),
        (
            "UTF-8 said to be UTF-16",
            encoded("utf-8", &utf8_meta),
            Some("text/html; charset=utf-16"),
            "UTF-8",
            Evidence::Declaration,
        ),
        (
            "JSON with HTML in it",
            encoded("utf-8", "{\"html\": \"<meta charset=koi8-r> Größe\"}"),
            Some("application/json"),
            "UTF-8",
            Evidence::Bytes,
        ),
        (
            "bytes: the telling ones come late",
            encoded(
                "windows-1251",
                &format!("{}<p>Завтра вечером концерт в большом зале, вход свободный</p>", "<p>a</p>".repeat(100_000)),
            ),
            None,
            "windows-1251",
            Evidence::Bytes,
        ),
        (
            "bytes: ISO-2022-JP",
            encoded("iso-2022-jp", "<p>東京のライブハウス</p>"),
            None,
            "ISO-2022-JP",
            Evidence::Bytes,
        ),
        ("bytes: ASCII", b"<p>plain</p>".to_vec(), None, "UTF-8", Evidence::Bytes),
        ("nothing", Vec::new(), None, "UTF-8", Evidence::Bytes),
    ] {
        let decoded = charset::decode(&bytes, header);
        assert_eq!((decoded.charset, decoded.evidence), (charset, evidence), "{what}: {}", decoded.text);
        let lossy = decoded.text.contains('\u{fffd}') || decoded.text.contains(MARK);
        assert!(!lossy, "{what}: {}", decoded.text);
        if bytes.len() > 100 && what.contains("UTF") {
            assert!(decoded.text.contains("Größenwahn"), "{what}: {}", decoded.text);
        }
    }
}

#[test]
fn a_page_as_large_as_may_be_is_detected_in_a_moment() {
    let page = encoded("windows-1252", &"<li>Größe und Maß für Café</li>".repeat(140_000));
    let started = std::time::Instant::now();
    assert_eq!(charset::decode(&page, None).charset, "windows-1252");
    println!("{} bytes in {:?}", page.len(), started.elapsed());
    // A worker thread must not be held up. Measured 0.2 s without optimisation on a busy machine.
    assert!(started.elapsed() < std::time::Duration::from_secs(1), "{:?}", started.elapsed());
}

#[test]
fn what_cannot_be_decoded_becomes_a_mark_of_its_own_and_the_rest_stays() {
    let decoded = charset::decode(b"<p>caf\xe9 \xff\0 ok</p>", Some("text/html; charset=utf-8"));
    assert_eq!(decoded.text, "<p>caf\u{fffd} \u{fffd}\0 ok</p>");
    let odd = charset::decode(b"\xff\xfe<\0p\0>", None);
    assert_eq!(odd.text, "<p\u{fffd}");
    let cut = charset::decode(b"\xff\xfe\0\0<\0\0\0\xff\xff\xff\xff>", None);
    assert_eq!(cut.text, "<\u{fffd}\u{fffd}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_bytes_and_no_header_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), header in ".{0,60}") {
        let _decoded = charset::decode(&bytes, Some(&header));
        let _decoded = charset::decode(&bytes, Some(&format!("text/html; charset={header}")));
    }

    #[test]
    fn no_markup_makes_it_panic(markup in "(<meta |<!--|-->|charset|=|\"|'|utf-8|>|/|<\\?xml |encoding| |;|[a-z]|é){0,40}") {
        let _decoded = charset::decode(markup.as_bytes(), None);
    }

    #[test]
    fn text_in_a_declared_encoding_comes_back(text in "[ -~àéîõüßñç]{0,80}") {
        for (label, name) in [("utf-8", "UTF-8"), ("windows-1252", "windows-1252"), ("gb18030", "gb18030")] {
            let bytes = encoded(label, &text);
            let decoded = charset::decode(&bytes, Some(&format!("text/html; charset={label}")));
            prop_assert_eq!((decoded.text.as_str(), decoded.charset), (text.as_str(), name));
        }
    }
}
