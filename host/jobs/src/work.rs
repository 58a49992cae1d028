//! Working: jobs are taken from the queue and handed to whoever crawls; the queue outlives the database's absence.

use std::{fmt, sync::Arc, time::Duration};

use futures::future::BoxFuture;
use graphile_worker::{IntoTaskHandlerResult, TaskHandler, WorkerContext, WorkerOptions, WorkerRecoveryConfig};
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use crate::{Asked, Jobs, Result, error::While as _, queue::SCHEMA};

/// What became of a wish that was taken from the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    /// It was granted, or there is nothing to grant; the job is gone.
    Granted,
    /// It stands in the queue again for a later time.
    PutOff {
        /// The wish, which may have changed.
        asked: Asked,
        /// When its time comes, from now.
        after: Duration,
    },
    /// A new wish takes its place for a later time: it counts as asked for now.
    Again {
        /// The new wish.
        wish: crate::Wish,
        /// When its time comes, from now.
        after: Duration,
    },
}

/// Grants wishes: the worker of `host/crawl`.
pub trait Crawls: Send + Sync + 'static {
    /// Grants one. The error is of the machinery, not of a site: the job is tried again, with growing waits, as often as the settings
    /// say.
    fn grant(&self, asked: Asked) -> BoxFuture<'_, std::result::Result<Done, String>>;
}

/// Longest wait between two tries to work on a queue whose database does not answer. Taking over within 30 s has to fit in after it.
const MAX_WAIT: Duration = Duration::from_secs(8);
const FIRST_WAIT: Duration = Duration::from_millis(500);

impl Jobs {
    /// Works until `stop` is cancelled; then takes nothing new and returns when the jobs in hand are done, at the latest after the
    /// grace period: what is not done then stands in the queue again at once. A database that goes away only interrupts the work.
    pub async fn work(&self, crawls: Arc<dyn Crawls>, stop: CancellationToken) {
        let mut wait = FIRST_WAIT;
        while !stop.is_cancelled() {
            match self.work_once(Arc::clone(&crawls), &stop).await {
                Ok(()) => return,
                Err(error) => {
                    tracing::warn!(%error, retry_in_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
                        "work on the queue was interrupted");
                }
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(wait) => {}
            }
            wait = (wait * 2).min(MAX_WAIT);
        }
    }

    async fn work_once(&self, crawls: Arc<dyn Crawls>, stop: &CancellationToken) -> Result<()> {
        const WHAT: &str = "working on the queue";
        let settings = &self.settings;
        let beat = (settings.lease / 3).max(Duration::from_millis(50));
        let worker = WorkerOptions::default()
            .database(self.database.clone())
            .schema(SCHEMA)
            .concurrency(settings.parallel.max(1))
            .poll_interval(settings.poll)
            .define_job::<CrawlJob>()
            .add_extension(Granting { crawls, jobs: self.clone() })
            .worker_recovery(
                WorkerRecoveryConfig::default()
                    .heartbeat_interval(beat)
                    .sweep_interval(beat)
                    .sweep_threshold(settings.lease)
                    .recovery_delay(Duration::ZERO),
            )
            .listen_os_shutdown_signals(false)
            .shutdown_signal(stop.clone().cancelled_owned())
            .shutdown_grace_period(settings.grace)
            .shutdown_interrupted_job_retry_delay(Duration::ZERO)
            .init()
            .await
            .during(WHAT)?;
        let result = worker.run().await;
        if let Err(error) = result {
            // Every job of this worker has ended by now; what it could not give back is given back here if the database is there
            // again, else by whoever finds this worker dead.
            let _later_then = self.utils.force_unlock_workers(&[worker.worker_id().as_str()]).await;
            return Err(crate::JobError::Queue { what: WHAT, reason: error.to_string() });
        }
        Ok(())
    }
}

/// What a job works with. In the queue's own bag of extensions, hence `Clone` and `Debug`.
#[derive(Clone)]
struct Granting {
    crawls: Arc<dyn Crawls>,
    jobs: Jobs,
}

impl fmt::Debug for Granting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Granting")
    }
}

/// A job as the queue's library knows it.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct CrawlJob(Asked);

impl TaskHandler for CrawlJob {
    const IDENTIFIER: &'static str = "crawl";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let Some(granting) = context.extensions().get::<Granting>().cloned() else {
            return Err("the worker was built without what grants its jobs".to_owned());
        };
        let done = granting.crawls.grant(self.0).await?;
        let put_off = match &done {
            Done::Granted => return Ok(()),
            Done::PutOff { asked, after } => granting.jobs.put_off(asked, *after).await,
            Done::Again { wish, after } => granting.jobs.ask_again(wish, *after).await,
        };
        put_off.map_err(|error| error.to_string())
    }
}
