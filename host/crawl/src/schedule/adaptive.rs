//! An interval that follows how often a source changes.
//!
//! Changes are taken to come by chance at a steady rate that differs by weekday (a Poisson process): of crawls that lie `g` apart a
//! share `p` finds a change where the rate is `-ln(1-p)/g` (Cho and Garcia-Molina, Estimating Frequency of Change, 2003). The next crawl
//! comes when a change has happened with a chance of one in two: that is never long after a change, and about every second crawl
//! finds one. A source that never changes so drifts to the longest interval, one whose programme comes out on Thursdays is asked more
//! often on Thursdays.

use std::f64::consts::LN_2;

use chrono::{DateTime, Datelike as _, Days, NaiveTime, TimeDelta, Utc};
use marquee_model::{Adaptive, Zone};
use marquee_reading::zone;
use marquee_store::Change;

/// Crawls' worth of belief in the whole week's share that a weekday starts with: two, so that one odd Tuesday does not make a rule,
/// and three alike do.
const BELIEF: f64 = 2.0;

/// Crawls, and how many of them found a change.
#[derive(Clone, Copy, Default)]
struct Seen {
    crawls: f64,
    changed: f64,
}

/// Minutes from `after` to the next crawl. Nothing known: `every`, within the bounds.
pub(super) fn interval(
    bounds: Adaptive,
    every: TimeDelta,
    changes: &[Change],
    zone: Zone,
    after: DateTime<Utc>,
) -> TimeDelta {
    let least = TimeDelta::minutes(i64::from(bounds.at_least_minutes));
    let most = TimeDelta::minutes(i64::from(bounds.at_most_minutes));
    let (mut all, mut days) = (Seen::default(), [Seen::default(); 7]);
    let mut apart = 0.0;
    for (newer, older) in changes.iter().zip(changes.iter().skip(1)) {
        // While nothing ran nothing was learnt: a longer gap counts as the longest interval.
        let gap = (newer.at - older.at).min(most);
        if gap <= TimeDelta::zero() {
            continue;
        }
        let changed = f64::from(u8::from(newer.changed));
        apart += in_minutes(gap);
        let halfway = newer.at - (newer.at - older.at) / 2;
        if let Some(day) = days.get_mut(weekday(halfway, zone)) {
            day.crawls += 1.0;
            day.changed += changed;
        }
        all.crawls += 1.0;
        all.changed += changed;
    }
    let apart = if all.crawls > 0.0 { apart / all.crawls } else { in_minutes(every) };
    // Laplace's rule of succession: never 0 and never 1, and one in two where nothing is known.
    let share = (all.changed + 1.0) / (all.crawls + 2.0);
    let rates = days.map(|day| -(1.0 - (day.changed + BELIEF * share) / (day.crawls + BELIEF)).ln() / apart.max(1.0));
    until_likely(&rates, zone, after, most).clamp(least, most)
}

/// How long it takes until a change has happened with a chance of one in two: day by day, at each day's rate a minute.
fn until_likely(rates: &[f64; 7], zone: Zone, after: DateTime<Utc>, most: TimeDelta) -> TimeDelta {
    let mut at = after;
    let mut missing = LN_2;
    while at - after < most {
        let local = zone::local(at, zone);
        let midnight =
            local.date().checked_add_days(Days::new(1)).map(|day| zone::resolve(day.and_time(NaiveTime::MIN), zone).0);
        let end = midnight.filter(|end| *end > at).unwrap_or(at + TimeDelta::days(1));
        let rate = rates.get(weekday(at, zone)).copied().unwrap_or_default();
        let gained = rate * in_minutes(end - at);
        if gained >= missing {
            #[expect(clippy::cast_possible_truncation, reason = "less than a day of milliseconds")]
            let rest = TimeDelta::milliseconds((missing / rate * 60_000.0) as i64);
            return at - after + rest;
        }
        missing -= gained;
        at = end;
    }
    most
}

fn weekday(at: DateTime<Utc>, zone: Zone) -> usize {
    zone::local(at, zone).weekday().num_days_from_monday() as usize
}

fn in_minutes(span: TimeDelta) -> f64 {
    span.as_seconds_f64() / 60.0
}
