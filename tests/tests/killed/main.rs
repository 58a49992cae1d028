//! `kill -9` of workers at points spread over a crawl, and of Postgres, and a network that is cut between them: nothing is lost, nothing
//! doubled, and what a dead worker had begun is taken over. Counted by the site's own requests and by the database.
//!
//! `MARQUEE_KILLS=100` and `MARQUEE_SERVER_KILLS=20` kill that often; fewer by default.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "helpers of tests fail, and tell, as tests do"
)]

mod site;
mod workers;

use std::{
    collections::BTreeMap,
    env,
    time::{Duration, Instant},
};

use marquee_crawl::QueuedCrawls;
use marquee_jobs::{JobSettings, Jobs, Why};
use marquee_model::{CrawlRequested, Source};
use marquee_store::{
    PoolSettings, Store,
    embedded::{Server, ServerSettings},
};
use marquee_tests::{database, sample};
use sqlx::PgPool;

use self::{
    site::{Moment, Site},
    workers::{Cut, House, Workers, kill},
};

/// A worker counts as dead after so long in these tests; one of them takes the default, which has to do within [`AT_MOST`].
const LEASE: Duration = Duration::from_secs(2);
/// What a crawl of a killed worker is taken over in, at most.
const AT_MOST: Duration = Duration::from_secs(30);

fn times(variable: &str, otherwise: usize) -> usize {
    env::var(variable).ok().and_then(|times| times.parse().ok()).unwrap_or(otherwise)
}

/// Where a worker is killed: so long after something happened at the site.
#[derive(Debug, Clone, Copy)]
struct Point {
    moment: Moment,
    after: Duration,
}

/// Points over the whole of a crawl, most of them in what follows the last page: reading, normalising, storing, releasing.
fn points(count: usize) -> Vec<Point> {
    let spread = |moment, share: usize, within_ms: u64| {
        let here = (count * share).div_ceil(100).max(1);
        (0..here).map(move |n| {
            let after = Duration::from_micros(within_ms * 1000 * n as u64 / here as u64);
            Point { moment, after }
        })
    };
    let mut points: Vec<Point> = spread(Moment::FirstAsked, 10, 25)
        .chain(spread(Moment::FirstSent, 15, 15))
        .chain(spread(Moment::LastAsked, 10, 25))
        .chain(spread(Moment::LastSent, 65, 90))
        .collect();
    points.truncate(count.max(4));
    points
}

/// Sources in a database, with the queue that asks for them.
struct Bench {
    store: Store,
    pool: PgPool,
    queue: QueuedCrawls,
    sources: Vec<Source>,
}

impl Bench {
    async fn new(url: &str, site: &Site) -> Self {
        let store = Store::connect(url, &PoolSettings::default()).await.unwrap();
        store.migrate().await.unwrap();
        let mut sources = Vec::new();
        for place in 0..site.venues() {
            let mut source = sample::declare(&store, &site.slug(place)).await.unwrap();
            site.describe(place, &mut source);
            sources.push(source);
        }
        drop(store);
        Self::over(url, sources).await
    }

    /// The same with sources that the database knows.
    async fn over(url: &str, sources: Vec<Source>) -> Self {
        let store = Store::connect(url, &PoolSettings::default()).await.unwrap();
        let jobs = Jobs::open(&store, JobSettings::default()).await.unwrap();
        let queue = QueuedCrawls::new(store.clone(), jobs, Why::Api);
        let pool = PgPool::connect(url).await.unwrap();
        Self { store, pool, queue, sources }
    }

    async fn ask(&self, place: usize) {
        assert_eq!(self.queue.ask(&self.sources[place]).await.unwrap(), CrawlRequested::Queued);
    }

    /// Waits until the workers have crawled every source for the first time, as they do when they start, and are done with it.
    async fn settled(&self, workers: &Workers) -> Vec<i64> {
        for place in 0..self.sources.len() {
            self.wait_for(place, 1, AT_MOST, workers).await;
        }
        self.queue_is_empty(AT_MOST).await;
        vec![1; self.sources.len()]
    }

    /// How many events of a source are as the site shows them now.
    async fn up_to_date(&self, site: &Site, place: usize) -> usize {
        let prices: Vec<String> = sqlx::query_scalar("SELECT trunc(price_min)::text FROM events WHERE venue_id = $1")
            .bind(self.sources[place].venue.uuid())
            .fetch_all(&self.pool)
            .await
            .unwrap();
        prices.iter().filter(|price| **price == site.price()).count()
    }

    /// The process that crawls a source right now.
    async fn crawler(&self, place: usize) -> Option<u32> {
        let worker: Option<String> =
            sqlx::query_scalar("SELECT worker FROM crawl_claims WHERE source_id = $1 AND released_at IS NULL")
                .bind(self.sources[place].id.uuid())
                .fetch_optional(&self.pool)
                .await
                .unwrap();
        worker?.split_whitespace().nth(1)?.parse().ok()
    }

    /// How many crawls of a source were recorded.
    async fn recorded(&self, place: usize) -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM crawls WHERE source_id = $1")
            .bind(self.sources[place].id.uuid())
            .fetch_one(&self.pool)
            .await
            .unwrap()
    }

    /// Waits until so many crawls of a source are recorded, and says how long that took.
    async fn wait_for(&self, place: usize, crawls: i64, at_most: Duration, workers: &Workers) -> Duration {
        let began = Instant::now();
        let mut tick = tokio::time::interval(Duration::from_millis(20));
        loop {
            tick.tick().await;
            if self.recorded(place).await >= crawls {
                return began.elapsed();
            }
            if began.elapsed() > at_most {
                panic!("source {place} was not crawled within {at_most:?}\n{}", workers.told());
            }
        }
    }

    /// Nothing lost, nothing doubled: each source has the events of the site's page, once each, and one crawl for each wish.
    async fn verify(&self, site: &Site, wishes: &[i64]) {
        for (place, wished) in wishes.iter().enumerate() {
            let recorded = self.recorded(place).await;
            assert_eq!(recorded, *wished, "crawls of source {place}, of which so many were asked for");
        }
        self.verify_events(site).await;
    }

    /// Each source has the events of the site's page, once each, as they are now.
    async fn verify_events(&self, site: &Site) {
        for place in 0..self.sources.len() {
            let titles: Vec<String> =
                sqlx::query_scalar("SELECT title FROM events WHERE venue_id = $1 ORDER BY start_local, id")
                    .bind(self.sources[place].venue.uuid())
                    .fetch_all(&self.pool)
                    .await
                    .unwrap();
            assert_eq!(titles, site.titles(place), "events of source {place}");
            assert_eq!(self.up_to_date(site, place).await, titles.len(), "prices of source {place}");
        }
        let half: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM crawls c WHERE c.pages <> (SELECT count(*) FROM pages p WHERE p.crawl_id = c.id)
                OR c.found <> c.new + c.changed + c.unchanged + c.rejected",
        )
        .fetch_one(&self.pool)
        .await
        .unwrap();
        assert_eq!(half, 0, "a crawl is there in part");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_killed_at_any_point_of_a_crawl_is_taken_over_and_nothing_is_lost_or_doubled() {
    kill_workers(&points(times("MARQUEE_KILLS", 16)), LEASE).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_the_default_settings_a_killed_workers_crawl_is_taken_over_within_half_a_minute() {
    kill_workers(&points(4), Duration::from_secs(15)).await;
}

async fn kill_workers(points: &[Point], lease: Duration) {
    const AT_ONCE: usize = 4;
    let database = database::fresh().await;
    let mut site = Site::start(AT_ONCE).await;
    let bench = Bench::new(database.url(), &site).await;
    let house = House::new(&bench.sources, database.url(), lease);
    let mut workers = Workers::start(&house, AT_ONCE + 2);
    // Everyone is at work, and robots.txt is known, before the first one is killed.
    let mut wishes = bench.settled(&workers).await;

    let (mut takeovers, mut committed) = (Vec::new(), 0);
    let mut by_moment: BTreeMap<Moment, (usize, usize)> = BTreeMap::new();
    for batch in points.chunks(AT_ONCE) {
        site.change();
        let kills = batch.iter().enumerate().map(async |(place, point)| {
            let seen = site.watch(place, point.moment);
            let first = site.watch(place, Moment::FirstAsked);
            bench.ask(place).await;
            in_time(first, &workers).await;
            let pid = bench.crawler(place).await.unwrap_or_else(|| panic!("nobody crawls source {place}"));
            if point.moment != Moment::FirstAsked {
                in_time(seen, &workers).await;
            }
            spin(point.after);
            kill(pid);
            let killed = Instant::now();
            // Whoever takes it over is far from recording anything now.
            (place, pid, killed, bench.recorded(place).await)
        });
        for (place, pid, killed, recorded) in futures::future::join_all(kills).await {
            wishes[place] += 1;
            let counts = by_moment.entry(batch[place].moment).or_default();
            counts.0 += 1;
            if recorded == wishes[place] {
                committed += 1;
                counts.1 += 1;
            } else {
                bench.wait_for(place, wishes[place], AT_MOST, &workers).await;
                takeovers.push(killed.elapsed());
            }
            workers.replace(pid);
        }
        // A job whose crawl was recorded before its worker died is taken up once more, and must not crawl again.
        bench.queue_is_empty(AT_MOST + lease).await;
    }
    takeovers.sort();
    println!(
        "{} kills (lease {lease:?}): {committed} after the commit; {} taken over, in {:?} (median) and {:?} (at most); by moment, kills and of them after the commit: {by_moment:?}",
        points.len(),
        takeovers.len(),
        takeovers.get(takeovers.len() / 2).copied().unwrap_or_default(),
        takeovers.last().copied().unwrap_or_default(),
    );
    bench.verify(&site, &wishes).await;
    assert!(takeovers.last().is_none_or(|longest| *longest <= AT_MOST));
    assert!(!takeovers.is_empty(), "no kill hit a crawl before its commit");
}

impl Bench {
    async fn queue_is_empty(&self, at_most: Duration) {
        let began = Instant::now();
        let mut tick = tokio::time::interval(Duration::from_millis(50));
        loop {
            tick.tick().await;
            let left: i64 =
                sqlx::query_scalar("SELECT count(*) FROM marquee_jobs.jobs").fetch_one(&self.pool).await.unwrap();
            if left == 0 {
                return;
            }
            assert!(began.elapsed() < at_most, "{left} jobs are left in the queue");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_server_killed_during_crawls_loses_and_doubles_nothing() {
    const SOURCES: usize = 3;
    let folder = database::open_folder();
    let settings =
        ServerSettings { folder: folder.path().join("postgres"), download: false, ..ServerSettings::default() };
    let mut server = Server::start(settings.clone()).await.unwrap();
    let mut site = Site::start(SOURCES).await;
    let mut bench = Bench::new(server.database_url(), &site).await;
    let house = House::new(&bench.sources, server.database_url(), LEASE);
    let workers = Workers::start(&house, 2);
    bench.settled(&workers).await;
    let mut lost = Vec::new();
    let kills = times("MARQUEE_SERVER_KILLS", 3);
    let mut longest = Duration::ZERO;
    for round in 0..kills {
        site.change();
        let watched = site.watch(round % SOURCES, Moment::LastSent);
        for source in &bench.sources {
            // A job that the last kill struck may still wait for its next try; it is this crawl, then.
            bench.queue.ask(source).await.unwrap();
        }
        in_time(watched, &workers).await;
        spin(Duration::from_micros(90_000 * round as u64 / kills as u64));
        let back_ends = workers::children(server.pid());
        kill(server.pid());
        back_ends.into_iter().for_each(kill);
        lost.push(server);
        let killed = Instant::now();
        server = Server::start(settings.clone()).await.unwrap();
        bench = Bench::over(server.database_url(), bench.sources).await;
        let mut tick = tokio::time::interval(Duration::from_millis(50));
        for place in 0..SOURCES {
            while bench.up_to_date(&site, place).await < site.titles(place).len() {
                tick.tick().await;
                assert!(killed.elapsed() < AT_MOST * 2, "source {place} is not up to date\n{}", workers.told());
            }
        }
        longest = longest.max(killed.elapsed());
    }
    println!("{kills} kills of the server: every source was up to date {longest:?} after one at the latest");
    bench.queue_is_empty(AT_MOST * 4).await;
    bench.verify_events(&site).await;
    bench.store.close().await;
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_cut_off_from_its_database_is_taken_over_and_cannot_write_when_it_comes_back() {
    let folder = database::open_folder();
    let settings =
        ServerSettings { folder: folder.path().join("postgres"), download: false, ..ServerSettings::default() };
    let server = Server::start(settings).await.unwrap();
    let mut site = Site::start(1).await;
    let bench = Bench::new(server.database_url(), &site).await;
    let cut = Cut::start(server.database_url()).await;
    let (near, far) =
        (House::new(&bench.sources, server.database_url(), LEASE), House::new(&bench.sources, &cut.url, LEASE));
    let mut workers = Workers::start(&far, 1);
    bench.settled(&workers).await;

    site.change();
    let sent = site.watch(0, Moment::LastAsked);
    bench.ask(0).await;
    in_time(sent, &workers).await;
    let far_pid = bench.crawler(0).await.unwrap();
    cut.cut(true);
    workers.add(&near);
    let took = bench.wait_for(0, 2, AT_MOST, &workers).await;
    cut.cut(false);
    println!("a worker that was cut off was taken over in {took:?}");
    // It lives, and what it had read meanwhile is not written: its next crawl is an ordinary one.
    bench.queue_is_empty(AT_MOST).await;
    assert!(workers.is_running(far_pid), "the worker that was cut off ended:\n{}", workers.told());
    workers.kill_all_but(far_pid);
    site.change();
    bench.ask(0).await;
    bench.wait_for(0, 3, AT_MOST * 2, &workers).await;
    bench.verify(&site, &[3]).await;
    drop(workers);
    bench.store.close().await;
    server.stop().await.unwrap();
}

/// Waits for something at a site, and tells what the workers logged where it does not happen.
async fn in_time(happens: impl Future<Output = ()>, workers: &Workers) {
    if tokio::time::timeout(AT_MOST, happens).await.is_err() {
        panic!("nobody asked the site within {AT_MOST:?}\n{}", workers.told());
    }
}

/// Waits some milliseconds as exactly as can be: a timer's own slack is as long as the stages that are to be hit.
fn spin(time: Duration) {
    let began = Instant::now();
    while began.elapsed() < time {
        std::hint::spin_loop();
    }
}
