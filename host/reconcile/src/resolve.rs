//! Which seen event is which known one: an assignment, the surest pairs first.
//!
//! First the very same tellings, by night, hour and title, whatever their keys say; then what is left, by keys and
//! evidence, each pair only where no other reading comes near. What is past is only recognised, never continued into
//! the future. Pure.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use marquee_model::{Event, WebUrl};

use crate::{
    Context, KnownEvent, Resemblance, Resolution, ResolvedBy, SeenEvent,
    evidence::{self, Circumstances, Score, Series},
    known::last_day,
    likeness::Likeness,
};

/// Postings of a word beyond which it tells nothing apart and is not looked up.
const COMMON_WORD: usize = 24;

/// A seen event found to be a known one.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// Place in the list of the known.
    pub(crate) known: usize,
    /// How it was found.
    pub(crate) resolution: Resolution,
    /// Nothing but a key holds the two together.
    pub(crate) only_key: bool,
}

/// Which seen event is which known one.
#[derive(Debug, Default)]
pub(crate) struct Resolved {
    /// By place of the seen event.
    pub(crate) of_seen: Vec<Option<Found>>,
    /// By place of the known event: the seen one.
    pub(crate) of_known: Vec<Option<usize>>,
    /// Known events that a seen event could be, by place of the seen event.
    pub(crate) resembles: BTreeMap<usize, Vec<Resemblance>>,
    /// Known events that one of several seen could be, by place.
    pub(crate) ambiguous: BTreeSet<usize>,
}

/// A pair under consideration.
#[derive(Debug, Clone, Copy)]
struct Pair {
    known: usize,
    seen: usize,
    score: Score,
}

/// Resolves the seen events of a crawl. `over[i]` says whether the i-th known event is history.
pub(crate) fn resolve(known: &[KnownEvent], over: &[bool], seen: &[SeenEvent], context: &Context) -> Resolved {
    let mut resolved =
        Resolved { of_seen: vec![None; seen.len()], of_known: vec![None; known.len()], ..Resolved::default() };
    let by_title = ByTitle::of(known);
    same_tellings(&mut resolved, known, over, seen, &by_title, context.today);
    if resolved.of_seen.iter().any(Option::is_none) {
        let pairs = pairs(&resolved, known, over, seen, &by_title, context);
        assign(&mut resolved, known, seen, pairs, context);
    }
    resolved
}

/// Known events by title and day.
struct ByTitle<'a>(Vec<(&'a str, NaiveDate, usize)>);

impl<'a> ByTitle<'a> {
    fn of(known: &'a [KnownEvent]) -> Self {
        let mut list: Vec<_> = known
            .iter()
            .enumerate()
            .map(|(place, known)| (known.event.title.as_str(), known.event.start.date, place))
            .collect();
        list.sort_unstable();
        Self(list)
    }

    fn titled(&self, title: &str) -> impl Iterator<Item = (NaiveDate, usize)> {
        let from = self.0.partition_point(|(other, ..)| *other < title);
        let title = title.to_owned();
        self.0.iter().skip(from).take_while(move |(other, ..)| *other == title).map(|(_, date, place)| (*date, *place))
    }

    fn on(&self, title: &str, date: NaiveDate) -> impl Iterator<Item = usize> {
        let from = self.0.partition_point(|(other, day, _)| (*other, *day) < (title, date));
        let title = title.to_owned();
        self.0
            .iter()
            .skip(from)
            .take_while(move |(other, day, _)| *other == title && *day == date)
            .map(|(_, _, place)| *place)
    }
}

/// The very same telling: night, hour, title and house; the room, identity or key where several share those.
fn same_tellings(
    resolved: &mut Resolved,
    known: &[KnownEvent],
    over: &[bool],
    seen: &[SeenEvent],
    by_title: &ByTitle<'_>,
    today: NaiveDate,
) {
    for (place, event) in seen.iter().enumerate() {
        let past = last_day(event) < today;
        let candidates: Vec<usize> = by_title
            .on(&event.title, event.start.date)
            .filter(|&at| resolved.of_known.get(at).is_some_and(Option::is_none))
            .filter(|&at| past || !over.get(at).copied().unwrap_or(true))
            .filter(|&at| {
                known.get(at).is_some_and(|known| {
                    known.event.start.time == event.start.time && known.event.venue_name == event.venue_name
                })
            })
            .collect();
        let of = |test: &dyn Fn(&KnownEvent) -> bool| -> Option<usize> {
            let mut fitting = candidates.iter().copied().filter(|&at| known.get(at).is_some_and(test));
            let first = fitting.next();
            if fitting.next().is_some() { None } else { first }
        };
        let same_room = |known: &KnownEvent| known.event.room == event.room;
        let named = |known: &KnownEvent| known.event.identity == event.identity && known.event.key == event.key;
        let alone = || {
            let twins = seen.iter().filter(|other| {
                other.title == event.title && other.start == event.start && other.venue_name == event.venue_name
            });
            twins.count() == 1
        };
        let found = of(&named)
            .or_else(|| of(&|known| same_room(known) && known.identities.contains(&event.identity)))
            .or_else(|| if candidates.is_empty() { None } else { of(&same_room).filter(|_| alone()) })
            .or_else(|| if candidates.is_empty() { None } else { of(&|_| true).filter(|_| alone()) });
        let Some(at) = found else { continue };
        let Some(known) = known.get(at) else { continue };
        let key = event.key.as_ref().is_some_and(|key| known.keys.contains(key));
        let (by, evidence) = if key {
            (ResolvedBy::NativeKey, "the native key, title, night and hour")
        } else {
            (ResolvedBy::Identity, "the same title, night and hour")
        };
        let resolution = Resolution { by, score: 1.0, evidence: evidence.to_owned() };
        take(resolved, place, Found { known: at, resolution, only_key: false });
    }
}

fn take(resolved: &mut Resolved, seen: usize, found: Found) {
    if let Some(slot) = resolved.of_known.get_mut(found.known) {
        *slot = Some(seen);
    }
    if let Some(slot) = resolved.of_seen.get_mut(seen) {
        *slot = Some(found);
    }
}

/// Addresses that only one seen event has; a listing's own address, printed for each, tells nothing.
fn own_links(seen: &[SeenEvent]) -> BTreeMap<&WebUrl, usize> {
    let mut links: BTreeMap<&WebUrl, Option<usize>> = BTreeMap::new();
    for (place, event) in seen.iter().enumerate() {
        for url in links_of(event) {
            links.entry(url).and_modify(|owner| *owner = owner.filter(|&at| at == place)).or_insert(Some(place));
        }
    }
    links.into_iter().filter_map(|(url, owner)| Some((url, owner?))).collect()
}

fn links_of(event: &Event) -> impl Iterator<Item = &WebUrl> {
    event.ticket_url.iter().chain(event.event_url.iter())
}

/// All pairs worth weighing, by shared key, identity, night, link or word, with their scores.
fn pairs(
    resolved: &Resolved,
    known: &[KnownEvent],
    over: &[bool],
    seen: &[SeenEvent],
    by_title: &ByTitle<'_>,
    context: &Context,
) -> Vec<Pair> {
    let free_seen: Vec<(usize, &SeenEvent)> =
        seen.iter().enumerate().filter(|(at, _)| resolved.of_seen.get(*at).is_some_and(Option::is_none)).collect();
    let free_known =
        || known.iter().enumerate().filter(|(at, _)| resolved.of_known.get(*at).is_some_and(Option::is_none));
    let links = own_links(seen);
    let mut known_links: BTreeMap<&WebUrl, usize> = BTreeMap::new();
    let mut open_keys: BTreeMap<&str, usize> = BTreeMap::new();
    let is_over = |at: usize| over.get(at).copied().unwrap_or(true);
    for (at, known) in known.iter().enumerate() {
        if !is_over(at) {
            links_of(&known.event).for_each(|url| *known_links.entry(url).or_default() += 1);
            if let Some(key) = known.event.key.as_deref() {
                *open_keys.entry(key).or_default() += 1;
            }
        }
    }
    let mut seen_keys: BTreeMap<&str, usize> = BTreeMap::new();
    seen.iter().filter_map(|event| event.key.as_deref()).for_each(|key| *seen_keys.entry(key).or_default() += 1);

    // What a free seen event may be looked up by, and the known events found so.
    let mut index: BTreeMap<Look<'_>, Vec<usize>> = BTreeMap::new();
    let likenesses: Vec<Likeness<'_>> = free_seen.iter().map(|(_, event)| Likeness::of(event)).collect();
    for ((_, event), likeness) in free_seen.iter().zip(&likenesses) {
        looks(event, event.key.iter(), std::iter::once(&event.identity), likeness.words(), &links).for_each(|look| {
            index.entry(look).or_default();
        });
    }
    let known_likenesses: BTreeMap<usize, Likeness<'_>> =
        free_known().filter(|(at, _)| !is_over(*at)).map(|(at, known)| (at, Likeness::of(&known.event))).collect();
    for (at, event) in free_known() {
        let Some(likeness) = known_likenesses.get(&at) else {
            // History is recognised on its own night only.
            if let Some(list) = index.get_mut(&Look::Day(event.event.start.date)) {
                list.push(at);
            }
            continue;
        };
        for look in looks(&event.event, event.keys.iter(), event.identities.iter(), likeness.words(), &links) {
            if let Some(list) = index.get_mut(&look) {
                list.push(at);
            }
        }
    }
    let mut pairs = Vec::new();
    for ((place, event), likeness) in free_seen.iter().zip(&likenesses) {
        let past = last_day(event) < context.today;
        let candidates: BTreeSet<usize> =
            looks(event, event.key.iter(), std::iter::once(&event.identity), likeness.words(), &links)
                .filter_map(|look| {
                    let list = index.get(&look)?;
                    (!matches!(look, Look::Word(_)) || list.len() <= COMMON_WORD).then_some(list)
                })
                .flatten()
                .copied()
                .chain(by_title.titled(&event.title).map(|(_, at)| at).filter(|at| known_likenesses.contains_key(at)))
                .filter(|&at| past || !is_over(at))
                .collect();
        for at in candidates {
            let Some(was) = known.get(at) else { continue };
            let key = event.key.as_deref().unwrap_or_default();
            let fresh;
            let was_like = match known_likenesses.get(&at) {
                Some(likeness) => likeness,
                None => {
                    fresh = Likeness::of(&was.event);
                    &fresh
                }
            };
            let own_link = links_of(event).any(|url| {
                links.get(url) == Some(place)
                    && known_links.get(url).is_none_or(|&count| count == 1)
                    && links_of(&was.event).any(|other| other == url)
                    && likeness.shares_address(was_like)
            });
            let about = Circumstances {
                own_link,
                series: series(was, event, seen, by_title),
                shared_key: seen_keys.get(key).is_some_and(|&n| n > 1) || open_keys.get(key).is_some_and(|&n| n > 1),
            };
            let today = context.today;
            if let Some(score) = evidence::weigh(was, was_like, event, likeness, about, today, &context.settings) {
                pairs.push(Pair { known: at, seen: *place, score });
            }
        }
    }
    pairs
}

/// What an event can be found by.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Look<'a> {
    Key(&'a str),
    Identity(&'a str),
    Day(NaiveDate),
    Link(&'a WebUrl),
    Word(&'a str),
}

fn looks<'a>(
    event: &'a Event,
    keys: impl Iterator<Item = &'a String>,
    identities: impl Iterator<Item = &'a String>,
    words: &'a [String],
    links: &BTreeMap<&'a WebUrl, usize>,
) -> impl Iterator<Item = Look<'a>> {
    let own: Vec<&WebUrl> = links_of(event).filter(|url| links.contains_key(url)).collect();
    keys.map(|key| Look::Key(key))
        .chain(identities.map(|identity| Look::Identity(identity)))
        .chain(std::iter::once(Look::Day(event.start.date)))
        .chain(own.into_iter().map(Look::Link))
        .chain(words.iter().map(|word| Look::Word(word)))
}

/// The nights under an event's title, in what is known or in what is seen.
fn series(known: &KnownEvent, event: &Event, seen: &[SeenEvent], by_title: &ByTitle<'_>) -> Option<Series> {
    if known.event.title != event.title {
        return None;
    }
    let series = |dates: BTreeSet<NaiveDate>| {
        let step = dates.iter().zip(dates.iter().skip(1)).map(|(a, b)| (*b - *a).num_days()).min()?;
        Some(Series { nights: dates.len(), step })
    };
    let before = series(by_title.titled(&event.title).map(|(date, _)| date).collect());
    let now = series(seen.iter().filter(|other| other.title == event.title).map(|other| other.start.date).collect());
    match (before, now) {
        (Some(a), Some(b)) => Some(Series { nights: a.nights.max(b.nights), step: a.step.min(b.step) }),
        (a, b) => a.or(b),
    }
}

/// Takes pairs, the surest first; a pair to which another reading comes near is left to a person.
fn assign(resolved: &mut Resolved, known: &[KnownEvent], seen: &[SeenEvent], mut pairs: Vec<Pair>, context: &Context) {
    pairs.sort_by(|a, b| b.score.score.total_cmp(&a.score.score).then((a.known, a.seen).cmp(&(b.known, b.seen))));
    let (strong, weak): (Vec<Pair>, Vec<Pair>) = pairs.into_iter().partition(|pair| !pair.score.weak);
    let mut aside = BTreeSet::new();
    greedily(resolved, known, seen, &strong, &mut aside, context);
    let found = resolved.of_seen.iter().filter(|found| found.is_some()).count();
    let itself = found * 100 >= seen.len() * context.settings.weak_needs_percent;
    if !context.suspect && (itself || seen.len() < context.settings.guard_events) {
        greedily(resolved, known, seen, &weak, &mut aside, context);
    } else {
        for pair in weak {
            note(resolved, known, pair);
        }
    }
    // Who found its match after all is ambiguous no more.
    let Resolved { of_seen, of_known, resembles, ambiguous } = resolved;
    resembles.retain(|seen, _| of_seen.get(*seen).is_some_and(Option::is_none));
    ambiguous.retain(|known| of_known.get(*known).is_some_and(Option::is_none));
}

fn greedily(
    resolved: &mut Resolved,
    known: &[KnownEvent],
    seen: &[SeenEvent],
    pairs: &[Pair],
    aside: &mut BTreeSet<usize>,
    context: &Context,
) {
    let mut by_known: BTreeMap<usize, Vec<Pair>> = BTreeMap::new();
    let mut by_seen: BTreeMap<usize, Vec<Pair>> = BTreeMap::new();
    for pair in pairs {
        by_known.entry(pair.known).or_default().push(*pair);
        by_seen.entry(pair.seen).or_default().push(*pair);
    }
    for &pair in pairs {
        let free = |resolved: &Resolved, pair: Pair, aside: &BTreeSet<usize>| {
            resolved.of_known.get(pair.known).is_some_and(Option::is_none)
                && resolved.of_seen.get(pair.seen).is_some_and(Option::is_none)
                && !aside.contains(&pair.seen)
        };
        if !free(resolved, pair, aside) {
            continue;
        }
        let rivals: Vec<Pair> = by_known
            .get(&pair.known)
            .into_iter()
            .chain(by_seen.get(&pair.seen))
            .flatten()
            .filter(|rival| (rival.known, rival.seen) != (pair.known, pair.seen))
            .filter(|rival| rival.score.score > pair.score.score - context.settings.evidence_margin)
            .filter(|rival| free(resolved, **rival, aside))
            .copied()
            .collect();
        if !rivals.is_empty() {
            let least = pair.score.score - context.settings.evidence_margin;
            let doubtful: BTreeSet<usize> = rivals.iter().map(|rival| rival.seen).chain([pair.seen]).collect();
            for reading in doubtful.iter().filter_map(|seen| by_seen.get(seen)).flatten() {
                if reading.score.score > least && free(resolved, *reading, aside) {
                    note(resolved, known, *reading);
                }
            }
            aside.extend(doubtful);
            continue;
        }
        let (Some(was), Some(event)) = (known.get(pair.known), seen.get(pair.seen)) else { continue };
        let score = pair.score;
        let by = match score {
            Score { key: true, .. } => ResolvedBy::NativeKey,
            Score { identity: true, .. } => ResolvedBy::Identity,
            _ => ResolvedBy::Evidence,
        };
        let evidence = evidence::words(&was.event, event, score);
        let resolution = Resolution { by, score: (score.score.min(1.0) * 100.0).round() / 100.0, evidence };
        take(resolved, pair.seen, Found { known: pair.known, resolution, only_key: score.weak && score.key });
    }
}

/// Remembers a pair that is not believed.
fn note(resolved: &mut Resolved, known: &[KnownEvent], pair: Pair) {
    resolved.ambiguous.insert(pair.known);
    if let Some(known) = known.get(pair.known) {
        let score = (pair.score.score.min(1.0) * 100.0).round() / 100.0;
        let list = resolved.resembles.entry(pair.seen).or_default();
        if list.iter().all(|other| other.id != known.id) {
            list.push(Resemblance { id: known.id, score });
        }
    }
}
