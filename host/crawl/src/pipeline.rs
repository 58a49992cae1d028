//! One crawl, from a source to stored events: fetch, extract, normalise, record.

use std::{sync::Arc, time::Instant};

use futures::future::BoxFuture;
use marquee_extract::{CallFailure, Plugin, Registry};
use marquee_fetch::FollowScope;
use marquee_model::{
    Baseline, Clock, Crawl, CrawlId, CrawlOutcome, CrawlTally, Diagnostic, Event, History, Outcome, Page, PageRequest,
    Severity, Source, StageTimings, Window,
};
use marquee_normalize::{Input, NormalizeLimits, Normalized, PageClaims, PageFacts, normalize};
use marquee_reading::zone;
use marquee_store::{CrawlRecord, PageRecord, Store, StoreError};

use crate::{
    follow::Frontier,
    statistics,
    summary::{self, PageResult, PageSummary},
};

/// Gives pages: the fetcher, or a folder of saved pages.
pub trait PageSupply: Send + Sync + 'static {
    /// Gives the page that is asked for; the error is a sentence that says what to do.
    fn page<'a>(
        &'a self,
        source: &'a Source,
        request: &'a PageRequest,
        scope: &'a FollowScope,
    ) -> BoxFuture<'a, Result<Page, String>>;
}

/// Where a crawl is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// A page is being fetched.
    Fetch,
    /// A page is in the sandbox.
    Extract,
    /// Claims become events.
    Normalize,
    /// Events are being stored.
    Store,
}

/// How far a crawl is, for a progress display.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// The stage.
    pub stage: Stage,
    /// Pages read so far.
    pub pages: u32,
    /// Pages known to be waiting.
    pub waiting: usize,
    /// Events found so far.
    pub events: usize,
}

/// The stages, put together. One pipeline serves any number of crawls at a time.
pub struct Pipeline {
    supply: Arc<dyn PageSupply>,
    registry: Arc<Registry>,
    store: Store,
    clock: Arc<dyn Clock>,
    limits: NormalizeLimits,
}

/// A page that was read, with what the extractor said of it.
struct ReadPage {
    page: Arc<Page>,
    outcome: Outcome,
}

/// What the fetching and extracting half of a crawl gathered.
#[derive(Default)]
struct Gathered {
    read: Vec<ReadPage>,
    fetched: Vec<Arc<Page>>,
    summaries: Vec<PageSummary>,
    diagnostics: Vec<Diagnostic>,
    window: Option<Window>,
    timings: StageTimings,
    pages: u32,
    bytes: u64,
    left_out: Vec<String>,
}

impl Pipeline {
    /// Puts the stages together.
    #[must_use]
    pub fn new(
        supply: Arc<dyn PageSupply>,
        registry: Arc<Registry>,
        store: Store,
        clock: Arc<dyn Clock>,
        limits: NormalizeLimits,
    ) -> Self {
        Self { supply, registry, store, clock, limits }
    }

    /// Crawls a source and records what happened. The one error is that the record itself could not be stored.
    ///
    /// The whole crawl is read by one version of the plugin: the one in use when it began.
    pub async fn crawl(&self, source: &Source, progress: impl Fn(Progress) + Send + Sync) -> Result<Crawl, StoreError> {
        let started_at = self.clock.now();
        let id = CrawlId::new(started_at);
        let Some(plugin) = self.registry.get(&source.plugin) else {
            return self.record_missing_plugin(source, id, started_at).await;
        };

        let mut gathered = self.gather(source, &plugin, &progress).await;

        progress(gathered.progress(Stage::Normalize));
        let clock = Instant::now();
        let normalized = self.normalize(source, id, &plugin, &gathered);
        gathered.timings.normalize_ms = milliseconds(clock);

        progress(gathered.progress(Stage::Store));
        let history = self.store.history(source.id, statistics::LOOK_BACK, statistics::settled(started_at)).await?;
        let mut crawl = self.sum_up(source, id, started_at, &plugin, &mut gathered, &normalized);
        let baseline = compare(source, &mut crawl, &gathered.fetched, &normalized.events, &history);
        let pages = gathered.fetched.iter().map(|page| PageRecord::from(&**page)).collect();
        let clock = Instant::now();
        let crawl = self.record(CrawlRecord { crawl, pages, events: normalized.events, baseline }).await?;
        report(source, &crawl, milliseconds(clock));
        Ok(crawl)
    }

    /// Stores a crawl; what the store found out (new, changed, and what no row can hold) is added to it.
    async fn record(&self, record: CrawlRecord) -> Result<Crawl, StoreError> {
        let mut crawl = record.crawl.clone();
        let recorded = self.store.record(record).await?;
        crawl.tally = recorded.tally;
        crawl.rejections.extend(recorded.rejections);
        Ok(crawl)
    }

    /// Fetches and extracts until no page is left to read.
    async fn gather(
        &self,
        source: &Source,
        plugin: &Arc<Plugin>,
        progress: &(impl Fn(Progress) + Send + Sync),
    ) -> Gathered {
        let mut frontier = Frontier::new(source);
        let mut gathered = Gathered::default();
        while let Some(request) = frontier.next_request() {
            progress(Progress { waiting: frontier.waiting(), ..gathered.progress(Stage::Fetch) });
            gathered.pages = frontier.pages();
            let clock = Instant::now();
            let fetched = match request.is_start() {
                true => Ok(Page::start(request.url.clone(), self.clock.now())),
                false => self.supply.page(source, &request, frontier.scope()).await,
            };
            gathered.timings.fetch_ms += milliseconds(clock);
            let page = match fetched {
                Ok(page) => Arc::new(page),
                Err(reason) => {
                    gathered.failed(&request, "fetch", reason);
                    continue;
                }
            };
            frontier.fetched(&page);
            gathered.bytes = frontier.bytes();
            if !page.request.is_start() {
                gathered.fetched.push(Arc::clone(&page));
            }

            progress(Progress { waiting: frontier.waiting(), ..gathered.progress(Stage::Extract) });
            let clock = Instant::now();
            let called = plugin.extract(source, Arc::clone(&page)).await;
            gathered.timings.extract_ms += milliseconds(clock);
            match called {
                Ok(extracted) => {
                    let extraction = extracted.extraction;
                    frontier.follow(&page, extraction.follow);
                    gathered.diagnostics.extend(extraction.diagnostics);
                    gathered.window = widest(gathered.window, extraction.window);
                    gathered.read.push(ReadPage { page, outcome: extraction.outcome });
                }
                Err(error) => match *error.failure {
                    CallFailure::Answered(answer) => gathered.summarise(&request, PageResult::Refused(answer)),
                    _ => {
                        let reason = error.to_string();
                        self.registry.note_failure(&source.plugin, &reason);
                        gathered.failed(&request, "extract", reason);
                    }
                },
            }
        }
        gathered.left_out = frontier.left_out().to_vec();
        gathered
    }

    fn normalize(&self, source: &Source, crawl: CrawlId, plugin: &Plugin, gathered: &Gathered) -> Normalized {
        let pages: Vec<PageClaims<'_>> = gathered
            .read
            .iter()
            .map(|read| PageClaims { page: PageFacts::from(&*read.page), claims: read.outcome.events() })
            .collect();
        normalize(&Input { source, crawl, plugin: plugin.version(), pages: &pages }, &self.limits)
    }

    fn sum_up(
        &self,
        source: &Source,
        id: CrawlId,
        started_at: chrono::DateTime<chrono::Utc>,
        plugin: &Plugin,
        gathered: &mut Gathered,
        normalized: &Normalized,
    ) -> Crawl {
        let rejected = u32::try_from(normalized.left_out()).unwrap_or(u32::MAX);
        for read in gathered.read.drain(..) {
            gathered.summaries.push(PageSummary {
                url: read.page.url.to_string(),
                listing: read.page.request.depth == 0,
                result: PageResult::Read(read.outcome),
            });
        }
        let mut diagnostics = std::mem::take(&mut gathered.diagnostics);
        diagnostics.extend(normalized.diagnostics.iter().cloned());
        diagnostics.extend(gathered.left_out.iter().map(|page| not_fetched(page)));
        Crawl {
            id,
            source: source.id,
            started_at,
            finished_at: self.clock.now(),
            outcome: summary::outcome(&gathered.summaries, rejected, &gathered.left_out),
            plugin: Some(plugin.version().clone()),
            tally: CrawlTally {
                found: u32::try_from(normalized.found()).unwrap_or(u32::MAX),
                rejected,
                pages: gathered.pages,
                bytes: gathered.bytes,
                ..CrawlTally::default()
            },
            timings: gathered.timings,
            window: gathered.window,
            diagnostics,
            rejections: normalized.rejections.clone(),
            statistics: None,
        }
    }

    async fn record_missing_plugin(
        &self,
        source: &Source,
        id: CrawlId,
        started_at: chrono::DateTime<chrono::Utc>,
    ) -> Result<Crawl, StoreError> {
        let crawl = Crawl {
            id,
            source: source.id,
            started_at,
            finished_at: self.clock.now(),
            outcome: CrawlOutcome::Failed {
                stage: "extract".to_owned(),
                reason: format!(
                    "no plugin `{}` is loaded; drop its .wasm into the plugin folder, or see `marquee plugin list` for what was refused",
                    source.plugin
                ),
            },
            plugin: None,
            tally: CrawlTally::default(),
            timings: StageTimings::default(),
            window: None,
            diagnostics: Vec::new(),
            rejections: Vec::new(),
            statistics: None,
        };
        let record = CrawlRecord { crawl, pages: Vec::new(), events: Vec::new(), baseline: None };
        let crawl = self.record(record).await?;
        report(source, &crawl, 0);
        Ok(crawl)
    }
}

impl Gathered {
    fn progress(&self, stage: Stage) -> Progress {
        let events = self.read.iter().map(|read| read.outcome.events().len()).sum();
        Progress { stage, pages: self.pages, waiting: 0, events }
    }

    fn failed(&mut self, request: &PageRequest, stage: &'static str, reason: String) {
        self.summarise(request, PageResult::Failed { stage, reason });
    }

    fn summarise(&mut self, request: &PageRequest, result: PageResult) {
        self.summaries.push(PageSummary { url: request.url.to_string(), listing: request.depth == 0, result });
    }
}

/// Counts what the events have and holds it against the source's good crawls; gives the baseline for the next one. A crawl whose
/// listing could not be read has nothing to compare.
fn compare(
    source: &Source,
    crawl: &mut Crawl,
    pages: &[Arc<Page>],
    events: &[Event],
    history: &History,
) -> Option<Baseline> {
    let is_read =
        matches!(crawl.outcome, CrawlOutcome::Complete | CrawlOutcome::Partial { .. } | CrawlOutcome::Empty { .. });
    let fetched_at = pages.iter().map(|page| page.fetched_at).max().filter(|_| is_read)?;
    let today = zone::local(fetched_at, source.zone).date();
    let mut counted = statistics::count(events, today, history.baseline.as_ref());
    let findings = statistics::judge(&counted, &history.crawls);
    counted.suspect = !findings.is_empty();
    crawl.outcome = statistics::doubt(crawl.outcome.clone(), &findings);
    crawl.diagnostics.extend(statistics::diagnostics(&findings));
    let baseline = statistics::next_baseline(
        crawl.id,
        crawl.started_at,
        &crawl.outcome,
        &counted,
        events,
        history.baseline.as_ref(),
    );
    crawl.statistics = Some(counted);
    baseline
}

fn not_fetched(page: &str) -> Diagnostic {
    Diagnostic {
        severity: Severity::Warning,
        code: "page-not-fetched".to_owned(),
        message: format!("not fetched: {page}"),
        event: None,
        raw: None,
    }
}

/// The window of a crawl spans those of its pages.
fn widest(known: Option<Window>, seen: Option<Window>) -> Option<Window> {
    match (known, seen) {
        (Some(a), Some(b)) => Some(Window { from: a.from.min(b.from), to: a.to.zip(b.to).map(|(a, b)| a.max(b)) }),
        (known, seen) => known.or(seen),
    }
}

fn milliseconds(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}

/// One log line and the metrics of a crawl. Labels are bounded: sources and outcomes are few, URLs are not.
fn report(source: &Source, crawl: &Crawl, store_ms: u64) {
    let outcome = crawl.outcome.name();
    let plugin = crawl.plugin.as_ref().map(ToString::to_string).unwrap_or_default();
    tracing::info!(
        crawl = %crawl.id, source = %source.slug, plugin, outcome, reason = crawl.outcome.reason(),
        found = crawl.tally.found, new = crawl.tally.new, changed = crawl.tally.changed, rejected = crawl.tally.rejected,
        pages = crawl.tally.pages, "crawled"
    );
    let slug = source.slug.to_string();
    metrics::counter!("marquee_crawls_total", "source" => slug.clone(), "outcome" => outcome).increment(1);
    metrics::gauge!("marquee_crawl_events_found", "source" => slug.clone()).set(f64::from(crawl.tally.found));
    metrics::counter!("marquee_events_rejected_total", "source" => slug).increment(u64::from(crawl.tally.rejected));
    for (stage, ms) in [
        ("fetch", crawl.timings.fetch_ms),
        ("extract", crawl.timings.extract_ms),
        ("normalize", crawl.timings.normalize_ms),
        ("store", store_ms),
    ] {
        let seconds = std::time::Duration::from_millis(ms).as_secs_f64();
        metrics::histogram!("marquee_crawl_stage_seconds", "stage" => stage).record(seconds);
    }
}
