//! The price suites of `../shared/suites/price`, each printing its own number.

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "helpers of tests: they may fail loudly")]

use std::path::{Path, PathBuf};

use marquee_model::{PriceClaim, PriceKind};
use marquee_reading::prices;
use rust_decimal::Decimal;
use serde_json::Value;

fn suite(name: &str) -> Option<Value> {
    let root = std::env::var_os("MARQUEE_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let path = root.join("suites/price").join(name);
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("absent: {}", path.display());
        return None;
    };
    Some(serde_json::from_str(&text).unwrap())
}

fn decimal(text: Option<&str>) -> Option<Decimal> {
    text.map(|t| t.parse().unwrap())
}

#[test]
fn venue_price_texts_are_read() {
    let Some(suite) = suite("venue_price_cases.json") else { return };
    let cases = suite["cases"].as_array().unwrap();
    let mut wrong = Vec::new();
    for case in cases {
        let text = case[0].as_str().unwrap();
        let (min, max) = (decimal(case[1].as_str()), decimal(case[2].as_str()));
        let claim = prices::read(text, None);
        let found_min = claim.as_ref().and_then(|c| decimal(c.min.as_deref()));
        let found_max = claim.as_ref().and_then(|c| decimal(c.max.as_deref()));
        let kind = claim.as_ref().map(|c| c.kind);
        let right = match case[3].as_str().unwrap() {
            "unknown" => claim.is_none(),
            // Upstream says "paid" where nothing is said; here that is only known where an amount for some is printed.
            "paid_unknown" => found_min.is_none() && kind.is_none_or(|k| k == PriceKind::Unknown),
            "free" => kind == Some(PriceKind::Free),
            "pay_what_you_can" => kind == Some(PriceKind::PayWhatYouCan),
            "fixed" => kind == Some(PriceKind::Fixed) && (found_min, found_max) == (min, max),
            "range" => kind == Some(PriceKind::Range) && (found_min, found_max) == (min, max),
            // Upstream repeats the lowest as the highest; the contract leaves it out.
            "from" | "conditional" => kind == Some(PriceKind::From) && found_min == min && found_max.is_none(),
            _ => found_min == min,
        };
        if !right {
            wrong.push(format!("{text}: {claim:?}"));
        }
    }
    println!("venue price texts: {} of {}", cases.len() - wrong.len(), cases.len());
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn price_parser_texts_are_read() {
    let Some(suite) = suite("price_parser_cases.json") else { return };
    let cases = suite["cases"].as_array().unwrap();
    let mut wrong = Vec::new();
    for case in cases {
        let text = case["price_text"].as_str().unwrap_or_default();
        let expected = decimal(case["expect_amount"].as_str());
        let claim = prices::read(text, None);
        let amounts = |claim: &PriceClaim| [decimal(claim.min.as_deref()), decimal(claim.max.as_deref())];
        // price-parser gives the first amount of a text; a claim has the lowest and the highest.
        let amount = match expected {
            Some(_) => claim.as_ref().is_some_and(|c| amounts(c).contains(&expected)),
            None => claim.as_ref().is_none_or(|c| c.min.is_none()),
        };
        let printed = case["expect_currency_text"].as_str().filter(|c| text.contains(c)).and_then(code);
        let currency =
            printed.is_none() || expected.is_none() || claim.as_ref().and_then(|c| c.currency.as_deref()) == printed;
        if !(amount && currency) {
            wrong.push(format!("{text:?}: {claim:?}, expected {expected:?} {printed:?}"));
        }
    }
    println!("price-parser texts: {} of {}", cases.len() - wrong.len(), cases.len());
    // 95 % are asked for; these five are not reached, and a sixth should be seen.
    assert!(wrong.len() <= 5, "{wrong:#?}");
}

/// The code that a currency text surely means.
fn code(text: &str) -> Option<&'static str> {
    Some(match text {
        "€" | "EUR" => "EUR",
        "£" => "GBP",
        "zł" | "PLN" | "pln" => "PLN",
        "Kč" => "CZK",
        "руб" | "руб." | "р." | "Р" => "RUB",
        "円" => "JPY",
        "US$" => "USD",
        "AED" => "AED",
        "MX$" => "MXN",
        "₫" => "VND",
        "грн." => "UAH",
        "TL" => "TRY",
        "Rp" => "IDR",
        _ => return None,
    })
}
