//! What the sandbox costs: one listing of 500 events (184 KB) read natively, by a guest through the host's document, and by a guest
//! with a parser of its own; a call that does next to nothing; and parsing alone.
//!
//! `cargo bench -p marquee-tests --bench listing`. The ratios that matter stand in ARCHITECTURE.md.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail, and tell, as tests do")]

use std::{
    path::PathBuf,
    sync::{Arc, LazyLock},
};

use divan::{Bencher, counter::BytesCount};
use marquee_extract::{Plugin, Sandbox, SandboxLimits};
use marquee_model::{Page, Source};
use marquee_reading::{Document, DocumentLimits};
use marquee_tests::guests;
use scraper::{ElementRef, Html, Selector};
use serde_json::json;
use tokio::runtime::Runtime;

/// Events of the listing.
const EVENTS: usize = 500;

fn main() {
    // Compiling the guests is no part of any measurement.
    LazyLock::force(&STAGE);
    divan::main();
}

static LISTING: LazyLock<String> = LazyLock::new(listing);
static STAGE: LazyLock<Stage> = LazyLock::new(Stage::new);

/// About 370 bytes an event, as calendars of that size have.
fn listing() -> String {
    let mut html = String::from("<!doctype html><html><head><title>Listing</title></head><body><main class=list>");
    for n in 0..EVENTS {
        html.push_str(&format!(
            "<article class=\"event card card--wide\" data-id=\"{n}\"><h3 class=\"title\"><a href=\"/events/{n}\">Evening number {n} of the \
             season</a></h3><p class=\"when\"><time>Sat, Dec 5, 8:00 PM</time></p><ul class=\"acts\"><li class=\"act\">The {n} Headliners</li>\
             <li class=\"act\">Support {n}</li></ul><span class=\"price\">${}.50</span> <a class=\"more\" href=\"/events/{n}?ref=list\">More</a>\
             </article>\n",
            10 + n % 40
        ));
    }
    html.push_str("</main></body></html>");
    html
}

struct Stage {
    runtime: Runtime,
    _cache: tempfile::TempDir,
    _sandbox: Arc<Sandbox>,
    actor: Arc<Plugin>,
    parser: Arc<Plugin>,
    page: Arc<Page>,
}

impl Stage {
    fn new() -> Self {
        let runtime = Runtime::new().unwrap();
        let compiler = PathBuf::from(env!("CARGO_BIN_EXE_compile-plugin"));
        let (cache, sandbox) = guests::sandbox(SandboxLimits::default(), &compiler.to_string_lossy()).unwrap();
        let (actor, parser) = runtime.block_on(async {
            let parser = guests::component("guest-parser").unwrap();
            (guests::load_actor(&sandbox, "actor", "1.0.0").await.unwrap(), sandbox.load(&parser).await.unwrap())
        });
        let page = guests::page(&LISTING).unwrap();
        Self { runtime, _cache: cache, _sandbox: sandbox, actor, parser, page }
    }

    fn call(&self, plugin: &Plugin, source: &Source) -> usize {
        let extracted = self.runtime.block_on(plugin.extract(source, Arc::clone(&self.page))).unwrap();
        extracted.extraction.outcome.events().len()
    }
}

#[divan::bench(name = "listing: native")]
fn native(bencher: Bencher<'_, '_>) {
    let select = |selector: &str| Selector::parse(selector).unwrap();
    let [items, title, link, price, act] = ["article.event", ".title", "a.more", ".price", ".act"].map(select);
    let text = |element: ElementRef<'_>| element.text().flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ");
    bencher.counter(BytesCount::of_str(&*LISTING)).bench(|| {
        #[expect(clippy::disallowed_methods, reason = "the measure that the budgeted document is held against")]
        let document = Html::parse_document(&LISTING);
        let rows: Vec<_> = document
            .select(&items)
            .map(|item| {
                let first = |selector| item.select(selector).next();
                (
                    first(&title).map(text),
                    first(&link).and_then(|link| link.attr("href")).map(str::to_owned),
                    first(&price).map(text),
                    item.select(&act).map(text).collect::<Vec<_>>(),
                )
            })
            .collect();
        assert_eq!(rows.len(), EVENTS);
    });
}

#[divan::bench(name = "listing: guest, host html")]
fn host_html(bencher: Bencher<'_, '_>) {
    let source = guests::source("actor", json!({ "part": "rows" })).unwrap();
    bencher.counter(BytesCount::of_str(&*LISTING)).bench(|| assert_eq!(STAGE.call(&STAGE.actor, &source), EVENTS));
}

/// The same with every read noted. What it costs when it is off is in the bench above: a look at an absent pointer a read.
#[divan::bench(name = "listing: guest, host html, noted")]
fn host_html_noted(bencher: Bencher<'_, '_>) {
    let source = guests::source("actor", json!({ "part": "rows" })).unwrap();
    bencher.counter(BytesCount::of_str(&*LISTING)).bench(|| {
        let call = STAGE.actor.extract_explained(&source, Arc::clone(&STAGE.page));
        let (extracted, trail) = STAGE.runtime.block_on(call).unwrap();
        assert_eq!(extracted.extraction.outcome.events().len(), EVENTS);
        trail.reads()
    });
}

/// The same, and every value followed back.
#[divan::bench(name = "listing: guest, host html, explained")]
fn host_html_explained(bencher: Bencher<'_, '_>) {
    let source = guests::source("actor", json!({ "part": "rows" })).unwrap();
    bencher.counter(BytesCount::of_str(&*LISTING)).bench(|| {
        let call = STAGE.actor.extract_explained(&source, Arc::clone(&STAGE.page));
        let (extracted, trail) = STAGE.runtime.block_on(call).unwrap();
        trail.explain(extracted.extraction.outcome.events())
    });
}

#[divan::bench(name = "listing: guest, own parser")]
fn own_parser(bencher: Bencher<'_, '_>) {
    let source = guests::source("parser", json!({})).unwrap();
    bencher.counter(BytesCount::of_str(&*LISTING)).bench(|| assert_eq!(STAGE.call(&STAGE.parser, &source), EVENTS));
}

#[divan::bench(name = "call: instance, one event")]
fn call(bencher: Bencher<'_, '_>) {
    let source = guests::source("actor", json!({ "part": "honest" })).unwrap();
    bencher.bench(|| assert_eq!(STAGE.call(&STAGE.actor, &source), 1));
}

/// What it costs to run a call on a blocking thread instead of where it is awaited.
#[divan::bench(name = "call: to a thread and back")]
fn thread_and_back(bencher: Bencher<'_, '_>) {
    bencher.bench(|| STAGE.runtime.block_on(STAGE.runtime.spawn_blocking(|| ())).unwrap());
}

#[divan::bench(name = "parse: budgeted document")]
fn parse(bencher: Bencher<'_, '_>) {
    let base = STAGE.page.url.clone();
    let limits = DocumentLimits::default();
    bencher.counter(BytesCount::of_str(&*LISTING)).bench(|| Document::parse(&LISTING, &base, &limits).unwrap());
}

#[divan::bench(name = "parse: scraper, no budget")]
fn parse_natively(bencher: Bencher<'_, '_>) {
    #[expect(clippy::disallowed_methods, reason = "the measure that the budgeted document is held against")]
    bencher.counter(BytesCount::of_str(&*LISTING)).bench(|| Html::parse_document(&LISTING));
}
