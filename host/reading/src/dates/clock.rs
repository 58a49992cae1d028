//! Clock times as printed: `8pm`, `20:30`, `21u00`, `20 h 30`, `20.30 Uhr`, noon, midnight.

use super::{
    lexeme::{Lexeme, Sort},
    stamp::{Anchor, anchor},
};
use crate::words::Meaning;

/// How sure the hour is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Before noon, as printed.
    Am,
    /// After noon, as printed.
    Pm,
    /// On the clock of 24 hours: 13 or later, a leading zero, or the word for "hour".
    Full,
    /// 1 to 12, and nothing says which half of the day.
    Open,
    /// The same, in a language whose signs count to 24 and whose speech counts to 12: `a las 9`.
    Spoken,
    /// Midnight, as a word: the end of the day that is printed.
    Midnight,
}

/// A clock time as printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Clock {
    /// 0 to 24, as printed.
    pub(super) hour: u8,
    pub(super) minute: u8,
    pub(super) second: u8,
    pub(super) form: Form,
    /// The zone or offset printed beside it.
    pub(super) anchor: Option<Anchor>,
}

impl Clock {
    pub(super) const fn new(hour: u8, minute: u8, form: Form) -> Self {
        Self { hour, minute, second: 0, form, anchor: None }
    }

    /// The same, where the half of the day stands before it: `abends um 8`.
    pub(super) const fn in_half(self, half: Form) -> Self {
        let leaves = !matches!(self.form, Form::Open | Form::Spoken | Form::Full) || self.hour == 0 || self.hour > 12;
        if leaves { self } else { Self { form: half, ..self } }
    }

    /// Whether the clock of 24 hours was surely used.
    pub(super) fn is_full(self) -> bool {
        self.form == Form::Full
    }
}

/// A number of at most two digits at `at`.
pub(super) fn small(lex: &[Lexeme], at: usize) -> Option<(u8, u8)> {
    match lex.get(at)?.sort {
        Sort::Number { value, digits } if digits <= 2 => u8::try_from(value).ok().map(|value| (value, digits)),
        _ => None,
    }
}

pub(super) fn is_symbol(lex: &[Lexeme], at: usize, symbol: char) -> bool {
    lex.get(at).is_some_and(|l| l.sort == Sort::Symbol(symbol))
}

pub(super) fn is_glued(lex: &[Lexeme], at: usize) -> bool {
    lex.get(at).is_some_and(|l| l.glued)
}

pub(super) fn means(lex: &[Lexeme], at: usize, meaning: Meaning) -> bool {
    lex.get(at).is_some_and(|l| l.means(meaning))
}

/// A clock time that says itself what it is, starting at `at`, and where it ends.
pub(super) fn clock(lex: &[Lexeme], at: usize) -> Option<(Clock, usize)> {
    let found = word_clock(lex, at).or_else(|| military(lex, at)).or_else(|| numeric(lex, at));
    found.map(|found| with_noon(lex, found)).map(|(clock, end)| {
        let (anchor, end) =
            anchor(lex, end, clock.second != 0 || has_seconds(lex, at, end)).map_or((None, end), |(a, e)| (Some(a), e));
        (Clock { anchor, ..clock }, end)
    })
}

/// Whether two colons stand between `at` and `end`: only then a sign and four digits are an offset.
fn has_seconds(lex: &[Lexeme], at: usize, end: usize) -> bool {
    (at..end).filter(|i| is_symbol(lex, *i, ':')).count() >= 2
}

fn word_clock(lex: &[Lexeme], at: usize) -> Option<(Clock, usize)> {
    let twelve = usize::from(small(lex, at).is_some_and(|(hour, _)| hour == 12));
    let word = lex.get(at + twelve)?;
    if word.means(Meaning::Noon) {
        Some((Clock::new(12, 0, Form::Full), at + twelve + 1))
    } else if word.means(Meaning::Midnight) {
        Some((Clock::new(0, 0, Form::Midnight), at + twelve + 1))
    } else {
        None
    }
}

/// `12:00 midnight`, `12 Uhr mittags`, `las 12 del mediodía`, `24:00 (Mitternacht)`: the word says which twelve is meant.
fn with_noon(lex: &[Lexeme], (clock, end): (Clock, usize)) -> (Clock, usize) {
    if !matches!((clock.hour, clock.minute), (0 | 12 | 24, 0)) {
        return (clock, end);
    }
    let between = usize::from(means(lex, end, Meaning::Of) || is_symbol(lex, end, '('));
    let word = end + between;
    let closed = usize::from(between == 1 && is_symbol(lex, word + 1, ')'));
    if means(lex, word, Meaning::Noon) && clock.hour == 12 {
        (Clock { form: Form::Full, ..clock }, word + 1 + closed)
    } else if means(lex, word, Meaning::Midnight) {
        (Clock { hour: 0, form: Form::Midnight, ..clock }, word + 1 + closed)
    } else {
        (clock, end)
    }
}

/// Words that make a number before them money, beside the signs.
const MONEY: [&str; 18] = [
    "eur", "euro", "euros", "zl", "pln", "chf", "gbp", "usd", "cad", "pesos", "reais", "kr", "sek", "dkk", "nok",
    "francs", "franken", "dollars",
];

/// Whether the number at `at` is an amount, by the currency behind it or behind the other end of its range: `12 €`, `15,50 EUR`, `45/55 zł`.
pub(super) fn is_money(lex: &[Lexeme], at: usize) -> bool {
    let number = |i: usize| matches!(lex.get(i), Some(Lexeme { sort: Sort::Number { .. }, glued: true, .. }));
    let sign = |i: usize| match lex.get(i).map(|l| &l.sort) {
        // In `14/03 €12` the sign is the next number's.
        Some(Sort::Symbol('€' | '£' | '$')) => is_glued(lex, i) || !number(i + 1),
        Some(Sort::Word { text, .. }) => MONEY.contains(&text.as_str()),
        _ => false,
    };
    let mut end = at + 1;
    for _ in 0..2 {
        if sign(end) {
            return true;
        }
        let mark =
            is_glued(lex, end) && lex.get(end).is_some_and(|l| matches!(l.sort, Sort::Symbol(',' | '.' | '/' | '-')));
        if !mark || !number(end + 1) {
            return false;
        }
        end += 2;
    }
    sign(end)
}

/// `730pm`, `1030 pm`, `2000h`.
fn military(lex: &[Lexeme], at: usize) -> Option<(Clock, usize)> {
    let Sort::Number { value, digits: digits @ 3..=4 } = lex.get(at)?.sort else { return None };
    let (hour, minute) = (u8::try_from(value / 100).ok()?, u8::try_from(value % 100).ok()?);
    if let Some((half, end)) = half(lex, at + 1) {
        return (hour <= 12 && minute < 60).then(|| (Clock::new(hour, minute, half), end));
    }
    let hours = hour_word(lex, at + 1) && digits == 4;
    (hours && hour <= 24 && minute < 60).then(|| (Clock::new(hour, minute, Form::Full), at + 2))
}

fn numeric(lex: &[Lexeme], at: usize) -> Option<(Clock, usize)> {
    let (hour, digits) = small(lex, at).filter(|(hour, _)| *hour <= 24)?;
    let leading_zero = digits == 2 && hour < 10;
    if let Some((minute, second, end)) = colon(lex, at + 1) {
        return finish(lex, hour, minute, second, leading_zero, end);
    }
    // `20.30 Uhr`, `7.30pm`: the word behind it tells it from a date.
    if is_symbol(lex, at + 1, '.')
        && is_glued(lex, at + 1)
        && is_glued(lex, at + 2)
        && let Some((minute, 2)) = small(lex, at + 2).filter(|(minute, _)| *minute < 60)
        && (hour_word(lex, at + 3) || half(lex, at + 3).is_some())
    {
        return finish(lex, hour, minute, 0, leading_zero, at + 3);
    }
    if let Some((half, end)) = half(lex, at + 1) {
        return Some((twelve_hours(hour, 0, half), end));
    }
    // `20h`, `20 h 30`, `21u00`, `20 Uhr 30`.
    if means(lex, at + 1, Meaning::Hour) {
        let mut end = at + 2;
        let mut minute = 0;
        if let Some((value, 2)) = small(lex, end).filter(|(value, _)| *value < 60)
            && !starts_a_date(lex, end)
            && !is_money(lex, end)
        {
            minute = value;
            end += 1;
            if is_glued(lex, end)
                && matches!(&lex.get(end)?.sort, Sort::Word { text, .. } if text == "min" || text == "m")
            {
                end += 1;
            }
        }
        if is_glued(lex, end) && is_symbol(lex, end, '.') {
            end += 1;
        }
        if let Some((half, end)) = half(lex, end) {
            return Some((twelve_hours(hour, minute, half), end));
        }
        // `8 o'clock` counts to twelve.
        let spoken = matches!(&lex.get(at + 1)?.sort, Sort::Word { text, .. } if text.ends_with("clock"));
        let form = if spoken && (1..=12).contains(&hour) { Form::Open } else { Form::Full };
        return Some((Clock::new(hour, minute, form), end)).filter(|_| hour < 24 || minute == 0);
    }
    None
}

/// Whether the word at `at` belongs to the time before it. In `14.03 h. 22:00` it leads the one behind.
fn hour_word(lex: &[Lexeme], at: usize) -> bool {
    let next = at + 1 + usize::from(is_symbol(lex, at + 1, '.'));
    let leads = means(lex, at, Meaning::At)
        && !is_glued(lex, at)
        && small(lex, next).is_some_and(|(hour, _)| hour <= 24)
        && !is_money(lex, next);
    means(lex, at, Meaning::Hour) && !leads
}

/// Whether the number at `at` is the day of a date rather than the minutes of the hour before it.
fn starts_a_date(lex: &[Lexeme], at: usize) -> bool {
    lex.get(at + 1).is_some_and(|l| {
        l.month().is_some()
            || (matches!(l.sort, Sort::Symbol('.' | '/' | ':') if l.glued && small(lex, at + 2).is_some())
                && !means(lex, at + 3, Meaning::Hour))
            || (l.glued && l.means(Meaning::Ordinal))
            || l.means(Meaning::Hour)
    })
}

/// `:30`, `:30:15`, `:30:15.123` at `at`.
fn colon(lex: &[Lexeme], at: usize) -> Option<(u8, u8, usize)> {
    if !(is_symbol(lex, at, ':') && is_glued(lex, at + 1)) {
        return None;
    }
    let (minute, _) = small(lex, at + 1).filter(|(minute, digits)| *minute < 60 && *digits == 2)?;
    let mut end = at + 2;
    let mut second = 0;
    if is_symbol(lex, end, ':')
        && let Some((value, 2)) = small(lex, end + 1).filter(|(value, _)| *value < 60)
    {
        second = value;
        end += 2;
        if is_symbol(lex, end, '.') && is_glued(lex, end + 1) && matches!(lex.get(end + 1)?.sort, Sort::Number { .. }) {
            end += 2;
        }
    }
    Some((minute, second, end))
}

fn finish(
    lex: &[Lexeme],
    hour: u8,
    minute: u8,
    second: u8,
    leading_zero: bool,
    mut end: usize,
) -> Option<(Clock, usize)> {
    if hour == 24 && (minute, second) != (0, 0) {
        return None;
    }
    if let Some((half, end)) = half(lex, end) {
        return Some((Clock { second, ..twelve_hours(hour, minute, half) }, end));
    }
    let mut full = hour > 12 || hour == 0 || leading_zero;
    if means(lex, end, Meaning::Hour) {
        full = true;
        end += 1;
        if let Some((half, end)) = half(lex, end) {
            return Some((Clock { second, ..twelve_hours(hour, minute, half) }, end));
        }
    }
    let form = if full { Form::Full } else { Form::Open };
    Some((Clock { second, ..Clock::new(hour, minute, form) }, end))
}

/// `8 pm`; `20:30 pm` and `0:30 am` keep their hour.
const fn twelve_hours(hour: u8, minute: u8, half: Form) -> Clock {
    if hour > 12 || (hour == 0 && matches!(half, Form::Am)) {
        Clock::new(hour, minute, Form::Full)
    } else {
        Clock::new(hour, minute, half)
    }
}

/// `am`, `p.m.`, `du soir`, or a glued `p`, at `at`, and where it ends.
pub(super) fn half(lex: &[Lexeme], at: usize) -> Option<(Form, usize)> {
    // `3 uur 's middags`
    let at = at + usize::from(is_symbol(lex, at, '\'') && is_glued(lex, at + 1));
    let word = lex.get(at)?;
    let Sort::Word { text, .. } = &word.sort else { return None };
    // `8:30 p. m.`, as Spanish writes it.
    let spaced = matches!(text.as_str(), "a" | "p") && is_symbol(lex, at + 1, '.') && is_glued(lex, at + 1);
    if spaced && matches!(lex.get(at + 2).map(|l| &l.sort), Some(Sort::Word { text, .. }) if text == "m") {
        let form = if text == "a" { Form::Am } else { Form::Pm };
        let point = is_symbol(lex, at + 3, '.') && is_glued(lex, at + 3);
        return Some((form, at + 3 + usize::from(point)));
    }
    let lone_letter =
        word.glued && !matches!(lex.get(at + 1), Some(l) if l.glued && !matches!(l.sort, Sort::Symbol(_)));
    let form = match text.as_str() {
        "a" if lone_letter => Form::Am,
        "p" if lone_letter => Form::Pm,
        _ if word.means(Meaning::Am) => Form::Am,
        _ if word.means(Meaning::Pm) => Form::Pm,
        _ => return None,
    };
    // The point of `p.m.` belongs to it, unless a number follows as in `8pm.30`.
    let point = text.contains(' ') && is_symbol(lex, at + 1, '.') && is_glued(lex, at + 1);
    Some((form, at + 1 + usize::from(point)))
}
