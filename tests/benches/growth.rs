//! Does a crawl's store time grow with what is stored? `cargo bench -p marquee-tests --bench growth`.
//!
//! One source of 200 events ahead is crawled again and again in a database of 10,000 events and in one of 1,000,000, both with records,
//! histories, changes and sightings, in one run and in turns, so that a noisy machine is noisy for both. Prints the medians and their
//! ratio; the goal is at most 2.

#![expect(clippy::print_stdout, clippy::expect_used, reason = "a benchmark prints, and fails loudly")]

use std::time::{Duration, Instant};

use chrono::Days;
use marquee_model::{Source, Status};
use marquee_store::{CrawlRecord, Store};
use marquee_tests::{
    database::{self, Database},
    sample::{self, TODAY},
};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

/// Crawls of each kind in each database.
const ROUNDS: i64 = 15;
/// Events of the source that is crawled.
const LENGTH: u64 = 200;
/// Events of each of the other sources: two years of a club.
const EACH: u32 = 500;

async fn filled(events: u32) -> Database {
    let db = database::fresh().await;
    let model = sample::declare(db.store(), "model").await.expect("the source");
    let mut listing = sample::listing(&model, 0, u64::from(EACH));
    // Most of them are over, as in any database that has run for a while.
    for (event, n) in listing.events.iter_mut().zip(0_u64..) {
        event.start = sample::time(TODAY + Days::new(n), Some(20));
    }
    listing.circumstances.today = TODAY + Days::new(400);
    db.store().record(listing).await.expect("the model");
    let copies = events / EACH;
    let mut connection = PgConnection::connect(db.url()).await.expect("a connection");
    sqlx::raw_sql(AssertSqlSafe(include_str!("growth.sql").replace("{copies}", &copies.to_string())))
        .execute(&mut connection)
        .await
        .expect("the copies");
    // As a database is that was not written in one go.
    sqlx::raw_sql("VACUUM (ANALYZE)").execute(&mut connection).await.expect("vacuuming");
    connection.close().await.expect("closing");
    db
}

#[tokio::main]
async fn main() {
    let sizes = [10_000, 1_000_000];
    let mut houses = Vec::new();
    for size in sizes {
        let began = Instant::now();
        let db = filled(size).await;
        let source = sample::declare(db.store(), "crawled").await.expect("the source");
        db.store().record(crawl(&source, 0)).await.expect("the first crawl");
        println!("{size} events stored in {:.0?}", began.elapsed());
        houses.push((db, source));
    }
    let mut times = [[Vec::new(), Vec::new()], [Vec::new(), Vec::new()], [Vec::new(), Vec::new()]];
    for round in 0..ROUNDS {
        for (house, (db, source)) in houses.iter().enumerate() {
            let unchanged = crawl(source, round * 10 + 1);
            let mut changed = crawl(source, round * 10 + 2);
            for event in changed.events.iter_mut().step_by(10) {
                event.status = if round % 2 == 0 { Status::SoldOut } else { Status::Scheduled };
            }
            let other = sample::declare(db.store(), &format!("new-{round}")).await.expect("the source");
            for (kind, record) in [unchanged, changed, crawl(&other, 0)].into_iter().enumerate() {
                let time = timed(db.store(), record).await;
                if let Some(times) = times.get_mut(kind).and_then(|kind| kind.get_mut(house)) {
                    times.push(time);
                }
            }
        }
    }
    println!("{:>28} {:>14} {:>14} {:>7}", "a crawl of 200 events", "10,000", "1,000,000", "ratio");
    for (name, [small, large]) in ["unchanged", "every tenth changed", "all new"].into_iter().zip(&mut times) {
        let (small, large) = (median(small), median(large));
        println!("{name:>28} {small:>14.1?} {large:>14.1?} {:>7.2}", large.as_secs_f64() / small.as_secs_f64());
    }
}

fn crawl(source: &Source, minutes: i64) -> CrawlRecord {
    sample::listing(source, minutes, LENGTH)
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

async fn timed(store: &Store, record: CrawlRecord) -> Duration {
    let began = Instant::now();
    store.record(record).await.expect("a recorded crawl");
    began.elapsed()
}
