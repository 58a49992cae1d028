//! City Scrapers (`City-Bureau/city-scrapers-core`, its diff pipeline): what is upcoming and was not scraped is
//! cancelled.
//!
//! An item's id is made of spider, start and title; an item with the id of one of the last run keeps its uid. When a run
//! has ended, however it did, every item of the run before that is upcoming and was not scraped is written again with
//! the status "cancelled". An item that is scraped again is as it is scraped.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use marquee_model::Status;

use super::{claimed, slug};
use crate::seen::{Claimed, Policy, SeenCrawl};

/// The last run's items of every spider, by id.
#[derive(Debug, Clone, Default)]
pub struct CityScrapers {
    spiders: BTreeMap<usize, BTreeMap<String, Claimed>>,
}

impl Policy for CityScrapers {
    fn name(&self) -> &str {
        "city-scrapers"
    }

    fn crawl(&mut self, seen: &SeenCrawl) {
        let previous = self.spiders.remove(&seen.source).unwrap_or_default();
        let mut items = BTreeMap::new();
        for (event, truth) in &seen.events {
            let time = event.start.time.map_or_else(|| "0000".to_owned(), |time| time.format("%H%M").to_string());
            let id = format!("{}/{}{time}/{}", seen.source, event.start.date.format("%Y%m%d"), slug(&event.title));
            // "Item has already been scraped": the first stays.
            items.entry(id.clone()).or_insert_with(|| claimed(id, seen.venue, event, *truth));
        }
        let now = seen.at;
        for (id, item) in previous {
            let is_upcoming = item.start.utc.map_or_else(|| item.start.date >= seen.day, |start| start >= now);
            if is_upcoming && !items.contains_key(&id) {
                let presumed = item.presumed || item.status != Status::Cancelled;
                items.insert(id, Claimed { status: Status::Cancelled, presumed, ..item });
            } else if !is_upcoming && item.start.date >= seen.day {
                // Dropped from the feed as past; a reader of the day before still has it.
                items.entry(id).or_insert(item);
            }
        }
        self.spiders.insert(seen.source, items);
    }

    fn claims(&self, day: NaiveDate) -> Vec<Claimed> {
        self.spiders.values().flat_map(BTreeMap::values).filter(|item| item.start.date >= day).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::samples::{at, crawl, day, failed, listed_event};

    fn statuses(policy: &CityScrapers) -> Vec<(String, Status, bool)> {
        policy.claims(day(1)).into_iter().map(|claim| (claim.title, claim.status, claim.presumed)).collect()
    }

    #[test]
    fn what_is_not_scraped_is_cancelled_and_back_when_it_is() {
        let mut policy = CityScrapers::default();
        let both = || vec![listed_event(1, "Aldous", 10), listed_event(2, "Brume", 11)];
        policy.crawl(&crawl(at(1, 6), both()));
        let ids: Vec<String> = policy.claims(day(1)).into_iter().map(|claim| claim.id).collect();
        policy.crawl(&crawl(at(1, 12), vec![listed_event(1, "Aldous", 10)]));
        let brume = ("Brume".to_owned(), Status::Cancelled, true);
        assert_eq!(statuses(&policy), [("Aldous".to_owned(), Status::Scheduled, false), brume]);
        policy.crawl(&failed(at(1, 18)));
        assert!(statuses(&policy).iter().all(|(_, status, presumed)| *status == Status::Cancelled && *presumed));
        policy.crawl(&crawl(at(2, 6), both()));
        assert!(policy.claims(day(1)).iter().all(|claim| claim.status == Status::Scheduled && !claim.presumed));
        assert_eq!(policy.claims(day(1)).into_iter().map(|claim| claim.id).collect::<Vec<_>>(), ids);
    }

    #[test]
    fn another_title_or_hour_is_another_item_and_the_old_one_is_cancelled() {
        let mut policy = CityScrapers::default();
        policy.crawl(&crawl(at(1, 6), vec![listed_event(1, "Aldous", 10)]));
        policy.crawl(&crawl(at(1, 12), vec![listed_event(1, "Aldous Trio", 10)]));
        let claims = statuses(&policy);
        assert_eq!(claims.len(), 2);
        assert!(claims.contains(&("Aldous".to_owned(), Status::Cancelled, true)));
    }

    #[test]
    fn what_has_begun_is_not_cancelled() {
        let mut policy = CityScrapers::default();
        policy.crawl(&crawl(at(10, 6), vec![listed_event(1, "Aldous", 10)]));
        policy.crawl(&crawl(at(10, 22), Vec::new()));
        assert!(policy.claims(day(10)).iter().all(|claim| claim.status == Status::Scheduled));
    }
}
