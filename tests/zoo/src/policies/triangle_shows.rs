//! triangle-shows (`WXYC/triangle-shows`, its scrape manager): rows are updated in place, and what is missed on two days
//! is taken out, unless the larger part of the listing, and at least five, is missed at once.
//!
//! An event matches a row of its venue by the platform's id, else by its own address, else by venue, date and name;
//! where one id or address covers several dates of a listing it is no identity. A miss counts once a calendar day, in
//! scrapes that found something, for what stands before the last date that was seen; the second miss, within a week of
//! the first, takes the row out of all lists. Whatever appears again is back. The API shows one event for an act and a
//! date, the one that tells most, across venues. A row's fields that a scrape does not tell stay as they were.
//!
//! The description in short speaks of "at most 4 or under 50 %": up to four, or fewer than half, may vanish and are
//! believed.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use marquee_model::Event;

use super::{claimed, ran};
use crate::{
    judge::folded,
    seen::{Claimed, Policy, SeenCrawl},
};

/// Missed events at and above which, where they are the majority, the page is doubted.
const MASS: usize = 5;
/// Days after which an old miss says nothing about a new one.
const STREAK_DAYS: i64 = 7;

#[derive(Debug, Clone)]
struct Row {
    claim: Claimed,
    keys: BTreeSet<String>,
    name: String,
    last_miss: Option<NaiveDate>,
    is_removed: bool,
}

/// The rows of every source.
#[derive(Debug, Clone, Default)]
pub struct TriangleShows {
    sources: BTreeMap<usize, Vec<Row>>,
    number: u64,
}

/// The tiers of identity of a seen event: platform's id, own address.
fn keys(event: &Event) -> BTreeSet<String> {
    let id = event.key.as_ref().map(|key| format!("ext:{key}"));
    let url = event.event_url.as_ref().map(|url| format!("url:{}", url.as_str().trim_end_matches('/')));
    id.into_iter().chain(url).collect()
}

fn name(event: &Event) -> String {
    format!("{}|{}", event.start.date, folded(&event.title))
}

impl TriangleShows {
    fn upsert(&mut self, seen: &SeenCrawl) {
        let rows = self.sources.entry(seen.source).or_default();
        let mut dates: BTreeMap<String, BTreeSet<NaiveDate>> = BTreeMap::new();
        for (event, _) in &seen.events {
            for key in keys(event) {
                dates.entry(key).or_default().insert(event.start.date);
            }
        }
        let mut taken = BTreeSet::new();
        for (event, truth) in &seen.events {
            let own = |key: &String| {
                let one_date = dates.get(key).is_some_and(|dates| dates.len() == 1);
                one_date && rows.iter().filter(|row| row.keys.contains(key)).count() <= 1
            };
            let own: BTreeSet<String> = keys(event).into_iter().filter(own).collect();
            let called = name(event);
            // `ext` sorts before `url`.
            let by_key = own.iter().find_map(|key| rows.iter().position(|row| row.keys.contains(key)));
            let place = by_key.or_else(|| rows.iter().position(|row| row.name == called));
            match place {
                Some(place) if taken.contains(&place) => {}
                Some(place) => {
                    taken.insert(place);
                    let Some(row) = rows.get_mut(place) else { continue };
                    let fresh = claimed(row.claim.id.clone(), seen.venue, event, *truth);
                    let was = &row.claim;
                    row.claim = Claimed {
                        doors: fresh.doors.clone().or_else(|| was.doors.clone()),
                        ticket_url: fresh.ticket_url.clone().or_else(|| was.ticket_url.clone()),
                        ..fresh
                    };
                    row.keys.extend(own);
                    row.name = called;
                }
                None => {
                    self.number += 1;
                    taken.insert(rows.len());
                    let claim = claimed(self.number.to_string(), seen.venue, event, *truth);
                    rows.push(Row { claim, keys: own, name: called, last_miss: None, is_removed: false });
                }
            }
        }
    }

    fn diff(&mut self, seen: &SeenCrawl) {
        let Some(horizon) = seen.events.iter().map(|(event, _)| event.start.date).max() else { return };
        let listed: BTreeSet<String> = seen.events.iter().map(|(event, _)| name(event)).collect();
        let rows = self.sources.entry(seen.source).or_default();
        for row in rows.iter_mut().filter(|row| listed.contains(&row.name)) {
            row.last_miss = None;
            row.is_removed = false;
        }
        let in_window =
            |row: &Row| row.claim.start.date >= seen.day && row.claim.start.date < horizon && !row.is_removed;
        let all = rows.iter().filter(|row| in_window(row)).count();
        let is_missed = |row: &Row| in_window(row) && !listed.contains(&row.name);
        let missed = rows.iter().filter(|row| is_missed(row)).count();
        if missed >= MASS && 2 * missed > all {
            return;
        }
        for row in rows.iter_mut().filter(|row| is_missed(row)) {
            match row.last_miss {
                Some(last) if last >= seen.day => {}
                Some(last) if (seen.day - last).num_days() <= STREAK_DAYS => {
                    row.last_miss = Some(seen.day);
                    row.is_removed = true;
                }
                _ => row.last_miss = Some(seen.day),
            }
        }
    }
}

impl Policy for TriangleShows {
    fn name(&self) -> &str {
        "triangle-shows"
    }

    fn crawl(&mut self, seen: &SeenCrawl) {
        if !ran(seen) {
            return;
        }
        self.upsert(seen);
        self.diff(seen);
        let week = chrono::TimeDelta::days(STREAK_DAYS);
        if let Some(rows) = self.sources.get_mut(&seen.source) {
            rows.retain(|row| row.claim.start.date + week >= seen.day);
        }
    }

    fn claims(&self, day: NaiveDate) -> Vec<Claimed> {
        let rows = self.sources.values().flatten();
        let mut shown: BTreeMap<(NaiveDate, String), &Claimed> = BTreeMap::new();
        for row in rows.filter(|row| !row.is_removed && row.claim.start.date >= day) {
            let claim = &row.claim;
            let act = claim.acts.first().unwrap_or(&claim.title);
            let entry = shown.entry((claim.start.date, folded(act))).or_insert(claim);
            if told(claim) > told(entry) {
                *entry = claim;
            }
        }
        shown.into_values().cloned().collect()
    }
}

/// How much a row tells.
fn told(claim: &Claimed) -> usize {
    [claim.start.time.is_some(), claim.doors.is_some(), claim.price.is_some(), claim.ticket_url.is_some()]
        .into_iter()
        .filter(|is_told| *is_told)
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        judge::samples::{at, crawl, day, event, listed_event, with_acts},
        truth::TruthId,
    };

    fn season(count: u32) -> Vec<(Event, Option<TruthId>)> {
        (1..=count).map(|n| listed_event(n, &format!("Show {n}"), n + 10)).collect()
    }

    fn titles(policy: &TriangleShows) -> Vec<String> {
        policy.claims(day(1)).into_iter().map(|claim| claim.title).collect()
    }

    #[test]
    fn a_row_with_a_key_is_updated_in_place_and_one_without_is_not() {
        let mut policy = TriangleShows::default();
        let (mut keyed, bare) = (listed_event(1, "Aldous", 10), listed_event(2, "Brume", 11));
        keyed.0.key = Some("17".to_owned());
        policy.crawl(&crawl(at(1, 6), vec![keyed.clone(), bare]));
        let before = policy.claims(day(1));
        keyed.0.title = "Aldous Trio".to_owned();
        policy.crawl(&crawl(at(1, 12), vec![keyed, listed_event(2, "Brume live", 11)]));
        let after = policy.claims(day(1));
        assert_eq!((before.len(), after.len()), (2, 3));
        assert_eq!(after[0].id, before[0].id);
        assert_eq!(after[0].title, "Aldous Trio");
    }

    #[test]
    fn a_miss_on_two_days_takes_a_row_out_and_its_return_brings_it_back() {
        let mut policy = TriangleShows::default();
        policy.crawl(&crawl(at(1, 6), season(6)));
        let id = policy.claims(day(1))[2].id.clone();
        let without: Vec<_> = season(6).into_iter().filter(|(event, _)| event.title != "Show 3").collect();
        policy.crawl(&crawl(at(2, 6), without.clone()));
        policy.crawl(&crawl(at(2, 18), without.clone()));
        assert_eq!(titles(&policy).len(), 6, "one day is one miss");
        policy.crawl(&crawl(at(3, 6), without));
        assert!(!titles(&policy).contains(&"Show 3".to_owned()));
        policy.crawl(&crawl(at(4, 6), season(6)));
        assert_eq!(policy.claims(day(1))[2].id, id);
    }

    #[test]
    fn at_most_four_or_under_half_may_vanish_and_more_is_not_believed() {
        let after = |shown: u32, of: u32| {
            let mut policy = TriangleShows::default();
            policy.crawl(&crawl(at(1, 6), season(of)));
            // The last one stays, so that the horizon does.
            let page: Vec<_> = season(of)
                .into_iter()
                .enumerate()
                .filter(|(n, _)| *n < shown as usize || *n + 1 == of as usize)
                .collect();
            for day in 2..4 {
                policy.crawl(&crawl(at(day, 6), page.iter().map(|(_, item)| item.clone()).collect()));
            }
            titles(&policy).len()
        };
        assert_eq!(after(2, 7), 3, "four vanish of six before the last date");
        assert_eq!(after(2, 8), 8, "five vanish of seven: not believed");
        assert_eq!(after(8, 14), 9, "five of thirteen");
    }

    #[test]
    fn one_act_on_one_date_is_shown_once_across_sources() {
        let mut policy = TriangleShows::default();
        let by_house = with_acts(event("An Evening with Aldous", 10), &["Aldous", "Moths"]);
        policy.crawl(&crawl(at(1, 6), vec![(by_house, Some(TruthId(1)))]));
        policy.crawl(&SeenCrawl { source: 1, venue: 1, ..crawl(at(1, 7), vec![listed_event(1, "ALDOUS", 10)]) });
        assert_eq!(titles(&policy), ["An Evening with Aldous"]);
        policy.crawl(&SeenCrawl { source: 2, ..crawl(at(1, 8), vec![listed_event(2, "Aldous", 11)]) });
        assert_eq!(titles(&policy).len(), 2, "another date");
    }
}
