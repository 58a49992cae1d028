//! Whether what a fake internet was asked keeps the rules of politeness.
//!
//! Written from RFC 9309, RFC 9110 and the settings' documentation, and from the scripts, in which each host says what it forbids and
//! wishes; nothing here calls the code under test, and nothing trusts what that code says of itself. Everything is judged from
//! the outside: by what reached the server, and when.

use std::{collections::BTreeMap, fmt};

use chrono::{DateTime, TimeDelta, Utc};

use super::{HostScript, Robots, RobotsRules, Visit};

/// What was promised to every host.
#[derive(Debug, Clone)]
pub struct Promises {
    /// Between the end of one request to a host and the beginning of the next, unless the host wishes for more.
    pub delay: TimeDelta,
    /// The same for single hosts.
    pub delays: BTreeMap<String, TimeDelta>,
    /// The most of a `Crawl-delay` that is heeded.
    pub most_crawl_delay: TimeDelta,
    /// How old a copy of robots.txt may be when a page is asked. RFC 9309, section 2.4: 24 hours.
    pub robots_age: TimeDelta,
    /// How long a failed try to renew a copy excuses its age: RFC 9309, section 2.4, lets an old copy be used while a new one is not to
    /// be had.
    pub robots_retry: TimeDelta,
    /// The most of a `Retry-After` that is heeded.
    pub most_retry_after: TimeDelta,
    /// After so many failures in a row...
    pub breaker_failures: usize,
    /// ...a host is left alone for so long, and then asked one thing; twice as long each time that this fails...
    pub breaker_open: TimeDelta,
    /// ...up to this.
    pub breaker_open_most: TimeDelta,
}

/// A rule that was broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Which.
    pub rule: Rule,
    /// At which host.
    pub host: String,
    /// When, and how.
    pub how: String,
}

/// The rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// No path that robots.txt forbids is asked.
    Forbidden,
    /// No page is asked without a copy of robots.txt that is fresh enough.
    RobotsAge,
    /// Two requests to one host are so far apart.
    Delay,
    /// Never two requests at a host at once.
    AtOnce,
    /// `Retry-After` is waited for.
    RetryAfter,
    /// A host that fails is left alone.
    Breaker,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} at {}: {}", self.rule, self.host, self.how)
    }
}

/// Every breach in the visits to these hosts.
#[must_use]
pub fn check(hosts: &[impl AsRef<HostScript>], visits: &[Visit], promises: &Promises) -> Vec<Broken> {
    let mut broken = Vec::new();
    for host in hosts {
        let host = host.as_ref();
        let own: Vec<&Visit> = visits.iter().filter(|visit| visit.host == host.name).collect();
        let mut note = |rule, how: String| broken.push(Broken { rule, host: host.name.clone(), how });
        at_once(&own, &mut note);
        robots(host, &own, promises, &mut note);
        delay(host, &own, promises, &mut note);
        retry_after(&own, promises, &mut note);
        breaker(&own, promises, &mut note);
    }
    broken
}

/// How often each rule was broken.
#[must_use]
pub fn counted(broken: &[Broken]) -> BTreeMap<Rule, usize> {
    let mut counts = BTreeMap::new();
    for one in broken {
        *counts.entry(one.rule).or_default() += 1;
    }
    counts
}

type Note<'a> = &'a mut dyn FnMut(Rule, String);

fn at_once(visits: &[&Visit], note: Note<'_>) {
    for (earlier, later) in pairs(visits) {
        if earlier.end() > later.started {
            note(Rule::AtOnce, format!("{} while {} was not over", told(later), told(earlier)));
        }
    }
}

/// What a crawler may know of a host's robots.txt.
enum Known<'a> {
    Rules(&'a RobotsRules),
    /// RFC 9309, section 2.3.1.3: a status of 400 to 499 means that there are no rules.
    Nothing,
    /// RFC 9309, section 2.3.1.4: a server error or no answer means that everything is forbidden.
    Unreachable,
}

fn robots(host: &HostScript, visits: &[&Visit], promises: &Promises, note: Note<'_>) {
    // The last copy, and the last word that a copy was not to be had.
    let mut copy: Option<(DateTime<Utc>, Known<'_>)> = None;
    let mut failed = None;
    for visit in visits {
        if let Some(place) = visit.robots {
            match known(host, visit, place) {
                None => {}
                // A copy outlives an outage of its host, as long as the file is asked for again (RFC 9309, section 2.4: not longer than
                // a day "unless the robots.txt file is unreachable").
                Some(Known::Unreachable)
                    if copy.as_ref().is_some_and(|(_, known)| !matches!(known, Known::Unreachable)) =>
                {
                    failed = Some(visit.end());
                }
                Some(known) => copy = Some((visit.end(), known)),
            }
            continue;
        }
        match &copy {
            None => note(Rule::RobotsAge, format!("{} before any robots.txt", told(visit))),
            Some((at, _)) if visit.started - failed.map_or(*at, |failed| failed.max(*at)) > promises.robots_age => {
                note(Rule::RobotsAge, format!("{} with a copy of robots.txt from {at}", told(visit)));
            }
            Some((at, Known::Unreachable)) => {
                note(Rule::Forbidden, format!("{} though robots.txt could not be had at {at}", told(visit)));
            }
            Some((at, Known::Rules(rules))) if !rules.allows(&visit.path) => {
                note(Rule::Forbidden, format!("{} against the robots.txt of {at}", told(visit)));
            }
            Some(_) => {}
        }
    }
}

/// What this answer in the place of robots.txt says; `None`: it leads elsewhere.
fn known<'a>(host: &'a HostScript, visit: &Visit, place: usize) -> Option<Known<'a>> {
    if !visit.whole {
        return Some(Known::Unreachable);
    }
    match visit.status {
        Some(300..=399) => None,
        Some(200..=299) => match host.robots.get(place).map(|(_, robots)| robots) {
            Some(Robots::Rules(rules)) => Some(Known::Rules(rules)),
            Some(Robots::Moved(rules)) => Some(Known::Rules(rules)),
            _ => Some(Known::Nothing),
        },
        // RFC 9309 counts 429 among them; that a host that asks for a wait is left alone is seen to by `retry_after`.
        Some(400..=499) => Some(Known::Nothing),
        _ => Some(Known::Unreachable),
    }
}

fn delay(host: &HostScript, visits: &[&Visit], promises: &Promises, note: Note<'_>) {
    let setting = promises.delays.get(&host.name).copied().unwrap_or(promises.delay);
    let mut wished = TimeDelta::zero();
    for (earlier, later) in pairs(visits) {
        if let Some(place) = earlier.robots
            && let Some(known) = known(host, earlier, place)
        {
            let seconds = match known {
                Known::Rules(rules) => rules.crawl_delay.unwrap_or(0),
                Known::Nothing => 0,
                // It cannot have learnt a new wish.
                Known::Unreachable => u32::try_from(wished.num_seconds()).unwrap_or(0),
            };
            wished = TimeDelta::seconds(seconds.into()).min(promises.most_crawl_delay);
        }
        let needed = setting.max(wished);
        let passed = later.started - earlier.end();
        if passed < needed {
            note(Rule::Delay, format!("{} only {passed} after {}; {needed} was due", told(later), told(earlier)));
        }
    }
}

fn retry_after(visits: &[&Visit], promises: &Promises, note: Note<'_>) {
    let mut until: Option<(DateTime<Utc>, &Visit)> = None;
    for visit in visits {
        if let Some((until, asked)) = until
            && visit.started < until
        {
            note(Rule::RetryAfter, format!("{} though {} asked to wait until {until}", told(visit), told(asked)));
        }
        if let Some(seconds) = visit.retry_after {
            let wait = TimeDelta::seconds(seconds.into()).min(promises.most_retry_after);
            let end = visit.end() + wait;
            if until.is_none_or(|(until, _)| until < end) {
                until = Some((end, visit));
            }
        }
    }
}

/// A failed probe begins a new time of leaving alone, a good one ends it. 429 says nothing of whether a host is there.
fn breaker(visits: &[&Visit], promises: &Promises, note: Note<'_>) {
    let mut failures: usize = 0;
    for (earlier, later) in pairs(visits) {
        failures = if earlier.failed() { failures + 1 } else { 0 };
        let Some(probes) = failures.checked_sub(promises.breaker_failures) else { continue };
        let mut open = promises.breaker_open;
        for _ in 0..probes {
            open = (open * 2).min(promises.breaker_open_most);
        }
        let passed = later.started - earlier.end();
        if passed < open {
            note(
                Rule::Breaker,
                format!("{} only {passed} after failure {failures} in a row; {open} was due", told(later)),
            );
        }
    }
}

fn pairs<'a>(visits: &'a [&'a Visit]) -> impl Iterator<Item = (&'a Visit, &'a Visit)> {
    visits.iter().zip(visits.iter().skip(1)).map(|(earlier, later)| (*earlier, *later))
}

fn told(visit: &Visit) -> String {
    let status = visit.status.map_or("nothing".to_owned(), |status| status.to_string());
    format!("{} {} at {} ({status})", visit.method, visit.path, visit.started)
}
