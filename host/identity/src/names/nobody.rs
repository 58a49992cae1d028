//! Names on bills that are nobody's: what an evening is called, and that acts are to be announced.

use marquee_reading::text;

use crate::{
    fold,
    pair::is_general,
    words::{Sense, senses},
};

use super::NameKey;

/// Whether a name on a bill names nobody: "Open Mic", "Jazz Night", "Special Guests", "TBA". By its words alone, all of which must be what
/// evenings are called in any town; one word with an article before it is a name ("The Jam").
#[must_use]
pub fn names_nobody(name: &str) -> bool {
    let words = fold::words(&text::clean(name));
    let evening = |word: &str| {
        senses(word).iter().any(|sense| matches!(sense, Sense::Topic(_) | Sense::Unnamed | Sense::Apart(_)))
    };
    let general = |word: &str| matches!(word, "dj" | "djs") || is_general(word);
    let all = !words.is_empty()
        && words.iter().all(|word| general(&word.text))
        && words.iter().any(|word| evening(&word.text));
    let key = NameKey::of_words(words);
    all && !(key.words().len() == 1 && key.length_with_article() == 2)
}

#[cfg(test)]
mod tests {
    use super::names_nobody;

    #[test]
    fn evenings_and_announcements_are_told_from_acts() {
        for name in [
            "Open Mic",
            "Open Mic Night",
            "DJ Night",
            "Jazz Night",
            "TBA",
            "Special Guests",
            "& more",
            "Karaoke",
            "Jam Session",
            "Surprise Guest",
            "Live Music",
            "Quiz Night",
            "Soirée Jazz",
            "Offene Bühne",
        ] {
            assert!(names_nobody(name), "{name}");
        }
        for name in [
            "The Jam",
            "The Fall",
            "Live",
            "The Band",
            "Open Mike Eagle",
            "!!!",
            "+/-",
            "MØ",
            "Grey Harbour",
            "DJ Moon",
            "",
            "Moon Night",
            "Jazz Harbour",
            "The Music",
        ] {
            assert!(!names_nobody(name), "{name}");
        }
    }
}
