//! When a source is crawled next: a pure function of what its file says, its zone, how often it changed, the time and a number drawn
//! by lot.
//!
//! Stands before the flow; the scheduler asks it. Times of day are the venue's, by the zone data that events are reckoned with
//! (`marquee_reading::zone`): a time in the gap when clocks go forward is moved by the gap, and of the two when they go back the first
//! is meant. It knows no clock, no database and no source.

mod adaptive;
mod fixed;
mod quiet;
#[cfg(test)]
mod tests;

use chrono::{DateTime, TimeDelta, Utc};
use croner::Cron;
use marquee_model::{Adaptive, Schedule, Zone};
use marquee_store::Change;

use self::quiet::Quiet;

/// What is wrong with a schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadSchedule {
    /// The key in the source file, such as `schedule.cron`.
    pub key: &'static str,
    /// Why, and what to write instead.
    pub reason: String,
}

/// A schedule that was read and can be reckoned with.
#[derive(Debug, Clone)]
pub struct Terms {
    zone: Zone,
    every: TimeDelta,
    cron: Option<Cron>,
    jitter: TimeDelta,
    quiet: Quiet,
    adaptive: Option<Adaptive>,
}

impl Terms {
    /// Reads a schedule whose times of day are those of `zone`.
    pub fn read(schedule: &Schedule, zone: Zone) -> Result<Self, BadSchedule> {
        let bad = |key: &'static str, reason: String| BadSchedule { key, reason };
        if schedule.every_minutes == 0 {
            return Err(bad("schedule.every_minutes", "0 is too often: use 1 or more".to_owned()));
        }
        let cron = schedule.cron.as_deref().map(fixed::read).transpose().map_err(|r| bad("schedule.cron", r))?;
        let quiet = Quiet::read(&schedule.quiet).map_err(|reason| bad("schedule.quiet", reason))?;
        if let Some(bounds) = schedule.adaptive {
            if cron.is_some() {
                let reason = "fixed times (`schedule.cron`) do not adapt; leave one of the two out";
                return Err(bad("schedule.adaptive", reason.to_owned()));
            }
            if bounds.at_least_minutes == 0 || bounds.at_most_minutes < bounds.at_least_minutes {
                let reason = "`at_least_minutes` is 1 or more, and `at_most_minutes` not less than it";
                return Err(bad("schedule.adaptive", reason.to_owned()));
            }
        }
        Ok(Self {
            zone,
            every: minutes(schedule.every_minutes),
            cron,
            jitter: minutes(schedule.jitter_minutes),
            quiet,
            adaptive: schedule.adaptive,
        })
    }

    /// The same of a schedule that was read before: out of the database. What cannot be read there is left out.
    #[must_use]
    pub fn of(schedule: &Schedule, zone: Zone) -> Self {
        Self::read(schedule, zone).unwrap_or_else(|problem| {
            tracing::error!(
                key = problem.key,
                reason = problem.reason,
                "a stored schedule cannot be read; its interval counts"
            );
            let every = minutes(schedule.every_minutes.max(1));
            Self { zone, every, cron: None, jitter: TimeDelta::zero(), quiet: Quiet::default(), adaptive: None }
        })
    }
}

/// When a source is crawled next, later than `after`: the start of the last crawl, or the time at which it was asked for.
///
/// `changes` are the last crawls, the newest first; they count where the schedule adapts. `random`, from 0 up to but without 1, says
/// how much of the jitter is used: a crawl starts that much later, and so much after quiet hours as well, for many sources' quiet
/// hours end together.
#[must_use]
pub fn next(terms: &Terms, changes: &[Change], after: DateTime<Utc>, random: f64) -> DateTime<Utc> {
    let time = match (&terms.cron, terms.adaptive) {
        (Some(cron), _) => fixed::next(cron, terms.zone, after).unwrap_or(after + terms.every),
        (None, Some(bounds)) => after + adaptive::interval(bounds, terms.every, changes, terms.zone, after),
        (None, None) => after + terms.every,
    };
    let late = share(terms.jitter, random);
    let start = time + late;
    let loud = outside_quiet(terms, start);
    if loud == start {
        return start;
    }
    let later = loud + late;
    if outside_quiet(terms, later) == later { later } else { loud }
}

/// The first time from `at` on that lies outside of quiet hours.
#[must_use]
pub fn outside_quiet(terms: &Terms, at: DateTime<Utc>) -> DateTime<Utc> {
    terms.quiet.end(terms.zone, at)
}

fn minutes(count: u32) -> TimeDelta {
    TimeDelta::minutes(i64::from(count))
}

/// A share, 0 to 1, of a span, in whole milliseconds.
fn share(span: TimeDelta, share: f64) -> TimeDelta {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "a span of 2^32 minutes is far below 2^52 milliseconds, and what a share of it loses is under one"
    )]
    let part = (span.num_milliseconds() as f64 * share.clamp(0.0, 1.0)) as i64;
    TimeDelta::milliseconds(part)
}
