//! A host with any number of workers, and the web that they ask.

use std::{
    collections::BTreeMap,
    fs,
    sync::{Arc, Mutex},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use futures::{FutureExt as _, future::BoxFuture};
use marquee_crawl::{
    Ask, CrawlPages, PageSupply, Pipeline, QueuedCrawls, Scheduler, Stop, Supplied, Unsupplied, Worker, WorkerSettings,
};
use marquee_extract::{Registry, RegistrySettings, SandboxLimits};
use marquee_jobs::{Depth, Jobs, Why};
use marquee_model::{Clock, CrawlRequested, Page, Schedule, Source, Toll};
use marquee_normalize::NormalizeLimits;
use marquee_store::{CrawlQuery, CrawlSummary, Store};
use marquee_tests::{database, guests, sample, venues};
use serde_json::json;
use tokio::{sync::watch, task::JoinHandle};

const COMPILER: &str = env!("CARGO_BIN_EXE_compile-plugin");

/// Longest wait for anything; far above what it takes, so that only a defect reaches it.
const PATIENCE: Duration = Duration::from_secs(30);

/// Who is being asked right now, and the most that ever were.
#[derive(Default)]
struct Asked {
    now: BTreeMap<String, usize>,
    most_a_host: usize,
    most: usize,
    times: usize,
}

/// A web whose pages come only while its gate is open, and a clock that the test sets.
pub(crate) struct Web {
    asked: Mutex<Asked>,
    gate: watch::Sender<bool>,
    heals: Mutex<bool>,
    now: Mutex<DateTime<Utc>>,
}

impl Web {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            asked: Mutex::default(),
            gate: watch::channel(true).0,
            heals: Mutex::default(),
            now: Mutex::new(sample::instant(0)),
        })
    }

    /// No page comes from now on.
    pub(crate) fn close(&self) {
        self.gate.send_replace(false);
    }

    /// Pages come again.
    pub(crate) fn open(&self) {
        self.gate.send_replace(true);
    }

    /// From now on every page fails of something that heals, or none does.
    pub(crate) fn fail(&self, heals: bool) {
        *self.heals.lock().unwrap() = heals;
    }

    /// Sets the time.
    pub(crate) fn later(&self, by: TimeDelta) {
        *self.now.lock().unwrap() += by;
    }

    /// How many pages are being asked for right now.
    pub(crate) fn asked_now(&self) -> usize {
        self.asked.lock().unwrap().now.values().sum()
    }

    /// How many pages were asked for, the most at a time, and the most at a time of one host.
    pub(crate) fn counts(&self) -> (usize, usize, usize) {
        let asked = self.asked.lock().unwrap();
        (asked.times, asked.most, asked.most_a_host)
    }
}

impl Clock for Web {
    fn now(&self) -> DateTime<Utc> {
        *self.now.lock().unwrap()
    }
}

impl PageSupply for Web {
    fn open<'a>(&'a self, source: &'a Source) -> Box<dyn CrawlPages + 'a> {
        Box::new(Visit { web: self, source })
    }
}

struct Visit<'a> {
    web: &'a Web,
    source: &'a Source,
}

/// Counts a request for as long as it lasts, also where the crawl is dropped.
struct Request<'a>(&'a Web, String);

impl<'a> Request<'a> {
    fn begin(web: &'a Web, host: &str) -> Self {
        let mut asked = web.asked.lock().unwrap();
        let host_now = asked.now.entry(host.to_owned()).or_default();
        *host_now += 1;
        let host_now = *host_now;
        let all: usize = asked.now.values().sum();
        asked.most_a_host = asked.most_a_host.max(host_now);
        asked.most = asked.most.max(all);
        asked.times += 1;
        Self(web, host.to_owned())
    }
}

impl Drop for Request<'_> {
    fn drop(&mut self) {
        *self.0.asked.lock().unwrap().now.get_mut(&self.1).unwrap() -= 1;
    }
}

impl CrawlPages for Visit<'_> {
    fn page<'a>(&'a mut self, _ask: Ask<'a>) -> BoxFuture<'a, Result<Supplied, Unsupplied>> {
        async move {
            let _request = Request::begin(self.web, self.source.url.host());
            self.web.gate.subscribe().wait_for(|open| *open).await.unwrap();
            if *self.web.heals.lock().unwrap() {
                return Err(Unsupplied {
                    reason: "overloaded".to_owned(),
                    heals: true,
                    not_before: None,
                    toll: Toll::default(),
                });
            }
            let day = (sample::TODAY + TimeDelta::days(9)).format("%A, %B %-d, %Y");
            let body = format!(
                "<html><body><li class=show><h3>Blue Moon</h3><p class=date>{day} 8:00 PM</p></li></body></html>"
            );
            let page = Page { fetched_at: self.web.now(), ..venues::page(&self.source.url, &body, sample::TODAY) };
            Ok(Supplied::without_toll(page))
        }
        .boxed()
    }
}

/// A worker at work.
pub(crate) struct Working {
    pub(crate) stop: Stop,
    task: JoinHandle<()>,
}

impl Working {
    /// Tells it to end, and waits until it has.
    pub(crate) async fn end(self) {
        self.stop.soon.cancel();
        tokio::time::timeout(PATIENCE, self.task).await.expect("the worker ends in time").unwrap();
    }
}

/// A database, sources, and what works on them.
pub(crate) struct House {
    pub(crate) web: Arc<Web>,
    pub(crate) store: Store,
    pub(crate) jobs: Jobs,
    pub(crate) settings: WorkerSettings,
    registry: Arc<Registry>,
    database: database::Database,
    _folders: (tempfile::TempDir, tempfile::TempDir),
}

impl House {
    pub(crate) async fn new() -> Self {
        let database = database::fresh().await;
        let store = database.store().clone();
        let settings = WorkerSettings {
            poll_seconds: 3600,
            queue_poll_ms: 50,
            lease_ms: 2_000,
            connections: 6,
            ..WorkerSettings::default()
        };
        let jobs = Jobs::open(&store, settings.jobs()).await.unwrap();
        let web = Web::new();
        let (cache, sandbox) = guests::sandbox(SandboxLimits::default(), COMPILER).unwrap();
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("css.wasm"), guests::component("css").unwrap()).unwrap();
        let registry =
            Registry::open(folder.path().to_owned(), sandbox, web.clone(), RegistrySettings::default()).await.unwrap();
        Self { web, store, jobs, settings, registry, database, _folders: (cache, folder) }
    }

    /// Declares a source, which is asked at `host`.
    pub(crate) async fn source(&self, slug: &str, host: &str, schedule: Schedule) -> Source {
        let site = sample::site("toronto");
        let venue = sample::venue(&site, slug, slug);
        let mut given = sample::source(&venue);
        given.url = sample::parse(&format!("https://{host}/{slug}"));
        given.schedule = schedule;
        given.configuration = json!({ "item": ".show", "fields": { "title": "h3", "date": ".date" } });
        self.store.sync_sources(&[site], &[venue], &[given]).await.unwrap().sources.pop().unwrap()
    }

    /// A worker over a pool of its own, in the runtime that this is called in.
    pub(crate) async fn worker(&self, name: &str, settings: &WorkerSettings) -> Working {
        start(self.parts(), name, settings).await
    }

    /// What a worker is made of, to be made in another runtime.
    pub(crate) fn parts(&self) -> Parts {
        Parts { url: self.database.url().to_owned(), web: self.web.clone(), registry: self.registry.clone() }
    }

    /// The time, as the schedule has it.
    pub(crate) fn scheduler_time(&self) -> DateTime<Utc> {
        self.web.now()
    }

    pub(crate) fn scheduler(&self) -> Scheduler {
        Scheduler::new(self.store.clone(), self.jobs.clone(), self.web.clone(), Duration::from_secs(3600), 7)
    }

    /// Asks for a crawl as the API does.
    pub(crate) async fn ask(&self, source: &Source) -> CrawlRequested {
        QueuedCrawls::new(self.store.clone(), self.jobs.clone(), Why::Api).ask(source).await.unwrap()
    }

    pub(crate) async fn depth(&self) -> Depth {
        self.jobs.depth().await.unwrap()
    }

    /// All recorded crawls.
    pub(crate) async fn crawls(&self) -> Vec<CrawlSummary> {
        self.store.crawls(&CrawlQuery { limit: 100, ..CrawlQuery::default() }).await.unwrap().items
    }

    /// Waits until nothing stands in the queue.
    pub(crate) async fn idle(&self) {
        until("the queue is empty", async || self.depth().await == Depth::default()).await;
    }

    /// Waits until so many pages are being asked for.
    pub(crate) async fn asking(&self, pages: usize) {
        until("pages are asked for", async || self.web.asked_now() == pages).await;
    }
}

/// What a worker is made of.
pub(crate) struct Parts {
    url: String,
    web: Arc<Web>,
    registry: Arc<Registry>,
}

/// Starts a worker over connections of its own.
pub(crate) async fn start(parts: Parts, name: &str, settings: &WorkerSettings) -> Working {
    let pool = marquee_store::PoolSettings { max_connections: settings.connections, ..Default::default() };
    let store = Store::connect(&parts.url, &pool).await.unwrap();
    let jobs = Jobs::open(&store, settings.jobs()).await.unwrap();
    let (web, stop) = (parts.web, Stop::default());
    let pipeline = Pipeline::new(web.clone(), parts.registry, store.clone(), web.clone(), NormalizeLimits::default());
    let worker = Worker::new(Arc::new(pipeline), store, jobs, web, settings.clone(), name.to_owned(), 7, stop.clone());
    Working { stop, task: tokio::spawn(worker.run()) }
}

/// Looks until it is so. What is waited for happens in other processes or tasks, which tell nobody.
pub(crate) async fn until(what: &str, so: impl AsyncFn() -> bool) {
    let mut look = tokio::time::interval(Duration::from_millis(10));
    let waiting = async {
        while !so().await {
            look.tick().await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, waiting).await.is_ok(), "waited in vain: {what}");
}
