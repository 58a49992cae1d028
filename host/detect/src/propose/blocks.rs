//! The repeated block: which elements of the page are one event each.
//!
//! Dates that stand alike are taken together. From each the search climbs as long as no second date of the kind comes in: the
//! largest element with one date is the whole event. The selector that finds these elements, and few others, is the item.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    forms,
    names::{is_utility, says},
    outline::{At, Outline},
    selector::Selector,
    spots::{DateWords, Day, Spot},
};

/// Kinds of dates that are looked into, the largest first.
const MOST_KINDS: usize = 8;

/// Blocks that are handed on for each kind of date.
const MOST_BLOCKS: usize = 4;

/// Ancestors that are climbed.
const HIGHEST: usize = 14;

/// Letters beside the date that an event must have.
const FEWEST_LETTERS: usize = 3;

/// Letters beside a date, its labels and times that still leave it a date's own place.
const LETTERS_OF_A_DATE: usize = 12;

/// One item in so many may hold two dates of a kind: an evening with two shows, a text that names another day.
const MOST_CROWDED: usize = 6;

/// Dates of one kind, in document order.
#[derive(Debug, Clone)]
pub(crate) struct Kind {
    pub(crate) spots: Vec<Spot>,
}

/// An item: a selector and what it matches.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    pub(crate) selector: Selector,
    /// Everything that it matches.
    pub(crate) items: Vec<At>,
    /// The items with a date, and the date's place.
    pub(crate) dated: Vec<(At, At)>,
    pub(crate) score: f64,
}

impl Kind {
    /// How many of the dates stand in an element.
    pub(crate) fn within(&self, outline: &Outline<'_>, at: At) -> usize {
        let end = outline.get(at).map_or(at, |element| element.end);
        let below = |limit: At| self.spots.partition_point(|spot| spot.at < limit);
        below(end) - below(at)
    }
}

/// Groups dates by how they stand: the element and what is around it.
pub(crate) fn kinds(outline: &Outline<'_>, spots: &[Spot], words: &DateWords) -> Vec<Kind> {
    let mut by_signature: BTreeMap<String, Vec<Spot>> = BTreeMap::new();
    for spot in merged(outline, spots, words) {
        let signature = |at: Option<At>| {
            at.and_then(|at| outline.get(at)).map_or_else(String::new, |element| {
                let mut classes = element.classes.clone();
                classes.sort();
                let id = element.own_id.as_deref().filter(|id| outline.indexed(&format!("#{id}")).len() > 1);
                format!("{}.{}#{}", element.name, classes.join("."), id.unwrap_or_default())
            })
        };
        // What is around tells the date of an event from the same element elsewhere, but plain boxes tell nothing.
        let above = outline.parent(spot.at);
        by_signature.entry(format!("{} {}", signature(above), signature(Some(spot.at)))).or_default().push(spot);
    }
    // The same place with other classes around it (`event featured`), as one kind more.
    let mut loose: BTreeMap<String, Vec<Spot>> = BTreeMap::new();
    for spot in by_signature.values().flatten() {
        let Some(element) = outline.get(spot.at) else { continue };
        let name = element.classes.iter().find(|class| !is_utility(class)).unwrap_or(&element.name);
        loose.entry(name.clone()).or_default().push(spot.clone());
    }
    let mut kinds: Vec<Kind> = by_signature.into_values().map(|spots| Kind { spots }).collect();
    // Among paragraphs of prose that happen to name a day, those that are about nothing else.
    let tidy = |spot: &&Spot| words.rest(outline.text(spot.at)) <= LETTERS_OF_A_DATE;
    let tidied: Vec<Kind> =
        kinds.iter().map(|kind| Kind { spots: kind.spots.iter().filter(tidy).cloned().collect() }).collect();
    kinds.extend(tidied.into_iter().filter(|kind| kind.spots.len() >= 2));
    for mut spots in loose.into_values() {
        spots.sort_by_key(|spot| spot.at);
        if !kinds.iter().any(|kind| kind.spots.len() >= spots.len() && same(&kind.spots, &spots)) {
            kinds.push(Kind { spots });
        }
    }
    for kind in &mut kinds {
        kind.spots.sort_by_key(|spot| spot.at);
    }
    let mut seen: BTreeSet<Vec<At>> = BTreeSet::new();
    kinds.retain(|kind| seen.insert(kind.spots.iter().map(|spot| spot.at).collect()));
    kinds.sort_by_key(|kind| std::cmp::Reverse(kind.spots.len()));
    kinds.truncate(MOST_KINDS);
    kinds
}

fn same(a: &[Spot], b: &[Spot]) -> bool {
    a.iter().map(|spot| spot.at).eq(b.iter().map(|spot| spot.at))
}

/// Several dates side by side with nothing else around them are the dates of one event.
fn merged(outline: &Outline<'_>, spots: &[Spot], words: &DateWords) -> Vec<Spot> {
    /// A longer row of dates is a list of events that have lost their names.
    const LONGEST_ROW: usize = 200;
    /// Links such as "Google Calendar ICS" beside a start and an end.
    const LETTERS_BESIDE: usize = 40;
    let mut by_parent: BTreeMap<Option<At>, Vec<&Spot>> = BTreeMap::new();
    for spot in spots {
        by_parent.entry(outline.parent(spot.at)).or_default().push(spot);
    }
    let mut merged: Vec<Spot> = Vec::new();
    for (parent, group) in by_parent {
        let row = parent.filter(|at| {
            let text = outline.text(*at);
            group.len() >= 2 && text.len() <= LONGEST_ROW && words.rest(text) == 0
        });
        // Start and end, or day and calendar links, each in a place of its own: the first counts.
        let few = parent.filter(|at| {
            let list = outline
                .get(*at)
                .is_some_and(|e| matches!(e.name.as_str(), "dl" | "ul" | "ol" | "table" | "tbody" | "body"));
            let titled = list
                || outline
                    .below(*at)
                    .any(|at| outline.get(at).is_some_and(|e| matches!(e.name.as_str(), "h1" | "h2" | "h3" | "h4")));
            (2..=4).contains(&group.len())
                && !titled
                && group.iter().all(|spot| words.rest(outline.text(spot.at)) == 0)
                && words.rest(outline.text(*at)) <= LETTERS_BESIDE
        });
        match (row, group.first()) {
            (Some(at), Some(first)) => merged.push(Spot { at, ..(*first).clone() }),
            (None, Some(first)) if few.is_some() => merged.push((*first).clone()),
            _ => merged.extend(group.into_iter().cloned()),
        }
    }
    merged.sort_by_key(|spot| spot.at);
    merged
}

/// The blocks that one kind of date may stand in, the best first.
pub(crate) fn blocks(outline: &Outline<'_>, kind: &Kind, all: &[Spot], words: &DateWords) -> Vec<Block> {
    let mut found: BTreeMap<Selector, Vec<(At, At)>> = BTreeMap::new();
    for spot in &kind.spots {
        for at in outline.around(spot.at).take(HIGHEST) {
            let Some(element) = outline.get(at) else { break };
            if matches!(element.name.as_str(), "html" | "body" | "main") || kind.within(outline, at) != 1 {
                break;
            }
            for selector in forms::as_item(outline, at) {
                found.entry(selector).or_default().push((at, spot.at));
            }
        }
    }
    let fewest = (kind.spots.len() * 3).div_ceil(10).max(kind.spots.len().min(2));
    let mut blocks: Vec<(Block, f64)> = Vec::new();
    for (selector, mut dated) in found {
        if dated.len() < fewest {
            continue;
        }
        // `.event .event` and `div` match an element and one inside it: one date, two items.
        let places: BTreeSet<At> = dated.iter().map(|(_, spot)| *spot).collect();
        if places.len() < dated.len() {
            continue;
        }
        dated.retain(|(at, _)| words.rest(outline.text(*at)) >= FEWEST_LETTERS);
        if dated.len() < fewest {
            continue;
        }
        let items = selector.all(outline);
        let nested = items.windows(2).any(|pair| matches!(pair, [a, b] if outline.is_within(*b, *a)));
        let crowded = items.iter().filter(|at| kind.within(outline, **at) > 1).count();
        if nested || crowded * MOST_CROWDED > items.len() {
            continue;
        }
        // Items whose date is of another kind, or that have more than one.
        let others: Vec<(At, At)> = items
            .iter()
            .filter(|item| dated.binary_search_by_key(*item, |(at, _)| *at).is_err())
            .filter(|item| words.rest(outline.text(**item)) >= FEWEST_LETTERS)
            .filter_map(|item| {
                let first = all.get(all.partition_point(|spot| spot.at < *item))?;
                outline.is_within(first.at, *item).then_some((*item, first.at))
            })
            .collect();
        // A few of the same kind differ; many are another list.
        if others.len() * 3 <= dated.len() {
            dated.extend(others);
        }
        dated.sort_unstable();
        let fullness = fullness(outline, &dated);
        blocks.push((Block { selector, items, dated, score: 0.0 }, fullness));
    }
    let most = blocks.iter().map(|(block, _)| block.dated.len()).max().unwrap_or_default();
    blocks.retain(|(block, _)| block.dated.len() * 10 >= most * 9);
    let fullest = blocks.iter().map(|(_, fullness)| *fullness).fold(0.0, f64::max);
    for (block, fullness) in &mut blocks {
        let of = |part: usize, whole: usize| share(part, whole.max(1));
        let coverage = of(block.dated.len(), kind.spots.len()).min(1.0);
        let purity = of(block.dated.len(), block.items.len());
        let whole = if *fullness >= 0.97 * fullest { 1.0 } else { (*fullness / fullest.max(1.0)) * 0.8 };
        block.score =
            whole * purity.powi(2) * coverage * (0.6 + 0.4 * block.selector.strength()) * hint(outline, block);
    }
    let mut blocks: Vec<Block> = blocks.into_iter().map(|(block, _)| block).collect();
    blocks.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.selector.cmp(&b.selector)));
    // Selectors that find the same elements are one proposal.
    let mut seen: BTreeSet<Vec<At>> = BTreeSet::new();
    blocks.retain(|block| seen.insert(block.dated.iter().map(|(at, _)| *at).collect()));
    blocks.truncate(MOST_BLOCKS);
    blocks
}

pub(crate) fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// How much stands in the items, on average: text, links and pictures.
fn fullness(outline: &Outline<'_>, dated: &[(At, At)]) -> f64 {
    let of = |at: At| {
        let parts = outline
            .below(at)
            .filter(|below| outline.get(*below).is_some_and(|e| matches!(e.name.as_str(), "a" | "img")));
        outline.text(at).len() + 30 * parts.count()
    };
    let own = |at: At| usize::from(outline.get(at).is_some_and(|e| e.name == "a")) * 30;
    dated.iter().map(|(at, _)| (of(*at) + own(*at)) as f64).sum::<f64>() / dated.len().max(1) as f64
}

/// Stems of words for events in the languages that dates are read in.
const EVENT_STEMS: &[&str] = &[
    "event",
    "show",
    "gig",
    "concert",
    "konzert",
    "koncert",
    "agenda",
    "program",
    "termin",
    "veranstalt",
    "voorstelling",
    "spectacle",
    "evento",
    "evenement",
    "événement",
    "wydarzen",
    "calend",
    "kalend",
    "schedule",
    "lineup",
    "performance",
    "date",
    "listing",
    "ticket",
    "actuacion",
    "spettacol",
];

/// Stems of words for what is dated and no event.
const OTHER_STEMS: &[&str] =
    &["blog", "news", "post", "comment", "tweet", "review", "press", "archive", "past", "related", "instagram"];

/// More than 1 where names around the items speak of events, less where of news.
pub(crate) fn hint(outline: &Outline<'_>, block: &Block) -> f64 {
    let names: Vec<&str> = block
        .dated
        .first()
        .into_iter()
        .flat_map(|(at, _)| outline.around(*at).take(4))
        .filter_map(|at| outline.get(at))
        .flat_map(|element| element.classes.iter().chain(&element.own_id))
        .map(String::as_str)
        .chain(block.selector.names())
        .collect();
    let says = |stems: &[&str]| names.iter().any(|name| says(name, stems));
    match (says(EVENT_STEMS), says(OTHER_STEMS)) {
        (true, _) => 1.15,
        (false, true) => 0.7,
        (false, false) => 1.0,
    }
}

/// The first day of a kind, to tell listings from archives.
pub(crate) fn days(kind: &Kind) -> impl Iterator<Item = Day> + '_ {
    kind.spots.iter().map(|spot| spot.day)
}
