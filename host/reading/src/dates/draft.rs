//! Drafts: the days and clock times of a text, put together from its atoms, before years and the order of numbers are known.

use super::{
    atom::{Atom, Label, Link},
    clock::{Clock, Form},
    labels::{Mark, bind},
    stamp::Stamp,
};

/// The days of one text that are read; a tour poster has fewer, and a page that is no date text stops here.
pub(super) const MOST_DAYS: usize = 128;

/// Shows start at full minutes of this step; `15.11` is therefore no time.
const MINUTE_STEP: u8 = 5;

/// A day as far as it is printed.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Day {
    pub(super) weekday: Option<u8>,
    pub(super) day: Option<u8>,
    pub(super) month: Option<u8>,
    pub(super) year: Option<i32>,
    /// Two numbers whose order is not known yet, and whether points stand between them.
    pub(super) pair: Option<(u8, u8, bool)>,
    /// The day takes its month from this other one, whose order is not known yet.
    pub(super) like: Option<usize>,
    /// The two numbers may as well be a time: `20.10`.
    pub(super) clocklike: bool,
    pub(super) relative: Option<i8>,
    pub(super) stamp: Option<Stamp>,
    /// "to" stands between this day and the one before.
    pub(super) to: bool,
}

impl Day {
    /// Whether it is more than a weekday or a bare number.
    pub(super) const fn is_placed(&self) -> bool {
        self.month.is_some()
            || self.pair.is_some()
            || self.like.is_some()
            || self.relative.is_some()
            || self.stamp.is_some()
    }
}

/// A clock time, the day that it stands behind, and what it is for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Timed {
    pub(super) clock: Clock,
    /// The day before it in the text.
    pub(super) day: Option<usize>,
    pub(super) label: Option<Label>,
    /// "to" stands between this time and the one before.
    pub(super) to: bool,
}

/// What a text says.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Draft {
    pub(super) days: Vec<Day>,
    pub(super) times: Vec<Timed>,
    /// The first year of a season such as `24|25`.
    pub(super) season: Option<i32>,
    /// It names a day that repeats.
    pub(super) weekly: bool,
    /// It names a month without a day.
    pub(super) month_only: bool,
    /// Weekdays that belong to no day.
    pub(super) weekdays: Vec<u8>,
    /// A number that stands alone and may be a day.
    pub(super) number: Option<u8>,
    /// It begins with "until": its day or time is the last.
    pub(super) until: bool,
}

/// Puts atoms together. `this_year` tells a short year (`15 Nov 25`) from a number that is something else.
pub(super) fn draft(atoms: &[Atom], this_year: i32) -> Draft {
    let atoms = settle_pairs(atoms);
    let mut builder = Builder { this_year, ..Builder::default() };
    for at in 0..atoms.len() {
        builder.take(&atoms, at);
    }
    builder.finish()
}

/// Decides which dotted pairs are clock times: `15.11. 20.30` has a date already, so that `20.30` is none.
fn settle_pairs(atoms: &[Atom]) -> Vec<Atom> {
    // `15.11` is no time, and `12.05 - 14.05.2026` are two days of one month.
    let timely = |at: usize, second: u8| {
        let to_same_month = matches!(
            (atoms.get(at + 1), atoms.get(at + 2)),
            (Some(Atom::Link(Link { to: true, .. })), Some(Atom::Pair { second: other, year, clocklike, .. }))
                if *other == second || (year.is_some() || !clocklike)
        );
        let from_same_month = matches!(
            (at.checked_sub(2).and_then(|i| atoms.get(i)), at.checked_sub(1).and_then(|i| atoms.get(i))),
            (Some(Atom::Pair { second: other, .. }), Some(Atom::Link(Link { to: true, .. }))) if *other == second
        );
        second.is_multiple_of(MINUTE_STEP) && !to_same_month && !from_same_month
    };
    let mut dated = atoms.iter().enumerate().any(|(at, atom)| {
        matches!(atom, Atom::Month(_) | Atom::MonthOrWeekday(..) | Atom::Stamp(_) | Atom::Relative(_))
            || matches!(atom, Atom::Pair { year, clocklike, second, .. } if year.is_some() || !clocklike || !timely(at, *second))
    });
    atoms
        .iter()
        .enumerate()
        .map(|(at, atom)| match *atom {
            Atom::Pair { first, second, clocklike: true, .. } if timely(at, second) => {
                if dated {
                    let form = if first > 12 || first == 0 { Form::Full } else { Form::Open };
                    Atom::Clock(Clock::new(first, second, form))
                } else {
                    dated = true;
                    *atom
                }
            }
            other => other,
        })
        .collect()
}

#[derive(Default)]
struct Builder {
    this_year: i32,
    draft: Draft,
    marks: Vec<(Mark, bool)>,
    /// Days that wait for a month.
    waiting: Vec<usize>,
    /// The month that following days take.
    month: Option<u8>,
    /// The pair that following days take their month from.
    pair: Option<usize>,
    /// Days stand before their month.
    day_first: bool,
    weekdays: Vec<u8>,
    year: Option<i32>,
    /// Since the last day or time: "to", "and", a pause.
    link: Link,
    gap: bool,
    /// What follows is not the event's.
    aside: bool,
    /// A month was named.
    months: bool,
    last_was_clock: bool,
    /// "between" was said, so that the next "and" means "to".
    between: bool,
    /// No day has taken the month yet.
    fresh_month: bool,
}

impl Builder {
    fn take(&mut self, atoms: &[Atom], at: usize) {
        let Some(&atom) = atoms.get(at) else { return };
        if self.aside && !matches!(atom, Atom::Break | Atom::Replaced | Atom::Resume | Atom::Label { .. }) {
            return;
        }
        match atom {
            Atom::Day { number, ordinal, wide } => self.number(atoms, at, number, ordinal, wide),
            Atom::Month(month) => self.month(month),
            Atom::Weekday(weekday) => self.weekday(atoms, at, weekday),
            Atom::MonthOrWeekday(month, weekday) => {
                if is_weekday(atoms, at, !self.waiting.is_empty()) {
                    self.weekday(atoms, at, weekday);
                } else {
                    self.month(month);
                }
            }
            Atom::Year(year) => self.year(year),
            Atom::Pair { first, second, year, dotted, clocklike } => {
                let index = self.draft.days.len();
                for &waiting in &self.waiting {
                    if let Some(day) = self.draft.days.get_mut(waiting) {
                        day.like = Some(index);
                    }
                }
                self.waiting.clear();
                let clocklike = clocklike && second.is_multiple_of(MINUTE_STEP);
                self.add(Day { pair: Some((first, second, dotted)), year, clocklike, ..Day::default() });
                self.pair = Some(index);
            }
            Atom::Stamp(stamp) => self.add(Day { stamp: Some(stamp), ..Day::default() }),
            Atom::Relative(days) => self.add(Day { relative: Some(days), ..Day::default() }),
            Atom::Clock(clock) => self.clock(clock),
            Atom::Label { label, colon } => {
                self.aside = false;
                let opens = self.draft.days.is_empty() && self.marks.is_empty() && self.weekdays.is_empty();
                self.draft.until |= label == Label::End && opens && !matches!(atoms.get(at + 1), Some(Atom::Clock(_)));
                self.marks.push((Mark::Label { label, colon }, self.gap));
                (self.gap, self.link) = (false, Link::default());
            }
            Atom::Link(link) => {
                self.draft.until |=
                    link.until && self.draft.days.is_empty() && self.marks.is_empty() && self.weekdays.is_empty();
                self.link.to |= link.to || (link.and && self.between);
                self.link.and |= link.and && !self.between;
                self.link.at |= link.at;
                self.link.from |= link.from;
                self.between = (self.between && !link.and) || link.between;
            }
            Atom::Pause => self.gap = true,
            Atom::Break => {
                self.gap = true;
                self.aside = false;
            }
            Atom::Season(year) => self.draft.season = Some(year),
            Atom::Weekly => self.draft.weekly = true,
            Atom::Former | Atom::Aside => self.aside = true,
            Atom::Resume => self.aside = false,
            Atom::Replaced => {
                self.draft.days.clear();
                self.draft.times.clear();
                self.marks.clear();
                self.waiting.clear();
                self.weekdays.clear();
                (self.month, self.pair, self.aside) = (None, None, false);
            }
            Atom::Untimed => {}
            Atom::Other => self.interrupt(),
        }
    }

    fn add(&mut self, day: Day) {
        if self.draft.days.len() >= MOST_DAYS {
            return;
        }
        let weekday = if self.weekdays.is_empty() { None } else { Some(self.weekdays.remove(0)) };
        let to = self.link.to && !self.last_was_clock_only() && !self.draft.days.is_empty();
        self.draft.days.push(Day { weekday: day.weekday.or(weekday), year: day.year.or(self.year.take()), to, ..day });
        (self.link, self.gap, self.last_was_clock, self.fresh_month) = (Link::default(), true, false, false);
    }

    /// Whether "to" would stand between a bare time and a day, and so is only a dash.
    fn last_was_clock_only(&self) -> bool {
        self.last_was_clock && self.draft.times.iter().all(|t| t.day.is_none())
    }

    fn number(&mut self, atoms: &[Atom], at: usize, number: u8, ordinal: bool, wide: bool) {
        let next = atoms.get(at + 1);
        // `2 de abril`: "de" says nothing here.
        let of = usize::from(matches!(next, Some(Atom::Link(Link { to: false, and: false, at: false, .. }))));
        let own_month = matches!(atoms.get(at + 1 + of), Some(Atom::Month(_)))
            && (self.day_first || !matches!(atoms.get(at + 2 + of), Some(Atom::Day { .. })));
        let after_month =
            matches!(at.checked_sub(1).and_then(|i| atoms.get(i)), Some(Atom::Month(_) | Atom::MonthOrWeekday(..)))
                || matches!(
                    (at.checked_sub(2).and_then(|i| atoms.get(i)), at.checked_sub(1).and_then(|i| atoms.get(i))),
                    (Some(Atom::Month(_)), Some(Atom::Pause))
                );
        if self.day_first && self.month.is_some() && after_month && !own_month && !self.link.to && !self.link.and {
            if !wide || ordinal {
                return;
            }
            let year = 2000 + i32::from(number);
            if (self.this_year - 2..=self.this_year + 3).contains(&year) {
                self.year(year);
            }
            return;
        }
        if !(1..=31).contains(&number) {
            return self.interrupt();
        }
        let index = self.draft.days.len();
        let listed = self.gap && matches!(next, None | Some(Atom::Pause | Atom::Break | Atom::Link(_)));
        let linked = self.link.to || self.link.and || listed;
        match (self.month, self.pair) {
            (Some(month), _) if !own_month => {
                // `Mar 14 - 3 bands`: a range does not run backwards.
                let backwards = self.link.to
                    && self
                        .draft
                        .days
                        .last()
                        .is_some_and(|d| d.month == Some(month) && d.day.is_some_and(|day| day > number));
                if backwards || (!linked && !self.fresh_month) {
                    return;
                }
                self.add(Day { day: Some(number), month: Some(month), ..Day::default() });
            }
            (None, Some(pair)) if !own_month && (self.link.to || self.link.and) => {
                self.add(Day { day: Some(number), like: Some(pair), ..Day::default() });
            }
            _ => {
                self.add(Day { day: Some(number), ..Day::default() });
                self.waiting.push(index);
            }
        }
    }

    fn month(&mut self, month: u8) {
        self.months = true;
        self.pair = None;
        self.day_first = !self.waiting.is_empty();
        for waiting in self.waiting.drain(..) {
            if let Some(day) = self.draft.days.get_mut(waiting) {
                day.month = Some(month);
            }
        }
        self.fresh_month = !self.day_first;
        self.month = Some(month);
    }

    fn weekday(&mut self, atoms: &[Atom], at: usize, weekday: u8) {
        // `Mon-Fri 10-6` are opening hours, unless a month follows.
        let before = |steps: usize| at.checked_sub(steps).and_then(|i| atoms.get(i));
        self.draft.weekly |=
            matches!((before(2), before(1)), (Some(Atom::Weekday(_)), Some(Atom::Link(Link { to: true, .. }))));
        let last = self.draft.days.last_mut().filter(|d| {
            d.weekday.is_none() && d.day.is_some_and(|_| d.is_placed()) | d.pair.is_some() | d.stamp.is_some()
        });
        match last {
            Some(day) if !day_follows(atoms, at) => day.weekday = Some(weekday),
            _ => self.weekdays.push(weekday),
        }
    }

    fn year(&mut self, year: i32) {
        match self.draft.days.last_mut() {
            Some(day) if day.year.is_none() && day.stamp.is_none() && day.relative.is_none() => day.year = Some(year),
            Some(_) => {}
            None => self.year = Some(year),
        }
    }

    fn clock(&mut self, clock: Clock) {
        let index = self.draft.times.len();
        let to = self.link.to && self.last_was_clock;
        self.draft.times.push(Timed { clock, day: self.draft.days.len().checked_sub(1), label: None, to });
        self.marks.push((Mark::Clock(index), self.gap));
        (self.gap, self.link, self.last_was_clock) = (false, Link::default(), true);
    }

    /// A word that belongs to no date ends the group: days no longer share a month.
    fn interrupt(&mut self) {
        self.gap = true;
        (self.month, self.pair, self.link, self.last_was_clock, self.between) =
            (None, None, Link::default(), false, false);
        self.drop_waiting();
    }

    /// Days that found no month stay only with their weekday ("Fri 15"); the first bare number is remembered.
    fn drop_waiting(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        for &index in waiting.iter().rev() {
            let Some(day) = self.draft.days.get(index) else { continue };
            if day.weekday.is_none() && !day.is_placed() && index + 1 == self.draft.days.len() {
                self.draft.number = day.day;
                self.draft.days.pop();
                for time in &mut self.draft.times {
                    time.day = time.day.filter(|d| *d < index);
                }
            }
        }
    }

    fn finish(mut self) -> Draft {
        if let Some(month) = self.month {
            for index in std::mem::take(&mut self.waiting) {
                if let Some(day) = self.draft.days.get_mut(index) {
                    day.month = Some(month);
                }
            }
        }
        self.drop_waiting();
        // A weekday that came before its number ("Friday, the 15th ... of November") or after everything else.
        if let [weekday] = self.weekdays.as_slice()
            && let Some(day) = self.draft.days.last_mut().filter(|d| d.weekday.is_none())
        {
            day.weekday = Some(*weekday);
            self.weekdays.clear();
        }
        self.draft.month_only = self.months && self.draft.days.is_empty();
        self.draft.weekdays = self.weekdays;
        bind(&self.marks, &mut self.draft.times);
        self.draft
    }
}

/// Whether `mar` at `at` is a weekday: a day and then a month follow, or the days before it have no month to take from it.
fn is_weekday(atoms: &[Atom], at: usize, waiting: bool) -> bool {
    if waiting {
        return false;
    }
    match (atoms.get(at + 1), atoms.get(at + 2), atoms.get(at + 3)) {
        (Some(Atom::Day { .. }), Some(Atom::Month(_) | Atom::MonthOrWeekday(..)), after) => {
            !matches!(after, Some(Atom::Day { .. }))
        }
        (Some(Atom::Pair { .. } | Atom::Stamp(_)), ..) => true,
        _ => false,
    }
}

/// Whether a day that the weekday at `at` belongs to comes right behind it.
fn day_follows(atoms: &[Atom], at: usize) -> bool {
    atoms.iter().skip(at + 1).find(|a| !matches!(a, Atom::Pause | Atom::Break)).is_some_and(|a| {
        matches!(a, Atom::Day { .. } | Atom::Month(_) | Atom::MonthOrWeekday(..) | Atom::Pair { .. } | Atom::Stamp(_))
    })
}
