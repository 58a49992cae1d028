//! Reading a source from saved pages, without network and database: for scores, fixtures and trials.
//!
//! The same stages as in a crawl, with the same limits: what the plugin asks for is looked up among the saved pages, and what it
//! tells goes through the normaliser. A page that was not saved is no fault of the plugin and is only named.

use std::sync::Arc;

use marquee_extract::{CallError, CallFailure, Plugin};
use marquee_model::{CrawlId, CrawlOutcome, Diagnostic, Event, Follow, Outcome, Page, Rejection, Slug, Source};
use marquee_normalize::{Input, NormalizeLimits, PageClaims, PageFacts, normalize};

use crate::{
    Recording, SavedPages, SourceFile,
    follow::Frontier,
    summary::{self, PageResult, PageSummary},
};

/// What saved pages gave.
#[derive(Debug)]
pub struct OfflineReading {
    /// What the crawl would have come to, apart from pages that are not saved.
    pub outcome: CrawlOutcome,
    /// What the plugin said of the first page, before anything was normalised: its claims in page order.
    pub first: Option<Outcome>,
    /// What the first page asked for.
    pub follows: Vec<Follow>,
    /// The events of all pages.
    pub events: Vec<Event>,
    /// What was not believed.
    pub rejections: Vec<Rejection>,
    /// Remarks of plugin and normaliser.
    pub diagnostics: Vec<Diagnostic>,
    /// Addresses that were asked for and are not saved.
    pub unsaved: Vec<String>,
    /// How many pages were read.
    pub pages: u32,
    /// Time in the sandbox, all pages together.
    pub extracting: std::time::Duration,
}

/// Reads `first` as the source's page, and whatever it leads to as far as it is among `saved`.
pub async fn read(
    plugin: &Plugin,
    file: &SourceFile,
    first: Page,
    saved: &SavedPages,
    limits: &NormalizeLimits,
) -> OfflineReading {
    let source = &file.source;
    let mut pages = Gathered::new(source);
    // The first page is at hand already.
    pages.frontier.next_request();
    let now = first.fetched_at;
    pages.read(plugin, source, first).await;
    while let Some(request) = pages.frontier.next_request() {
        match saved.file(&source.slug, &request).is_some() {
            true => match saved.read(&source.slug, &request) {
                Ok(page) => pages.read(plugin, source, page).await,
                Err(reason) => pages.fail(request.url.to_string(), request.depth == 0, "fetch", reason),
            },
            false => pages.unsaved.push(request.url.to_string()),
        }
    }
    pages.finish(plugin, source, now, limits)
}

/// Reads the pages of a recorded crawl, from its first request on. A page that the crawl could not get fails here as it did then.
pub(crate) async fn read_recording(plugin: &Plugin, recording: &Recording, limits: &NormalizeLimits) -> OfflineReading {
    let source = &recording.source;
    let mut pages = Gathered::new(source);
    while let Some(request) = pages.frontier.next_request() {
        if request.is_start() {
            pages.read(plugin, source, Page::start(request.url, recording.begun_at)).await;
            continue;
        }
        match recording.answer(&request) {
            Some(Ok(page)) => pages.read(plugin, source, page).await,
            Some(Err(reason)) => pages.fail(request.url.to_string(), request.depth == 0, "fetch", reason),
            None => pages.unsaved.push(request.url.to_string()),
        }
    }
    pages.finish(plugin, source, recording.begun_at, limits)
}

struct Gathered<'a> {
    frontier: Frontier<'a>,
    slug: &'a Slug,
    read: Vec<(Arc<Page>, Outcome)>,
    failed: Vec<PageSummary>,
    first: Option<Outcome>,
    follows: Vec<Follow>,
    diagnostics: Vec<Diagnostic>,
    unsaved: Vec<String>,
    pages: u32,
    extracting: std::time::Duration,
}

impl<'a> Gathered<'a> {
    fn new(source: &'a Source) -> Self {
        Self {
            frontier: Frontier::new(source),
            slug: &source.slug,
            read: Vec::new(),
            failed: Vec::new(),
            first: None,
            follows: Vec::new(),
            diagnostics: Vec::new(),
            unsaved: Vec::new(),
            pages: 0,
            extracting: std::time::Duration::ZERO,
        }
    }

    async fn read(&mut self, plugin: &Plugin, source: &Source, page: Page) {
        let page = Arc::new(page);
        let is_first = self.pages == 0;
        self.pages += 1;
        self.frontier.fetched(page.request.depth, &page.url, page.bytes);
        match plugin.extract(source, Arc::clone(&page)).await {
            Ok(extracted) => {
                self.extracting += extracted.spent.elapsed;
                let extraction = extracted.extraction;
                if is_first {
                    self.first = Some(extraction.outcome.clone());
                    self.follows.clone_from(&extraction.follow);
                }
                self.frontier.follow(&page.request, &page.url, &extraction.follow);
                self.diagnostics.extend(extraction.diagnostics);
                self.read.push((page, extraction.outcome));
            }
            Err(CallError { plugin, failure, spent, .. }) => {
                self.extracting += spent.elapsed;
                let (url, listing) = (page.url.to_string(), page.request.depth == 0);
                match *failure {
                    CallFailure::Answered(answer) => {
                        self.failed.push(PageSummary { url, listing, result: PageResult::Refused(answer) });
                    }
                    other => {
                        tracing::debug!(source = %self.slug, %plugin, "the plugin was stopped");
                        self.fail(url, listing, "extract", other.to_string());
                    }
                }
            }
        }
    }

    fn fail(&mut self, url: String, listing: bool, stage: &'static str, reason: String) {
        self.failed.push(PageSummary { url, listing, result: PageResult::Failed { stage, reason } });
    }

    fn finish(
        self,
        plugin: &Plugin,
        source: &Source,
        now: chrono::DateTime<chrono::Utc>,
        limits: &NormalizeLimits,
    ) -> OfflineReading {
        let claims: Vec<PageClaims<'_>> = self
            .read
            .iter()
            .map(|(page, outcome)| PageClaims { page: PageFacts::from(&**page), claims: outcome.events() })
            .collect();
        let input = Input { source, crawl: CrawlId::new(now), plugin: plugin.version(), pages: &claims };
        let normalized = normalize(&input, limits);
        // What stands on a page that is not saved is not missing through the plugin's fault.
        let elsewhere = |rejection: &&Rejection| rejection.fatal && rejection.raw.is_none() && !self.unsaved.is_empty();
        let elsewhere = normalized.rejections.iter().filter(elsewhere).count();
        let rejected = u32::try_from(normalized.left_out().saturating_sub(elsewhere)).unwrap_or(u32::MAX);
        let mut summaries = self.failed;
        summaries.extend(self.read.into_iter().map(|(page, outcome)| PageSummary {
            url: page.url.to_string(),
            listing: page.request.depth == 0,
            result: PageResult::Read(outcome),
        }));
        let mut diagnostics = self.diagnostics;
        diagnostics.extend(normalized.diagnostics);
        OfflineReading {
            outcome: summary::outcome(&summaries, rejected, self.frontier.left_out()),
            first: self.first,
            follows: self.follows,
            events: normalized.events,
            rejections: normalized.rejections,
            diagnostics,
            unsaved: self.unsaved,
            pages: self.pages,
            extracting: self.extracting,
        }
    }
}
