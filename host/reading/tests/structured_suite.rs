//! The suite of pages with JSON-LD and microdata that others made, read where it is at hand.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "helpers of tests: they may fail loudly and print what they found"
)]

use std::{env, fs, path::PathBuf};

use marquee_model::WebUrl;
use marquee_reading::{
    Document, DocumentLimits,
    structured::{self, Item, Syntax},
};
use serde_json::{Map, Value};

const BASE: &str = "http://some-example.com/";

fn suite() -> Option<PathBuf> {
    let shared = env::var_os("MARQUEE_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let folder = shared.join("suites/structured-data");
    if folder.is_dir() {
        return Some(folder);
    }
    println!("{} is absent: nothing checked", folder.display());
    None
}

/// A page of the suite, what is expected of it, and of which syntax.
struct Case {
    name: String,
    page: PathBuf,
    syntax: Syntax,
    expected: Vec<Value>,
}

fn cases(folder: &str) -> Vec<Case> {
    let Some(suite) = suite() else { return Vec::new() };
    let mut files: Vec<PathBuf> =
        fs::read_dir(suite.join(folder)).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut cases = Vec::new();
    for file in files {
        let Some(syntax) = (match file.extension().and_then(|extension| extension.to_str()) {
            Some("json") => Some(Syntax::Microdata),
            Some("jsonld") => Some(Syntax::JsonLd),
            _ => None,
        }) else {
            continue;
        };
        let stem = file.file_stem().unwrap().to_str().unwrap();
        // Several expectations for one page differ in options of the extractor that they were made for.
        let page_stem = stem.replace("_flat_with_node_id", "").replace("_flat", "");
        let page_stem = page_stem.trim_end_matches("_and_node_id").trim_end_matches("_custom_url");
        let page = file.with_file_name(format!("{page_stem}.html"));
        if !page.exists() {
            continue;
        }
        let Ok(expected) = serde_json::from_str::<Value>(&fs::read_to_string(&file).unwrap()) else { continue };
        let mut add = |syntax, expected: &Value| {
            let expected = flatten(expected);
            cases.push(Case { name: format!("{stem} {syntax:?}"), page: page.clone(), syntax, expected });
        };
        match &expected {
            Value::Object(parts) if parts.contains_key("microdata") || parts.contains_key("json-ld") => {
                for (key, syntax) in [("microdata", Syntax::Microdata), ("json-ld", Syntax::JsonLd)] {
                    if let Some(part) = parts.get(key) {
                        add(syntax, part);
                    }
                }
            }
            Value::Object(parts) if parts.contains_key("items") => add(syntax, &parts["items"]),
            other => add(syntax, other),
        }
    }
    cases
}

fn flatten(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(all) => all.iter().flat_map(flatten).collect(),
        other => vec![other.clone()],
    }
}

/// Brings what the suite expects and what was read into one form: short types, `id`, properties beside them, URLs absolute,
/// white space folded. The suite's node ids are an option of the extractor that it was made for.
fn normal(value: &Value, base: &WebUrl) -> Value {
    match value {
        Value::Object(members) => {
            let mut normal_members = Map::new();
            for (key, member) in members {
                let key = key.trim_start_matches('@');
                match key {
                    "_nodeId_" | "context" => {}
                    "properties" => {
                        if let Value::Object(inner) = normal(member, base) {
                            normal_members.extend(inner);
                        }
                    }
                    "type" => {
                        let types = flatten(member);
                        let short = types
                            .iter()
                            .filter_map(Value::as_str)
                            .map(|name| name.rsplit(['/', '#']).next().unwrap().into());
                        let mut short: Vec<Value> = short.collect();
                        normal_members.insert(
                            "type".into(),
                            if short.len() == 1 { short.remove(0) } else { Value::Array(short) },
                        );
                    }
                    _ => {
                        normal_members.insert(key.to_owned(), normal(member, base));
                    }
                }
            }
            Value::Object(normal_members)
        }
        Value::Array(all) => Value::Array(all.iter().map(|one| normal(one, base)).collect()),
        Value::String(text) => {
            let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
            // A text that is one word may be an address; both sides are resolved alike.
            let url = if folded.contains(' ') || folded.is_empty() { None } else { base.join(&folded).ok() };
            Value::String(url.map_or(folded, String::from))
        }
        other => other.clone(),
    }
}

fn passes(case: &Case) -> Result<(), String> {
    let base: WebUrl = BASE.parse().unwrap();
    let html = String::from_utf8_lossy(&fs::read(&case.page).unwrap()).into_owned();
    let document = Document::parse(&html, &base, &DocumentLimits::default()).map_err(|error| error.to_string())?;
    let items: Vec<Item> = structured::read_with_faults(&document).map_err(|error| error.to_string())?.items;
    let read: Vec<Value> = items
        .iter()
        .filter(|item| item.syntax == case.syntax)
        .map(|item| normal(&serde_json::from_str(&item.data.serialize().unwrap()).unwrap(), &base))
        .collect();
    for expected in &case.expected {
        let expected = normal(expected, &base);
        if expected.as_object().is_some_and(Map::is_empty) {
            continue;
        }
        if !read.contains(&expected) {
            return Err(format!("not read: {expected}\n  of {}", Value::Array(read)));
        }
    }
    Ok(())
}

fn score(folder: &str) -> Option<(usize, usize)> {
    let cases = cases(folder);
    let mut passed = 0;
    for case in &cases {
        match passes(case) {
            Ok(()) => passed += 1,
            Err(reason) => println!("{folder}/{}: {}", case.name, reason.chars().take(3000).collect::<String>()),
        }
    }
    println!("{folder}: {passed} of {}", cases.len());
    (!cases.is_empty()).then_some((passed, cases.len()))
}

#[test]
fn all_well_formed_pages_of_the_suite_are_read() {
    for folder in ["schema.org", "songkick"] {
        if let Some((passed, all)) = score(folder) {
            assert_eq!(passed, all, "{folder}");
        }
    }
}

#[test]
fn nine_in_ten_broken_pages_of_the_suite_are_read() {
    if let Some((passed, all)) = score("custom.invalid") {
        assert!(passed * 10 >= all * 9, "{passed} of {all}");
    }
}
