//! The same page asked through the `scraper` crate, whose tree and matching are not ours: the answers must agree.

#![expect(clippy::unwrap_used, reason = "helpers of tests: they may fail loudly")]

use std::time::Instant;

use marquee_model::WebUrl;
use marquee_reading::{Document, DocumentLimits, Field, Scope, Take};
use scraper::{Html, Selector};

fn url() -> WebUrl {
    "https://venue.example/".parse().unwrap()
}

#[expect(clippy::disallowed_methods, reason = "the page is our own, and this is what it is compared with")]
fn peer(html: &str) -> Html {
    Html::parse_document(html)
}

/// A listing of 184 KB with 500 events, as a calendar plugin of a content management system would print it.
fn listing() -> String {
    let event = |n: usize| {
        format!(
            "<article class=\"event-card type-event post-{n}\" id=\"event-{n}\">\n  <a class=\"event-card__image\" href=\"/events/{n}/show\">\
             <img src=\"/img/{n}.jpg\" alt=\"\" loading=\"lazy\"></a>\n  <div class=\"event-card__body\">\n    <h3 class=\"title\">\
             <a href=\"/events/{n}\">Band {n} &amp; Friends</a></h3>\n    <time class=\"date\" datetime=\"2026-11-{:02}\">Nov {}</time>\n    \
             <p class=\"support\">with <b>Opener {n}</b></p>\n    <span class=\"price\">$1{}.00</span>\n  </div>\n</article>\n",
            n % 28 + 1,
            n % 28 + 1,
            n % 10,
        )
    };
    let body: String = (0..500).map(event).collect();
    format!("<!doctype html><html><head><title>Shows</title></head><body><main class=list>{body}</main></body></html>")
}

const FIELDS: [&str; 5] = ["h3.title a", ".date", ".support b", ".price", ".event-card__image img"];

fn ours(html: &str) -> Vec<Vec<String>> {
    let page = Document::parse(html, &url(), &DocumentLimits::default()).unwrap();
    let fields = FIELDS.map(|selector| Field {
        selector: selector.into(),
        scope: Scope::Inside,
        take: Take::Text,
        every: false,
    });
    let rows = page.rows(page.root(), "article.event-card", &fields).unwrap();
    rows.into_iter().map(|row| row.cells.into_iter().map(|cell| cell.concat()).collect()).collect()
}

fn theirs(html: &str) -> Vec<Vec<String>> {
    let page = peer(html);
    let selectors = FIELDS.map(|selector| Selector::parse(selector).unwrap());
    let items = Selector::parse("article.event-card").unwrap();
    let text =
        |element: scraper::ElementRef<'_>| element.text().flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ");
    page.select(&items)
        .map(|item| {
            selectors.iter().map(|selector| item.select(selector).next().map(text).unwrap_or_default()).collect()
        })
        .collect()
}

#[test]
fn a_listing_reads_the_same_and_not_slower() {
    let html = listing();
    assert_eq!(ours(&html), theirs(&html));
    let best = |read: &dyn Fn(&str) -> Vec<Vec<String>>| {
        (0..10)
            .map(|_| {
                let began = Instant::now();
                assert_eq!(read(&html).len(), 500);
                began.elapsed()
            })
            .min()
            .unwrap()
    };
    let (us, them) = (best(&ours), best(&theirs));
    println!("{} B, 500 events: {us:?} here, {them:?} with scraper", html.len());
    // Generous, since tests share their machine; the benchmark has the number that counts.
    assert!(us < them * 2, "{us:?} here, {them:?} with scraper");
}

#[test]
fn selectors_match_the_same_elements() {
    let html = "<div id=a class='x y'><p class=x>1<b>2</b><i></i></p><p>3<b class=y>4</b></p><ul><li>5<li class=x>6<li>7</ul></div>\
        <section><svg viewBox='0 0 1 1'><linearGradient id=g /></svg><input type=TEXT disabled><table><tr><td>8</table></section>".repeat(3);
    let page = Document::parse(&html, &url(), &DocumentLimits::default()).unwrap();
    let peer = peer(&html);
    for selector in [
        "*",
        ".x",
        "p.x > b",
        "div p + p",
        "li ~ li",
        "li:nth-child(2n+1)",
        "li:nth-last-of-type(1)",
        ":empty",
        "p:has(> b)",
        ":not(p):not(b)",
        "[class]",
        "[class~=y]",
        "[class^=x]",
        "[class$='y']",
        "[class*=' ']",
        "[type=text]",
        "[type=text s]",
        "linearGradient",
        "lineargradient",
        "tbody td",
        "html",
        ":root",
        "body > *:first-child",
        "b:only-of-type",
        ":is(ul, section) *",
        ":where(#a) b",
        "svg > *",
        "td:only-child",
        "#g",
        "P",
    ] {
        let ours: Vec<String> =
            page.select(page.root(), selector).unwrap().into_iter().map(|id| page.name(id).to_owned()).collect();
        let parsed = Selector::parse(selector).unwrap();
        let theirs: Vec<String> = peer.select(&parsed).map(|element| element.value().name().to_owned()).collect();
        assert_eq!(ours, theirs, "{selector}");
    }
}
