//! What can go wrong with the queue, by what the caller does next.

use graphile_worker::{DbError, WorkerBuildError, errors::GraphileWorkerError};
use marquee_store::StoreError;

/// Why the queue could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// The store's part of it failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The database does not answer, or refuses: try again later.
    #[error(
        "{what}: the queue in the database cannot be used ({reason}); check that the database runs, then try again"
    )]
    Queue {
        /// What was being done.
        what: &'static str,
        /// The reason.
        reason: String,
    },
    /// The queue's tables could not be made or brought up to date.
    #[error(
        "the queue's tables could not be brought up to date ({reason}); see that the database's user may create a schema, then start again"
    )]
    Tables {
        /// The reason.
        reason: String,
    },
}

/// What a result of the queue is.
pub type Result<T> = std::result::Result<T, JobError>;

impl JobError {
    pub(crate) fn tables(error: &impl std::fmt::Display) -> Self {
        Self::Tables { reason: error.to_string() }
    }
}

/// Names what was being done when an error of the queue's own came.
pub(crate) trait While<T> {
    fn during(self, what: &'static str) -> Result<T>;
}

macro_rules! named {
    ($($error:ty),*) => {$(
        impl<T> While<T> for std::result::Result<T, $error> {
            fn during(self, what: &'static str) -> Result<T> {
                self.map_err(|error| JobError::Queue { what, reason: error.to_string() })
            }
        }
    )*};
}

named!(DbError, GraphileWorkerError, WorkerBuildError, tokio::task::JoinError);
