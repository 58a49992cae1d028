//! The queue of crawls, on Postgres: durable, each source once, each host one at a time, in any number of processes.
//!
//! Stands before a crawl: schedule, command line and API ask ([`Jobs::ask`]), workers take what was asked for ([`Jobs::work`]). The
//! only crate that names graphile_worker, whose tables lie in a schema of their own. Nothing here knows how a crawl is run, or when a
//! source is due (docs/decisions/0013).

mod error;
mod queue;
mod wish;
mod work;

pub use error::{JobError, Result};
pub use queue::{Depth, JobSettings, Jobs};
pub use wish::{Asked, Why, Wish};
pub use work::{Crawls, Done};
