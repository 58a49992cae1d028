//! What the operator decides about calendars, feeds and streams.

use std::time::Duration;

use marquee_model::WebUrl;
use serde::{Deserialize, Serialize};

/// Limits of calendars, feeds and streams, as they stand under `serve.feeds` in the host's configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FeedSettings {
    /// Where clients reach this server, such as `https://events.example/`. Feeds and calendars hold whole addresses. None: the
    /// address on which it listens. A request's `host` is not asked: a cache would hand the answer on to others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_url: Option<WebUrl>,
    /// Events in a calendar at most. Calendars have no second page, so that what is over the limit is not in it, which its
    /// description says. 2,000: eleven a day for half a year, about 2 MB; clients on phones were made for some hundreds.
    pub calendar_events: usize,
    /// Days before today from which on a calendar has events where the request does not say. 31: what was gone to last month
    /// stays in the calendar; what nobody looks up any more does not fill it.
    pub calendar_past_days: u16,
    /// Minutes after which calendars and feeds are worth asking again. 60: sources are crawled every six hours by default, and an
    /// answer that did not change costs a 304.
    pub refresh_minutes: u32,
    /// Streams of whole lists (CSV, NDJSON, GeoJSON) at once; further ones get 503. 8: each holds some pages of 200 events in
    /// memory, about 3 MB, and keeps the database at work for as long as its client reads.
    pub max_streams: usize,
    /// Milliseconds that a stream waits for its client to take a page. 30 s: longer than any network pauses that goes on; shorter
    /// than a client that only wants to hold on to a stream.
    pub stream_idle_ms: u64,
}

impl Default for FeedSettings {
    fn default() -> Self {
        Self {
            public_url: None,
            calendar_events: 2_000,
            calendar_past_days: 31,
            refresh_minutes: 60,
            max_streams: 8,
            stream_idle_ms: 30_000,
        }
    }
}

impl FeedSettings {
    /// How long a stream waits for its client.
    pub(super) const fn stream_idle(&self) -> Duration {
        Duration::from_millis(self.stream_idle_ms)
    }
}
