//! How well sources read saved pages: per venue the outcome and the number of events, per field how many values are right.
//!
//! `marquee score` and the tests on real pages stand on this. It reads with the stages of a crawl (`marquee_crawl::offline`), and
//! compares with `expected.json` beside the pages. It stores and fetches nothing, and knows no venue.

mod compare;
mod error;
mod expected;
mod field;
pub mod folder;
mod totals;
mod venue;

pub use compare::{Difference, Tally};
pub use error::Error;
pub use expected::{Condition, Count, Expected, NextPage, Test, Wanted};
pub use field::Field;
pub use totals::Totals;
pub use venue::{Counted, Scorer, VenueScore};
