//! Rooms of a house: whether two names are one room's.
//!
//! Rooms are called alike everywhere: by size, floor, number, by front and back. Words for these are equal in all languages here; a room
//! with a name of its own is told by that.

use crate::{
    fold::{self, Word},
    words::Sense,
};

/// How two rooms of one house compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rooms {
    Same,
    Unsure,
    Different,
}

/// A room's name, in words that are equal in all languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RoomKey {
    words: Vec<String>,
}

impl RoomKey {
    /// Reads a room's name.
    pub(crate) fn of(name: &str) -> Self {
        Self::of_words(&fold::words(name))
    }

    pub(super) fn of_words(words: &[Word]) -> Self {
        let mut kept: Vec<String> = Vec::new();
        let mut generic = Vec::new();
        for Word { text, senses, .. } in words {
            // "Studio A", "Salle 2"
            let mut number =
                text.parse::<u32>().ok().map(|n| n.to_string()).or_else(|| (text.len() == 1).then(|| text.clone()));
            let mut is_generic = false;
            let mut room = None;
            for sense in *senses {
                match sense {
                    Sense::Room("room") => is_generic = true,
                    Sense::Room(name) => room = room.or(Some(*name)),
                    Sense::Article | Sense::LooseArticle | Sense::Of | Sense::In | Sense::At => is_generic = true,
                    Sense::Number(n) => number = number.or_else(|| Some(n.to_string())),
                    _ => {}
                }
            }
            match (room, number) {
                (_, Some(number)) => kept.push(number),
                (Some(room), _) => kept.push(room.to_owned()),
                _ if is_generic => generic.push(text.clone()),
                _ => kept.push(text.clone()),
            }
        }
        if kept.is_empty() {
            kept = generic;
        }
        kept.sort_unstable();
        kept.dedup();
        Self { words: kept }
    }

    /// Whether these words are what rooms are called.
    pub(super) fn is_room(words: &[Word]) -> bool {
        // "Blue Room", "Salle Verte": one word of its own beside what says that it is a room.
        let generic = words.iter().filter(|word| word.senses.contains(&Sense::Room("room"))).count();
        Self::is_only_room(words) || (generic == 1 && words.len() == 2)
    }

    /// The same, without a word of its own: what may stand before the house's name.
    pub(super) fn is_only_room(words: &[Word]) -> bool {
        let mut names_one = false;
        let all = !words.is_empty()
            && words.iter().all(|word| {
                let senses = word.senses;
                let room = senses.iter().any(|sense| matches!(sense, Sense::Room(_)));
                names_one |= room;
                room || word.text.len() == 1
                    || word.text.parse::<u32>().is_ok_and(|n| n < 100)
                    || senses.iter().any(|sense| {
                        matches!(sense, Sense::Article | Sense::LooseArticle | Sense::Of | Sense::Number(_))
                    })
            });
        all && names_one
    }

    /// The room that a bracket or tail of a title names, where its words can hardly mean anything else.
    pub(crate) fn of_title(words: &[Word]) -> Option<Self> {
        let says = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.text.as_str()));
        let certain = match words {
            [only] => matches!(
                only.text.as_str(),
                "upstairs" | "downstairs" | "basement" | "mainroom" | "backroom" | "hauptsaal"
            ),
            _ => says(&["room", "raum", "saal", "salle", "sala", "zaal", "hall", "stage", "buhne", "floor", "bar"]),
        };
        (certain && Self::is_room(words)).then(|| Self::of_words(words))
    }

    /// Whether all that the other does not have is a number or letter.
    fn numbers(&self, other: &Self) -> bool {
        let mut own = self.words.iter().filter(|word| !other.words.contains(word)).peekable();
        own.peek().is_some() && own.all(|word| word.len() == 1 || word.bytes().all(|b| b.is_ascii_digit()))
    }

    pub(crate) fn compare(&self, other: &Self) -> Rooms {
        if self.words == other.words {
            return Rooms::Same;
        }
        let shared = self.words.iter().filter(|word| other.words.contains(word)).count();
        let fewer = self.words.len().min(other.words.len());
        if fewer > 0 && shared == fewer {
            Rooms::Same
        } else if self.numbers(other) && other.numbers(self) {
            Rooms::Different
        } else if shared > 0 || self.words.is_empty() || other.words.is_empty() {
            Rooms::Unsure
        } else {
            Rooms::Different
        }
    }
}
