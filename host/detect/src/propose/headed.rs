//! Dates that stand above their events: a day's heading over several blocks, a `dt` over its `dd`, a title over a line with the date.

use std::collections::{BTreeMap, BTreeSet};

use marquee_reading::Take;

use super::{
    blocks::{Block, Kind, hint, share},
    forms,
    outline::{At, Outline},
    selector::Selector,
    spots::DateWords,
};

/// Elements between the dates that are looked at for selectors.
const MOST_ELEMENTS: usize = 500;

/// Headed listings handed on for each kind of date.
const MOST: usize = 2;

/// Events under headings.
#[derive(Debug, Clone)]
pub(crate) struct Headed {
    /// The items, each with the date that it stands under.
    pub(crate) block: Block,
    /// Selector of the elements that stand above the items.
    pub(crate) above: Selector,
    /// The items are the dates, and what stands above them are the titles.
    pub(crate) titles_above: bool,
}

/// The listings of one kind of date in which date and event are not in one block.
pub(crate) fn headed(outline: &Outline<'_>, kind: &Kind, words: &DateWords) -> Vec<Headed> {
    let heads: Vec<At> = kind.spots.iter().map(|spot| spot.at).collect();
    let (Some(first), Some(last)) = (heads.first().copied(), heads.last().copied()) else { return Vec::new() };
    if heads.len() < 2 {
        return Vec::new();
    }
    let Some(container) = outline.common(&heads) else { return Vec::new() };
    let Some(date_selector) = selector_of(outline, kind, container) else { return Vec::new() };
    let free = |at: &At| {
        outline.get(*at).is_some_and(|element| !element.frame)
            && kind.within(outline, *at) == 0
            && !outline.around(*at).any(|up| heads.binary_search(&up).is_ok())
    };
    let inside: Vec<At> = outline.below(container).filter(free).collect();
    let total: usize = inside.iter().filter(|at| **at > first).map(|at| own_letters(outline, *at)).sum();
    let mut forms: BTreeMap<Selector, usize> = BTreeMap::new();
    for at in inside.iter().filter(|at| words.rest(outline.text(**at)) >= 2).take(MOST_ELEMENTS) {
        for form in forms::as_item(outline, *at) {
            *forms.entry(form).or_default() += 1;
        }
    }
    let mut found: Vec<Headed> = Vec::new();
    for (selector, seen) in forms {
        if seen < 2 {
            continue;
        }
        let all = selector.all(outline);
        let nested = all.windows(2).any(|pair| matches!(pair, [a, b] if outline.is_within(*b, *a)));
        let matched: Vec<At> = all.iter().copied().filter(|at| inside.binary_search(at).is_ok()).collect();
        // Whatever it matches outside would be an item as well.
        if nested || matched.len() < all.len() || matched.len() < 2 {
            continue;
        }
        let leads = matched.first().is_some_and(|at| *at < first);
        let trails = matched.last().is_some_and(|at| *at > last);
        let under: Vec<(At, At)> = matched
            .iter()
            .filter_map(|at| {
                heads.get(heads.partition_point(|head| head < at).checked_sub(1)?).map(|head| (*at, *head))
            })
            .collect();
        let lettered = share(matched.iter().filter(|at| words.rest(outline.text(**at)) >= 2).count(), matched.len());
        let names = 0.6 + 0.4 * selector.strength();
        let titled = if evidence(outline, &matched, true) > 0.6 { 1.0 } else { 0.6 };
        if leads && !trails && matched.len() == heads.len() && alternate(&matched, &heads) {
            // A title above each date: the date is the item.
            let dated: Vec<(At, At)> = heads.iter().map(|head| (*head, *head)).collect();
            let items = date_selector.all(outline);
            let score = 0.75 * titled * lettered * names;
            let block = Block { selector: date_selector.clone(), items, dated, score };
            found.push(Headed { block, above: selector, titles_above: true });
        } else if !leads && trails {
            let mut followed: Vec<At> = under.iter().map(|(_, head)| *head).collect();
            followed.dedup();
            let covered: usize = matched.iter().map(|at| letters(outline, *at)).sum();
            let coverage = share(covered, total.max(1)).min(1.0);
            let score = (0.4 + 0.6 * coverage)
                * share(followed.len(), heads.len())
                * lettered
                * (0.5 + 0.5 * evidence(outline, &matched, false))
                * (0.8 + 0.2 * titled)
                * names
                * variety(outline, &matched)
                * evenness(&under, &followed);
            let mut block = Block { selector, items: matched, dated: under, score };
            block.score *= hint(outline, &block);
            found.push(Headed { block, above: date_selector.clone(), titles_above: false });
        }
    }
    found.sort_by(|a, b| value(b).total_cmp(&value(a)).then_with(|| a.block.selector.cmp(&b.block.selector)));
    found.dedup_by(|a, b| a.block.items == b.block.items);
    found.truncate(MOST);
    found
}

/// More items for the same text are the events; fewer are the days.
fn value(headed: &Headed) -> f64 {
    headed.block.score * (headed.block.items.len() as f64).powf(0.4)
}

/// Events have different texts; "Tickets" and "More" come again and again.
fn variety(outline: &Outline<'_>, items: &[At]) -> f64 {
    let different: BTreeSet<&str> = items.iter().map(|at| outline.text(*at)).collect();
    share(different.len(), items.len()).powi(2)
}

/// Days have few or many events. Two or more under every date alike are parts of one event.
fn evenness(under: &[(At, At)], heads: &[At]) -> f64 {
    let counts: BTreeSet<usize> =
        heads.iter().map(|head| under.iter().filter(|(_, over)| over == head).count()).collect();
    let alike = counts.len() == 1 && heads.len() >= 3;
    if alike && counts.first().is_some_and(|count| *count > 1) { 0.4 } else { 1.0 }
}

/// Each date has exactly one of them before it, behind the date before.
fn alternate(titles: &[At], heads: &[At]) -> bool {
    let before = |at: &At| heads.partition_point(|head| head < at);
    titles.iter().enumerate().all(|(place, at)| before(at) == place)
}

/// The selector that finds these dates in their container and nothing else there.
fn selector_of(outline: &Outline<'_>, kind: &Kind, container: At) -> Option<Selector> {
    let first = kind.spots.first()?;
    let mut forms = forms::as_item(outline, first.at);
    forms.sort_by(|a, b| b.strength().total_cmp(&a.strength()).then_with(|| a.cmp(b)));
    let wanted: Vec<At> = kind.spots.iter().map(|spot| spot.at).collect();
    forms.into_iter().find(|form| {
        let all = form.all(outline);
        let within: Vec<At> = all.into_iter().filter(|at| outline.is_within(*at, container)).collect();
        within == wanted
    })
}

/// Share of the items with a sign of being an event: a link, a heading, a time of day; or of being a title.
fn evidence(outline: &Outline<'_>, items: &[At], titles: bool) -> f64 {
    let parts = |at: At| outline.below(at).chain([at]).filter_map(|at| outline.get(at));
    let named = |at: At| {
        parts(at).any(|element| {
            matches!(element.name.as_str(), "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "strong" | "b" | "dt")
        })
    };
    let linked = |at: At| parts(at).any(|element| element.name == "a");
    let shown = items.iter().filter(|at| named(**at) || (!titles && (linked(**at) || has_clock(outline.text(**at)))));
    share(shown.count(), items.len())
}

/// `20:00`, `20.00`, `20h30`, `8pm`.
fn has_clock(text: &str) -> bool {
    let lower = text.to_lowercase();
    let bytes = lower.as_bytes();
    bytes.windows(4).any(|w| {
        matches!(w, [a, mark, b, c] if a.is_ascii_digit() && matches!(mark, b':' | b'.' | b'h') && b.is_ascii_digit() && c.is_ascii_digit())
    }) || bytes.windows(3).any(|w| matches!(w, [a, b'a' | b'p', b'm'] if a.is_ascii_digit()))
        || lower.contains(" pm")
        || lower.contains(" uhr")
}

fn letters(outline: &Outline<'_>, at: At) -> usize {
    outline.below(at).chain([at]).map(|at| own_letters(outline, at)).sum()
}

fn own_letters(outline: &Outline<'_>, at: At) -> usize {
    let own = outline.get(at).filter(|element| !element.text.is_empty()).map(|element| element.id);
    let text = own.and_then(|id| outline.document.take(id, &Take::OwnText)).unwrap_or_default();
    text.chars().filter(|c| c.is_alphabetic()).count()
}
