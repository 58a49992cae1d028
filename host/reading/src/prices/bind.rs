//! Which amount a word such as "members", "fee" or "instead of" speaks of.

use super::{Said, amount::Amount};
use crate::words::{prices::PriceWord, token::Token};

/// Ties the words "members", "fee", "instead of" to amounts: across no comma, slash or bracket; where both sides offer one, forward if
/// the text begins with a word, else backward.
pub(super) fn bind(tokens: &[Token], words: &[Said], kept: &[(usize, Amount)]) -> Vec<Option<PriceWord>> {
    let mut labels = vec![None; kept.len()];
    let telling: Vec<&Said> = words
        .iter()
        .filter(|w| matches!(w.word, PriceWord::Reduced | PriceWord::Extra | PriceWord::Former | PriceWord::Price))
        .collect();
    let behind_style = kept.first().is_some_and(|(_, a)| telling.first().is_some_and(|w| w.start >= a.end))
        && kept.last().is_some_and(|(_, a)| telling.last().is_some_and(|w| w.start >= a.end));
    let open = |from: usize, to: usize| {
        tokens.get(from..to).is_some_and(|between| {
            between.len() <= 3
                && between.iter().all(|t| {
                    !t.line
                        && !matches!(t.symbol(), Some(',' | '/' | '|' | '(' | ')' | '-' | '+' | ';'))
                        && !is_inclusive(t)
                })
        })
    };
    for word in telling {
        // Amounts stand in the order of the text.
        let next = Some(kept.partition_point(|(_, a)| a.start < word.end))
            .filter(|i| kept.get(*i).is_some_and(|(_, a)| open(word.end, a.start)));
        let bracketed = |from: usize| {
            tokens.get(word.end).is_some_and(|t| t.is(')'))
                && matches!(tokens.get(from..word.start), Some([bracket]) if bracket.is('('))
        };
        let previous = kept
            .partition_point(|(_, a)| a.end <= word.start)
            .checked_sub(1)
            .filter(|i| kept.get(*i).is_some_and(|(_, a)| open(a.end, word.start) || bracketed(a.end)));
        let target = match (previous, next) {
            (Some(previous), Some(_)) if behind_style && word.word != PriceWord::Former => Some(previous),
            (_, Some(next)) => Some(next),
            (previous, None) if word.word != PriceWord::Former => previous,
            _ => None,
        };
        if let Some(label) = target.and_then(|i| labels.get_mut(i)) {
            let weight = |w: Option<PriceWord>| match w {
                None | Some(PriceWord::Price) => 0,
                _ => 1,
            };
            if weight(Some(word.word)) >= weight(*label) && !(label.is_some() && weight(*label) == 1) {
                *label = Some(word.word);
            }
        }
    }
    labels
}

/// "incl. fees" speaks of what the amount has in it.
fn is_inclusive(token: &Token) -> bool {
    const WORDS: [&str; 24] = [
        "incl",
        "inc",
        "including",
        "includes",
        "included",
        "plus",
        "excl",
        "exc",
        "excluding",
        "before",
        "inkl",
        "inklusive",
        "zzgl",
        "exkl",
        "hors",
        "sans",
        "inclus",
        "incluido",
        "incluidos",
        "compresi",
        "escluso",
        "piu",
        "mas",
        "ex",
    ];
    token.word().is_some_and(|word| WORDS.contains(&word))
}
