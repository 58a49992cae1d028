//! Pages: what was asked for and what came back.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Digest, FollowMethod, WebUrl};

/// A request for a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageRequest {
    /// How to ask.
    pub method: FollowMethod,
    /// The address.
    pub url: WebUrl,
    /// Headers beside those that the host sets itself, by lower-case name.
    pub headers: Vec<(String, String)>,
    /// `listing` for a source's own URL, else the tag of the follow request.
    pub kind: String,
    /// What the follow request handed on.
    pub context: Option<String>,
    /// How many follow requests led here; 0 for the source's own URL.
    pub depth: u8,
}

impl PageRequest {
    /// The kind of a source's own URL.
    pub const LISTING: &'static str = "listing";

    /// The kind of the empty page that a plugin is given where it makes a crawl's first request itself
    /// ([`FirstRequest::Plugin`](crate::FirstRequest::Plugin)).
    pub const START: &'static str = "start";

    /// A plain GET of a source's own URL.
    #[must_use]
    pub fn listing(url: WebUrl) -> Self {
        Self {
            method: FollowMethod::Get,
            url,
            headers: Vec::new(),
            kind: Self::LISTING.to_owned(),
            context: None,
            depth: 0,
        }
    }

    /// The request that is not made: the plugin says what to ask for.
    #[must_use]
    pub fn start(url: WebUrl) -> Self {
        Self { kind: Self::START.to_owned(), ..Self::listing(url) }
    }

    /// Whether nothing is fetched for it.
    #[must_use]
    pub fn is_start(&self) -> bool {
        self.kind == Self::START
    }
}

/// What an earlier answer said of itself, so that the next request can ask whether anything changed (RFC 9110, section 13).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validators {
    /// `ETag`, as it was sent, quotes and `W/` included.
    pub etag: Option<String>,
    /// `Last-Modified`, as it was sent.
    pub last_modified: Option<String>,
}

impl Validators {
    /// Those of a page's answer; `None` where it had none.
    #[must_use]
    pub fn of(page: &Page) -> Option<Self> {
        let validators = Self {
            etag: page.header("etag").map(str::to_owned),
            last_modified: page.header("last-modified").map(str::to_owned),
        };
        (validators.etag.is_some() || validators.last_modified.is_some()).then_some(validators)
    }
}

/// What getting a page took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Toll {
    /// Requests sent, redirects, retries and a browser's own among them.
    pub requests: u32,
    /// Of those, repetitions after a failure that may heal.
    pub retries: u32,
    /// Milliseconds that were waited for a turn at the host, its delay and its `Retry-After`.
    pub waited_ms: u64,
    /// Bytes received, before content decoding, without headers.
    pub received_bytes: u64,
}

impl std::ops::AddAssign for Toll {
    fn add_assign(&mut self, other: Self) {
        self.requests = self.requests.saturating_add(other.requests);
        self.retries = self.retries.saturating_add(other.retries);
        self.waited_ms = self.waited_ms.saturating_add(other.waited_ms);
        self.received_bytes = self.received_bytes.saturating_add(other.received_bytes);
    }
}

/// A fetched and decoded page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// What was asked for.
    pub request: PageRequest,
    /// The address after redirects.
    pub url: WebUrl,
    /// HTTP status, such as 200.
    pub status: u16,
    /// Response headers by lower-case name, in order, with values that are text.
    pub headers: Vec<(String, String)>,
    /// When the answer began to arrive.
    pub fetched_at: DateTime<Utc>,
    /// The encoding that the body was decoded from, by its WHATWG name.
    pub charset: String,
    /// Digest of the body's bytes after content decoding (gzip and so on), before character decoding.
    pub digest: Digest,
    /// Number of those bytes.
    pub bytes: u64,
    /// The body as text.
    pub body: String,
}

impl Page {
    /// The empty page with which a crawl begins whose plugin makes the first request itself.
    #[must_use]
    pub fn start(url: WebUrl, now: DateTime<Utc>) -> Self {
        Self {
            request: PageRequest::start(url.clone()),
            url,
            status: 200,
            headers: Vec::new(),
            fetched_at: now,
            charset: "UTF-8".to_owned(),
            digest: Digest::of(b""),
            bytes: 0,
            body: String::new(),
        }
    }

    /// The first header of this lower-case name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
}
