//! What must always hold, whatever a page does: 1,000 random years in the normal run, more by
//! `MARQUEE_RECONCILE_CASES`.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use marquee_model::{CrawlOutcome, Event, EventId, Status};
use marquee_reconcile::{Decision, KnownEvent, Recorded, merge, plan, replay, split};
use proptest::{prelude::*, sample::Index};

use crate::harness::{House, With, at, person, rule, show};

/// What a page's owner, a plugin or the weather does between two crawls.
#[derive(Debug, Clone)]
pub(crate) enum Edit {
    Add { title: usize, day: i64, hour: u32 },
    Retitle { which: Index, title: usize },
    AddSupport { which: Index },
    Move { which: Index, days: i64 },
    Hour { which: Index, hour: u32 },
    Word { which: Index, word: usize },
    Room { which: Index },
    Remove { which: Index },
    SwapKeys { a: Index, b: Index },
    NewKeys,
    ShiftAll { days: i64 },
    Foreign,
    LosePrices,
    Wait { hours: i64 },
    Partial,
    Suspect,
    Empty,
    NewPlugin,
}

const TITLES: [&str; 12] = [
    "Aldous",
    "Brume",
    "Cinder",
    "Dovetail",
    "Ember",
    "Open Mic",
    "Tuesday Jam",
    "TBA",
    "Aldous Trio",
    "Night of Brume",
    "Fathom",
    "Gantry",
];
const WORDS: [Status; 5] =
    [Status::Scheduled, Status::Cancelled, Status::Postponed, Status::Rescheduled, Status::SoldOut];

pub(crate) fn edit() -> impl Strategy<Value = Edit> {
    let which = any::<Index>;
    prop_oneof![
        6 => (0..TITLES.len(), 0..40_i64, 18..23_u32).prop_map(|(title, day, hour)| Edit::Add { title, day, hour }),
        2 => (which(), 0..TITLES.len()).prop_map(|(which, title)| Edit::Retitle { which, title }),
        2 => which().prop_map(|which| Edit::AddSupport { which }),
        3 => (which(), -20..40_i64).prop_map(|(which, days)| Edit::Move { which, days }),
        2 => (which(), 17..24_u32).prop_map(|(which, hour)| Edit::Hour { which, hour }),
        3 => (which(), 0..WORDS.len()).prop_map(|(which, word)| Edit::Word { which, word }),
        1 => which().prop_map(|which| Edit::Room { which }),
        3 => which().prop_map(|which| Edit::Remove { which }),
        1 => (which(), which()).prop_map(|(a, b)| Edit::SwapKeys { a, b }),
        1 => Just(Edit::NewKeys),
        1 => prop_oneof![Just(-365), Just(7), Just(365), Just(28)].prop_map(|days| Edit::ShiftAll { days }),
        1 => Just(Edit::Foreign),
        1 => Just(Edit::LosePrices),
        4 => (1..200_i64).prop_map(|hours| Edit::Wait { hours }),
        1 => Just(Edit::Partial),
        1 => Just(Edit::Suspect),
        1 => Just(Edit::Empty),
        1 => Just(Edit::NewPlugin),
    ]
}

/// A source's year: its page, and what the next crawl is like.
pub(crate) struct Year {
    pub(crate) house: House,
    page: Vec<Event>,
    keyed: bool,
    keys: usize,
}

impl Year {
    pub(crate) fn new(keyed: bool) -> Self {
        Self { house: House::new(), page: Vec::new(), keyed, keys: 0 }
    }

    fn name(&mut self) {
        let mut taken = BTreeSet::new();
        for event in &mut self.page {
            let mut identity = match &event.key {
                Some(key) => format!("key:{key}"),
                None => format!("night:-:{}:{}", event.start.date, event.title.to_lowercase()),
            };
            while !taken.insert(identity.clone()) {
                identity.push_str(":more");
            }
            event.identity = identity;
        }
    }

    /// Makes an edit; gives the page that the crawl sees and the crawl's circumstances.
    pub(crate) fn make(&mut self, edit: &Edit) -> (Vec<Event>, marquee_reconcile::Context) {
        let today = self.house.now.date_naive();
        let mut context = self.house.context();
        let mut shown: Option<Vec<Event>> = None;
        let chosen = |page: &mut Vec<Event>, which: &Index, change: &mut dyn FnMut(&mut Event)| {
            if !page.is_empty() {
                let place = which.index(page.len());
                change(&mut page[place]);
            }
        };
        match edit {
            Edit::Add { title, day, hour } => {
                let date = today + TimeDelta::days(*day);
                let mut event = show(TITLES[*title], &date.to_string(), &format!("{hour}:00")).price();
                if self.keyed {
                    self.keys += 1;
                    event = event.key(&self.keys.to_string());
                }
                self.page.push(event);
            }
            Edit::Retitle { which, title } => {
                chosen(&mut self.page, which, &mut |event| event.title = TITLES[*title].to_owned());
            }
            Edit::AddSupport { which } => chosen(&mut self.page, which, &mut |event| event.title.push_str(" w/ Moths")),
            Edit::Move { which, days } => chosen(&mut self.page, which, &mut |event| {
                event.start = at(event.start.date + TimeDelta::days(*days), event.start.time);
            }),
            Edit::Hour { which, hour } => chosen(&mut self.page, which, &mut |event| {
                event.start = at(event.start.date, chrono::NaiveTime::from_hms_opt(*hour, 0, 0));
            }),
            Edit::Word { which, word } => chosen(&mut self.page, which, &mut |event| event.status = WORDS[*word]),
            Edit::Room { which } => chosen(&mut self.page, which, &mut |event| event.room = Some("Cellar".to_owned())),
            Edit::Remove { which } => {
                if !self.page.is_empty() {
                    self.page.remove(which.index(self.page.len()));
                }
            }
            Edit::SwapKeys { a, b } => {
                if !self.page.is_empty() {
                    let (a, b) = (a.index(self.page.len()), b.index(self.page.len()));
                    let key = self.page[a].key.clone();
                    self.page[a].key = self.page[b].key.clone();
                    self.page[b].key = key;
                }
            }
            Edit::NewKeys => {
                for event in self.page.iter_mut().filter(|_| self.keyed) {
                    self.keys += 1;
                    event.key = Some(format!("new-{}", self.keys));
                }
                context.plugin_changed = true;
            }
            Edit::ShiftAll { days } => {
                let mut page = self.page.clone();
                page.iter_mut()
                    .for_each(|event| event.start = at(event.start.date + TimeDelta::days(*days), event.start.time));
                shown = Some(page);
            }
            Edit::Foreign => {
                let day = |place: usize| (today + TimeDelta::days(i64::try_from(place).unwrap() + 1)).to_string();
                shown = Some((0..5).map(|place| show(&format!("Foreign {place}"), &day(place), "20:00")).collect());
            }
            Edit::LosePrices => {
                let mut page = self.page.clone();
                page.iter_mut().for_each(|event| event.price = None);
                shown = Some(page);
            }
            Edit::Wait { hours } => self.house.now += TimeDelta::hours(*hours),
            Edit::Partial => {
                context.outcome = CrawlOutcome::Partial { reason: "page 2 timed out".to_owned() };
                shown = Some(self.page.iter().take(self.page.len() / 2).cloned().collect());
            }
            Edit::Suspect => context.suspect = true,
            Edit::Empty => {
                context.outcome = CrawlOutcome::Empty { evidence: "nothing on".to_owned() };
                shown = Some(Vec::new());
            }
            Edit::NewPlugin => context.plugin_changed = true,
        }
        if let Edit::Wait { .. } = edit {
            let now = self.house.now.date_naive();
            self.page.retain(|event| event.start.date >= now);
            context = self.house.context();
        }
        self.name();
        let mut shown = shown.unwrap_or_else(|| self.page.clone());
        let mut taken = BTreeSet::new();
        for event in &mut shown {
            while !taken.insert(event.identity.clone()) {
                event.identity.push_str(":again");
            }
        }
        (shown, context)
    }
}

fn years() -> u32 {
    std::env::var("MARQUEE_RECONCILE_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(1_000)
}

pub(crate) fn config() -> ProptestConfig {
    ProptestConfig { cases: years(), failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    /// The five promises, on one walk through a random year: no id is ever lost; the second plan changes nothing; the
    /// past is as it was; history replayed gives the present; and nothing that is seen is left without a decision.
    #[test]
    fn no_year_loses_an_id_touches_the_past_or_plans_twice(
        keyed in any::<bool>(),
        edits in proptest::collection::vec(edit(), 1..40),
    ) {
        let mut year = Year::new(keyed);
        for edit in &edits {
            let (page, context) = year.make(edit);
            let before = year.house.known.clone();
            let made = plan(&before, &page, &context);
            prop_assert_eq!(made.seen.len(), page.len());
            year.house.take(&page, &made);

            let after: BTreeMap<EventId, &KnownEvent> =
                year.house.known.iter().map(|known| (known.id, known)).collect();
            prop_assert_eq!(after.len(), year.house.known.len(), "an id was given twice");
            for known in &before {
                let Some(now) = after.get(&known.id) else {
                    return Err(TestCaseError::fail(format!("lost {}", known.id)));
                };
                // Told apart from the code under test: its last day is over, and it waits for no other.
                if known.last_day() < context.today && known.standing.status != Status::Postponed {
                    prop_assert_eq!(*now, known, "the past was touched by {:?}\n{}", edit, made);
                }
                prop_assert!(now.earlier_starts.len() >= known.earlier_starts.len());
                prop_assert!(now.keys.is_superset(&known.keys) && now.identities.is_superset(&known.identities));
            }
            let again = plan(&year.house.known, &page, &context);
            prop_assert!(again.is_quiet(), "after {:?}\nfirst {}\nsecond {}", edit, made, again);
        }
        let replayed = replay(&year.house.history).unwrap();
        let present: BTreeMap<EventId, Recorded> =
            year.house.known.iter().map(|known| (known.id, Recorded::of(known))).collect();
        prop_assert_eq!(replayed, present);
    }

    /// Merging and splitting in any order gives back what was there, and an id always answers with one that is not
    /// merged.
    #[test]
    fn merge_then_split_restores_both(
        pairs in proptest::collection::vec((0..8_usize, 0..8_usize, any::<bool>()), 1..20),
    ) {
        let nightly = |place| show(TITLES[place], &format!("2026-03-{:02}", 10 + place), "20:00");
        let page: Vec<Event> = (0..8).map(nightly).collect();
        let house = House::with(&page);
        let mut known = house.known.clone();
        let mut merged = Vec::new();
        for (a, b, is_person) in pairs {
            let decision: Decision = if is_person { person("I know") } else { rule("alike") };
            if let Ok((event, _)) = merge(&known, known[a].id, known[b].id, &decision) {
                merged.push((a, decision));
                known[a] = event;
            }
            for event in &known {
                let end = marquee_reconcile::answers_for(&known, event.id);
                prop_assert!(known.iter().any(|other| other.id == end && other.merged.is_none()));
            }
        }
        for (place, decision) in merged {
            known[place] = split(&known, known[place].id, &decision).unwrap().0;
            known[place].kept_apart.clear();
        }
        prop_assert_eq!(known, house.known);
    }

    /// The order of the page and of the known decides nothing that is written down about an event.
    #[test]
    fn the_order_of_a_page_decides_nothing(seed in any::<u64>(), edits in proptest::collection::vec(edit(), 1..12)) {
        let mut year = Year::new(seed.is_multiple_of(2));
        for edit in &edits {
            let (page, context) = year.make(edit);
            let made = plan(&year.house.known, &page, &context);
            let mut turned = page.clone();
            let by = usize::try_from(seed % 7).unwrap() % turned.len().max(1);
            turned.rotate_left(by);
            let other = plan(&year.house.known, &turned, &context);
            let mut titles = [&made, &other].map(|plan| {
                let line = |seen: &marquee_reconcile::SeenPlan| {
                    format!("{} {} {:?}", seen.date, seen.title, kind(&seen.decision))
                };
                let mut list: Vec<String> = plan.seen.iter().map(line).collect();
                list.sort();
                list
            });
            titles.sort();
            prop_assert_eq!(&titles[0], &titles[1]);
            year.house.take(&page, &made);
        }
    }
}

fn kind(decision: &marquee_reconcile::SeenDecision) -> (&'static str, Option<EventId>) {
    use marquee_reconcile::SeenDecision::{Change, Create, Held, Unchanged};
    match decision {
        Create { .. } => ("new", None),
        Unchanged { id, .. } => ("unchanged", Some(*id)),
        Change { id, .. } => ("changed", Some(*id)),
        Held { id, .. } => ("held", *id),
    }
}
