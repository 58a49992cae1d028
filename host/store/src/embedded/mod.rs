//! A private Postgres server, for a machine where nobody set one up.
//!
//! Stands before the flow: the command line starts it when no `DATABASE_URL` is given and hands its address to
//! [`crate::Store::connect`]. Its data stay in a folder between runs. It never deletes data and never touches a server that it
//! did not start.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::Result;
fn later<T>() -> Result<T> {
    Err(crate::StoreError::Unavailable { what: "server", reason: "not built yet".to_owned() })
}

/// Settings of the private server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServerSettings {
    /// The folder that holds everything: data, password, port, log. One server a folder.
    pub folder: PathBuf,
    /// Where downloaded binaries are kept; `None` is `marquee/postgres` in the user's cache folder.
    pub cache: Option<PathBuf>,
    /// Folder with `initdb`, `postgres` and `pg_ctl`; `None` looks for them (PATH, /usr/lib/postgresql, Homebrew, `pg_config`).
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
    /// refused here: a promise that events are kept is not a setting.
    pub settings: std::collections::BTreeMap<String, String>,
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
            settings: std::collections::BTreeMap::new(),
        }
    }
}

/// A running private server. Dropping it stops it, unless it was already running when it was asked for.
#[derive(Debug)]
pub struct Server {
    url: String,
}

impl Server {
    /// Finds binaries, creates the data folder where it is new, starts the server and waits until it answers. A server that
    /// runs in the folder already is used as it is.
    pub async fn start(settings: ServerSettings) -> Result<Self> {
        let _ = settings;
        later()
    }

    /// The address of its database `marquee`, for [`crate::Store::connect`]. Contains the password: never log it.
    #[must_use]
    pub fn database_url(&self) -> &str {
        &self.url
    }

    /// Process id of the postmaster.
    #[must_use]
    pub fn pid(&self) -> u32 {
        0
    }

    /// Whether this call started it (`true`) or found it running.
    #[must_use]
    pub fn is_owner(&self) -> bool {
        true
    }

    /// Stops it: running statements are cancelled, everything is written (fast shutdown). Does nothing where it was found running.
    pub async fn stop(self) -> Result<()> {
        later()
    }
}
