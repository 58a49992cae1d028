//! A Redis server that several hosts share. It makes answers faster and budgets common; it never makes an answer fail.
//!
//! Every question has a short deadline, and after some that failed in a row none is asked for a while, so that a server that is slow or
//! gone costs a few milliseconds now and then. What comes back is `None` where Redis had no say; the caller then does without.

use std::{
    future::Future,
    sync::atomic::{AtomicU32, AtomicU64, Ordering},
    time::{Duration, Instant},
};

use redis::{
    Client, RedisResult,
    aio::{ConnectionManager, ConnectionManagerConfig},
};
use serde::{Deserialize, Serialize};

use crate::settings::Secret;

/// How Redis is used. All durations are milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RedisSettings {
    /// What every key begins with. Installations with databases of their own that share a Redis need names of their own.
    pub namespace: String,
    /// How long Redis may take for one question. 25 ms: a hundred times what it takes when it is well, and less than asking Postgres.
    pub answer_ms: u64,
    /// After so many failures in a row Redis is left alone for a while.
    pub failures: u32,
    /// For how long; then one question tries whether it is back.
    pub pause_ms: u64,
}

impl Default for RedisSettings {
    fn default() -> Self {
        Self { namespace: "marquee".to_owned(), answer_ms: 25, failures: 3, pause_ms: 1_000 }
    }
}

/// The server, behind a deadline and a breaker.
pub(crate) struct Redis {
    connection: ConnectionManager,
    settings: RedisSettings,
    breaker: Breaker,
}

impl std::fmt::Debug for Redis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The connection's own form may hold the password.
        f.debug_struct("Redis").field("breaker", &self.breaker).finish_non_exhaustive()
    }
}

impl Redis {
    /// Makes the link. Connects when it is first used. `None`, which is logged, where the address is none.
    pub(crate) fn open(url: &Secret, settings: &RedisSettings) -> Option<Self> {
        let deadline = Some(Duration::from_millis(settings.answer_ms));
        let config = ConnectionManagerConfig::new()
            .set_number_of_retries(1)
            .set_min_delay(Duration::from_millis(settings.answer_ms))
            .set_connection_timeout(Some(Duration::from_millis(settings.pause_ms)))
            .set_response_timeout(deadline);
        let opened =
            Client::open(url.expose()).and_then(|client| ConnectionManager::new_lazy_with_config(client, config));
        match opened {
            Ok(connection) => {
                let breaker = Breaker::new(settings.failures, Duration::from_millis(settings.pause_ms));
                Some(Self { connection, settings: settings.clone(), breaker })
            }
            Err(error) => {
                let kind = error.category();
                tracing::error!(kind, "the address of Redis (REDIS_URL) cannot be used; serving goes on without Redis");
                None
            }
        }
    }

    /// A key in this installation's namespace.
    pub(crate) fn key(&self, kind: &str, name: &str) -> String {
        format!("{}:{kind}:{name}", self.settings.namespace)
    }

    /// Asks within the deadline. `None`: Redis had no say.
    pub(crate) async fn ask<T, F>(&self, question: impl FnOnce(ConnectionManager) -> F) -> Option<T>
    where
        F: Future<Output = RedisResult<T>>,
    {
        if !self.breaker.lets_through() {
            return None;
        }
        let deadline = Duration::from_millis(self.settings.answer_ms);
        let why = match tokio::time::timeout(deadline, question(self.connection.clone())).await {
            Ok(Ok(answer)) => {
                if self.breaker.succeeded() {
                    tracing::info!("Redis answers again");
                }
                return Some(answer);
            }
            Ok(Err(error)) => error.category().to_owned(),
            Err(_) => "no answer in time".to_owned(),
        };
        metrics::counter!("marquee_redis_failures_total").increment(1);
        if self.breaker.failed() {
            tracing::warn!(why, "Redis does not answer; until it does, this host keeps its own answers and budgets");
        }
        None
    }
}

/// Lets nothing through for a while after some failures in a row.
#[derive(Debug)]
struct Breaker {
    began: Instant,
    failures: AtomicU32,
    /// Milliseconds after `began` until which nothing goes through; 0 where all is well.
    until: AtomicU64,
    limit: u32,
    pause: Duration,
}

impl Breaker {
    fn new(limit: u32, pause: Duration) -> Self {
        Self {
            began: Instant::now(),
            failures: AtomicU32::new(0),
            until: AtomicU64::new(0),
            limit: limit.max(1),
            pause,
        }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn pause(&self) -> u64 {
        // At least 1: 0 means that all is well.
        self.now().saturating_add(u64::try_from(self.pause.as_millis()).unwrap_or(u64::MAX)).max(1)
    }

    fn lets_through(&self) -> bool {
        let until = self.until.load(Ordering::Relaxed);
        // After the pause one goes ahead and tries; whoever else comes meanwhile waits for another pause.
        until == 0
            || self.now() >= until
                && self.until.compare_exchange(until, self.pause(), Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    /// Whether this is the end of a pause.
    fn succeeded(&self) -> bool {
        self.failures.store(0, Ordering::Relaxed);
        self.until.load(Ordering::Relaxed) != 0 && self.until.swap(0, Ordering::Relaxed) != 0
    }

    /// Whether this is the beginning of a pause.
    fn failed(&self) -> bool {
        let is_last = self.failures.fetch_add(1, Ordering::Relaxed).saturating_add(1) >= self.limit;
        is_last && self.until.swap(self.pause(), Ordering::Relaxed) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_some_failures_in_a_row_nothing_goes_through_until_one_has_tried() {
        let breaker = Breaker::new(3, Duration::from_secs(3600));
        assert!(!breaker.failed() && !breaker.failed());
        assert!(breaker.lets_through());
        assert!(!breaker.succeeded(), "nothing was wrong yet");
        assert!(!breaker.failed() && !breaker.failed() && breaker.failed(), "success begins the count anew");
        assert!(!breaker.lets_through());
        breaker.until.store(1, Ordering::Relaxed);
        std::thread::yield_now();
        while breaker.now() < 1 {
            std::hint::spin_loop();
        }
        assert!(breaker.lets_through(), "one tries");
        assert!(!breaker.lets_through(), "and only one");
        assert!(breaker.succeeded());
        assert!(breaker.lets_through() && breaker.lets_through());
    }

    #[tokio::test]
    async fn an_address_that_is_none_is_done_without() {
        assert!(Redis::open(&Secret::new("nonsense"), &RedisSettings::default()).is_none());
    }
}
