//! One venue on an invented site, with a real plugin, a real database, and a clock that the test sets: for tests of what a source comes
//! to over several crawls.

use std::{
    fs,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
};

use chrono::{DateTime, TimeDelta, Utc};
use futures::{
    FutureExt as _,
    future::{BoxFuture, ready},
};
use marquee_crawl::{Answer, Ask, CrawlPages, PageSupply, Pipeline, Supplied, Unsupplied};
use marquee_extract::{Registry, RegistrySettings, SandboxLimits};
use marquee_model::{Clock, Crawl, Digest, Page, Source};
use marquee_normalize::NormalizeLimits;
use marquee_store::Store;
use serde_json::json;

use crate::{database, guests, sample, venues};

/// A site whose page, and whose time, the test sets.
pub struct Site {
    body: Mutex<String>,
    now: Mutex<DateTime<Utc>>,
    /// Whether answers carry an `ETag`, and conditional requests are answered.
    pub tags: AtomicBool,
    /// Requests that were answered with a body.
    pub bodies: AtomicU32,
}

fn held<T>(value: &Mutex<T>) -> MutexGuard<'_, T> {
    value.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Clock for Site {
    fn now(&self) -> DateTime<Utc> {
        *held(&self.now)
    }
}

impl PageSupply for Site {
    fn open<'a>(&'a self, source: &'a Source) -> Box<dyn CrawlPages + 'a> {
        Box::new(Listing { site: self, source })
    }
}

struct Listing<'a> {
    site: &'a Site,
    source: &'a Source,
}

impl CrawlPages for Listing<'_> {
    fn page<'a>(&'a mut self, ask: Ask<'a>) -> BoxFuture<'a, Result<Supplied, Unsupplied>> {
        let body = held(&self.site.body).clone();
        let mut page = Page { fetched_at: self.site.now(), ..venues::page(&self.source.url, &body, sample::TODAY) };
        if self.site.tags.load(Ordering::SeqCst) {
            let tag = format!("\"{}\"", Digest::of(body.as_bytes()).short());
            if ask.validators.and_then(|validators| validators.etag.as_ref()) == Some(&tag) {
                let nothing = Supplied { answer: Answer::NotModified, ..Supplied::without_toll(page) };
                return ready(Ok(nothing)).boxed();
            }
            page.headers.push(("etag".to_owned(), tag));
        }
        self.site.bodies.fetch_add(1, Ordering::SeqCst);
        ready(Ok(Supplied::without_toll(page))).boxed()
    }
}

/// A venue that is crawled every six hours.
pub struct Venue {
    /// Its site.
    pub site: Arc<Site>,
    /// Its source.
    pub source: Source,
    /// What crawls it.
    pub pipeline: Pipeline,
    /// Where its events are.
    pub store: Store,
    /// The database behind that.
    pub database: database::Database,
    _folders: (tempfile::TempDir, tempfile::TempDir),
}

impl Venue {
    /// A venue that was never crawled. `compiler` is the path of the program `compile-plugin`.
    pub async fn new(compiler: &str) -> guests::Setup<Self> {
        let database = database::fresh().await;
        let store = database.store().clone();
        let mut source = sample::declare(&store, "rex").await?;
        source.configuration = json!({
            "item": ".show",
            "fields": { "title": "h3", "date": ".date", "price": ".price", "event_url": "h3 a" },
            "empty": { "selector": ".none" },
        });
        let site = Arc::new(Site {
            body: Mutex::default(),
            now: Mutex::new(sample::instant(0)),
            tags: AtomicBool::new(false),
            bodies: AtomicU32::new(0),
        });
        let (cache, sandbox) = guests::sandbox(SandboxLimits::default(), compiler)?;
        let folder = tempfile::tempdir()?;
        fs::write(folder.path().join("css.wasm"), guests::component("css")?)?;
        let registry =
            Registry::open(folder.path().to_owned(), sandbox, site.clone(), RegistrySettings::default()).await?;
        let pipeline = Pipeline::new(site.clone(), registry, store.clone(), site.clone(), NormalizeLimits::default());
        Ok(Self { site, source, pipeline, store, database, _folders: (cache, folder) })
    }

    /// What time it is.
    #[must_use]
    pub fn site_now(&self) -> DateTime<Utc> {
        self.site.now()
    }

    /// Crawls six hours after the last time, with this page on the site.
    pub async fn crawl(&self, body: &str) -> guests::Setup<Crawl> {
        self.crawl_after(TimeDelta::hours(6), body).await
    }

    /// Crawls so long after the last time, with this page on the site.
    pub async fn crawl_after(&self, wait: TimeDelta, body: &str) -> guests::Setup<Crawl> {
        body.clone_into(&mut held(&self.site.body));
        *held(&self.site.now) += wait;
        Ok(self.pipeline.crawl(&self.source, |_| ()).await?)
    }
}

/// A page of twenty shows from the second day after today on.
#[must_use]
pub fn page() -> String {
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
