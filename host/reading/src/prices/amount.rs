//! Amounts: numbers as prices write them, with the currency beside them.

use marquee_model::Currency;

use crate::words::{
    prices::{CODES, CURRENCIES, SHARED_SIGNS},
    token::{Kind, Token},
};

/// A number that may be an amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Amount {
    /// A decimal with a point and no grouping.
    pub(super) value: String,
    /// The currency word or sign beside it.
    pub(super) money: Option<Money>,
    /// The first token, the currency included.
    pub(super) start: usize,
    /// The token behind it, the currency included.
    pub(super) end: usize,
    /// It has decimals or ends in `,-`, as only money does.
    pub(super) decimals: bool,
    /// A plus stands behind it: `$26+`.
    pub(super) plus: bool,
}

/// A currency as printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Money {
    /// It names one currency.
    Code(String),
    /// A sign that several currencies share.
    Sign(String),
}

impl Money {
    /// Whether a sign may stand for the currency of a code.
    pub(super) fn shares(sign: &str, code: &str) -> bool {
        SHARED_SIGNS.iter().any(|(s, codes)| *s == sign && codes.contains(&code))
    }

    /// The code that is meant, given the source's currency.
    pub(super) fn code(&self, default: Option<Currency>) -> Option<String> {
        match self {
            Self::Code(code) => Some(code.clone()),
            Self::Sign(sign) => {
                let default = default?.code();
                let shared = SHARED_SIGNS.iter().find(|(s, _)| s == sign).map_or(&[][..], |(_, codes)| codes);
                shared.contains(&default).then(|| default.to_owned())
            }
        }
    }
}

/// All numbers of a text, in its order, with the currencies beside them.
pub(super) fn amounts(tokens: &[Token]) -> Vec<Amount> {
    let mut amounts: Vec<Amount> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let Some((value, decimals, end)) = number(tokens, at) else {
            at += 1;
            continue;
        };
        // `12€50`: the sign stands for the point.
        let cents = cents(tokens, end);
        let (value, decimals) = match &cents {
            Some(cents) if !decimals => (format!("{value}.{cents}"), true),
            _ => (value, decimals),
        };
        let taken = amounts.last().map_or(0, |a| a.end);
        let front = money_before(tokens, at, taken);
        let back = money_behind(tokens, end);
        let start = front.as_ref().map_or(at, |(_, start)| *start);
        let mut behind = back.as_ref().map_or(end, |(_, end)| *end);
        // `$40 CAD`: the code says more than the sign. `$15 $20`: the second sign is the next amount's.
        let money = match (front, back) {
            (Some(_), Some((Money::Code(code), _))) => Some(Money::Code(code)),
            (Some((money, _)), _) => {
                behind = end;
                Some(money)
            }
            (None, back) => back.map(|(money, _)| money),
        };
        let behind = if cents.is_some() { behind.max(end + 2) } else { behind };
        let plus = tokens.get(behind).is_some_and(|t| t.is('+'));
        amounts.push(Amount { value, money, start, end: behind, decimals, plus });
        at = behind.max(at + 1);
    }
    amounts
}

/// The two digits of `12€50` behind the sign at `at`.
fn cents(tokens: &[Token], at: usize) -> Option<String> {
    let sign = tokens.get(at).is_some_and(|t| t.glued && matches!(t.symbol(), Some('€' | '£')));
    let ends = tokens.get(at + 2).is_none_or(|t| !t.glued || !matches!(t.symbol(), Some('.' | ',' | '€' | '£')));
    match tokens.get(at + 1)? {
        Token { kind: Kind::Number { digits: 2, .. }, glued: true, .. } if sign && ends => Some(format_fraction(tokens, at + 1)),
        _ => None,
    }
}

/// The number at `at`: its value, whether it has decimals, and the token behind it.
fn number(tokens: &[Token], at: usize) -> Option<(String, bool, usize)> {
    let digits = |i: usize| match tokens.get(i)?.kind {
        Kind::Number { value, digits } if digits <= 18 => Some((value, digits)),
        _ => None,
    };
    // `$.75`
    if tokens.get(at)?.is('.')
        && !at.checked_sub(1).is_some_and(|i| matches!(tokens.get(i), Some(Token { kind: Kind::Number { .. }, .. })))
    {
        let (value, width) = digits(at + 1).filter(|_| tokens.get(at + 1).is_some_and(|t| t.glued))?;
        let money_first = at
            .checked_sub(1)
            .and_then(|i| tokens.get(i))
            .is_some_and(|t| t.is('$') || t.is('€') || t.is('£') || t.is('.'));
        return money_first.then(|| (format!("0.{value:0width$}", width = usize::from(width)), true, at + 2));
    }
    // The rest of a date that was refused: the `08.2017` of `15.08.2017`.
    if at.checked_sub(2).and_then(digits).is_some()
        && tokens.get(at - 1).is_some_and(|t| t.glued && matches!(t.symbol(), Some('.' | ',')))
        && tokens.get(at).is_some_and(|t| t.glued)
    {
        return None;
    }
    let (first, width) = digits(at)?;
    let mut whole = first.to_string();
    let mut end = at + 1;
    let mut separator = None;
    let groupable = (1..=3).contains(&width) && first != 0;
    loop {
        let mark = tokens.get(end).and_then(Token::symbol).filter(|_| tokens.get(end).is_some_and(|t| t.glued));
        let next_glued = tokens.get(end + 1).is_some_and(|t| t.glued);
        match (mark, digits(end + 1)) {
            // `1.200`, `1'200`: three digits behind a mark are a group, if the mark stays the same.
            (Some(c @ ('.' | ',' | '\'')), Some((value, 3)))
                if groupable && next_glued && separator.is_none_or(|s| s == c) =>
            {
                whole.push_str(&format!("{value:03}"));
                separator = Some(c);
                end += 2;
            }
            (Some(c @ ('.' | ',')), Some((_, width))) if next_glued && separator != Some(c) && width <= 18 => {
                let fraction = tokens.get(end + 1).map(|_| format_fraction(tokens, end + 1))?;
                // A third number behind another mark is a date: `15.08.2017`.
                let dated = tokens.get(end + 2).is_some_and(|t| t.glued && t.is(c))
                    && digits(end + 3).is_some()
                    && tokens.get(end + 3).is_some_and(|t| t.glued);
                return (!dated).then(|| (format!("{whole}.{fraction}"), true, end + 2));
            }
            // `15,-` and `15.–`
            (Some('.' | ','), None)
                if tokens.get(end + 1).is_some_and(|t| t.glued && t.is('-')) && digits(end + 2).is_none() =>
            {
                let mut behind = end + 2;
                while tokens.get(behind).is_some_and(|t| t.glued && t.is('-')) {
                    behind += 1;
                }
                return Some((whole, true, behind));
            }
            _ => {
                // `1 200`: blanks group only three digits that carry no mark of their own.
                let spaced = tokens.get(end).is_some_and(|t| !t.glued && !t.line);
                match digits(end) {
                    Some((value, 3))
                        if spaced
                            && groupable
                            && (separator.is_none() || separator == Some(' '))
                            && !is_own_number(tokens, end) =>
                    {
                        whole.push_str(&format!("{value:03}"));
                        separator = Some(' ');
                        end += 1;
                    }
                    _ => break,
                }
            }
        }
    }
    Some((whole, false, end))
}

/// Whether the three digits at `at` are better read as a number of their own: `15 200 seats`.
fn is_own_number(tokens: &[Token], at: usize) -> bool {
    let next = tokens.get(at + 1);
    let word = next.and_then(Token::word);
    word.is_some_and(|w| !is_currency(w)) || next.is_some_and(|t| t.is(':') || t.is('/') || (t.is('-') && t.glued))
}

fn format_fraction(tokens: &[Token], at: usize) -> String {
    match tokens.get(at).map(|t| &t.kind) {
        Some(Kind::Number { value, digits }) => format!("{value:0width$}", width = usize::from(*digits)),
        _ => String::new(),
    }
}

fn is_currency(word: &str) -> bool {
    CURRENCIES.iter().any(|(name, _)| *name == word) || CODES.iter().any(|code| code.eq_ignore_ascii_case(word))
}

/// Words that are a currency only behind a number: `2500 Ft`, but `ft. Moon`.
const ONLY_BEHIND: [&str; 9] = ["ft", "lei", "tl", "zlotych", "zlote", "franken", "stutz", "р", "dollar"];

/// The currency that stands right before the number at `at`, and where it starts. Tokens before `taken` belong to another amount.
fn money_before(tokens: &[Token], at: usize, taken: usize) -> Option<(Money, usize)> {
    let mut last = at.checked_sub(1).filter(|i| *i >= taken)?;
    // `US$:12.99`, `Fr. 25`, `$..75`
    while tokens.get(last).is_some_and(|t| matches!(t.symbol(), Some(':' | '.'))) {
        last = last.checked_sub(1).filter(|i| *i >= taken)?;
    }
    let token = tokens.get(last)?;
    if let Some(sign) = token.symbol().filter(|c| is_sign(*c)) {
        let prefix = last
            .checked_sub(1)
            .filter(|i| *i >= taken)
            .and_then(|i| tokens.get(i))
            .filter(|_| token.glued)
            .and_then(Token::word);
        if let Some(word) = prefix
            && let Some(money) = lookup(&format!("{word}{sign}"))
        {
            return Some((money, last - 1));
        }
        return lookup(&sign.to_string()).map(|money| (money, last));
    }
    let word = token.word()?;
    let glued = tokens.get(at).is_some_and(|t| t.glued);
    // `$US 20`
    if let Some(sign) = last
        .checked_sub(1)
        .filter(|i| *i >= taken)
        .and_then(|i| tokens.get(i))
        .filter(|_| token.glued)
        .and_then(Token::symbol)
        && let Some(money) = lookup(&format!("{sign}{word}"))
    {
        return Some((money, last - 1));
    }
    let money = code(token, word).or_else(|| lookup(word).filter(|_| !ONLY_BEHIND.contains(&word)))?;
    // Two letters before a number are more often something else: a weekday, `R` for a room.
    let sure = match word {
        "r" | "р" => glued && token.capitals_or_single(),
        "fr" | "sfr" => tokens.get(last + 1).is_some_and(|t| t.is('.')) && tokens.iter().any(|t| t.is('-')),
        _ => true,
    };
    sure.then_some((money, last))
}

impl Token {
    fn capitals_or_single(&self) -> bool {
        self.end - self.start <= 2
    }
}

/// The currency right behind the number that ends before `at`, and where it ends.
fn money_behind(tokens: &[Token], at: usize) -> Option<(Money, usize)> {
    let token = tokens.get(at)?;
    if let Some(sign) = token.symbol().filter(|c| is_sign(*c)) {
        // `20 $CA`, but in `15 $20` the sign is the next amount's.
        if matches!(tokens.get(at + 1), Some(Token { kind: Kind::Number { .. }, glued: true, .. })) && !token.glued {
            return None;
        }
        if let Some(word) = tokens.get(at + 1).filter(|t| t.glued).and_then(Token::word)
            && let Some(money) = lookup(&format!("{sign}{word}"))
        {
            return Some((money, at + 2));
        }
        return lookup(&sign.to_string()).map(|money| (money, at + 1));
    }
    let word = token.word()?;
    if let Some(sign) = tokens.get(at + 1).filter(|t| t.glued).and_then(Token::symbol).filter(|c| is_sign(*c))
        && let Some(money) = lookup(&format!("{word}{sign}"))
        && !matches!(tokens.get(at + 2), Some(Token { kind: Kind::Number { .. }, .. }))
    {
        return Some((money, at + 2));
    }
    let money = code(token, word).or_else(|| lookup(word).filter(|_| !matches!(word, "r" | "rs" | "rp" | "fr")))?;
    let point = tokens.get(at + 1).is_some_and(|t| t.glued && t.is('.'));
    Some((money, at + 1 + usize::from(point)))
}

fn is_sign(c: char) -> bool {
    matches!(c, '$' | '€' | '£' | '¥' | '₽' | '₹' | '₩' | '₫' | '₺' | '₴' | '₪' | '฿')
}

fn lookup(text: &str) -> Option<Money> {
    let (name, code) = CURRENCIES.iter().find(|(name, _)| *name == text)?;
    Some(code.map_or_else(|| Money::Sign((*name).to_owned()), |code| Money::Code(code.to_owned())))
}

fn code(token: &Token, word: &str) -> Option<Money> {
    let code = CODES.iter().find(|code| code.eq_ignore_ascii_case(word))?;
    (token.capitals || *code != "TRY").then(|| Money::Code((*code).to_owned()))
}
