//! What running a plugin on the page came to, and which of several results is the best.
//!
//! A plugin that says "complete" and a mark that looks sure are claims; events that the normaliser took over are the evidence. A
//! result with events that were rejected ranks below one in which all were read.

use std::collections::BTreeSet;

use futures::future::BoxFuture;
use marquee_model::{Event, Rejection};

use crate::Candidate;

/// What a plugin answered.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "kind", content = "reason", rename_all = "snake_case")]
pub enum Answer {
    /// All events were read.
    Complete,
    /// Some were not.
    Partial(String),
    /// The page says that nothing is on.
    Empty(String),
    /// What it lists is elsewhere, and was not looked at.
    Onward(String),
    /// The page is no listing.
    NotAListing(String),
    /// The plugin does not know the page, or failed.
    Refused(String),
    /// It was not run.
    NotTried(String),
}

/// One run.
#[derive(Debug, Clone)]
pub struct Trial {
    /// What the plugin answered.
    pub answer: Answer,
    /// The events that the normaliser took over.
    pub events: Vec<Event>,
    /// What it did not believe.
    pub rejections: Vec<Rejection>,
    /// Remarks such as a field that no item has.
    pub remarks: Vec<String>,
}

impl Trial {
    /// A plugin that was not run, and why.
    #[must_use]
    pub fn not_tried(reason: impl Into<String>) -> Self {
        Self::of(Answer::NotTried(reason.into()))
    }

    /// An answer without events.
    #[must_use]
    pub const fn of(answer: Answer) -> Self {
        Self { answer, events: Vec::new(), rejections: Vec::new(), remarks: Vec::new() }
    }

    /// Events that were left out.
    #[must_use]
    pub fn left_out(&self) -> usize {
        self.rejections.iter().filter(|rejection| rejection.fatal).count()
    }

    /// Share of a few useful fields that the events have.
    #[must_use]
    pub fn fullness(&self) -> f64 {
        const FIELDS: usize = 6;
        let of = |event: &Event| {
            [
                event.start.time.is_some(),
                event.event_url.is_some(),
                event.ticket_url.is_some(),
                event.price.is_some(),
                event.key.is_some(),
                event.performers.len() > 1 || event.description.is_some() || event.image_url.is_some(),
            ]
            .into_iter()
            .filter(|has| *has)
            .count()
        };
        let had: usize = self.events.iter().map(of).sum();
        if self.events.is_empty() { 0.0 } else { had as f64 / (FIELDS * self.events.len()) as f64 }
    }
}

/// Runs plugins; the caller's half.
pub trait Runs: Sync {
    /// The plugins that are there, and whether each can do without configuration.
    fn plugins(&self) -> Vec<(String, bool)>;

    /// Runs the candidate's plugin with its configuration on the page, or on what the candidate names.
    fn run<'a>(&'a self, candidate: &'a Candidate) -> BoxFuture<'a, Trial>;
}

/// A candidate that was tried.
#[derive(Debug, Clone)]
pub struct Tried {
    /// The candidate.
    pub candidate: Candidate,
    /// What came of it.
    pub trial: Trial,
    /// 0 to 1: how sure it is that this is the source to write.
    pub confidence: f64,
    /// For each field how many items have it, and remarks: for a proposal for the css plugin.
    pub proposal: Option<crate::Proposal>,
}

impl Tried {
    /// Whether it gives events, or says with evidence that there are none.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        !self.trial.events.is_empty()
            || matches!(self.trial.answer, Answer::Empty(_)) && self.candidate.confidence >= 0.4
    }
}

/// Weighs the results against each other; the best first.
pub(crate) fn rank(tried: &mut [Tried], structured: &BTreeSet<(chrono::NaiveDate, String)>) {
    // What a platform's own plugin read of its page is all there is: selectors that find more count something twice.
    let of_platform =
        |one: &&Tried| one.proposal.is_none() && one.candidate.plugin != "json-ld" && one.candidate.confidence >= 0.5;
    let count = |one: &Tried| one.trial.events.len();
    let most = tried.iter().filter(of_platform).map(count).max().filter(|most| *most > 0);
    let most = most.or_else(|| tried.iter().map(count).max()).unwrap_or_default();
    for one in tried.iter_mut() {
        one.confidence = confidence(one, most, structured);
    }
    tried.sort_by(|a, b| {
        b.confidence.total_cmp(&a.confidence).then_with(|| a.candidate.plugin.cmp(&b.candidate.plugin))
    });
}

fn confidence(one: &Tried, most: usize, structured: &BTreeSet<(chrono::NaiveDate, String)>) -> f64 {
    let marks = one.candidate.confidence;
    let trial = &one.trial;
    let events = trial.events.len();
    match &trial.answer {
        Answer::NotTried(_) => 0.35 * marks,
        Answer::Onward(_) => 0.5 * marks,
        Answer::Refused(_) | Answer::NotAListing(_) => 0.0,
        // A plugin that knows a platform's empty page has recognised it; others find words that may stand anywhere.
        Answer::Empty(_) => 0.45 * marks,
        Answer::Complete | Answer::Partial(_) if events == 0 => 0.05 * marks,
        Answer::Complete | Answer::Partial(_) => {
            let whole = if trial.answer == Answer::Complete { 1.0 } else { 0.85 };
            let taken = events as f64 / (events + trial.left_out()).max(1) as f64;
            // How much of what any plugin found it has.
            let share = (events as f64 / most.max(1) as f64).min(1.0);
            let agreeing = trial
                .events
                .iter()
                .filter(|event| structured.contains(&(event.start.date, simple(&event.title))))
                .count();
            let agreement = if structured.is_empty() { 0.5 } else { agreeing as f64 / events as f64 };
            // A plugin made for the platform holds longer than selectors, at equal results.
            let kind = if one.proposal.is_some() {
                0.0
            } else if one.candidate.plugin == "json-ld" {
                0.06
            } else {
                0.15 * marks
            };
            let few = if events == 1 && most > 2 { 0.5 } else { 1.0 };
            (few * whole
                * taken.powi(2)
                * (0.15 + 0.35 * share + 0.2 * trial.fullness() + 0.1 * agreement + kind + 0.05))
                .clamp(0.0, 0.99)
        }
    }
}

/// A title for comparison: letters and digits in lower case.
pub(crate) fn simple(title: &str) -> String {
    title.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
