//! Lexemes: tokens with the phrases of the language tables put together, and what each word can mean.

use crate::words::{Entry, LONGEST_PHRASE, Language, Meaning, meanings, token::Kind, token::Token};

/// What a lexeme is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Sort {
    Number {
        value: u64,
        digits: u8,
    },
    /// A word or phrase; `entries` is empty for one that no table has.
    Word {
        text: String,
        entries: &'static [Entry],
    },
    Symbol(char),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Lexeme {
    pub(super) sort: Sort,
    /// No white space before it.
    pub(super) glued: bool,
    /// A line break before it.
    pub(super) line: bool,
    /// Only capitals.
    pub(super) capitals: bool,
}

impl Lexeme {
    pub(super) const fn is_word(&self) -> bool {
        matches!(self.sort, Sort::Word { .. })
    }

    pub(super) fn entries(&self) -> &'static [Entry] {
        match &self.sort {
            Sort::Word { entries, .. } => entries,
            _ => &[],
        }
    }

    pub(super) fn means(&self, meaning: Meaning) -> bool {
        self.entries().iter().any(|e| e.meaning == meaning)
    }

    pub(super) fn month(&self) -> Option<u8> {
        self.entries().iter().find_map(|e| match e.meaning {
            Meaning::Month(month) => Some(month),
            _ => None,
        })
    }
}

/// Puts phrases together, the longest first. Between the words of a phrase may stand one glued hyphen, apostrophe, point or slash.
pub(super) fn lexemes(tokens: &[Token]) -> Vec<Lexeme> {
    let mut lexemes = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let sort = match &token.kind {
            Kind::Number { value, digits } => {
                at += 1;
                Sort::Number { value: *value, digits: *digits }
            }
            Kind::Symbol(symbol) => {
                at += 1;
                Sort::Symbol(*symbol)
            }
            Kind::Word(word) => {
                let (next, text, entries) =
                    phrase(tokens, at).unwrap_or_else(|| (at + 1, word.clone(), meanings(word)));
                at = next;
                Sort::Word { text, entries }
            }
        };
        lexemes.push(Lexeme { sort, glued: token.glued, line: token.line, capitals: token.capitals });
    }
    lexemes
}

fn phrase(tokens: &[Token], start: usize) -> Option<(usize, String, &'static [Entry])> {
    let mut key = tokens.get(start)?.word()?.to_owned();
    let mut found = None;
    let mut at = start + 1;
    for _ in 1..LONGEST_PHRASE {
        if let Some(mark) = tokens.get(at).filter(|t| t.glued && matches!(t.symbol(), Some('-' | '\'' | '.' | '/')))
            && tokens.get(at + 1).is_some_and(|t| t.glued || mark.is('\''))
        {
            at += 1;
        }
        let Some(word) = tokens.get(at).and_then(Token::word) else { break };
        key.push(' ');
        key.push_str(word);
        at += 1;
        let entries = meanings(&key);
        if !entries.is_empty() {
            found = Some((at, key.clone(), entries));
        }
    }
    found
}

/// Words that a table has as a month or weekday and that English uses otherwise. In an English text they only count when
/// something else shows their language.
const ALSO_ENGLISH: [&str; 22] = [
    "set", "out", "dom", "sex", "mag", "gen", "list", "lip", "so", "do", "me", "je", "pt", "cz", "on", "ma", "sam",
    "don", "nie", "ago", "sun", "sat",
];

/// Which language a text is in, as far as its words and the source's languages tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Tongue {
    /// The language that most words belong to; `None` where nothing tells.
    pub(super) evident: Option<Language>,
    /// The words that only this language has are in the text itself.
    pub(super) printed: bool,
}

impl Tongue {
    pub(super) fn of(lexemes: &[Lexeme], languages: &[String]) -> Self {
        let mut scores: Vec<(Language, u32, bool)> = Language::ALL.into_iter().map(|l| (l, 0, false)).collect();
        for lexeme in lexemes {
            let entries = lexeme.entries();
            let single = entries.first().is_some_and(|first| entries.iter().all(|e| e.language == first.language));
            for (language, score, printed) in &mut scores {
                if entries.iter().any(|e| e.language == *language) {
                    *score += if single { 4 } else { 1 };
                    *printed |= single;
                }
            }
        }
        for (rank, code) in languages.iter().enumerate().take(scores.len()) {
            if let Some(language) = Language::from_code(code) {
                let bonus = if rank == 0 { 3 } else { 1 };
                scores.iter_mut().filter(|(l, ..)| *l == language).for_each(|(_, score, _)| *score += bonus);
            }
        }
        let best = scores.iter().map(|(_, score, _)| *score).max().unwrap_or(0);
        let mut leaders = scores.iter().filter(|(_, score, _)| *score == best);
        match (leaders.next(), leaders.next()) {
            (Some((language, _, printed)), None) if best > 0 => Self { evident: Some(*language), printed: *printed },
            _ => Self::default(),
        }
    }

    /// Whether a month or weekday of `entry` may be believed for this word.
    pub(super) fn believes(self, text: &str, entry: Entry, languages: &[String]) -> bool {
        entry.language == Language::English
            || self.evident != Some(Language::English)
            || !ALSO_ENGLISH.contains(&text)
            || languages.iter().any(|code| Language::from_code(code) == Some(entry.language))
    }
}
