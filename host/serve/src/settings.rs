//! What the operator decides about serving: limits, each with its reason, and two secrets.
//!
//! Read once at start by the composition root; nothing here changes while the server runs.

use std::{
    fmt,
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use serde::{Deserialize, Serialize};

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
    /// Requests worked on at once; further ones get 503 at once instead of waiting in memory. 256 is far above what the
    /// database's connections can answer, so the limit is met only when something is stuck. Health checks are exempt.
    pub max_concurrent_requests: usize,
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
    /// The token that `Authorization: Bearer` must carry for routes that change something. None: these routes answer 403.
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
            max_concurrent_requests: 256,
            max_body_bytes: 16 * 1024,
            max_text_chars: 200,
            default_limit: 50,
            max_limit: 100,
            web_events: 120,
            header_timeout_ms: 10_000,
            linger_ms: 1_000,
            drain_ms: 10_000,
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
    fn unknown_settings_are_refused() {
        assert!(serde_json::from_str::<ServeSettings>(r#"{"request_timout_ms": 1}"#).is_err());
        assert_eq!(serde_json::from_str::<ServeSettings>("{}").unwrap(), ServeSettings::default());
    }
}
