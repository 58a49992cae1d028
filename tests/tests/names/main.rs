//! Names in the database: who the acts of bills are, what venues are called, and what persons say about both.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in the tests' own functions, too: what is not there fails the test"
)]

mod artists;
mod cost;
mod persons;
mod places;
mod venues;
mod world;
