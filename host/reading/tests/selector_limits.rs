//! Selectors made to hurt: each search ends with an answer or an error, within the steps given.

#![expect(clippy::unwrap_used, reason = "helpers of tests: they may fail loudly")]

use marquee_model::WebUrl;
use marquee_reading::{Budget, Document, DocumentLimits, Field, ReadError, Scope, Take};

/// Enough to build the pages here, and not enough to be patient with them.
const STEPS: u64 = 6_000_000;

fn document(html: &str) -> Document {
    let url: WebUrl = "https://venue.example/".parse().unwrap();
    Document::parse(html, &url, &DocumentLimits { steps: STEPS, ..DocumentLimits::default() }).unwrap()
}

#[test]
fn no_selector_makes_more_steps_than_given() {
    let pages = [
        "<i><b>".repeat(200) + &"<p class=x>".repeat(20_000),
        "<div>".repeat(500) + "<p>",
        "<ul>".to_owned() + &"<li><a>x</a><li class=y>".repeat(5_000),
    ];
    let selectors = [
        ":has(p) :has(i):not(:has(b))",
        ":not(:has(~ p ~ p ~ p ~ i))",
        "p ~ p ~ p ~ p ~ p ~ i",
        "div div div div div div div div div div div div b",
        ":is(i, b, p):nth-last-child(odd of :is(.x, .y)):has(+ .x)",
        "* :nth-child(2n+1 of :not(:has(.z))) ~ *",
        "*:has(* > * > * ~ *) * ~ * *",
        ":has(p):has(i):has(b):has(a):has(.none)",
    ];
    for page in &pages {
        for selector in selectors {
            let page = document(page);
            let answer = page.select(page.root(), selector);
            assert!(page.budget().steps_spent() <= STEPS, "{selector}");
            if let Err(error) = answer {
                assert_eq!(error, ReadError::OverBudget { budget: "steps", limit: STEPS }, "{selector}");
            }
        }
    }
}

#[test]
fn a_search_that_was_cut_short_is_an_error_and_so_is_the_next() {
    let page = document(&"<p>x".repeat(30_000));
    let over = Some(ReadError::OverBudget { budget: "steps", limit: STEPS });
    // Every paragraph looks through all before it.
    assert_eq!(page.rows(page.root(), "i ~ p", &[]).err(), over);
    assert_eq!(page.first(page.root(), "p").err(), over);
}

#[test]
fn looking_back_from_every_item_of_a_listing_costs_one_walk() {
    let page = document(&("<section>".to_owned() + &"<p>x".repeat(20_000)));
    let before = Field { selector: "h2".into(), scope: Scope::Before, take: Take::Text, every: false };
    let built = page.budget().steps_spent();
    let rows = page.rows(page.root(), "p", &[before]).unwrap();
    assert_eq!(rows.len(), 20_000);
    let steps = page.budget().steps_spent() - built;
    assert!(steps < 100_000, "{steps}");
}

#[test]
fn matches_and_texts_handed_out_are_counted() {
    let url: WebUrl = "https://venue.example/".parse().unwrap();
    let html = "<p>0123456789".repeat(100);
    let budget = Budget::new(DocumentLimits { matches: 250, output_bytes: 1500, ..DocumentLimits::default() });
    let page = Document::parse_within(&html, &url, &budget).unwrap();
    assert_eq!(page.select(page.root(), "p").unwrap().len(), 100);
    let text = Field { selector: String::new(), scope: Scope::Inside, take: Take::Text, every: false };
    assert_eq!(page.rows(page.root(), "p", std::slice::from_ref(&text)).unwrap().len(), 100);
    assert_eq!(page.select(page.root(), "p").unwrap_err(), ReadError::OverBudget { budget: "matches", limit: 250 });
    assert_eq!(page.take(page.root(), &Take::Text), None);
    assert_eq!(budget.used_up(), Some(ReadError::OverBudget { budget: "output_bytes", limit: 1500 }));
}

#[test]
fn texts_and_markup_are_cut_at_a_character() {
    let url: WebUrl = "https://venue.example/".parse().unwrap();
    let limits = DocumentLimits { text_bytes: 10, markup_bytes: 10, ..DocumentLimits::default() };
    let page = Document::parse("<p title='ééééééé'>ééééééé éé", &url, &limits).unwrap();
    let p = page.first(page.root(), "p").unwrap().unwrap();
    assert_eq!(page.take(p, &Take::Text).unwrap(), "ééééé");
    assert_eq!(page.take(p, &Take::Attribute("title".into())).unwrap(), "ééééé");
    assert_eq!(page.take(p, &Take::Markup).unwrap(), "<p title=\"");
}

#[test]
fn long_and_deep_selectors_are_refused() {
    let page = document("<p>");
    for selector in ["a ".repeat(3000), format!("{}a{}", ":not(".repeat(50), ")".repeat(50))] {
        let error = page.select(page.root(), &selector).unwrap_err();
        assert!(matches!(error, ReadError::BadExpression { .. }));
        assert!(error.to_string().contains("selector_"), "{error}");
    }
}
