//! The pool: connecting, and bounding in time whatever is asked of the database.

use std::{future::Future, str::FromStr, time::Duration};

use sqlx::{
    Connection as _, PgConnection, PgPool, Postgres, Transaction,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use crate::{
    PoolSettings, Result, StoreError, TruthSettings,
    error::{Trouble, classify},
    generation::Listened,
    migrate,
};

/// The database. Cheap to clone; clones share one pool.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) pool: PgPool,
    pub(crate) options: PgConnectOptions,
    pub(crate) settings: PoolSettings,
    pub(crate) truth: std::sync::Arc<TruthSettings>,
    /// Who listens for changes; stores that are made of this one share it.
    pub(crate) listened: Listened,
    /// Sites that were found once: none is ever removed, and nearly every list names one.
    pub(crate) sites: std::sync::Arc<std::sync::Mutex<std::collections::BTreeSet<marquee_model::Slug>>>,
}

/// How long a connection may have lain idle and is taken without asking the server whether it is there. Asking is a way to the server and back
/// for every statement, which is a third of what a small one costs; a server that went away within a second is told by the statement itself.
const TAKEN_UNASKED: Duration = Duration::from_secs(1);

impl Store {
    /// Connects to a database by its URL (`postgres://user:password@host:port/name`) and sees that it answers.
    pub async fn connect(url: &str, settings: &PoolSettings) -> Result<Self> {
        let base = options(url)?;
        let store = Self {
            pool: pool(&base, settings),
            options: base,
            settings: settings.clone(),
            truth: std::sync::Arc::default(),
            listened: Listened::default(),
            sites: std::sync::Arc::default(),
        };
        store
            .bounded("connecting", async {
                store.pool.acquire().await?;
                Ok(())
            })
            .await?;
        Ok(store)
    }

    /// The same database through a pool of its own, with so many connections: for work that must not take those of the pool that
    /// answers requests. A connection is waited for as long as an operation may take, since nobody stands waiting.
    #[must_use]
    pub fn beside(&self, connections: u32) -> Self {
        let settings = PoolSettings {
            max_connections: connections,
            acquire_timeout_ms: self.settings.operation_timeout_ms,
            ..self.settings.clone()
        };
        Self {
            pool: pool(&self.options, &settings),
            options: self.options.clone(),
            settings,
            truth: self.truth.clone(),
            listened: self.listened.clone(),
            sites: std::sync::Arc::clone(&self.sites),
        }
    }

    /// The same database, believing by other rules than the default ones.
    #[must_use]
    pub fn believing(self, truth: TruthSettings) -> Self {
        Self { truth: std::sync::Arc::new(truth), ..self }
    }

    /// The rules by which it believes.
    #[must_use]
    pub fn truth(&self) -> &TruthSettings {
        &self.truth
    }

    /// The same database through a pool of its own for answering readers, whose statements end after `statement_timeout_ms`: no reader waits
    /// longer, and a statement that nobody waits for any more should not keep the server busy.
    #[must_use]
    pub fn for_readers(&self, connections: u32, statement_timeout_ms: u64) -> Self {
        let settings = PoolSettings { max_connections: connections, statement_timeout_ms, ..self.settings.clone() };
        Self {
            pool: pool(&self.options, &settings),
            options: self.options.clone(),
            settings,
            truth: self.truth.clone(),
            listened: self.listened.clone(),
            sites: std::sync::Arc::clone(&self.sites),
        }
    }

    /// The pool itself, for the queue of jobs alone (`host/jobs`), which brings its own SQL. Everything else has a method here.
    #[must_use]
    pub const fn pool_for_jobs(&self) -> &PgPool {
        &self.pool
    }

    /// Runs `work` while no other process runs anything under the same key, each on this database. Waits at most as long as a
    /// migration may take.
    pub async fn alone<T>(&self, key: i64, work: impl Future<Output = T>) -> Result<T> {
        let limit = self.settings.migration_timeout_ms;
        within("waiting for another process", Duration::from_millis(limit), async {
            let options = limited(self.options.clone(), &self.settings, limit, limit);
            let mut connection = PgConnection::connect_with(&options).await?;
            sqlx::query!("SELECT pg_advisory_lock($1)", key).execute(&mut connection).await?;
            let done = work.await;
            // Closing gives the lock up, however it went.
            connection.close().await.ok();
            Ok(done)
        })
        .await
    }

    /// Waits for running operations and closes every connection.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// Whether the database answers and has this program's schema; for `/readyz`.
    pub async fn ready(&self) -> Result<()> {
        let limit = Duration::from_millis(self.settings.ready_timeout_ms);
        let found = within("asking whether the database is ready", limit, async {
            Ok(migrate::newest_applied(&mut *self.pool.acquire().await?).await?)
        })
        .await?;
        let needed = migrate::newest_known();
        if found == needed { Ok(()) } else { Err(StoreError::Schema { found, needed }) }
    }

    /// Begins a transaction.
    pub(crate) async fn begin(&self) -> std::result::Result<Transaction<'static, Postgres>, sqlx::Error> {
        begin(&self.pool).await
    }

    /// Runs `work` within the operation timeout and names what failed.
    pub(crate) async fn bounded<T>(
        &self,
        what: &'static str,
        work: impl Future<Output = std::result::Result<T, Trouble>>,
    ) -> Result<T> {
        within(what, Duration::from_millis(self.settings.operation_timeout_ms), work).await
    }
}

/// Begins a transaction, in a task of its own: where the caller gives up meanwhile, as at a time limit, the task goes on to its end and rolls
/// back. Given up half-way, a beginning leaves its connection inside a transaction that nobody knows of, and whatever came next on it would
/// be lost.
///
/// # Errors
/// What the pool or the database says.
pub async fn begin(pool: &PgPool) -> std::result::Result<Transaction<'static, Postgres>, sqlx::Error> {
    let pool = pool.clone();
    tokio::spawn(async move { pool.begin().await }).await.unwrap_or(Err(sqlx::Error::WorkerCrashed))
}

fn pool(base: &PgConnectOptions, settings: &PoolSettings) -> PgPool {
    let options = limited(base.clone(), settings, settings.statement_timeout_ms, settings.lock_timeout_ms);
    PgPoolOptions::new()
        .max_connections(settings.max_connections.max(1))
        .acquire_timeout(Duration::from_millis(settings.acquire_timeout_ms))
        .test_before_acquire(false)
        .before_acquire(|connection, meta| {
            Box::pin(async move {
                if meta.idle_for >= TAKEN_UNASKED {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .connect_lazy_with(options)
}

/// Runs `work` within `limit` and names what failed.
pub(crate) async fn within<T>(
    what: &'static str,
    limit: Duration,
    work: impl Future<Output = std::result::Result<T, Trouble>>,
) -> Result<T> {
    match tokio::time::timeout(limit, work).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(Trouble::Store(error))) => Err(error),
        Ok(Err(Trouble::Sql(error))) => Err(classify(what, &error)),
        Err(_) => Err(StoreError::Unavailable { what, reason: format!("no answer within {} ms", limit.as_millis()) }),
    }
}

/// Reads a database URL. The error does not repeat it: it may hold a password.
pub(crate) fn options(url: &str) -> Result<PgConnectOptions> {
    if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
        return Err(StoreError::Misconfigured {
            reason: "the address does not begin with postgres:// or postgresql://".to_owned(),
        });
    }
    PgConnectOptions::from_str(url)
        .map_err(|error| StoreError::Misconfigured { reason: format!("the address cannot be read: {error}") })
}

/// The same connection with limits that the server itself keeps; they hold even when this process hangs.
pub(crate) fn limited(
    options: PgConnectOptions,
    settings: &PoolSettings,
    statement_ms: u64,
    lock_ms: u64,
) -> PgConnectOptions {
    options.application_name("marquee").options([
        ("statement_timeout", statement_ms.to_string()),
        ("lock_timeout", lock_ms.to_string()),
        ("idle_in_transaction_session_timeout", settings.idle_transaction_timeout_ms.to_string()),
        ("timezone", "UTC".to_owned()),
        // Compiling a statement pays for reports over millions of rows. Statements here touch few, and the planner, which cannot guess how
        // far a merge leads, compiled some for seconds.
        ("jit", "off".to_owned()),
    ])
}
