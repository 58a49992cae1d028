//! Numbers: what one is by its neighbours: a day, a pair such as `3.4.`, a year, an hour, or nothing of a date at all.
//!
//! The second half of the step from lexemes to atoms; which days and hours belong together is the draft's business.

use super::{
    atom::{Atom, Reader},
    clock::{Clock, Form, clock, is_glued, is_money, is_symbol, means, small},
    lexeme::{Lexeme, Sort},
    stamp::{Stamp, is_shaped, stamp},
};
use crate::words::{Language, Meaning};

/// Numbers of four digits that are years.
const YEARS: std::ops::Range<u64> = 1900..2200;

/// Hours without minutes that a Spanish text names by speech and a show can begin at; `a las 12` is noon on either clock.
const SPOKEN_HOURS: std::ops::RangeInclusive<u8> = 5..=11;

impl Reader<'_> {
    pub(super) fn number(&mut self, value: u64, digits: u8) {
        let (lex, at) = (self.lex, self.at);
        if self.is_amount() || (digits <= 4 && is_money(lex, at)) {
            return self.push(Atom::Other, at + 1);
        }
        if self.abbreviated() {
            return;
        }
        if let Some((weekday, end)) = self.numbered_weekday(value) {
            return self.push(Atom::Weekday(weekday), end);
        }
        if let Some((stamp, end)) = stamp(lex, at) {
            return self.push(Atom::Stamp(stamp), end);
        }
        if is_shaped(lex, at) {
            return self.push(Atom::Other, at + 5);
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
        if digits == 4 && YEARS.contains(&value) {
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

    /// `13-mar-26`, `13/mar/2026`: day, month and year, which a dash does not make a range.
    fn abbreviated(&mut self) -> bool {
        let (lex, at) = (self.lex, self.at);
        let Some((number, width)) = small(lex, at).filter(|(day, _)| (1..=31).contains(day)) else { return false };
        let mark = match lex.get(at + 1).map(|l| &l.sort) {
            Some(Sort::Symbol(mark @ ('-' | '/'))) => *mark,
            _ => return false,
        };
        let month = lex.get(at + 2).and_then(Lexeme::month);
        let (Some(month), Some((year, end))) = (month, self.year(at + 4)) else { return false };
        if !is_symbol(lex, at + 3, mark) || !(1..=4).all(|i| is_glued(lex, at + i)) {
            return false;
        }
        self.push(Atom::Day { number, ordinal: false, wide: width == 2 }, at + 1);
        self.push(Atom::Month(month), at + 3);
        self.push(Atom::Year(year), end);
        true
    }

    /// `2ª` to `6ª`, with or without `feira`: Portuguese counts its weekdays from Sunday.
    fn numbered_weekday(&self, value: u64) -> Option<(u8, usize)> {
        let (lex, at) = (self.lex, self.at);
        let portuguese = [self.hint, self.tongue.evident].contains(&Some(Language::Portuguese));
        if !portuguese || !(2..=6).contains(&value) || !is_symbol(lex, at + 1, 'ª') {
            return None;
        }
        let dash = usize::from(is_symbol(lex, at + 2, '-') && is_glued(lex, at + 3));
        let named = matches!(lex.get(at + 2 + dash).map(|l| &l.sort), Some(Sort::Word { text, .. }) if text == "feira");
        Some((u8::try_from(value - 1).ok()?, if named { at + 3 + dash } else { at + 2 }))
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
            (4, 4) if second == next && YEARS.contains(&value) => Some((first, self.at + 3)),
            (4, 2) if second == next % 100 && second > 12 && YEARS.contains(&value) => Some((first, self.at + 3)),
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
            // `20.30` can only be a time; with a word behind it, it is read with that.
            if clock(lex, at).is_some() {
                return None;
            }
            let time = mark == '.' && whole && first <= 24 && second < 60 && !is_symbol(lex, at + 3, '.');
            return time.then(|| (Atom::Clock(Clock::new(first, second, form_of(first, lex, at))), at + 3));
        }
        let four = matches!(lex.get(at + 4).map(|l| &l.sort), Some(Sort::Number { digits: 4, .. }));
        // `12/13/14 marzo` are three days.
        let listed = mark == '/' && !four && lex.get(at + 5).is_some_and(|l| l.month().is_some());
        if listed {
            return None;
        }
        if is_symbol(lex, at + 3, mark)
            && (mark == '.' || (whole && is_glued(lex, at + 4)) || (mark == '/' && four))
            && let Some((year, end)) = self.year(at + 4)
        {
            let near = |year: i32| (self.this_year - 2..=self.this_year + 3).contains(&year);
            // `26-03-14` with a year of long ago behind and one of today before it.
            if mark == '-' && !four && !near(year) && near(2000 + i32::from(first)) {
                let (month, day) = (u32::from(second), u32::try_from(year - 2000).ok()?);
                let date = chrono::NaiveDate::from_ymd_opt(2000 + i32::from(first), month, day)?;
                return Some((Atom::Stamp(Stamp { date, time: None, anchor: None }), end));
            }
            return Some((shape(Some(year), mark == '.', false), end));
        }
        let month_follows =
            lex.get(at + 3 + usize::from(is_symbol(lex, at + 3, '.'))).is_some_and(|l| l.month().is_some());
        if mark == '-' && whole && !month_follows && self.is_dashed_day(first) {
            return Some((shape(None, false, false), at + 3));
        }
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

    /// `13-03` as Dutch pages write a day: two digits each, the second with a leading zero, no other date or time around it.
    fn is_dashed_day(&self, first: u8) -> bool {
        let (lex, at) = (self.lex, self.at);
        let dutch = [self.hint, self.tongue.evident].contains(&Some(Language::Dutch));
        let zero = small(lex, at).is_some_and(|(_, digits)| digits == 2)
            && small(lex, at + 2).is_some_and(|(second, digits)| digits == 2 && second < 10);
        let free = self.atoms.iter().all(|a| matches!(a, Atom::Weekday(_) | Atom::Pause | Atom::Break | Atom::Other));
        let ends = !is_symbol(lex, at + 3, '-') && !means(lex, at + 3, Meaning::Hour) && clock(lex, at + 2).is_none();
        (dutch || first > 24) && zero && free && ends
    }

    /// A year of four digits, or of two, at `at`.
    fn year(&self, at: usize) -> Option<(i32, usize)> {
        match self.lex.get(at)?.sort {
            Sort::Number { value, digits: 4 } if YEARS.contains(&value) => Some((i32::try_from(value).ok()?, at + 1)),
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
        }) && !(is_symbol(lex, next, '.') && lex.get(next + 1).is_none())
        {
            return None;
        }
        let joins = is_symbol(lex, next, '-')
            || is_symbol(lex, next, '/')
            || means(lex, next, Meaning::To)
            || is_symbol(lex, next, '&')
            || (means(lex, next, Meaning::And) && matches!(self.atoms.last(), Some(Atom::Link(link)) if link.between));
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
        let spanish = [self.hint, self.tongue.evident].contains(&Some(Language::Spanish));
        let spoken = spanish && hour.form == Form::Open && SPOKEN_HOURS.contains(&hour.hour);
        let hour = if spoken { Clock { form: Form::Spoken, ..hour } } else { hour };
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
