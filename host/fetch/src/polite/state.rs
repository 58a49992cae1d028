//! What is known of a host, and what each of its answers changes: a pure function.
//!
//! A state is a document that the [`super::HostBook`] keeps, in memory or in the database; it is the same for all sources at a host.
//! Time and chance are arguments. The delay is the longest of the operator's, the source's, the site's `Crawl-delay` and what was
//! learnt, counted from the **end** of one request to the **start** of the next: a slow host then rests as long as any other.

use std::{collections::BTreeMap, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{PolitenessSettings, settings::span};
use crate::{FetchError, robots::RobotsCopy};

/// A host as its answers have shown it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct HostState {
    /// No request starts before this.
    pub next_at: Option<DateTime<Utc>>,
    /// When the last request ended.
    pub last_at: Option<DateTime<Utc>>,
    /// Until when the host asked us to stay away (`Retry-After`).
    pub retry_after: Option<DateTime<Utc>>,
    /// Milliseconds between two requests, as learnt from its answers.
    pub learnt_ms: u64,
    /// Failures in a row.
    pub failures: u32,
    /// Whether it is asked at all.
    pub breaker: Breaker,
    /// Milliseconds that its answers take, the last ones weighing most.
    pub latency_ms: Option<u64>,
    /// The last status that it answered with.
    pub last_status: Option<u16>,
    /// What its answers were, since it is known.
    pub heard: Heard,
    /// Its robots.txt, by scheme, host and port.
    pub robots: BTreeMap<String, RobotsCopy>,
}

/// A circuit breaker: whether a host that failed again and again is left alone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Breaker {
    /// It is asked.
    #[default]
    Closed,
    /// It is not asked before that time. Then one request tries whether it is back (half open).
    Open {
        /// That time.
        until: DateTime<Utc>,
        /// How often it was opened in a row.
        times: u32,
    },
}

/// How often a host answered how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Heard {
    /// 2xx and 3xx.
    pub good: u64,
    /// 4xx but 429.
    pub refused: u64,
    /// 429 and 503.
    pub throttled: u64,
    /// 5xx but 503.
    pub broken: u64,
    /// No answer.
    pub silent: u64,
}

/// What one request came to, as far as politeness goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// An answer with a status.
    Status {
        /// The status.
        status: u16,
        /// What it asked for by `Retry-After`.
        retry_after: Option<Duration>,
        /// From the request to the end of its body.
        took: TimeDelta,
    },
    /// No answer, or not all of it.
    Silence,
    /// Nothing was sent: the host has no part in it.
    NotAsked,
}

impl Answer {
    /// What an error says of the host.
    #[must_use]
    pub const fn of(error: &FetchError, took: TimeDelta) -> Self {
        match error {
            FetchError::Status { status, retry_after, .. } => {
                Self::Status { status: *status, retry_after: *retry_after, took }
            }
            FetchError::Dns { .. }
            | FetchError::Connect { .. }
            | FetchError::Tls { .. }
            | FetchError::Timeout { .. }
            | FetchError::Cut { .. } => Self::Silence,
            FetchError::Protocol { .. }
            | FetchError::HeadersTooLarge { .. }
            | FetchError::BodyTooLarge { .. }
            | FetchError::Encoding { .. }
            | FetchError::ContentType { .. } => Self::Status { status: 200, retry_after: None, took },
            _ => Self::NotAsked,
        }
    }
}

impl HostState {
    /// The delay between two requests, without jitter.
    #[must_use]
    pub fn delay_ms(&self, settings: &PolitenessSettings, source_ms: Option<u32>) -> u64 {
        let crawl_delay = self.robots.values().filter_map(RobotsCopy::crawl_delay_ms).max();
        let crawl_delay = crawl_delay.unwrap_or_default().min(settings.crawl_delay_cap_ms);
        settings.delay_ms.max(crawl_delay).max(self.learnt_ms).max(source_ms.unwrap_or_default().into())
    }

    /// When a source with a delay of its own may ask: not so soon after the last request, whosever that was. `None`: now.
    #[must_use]
    pub fn earliest(&self, settings: &PolitenessSettings, source_ms: Option<u32>) -> Option<DateTime<Utc>> {
        let rest = span(self.delay_ms(settings, source_ms));
        let rested = self.last_at.map(|last| last + rest);
        rested.max(self.next_at)
    }

    /// Why nothing may be asked before [`Self::next_at`], as the end of a sentence.
    #[must_use]
    pub fn reason(&self, now: DateTime<Utc>) -> String {
        match self.breaker {
            Breaker::Open { until, .. } if until > now => format!("it failed {} times in a row", self.failures),
            _ if self.retry_after.is_some_and(|until| until > now) => {
                format!("it asked for it by `Retry-After` (status {})", self.last_status.unwrap_or_default())
            }
            _ => "its delay, or other crawls, come first".to_owned(),
        }
    }

    /// The state after one more request that ended `now`. `chance` is a number from 0 to 1, for jitter.
    #[must_use]
    pub fn note(mut self, answer: &Answer, now: DateTime<Utc>, settings: &PolitenessSettings, chance: f64) -> Self {
        match *answer {
            Answer::NotAsked => return self,
            Answer::Silence => {
                self.heard.silent = self.heard.silent.saturating_add(1);
                self.last_status = None;
                self.failed(now, settings);
            }
            Answer::Status { status, retry_after, took } => {
                self.last_status = Some(status);
                self.learn(status, took, settings);
                let until = retry_after.filter(|_| matches!(status, 429 | 503)).map(|wait| {
                    let ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
                    now + span(ms.min(settings.retry_after_cap_ms))
                });
                self.retry_after = until.filter(|until| *until > now);
                match status {
                    500..=599 => self.failed(now, settings),
                    // It answers, so it is there; how often it may be asked is what the delay says.
                    429 => self.failures = self.failures.saturating_add(1),
                    _ => (self.failures, self.breaker) = (0, Breaker::Closed),
                }
            }
        }
        let backoff = if self.failures == 0 {
            0
        } else {
            grown(settings.backoff_ms, self.failures.saturating_sub(1)).min(settings.backoff_cap_ms)
        };
        let rest = self.delay_ms(settings, None).max(backoff);
        let rested = now + span(jittered(rest, settings.jitter_percent, chance));
        let open_until = match self.breaker {
            Breaker::Open { until, .. } => Some(until),
            Breaker::Closed => None,
        };
        self.last_at = Some(now);
        self.next_at = Some(rested).max(self.retry_after).max(open_until);
        self
    }

    /// How long the next request has to wait after the start of one that runs: where several may run at once they keep the delay
    /// between them as well, and a host that is tried for being back is tried by one alone.
    #[must_use]
    pub fn gap_ms(&self, settings: &PolitenessSettings) -> u64 {
        match self.breaker {
            Breaker::Open { .. } => settings.backoff_cap_ms,
            Breaker::Closed => self.delay_ms(settings, None),
        }
    }

    fn failed(&mut self, now: DateTime<Utc>, settings: &PolitenessSettings) {
        self.failures = self.failures.saturating_add(1);
        let times = match self.breaker {
            // The request that tried whether it is back.
            Breaker::Open { times, .. } => times.saturating_add(1),
            Breaker::Closed if self.failures >= settings.breaker_failures => 1,
            Breaker::Closed => return,
        };
        let open = grown(settings.breaker_open_ms, times.saturating_sub(1)).min(settings.breaker_open_cap_ms);
        self.breaker = Breaker::Open { until: now + span(open), times };
    }

    fn learn(&mut self, status: u16, took: TimeDelta, settings: &PolitenessSettings) {
        /// Below this a learnt delay is none.
        const NOTHING: u64 = 50;
        let took = u64::try_from(took.num_milliseconds()).unwrap_or_default();
        self.latency_ms =
            Some(self.latency_ms.map_or(took, |known| (known.saturating_mul(3).saturating_add(took)) / 4));
        let count = match status {
            429 | 503 => &mut self.heard.throttled,
            500..=599 => &mut self.heard.broken,
            400..=499 => &mut self.heard.refused,
            _ => &mut self.heard.good,
        };
        *count = count.saturating_add(1);
        self.learnt_ms = match status {
            429 | 503 => self.learnt_ms.max(settings.delay_ms).max(NOTHING).saturating_mul(2),
            _ if took > settings.slow_ms => self.learnt_ms.max(took),
            500..=599 => self.learnt_ms,
            // A tenth less with each good answer: what took a minute to teach takes twenty good answers to forget.
            _ => self.learnt_ms.saturating_mul(9) / 10,
        };
        if self.learnt_ms < NOTHING {
            self.learnt_ms = 0;
        }
        self.learnt_ms = self.learnt_ms.min(settings.learnt_cap_ms);
    }
}

/// Doubled so many times.
fn grown(ms: u64, times: u32) -> u64 {
    ms.saturating_mul(1_u64.checked_shl(times.min(63)).unwrap_or(u64::MAX))
}

fn jittered(ms: u64, percent: u32, chance: f64) -> u64 {
    let chance = if chance.is_finite() { chance.clamp(0.0, 1.0) } else { 0.0 };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 1,000,000")]
    let millionths = (chance * 1e6) as u64;
    let share = u128::from(ms) * u128::from(percent) * u128::from(millionths) / 100_000_000;
    ms.saturating_add(u64::try_from(share).unwrap_or(u64::MAX))
}
