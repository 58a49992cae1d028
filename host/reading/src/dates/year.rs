//! Years that are not printed, and the order of `03/04`.
//!
//! A year follows from the weekday; else from the neighbours in a list, which goes forward; else from the reference day: event lists
//! look ahead, and only what is at most about a month past stays in this year.

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// Days before the reference day that still count as this year's: lists keep last month's shows on their page for a while, and
/// hardly any announces one eleven months ahead.
pub(super) const LOOK_BACK_DAYS: u64 = 35;

/// Days that a list may step back from one entry to the next: small disorder is common, a season back is the next year.
const STEP_BACK_DAYS: i64 = 92;

/// Years that a list may span before its order is taken for disorder.
const LONGEST_LIST_YEARS: i32 = 3;

/// A day whose year is to be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot {
    pub(super) month: u8,
    pub(super) day: u8,
    pub(super) weekday: Option<u8>,
    /// The year, where it is printed; after [`infer`] always, unless the day exists in no year.
    pub(super) year: Option<i32>,
}

impl Slot {
    fn on(&self, year: i32) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(year, u32::from(self.month), u32::from(self.day))
    }

    pub(super) fn date(&self) -> Option<NaiveDate> {
        self.year.and_then(|year| self.on(year))
    }

    /// Whether the printed weekday, if any, is that of the day in `year`.
    fn agrees(&self, year: i32) -> bool {
        self.on(year).is_some_and(|date| self.weekday.is_none_or(|w| number(date.weekday()) == w))
    }

    /// The year that only the weekday allows, of last year, this one and the two to come; nearest to what a list shows first.
    fn by_weekday(&self, today: NaiveDate) -> Option<i32> {
        self.weekday?;
        let floor = look_back(today);
        let forward = (today.year() - 1..=today.year() + 1).filter(|y| self.on(*y).is_some_and(|d| d >= floor));
        let back = (today.year() - 1..=today.year()).rev();
        forward.chain(back).find(|y| self.agrees(*y))
    }

    /// The first year in which the day is not more than about a month past.
    fn forward(&self, today: NaiveDate) -> Option<i32> {
        let floor = look_back(today);
        // Eight years: 29 February, over the year 2100.
        (today.year() - 1..=today.year() + 8).find(|y| self.on(*y).is_some_and(|d| d >= floor))
    }

    /// The year that puts the day closest behind `previous`, with some disorder allowed.
    fn after(&self, previous: NaiveDate) -> Option<i32> {
        (previous.year() - 1..=previous.year() + 8)
            .find(|y| self.on(*y).is_some_and(|d| (d - previous).num_days() >= -STEP_BACK_DAYS))
    }

    /// The year that puts the day closest before `next`.
    fn before(&self, next: NaiveDate) -> Option<i32> {
        (next.year() - 8..=next.year() + 1)
            .rev()
            .find(|y| self.on(*y).is_some_and(|d| (next - d).num_days() >= -STEP_BACK_DAYS))
    }
}

fn look_back(today: NaiveDate) -> NaiveDate {
    today.checked_sub_days(Days::new(LOOK_BACK_DAYS)).unwrap_or(today)
}

/// 1 (Monday) to 7 (Sunday).
pub(super) fn number(weekday: Weekday) -> u8 {
    u8::try_from(weekday.number_from_monday()).unwrap_or(1)
}

/// Fills in the years. With `ordered` the slots stand in the order of a list.
pub(super) fn infer(slots: &mut [Slot], today: NaiveDate, ordered: bool) {
    let printed: Vec<bool> = slots.iter().map(|s| s.year.is_some()).collect();
    for slot in slots.iter_mut().filter(|s| s.year.is_none()) {
        slot.year = slot.by_weekday(today);
    }
    if ordered && slots.len() > 1 {
        if descends(slots) {
            slots.reverse();
            chain(slots, today);
            slots.reverse();
        } else {
            chain(slots, today);
        }
        let years = || slots.iter().filter_map(|s| s.year);
        let (first, last) = (years().min().unwrap_or_default(), years().max().unwrap_or_default());
        if last - first > LONGEST_LIST_YEARS {
            for (slot, _) in slots.iter_mut().zip(&printed).filter(|(_, printed)| !**printed) {
                slot.year = slot.by_weekday(today);
            }
        }
    }
    for slot in slots.iter_mut().filter(|s| s.year.is_none()) {
        slot.year = slot.forward(today);
    }
}

/// Whether a list runs from the latest to the earliest: most steps within a year go back.
fn descends(slots: &[Slot]) -> bool {
    let position = |s: &Slot| i32::from(s.month) * 31 + i32::from(s.day);
    let steps = slots.iter().zip(slots.iter().skip(1)).map(|(a, b)| position(b) - position(a));
    let (mut up, mut down) = (0, 0);
    for step in steps {
        match step {
            1.. => up += 1,
            ..=-1 => down += 1,
            0 => {}
        }
    }
    down >= 2 && down > 2 * up
}

/// Carries years from entry to entry, from those that are known or, where none is, from the start that fits the reference day best.
fn chain(slots: &mut [Slot], today: NaiveDate) {
    if slots.iter().all(|s| s.date().is_none()) {
        anchor(slots, today);
    }
    let mut previous: Option<NaiveDate> = None;
    for slot in slots.iter_mut() {
        if slot.year.is_none() {
            slot.year = previous.and_then(|p| slot.after(p));
        }
        previous = slot.date().or(previous);
    }
    let mut next: Option<NaiveDate> = None;
    for slot in slots.iter_mut().rev() {
        if slot.year.is_none() {
            slot.year = next.and_then(|n| slot.before(n));
        }
        next = slot.date().or(next);
    }
}

/// Sets the first entry's year: the one closest to the reference day for which the list does not end more than about a month before it.
fn anchor(slots: &mut [Slot], today: NaiveDate) {
    let floor = look_back(today);
    let last_of = |year: i32| {
        let mut previous = slots.first().and_then(|s| s.on(year))?;
        for slot in slots.iter().skip(1) {
            previous = slot.after(previous).and_then(|y| slot.on(y)).unwrap_or(previous);
        }
        Some(previous)
    };
    let best = (today.year() - 2..=today.year() + 8)
        .filter(|year| last_of(*year).is_some_and(|last| last >= floor))
        .filter_map(|year| slots.first().and_then(|s| s.on(year)).map(|first| ((first - today).num_days().abs(), year)))
        .min();
    if let (Some(first), Some((_, year))) = (slots.first_mut(), best) {
        first.year = Some(year);
    }
}

/// Which of two numbers is the day, as far as one date can tell: one of them is over 12, both are equal, or only one order has the
/// printed weekday. `Some(true)`: the first is the day.
pub(super) fn day_first(
    first: u8,
    second: u8,
    weekday: Option<u8>,
    year: Option<i32>,
    today: NaiveDate,
) -> Option<bool> {
    if first > 12 || first == second {
        return Some(true);
    }
    if second > 12 {
        return Some(false);
    }
    weekday?;
    let fits = |day: u8, month: u8| {
        let slot = Slot { month, day, weekday, year };
        match year {
            Some(year) => slot.agrees(year),
            None => {
                let floor = look_back(today);
                (today.year() - 1..=today.year() + 1)
                    .any(|y| slot.agrees(y) && slot.on(y).is_some_and(|d| d >= floor && (d - today).num_days() < 366))
            }
        }
    };
    match (fits(first, second), fits(second, first)) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    fn inferred(days: &[(u8, u8)], today: NaiveDate, ordered: bool) -> Vec<i32> {
        let mut slots: Vec<Slot> =
            days.iter().map(|&(month, day)| Slot { month, day, weekday: None, year: None }).collect();
        infer(&mut slots, today, ordered);
        slots.iter().map(|s| s.year.unwrap()).collect()
    }

    #[test]
    fn a_day_of_last_month_stays_in_this_year_and_an_older_one_is_next_years() {
        let today = day(2024, 8, 1);
        assert_eq!(inferred(&[(7, 5)], today, false), [2024]);
        assert_eq!(inferred(&[(4, 25)], today, false), [2025]);
    }

    #[test]
    fn a_list_that_passes_new_year_goes_on_in_the_next_year() {
        assert_eq!(inferred(&[(11, 20), (12, 31), (1, 2), (3, 9)], day(2024, 11, 1), true), [2024, 2024, 2025, 2025]);
    }

    #[test]
    fn a_list_from_the_latest_to_the_earliest_is_understood() {
        assert_eq!(inferred(&[(2, 9), (1, 20), (12, 31), (12, 5)], day(2024, 12, 1), true), [2025, 2025, 2024, 2024]);
    }

    #[test]
    fn the_29th_of_february_waits_for_a_leap_year() {
        assert_eq!(inferred(&[(2, 29)], day(2025, 1, 10), false), [2028]);
        assert_eq!(inferred(&[(2, 28), (2, 29), (3, 1)], day(2028, 1, 10), true), [2028, 2028, 2028]);
    }

    #[test]
    fn a_weekday_tells_which_of_two_numbers_is_the_day() {
        // 3 April 2026 is a Friday, 4 March 2026 a Wednesday.
        assert_eq!(day_first(3, 4, Some(5), Some(2026), day(2026, 1, 1)), Some(true));
        assert_eq!(day_first(3, 4, Some(3), Some(2026), day(2026, 1, 1)), Some(false));
        assert_eq!(day_first(3, 4, Some(1), Some(2026), day(2026, 1, 1)), None);
        assert_eq!(day_first(3, 4, None, Some(2026), day(2026, 1, 1)), None);
    }
}
