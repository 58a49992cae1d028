//! The worker: takes what was asked for from the queue and crawls it, a few at a time.
//!
//! Wishes live in the database (`host/jobs`), so that any number of processes share them and none is lost with one. Two crawls never
//! ask one host at the same time, in whatever processes they run. What is due is found out by the scheduler beside it. The worker
//! never decides what a crawl does.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use futures::{FutureExt as _, future::BoxFuture};
use marquee_jobs::{Asked, Crawls, Done, JobError, JobSettings, Jobs, Why, Wish};
use marquee_model::{
    Clock, CrawlAnswer, CrawlNotRequested, CrawlOutcome, CrawlRequested, CrawlRequests, Source, SourceId,
};
use marquee_store::{Busy, Claim, Store, StoreError, Taken};
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use crate::{
    Claimed, Crawled, Pipeline, Scheduler, crawl_claimed,
    schedule::{self, Terms},
};

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
    /// Milliseconds between two looks at the queue where nothing told of a new job, at least 10. Postgres tells at once; the look is
    /// for jobs that were put off, and for what is freed when another crawl ends. It is one small query for each crawl at a time.
    pub queue_poll_ms: u64,
    /// Seconds that running crawls are given to end when the host stops; longer ones are given up without a trace in the store, since
    /// a crawl becomes visible in one transaction, and can be taken by another process at once.
    pub stop_seconds: u64,
    /// Milliseconds without a sign of life after which a crawl, or a whole worker, counts as dead and is taken over; signs are given
    /// three times as often. 15 s: a killed worker's crawl runs elsewhere within 25 s, and a database that restarts in ten ends no
    /// crawl. At least 100.
    pub lease_ms: u64,
    /// How often a job may fail of the machinery, such as a database that is away, before it is left lying; the n-th wait between is
    /// e^n seconds. 10: six hours. What a site does wrong does not count here.
    pub attempts: i16,
    /// How often a crawl that failed of something that heals is tried again before its next time.
    pub heal_tries: u8,
    /// Minutes before the first such try; each further one waits twice as long. 10: what is overloaded now is left alone for a while.
    pub heal_minutes: u32,
    /// Database connections of worker and scheduler, beside those that answer requests: four crawls write one at a time, their signs
    /// of life, the queue's own four.
    pub connections: u32,
}

impl Default for WorkerSettings {
    fn default() -> Self {
        Self {
            enabled: true,
            parallel: 4,
            poll_seconds: 10,
            queue_poll_ms: 1_000,
            stop_seconds: 20,
            lease_ms: 15_000,
            attempts: 10,
            heal_tries: 3,
            heal_minutes: 10,
            connections: 8,
        }
    }
}

impl WorkerSettings {
    /// Refuses settings with which nothing would be crawled, or every crawl would be taken for dead.
    ///
    /// # Errors
    /// The key, and what is wrong with it.
    pub fn check(&self) -> Result<(), String> {
        const SHORTEST_LEASE_MS: u64 = 1000;
        let zero = [("parallel", self.parallel as u64), ("connections", u64::from(self.connections))];
        if let Some((key, _)) = zero.iter().find(|(_, value)| *value == 0) {
            return Err(format!("`worker.{key}` is 0, so nothing could be crawled; use 1 or more"));
        }
        if self.lease_ms < SHORTEST_LEASE_MS {
            return Err(format!(
                "`worker.lease_ms` is {}: signs of life would come too late, and every crawl would be taken over; use {SHORTEST_LEASE_MS} or more",
                self.lease_ms
            ));
        }
        Ok(())
    }

    /// How long a claim holds without a sign of life.
    #[must_use]
    pub fn lease(&self) -> Duration {
        Duration::from_millis(self.lease_ms.max(100))
    }

    /// What the queue needs of them.
    #[must_use]
    pub fn jobs(&self) -> JobSettings {
        JobSettings {
            parallel: self.parallel.max(1),
            lease: self.lease(),
            attempts: self.attempts,
            poll: Duration::from_millis(self.queue_poll_ms.max(10)),
            // The worker itself gives crawls up; this is for one that does not even do that.
            grace: Duration::from_secs(self.stop_seconds.saturating_add(10)),
        }
    }
}

/// How a worker is told to end.
#[derive(Debug, Clone, Default)]
pub struct Stop {
    /// Take nothing new; running crawls may end.
    pub soon: CancellationToken,
    /// Give running crawls up as well.
    pub now: CancellationToken,
}

/// Runs crawls. See the module's documentation.
pub struct Worker {
    pipeline: Arc<Pipeline>,
    store: Store,
    jobs: Jobs,
    scheduler: Scheduler,
    settings: WorkerSettings,
    name: String,
    stop: Stop,
}

impl Worker {
    /// A worker over this pipeline, under a name that people recognise. `seed` is what its schedule's jitter is drawn from. It does
    /// nothing before [`Worker::run`].
    #[must_use]
    #[expect(
        clippy::too_many_arguments,
        reason = "the parts of a host, each of its own type; put together at one place"
    )]
    pub fn new(
        pipeline: Arc<Pipeline>,
        store: Store,
        jobs: Jobs,
        clock: Arc<dyn Clock>,
        settings: WorkerSettings,
        name: String,
        seed: u64,
        stop: Stop,
    ) -> Arc<Self> {
        let every = Duration::from_secs(settings.poll_seconds.max(1));
        let scheduler = Scheduler::new(store.clone(), jobs.clone(), clock, every, seed);
        Arc::new(Self { pipeline, store, jobs, scheduler, settings, name, stop })
    }

    /// Asks for what is due and crawls what is asked for, until it is told to end; then lets running crawls end within `stop_seconds`.
    pub async fn run(self: Arc<Self>) {
        let soon = self.stop.soon.clone();
        let work = self.jobs.work(Arc::clone(&self) as Arc<dyn Crawls>, soon.clone());
        tokio::join!(work, self.scheduler.run(soon.clone()));
    }

    async fn grant_one(&self, asked: Asked) -> Result<Done, StoreError> {
        let id = asked.wish.source;
        let Some(source) = self.store.source(id).await?.map(|stored| stored.source).filter(|source| source.enabled)
        else {
            tracing::debug!(source = %id, "a crawl was asked for of a source that is gone or switched off");
            return Ok(Done::Granted);
        };
        if self.is_granted(&asked).await? {
            tracing::debug!(source = %source.slug, "the crawl that was asked for has run meanwhile");
            return Ok(Done::Granted);
        }
        let claim = match self.store.claim(id, source.url.host(), &self.name, self.settings.lease()).await? {
            Taken::Claim(claim) => claim,
            Taken::Busy(busy) => return Ok(wait_for(asked, &busy)),
        };
        metrics::gauge!("marquee_crawls_running").increment(1);
        let ended = self.crawl(claim, &source).await;
        metrics::gauge!("marquee_crawls_running").decrement(1);
        match ended? {
            Claimed::Crawled(crawled) => Ok(self.again(asked, &source, &crawled)),
            Claimed::GivenUp => {
                tracing::info!(source = %source.slug, "a crawl did not end in time and is left to another process");
                Ok(Done::PutOff { asked, after: Duration::ZERO })
            }
            // As an error: the job may be another's by now, and only its own worker may take it from the queue.
            Claimed::Lost => Err(StoreError::Unavailable {
                what: "crawling",
                reason: format!("the claim on `{}` was lost", source.slug),
            }),
        }
    }

    async fn crawl(&self, claim: Claim, source: &Source) -> Result<Claimed, StoreError> {
        let give_up = async {
            self.stop.soon.cancelled().await;
            tokio::select! {
                () = self.stop.now.cancelled() => {}
                () = tokio::time::sleep(Duration::from_secs(self.settings.stop_seconds)) => {}
            }
        };
        // On the heap: the pipeline's future is large, and this one lies in several others.
        Box::pin(crawl_claimed(&self.pipeline, &self.store, claim, source, |_| {}, give_up)).await
    }

    /// Whether the source was crawled since it was asked for, or the crawl that the wish joined has ended well.
    async fn is_granted(&self, asked: &Asked) -> Result<bool, StoreError> {
        let Some(last) = self.store.last_claimed(asked.wish.source).await? else { return Ok(false) };
        Ok(last.begun_at >= asked.asked_at || asked.joined.is_some_and(|token| last.token >= token))
    }

    /// Whether the crawl is to be tried again before its next time.
    fn again(&self, asked: Asked, source: &Source, crawled: &Crawled) -> Done {
        let failed = matches!(crawled.crawl.outcome, CrawlOutcome::Failed { .. } | CrawlOutcome::Partial { .. });
        if !crawled.heals || !failed || asked.wish.tries >= self.settings.heal_tries {
            return Done::Granted;
        }
        let now = crawled.crawl.finished_at;
        let minutes = i64::from(self.settings.heal_minutes) << asked.wish.tries.min(16);
        let wish = Wish { why: Why::Again, tries: asked.wish.tries + 1, ..asked.wish };
        // What the host itself asks for counts where it is longer; and a try is no reason to wake a quiet site.
        let at = (now + TimeDelta::minutes(minutes)).max(crawled.not_before.unwrap_or(now));
        let at = schedule::outside_quiet(&Terms::of(&source.schedule, source.zone), at);
        Done::Again { wish, after: (at - now).to_std().unwrap_or_default() }
    }
}

impl Crawls for Worker {
    fn grant(&self, asked: Asked) -> BoxFuture<'_, Result<Done, String>> {
        self.grant_one(asked).map(|done| done.map_err(|error| error.to_string())).boxed()
    }
}

/// Looks again when the claim in the way could be free. A crawl usually ends before, so the look is no later than a second from now
/// where it gives signs of life: its lease is far from over.
fn wait_for(mut asked: Asked, busy: &Busy) -> Done {
    if busy.source == asked.wish.source {
        asked.joined = Some(busy.token);
    }
    let after = busy.free_in.min(Duration::from_secs(1)).max(Duration::from_millis(50));
    Done::PutOff { asked, after }
}

/// Takes wishes for crawls from the API, durably, whether or not this process crawls.
#[derive(Clone)]
pub struct QueuedCrawls {
    store: Store,
    jobs: Jobs,
    why: Why,
}

impl QueuedCrawls {
    /// Wishes go into this queue, as coming from `why`.
    #[must_use]
    pub const fn new(store: Store, jobs: Jobs, why: Why) -> Self {
        Self { store, jobs, why }
    }

    /// Asks for a crawl of a source.
    pub async fn ask(&self, source: &Source) -> Result<CrawlRequested, JobError> {
        self.jobs.ask(&Wish::new(source.id, source.url.host().to_owned(), self.why)).await
    }

    async fn ask_by_id(&self, source: SourceId) -> Result<CrawlRequested, JobError> {
        let Some(stored) = self.store.source(source).await? else {
            return Err(StoreError::Unknown { what: "asking for a crawl", object: source.to_string() }.into());
        };
        self.ask(&stored.source).await
    }
}

impl CrawlRequests for QueuedCrawls {
    fn request(&self, source: SourceId) -> CrawlAnswer<'_> {
        Box::pin(async move {
            self.ask_by_id(source).await.map_err(|error| CrawlNotRequested { reason: error.to_string() })
        })
    }
}
