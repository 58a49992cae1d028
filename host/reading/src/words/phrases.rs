//! Phrase books: small tables of phrases with a meaning, found in tokens.

use std::collections::BTreeMap;

use super::token::{Token, fold};

/// Phrases of one kind of text.
pub(crate) struct PhraseBook<T> {
    phrases: BTreeMap<String, T>,
    longest: usize,
}

impl<T: Copy> PhraseBook<T> {
    /// Alternatives are separated by commas; accents and case do not matter; blanks also match one glued hyphen, apostrophe, point or
    /// slash. A phrase that stands in two tables has the meaning of the first.
    pub(crate) fn new(tables: &[(T, &str)]) -> Self {
        let mut phrases = BTreeMap::new();
        let mut longest = 1;
        for (meaning, alternatives) in tables {
            for phrase in alternatives.split(',') {
                let key = fold(phrase.trim());
                longest = longest.max(key.split(' ').count());
                phrases.entry(key).or_insert(*meaning);
            }
        }
        Self { phrases, longest }
    }

    /// The longest phrase that starts at `at`: what it means and the token behind it.
    pub(crate) fn at(&self, tokens: &[Token], at: usize) -> Option<(T, usize)> {
        let mut key = tokens.get(at)?.word()?.to_owned();
        let mut found = self.phrases.get(&key).map(|meaning| (*meaning, at + 1));
        let mut next = at + 1;
        for _ in 1..self.longest {
            if let Some(mark) =
                tokens.get(next).filter(|t| t.glued && matches!(t.symbol(), Some('-' | '\'' | '.' | '/')))
                && tokens.get(next + 1).is_some_and(|t| t.glued || mark.is('\''))
            {
                next += 1;
            }
            let Some(word) = tokens.get(next).and_then(Token::word) else { break };
            key.push(' ');
            key.push_str(word);
            next += 1;
            if let Some(meaning) = self.phrases.get(&key) {
                found = Some((*meaning, next));
            }
        }
        found
    }
}
