//! The scheduler: asks for crawls of what is due, and sets when it is due next.
//!
//! Stands before the queue of jobs. Every process that crawls runs one; the database lets one of them have each due source, and the
//! wish and the next time are written in one transaction. A time that was missed while nothing ran is made up for once: the next time
//! is reckoned from now. It never crawls.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use marquee_jobs::{JobError, Jobs, Why, Wish};
use marquee_model::Clock;
use marquee_store::{Slot, Store};
use rand::{Rng as _, SeedableRng as _, rngs::SmallRng};
use tokio_util::sync::CancellationToken;

use crate::schedule::{self, Terms};

/// Sources that one transaction handles: few enough that it is over in well under a second, so that no other waits for it.
const BATCH: u32 = 50;

/// Crawls that tell how often a source changes: two months of a source that is crawled daily.
const LOOK_BACK: u32 = 60;

/// Asks for crawls when they are due.
pub struct Scheduler {
    store: Store,
    jobs: Jobs,
    clock: Arc<dyn Clock>,
    every: Duration,
    random: Mutex<SmallRng>,
}

impl Scheduler {
    /// A scheduler that looks every so often. `seed` is what jitter is drawn from.
    #[must_use]
    pub fn new(store: Store, jobs: Jobs, clock: Arc<dyn Clock>, every: Duration, seed: u64) -> Self {
        Self { store, jobs, clock, every, random: Mutex::new(SmallRng::seed_from_u64(seed)) }
    }

    /// Looks until `stop` is cancelled. A database that is away only delays.
    pub async fn run(&self, stop: CancellationToken) {
        let mut tick = tokio::time::interval(self.every);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = tick.tick() => {}
            }
            if let Err(error) = self.look().await {
                tracing::warn!(%error, "cannot find out which sources are due; trying again at the next look");
            }
            self.measure().await;
        }
    }

    /// One look: new and changed schedules get their first time, and crawls of what is due are asked for. Returns how many.
    pub async fn look(&self) -> Result<usize, JobError> {
        self.plan().await?;
        let mut asked = 0;
        loop {
            let now = self.clock.now();
            let mut turn = self.store.due(now, BATCH).await?;
            let slots = turn.slots().to_vec();
            for slot in &slots {
                // A time that was missed while nothing ran is not made up for in quiet hours.
                let loud = schedule::outside_quiet(&Terms::of(&slot.schedule, slot.zone), now);
                if loud > now {
                    turn.set_next(slot, None, loud).await?;
                    continue;
                }
                let next = self.next(slot, now).await?;
                let wish = Wish::new(slot.source, slot.url.host().to_owned(), Why::Schedule);
                self.jobs.ask_within(&mut turn, &wish).await?;
                turn.set_next(slot, Some(now), next).await?;
                tracing::debug!(source = %slot.slug, due = ?slot.due_at, %next, "a crawl is due");
            }
            turn.commit().await?;
            asked += slots.len();
            if slots.len() < BATCH as usize {
                return Ok(asked);
            }
        }
    }

    async fn plan(&self) -> Result<(), JobError> {
        loop {
            let slots = self.store.unplanned(BATCH).await?;
            let now = self.clock.now();
            for slot in &slots {
                let terms = Terms::of(&slot.schedule, slot.zone);
                let first = match (&slot.schedule.cron, slot.last_tried) {
                    // Fixed times are meant as they stand: a new source waits for its own.
                    (Some(_), _) => self.next(slot, now).await?,
                    (None, Some(last)) => schedule::outside_quiet(&terms, self.next(slot, last).await?.max(now)),
                    (None, None) => schedule::outside_quiet(&terms, now),
                };
                self.store.plan(slot, first).await?;
            }
            if slots.len() < BATCH as usize {
                return Ok(());
            }
        }
    }

    async fn next(&self, slot: &Slot, after: DateTime<Utc>) -> Result<DateTime<Utc>, JobError> {
        let changes = match slot.schedule.adaptive {
            Some(_) => self.store.changes_found(slot.source, LOOK_BACK).await?,
            None => Vec::new(),
        };
        let random = self.random.lock().unwrap_or_else(PoisonError::into_inner).random::<f64>();
        Ok(schedule::next(&Terms::of(&slot.schedule, slot.zone), &changes, after, random))
    }

    async fn measure(&self) {
        #[expect(clippy::cast_precision_loss, reason = "a gauge is a float, and a queue is no longer than 2^52")]
        let set = |name: &'static str, count: i64| metrics::gauge!("marquee_jobs", "state" => name).set(count as f64);
        match self.jobs.depth().await {
            Ok(depth) => {
                set("waiting", depth.waiting);
                set("later", depth.later);
                set("running", depth.running);
                set("spent", depth.spent);
            }
            Err(error) => tracing::debug!(%error, "the queue could not be measured"),
        }
        let now = self.clock.now();
        if let Ok(oldest) = self.store.oldest_due(now).await {
            let seconds = oldest.map_or(0.0, |due| (now - due).as_seconds_f64());
            metrics::gauge!("marquee_schedule_overdue_seconds").set(seconds);
        }
    }
}
