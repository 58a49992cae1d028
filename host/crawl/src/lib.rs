//! Joins the stages: one crawl from a source to stored events, and the worker that runs crawls when they are due.
//!
//! Everything that decides stands in the stages; this crate only leads the data from one to the next, keeps the limits of a
//! crawl (pages, depth, bytes, hosts) and sums up what happened.

pub mod check;
pub mod explain;
pub mod follow;
pub mod live;
pub mod offline;
pub mod pipeline;
pub mod saved;
pub mod source_file;
pub mod statistics;
pub mod summary;
pub mod worker;

pub use check::{SourceProblem, check};
pub use explain::{Explanation, explain};
pub use live::LivePages;
pub use offline::OfflineReading;
pub use pipeline::{PageSupply, Pipeline, Progress, Stage};
pub use saved::SavedPages;
pub use source_file::{Saved, SavedEvent, SavedFollow, SourceFile, SourceFileError, read_folder};
pub use worker::{Worker, WorkerSettings};
