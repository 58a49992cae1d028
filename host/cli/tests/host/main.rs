//! The program as its people use it, each part in a file of its own; one test program, since all share the same set-up.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test ends where something is not as expected"
)]

mod admin;
mod archive;
mod audit;
mod detect;
mod score;
mod seeing;
mod support;
mod whole_host;
