//! The answer: days and times of a text as moments.

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, Utc};
use marquee_model::Moment;

use super::{
    Inferred, When,
    draft::{Day, Draft, Timed},
    hours::{Settled, place, settle, sort},
    stamp::Anchor,
};

/// A day on the calendar, and how much of it was printed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dated {
    pub(super) date: NaiveDate,
    pub(super) weekday: Option<u8>,
    /// A machine form: its small hours mean what they say.
    pub(super) machine: bool,
    pub(super) to: bool,
    pub(super) stamp: Option<super::stamp::Stamp>,
    pub(super) year_inferred: bool,
    pub(super) month_inferred: bool,
    pub(super) day_inferred: bool,
}

impl Dated {
    pub(super) const fn of(date: NaiveDate, day: &Day) -> Self {
        Self {
            date,
            weekday: day.weekday,
            machine: day.stamp.is_some(),
            to: day.to,
            stamp: day.stamp,
            year_inferred: false,
            month_inferred: false,
            day_inferred: false,
        }
    }
}

/// An epoch is an instant and nothing else.
pub(super) fn instant(at: DateTime<Utc>) -> When {
    When {
        start: Moment::Instant(at),
        doors: None,
        end: None,
        more: Vec::new(),
        weekday: None,
        inferred: Inferred::default(),
    }
}

/// One day with its times.
struct Evening {
    start: Moment,
    doors: Option<Moment>,
    end: Option<Moment>,
    further: Vec<Moment>,
    meridiem: bool,
    night: bool,
}

/// Puts days and times together. `None`: no day, which callers rule out.
pub(super) fn when(draft: &Draft, days: &[Dated], twelve_hours: bool) -> Option<When> {
    let first = days.first()?;
    let settled = settle(&draft.times, twelve_hours);
    let anchor = draft.times.iter().find_map(|t| t.clock.anchor);
    let range = matches!(days, [_, second] if second.to && second.date >= first.date);
    // A day that is printed twice, in words and in numbers, is one day.
    let same = |index: usize| {
        days.iter().position(|d| days.get(index).is_some_and(|other| other.date == d.date)).unwrap_or(index)
    };
    let owner = |time: &Timed| time.day.map_or(0, same);
    let groups: Vec<Vec<(usize, Timed)>> = days
        .iter()
        .enumerate()
        .map(|(index, _)| draft.times.iter().copied().enumerate().filter(|(_, t)| owner(t) == index).collect())
        .collect();
    // Times behind the last of several days are for all of them: a day without its own takes the next that follows, else the last.
    let times_of = |index: usize| {
        let own = |i: &usize| groups.get(*i).is_some_and(|g| !g.is_empty());
        (index..days.len())
            .find(own)
            .or_else(|| (0..index).rev().find(own))
            .and_then(|i| groups.get(i))
            .map_or(&[][..], Vec::as_slice)
    };
    let evening_of = |index: usize, day: &Dated| evening(day, times_of(index), &settled, anchor);
    let opening = evening_of(0, first);
    let mut more = opening.further;
    let mut end = opening.end;
    if let (true, Some((index, last))) = (range, days.iter().enumerate().nth(1)) {
        let own = groups.get(index).is_some_and(|g| !g.is_empty()) && groups.first().is_some_and(|g| !g.is_empty());
        end = behind(&opening.start, closing(last, index, own, &groups, &settled, anchor, end.is_some()));
    } else {
        for (index, day) in days.iter().enumerate().skip(1).filter(|(index, _)| same(*index) == *index) {
            let evening = evening_of(index, day);
            more.push(evening.start);
            more.extend(evening.further);
        }
    }
    Some(When {
        start: opening.start,
        doors: opening.doors,
        end,
        more,
        weekday: first.weekday,
        inferred: Inferred {
            year: first.year_inferred,
            month: first.month_inferred,
            day: first.day_inferred,
            meridiem: opening.meridiem,
            night: opening.night,
        },
    })
}

/// An end that is not before the start: `15 Nov 22:00 - 15 Nov 02:00` ends a day later, and a range from a day to itself has no end.
fn behind(start: &Moment, end: Moment) -> Option<Moment> {
    match (start, end) {
        (Moment::Local(start), Moment::Local(end)) if end <= *start => {
            end.checked_add_days(Days::new(1)).filter(|end| end > start).map(Moment::Local)
        }
        (Moment::Local(start), Moment::Date(end)) if end <= start.date() => None,
        (Moment::Date(start), Moment::Date(end)) if end <= *start => None,
        (_, end) => Some(end),
    }
}

/// The end of `15 Nov 8pm - 17 Nov 2am`, or only its day.
fn closing(
    last: &Dated,
    index: usize,
    own: bool,
    groups: &[Vec<(usize, Timed)>],
    settled: &[Option<Settled>],
    anchor: Option<Anchor>,
    has_end: bool,
) -> Moment {
    if let Some(stamp) = last.stamp.filter(|s| s.time.is_some()) {
        return stamped(stamp).unwrap_or(Moment::Date(last.date));
    }
    let times = groups.get(index).map_or(&[][..], Vec::as_slice);
    // Its own time, or the second of `15 - 17 Nov, 8-11pm`.
    let time = if own || has_end { times.last() } else { None };
    time.and_then(|(i, _)| settled.get(*i).copied().flatten())
        .and_then(|time| place(last.date, Some(time), None, None, false).start)
        .map_or(Moment::Date(last.date), |local| moment(local, anchor))
}

fn evening(day: &Dated, times: &[(usize, Timed)], settled: &[Option<Settled>], anchor: Option<Anchor>) -> Evening {
    let get = |index: Option<usize>| index.and_then(|i| settled.get(i).copied().flatten());
    let (sorted, further) = sort(times);
    let (start, doors, end) = (get(sorted.start), get(sorted.doors), get(sorted.end));
    let night = place(day.date, start, doors, end, !day.machine);
    let further = further
        .into_iter()
        .filter_map(|index| get(Some(index)))
        .filter_map(|time| place(day.date, Some(time), None, None, !day.machine).start)
        .map(|local| moment(local, anchor))
        .collect();
    let whole = day.stamp.filter(|s| s.time.is_some()).and_then(stamped);
    Evening {
        start: whole.or_else(|| night.start.map(|local| moment(local, anchor))).unwrap_or(Moment::Date(day.date)),
        doors: night.doors.map(|local| moment(local, anchor)),
        end: night.end.map(|local| moment(local, anchor)),
        further,
        meridiem: [start, doors, end].into_iter().flatten().any(|time| time.inferred),
        night: night.night,
    }
}

fn stamped(stamp: super::stamp::Stamp) -> Option<Moment> {
    Some(moment(stamp.date.and_time(stamp.time?), stamp.anchor))
}

fn moment(local: NaiveDateTime, anchor: Option<Anchor>) -> Moment {
    anchor.and_then(|a| a.instant(local)).map_or(Moment::Local(local), Moment::Instant)
}
