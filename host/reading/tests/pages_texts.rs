//! The texts that the expected values of the shared pages quote: ages, prices and times as venues print them.

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "helpers of tests: they may fail loudly")]

use std::path::{Path, PathBuf};

use marquee_model::{AgeRestriction, PriceKind};
use marquee_reading::{ages, prices};
use serde_json::Value;

fn expected() -> Vec<Value> {
    let root = std::env::var_os("MARQUEE_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from)
        .join("pages");
    let Ok(cities) = std::fs::read_dir(&root) else {
        println!("absent: {}", root.display());
        return Vec::new();
    };
    cities
        .flatten()
        .filter_map(|city| std::fs::read_dir(city.path()).ok())
        .flat_map(|venues| venues.flatten())
        .filter_map(|venue| std::fs::read_to_string(venue.path().join("expected.json")).ok())
        .map(|text| serde_json::from_str(&text).unwrap())
        .collect()
}

/// All values of a key, wherever it stands.
fn collect<'a>(value: &'a Value, key: &str, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(members) => {
            found.extend(members.get(key).and_then(Value::as_str));
            members.values().for_each(|member| collect(member, key, found));
        }
        Value::Array(members) => members.iter().for_each(|member| collect(member, key, found)),
        _ => {}
    }
}

#[test]
fn the_ages_and_prices_that_pages_print_are_read() {
    let pages = expected();
    let of = |key| {
        let mut found = Vec::new();
        pages.iter().for_each(|page| collect(page, key, &mut found));
        found
    };
    let (ages, prices) = (of("age_text"), of("price_text"));
    for text in &ages {
        let all = text.to_lowercase().contains("all ages");
        let number = text.chars().take_while(char::is_ascii_digit).collect::<String>().parse().ok();
        let right = if all { Some(AgeRestriction::AllAges) } else { number.map(AgeRestriction::Minimum) };
        assert_eq!(ages::read(text), right, "{text}");
    }
    for text in &prices {
        let claim = prices::read(text, None).unwrap();
        let kind = if text.contains(" to ") { PriceKind::Range } else { PriceKind::Fixed };
        assert_eq!(claim.kind, kind, "{text}");
    }
    println!("texts of pages: {} ages, {} prices", ages.len(), prices.len());
}
