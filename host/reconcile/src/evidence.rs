//! How good the evidence is that a seen event is a known one: what both are called, their nights, hours, rooms, keys
//! and links.
//!
//! One pair at a time; which pairs are believed is decided in [`resolve`](crate::resolve), against each other. Pure.

use chrono::NaiveDate;
use marquee_model::{Event, EventTime, Status};

use crate::{KnownEvent, ReconcileSettings, known::last_day, likeness::Likeness};

/// What a shared native key adds. Less than the difference between the very same telling and another, so that two
/// events that swap their keys keep their histories.
const KEY: f64 = 0.45;
/// What a key adds that the event had once and has no more.
const OLD_KEY: f64 = 0.3;
/// What speaks against a pair whose keys differ.
const OTHER_KEY: f64 = 0.15;
/// What the normaliser's identity adds where it is not made of the key.
const IDENTITY: f64 = 0.2;
/// What an address adds that only these two have: alone as good as the least that evidence must be.
const LINK: f64 = 0.5;
/// The score of two tellings that share night and hour and nothing else.
const HOUR_ONLY: f64 = 0.5;
/// Likeness below which two titles have nothing in common.
pub(crate) const UNLIKE: f64 = 0.3;
/// Likeness from which on two tellings of different nights may be one event that moved.
const MOVED_LIKENESS: f64 = 0.8;

/// What is known about a pair beside the two tellings.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Circumstances {
    /// They share an address that no other event has.
    pub(crate) own_link: bool,
    /// The nights under this title, where there are several.
    pub(crate) series: Option<Series>,
    /// The key stands for several events.
    pub(crate) shared_key: bool,
}

/// Several nights under one title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Series {
    /// How many.
    pub(crate) nights: usize,
    /// The least number of days between two of them.
    pub(crate) step: i64,
}

impl Series {
    /// Nights from which on a title is a residency, however close they are.
    const RESIDENCY: usize = 5;
    /// Days between two nights from which on they are no run of nights: a week, or a few days less.
    const WEEKLY: i64 = 5;

    /// Whether a night so many days off is another night of the series, rather than one of its nights moved. Two nights
    /// are a series only where a third goes on with their step; a run of nights is one engagement, and its nights move.
    fn has_another(self, days: i64) -> bool {
        let days = days.abs();
        match self.nights {
            Self::RESIDENCY.. => days >= self.step,
            3.. => self.step >= Self::WEEKLY && days >= self.step,
            _ => self.step >= Self::WEEKLY && days % self.step == 0,
        }
    }
}

/// What speaks for a pair.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Score {
    /// 0 and up; above 1 where a key is shared.
    pub(crate) score: f64,
    /// How alike title and bill are.
    pub(crate) likeness: f64,
    /// Nothing but the hour, or nothing but the key.
    pub(crate) weak: bool,
    /// A native key is shared.
    pub(crate) key: bool,
    /// The normaliser's identity is shared.
    pub(crate) identity: bool,
}

/// Weighs a pair; `None` where it cannot be one event.
pub(crate) fn weigh(
    known: &KnownEvent,
    known_likeness: &Likeness<'_>,
    seen: &Event,
    seen_likeness: &Likeness<'_>,
    about: Circumstances,
    today: NaiveDate,
    settings: &ReconcileSettings,
) -> Option<Score> {
    let was = &known.event;
    let key = seen.key.as_ref().is_some_and(|key| known.keys.contains(key));
    let other_key = !key && seen.key.is_some() && was.key.is_some();
    let identity = !key && known.identities.contains(&seen.identity);
    if !key && !about.own_link && elsewhere(was, seen) {
        return None;
    }
    let days = (seen.start.date - was.start.date).num_days();
    // Of another night only what is called alike can be meant; most pairs end here, and cheaply.
    if days != 0 && !key && !about.own_link && !known_likeness.may_be(seen_likeness) {
        return None;
    }
    let likeness = known_likeness.with(seen_likeness);
    let (mut score, mut weak) = if days == 0 {
        let hour = hour(&was.start, &seen.start, settings);
        let bare = hour * (0.3 + 0.7 * likeness);
        // What was cancelled, put off or missed before left its hour to whatever comes.
        let holds_hour = known.missing.is_none()
            && !matches!(known.standing.status, Status::Cancelled | Status::Postponed)
            && seen.status != Status::Cancelled;
        let slot = holds_hour && same_hour(&was.start, &seen.start) && !other_key && !rooms_differ(was, seen);
        if likeness < UNLIKE && slot { (bare.max(HOUR_ONLY), true) } else { (bare, false) }
    } else {
        (moved(known, seen, days, likeness, key, about, today)?, false)
    };
    if about.own_link {
        score += LINK;
        weak = false;
    }
    if key {
        let bonus = if was.key == seen.key { KEY } else { OLD_KEY };
        weak = likeness < UNLIKE && !about.own_link && days != 0;
        score += if about.shared_key { bonus / 2.0 } else { bonus };
    } else if identity {
        score += IDENTITY;
    } else if other_key {
        score -= OTHER_KEY;
    }
    let least = if key && !about.shared_key { KEY.min(settings.evidence_least) } else { settings.evidence_least };
    (score + f64::EPSILON >= least).then_some(Score { score, likeness, weak, key, identity })
}

/// The score of a pair of different nights, before keys and links; `None` where it is another night of the same thing.
fn moved(
    known: &KnownEvent,
    seen: &Event,
    days: i64,
    likeness: f64,
    key: bool,
    about: Circumstances,
    today: NaiveDate,
) -> Option<f64> {
    let own_key = key && !about.shared_key;
    // A page that says so, or an event that was waiting for its new day.
    let told = matches!(seen.status, Status::Rescheduled | Status::Postponed)
        || known.standing.status == Status::Postponed
        || known.event.status == Status::Rescheduled;
    // What would be no move but a fault is recognised whatever else the page lists; it is held, not made.
    let fault = last_day(seen) < today || is_a_year(days);
    if !told && !fault {
        let another_night = about.series.is_some_and(|series| series.has_another(days));
        if another_night && !(own_key || about.own_link) {
            return None;
        }
        // What has begun was held; under its name the page announces the next one, a week or some weeks later.
        if known.event.start.date <= today && (days % 7 == 0 || about.series.is_some()) {
            return None;
        }
    }
    if !own_key && !about.own_link && likeness < MOVED_LIKENESS {
        return None;
    }
    let near = f64::from(i32::try_from(days.abs().min(14)).unwrap_or(14)) / 14.0;
    let far = f64::from(i32::try_from(days.abs().min(365)).unwrap_or(365)) / 365.0;
    let bonus = if told { 0.1 } else { 0.0 };
    Some(likeness * (0.75 - 0.1 * near - 0.1 * far + bonus))
}

/// Whether a span is a year to the day, or to the weekday: what a wrong year in a template makes.
pub(crate) const fn is_a_year(days: i64) -> bool {
    matches!(days.abs(), 364..=366 | 371)
}

/// How well two starts of one day agree.
fn hour(a: &EventTime, b: &EventTime, settings: &ReconcileSettings) -> f64 {
    match (a.time, b.time) {
        (Some(a), Some(b)) if a == b => 1.0,
        (Some(a), Some(b)) if (a - b).num_minutes().abs() < settings.two_shows_minutes => 0.85,
        (Some(_), Some(_)) => 0.5,
        (None, None) => 1.0,
        _ => 0.9,
    }
}

fn same_hour(a: &EventTime, b: &EventTime) -> bool {
    a.time.is_some() && a.time == b.time
}

fn rooms_differ(a: &Event, b: &Event) -> bool {
    matches!((&a.room, &b.room), (Some(a), Some(b)) if a != b)
}

/// Two houses, by name. One name beside none is a show that moved house; two names are two shows, unless the page says
/// "moved".
fn elsewhere(a: &Event, b: &Event) -> bool {
    matches!((&a.venue_name, &b.venue_name), (Some(a), Some(b)) if a != b) && b.status != Status::Moved
}

/// The evidence in words.
pub(crate) fn words(known: &Event, seen: &Event, score: Score) -> String {
    let mut words = Vec::new();
    if score.key {
        words.push(format!("the native key `{}`", seen.key.as_deref().unwrap_or_default()));
    }
    if score.identity {
        words.push("the same identity".to_owned());
    }
    words.push(if known.title == seen.title {
        "the same title".to_owned()
    } else if score.likeness < UNLIKE {
        format!("another title (`{}`, now `{}`)", known.title, seen.title)
    } else {
        format!("a title like it (`{}`, now `{}`)", known.title, seen.title)
    });
    let days = (seen.start.date - known.start.date).num_days();
    words.push(match (days, known.start.time, seen.start.time) {
        (0, Some(a), Some(b)) if a == b => "the same night and hour".to_owned(),
        (0, _, _) => "the same night".to_owned(),
        (1.., _, _) => format!("{} later", in_days(days)),
        _ => format!("{} earlier", in_days(days.abs())),
    });
    if known.ticket_url.is_some() && known.ticket_url == seen.ticket_url {
        words.push("the same ticket link".to_owned());
    } else if known.event_url.is_some() && known.event_url == seen.event_url {
        words.push("the same page of its own".to_owned());
    }
    words.join(", ")
}

/// A number of days in words.
pub(crate) fn in_days(days: i64) -> String {
    if days == 1 { "1 day".to_owned() } else { format!("{days} days") }
}
