//! The numbers that decide when absence counts and when two tellings are one event; each with unit, default and reason.

use serde::{Deserialize, Serialize};

/// Limits of reconciling.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReconcileSettings {
    /// Crawls in a row in which an event must be absent before it is presumed cancelled. Default 3: two can be one bad
    /// evening of a site, the third is another visit.
    pub absent_crawls: u32,
    /// Hours between the first and the last of them, at least. Default 48: pages that were broken have been repaired
    /// within two days, and a crawl asked for by hand three times must not cancel anything.
    pub absent_hours: u32,
    /// Hours before its start from which on it tells nothing that an event of today is absent. Default 8: a site that reckons its
    /// days in UTC drops a show of eight in Honolulu at two, and doors open before the start.
    pub begun_hours: u32,
    /// Hours for which a sold-out event must have been listed as sold out to show that the source goes on listing what is.
    /// Default 72: who drops what cannot be sold does so when it sells out, or on the next working day.
    pub sold_out_hours: u32,
    /// Other sold-out events that the source must be known to go on listing (up to their night, or for
    /// [`sold_out_hours`](Self::sold_out_hours) by now) before the absence of one that sold out lately counts. Default 3: many
    /// listings drop what cannot be sold, and one that was kept may have been overlooked.
    pub sold_out_kept: usize,
    /// Percent of the sold-out events known of the source that it may have dropped before their night, and be taken to go on listing
    /// them all the same. Default 20: some of those did vanish.
    pub sold_out_dropped_percent: usize,
    /// Crawl ids kept as evidence of an absence. Default 8: enough to look them up, bounded however long it lasts.
    pub crawls_kept: usize,
    /// Events that may vanish from any listing at once. Default 3: a tour of three nights falls together; more is a
    /// page's doing until the source's history says otherwise.
    pub vanish_floor: u32,
    /// Percent of the events in the window that may vanish at once from a source whose habits are not known yet.
    /// Default 20.
    pub vanish_young_percent: u32,
    /// Hours for which events that came all at once may have been listed, and be believed to be gone when they go all at once.
    /// Default 72: a page of another venue is found and repaired by then; a programme that is printed as a whole stays longer.
    pub spell_hours: u32,
    /// Crawls after which a source's own history decides instead. Default 20: five days at four crawls a day.
    pub vanish_history: usize,
    /// Percent of the largest share that ever vanished at once and that may vanish again. Default 150: half as much
    /// again.
    pub vanish_slack_percent: u32,
    /// Percent of the events in the window that may vanish at once, whatever history says. Default 50: half a listing
    /// is not cancelled in one day.
    pub vanish_most_percent: u32,
    /// Crawls in a row in which a plan was held as a whole or too much had vanished, after which the page is believed.
    /// Default 12.
    pub release_crawls: u32,
    /// Hours over which these crawls must stretch. Default 168, a week: a template with a wrong year or a page of
    /// another venue is found by its owner before that.
    pub release_hours: u32,
    /// Events that must be concerned before a page as a whole is doubted. Default 3: less is within an ordinary day's
    /// changes.
    pub guard_events: usize,
    /// Percent of the known events of the window that a page must list to be taken for this source's page. Default 10.
    pub same_page_percent: usize,
    /// Percent of the events concerned that must have moved by the same number of days to be taken for a fault of the
    /// template. Default 80.
    pub shift_percent: usize,
    /// Percent of the events that had a field and lost it at once, from which on the loss is the page's and not the
    /// events'. Default 50.
    pub loss_percent: usize,
    /// Least score, 0 to 1, with which evidence alone continues an event. Default 0.5.
    pub evidence_least: f64,
    /// How much better than any other reading the evidence must be. Default 0.1: below that a person decides.
    pub evidence_margin: f64,
    /// Percent of a page's events that must be known by strong evidence before weak evidence (the same hour of the same
    /// night under another title, or a key under which everything else is new) continues an event. Default 50: on a
    /// strange page, weak evidence is chance.
    pub weak_needs_percent: usize,
    /// Minutes between two starts on one night from which on they are an early and a late show. Default 75: no room is
    /// cleared and filled again within that, and a corrected time is seldom further off.
    pub two_shows_minutes: i64,
    /// Days that an event postponed without a new day waits for one. Default 540: tours are put off by a season or a
    /// year.
    pub postponed_days: u32,
    /// Whether events that are over when they are first seen are recorded. Default true: a listing's archive is
    /// knowledge too.
    pub record_past: bool,
}

impl Default for ReconcileSettings {
    fn default() -> Self {
        Self {
            absent_crawls: 3,
            absent_hours: 48,
            begun_hours: 8,
            sold_out_hours: 72,
            sold_out_kept: 3,
            sold_out_dropped_percent: 20,
            crawls_kept: 8,
            vanish_floor: 3,
            vanish_young_percent: 20,
            spell_hours: 72,
            vanish_history: 20,
            vanish_slack_percent: 150,
            vanish_most_percent: 50,
            release_crawls: 12,
            release_hours: 168,
            guard_events: 3,
            same_page_percent: 10,
            shift_percent: 80,
            loss_percent: 50,
            evidence_least: 0.5,
            evidence_margin: 0.1,
            weak_needs_percent: 50,
            two_shows_minutes: 75,
            postponed_days: 540,
            record_past: true,
        }
    }
}
