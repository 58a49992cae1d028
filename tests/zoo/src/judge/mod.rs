//! How right a policy is: what it claims, held against the truth, day by day.
//!
//! Stands at the end of the zoo. A [`Judge`] goes through one seed beside one policy, Marquee or another; its [`Score`]
//! holds nothing but counts, so that the scores of several seeds can be added. A [`Report`] sets the scores of all
//! policies beside each other and beside the goals. A [`Trial`] feeds every policy and its judge the same crawls.
//!
//! Reads truth and claims only; it knows neither pages nor the store. What is counted, and why so, stands in [`Score`].

mod cancellations;
mod columns;
mod day;
mod events;
mod fields;
mod fold;
mod ids;
mod listed;
mod mistakes;
mod report;
#[cfg(test)]
pub(crate) mod samples;
mod score;
mod trial;

pub use cancellations::Late;
pub use columns::{Column, Columns, Goal, Loss};
pub use day::Judge;
pub use fields::{Field, FieldScore};
pub use fold::folded;
pub use mistakes::{Mistake, What};
pub use report::{Report, Requests};
pub use score::{DayScore, Score};
pub use trial::{Trial, Verdict};
