//! Marks by which two evenings of one name differ: early and late, night 1 and night 2, a tribute, an after-party, a pass.

use chrono::NaiveTime;

use super::{Features, title_marks::Marks};
use crate::{
    comparison::{Aspect, Ledger, SETTLES},
    night::{is_placeholder, minute_of_night},
};

/// Early shows begin before this minute of the night (20:30), late ones not before 19:30.
const EARLY_BEFORE: i32 = 20 * 60 + 30;
const LATE_FROM: i32 = 19 * 60 + 30;

/// Matinees begin before 18:00.
const MATINEE_BEFORE: i32 = 18 * 60;

pub(super) fn compare(a: &Features<'_>, b: &Features<'_>, times_agree: bool, ledger: &mut Ledger) {
    let (x, y) = (&a.read().title.marks, &b.read().title.marks);
    hours(a, b, times_agree, ledger);
    clocks(a, b, ledger);
    numbers(x, y, a.read().title.alike(&b.read().title).whole, ledger);
    if !x.weekdays.is_empty() && !y.weekdays.is_empty() && !x.weekdays.iter().any(|day| y.weekdays.contains(day)) {
        ledger.add(Aspect::Kind, -8.0, "titles name different days of the week");
    }
    if !x.languages.is_empty() && !y.languages.is_empty() && !x.languages.iter().any(|l| y.languages.contains(l)) {
        ledger.add(Aspect::Kind, -8.0, "given in two languages");
    }
    if !x.ages.is_empty() && !y.ages.is_empty() && !x.ages.iter().any(|age| y.ages.contains(age)) {
        ledger.add(Aspect::Kind, -6.0, "for guests of different ages");
    }
    let (title_a, title_b) = (&a.read().title, &b.read().title);
    if (title_a.is_themed() && !title_b.is_dance()) || (title_b.is_themed() && !title_a.is_dance()) {
        ledger.add(Aspect::Kind, -3.5, "one may be a night called after the other");
    }
    festival_day(a, b, ledger);
    let lacks = |one: &Marks, other: &Marks| one.apart.iter().find(|kind| !other.apart.contains(*kind)).copied();
    let (only_a, only_b) = (lacks(x, y), lacks(y, x));
    match (only_a, only_b) {
        (None, None) => {}
        (Some(_), Some(_)) => ledger.add(Aspect::Kind, -SETTLES, "two kinds of event around a show"),
        (Some(kind), None) | (None, Some(kind)) => {
            let (weight, words) = one_sided(kind);
            ledger.add(Aspect::Kind, weight, words);
        }
    }
    tributes(a, b, ledger);
}

/// What it says that only one title has a word for a kind of event. Some kinds are never meant by a title without the word.
fn one_sided(kind: &str) -> (f64, &'static str) {
    match kind {
        "after-party" | "pre-party" => (-9.0, "one is the party around it"),
        "meeting the artist" => (-9.0, "one is a meeting with the artist"),
        "workshop" => (-9.0, "one is a workshop"),
        "pass" => (-9.0, "one is a pass for several nights"),
        "travel" => (-9.0, "one is the way there"),
        "extra" => (-9.0, "one is sold beside the ticket"),
        "viewing" => (-9.0, "one shows it on a screen"),
        "karaoke" => (-9.0, "one is for guests to sing"),
        "quiz" => (-9.0, "one is a quiz"),
        "rehearsal" => (-6.0, "one is a rehearsal"),
        "stream" => (-4.0, "one is a stream"),
        "screening" | "exhibition" | "listening" => (-4.0, "one is no concert"),
        "children" => (-3.0, "one is for children"),
        "talk" => (-2.5, "one is a talk"),
        _ => (-1.5, "one comes with a meal"),
    }
}

fn hours(a: &Features<'_>, b: &Features<'_>, times_agree: bool, ledger: &mut Ledger) {
    let (x, y) = (&a.read().title.marks.hours, &b.read().title.marks.hours);
    let early = |hours: &Vec<&str>| hours.iter().any(|hour| matches!(*hour, "early" | "matinee"));
    let late = |hours: &Vec<&str>| hours.contains(&"late");
    if (early(x) && !late(x) && late(y) && !early(y)) || (early(y) && !late(y) && late(x) && !early(x)) {
        return ledger.add(Aspect::Kind, -SETTLES, "an early and a late show");
    }
    if x == y {
        return;
    }
    let time = |features: &Features<'_>| features.facts().start_time.filter(|time| !is_placeholder(*time));
    let contradicts = |hours: &Vec<&str>, time: Option<NaiveTime>| {
        let Some(minute) = time.map(minute_of_night) else { return false };
        (hours.contains(&"early") && minute >= EARLY_BEFORE)
            || (hours.contains(&"late") && minute < LATE_FROM)
            || (hours.contains(&"matinee") && minute >= MATINEE_BEFORE)
    };
    if contradicts(x, time(b)) || contradicts(y, time(a)) {
        ledger.add(Aspect::Kind, -8.0, "one is an early or late show, and the other's time is not");
    } else if !times_agree {
        ledger.add(Aspect::Kind, -6.5, "one says that there are an early and a late show");
    }
}

/// Minutes from which on a time in a title is that of another show.
const OTHER_SHOW: i32 = 75;

/// Times of day in titles, against those in the other's title or, where it has none, its start and doors.
fn clocks(a: &Features<'_>, b: &Features<'_>, ledger: &mut Ledger) {
    let (x, y) = (&a.read().title.marks.clocks, &b.read().title.marks.clocks);
    let fields = |features: &Features<'_>| -> Vec<i32> {
        let facts = features.facts();
        let known = [facts.start_time, facts.doors_time].into_iter().flatten().filter(|time| !is_placeholder(*time));
        known.map(|time| minute_of_night(time) % (24 * 60)).collect()
    };
    let far = |one: &[i32], other: &[i32]| {
        let nearest = one.iter().flat_map(|x| other.iter().map(move |y| (x - y).abs())).min();
        nearest.is_some_and(|minutes| minutes >= OTHER_SHOW)
    };
    let differ = if !x.is_empty() && !y.is_empty() { far(x, y) } else { far(x, &fields(b)) || far(y, &fields(a)) };
    if differ {
        ledger.add(Aspect::Kind, -SETTLES, "a title tells the time of another show");
    }
}

fn numbers(x: &Marks, y: &Marks, whole: f32, ledger: &mut Ledger) {
    let of = |marks: &Marks, label: &str| -> Vec<u32> {
        marks.numbered.iter().filter(|(other, _)| *other == label).map(|(_, number)| *number).collect()
    };
    let told = x.numbered.iter().any(|(label, _)| {
        let (here, there) = (of(x, label), of(y, label));
        !there.is_empty() && !here.iter().any(|number| there.contains(number))
    });
    if told {
        ledger.add(Aspect::Kind, -SETTLES, "numbered differently");
    }
    let own = |one: &Marks, other: &Marks| one.numbers.iter().any(|number| !other.numbers.contains(number));
    let others = own(x, y) && own(y, x);
    if !told && others && whole >= 0.6 {
        ledger.add(Aspect::Kind, -6.0, "numbered differently");
    } else if !told && !x.numbered.is_empty() && x.numbered == y.numbered {
        ledger.add(Aspect::Kind, 1.0, "numbered alike");
    } else if !told && x.numbered.is_empty() != y.numbered.is_empty() {
        ledger.add(Aspect::Kind, -0.5, "one is numbered");
    }
}

/// A festival's own entry beside that of one of its days.
fn festival_day(a: &Features<'_>, b: &Features<'_>, ledger: &mut Ledger) {
    let (x, y) = (&a.read().title, &b.read().title);
    let day = |marks: &Marks| {
        !marks.weekdays.is_empty() || marks.numbered.iter().any(|(label, _)| matches!(*label, "day" | "night"))
    };
    if day(&x.marks) != day(&y.marks) && (x.is_festival() || y.is_festival()) {
        ledger.add(Aspect::Kind, -3.5, "one is a day of a festival");
    }
}

fn tributes(a: &Features<'_>, b: &Features<'_>, ledger: &mut Ledger) {
    let (x, y) = (&a.read().title.marks, &b.read().title.marks);
    match (x.tribute, y.tribute) {
        (true, true) => {
            let meets = x.honoured.iter().any(|one| {
                y.honoured
                    .iter()
                    .any(|other| one == other || one.ends_with(other.as_str()) || other.ends_with(one.as_str()))
            });
            if meets {
                ledger.add(Aspect::Kind, 1.5, "a tribute to one artist");
            } else if !x.honoured.is_empty() && !y.honoured.is_empty() {
                ledger.add(Aspect::Kind, -8.0, "tributes to two artists");
            }
        }
        (true, false) => honoured_plays(x, b, ledger),
        (false, true) => honoured_plays(y, a, ledger),
        (false, false) => {}
    }
}

/// A tribute beside a night on which the honoured themselves are said to play.
fn honoured_plays(tribute: &Marks, other: &Features<'_>, ledger: &mut Ledger) {
    let plays =
        other.read().bill.acts.iter().any(|act| tribute.honoured.iter().any(|name| name.as_str() == act.key.folded()));
    if plays {
        ledger.add(Aspect::Kind, -12.0, "one is a tribute to whom the other announces");
    }
}
