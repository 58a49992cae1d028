//! Marks: the words and signs of a title that may stand between names, and the parts that lie between them.

use std::sync::LazyLock;

use crate::words::{
    PhraseBook,
    performers::{BILL_WORDS, BillWord, WHOLE_NAMES},
    token::{Kind, Token, capped, fold, tokens},
};

/// Bytes around a plus in which a known name is looked for.
const NAME_WINDOW: usize = 32;

pub(super) static BOOK: LazyLock<PhraseBook<BillWord>> = LazyLock::new(|| PhraseBook::new(BILL_WORDS));

/// What stands between two parts of a title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    With,
    WithName,
    Host,
    Presents,
    Versus,
    Plus,
    Slash,
    Bar,
    Comma,
    /// `&`, "and" and their like.
    And,
    Dash,
    Colon,
}

/// A part of a title and the mark before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part<'a> {
    pub(super) mark: Option<Mark>,
    pub(super) text: &'a str,
}

/// Cuts a text at the marks that `wanted` takes. Nothing inside brackets or double quotes is a mark.
pub(super) fn cut(text: &str, wanted: impl Fn(Mark) -> bool) -> Vec<Part<'_>> {
    let tokens = tokens(text);
    let inside = insides(&tokens);
    let mut parts = Vec::new();
    let (mut from, mut before) = (0, None);
    let mut at = 0;
    while at < tokens.len() {
        let found = if inside.get(at) == Some(&true) { None } else { mark(&tokens, at) };
        let Some((mark, end)) = found.filter(|(mark, _)| wanted(*mark)) else {
            at += 1;
            continue;
        };
        if let (Some(first), Some(last)) = (tokens.get(at), end.checked_sub(1).and_then(|i| tokens.get(i))) {
            if mark == Mark::Plus && is_inside_name(text, first.start, last.end) {
                at = end;
                continue;
            }
            parts.push(Part { mark: before, text: text.get(from..first.start).unwrap_or_default().trim() });
            (from, before) = (last.end, Some(mark));
        }
        at = end.max(at + 1);
    }
    parts.push(Part { mark: before, text: text.get(from..).unwrap_or_default().trim() });
    parts
}

/// Whether the plus between `start` and `end` is part of a name: `Florence + the Machine`, by its small "the" or by being known.
fn is_inside_name(text: &str, start: usize, end: usize) -> bool {
    let behind = text.get(end..).unwrap_or_default().trim_start();
    if behind.starts_with("the ") && text.contains(char::is_uppercase) {
        return true;
    }
    let before = text.get(..start).unwrap_or_default();
    let before = before.get(before.ceil_char_boundary(before.len().saturating_sub(NAME_WINDOW))..).unwrap_or_default();
    let (before, behind) = (fold(before), fold(capped(behind, NAME_WINDOW)));
    WHOLE_NAMES
        .iter()
        .filter_map(|name| name.split_once(" + "))
        .any(|(left, right)| before.trim_end().ends_with(left) && behind.starts_with(right))
}

/// For each token whether it stands in brackets or double quotes that are closed again.
fn insides(tokens: &[Token]) -> Vec<bool> {
    let mut inside = vec![false; tokens.len()];
    let mut open: Option<(usize, char)> = None;
    for (at, token) in tokens.iter().enumerate() {
        let Some(symbol) = token.symbol() else { continue };
        match open {
            Some((from, close)) if symbol == close => {
                for slot in inside.iter_mut().take(at + 1).skip(from) {
                    *slot = true;
                }
                open = None;
            }
            None => {
                open = match symbol {
                    '(' => Some((at, ')')),
                    '[' => Some((at, ']')),
                    '{' => Some((at, '}')),
                    '"' => Some((at, '"')),
                    '“' => Some((at, '”')),
                    '„' => Some((at, '“')),
                    '«' => Some((at, '»')),
                    _ => None,
                };
            }
            _ => {}
        }
    }
    inside
}

fn mark(tokens: &[Token], at: usize) -> Option<(Mark, usize)> {
    let token = tokens.get(at)?;
    let glued_behind = |i: usize| tokens.get(i).is_some_and(|t| t.glued);
    let first = at == 0;
    match &token.kind {
        Kind::Symbol(symbol) => {
            let spaced = !token.glued && !glued_behind(at + 1);
            match symbol {
                '+' if spaced && !first => Some((Mark::Plus, at + 1)),
                '&' if spaced && !first => Some((Mark::And, at + 1)),
                '/' if first => None,
                // `//` and ` / `; `AC/DC` and `+/-` have no blanks.
                '/' | '\\' => {
                    let mut end = at + 1;
                    while tokens.get(end).is_some_and(|t| t.glued && t.is('/')) {
                        end += 1;
                    }
                    let double = end > at + 1;
                    let spaced = !token.glued && !glued_behind(end);
                    (spaced || (double && !(token.glued && glued_behind(end)))).then_some((Mark::Slash, end))
                }
                '|' if spaced => Some((Mark::Bar, at + 1)),
                ',' | ';' if !glued_behind(at + 1) => Some((Mark::Comma, at + 1)),
                '-' if !token.glued && !first => Some((Mark::Dash, at + 1)),
                ':' if !first && !glued_behind(at + 1) => Some((Mark::Colon, at + 1)),
                _ => None,
            }
        }
        Kind::Word(word) => word_mark(tokens, at, word),
        // `1ère partie : B`
        Kind::Number { value: 1, .. } if glued_behind(at + 1) => match BOOK.at(tokens, at + 1)? {
            (BillWord::With, end) => Some((Mark::With, skip_colon(tokens, end))),
            _ => None,
        },
        Kind::Number { .. } => None,
    }
}

fn word_mark(tokens: &[Token], at: usize, word: &str) -> Option<(Mark, usize)> {
    let token = tokens.get(at)?;
    // `w/ B`
    if word == "w" {
        let slash = tokens.get(at + 1).is_some_and(|t| t.is('/'));
        let end = at + 1 + usize::from(slash);
        let guest = matches!(BOOK.at(tokens, end), Some((BillWord::With, _)));
        return slash.then(|| {
            (Mark::With, if guest { skip_colon(tokens, BOOK.at(tokens, end).map_or(end, |(_, e)| e)) } else { end })
        });
    }
    if matches!(word, "and" | "und" | "et" | "en" | "y" | "e" | "i" | "oraz") && at > 0 {
        return (!token.capitals || word == "and").then_some((Mark::And, at + 1));
    }
    let (meaning, end) = BOOK.at(tokens, at)?;
    let colon = tokens.get(end).is_some_and(|t| t.is(':'));
    let mark = match meaning {
        BillWord::With if at > 0 && is_preposition(tokens, at, end) => Mark::With,
        // Nouns ("support", "guests") only where they open a clause.
        BillWord::With if colon || (at > 0 && opens_clause(tokens, at)) => Mark::With,
        BillWord::WithName if at > 0 && end < tokens.len() && !token.capitals => Mark::WithName,
        BillWord::Presents if at > 0 && end < tokens.len() => Mark::Presents,
        BillWord::Versus if at > 0 && end < tokens.len() => Mark::Versus,
        BillWord::HostedBy if colon || (at > 0 && end > at + 1) => Mark::Host,
        _ => return None,
    };
    Some((mark, skip_colon(tokens, end)))
}

/// The colon, point or ellipsis of `feat.`, `support:`, `Presents…`.
fn skip_colon(tokens: &[Token], mut at: usize) -> usize {
    while tokens.get(at).is_some_and(|t| t.is(':') || (t.glued && matches!(t.symbol(), Some('.' | '…')))) {
        at += 1;
    }
    at
}

fn is_preposition(tokens: &[Token], at: usize, end: usize) -> bool {
    let word = tokens.get(at).and_then(Token::word).unwrap_or_default();
    matches!(word, "with" | "feat" | "ft" | "featuring")
        || (end > at + 1 && matches!(word, "supported" | "plus" | "avec" | "en"))
}

fn opens_clause(tokens: &[Token], at: usize) -> bool {
    at.checked_sub(1)
        .and_then(|i| tokens.get(i))
        .is_some_and(|t| matches!(t.symbol(), Some('+' | '&' | ',' | '/' | '|' | '-' | '(' | '[' | '.')))
        && tokens.get(at + 1).is_some()
}

/// The meanings of a text's phrases, and how many of its words belong to none.
pub(super) fn meanings(text: &str) -> (Vec<BillWord>, usize) {
    let tokens = tokens(text);
    let (mut meanings, mut others) = (Vec::new(), 0);
    let mut at = 0;
    while at < tokens.len() {
        match BOOK.at(&tokens, at) {
            Some((meaning, end)) => {
                meanings.push(meaning);
                at = end;
            }
            None => {
                let filler = tokens.get(at).and_then(Token::word).is_some_and(|w| {
                    matches!(
                        w,
                        "the" | "a" | "an" | "and" | "of" | "der" | "die" | "das" | "le" | "la" | "de" | "und" | "et"
                    )
                });
                others += usize::from(tokens.get(at).is_some_and(|t| t.word().is_some()) && !filler);
                at += 1;
            }
        }
    }
    (meanings, others)
}
