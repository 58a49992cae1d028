//! Asking: a wish becomes a job, once.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use graphile_worker::{
    Database, DbExecutor as _, DbExecutorArg, DbValue, JobKeyMode, JobSpecBuilder, TaskHandler as _, WorkerUtils,
};
use marquee_model::CrawlRequested;
use marquee_store::{Store, Turn};

use crate::{
    Asked, Result, Why, Wish,
    error::{JobError, While as _},
    work::CrawlJob,
};

/// The schema in which the queue's tables lie. Also named in the down migration of `migrations/0008_jobs`, which drops it.
pub(crate) const SCHEMA: &str = "marquee_jobs";

/// Key of the advisory lock under which one process at a time brings the queue's tables up to date.
const TABLES_LOCK: i64 = 0x6d61_7271_7565_6508;

/// How the queue is worked on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobSettings {
    /// Jobs at a time, at least 1.
    pub parallel: usize,
    /// After which time without a sign of life a worker counts as dead. Signs are given, and dead ones looked for, three times as
    /// often.
    pub lease: Duration,
    /// How often a job may fail of the machinery, with growing waits between, before it is left lying.
    pub attempts: i16,
    /// How often the queue is looked at where nothing tells of a new job.
    pub poll: Duration,
    /// How long running jobs may go on once the end was asked for. The jobs themselves keep a shorter time; this one is for a job
    /// that does not.
    pub grace: Duration,
}

impl Default for JobSettings {
    /// See `WorkerSettings` of `host/crawl`, from which the program takes them.
    fn default() -> Self {
        Self {
            parallel: 4,
            lease: Duration::from_secs(15),
            attempts: 10,
            poll: Duration::from_secs(1),
            grace: Duration::from_secs(30),
        }
    }
}

/// How much stands in the queue.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Depth {
    /// Jobs whose time has come and that nobody works on.
    pub waiting: i64,
    /// Jobs that are put off.
    pub later: i64,
    /// Jobs that are worked on.
    pub running: i64,
    /// Jobs that failed as often as they may; the next wish for the same source takes their place.
    pub spent: i64,
}

/// The queue. Cheap to clone.
#[derive(Clone)]
pub struct Jobs {
    pub(crate) database: Database,
    pub(crate) utils: WorkerUtils,
    pub(crate) settings: JobSettings,
}

/// What stands in the queue under a key.
enum Standing {
    /// It waits, and is next as soon as a worker is free.
    Waiting,
    /// It is put off until later, or failed as often as it may.
    Idle,
    /// It is being granted.
    Running,
    /// Its crawl was recorded, and whoever granted it did not come to say so: the process died, or its database did.
    Over,
}

impl Jobs {
    /// The queue in this database; its tables are made, or brought up to date, by one process at a time.
    pub async fn open(store: &Store, settings: JobSettings) -> Result<Self> {
        let database = Database::from(store.pool_for_jobs().clone());
        let utils = WorkerUtils::new(database.clone(), SCHEMA);
        store.alone(TABLES_LOCK, utils.migrate()).await?.map_err(|error| JobError::tables(&error))?;
        Ok(Self { database, utils, settings })
    }

    /// Writes a wish down. A source's wish stands in the queue once: where one is being granted, nothing is added; one that waits is
    /// wanted anew, so that a crawl from before this call does not count for it.
    pub async fn ask(&self, wish: &Wish) -> Result<CrawlRequested> {
        const WHAT: &str = "asking for a crawl";
        // In a task of its own: given up half-way, a beginning would leave a connection inside a transaction that nobody knows of.
        let database = self.database.clone();
        let begun = tokio::spawn(async move { database.begin().await }).await;
        let transaction = begun.during(WHAT)?.during(WHAT)?;
        let asked = self.ask_by(&mut &transaction, wish).await?;
        transaction.commit().await.during(WHAT)?;
        Ok(asked)
    }

    /// The same within the scheduler's transaction.
    pub async fn ask_within(&self, turn: &mut Turn, wish: &Wish) -> Result<CrawlRequested> {
        self.ask_by(&mut turn.connection(), wish).await
    }

    async fn ask_by(&self, by: &mut impl DbExecutorArg, wish: &Wish) -> Result<CrawlRequested> {
        const WHAT: &str = "asking for a crawl";
        let key = wish.key();
        // Two who ask at once look one after the other; the queue's own functions take the same lock.
        by.execute("SELECT pg_advisory_xact_lock(hashtext($1))", vec![DbValue::Text(key.clone())].into())
            .await
            .during(WHAT)?;
        let standing = standing(by, &key, wish).await?;
        // A schedule's slot is served by any crawl of these minutes; who asks by hand wants one that begins from now on.
        let by_hand = matches!(wish.why, Why::Api | Why::Command);
        match standing {
            Some(Standing::Running) => return Ok(CrawlRequested::AlreadyQueued),
            Some(Standing::Waiting | Standing::Over) if !by_hand => return Ok(CrawlRequested::AlreadyQueued),
            _ => {}
        }
        self.add(by, wish, None, Duration::ZERO).await?;
        Ok(match standing {
            Some(Standing::Waiting) => CrawlRequested::AlreadyQueued,
            _ => CrawlRequested::Queued,
        })
    }

    /// Puts a wish that is being granted off: it stands in the queue again, under the same key, for a later time. The job that is
    /// worked on ends without a trace.
    pub(crate) async fn put_off(&self, asked: &Asked, after: Duration) -> Result<()> {
        self.add(&mut &self.database, &asked.wish, Some(asked), after).await
    }

    /// Puts a new wish in the place of the one that is being granted.
    pub(crate) async fn ask_again(&self, wish: &Wish, after: Duration) -> Result<()> {
        self.add(&mut &self.database, wish, None, after).await
    }

    async fn add(
        &self,
        by: &mut impl DbExecutorArg,
        wish: &Wish,
        before: Option<&Asked>,
        after: Duration,
    ) -> Result<()> {
        const WHAT: &str = "adding a job";
        let now = by.fetch_one("SELECT clock_timestamp() AS now", Vec::new().into()).await.during(WHAT)?;
        let now: DateTime<Utc> = now.try_get("now").during(WHAT)?;
        let asked = Asked {
            wish: wish.clone(),
            asked_at: before.map_or(now, |before| before.asked_at),
            joined: before.and_then(|before| before.joined),
        };
        let run_at = TimeDelta::from_std(after).ok().and_then(|after| now.checked_add_signed(after)).unwrap_or(now);
        let spec = JobSpecBuilder::new()
            .queue_name(wish.host.clone())
            .job_key(wish.key())
            .job_key_mode(JobKeyMode::Replace)
            .max_attempts(self.settings.attempts.max(1))
            .priority(wish.why.priority())
            .run_at(run_at)
            .build();
        self.utils.clone().with_executor(by).add_raw_job(CrawlJob::IDENTIFIER, asked, spec).await.during(WHAT)?;
        Ok(())
    }

    /// How much stands in the queue.
    pub async fn depth(&self) -> Result<Depth> {
        const WHAT: &str = "looking at the queue";
        const SQL: &str = "SELECT count(*) FILTER (WHERE locked_at IS NOT NULL) AS running,
                   count(*) FILTER (WHERE locked_at IS NULL AND attempts >= max_attempts) AS spent,
                   count(*) FILTER (WHERE locked_at IS NULL AND attempts < max_attempts AND run_at <= now()) AS waiting,
                   count(*) FILTER (WHERE locked_at IS NULL AND attempts < max_attempts AND run_at > now()) AS later
            FROM marquee_jobs.jobs";
        let row = self.database.fetch_one(SQL, Vec::new().into()).await.during(WHAT)?;
        Ok(Depth {
            waiting: row.try_get("waiting").during(WHAT)?,
            later: row.try_get("later").during(WHAT)?,
            running: row.try_get("running").during(WHAT)?,
            spent: row.try_get("spent").during(WHAT)?,
        })
    }
}

/// The view `jobs` is what graphile_worker promises to keep; its tables are its own.
async fn standing(by: &mut impl DbExecutorArg, key: &str, wish: &Wish) -> Result<Option<Standing>> {
    const WHAT: &str = "looking for a job";
    const SQL: &str = "SELECT j.locked_at IS NOT NULL AS running, j.attempts >= j.max_attempts OR j.run_at > now() AS idle,
               EXISTS (SELECT FROM crawl_claims c WHERE c.source_id = $2::text::uuid AND c.last_begun_at >= j.locked_at) AS over
        FROM marquee_jobs.jobs j WHERE j.key = $1";
    let values = vec![DbValue::Text(key.to_owned()), DbValue::Text(wish.source.uuid().to_string())];
    let row = by.fetch_optional(SQL, values.into()).await.during(WHAT)?;
    let Some(row) = row else { return Ok(None) };
    let is = |column| row.try_get::<bool>(column).during(WHAT);
    Ok(Some(match (is("running")?, is("over")?, is("idle")?) {
        (true, false, _) => Standing::Running,
        (true, true, _) => Standing::Over,
        (false, _, true) => Standing::Idle,
        (false, _, false) => Standing::Waiting,
    }))
}
