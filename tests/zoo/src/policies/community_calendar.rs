//! Community Calendar (`judell/community-calendar`): every build combines the feeds as they were last downloaded, and
//! what has one date and titles of which one begins the other is one event.
//!
//! A feed that cannot be downloaded stays as it was; one that can replaces what it said before, so nothing is remembered
//! of what a feed drops. An event's id is made of date and title.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{claimed, ran, slug};
use crate::{
    judge::folded,
    seen::{Claimed, Policy, SeenCrawl},
};

/// The feeds as last downloaded.
#[derive(Debug, Clone, Default)]
pub struct CommunityCalendar {
    feeds: BTreeMap<usize, Vec<Claimed>>,
}

impl Policy for CommunityCalendar {
    fn name(&self) -> &str {
        "community-calendar"
    }

    fn crawl(&mut self, seen: &SeenCrawl) {
        if !ran(seen) {
            return;
        }
        let feed = seen.events.iter().map(|(event, truth)| {
            let id = format!("{}-{}", event.start.date, slug(&event.title));
            claimed(id, seen.venue, event, *truth)
        });
        self.feeds.insert(seen.source, feed.collect());
    }

    fn claims(&self, day: NaiveDate) -> Vec<Claimed> {
        let mut by_date: BTreeMap<NaiveDate, Vec<(String, &Claimed)>> = BTreeMap::new();
        for claim in self.feeds.values().flatten().filter(|claim| claim.start.date >= day) {
            let title = folded(&claim.title);
            let others = by_date.entry(claim.start.date).or_default();
            if !others.iter().any(|(other, _)| begins(other, &title) || begins(&title, other)) {
                others.push((title, claim));
            }
        }
        by_date.into_values().flatten().map(|(_, claim)| claim.clone()).collect()
    }
}

/// Whether the second title begins with the first, word by word.
fn begins(start: &str, title: &str) -> bool {
    title.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::samples::{at, crawl, day, failed, listed_event};

    fn titles(policy: &CommunityCalendar) -> Vec<String> {
        policy.claims(day(1)).into_iter().map(|claim| claim.title).collect()
    }

    #[test]
    fn one_title_that_begins_another_on_one_date_is_one_event_in_any_feed() {
        let mut policy = CommunityCalendar::default();
        policy.crawl(&crawl(at(1, 6), vec![listed_event(1, "Aldous", 10), listed_event(2, "Aldous", 11)]));
        let other = vec![listed_event(1, "Aldous w/ Moths", 10), listed_event(3, "Aldousians", 11)];
        policy.crawl(&SeenCrawl { source: 1, ..crawl(at(1, 7), other) });
        assert_eq!(titles(&policy), ["Aldous", "Aldous", "Aldousians"]);
    }

    #[test]
    fn an_early_and_a_late_show_become_one() {
        let mut policy = CommunityCalendar::default();
        policy.crawl(&crawl(at(1, 6), vec![listed_event(1, "Aldous", 10), listed_event(2, "Aldous (late)", 10)]));
        assert_eq!(titles(&policy), ["Aldous"]);
    }

    #[test]
    fn a_feed_replaces_what_it_said_and_a_failed_download_does_not() {
        let mut policy = CommunityCalendar::default();
        policy.crawl(&crawl(at(1, 6), vec![listed_event(1, "Aldous", 10), listed_event(2, "Brume", 11)]));
        policy.crawl(&failed(at(1, 12)));
        assert_eq!(titles(&policy).len(), 2);
        policy.crawl(&crawl(at(1, 18), vec![listed_event(2, "Brume live", 11)]));
        assert_eq!(titles(&policy), ["Brume live"]);
    }
}
