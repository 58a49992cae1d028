//! Running a stored crawl again: its pages from the archive, any plugin, and what would differ.
//!
//! The pages, the source and the time are those of the crawl, so that the same plugin gives the same bytes, always. Nothing is fetched;
//! what the plugin asks for and the crawl did not fetch is named. Nothing is changed here: who wants the new reading for good crawls with a
//! [`Recording`] as the supply of pages.

mod difference;
mod given;
mod recording;

pub use difference::{Comparison, Difference, compare};
pub use given::Given;
pub use recording::{Recorded, Recording, RecordingError};
