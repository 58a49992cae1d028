//! Which claims speak of one event, and what that event's identity is.
//!
//! Claims with one native key are one event, whatever page they stand on; so are claims without a key that name the same
//! night, title, room and time. Where one key stands for several days or times (a residency, an early and a late show behind
//! one link) each is an event of its own. Nothing here depends on the order of the claims but which value a later stage prefers.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use chrono::{NaiveDate, NaiveTime};
use marquee_model::{Digest, EventClaim, EventTime, Status};

use crate::{NormalizeLimits, PageFacts, report::Subject, times::Starts, words::folded};

/// Longest part of an identity that is written out; what is longer ends with a digest of the whole. Identities are an indexed
/// column, and a B-tree page of Postgres takes entries up to 2,704 bytes.
const PART_CHARS: usize = 160;

/// A claim with what is needed to tell which event it speaks of.
#[derive(Debug)]
pub(crate) struct Seen<'a> {
    pub(crate) page: PageFacts<'a>,
    pub(crate) claim: &'a EventClaim,
    /// Its place among all claims of the crawl.
    pub(crate) place: usize,
    /// Where a key's starts must agree: among the pages that list several events, or on the page of one event, by its depth. Two
    /// starts on one level are two events; a start on an event's own page corrects that of the listing.
    pub(crate) level: Option<u8>,
    pub(crate) key: Option<String>,
    /// The title without status words.
    pub(crate) title: Option<String>,
    /// The status that those words tell.
    pub(crate) words: Option<Status>,
    pub(crate) starts: Starts,
    pub(crate) subject: Subject,
}

/// A claim, and one of the starts that it names.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sighting<'s, 'a> {
    pub(crate) seen: &'s Seen<'a>,
    pub(crate) start: Option<&'s EventTime>,
}

/// Everything that the pages say of one event.
#[derive(Debug)]
pub(crate) struct Occurrence<'s, 'a> {
    pub(crate) identity: String,
    /// The deepest page first, and within a depth in page order. Never empty.
    pub(crate) sightings: Vec<Sighting<'s, 'a>>,
    /// Why it is no event after all.
    pub(crate) refused: Option<String>,
}

impl Occurrence<'_, '_> {
    /// The place of its first claim.
    pub(crate) fn place(&self) -> usize {
        self.sightings.iter().map(|s| s.seen.place).min().unwrap_or(usize::MAX)
    }
}

/// The events, and how many claims there are beyond one for each of them.
pub(crate) struct Grouped<'s, 'a> {
    /// In the order of their first claims.
    pub(crate) occurrences: Vec<Occurrence<'s, 'a>>,
    /// Starts beyond the first that claims name.
    pub(crate) further: usize,
    /// Claims and further starts that went into an event of another.
    pub(crate) merged: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    Key(String),
    Night(String),
    /// A claim that cannot be placed, and will be rejected for it.
    Alone(usize),
}

/// Sorts claims into events.
pub(crate) fn group<'s, 'a>(claims: &'s [Seen<'a>], limits: &NormalizeLimits) -> Grouped<'s, 'a> {
    let keys = keys_by_night(claims);
    let mut groups: BTreeMap<Group, Vec<Sighting<'s, 'a>>> = BTreeMap::new();
    let mut sightings = 0;
    for seen in claims {
        let starts: Vec<Option<&EventTime>> =
            if seen.starts.all.is_empty() { vec![None] } else { seen.starts.all.iter().map(Some).collect() };
        for start in starts {
            sightings += 1;
            let sighting = Sighting { seen, start };
            groups.entry(group_of(sighting, &keys)).or_default().push(sighting);
        }
    }
    let mut occurrences: Vec<Occurrence<'s, 'a>> =
        groups.into_iter().flat_map(|(group, sightings)| occurrences_of(&group, sightings, limits)).collect();
    occurrences.sort_by(|a, b| (a.place(), &a.identity).cmp(&(b.place(), &b.identity)));
    let merged = sightings - occurrences.len();
    Grouped { occurrences, further: sightings - claims.len(), merged }
}

/// The keys, with times, that each night's titles are known under.
type Nights<'s> = BTreeMap<String, BTreeSet<(&'s str, Option<NaiveTime>)>>;

fn keys_by_night<'s>(claims: &'s [Seen<'_>]) -> Nights<'s> {
    let mut keys = Nights::new();
    for seen in claims {
        let Some(key) = &seen.key else { continue };
        for start in &seen.starts.all {
            if let Some(night) = night(seen, start) {
                keys.entry(night).or_default().insert((key.as_str(), start.time));
            }
        }
    }
    keys
}

fn group_of(sighting: Sighting<'_, '_>, keys: &Nights<'_>) -> Group {
    let seen = sighting.seen;
    if let Some(key) = &seen.key {
        return Group::Key(key.clone());
    }
    let Some((start, night)) = sighting.start.and_then(|start| Some((start, night(seen, start)?))) else {
        return Group::Alone(seen.place);
    };
    // A banner that repeats an event of the list without its link: the same night and title, no other time.
    let known: BTreeSet<&str> = keys
        .get(&night)
        .into_iter()
        .flatten()
        .filter(|(_, time)| start.time.is_none() || time.is_none() || *time == start.time)
        .map(|(key, _)| *key)
        .collect();
    match known.first() {
        Some(key) if known.len() == 1 => Group::Key((*key).to_owned()),
        _ => Group::Night(night),
    }
}

/// Venue, day and title: what makes an event recognisable where it has no key.
fn night(seen: &Seen<'_>, start: &EventTime) -> Option<String> {
    let title = part(&folded(seen.title.as_deref()?));
    let elsewhere = seen.claim.venue.as_deref().map(folded).filter(|venue| !venue.is_empty());
    let venue = elsewhere.map_or_else(|| "-".to_owned(), |venue| part(&venue));
    Some(format!("night:{venue}:{}:{title}", start.date))
}

/// A part of an identity, bounded.
fn part(text: &str) -> String {
    if text.chars().nth(PART_CHARS).is_none() {
        return text.to_owned();
    }
    let head: String = text.chars().take(PART_CHARS - 13).collect();
    format!("{head}~{}", Digest::of(text.as_bytes()).short())
}

/// What tells two events of one group apart. `None` fits everything.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Slot {
    date: NaiveDate,
    time: Option<NaiveTime>,
    room: Option<String>,
}

impl Slot {
    fn of(sighting: Sighting<'_, '_>, rooms: bool) -> Option<Self> {
        let start = sighting.start?;
        let room = sighting.seen.claim.room.as_deref().filter(|_| rooms).map(folded).filter(|room| !room.is_empty());
        Some(Self { date: start.date, time: start.time, room })
    }

    fn fits(&self, other: &Self) -> bool {
        let same = |a: Option<&String>, b: Option<&String>| a.is_none() || b.is_none() || a == b;
        self.date == other.date
            && (self.time.is_none() || other.time.is_none() || self.time == other.time)
            && same(self.room.as_ref(), other.room.as_ref())
    }
}

fn occurrences_of<'s, 'a>(
    group: &Group,
    mut sightings: Vec<Sighting<'s, 'a>>,
    limits: &NormalizeLimits,
) -> Vec<Occurrence<'s, 'a>> {
    sightings.sort_by_key(|s| (Reverse(s.seen.page.depth), s.seen.place));
    let rooms = matches!(group, Group::Night(_));
    let placed: Vec<(Sighting<'s, 'a>, Option<Slot>)> =
        sightings.into_iter().map(|sighting| (sighting, Slot::of(sighting, rooms))).collect();
    let mut levels: BTreeMap<Option<u8>, Vec<&Slot>> = BTreeMap::new();
    for (sighting, slot) in &placed {
        levels.entry(sighting.seen.level).or_default().extend(slot);
    }
    let limit = limits.events_per_key;
    let bounded = |sightings: &mut dyn Iterator<Item = Sighting<'s, 'a>>| -> Vec<Sighting<'s, 'a>> {
        sightings.take(limits.claims_per_event).collect()
    };
    if levels.into_values().all(|slots| distinct(slots, limit).len() <= 1) {
        let sightings = bounded(&mut placed.iter().map(|(sighting, _)| *sighting));
        return vec![Occurrence { identity: base(group), sightings, refused: None }];
    }
    let slots = distinct(placed.iter().filter_map(|(_, slot)| slot.as_ref()).collect(), limit);
    let mut first_of_day = BTreeSet::new();
    let mut occurrences: Vec<Occurrence<'s, 'a>> = slots
        .iter()
        .map(|slot| {
            let fits = |other: &Option<Slot>| other.as_ref().is_none_or(|other| slot.fits(other));
            let mut fitting = placed.iter().filter(|(_, other)| fits(other)).map(|(sighting, _)| *sighting);
            let identity = identity(group, slot, first_of_day.insert(slot.date));
            Occurrence { identity, sightings: bounded(&mut fitting), refused: None }
        })
        .collect();
    if slots.len() == limit {
        let beyond = placed.iter().filter(|(_, slot)| slot.as_ref().is_some_and(|s| !slots.iter().any(|k| k.fits(s))));
        occurrences.extend(beyond.map(|(sighting, _)| Occurrence {
            identity: base(group),
            sightings: vec![*sighting],
            refused: Some(format!(
                "its key or title stands for more than {limit} events, so it tells none of them apart"
            )),
        }));
    }
    occurrences
}

/// The first `limit` slots that do not fit each other, in order. Those that say most come first, so that the vaguer ones find them.
fn distinct(mut all: Vec<&Slot>, limit: usize) -> Vec<Slot> {
    all.sort_by(|a, b| {
        let vague = |slot: &Slot| (slot.time.is_none(), slot.room.is_none());
        (vague(a), a).cmp(&(vague(b), b))
    });
    all.dedup();
    let mut distinct: Vec<Slot> = Vec::new();
    for slot in all {
        if distinct.len() < limit && !distinct.iter().any(|known| known.fits(slot)) {
            distinct.push(slot.clone());
        }
    }
    distinct.sort();
    distinct
}

fn base(group: &Group) -> String {
    match group {
        Group::Key(key) => format!("key:{}", part(key)),
        Group::Night(night) => night.clone(),
        Group::Alone(place) => format!("alone:{place}"),
    }
}

/// The identity of one of several events of a group. The earliest of a night keeps the plain form, so that a late show that is
/// added for want of tickets does not rename the early one.
fn identity(group: &Group, slot: &Slot, first_of_day: bool) -> String {
    let mut identity = match group {
        Group::Key(_) => format!("{}:{}", base(group), slot.date),
        Group::Night(_) | Group::Alone(_) => base(group),
    };
    if !first_of_day {
        if let Some(time) = slot.time {
            identity.push_str(&time.format(":%H%M%S").to_string());
        }
        if let Some(room) = &slot.room {
            identity.push_str(":in:");
            identity.push_str(&part(room));
        }
    }
    identity
}
