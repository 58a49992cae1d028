//! How polite Marquee is, and why each number is what it is.
//!
//! The operator's configuration (`fetch.politeness.*`). A source may ask for a longer delay, a site for anything longer within
//! the caps; a plugin has no say.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::FetchError;

/// Limits of how hosts are asked. Times are in milliseconds, sizes in bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PolitenessSettings {
    /// Requests that run at the same time against one host name, over all processes that share a database.
    pub per_host: u32,
    /// Between the end of one request to a host and the start of the next.
    pub delay_ms: u64,
    /// By how much of itself, in percent, a delay is made longer at random. It is never made shorter.
    pub jitter_percent: u32,
    /// The most that a site's `Crawl-delay` is honoured for.
    pub crawl_delay_cap_ms: u64,
    /// The most that a delay grows to by what a host's answers teach.
    pub learnt_cap_ms: u64,
    /// An answer that takes longer is a sign that the host is asked too much: the next request waits as long as it took.
    pub slow_ms: u64,
    /// The most that `Retry-After` is honoured for.
    pub retry_after_cap_ms: u64,
    /// Repetitions of one request after failures that may heal.
    pub retries: u32,
    /// Before the first repetition; doubled with each further failure in a row.
    pub backoff_ms: u64,
    /// The most that this grows to.
    pub backoff_cap_ms: u64,
    /// The longest wait for one turn at a host. Where the wait would be longer the crawl is put off instead.
    pub max_wait_ms: u64,
    /// Failures in a row (no connection, no answer in time, status 5xx) after which a host is left alone for a while.
    pub breaker_failures: u32,
    /// For how long, the first time; doubled each time that the one request after it fails as well.
    pub breaker_open_ms: u64,
    /// The most that this grows to.
    pub breaker_open_cap_ms: u64,
    /// How long a robots.txt is taken for good.
    pub robots_kept_ms: u64,
    /// How long after a failure to read it it is asked for again.
    pub robots_retry_ms: u64,
    /// How long a robots.txt that never could be read forbids everything; after that it is taken for absent.
    pub robots_given_up_ms: u64,
    /// Of a robots.txt; what comes after is not read.
    pub robots_bytes: u64,
    /// Hosts whose robots.txt is not asked for: the operator's own, by their exact names.
    pub ignore_robots: Vec<String>,
    /// After this a turn that is not renewed is taken from its holder, since that process must be gone. Renewed three times as often.
    pub lease_ms: u64,
    /// How often a turn is asked for again while another process has it.
    pub poll_ms: u64,
    /// Cookies that one crawl keeps for one host.
    pub cookies: usize,
    /// Of one cookie's name and value, and of all that are sent with one request.
    pub cookie_bytes: usize,
}

const SECOND: u64 = 1_000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

impl Default for PolitenessSettings {
    /// - 1 request at a time a host, and 1 s between two: what crawlers of large archives agreed on; a listing with 60 pages then
    ///   takes two minutes, which nobody waits for.
    /// - jitter 20 %: enough that several processes do not fall into step.
    /// - `Crawl-delay` up to 2 minutes: what venues write is 5 to 30 s. More, with 60 pages, would not end before the next crawl.
    /// - learnt delay up to 1 minute, and an answer is slow from 5 s: a page without a cache takes up to 3 s on shared hosting.
    /// - `Retry-After` up to a day: a host that asks for more is asked once a day, which it will not notice.
    /// - 2 repetitions, after 2 and 4 s, at most a minute: what heals in a visit heals in seconds; the rest is the schedule's.
    /// - longest wait 3 minutes: above the longest delay with its jitter, so that a crawl can go on, and short enough that
    ///   a worker's slot is not held for a host that sent everybody away.
    /// - breaker after 5 failures for 5 minutes, at most 6 hours: two crawls' worth of failures; a source is crawled every 6 hours.
    /// - robots.txt for a day (RFC 9309 section 2.4), again after 15 minutes where it fails, given up after 30 days (section
    ///   2.3.1.4), 512 KiB of it (section 2.5 asks for 500).
    /// - lease 20 s: a killed worker's crawl is taken over within 30 s, and must then find its host free.
    /// - poll 250 ms: a quarter of the shortest delay, and a row read by its key.
    /// - 50 cookies of 4 KiB: RFC 6265 section 6.1 asks for as many; 4 KiB of them in one request, since many servers refuse 8.
    fn default() -> Self {
        Self {
            per_host: 1,
            delay_ms: SECOND,
            jitter_percent: 20,
            crawl_delay_cap_ms: 2 * MINUTE,
            learnt_cap_ms: MINUTE,
            slow_ms: 5 * SECOND,
            retry_after_cap_ms: DAY,
            retries: 2,
            backoff_ms: 2 * SECOND,
            backoff_cap_ms: MINUTE,
            max_wait_ms: 3 * MINUTE,
            breaker_failures: 5,
            breaker_open_ms: 5 * MINUTE,
            breaker_open_cap_ms: 6 * HOUR,
            robots_kept_ms: DAY,
            robots_retry_ms: 15 * MINUTE,
            robots_given_up_ms: 30 * DAY,
            robots_bytes: 512 * 1024,
            ignore_robots: Vec::new(),
            lease_ms: 20 * SECOND,
            poll_ms: 250,
            cookies: 50,
            cookie_bytes: 4096,
        }
    }
}

/// Milliseconds as a span of time. A setting of millions of years is as good as ten thousand.
pub(crate) fn span(ms: u64) -> TimeDelta {
    const MOST: i64 = 10_000 * 366 * 24 * 3600 * 1000;
    TimeDelta::milliseconds(i64::try_from(ms).unwrap_or(MOST).min(MOST))
}

impl PolitenessSettings {
    pub(crate) fn robots_kept(&self) -> TimeDelta {
        span(self.robots_kept_ms)
    }

    pub(crate) fn robots_retry(&self) -> TimeDelta {
        span(self.robots_retry_ms)
    }

    pub(crate) fn robots_given_up(&self) -> TimeDelta {
        span(self.robots_given_up_ms)
    }

    /// Whether the operator says that this host's robots.txt does not bind.
    #[must_use]
    pub fn ignores_robots_of(&self, host: &str) -> bool {
        self.ignore_robots.iter().any(|own| own.trim().trim_end_matches('.').eq_ignore_ascii_case(host))
    }

    /// Refuses settings that cannot work.
    pub(crate) fn check(&self) -> Result<(), FetchError> {
        let refuse =
            |key: &str, reason: String| Err(FetchError::Settings { key: format!("fetch.politeness.{key}"), reason });
        let zero = [
            ("per_host", u64::from(self.per_host)),
            ("poll_ms", self.poll_ms),
            ("lease_ms", self.lease_ms),
            ("max_wait_ms", self.max_wait_ms),
            ("breaker_failures", u64::from(self.breaker_failures)),
        ];
        if let Some((key, _)) = zero.iter().find(|(_, value)| *value == 0) {
            return refuse(key, "it is 0, so nothing could be fetched".to_owned());
        }
        let delay = self.delay_ms.max(self.crawl_delay_cap_ms).max(self.learnt_cap_ms);
        let longest = delay.saturating_add(delay.saturating_mul(self.jitter_percent.into()) / 100);
        if self.max_wait_ms < longest {
            return refuse(
                "max_wait_ms",
                format!(
                    "a delay may grow to {longest} ms with its jitter, and a crawl that never waits so long would never end"
                ),
            );
        }
        Ok(())
    }
}
