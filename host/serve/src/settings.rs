//! What the operator decides about serving: limits, each with its reason, and three secrets. What belongs to one part alone stands with
//! that part: `cache`, `layers::budget`, `redis`.
//!
//! Read once at start by the composition root; nothing here changes while the server runs.

use std::{
    fmt,
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use marquee_store::GenerationSettings;
use serde::{Deserialize, Serialize};

use crate::auth::Reading;
pub use crate::{
    cache::CacheSettings,
    formats::FeedSettings,
    layers::{AccessLog, ForwardedHeader, Network, RateLimitSettings},
    redis::RedisSettings,
};

/// A value that is never shown: its `Debug` form hides it, and it has no `Display` and no `Serialize`.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// A secret with this value.
    #[must_use]
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// Whether `candidate` is the secret. Compares digests, so that the time taken tells nothing about the value.
    #[must_use]
    pub fn is(&self, candidate: &str) -> bool {
        // `blake3::Hash` compares in constant time; hashing first hides the length as well.
        blake3::hash(self.0.as_bytes()) == blake3::hash(candidate.as_bytes())
    }

    /// The value itself, for whoever must present it elsewhere.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// A key for one purpose, derived from the secret (BLAKE3 key derivation).
    pub(crate) fn key_for(&self, purpose: &str) -> [u8; 32] {
        blake3::derive_key(purpose, self.0.as_bytes())
    }

    /// Whether there is nothing in it: an empty token in a configuration file must not open a door.
    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(hidden)")
    }
}

/// Limits and secrets of the HTTP server, as they stand under `serve` in the host's configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServeSettings {
    /// Where the server listens. Loopback: a first start should not open a port to the world.
    pub listen: SocketAddr,
    /// Milliseconds after which a request ends with 503. 10 s: twenty times what the slowest list takes on two cores, and
    /// shorter than the 15 to 30 s after which proxies give up on their own.
    pub request_timeout_ms: u64,
    /// Requests worked on at once; further ones wait in the queue. 32: three times the connections, so that none of these is idle, and few
    /// enough that each request is quick. Health checks are exempt, and answers out of the cache do not count.
    pub max_concurrent_requests: usize,
    /// Requests that may wait for their turn; further ones get 503 at once. 512: about what is answered within `queue_ms`.
    pub queue_length: usize,
    /// Milliseconds that a request may wait for its turn in a moment's rush before it gets 503.
    pub queue_ms: u64,
    /// Milliseconds that it may wait once there has been a queue for `queue_ms` without a break: then more comes than can be answered, and
    /// a queue would only make everybody late (controlled delay, as in CoDel, RFC 8289).
    pub queue_busy_ms: u64,
    /// Requests of `/changes` that may be open at once, waiting for news. Each costs a task and no connection of the database.
    pub max_followers: usize,
    /// Connections to the database for answers, beside those of crawls (`database.pool`). 10, for the same reason as there.
    pub connections: u32,
    /// Milliseconds that a statement of an answer may run in the database. 5 s: half of what a request may take.
    pub statement_timeout_ms: u64,
    /// Bytes of path and query. 8000: what RFC 9110 section 4.1 wants at least; longer ones are 414.
    pub max_uri_bytes: usize,
    /// Bytes of a request's body. 16 KiB: no route reads more than a small JSON object.
    pub max_body_bytes: usize,
    /// Characters of a text parameter, such as a search. 200: longer than any title that was searched for by a person, short
    /// enough that a pattern match over all titles stays cheap.
    pub max_text_chars: usize,
    /// Rows of a list where the request does not say. 50, as MusicLive had it.
    pub default_limit: u32,
    /// Rows of a list at most. 100, as MusicLive had it: a page of about 100 KB.
    pub max_limit: u32,
    /// Events on one web page. 120: about a month of a site with four shows a night, under 100 KB of HTML.
    pub web_events: u32,
    /// Milliseconds in which a client must have sent its request's head. 10 s: a phone in a tunnel manages, a client that
    /// holds connections open by sending a byte now and then does not.
    pub header_timeout_ms: u64,
    /// Milliseconds that the server still takes requests after it was told to stop, while `/readyz` already says no: whoever sends
    /// requests here has to see that first. 1 s suits a proxy that asks every half a second; set it to the time in which yours
    /// notices. Running crawls may keep it open for longer.
    pub linger_ms: u64,
    /// Milliseconds that open requests may go on once no new ones are taken. 10 s: as long as a request may take.
    pub drain_ms: u64,
    /// Who may read: `open` (everybody), or `keys` (whoever has a key with the scope `read`). Health and documentation are open
    /// always.
    pub reading: Reading,
    /// Hours that the answer to a request with an `Idempotency-Key` is kept, and given again to the same request. 24: a client that
    /// tries again after a weekend asks anew, one that tries again after a night does not.
    pub idempotency_hours: u32,
    /// Seconds for which browsers and proxies may show an answer about events without asking again.
    pub max_age_s: u32,
    /// Seconds after that in which they may still show it while they ask (RFC 5861).
    pub stale_while_revalidate_s: u32,
    /// Proxies that are believed when they say for whom they ask, as networks (`10.0.0.0/8`, `::1/128`). None: the address of the connection
    /// is the client's.
    pub trusted_proxies: Vec<Network>,
    /// The header in which these proxies say so. Only this one is read: a proxy hands other ones on as the client wrote them.
    pub forwarded_header: ForwardedHeader,
    /// Which requests are logged, a line each.
    pub access_log: AccessLog,
    /// How the number of the data is followed, by which answers are kept.
    pub generation: GenerationSettings,
    /// Which answers are kept in memory.
    pub cache: CacheSettings,
    /// How much a client may ask.
    pub rate_limit: RateLimitSettings,
    /// How Redis is used, where there is one.
    pub redis: RedisSettings,
    /// The address of a Redis server (`redis://...`, `redis+unix:///...`) with which hosts share answers and budgets. None: `REDIS_URL`; where
    /// that is not set, each host keeps its own.
    #[serde(skip_serializing)]
    pub redis_url: Option<Secret>,
    /// Calendars, feeds and streams.
    pub feeds: FeedSettings,
    /// A token that may do everything, as `Authorization: Bearer`: to make the first key with. None: keys are made on the command
    /// line (`marquee keys create`).
    #[serde(skip_serializing)]
    pub admin_token: Option<Secret>,
    /// The secret that makes list cursors tamper-evident. None: one is made at start, and cursors end with the process. Set it
    /// where several processes answer for one address.
    #[serde(skip_serializing)]
    pub cursor_secret: Option<Secret>,
}

impl Default for ServeSettings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            request_timeout_ms: 10_000,
            max_concurrent_requests: 32,
            queue_length: 512,
            queue_ms: 200,
            queue_busy_ms: 20,
            max_followers: 1_000,
            connections: 10,
            statement_timeout_ms: 5_000,
            max_uri_bytes: 8_000,
            max_body_bytes: 16 * 1024,
            max_text_chars: 200,
            default_limit: 50,
            max_limit: 100,
            web_events: 120,
            header_timeout_ms: 10_000,
            linger_ms: 1_000,
            drain_ms: 10_000,
            reading: Reading::Open,
            idempotency_hours: 24,
            max_age_s: 15,
            stale_while_revalidate_s: 60,
            trusted_proxies: Vec::new(),
            forwarded_header: ForwardedHeader::XForwardedFor,
            access_log: AccessLog::All,
            generation: GenerationSettings::default(),
            cache: CacheSettings::default(),
            rate_limit: RateLimitSettings::default(),
            redis: RedisSettings::default(),
            redis_url: None,
            feeds: FeedSettings::default(),
            admin_token: None,
            cursor_secret: None,
        }
    }
}

impl ServeSettings {
    /// How long a request may take.
    #[must_use]
    pub const fn request_timeout(&self) -> Duration {
        Duration::from_millis(self.request_timeout_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_compared_and_never_printed() {
        let secret = Secret::new("s3cret");
        assert!(secret.is("s3cret"));
        assert!(!secret.is("s3cre") && !secret.is(""));
        let settings = ServeSettings { admin_token: Some(secret), ..ServeSettings::default() };
        assert!(!format!("{settings:?}").contains("s3cret"));
    }

    #[test]
    fn trusted_proxies_are_networks_or_addresses() {
        let read = |json: &str| serde_json::from_str::<ServeSettings>(json).map(|settings| settings.trusted_proxies);
        assert_eq!(read(r#"{"trusted_proxies": ["10.0.0.0/8", "::1"]}"#).unwrap().len(), 2);
        assert!(read(r#"{"trusted_proxies": ["the proxy"]}"#).unwrap_err().to_string().contains("10.0.0.0/8"));
    }

    #[test]
    fn unknown_settings_are_refused() {
        assert!(serde_json::from_str::<ServeSettings>(r#"{"request_timout_ms": 1}"#).is_err());
        assert_eq!(serde_json::from_str::<ServeSettings>("{}").unwrap(), ServeSettings::default());
    }
}
