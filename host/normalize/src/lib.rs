//! From claims to events: the stage between extraction and storage.
//!
//! [`normalize`] takes everything that one crawl's pages claim, merges what belongs together, and turns each claim into an
//! [`Event`] whose every field is valid, or into [`Rejection`]s that say what was not believed and why. It is a pure function:
//! no clock (the page's time of fetching is "now"), no files, no randomness; the same claims give the same events.
//!
//! What it never does: drop something in silence, guess where a page is ambiguous, or let one bad record spoil the others.

mod bill;
mod build;
mod explain;
mod grouping;
pub mod limits;
mod links;
mod price;
mod report;
mod times;
mod words;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use marquee_model::{
    CrawlId, Diagnostic, Digest, Event, EventClaim, Page, PluginVersion, Rejection, Severity, Source, WebUrl,
};
use marquee_reading::zone;

pub use explain::{Told, explain_event};
pub use limits::NormalizeLimits;

use grouping::Seen;
use report::{Report, Subject};
use times::Calendar;

/// What the normaliser needs to know about a page.
#[derive(Debug, Clone, Copy)]
pub struct PageFacts<'a> {
    /// Digest of its body.
    pub digest: Digest,
    /// Its address after redirects; relative URLs are resolved against it.
    pub url: &'a WebUrl,
    /// When it was fetched: "now".
    pub fetched_at: DateTime<Utc>,
    /// How many follow requests led to it. Of two claims with one key the one of the deeper page wins.
    pub depth: u8,
}

impl<'a> From<&'a Page> for PageFacts<'a> {
    fn from(page: &'a Page) -> Self {
        Self { digest: page.digest, url: &page.url, fetched_at: page.fetched_at, depth: page.request.depth }
    }
}

/// A page and what an extractor claims to be on it.
#[derive(Debug, Clone, Copy)]
pub struct PageClaims<'a> {
    /// The page.
    pub page: PageFacts<'a>,
    /// The claims, in page order.
    pub claims: &'a [EventClaim],
}

/// Everything that one crawl of a source gave.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The source: zone, languages, currency, venue and defaults.
    pub source: &'a Source,
    /// The crawl, for the attribution.
    pub crawl: CrawlId,
    /// The plugin that made the claims, for the attribution.
    pub plugin: &'a PluginVersion,
    /// The pages in the order in which they were read.
    pub pages: &'a [PageClaims<'a>],
}

/// What became of the claims. `claims + further == events + fatal rejections + merged`, always: nothing is lost.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Normalized {
    /// The events, in the order of their first claim; identities are unique.
    pub events: Vec<Event>,
    /// What was not taken over: whole events (`fatal`) and single fields.
    pub rejections: Vec<Rejection>,
    /// Contradictions and inferences worth knowing. Codes: see [`codes`].
    pub diagnostics: Vec<Diagnostic>,
    /// Claims that were handed in.
    pub claims: usize,
    /// Starts beyond the first that claims name ("27, 28 and 29 November"): each makes an event of its own.
    pub further: usize,
    /// Claims (and further starts) that went into the event of another claim: the same key, or the same night, title and time.
    pub merged: usize,
}

impl Normalized {
    /// Events on the pages after merging: those taken over and those left out.
    #[must_use]
    pub fn found(&self) -> usize {
        (self.claims + self.further).saturating_sub(self.merged)
    }

    /// Events that were left out, each with a fatal rejection.
    #[must_use]
    pub fn left_out(&self) -> usize {
        self.rejections.iter().filter(|r| r.fatal).count()
    }
}

/// The codes of the normaliser's diagnostics.
pub mod codes {
    /// The weekday printed is not that of the date; the date stands.
    pub const WEEKDAY_MISMATCH: &str = "weekday_mismatch";
    /// A field of the page and the words of a title say different things of whether the event takes place.
    pub const STATUS_CONFLICT: &str = "status_conflict";
    /// Two claims of one event differ in a field.
    pub const MERGE_CONFLICT: &str = "merge_conflict";
    /// An event without a key is listed more than once.
    pub const LISTED_TWICE: &str = "listed_twice";
    /// A value was longer than its limit.
    pub const SHORTENED: &str = "shortened";
    /// The event lasts from midnight to midnight; its time is taken as unknown.
    pub const WHOLE_DAY: &str = "whole_day";
    /// The event ends at the minute of its start; its end is taken as unknown.
    pub const END_IS_START: &str = "end_is_start";
    /// The start falls into the hour that is skipped when clocks go forward.
    pub const CLOCK_GAP: &str = "clock_gap";
    /// The start falls into the hour that occurs twice when clocks go back.
    pub const CLOCK_FOLD: &str = "clock_fold";
    /// Every event of the crawl lies before the day of fetching: an archive, or a wrong year in a template.
    pub const ALL_PAST: &str = "all_past";
    /// There was more to remark on than the limits allow.
    pub const REMARKS_LEFT_AWAY: &str = "remarks_left_away";
}

/// Normalises the claims of one crawl.
///
/// Events before the day of fetching are kept like others: listings show tonight's, and archives are true. Only when all of
/// them lie in the past a diagnostic says so.
#[must_use]
pub fn normalize(input: &Input<'_>, limits: &NormalizeLimits) -> Normalized {
    normalize_told(input, limits, |_, _| {})
}

/// The same, telling of each event which claims it was made of: `told` is given the event's place among the events and the claim's
/// among all claims of the input, the claim whose values go first before the others.
pub fn normalize_told(input: &Input<'_>, limits: &NormalizeLimits, mut told: impl FnMut(usize, usize)) -> Normalized {
    let mut report = Report::new(limits);
    let claims = seen(input, limits, &mut report);
    let grouped = grouping::group(&claims, limits);
    let mut events: Vec<Event> = Vec::with_capacity(grouped.occurrences.len());
    let mut identities = BTreeSet::new();
    for occurrence in &grouped.occurrences {
        let Some(event) = build::event(input, limits, occurrence, &mut report) else { continue };
        if identities.insert(event.identity.clone()) {
            occurrence.sightings.iter().for_each(|sighting| told(events.len(), sighting.seen.place));
            events.push(event);
        } else if let Some(sighting) = occurrence.sightings.first() {
            // Only a key that imitates the form of an identity leads here.
            let reason = "another event of this crawl has the same identity";
            report.event(&sighting.seen.subject, "identity", reason, Some(&event.identity));
        }
    }
    remark_if_all_past(input, &events, &mut report);
    let (rejections, diagnostics) = report.finish();
    let (further, merged) = (grouped.further, grouped.merged);
    Normalized { events, rejections, diagnostics, claims: claims.len(), further, merged }
}

/// Reads of every claim what tells which event it speaks of.
fn seen<'a>(input: &Input<'a>, limits: &NormalizeLimits, report: &mut Report<'_>) -> Vec<Seen<'a>> {
    let mut all = Vec::new();
    for PageClaims { page, claims } in input.pages {
        let starts = Calendar::of(input.source, page, limits).starts(claims);
        let level = (claims.len() == 1).then_some(page.depth);
        for (claim, starts) in claims.iter().zip(starts) {
            let place = all.len();
            let key = claim.key.as_deref().map(key_of).filter(|key| !key.is_empty());
            let printed = claim.title.as_deref().map(str::trim).filter(|title| !title.is_empty());
            let name = key.clone().or(printed.map(str::to_owned)).unwrap_or_else(|| format!("#{}", place + 1));
            let subject = Subject { event: name.chars().take(limits.name_chars).collect(), page: page.digest };
            let (title, words) = printed.map_or((None, None), |raw| bill::title(raw, limits, &subject, report));
            all.push(Seen { page: *page, claim, place, level, key, title, words, starts, subject });
        }
    }
    all
}

/// A key without what cannot be seen.
fn key_of(raw: &str) -> String {
    raw.trim().chars().filter(|c| !c.is_control()).collect()
}

fn remark_if_all_past(input: &Input<'_>, events: &[Event], report: &mut Report<'_>) {
    let Some(fetched_at) = input.pages.iter().map(|page| page.page.fetched_at).max() else { return };
    let today = zone::local(fetched_at, input.source.zone).date();
    if let Some(latest) = events.iter().map(|event| event.start.date).max()
        && latest < today
    {
        let message = format!("every event lies before {today}, the last on {latest}: an archive, or a wrong year");
        report.remark(Severity::Warning, codes::ALL_PAST, None, message, None);
    }
}
