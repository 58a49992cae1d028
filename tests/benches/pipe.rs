//! The whole pipe on this machine: loopback sites, real components, a real Postgres with everything synced, no delays between requests:
//! `cargo bench -p marquee-tests --bench pipe`.
//!
//! Prints pages a second and CPU time a page (this process and Postgres together), for 1, 2 and 4 crawls at a time, with 100 to 100,000
//! events stored before; and what a page costs that changed, that did not, and that the site calls unchanged.

#![expect(clippy::print_stdout, clippy::expect_used, reason = "a benchmark prints, and fails loudly")]

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use chrono::TimeDelta;
use futures::{StreamExt as _, stream};
use marquee_crawl::Pipeline;
use marquee_extract::{Registry, RegistrySettings, SandboxLimits};
use marquee_model::{Clock, FixedClock, Source};
use marquee_normalize::NormalizeLimits;
use marquee_store::Store;
use marquee_tests::{database, guests, live, sample};
use serde_json::json;
use sqlx::Connection as _;
use tokio::net::TcpListener;

/// Venues, each on a host of its own: more than crawls at a time, so that none waits for a host.
const VENUES: usize = 24;
/// Events on each listing: a club's season.
const EVENTS: u64 = 60;
/// Rounds of crawls of all venues for each measurement.
const ROUNDS: u32 = 3;
/// Events stored before, by other sources.
const STORED: [u64; 3] = [100, 10_000, 100_000];

/// How the sites answer.
#[derive(Default)]
struct Sites {
    /// Which version of the listing: the next one has one event more at its end, and one less at its beginning.
    version: AtomicU64,
    /// Adds something to each answer that nobody reads.
    nonce: AtomicU64,
    /// Whether answers carry a tag, and conditional requests get 304.
    tags: std::sync::atomic::AtomicBool,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Changed,
    Nonce,
    Same,
    NotModified,
}

#[tokio::main]
async fn main() {
    let sites = Arc::new(Sites::default());
    let hosts = serve(Arc::clone(&sites)).await;
    println!("{VENUES} venues of {EVENTS} events each, {ROUNDS} rounds, medians over rounds\n");
    println!(
        "{:>9} {:>7}  {:<34} {:>9} {:>12} {:>9}",
        "stored", "crawls", "pages", "pages/s", "CPU/page", "of changed"
    );
    for stored in STORED {
        let db = database::fresh().await;
        fill(db.store(), stored).await;
        let pipe = Pipe::new(db.store().clone(), postmaster(db.url()).await, &hosts).await;
        pipe.crawl_all(4).await;
        for at_once in [1, 2, 4] {
            let mut changed = Duration::ZERO;
            for kind in [Kind::Changed, Kind::Nonce, Kind::Same, Kind::NotModified] {
                if at_once == 2 && kind != Kind::Changed {
                    continue;
                }
                let (rate, cpu) = measure(&pipe, &sites, kind, at_once).await;
                if kind == Kind::Changed {
                    changed = cpu;
                }
                let name = match kind {
                    Kind::Changed => "one event more, one less",
                    Kind::Nonce => "changed where nobody reads",
                    Kind::Same => "the same bytes again",
                    Kind::NotModified => "304",
                };
                let share = cpu.as_secs_f64() / changed.as_secs_f64();
                println!("{stored:>9} {at_once:>7}  {name:<34} {rate:>9.0} {cpu:>12.2?} {share:>9.2}");
            }
        }
    }
}

/// Crawls all venues a few times and gives pages a second and CPU time a page, by their medians.
async fn measure(pipe: &Pipe, sites: &Sites, kind: Kind, at_once: usize) -> (f64, Duration) {
    sites.tags.store(kind == Kind::NotModified, Ordering::SeqCst);
    pipe.crawl_all(at_once).await; // what went before is as this kind needs it
    let (mut rates, mut cpus) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        match kind {
            Kind::Changed => _ = sites.version.fetch_add(1, Ordering::SeqCst),
            Kind::Nonce => _ = sites.nonce.fetch_add(1, Ordering::SeqCst),
            Kind::Same | Kind::NotModified => {}
        }
        let (clock, cpu) = (Instant::now(), cpu_time(pipe.postmaster));
        let pages = pipe.crawl_all(at_once).await;
        rates.push(f64::from(pages) / clock.elapsed().as_secs_f64());
        cpus.push(cpu_time(pipe.postmaster).saturating_sub(cpu) / pages.max(1));
    }
    rates.sort_by(f64::total_cmp);
    cpus.sort();
    let middle = rates.len() / 2;
    (rates.get(middle).copied().unwrap_or_default(), cpus.get(middle).copied().unwrap_or_default())
}

struct Pipe {
    pipeline: Pipeline,
    sources: Vec<Source>,
    postmaster: u32,
    _folders: (tempfile::TempDir, tempfile::TempDir),
}

impl Pipe {
    async fn new(store: Store, postmaster: u32, hosts: &[String]) -> Self {
        let clock: Arc<dyn Clock> = Arc::new(FixedClock(sample::instant(0)));
        let mut sources = Vec::new();
        for (place, host) in hosts.iter().enumerate() {
            let mut source = sample::declare(&store, &format!("venue-{place}")).await.expect("a source");
            source.url = sample::parse(&format!("http://{host}/{place}/shows"));
            source.configuration = json!({
                "item": ".show",
                "fields": { "title": "h3", "date": ".date", "price": ".price", "event_url": "h3 a" },
            });
            sources.push(source);
        }
        let (cache, sandbox) =
            guests::sandbox(SandboxLimits::default(), env!("CARGO_BIN_EXE_compile-plugin")).expect("a sandbox");
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("css.wasm"), guests::component("css").expect("css")).expect("css.wasm");
        let registry = Registry::open(folder.path().to_owned(), sandbox, clock.clone(), RegistrySettings::default())
            .await
            .expect("a registry");
        let supply = live::without_delays(hosts, clock.clone(), &store).expect("a fetcher");
        let pipeline = Pipeline::new(supply, registry, store, clock, NormalizeLimits::default());
        Self { pipeline, sources, postmaster, _folders: (cache, folder) }
    }

    /// Crawls every source once, so many at a time, and gives the number of pages.
    async fn crawl_all(&self, at_once: usize) -> u32 {
        stream::iter(&self.sources)
            .map(|source| async {
                let crawl = self.pipeline.crawl(source, |_| {}).await.expect("a recorded crawl");
                assert_eq!(crawl.outcome.name(), "complete", "{:?}", crawl.outcome);
                assert_eq!(u64::from(crawl.tally.found), EVENTS);
                crawl.tally.pages
            })
            .buffer_unordered(at_once)
            .fold(0, async |sum, pages| sum + pages)
            .await
    }
}

/// Stores so many events of other sources.
async fn fill(store: &Store, events: u64) {
    let length = events.min(1000);
    for place in 0..events / length.max(1) {
        let source = sample::declare(store, &format!("other-{place}")).await.expect("a source");
        store.record(sample::listing(&source, 0, length)).await.expect("a recorded crawl");
    }
}

/// One host name of the loopback network for each venue.
async fn serve(sites: Arc<Sites>) -> Vec<String> {
    let mut hosts = Vec::new();
    for place in 0..VENUES {
        let listener = TcpListener::bind(format!("127.0.0.{}:0", place + 2)).await.expect("a loopback address");
        hosts.push(listener.local_addr().expect("its port").to_string());
        let router = Router::new().route("/{venue}/shows", get(listing)).with_state(Arc::clone(&sites));
        tokio::spawn(async move { axum::serve(listener, router).await });
    }
    hosts
}

async fn listing(State(sites): State<Arc<Sites>>, Path(venue): Path<usize>, asked: HeaderMap) -> Response {
    let (version, nonce) = (sites.version.load(Ordering::SeqCst), sites.nonce.load(Ordering::SeqCst));
    let tag = format!("\"{version}-{nonce}\"");
    let with_tags = sites.tags.load(Ordering::SeqCst);
    if with_tags && asked.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    let shows: String = (version..version + EVENTS)
        .map(|n| {
            let day = sample::TODAY + TimeDelta::days(2 + i64::try_from(n).unwrap_or_default());
            format!(
                "<li class=show><h3><a href=/shows/{n}>Act {n} of venue {venue}</a></h3>\
                 <span class=date>{} 8:00 PM</span><b class=price>${}</b><p>Doors an hour earlier. All ages.</p></li>",
                day.format("%A, %B %-d, %Y"),
                20 + n % 30
            )
        })
        .collect();
    let page = format!(
        "<!doctype html><html><head><title>Shows</title><script nonce=n{nonce}>track()</script></head>\
         <body><ul>{shows}</ul></body></html>"
    );
    let mut answer = ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response();
    if with_tags && let Ok(tag) = tag.parse() {
        answer.headers_mut().insert(header::ETAG, tag);
    }
    answer
}

/// Ticks of proc(5) in a second; 100 on every Linux.
const TICKS: u64 = 100;

/// CPU time that this process and the database server have used so far.
fn cpu_time(postmaster: u32) -> Duration {
    let own = std::process::id();
    let processes = fs::read_dir("/proc").expect("proc").filter_map(Result::ok);
    let used: u64 = processes
        .filter_map(|process| {
            let stat = fs::read_to_string(process.path().join("stat")).ok()?;
            let (head, rest) = stat.rsplit_once(')')?;
            let pid: u32 = head.split(' ').next()?.parse().ok()?;
            let fields: Vec<&str> = rest.split_whitespace().collect();
            let parent: u32 = fields.get(1)?.parse().ok()?;
            let ticks = || fields.iter().skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum::<u64>();
            (pid == own || pid == postmaster || parent == postmaster).then(ticks)
        })
        .sum();
    Duration::from_millis(used * 1000 / TICKS)
}

/// The process that all back ends of the database server are children of.
async fn postmaster(url: &str) -> u32 {
    let mut connection = sqlx::PgConnection::connect(url).await.expect("a connection");
    let backend: i32 = sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut connection).await.expect("its pid");
    let stat = fs::read_to_string(format!("/proc/{backend}/stat")).expect("a back end of this machine");
    let parent = stat.rsplit_once(')').and_then(|(_, rest)| rest.split_whitespace().nth(1));
    parent.and_then(|pid| pid.parse().ok()).expect("its parent")
}
