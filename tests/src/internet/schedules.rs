//! Whether sources were crawled as often as their schedules say, judged by when their listings were asked for.
//!
//! Written from the documentation of [`Schedule`], without the code that plans. It judges sources whose hosts were always well: their
//! listing is asked for once a crawl, so that each visit to it is the start of one.

use std::fmt;

use chrono::{DateTime, Datelike as _, NaiveTime, TimeDelta, Timelike as _, Utc};
use chrono_tz::Tz;
use marquee_model::Schedule;

use super::{Visit, world::Planned};

/// A span in which nothing ran.
pub type Absence = (DateTime<Utc>, DateTime<Utc>);

/// What the starts of one source's crawls are held against.
#[derive(Debug, Clone, Copy)]
pub struct Course {
    /// When everything began.
    pub start: DateTime<Utc>,
    /// When it ended.
    pub end: DateTime<Utc>,
    /// When nothing ran.
    pub absence: Option<Absence>,
    /// How long a crawl that is due may wait for a place and for its host.
    pub slack: TimeDelta,
}

/// A source that was not crawled as its schedule says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OffSchedule {
    /// The source.
    pub slug: String,
    /// What is wrong.
    pub how: String,
}

impl fmt::Display for OffSchedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.slug, self.how)
    }
}

/// When the source's crawls started.
#[must_use]
pub fn starts(source: &Planned, visits: &[Visit]) -> Vec<DateTime<Utc>> {
    let listing = source.venue.listing();
    visits
        .iter()
        .filter(|visit| visit.host == source.host && visit.path == listing)
        .map(|visit| visit.started)
        .collect()
}

/// Everything in which the starts differ from the schedule.
#[must_use]
pub fn check(source: &Planned, starts: &[DateTime<Utc>], course: &Course) -> Vec<OffSchedule> {
    let mut wrong = Vec::new();
    let mut note = |how: String| wrong.push(OffSchedule { slug: source.slug.clone(), how });
    let zone: Tz = source.zone.name().parse().unwrap_or(Tz::UTC);
    for start in starts {
        if let Some(quiet) = in_quiet(&source.schedule, *start, zone, TimeDelta::minutes(5)) {
            note(format!("started at {start}, in the quiet hours from {} to {}", quiet[0], quiet[1]));
        }
        if course.absence.is_some_and(|(from, until)| *start > from + course.slack && *start < until) {
            note(format!("started at {start}, when nothing ran"));
        }
    }
    match &source.schedule.cron {
        Some(cron) => by_cron(source, cron, starts, course, zone, &mut note),
        None => by_interval(source, starts, course, zone, &mut note),
    }
    wrong
}

type Note<'a> = &'a mut dyn FnMut(String);

fn by_interval(source: &Planned, starts: &[DateTime<Utc>], course: &Course, zone: Tz, note: Note<'_>) {
    let schedule = &source.schedule;
    let (least, most) = match schedule.adaptive {
        Some(bounds) => (bounds.at_least_minutes, bounds.at_most_minutes),
        None => (schedule.every_minutes, schedule.every_minutes),
    };
    let jitter = TimeDelta::minutes(schedule.jitter_minutes.into());
    let least = TimeDelta::minutes(least.into()) - jitter - course.slack;
    let most = TimeDelta::minutes(most.into()) + jitter + course.slack;
    let longest = |from: DateTime<Utc>| match quiet_after(schedule, from + most, zone) {
        quiet if quiet.is_zero() => from + most,
        quiet => from + most + quiet + jitter + course.slack,
    };
    let Some(first) = starts.first() else {
        note("was never crawled".to_owned());
        return;
    };
    if *first > longest(course.start) {
        note(format!("was first crawled at {first}"));
    }
    let resumed = course.absence.map(|(_, until)| until);
    for (earlier, later) in starts.iter().zip(starts.iter().skip(1)) {
        let over_absence = course.absence.is_some_and(|(from, until)| *earlier < until && *later > from);
        // What was caught up with stands between two times of its schedule.
        let caught_up = resumed.is_some_and(|until| *earlier >= until && *earlier < until + most);
        let passed = *later - *earlier;
        if passed < least && !over_absence && !caught_up {
            note(format!("was crawled at {earlier} and again after {passed}"));
        }
        if *later > longest(*earlier) && !over_absence {
            note(format!("was crawled at {earlier} and then not before {later}"));
        }
    }
    if let Some((from, until)) = course.absence {
        after_absence(starts, until, longest(until), note);
        let missed = starts.iter().rev().find(|start| **start < from).is_some_and(|last| *last + most < until);
        let caught_up = until + jitter + course.slack;
        let quiet = quiet_after(schedule, caught_up, zone);
        let caught_up = if quiet.is_zero() { caught_up } else { caught_up + quiet + jitter + course.slack };
        if missed && !starts.iter().any(|start| (until..=caught_up).contains(start)) {
            note(format!("was due when everything came back at {until}, and not crawled by {caught_up}"));
        }
        let many = starts.iter().filter(|start| (until..until + most).contains(start)).count();
        if many > 2 && schedule.adaptive.is_none() {
            note(format!("was crawled {many} times after everything came back at {until}"));
        }
    }
    let last = starts.last().copied().unwrap_or(course.start).max(resumed.unwrap_or(course.start));
    if longest(last) < course.end {
        note(format!("was last crawled at {last}"));
    }
}

fn after_absence(starts: &[DateTime<Utc>], until: DateTime<Utc>, by: DateTime<Utc>, note: Note<'_>) {
    if !starts.iter().any(|start| (until..=by).contains(start)) {
        note(format!("was not crawled between {until} and {by}"));
    }
}

fn by_cron(source: &Planned, cron: &str, starts: &[DateTime<Utc>], course: &Course, zone: Tz, note: Note<'_>) {
    let slots = slots(cron, course, zone);
    let late = TimeDelta::minutes(source.schedule.jitter_minutes.into()) + course.slack;
    let away = |at: DateTime<Utc>| course.absence.is_some_and(|(from, until)| at + late > from && at < until);
    let mut left: Vec<DateTime<Utc>> = starts.to_vec();
    for slot in &slots {
        if away(*slot) || *slot + late > course.end {
            left.retain(|start| !(*slot..=*slot + late).contains(start));
            continue;
        }
        let taken: Vec<_> = left.iter().copied().filter(|start| (*slot..=*slot + late).contains(start)).collect();
        if taken.len() != 1 {
            note(format!("was crawled {} times at its time {slot}", taken.len()));
        }
        left.retain(|start| !taken.contains(start));
    }
    if let Some((from, until)) = course.absence {
        let missed = slots.iter().any(|slot| (from..until).contains(slot) && *slot + late < until);
        let caught_up: Vec<_> = left.iter().copied().filter(|start| (until..=until + late).contains(start)).collect();
        if missed && caught_up.len() != 1 {
            note(format!("missed a time, and was crawled {} times when everything came back", caught_up.len()));
        }
        left.retain(|start| !caught_up.contains(start));
    }
    // A new source may be looked at once before its first time.
    left.retain(|start| *start > course.start + late);
    for start in left {
        note(format!("was crawled at {start}, which is none of its times"));
    }
}

/// The times of a cron line: lists, ranges and steps in minute, hour and day of the week are read, the rest must be `*`.
fn slots(cron: &str, course: &Course, zone: Tz) -> Vec<DateTime<Utc>> {
    let fields: Vec<&str> = cron.split(' ').collect();
    let [minute, hour, "*", "*", weekday] = fields.as_slice() else { return Vec::new() };
    let minutes = (course.end - course.start).num_minutes();
    (0..minutes)
        .map(|passed| course.start + TimeDelta::minutes(passed))
        .filter(|at| {
            let local = at.with_timezone(&zone);
            matches(minute, local.minute())
                && matches(hour, local.hour())
                && matches(weekday, local.weekday().num_days_from_sunday())
        })
        .collect()
}

fn matches(field: &str, value: u32) -> bool {
    field.split(',').any(|one| {
        if let Some(step) = one.strip_prefix("*/") {
            step.parse().is_ok_and(|step| value.checked_rem(step) == Some(0))
        } else if let Some((from, to)) = one.split_once('-') {
            from.parse().is_ok_and(|from: u32| from <= value) && to.parse().is_ok_and(|to: u32| value <= to)
        } else {
            one == "*" || one.parse() == Ok(value)
        }
    })
}

/// The quiet hours in which an instant lies, a grace after their beginning excepted.
fn in_quiet(schedule: &Schedule, at: DateTime<Utc>, zone: Tz, grace: TimeDelta) -> Option<&[String; 2]> {
    let within = |at: DateTime<Utc>, [from, until]: &[String; 2]| {
        let (from, until) = (clock(from), clock(until));
        let time = at.with_timezone(&zone).time();
        if from <= until { (from..until).contains(&time) } else { time >= from || time < until }
    };
    schedule.quiet.iter().find(|quiet| within(at, quiet) && within(at - grace, quiet))
}

/// How long from an instant on it is quiet, at most.
fn quiet_after(schedule: &Schedule, at: DateTime<Utc>, zone: Tz) -> TimeDelta {
    let mut passed = TimeDelta::zero();
    while in_quiet(schedule, at + passed, zone, TimeDelta::zero()).is_some() && passed < TimeDelta::days(1) {
        passed += TimeDelta::minutes(1);
    }
    passed
}

fn clock(text: &str) -> NaiveTime {
    NaiveTime::parse_from_str(text, "%H:%M").unwrap_or_default()
}
