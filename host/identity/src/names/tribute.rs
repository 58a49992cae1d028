//! Tributes: who is honoured, and who plays.
//!
//! The honoured never play. So a name or title that honours somebody is cut into the act, which may be nobody ("Tribute to Moon"), and the
//! honoured.

use crate::{
    fold::{Gap, Word},
    words::Sense,
};

/// Where in a list of words a tribute stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tribute {
    /// The first word of the whole, behind the act's.
    pub(crate) from: usize,
    /// The first and the last but one of the honoured.
    pub(crate) honoured: (usize, usize),
    /// The first word behind the whole.
    pub(crate) to: usize,
}

/// What somebody's music is called: "the songs of Moon".
const WORKS: [&str; 16] = [
    "music",
    "songs",
    "musik",
    "musique",
    "musica",
    "muziek",
    "muzyka",
    "chansons",
    "lieder",
    "canciones",
    "canzoni",
    "cancoes",
    "liedjes",
    "piosenki",
    "hits",
    "songbook",
];

/// What is done with it.
const VERBS: [&str; 20] = [
    "performing",
    "performs",
    "perform",
    "playing",
    "plays",
    "play",
    "singing",
    "sings",
    "spielt",
    "spielen",
    "joue",
    "jouent",
    "chante",
    "toca",
    "tocan",
    "canta",
    "suona",
    "speelt",
    "gra",
    "celebrating",
];

/// What tributes call themselves before the name that they honour.
const PRAISE: [&str; 15] = [
    "loving",
    "heartfelt",
    "special",
    "musical",
    "true",
    "live",
    "ultimate",
    "official",
    "worlds",
    "greatest",
    "best",
    "premier",
    "original",
    "number",
    "leading",
];

/// Words around a tribute that say nothing of their own.
const AROUND: [&str; 16] = [
    "ultimate",
    "band",
    "act",
    "show",
    "concert",
    "night",
    "official",
    "worlds",
    "best",
    "greatest",
    "international",
    "live",
    "experience",
    "evening",
    "special",
    "gala",
];

fn is(word: Option<&Word>, wanted: impl Fn(&Sense) -> bool) -> bool {
    word.is_some_and(|word| word.senses.iter().any(wanted))
}

fn is_article(word: Option<&Word>) -> bool {
    is(word, |sense| matches!(sense, Sense::Article | Sense::LooseArticle))
}

/// The end of what a mark, a bracket or "with" bounds.
fn segment_end(words: &[Word], from: usize) -> usize {
    (from + 1..words.len())
        .find(|i| {
            let word = words.get(*i);
            let by =
                |word: &Word| matches!(word.text.as_str(), "w" | "by" | "par" | "played" | "performed" | "gespielt");
            word.is_some_and(|word| word.gap >= Gap::Mark || by(word)) || is(word, |sense| *sense == Sense::With)
        })
        .unwrap_or(words.len())
}

fn segment_start(words: &[Word], at: usize) -> usize {
    (1..=at).rev().find(|i| words.get(*i).is_some_and(|word| word.gap >= Gap::Mark)).unwrap_or(0)
}

impl Tribute {
    /// The first tribute among the words.
    pub(crate) fn find(words: &[Word]) -> Option<Self> {
        (0..words.len()).find_map(|at| Self::at(words, at))
    }

    /// All tributes among the words: a night of two.
    pub(crate) fn all(words: &[Word]) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for at in 0..words.len() {
            if all.last().is_none_or(|last| last.to <= at)
                && let Some(next) = Self::at(words, at)
            {
                all.push(next);
            }
        }
        all
    }

    fn at(words: &[Word], at: usize) -> Option<Self> {
        let word = words.get(at)?;
        if is(Some(word), |sense| *sense == Sense::Tribute) {
            return Self::around(words, at);
        }
        if WORKS.contains(&word.text.as_str())
            && words
                .get(at + 1)
                .is_some_and(|of| matches!(of.text.as_str(), "of" | "de" | "di" | "von" | "van" | "do" | "by"))
        {
            return Self::works(words, at);
        }
        let style = word.text == "style" && words.get(at + 1).is_some_and(|next| next.text == "of");
        style.then(|| Self::behind(words, back_over(words, at, &["the", "in"]), at + 1)).flatten()
    }

    /// A word for tribute at `at`: whom it honours stands behind "to", or before it.
    fn around(words: &[Word], at: usize) -> Option<Self> {
        let from = back(words, at);
        let next = words.get(at + 1).filter(|next| next.gap < Gap::Mark);
        if is(next, |sense| *sense == Sense::Of) {
            return Self::behind(words, from, at + 1);
        }
        // "Moon tribute band", "Act (Moon tribute)", "Act - Moon Tribute"
        let start = segment_start(words, at);
        let end = (at + 1..words.len())
            .find(|i| words.get(*i).is_none_or(|w| w.gap >= Gap::Mark || !AROUND.contains(&w.text.as_str())))
            .unwrap_or(words.len());
        let mut first = start;
        while first < at
            && (is_article(words.get(first))
                || words.get(first).is_some_and(|word| PRAISE.contains(&word.text.as_str())))
        {
            first += 1;
        }
        // "Moon: The Tribute": of what stands before.
        if first >= from && start > 0 && end - start <= 4 {
            let before = segment_start(words, start - 1);
            return Some(Self { from: before, honoured: (before, start), to: end });
        }
        (first < from.max(first)).then_some(Self { from: start, honoured: (first, from.max(first)), to: end }).or_else(
            || {
                // "Tribute: Moon"
                let behind = at + 1;
                let marked = words.get(behind).is_some_and(|w| w.gap == Gap::Mark);
                marked.then(|| Self {
                    from,
                    honoured: (behind, segment_end(words, behind)),
                    to: segment_end(words, behind),
                })
            },
        )
    }

    /// "performing the songs of Moon"; without a verb only at the start of a segment, as "Chamber Music of Moon" is something else.
    fn works(words: &[Word], at: usize) -> Option<Self> {
        let article = if is_article(at.checked_sub(1).and_then(|i| words.get(i))) { at - 1 } else { at };
        let verb = article.checked_sub(1).filter(|i| words.get(*i).is_some_and(|w| VERBS.contains(&w.text.as_str())));
        let from = verb.unwrap_or(article);
        let starts = from == 0 || words.get(from).is_some_and(|word| word.gap >= Gap::Mark);
        (verb.is_some() || starts).then(|| Self::behind(words, from, at + 1)).flatten()
    }

    /// Whoever stands behind the "to" or "of" at `of` is honoured.
    fn behind(words: &[Word], from: usize, of: usize) -> Option<Self> {
        let mut first = of + 1;
        if is_article(words.get(first)) && first + 1 < words.len() {
            first += 1;
        }
        let to = segment_end(words, first);
        (first < words.len() && first < to).then_some(Self { from, honoured: (first, to), to })
    }
}

/// Back over "The Ultimate".
fn back(words: &[Word], at: usize) -> usize {
    back_over(
        words,
        at,
        &[
            "the", "a", "an", "ultimate", "un", "une", "une", "ein", "eine", "een", "uno", "uma", "um", "in", "live",
            "special",
        ],
    )
}

fn back_over(words: &[Word], mut at: usize, over: &[&str]) -> usize {
    while let Some(before) = at.checked_sub(1)
        && words.get(at).is_some_and(|word| word.gap < Gap::Mark)
        && words.get(before).is_some_and(|word| over.contains(&word.text.as_str()))
    {
        at = before;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::Tribute;
    use crate::fold::{join, words};

    #[test]
    fn the_honoured_are_told_from_the_act_in_eight_languages() {
        for (text, act, honoured) in [
            ("Tribute to Grey Harbour", "", "grey harbour"),
            ("Grey Harbour Tribute", "", "grey harbour"),
            ("Tin Lantern: A Tribute to Grey Harbour", "tin lantern", "grey harbour"),
            ("Tin Lantern (Grey Harbour Tribute)", "tin lantern", "grey harbour"),
            ("Tin Lantern - The Ultimate Grey Harbour Tribute Band", "tin lantern", "grey harbour"),
            ("Tin Lantern performing the music of Grey Harbour", "tin lantern", "grey harbour"),
            ("Tin Lantern plays the songs of Grey Harbour w/ Wren", "tin lantern", "grey harbour"),
            ("The Music of Grey Harbour", "", "grey harbour"),
            ("Hommage à Grey Harbour", "", "grey harbour"),
            ("Tributo a Grey Harbour", "", "grey harbour"),
            ("Homenaje a Grey Harbour", "", "grey harbour"),
            ("Omaggio a Grey Harbour", "", "grey harbour"),
            ("Homenagem a Grey Harbour", "", "grey harbour"),
            ("Eerbetoon aan Grey Harbour", "", "grey harbour"),
            ("Hołd dla Grey Harbour", "", "grey harbour"),
            ("Hommage an Grey Harbour", "", "grey harbour"),
        ] {
            let words = words(text);
            let tribute = Tribute::find(&words).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(join(words.get(..tribute.from).unwrap(), " "), act, "{text}");
            let (from, to) = tribute.honoured;
            assert_eq!(join(words.get(from..to).unwrap(), " "), honoured, "{text}");
        }
        for text in ["Roxy Music", "Tributary", "The Sound of Music", "Chamber Music of Vienna"] {
            assert_eq!(Tribute::find(&words(text)), None, "{text}");
        }
    }
}
