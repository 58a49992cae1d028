//! One crawl, from a source to stored events: fetch, extract, normalise, record.

use std::{sync::Arc, time::Instant};

use chrono::{DateTime, Utc};
use marquee_extract::{Plugin, Registry};
use marquee_model::{
    Baseline, Clock, Crawl, CrawlId, CrawlOutcome, CrawlTally, Diagnostic, Effort, Event, FieldWays, History, Source,
    StageTimings, Window,
};
use marquee_normalize::{Input, NormalizeLimits, Normalized, PageClaims, normalize_told};
use marquee_reading::zone;
use marquee_store::{Circumstances, Claim, CrawlRecord, PageRecord, Reading, Spared, Store, StoreError};
use tracing::{Instrument as _, info_span};

use crate::{
    PageArchive, PageSupply,
    gather::Gathered,
    remarks::{as_it_was, is_a_replay, not_fetched, remarked, report},
    reuse::{self, Remembered},
    statistics,
    summary::{self, PageResult, PageSummary},
    ways::{self, Follower},
};

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
    pub(crate) supply: Arc<dyn PageSupply>,
    pub(crate) registry: Arc<Registry>,
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    limits: NormalizeLimits,
    pub(crate) archive: Option<Arc<dyn PageArchive>>,
}

/// A crawl that was recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Crawled {
    /// The crawl.
    pub crawl: Crawl,
    /// Whether a page is missing for a reason that another try later may do away with.
    pub heals: bool,
    /// Before when that try is of no use, or not polite: the host said so, or is left alone.
    pub not_before: Option<DateTime<Utc>>,
}

/// A crawl that is under way.
#[derive(Clone, Copy)]
pub(crate) struct Run<'a> {
    pub(crate) id: CrawlId,
    pub(crate) source: &'a Source,
    pub(crate) claim: Option<&'a Claim>,
    pub(crate) started_at: DateTime<Utc>,
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
        Self { supply, registry, store, clock, limits, archive: None }
    }

    /// Keeps pages, and what crawls give, in this archive.
    #[must_use]
    pub fn keeping(mut self, archive: Option<Arc<dyn PageArchive>>) -> Self {
        self.archive = archive;
        self
    }

    /// Crawls a source that nobody else can crawl meanwhile, as in a test, and records what happened. See [`Self::crawl_under`].
    pub async fn crawl(&self, source: &Source, progress: impl Fn(Progress) + Send + Sync) -> Result<Crawl, StoreError> {
        Ok(self.crawl_under(None, source, progress).await?.crawl)
    }

    /// Crawls a source under a claim and records what happened. The one error is that the record itself could not be stored, be it
    /// that the claim was lost meanwhile.
    ///
    /// The whole crawl is read by one version of the plugin: the one in use when it began.
    pub async fn crawl_under(
        &self,
        claim: Option<&Claim>,
        source: &Source,
        progress: impl Fn(Progress) + Send + Sync,
    ) -> Result<Crawled, StoreError> {
        let started_at = self.clock.now();
        let run = Run { id: CrawlId::new(started_at), source, claim, started_at };
        // Every line that is logged meanwhile carries these, and a trace of the crawl begins with it.
        let span = info_span!("crawl", crawl = %run.id, source = %source.slug);
        self.run(run, progress).instrument(span).await
    }

    async fn run(&self, run: Run<'_>, progress: impl Fn(Progress) + Send + Sync) -> Result<Crawled, StoreError> {
        let source = run.source;
        let Some(plugin) = self.registry.get(&source.plugin) else {
            return self.record_missing_plugin(run).await;
        };

        let facts = reuse::facts(source, plugin.version(), &self.limits);
        let remembered = Remembered::new(self.store.reading(source.id).await?, facts);
        let known = self.store.known_ways(source.id, plugin.version()).await?;
        let follower = Follower::new(known, facts, run.started_at);
        let work = self.gather(source, &plugin, &remembered, follower, &progress);
        let mut gathered = work.instrument(info_span!("gather")).await;
        let telling = std::mem::take(&mut gathered.telling);
        let today = reuse::today(source, gathered.replays.map_or(run.started_at, |(_, begun_at)| begun_at));
        // An event that was absent is absent once more, though no page has changed: that counts, and needs the events.
        if let Some(reading) = gathered.confirms(&remembered, today)
            && !self.store.has_open_absences(source.id, today).await?
        {
            let crawled = self.confirm(run, &plugin, gathered, reading).await?;
            self.locate(source, &telling).await;
            return Ok(crawled);
        }

        progress(gathered.progress(Stage::Normalize));
        let clock = Instant::now();
        gathered.recall(&self.store, source.id).await?;
        let (normalized, ways) = info_span!("normalize").in_scope(|| self.normalize(run, &plugin, &gathered));
        gathered.timings.normalize_ms = milliseconds(clock);

        progress(gathered.progress(Stage::Store));
        let history = self.store.history(source.id, statistics::LOOK_BACK, statistics::settled(run.started_at)).await?;
        let reading = gathered.reading(facts, today, ways);
        let pages = std::mem::take(&mut gathered.fetched);
        let keeper = std::mem::take(&mut gathered.keeper);
        let again = gathered.heals.then_some(gathered.not_before);
        let mut crawl = self.sum_up(run, &plugin, gathered, pages.len(), &normalized);
        let gave = Some((&crawl.outcome, normalized.events.as_slice(), normalized.rejections.as_slice()));
        let archive = keeper.finish(source, gave, &mut crawl.diagnostics).await;
        let baseline = compare(source, &mut crawl, &pages, &normalized.events, &history);
        let circumstances = Circumstances { at: seen_at(&pages, run.started_at), today };
        let claim = run.claim.cloned();
        let events = normalized.events;
        let record = CrawlRecord { crawl, pages, events, circumstances, baseline, reading, archive, claim };
        let crawled = self.record(run, record, again).await?;
        self.locate(source, &telling).await;
        Ok(crawled)
    }

    /// Records a crawl that found every page as it was: what the last reading gave stands, and is not written again.
    async fn confirm(
        &self,
        run: Run<'_>,
        plugin: &Plugin,
        gathered: Gathered,
        reading: &Reading,
    ) -> Result<Crawled, StoreError> {
        let mut diagnostics = vec![as_it_was(reading.crawl)];
        diagnostics.extend(gathered.replays.map(|(crawl, _)| is_a_replay(crawl)));
        let archive = gathered.keeper.finish(run.source, None, &mut diagnostics).await;
        let CrawlTally { found, rejected, .. } = reading.tally;
        let crawl = Crawl {
            id: run.id,
            source: run.source.id,
            started_at: run.started_at,
            finished_at: self.clock.now(),
            outcome: reading.outcome.clone(),
            plugin: Some(plugin.version().clone()),
            tally: CrawlTally {
                found,
                rejected,
                unchanged: found.saturating_sub(rejected),
                pages: u32::try_from(gathered.fetched.len()).unwrap_or(u32::MAX),
                bytes: gathered.bytes,
                ..CrawlTally::default()
            },
            timings: gathered.timings,
            effort: gathered.effort,
            window: reading.window,
            diagnostics,
            rejections: Vec::new(),
            statistics: reading.statistics.clone(),
        };
        let (reading, claim) = (Spared::Confirmed(reading.crawl), run.claim.cloned());
        let (pages, events) = (gathered.fetched, Vec::new());
        let at = seen_at(&pages, run.started_at);
        let circumstances = Circumstances { at, today: reuse::today(run.source, at) };
        let record = CrawlRecord { crawl, pages, events, circumstances, baseline: None, reading, archive, claim };
        self.record(run, record, None).await
    }

    /// Stores a crawl; what the store found out (new, changed, and what no row can hold) is added to it.
    /// `again`: another try may do, after that time where one is known.
    async fn record(
        &self,
        run: Run<'_>,
        record: CrawlRecord,
        again: Option<Option<DateTime<Utc>>>,
    ) -> Result<Crawled, StoreError> {
        let clock = Instant::now();
        let mut crawl = record.crawl.clone();
        let recorded = self.store.record(record).instrument(info_span!("store")).await?;
        crawl.tally = recorded.tally;
        crawl.rejections.extend(recorded.rejections);
        crawl.diagnostics.extend(recorded.plan.diagnostics());
        report(run.source, &crawl, milliseconds(clock));
        Ok(Crawled { crawl, heals: again.is_some(), not_before: again.flatten() })
    }

    /// Makes events of what was read, and tells by which ways the plugin found their fields, as far as that was followed.
    pub(crate) fn normalize(
        &self,
        run: Run<'_>,
        plugin: &Plugin,
        gathered: &Gathered,
    ) -> (Normalized, Option<FieldWays>) {
        let pages: Vec<PageClaims<'_>> = gathered
            .read
            .iter()
            .filter_map(|read| {
                Some(PageClaims { page: read.facts(), claims: read.told.extraction()?.outcome.events() })
            })
            .collect();
        let Run { source, id: crawl, .. } = run;
        let mut made_of: Vec<Vec<usize>> = Vec::new();
        let input = Input { source, crawl, plugin: plugin.version(), pages: &pages };
        let normalized = normalize_told(&input, &self.limits, |event, claim| {
            made_of.resize_with(made_of.len().max(event + 1), Vec::new);
            if let Some(claims) = made_of.get_mut(event) {
                claims.push(claim);
            }
        });
        let ways = ways::found(source, &gathered.read, &normalized.events, &made_of);
        (normalized, ways)
    }

    pub(crate) fn sum_up(
        &self,
        run: Run<'_>,
        plugin: &Plugin,
        gathered: Gathered,
        pages: usize,
        normalized: &Normalized,
    ) -> Crawl {
        let rejected = u32::try_from(normalized.left_out()).unwrap_or(u32::MAX);
        let Gathered { read, failed: mut summaries, timings, effort, bytes, left_out, replays, remarks, .. } = gathered;
        let mut diagnostics: Vec<Diagnostic> = replays.map(|(crawl, _)| is_a_replay(crawl)).into_iter().collect();
        let mut window = None;
        for read in read {
            let Some(extraction) = read.told.into_extraction() else { continue };
            diagnostics.extend(extraction.diagnostics);
            window = widest(window, extraction.window);
            summaries.push(PageSummary {
                url: read.page.page.url.to_string(),
                listing: read.page.page.depth == 0,
                result: PageResult::Read(extraction.outcome),
            });
        }
        diagnostics.extend(normalized.diagnostics.iter().cloned());
        diagnostics.extend(left_out.iter().map(|page| not_fetched(page)));
        diagnostics.extend(remarks.into_iter().map(|(url, remark)| remarked(&url, &remark)));
        Crawl {
            id: run.id,
            source: run.source.id,
            started_at: run.started_at,
            finished_at: self.clock.now(),
            outcome: summary::outcome(&summaries, rejected, &left_out),
            plugin: Some(plugin.version().clone()),
            tally: CrawlTally {
                found: u32::try_from(normalized.found()).unwrap_or(u32::MAX),
                rejected,
                pages: u32::try_from(pages).unwrap_or(u32::MAX),
                bytes,
                ..CrawlTally::default()
            },
            timings,
            effort,
            window,
            diagnostics,
            rejections: normalized.rejections.clone(),
            statistics: None,
        }
    }

    async fn record_missing_plugin(&self, run: Run<'_>) -> Result<Crawled, StoreError> {
        let crawl = Crawl {
            id: run.id,
            source: run.source.id,
            started_at: run.started_at,
            finished_at: self.clock.now(),
            outcome: CrawlOutcome::Failed {
                stage: "extract".to_owned(),
                reason: format!(
                    "no plugin `{}` is loaded; drop its .wasm into the plugin folder, or see `marquee plugin list` for what was refused",
                    run.source.plugin
                ),
            },
            plugin: None,
            tally: CrawlTally::default(),
            timings: StageTimings::default(),
            effort: Effort::default(),
            window: None,
            diagnostics: Vec::new(),
            rejections: Vec::new(),
            statistics: None,
        };
        let (pages, events, claim) = (Vec::new(), Vec::new(), run.claim.cloned());
        let circumstances = Circumstances { at: run.started_at, today: reuse::today(run.source, run.started_at) };
        let reading = Spared::Nothing;
        let record = CrawlRecord { crawl, pages, events, circumstances, baseline: None, reading, archive: None, claim };
        self.record(run, record, None).await
    }
}

/// The time of the pages: when the last of them was fetched.
pub(crate) fn seen_at(pages: &[PageRecord], started_at: DateTime<Utc>) -> DateTime<Utc> {
    pages.iter().map(|page| page.fetched_at).max().unwrap_or(started_at)
}

/// Counts what the events have and holds it against the source's good crawls; gives the baseline for the next one. A crawl whose
/// listing could not be read has nothing to compare.
pub(crate) fn compare(
    source: &Source,
    crawl: &mut Crawl,
    pages: &[PageRecord],
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

/// The window of a crawl spans those of its pages.
fn widest(known: Option<Window>, seen: Option<Window>) -> Option<Window> {
    match (known, seen) {
        (Some(a), Some(b)) => Some(Window { from: a.from.min(b.from), to: a.to.zip(b.to).map(|(a, b)| a.max(b)) }),
        (known, seen) => known.or(seen),
    }
}

pub(crate) fn milliseconds(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}
