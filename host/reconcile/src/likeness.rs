//! How alike two tellings are in what they call the event and who plays, whatever their night.
//!
//! The one place that asks `marquee-identity`; [`evidence`](crate::evidence) weighs the answer with night, hour and
//! keys, and [`resolve`](crate::resolve) weighs pairs against each other. Never judges dates.

use chrono::NaiveDate;
use marquee_identity::{Aspect, Facts, Features};
use marquee_model::Event;

/// The most that two tellings which are not called the same are alike: the very same title is always the better
/// reading.
const MOST: f64 = 0.9;
/// What speaks against two records being one before anything is known, in log odds; as `marquee-identity` has it.
const PRIOR: f64 = -1.0;
/// Log odds from which on `marquee-identity` takes an address for one event's own, and not for a shop's.
const OWN_ADDRESS: f64 = 2.0;

/// A telling made ready to be compared with several others.
#[derive(Debug)]
pub(crate) struct Likeness<'a> {
    title: String,
    words: Vec<String>,
    features: Features<'a>,
}

/// Words by which no event is looked up: too many have them.
const EMPTY_WORDS: &[&str] = &[
    "the",
    "a",
    "an",
    "and",
    "with",
    "w",
    "feat",
    "ft",
    "featuring",
    "special",
    "guest",
    "guests",
    "live",
    "at",
    "in",
    "presents",
    "plus",
    "tba",
    "of",
    "cancelled",
    "canceled",
    "postponed",
    "rescheduled",
    "sold",
    "out",
];

impl<'a> Likeness<'a> {
    pub(crate) fn of(event: &'a Event) -> Self {
        let title = folded(&event.title);
        let mut words: Vec<String> = title
            .split(' ')
            .filter(|word| !word.is_empty() && !EMPTY_WORDS.contains(word))
            .map(str::to_owned)
            .collect();
        words.sort();
        words.dedup();
        // One night for all, and nothing that tells nights, houses or sources apart: what is left is title, bill and
        // links.
        let mut facts = Facts::new(&event.title, event.venue, NaiveDate::MIN);
        facts.performers = &event.performers;
        facts.ticket_url = event.ticket_url.as_ref();
        facts.event_url = event.event_url.as_ref();
        Self { title, words, features: Features::of(facts) }
    }

    /// The words by which a telling can be found.
    pub(crate) fn words(&self) -> &[String] {
        &self.words
    }

    /// Whether at least half of the shorter title's words are in the other: a cheap first look, before
    /// [`with`](Self::with).
    pub(crate) fn may_be(&self, other: &Self) -> bool {
        let shared = self.words.iter().filter(|word| other.words.binary_search(word).is_ok()).count();
        self.title == other.title || (shared > 0 && 2 * shared >= self.words.len().min(other.words.len()))
    }

    /// From 0 (nothing in common) to 1 (called the same).
    pub(crate) fn with(&self, other: &Self) -> f64 {
        if self.title == other.title {
            return 1.0;
        }
        let comparison = self.features.compare(&other.features);
        let told = |about| matches!(about, Aspect::Title | Aspect::Bill | Aspect::Kind);
        let sum: f64 = comparison.evidence.iter().filter(|piece| told(piece.about)).map(|piece| piece.weight).sum();
        MOST / (1.0 + (-(sum + PRIOR)).exp())
    }

    /// Whether both name one address that is an event's own, and not a shop's or a calendar's.
    pub(crate) fn shares_address(&self, other: &Self) -> bool {
        let links = |about| matches!(about, Aspect::Ticket | Aspect::Page);
        let comparison = self.features.compare(&other.features);
        comparison.evidence.iter().any(|piece| links(piece.about) && piece.weight >= OWN_ADDRESS)
    }
}

/// Lower case, letters and digits, one space between words.
pub(crate) fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for part in text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()) {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.extend(part.chars().flat_map(char::to_lowercase));
    }
    folded
}
