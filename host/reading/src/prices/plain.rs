//! Plain numbers and plain words: what an amount without a currency may be, and what "free" speaks of.
//!
//! The negative half of price reading: it rules out, and never finds a price by itself.

use super::{Said, amount::Amount};
use crate::words::{
    Meaning, meanings,
    prices::PriceWord,
    token::{Kind, Token},
};

/// Words around "free" up to which it speaks of the price: "This event is free!", not a sentence about free jazz.
const SHORT_SEGMENT: usize = 6;

/// Tokens to each side in which a segment's words are counted: many times those that make it long.
const LOOK: usize = 8 * SHORT_SEGMENT;

/// Digits of the shortest telephone number that stands alone in a text.
const TELEPHONE: u32 = 7;

/// Whether a number without a currency can be money: not a year, a time, an age, a telephone number, a share, a count in `#3`.
pub(super) fn is_plain(tokens: &[Token], amount: &Amount) -> bool {
    let before = amount.start.checked_sub(1).and_then(|i| tokens.get(i));
    let behind = tokens.get(amount.end);
    let number = |t: Option<&Token>| matches!(t, Some(Token { kind: Kind::Number { .. }, .. }));
    let time = behind.is_some_and(|t| t.is(':') && t.glued && number(tokens.get(amount.end + 1)))
        || before
            .is_some_and(|t| t.is(':') && t.glued && number(amount.start.checked_sub(2).and_then(|i| tokens.get(i))))
        || behind.and_then(Token::word).is_some_and(|w| {
            matches!(
                w,
                "pm" | "am"
                    | "h"
                    | "uhr"
                    | "u"
                    | "uur"
                    | "hs"
                    | "st"
                    | "nd"
                    | "rd"
                    | "th"
                    | "years"
                    | "jahre"
                    | "ans"
                    | "jaar"
                    | "anos"
                    | "anni"
                    | "lat"
                    | "hrs"
                    | "tag"
                    | "tage"
                    | "jour"
                    | "jours"
                    | "dag"
                    | "dagen"
                    | "dia"
                    | "dias"
                    | "giorno"
                    | "giorni"
                    | "dzien"
                    | "dni"
                    | "day"
                    | "days"
                    | "horas"
                    | "x"
            )
        })
        // `Show 8 / $10`
        || before.and_then(Token::word).is_some_and(names_a_time);
    let ordinal = behind.is_some_and(|t| t.glued && matches!(t.symbol(), Some('º' | 'ª' | '°')));
    let coded = matches!(tokens.get(amount.start).map(|t| &t.kind), Some(Kind::Number { value, digits }) if is_coded(*value, *digits));
    let share = behind.is_some_and(|t| t.is('%')) || before.is_some_and(|t| t.is('#') || t.is('+'));
    let digits = amount.value.split('.').next().map_or(0, str::len);
    let year = !amount.decimals && digits == 4 && (amount.value.starts_with("19") || amount.value.starts_with("20"));
    let one_token = amount.end - amount.start == 1;
    let long = one_token && digits > 4 && !amount.decimals;
    let telephone = !amount.decimals
        && digits >= 3
        && behind.is_some_and(|t| t.is('-') && t.glued)
        && tokens.get(amount.end + 1).is_some_and(|t| t.glued);
    let after_telephone = !amount.decimals && digits >= 4 && before.is_some_and(|t| t.is('-') && t.glued);
    !(time || ordinal || coded || share || year || long || telephone || after_telephone || amount.plus)
}

/// Whether an upper age leads to the amount that starts at `at`: `t/m 26 jaar: € 10`, `-26 ans : 8 €`, `bis 12 Jahre 5 €`.
pub(super) fn is_for_the_young(tokens: &[Token], at: usize) -> bool {
    const YEARS: [&str; 8] = ["jaar", "jahre", "jahren", "ans", "lat", "anos", "anni", "years"];
    const UP_TO: [&str; 11] = ["m", "tot", "bis", "unter", "onder", "do", "hasta", "ate", "fino", "under", "moins"];
    let head = tokens.get(..at).unwrap_or_default();
    let mut behind_first = head.iter().rev().skip_while(|t| matches!(t.symbol(), Some(':' | '€' | '£' | '$')));
    let years = behind_first.next().and_then(Token::word).is_some_and(|w| YEARS.contains(&w));
    let number = matches!(behind_first.next().map(|t| &t.kind), Some(Kind::Number { .. }));
    let up_to = behind_first.next().is_some_and(|t| t.is('-') || t.word().is_some_and(|w| UP_TO.contains(&w)));
    years && number && up_to
}

/// Whether a leading zero makes a number of several digits a code: `020` of a telephone number, `05` of a date.
fn is_coded(value: u64, digits: u8) -> bool {
    digits > 1 && value.checked_ilog10().unwrap_or(0) + 1 < u32::from(digits)
}

/// Whether a word leads to a time of day. "Door" also leads to the price paid there.
fn names_a_time(word: &str) -> bool {
    meanings(word).iter().any(|e| match e.meaning {
        Meaning::Show | Meaning::End => true,
        Meaning::Doors => {
            matches!(word, "doors" | "einlass" | "portes" | "deuren" | "puertas" | "porte" | "portas" | "drzwi")
        }
        _ => false,
    })
}

/// Whether a text of numbers alone is a telephone number: `(312) 555-0142`, `01 42 00 00 00`, `91 123 45 67`.
pub(super) fn is_telephone(tokens: &[Token]) -> bool {
    let numbers = || {
        tokens.iter().filter_map(|t| match t.kind {
            Kind::Number { value, digits } => Some((value, digits)),
            _ => None,
        })
    };
    let listed = tokens.iter().any(|t| matches!(t.symbol(), Some('/' | '|' | ',' | ';')));
    let digits: u32 = numbers().map(|(_, digits)| u32::from(digits)).sum();
    !listed
        && digits >= TELEPHONE
        && (numbers().count() > 2 || numbers().any(|(value, digits)| is_coded(value, digits)))
}

/// Whether "free" speaks of the entry: a phrase of several words, or a single one in a short segment.
pub(super) fn is_free(tokens: &[Token], words: &[Said]) -> bool {
    words.iter().any(|said| match said.word {
        PriceWord::Free if is_for_some(tokens, said) => false,
        PriceWord::Free => said.end - said.start > 1 || segment_words(tokens, said.start) <= SHORT_SEGMENT,
        // "Free before 11, $10 after": both are true.
        PriceWord::FreeForSome => tokens
            .get(said.end - 1)
            .and_then(Token::word)
            .is_some_and(|w| matches!(w, "before" | "until" | "til" | "till")),
        _ => false,
    })
}

/// `Kinder bis 12 Jahre frei`, `gratuit - 12 ans`: free for some guests, so that what the others pay is unknown.
fn is_for_some(tokens: &[Token], said: &Said) -> bool {
    const GUESTS: [&str; 27] = [
        "kids",
        "children",
        "child",
        "under",
        "unter",
        "enfants",
        "moins",
        "kinder",
        "kind",
        "ninos",
        "menores",
        "bambini",
        "minori",
        "criancas",
        "dzieci",
        "kinderen",
        "members",
        "mitglieder",
        "leden",
        "socios",
        "soci",
        "adherents",
        "abonnes",
        "onder",
        "sotto",
        "ponizej",
        "schuler",
    ];
    let ends = |t: &&Token| !t.line && !matches!(t.symbol(), Some('|' | '/' | ',' | ';' | '(' | ')' | '.' | '!'));
    let guest = |t: &Token| t.word().is_some_and(|w| GUESTS.contains(&w));
    let behind = || tokens.iter().skip(said.end).take_while(ends).take(SHORT_SEGMENT);
    let before = || tokens.iter().take(said.start).rev().take_while(ends).take(SHORT_SEGMENT);
    let younger = matches!(
        tokens.get(said.end..said.end + 2),
        Some([dash, Token { kind: Kind::Number { digits: 1..=2, .. }, .. }]) if dash.is('-')
    );
    younger || behind().any(guest) || before().any(guest)
}

/// Words of the segment around `at`.
fn segment_words(tokens: &[Token], at: usize) -> usize {
    let ends = |t: &&Token| !t.line && !matches!(t.symbol(), Some('|' | '/' | ',' | ';' | '(' | ')' | '.' | '!'));
    let behind = tokens.iter().skip(at + 1).take(LOOK).take_while(ends).filter(|t| t.word().is_some()).count();
    let before = tokens.iter().take(at).rev().take(LOOK).take_while(ends).filter(|t| t.word().is_some()).count();
    before + 1 + behind
}
