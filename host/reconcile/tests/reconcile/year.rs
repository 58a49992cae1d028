//! Years of one venue with the truth known beside them: announced, retitled, moved, cancelled in words or by silence,
//! residencies, and every so often a page that is wrong as a whole. What is counted is what a reader would notice.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, TimeDelta};
use marquee_model::{CrawlOutcome, Event, EventId, Status};

use crate::harness::{House, With, at, show};

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }
}

/// An event as it truly is.
struct Truth {
    event: Event,
    /// Taken off the page in silence.
    gone: bool,
}

#[derive(Debug, Default)]
struct Count {
    events: usize,
    churned: usize,
    wrongly_merged: usize,
    falsely_cancelled: usize,
    vanished: usize,
    noticed: usize,
    doubled: usize,
}

const FIRST: [&str; 20] = [
    "Amber", "Brass", "Copper", "Dune", "Echo", "Fern", "Glass", "Harbor", "Iron", "Jade", "Kelp", "Linen", "Marble",
    "North", "Ochre", "Pine", "Quill", "Rust", "Salt", "Thorn",
];
const SECOND: [&str; 20] = [
    "Parade",
    "Choir",
    "Foxes",
    "Engine",
    "Letters",
    "Union",
    "Static",
    "Orchard",
    "Sisters",
    "Machine",
    "Riders",
    "Theory",
    "Garden",
    "Wolves",
    "Hymnal",
    "Signal",
    "Department",
    "Weather",
    "Cousins",
    "Atlas",
];

/// One of eight thousand: an act comes again, but seldom within weeks.
fn name(dice: &mut Dice) -> String {
    let mut place = || usize::try_from(dice.below(20)).unwrap();
    format!("{} {} {}", FIRST[place()], FIRST[place()], SECOND[place()])
}

struct Venue {
    dice: Dice,
    truths: Vec<Truth>,
    keyed: bool,
    today: NaiveDate,
}

impl Venue {
    fn announce(&mut self, title: &str, date: NaiveDate, hour: &str) {
        let number = self.truths.len();
        let mut event = show(title, &date.to_string(), hour).price();
        if self.keyed {
            event.key = Some(format!("post-{number}"));
        }
        event.description = Some(number.to_string());
        self.truths.push(Truth { event, gone: false });
    }

    /// A day of the venue: some nights are announced, some change.
    fn lives(&mut self) {
        let today = self.today;
        for _ in 0..self.dice.below(3) {
            let date = today + TimeDelta::days(i64::try_from(10 + self.dice.below(80)).unwrap());
            let title = name(&mut self.dice);
            // One stage: a second show of a night is a late one.
            let taken = self.truths.iter().filter(|truth| !truth.gone && truth.event.start.date == date).count();
            match taken {
                0 => self.announce(&title, date, "20:00"),
                1 => self.announce(&title, date, "23:00"),
                _ => {}
            }
        }
        let in_four_weeks = today + TimeDelta::days(28);
        if chrono::Datelike::weekday(&in_four_weeks) == chrono::Weekday::Tue {
            self.announce("Tuesday Jam", in_four_weeks, "18:00");
        }
        let ahead: Vec<usize> = (0..self.truths.len())
            .filter(|&at| !self.truths[at].gone && self.truths[at].event.start.date > today + TimeDelta::days(5))
            .collect();
        for at_place in ahead {
            let series = self.truths[at_place].event.title == "Tuesday Jam";
            if !series && self.dice.one_in(300) {
                let guest = name(&mut self.dice);
                let event = &mut self.truths[at_place].event;
                event.title = format!("{} w/ {guest}", event.title);
            } else if !series && self.dice.one_in(600) {
                let days = i64::try_from(1 + self.dice.below(40)).unwrap();
                let event = &mut self.truths[at_place].event;
                event.start = at(event.start.date + TimeDelta::days(days), event.start.time);
            } else if self.dice.one_in(800) {
                self.truths[at_place].event.status = Status::Cancelled;
            } else if self.dice.one_in(800) && self.truths[at_place].event.status == Status::Scheduled {
                self.truths[at_place].gone = true;
            }
        }
    }

    fn page(&self) -> Vec<Event> {
        let mut taken = BTreeSet::new();
        let mut page: Vec<Event> = self
            .truths
            .iter()
            .filter(|truth| !truth.gone && truth.event.start.date >= self.today)
            .map(|truth| truth.event.clone())
            .collect();
        page.sort_by_key(|event| (event.start.date, event.start.time));
        for event in &mut page {
            event.identity = match &event.key {
                Some(key) => format!("key:{key}"),
                None => format!("night:-:{}:{}", event.start.date, event.title.to_lowercase()),
            };
            while !taken.insert(event.identity.clone()) {
                event.identity.push_str(":late");
            }
        }
        page
    }
}

/// What the page of this crawl looks like, where something is wrong with it.
fn faulty(kind: u64, page: &[Event], today: NaiveDate) -> Vec<Event> {
    let shifted = |days: i64| {
        let shift = |event: &Event| {
            let mut event = event.clone();
            event.start = at(event.start.date + TimeDelta::days(days), event.start.time);
            event.identity.push_str(":shifted");
            event
        };
        page.iter().map(shift).collect()
    };
    match kind {
        0 => shifted(365),
        1 => shifted(-365),
        2 => page[..page.len() * 2 / 3].to_vec(),
        3 => (0..12)
            .map(|place| {
                show(&format!("Elsewhere {place}"), &(today + TimeDelta::days(place + 2)).to_string(), "20:00")
            })
            .collect(),
        4 => page
            .iter()
            .cloned()
            .map(|mut event| {
                event.price = None;
                event
            })
            .collect(),
        _ => page.iter().take(2).cloned().collect(),
    }
}

fn year(seed: u64, keyed: bool) -> Count {
    let mut house = House::new();
    let mut venue = Venue { dice: Dice(seed), truths: Vec::new(), keyed, today: house.now.date_naive() };
    let mut ids: BTreeMap<String, BTreeSet<EventId>> = BTreeMap::new();
    let mut truth_of: BTreeMap<EventId, String> = BTreeMap::new();
    let mut count = Count::default();
    let (mut fault, mut left) = (0, 0);
    for crawl in 0..2 * 365_u32 {
        venue.today = house.now.date_naive();
        if crawl % 2 == 0 {
            venue.lives();
        }
        let page = venue.page();
        if left == 0 && crawl > 60 && venue.dice.one_in(30) {
            fault = venue.dice.below(6);
            left = 1 + venue.dice.below(4);
        }
        let seen = if left > 0 && page.len() > 9 { faulty(fault, &page, venue.today) } else { page };
        let mut context = house.context();
        if left > 0 && fault == 5 {
            context.outcome = CrawlOutcome::Partial { reason: "page 2 timed out".to_owned() };
        }
        left = left.saturating_sub(1);
        house.crawl_as(&seen, &context);
        house.now += TimeDelta::hours(6);
        for known in &house.known {
            let Some(number) = known.event.description.clone() else {
                count.doubled += usize::from(known.first_seen == context.now);
                continue;
            };
            count.wrongly_merged +=
                usize::from(truth_of.insert(known.id, number.clone()).is_some_and(|was| was != number));
            ids.entry(number.clone()).or_default().insert(known.id);
            let truth = &venue.truths[number.parse::<usize>().unwrap()];
            let off = truth.gone || truth.event.status == Status::Cancelled;
            let newly = known.standing.presumed && known.standing.since == context.now;
            count.falsely_cancelled += usize::from(newly && !off);
            count.noticed += usize::from(newly && truth.gone);
        }
    }
    count.events = ids.len();
    count.churned = ids.values().filter(|ids| ids.len() > 1).count();
    count.vanished = venue.truths.iter().filter(|truth| truth.gone && truth.event.start.date <= venue.today).count();
    count
}

/// Two in the normal run, one by keys and one without; more by `MARQUEE_RECONCILE_YEARS`.
fn years() -> u64 {
    std::env::var("MARQUEE_RECONCILE_YEARS").ok().and_then(|years| years.parse().ok()).unwrap_or(2)
}

#[test]
fn years_of_one_venue_cancel_nothing_falsely_and_keep_their_ids() {
    let mut all = Count::default();
    for seed in 1..=years() {
        let count = year(seed, seed % 2 == 0);
        println!("seed {seed}: {count:?}");
        all.events += count.events;
        all.churned += count.churned;
        all.wrongly_merged += count.wrongly_merged;
        all.falsely_cancelled += count.falsely_cancelled;
        all.vanished += count.vanished;
        all.noticed += count.noticed;
        all.doubled += count.doubled;
    }
    println!("all: {all:?}");
    assert_eq!(all.falsely_cancelled, 0);
    assert_eq!(all.doubled, 0, "events of a page that was not the venue's");
    assert!(all.churned * 200 <= all.events, "{all:?}");
    assert!(all.wrongly_merged * 2_000 <= all.events, "{all:?}");
    assert!(all.noticed * 10 >= all.vanished * 9, "{all:?}");
}
