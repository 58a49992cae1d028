//! goskyr (`jakopako/goskyr`, its API writer): what a source lists from its first date on is deleted and inserted anew.
//!
//! The first item of a source deletes that source's rows from the item's date and time on; then all items are posted. A
//! run without items deletes nothing. Rows have no identity beyond their number, and sources know nothing of each other.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::claimed;
use crate::seen::{Claimed, Policy, SeenCrawl};

/// The rows of every source.
#[derive(Debug, Clone, Default)]
pub struct Goskyr {
    rows: BTreeMap<usize, Vec<Claimed>>,
    number: u64,
}

impl Policy for Goskyr {
    fn name(&self) -> &str {
        "goskyr"
    }

    fn crawl(&mut self, seen: &SeenCrawl) {
        let when = |claim: &Claimed| (claim.start.date, claim.start.time);
        // Items are expected in the order of their dates.
        let Some(first) = seen.events.iter().map(|(event, _)| (event.start.date, event.start.time)).min() else {
            return;
        };
        let rows = self.rows.entry(seen.source).or_default();
        rows.retain(|row| when(row) < first && row.start.date >= seen.day);
        for (event, truth) in &seen.events {
            self.number += 1;
            rows.push(claimed(self.number.to_string(), seen.venue, event, *truth));
        }
    }

    fn claims(&self, day: NaiveDate) -> Vec<Claimed> {
        self.rows.values().flatten().filter(|row| row.start.date >= day).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::samples::{at, crawl, day, failed, listed_event};

    #[test]
    fn what_the_page_lists_is_inserted_anew_and_what_it_does_not_is_gone() {
        let mut policy = Goskyr::default();
        policy.crawl(&crawl(at(1, 6), vec![listed_event(1, "Aldous", 10), listed_event(2, "Brume", 11)]));
        let before = policy.claims(day(1));
        policy.crawl(&crawl(at(1, 12), vec![listed_event(1, "Aldous", 10)]));
        let after = policy.claims(day(1));
        assert_eq!((before.len(), after.len()), (2, 1));
        assert_ne!(before[0].id, after[0].id);
    }

    #[test]
    fn what_is_before_the_first_date_stays_and_a_run_without_items_deletes_nothing() {
        let mut policy = Goskyr::default();
        policy.crawl(&crawl(at(1, 6), vec![listed_event(1, "Aldous", 10), listed_event(2, "Brume", 11)]));
        policy.crawl(&failed(at(1, 12)));
        policy.crawl(&crawl(at(1, 18), Vec::new()));
        assert_eq!(policy.claims(day(1)).len(), 2);
        policy.crawl(&crawl(at(2, 6), vec![listed_event(2, "Brume", 11)]));
        let titles: Vec<String> = policy.claims(day(2)).into_iter().map(|claim| claim.title).collect();
        assert_eq!(titles, ["Aldous", "Brume"]);
        assert!(policy.claims(day(12)).is_empty());
    }

    #[test]
    fn sources_know_nothing_of_each_other() {
        let mut policy = Goskyr::default();
        policy.crawl(&crawl(at(1, 6), vec![listed_event(1, "Aldous", 10)]));
        policy.crawl(&SeenCrawl { source: 1, ..crawl(at(1, 7), vec![listed_event(1, "Aldous", 10)]) });
        assert_eq!(policy.claims(day(1)).len(), 2);
    }
}
