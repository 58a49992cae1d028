//! Atoms: what stands in a date text, in its order, each read by itself: days, months, clock times, labels, connectors.

use super::{
    clock::{Clock, Form, clock, is_glued, is_symbol, means, small},
    lexeme::{Lexeme, Sort, Tongue},
    stamp::{Stamp, stamp},
};
use crate::words::{Language, Meaning};

/// Whose time it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    Doors,
    Show,
    End,
}

/// A small word or sign between the others. One word may be several of these ("à" is *at* and *to*).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Link {
    pub(super) to: bool,
    pub(super) and: bool,
    pub(super) at: bool,
    pub(super) from: bool,
}

/// Something that a date text says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Atom {
    /// A number of one or two digits that may be a day. `ordinal`: `15th`; `wide`: it has two digits.
    Day {
        number: u8,
        ordinal: bool,
        wide: bool,
    },
    Month(u8),
    Weekday(u8),
    /// `mar` is March or Tuesday.
    MonthOrWeekday(u8, u8),
    Year(i32),
    /// Two numbers that are day and month in some order, with the year if there is one. `clocklike`: `20.10` may also be a time.
    Pair {
        first: u8,
        second: u8,
        year: Option<i32>,
        dotted: bool,
        clocklike: bool,
    },
    Stamp(Stamp),
    Clock(Clock),
    Label {
        label: Label,
        colon: bool,
    },
    Link(Link),
    /// A comma or bracket that opens.
    Pause,
    /// A bar, slash, bracket that closes, or line break.
    Break,
    /// `24|25`: July to December are of the first year.
    Season(i32),
    Relative(i8),
    Weekly,
    Former,
    Replaced,
    Aside,
    /// No time is given on purpose.
    Untimed,
    Other,
}

/// Months as Polish pages also write them, from February: "I" is "and".
const ROMAN: [&str; 11] = ["ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"];

/// Reads atoms.
pub(super) fn atoms(lex: &[Lexeme], tongue: Tongue, languages: &[String]) -> Vec<Atom> {
    let mut reader = Reader { lex, tongue, languages, at: 0, atoms: Vec::with_capacity(lex.len()) };
    while reader.at < lex.len() {
        reader.step();
    }
    reader.atoms
}

struct Reader<'a> {
    lex: &'a [Lexeme],
    tongue: Tongue,
    languages: &'a [String],
    at: usize,
    atoms: Vec<Atom>,
}

impl Reader<'_> {
    fn push(&mut self, atom: Atom, end: usize) {
        self.atoms.push(atom);
        self.at = end.max(self.at + 1);
    }

    fn step(&mut self) {
        let (lex, at) = (self.lex, self.at);
        let Some(lexeme) = lex.get(at) else { return };
        if lexeme.line && at > 0 {
            self.atoms.push(Atom::Break);
        }
        match &lexeme.sort {
            Sort::Number { value, digits } => self.number(*value, *digits),
            Sort::Word { text, .. } => self.word(lexeme, text),
            Sort::Symbol(symbol) => self.symbol(*symbol),
        }
    }

    fn symbol(&mut self, symbol: char) {
        let at = self.at;
        let atom = match symbol {
            '-' | '~' => Atom::Link(Link { to: true, ..Link::default() }),
            '&' | '+' => Atom::Link(Link { and: true, ..Link::default() }),
            // The interval of ISO 8601.
            '/' if matches!(self.atoms.last(), Some(Atom::Stamp(_))) => {
                Atom::Link(Link { to: true, ..Link::default() })
            }
            '@' => Atom::Link(Link { at: true, ..Link::default() }),
            ',' | '(' | '[' | '!' => Atom::Pause,
            '|' | '/' | ';' | ')' | ']' | 'ª' | '\\' => Atom::Break,
            '\'' => {
                // `'25`
                if let Some((year, 2)) = small(self.lex, at + 1).filter(|_| is_glued(self.lex, at + 1)) {
                    return self.push(Atom::Year(2000 + i32::from(year)), at + 2);
                }
                self.at += 1;
                return;
            }
            // Points after abbreviations and ordinals, colons after labels, and decoration say nothing.
            '.' | ':' | '*' | '"' | '°' | 'º' | '“' | '”' | '„' | '…' => {
                self.at += 1;
                return;
            }
            _ => Atom::Other,
        };
        self.push(atom, at + 1);
    }

    fn word(&mut self, lexeme: &Lexeme, text: &str) {
        let end = self.at + 1;
        if let Some((clock, end)) = clock(self.lex, self.at) {
            return self.push(Atom::Clock(clock), end);
        }
        let next_is_number = small(self.lex, end + usize::from(is_symbol(self.lex, end, '.'))).is_some();
        let previous_is_number = matches!(self.atoms.last(), Some(Atom::Day { .. } | Atom::Clock(_)));
        let (mut month, mut weekday, mut link, mut label) = (None, None, Link::default(), None);
        let mut known = false;
        let mut special = None;
        for entry in lexeme.entries() {
            known = true;
            match entry.meaning {
                Meaning::Month(m) if self.tongue.believes(text, *entry, self.languages) => month = month.or(Some(m)),
                Meaning::Weekday(d) if self.tongue.believes(text, *entry, self.languages) => {
                    weekday = weekday.or(Some(d));
                }
                Meaning::To => link.to = true,
                Meaning::And => link.and = true,
                Meaning::At => link.at = true,
                Meaning::From => link.from = true,
                Meaning::Doors => label = Some(Label::Doors),
                Meaning::Show => label = label.or(Some(Label::Show)),
                Meaning::End => label = label.or(Some(Label::End)),
                Meaning::Relative(days) => special = special.or(Some(Atom::Relative(days))),
                Meaning::Weekly => special = Some(Atom::Weekly),
                Meaning::Former => special = Some(Atom::Former),
                Meaning::Replaced => special = Some(Atom::Replaced),
                Meaning::Aside => special = Some(Atom::Aside),
                Meaning::Length => special = special.or(Some(Atom::Aside)),
                Meaning::Open => special = special.or(Some(Atom::Untimed)),
                _ => {}
            }
        }
        // "20 do 23" is Polish "to"; "do 23 maart" is Dutch Thursday.
        if link != Link::default() && (previous_is_number || (link.to && !next_is_number)) {
            weekday = None;
        }
        // Polish pages write months in Roman numerals: `15 XI 2024`.
        if previous_is_number && self.tongue.evident == Some(Language::Polish) {
            month = month
                .or_else(|| ROMAN.iter().position(|numeral| *numeral == text).and_then(|i| u8::try_from(i + 2).ok()));
        }
        let atom = match (month, weekday, label, special) {
            (Some(m), Some(d), ..) => Atom::MonthOrWeekday(m, d),
            (Some(m), None, ..) => Atom::Month(m),
            (None, Some(d), ..) => Atom::Weekday(d),
            (None, None, _, Some(special)) => special,
            (None, None, Some(label), None) => Atom::Label { label, colon: is_symbol(self.lex, end, ':') },
            _ if link != Link::default() => Atom::Link(link),
            _ if known => {
                self.at = end;
                return;
            }
            _ => Atom::Other,
        };
        self.push(atom, end);
    }

    fn number(&mut self, value: u64, digits: u8) {
        let (lex, at) = (self.lex, self.at);
        if self.is_amount() {
            return self.push(Atom::Other, at + 1);
        }
        if let Some((stamp, end)) = stamp(lex, at) {
            return self.push(Atom::Stamp(stamp), end);
        }
        if let Some((year, end)) = self.season(value, digits) {
            return self.push(Atom::Season(year), end);
        }
        if let Some((pair, end)) = self.pair() {
            return self.push(pair, end);
        }
        if let Some((clock, end)) = clock(lex, at) {
            return self.push(Atom::Clock(clock), end);
        }
        if let Some(hour) = self.bare_hour() {
            return self.push(Atom::Clock(hour), at + 1);
        }
        if digits == 4 && (1900..2200).contains(&value) {
            return self.push(Atom::Year(i32::try_from(value).unwrap_or_default()), at + 1);
        }
        let Some((number, digits)) = small(lex, at) else { return self.push(Atom::Other, at + 1) };
        let mut end = at + 1;
        let mut ordinal = false;
        if let Some(next) = lex.get(end).filter(|l| l.glued) {
            match &next.sort {
                Sort::Word { .. } if next.means(Meaning::Ordinal) => {
                    ordinal = true;
                    end += 1;
                }
                Sort::Symbol('º' | 'ª' | '°') => {
                    ordinal = true;
                    end += 1;
                }
                Sort::Word { .. } if next.entries().is_empty() => return self.push(Atom::Other, end),
                Sort::Symbol('%' | '+' | '€' | '£' | '$' | '#') => return self.push(Atom::Other, end),
                _ => {}
            }
        }
        self.push(Atom::Day { number, ordinal, wide: digits == 2 }, end);
    }

    /// Whether the number is a price, an age, a count, or part of a name: `$15`, `+18`, `#2`, `B52`.
    fn is_amount(&self) -> bool {
        let Some(before) = self.at.checked_sub(1).and_then(|i| self.lex.get(i)) else { return false };
        let glued = is_glued(self.lex, self.at);
        match &before.sort {
            Sort::Symbol('$' | '€' | '£' | '#') => true,
            Sort::Symbol('+') => glued && !before.glued && !matches!(self.atoms.last(), Some(Atom::Clock(_))),
            Sort::Word { .. } => glued && before.entries().is_empty(),
            _ => false,
        }
    }

    /// `24|25`, `24/25`, `2024/25`, `2024-2025`.
    fn season(&self, value: u64, digits: u8) -> Option<(i32, usize)> {
        let separator = self.lex.get(self.at + 1)?;
        let Sort::Number { value: second, digits: width } = self.lex.get(self.at + 2).filter(|l| l.glued)?.sort else {
            return None;
        };
        let alone = !matches!(self.lex.get(self.at + 3), Some(l) if l.glued && matches!(l.sort, Sort::Symbol('|' | '/' | '-' | '.' | ':')));
        let mark = match separator.sort {
            Sort::Symbol(mark @ ('|' | '/' | '-')) if separator.glued && alone => mark,
            _ => return None,
        };
        // `15/16 November` are two days.
        let dated = matches!(self.atoms.last(), Some(Atom::Month(_)))
            || self.lex.get(self.at + 3).is_some_and(|l| l.month().is_some());
        if dated && mark == '/' {
            return None;
        }
        let first = i32::try_from(value).ok()?;
        let next = u64::try_from(first + 1).ok()?;
        match (digits, width) {
            (4, 4) if second == next => Some((first, self.at + 3)),
            (4, 2) if second == next % 100 && second > 12 => Some((first, self.at + 3)),
            (2, 2) if second == next && first > 12 && mark != '-' => Some((2000 + first, self.at + 3)),
            _ => None,
        }
    }

    /// `03/04`, `3.4.`, `15.11.24`, `15-11-2024`, `15. 11. 2024`.
    fn pair(&self) -> Option<(Atom, usize)> {
        let (lex, at) = (self.lex, self.at);
        let (first, _) = small(lex, at)?;
        let mark = match lex.get(at + 1)?.sort {
            Sort::Symbol(mark @ ('.' | '/' | '-')) => mark,
            _ => return None,
        };
        let (second, _) = small(lex, at + 2)?;
        let possible = |a: u8, b: u8| (1..=31).contains(&a) && (1..=12).contains(&b);
        let whole = is_glued(lex, at + 1) && is_glued(lex, at + 2);
        let shape = |year, dotted, clocklike| Atom::Pair { first, second, year, dotted, clocklike };
        if !possible(first, second) && !possible(second, first) {
            // `20.30` can only be a time.
            let time = mark == '.' && whole && first <= 24 && second < 60 && !is_symbol(lex, at + 3, '.');
            return time.then(|| (Atom::Clock(Clock::new(first, second, form_of(first, lex, at))), at + 3));
        }
        if is_symbol(lex, at + 3, mark)
            && (mark == '.' || (whole && is_glued(lex, at + 4)))
            && let Some((year, end)) = self.year(at + 4)
        {
            return Some((shape(Some(year), mark == '.', false), end));
        }
        let month_follows =
            lex.get(at + 3 + usize::from(is_symbol(lex, at + 3, '.'))).is_some_and(|l| l.month().is_some());
        // `24/7` is no date; `15-16` without a third number are two days.
        if month_follows || mark == '-' || (mark == '/' && (!whole || (first, second) == (24, 7))) {
            return None;
        }
        if mark == '/' {
            // `7/8pm` are two times.
            return clock(lex, at + 2).is_none().then(|| (shape(None, false, false), at + 3));
        }
        let closed = is_symbol(lex, at + 3, '.') && is_glued(lex, at + 3);
        if clock(lex, at).is_some() || (!closed && !whole) {
            return None;
        }
        if closed {
            return Some((shape(None, true, false), at + 4));
        }
        let asked_for = matches!(self.atoms.last(), Some(Atom::Label { .. }))
            || matches!(self.atoms.last(), Some(Atom::Link(link)) if link.at)
            || matches!(self.atoms.as_slice(), [.., Atom::Clock(_), Atom::Link(link)] if link.to);
        let clocklike = first <= 24 && second < 60 && small(lex, at + 2).is_some_and(|(_, digits)| digits == 2);
        if asked_for && clocklike {
            return Some((Atom::Clock(Clock::new(first, second, form_of(first, lex, at))), at + 3));
        }
        Some((shape(None, true, clocklike), at + 3))
    }

    /// A year of four digits, or of two, at `at`.
    fn year(&self, at: usize) -> Option<(i32, usize)> {
        match self.lex.get(at)?.sort {
            Sort::Number { value, digits: 4 } if (1900..2200).contains(&value) => {
                Some((i32::try_from(value).ok()?, at + 1))
            }
            Sort::Number { value, digits: 2 } if is_glued(self.lex, at) && !is_symbol(self.lex, at + 1, ':') => {
                Some((2000 + i32::try_from(value).ok()?, at + 1))
            }
            _ => None,
        }
    }

    /// A number that only its place makes an hour: after `at` or a label, before `- 11pm`, as in `doors 7`, `8-11pm`, `von 20 bis 23 Uhr`.
    fn bare_hour(&self) -> Option<Clock> {
        let (lex, at) = (self.lex, self.at);
        let (hour, _) = small(lex, at).filter(|(hour, _)| *hour <= 24)?;
        let hour = Clock::new(hour, 0, form_of(hour, lex, at));
        let next = at + 1;
        if lex.get(next).is_some_and(|l| {
            l.glued && (l.means(Meaning::Ordinal) || matches!(l.sort, Sort::Symbol('.' | '+' | '%' | '°' | 'º')))
        }) {
            return None;
        }
        let joins = is_symbol(lex, next, '-')
            || is_symbol(lex, next, '/')
            || means(lex, next, Meaning::To)
            || is_symbol(lex, next, '&');
        let in_date = matches!(
            self.atoms.as_slice(),
            [Atom::Month(_)] | [.., Atom::Weekday(_) | Atom::Pause | Atom::Link(_) | Atom::Break, Atom::Month(_)]
        );
        if joins && !in_date {
            let after = next + 1 + usize::from(means(lex, next + 1, Meaning::At));
            if clock(lex, after).is_some_and(|(c, _)| c.form != Form::Open || is_symbol(lex, after + 1, ':')) {
                let weekday_before = matches!(self.atoms.last(), Some(Atom::Weekday(_)));
                return (!weekday_before || (is_glued(lex, next) && is_glued(lex, after))).then_some(hour);
            }
        }
        let asked_for = match self.atoms.last() {
            Some(Atom::Label { .. }) => true,
            Some(Atom::Link(link)) if link.at => true,
            // `doors 7-8`, `from 8 to 11`: the second follows a first that is an hour.
            Some(Atom::Link(link)) if link.to => matches!(self.atoms.as_slice(), [.., Atom::Clock(_), _]),
            _ => false,
        };
        (asked_for && !self.leads_to_month(next)).then_some(hour)
    }

    /// Whether the number before `at` is a day after all: a month, or further numbers and then a month, follow.
    fn leads_to_month(&self, mut at: usize) -> bool {
        for _ in 0..6 {
            let Some(lexeme) = self.lex.get(at) else { return false };
            if lexeme.month().is_some() {
                return true;
            }
            let passes = match lexeme.sort {
                Sort::Number { digits, .. } => digits <= 2,
                Sort::Symbol(symbol) => matches!(symbol, '.' | '-' | '&' | '/'),
                Sort::Word { .. } => {
                    lexeme.means(Meaning::Of) || lexeme.means(Meaning::To) || lexeme.means(Meaning::And)
                }
            };
            if !passes || lexeme.line {
                return false;
            }
            at += 1;
        }
        false
    }
}

/// `20` and `08` can only be of the clock of 24 hours.
fn form_of(hour: u8, lex: &[Lexeme], at: usize) -> Form {
    let leading_zero = small(lex, at).is_some_and(|(hour, digits)| digits == 2 && hour < 10);
    if hour > 12 || hour == 0 || leading_zero { Form::Full } else { Form::Open }
}
