//! A source through several crawls, with a real plugin and a real database: what falls away is told, and for how long.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::{
    fs,
    sync::{Arc, Mutex},
};

use chrono::{DateTime, TimeDelta, Utc};
use futures::{FutureExt as _, future::BoxFuture};
use marquee_crawl::{PageSupply, Pipeline};
use marquee_extract::{Registry, RegistrySettings, SandboxLimits};
use marquee_fetch::FollowScope;
use marquee_model::{Clock, Crawl, CrawlOutcome, Field, Page, PageRequest, Source};
use marquee_normalize::NormalizeLimits;
use marquee_tests::{database, guests, sample, venues};
use serde_json::json;

const COMPILER: &str = env!("CARGO_BIN_EXE_compile-plugin");

/// A site whose page, and whose time, the test sets.
struct Site {
    body: Mutex<String>,
    now: Mutex<DateTime<Utc>>,
}

impl Clock for Site {
    fn now(&self) -> DateTime<Utc> {
        *self.now.lock().unwrap()
    }
}

impl PageSupply for Site {
    fn page<'a>(
        &'a self,
        source: &'a Source,
        _request: &'a PageRequest,
        _scope: &'a FollowScope,
    ) -> BoxFuture<'a, Result<Page, String>> {
        let body = self.body.lock().unwrap().clone();
        let page = Page { fetched_at: self.now(), ..venues::page(&source.url, &body, sample::TODAY) };
        async move { Ok(page) }.boxed()
    }
}

/// A venue that is crawled every six hours.
struct Venue {
    site: Arc<Site>,
    source: Source,
    pipeline: Pipeline,
    store: marquee_store::Store,
    _database: database::Database,
    _folders: (tempfile::TempDir, tempfile::TempDir),
}

impl Venue {
    async fn new() -> Self {
        let database = database::fresh().await;
        let store = database.store().clone();
        let mut source = sample::declare(&store, "rex").await.unwrap();
        source.configuration = json!({
            "item": ".show",
            "fields": { "title": "h3", "date": ".date", "price": ".price", "event_url": "h3 a" },
            "empty": { "selector": ".none" },
        });
        let site = Arc::new(Site { body: Mutex::default(), now: Mutex::new(sample::instant(0)) });
        let (cache, sandbox) = guests::sandbox(SandboxLimits::default(), COMPILER).unwrap();
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("css.wasm"), guests::component("css").unwrap()).unwrap();
        let registry =
            Registry::open(folder.path().to_owned(), sandbox, site.clone(), RegistrySettings::default()).await.unwrap();
        let pipeline = Pipeline::new(site.clone(), registry, store.clone(), site.clone(), NormalizeLimits::default());
        Self { site, source, pipeline, store, _database: database, _folders: (cache, folder) }
    }

    async fn crawl(&self, body: &str) -> Crawl {
        body.clone_into(&mut self.site.body.lock().unwrap());
        *self.site.now.lock().unwrap() += TimeDelta::hours(6);
        self.pipeline.crawl(&self.source, |_| ()).await.unwrap()
    }
}

/// A page of twenty shows from the second day after today on.
fn page() -> String {
    let show = |n: i64| {
        let day = sample::TODAY + TimeDelta::days(20 + n);
        format!(
            "<li class=show><h3><a href=/shows/{n}>Act number {n}</a></h3><span class=date>{} 8:00 PM</span><b class=price>${}</b></li>",
            day.format("%A, %B %-d, %Y"),
            20 + n
        )
    };
    let shows: String = (0..20).map(show).collect();
    format!("<!doctype html><html><head><title>Shows</title></head><body><ul>{shows}</ul></body></html>")
}

fn codes(crawl: &Crawl) -> Vec<&str> {
    crawl.diagnostics.iter().map(|remark| remark.code.as_str()).collect()
}

#[tokio::test]
async fn a_field_that_fell_away_is_told_until_it_is_back_or_a_week_has_passed() {
    let venue = Venue::new().await;
    for _ in 0..3 {
        let crawl = venue.crawl(&page()).await;
        assert_eq!(crawl.outcome, CrawlOutcome::Complete, "{:?}", crawl.diagnostics);
        assert_eq!(crawl.statistics.as_ref().expect("counts").of(Field::Price).having, 20);
    }
    let redesigned = page().replace("class=price", "class=cost");
    for _ in 0..2 {
        let crawl = venue.crawl(&redesigned).await;
        let reason = crawl.outcome.reason().unwrap_or_default().to_owned();
        assert!(reason.contains("`price` fell away: 0 of 20 events have it"), "{reason}");
        assert!(codes(&crawl).contains(&"field-fell-away") && crawl.outcome.name() == "partial");
        assert!(crawl.statistics.expect("counts").suspect);
    }
    assert_eq!(venue.crawl(&page()).await.outcome, CrawlOutcome::Complete, "it is back");

    let mut warned = 0;
    while venue.crawl(&redesigned).await.outcome.name() == "partial" {
        warned += 1;
        assert!(warned <= 40, "a venue that prints no prices any more is not warned of for ever");
    }
    assert!((26..=30).contains(&warned), "{warned} crawls, four a day, for a week");
}

#[tokio::test]
async fn a_page_that_says_that_nothing_is_on_is_not_believed_while_known_events_lie_ahead() {
    let venue = Venue::new().await;
    let nothing = "<!doctype html><html><head><title>Shows</title></head><body><p class=none>No upcoming events</p></body></html>";
    assert_eq!(venue.crawl(nothing).await.outcome.name(), "empty", "nothing is known yet");
    for _ in 0..2 {
        venue.crawl(&page()).await;
    }
    let crawl = venue.crawl(nothing).await;
    assert_eq!(crawl.outcome.name(), "partial");
    let reason = crawl.outcome.reason().unwrap_or_default();
    assert!(reason.contains("20 of 20 events that are still to come are listed no more"), "{reason}");
}

#[tokio::test]
async fn a_calendar_that_moves_on_is_complete_every_time() {
    let venue = Venue::new().await;
    let whole = page();
    let shows: Vec<&str> = whole.split("<li class=show>").skip(1).collect();
    for day in 0..12 {
        let listed: String = shows.iter().skip(day / 3).map(|show| format!("<li class=show>{show}")).collect();
        let crawl = venue.crawl(&format!("<ul>{}", listed.trim_end_matches("</body></html>"))).await;
        assert_eq!(crawl.outcome, CrawlOutcome::Complete, "{:?}", crawl.diagnostics);
    }
}

#[tokio::test]
async fn counts_are_stored_with_the_crawl_and_served_from_there() {
    let venue = Venue::new().await;
    let crawl = venue.crawl(&page()).await;
    let stored = venue.store.crawl(crawl.id).await.unwrap().expect("the crawl");
    assert_eq!(stored.crawl.statistics, crawl.statistics);
    let health = venue.store.source_health().await.unwrap();
    assert_eq!(health.first().and_then(|health| health.statistics.clone()), crawl.statistics);
    let history = venue.store.history(venue.source.id, 10, sample::instant(0)).await.unwrap();
    assert_eq!(history.crawls, crawl.statistics.into_iter().collect::<Vec<_>>());
    assert_eq!(history.baseline.map(|baseline| baseline.events.len()), Some(20));
}
