//! What the sources have shown: which truths each listed when, and since when a vanishing is certain.
//!
//! The same for every policy. Certain is what the rules of Marquee ask for and nobody could know sooner without guessing:
//! three complete crawls in a row that cover the night and do not list it, over at least 48 hours, none of them in the last eight
//! hours before it begins, the last of them shorter than the listing was lately. (A listing that is as long as ever may be cut off at its
//! end, and what is absent may have moved beyond it.)

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use marquee_model::{CrawlOutcome, Status};

use super::events::is_on;
use crate::{seen::SeenCrawl, truth::TruthId};

/// Crawls in a row that make a vanishing certain.
const CRAWLS: usize = 3;
/// Hours between the first and the last of them.
const HOURS: i64 = 48;
/// Complete crawls by whose length it is known whether a listing is as long as it ever was.
const LENGTHS: usize = 60;
/// Hours before its start from which on an absence tells nothing.
const BEGUN_HOURS: i64 = 8;

/// A crawl that did not list it.
#[derive(Debug, Clone, Copy)]
struct Look {
    at: DateTime<Utc>,
    /// Whether its absence tells something.
    tells: bool,
    /// Whether the listing may be cut off at its end.
    full: bool,
}

/// One source's word on one truth.
#[derive(Debug, Clone)]
struct Told {
    status: Status,
    night: NaiveDate,
    start: Option<DateTime<Utc>>,
    /// Crawls since it was last listed, up to its night.
    since: Vec<Look>,
}

impl Told {
    fn is_absent(&self) -> bool {
        self.since.iter().any(|look| look.tells)
    }

    /// The crawl that made it certain that it is off the page since `gone`, and how many came after.
    fn certain(&self, gone: DateTime<Utc>) -> Option<Certain> {
        let mut absent = self.since.iter().enumerate().filter(|(_, look)| look.tells && look.at >= gone);
        let (_, first) = absent.clone().next()?;
        let enough = |look: &Look| !look.full && look.at - first.at >= TimeDelta::hours(HOURS);
        let (place, Look { at, .. }) = absent.by_ref().skip(CRAWLS - 1).find(|(_, look)| enough(look))?;
        Some(Certain { at: *at, crawls_after: u32::try_from(self.since.len() - place - 1).unwrap_or(u32::MAX) })
    }
}

/// What all sources have told.
#[derive(Debug, Clone, Default)]
pub(crate) struct Listed {
    by_source: BTreeMap<usize, BTreeMap<TruthId, Told>>,
    /// How many events each source listed in its last complete crawls.
    lengths: BTreeMap<usize, VecDeque<usize>>,
}

/// Since when nobody can doubt that an event has vanished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Certain {
    /// The crawl that made it certain.
    pub(crate) at: DateTime<Utc>,
    /// Crawls after that one, of the sources that told of it.
    pub(crate) crawls_after: u32,
}

impl Listed {
    /// Takes a crawl in.
    pub(crate) fn crawl(&mut self, seen: &SeenCrawl) {
        let told = self.by_source.entry(seen.source).or_default();
        let now: BTreeSet<TruthId> = seen.events.iter().filter_map(|(_, truth)| *truth).collect();
        for (event, truth) in &seen.events {
            let Some(truth) = truth else { continue };
            let before = told.get(truth).map_or(event.status, |told| told.status);
            // A page that has lost fields, or its second half, may have lost the word as well.
            let status = if !seen.sound && is_on(event.status) { before } else { event.status };
            told.insert(*truth, Told { status, night: event.start.date, start: event.start.utc, since: Vec::new() });
        }
        let is_complete = matches!(seen.outcome, CrawlOutcome::Complete | CrawlOutcome::Empty { .. });
        let is_empty = matches!(seen.outcome, CrawlOutcome::Empty { .. });
        let last = seen.events.iter().map(|(event, _)| event.start.date).max();
        let lengths = self.lengths.entry(seen.source).or_default();
        let full = seen.window.is_none() && !is_empty && lengths.iter().all(|length| *length <= seen.events.len());
        if is_complete {
            // How long another venue's listing was, or last month's, says nothing of this one.
            lengths.push_back(if seen.sound { seen.events.len() } else { 0 });
            let beyond = lengths.len().saturating_sub(LENGTHS);
            lengths.drain(..beyond);
        }
        let covers = |night: NaiveDate| match seen.window {
            Some(window) => night >= window.from && window.to.is_none_or(|to| night <= to),
            None => is_empty || last.is_some_and(|last| night < last),
        };
        for (truth, told) in told.iter_mut() {
            if told.night >= seen.day && !now.contains(truth) {
                // Tonight's event is taken off for having begun, or soon.
                let is_before = told.night > seen.day
                    || told.start.is_some_and(|start| seen.at + TimeDelta::hours(BEGUN_HOURS) <= start);
                let tells = is_complete && is_before && covers(told.night);
                told.since.push(Look { at: seen.at, tells, full });
            }
        }
    }

    /// Whether this source ever listed one of these.
    pub(crate) fn has_any(&self, source: usize, truths: &BTreeSet<TruthId>) -> bool {
        self.by_source.get(&source).is_some_and(|told| truths.iter().any(|truth| told.contains_key(truth)))
    }

    /// Whether any source lists it, by its last crawl that could tell.
    pub(crate) fn is_listed(&self, truth: TruthId) -> bool {
        self.of(truth).any(|told| !told.is_absent())
    }

    /// Whether the last word that some source had on it was this.
    pub(crate) fn last_said(&self, truth: TruthId, status: Status) -> bool {
        self.of(truth).any(|told| told.status == status)
    }

    /// Since when it is certain that it is gone, having been taken off the pages at `gone`: certain from every source
    /// that ever told of it.
    pub(crate) fn certain(&self, truth: TruthId, gone: DateTime<Utc>) -> Option<Certain> {
        let mut latest: Option<Certain> = None;
        for told in self.of(truth) {
            let certain = told.certain(gone)?;
            latest = latest.filter(|latest| latest.at >= certain.at).or(Some(certain));
        }
        latest
    }

    fn of(&self, truth: TruthId) -> impl Iterator<Item = &Told> {
        self.by_source.values().filter_map(move |told| told.get(&truth))
    }
}

#[cfg(test)]
mod tests {
    use marquee_model::{Event, Window};

    use super::*;
    use crate::judge::samples::{at, crawl, listed_event, partial};

    #[test]
    fn a_vanishing_is_certain_after_three_complete_crawls_over_two_days() {
        let mut listed = Listed::default();
        let other = listed_event(2, "Brume", 20);
        listed.crawl(&crawl(at(1, 6), vec![listed_event(1, "Aldous", 10), other.clone()]));
        for (day, hour) in [(1, 12), (2, 12), (3, 6)] {
            listed.crawl(&crawl(at(day, hour), vec![other.clone()]));
            assert_eq!(listed.certain(TruthId(1), at(1, 8)), None, "{day} {hour}");
        }
        listed.crawl(&crawl(at(3, 12), vec![other.clone()]));
        assert_eq!(listed.certain(TruthId(1), at(1, 8)), Some(Certain { at: at(3, 12), crawls_after: 0 }));
        listed.crawl(&crawl(at(4, 12), vec![other]));
        assert_eq!(listed.certain(TruthId(1), at(1, 8)).map(|certain| certain.crawls_after), Some(1));
    }

    #[test]
    fn crawls_that_are_not_complete_or_do_not_cover_the_night_make_nothing_certain() {
        let mut listed = Listed::default();
        listed.crawl(&crawl(at(1, 6), vec![listed_event(1, "Aldous", 10)]));
        for day in 2..9 {
            listed.crawl(&partial(at(day, 12), Vec::new()));
            listed.crawl(&crawl(at(day, 13), vec![listed_event(2, "Brume", 9)]));
            let window = Some(Window { from: at(day, 0).date_naive(), to: Some(at(9, 0).date_naive()) });
            listed.crawl(&SeenCrawl { window, ..crawl(at(day, 14), vec![listed_event(3, "Cinder", 20)]) });
        }
        assert_eq!(listed.certain(TruthId(1), at(1, 8)), None);
    }

    #[test]
    fn the_word_of_a_broken_page_that_takes_one_back_is_not_the_last_one() {
        let mut listed = Listed::default();
        let said = |status| {
            let (event, truth) = listed_event(1, "Aldous", 10);
            vec![(Event { status, ..event }, truth)]
        };
        let broken = |seen: SeenCrawl| SeenCrawl { sound: false, ..seen };
        listed.crawl(&crawl(at(1, 6), said(Status::Cancelled)));
        listed.crawl(&broken(crawl(at(2, 6), said(Status::Scheduled))));
        assert!(listed.last_said(TruthId(1), Status::Cancelled));
        listed.crawl(&crawl(at(3, 6), said(Status::Scheduled)));
        assert!(!listed.last_said(TruthId(1), Status::Cancelled));
        listed.crawl(&broken(crawl(at(4, 6), said(Status::Cancelled))));
        assert!(listed.last_said(TruthId(1), Status::Cancelled), "what it says itself it says");
    }

    #[test]
    fn the_length_of_a_broken_page_says_nothing_of_the_listing() {
        let other = listed_event(2, "Brume", 20);
        let gone = |sound| {
            let mut listed = Listed::default();
            listed.crawl(&crawl(at(1, 6), vec![listed_event(1, "Aldous", 15), other.clone()]));
            let long = vec![other.clone(), listed_event(3, "Cinder", 9), listed_event(4, "Drift", 9)];
            listed.crawl(&SeenCrawl { sound, ..crawl(at(2, 6), long) });
            for day in 3..8 {
                listed.crawl(&crawl(at(day, 6), vec![other.clone(), listed_event(5, "Ember", 21)]));
            }
            listed.certain(TruthId(1), at(1, 8)).is_some()
        };
        assert!(gone(true) && !gone(false));
    }

    #[test]
    fn two_absences_make_nothing_certain_however_far_apart() {
        let mut listed = Listed::default();
        let other = listed_event(2, "Brume", 20);
        listed.crawl(&crawl(at(1, 6), vec![listed_event(1, "Aldous", 10), other.clone()]));
        for day in [2, 6] {
            listed.crawl(&crawl(at(day, 12), vec![other.clone()]));
            assert_eq!(listed.certain(TruthId(1), at(1, 8)), None, "{day}");
        }
        listed.crawl(&crawl(at(7, 12), vec![other]));
        assert_eq!(listed.certain(TruthId(1), at(1, 8)).map(|certain| certain.at), Some(at(7, 12)));
    }

    #[test]
    fn absences_before_it_was_gone_do_not_count() {
        let mut listed = Listed::default();
        let other = listed_event(2, "Brume", 20);
        listed.crawl(&crawl(at(1, 6), vec![listed_event(1, "Aldous", 15), other.clone()]));
        for day in 2..8 {
            listed.crawl(&crawl(at(day, 6), vec![other.clone()]));
        }
        assert_eq!(listed.certain(TruthId(1), at(1, 8)).map(|certain| certain.at), Some(at(4, 6)));
        assert_eq!(listed.certain(TruthId(1), at(4, 8)).map(|certain| certain.at), Some(at(7, 6)));
    }

    #[test]
    fn what_another_source_still_lists_has_not_vanished() {
        let mut listed = Listed::default();
        let (aldous, other) = (listed_event(1, "Aldous", 10), listed_event(2, "Brume", 20));
        let seller = |seen: SeenCrawl| SeenCrawl { source: 7, ..seen };
        listed.crawl(&crawl(at(1, 6), vec![aldous.clone(), other.clone()]));
        listed.crawl(&seller(crawl(at(1, 7), vec![aldous.clone(), other.clone()])));
        for day in 1..6 {
            listed.crawl(&crawl(at(day, 12), vec![other.clone()]));
            listed.crawl(&seller(crawl(at(day, 13), vec![aldous.clone(), other.clone()])));
        }
        assert_eq!(listed.certain(TruthId(1), at(1, 8)), None);
        assert!(listed.is_listed(TruthId(1)));
        for day in 6..9 {
            listed.crawl(&seller(crawl(at(day, 13), vec![other.clone()])));
        }
        assert_eq!(listed.certain(TruthId(1), at(1, 8)).map(|certain| certain.at), Some(at(8, 13)));
        assert!(!listed.is_listed(TruthId(1)));
    }
}
