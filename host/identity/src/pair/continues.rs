//! Is what a source lists today the event that it listed before?
//!
//! Here, unlike between sources, keys and addresses mean something, and everything else may have moved: title, bill, time, room, date. None
//! of it decides alone. A key outweighs a new title, and a new title with a new bill and a new date outweighs the key: that key was given
//! to something else. Where two events swap their keys, each known one scores higher with the record that has its title, so whoever matches
//! the best score first keeps their histories apart.

use marquee_model::Status;

use super::{Features, Links, bills, clock, links::Link, marks};
use crate::{
    Comparison, Facts,
    comparison::{Aspect, Ledger, SETTLES},
    names::{Rooms, same_house},
};

/// Before anything is known: a page lists many events, and few of them are this one.
const PRIOR: f64 = -1.0;

/// What a moved date costs where nothing announces it. With a whole bill and title for it (8.5) the question stays open: a band that comes
/// again is announced in the same words.
const MOVED: f64 = -6.5;

/// The same where the date moves by whole weeks or to a neighbouring night: the next of a series, the second of a run.
const NEXT: f64 = -8.0;

/// The same where the title is nothing but a kind of evening.
const SERIES: f64 = -11.0;

/// The same where the page says that it moved.
const ANNOUNCED: f64 = -2.0;

/// Nights apart that a run of nights has.
const RUN: i64 = 2;

impl Features<'_> {
    /// See [`continues`](super::continues()).
    #[must_use]
    pub fn continues(&self, seen: &Self) -> Comparison {
        let mut ledger = Ledger::new(PRIOR);
        let (a, b) = (&self.facts, &seen.facts);
        keys(a, b, &mut ledger);
        place(a, b, &mut ledger);
        let (x, y) = (self.read(), seen.read());
        links(x.page.as_ref(), y.page.as_ref(), x.ticket.as_ref(), y.ticket.as_ref(), &mut ledger);
        let shared = x.bill.shared(&x.title, &y.bill, &y.title);
        bills(x, y, shared, &mut ledger);
        let general = x.bill.acts.iter().all(|act| act.general) && y.bill.acts.iter().all(|act| act.general);
        if self.night_agrees(seen) {
            ledger.add(Aspect::Night, 2.5, "the same night");
            times(a, b, &mut ledger);
            if let (Some(x), Some(y)) = (&x.room, &y.room)
                && x.compare(y) == Rooms::Different
            {
                ledger.add(Aspect::Room, -2.0, "another room");
            }
        } else {
            moved(a, b, general, &mut ledger);
        }
        // A second show makes a page call the first one early; that is no other event.
        marks::compare(self, seen, true, &mut ledger);
        spans(a, b, &mut ledger);
        ledger.close(super::THRESHOLDS)
    }

    fn night_agrees(&self, other: &Self) -> bool {
        // A source prints its dates in one way, so half past midnight of two dates is two nights.
        self.facts.date == other.facts.date || self.nights.first == other.nights.first
    }
}

fn keys(a: &Facts<'_>, b: &Facts<'_>, ledger: &mut Ledger) {
    match a.native_key.zip(b.native_key) {
        Some((x, y)) if x == y => ledger.add(Aspect::Key, 6.5, "the same key"),
        Some(_) => ledger.add(Aspect::Key, -3.5, "another key"),
        None => {}
    }
}

fn place(a: &Facts<'_>, b: &Facts<'_>, ledger: &mut Ledger) {
    let moved = a.venue != b.venue
        || a.venue_name.zip(b.venue_name).is_some_and(|(x, y)| !same_house(x, y).is_same())
        || a.venue_name.is_some() != b.venue_name.is_some();
    if !moved {
        return;
    }
    let announced = matches!(b.status, Status::Moved | Status::Rescheduled | Status::Postponed);
    ledger.add(Aspect::Place, if announced { -1.0 } else { -4.0 }, "at another place");
}

fn links(
    page_a: Option<&Link>,
    page_b: Option<&Link>,
    ticket_a: Option<&Link>,
    ticket_b: Option<&Link>,
    ledger: &mut Ledger,
) {
    if let Some((x, y)) = page_a.zip(page_b) {
        match x.compare(y) {
            Links::Equal => ledger.add(Aspect::Page, 4.0, "the same page of its own"),
            // A new title is often a new address.
            Links::SellerDiffers => ledger.add(Aspect::Page, -1.0, "another page of its own"),
            Links::EqualButGeneral | Links::Silent => {}
        }
    }
    if let Some((x, y)) = ticket_a.zip(ticket_b) {
        match x.compare(y) {
            Links::Equal => ledger.add(Aspect::Ticket, 3.0, "sold on the same page"),
            Links::SellerDiffers => ledger.add(Aspect::Ticket, -1.5, "sold on another page"),
            Links::EqualButGeneral | Links::Silent => {}
        }
    }
}

fn times(a: &Facts<'_>, b: &Facts<'_>, ledger: &mut Ledger) {
    let times = clock::times(a, b);
    // A show may move by hours within its evening; but so do early and late shows stand to each other.
    let weight = if times.weight < 0.0 { (times.weight / 2.0).max(-8.0) } else { times.weight };
    ledger.add(Aspect::Time, weight, times.words);
}

fn moved(a: &Facts<'_>, b: &Facts<'_>, general: bool, ledger: &mut Ledger) {
    let days = (b.date - a.date).num_days();
    let says = |status| matches!(status, Status::Rescheduled | Status::Postponed);
    let (weight, words) = if says(b.status) || says(a.status) {
        (ANNOUNCED, "another date, as the page announces")
    } else if general {
        (SERIES, "another night of a series")
    } else if days % 7 == 0 || days.abs() <= RUN {
        (NEXT, "another date, as a series or a run would have it")
    } else {
        (MOVED, "another date")
    };
    ledger.add(Aspect::Night, weight, words);
    if a.start_time.is_some() && a.start_time == b.start_time {
        ledger.add(Aspect::Time, 0.3, "the same time of day");
    }
}

fn spans(a: &Facts<'_>, b: &Facts<'_>, ledger: &mut Ledger) {
    let spans = |facts: &Facts<'_>| facts.end_date.is_some_and(|end| (end - facts.date).num_days() >= super::SPAN);
    if spans(a) != spans(b) {
        let known = a.end_date.is_some() && b.end_date.is_some();
        ledger.add(Aspect::Night, if known { -SETTLES / 2.0 } else { -2.0 }, "several days beside one night");
    }
}

#[cfg(test)]
mod tests {
    use chrono::{NaiveDate, NaiveTime};
    use marquee_model::{Status, VenueId};

    use super::super::continues;
    use crate::{Facts, Verdict};

    fn facts(title: &'static str, day: u32) -> Facts<'static> {
        let venue = VenueId::from_uuid(uuid::Uuid::from_u128(7));
        Facts::new(title, venue, NaiveDate::from_ymd_opt(2026, 11, day).unwrap())
    }

    fn keyed(title: &'static str, day: u32, key: &'static str) -> Facts<'static> {
        Facts { native_key: Some(key), ..facts(title, day) }
    }

    #[test]
    fn an_event_is_known_again_through_what_changes() {
        for (known, seen) in [
            (facts("Tin Lantern", 12), facts("Tin Lantern w/ Wren Harbour", 12)),
            (keyed("Tin Lantern", 12, "1"), keyed("An Evening of Quiet Songs", 12, "1")),
            (keyed("Tin Lantern", 12, "1"), keyed("Tin Lantern", 26, "1")),
            (facts("Tin Lantern", 12), Facts { status: Status::Rescheduled, ..facts("Tin Lantern", 30) }),
            (facts("Tin Lantern", 12), facts("CANCELLED: Tin Lantern", 12)),
            (facts("Tin Lantern", 12), facts("Tin Lanterns", 12)),
        ] {
            let comparison = continues(&known, &seen);
            assert_eq!(comparison.verdict, Verdict::Same, "{known:?} {seen:?} {}", comparison.in_words());
        }
    }

    #[test]
    fn another_night_or_act_is_another_event() {
        for (known, seen) in [
            (facts("Open Mic", 12), facts("Open Mic", 19)),
            (facts("Tin Lantern", 12), facts("Wren Harbour", 12)),
            (keyed("Tin Lantern", 12, "1"), keyed("Wren Harbour", 20, "1")),
            (facts("Tin Lantern - Night 1", 12), facts("Tin Lantern - Night 2", 13)),
        ] {
            let comparison = continues(&known, &seen);
            assert_eq!(comparison.verdict, Verdict::Different, "{known:?} {seen:?} {}", comparison.in_words());
        }
        // Perhaps moved, perhaps a second concert: the whole page decides, not the pair.
        assert_eq!(continues(&facts("Tin Lantern", 12), &facts("Tin Lantern", 16)).verdict, Verdict::Unsure);
    }

    #[test]
    fn events_that_swap_keys_do_not_swap_histories() {
        let at = |mut facts: Facts<'static>, hour| {
            facts.start_time = NaiveTime::from_hms_opt(hour, 0, 0);
            facts
        };
        for (a, b) in [((12, 20), (12, 20)), ((12, 19), (12, 22)), ((12, 20), (13, 20)), ((12, 20), (25, 20))] {
            let known = [at(keyed("Tin Lantern", a.0, "1"), a.1), at(keyed("Wren Harbour", b.0, "2"), b.1)];
            let seen = [at(keyed("Tin Lantern", a.0, "2"), a.1), at(keyed("Wren Harbour", b.0, "1"), b.1)];
            let own = continues(&known[0], &seen[0]).score.min(continues(&known[1], &seen[1]).score);
            let by_key = continues(&known[0], &seen[1]).score.max(continues(&known[1], &seen[0]).score);
            assert!(own > by_key, "{own} {by_key}");
            assert!(own > 0.85, "{own}");
        }
    }
}
