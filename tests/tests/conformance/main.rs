//! The OpenAPI document against the server that it describes: by its rules, by programs made from it, and by whatever can be asked.
#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "in the tests' own functions, too: what is not there fails the test; a skipped one says so"
)]

mod clients;
mod document;
mod host;
mod requests;
