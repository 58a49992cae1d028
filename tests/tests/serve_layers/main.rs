//! What all answers pass through, on real parts: Postgres, Redis, sockets. Entity tags and kept answers, methods and statuses, budgets,
//! overload, and what happens when Redis or Postgres is slow, gone and back.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "in the tests' own functions, too: what is not there fails the test"
)]

mod budgets;
mod http;
mod keeping;
mod methods;
mod overload;
mod redis;
mod restart;

use std::time::Duration;

use marquee_serve::{CacheSettings, ServeSettings};
use marquee_store::{GenerationSettings, PoolSettings, Store};
use marquee_tests::serving::{Serving, settings};

/// Settings under which answers are kept, as they are by default.
fn keeping() -> ServeSettings {
    ServeSettings { cache: CacheSettings::default(), ..settings() }
}

/// The same, and the database is asked for its number once: what comes later is news.
fn listening() -> ServeSettings {
    // The longest that both together may be believed, for tests that count what the database is asked.
    let generation = GenerationSettings { poll_ms: 600_000, ..GenerationSettings::default() };
    ServeSettings { generation, ..keeping() }
}

/// A store on this address with few connections.
async fn store(url: &str) -> Store {
    let settings = PoolSettings { max_connections: 5, acquire_timeout_ms: 10_000, ..PoolSettings::default() };
    Store::connect(url, &settings).await.unwrap()
}

/// Waits until it is so, for a while.
async fn eventually(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    /// Longer than anything takes on a busy machine.
    const PATIENCE: Duration = Duration::from_secs(60);
    const TICK: Duration = Duration::from_millis(5);
    let waited = tokio::time::timeout(PATIENCE, async {
        while !is_so().await {
            tokio::time::sleep(TICK).await;
        }
    });
    assert!(waited.await.is_ok(), "in vain: {what}");
}

/// Waits until the host knows the data's number, from when on it keeps answers.
async fn keeps(serving: &Serving, is_kept: impl Fn() -> u64) {
    eventually("the host keeps answers", async || {
        serving.get("/api/v1/sites").await;
        let asked = is_kept();
        serving.get("/api/v1/sites").await;
        is_kept() == asked
    })
    .await;
}
