//! From a page to a source file: which plugin reads it, and with which configuration.
//!
//! Stands before the flow, at the operator's side: `marquee source detect` shows a page to this crate, runs plugins as it says, and
//! writes the source file that comes out. [`propose`] finds selectors for the css plugin on a page that nothing else reads.
//! It is pure: pages are handed in, plugins are run by the caller, and nothing is fetched or written here.

mod propose;
mod words;

pub use propose::{Hints, Proposal, propose};
