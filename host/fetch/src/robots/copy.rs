//! The copy of a site's robots.txt that is kept, and what holds when there is none.

use chrono::{DateTime, Utc};
use marquee_model::Digest;
use serde::{Deserialize, Serialize};

use super::{Judgement, Rules};
use crate::polite::PolitenessSettings;

/// What is known of one authority's robots.txt.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RobotsCopy {
    /// The product token that the rules were read for.
    pub agent: String,
    /// What it said when it could last be read.
    pub read: Option<Read>,
    /// Since when it cannot be read, if so.
    pub failing: Option<Failing>,
}

/// A robots.txt that was read, or is known not to be there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Read {
    /// When.
    pub at: DateTime<Utc>,
    /// The status that it came with. 4xx: there is none, everything is allowed (RFC 9309 section 2.3.1.3).
    pub status: u16,
    /// Of its bytes.
    pub digest: Digest,
    /// What it says to us.
    pub rules: Rules,
}

/// A robots.txt that cannot be read: the server fails, or cannot be reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failing {
    /// The first of the failures in a row.
    pub since: DateTime<Utc>,
    /// The last of them.
    pub tried_at: DateTime<Utc>,
    /// What it was.
    pub reason: String,
}

/// What a copy says of one path now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It may be asked for.
    Allowed,
    /// It may not.
    Disallowed {
        /// The line that says so.
        rule: String,
    },
    /// Nothing may be asked for, since the file cannot be read (RFC 9309 section 2.3.1.4).
    Unreachable {
        /// Why not.
        reason: String,
        /// When it is asked for again.
        until: DateTime<Utc>,
    },
}

impl RobotsCopy {
    /// The copy after the file was read.
    #[must_use]
    pub fn of(agent: &str, status: u16, body: &[u8], now: DateTime<Utc>) -> Self {
        let read = Read { at: now, status, digest: Digest::of(body), rules: Rules::read(body, agent) };
        Self { agent: agent.to_owned(), read: Some(read), failing: None }
    }

    /// The copy after the file could not be read. What was known stays.
    #[must_use]
    pub fn failed(self, agent: &str, reason: String, now: DateTime<Utc>) -> Self {
        let same = self.agent == agent;
        let since = self.failing.filter(|_| same).map_or(now, |failing| failing.since);
        let failing = Some(Failing { since, tried_at: now, reason });
        Self { agent: agent.to_owned(), read: self.read.filter(|_| same), failing }
    }

    /// When the file is to be asked for again.
    #[must_use]
    pub fn due(&self, settings: &PolitenessSettings) -> Option<DateTime<Utc>> {
        match (&self.failing, &self.read) {
            (Some(failing), _) => Some(failing.tried_at + settings.robots_retry()),
            (None, Some(read)) => Some(read.at + settings.robots_kept()),
            (None, None) => None,
        }
    }

    /// Whether it is good enough to judge by now, for a robot of this name.
    #[must_use]
    pub fn is_fresh(&self, agent: &str, now: DateTime<Utc>, settings: &PolitenessSettings) -> bool {
        self.agent == agent && self.due(settings).is_some_and(|due| now < due)
    }

    /// What it says of a path. An old copy speaks for a site that gives no new one out; without any, nothing is allowed, until the
    /// file has been unreachable for so long that RFC 9309 (section 2.3.1.4) lets it be taken for absent.
    #[must_use]
    pub fn judge(&self, path: &str, now: DateTime<Utc>, settings: &PolitenessSettings) -> Verdict {
        match (&self.read, &self.failing) {
            (Some(read), _) => match read.rules.judge(path) {
                Judgement::Allowed => Verdict::Allowed,
                Judgement::Disallowed { rule } => Verdict::Disallowed { rule },
            },
            (None, Some(failing)) if now < failing.since + settings.robots_given_up() => {
                let until = failing.tried_at + settings.robots_retry();
                Verdict::Unreachable { reason: failing.reason.clone(), until }
            }
            (None, _) => Verdict::Allowed,
        }
    }

    /// Milliseconds that it wants between two requests, before any cap.
    #[must_use]
    pub fn crawl_delay_ms(&self) -> Option<u64> {
        self.read.as_ref().and_then(|read| read.rules.crawl_delay_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "/events";

    fn at(hours: i64) -> DateTime<Utc> {
        "2026-10-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap() + chrono::TimeDelta::hours(hours)
    }

    #[test]
    fn a_copy_is_good_for_a_day_and_an_old_one_speaks_while_there_is_no_new_one() {
        let settings = PolitenessSettings::default();
        let copy = RobotsCopy::of("Marquee", 200, b"user-agent: *\ndisallow: /e", at(0));
        assert!(copy.is_fresh("Marquee", at(23), &settings));
        assert!(!copy.is_fresh("Marquee", at(24), &settings));
        assert!(!copy.is_fresh("Other", at(1), &settings));
        let old = copy.failed("Marquee", "status 503".to_owned(), at(24));
        assert!(old.is_fresh("Marquee", at(24), &settings) && !old.is_fresh("Marquee", at(25), &settings));
        assert!(matches!(old.judge(PATH, at(24), &settings), Verdict::Disallowed { .. }));
        assert_eq!(old.judge("/other", at(24), &settings), Verdict::Allowed);
    }

    #[test]
    fn without_any_copy_nothing_is_allowed_for_thirty_days() {
        let settings = PolitenessSettings::default();
        let mut copy = RobotsCopy::default();
        for day in 0..30 {
            copy = copy.failed("Marquee", "status 500".to_owned(), at(day * 24));
            assert!(matches!(copy.judge(PATH, at(day * 24), &settings), Verdict::Unreachable { .. }), "day {day}");
        }
        assert_eq!(copy.judge(PATH, at(30 * 24), &settings), Verdict::Allowed);
    }
}
