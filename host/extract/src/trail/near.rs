//! Which item of the page a claim was read from, and how near a read is to it.
//!
//! The same price stands in every row of a listing. Each value of a claim votes for the items that it could be from, the rarer the value
//! the heavier the vote; the item with most of it is the claim's. Where several are alike to the letter, the page's order decides.

use std::collections::{BTreeMap, BTreeSet};

use marquee_model::{EventClaim, Moment};

use super::{
    forms::{folded, found_in, skeleton, weight},
    index::{Index, MOST_ALIKE},
    record::HandleId,
};

/// A vote for one item alone.
const VOTE: u64 = 1_000_000;

/// What tells the chosen one of several alike items from the others.
const CHOSEN: u64 = 1_000;

/// Items with less than this part of the best one's votes have a value by chance.
const CHANCE: u64 = 8;

/// Reads of the claim's items that are looked at one by one. An item has a few dozen.
const MOST_NEAR: usize = 2_000;

/// How near the items of a page are to one claim, and what was read in them.
#[derive(Debug, Default)]
pub(super) struct Near {
    scores: BTreeMap<HandleId, u64>,
    /// Reads in those items, the nearest first, then those in no item at all.
    pub(super) reads: Vec<usize>,
    /// Date texts read by the host that are made of them: call and input.
    pub(super) dates: Vec<(usize, usize)>,
    /// When the claim says that it starts: keys of what repeats have its day.
    pub(super) start: Option<Moment>,
    /// Where in the body the claim's values stand, for plugins that read nothing else.
    pub(super) anchor: Option<usize>,
}

impl Near {
    /// How near a read in these items is. What is in no item is anybody's.
    pub(super) fn rank(&self, items: &[HandleId]) -> u64 {
        if items.is_empty() {
            return 1;
        }
        items.iter().filter_map(|item| self.scores.get(item)).sum()
    }
}

/// Gives each claim its items, in the order of the claims.
#[derive(Debug, Default)]
pub(super) struct Assigner {
    taken: BTreeSet<HandleId>,
    last: Option<HandleId>,
    anchor: Option<usize>,
}

impl Assigner {
    pub(super) fn near(&mut self, index: &Index<'_>, claim: &EventClaim) -> Near {
        let mut votes = votes(index, claim);
        if votes.is_empty() {
            votes = votes_of_parts(index, claim);
        }
        let mut scores: BTreeMap<HandleId, u64> = BTreeMap::new();
        let mut innermost: BTreeSet<HandleId> = BTreeSet::new();
        for vote in votes {
            for (item, weight) in vote.weights {
                *scores.entry(item).or_default() += weight;
            }
            innermost.extend(vote.innermost);
        }
        let best = innermost.iter().filter_map(|item| scores.get(item)).max().copied().unwrap_or(0);
        let alike = || innermost.iter().copied().filter(|item| scores.get(item) == Some(&best));
        let next = alike().find(|item| !self.taken.contains(item) && self.last.is_none_or(|last| *item > last));
        let chosen = next.or_else(|| alike().find(|item| !self.taken.contains(item))).or_else(|| alike().next());
        if let Some(chosen) = chosen {
            self.taken.insert(chosen);
            self.last = Some(chosen);
            scores.retain(|_, score| *score >= best / CHANCE);
            if let Some(score) = scores.get_mut(&chosen) {
                *score += CHOSEN;
            }
        }
        let mut near = Near { scores, start: claim.start.clone(), ..Near::default() };
        near.reads = reads(index, &near);
        near.dates = dates(index, &near);
        if let Some(body) = &index.body {
            near.anchor = body.anchor(claim, self.anchor);
            self.anchor = near.anchor.or(self.anchor);
        }
        near
    }
}

/// What one value says of the items that it could be from.
#[derive(Debug, Default)]
struct Vote {
    weights: BTreeMap<HandleId, u64>,
    innermost: BTreeSet<HandleId>,
}

impl Vote {
    /// A vote for the items that these reads are in, the fewer the heavier.
    fn of(index: &Index<'_>, reads: &[usize]) -> Self {
        let innermost: BTreeSet<HandleId> =
            reads.iter().filter_map(|read| index.items(*read).first().copied()).collect();
        let all: BTreeSet<HandleId> = reads.iter().flat_map(|read| index.items(*read)).copied().collect();
        let weight = VOTE / u64::try_from(innermost.len().max(1)).unwrap_or(1);
        Self { weights: all.into_iter().map(|item| (item, weight)).collect(), innermost }
    }

    /// Both together: texts that were put together are from where all of them are.
    fn and(mut self, other: Self) -> Self {
        for (item, weight) in other.weights {
            *self.weights.entry(item).or_default() += weight;
        }
        self.innermost.extend(other.innermost);
        self
    }

    /// One or the other: a moment that several texts give is from one of them.
    fn or(mut self, other: Self) -> Self {
        for (item, weight) in other.weights {
            let known = self.weights.entry(item).or_default();
            *known = weight.max(*known);
        }
        self.innermost.extend(other.innermost);
        self
    }
}

/// The texts of a claim.
fn texts(claim: &EventClaim) -> impl Iterator<Item = &String> {
    let price = claim.price.as_ref().and_then(|price| price.text.as_ref());
    [&claim.key, &claim.title, &claim.ticket_url, &claim.event_url, &claim.image_url, &claim.description]
        .into_iter()
        .chain([&claim.room, &claim.venue])
        .flatten()
        .chain(price)
        .chain(claim.performers.iter().map(|act| &act.name))
        .chain(&claim.genres)
}

/// The votes of a claim's values.
fn votes(index: &Index<'_>, claim: &EventClaim) -> Vec<Vote> {
    let of_text = |text: &String| Vote::of(index, &index.roots(text, usize::MAX));
    let mut votes: Vec<Vote> = texts(claim).map(of_text).collect();
    for moment in [&claim.start, &claim.doors, &claim.end].into_iter().flatten() {
        votes.push(match moment {
            Moment::Text(text) => of_text(text),
            moment => {
                let read = index.moments(moment).iter().map(|read| {
                    let pieces = index.pieces(read.call, read.input);
                    pieces.iter().map(|piece| Vote::of(index, piece)).fold(Vote::default(), Vote::and)
                });
                let vote = read.fold(Vote::default(), Vote::or);
                match moment {
                    Moment::Instant(instant) => vote.or(of_text(&instant.timestamp_millis().to_string())),
                    _ => vote,
                }
            }
        });
    }
    votes.retain(|vote| !vote.weights.is_empty());
    votes
}

/// The votes of values that no read has as they are: for the items that have them in a longer text, or written otherwise.
fn votes_of_parts(index: &Index<'_>, claim: &EventClaim) -> Vec<Vote> {
    /// Letters and digits of a text that says something.
    const TELLING: usize = 4;
    let of_text = |text: &String| {
        let (wanted, letters) = (folded(text), skeleton(text));
        let alike = index.alike(&letters, usize::MAX);
        let longer = (0..index.notes.reads.len()).filter(|at| found_in(&wanted, index.folded(*at)).is_some());
        Vote::of(index, &alike.chain(longer.take(MOST_ALIKE)).collect::<Vec<_>>())
    };
    texts(claim).filter(|text| weight(text) >= TELLING).map(of_text).filter(|vote| !vote.weights.is_empty()).collect()
}

fn reads(index: &Index<'_>, near: &Near) -> Vec<usize> {
    let mut found: BTreeSet<usize> = BTreeSet::new();
    let mut items: Vec<(&HandleId, &u64)> = near.scores.iter().collect();
    items.sort_by_key(|(_, score)| std::cmp::Reverse(**score));
    for (item, _) in items {
        let room = MOST_NEAR.saturating_sub(found.len());
        found.extend(index.inside(*item).iter().take(room));
    }
    let mut reads: Vec<usize> = found.into_iter().collect();
    reads.sort_by_key(|read| (std::cmp::Reverse(near.rank(index.items(*read))), *read));
    reads.extend(index.loose.iter().take(MOST_NEAR));
    reads
}

fn dates(index: &Index<'_>, near: &Near) -> Vec<(usize, usize)> {
    let mut dates: Vec<(u64, usize, usize)> = Vec::new();
    for (at, call) in index.notes.calls.iter().enumerate().filter(|(_, call)| call.function == "dates") {
        for input in 0..call.inputs.len() {
            let pieces = index.pieces(at, input);
            let rank = pieces.iter().flatten().map(|read| near.rank(index.items(*read))).max().unwrap_or(0);
            if rank > 1 {
                dates.push((rank, at, input));
            }
        }
    }
    dates.sort_by_key(|(rank, call, input)| (std::cmp::Reverse(*rank), *call, *input));
    dates.into_iter().map(|(_, call, input)| (call, input)).collect()
}
