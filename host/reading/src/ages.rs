//! Ages: who may come in, out of what a page prints about it.
//!
//! Reads one text; knows no venue and no country's law, except that the languages whose words for "adults only" it knows come of age
//! at 18. A price, a time and a count of bands are no ages.

use std::sync::LazyLock;

use marquee_model::AgeRestriction;

use crate::words::{
    PhraseBook,
    ages::{AGE_WORDS, AgeWord},
    token::{Kind, Token, capped, tokens},
};

/// Bytes of a text that are read. Door policies are short; one that stands at the end of a description of a few pages is still found.
pub const LONGEST_TEXT: usize = 16 * 1024;

/// Ages that a bare `18+` may name: below are toddlers' concerts, above are parties named after an age.
const PRINTED_AGES: std::ops::RangeInclusive<u8> = 3..=30;

/// Ages at which somebody somewhere may enter a bar: with these, `18+` needs no further evidence.
const BAR_AGES: std::ops::RangeInclusive<u8> = 16..=21;

/// The ages of Brazil's ratings; a letter before another number is a room or a seat.
const RATINGS: [u8; 5] = [10, 12, 14, 16, 18];

static BOOK: LazyLock<PhraseBook<AgeWord>> = LazyLock::new(|| PhraseBook::new(AGE_WORDS));

/// Reads who may come in. `None`: the text does not say, or says something that is neither everybody nor a lowest age, such as
/// "under 16 only with parents".
///
/// Where a text names both, the age to enter counts and the age to drink does not: `All ages, 19+ to drink` is for everybody.
#[must_use]
pub fn read(text: &str) -> Option<AgeRestriction> {
    let tokens = tokens(capped(text, LONGEST_TEXT));
    if let [Token { kind: Kind::Number { value, digits: 2 }, .. }] = tokens.as_slice() {
        return u8::try_from(*value).ok().filter(|age| BAR_AGES.contains(age)).map(AgeRestriction::Minimum);
    }
    if let Some(alone) = alone(&tokens) {
        return Some(alone);
    }
    let mut minimum = None;
    let mut everybody = false;
    for at in 0..tokens.len() {
        match BOOK.at(&tokens, at) {
            Some((AgeWord::Everybody, _)) => everybody = true,
            Some((AgeWord::Adults, end)) if age_at(&tokens, end).is_none() => minimum = minimum.or(Some(18)),
            _ => {}
        }
        if minimum.is_none() {
            minimum = number(&tokens, at);
        }
    }
    if everybody {
        return Some(AgeRestriction::AllAges);
    }
    minimum.map(|age| if age == 0 { AgeRestriction::AllAges } else { AgeRestriction::Minimum(age) })
}

/// What a text says that is nothing but a rating or an age: `L` and `L16` of Brazil, `AA`, `18 anos`.
fn alone(tokens: &[Token]) -> Option<AgeRestriction> {
    let age = |t: &Token| match t.kind {
        Kind::Number { value, digits: 2 } => u8::try_from(value).ok(),
        _ => None,
    };
    match tokens {
        [word] if matches!(word.word(), Some("livre" | "l" | "aa")) => Some(AgeRestriction::AllAges),
        [letter, number] if matches!(letter.word(), Some("l" | "p")) && number.glued => {
            age(number).filter(|age| RATINGS.contains(age)).map(AgeRestriction::Minimum)
        }
        [number, _, ..] if matches!(BOOK.at(tokens, 1), Some((AgeWord::Years, end)) if end == tokens.len()) => {
            age(number).filter(|age| BAR_AGES.contains(age)).map(AgeRestriction::Minimum)
        }
        _ => None,
    }
}

/// A number of at most two digits that is no price, time, date or part of a larger number.
fn age_at(tokens: &[Token], at: usize) -> Option<u8> {
    let Kind::Number { value, digits: 1..=2 } = tokens.get(at)?.kind else { return None };
    let symbol = |i: Option<usize>| i.and_then(|i| tokens.get(i)).and_then(Token::symbol);
    let before = symbol(at.checked_sub(1));
    if matches!(before, Some('$' | '€' | '£' | '#'))
        || matches!(symbol(at.checked_sub(2)), Some('$' | '€' | '£') if before == Some('+'))
    {
        return None;
    }
    let number = |i: usize| matches!(tokens.get(i), Some(Token { kind: Kind::Number { .. }, glued: true, .. }));
    let joint = |c| matches!(c, Some(':' | '.' | ',' | '/'));
    if (joint(symbol(Some(at + 1))) && number(at + 2))
        || (at >= 2
            && joint(before)
            && tokens.get(at).is_some_and(|t| t.glued)
            && matches!(tokens.get(at - 2), Some(Token { kind: Kind::Number { .. }, .. })))
        || matches!(symbol(Some(at + 1)), Some('€' | '$' | '£' | '%'))
    {
        return None;
    }
    u8::try_from(value).ok()
}

/// The lowest age, if the number at `at` is one.
fn number(tokens: &[Token], at: usize) -> Option<u8> {
    let age = age_at(tokens, at)?;
    let plus = tokens.get(at + 1).is_some_and(|t| t.is('+'));
    let end = at + 1 + usize::from(plus);
    let end = match BOOK.at(tokens, end) {
        Some((AgeWord::Years, after)) if !matches!(BOOK.at(tokens, end), Some((AgeWord::After, _))) => after,
        _ => end,
    };
    let years = end > at + 1 + usize::from(plus);
    // `16 ans +`, `16 ans et +`
    let and = usize::from(tokens.get(end).and_then(Token::word).is_some_and(|w| matches!(w, "et" | "and" | "und" | "en" | "y" | "e" | "i")));
    let late = years && tokens.get(end + and).is_some_and(|t| t.is('+'));
    let (plus, end) = if late { (true, end + and + 1) } else { (plus, end) };
    // `21 & over` is written with a sign.
    let sign = usize::from(tokens.get(end).is_some_and(|t| t.is('&') || t.is('/') || t.is('(')));
    let behind = BOOK.at(tokens, end).or_else(|| BOOK.at(tokens, end + sign));
    if drinks(tokens, end) || matches!(behind, Some((AgeWord::Counted, _))) {
        return None;
    }
    let (front, leading_plus) = before(tokens, at);
    if front == Some(AgeWord::Under) {
        return None;
    }
    if front == Some(AgeWord::Barred) {
        return Some(age);
    }
    let range = tokens.get(end).is_some_and(|t| t.is('-'))
        && matches!(tokens.get(end + 1), Some(Token { kind: Kind::Number { .. }, .. }));
    if range {
        return None;
    }
    // `21 & over`: "over" also stands before its number.
    let ampersand = tokens.get(end).is_some_and(|t| t.is('&')) && matches!(behind, Some((AgeWord::Lowest, _)));
    let said = ampersand || matches!(behind, Some((AgeWord::After, _)));
    let named = front == Some(AgeWord::Lowest);
    let plus = (plus || leading_plus)
        && (BAR_AGES.contains(&age)
            || years
            || said
            || named
            || (PRINTED_AGES.contains(&age) && stands_alone(tokens, end)));
    let worded = (named || (front == Some(AgeWord::From) && years)) && !is_measure(tokens, at + 1);
    let after = said && (years || PRINTED_AGES.contains(&age)) && !is_measure(tokens, at + 1);
    (plus || worded || after).then_some(age)
}

/// The phrase that ends right before `at`, and whether a plus stands before the number (`+18`).
fn before(tokens: &[Token], at: usize) -> (Option<AgeWord>, bool) {
    let mut end = at;
    let plus = end.checked_sub(1).and_then(|i| tokens.get(i)).is_some_and(|t| t.is('+'))
        && tokens.get(at).is_some_and(|t| t.glued);
    if plus {
        end -= 1;
    }
    while end.checked_sub(1).and_then(|i| tokens.get(i)).is_some_and(|t| matches!(t.symbol(), Some(':' | '/' | '.'))) {
        end -= 1;
    }
    let phrase = (1..=8)
        .filter_map(|words| end.checked_sub(words))
        .filter_map(|start| BOOK.at(tokens, start))
        .rfind(|(_, e)| *e == end);
    (phrase.map(|(word, _)| word), plus)
}

/// Whether the number counts hours or money.
fn is_measure(tokens: &[Token], at: usize) -> bool {
    tokens
        .get(at)
        .and_then(Token::word)
        .is_some_and(|word| matches!(word, "uhr" | "h" | "u" | "uur" | "pm" | "am" | "eur" | "euro" | "usd" | "zl"))
}

fn drinks(tokens: &[Token], at: usize) -> bool {
    (at..at + 4).any(|i| matches!(BOOK.at(tokens, i), Some((AgeWord::Drink, _))))
        && (at..at + 4).take_while(|i| tokens.get(*i).is_some_and(|t| t.word().is_some() || t.is('/'))).count() > 0
}

/// Whether nothing but punctuation, the end, or a word about the door follows.
fn stands_alone(tokens: &[Token], at: usize) -> bool {
    tokens.get(at).is_none_or(|t| {
        t.word().is_none_or(|w| {
            matches!(w, "w" | "with" | "id" | "only" | "event" | "unless" | "years" | "and" | "no" | "valid")
        })
    })
}

#[cfg(test)]
mod tests {
    use marquee_model::AgeRestriction::{AllAges, Minimum};

    use super::read;

    #[test]
    fn ages_are_read_in_every_language() {
        let mut wrong = Vec::new();
        for line in
            include_str!("../tests/cases/ages.txt").lines().filter(|l| !l.trim().is_empty() && !l.starts_with('#'))
        {
            let (expected, text) = line.split_once('|').unwrap();
            let expected = match expected.trim() {
                "-" => None,
                "all" => Some(AllAges),
                age => Some(Minimum(age.parse().unwrap())),
            };
            if read(text.trim()) != expected {
                wrong.push(format!("{text}: {:?}", read(text.trim())));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
