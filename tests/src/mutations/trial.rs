//! What a change of a page does to its reading, and whether anybody would know.
//!
//! **The truth** is the reading of the unchanged page. A change is **breaking** if the reading differs from the truth where it should
//! not:
//! - a template edit (every element of a place struck; also one block that holds several events) says nothing new about the events, so
//!   any event that is lost, made up, or different in any field or in its identity, makes it breaking. That includes a part taken out
//!   of every event: the venue's facts are what they were, the reading knows less of them.
//! - a content edit (one element) may change the one event whose words it strikes. It is breaking if more than one event differs, or if
//!   an event is lost though its title, address, tickets, picture or key still stands on the page.
//!
//! All else is **harmless**: the values are the same, or rightly changed.
//!
//! A change is **noticed** if the crawl does not end as the unchanged page's did: as an error, no listing, partial, or complete with a
//! warning that the unchanged page does not give. The same on a harmless change is a **false alarm**. The history that a crawl is held
//! against is that of forty crawls of the unchanged page, of which every fifth did not list one event: calendars move.

use std::{collections::BTreeSet, ops::Range, sync::Arc};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use marquee_crawl::{
    SourceFile, statistics,
    summary::{self, PageResult, PageSummary},
};
use marquee_extract::CallFailure;
use marquee_model::{Baseline, CrawlId, CrawlOutcome, Event, History, Page, Severity, Statistics};
use marquee_reading::zone;
use serde_json::Value;

use super::{Kind, Mutation};
use crate::{
    guests::Setup,
    venues::{self, Readers},
};

/// Fewest events of a page that is tried: with fewer, "one event" and "every event" are nearly the same.
const FEWEST: usize = 3;
/// Crawls of the unchanged page that make its history; every so many-th does not list one event.
const PAST_CRAWLS: usize = 40;
const MOVES_EVERY: usize = 5;

/// A page, its truth and its history.
pub struct Trial {
    file: SourceFile,
    body: Arc<str>,
    today: NaiveDate,
    truth: Vec<Event>,
    warnings: BTreeSet<String>,
    history: History,
}

/// What became of a change.
#[derive(Debug, Clone)]
pub struct Judged {
    /// Whether the reading differs from the truth where it should not.
    pub breaking: bool,
    /// Whether the crawl ends otherwise than the unchanged page's.
    pub noticed: bool,
    /// Events that differ.
    pub affected: usize,
    /// How the crawl ended, with its reason and warnings.
    pub told: String,
}

/// A page's reading, as a crawl of it would end.
struct Crawled {
    outcome: CrawlOutcome,
    events: Vec<Event>,
    warnings: BTreeSet<String>,
    read: bool,
}

impl Trial {
    /// Reads the unchanged page. `None`: it is not complete by itself, or too short to tell anything.
    ///
    /// # Errors
    /// The plugin cannot be built, or the page cannot be read from its file.
    pub async fn of(readers: &mut Readers, file: SourceFile, page: Page) -> Setup<Option<Self>> {
        let today = zone::local(page.fetched_at, file.source.zone).date();
        let body: Arc<str> = page.body.as_str().into();
        let crawled = crawl(readers, &file, page).await?;
        if crawled.outcome != CrawlOutcome::Complete || crawled.events.len() < FEWEST {
            return Ok(None);
        }
        let history = history(&crawled.events, today);
        Ok(Some(Self { file, body, today, truth: crawled.events, warnings: crawled.warnings, history }))
    }

    /// The unchanged page.
    #[must_use]
    pub fn body(&self) -> &str {
        &self.body
    }

    /// Where on the page the events stand: from the first title to the last, or all of it.
    #[must_use]
    pub fn listing(&self) -> Range<usize> {
        let places = self.truth.iter().filter_map(|event| self.body.find(&event.title));
        let ends = self.truth.iter().filter_map(|event| self.body.rfind(&event.title));
        places.min().unwrap_or_default()..ends.max().unwrap_or(self.body.len())
    }

    /// The source's slug.
    #[must_use]
    pub fn name(&self) -> &str {
        self.file.source.slug.as_str()
    }

    /// How many events the page lists.
    #[must_use]
    pub fn events(&self) -> usize {
        self.truth.len()
    }

    /// Reads the changed page and judges.
    ///
    /// # Errors
    /// The plugin cannot be built.
    pub async fn judge(&self, readers: &mut Readers, mutation: &Mutation) -> Setup<Judged> {
        // Not so late that all is over: then a warning is right.
        let last = self.truth.iter().map(|event| event.start.date).max().unwrap_or(self.today).max(self.today);
        let day = (self.today + TimeDelta::days(i64::try_from(mutation.days).unwrap_or_default())).min(last);
        let mut page = venues::page(&self.file.source.url, &mutation.body, day);
        page.request.kind.clone_from(&self.file.saved.kind);
        let mut crawled = crawl(readers, &self.file, page).await?;
        if crawled.read {
            let counted = statistics::count(&crawled.events, day, self.history.baseline.as_ref());
            let findings = statistics::judge(&counted, &self.history.crawls);
            crawled.warnings.extend(findings.iter().map(|finding| finding.code.to_owned()));
            crawled.outcome = statistics::doubt(crawled.outcome, &findings);
        }
        let new: Vec<&str> = crawled.warnings.difference(&self.warnings).map(String::as_str).collect();
        let reason = crawled.outcome.reason().unwrap_or_default();
        Ok(Judged {
            breaking: self.is_breaking(mutation, &crawled.events),
            noticed: crawled.outcome != CrawlOutcome::Complete || !new.is_empty(),
            affected: affected(&self.truth, &crawled.events),
            told: format!("{} {reason} {}", crawled.outcome.name(), new.join(" ")),
        })
    }

    fn is_breaking(&self, mutation: &Mutation, events: &[Event]) -> bool {
        let affected = affected(&self.truth, events);
        let titles: BTreeSet<&str> = self.truth.iter().map(|event| event.title.as_str()).collect();
        let titles = titles.into_iter().filter(|title| mutation.struck.contains(title)).count();
        let takes_away = matches!(mutation.kind, Kind::Removed | Kind::AttributeDropped | Kind::OneRemoved);
        let strikes_one = mutation.strikes == 1 && titles <= 1;
        let is_content = match mutation.kind {
            Kind::LaterDay => false,
            Kind::OneText => true,
            kind if takes_away || !kind.is_template_edit() => strikes_one || mutation.kind == Kind::OneMoved,
            _ => false,
        };
        if !is_content {
            return affected > 0;
        }
        let is_listed =
            |event: &Event| events.iter().any(|now| now.title == event.title || now.identity == event.identity);
        let lost = self.truth.iter().filter(|event| !is_listed(event));
        // What else the page tells of the event: then it still announces it.
        let marks = |event: &Event| {
            let path = event.event_url.as_ref().map(|url| url.url().path().to_owned());
            let addresses = [&event.ticket_url, &event.image_url].map(|url| url.as_ref().map(ToString::to_string));
            let told = [Some(event.title.clone()), path, event.key.clone()];
            told.into_iter().chain(addresses).flatten().collect::<Vec<_>>()
        };
        let stands = |text: &String| text.len() > 3 && mutation.body.contains(text.as_str());
        let still_there = |event: &Event| mutation.kind != Kind::OneText && marks(event).iter().any(stands);
        affected > 1 || lost.filter(|event| still_there(event)).count() > 0
    }
}

async fn crawl(readers: &mut Readers, file: &SourceFile, page: Page) -> Setup<Crawled> {
    let url = page.url.to_string();
    let (result, events, warnings, rejected) = match readers.read(file, page).await? {
        Ok(reading) => {
            let extraction = reading.extracted.extraction;
            let remarks = extraction.diagnostics.into_iter().chain(reading.remarks);
            let warnings = remarks.filter(|remark| remark.severity >= Severity::Warning);
            let rejected = reading.rejections.iter().filter(|rejection| rejection.fatal).count();
            (PageResult::Read(extraction.outcome), reading.events, warnings.map(|w| w.code).collect(), rejected)
        }
        Err(error) => {
            let result = match *error.failure {
                CallFailure::Answered(answer) => PageResult::Refused(answer),
                other => PageResult::Failed { stage: "extract", reason: other.to_string() },
            };
            (result, Vec::new(), BTreeSet::new(), 0)
        }
    };
    let read = matches!(result, PageResult::Read(_));
    let pages = [PageSummary { url, listing: true, result }];
    let outcome = summary::outcome(&pages, u32::try_from(rejected).unwrap_or(u32::MAX), &[]);
    Ok(Crawled { outcome, events, warnings, read })
}

/// Crawls of the same page, of which some do not list one event.
fn history(truth: &[Event], today: NaiveDate) -> History {
    let id = CrawlId::new(DateTime::<Utc>::UNIX_EPOCH);
    let baseline =
        |events: &[Event]| Baseline { crawl: id, taken_at: DateTime::UNIX_EPOCH, events: statistics::prints(events) };
    let mut before: Option<Baseline> = None;
    let mut crawls: Vec<Statistics> = Vec::new();
    for past in 0..PAST_CRAWLS {
        let mut events = truth.to_vec();
        if past % MOVES_EVERY == 0 {
            events.remove((past * 7) % truth.len());
        }
        crawls.push(statistics::count(&events, today, before.as_ref()));
        before = Some(baseline(&events));
    }
    History { crawls, baseline: Some(baseline(truth)) }
}

/// How many events differ: those of one reading that the other has not, whichever has more.
fn affected(truth: &[Event], events: &[Event]) -> usize {
    let told = |event: &Event| {
        let mut value = serde_json::to_value(event).unwrap_or(Value::Null);
        if let Some(fields) = value.as_object_mut() {
            fields.remove("attribution");
        }
        value.to_string()
    };
    let mut left: Vec<String> = events.iter().map(told).collect();
    let mut missing = 0;
    for event in truth.iter().map(told) {
        match left.iter().position(|one| *one == event) {
            Some(at) => drop(left.swap_remove(at)),
            None => missing += 1,
        }
    }
    missing.max(left.len())
}

/// Sources of `examples/sources` whose saved pages are at hand and complete by themselves, at most so many.
///
/// # Errors
/// A source file or a plugin cannot be read.
pub async fn trials(readers: &mut Readers, most: usize) -> Setup<Vec<Trial>> {
    let Some(pages) = venues::shared_pages() else { return Ok(Vec::new()) };
    let mut names: Vec<_> = std::fs::read_dir(venues::workspace().join("examples/sources"))?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    names.sort();
    let mut found = Vec::new();
    for path in names {
        if found.len() >= most {
            break;
        }
        let Ok(file) = venues::source_file(&path) else { continue };
        let Ok(mut page) = venues::saved_page(&pages, &file) else { continue };
        page.request.kind.clone_from(&file.saved.kind);
        found.extend(Trial::of(readers, file, page).await?);
    }
    Ok(found)
}

/// Changes and what became of them, added up.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tally {
    /// Changes that break the reading.
    pub breaking: usize,
    /// Of these, those that are noticed.
    pub noticed: usize,
    /// Changes that do not.
    pub harmless: usize,
    /// Of these, those that raise an alarm.
    pub alarms: usize,
}

impl Tally {
    /// Adds one.
    pub fn add(&mut self, judged: &Judged) {
        if judged.breaking {
            self.breaking += 1;
            self.noticed += usize::from(judged.noticed);
        } else {
            self.harmless += 1;
            self.alarms += usize::from(judged.noticed);
        }
    }

    /// Adds another tally.
    pub fn join(&mut self, other: &Self) {
        self.breaking += other.breaking;
        self.noticed += other.noticed;
        self.harmless += other.harmless;
        self.alarms += other.alarms;
    }

    /// The share of breaking changes that are noticed, in percent.
    #[must_use]
    pub fn noticed_percent(&self) -> f64 {
        percent(self.noticed, self.breaking, 100.0)
    }

    /// The share of harmless changes that raise an alarm, in percent.
    #[must_use]
    pub fn alarm_percent(&self) -> f64 {
        percent(self.alarms, self.harmless, 0.0)
    }
}

fn percent(part: usize, whole: usize, empty: f64) -> f64 {
    let real = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    if whole == 0 { empty } else { real(part) * 100.0 / real(whole) }
}
