//! Reading JSON: what is accepted, what is asked, where it stands.

#![expect(clippy::panic, clippy::unwrap_used, reason = "helpers of tests: they may fail loudly")]

use marquee_reading::{Budget, DocumentLimits, JsonDocument, JsonKind, JsonValue, ReadError};

fn json(text: &str) -> JsonValue {
    JsonDocument::parse(text, &DocumentLimits::default()).unwrap()
}

fn refused(text: &str) -> String {
    match JsonDocument::parse(text, &DocumentLimits::default()) {
        Err(error @ ReadError::NotReadable { kind: "JSON", .. }) => error.to_string(),
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn values_are_found_by_pointer_and_numbers_keep_their_form() {
    let value = json(r#"{"a/b":{"m~n":[10.50,1e3,true,null,"x\u00e9\ud83c\udfb8\n"]},"k":"first","k":"last"}"#);
    let texts: Vec<_> = (0..5).map(|n| value.text(&format!("/a~1b/m~0n/{n}"))).collect();
    assert_eq!(
        texts.iter().map(Option::as_deref).collect::<Vec<_>>(),
        [Some("10.50"), Some("1e3"), Some("true"), None, Some("xé🎸\n")]
    );
    assert_eq!(value.text("/k").unwrap(), "last");
    assert_eq!(value.at("").unwrap().kind(), JsonKind::Object);
    for pointer in ["a", "/a~1b/m~0n/05", "/a~1b/m~0n/5", "/a~1b/m~0n/-", "/k/x", "/"] {
        assert!(value.at(pointer).is_none(), "{pointer}");
    }
}

#[test]
fn every_value_can_tell_its_pointer_and_line() {
    let value = json("{\"a/b\": [1,\n {\"~\": 2}],\n\"c\": \"x\"}");
    let inner = value.at("/a~1b/1/~0").unwrap();
    assert_eq!((inner.pointer().as_str(), inner.line()), ("/a~1b/1/~0", 2));
    assert_eq!((value.at("/c").unwrap().line(), value.pointer().as_str()), (3, ""));
}

#[test]
fn every_value_can_tell_its_column_whatever_stands_round_the_json() {
    let value = json("\ncall({\"a\": 1,\n \"b\": [\"x\", 2]});");
    let place = |pointer: &str| value.at(pointer).map(|value| (value.line(), value.column())).unwrap();
    assert_eq!((place(""), place("/a"), place("/b/0"), place("/b/1")), ((2, 6), (2, 12), (3, 8), (3, 13)));
}

#[test]
fn members_and_names_come_in_document_order() {
    let value = json(r#"{"z":1,"a":[true,{}],"m":null}"#);
    assert_eq!(value.keys(""), ["z", "a", "m"]);
    let kinds: Vec<JsonKind> = value.items("").iter().map(JsonValue::kind).collect();
    assert_eq!(kinds, [JsonKind::Number, JsonKind::Array, JsonKind::Null]);
    assert_eq!(value.items("/a").len(), 2);
    assert!(value.items("/nowhere").is_empty() && value.keys("/a").is_empty());
}

#[test]
fn a_listing_is_read_in_one_call_and_a_missing_one_is_an_error() {
    let value = json(r#"{"events":[{"t":"A","at":{"d":1}},{"t":null},7]}"#);
    let rows = value.rows("/events", &["/t", "/at/d", ""]).unwrap();
    let cells: Vec<Vec<Option<&str>>> =
        rows.iter().map(|row| row.cells.iter().map(Option::as_deref).collect()).collect();
    assert_eq!(cells, [[Some("A"), Some("1"), None], [None, None, None], [None, None, Some("7")]]);
    assert_eq!(rows[1].item.pointer(), "/events/1");
    let error = value.rows("/shows", &["/t"]).unwrap_err().to_string();
    assert!(error.contains("`/shows`") && error.contains("no array"), "{error}");
    assert!(value.rows("/events", &["t"]).is_err());
}

#[test]
fn what_is_written_out_reads_back_as_the_same() {
    let text = r#"{"a":[1.10,"q\"\\\u0001é",{},[]],"b":{"c":[null,false]}}"#;
    let once = json(text).serialize().unwrap();
    assert_eq!(once, text);
    assert_eq!(json(text).at("/a/3").unwrap().serialize().unwrap(), "[]");
    assert_eq!(json(text).at("/b").unwrap().serialize().unwrap(), r#"{"c":[null,false]}"#);
}

#[test]
fn guards_and_wrappers_are_taken_off() {
    for text in [
        "\u{feff}[1]",
        ")]}'\n[1]",
        ")]}',\n[1]",
        ")]}'[1]",
        "for(;;);[1]",
        "while(1);[1]",
        "callback([1]);",
        "/**/jQuery123.cb_4([1])",
        " window.cb ( [1] ) ; ",
    ] {
        assert_eq!(json(text).text("/0").as_deref(), Some("1"), "{text}");
    }
}

#[test]
fn what_is_no_json_says_where() {
    assert!(refused("").contains("a value is missing, at the end (line 1)"));
    assert!(refused("[1,\n2,\n]").contains("(line 3)"));
    for text in [
        "{\"a\":}",
        "[1 2]",
        "[,]",
        "{a:1}",
        "01",
        "1.",
        "\"a\nb\"",
        "[1]x",
        "nul",
        "\"\\x\"",
        "{\"a\" 1}",
        "[}",
        "'a'",
        "-",
        "+1",
    ] {
        refused(text);
    }
}

#[test]
fn limits_end_the_reading() {
    let limits =
        DocumentLimits { json_values: 1000, json_depth: 50, json_bytes: 100, bytes: 1 << 20, ..Default::default() };
    let budget = |text: &str| match JsonDocument::parse(text, &limits) {
        Err(ReadError::OverBudget { budget, .. }) => budget,
        other => panic!("{other:?}"),
    };
    assert_eq!(budget(&"[".repeat(1 << 19)), "json_depth");
    assert_eq!(budget(&format!("[{}1]", "1,".repeat(2000))), "json_values");
    assert_eq!(budget(&"[".repeat(1 << 21)), "bytes");
    let long = JsonDocument::parse(&format!("[\"{}\"]", "x".repeat(200)), &limits).unwrap();
    assert_eq!(long.serialize().unwrap_err(), ReadError::OverBudget { budget: "json_bytes", limit: 100 });
    let page = Budget::new(limits.clone());
    assert!(JsonDocument::parse_within(&format!("[{}1]", "1,".repeat(600)), &page).is_ok());
    assert!(JsonDocument::parse_within(&format!("[{}1]", "1,".repeat(600)), &page).is_err(), "they count together");
}
