//! A private Postgres server, for a machine where nobody set one up.
//!
//! Stands before the flow: the command line starts it when no `DATABASE_URL` is given and hands its address to
//! [`crate::Store::connect`]. Its data stay in a folder between runs. It never deletes data and never touches a server whose
//! data lie elsewhere.
//!
//! The folder holds `data` (the cluster), `password` and `port`, `socket`, `log`, and two lock files: `lock` is held while a
//! server is started or stopped, `users` as long as a process uses it. The last user stops the server; a user that was killed
//! no longer counts, because the kernel lets go of its lock.

mod account;
mod binaries;
mod folder;
mod process;

use std::{
    collections::BTreeMap,
    path::PathBuf,
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};

use self::{
    account::Account,
    binaries::Binaries,
    folder::Folder,
    process::{Found, Postmaster, Running},
};
use crate::{Result, StoreError, databases};

/// Settings of the private server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServerSettings {
    /// The folder that holds everything: data, password, port, log. One server a folder.
    pub folder: PathBuf,
    /// Where downloaded binaries are kept; `None` is `marquee/postgres` in the user's cache folder.
    pub cache: Option<PathBuf>,
    /// Folder with `initdb`, `postgres` and `pg_ctl`; `None` looks for them (PATH, the usual places of Debian, Red Hat, Homebrew
    /// and Postgres.app, `pg_config`).
    pub binaries: Option<PathBuf>,
    /// Whether binaries may be downloaded where none are installed.
    pub download: bool,
    /// Longest wait for the server to answer after a start, in milliseconds. Recovery after a crash replays the log since the
    /// last checkpoint: at most `max_wal_size` (1 GB), some 30 s on a slow disk.
    pub start_timeout_ms: u64,
    /// Longest wait for a clean stop, in milliseconds, before the server is stopped at once (safe: the next start recovers).
    pub stop_timeout_ms: u64,
    /// Longest time of a download, in milliseconds; the archive has about 10 MB.
    pub download_timeout_ms: u64,
    /// Most connections. The pool's ten, `psql`, and room for a second host process and for tests.
    pub max_connections: u32,
    /// Further server settings by name, such as `shared_buffers`. `fsync`, `full_page_writes` and `synchronous_commit` are
    /// refused here: the promise that events are kept is not a setting.
    pub settings: BTreeMap<String, String>,
}

impl Default for ServerSettings {
    fn default() -> Self {
        Self {
            folder: PathBuf::from(".marquee/postgres"),
            cache: None,
            binaries: None,
            download: true,
            start_timeout_ms: 60_000,
            stop_timeout_ms: 15_000,
            download_timeout_ms: 300_000,
            max_connections: 100,
            settings: BTreeMap::new(),
        }
    }
}

/// How often a starting server is asked whether it answers.
const PROBE_EVERY: Duration = Duration::from_millis(50);
/// Longest wait for one answer to that question.
const PROBE_TIMEOUT: Duration = Duration::from_secs(2);
/// How many free ports are tried: between finding one and using it another program may take it.
const PORT_ATTEMPTS: u32 = 10;
/// The database that Marquee uses.
const DATABASE: &str = "marquee";

/// A running private server. Dropping it stops it (and waits for that), unless another process uses it too; [`Server::stop`]
/// does the same without blocking the runtime, and tells what went wrong.
#[derive(Debug)]
pub struct Server {
    url: String,
    pid: u32,
    keeper: Option<Keeper>,
}

/// What stopping takes.
#[derive(Debug)]
struct Keeper {
    folder: Folder,
    binaries: Binaries,
    account: Option<Account>,
    stop_timeout: Duration,
    users: folder::Lock,
    child: Option<Postmaster>,
}

impl Server {
    /// Finds binaries, creates the data folder where it is new, starts the server and waits until it answers. A server that
    /// runs in the folder already is used as it is.
    pub async fn start(settings: ServerSettings) -> Result<Self> {
        for name in ["fsync", "full_page_writes", "synchronous_commit"] {
            if settings.settings.contains_key(name) {
                return Err(StoreError::Misconfigured {
                    reason: format!("`{name}` cannot be set: switching it off loses events in a crash"),
                });
            }
        }
        let deadline = Instant::now() + Duration::from_millis(settings.start_timeout_ms);
        let account = Account::needed()?;
        let folder = Folder::open(&settings.folder, account.as_ref())?;
        let _starting = folder.lock(deadline).await?;
        let binaries = binaries::find(&settings, &folder, account.as_ref()).await?;
        let password = folder.password(account.as_ref())?;
        if !folder.has_data() {
            let (folder, binaries, account) = (folder.clone(), binaries.clone(), account.clone());
            blocking(move || process::initialise(&folder, &binaries, account.as_ref())).await?;
        }

        let (running, child) = match find_running(&folder, &password, deadline).await? {
            Some(running) => (running, None),
            None => start_new(&settings, &folder, &binaries, account.as_ref(), &password, deadline).await?,
        };
        let users = folder.use_it()?;
        let keeper = Keeper {
            folder,
            binaries,
            account,
            stop_timeout: Duration::from_millis(settings.stop_timeout_ms),
            users,
            child,
        };
        // From here on a failure drops the server, and dropping stops it.
        let server = Self { url: address(&password, running.port, DATABASE), pid: running.pid, keeper: Some(keeper) };
        databases::create(&address(&password, running.port, "postgres"), DATABASE, None).await?;
        Ok(server)
    }

    /// The address of its database `marquee`, for [`crate::Store::connect`]. Contains the password: never log it.
    #[must_use]
    pub fn database_url(&self) -> &str {
        &self.url
    }

    /// Process id of the postmaster.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Whether this call started it (`true`) or found it running.
    #[must_use]
    pub fn was_started_here(&self) -> bool {
        self.keeper.as_ref().is_some_and(|keeper| keeper.child.is_some())
    }

    /// Stops it: running statements are cancelled, everything is written (fast shutdown). Leaves it running where another
    /// process uses it too.
    pub async fn stop(mut self) -> Result<()> {
        match self.keeper.take() {
            Some(keeper) => blocking(move || keeper.stop()).await,
            None => Ok(()),
        }
    }

    /// Lets go of it without stopping it. The next [`Server::start`] with the same folder finds it.
    pub fn leave(mut self) {
        self.keeper = None;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(keeper) = self.keeper.take()
            && let Err(error) = keeper.stop()
        {
            tracing::warn!(%error, "the private Postgres server was not stopped");
        }
    }
}

impl Keeper {
    fn stop(self) -> Result<()> {
        // Whoever holds the lock is starting a server here, which is to say using this one.
        let Some(_stopping) = self.folder.try_lock()? else { return Ok(()) };
        if !self.users.is_last()? {
            return Ok(());
        }
        process::stop(&self.folder, &self.binaries, self.account.as_ref(), self.stop_timeout)
    }
}

fn address(password: &str, port: u16, database: &str) -> String {
    // Loopback only: encryption would cost a round trip and protect nothing.
    format!("postgres://{user}:{password}@127.0.0.1:{port}/{database}?sslmode=disable", user = process::SUPERUSER)
}

/// The server that runs in the folder already, waited for while it is starting.
async fn find_running(folder: &Folder, password: &str, deadline: Instant) -> Result<Option<Running>> {
    loop {
        match process::find(folder) {
            Found::Nothing => return Ok(None),
            Found::Running(running) if answers(folder, password, running.port).await => return Ok(Some(running)),
            Found::Running(_) | Found::Remains if Instant::now() < deadline => tokio::time::sleep(PROBE_EVERY).await,
            Found::Running(_) => {
                return Err(
                    folder.server_error("runs but does not answer in time; stop it, or raise `start_timeout_ms`", 0)
                );
            }
            Found::Remains => {
                return Err(folder.server_error("was killed, and its back ends do not end; end them by hand", 0));
            }
        }
    }
}

async fn start_new(
    settings: &ServerSettings,
    folder: &Folder,
    binaries: &Binaries,
    account: Option<&Account>,
    password: &str,
    deadline: Instant,
) -> Result<(Running, Option<Postmaster>)> {
    let mut ports = 0;
    let mut port = folder.port()?;
    loop {
        let log_start = folder.log_size();
        let child = process::spawn(settings, folder, binaries, account, port)?;
        loop {
            if answers(folder, password, port).await {
                folder.remember_port(port)?;
                return Ok((Running { pid: child.pid, port }, Some(child)));
            }
            if child.has_ended() {
                break;
            }
            if Instant::now() >= deadline {
                child.kill();
                return Err(folder.server_error("does not answer in time; raise `start_timeout_ms`", log_start));
            }
            tokio::time::sleep(PROBE_EVERY).await;
        }
        // It ended by itself; its log tells whether another attempt can succeed.
        let log = folder.log_since(log_start);
        if log.contains("Address already in use") || log.contains("could not create any TCP/IP sockets") {
            ports += 1;
            if ports >= PORT_ATTEMPTS {
                return Err(folder.server_error("finds no free port", log_start));
            }
            port = folder::free_port()?;
        } else if log.contains("pre-existing shared memory block") || log.contains("already exists") {
            // The back ends of a killed server take a moment to notice that they are alone.
            if Instant::now() >= deadline {
                return Err(folder.server_error("waits in vain for the remains of a killed server to end", log_start));
            }
            tokio::time::sleep(PROBE_EVERY).await;
        } else {
            return Err(folder.server_error("does not start", log_start));
        }
    }
}

/// Whether the server at this port is the one whose data lie in the folder.
async fn answers(folder: &Folder, password: &str, port: u16) -> bool {
    databases::data_directory(&address(password, port, "postgres"), PROBE_TIMEOUT)
        .await
        .is_ok_and(|data| folder.is_data(&data))
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => {
            Err(StoreError::Unavailable { what: "working on the private Postgres server", reason: error.to_string() })
        }
    }
}
