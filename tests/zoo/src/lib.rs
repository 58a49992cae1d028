//! A simulated year of venues, with the truth known: how right is what Marquee says?
//!
//! `world` makes venues, events and their lives by a seed; `markup` renders what their sites send; `pages` breaks it; `run` crawls it with
//! the real pipeline into a real database and hands what was seen, claimed and true to whoever judges it (`seen`, `truth`): the `judge`,
//! who holds Marquee and the `policies` of others against the truth.

pub mod arguments;
pub mod dice;
pub mod judge;
pub mod markup;
pub mod pages;
pub mod policies;
pub mod run;
pub mod seen;
pub mod truth;
pub mod world;
