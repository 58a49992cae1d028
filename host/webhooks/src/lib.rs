//! Changes handed to those who subscribed: signed, retried with back-off, each delivery on record.
//!
//! Stands beside the crawl worker, at the end of the flow: what publishing wrote into the feed of changes is read by each
//! subscription's filter and posted to its address. [`Deliverer::run`] does so until it is told to stop; [`Deliverer::turn`] is one
//! step of it. Any number of processes share the work by claims in the database. Every request goes through `marquee_fetch` and its
//! egress rules; none follows a redirect.
//!
//! - [`deliverer`]: claim, write down, send, conclude.
//! - [`sign`]: the signature of the Standard Webhooks specification.
//! - [`backoff`]: when a failed delivery is tried again.
//! - [`settings`]: every limit.
//!
//! Never here: what an entry looks like (that is `serve`'s, handed in as [`Render`]), and who may subscribe.

pub mod backoff;
mod body;
pub mod deliverer;
mod lanes;
pub mod settings;
pub mod sign;

pub use deliverer::{Deliverer, Entries, Render, Turned};
pub use settings::WebhookSettings;
