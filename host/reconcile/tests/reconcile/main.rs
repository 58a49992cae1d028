//! The rules of reconciling, as sentences; what must always hold, as properties; what people read, as snapshots.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test ends where something is not as expected"
)]

mod absence;
mod fusing;
mod guards;
mod harness;
mod identity;
mod persons;
mod persons_and_pages;
mod properties;
mod standing;
mod words;
mod year;
