//! What a list is, beside its events.

use chrono::{DateTime, Utc};
use url::Url;
use uuid::Uuid;

/// What a feed says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// What it is called, such as `Events: site toronto`. May hold what a client sent.
    pub title: String,
    /// What is in it, in a sentence.
    pub about: String,
    /// Names the list for life: made of the filters alone, so that it stays when the server moves.
    pub id: Uuid,
    /// Where this very answer is.
    pub address: Url,
    /// Where a person reads the same.
    pub page: Url,
    /// Where the list goes on.
    pub next: Option<Url>,
    /// Since when an empty list is empty, as far as anybody can say: the beginning of today.
    pub as_of: DateTime<Utc>,
    /// After so many minutes it is worth asking again.
    pub refresh_minutes: u32,
}

impl Facts {
    /// When the list last changed: the latest change of an event in it.
    pub(crate) fn updated(&self, events: &[crate::FeedEvent]) -> DateTime<Utc> {
        events.iter().map(|event| event.updated_at).max().unwrap_or(self.as_of)
    }
}
