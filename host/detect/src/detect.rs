//! One page from start to end: marks, trials, a proposal, the order of all.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use marquee_reading::dates::{self, DateContext};

use crate::{
    Candidate, Hints, Proposal, Runs, Setting, Subject,
    marks::candidates,
    propose::propose,
    trial::{Answer, Tried, rank, simple},
};

/// The plugin that proposals are for.
const SELECTORS: &str = "css";

/// Proposals for it that are run.
const MOST_PROPOSALS: usize = 3;

/// What was found out about a page.
#[derive(Debug)]
pub struct Detection {
    /// Every plugin that was tried or that marks speak for, the best first.
    pub tried: Vec<Tried>,
    /// Where the page is.
    pub setting: Setting,
}

impl Detection {
    /// The best result that gives events, or says with evidence that there are none.
    #[must_use]
    pub fn best(&self) -> Option<&Tried> {
        self.tried.iter().find(|one| one.is_usable())
    }
}

/// Finds out which plugins read the page, by its marks and by running them.
pub async fn detect(subject: &Subject<'_>, setting: Setting, today: NaiveDate, runs: &dyn Runs) -> Detection {
    let page = &subject.page.url;
    let plugins = runs.plugins();
    let mut wanted = candidates(subject);
    // Every plugin that needs no configuration is tried, whatever the marks say.
    for (plugin, free) in &plugins {
        if *free && !wanted.iter().any(|one| one.plugin == *plugin && !one.is_elsewhere(page)) {
            wanted.push(Candidate::plain(plugin, page));
        }
    }
    let mut tried: Vec<Tried> = Vec::new();
    for candidate in wanted {
        let trial = runs.run(&candidate).await;
        let silent = matches!(trial.answer, Answer::Refused(_) | Answer::NotAListing(_) | Answer::NotTried(_));
        // What has neither a mark nor a result is not worth a line.
        if candidate.confidence > 0.0 || !silent {
            tried.push(Tried { candidate, trial, confidence: 0.0, proposal: None });
        }
    }
    if plugins.iter().any(|(plugin, _)| plugin == SELECTORS) {
        tried.extend(proposed(subject, &setting, today, runs).await);
    }
    rank(&mut tried, &structured(subject, today));
    Detection { tried, setting }
}

/// The best proposal for the css plugin, as the plugin itself reads it.
async fn proposed(subject: &Subject<'_>, setting: &Setting, today: NaiveDate, runs: &dyn Runs) -> Option<Tried> {
    let document = subject.document.as_ref()?;
    let languages = setting.language.iter().map(|language| language.value.clone()).collect();
    let hints = Hints { today, languages, order: setting.order() };
    let mut best: Option<(f64, Tried)> = None;
    for proposal in propose(document, &subject.page.url, &hints).into_iter().take(MOST_PROPOSALS) {
        let (candidate, trial, proposal) = verified(subject, proposal, runs).await;
        let events = trial.events.len() as f64;
        let taken = events / (events + trial.left_out() as f64).max(1.0);
        // The proposal's own order counts: more of something that is no event is no gain.
        let value = proposal.score * taken * if events > 0.0 { 1.0 } else { 0.0 };
        if best.as_ref().is_none_or(|(known, _)| value > *known) {
            best = Some((value, Tried { candidate, trial, confidence: 0.0, proposal: Some(proposal) }));
        }
    }
    best.map(|(_, tried)| tried)
}

/// Runs a proposal; fields that the plugin never finds are taken out again.
async fn verified(subject: &Subject<'_>, proposal: Proposal, runs: &dyn Runs) -> (Candidate, crate::Trial, Proposal) {
    let mut proposal = proposal;
    let mut candidate = of(subject, &proposal);
    let mut trial = runs.run(&candidate).await;
    let never: Vec<String> = proposal
        .fields
        .iter()
        .map(|(name, _)| name.clone())
        .filter(|name| name != "title" && name != "date")
        .filter(|name| trial.remarks.iter().any(|remark| remark.contains(&format!("no item has `{name}`"))))
        .collect();
    if !never.is_empty() {
        proposal.fields.retain(|(name, _)| !never.contains(name));
        if let Some(fields) = proposal.configuration.pointer_mut("/fields").and_then(serde_json::Value::as_object_mut) {
            fields.retain(|name, _| !never.contains(name));
        }
        candidate = of(subject, &proposal);
        trial = runs.run(&candidate).await;
    }
    (candidate, trial, proposal)
}

fn of(subject: &Subject<'_>, proposal: &Proposal) -> Candidate {
    let item = proposal.configuration.get("item").and_then(serde_json::Value::as_str).unwrap_or_default();
    let mut reasons =
        vec![format!("`{item}` is repeated {} times, {} with a title and a date", proposal.items, proposal.read)];
    reasons.extend(proposal.notes.iter().cloned());
    Candidate {
        reasons,
        configuration: proposal.configuration.clone(),
        confidence: 0.5,
        ..Candidate::plain(SELECTORS, &subject.page.url)
    }
}

/// Day and title of the events in the page's structured data, for comparison.
fn structured(subject: &Subject<'_>, today: NaiveDate) -> BTreeSet<(NaiveDate, String)> {
    let told: Vec<(String, String)> =
        subject.events().filter_map(|item| Some((item.data.text("/startDate")?, item.data.text("/name")?))).collect();
    let texts: Vec<&str> = told.iter().map(|(start, _)| start.as_str()).collect();
    let read = dates::read(&texts, &DateContext::new(today));
    read.into_iter()
        .zip(&told)
        .filter_map(|(when, (_, name))| {
            let day = match when.ok()?.start {
                marquee_model::Moment::Date(day) => day,
                marquee_model::Moment::Local(local) => local.date(),
                _ => return None,
            };
            Some((day, simple(&marquee_reading::text::clean(name))))
        })
        .collect()
}
