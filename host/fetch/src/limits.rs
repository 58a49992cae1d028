//! What one fetch may cost, and why each bound is what it is.
//!
//! The operator's configuration (`fetch.limits.*`); neither a page nor a plugin can choose any of it.

use std::time::Duration;

use marquee_model::WebUrl;
use serde::{Deserialize, Serialize};

use crate::FetchError;

/// Limits of one fetch and of the connections that all fetches share. Times are in milliseconds, sizes in bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FetchLimits {
    /// For name lookup, TCP and TLS together.
    pub connect_ms: u64,
    /// Between two pieces of the body; and, on top of `connect_ms`, from the request to the end of the headers.
    pub read_ms: u64,
    /// For the whole fetch with its redirects, without the wait for a turn at the host.
    pub total_ms: u64,
    /// Of the body after content decoding. Bounds each layer of decoding too, and the bytes received.
    pub decoded_bytes: u64,
    /// Layers of `Content-Encoding`.
    pub encodings: u8,
    /// Of all header names and values of one answer together.
    pub header_bytes: usize,
    /// Header lines in one answer.
    pub headers: usize,
    /// Redirects in a row.
    pub redirects: u8,
    /// Of a URL; at most [`WebUrl::MAX_LEN`].
    pub url_bytes: usize,
    /// Of a POST body.
    pub request_bytes: usize,
    /// Fetches that the command line runs at the same time against one host name. Crawls mind `fetch.politeness.per_host`.
    pub per_host: usize,
    /// Idle connections kept for one host.
    pub idle_per_host: usize,
    /// How long an idle connection is kept.
    pub idle_ms: u64,
    /// Media types that are read. `type/*` stands for all of a type, `+suffix` for a structured suffix (RFC 6839). An answer
    /// without a media type is read.
    pub content_types: Vec<String>,
}

impl Default for FetchLimits {
    /// - connect 10 s: a venue's shared hosting at its slowest has been seen to take 4 s; a dead address should not take longer.
    /// - read 15 s: WordPress without a page cache builds a calendar in up to 10 s before it sends a byte.
    /// - total 60 s: a worker is then back within a minute, whatever the server does.
    /// - body 4 MiB: the byte budget of the document that is made from it; a larger body could not be extracted. The largest
    ///   real listing seen is 2.4 MB.
    /// - 2 encodings: one is usual, two come from a proxy that compresses again; more only from attacks.
    /// - headers 64 KiB in 100 lines: hyper's own default count; real answers stay under 16 KiB.
    /// - 5 redirects: scheme, `www`, path, language and session, one each; RFC 9309 asks for five as well.
    /// - POST body 64 KiB: GraphQL queries of ticket sellers are under 8 KiB.
    /// - 2 fetches a host: what a single reader's browser would do on a slow day.
    /// - 2 idle connections a host for 30 s: follow requests of one crawl reuse them, small servers are not held open.
    fn default() -> Self {
        let content_types = [
            "text/*",
            "application/json",
            "application/xml",
            "application/javascript",
            "application/x-javascript",
            "application/ld+json",
            "application/xhtml+xml",
            "application/octet-stream", // feeds and calendars on plain file servers
            "+json",
            "+xml",
        ];
        Self {
            connect_ms: 10_000,
            read_ms: 15_000,
            total_ms: 60_000,
            decoded_bytes: 4 * 1024 * 1024,
            encodings: 2,
            header_bytes: 64 * 1024,
            headers: 100,
            redirects: 5,
            url_bytes: WebUrl::MAX_LEN,
            request_bytes: 64 * 1024,
            per_host: 2,
            idle_per_host: 2,
            idle_ms: 30_000,
            content_types: content_types.map(str::to_owned).to_vec(),
        }
    }
}

impl FetchLimits {
    /// For name lookup, TCP and TLS.
    #[must_use]
    pub const fn connect(&self) -> Duration {
        Duration::from_millis(self.connect_ms)
    }

    /// Between two pieces of the body.
    #[must_use]
    pub const fn read(&self) -> Duration {
        Duration::from_millis(self.read_ms)
    }

    /// From the request to the end of the headers, connecting included.
    #[must_use]
    pub const fn head(&self) -> Duration {
        Duration::from_millis(self.connect_ms.saturating_add(self.read_ms))
    }

    /// For the whole fetch.
    #[must_use]
    pub const fn total(&self) -> Duration {
        Duration::from_millis(self.total_ms)
    }

    /// Whether a body of this media type (without parameters, any case) is read.
    #[must_use]
    pub fn reads(&self, media_type: &str) -> bool {
        let media_type = media_type.trim().to_ascii_lowercase();
        self.content_types.iter().any(|known| match known.strip_suffix("/*") {
            Some(kind) => media_type.split('/').next() == Some(kind),
            None if known.starts_with('+') => media_type.ends_with(known.as_str()),
            None => media_type == *known,
        })
    }

    /// Refuses limits with which nothing could be fetched.
    pub(crate) fn check(&self) -> Result<(), FetchError> {
        let zero = [
            ("connect_ms", self.connect_ms == 0),
            ("read_ms", self.read_ms == 0),
            ("total_ms", self.total_ms == 0),
            ("decoded_bytes", self.decoded_bytes == 0),
            ("header_bytes", self.header_bytes == 0),
            ("headers", self.headers == 0),
            ("url_bytes", self.url_bytes == 0),
            ("per_host", self.per_host == 0),
        ];
        match zero.iter().find(|(_, is_zero)| *is_zero) {
            Some((key, _)) => Err(FetchError::Settings {
                key: format!("fetch.limits.{key}"),
                reason: "it is 0, so nothing could be fetched".to_owned(),
            }),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_listing_may_be_is_read_and_media_are_not() {
        let limits = FetchLimits::default();
        for read in ["text/html", "TEXT/HTML", "text/calendar", "application/atom+xml", "application/activity+json"] {
            assert!(limits.reads(read), "{read}");
        }
        for not in ["image/png", "application/pdf", "application/zip", "video/mp4", "textual/html", "json"] {
            assert!(!limits.reads(not), "{not}");
        }
    }

    #[test]
    fn a_limit_of_zero_is_refused_by_its_name() {
        let error = FetchLimits { per_host: 0, ..FetchLimits::default() }.check().unwrap_err();
        assert!(error.to_string().contains("fetch.limits.per_host"), "{error}");
    }
}
