//! Who plays, and how much of one record's bill the other record knows.
//!
//! Bills are read by people and by machines that cut titles, so an act is looked for twice: among the other's acts, and between the marks
//! of the other's title. `Moon` stands in `Jazz Night w/ Moon`, and does not stand in `Moon Parade`. A name that still has marks in it was
//! cut by nobody, and is cut here: `Moon, Sun` is looked for as two.

use marquee_model::{Performer, Role};
use marquee_reading::performers;

use super::title::{Part, Title, TitleWord, is_general};
use crate::{
    fold::{self, Gap, Word},
    names::NameKey,
    words::{Sense, senses, topic_of},
};

/// Acts of one bill that are compared; festivals list a hundred, and these tell them apart as well.
const MOST_ACTS: usize = 12;

/// What a host counts beside the acts: whoever leads through many evenings tells none of them.
const HOST: f32 = 0.15;

/// From this share on an act counts as found.
const FOUND: f32 = 0.8;

/// An act.
#[derive(Debug)]
pub(super) struct Act {
    pub(super) key: NameKey,
    /// How much it matters for what the evening is.
    weight: f32,
    /// All its words are what evenings are called: "Jazz Night".
    pub(super) general: bool,
    /// Stands before a colon or dash: an act with its tour, or a series with its acts.
    heading: bool,
}

/// Who plays.
#[derive(Debug)]
pub(super) struct Bill {
    pub(super) acts: Vec<Act>,
}

/// What two bills share.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shared {
    /// How much of the bill that is found better in the other, 0 to 1.
    pub(super) most: f32,
    /// How much of the other one.
    pub(super) least: f32,
    /// Both know who the other is about.
    pub(super) leads: bool,
    /// Either knows who the other is about.
    pub(super) lead: bool,
    /// An act that is no mere kind of evening was found.
    pub(super) named: bool,
    /// One of them names no act, only a kind of evening.
    pub(super) general: bool,
    /// Each is about somebody whom the other does not know.
    pub(super) rivals: bool,
    /// What they share is a heading, and under it both have acts that the other does not know.
    pub(super) heading_only: bool,
}

impl Shared {
    /// One bill is found in the other as a whole.
    pub(super) fn within(self) -> bool {
        self.most >= FOUND
    }
}

/// A name's parts between its marks, and whether each stands before a colon or dash.
fn pieces(words: Vec<Word>) -> Vec<(Vec<Word>, bool)> {
    let count = words.len();
    let mut pieces: Vec<(Vec<Word>, bool)> = Vec::new();
    let mut piece: Vec<Word> = Vec::with_capacity(count);
    let mut place = false;
    for (at, word) in words.into_iter().enumerate() {
        let tie = at > 0 && at + 1 < count && word.is(Sense::With);
        let starts = word.gap == Gap::Mark && word.depth == 0;
        if (starts || tie) && !piece.is_empty() {
            pieces.push((std::mem::take(&mut piece), word.colon || word.dashed));
        }
        place = (place && !tie) || (at > 0 && matches!(word.text.as_str(), "@" | "at"));
        if !tie && !place {
            piece.push(word);
        }
    }
    if !piece.is_empty() {
        pieces.push((piece, false));
    }
    for (piece, _) in &mut pieces {
        if let Some(first) = piece.first_mut() {
            first.gap = Gap::Start;
            first.dashed = false;
        }
    }
    pieces
}

fn is_house(word: &str) -> bool {
    senses(word).iter().any(|sense| matches!(sense, Sense::House(_)))
}

impl Bill {
    pub(super) fn of(listed: &[Performer], title: &Title) -> Self {
        let mut bill = Self { acts: Vec::new() };
        if listed.is_empty() {
            performers::read(&title.plain).iter().for_each(|act| bill.add(&act.name, act.role, title));
        } else {
            listed.iter().for_each(|act| bill.add(&act.name, act.role, title));
        }
        // "Jam hosted by Moon": where nobody else is named, the host is who the evening is about.
        if bill.acts.iter().all(|act| act.weight <= HOST) {
            bill.acts.iter_mut().for_each(|act| act.weight = 0.7);
        }
        bill
    }

    fn add(&mut self, name: &str, role: Role, title: &Title) {
        for (i, (piece, heading)) in pieces(fold::words(name)).into_iter().enumerate() {
            let key = NameKey::of_words(piece);
            let folded = key.folded();
            let honoured = title.marks.honoured.iter().any(|honoured| honoured == folded) && !self.acts.is_empty();
            let known = self.acts.iter().any(|act| act.key.folded() == folded);
            if folded.is_empty() || honoured || known || self.acts.len() >= MOST_ACTS {
                continue;
            }
            let general = folded.split(' ').all(is_general);
            // "Moon, Lantern Tavern": a house by its last word.
            let house = i > 0 && folded.contains(' ') && folded.split(' ').next_back().is_some_and(is_house);
            let weight = match role {
                Role::Host => HOST,
                _ if house => 0.1,
                // What stands behind a colon or dash may be a tour.
                _ if general && (i > 0 || heading) => 0.1,
                _ if i > 0 => 0.5,
                _ if self.acts.iter().all(|act| act.general) => 1.0,
                Role::Headliner => 0.9,
                Role::Performer => 0.7,
                Role::Support => 0.6,
                Role::Dj => 0.4,
            };
            self.acts.push(Act { key, weight, general, heading });
        }
    }

    /// Whether both name the same, were it nobody.
    pub(super) fn equals(&self, other: &Self) -> bool {
        self.acts.iter().map(|act| act.key.folded()).eq(other.acts.iter().map(|act| act.key.folded()))
    }

    /// Whom the evening is about: the first that is more than a kind of evening.
    fn lead(&self) -> Option<usize> {
        self.acts.iter().position(|act| !act.general && act.weight > 0.2).or(if self.acts.is_empty() {
            None
        } else {
            Some(0)
        })
    }

    /// How well each act is found in the other record, in order.
    fn found(&self, other: &Self, title: &Title) -> Vec<f32> {
        self.acts
            .iter()
            .map(|act| {
                // Hosts lead through evenings on which they are not the act.
                let listed = other
                    .acts
                    .iter()
                    .map(|known| {
                        likeness(&act.key, &known.key)
                            * if (known.weight <= HOST) == (act.weight <= HOST) { 1.0 } else { 0.6 }
                    })
                    .fold(0.0, f32::max);
                if listed >= FOUND { listed } else { listed.max(stands_in(&act.key, title)) }
            })
            .collect()
    }

    pub(super) fn shared(&self, title: &Title, other: &Self, other_title: &Title) -> Shared {
        let (here, there) = (self.found(other, other_title), other.found(self, title));
        let share = |bill: &Self, found: &[f32]| {
            let whole: f32 = bill.acts.iter().map(|act| act.weight).sum();
            let known: f32 = bill.acts.iter().zip(found).map(|(act, found)| act.weight * found).sum();
            if whole > 0.0 { known / whole } else { 0.0 }
        };
        let (a, b) = (share(self, &here), share(other, &there));
        let first = |bill: &Self, found: &[f32]| {
            bill.lead().and_then(|lead| found.get(lead)).is_some_and(|found| *found >= FOUND)
        };
        let any = |bill: &Self, found: &[f32], wanted: &dyn Fn(&Act, bool) -> bool| {
            bill.acts
                .iter()
                .zip(found)
                .any(|(act, found)| !act.general && act.weight > 0.2 && wanted(act, *found >= FOUND))
        };
        let general = |bill: &Self| bill.acts.iter().all(|act| act.general || act.weight < 0.2);
        let about = |bill: &Self| {
            bill.lead().and_then(|lead| bill.acts.get(lead)).is_some_and(|act| !act.general && !act.heading)
        };
        let unknown = |bill: &Self, found: &[f32]| any(bill, found, &|act, found| !found && !act.heading);
        let beyond_heading = |bill: &Self, found: &[f32]| any(bill, found, &|act, found| found && !act.heading);
        let named = any(self, &here, &|_, found| found) || any(other, &there, &|_, found| found);
        Shared {
            most: a.max(b),
            least: a.min(b),
            leads: first(self, &here) && first(other, &there),
            lead: first(self, &here) || first(other, &there),
            named,
            rivals: !first(self, &here) && !first(other, &there) && about(self) && about(other),
            general: general(self) || general(other),
            heading_only: named
                && unknown(self, &here)
                && unknown(other, &there)
                && !beyond_heading(self, &here)
                && !beyond_heading(other, &there),
        }
    }
}

/// Whether it is an orchestra or choir: it plays the music of the one whose name it bears, often without them.
fn is_large(senses: &[Sense]) -> bool {
    matches!(topic_of(senses), Some("orchestra" | "choir"))
}

/// How alike two acts' names are, where they stand on bills of one night: bolder than [`same_artist`](crate::same_artist), which knows of no night.
fn likeness(a: &NameKey, b: &NameKey) -> f32 {
    if a.folded() == b.folded() || a.shares_spelling(b) {
        return 1.0;
    }
    let (short, long) = if a.words().len() <= b.words().len() { (a, b) } else { (b, a) };
    if let Some(rest) = long.words().strip_prefix(short.words()) {
        let appears = |word: &String| {
            let senses = senses(word);
            !is_large(senses)
                && senses.iter().any(|sense| {
                    matches!(sense, Sense::Ensemble | Sense::Remark | Sense::And | Sense::Unnamed | Sense::Article)
                })
        };
        if rest.iter().all(appears) {
            return if short.length_with_article() > 1 { 0.9 } else { 0.6 };
        }
    }
    if a.slips_into(b) { 0.85 } else { 0.0 }
}

/// How surely an act stands in a title, between its marks.
fn stands_in(act: &NameKey, title: &Title) -> f32 {
    let name = act.words();
    if name.is_empty() || name.len() > title.words.len() {
        return 0.0;
    }
    (0..=title.words.len() - name.len())
        .map(|from| {
            let to = from + name.len();
            let run = title.words.get(from..to).unwrap_or_default();
            let equal = run
                .iter()
                .zip(name)
                .all(|(word, name)| word.text == *name || (name == "and" && word.senses.contains(&Sense::And)));
            if equal { bounded(&title.words, from, to, act.length_with_article() > 1) } else { 0.0 }
        })
        .fold(0.0, f32::max)
}

/// How surely a name begins at `from` and ends before `to`. A `long` name has more than one word, so that it is hardly a part of another.
fn bounded(words: &[TitleWord], from: usize, to: usize, long: bool) -> f32 {
    let run = words.get(from..to).unwrap_or_default();
    // Whoever presents, hosts or is honoured does not play; and a town may have a band's name.
    if run.iter().all(|word| word.part != Part::Main) {
        return 0.0;
    }
    let marked = |at: usize| words.get(at).is_some_and(|word| word.marked);
    let mut start = from;
    while start > 0 && !marked(start) && words.get(start - 1).is_some_and(|word| word.article && !word.tie) {
        start -= 1;
    }
    // "11/12 Moon": a date, by its two numbers.
    let dated = || {
        start > 1
            && words
                .get(..start)
                .is_some_and(|before| before.iter().all(|word| word.text.bytes().all(|b| b.is_ascii_digit())))
    };
    let begins = start == 0
        || marked(start)
        || words.get(start - 1).is_some_and(|word| word.tie || word.remark || word.part != Part::Main)
        || dated();
    if !begins {
        return 0.0;
    }
    // "Sugar" is no part of "Sugar & Spice".
    let and = |at: usize| words.get(at).is_some_and(|word| word.senses.contains(&Sense::And) && !word.marked);
    if !long && (and(to) || start.checked_sub(1).is_some_and(and)) {
        return 0.6;
    }
    let Some(next) = words.get(to) else { return 1.0 };
    if next.marked || next.tie || next.part != Part::Main {
        return 1.0;
    }
    if next.remark {
        return 0.95;
    }
    if next.ensemble && !is_large(next.senses) {
        return if long { 0.85 } else { 0.6 };
    }
    let end =
        (to + 1..words.len()).find(|i| words.get(*i).is_none_or(|word| word.marked || word.tie)).unwrap_or(words.len());
    let behind = words.get(to..end).unwrap_or_default();
    // "Moon The Silver Tour": whatever the tour is called.
    let toured = behind.iter().any(|word| {
        matches!(
            word.text.as_str(),
            "tour"
                | "tournee"
                | "gira"
                | "turne"
                | "trasa"
                | "release"
                | "launch"
                | "anniversary"
                | "plays"
                | "performs"
                | "performing"
                | "returns"
        )
    });
    // "Grey Moon comedy showcase", "Grey Moon in Ghent": for longer names only.
    let general = behind.iter().all(|word| {
        let topic = topic_of(word.senses);
        // "Grey Moon Night" may be a night of its records, "The Grey Moon Show" a tribute.
        word.general
            && topic.is_none_or(|topic| matches!(topic, "concert" | "comedy" | "monthly" | "anniversary" | "benefit"))
    });
    let placed = next.inside && (2..=4).contains(&behind.len());
    match (toured, long) {
        (true, true) => 0.9,
        (true, false) => 0.8,
        _ if long && (general || placed) => 0.85,
        _ => 0.0,
    }
}
