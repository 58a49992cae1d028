//! How a source is doing: judged from its last crawls, for the operator and for whoever asks why a venue is empty.
//!
//! Pure. It only tells; nothing is lost or cancelled because of it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::CrawlOutcome;

/// How many crawls are looked back on: five days at the usual four a day, so that a calendar that runs out slowly is its own usual.
pub const LOOK_BACK: usize = 20;

/// A crawl, as far as health is concerned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecentCrawl {
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// How it ended.
    pub outcome: CrawlOutcome,
    /// Events that it found.
    pub found: u32,
    /// Whether it departs from the crawls before it (see [`crate::Statistics::suspect`]).
    pub departs: bool,
}

/// How a source is doing, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// The last crawl read everything, and as much as usual.
    Good,
    /// Something could not be read.
    Partial,
    /// Nothing came, or far less than usual, or values are not what they were.
    Suspect,
    /// Nothing could be read.
    Failing,
    /// It was not tried yet.
    NeverCrawled,
}

/// The word for it, and why it is not good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// The word.
    pub health: Health,
    /// A sentence; `None` where all is well.
    pub why: Option<String>,
}

/// How many events a source's good crawls usually found: the median, over crawls that read the whole listing and were not in doubt.
#[must_use]
pub fn usual(crawls: &[RecentCrawl]) -> Option<u32> {
    let mut counts: Vec<u32> = crawls.iter().filter(|crawl| is_good(crawl)).map(|crawl| crawl.found).collect();
    counts.sort_unstable();
    counts.get(counts.len() / 2).copied()
}

/// Judges a source by its crawls, the newest first.
///
/// A crawl that found nothing, or a third fewer than usual, is suspect at once: a redesign that hides half a calendar, and a page
/// that is empty by mistake, look like a venue that has less on. "Usual" is what the crawls before it found.
#[must_use]
pub fn judge(crawls: &[RecentCrawl]) -> Judged {
    let Some((last, before)) = crawls.split_first() else {
        return Judged { health: Health::NeverCrawled, why: None };
    };
    let told = || {
        let word = last.outcome.name().replace('_', " ");
        format!("{word}: {}", last.outcome.reason().unwrap_or("no reason is known"))
    };
    let is_read =
        matches!(last.outcome, CrawlOutcome::Complete | CrawlOutcome::Partial { .. } | CrawlOutcome::Empty { .. });
    if !is_read {
        return Judged { health: Health::Failing, why: Some(told()) };
    }
    if let Some(usual) = usual(before)
        && is_few(last.found, usual)
    {
        let found = match last.found {
            0 => "nothing is listed".to_owned(),
            found => format!("{found} events are listed"),
        };
        let words = last.outcome.reason().map(|reason| format!(" ({reason})")).unwrap_or_default();
        return Judged {
            health: Health::Suspect,
            why: Some(format!("{found}, where {usual} are usual{words}; look at the page, and at `marquee crawl`")),
        };
    }
    match last.outcome {
        _ if last.departs => Judged { health: Health::Suspect, why: Some(told()) },
        CrawlOutcome::Partial { .. } => Judged { health: Health::Partial, why: Some(told()) },
        _ => Judged { health: Health::Good, why: None },
    }
}

/// Nothing where something is usual, or at least a third fewer. Of one or two events one may be over without any fault.
fn is_few(found: u32, usual: u32) -> bool {
    const SMALL: u32 = 2;
    if found == 0 || usual <= SMALL {
        return found == 0 && usual > 0;
    }
    u64::from(found) * 3 <= u64::from(usual) * 2
}

fn is_good(crawl: &RecentCrawl) -> bool {
    !crawl.departs && matches!(crawl.outcome, CrawlOutcome::Complete | CrawlOutcome::Empty { .. })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crawl(found: u32, outcome: CrawlOutcome) -> RecentCrawl {
        RecentCrawl { started_at: DateTime::UNIX_EPOCH, outcome, found, departs: false }
    }

    fn complete(counts: &[u32]) -> Vec<RecentCrawl> {
        counts.iter().map(|found| crawl(*found, CrawlOutcome::Complete)).collect()
    }

    #[test]
    fn a_third_fewer_than_usual_is_suspect_at_once_and_less_than_a_third_is_not() {
        assert_eq!(judge(&complete(&[20, 30, 30, 31])).health, Health::Suspect);
        assert_eq!(judge(&complete(&[21, 30, 30, 31])).health, Health::Good);
        let why = judge(&complete(&[20, 30, 30, 31])).why.unwrap();
        assert!(why.contains("20 events") && why.contains("30 are usual"), "{why}");
    }

    #[test]
    fn nothing_is_suspect_even_with_the_pages_own_words_for_it() {
        let mut crawls = vec![crawl(0, CrawlOutcome::Empty { evidence: "No upcoming events".to_owned() })];
        crawls.extend(complete(&[8, 8]));
        let judged = judge(&crawls);
        assert_eq!(judged.health, Health::Suspect);
        assert!(judged.why.unwrap().contains("No upcoming events"));
    }

    #[test]
    fn a_calendar_that_stays_short_becomes_its_own_usual() {
        let mut counts = vec![10; 11];
        counts.extend([30; 9]);
        assert_eq!(judge(&complete(&counts)).health, Health::Good);
    }

    #[test]
    fn doubtful_and_partial_crawls_do_not_say_what_is_usual() {
        let mut crawls = complete(&[5]);
        crawls.push(RecentCrawl { departs: true, ..crawl(100, CrawlOutcome::Complete) });
        crawls.push(crawl(90, CrawlOutcome::Partial { reason: "one page".to_owned() }));
        assert_eq!((usual(&crawls), judge(&crawls).health), (Some(5), Health::Good));
    }

    #[test]
    fn one_of_two_events_may_be_over_and_a_source_that_fails_is_failing() {
        assert_eq!(judge(&complete(&[1, 2, 2])).health, Health::Good);
        let failed = CrawlOutcome::Failed { stage: "fetch".to_owned(), reason: "timed out".to_owned() };
        let judged = judge(&[crawl(0, failed)]);
        assert_eq!((judged.health, judged.why.as_deref()), (Health::Failing, Some("failed: timed out")));
        assert_eq!(judge(&[]).health, Health::NeverCrawled);
    }
}
