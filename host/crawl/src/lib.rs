//! Joins the stages: one crawl from a source to stored events, the scheduler that asks for crawls when they are due, and the worker
//! that runs what is asked for.
//!
//! Everything that decides stands in the stages; this crate only leads the data from one to the next, keeps the limits of a
//! crawl (pages, depth, bytes, hosts) and sums up what happened.

pub mod check;
pub mod claimed;
pub mod declarations;
pub mod explain;
pub mod fixture;
pub mod follow;
mod gather;
pub mod host_book;
pub mod keep;
pub mod live;
pub mod offline;
pub mod pipeline;
mod place;
pub mod preview;
mod remarks;
pub mod replay;
pub mod retention;
mod reuse;
pub mod saved;
pub mod schedule;
pub mod scheduler;
pub mod source_file;
pub mod statistics;
pub mod summary;
pub mod supply;
mod ways;
pub mod worker;

pub use check::{SourceProblem, check};
pub use claimed::{Claimed, crawl_claimed};
pub use declarations::Declarations;
pub use explain::{Explanation, explain};
pub use fixture::{Fixture, FixtureError};
pub use host_book::StoreBook;
pub use keep::{Keeper, NOT_ARCHIVED, PageArchive};
pub use live::LivePages;
pub use offline::OfflineReading;
pub use pipeline::{Crawled, Pipeline, Progress, Stage};
pub use preview::Preview;
pub use replay::{Comparison, Difference, Given, Recorded, Recording, RecordingError};
pub use saved::SavedPages;
pub use scheduler::Scheduler;
pub use source_file::{Saved, SavedEvent, SavedFollow, SourceFile, SourceFileError, read_folder};
pub use supply::{Answer, Ask, CrawlPages, PageSupply, Supplied, Unsupplied};
pub use worker::{QueuedCrawls, Stop, Worker, WorkerSettings};
