//! From a page to a source file: which plugin reads it, and with which configuration.
//!
//! Stands before the flow, at the operator's side: `marquee source detect` shows a page to this crate, runs plugins as it says, and
//! writes the source file that comes out. [`detect`] compares the page with the [`candidates`]' marks, has plugins run on it
//! ([`Runs`] is the caller's half), and puts the results in order; [`propose`] finds selectors for the css plugin on a page that
//! nothing else reads; [`Setting`] guesses where the page is; [`source_text`] writes the file. It is pure: pages are handed in,
//! plugins are run by the caller, and nothing is fetched or written here.

mod detect;
mod marks;
mod place;
mod propose;
mod source_text;
mod subject;
mod table;
mod trial;
mod words;

pub use detect::{Detection, detect};
pub use marks::{Candidate, candidates};
pub use place::{Guess, Setting};
pub use propose::{Hints, Proposal, propose};
pub use source_text::{Written, source_text};
pub use subject::Subject;
pub use trial::{Answer, Runs, Trial, Tried};
