//! The tables turned round: from a folded word or phrase to what it means in which language.

use std::{collections::BTreeMap, sync::LazyLock};

use super::{Language, Meaning, TABLES, token::fold};

/// What a word means in one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) language: Language,
    pub(crate) meaning: Meaning,
}

static LEXICON: LazyLock<BTreeMap<String, Vec<Entry>>> = LazyLock::new(|| {
    let mut lexicon: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
    let mut add = |language, meaning, words: &str| {
        for word in words.split(',') {
            let entries = lexicon.entry(fold(word.trim())).or_default();
            let entry = Entry { language, meaning };
            if !entries.contains(&entry) {
                entries.push(entry);
            }
        }
    };
    for table in TABLES {
        for (month, words) in (1..).zip(table.months) {
            add(table.language, Meaning::Month(month), words);
        }
        for (weekday, words) in (1..).zip(table.weekdays) {
            add(table.language, Meaning::Weekday(weekday), words);
        }
        for (meaning, words) in table.words {
            add(table.language, *meaning, words);
            match meaning {
                Meaning::Until => add(table.language, Meaning::To, words),
                Meaning::Between => add(table.language, Meaning::From, words),
                _ => {}
            }
        }
    }
    lexicon
});

/// What a folded word or phrase means; empty for a word that no table has.
pub(crate) fn meanings(folded: &str) -> &'static [Entry] {
    LEXICON.get(folded).map_or(&[], Vec::as_slice)
}
