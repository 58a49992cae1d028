//! The number of the data that readers see, kept in memory: what was answered under a number holds as long as the number does.
//!
//! The number is `counters.last_change`. Every transaction that changes what readers see raises it and says so on the channel
//! `marquee_changes`, which Postgres delivers when the transaction commits. [`Store::watch_generation`] listens on one connection of its
//! own and asks again every so often on the same one, so that a lost message costs a poll and a lost connection is noticed. While neither
//! is possible [`Generation::current`] says that it does not know, and whoever keeps answers has to ask the database itself.
//!
//! A process listens once: kept answers, followers and webhooks hear of the same connection, whichever of them asked first. It ends with
//! the last of them.

use std::{
    sync::{Arc, Mutex, PoisonError, Weak},
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};
use sqlx::{
    PgPool,
    postgres::{PgListener, PgPoolOptions},
};
use tokio::{
    sync::watch,
    task::JoinHandle,
    time::{error::Elapsed, timeout, timeout_at},
};

use crate::{Result, Store, StoreError, error::Trouble, pool::limited};

/// The channel on which changes are told; its messages are the number of the last one.
const CHANNEL: &str = "marquee_changes";

const NEWEST: &str = "SELECT last_change FROM counters";

/// How the number is followed. All durations are milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GenerationSettings {
    /// How often the database is asked although it would say so itself. 1 s: a message that was lost with its connection delays news
    /// for so long; one small question a second is nothing to a database.
    pub poll_ms: u64,
    /// How long the database may take to answer that. 1 s: after it the connection counts as lost.
    pub answer_ms: u64,
    /// How long to wait before a lost connection is made again. 250 ms: a restart of Postgres takes a second or more.
    pub again_ms: u64,
}

impl Default for GenerationSettings {
    fn default() -> Self {
        Self { poll_ms: 1_000, answer_ms: 1_000, again_ms: 250 }
    }
}

impl GenerationSettings {
    /// How long an answer of the database is believed: one poll and its answer.
    const fn believed(self) -> Duration {
        Duration::from_millis(self.poll_ms.saturating_add(self.answer_ms))
    }
}

/// The number of the data that readers see. Cheap to clone; clones see the same.
#[derive(Debug, Clone)]
pub struct Generation {
    seen: Arc<watch::Sender<Seen>>,
    /// The highest number that was heard of: for followers, who are woken where it grows.
    grown: Arc<watch::Sender<i64>>,
    believed: Duration,
}

/// What was last heard.
#[derive(Debug, Clone, Copy)]
struct Seen {
    number: i64,
    /// When the database last said so; `None`: not since the connection was lost.
    confirmed: Option<Instant>,
}

impl Generation {
    /// The number, where it is known to hold: the database said so a moment ago.
    #[must_use]
    pub fn current(&self) -> Option<i64> {
        let seen = *self.seen.borrow();
        seen.confirmed.filter(|at| at.elapsed() <= self.believed).map(|_| seen.number)
    }

    /// The last number that was heard of, be it old; 0 before the first.
    #[must_use]
    pub fn last_heard(&self) -> i64 {
        self.seen.borrow().number
    }

    /// Waits until there is a number beyond `number`, and returns it. `None`: nobody listens any more, so none will come.
    pub async fn beyond(&self, number: i64) -> Option<i64> {
        let mut seen = self.seen.subscribe();
        let heard = seen.wait_for(|seen| seen.number > number).await.ok()?;
        Some(heard.number)
    }

    /// The number as it grows.
    #[must_use]
    pub fn subscribe(&self) -> watch::Receiver<i64> {
        self.grown.subscribe()
    }

    /// Waits until the database said for the first time what the number is.
    async fn is_heard(&self) {
        // It fails only where nobody can tell any more, and this is one of those who can.
        self.seen.subscribe().wait_for(|seen| seen.confirmed.is_some()).await.ok();
    }

    /// Takes a number over that somebody read from the database: after a write of one's own there is no need to wait for the message.
    pub fn heard(&self, number: i64) {
        self.grow(number);
        self.seen.send_if_modified(|seen| {
            let is_news = number > seen.number;
            seen.number = seen.number.max(number);
            is_news
        });
    }

    fn grow(&self, number: i64) {
        self.grown.send_if_modified(|grown| {
            let grows = number > *grown;
            *grown = number.max(*grown);
            grows
        });
    }

    fn confirmed(&self, number: i64) {
        self.grow(number);
        self.seen.send_if_modified(|seen| {
            let is_news = number != seen.number || seen.confirmed.is_none();
            *seen = Seen { number, confirmed: Some(Instant::now()) };
            is_news
        });
    }

    fn lost(&self) {
        self.seen.send_if_modified(|seen| {
            seen.confirmed = None;
            false
        });
    }
}

/// Follows the number until the last of its clones is dropped.
#[derive(Debug, Clone)]
pub struct GenerationWatch(Arc<Listening>);

#[derive(Debug)]
pub(crate) struct Listening {
    generation: Generation,
    task: JoinHandle<()>,
}

/// Where a store and all that were made of it find who listens already.
pub(crate) type Listened = Arc<Mutex<Weak<Listening>>>;

impl GenerationWatch {
    /// What it hears.
    #[must_use]
    pub fn generation(&self) -> &Generation {
        &self.0.generation
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Store {
    /// The number of the last change, asked of the database.
    pub async fn generation(&self) -> Result<i64> {
        self.bounded("asking for the last change", async {
            sqlx::query_scalar(NEWEST).fetch_one(&self.pool).await.map_err(Trouble::from)
        })
        .await
    }

    /// Follows the number, on one connection of its own: the pool's may all be busy just when it matters. Where this store, or one that was
    /// made of it, follows it already, that is joined and `settings` are of no account. Must be called within a runtime.
    #[must_use]
    pub fn watch_generation(&self, settings: GenerationSettings) -> GenerationWatch {
        let mut listened = self.listened.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(listening) = listened.upgrade() {
            return GenerationWatch(listening);
        }
        let (seen, grown) = (watch::Sender::new(Seen { number: 0, confirmed: None }), watch::Sender::new(0));
        let generation = Generation { seen: Arc::new(seen), grown: Arc::new(grown), believed: settings.believed() };
        let options =
            limited(self.options.clone(), &self.settings, settings.answer_ms.max(1), self.settings.lock_timeout_ms);
        // Lives as long as the host: neither age nor quiet is a reason to close it.
        let pool = PgPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(Duration::from_millis(self.settings.acquire_timeout_ms))
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_lazy_with(options);
        let task = tokio::spawn(follow(pool, generation.clone(), settings));
        let listening = Arc::new(Listening { generation, task });
        *listened = Arc::downgrade(&listening);
        GenerationWatch(listening)
    }

    /// The same for who must hear of every change from now on: it is listened when this returns, and the number known. Fails where the
    /// database does not answer within the time of an operation.
    pub async fn listen(&self, settings: GenerationSettings) -> Result<GenerationWatch> {
        let watch = self.watch_generation(settings);
        let limit = Duration::from_millis(self.settings.operation_timeout_ms);
        timeout(limit, watch.generation().is_heard()).await.map_err(|_| StoreError::Unavailable {
            what: "listening for changes",
            reason: format!("it did not answer within {} ms", limit.as_millis()),
        })?;
        Ok(watch)
    }
}

/// Listens for ever; a lost connection is told once and made again.
async fn follow(pool: PgPool, generation: Generation, settings: GenerationSettings) {
    let mut is_told = false;
    loop {
        let Err(why) = listen(&pool, &generation, settings, &mut is_told).await;
        generation.lost();
        if !std::mem::replace(&mut is_told, true) {
            tracing::warn!(%why, "news of the database cannot be heard; until they can, every answer is read from it");
        }
        tokio::time::sleep(Duration::from_millis(settings.again_ms)).await;
    }
}

/// Why listening ended.
#[derive(Debug, thiserror::Error)]
enum Deaf {
    #[error("{0}")]
    Sql(#[from] sqlx::Error),
    #[error("the connection was lost")]
    Lost,
    #[error("the database does not answer")]
    Silent(#[from] Elapsed),
}

async fn listen(
    pool: &PgPool,
    generation: &Generation,
    settings: GenerationSettings,
    is_told: &mut bool,
) -> std::result::Result<std::convert::Infallible, Deaf> {
    let answer = Duration::from_millis(settings.answer_ms);
    let mut listener = PgListener::connect_with(pool).await?;
    // A connection that is made again behind our back loses what was said in between.
    listener.eager_reconnect(false);
    timeout(answer, listener.listen(CHANNEL)).await??;
    let mut was_lower = false;
    loop {
        // Asked after listening has begun, so that nothing falls between.
        let number: i64 = timeout(answer, sqlx::query_scalar(NEWEST).fetch_one(&mut listener)).await??;
        // The question may be older than a message that was heard meanwhile. If it says so twice, the database was set back.
        let is_lower = number < generation.last_heard();
        generation.confirmed(if is_lower && !was_lower { generation.last_heard() } else { number });
        was_lower = is_lower;
        if std::mem::take(is_told) {
            tracing::info!("news of the database are heard again");
        }
        let next = tokio::time::Instant::now() + Duration::from_millis(settings.poll_ms);
        while let Ok(heard) = timeout_at(next, listener.try_recv()).await {
            let message = heard?.ok_or(Deaf::Lost)?;
            // A message that is no number still says that something changed: the question that follows finds out what.
            match message.payload().parse::<i64>() {
                Ok(number) => generation.heard(number),
                Err(_) => break,
            }
        }
    }
}
