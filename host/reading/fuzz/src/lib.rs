//! What must hold for any input, one function a reader: the fuzz targets call these with bytes that a fuzzer found, and
//! `tests/fuzz_smoke.rs` calls the same with mutated cases, on every run and without a nightly compiler.
//!
//! A function that returns has found nothing wrong; what does not hold is an assertion with the input in its message.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate, NaiveDateTime};
use marquee_model::{AgeRestriction, Moment, PriceKind, WebUrl};
use marquee_reading::{
    Document, DocumentLimits, Field, JsonDocument, ReadError, Scope, Take, ages,
    dates::{self, DateContext, DateOrder},
    performers, prices, status, structured, text,
};

/// Languages that a source may say, and none.
const LANGUAGES: [&str; 9] = ["", "en", "fr", "de", "nl", "es", "it", "pt-BR", "pl"];

fn local(moment: &Moment) -> Option<NaiveDateTime> {
    match moment {
        Moment::Local(local) => Some(*local),
        _ => None,
    }
}

fn date(moment: &Moment) -> Option<NaiveDate> {
    match moment {
        Moment::Date(date) => Some(*date),
        Moment::Local(local) => Some(local.date()),
        Moment::Instant(at) => Some(at.date_naive()),
        Moment::Text(_) => None,
    }
}

/// Dates: the same again, the same alone as among others, and nothing outside of what a page can mean.
pub fn check_dates(input: &str) {
    let today = NaiveDate::from_ymd_opt(2026, 3, 10).unwrap_or_default();
    let language = LANGUAGES[input.len() % LANGUAGES.len()];
    let context = DateContext {
        languages: [language].into_iter().filter(|l| !l.is_empty()).map(str::to_owned).collect(),
        order: [None, Some(DateOrder::DayFirst), Some(DateOrder::MonthFirst)][input.len() % 3],
        ..DateContext::new(today)
    };
    let lines: Vec<&str> = input.lines().take(40).collect();
    let together = dates::read(&lines, &context);
    assert_eq!(together.len(), lines.len(), "an answer for each text: {input:?}");
    for (line, answer) in lines.iter().zip(&together) {
        assert_eq!(
            &dates::read(&[line], &context)[0],
            answer,
            "texts that are no list tell nothing of each other: {line:?}"
        );
        let Ok(when) = answer else { continue };
        for moment in
            [Some(&when.start), when.doors.as_ref(), when.end.as_ref()].into_iter().flatten().chain(&when.more)
        {
            let year = date(moment).map(|d| d.year());
            assert!(year.is_some_and(|year| (1899..=2200).contains(&year)), "{line:?}: {when:?}");
        }
        if let (Some(start), Some(end)) = (date(&when.start), when.end.as_ref().and_then(date)) {
            assert!(
                matches!(when.start, Moment::Instant(_)) || end >= start,
                "it ends before it starts: {line:?}: {when:?}"
            );
        }
        assert!(when.weekday.is_none_or(|day| (1..=7).contains(&day)), "{line:?}: {when:?}");
        let i = when.inferred;
        assert!(!i.day || (i.month && i.year), "a day that is not printed has no printed month: {line:?}: {when:?}");
        let moved = local(&when.start)
            .is_none_or(|at| at.time() < chrono::NaiveTime::from_hms_opt(5, 0, 0).unwrap_or_default());
        assert!(!i.night || moved, "only small hours belong to the night before: {line:?}: {when:?}");
    }
    let listed = dates::read(&lines, &DateContext { listing: true, ..context });
    assert_eq!(listed.len(), lines.len());
}

/// Prices: amounts are decimals in order, and the kind says which of them there are.
pub fn check_prices(input: &str) {
    let default = ["EUR", "USD", "CAD"][input.len() % 3].parse().ok();
    let claim = prices::read(input, default.filter(|_| !input.len().is_multiple_of(5)));
    assert_eq!(claim, prices::read(input, default.filter(|_| !input.len().is_multiple_of(5))));
    let Some(claim) = claim else { return };
    let amount = |text: &Option<String>| {
        text.as_deref().map(|t| t.parse::<rust_decimal::Decimal>().unwrap_or_else(|e| panic!("{t}: {e} in {input:?}")))
    };
    let (min, max) = (amount(&claim.min), amount(&claim.max));
    assert!(
        min.is_none_or(|min| !min.is_sign_negative()) && max.is_none_or(|max| !max.is_sign_negative()),
        "{input:?}: {claim:?}"
    );
    if let (Some(min), Some(max)) = (min, max) {
        assert!(min <= max, "{input:?}: {claim:?}");
    }
    let right = match claim.kind {
        PriceKind::Free => min == max && min.is_some_and(|m| m.is_zero()),
        PriceKind::Fixed => min == max && min.is_some(),
        PriceKind::Range => min.is_some() && max.is_some() && min < max,
        PriceKind::From => min.is_some() && max.is_none(),
        PriceKind::Donation | PriceKind::PayWhatYouCan | PriceKind::Unknown => true,
    };
    assert!(right, "{input:?}: {claim:?}");
    let code = claim.currency.as_deref();
    assert!(code.is_none_or(|c| c.len() == 3 && c.bytes().all(|b| b.is_ascii_uppercase())), "{input:?}: {claim:?}");
}

/// Ages: an age somebody can have, whose digits are in the text or are those of coming of age.
pub fn check_ages(input: &str) {
    if let Some(AgeRestriction::Minimum(age)) = ages::read(input) {
        assert!((1..=99).contains(&age), "{input:?}: {age}");
        assert!(age == 18 || input.contains(&age.to_string()), "{input:?}: {age}");
    }
}

/// Status: without one the text is untouched; with one, nothing is left that was not there.
pub fn check_status(input: &str) {
    let (found, rest) = status::read(input);
    assert!(found.is_some() || rest == input, "{input:?}: {rest:?}");
    let words: BTreeSet<&str> = input.split(|c: char| !c.is_alphanumeric()).collect();
    let kept = rest.split(|c: char| !c.is_alphanumeric()).all(|word| words.contains(word) || input.contains(word));
    assert!(kept, "{input:?}: {rest:?}");
}

/// Performers: names with something in them, made of the title's words, each once.
pub fn check_performers(input: &str) {
    let acts = performers::read(input);
    assert!(acts.len() <= performers::MOST_PERFORMERS);
    for act in &acts {
        assert!(!act.name.trim().is_empty() && act.name.trim() == act.name, "{input:?}: {acts:?}");
        let parts = act.name.split(|c: char| !c.is_alphanumeric());
        assert!(parts.into_iter().all(|part| input.contains(part)), "{input:?}: {acts:?}");
    }
    let names: BTreeSet<String> = acts.iter().map(|act| act.name.to_lowercase()).collect();
    assert_eq!(names.len(), acts.len(), "{input:?}: {acts:?}");
}

/// Text: clean once is clean, with single blanks and nothing invisible at its ends.
pub fn check_text(input: &str) {
    let clean = text::clean(input);
    assert_eq!(text::clean(&clean), clean, "{input:?}");
    assert!(
        clean.trim() == clean && !clean.contains("  ") && !clean.chars().any(char::is_control),
        "{input:?}: {clean:?}"
    );
}

fn url() -> WebUrl {
    "https://venue.example/".parse().unwrap_or_else(|e| panic!("{e}"))
}

/// A page: whatever it is, it is read or refused, and what is read can be found again.
pub fn check_document(input: &str) {
    for fragment in [false, true] {
        let limits = DocumentLimits::default();
        let parsed = if fragment {
            Document::parse_fragment(input, &url(), &limits)
        } else {
            Document::parse(input, &url(), &limits)
        };
        let Ok(page) = parsed else { continue };
        let all = page.select(page.root(), "*").unwrap_or_else(|e| panic!("{e} in {input:?}"));
        for id in all.iter().rev().take(8) {
            let path = page.path(*id);
            if !fragment {
                let found = page.select(page.root(), &path).unwrap_or_else(|e| panic!("{e} in {input:?}"));
                assert!(found.contains(id), "{path} in {input:?}");
            }
            for take in [
                Take::Text,
                Take::OwnText,
                Take::Lines,
                Take::Attribute("class".into()),
                Take::Url("href".into()),
                Take::Markup,
            ] {
                let _ = page.take(*id, &take);
            }
        }
        let field = |scope| Field { selector: "a, b, p".into(), scope, take: Take::Text, every: true };
        let _ = page.rows(page.root(), "div, li, p", &[field(Scope::Inside)]);
        let _ = structured::read_with_faults(&page);
    }
}

/// Structured data: the input as the inside of a script of JSON-LD, and as microdata's markup.
pub fn check_structured(input: &str) {
    let script = format!("<script type=application/ld+json>{input}</script>");
    let scope = format!("<div itemscope itemtype=https://schema.org/Event>{input}</div>");
    for markup in [script, scope] {
        let Ok(page) = Document::parse(&markup, &url(), &DocumentLimits::default()) else { continue };
        let Ok(data) = structured::read_with_faults(&page) else { continue };
        for item in &data.items {
            let _ = item.data.serialize();
            assert!(item.line >= 1, "{input:?}");
        }
    }
}

/// JSON: what a strict reader accepts is accepted, and what is written again reads the same.
pub fn check_json(input: &str) {
    let limits = DocumentLimits::default();
    match JsonDocument::parse(input, &limits) {
        Ok(value) => {
            let Ok(once) = value.serialize() else { return };
            let again = JsonDocument::parse(&once, &limits).unwrap_or_else(|e| panic!("{e}: {once:?} of {input:?}"));
            assert_eq!(again.serialize().ok(), Some(once), "{input:?}");
        }
        Err(ReadError::OverBudget { .. }) => {}
        Err(error) => assert!(serde_json::from_str::<serde_json::Value>(input).is_err(), "{error}: {input:?}"),
    }
}
