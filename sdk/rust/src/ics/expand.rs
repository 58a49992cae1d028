//! The starts of what repeats: rules, further dates and exceptions together, within a span of days.
//!
//! A rule without an end is read as far as the span goes. Steps and results are bounded, so that no rule can run for long; where a
//! bound cuts something off, the answer says so.

use super::{Frequency, Rule, Stamp, Wall};
use crate::Date;

/// Periods of a rule that are looked at: a daily rule of 54 years that has to be counted from its start.
const STEPS: i32 = 20_000;
/// What a UTC `UNTIL` may be off where the zone's offset is not known: an evening's rule is read right in every zone.
const UNKNOWN_OFFSET: i64 = 12 * 3600;
/// Further starts, and exceptions, that are looked at: each is compared with each. Two of every day of three years.
const MOST_DATES: usize = 2_000;
/// How far east or west of UTC a wall clock can be.
const FARTHEST: i64 = 14 * 3600;

/// Days that are asked for, both included, and the most starts in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// The most starts.
    pub most: usize,
}

/// What repeats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// The first start, always one of the series.
    pub start: Stamp,
    /// Rules.
    pub rules: Vec<Rule>,
    /// Further starts (`RDATE`).
    pub dates: Vec<Stamp>,
    /// Starts that are left out (`EXDATE`). A day leaves out all of that day.
    pub except: Vec<Stamp>,
    /// How far the start's wall clock is east of UTC, in seconds, where that is known.
    pub east: Option<i64>,
}

/// The starts within a span.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expanded {
    /// In order, each once.
    pub starts: Vec<Stamp>,
    /// The last start before the span, if the series had begun by then.
    pub before: Option<Date>,
    /// There were more than the span's most, or more dates than are looked at.
    pub cut: bool,
}

impl Series {
    /// The starts within the span.
    #[must_use]
    pub fn within(&self, span: &Span) -> Expanded {
        let mut walls = vec![self.start.wall()];
        walls.extend(self.dates.iter().take(MOST_DATES).map(|date| self.on_own_clock(*date)));
        let mut cut = self.dates.len() > MOST_DATES || self.except.len() > MOST_DATES;
        for rule in &self.rules {
            cut |= self.follow(rule, span, &mut walls);
        }
        walls.sort_unstable();
        walls.dedup();
        walls.retain(|wall| !self.is_left_out(*wall));
        let mut expanded = Expanded { cut, ..Expanded::default() };
        for wall in walls {
            let day = wall.day();
            if day < span.from {
                expanded.before = Some(day);
            } else if day <= span.to {
                if expanded.starts.len() >= span.most {
                    expanded.cut = true;
                    break;
                }
                expanded.starts.push(self.start.moved_to(wall));
            }
        }
        expanded
    }

    /// A stamp on the wall clock of the start. A day alone gets the start's time.
    fn on_own_clock(&self, stamp: Stamp) -> Wall {
        match stamp {
            Stamp::Day(day) => Wall::at(day, self.start.wall().seconds()),
            Stamp::Wall(wall) => wall,
            Stamp::Instant(seconds, east) => Wall(seconds + self.own_east().unwrap_or(east)),
        }
    }

    fn own_east(&self) -> Option<i64> {
        match self.start {
            Stamp::Instant(_, east) => Some(east),
            Stamp::Day(_) | Stamp::Wall(_) => self.east,
        }
    }

    fn is_left_out(&self, wall: Wall) -> bool {
        self.except.iter().take(MOST_DATES).any(|except| match (except, self.own_east()) {
            (Stamp::Day(day), _) => *day == wall.day(),
            (Stamp::Wall(other), _) => *other == wall || self.start_is_day() && other.day() == wall.day(),
            // Summer time may lie between the offset known and this day.
            (Stamp::Instant(at, _), Some(east)) => (at + east - wall.0).abs() <= 3600,
            (Stamp::Instant(at, _), None) => (at - wall.0).abs() <= FARTHEST,
        })
    }

    const fn start_is_day(&self) -> bool {
        matches!(self.start, Stamp::Day(_))
    }

    /// Adds what a rule names up to the span's end; whether it had to be cut.
    fn follow(&self, rule: &Rule, span: &Span, walls: &mut Vec<Wall>) -> bool {
        let first = self.start.wall();
        let until = rule.until.map(|until| match (until, self.own_east()) {
            (Stamp::Day(day), _) => Wall::at(day, 86_399),
            (Stamp::Wall(wall), _) => wall,
            (Stamp::Instant(at, _), Some(east)) => Wall(at + east + 3600),
            (Stamp::Instant(at, _), None) => Wall(at + UNKNOWN_OFFSET),
        });
        // The start is the first of the series, whether the rule names it or not.
        let mut counted: u32 = 1;
        let reached = until.map_or(span.from, |until| until.day().min(span.from));
        let begin = if rule.count.is_some() { 0 } else { steps_before(rule, first.day(), reached) };
        let before = walls.len();
        for step in begin..begin.saturating_add(STEPS) {
            let opens = opens(rule, first.day(), step);
            if opens > span.to || until.is_some_and(|until| opens > until.day()) {
                return false;
            }
            for wall in occurrences(rule, first, step) {
                if wall <= first {
                    continue;
                }
                if wall.day() > span.to
                    || until.is_some_and(|until| wall > until)
                    || rule.count.is_some_and(|count| counted >= count)
                {
                    return false;
                }
                counted += 1;
                // Of those before the span only the last is of interest.
                if wall.day() < span.from && walls.len() > before {
                    walls.truncate(before);
                }
                walls.push(wall);
            }
            // Exceptions may leave room for as many again.
            if walls.len() > before + span.most.saturating_mul(2) {
                return true;
            }
        }
        true
    }
}

/// Periods that certainly lie before a day.
fn steps_before(rule: &Rule, first: Date, day: Date) -> i32 {
    let ahead = match rule.frequency {
        Frequency::Daily => day.days_since_epoch() - first.days_since_epoch(),
        Frequency::Weekly => (day.days_since_epoch() - first.days_since_epoch()) / 7,
        Frequency::Monthly => (day.year - first.year) * 12 + i32::from(day.month) - i32::from(first.month),
        Frequency::Yearly => day.year - first.year,
    };
    // Two periods earlier, so that the last start before the span is seen as well.
    (ahead / rule.interval - 2).max(0)
}

/// The first day of a step's period.
fn opens(rule: &Rule, first: Date, step: i32) -> Date {
    let ahead = rule.interval.saturating_mul(step);
    match rule.frequency {
        Frequency::Daily => first.plus_days(ahead),
        Frequency::Weekly => {
            let into_week = (i32::from(first.weekday()) - i32::from(rule.week_start)).rem_euclid(7);
            first.plus_days(ahead.saturating_mul(7).saturating_sub(into_week))
        }
        Frequency::Monthly => month_after(first, ahead),
        Frequency::Yearly => Date { year: first.year.saturating_add(ahead).min(9999), month: 1, day: 1 },
    }
}

/// The first day of the month so many months later.
fn month_after(day: Date, months: i32) -> Date {
    let count = (day.year * 12 + i32::from(day.month) - 1).saturating_add(months).min(9999 * 12 + 11);
    let month = u8::try_from(count.rem_euclid(12) + 1).unwrap_or(1);
    Date { year: count.div_euclid(12), month, day: 1 }
}

/// What a rule names in one step, in order.
fn occurrences(rule: &Rule, first: Wall, step: i32) -> Vec<Wall> {
    let mut days = days(rule, first.day(), step);
    days.sort_unstable();
    days.dedup();
    let clock = first.seconds();
    let hours = if rule.hours.is_empty() { vec![clock / 3600] } else { rule.hours.clone() };
    let minutes = if rule.minutes.is_empty() { vec![clock / 60 % 60] } else { rule.minutes.clone() };
    let mut walls: Vec<Wall> = Vec::new();
    for day in days {
        for hour in &hours {
            walls.extend(minutes.iter().map(|minute| Wall::at(day, hour * 3600 + minute * 60 + clock % 60)));
        }
    }
    walls.sort_unstable();
    if rule.positions.is_empty() {
        return walls;
    }
    let mut chosen: Vec<Wall> = rule.positions.iter().filter_map(|at| nth(&walls, *at)).collect();
    chosen.sort_unstable();
    chosen.dedup();
    chosen
}

/// The first by 1, the last by -1.
fn nth<T: Copy>(list: &[T], at: i32) -> Option<T> {
    let index = usize::try_from(at.unsigned_abs()).ok()?.checked_sub(1)?;
    if at > 0 { list.get(index).copied() } else { list.iter().rev().nth(index).copied() }
}

fn days(rule: &Rule, first: Date, step: i32) -> Vec<Date> {
    let opens = opens(rule, first, step);
    let in_months = |day: &Date| rule.months.is_empty() || rule.months.contains(&day.month);
    match rule.frequency {
        Frequency::Daily => {
            let named = |day: &Date| {
                let last = i32::from(day.last_of_month().day);
                let number = i32::from(day.day);
                (rule.month_days.is_empty() || rule.month_days.iter().any(|n| *n == number || *n == number - last - 1))
                    && (rule.days.is_empty() || rule.days.iter().any(|(_, weekday)| *weekday == day.weekday()))
            };
            Some(opens).filter(in_months).filter(named).into_iter().collect()
        }
        Frequency::Weekly => {
            let own = [(None, first.weekday())];
            let days = if rule.days.is_empty() { own.as_slice() } else { rule.days.as_slice() };
            let of = |(_, weekday): &(Option<i32>, u8)| {
                opens.plus_days((i32::from(*weekday) - i32::from(rule.week_start)).rem_euclid(7))
            };
            days.iter().map(of).filter(in_months).collect()
        }
        Frequency::Monthly => {
            Some(opens).filter(in_months).map(|month| of_month(rule, first, month)).unwrap_or_default()
        }
        Frequency::Yearly => of_year(rule, first, opens),
    }
}

fn of_year(rule: &Rule, first: Date, opens: Date) -> Vec<Date> {
    if !rule.year_days.is_empty() {
        let last = Date { month: 12, day: 31, ..opens };
        let of = |n: &i32| if *n > 0 { opens.plus_days(n - 1) } else { last.plus_days(n + 1) };
        return rule.year_days.iter().map(of).filter(|day| day.year == opens.year).collect();
    }
    let weekdays_of_year = rule.months.is_empty() && rule.month_days.is_empty() && !rule.days.is_empty();
    if weekdays_of_year {
        let all: Vec<Date> = (0..366).map(|n| opens.plus_days(n)).filter(|day| day.year == opens.year).collect();
        return weekdays(rule, &all);
    }
    let months = match (rule.months.is_empty(), rule.month_days.is_empty()) {
        (true, true) => vec![first.month],
        (true, false) => (1..=12).collect(),
        (false, _) => rule.months.clone(),
    };
    months.into_iter().flat_map(|month| of_month(rule, first, Date { month, ..opens })).collect()
}

/// The days that a rule names in a month, of which `month` is the first day.
fn of_month(rule: &Rule, first: Date, month: Date) -> Vec<Date> {
    let last = month.last_of_month().day;
    let all: Vec<Date> = (1..=last).map(|day| Date { day, ..month }).collect();
    if !rule.month_days.is_empty() {
        let named = rule.month_days.iter().filter_map(|at| nth(&all, *at));
        let fits = |day: &Date| rule.days.is_empty() || rule.days.iter().any(|(_, weekday)| *weekday == day.weekday());
        return named.filter(fits).collect();
    }
    if !rule.days.is_empty() {
        return weekdays(rule, &all);
    }
    // A month that has no such day is passed over.
    all.into_iter().filter(|day| day.day == first.day).collect()
}

/// Every one of a weekday, or the second, or the last.
fn weekdays(rule: &Rule, all: &[Date]) -> Vec<Date> {
    let mut days = Vec::new();
    for (which, weekday) in &rule.days {
        let of: Vec<Date> = all.iter().copied().filter(|day| day.weekday() == *weekday).collect();
        match which {
            Some(at) => days.extend(nth(&of, *at)),
            None => days.extend(of),
        }
    }
    days
}

#[cfg(test)]
mod tests {
    use super::*;

    const YEAR: (&str, &str) = ("2026-05-01", "2027-04-30");

    fn read(rule: &str, start: &str, (from, to): (&str, &str)) -> Vec<String> {
        expand(rule, start, (from, to), &[]).starts.iter().map(|start| start.wall().day().to_string()).collect()
    }

    fn expand(rule: &str, start: &str, (from, to): (&str, &str), except: &[&str]) -> Expanded {
        let series = Series {
            start: Stamp::parse(start).unwrap(),
            rules: vec![Rule::parse(rule).unwrap()],
            dates: Vec::new(),
            except: except.iter().map(|text| Stamp::parse(text).unwrap()).collect(),
            east: None,
        };
        series.within(&Span { from: from.parse().unwrap(), to: to.parse().unwrap(), most: 100 })
    }

    #[test]
    fn the_examples_of_the_standard_give_its_days() {
        let may = ("2026-05-01", "2026-05-31");
        assert_eq!(
            read("FREQ=WEEKLY;BYDAY=FR", "20200103T200000", ("2026-05-01", "2026-05-16")),
            ["2026-05-01", "2026-05-08", "2026-05-15"]
        );
        assert_eq!(
            read("FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=TU,SU", "20260505T200000", may),
            ["2026-05-05", "2026-05-17", "2026-05-19", "2026-05-31"]
        );
        assert_eq!(
            read("FREQ=MONTHLY;BYDAY=-1SA", "20260328T200000", ("2026-05-01", "2026-07-01")),
            ["2026-05-30", "2026-06-27"]
        );
        assert_eq!(
            read("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", "20260528T200000", ("2026-05-01", "2026-07-01")),
            ["2026-05-28", "2026-06-29"]
        );
        assert_eq!(read("FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR", "20260213T200000", YEAR), ["2026-11-13"]);
        assert_eq!(read("FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "20201126T200000", YEAR), ["2026-11-26"]);
        assert_eq!(read("FREQ=YEARLY", "20240229", ("2025-01-01", "2028-12-31")), ["2028-02-29"]);
        assert_eq!(
            read("FREQ=YEARLY;BYDAY=20MO", "19970519", ("1997-01-01", "1998-12-31")),
            ["1997-05-19", "1998-05-18"]
        );
        assert_eq!(read("FREQ=MONTHLY", "20260131", ("2026-02-01", "2026-05-30")), ["2026-03-31"]);
        assert_eq!(
            read("FREQ=DAILY;BYMONTH=1;COUNT=3", "20260130", ("2026-01-01", "2027-12-31")),
            ["2026-01-30", "2026-01-31", "2027-01-01"]
        );
    }

    #[test]
    fn a_count_is_counted_from_the_start_and_an_end_is_included() {
        let all = ("2026-01-01", "2026-12-31");
        assert_eq!(read("FREQ=DAILY;COUNT=3", "20260501T200000", ("2026-05-03", "2026-12-31")), ["2026-05-03"]);
        assert_eq!(read("FREQ=DAILY;UNTIL=20260502T200000", "20260501T200000", all).len(), 2);
        assert_eq!(read("FREQ=DAILY;UNTIL=20260502", "20260501T200000", all).len(), 2);
        // In UTC, from New York and from Berlin, where no offset is known.
        assert_eq!(read("FREQ=DAILY;UNTIL=20260503T000000Z", "20260501T200000", all).len(), 2);
        assert_eq!(read("FREQ=DAILY;UNTIL=20260502T180000Z", "20260501T200000", all).len(), 2);
    }

    #[test]
    fn exceptions_leave_out_a_time_or_a_day() {
        let span = ("2026-05-01", "2026-05-31");
        let left = |except: &[&str]| expand("FREQ=WEEKLY", "20260501T200000", span, except).starts.len();
        assert_eq!(left(&[]), 5);
        assert_eq!(left(&["20260508T200000", "20260515"]), 3);
        assert_eq!(left(&["20260509T000000Z"]), 4, "in UTC");
        assert_eq!(left(&["20260508T190000"]), 5, "another time");
    }

    #[test]
    fn a_series_that_is_over_tells_its_last_day() {
        let over = expand("FREQ=WEEKLY;UNTIL=20200131", "20200103T200000", YEAR, &[]);
        assert_eq!((over.starts.len(), over.before.map(|day| day.to_string())), (0, Some("2020-01-31".to_owned())));
    }

    #[test]
    fn endless_and_empty_rules_come_to_an_end() {
        let long = ("2026-05-01", "9999-12-31");
        assert!(expand("FREQ=DAILY", "20260501T200000", long, &[]).cut);
        let never = expand("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "20260501T200000", long, &[]);
        assert_eq!(never.starts.len(), 1, "the start alone");
        let old = expand("FREQ=DAILY;COUNT=4000000000", "00010101T200000", ("9998-01-01", "9999-12-31"), &[]);
        assert!(old.cut);
        assert!(read("FREQ=WEEKLY;INTERVAL=10000", "99991231", ("9999-01-01", "9999-12-31")).len() == 1);
    }
}
