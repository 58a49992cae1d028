//! What can go wrong between Marquee and its database, by what the caller does next.

use std::path::PathBuf;

use marquee_model::SourceId;

/// Why the store could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database does not answer, is too slow or is being restarted: try again later.
    #[error("{what}: the database is not available ({reason}); check that it runs and is reachable, then try again")]
    Unavailable {
        /// What was being done.
        what: &'static str,
        /// The reason.
        reason: String,
    },
    /// The address or the settings are wrong: correct them.
    #[error("the database cannot be used: {reason}; correct DATABASE_URL or the `database` settings")]
    Misconfigured {
        /// The reason, without the password.
        reason: String,
    },
    /// The schema is older or newer than this program.
    #[error(
        "the database's schema is at migration {found}, this program needs {needed}; run `marquee migrate`, or use the program that fits"
    )]
    Schema {
        /// The newest applied migration, 0 for none.
        found: i64,
        /// The newest migration that this program knows.
        needed: i64,
    },
    /// A migration could not be applied.
    #[error("migration failed: {reason}")]
    Migration {
        /// The reason, with what to do.
        reason: String,
    },
    /// The server lacks an extension that Marquee needs.
    #[error(
        "the Postgres extension `{name}` cannot be created ({reason}); install the server's contrib package (Debian: `apt-get install postgresql-contrib`) or let the database's owner run `CREATE EXTENSION {name}`"
    )]
    Extension {
        /// The extension.
        name: String,
        /// The server's words.
        reason: String,
    },
    /// Something refers to an object that the database does not hold: declare it first (see [`crate::Store::sync_sources`]).
    #[error("{what}: {object} is not in the database; sync the sources first")]
    Unknown {
        /// What was being done.
        what: &'static str,
        /// The object, by kind and id.
        object: String,
    },
    /// A decision that cannot be carried out, or a plan that does not fit: nothing was written.
    #[error("{reason}")]
    Undecidable {
        /// Why, with what to do.
        reason: String,
    },
    /// The crawl's claim is no longer its source's: somebody else crawls it, or has crawled it. Nothing was written; drop the crawl.
    #[error(
        "the crawl of {crawled} under claim {token} came too late: the source is {by}'s since; nothing was recorded, and nothing need be done"
    )]
    Fenced {
        /// The source.
        crawled: SourceId,
        /// The claim's token.
        token: i64,
        /// Who holds the source now, or held it last.
        by: String,
    },
    /// A row holds what this program cannot read: somebody wrote to the table by hand, or the program is older than the row.
    #[error("table {table}, column {column}, row {id}: {reason}; correct the row, or use the program that wrote it")]
    BadRow {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row's id.
        id: String,
        /// Why it cannot be read.
        reason: String,
    },
    /// The database refused a statement: a defect of Marquee.
    #[error("{what}: the database refused the statement ({reason}); this is a defect of Marquee, please report it")]
    Refused {
        /// What was being done.
        what: &'static str,
        /// The server's words.
        reason: String,
    },
    /// No Postgres binaries were found and none could be downloaded.
    #[error("no Postgres server was found ({reason}); set DATABASE_URL, or install one: {install}")]
    NoServer {
        /// Where it was looked for, and why the download failed.
        reason: String,
        /// The command that installs it here.
        install: String,
    },
    /// The private server does not start or stop.
    #[error("the private Postgres server in {folder} {problem}; its last words: {log}")]
    Server {
        /// The server's folder.
        folder: PathBuf,
        /// What it does not do, with what to do.
        problem: String,
        /// The end of its log.
        log: String,
    },
    /// A file or folder of the private server cannot be used.
    #[error("{path}: {reason}; check owner and permissions of the folder, or choose another one in the settings")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// The operating system's words.
        reason: String,
    },
}

impl StoreError {
    /// Whether the same call can succeed later without anything being changed.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable { .. })
    }
}

/// What a result of the store is.
pub type Result<T> = std::result::Result<T, StoreError>;

/// What goes wrong inside an operation, before it is known what the operation was.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// The driver or the server.
    Sql(sqlx::Error),
    /// Named already.
    Store(StoreError),
}

impl From<sqlx::Error> for Trouble {
    fn from(error: sqlx::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Sorts an error of the driver by what the caller does next. The classes are those of PostgreSQL, appendix A.
pub(crate) fn classify(what: &'static str, error: &sqlx::Error) -> StoreError {
    use sqlx::Error as E;
    let reason = error.to_string();
    match error {
        E::Configuration(_) | E::Tls(_) | E::ConfigFile(_) => StoreError::Misconfigured { reason },
        E::Io(_) | E::PoolTimedOut | E::PoolClosed | E::WorkerCrashed | E::Protocol(_) | E::BeginFailed => {
            StoreError::Unavailable { what, reason }
        }
        E::Database(refusal) => {
            let code = refusal.code().unwrap_or_default();
            let class = code.get(..2).unwrap_or_default();
            match (class, code.as_ref()) {
                // Connection, rollback (deadlock, serialization), resources, operator (time-out, shutdown, start-up), disk.
                ("08" | "40" | "53" | "57" | "58", _) | (_, "55P03" | "25P03") => {
                    StoreError::Unavailable { what, reason }
                }
                ("28" | "3D", _) => StoreError::Misconfigured { reason },
                (_, "42P01" | "42703") => StoreError::Schema { found: 0, needed: crate::migrate::newest_known() },
                (_, "23503") => StoreError::Unknown {
                    what,
                    object: refusal.constraint().map_or(reason, |name| format!("what `{name}` refers to")),
                },
                _ => StoreError::Refused { what, reason },
            }
        }
        _ => StoreError::Refused { what, reason },
    }
}
