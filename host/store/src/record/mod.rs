//! The unit of work: one crawl's result becomes visible at once, or not at all.
//!
//! Last stage of the flow. Takes what `normalize` made and writes crawl, pages, rejections, events and sightings in one
//! transaction. It never deletes an event: what a crawl does not mention stays as it is.

use chrono::{DateTime, Utc};
use marquee_model::{Crawl, CrawlTally, Digest, Event, Page, Rejection, WebUrl};

use crate::{Result, Store, StoreError};

/// What is known of a fetched page besides its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRecord {
    /// Digest of the body.
    pub digest: Digest,
    /// The address that was asked for.
    pub requested_url: WebUrl,
    /// The address after redirects.
    pub url: WebUrl,
    /// `GET` or `POST`.
    pub method: String,
    /// `listing`, or the tag of the follow request.
    pub kind: String,
    /// How many follow requests led here.
    pub depth: u8,
    /// HTTP status.
    pub status: u16,
    /// Response headers by lower-case name, in order, without `set-cookie`: a cookie is a secret and of no use after the crawl.
    pub headers: Vec<(String, String)>,
    /// Bytes of the body after content decoding.
    pub bytes: u64,
    /// The encoding that the body was decoded from.
    pub charset: String,
    /// When the answer began to arrive.
    pub fetched_at: DateTime<Utc>,
}

impl From<&Page> for PageRecord {
    fn from(page: &Page) -> Self {
        let method = match page.request.method {
            marquee_model::FollowMethod::Get => "GET",
            marquee_model::FollowMethod::Post { .. } => "POST",
        };
        Self {
            digest: page.digest,
            requested_url: page.request.url.clone(),
            url: page.url.clone(),
            method: method.to_owned(),
            kind: page.request.kind.clone(),
            depth: page.request.depth,
            status: page.status,
            headers: page.headers.iter().filter(|(name, _)| name != "set-cookie").cloned().collect(),
            bytes: page.bytes,
            charset: page.charset.clone(),
            fetched_at: page.fetched_at,
        }
    }
}

/// Everything that one crawl brought.
#[derive(Debug, Clone, PartialEq)]
pub struct CrawlRecord {
    /// The crawl. Its tally's `found`, `rejected`, `pages` and `bytes` are taken as they are; `new`, `changed` and
    /// `unchanged` are found out by the database.
    pub crawl: Crawl,
    /// The pages, in the order in which they were fetched.
    pub pages: Vec<PageRecord>,
    /// The events. Two with one identity, and events that no row can hold, are kept as rejections.
    pub events: Vec<Event>,
}

/// What recording a crawl did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The tally as it was stored.
    pub tally: CrawlTally,
    /// The public ids of the crawl's events, in the order of `CrawlRecord::events` without those that were rejected.
    pub events: Vec<marquee_model::EventId>,
    /// What the store itself could not take over; stored with the crawl's own rejections.
    pub rejections: Vec<Rejection>,
    /// The crawl had been recorded before (the answer to an earlier call was lost); nothing was written this time.
    pub repeated: bool,
}

impl Store {
    /// Records a crawl in one transaction: when this returns `Ok`, everything is durable; on `Err`, nothing was written, except
    /// that the answer itself may have been lost ([`StoreError::Unavailable`]): calling again with the same crawl id is safe.
    ///
    /// Two crawls of one source wait for each other. Recording the same page again changes no event row.
    pub async fn record(&self, record: CrawlRecord) -> Result<Recorded> {
        let _ = record;
        Err(StoreError::Unavailable { what: "recording a crawl", reason: "not built yet".to_owned() })
    }
}
