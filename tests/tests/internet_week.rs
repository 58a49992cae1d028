//! A week on the fake internet: two hundred sources on sixty hosts, by the real scheduler, queue, worker, plugins and database, in
//! virtual time. Whether every rule was kept is judged afterwards by what the server was asked, and when.
//!
//! One day in the ordinary run; `MARQUEE_SIM_DAYS=7` for the week.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use marquee_crawl::{PageSupply, Pipeline, Scheduler, Stop, Worker, WorkerSettings};
use marquee_fetch::{FetchLimits, PolitenessSettings};
use marquee_jobs::{Crawls, Jobs};
use marquee_model::Clock as _;
use marquee_normalize::NormalizeLimits;
use marquee_store::{PoolSettings, Store};
use marquee_tests::{
    database,
    guests::Setup,
    internet::{
        Internet, Robots, Time, VirtualClock, Visit,
        house::{self, House},
        postgres,
        rules::{self, Promises, Rule},
        schedules::{self, Course},
        world::{self, Planned, World},
    },
    sample,
};

const COMPILER: &str = env!("CARGO_BIN_EXE_compile-plugin");
/// Crawls at a time.
const PLACES: usize = 6;
/// Between two looks at what is due.
const LOOK: Duration = Duration::from_secs(60);
/// How long a crawl that is due may wait: for a look, a place, and its host. After an absence everything is due at once.
const SLACK: TimeDelta = TimeDelta::minutes(45);
const SEED: u64 = 20_261_029;

#[cfg(test)]
fn start() -> DateTime<Utc> {
    // Clocks go back in North America on its fourth day.
    "2026-10-29T00:00:00Z".parse().unwrap()
}

#[cfg(test)]
fn days() -> i64 {
    std::env::var("MARQUEE_SIM_DAYS").ok().and_then(|days| days.parse().ok()).unwrap_or(1)
}

/// What the settings of this test promise.
#[cfg(test)]
fn promises(politeness: &PolitenessSettings) -> Promises {
    let ms = |ms: u64| TimeDelta::milliseconds(i64::try_from(ms).unwrap());
    Promises {
        delay: ms(politeness.delay_ms),
        delays: BTreeMap::new(),
        most_crawl_delay: ms(politeness.crawl_delay_cap_ms),
        robots_age: TimeDelta::hours(24),
        robots_retry: ms(politeness.robots_retry_ms),
        most_retry_after: ms(politeness.retry_after_cap_ms),
        breaker_failures: usize::try_from(politeness.breaker_failures).unwrap(),
        breaker_open: ms(politeness.breaker_open_ms),
        breaker_open_most: ms(politeness.breaker_open_cap_ms),
    }
}

/// One life of the host: a worker with its scheduler.
struct Life<'a> {
    time: &'a VirtualClock,
    store: &'a Store,
    house: &'a House,
    supply: &'a Arc<dyn PageSupply>,
}

#[cfg(test)]
impl Life<'_> {
    async fn until(&self, end: DateTime<Utc>, name: &str) -> Setup<()> {
        let clock = Arc::new(Time::Virtual(self.time.clone()));
        let settings = WorkerSettings { parallel: PLACES, queue_poll_ms: 100, ..WorkerSettings::default() };
        let jobs = Jobs::open(self.store, settings.jobs()).await?;
        let pipeline = Pipeline::new(
            Arc::clone(self.supply),
            Arc::clone(&self.house.registry),
            self.store.clone(),
            clock.clone(),
            NormalizeLimits::default(),
        );
        let stop = Stop::default();
        let worker = Worker::new(
            Arc::new(pipeline),
            self.store.clone(),
            jobs.clone(),
            clock.clone(),
            settings,
            name.to_owned(),
            SEED,
            stop.clone(),
        );
        let (working, granting) = (jobs.clone(), Arc::clone(&worker) as Arc<dyn Crawls>);
        let ended = stop.soon.clone();
        let work = tokio::spawn(async move { working.work(granting, ended).await });
        // The worker's own scheduler looks in real time; this one is the same in virtual time.
        let scheduler = Scheduler::new(self.store.clone(), jobs.clone(), clock, LOOK, SEED);
        while self.time.now() < end {
            if scheduler.look().await? > 0 {
                self.taken(&jobs).await?;
            }
            self.time.sleep(LOOK).await;
        }
        stop.soon.cancel();
        work.await?;
        Ok(())
    }

    /// Holds time still until the queue, which is looked at in real time, has handed out what it can. What waits for its host's queue
    /// or for a place needs virtual time, and is not waited for any longer than this.
    async fn taken(&self, jobs: &Jobs) -> Setup<()> {
        const AT_MOST: Duration = Duration::from_millis(500);
        let _still = self.time.busy();
        let began = Instant::now();
        let mut tick = tokio::time::interval(Duration::from_millis(5));
        while began.elapsed() < AT_MOST {
            tick.tick().await;
            let depth = jobs.depth().await?;
            if depth.waiting == 0 || usize::try_from(depth.running).unwrap_or(0) >= PLACES {
                break;
            }
        }
        Ok(())
    }
}

/// What is run: how long, by which politeness, and whether nothing runs for a while in it.
struct Run {
    length: TimeDelta,
    absence: Option<(DateTime<Utc>, DateTime<Utc>)>,
    politeness: PolitenessSettings,
}

/// What came of it.
struct Ran {
    internet: Arc<Internet>,
    planned: Vec<Planned>,
    visits: Vec<Visit>,
    told: String,
}

#[cfg(test)]
async fn run(run: &Run) -> Setup<Ran> {
    let began = Instant::now();
    let days = (run.length.num_hours() / 24).max(1);
    let World { hosts, sources: planned } = world::world(start(), days, SEED);
    let clock = VirtualClock::starting(start());
    let time = Time::Virtual(clock.clone());
    // Nothing of the set-up takes time.
    let setting_up = clock.busy();
    let internet = Internet::start(time.clone(), hosts).await?;
    let database = database::fresh().await;
    let url = postgres::counted(database.url(), &time).await?;
    let store = Store::connect(&url, &PoolSettings { max_connections: 16, ..PoolSettings::default() }).await?;
    let house = House::open(COMPILER, Arc::new(time.clone())).await?;
    let site = sample::site("toronto");
    let (venues, sources): (Vec<_>, Vec<_>) = planned
        .iter()
        .map(|planned| {
            let address = sample::parse(&internet.url(&planned.host, &planned.venue.listing()));
            let (venue, mut source) =
                house::source(&site, &planned.slug, address, &planned.venue, planned.zone, planned.schedule.clone());
            source.fetching.delay_ms = planned.delay_ms;
            (venue, source)
        })
        .unzip();
    store.sync_sources(&[site], &venues, &sources).await?;
    // What stays silent is waited for in real time, and a busy machine must not look silent.
    let limits = FetchLimits { connect_ms: 1_500, read_ms: 1_500, total_ms: 10_000, ..FetchLimits::default() };
    let supply = house::polite_pages(&internet, limits, run.politeness.clone(), None, SEED)?;
    drop(setting_up);

    let end = start() + run.length;
    let life = Life { time: &clock, store: &store, house: &house, supply: &supply };
    if let Some((away, back)) = run.absence {
        life.until(away, "first").await?;
        let gone = internet.time.now();
        clock.sleep((back - gone).to_std()?).await;
    }
    life.until(end, "last").await?;

    let visits = internet.record.all();
    let crawls = sqlx::query_as::<_, (String, i64)>("SELECT outcome, count(*) FROM crawls GROUP BY 1 ORDER BY 1")
        .fetch_all(&sqlx::PgPool::connect(database.url()).await?)
        .await?;
    let told = format!(
        "{} h in {:?}: {} requests, {} jumps of the clock, crawls {crawls:?}",
        run.length.num_hours(),
        began.elapsed(),
        visits.len(),
        clock.jumps()
    );
    println!("{told}");
    Ok(Ran { internet, planned, visits, told })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_rule_is_broken_on_sixty_hosts_and_every_source_is_crawled_when_it_is_due() -> Setup<()> {
    let days = days();
    // Two sevenths of the time nothing runs.
    let absence = (start() + TimeDelta::hours(days * 24 * 3 / 7), start() + TimeDelta::hours(days * 24 * 5 / 7));
    let politeness = PolitenessSettings::default();
    let promises = promises(&politeness);
    let ran = Box::pin(run(&Run { length: TimeDelta::days(days), absence: Some(absence), politeness })).await?;
    let visits = &ran.visits;

    let broken = rules::check(&ran.internet.hosts(), visits, &promises);
    let end = start() + TimeDelta::days(days);
    let course = Course { start: start(), end, absence: Some(absence), slack: SLACK };
    let (mut off, mut judged) = (Vec::new(), 0);
    for source in &ran.planned {
        if is_well(&ran.internet, &source.host) && source.venue.moved.is_none() {
            judged += 1;
            off.extend(schedules::check(source, &schedules::starts(source, visits), &course));
        }
    }
    println!("{judged} schedules judged; {:?} broken, {} off schedule", rules::counted(&broken), off.len());
    let lines: Vec<String> =
        broken.iter().map(ToString::to_string).chain(off.iter().map(ToString::to_string)).collect();
    let first: Vec<&str> = lines.iter().take(40).map(String::as_str).collect();
    assert!(lines.is_empty(), "{}\n{} breaches:\n{}", ran.told, lines.len(), first.join("\n"));
    assert!(judged > 100, "{judged}");
    // What must have happened for the rules to have been tried at all.
    let seen = |what: &dyn Fn(&Visit) -> bool| visits.iter().filter(|visit| what(visit)).count();
    assert!(seen(&|visit| visit.status == Some(304)) > 20);
    assert!(seen(&|visit| matches!(visit.status, Some(429 | 503))) > 2);
    assert!(seen(&|visit| visit.retry_after.is_some()) > 0);
    assert!(seen(&|visit| visit.status.is_none()) > 2);
    assert!(seen(&|visit| visit.robots.is_some()) > 55);
    Ok(())
}

/// The same by settings that do not keep what the defaults promise: each breach is seen, so that the silence of the other test means
/// something.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_less_polite_is_seen_to_be() -> Setup<()> {
    let promised = PolitenessSettings::default();
    let rude = PolitenessSettings {
        delay_ms: 400,
        crawl_delay_cap_ms: 400,
        learnt_cap_ms: 400,
        retry_after_cap_ms: 1_000,
        breaker_failures: 1_000,
        ignore_robots: vec![world::host_name(6), world::host_name(28)],
        ..promised.clone()
    };
    let ran = Box::pin(run(&Run { length: TimeDelta::hours(11), absence: None, politeness: rude })).await?;
    let broken = rules::counted(&rules::check(&ran.internet.hosts(), &ran.visits, &promises(&promised)));
    println!("{broken:?}");
    for rule in [Rule::Delay, Rule::RetryAfter, Rule::Breaker, Rule::RobotsAge] {
        assert!(broken.contains_key(&rule), "{rule:?} was not seen to be broken: {broken:?}");
    }
    Ok(())
}

/// Whether a host always lets its listings be asked for and answers at once.
#[cfg(test)]
fn is_well(internet: &Internet, host: &str) -> bool {
    let Some(script) = internet.host(host) else { return false };
    let open = |robots: &Robots| match robots {
        Robots::Rules(rules) => {
            !rules.disallow.iter().any(|path| path == "/") && rules.crawl_delay.is_none_or(|s| s < 10)
        }
        Robots::Status(status) => *status < 500,
        Robots::Moved(_) => true,
        Robots::Reset => false,
    };
    script.weather.is_empty() && script.robots.iter().all(|(_, robots)| open(robots))
}
