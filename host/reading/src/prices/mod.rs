//! Prices: what a page prints about money, read into a claim.
//!
//! Finds the numbers that are money (a currency beside them, a range with one that has it, a word such as "tickets", or nothing else in
//! the text) and what the words around them say of each: a fee, a price for members, a former price, free, by donation. It converts
//! and rounds nothing. An age, a year, a time of day and a telephone number are no prices.

mod amount;
mod bind;
mod plain;

use std::{str::FromStr, sync::LazyLock};

use marquee_model::{Currency, PriceClaim, PriceKind};
use rust_decimal::Decimal;

use crate::words::{
    PhraseBook,
    prices::{PRICE_WORDS, PriceWord},
    token::{Kind, Token, capped, tokens},
};
use amount::{Amount, Money, amounts};
use bind::bind;
use plain::{is_for_the_young, is_free, is_plain, is_telephone};

/// Bytes of a text that are read. Price lists of festivals have a few hundred; beyond this it is a description.
pub const LONGEST_TEXT: usize = 4096;

/// Characters of the page's words that a claim keeps.
const KEPT: usize = 200;

static BOOK: LazyLock<PhraseBook<PriceWord>> = LazyLock::new(|| PhraseBook::new(PRICE_WORDS));

/// Reads a price text. `default` is the currency of prices that name none, or only a sign that several currencies share. `None`: there
/// is no price in it.
///
/// Amounts are decimals with a point and no grouping. Prices for members, students or children count only where nothing else is
/// printed, and then only as [`PriceKind::Unknown`]: something is to be paid.
#[must_use]
pub fn read(text: &str, default: Option<Currency>) -> Option<PriceClaim> {
    let tokens = tokens(capped(text, LONGEST_TEXT));
    let words = words(&tokens);
    let said = |word| words.iter().any(|w| w.word == word);
    let marked = money(&tokens, &amounts(&tokens), &words);
    let currency = marked.iter().find_map(|m| m.amount.money.as_ref());
    let code = currency.map_or_else(|| default.map(|c| c.code().to_owned()), |money| money.code(default));
    let prices: Vec<&Marked> =
        marked.iter().filter(|m| m.part == Part::Price && same(m.amount.money.as_ref(), currency)).collect();
    let reduced = marked.iter().any(|m| m.part == Part::Reduced);
    let free = is_free(&tokens, &words);
    let mut values: Vec<(Decimal, &str)> = prices
        .iter()
        .filter_map(|m| Some((Decimal::from_str(&m.amount.value).ok()?, m.amount.value.as_str())))
        .collect();
    let mut kind_of_gift = None;
    if said(PriceWord::PayWhatYouCan) {
        kind_of_gift = Some(PriceKind::PayWhatYouCan);
    } else if said(PriceWord::Donation) {
        kind_of_gift = Some(PriceKind::Donation);
    }
    if free && kind_of_gift.is_none() {
        values.push((Decimal::ZERO, "0"));
    }
    let min = values.iter().min_by_key(|(value, _)| *value).copied();
    let max = values.iter().max_by_key(|(value, _)| *value).copied();
    let (kind, min, max) = match (kind_of_gift, min, max) {
        (Some(kind), min, max) => (kind, min.map(|m| m.1), max.map(|m| m.1)),
        (None, Some((low, _)), Some((high, _))) if low == high && low.is_zero() => {
            (PriceKind::Free, Some("0"), Some("0"))
        }
        (None, Some((low, min)), Some((high, max))) => {
            let up_to = prices.iter().all(|m| m.up_to);
            if low < high {
                (PriceKind::Range, Some(min), Some(max))
            } else if up_to {
                (PriceKind::Unknown, None, Some(max))
            } else if prices.iter().any(|m| m.open || m.conditional) {
                (PriceKind::From, Some(min), None)
            } else {
                (PriceKind::Fixed, Some(min), Some(max))
            }
        }
        _ if reduced => (PriceKind::Unknown, None, None),
        _ => return None,
    };
    let owned = |text: Option<&str>| text.map(str::to_owned);
    Some(PriceClaim {
        kind,
        min: owned(min),
        max: owned(max),
        currency: code.filter(|_| kind != PriceKind::Free || currency.is_some() || default.is_some()),
        text: Some(text.trim().chars().take(KEPT).collect()),
    })
}

/// Amounts of a second currency (`AED 8000 (USD 2179)`) repeat the first.
fn same(money: Option<&Money>, first: Option<&Money>) -> bool {
    match (money, first) {
        (Some(Money::Code(a)), Some(Money::Code(b))) => a == b,
        // `€20 / $25`: a euro is none of the dollars.
        (Some(Money::Sign(sign)), Some(Money::Code(code))) | (Some(Money::Code(code)), Some(Money::Sign(sign))) => {
            Money::shares(sign, code)
        }
        (Some(Money::Sign(a)), Some(Money::Sign(b))) => a == b,
        _ => true,
    }
}

/// A phrase and where it stands.
#[derive(Debug, Clone, Copy)]
struct Said {
    word: PriceWord,
    start: usize,
    end: usize,
}

fn words(tokens: &[Token]) -> Vec<Said> {
    let mut words = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match BOOK.at(tokens, at) {
            Some((word, end)) => {
                if let Some(word) = in_place(tokens, word, at, end) {
                    words.push(Said { word, start: at, end });
                }
                at = end;
            }
            None => at += 1,
        }
    }
    words
}

/// What a phrase says where it stands: `28 € frais inclus` and `10 € con consumición` have the fee or drink in the price, and
/// `+ prevendita` is the fee whose name elsewhere is that of the sale.
fn in_place(tokens: &[Token], word: PriceWord, start: usize, end: usize) -> Option<PriceWord> {
    const INSIDE: [&str; 20] = [
        "inclus",
        "incluse",
        "incluses",
        "compris",
        "incluido",
        "incluidos",
        "incluida",
        "incluidas",
        "compresi",
        "compresa",
        "inclusi",
        "included",
        "inbegrepen",
        "inklusive",
        "inkl",
        "enthalten",
        "wliczone",
        "incluso",
        "inclusos",
        "incl",
    ];
    const WITH: [&str; 8] = ["with", "avec", "mit", "met", "con", "com", "z", "ze"];
    let before = start.checked_sub(1).and_then(|i| tokens.get(i));
    let said = |t: Option<&Token>, among: &[&str]| t.and_then(Token::word).is_some_and(|w| among.contains(&w));
    if word == PriceWord::Extra && (said(tokens.get(end), &INSIDE) || said(before, &WITH)) {
        return None;
    }
    let fee = said(tokens.get(start), &["prevendita", "prev", "ddp", "dp"]);
    Some(if fee && before.is_some_and(|t| t.is('+')) { PriceWord::Extra } else { word })
}

/// What an amount is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Price,
    Reduced,
    Other,
}

/// An amount with what is said of it.
#[derive(Debug, Clone)]
struct Marked {
    amount: Amount,
    part: Part,
    /// "from", or a plus behind it.
    open: bool,
    /// "before 10pm"
    conditional: bool,
    up_to: bool,
}

/// The amounts that are money, marked.
fn money(tokens: &[Token], amounts: &[Amount], words: &[Said]) -> Vec<Marked> {
    let bare = tokens
        .iter()
        .all(|t| !matches!(t.kind, Kind::Word(_)) && !matches!(t.symbol(), Some(':' | '+' | '%' | '#' | '@')))
        && !(amounts.iter().all(|a| a.money.is_none() && !a.decimals) && is_telephone(tokens));
    let asked = words.iter().any(|w| w.word == PriceWord::Price);
    let priced = words.iter().any(|w| w.word == PriceWord::Price && !is_door(tokens, *w));
    let sure: Vec<bool> = amounts.iter().map(|a| a.money.is_some()).collect();
    let mut kept = Vec::new();
    for (index, amount) in amounts.iter().enumerate() {
        let joined = |other: Option<usize>| {
            other
                .filter(|i| sure.get(*i) == Some(&true))
                .and_then(|i| amounts.get(i))
                .is_some_and(|other| joins(tokens, amount, other))
        };
        let is_money = amount.money.is_some()
            || (asked && is_dashed(tokens, amount))
            || ((joined(index.checked_sub(1)) || joined(Some(index + 1)) || (priced && beside(words, amount)) || bare)
                && is_plain(tokens, amount));
        if is_money {
            kept.push((index, amount.clone()));
        }
    }
    let labels: Vec<Option<PriceWord>> = bind(tokens, words, &kept);
    kept.into_iter()
        .zip(labels)
        .map(|((index, amount), label)| {
            let near = near(words, &amount);
            let before = near.iter().find(|w| {
                w.end == amount.start
                    || (w.end + 1 == amount.start && tokens.get(w.end).is_some_and(|t| t.is(':') || t.is('.')))
            });
            let fee_behind =
                near.iter().any(|w| w.word == PriceWord::Extra && w.start >= amount.end && w.start <= amount.end + 3);
            let part = match label {
                Some(PriceWord::Reduced) => Part::Reduced,
                Some(PriceWord::Extra | PriceWord::Former) => Part::Other,
                _ if is_for_the_young(tokens, amount.start) => Part::Reduced,
                _ => Part::Price,
            };
            Marked {
                open: before.is_some_and(|w| w.word == PriceWord::From)
                    || (amount.plus
                        && !fee_behind_plus(tokens, &amount, fee_behind)
                        // `R$ 50 + R$ 7,50 taxa`
                        && amounts.get(index + 1).is_none_or(|a| a.start != amount.end + 1)),
                conditional: is_conditional(tokens, amount.end),
                up_to: before.is_some_and(|w| w.word == PriceWord::UpTo),
                part,
                amount,
            }
        })
        .collect()
}

/// `$25 + fees` has a plus that is not the price's; `$40.00 + (plus service fees)` has one that is.
fn fee_behind_plus(tokens: &[Token], amount: &Amount, fee_behind: bool) -> bool {
    let next = tokens.get(amount.end + 1);
    let spaced = tokens.get(amount.end).is_some_and(|t| !t.glued);
    let number = matches!(next.map(|t| &t.kind), Some(Kind::Number { .. }))
        || next.is_some_and(|t| t.is('$') || t.is('€') || t.is('£'));
    number || (spaced && fee_behind && next.is_some_and(|t| t.word().is_some()))
}

/// `25.-` and `12,-` are money by their shape, once a word speaks of prices.
fn is_dashed(tokens: &[Token], amount: &Amount) -> bool {
    amount.decimals && amount.end.checked_sub(1).and_then(|i| tokens.get(i)).is_some_and(|t| t.is('-'))
}

fn is_conditional(tokens: &[Token], at: usize) -> bool {
    const CONDITIONS: [&str; 12] =
        ["before", "after", "avant", "apres", "vor", "nach", "voor", "na", "antes", "despues", "prima", "przed"];
    tokens.get(at).and_then(Token::word).is_some_and(|w| CONDITIONS.contains(&w))
        && matches!(tokens.get(at + 1), Some(Token { kind: Kind::Number { .. }, .. }))
}

fn is_door(tokens: &[Token], word: Said) -> bool {
    tokens.get(word.start).and_then(Token::word).is_some_and(|w| {
        matches!(w, "door" | "doors" | "entry" | "deur" | "puerta" | "entree" | "location" | "general" | "ga")
    })
}

/// The words that touch an amount or stand up to three tokens behind it. Words stand in the order of the text.
fn near<'a>(words: &'a [Said], amount: &Amount) -> &'a [Said] {
    let from = words.partition_point(|w| w.end + 1 < amount.start);
    let to = words.partition_point(|w| w.start <= amount.end + 3);
    words.get(from..to).unwrap_or_default()
}

/// Whether a price word stands right beside the amount.
fn beside(words: &[Said], amount: &Amount) -> bool {
    near(words, amount).iter().any(|w| {
        matches!(w.word, PriceWord::Price | PriceWord::From | PriceWord::Reduced)
            && ((w.end <= amount.start && amount.start - w.end <= 1)
                || (w.start >= amount.end && w.start - amount.end <= 1))
    })
}

/// Whether "between" stands before the amount that ends at `end`.
fn is_between(tokens: &[Token], end: usize) -> bool {
    end.checked_sub(2).and_then(|i| tokens.get(i)).and_then(Token::word).is_some_and(|w| BETWEEN.contains(&w))
}

const BETWEEN: [&str; 8] = ["between", "entre", "zwischen", "tussen", "tra", "fra", "miedzy", "pomiedzy"];
const AND: [&str; 8] = ["and", "et", "und", "en", "y", "e", "a", "i"];

/// Whether two amounts are the ends of a range or alternatives: `$15-25`, `12 / 15 €`, `10 à 15 €`.
fn joins(tokens: &[Token], a: &Amount, b: &Amount) -> bool {
    let (from, to) = if a.end <= b.start { (a.end, b.start) } else { (b.end, a.start) };
    let between = tokens.get(from..to).unwrap_or_default();
    if between.iter().any(|t| t.line) {
        return false;
    }
    match between {
        [] => false,
        [one] if matches!(one.symbol(), Some('-' | '/' | '~' | '&')) => true,
        // `entre 12 et 15 €`
        [and] if and.word().is_some_and(|w| AND.contains(&w)) && is_between(tokens, from) => true,
        rest => {
            rest.iter().enumerate().all(|(i, t)| {
                matches!(t.symbol(), Some('/' | '-' | ',' | '(' | ')' | '|' | ':' | '.'))
                    || BOOK.at(tokens, from + i).is_some_and(|(w, _)| {
                        matches!(w, PriceWord::To | PriceWord::Price | PriceWord::UpTo | PriceWord::Reduced)
                    })
            }) && rest.iter().any(|t| t.word().is_some())
        }
    }
}

#[cfg(test)]
mod tests {
    use marquee_model::{Currency, PriceKind};

    use super::read;

    #[test]
    fn prices_are_read_in_every_language() {
        let mut wrong = Vec::new();
        let mut currency: Option<Currency> = Some("EUR".parse().unwrap());
        let cases = [include_str!("../../tests/cases/prices.txt"), include_str!("../../tests/cases/prices_more.txt")];
        for line in cases.iter().flat_map(|c| c.lines()).filter(|l| !l.trim().is_empty() && !l.starts_with('#')) {
            if let Some(code) = line.strip_prefix("@ ") {
                currency = code.parse().ok();
                continue;
            }
            let (text, expected) = line.split_once(" => ").unwrap();
            let found = read(text, currency).map_or_else(
                || "-".to_owned(),
                |claim| {
                    let kind = match claim.kind {
                        PriceKind::Fixed => "fixed",
                        PriceKind::Range => "range",
                        PriceKind::From => "from",
                        PriceKind::Free => "free",
                        PriceKind::Donation => "donation",
                        PriceKind::PayWhatYouCan => "pwyc",
                        PriceKind::Unknown => "unknown",
                    };
                    [
                        Some(kind),
                        claim.min.as_deref(),
                        claim.max.as_deref().filter(|_| claim.min != claim.max),
                        claim.currency.as_deref(),
                    ]
                    .into_iter()
                    .flatten()
                    .collect::<Vec<_>>()
                    .join(" ")
                },
            );
            if found != expected.trim() {
                wrong.push(format!("{text} gives {found}, not {expected}"));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
