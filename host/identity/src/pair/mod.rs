//! Do two records speak of one event?
//!
//! [`compare`] asks it of records of any two sources, [`continues()`] of one source's record today and before. Both read a record once, as
//! [`Features`]: the title's words and marks, who plays, the room, where the links lead. Candidates are found by
//! [`block_keys`](crate::block_keys), place and night; records that share no block are different without being read.
//!
//! A pair is judged alone. Where a house has an early and a late show and another source lists the act once, without a time, both pairs
//! may look the same: whoever joins records must not put two into one event that are [`Different`](crate::Verdict::Different) from each
//! other. The weights and where they come from stand in the [crate's documentation](crate).

mod bill;
mod clock;
mod continues;
mod links;
mod marks;
mod title;
mod title_marks;

use std::sync::OnceLock;

use crate::{
    Comparison, Facts,
    comparison::{Aspect, Ledger, SETTLES, Thresholds},
    names::{RoomKey, Rooms, same_house},
    night::Nights,
};
use bill::{Bill, Shared};
use links::{Link, Links};
pub(crate) use title::is_general;
use title::{Alike, Title};

/// From which score on two records are one event, and below which they are two.
const THRESHOLDS: Thresholds = Thresholds { same: 0.85, different: 0.2 };

/// What holds of two records of one place and night before anything else is known: houses have one show a night more often than two, but
/// then their titles agree.
const PRIOR: f64 = -1.0;

/// A record made ready to be compared with many others: what costs time is done once, and only when it is asked for.
#[derive(Debug)]
pub struct Features<'a> {
    facts: Facts<'a>,
    nights: Nights,
    read: OnceLock<Read>,
}

impl Read {
    /// "Tribute to Moon": a tribute whose players are not named.
    fn names_no_tribute_act(&self) -> bool {
        self.title.marks.tribute
            && self.title.words.iter().all(|word| {
                // A name of signs ties others apart, and is one.
                let tie = word.tie && word.text.contains(char::is_alphanumeric);
                word.part == title::Part::Honoured || tie || word.article || word.general
            })
    }
}

/// What is read from a record's texts.
#[derive(Debug)]
struct Read {
    title: Title,
    bill: Bill,
    room: Option<RoomKey>,
    ticket: Option<Link>,
    page: Option<Link>,
}

impl<'a> Features<'a> {
    /// Takes a record.
    #[must_use]
    pub fn of(facts: Facts<'a>) -> Self {
        Self { facts, nights: Nights::of(facts.date, facts.start_time), read: OnceLock::new() }
    }

    /// The record.
    #[must_use]
    pub const fn facts(&self) -> &Facts<'a> {
        &self.facts
    }

    fn read(&self) -> &Read {
        self.read.get_or_init(|| {
            let facts = &self.facts;
            let title = Title::read(facts.title, facts.title_is_plain, facts.place_names);
            let bill = Bill::of(facts.performers, &title);
            let room = facts.room.map(RoomKey::of).or_else(|| title.marks.room.clone());
            Read { bill, room, ticket: facts.ticket_url.map(Link::of), page: facts.event_url.map(Link::of), title }
        })
    }

    /// See [`compare`].
    #[must_use]
    pub fn compare(&self, other: &Self) -> Comparison {
        let mut ledger = Ledger::new(PRIOR);
        place(&self.facts, &other.facts, &mut ledger);
        nights(self, other, &mut ledger);
        // Another place or night is settled; its words need not be read.
        if ledger.is_settled() {
            return ledger.close(THRESHOLDS);
        }
        let (a, b) = (self.read(), other.read());
        let times = clock::times(&self.facts, &other.facts);
        ledger.add(Aspect::Time, times.weight, times.words);
        let shared = a.bill.shared(&a.title, &b.bill, &b.title);
        bills(a, b, shared, &mut ledger);
        marks::compare(self, other, times.agree, &mut ledger);
        rooms(a, b, &mut ledger);
        tickets(self, other, times.agree, &mut ledger);
        keys(self, other, &mut ledger);
        ledger.close(THRESHOLDS)
    }
}

fn place(a: &Facts<'_>, b: &Facts<'_>, ledger: &mut Ledger) {
    if a.venue != b.venue {
        return ledger.add(Aspect::Place, -SETTLES, "different venues");
    }
    match (a.venue_name, b.venue_name) {
        (Some(x), Some(y)) => {
            if !same_house(x, y).is_same() {
                ledger.add(Aspect::Place, -SETTLES, "elsewhere, at two places");
            }
        }
        (Some(elsewhere), None) | (None, Some(elsewhere)) => {
            // The name of the venue itself, where the caller knows it.
            let here = a.place_names.iter().chain(b.place_names).any(|name| same_house(*name, elsewhere).is_same());
            if !here {
                ledger.add(Aspect::Place, -9.0, "one is said to be elsewhere");
            }
        }
        (None, None) => {}
    }
}

/// Days that a record spans at least to be a festival or a run rather than one long night.
const SPAN: i64 = 2;

fn nights(a: &Features<'_>, b: &Features<'_>, ledger: &mut Ledger) {
    let spans = |facts: &Facts<'_>| facts.end_date.filter(|end| (*end - facts.date).num_days() >= SPAN);
    match (spans(&a.facts), spans(&b.facts)) {
        (Some(x), Some(y)) => {
            let (from, to) = (a.facts.date == b.facts.date, x == y);
            match (from, to) {
                (true, true) => ledger.add(Aspect::Night, 1.0, "the same days"),
                (true, false) | (false, true) => ledger.add(Aspect::Night, -3.0, "runs that share a first or last day"),
                (false, false) => ledger.add(Aspect::Night, -SETTLES, "runs of different days"),
            }
            return;
        }
        (None, None) => {}
        _ => {
            let ends = a.facts.end_date.is_some() && b.facts.end_date.is_some();
            let words = "several days beside one night";
            ledger.add(Aspect::Night, if ends { -SETTLES } else { -5.0 }, words);
        }
    }
    if !a.nights.agrees(b.nights) {
        ledger.add(Aspect::Night, -SETTLES, "different nights");
    } else if a.nights.first != b.nights.first && a.facts.start_time.is_some() && b.facts.start_time.is_some() {
        ledger.add(Aspect::Night, -3.0, "nights that agree only if a page prints the evening's date after midnight");
    }
}

/// What the bills and titles say together: each explains what the other lacks.
fn bills(a: &Read, b: &Read, shared: Shared, ledger: &mut Ledger) {
    let Alike { whole, part, rest } = a.title.alike(&b.title);
    let equal = a.title.folded == b.title.folded;
    if equal {
        ledger.add(Aspect::Title, 3.5, "the same title");
    } else if whole >= 0.9 {
        ledger.add(Aspect::Title, 2.5, "titles of the same words");
    } else if part >= 0.95 && whole >= 0.35 {
        ledger.add(Aspect::Title, 1.5, "one title is within the other");
    } else if whole >= 0.6 {
        ledger.add(Aspect::Title, 1.0, "titles alike");
    } else if whole < 0.1 {
        ledger.add(Aspect::Title, -1.0, "titles without a common word");
    }
    let unnamed_tributes =
        a.title.marks.tribute && b.title.marks.tribute && (a.names_no_tribute_act() || b.names_no_tribute_act());
    let (weight, words) = if shared.least >= 0.95 || (equal && a.bill.equals(&b.bill)) {
        (5.0, "the same bill")
    } else if shared.heading_only {
        (if equal || whole >= 0.6 { -2.0 } else { -4.0 }, "one heading, and other acts under it")
    } else if shared.within() && shared.leads {
        (4.5, "one bill within the other, under one headliner")
    } else if shared.leads {
        (3.5, "one headliner, other guests")
    } else if shared.within() && shared.named {
        (4.0, "one bill within the other")
    } else if shared.lead && shared.named {
        (3.0, "one's headliner is on the other's bill")
    } else if shared.named && shared.rivals {
        (0.0, "an act in common, under two headliners")
    } else if shared.named {
        (2.0, "an act in common")
    } else if shared.lead || shared.within() {
        (3.0, "an evening of one name")
    } else if rest <= 0.5 && a.title.tells().min(b.title.tells()) >= 1.0 {
        (1.0, "no act that is certain, and titles of the same words")
    } else if equal {
        (-2.0, "one title and no act in common")
    } else if unnamed_tributes || (shared.general && whole >= 0.6) {
        (0.0, "no act in common, and one names none")
    } else if shared.general {
        (-2.0, "no act in common, and one names none")
    } else {
        (-5.0, "no act in common")
    };
    ledger.add(Aspect::Bill, weight, words);
}

fn rooms(a: &Read, b: &Read, ledger: &mut Ledger) {
    let (Some(a), Some(b)) = (&a.room, &b.room) else { return };
    match a.compare(b) {
        Rooms::Same => ledger.add(Aspect::Room, 0.5, "the same room"),
        Rooms::Unsure => ledger.add(Aspect::Room, -1.0, "rooms that may be one"),
        Rooms::Different => ledger.add(Aspect::Room, -8.0, "two rooms of the house"),
    }
}

fn tickets(a: &Features<'_>, b: &Features<'_>, times_agree: bool, ledger: &mut Ledger) {
    if let (Some(x), Some(y)) = (&a.read().ticket, &b.read().ticket) {
        match x.compare(y) {
            Links::Equal => ledger.add(Aspect::Ticket, 3.5, "sold on one page"),
            Links::EqualButGeneral => ledger.add(Aspect::Ticket, 0.3, "sold in one shop"),
            Links::SellerDiffers if times_agree => ledger.add(Aspect::Ticket, -2.0, "one seller, two pages"),
            Links::SellerDiffers => {
                ledger.add(Aspect::Ticket, -6.0, "one seller, two pages, and no time that joins them");
            }
            Links::Silent => {}
        }
    }
    if let (Some(x), Some(y)) = (&a.read().page, &b.read().page)
        && x.compare(y) == Links::Equal
    {
        ledger.add(Aspect::Page, 2.5, "one page of its own");
    }
}

fn keys(a: &Features<'_>, b: &Features<'_>, ledger: &mut Ledger) {
    if a.facts.source.is_none() || a.facts.source != b.facts.source {
        return;
    }
    match a.facts.native_key.zip(b.facts.native_key) {
        Some((x, y)) if x == y => ledger.add(Aspect::Key, 3.0, "one key of one source"),
        // A page seldom lists one event twice; when it does, the keys are the reason to look.
        Some(_) => ledger.add(Aspect::Key, -3.0, "two keys of one source"),
        None => {}
    }
}

/// Whether two records, of whatever sources, speak of one event.
///
/// Symmetric; a record is the same as itself. Many pairs are cheaper by [`Features::compare`].
#[must_use]
pub fn compare(a: &Facts<'_>, b: &Facts<'_>) -> Comparison {
    Features::of(*a).compare(&Features::of(*b))
}

/// Whether `seen`, on a source's page today, is the event that the same source's `known` was.
#[must_use]
pub fn continues(known: &Facts<'_>, seen: &Facts<'_>) -> Comparison {
    Features::of(*known).continues(&Features::of(*seen))
}
