//! The worker: crawls sources when they are due or when somebody asks, a few at a time.
//!
//! A wish for a crawl is kept once: asking again while it waits or runs changes nothing. Two crawls never ask one host at the
//! same time, so that a venue with several sources is not pressed. Wishes live in this process; what is due is found out from
//! the database, so that a restart loses no schedule.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use marquee_model::{Clock, CrawlRequested, CrawlRequests, Source, SourceId};
use marquee_store::{Store, StoreError};
use serde::{Deserialize, Serialize};
use tokio::{sync::Notify, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::Pipeline;

/// Settings of the worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WorkerSettings {
    /// Whether `marquee serve` crawls at all; `false` serves only.
    pub enabled: bool,
    /// Crawls at a time, at least 1. Most of a crawl is waiting for a site: four keep two cores busy without crowding the pool of
    /// database connections.
    pub parallel: usize,
    /// Seconds between two looks at what is due, at least 1. Schedules are in minutes, so ten is never late by much.
    pub poll_seconds: u64,
    /// Seconds that running crawls are given to end when the host stops; longer ones are abandoned without a trace in the store,
    /// since a crawl becomes visible in one transaction.
    pub stop_seconds: u64,
}

impl Default for WorkerSettings {
    fn default() -> Self {
        Self { enabled: true, parallel: 4, poll_seconds: 10, stop_seconds: 20 }
    }
}

/// The wishes and the crawls in flight.
#[derive(Default)]
struct Queue {
    waiting: VecDeque<SourceId>,
    running: BTreeMap<SourceId, String>,
}

impl Queue {
    /// Takes the first waiting source whose host nobody asks right now.
    fn take(&mut self, sources: &BTreeMap<SourceId, Source>) -> Option<Source> {
        let busy: BTreeSet<&String> = self.running.values().collect();
        let place = self
            .waiting
            .iter()
            .position(|id| sources.get(id).is_none_or(|source| !busy.contains(&source.url.host().to_owned())))?;
        let id = self.waiting.remove(place)?;
        let source = sources.get(&id)?.clone();
        self.running.insert(id, source.url.host().to_owned());
        Some(source)
    }
}

/// Runs crawls. See the module's documentation.
pub struct Worker {
    pipeline: Arc<Pipeline>,
    store: Store,
    clock: Arc<dyn Clock>,
    settings: WorkerSettings,
    queue: Mutex<Queue>,
    wished: Notify,
}

impl Worker {
    /// A worker over this pipeline. It does nothing before [`Worker::run`].
    #[must_use]
    pub fn new(pipeline: Arc<Pipeline>, store: Store, clock: Arc<dyn Clock>, settings: WorkerSettings) -> Arc<Self> {
        Arc::new(Self { pipeline, store, clock, settings, queue: Mutex::default(), wished: Notify::new() })
    }

    /// Works until `stop` is cancelled, then lets running crawls end within `stop_seconds`.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let mut crawls = JoinSet::new();
        let mut tick = tokio::time::interval(Duration::from_secs(self.settings.poll_seconds.max(1)));
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                _ = tick.tick() => self.wish_for_what_is_due().await,
                () = self.wished.notified() => {}
                Some(_ended) = crawls.join_next() => {}
            }
            self.start_crawls(&mut crawls).await;
        }
        let running = crawls.len();
        if running > 0 {
            tracing::info!(running, "waiting for running crawls to end");
        }
        let deadline = Duration::from_secs(self.settings.stop_seconds);
        let all = async { while crawls.join_next().await.is_some() {} };
        if tokio::time::timeout(deadline, all).await.is_err() {
            tracing::warn!(
                seconds = self.settings.stop_seconds,
                "crawls did not end in time and are abandoned; they will be due again"
            );
        }
    }

    async fn wish_for_what_is_due(&self) {
        match self.due().await {
            Ok(due) => {
                for id in due {
                    let _queued_or_already_so = self.request(id);
                }
            }
            Err(error) => {
                tracing::warn!(%error, "cannot find out which sources are due; trying again at the next look");
            }
        }
    }

    async fn due(&self) -> Result<Vec<SourceId>, StoreError> {
        let last: BTreeMap<SourceId, Option<DateTime<Utc>>> =
            self.store.source_health().await?.into_iter().map(|health| (health.source, health.last_tried)).collect();
        let now = self.clock.now();
        let sources = self.store.sources().await?;
        Ok(sources
            .into_iter()
            .map(|stored| stored.source)
            .filter(|source| source.enabled && is_due(source, last.get(&source.id).copied().flatten(), now))
            .map(|source| source.id)
            .collect())
    }

    async fn start_crawls(self: &Arc<Self>, crawls: &mut JoinSet<()>) {
        if self.queue().waiting.is_empty() || crawls.len() >= self.settings.parallel.max(1) {
            return;
        }
        let sources: BTreeMap<SourceId, Source> = match self.store.sources().await {
            Ok(sources) => sources.into_iter().map(|stored| (stored.source.id, stored.source)).collect(),
            Err(error) => {
                tracing::warn!(%error, "cannot read the sources; trying again at the next look");
                return;
            }
        };
        self.queue().waiting.retain(|id| sources.contains_key(id));
        while crawls.len() < self.settings.parallel.max(1) {
            let Some(source) = self.queue().take(&sources) else { return };
            let worker = Arc::clone(self);
            crawls.spawn(async move {
                if let Err(error) = worker.pipeline.crawl(&source, |_| {}).await {
                    tracing::error!(source = %source.slug, %error, "a crawl could not be recorded; it will be due again");
                }
                worker.queue().running.remove(&source.id);
                worker.wished.notify_one();
            });
        }
    }

    /// The queue holds only ids, so that a panic elsewhere leaves it whole.
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CrawlRequests for Worker {
    fn request(&self, source: SourceId) -> CrawlRequested {
        let mut queue = self.queue();
        if queue.waiting.contains(&source) || queue.running.contains_key(&source) {
            return CrawlRequested::AlreadyQueued;
        }
        queue.waiting.push_back(source);
        drop(queue);
        self.wished.notify_one();
        CrawlRequested::Queued
    }
}

/// Takes no wishes: for a host that only serves.
#[derive(Debug, Clone, Copy)]
pub struct NoWorker;

impl CrawlRequests for NoWorker {
    fn request(&self, _source: SourceId) -> CrawlRequested {
        CrawlRequested::NoWorker
    }
}

fn is_due(source: &Source, last: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    last.is_none_or(|last| now - last >= TimeDelta::minutes(i64::from(source.schedule.every_minutes)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::summary::testing::source;

    #[test]
    fn a_source_is_due_when_it_was_never_tried_or_its_interval_is_over() {
        let source = source();
        let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        assert!(is_due(&source, None, now));
        assert!(!is_due(&source, Some(now - TimeDelta::minutes(359)), now));
        assert!(is_due(&source, Some(now - TimeDelta::minutes(360)), now));
    }

    #[test]
    fn two_sources_on_one_host_wait_for_each_other() {
        let (mut one, mut two, mut three) = (source(), source(), source());
        three.url = "https://other.example/".parse().unwrap();
        for (place, source) in [&mut one, &mut two, &mut three].into_iter().enumerate() {
            source.id = SourceId::new(DateTime::from_timestamp(i64::try_from(place).unwrap(), 0).unwrap());
        }
        let sources = BTreeMap::from([(one.id, one.clone()), (two.id, two.clone()), (three.id, three.clone())]);
        let mut queue = Queue { waiting: VecDeque::from([one.id, two.id, three.id]), running: BTreeMap::new() };
        assert_eq!(queue.take(&sources).unwrap().id, one.id);
        assert_eq!(queue.take(&sources).unwrap().id, three.id, "the second has to wait for its host");
        assert!(queue.take(&sources).is_none());
        queue.running.remove(&one.id);
        assert_eq!(queue.take(&sources).unwrap().id, two.id);
    }
}
