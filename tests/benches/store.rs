//! Events stored per second, on the private server with everything synced to disk: `cargo bench -p marquee-tests --bench store`.
//!
//! Prints, for listings of several lengths, how long a first crawl (all new), an unchanged one and one with every event
//! changed take: the median of some repetitions.

#![expect(clippy::print_stdout, clippy::expect_used, reason = "a benchmark prints, and fails loudly")]

use std::time::{Duration, Instant};

use marquee_model::Status;
use marquee_store::{CrawlRecord, Store};
use marquee_tests::{database, sample};

/// Repetitions of each measurement.
const ROUNDS: i64 = 9;
/// Lengths of listings: a bar's month, a club's season, the largest listing seen.
const LENGTHS: [u64; 3] = [30, 500, 2000];

#[tokio::main]
async fn main() {
    println!("{:>8} {:>22} {:>22} {:>22}", "events", "new", "unchanged", "changed");
    for length in LENGTHS {
        let mut times = [Vec::new(), Vec::new(), Vec::new()];
        let db = database::fresh().await;
        for round in 0..ROUNDS {
            let slug = format!("venue-{round}");
            let source = sample::declare(db.store(), &slug).await.expect("the source");
            let mut changed = sample::listing(&source, 2, length);
            for event in &mut changed.events {
                event.status = Status::SoldOut;
            }
            let records = [sample::listing(&source, 0, length), sample::listing(&source, 1, length), changed];
            for (times, record) in times.iter_mut().zip(records) {
                times.push(timed(db.store(), record).await);
            }
        }
        let cells: Vec<String> = times
            .iter_mut()
            .map(|times| {
                times.sort();
                let median = times.get(times.len() / 2).copied().unwrap_or_default();
                let length = u32::try_from(length).unwrap_or(u32::MAX);
                let rate = f64::from(length) / median.as_secs_f64();
                format!("{:>22}", format!("{median:.1?} {rate:.0}/s"))
            })
            .collect();
        println!("{length:>8} {}", cells.join(" "));
    }
}

async fn timed(store: &Store, record: CrawlRecord) -> Duration {
    let began = Instant::now();
    let recorded = store.record(record).await.expect("a recorded crawl");
    assert!(!recorded.repeated);
    began.elapsed()
}
