//! The life of pages: what goes wrong with them, when, and for how long.

mod broken;

pub use broken::{Answer, answer};

use chrono::{DateTime, TimeDelta, Utc};

use crate::{dice::Dice, world::Span};

/// What is wrong with a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Fault {
    /// Status 503.
    #[default]
    Unavailable,
    /// No answer in time.
    Silent,
    /// The page breaks off.
    Truncated,
    /// Of a listing of several pages one is not there; of a listing of one page, its end.
    PageMissing,
    /// A listing without events and without words, or an empty list.
    Emptied,
    /// A question whether one is a robot, with status 200.
    Captcha,
    /// Other classes and names for everything.
    Redesign,
    /// Prices, doors and tickets are not printed, or not found by a new version of the plugin.
    FieldLost,
    /// Every event is a year later.
    WrongYear,
    /// The page of another venue.
    OtherVenue,
    /// The page of a month ago.
    CloneOfLastMonth,
    /// Two events have each other's key and address.
    KeysSwapped,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Unavailable,
        Self::Silent,
        Self::Truncated,
        Self::PageMissing,
        Self::Emptied,
        Self::Captcha,
        Self::Redesign,
        Self::FieldLost,
        Self::WrongYear,
        Self::OtherVenue,
        Self::CloneOfLastMonth,
        Self::KeysSwapped,
    ];

    /// How many hours it lasts, at least and at most, until somebody has seen and repaired it.
    const fn hours(self) -> (i64, i64) {
        match self {
            Self::Unavailable | Self::Silent => (3, 60),
            Self::Truncated | Self::PageMissing => (6, 60),
            Self::Emptied | Self::OtherVenue | Self::WrongYear | Self::CloneOfLastMonth => (6, 72),
            Self::Captcha => (12, 120),
            Self::Redesign => (48, 150),
            Self::FieldLost | Self::KeysSwapped => (24, 150),
        }
    }

    /// Whether the page tells all that it has to tell of which events are on, and when.
    #[must_use]
    pub const fn tells_all(self) -> bool {
        matches!(self, Self::FieldLost | Self::KeysSwapped)
    }
}

/// A time in which something is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spell {
    /// When it begins.
    pub from: DateTime<Utc>,
    /// When it is over.
    pub until: DateTime<Utc>,
    /// What is wrong.
    pub fault: Fault,
}

/// What goes wrong with a teller's page: about one fault in five weeks, never two at a time, none in the first five days.
pub(crate) fn spells(seed: u64, teller: usize, span: Span) -> Vec<Spell> {
    let mut dice = Dice::new(seed, "spells", teller);
    let mut at = span.begins() + TimeDelta::days(5);
    let mut spells = Vec::new();
    loop {
        at += TimeDelta::hours(dice.between(48, 24 * 65));
        if at >= span.ends() {
            return spells;
        }
        let fault = dice.pick(&Fault::ALL);
        let (least, most) = fault.hours();
        let until = at + TimeDelta::hours(dice.between(least, most));
        spells.push(Spell { from: at, until, fault });
        at = until;
    }
}

/// What is wrong at this instant.
#[must_use]
pub fn fault(spells: &[Spell], at: DateTime<Utc>) -> Option<Fault> {
    spells.iter().find(|spell| spell.from <= at && at < spell.until).map(|spell| spell.fault)
}
