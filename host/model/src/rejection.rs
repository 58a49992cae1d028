//! Rejections: what a page says that Marquee does not believe, kept as data.

use serde::{Deserialize, Serialize};

use crate::Digest;

/// A value, or a whole event, that was not taken over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// The event it belongs to: its key, else its title, else its place in the listing.
    pub event: String,
    /// The field, such as `start` or `ticket_url`.
    pub field: String,
    /// Why, in a sentence.
    pub reason: String,
    /// The value as the page or the plugin gave it, shortened to 500 characters.
    pub raw: Option<String>,
    /// Whether the whole event was left out (`true`) or only this field of it.
    pub fatal: bool,
    /// The page.
    pub page: Digest,
}
