//! The fake internet itself: it answers as its scripts say, and its checker sees what is broken.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use marquee_fetch::{FetchLimits, Fetcher, FollowScope, UserAgent};
use marquee_model::{Clock as _, PageRequest};
use marquee_store::{PoolSettings, Store};
use marquee_tests::{
    database,
    internet::{
        HostScript, Internet, Names, Robots, RobotsRules, Spell, Time, VenueScript, VirtualClock, Visit, Weather,
        postgres,
        rules::{self, Promises, Rule},
    },
};

#[cfg(test)]
fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_435_200, 0).unwrap()
}

#[cfg(test)]
fn visit(path: &str, started: i64, ended: i64, status: u16) -> Visit {
    Visit {
        host: "a.test".to_owned(),
        method: "GET".to_owned(),
        path: path.to_owned(),
        agent: "Marquee/0.1.0 (+https://one.test)".to_owned(),
        conditional: false,
        started: start() + TimeDelta::milliseconds(started),
        ended: Some(start() + TimeDelta::milliseconds(ended)),
        status: Some(status),
        whole: true,
        retry_after: None,
        robots: (path == "/robots.txt").then_some(0),
    }
}

#[cfg(test)]
fn promises() -> Promises {
    Promises {
        delay: TimeDelta::seconds(2),
        delays: std::collections::BTreeMap::new(),
        most_crawl_delay: TimeDelta::seconds(60),
        robots_age: TimeDelta::hours(24),
        robots_retry: TimeDelta::minutes(15),
        most_retry_after: TimeDelta::hours(24),
        breaker_failures: 3,
        breaker_open: TimeDelta::minutes(5),
        breaker_open_most: TimeDelta::hours(6),
    }
}

#[cfg(test)]
fn broken(host: HostScript, visits: &[Visit]) -> Vec<Rule> {
    rules::check(&[Arc::new(host)], visits, &promises()).iter().map(|broken| broken.rule).collect()
}

#[test]
fn the_checker_sees_each_rule_broken_and_nothing_where_none_is() {
    let rules = RobotsRules {
        disallow: vec!["/private/".to_owned()],
        allow: vec!["/private/open".to_owned()],
        crawl_delay: Some(5),
        ours: false,
    };
    let host = HostScript { robots: vec![(start(), Robots::Rules(rules))], ..HostScript::named("a.test") };
    let robots = visit("/robots.txt", 0, 100, 200);
    let hours = 3_600_000;
    let good = [robots.clone(), visit("/a/shows", 5_100, 5_200, 200), visit("/private/open", 10_200, 10_300, 200)];
    assert_eq!(broken(host.clone(), &good), []);
    let with = |visit: Visit| [robots.clone(), visit];
    assert_eq!(broken(host.clone(), &with(visit("/private/1", 6_000, 6_100, 200))), [Rule::Forbidden]);
    assert_eq!(broken(host.clone(), &with(visit("/a", 4_000, 4_100, 200))), [Rule::Delay]);
    assert_eq!(broken(host.clone(), &with(visit("/a", 25 * hours, 25 * hours, 200))), [Rule::RobotsAge]);
    assert_eq!(broken(host.clone(), &[visit("/a", 0, 100, 200)]), [Rule::RobotsAge]);
    assert_eq!(
        broken(host.clone(), &[robots.clone(), visit("/a", 6_000, 16_000, 200), visit("/b", 12_000, 12_100, 200)]),
        [Rule::AtOnce, Rule::Delay]
    );
    let mut busy = visit("/a", 6_000, 6_100, 429);
    busy.retry_after = Some(600);
    assert_eq!(broken(host.clone(), &[robots.clone(), busy, visit("/a", 600_000, 600_100, 200)]), [Rule::RetryAfter]);
    let down = [10, 20, 30].map(|second| visit("/a", second * 1000, second * 1000 + 100, 503));
    let mut visits = vec![robots];
    visits.extend(down);
    visits.push(visit("/a", 200_000, 200_100, 200));
    assert_eq!(broken(host.clone(), &visits), [Rule::Breaker]);
    let gone = HostScript { robots: vec![(start(), Robots::Status(503))], ..host };
    let visits = [visit("/robots.txt", 0, 0, 503), visit("/a", 10_000, 10_100, 200)];
    assert_eq!(broken(gone, &visits), [Rule::Forbidden]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_answers_as_its_script_says_hour_by_hour() {
    let clock = VirtualClock::starting(start());
    let hour = |hours: i64| start() + TimeDelta::hours(hours);
    let spell = |from, weather| Spell { from: hour(from), until: hour(from + 1), weather };
    let mut host = HostScript::named("hall.test");
    host.gzip = true;
    host.venues = vec![VenueScript { shows: 6, per_page: 4, ..VenueScript::small("hall") }];
    host.weather = vec![
        spell(1, Weather::Status(503, Some(900))),
        spell(2, Weather::StatusUntil(429, 900)),
        spell(3, Weather::Silent),
        spell(4, Weather::Slow(Duration::from_secs(20))),
        spell(5, Weather::Reset),
        spell(6, Weather::Half),
        spell(7, Weather::Captcha),
        spell(8, Weather::Nowhere),
    ];
    let internet = Internet::start(Time::Virtual(clock.clone()), vec![host]).await.unwrap();
    let limits = FetchLimits { connect_ms: 500, read_ms: 500, ..FetchLimits::default() };
    let fetcher = Fetcher::with_resolver(
        limits,
        internet.egress().unwrap(),
        UserAgent::new("Marquee", "0.1.0", "https://one.test/").unwrap(),
        Arc::new(clock.clone()),
        Arc::new(Names(Arc::clone(&internet))),
    )
    .unwrap();
    let request = PageRequest::listing(internet.url("hall.test", "/hall/shows").parse().unwrap());
    let mut told = Vec::new();
    for _ in 0..10 {
        let fetched = fetcher.fetch(&request, &FollowScope::any()).await;
        told.push(match &fetched {
            Ok(page) if page.body.contains("CAPTCHA") => "captcha".to_owned(),
            Ok(page) => format!("{} shows", page.body.matches("class=\"show\"").count()),
            Err(error) => match error.retry_after() {
                Some(wait) => format!("{}, {} s", error.code(), wait.as_secs()),
                None => error.code().to_owned(),
            },
        });
        clock.sleep(Duration::from_secs(3600)).await;
    }
    assert_eq!(
        told,
        [
            "4 shows",
            "http_status, 900 s",
            "http_status, 900 s",
            "head_timeout",
            "4 shows",
            "connection_cut",
            "connection_cut",
            "captcha",
            "dns_failed",
            "4 shows"
        ]
    );
    let visits = internet.record.all();
    assert_eq!(visits.len(), 9, "{visits:#?}");
    assert_eq!(visits[4].end() - visits[4].started, TimeDelta::seconds(20));
    assert!(visits.iter().all(|visit| visit.worker() == "https://one.test/"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sleepers_wake_in_the_order_of_their_times_and_a_month_takes_a_moment() {
    let clock = VirtualClock::starting(start());
    let woken = Arc::new(Mutex::new(Vec::new()));
    let sleepers: Vec<_> = [720_u64, 1, 24, 168]
        .map(|hours| {
            let (clock, woken) = (clock.clone(), Arc::clone(&woken));
            tokio::spawn(async move {
                clock.sleep(Duration::from_secs(hours * 3600)).await;
                let at = clock.now() - start();
                woken.lock().unwrap().push((hours, at.num_hours()));
            })
        })
        .into_iter()
        .collect();
    let began = Instant::now();
    for sleeper in sleepers {
        sleeper.await.unwrap();
    }
    assert_eq!(*woken.lock().unwrap(), [(1, 1), (24, 24), (168, 168), (720, 720)]);
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn time_stands_still_while_something_works_and_after_a_sleeper_has_left() {
    let clock = VirtualClock::starting(start());
    drop(clock.sleep(Duration::from_secs(1)));
    let work = clock.clone();
    tokio::task::spawn_blocking(move || {
        let asleep = tokio::spawn({
            let clock = work.clone();
            async move { clock.sleep(Duration::from_secs(60)).await }
        });
        // Works for far longer than the keeper waits between two looks.
        let began = Instant::now();
        let mut sum = 0_u64;
        while began.elapsed() < Duration::from_millis(50) {
            sum = sum.wrapping_add(1);
        }
        assert_eq!(work.now(), start(), "{sum}");
        asleep
    })
    .await
    .unwrap()
    .await
    .unwrap();
    assert_eq!(clock.now() - start(), TimeDelta::seconds(60));

    let busy = clock.busy();
    let asleep = clock.sleep(Duration::from_secs(60));
    let waited = tokio::time::timeout(Duration::from_millis(50), asleep).await;
    assert!(waited.is_err() && clock.now() - start() == TimeDelta::seconds(60));
    drop(busy);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn time_stands_still_while_postgres_owes_an_answer() {
    let database = database::fresh().await;
    let clock = VirtualClock::starting(start());
    let url = postgres::counted(database.url(), &Time::Virtual(clock.clone())).await.unwrap();
    let store = Store::connect(&url, &PoolSettings::default()).await.unwrap();
    // Somebody wants to sleep all the while, and would be woken if nothing seemed to happen.
    let sleeper = clock.clone();
    let asleep = tokio::spawn(async move { sleeper.sleep(Duration::from_secs(3600)).await });
    let held = clock.busy();
    let locked = sqlx::PgPool::connect(database.url()).await.unwrap();
    let mut transaction = locked.begin().await.unwrap();
    sqlx::query("LOCK TABLE sources IN ACCESS EXCLUSIVE MODE").execute(&mut *transaction).await.unwrap();
    let reading = tokio::spawn(async move { store.sources().await });
    drop(held);
    // The lock is held until the query has certainly been waiting for it.
    let waits = "SELECT count(*) FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    let other = sqlx::PgPool::connect(database.url()).await.unwrap();
    while sqlx::query_scalar::<_, i64>(waits).fetch_one(&other).await.unwrap() == 0 {}
    for _ in 0..50 {
        tokio::time::sleep(Duration::from_millis(1)).await;
        assert_eq!(clock.now(), start());
    }
    transaction.rollback().await.unwrap();
    reading.await.unwrap().unwrap();
    asleep.await.unwrap();
    assert_eq!(clock.now() - start(), TimeDelta::hours(1));
}
