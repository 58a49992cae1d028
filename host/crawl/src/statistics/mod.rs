//! What a crawl's events have, field by field, and whether that departs from what the source's recent good crawls had.
//!
//! After `normalize` and before `store`: [`count`] turns events into numbers, [`judge`] holds them against history, [`doubt`] lets
//! the outcome say what was found. The laws behind it stand in docs/decisions/0011. Nothing here changes an event: what a page says
//! is stored, but a crawl that departs from all that was known is not called complete.

mod chance;
mod count;
mod judge;

use chrono::{DateTime, TimeDelta, Utc};
use marquee_model::{Baseline, CrawlId, CrawlOutcome, Diagnostic, Event, Field, Severity, Statistics};

pub use count::{count, prints};
pub use judge::{FALSE_ALARMS, Finding, judge};

/// How many good crawls are looked back on: ten days of a source that is crawled every six hours. Fewer do not show how rarely a
/// known value is lost; older ones tell of another season.
pub const LOOK_BACK: u32 = 40;

/// Days after which a crawl that departed counts as what the source is like now: a week in which an operator has seen the
/// warning. Without an end, a venue that stops printing prices would be warned of for ever.
pub const SETTLES_AFTER_DAYS: i64 = 7;

/// Codes of the diagnostics.
pub mod codes {
    /// Fewer events have a field than the source's recent good crawls let expect, or known events lost it.
    pub const FIELD_FELL_AWAY: &str = "field-fell-away";
    /// Known events have other values of a field, more of them than ever change between two crawls.
    pub const FIELD_CHANGED: &str = "field-changed";
    /// More events than before share one value of a field.
    pub const VALUES_ALIKE: &str = "values-alike";
    /// Values are of another kind than before.
    pub const VALUES_ODD: &str = "values-odd";
    /// Fewer events than before, or known events that are no more listed.
    pub const EVENTS_FELL_AWAY: &str = "events-fell-away";
}

/// The time before which crawls count for history even if they departed from what was known then.
#[must_use]
pub fn settled(now: DateTime<Utc>) -> DateTime<Utc> {
    now - TimeDelta::days(SETTLES_AFTER_DAYS)
}

/// The outcome in the light of what was found. What failed has failed; nothing else stays as sure as it was.
#[must_use]
pub fn doubt(outcome: CrawlOutcome, findings: &[Finding]) -> CrawlOutcome {
    const TOLD: usize = 3; // the rest are diagnostics; the sentence is for a table
    let mut told = findings.iter().take(TOLD).map(|finding| finding.message.as_str()).collect::<Vec<_>>().join("; ");
    if findings.len() > TOLD {
        told.push_str(&format!("; and {} more", findings.len() - TOLD));
    }
    match outcome {
        outcome if findings.is_empty() => outcome,
        CrawlOutcome::Complete => CrawlOutcome::Partial { reason: told },
        CrawlOutcome::Partial { reason } => CrawlOutcome::Partial { reason: format!("{reason}; {told}") },
        CrawlOutcome::Empty { evidence } => {
            CrawlOutcome::Partial { reason: format!("the page says that nothing is on (`{evidence}`), yet {told}") }
        }
        failed => failed,
    }
}

/// The findings as diagnostics.
#[must_use]
pub fn diagnostics(findings: &[Finding]) -> Vec<Diagnostic> {
    let remark = |finding: &Finding| Diagnostic {
        severity: Severity::Warning,
        code: finding.code.to_owned(),
        message: finding.message.clone(),
        event: None,
        raw: None,
    };
    findings.iter().map(remark).collect()
}

/// The baseline that this crawl leaves for the next one; `None` keeps the one before: a crawl in doubt, or one that lacks events,
/// would teach that they are gone.
#[must_use]
pub fn next_baseline(
    crawl: CrawlId,
    at: DateTime<Utc>,
    outcome: &CrawlOutcome,
    statistics: &Statistics,
    events: &[Event],
    before: Option<&Baseline>,
) -> Option<Baseline> {
    let is_read = matches!(outcome, CrawlOutcome::Complete | CrawlOutcome::Partial { .. } | CrawlOutcome::Empty { .. });
    let is_good = !statistics.suspect && !matches!(outcome, CrawlOutcome::Partial { .. });
    let is_due = before.is_none_or(|before| before.taken_at < settled(at));
    (is_read && (is_good || is_due)).then(|| Baseline { crawl, taken_at: at, events: prints(events) })
}

/// One line: how many events have each field, for tables.
#[must_use]
pub fn in_short(statistics: &Statistics) -> String {
    let having = |field: Field| Some((field, statistics.of(field).having)).filter(|(_, having)| *having > 0);
    let fields: Vec<String> =
        Field::ALL.into_iter().filter_map(having).map(|(field, having)| format!("{} {having}", field.name())).collect();
    if fields.is_empty() { "no event".to_owned() } else { format!("of {}: {}", statistics.items, fields.join(", ")) }
}
