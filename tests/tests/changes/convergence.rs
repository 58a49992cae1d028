//! A snapshot plus the feed equals a later snapshot, whatever happens meanwhile.
//!
//! Writers crawl their venues at the same time and persons intervene; followers take a snapshot in the middle of it, page by page, and
//! read the feed from there. `MARQUEE_FOLLOW_OPERATIONS` sets the number of operations on events; 100,000 take some minutes.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    sync::Arc,
    time::Instant,
};

use chrono::TimeDelta;
use marquee_model::{Event, EventId, Source, Status};
use marquee_store::{Intervention, Store, StoreError};
use marquee_tests::{
    sample,
    serving::{Answer, Serving, settings},
};
use rand::{Rng as _, SeedableRng as _, rngs::SmallRng, seq::IndexedRandom as _};
use serde_json::Value;
use sqlx::PgPool;
use tokio::sync::watch;

use super::decision;

/// Venues that are crawled at the same time.
const WRITERS: usize = 4;
/// Followers, each of which begins at another moment.
const FOLLOWERS: usize = 3;
/// Events of a venue at the beginning.
const LISTED: usize = 150;
/// Operations on a venue's page between two crawls of it, and decisions of persons after each.
const CHANGED: usize = 120;
const DECIDED: usize = 6;

fn operations() -> usize {
    env::var("MARQUEE_FOLLOW_OPERATIONS").ok().and_then(|text| text.parse().ok()).unwrap_or(3_000)
}

/// One venue and what its page says.
struct Writer {
    store: Store,
    source: Source,
    page: Vec<Event>,
    crawls: i64,
    named: u64,
    lots: SmallRng,
}

impl Writer {
    async fn new(store: &Store, number: usize, seed: u64) -> Self {
        let source = sample::declare(store, &format!("venue-{number}")).await.unwrap();
        let crawl = sample::crawl(&source, 0);
        let page = (0..LISTED as u64).map(|n| sample::event(&crawl, &source, &format!("e{n}"), n % 60)).collect();
        let lots = SmallRng::seed_from_u64(seed);
        Self { store: store.clone(), source, page, crawls: 0, named: LISTED as u64, lots }
    }

    /// Does something to so many listed events, and crawls. Returns how many operations that were.
    async fn crawl(&mut self, changes: usize) -> usize {
        for _ in 0..changes {
            self.change_one();
        }
        self.crawls += 1;
        let crawl = sample::crawl(&self.source, self.crawls);
        for event in &mut self.page {
            event.attribution.crawl = crawl.id;
            event.attribution.fetched_at = crawl.started_at;
        }
        // A busy database may choose one of two transactions to give up: then, as a worker does, it is done again.
        loop {
            let record = sample::record(crawl.clone(), &self.source, self.page.clone());
            match self.store.record(record).await {
                Ok(_) => break,
                Err(error) => assert!(error.is_transient(), "{error}"),
            }
        }
        changes
    }

    fn change_one(&mut self) {
        let lot = self.lots.random_range(0..100);
        let place = self.lots.random_range(0..self.page.len());
        let number = self.lots.random::<u32>();
        match lot {
            0..35 => self.page[place].title = format!("Show {} take {number}", self.page[place].identity),
            35..55 => {
                let all = [Status::Scheduled, Status::Cancelled, Status::SoldOut, Status::Postponed];
                self.page[place].status = *all.choose(&mut self.lots).unwrap();
            }
            55..70 => self.page[place].description = Some(format!("Words {number}")),
            70..80 => self.page[place].room = Some(format!("Room {}", number % 5)),
            80..88 => {
                let days = u64::from(number % 60);
                self.page[place].start = sample::time(sample::TODAY + chrono::Days::new(days), Some(20));
                self.page[place].doors = None;
            }
            88..94 => {
                self.named += 1;
                let crawl = sample::crawl(&self.source, self.crawls);
                let event = sample::event(&crawl, &self.source, &format!("e{}", self.named), u64::from(number % 60));
                self.page.push(event);
            }
            _ if self.page.len() > 40 => drop(self.page.swap_remove(place)),
            _ => {}
        }
    }
}

/// What a person does to events by lot. What cannot be done is no matter.
async fn intervene(store: &Store, ids: &[EventId], lots: &mut SmallRng, minutes: i64) {
    let (Some(event), Some(other)) = (ids.choose(lots).copied(), ids.choose(lots).copied()) else { return };
    let field = marquee_reconcile::EventField::Title;
    let wish = match lots.random_range(0..7) {
        0 | 1 => Intervention::Hide { event },
        2 => Intervention::Show { event },
        3 => Intervention::Correct { event, field, value: format!("Corrected {minutes}").into() },
        4 => Intervention::Withdraw { event, field },
        5 => Intervention::Merge { from: event, into: other },
        _ => Intervention::Split { event },
    };
    match store.intervene(&wish, &decision(minutes)).await {
        Ok(_) | Err(StoreError::Undecidable { .. } | StoreError::Unavailable { .. }) => {}
        Err(error) => panic!("{wish:?}: {error}"),
    }
}

/// An event as readers see it, without what changes with each crawl that changes nothing: where it was seen last.
fn seen(mut event: Value) -> (String, Value) {
    event.as_object_mut().unwrap().remove("sources");
    (event["id"].as_str().unwrap().to_owned(), event)
}

/// An answer. A database that is busy is no wrong one: as any client, it asks again.
async fn patient(serving: &Serving, path: &str) -> Answer {
    loop {
        let answer = serving.get(path).await;
        if answer.status != 503 {
            assert_eq!(answer.status, 200, "{}", answer.body);
            return answer;
        }
    }
}

/// A list from its first page to its last, and the place in the feed that the first page names.
async fn snapshot(serving: &Serving) -> (BTreeMap<String, Value>, String) {
    let (mut events, mut since, mut cursor) = (BTreeMap::new(), None, None::<String>);
    loop {
        let more = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
        let answer = patient(serving, &format!("/api/v1/events?limit=100{more}")).await;
        since.get_or_insert_with(|| answer.header("marquee-changes-cursor").to_owned());
        let json = answer.json();
        events.extend(json["data"].as_array().unwrap().iter().cloned().map(seen));
        cursor = json["next_cursor"].as_str().map(str::to_owned);
        if cursor.is_none() {
            return (events, since.unwrap());
        }
    }
}

/// A follower: what it holds, and how far it has read.
struct Follower {
    held: BTreeMap<String, Value>,
    since: String,
    revisions: BTreeMap<String, u64>,
    read: usize,
}

impl Follower {
    async fn begin(serving: &Serving) -> Self {
        let (held, since) = snapshot(serving).await;
        Self { held, since, revisions: BTreeMap::new(), read: 0 }
    }

    /// Reads what there is, and waits a little where there is nothing; whether there is more.
    async fn read(&mut self, serving: &Serving, wait: u32) -> bool {
        let answer = patient(serving, &format!("/api/v1/changes?since={}&limit=100&wait={wait}", self.since)).await;
        let json = answer.json();
        for entry in json["data"].as_array().unwrap() {
            let id = entry["event_id"].as_str().unwrap().to_owned();
            let revision = entry["revision"].as_u64().unwrap();
            if let Some(before) = self.revisions.insert(id.clone(), revision) {
                assert!(revision > before, "{id} went from revision {before} to {revision}");
            }
            self.read += 1;
            if entry["event"].is_null() {
                self.held.remove(&id);
            } else {
                let (id, event) = seen(entry["event"].clone());
                self.held.insert(id, event);
            }
        }
        json["cursor"].as_str().unwrap().clone_into(&mut self.since);
        json["has_more"] == true
    }
}

/// An event without what is no change of it: when its sources were last seen to list it.
fn told(event: &Value) -> Value {
    let mut event = event.clone();
    let members = event.as_object_mut().unwrap();
    members.remove("freshness");
    for source in members.get_mut("sources").and_then(Value::as_array_mut).into_iter().flatten() {
        source.as_object_mut().unwrap().remove("last_seen");
    }
    event
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_snapshot_plus_the_feed_is_a_later_snapshot_under_concurrent_writers() {
    let wanted = operations();
    let serving = Arc::new(Serving::empty(settings()).await);
    let pool = PgPool::connect(serving.database.url()).await.unwrap();
    let (done, began) = (Arc::new(watch::channel(0_usize).0), Instant::now());
    let mut writing = tokio::task::JoinSet::new();
    for number in 0..WRITERS {
        let mut writer = Writer::new(serving.database.store(), number, number as u64).await;
        writer.store = writer.store.beside(2);
        let (done, pool) = (Arc::clone(&done), pool.clone());
        writing.spawn(async move {
            let mut persons = SmallRng::seed_from_u64(1000 + number as u64);
            writer.crawl(0).await;
            done.send_modify(|done| *done += LISTED);
            while *done.borrow() < wanted {
                let changed = writer.crawl(CHANGED).await;
                let ids: Vec<uuid::Uuid> =
                    sqlx::query_scalar("SELECT event_id FROM records ORDER BY random() LIMIT 40")
                        .fetch_all(&pool)
                        .await
                        .unwrap();
                let ids: Vec<EventId> = ids.into_iter().map(EventId::from_uuid).collect();
                for _ in 0..DECIDED {
                    let minutes = writer.crawls + TimeDelta::days(1).num_minutes();
                    intervene(&writer.store, &ids, &mut persons, minutes).await;
                }
                done.send_modify(|done| *done += changed + DECIDED);
            }
        });
    }
    let mut following = tokio::task::JoinSet::new();
    for number in 0..FOLLOWERS {
        let (serving, mut done) = (Arc::clone(&serving), done.subscribe());
        following.spawn(async move {
            done.wait_for(|done| *done >= wanted * number / FOLLOWERS).await.unwrap();
            let mut follower = Follower::begin(&serving).await;
            loop {
                let is_over = *done.borrow() == usize::MAX;
                if !follower.read(&serving, u32::from(!is_over)).await && is_over {
                    return follower;
                }
            }
        });
    }
    while let Some(written) = writing.join_next().await {
        written.unwrap();
    }
    let operations = done.send_replace(usize::MAX);

    let last: i64 = sqlx::query_scalar("SELECT last_change FROM counters").fetch_one(&pool).await.unwrap();
    let (number, greatest): (i64, i64) =
        sqlx::query_as("SELECT count(*), max(number) FROM changes").fetch_one(&pool).await.unwrap();
    assert_eq!((number, greatest), (last, last), "numbers have no gaps");
    let (events, _) = snapshot(&serving).await;
    assert!(events.len() > 100, "there is something to compare: {}", events.len());
    let mut read = Vec::new();
    while let Some(follower) = following.join_next().await {
        let follower = follower.unwrap();
        let ids = |events: &BTreeMap<String, Value>| events.keys().cloned().collect::<BTreeSet<_>>();
        assert_eq!(ids(&follower.held), ids(&events), "the same events are in lists");
        for (id, event) in &events {
            assert_eq!(told(&follower.held[id]), told(event));
        }
        read.push(follower.read);
    }
    println!(
        "{operations} operations in {:?}, {last} changes, {} events; read by followers: {read:?}",
        began.elapsed(),
        events.len()
    );
}
