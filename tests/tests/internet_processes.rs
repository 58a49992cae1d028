//! Several `marquee worker` processes on one Postgres share the work, and no host ever sees two requests at once.
//!
//! In real time, with tiny delays, on addresses of 127.0.0.0/8 as hosts, which need no name server.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use chrono::TimeDelta;
use marquee_tests::{
    database,
    guests::{self, Setup},
    internet::{
        HostScript, Internet, Robots, RobotsRules, Spell, Time, VenueScript, Weather, pages,
        rules::{self, Promises},
    },
    sample,
};
use rustix::process::{Pid, Signal, kill_process};

const HOSTS: usize = 12;
const SOURCES: usize = 40;
/// How long each answer takes: long enough that two at once would be seen.
const ANSWER: Duration = Duration::from_millis(25);
/// Between two requests to one host.
const DELAY_MS: i64 = 30;
/// For everything, compiling the plugin in each process among it.
const AT_MOST: Duration = Duration::from_secs(120);
/// Between asking a process to stop and its end.
const STOP: Duration = Duration::from_secs(30);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_share_the_work_and_no_host_sees_two_requests_at_once() -> Setup<()> {
    shared_by(2).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_processes_share_the_work_and_no_host_sees_two_requests_at_once() -> Setup<()> {
    shared_by(4).await
}

#[cfg(test)]
async fn shared_by(processes: usize) -> Setup<()> {
    let program = program();
    let time = Time::real(sample::instant(0));
    let mut hosts: Vec<HostScript> = (0..HOSTS).map(host).collect();
    let venues: Vec<(String, VenueScript)> = (0..SOURCES).map(|number| venue(number, &mut hosts)).collect();
    let internet = Internet::start(time, hosts).await?;
    let database = database::fresh().await;
    let folder = database::open_folder();
    let (plugins, sources) = (folder.path().join("plugins"), folder.path().join("sources"));
    fs::create_dir_all(&plugins)?;
    fs::create_dir_all(&sources)?;
    fs::write(plugins.join("css.wasm"), guests::component("css")?)?;
    for (host, venue) in &venues {
        fs::write(sources.join(format!("{}.toml", venue.slug)), source_file(&internet, host, venue))?;
    }

    let began = Instant::now();
    let mut workers: Vec<Worker> =
        (0..processes).map(|number| Worker::start(&program, folder.path(), database.url(), number)).collect();
    let pool = sqlx::PgPool::connect(database.url()).await?;
    let mut tick = tokio::time::interval(Duration::from_millis(50));
    loop {
        tick.tick().await;
        let crawled: i64 = sqlx::query_scalar("SELECT count(DISTINCT source_id) FROM crawls").fetch_one(&pool).await?;
        if crawled == SOURCES as i64 {
            break;
        }
        for worker in &mut workers {
            worker.must_run();
        }
        if began.elapsed() > AT_MOST {
            let told: Vec<String> = workers.iter().map(Worker::told).collect();
            panic!("{crawled} of {SOURCES} sources were crawled in {AT_MOST:?}\n{}", told.join("\n"));
        }
    }
    let took = began.elapsed();
    for worker in &mut workers {
        worker.stop().await;
    }

    let visits = internet.record.all();
    let promises = Promises {
        delay: TimeDelta::milliseconds(DELAY_MS),
        delays: BTreeMap::new(),
        most_crawl_delay: TimeDelta::seconds(2),
        robots_age: TimeDelta::hours(24),
        robots_retry: TimeDelta::minutes(15),
        most_retry_after: TimeDelta::hours(24),
        breaker_failures: 5,
        breaker_open: TimeDelta::minutes(5),
        breaker_open_most: TimeDelta::hours(6),
    };
    let broken: Vec<String> =
        rules::check(&internet.hosts(), &visits, &promises).iter().map(ToString::to_string).collect();
    let mut by_worker: BTreeMap<&str, usize> = BTreeMap::new();
    for visit in &visits {
        *by_worker.entry(visit.worker()).or_default() += 1;
    }
    let crawls: Vec<(String, String, i64)> = sqlx::query_as(
        "SELECT o.slug, min(c.outcome), count(*) FROM crawls c JOIN sources o ON o.id = c.source_id GROUP BY 1 ORDER BY 1",
    )
    .fetch_all(&pool)
    .await?;
    let robots = visits.iter().filter(|visit| visit.robots.is_some()).count();
    println!(
        "{processes} processes: {SOURCES} sources in {took:?}, {} requests, {robots} for robots.txt, {by_worker:?}",
        visits.len()
    );
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    for (slug, outcome, times) in &crawls {
        assert_eq!((outcome.as_str(), *times), ("complete", 1), "{slug}");
    }
    for (host, venue) in &venues {
        let asked = visits.iter().filter(|visit| visit.host == *host && visit.path == venue.listing()).count();
        assert_eq!(asked, 1, "the listing of {} was asked for {asked} times", venue.slug);
    }
    let named: BTreeSet<String> = (0..processes).map(contact).collect();
    let seen: BTreeSet<String> = by_worker.keys().map(|name| (*name).to_owned()).collect();
    assert_eq!(seen, named, "a process had nothing to do");
    Ok(())
}

#[cfg(test)]
fn host(place: usize) -> HostScript {
    let rules = RobotsRules { crawl_delay: (place == 3).then_some(1), ..RobotsRules::open() };
    let since = sample::instant(-60);
    HostScript {
        robots: vec![(since, Robots::Rules(rules))],
        weather: vec![Spell { from: since, until: sample::instant(60 * 24), weather: Weather::Slow(ANSWER) }],
        ..HostScript::named(&format!("127.0.0.{}", place + 2))
    }
}

/// Puts a venue of three pages on one of the hosts.
#[cfg(test)]
fn venue(number: usize, hosts: &mut [HostScript]) -> (String, VenueScript) {
    let venue = VenueScript { shows: 6, per_page: 2, ..VenueScript::small(&format!("venue-{number:02}")) };
    let host = &mut hosts[number % HOSTS];
    host.venues.push(venue.clone());
    (host.name.clone(), venue)
}

#[cfg(test)]
fn source_file(internet: &Internet, host: &str, venue: &VenueScript) -> String {
    let slug = &venue.slug;
    let configuration: toml::Table = serde_json::from_value(pages::configuration(venue)).unwrap();
    let mut tables = toml::Table::new();
    tables.insert("configuration".to_owned(), toml::Value::Table(configuration));
    let mut file = format!(
        "slug = \"{slug}\"\nsite = {{ slug = \"toronto\", name = \"Toronto\" }}\nurl = \"{}\"\nplugin = \"css\"\nzone = \"America/Toronto\"\n",
        internet.url(host, &venue.listing())
    );
    write!(file, "[venue]\nslug = \"{slug}\"\nname = \"{slug}\"\n[schedule]\nevery_minutes = 500000\njitter_minutes = 0\n{tables}").unwrap();
    file
}

#[cfg(test)]
fn contact(number: usize) -> String {
    format!("https://worker-{number}.test/")
}

/// A running `marquee worker`. Killed if it is dropped while it runs.
struct Worker {
    child: Child,
    log: PathBuf,
}

#[cfg(test)]
impl Drop for Worker {
    fn drop(&mut self) {
        // It may have ended by itself.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

#[cfg(test)]
impl Worker {
    fn start(program: &Path, folder: &Path, database: &str, number: usize) -> Self {
        let settings = folder.join(format!("worker-{number}.toml"));
        // They all declare the sources at once, one after the other; on a busy machine that takes longer than a lock is waited for.
        let allow: Vec<String> = (0..HOSTS).map(|place| format!("\"127.0.0.{}\"", place + 2)).collect();
        let text = format!(
            "[database]\nurl = \"{database}\"\n[database.pool]\nlock_timeout_ms = 60000\n[plugins]\nfolder = \"{0}/plugins\"\ncache = \"{0}/compiled-{number}\"\n[sources]\nfolder = \"{0}/sources\"\n\
             [fetch.user_agent]\ncontact = \"{1}\"\n[fetch.politeness]\ndelay_ms = {DELAY_MS}\npoll_ms = 20\n[egress]\nallow = [{2}]\n\
             [worker]\nparallel = 2\npoll_seconds = 1\nqueue_poll_ms = 50\n",
            folder.display(),
            contact(number),
            allow.join(", ")
        );
        fs::write(&settings, text).unwrap();
        let log = folder.join(format!("worker-{number}.log"));
        let output = fs::File::create(&log).unwrap();
        let child = Command::new(program)
            .args(["worker", "--config"])
            .arg(&settings)
            .current_dir(folder)
            .env_remove("DATABASE_URL")
            .stdin(Stdio::null())
            .stdout(output.try_clone().unwrap())
            .stderr(output)
            .spawn()
            .unwrap();
        Self { child, log }
    }

    fn told(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    fn must_run(&mut self) {
        let ended = self.child.try_wait().unwrap();
        assert!(ended.is_none(), "a worker ended with {ended:?}:\n{}", self.told());
    }

    /// Asks it to stop, as an operator's service manager does.
    async fn stop(&mut self) {
        kill_process(Pid::from_child(&self.child), Signal::TERM).unwrap();
        let asked = Instant::now();
        let mut tick = tokio::time::interval(Duration::from_millis(20));
        loop {
            tick.tick().await;
            if let Some(status) = self.child.try_wait().unwrap() {
                assert!(status.success(), "a worker ended with {status}:\n{}", self.told());
                return;
            }
            assert!(asked.elapsed() < STOP, "a worker did not stop in {STOP:?}:\n{}", self.told());
        }
    }
}

/// The program `marquee` of this build, which lies beside the tests.
#[cfg(test)]
fn program() -> PathBuf {
    let own = env::current_exe().unwrap();
    let program = own.parent().and_then(Path::parent).unwrap().join("marquee");
    assert!(
        program.is_file(),
        "{} is not there; build it with the tests: `cargo build --workspace`",
        program.display()
    );
    program
}
