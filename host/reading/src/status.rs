//! Status words: cancelled, postponed, rescheduled, moved, sold out, as they stand in titles and beside them.
//!
//! A title is cut into segments (brackets, dashes, bars, sentences). A segment that says nothing but a status is taken out; inside a
//! longer one a status only counts where it stands out, at an end and in capitals or as a phrase of two words. A band called
//! "Cancelled" and the "Sold Out Tour" keep their names.

use std::sync::LazyLock;

use marquee_model::Status;

use crate::words::{
    Meaning, PhraseBook, meanings,
    status::{STATUS_WORDS, StatusWord},
    token::{Kind, Token, capped, tokens},
};

/// Bytes of a text in which status words are looked for: titles and notices have a few hundred.
pub const LONGEST_TEXT: usize = 4096;

static BOOK: LazyLock<PhraseBook<StatusWord>> = LazyLock::new(|| PhraseBook::new(STATUS_WORDS));

/// The status that a text tells, and the text without its words: `[CANCELLED] Moon` gives cancelled and `Moon`.
///
/// Of several, the one that changes most for a guest counts: cancelled before postponed, rescheduled, moved, sold out.
#[must_use]
pub fn read(text: &str) -> (Option<Status>, String) {
    // A value of schema.org: the last part of its address is the word.
    if let Some((_, value)) = text.trim().strip_prefix("http").and_then(|url| url.rsplit_once('/'))
        && let (Some(status), rest) = read(value)
        && rest.is_empty()
    {
        return (Some(status), rest);
    }
    let tokens = tokens(capped(text, LONGEST_TEXT));
    let segments = segments(&tokens);
    let alone = segments.len() == 1;
    let loud = title_is_loud(&tokens);
    let mut status: Option<Status> = None;
    let mut cuts: Vec<(usize, usize)> = Vec::new();
    for segment in &segments {
        let Some(part) = tokens.get(segment.from..segment.to) else { continue };
        let Some((found, from, to)) = find(part, segment.bracketed || !alone, loud) else { continue };
        status = Some(status.map_or(found, |before| weightier(before, found)));
        if let (Some(first), Some(last)) = (part.get(from), to.checked_sub(1).and_then(|i| part.get(i))) {
            cuts.push((first.start, last.end));
        }
    }
    if cuts.is_empty() { (None, text.to_owned()) } else { (status, without(text, &cuts)) }
}

fn weightier(a: Status, b: Status) -> Status {
    let weight = |status| match status {
        Status::Cancelled => 5,
        Status::Rescheduled => 4,
        Status::Postponed => 3,
        Status::Moved => 2,
        Status::SoldOut => 1,
        Status::Scheduled => 0,
    };
    if weight(b) > weight(a) { b } else { a }
}

/// A run of tokens between marks that separate.
struct Segment {
    from: usize,
    to: usize,
    bracketed: bool,
}

fn segments(tokens: &[Token]) -> Vec<Segment> {
    let mut segments = Vec::new();
    let mut from = 0;
    let mut bracketed = false;
    let mut close = |from: &mut usize, to: usize, next: usize, bracketed: bool| {
        if *from < to {
            segments.push(Segment { from: *from, to, bracketed });
        }
        *from = next;
    };
    for (at, token) in tokens.iter().enumerate() {
        if token.line {
            close(&mut from, at, at, bracketed);
        }
        let spaced = !token.glued || tokens.get(at + 1).is_none_or(|t| !t.glued);
        match token.symbol() {
            Some('(' | '[' | '{' | '<') => {
                close(&mut from, at, at + 1, bracketed);
                bracketed = true;
            }
            Some(')' | ']' | '}' | '>') => {
                close(&mut from, at, at + 1, bracketed);
                bracketed = false;
            }
            Some('*' | '|' | '!' | '~' | '=' | '#' | '"' | '“' | '”') => close(&mut from, at, at + 1, bracketed),
            // `16. Mai`
            Some('.')
                if token.glued
                    && matches!(
                        at.checked_sub(1).and_then(|i| tokens.get(i)).map(|t| &t.kind),
                        Some(Kind::Number { .. })
                    ) => {}
            Some('-' | '/' | ':' | '.' | '+' | ',' | ';') if spaced && !bracketed => {
                close(&mut from, at, at + 1, bracketed);
            }
            _ => {}
        }
    }
    close(&mut from, tokens.len(), tokens.len(), bracketed);
    segments
}

/// Whether the title is written in capitals throughout, so that capitals make nothing stand out.
fn title_is_loud(tokens: &[Token]) -> bool {
    let words = || tokens.iter().filter(|t| t.word().is_some_and(|w| w.chars().count() > 1));
    let loud = words().filter(|t| t.capitals).count();
    words().count() > 0 && loud == words().count()
}

/// The status of a segment and the tokens that say it.
fn find(part: &[Token], marked: bool, loud: bool) -> Option<(Status, usize, usize)> {
    let mut found: Option<(StatusWord, usize, usize)> = None;
    let mut others = Vec::new();
    let mut at = 0;
    while at < part.len() {
        match BOOK.at(part, at) {
            // "postponed until May 16": a month, not "may".
            Some((StatusWord::Denied, end)) if matches!(part.get(end).map(|t| &t.kind), Some(Kind::Number { .. })) => {
                others.push(at);
                at = end;
            }
            Some((StatusWord::Denied, _)) => return None,
            Some((StatusWord::Filler, end)) => at = end,
            Some((word, end)) => {
                found = Some(found.map_or((word, at, end), |f| stronger(f, (word, at, end))));
                at = end;
            }
            None => {
                if !matches!(part.get(at).map(|t| &t.kind), Some(Kind::Symbol(_))) {
                    others.push(at);
                }
                at += 1;
            }
        }
    }
    let (word, start, end) = found?;
    let status = status_of(word, part, end)?;
    if others.is_empty() {
        return Some((status, 0, part.len()));
    }
    // "rescheduled from October 5", "verlegt ins Lido", "neuer Termin: 12. März": what follows belongs to it.
    let leads = others.iter().all(|i| *i >= end) && start_is_bare(part, start);
    let carries =
        matches!(word, StatusWord::Rescheduled | StatusWord::Shifted | StatusWord::Postponed | StatusWord::Moved);
    if leads && carries && (marked || others.first().is_some_and(|i| is_connector(part, end, *i))) && others.len() <= 10
    {
        return Some((status, 0, part.len()));
    }
    // "wird auf den 12. Oktober verschoben": German puts the day before the word.
    let dates = |i: &usize| {
        part.get(*i).is_some_and(|t| {
            let month = |w| meanings(w).iter().any(|e| matches!(e.meaning, Meaning::Month(_)));
            matches!(t.kind, Kind::Number { .. })
                || t.word().is_some_and(|w| matches!(w, "auf" | "den" | "vom") || month(w))
        })
    };
    let number = others.iter().any(|i| matches!(part.get(*i).map(|t| &t.kind), Some(Kind::Number { .. })));
    if carries && number && end == part.len() && others.iter().all(dates) {
        return Some((Status::Rescheduled, 0, part.len()));
    }
    if leads && matches!(word, StatusWord::Cancelled | StatusWord::Postponed) && is_reason(part, end) {
        return Some((status, 0, part.len()));
    }
    let phrase = part.get(start..end)?;
    let shouted = !loud && phrase.iter().all(|t| t.capitals);
    let at_start = others.iter().all(|i| *i >= end) && start == 0;
    let at_end = others.iter().all(|i| *i < start) && end == part.len();
    let two_words = phrase.len() > 1 && word == StatusWord::SoldOut;
    ((at_start && shouted) || (at_end && (shouted || two_words))).then_some((status, start, end))
}

fn stronger(a: (StatusWord, usize, usize), b: (StatusWord, usize, usize)) -> (StatusWord, usize, usize) {
    let weight = |word| match word {
        StatusWord::Cancelled => 5,
        StatusWord::Rescheduled => 4,
        StatusWord::Shifted => 3,
        StatusWord::Postponed | StatusWord::Moved => 2,
        _ => 1,
    };
    if weight(b.0) > weight(a.0) {
        (b.0, a.1, b.2)
    } else {
        (a.0, a.1, a.2.max(if weight(b.0) == weight(a.0) { b.2 } else { a.2 }))
    }
}

/// Whether nothing but fillers stands before `start`.
fn start_is_bare(part: &[Token], start: usize) -> bool {
    let mut at = 0;
    while at < start {
        match BOOK.at(part, at) {
            Some((_, end)) => at = end,
            None => return false,
        }
    }
    true
}

fn status_of(word: StatusWord, part: &[Token], end: usize) -> Option<Status> {
    // "verlegt in die Halle 2": behind a way in, a number is a room's.
    let led = part.get(end).and_then(Token::word).is_some_and(|w| matches!(w, "in" | "ins" | "into"));
    let dated = || !led && part.iter().skip(end).any(|t| matches!(t.kind, Kind::Number { .. }));
    Some(match word {
        StatusWord::Scheduled => Status::Scheduled,
        StatusWord::Cancelled => Status::Cancelled,
        StatusWord::Postponed if dated() => Status::Rescheduled,
        StatusWord::Postponed => Status::Postponed,
        StatusWord::Rescheduled => Status::Rescheduled,
        StatusWord::Shifted | StatusWord::Moved if dated() => Status::Rescheduled,
        StatusWord::Shifted if end == part.len() => Status::Rescheduled,
        StatusWord::Shifted | StatusWord::Moved => Status::Moved,
        StatusWord::SoldOut => Status::SoldOut,
        StatusWord::Filler | StatusWord::Denied => return None,
    })
}

/// Words that tie a status to a date or place behind it.
fn is_connector(part: &[Token], end: usize, other: usize) -> bool {
    const CONNECTORS: [&str; 40] = [
        "from",
        "to",
        "until",
        "on",
        "for",
        "in",
        "at",
        "auf",
        "vom",
        "von",
        "ins",
        "in",
        "nach",
        "den",
        "au",
        "du",
        "le",
        "à",
        "a",
        "naar",
        "van",
        "tot",
        "al",
        "del",
        "para",
        "de",
        "hasta",
        "dal",
        "alle",
        "na",
        "z",
        "do",
        "ins",
        "from",
        "original",
        "originally",
        "orig",
        "was",
        "zum",
        "op",
    ];
    let behind = |i: usize| part.get(i).and_then(Token::word).is_some_and(|w| CONNECTORS.contains(&w));
    behind(end) || behind(other) || matches!(part.get(other).map(|t| &t.kind), Some(Kind::Number { .. }))
}

fn is_reason(part: &[Token], end: usize) -> bool {
    const REASONS: [&str; 12] = [
        "due",
        "because",
        "wegen",
        "aufgrund",
        "krankheitsbedingt",
        "wegens",
        "vanwege",
        "pour",
        "por",
        "per",
        "causa",
        "z",
    ];
    part.get(end).and_then(Token::word).is_some_and(|w| REASONS.contains(&w))
}

/// The text without the cut ranges, without the brackets and separators that they leave behind.
fn without(text: &str, cuts: &[(usize, usize)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (start, end) in cuts {
        out.push_str(text.get(from..*start).unwrap_or_default());
        out.push('\u{0}');
        from = *end;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    tidy(&out)
}

/// Takes away the marks around each cut (written as NUL), and what then hangs at the ends.
fn tidy(text: &str) -> String {
    const AROUND: [char; 16] = ['(', ')', '[', ']', '{', '}', '*', '!', '~', '#', '<', '>', '"', '“', '”', '='];
    let mut parts = text.split('\u{0}').peekable();
    let mut out = String::with_capacity(text.len());
    let mut first = true;
    while let Some(part) = parts.next() {
        let mut part = part;
        if !first {
            part = part.trim_start_matches(|c: char| {
                c.is_whitespace()
                    || AROUND.get(..).is_some_and(|a| a.contains(&c)) && !matches!(c, '(' | '[' | '{' | '"' | '“')
            });
        }
        if parts.peek().is_some() {
            part = part.trim_end_matches(|c: char| {
                c.is_whitespace() || AROUND.contains(&c) && !matches!(c, ')' | ']' | '}' | '!')
            });
        }
        // Two separators meet where a segment between them was cut.
        if !first {
            let separates = |c: char| matches!(c, '-' | '–' | '—' | '|' | '/' | ':' | ',' | ';' | '•' | '·' | '.');
            if out.trim_end().is_empty() || out.trim_end().ends_with(separates) {
                part = part.trim_start_matches(|c: char| c.is_whitespace() || separates(c));
            } else if part.is_empty() {
                let kept = out.trim_end_matches(|c: char| c.is_whitespace() || (separates(c) && c != '.')).len();
                out.truncate(kept);
            }
            if !out.is_empty()
                && !out.ends_with(char::is_whitespace)
                && !part.is_empty()
                && !part.starts_with([',', ';', ':', '.'])
            {
                out.push(' ');
            }
        }
        out.push_str(part);
        first = false;
    }
    let hangs = |c: char| c.is_whitespace() || matches!(c, '-' | '–' | '—' | '|' | '/' | ':' | ',' | ';' | '•' | '·');
    out.trim().trim_start_matches(hangs).trim_end_matches(hangs).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use marquee_model::Status;
    use proptest::prelude::*;

    use super::read;

    #[test]
    fn statuses_are_read_in_every_language() {
        let mut wrong = Vec::new();
        for line in
            include_str!("../tests/cases/status.txt").lines().filter(|l| !l.trim().is_empty() && !l.starts_with('#'))
        {
            let fields: Vec<&str> = line.split(" => ").map(str::trim).collect();
            let [text, status, rest] = fields.as_slice() else { panic!("{line}") };
            let expected = match *status {
                "-" => None,
                "scheduled" => Some(Status::Scheduled),
                "cancelled" => Some(Status::Cancelled),
                "postponed" => Some(Status::Postponed),
                "rescheduled" => Some(Status::Rescheduled),
                "moved" => Some(Status::Moved),
                "sold-out" => Some(Status::SoldOut),
                other => panic!("{other}"),
            };
            let rest = rest.trim_matches('"');
            if read(text) != (expected, rest.to_owned()) {
                wrong.push(format!("{text} gives {:?}", read(text)));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reading_panic(text in "\\PC{0,60}") {
            let (status, rest) = read(&text);
            prop_assert!(status.is_some() || rest == text);
        }
    }
}
