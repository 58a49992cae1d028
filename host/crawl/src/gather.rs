//! The first half of a crawl: fetch and extract until no page is left to read, sparing what did not change.

use std::{sync::Arc, time::Instant};

use chrono::{DateTime, NaiveDate, Utc};
use marquee_extract::{CallFailure, Plugin, ReadRecord, Used};
use marquee_model::{
    CrawlId, CrawlOutcome, Digest, Effort, Extraction, FieldWays, Page, PageRequest, Source, SourceId, StageTimings,
    Validators, WebUrl,
};
use marquee_normalize::PageFacts;
use marquee_store::{NewReading, PageRecord, ReadPage, Reading, Spared, Store, StoreError};
use tracing::{Instrument as _, info_span};

use crate::{
    Answer, Ask, CrawlPages, Keeper, Pipeline, Progress, Stage, Supplied, Unsupplied,
    follow::Frontier,
    pipeline::milliseconds,
    place,
    reuse::{self, Remembered},
    summary::{PageResult, PageSummary},
    ways::{Followed, Follower},
};

/// What the fetching and extracting half of a crawl gathered.
#[derive(Default)]
pub(crate) struct Gathered {
    /// The pages that were read, anew or as before.
    pub(crate) read: Vec<Read>,
    /// Every page that came, in the order in which they did.
    pub(crate) fetched: Vec<PageRecord>,
    /// What became of those that could not be read.
    pub(crate) failed: Vec<PageSummary>,
    /// Whether another try soon may do better.
    pub(crate) heals: bool,
    /// Before when that try is of no use.
    pub(crate) not_before: Option<DateTime<Utc>>,
    pub(crate) timings: StageTimings,
    pub(crate) effort: Effort,
    pub(crate) pages: u32,
    pub(crate) bytes: u64,
    pub(crate) left_out: Vec<String>,
    /// Pages that are not as they were and may tell where the venue is, at most [`place::PAGES_LOOKED_AT`].
    pub(crate) telling: Vec<Arc<Page>>,
    /// What an operator should know of how a page came.
    pub(crate) remarks: Vec<(WebUrl, String)>,
    pub(crate) keeper: Keeper,
    /// The stored crawl that is run again, and when it had begun.
    pub(crate) replays: Option<(CrawlId, DateTime<Utc>)>,
}

/// A page that was read.
pub(crate) struct Read {
    pub(crate) page: ReadPage,
    pub(crate) told: Told,
    /// By which ways the plugin found the values of some of its claims.
    pub(crate) followed: Followed,
}

/// What the plugin told of a page.
pub(crate) enum Told {
    /// It was asked.
    Anew(Extraction),
    /// It was not: all that it read is as it was. Loaded from the store only where it is needed.
    AsBefore(Option<Extraction>),
}

/// A request, and the page that answered it at the last reading.
struct Asked<'a> {
    request: &'a PageRequest,
    key: Digest,
    before: Option<&'a ReadPage>,
}

impl Read {
    pub(crate) fn facts(&self) -> PageFacts<'_> {
        let PageRecord { digest, url, fetched_at, depth, .. } = &self.page.page;
        PageFacts { digest: *digest, url, fetched_at: *fetched_at, depth: *depth }
    }
}

impl Told {
    pub(crate) const fn extraction(&self) -> Option<&Extraction> {
        match self {
            Self::Anew(extraction) | Self::AsBefore(Some(extraction)) => Some(extraction),
            Self::AsBefore(None) => None,
        }
    }

    pub(crate) fn into_extraction(self) -> Option<Extraction> {
        match self {
            Self::Anew(extraction) => Some(extraction),
            Self::AsBefore(extraction) => extraction,
        }
    }

    /// How many events it told of; not known where it was not asked again.
    fn events(&self) -> usize {
        self.extraction().map_or(0, |extraction| extraction.outcome.events().len())
    }
}

impl Pipeline {
    /// Fetches and extracts until no page is left to read.
    pub(crate) async fn gather(
        &self,
        source: &Source,
        plugin: &Arc<Plugin>,
        remembered: &Remembered,
        mut follower: Follower,
        progress: &(impl Fn(Progress) + Send + Sync),
    ) -> Gathered {
        let mut frontier = Frontier::new(source);
        let mut supply = self.supply.open(source);
        let now = self.clock.now();
        let keeper = Keeper::new(self.archive.as_ref(), source, now);
        let mut gathered = Gathered { keeper, replays: supply.replays(), ..Gathered::default() };
        while let Some(request) = frontier.next_request() {
            progress(Progress { waiting: frontier.waiting(), ..gathered.progress(Stage::Fetch) });
            gathered.pages = frontier.pages();
            let key = reuse::key(&request);
            let asked = Asked { request: &request, key, before: remembered.page(key) };
            let clock = Instant::now();
            let span = info_span!("fetch", url = %request.url);
            let came = self.ask(&mut *supply, source, plugin, &asked, &frontier, &mut gathered).instrument(span).await;
            gathered.timings.fetch_ms += milliseconds(clock);
            let (page, body) = match came {
                Ok(came) => came,
                Err(reason) => {
                    gathered.keeper.failed(&request, &reason);
                    gathered.fail(&request, "fetch", reason);
                    continue;
                }
            };
            frontier.fetched(page.depth, &page.url, if body.is_some() { page.bytes } else { 0 });
            gathered.bytes = frontier.bytes();
            if !request.is_start() {
                gathered.fetched.push(page.clone());
            }

            progress(Progress { waiting: frontier.waiting(), ..gathered.progress(Stage::Extract) });
            let clock = Instant::now();
            gathered.tells(body.as_ref(), asked.before);
            let work = self.read(source, plugin, &asked, page, body, &mut follower);
            let read = work.instrument(info_span!("extract")).await;
            gathered.timings.extract_ms += milliseconds(clock);
            match read {
                Ok((read, used)) => {
                    frontier.follow(&request, &read.page.page.url, &read.page.follow);
                    match used {
                        Some(used) => gathered.used(&used),
                        None => gathered.effort.unchanged_pages += u32::from(!request.is_start()),
                    }
                    gathered.read.push(read);
                }
                Err(result) => gathered.failed.push(PageSummary::of(&request, result)),
            }
        }
        gathered.left_out = frontier.left_out().to_vec();
        gathered
    }

    /// Asks for a page and counts what that took. The body is `None` where the site says that the page is as it was.
    async fn ask(
        &self,
        supply: &mut dyn CrawlPages,
        source: &Source,
        plugin: &Plugin,
        asked: &Asked<'_>,
        frontier: &Frontier<'_>,
        gathered: &mut Gathered,
    ) -> Result<(PageRecord, Option<Arc<Page>>), String> {
        let request = asked.request;
        if request.is_start() {
            let begun_at = gathered.replays.map_or_else(|| self.clock.now(), |(_, begun_at)| begun_at);
            let page = Page::start(request.url.clone(), begun_at);
            gathered.keeper.page(&page, None);
            return Ok((PageRecord::from(&page), Some(Arc::new(page))));
        }
        // Only where the answer "nothing changed" is enough: the body does not come with it.
        let spared = match asked.before {
            Some(page) if reuse::stands(plugin, source, page, self.clock.now()).await => Some(page),
            _ => None,
        };
        let validators = spared.and_then(|page| page.validators.as_ref());
        match supply.page(Ask { request, scope: frontier.scope(), validators }).await {
            Ok(Supplied { answer, toll, rendered, remarks }) => {
                gathered.remarks.extend(remarks.into_iter().map(|remark| (request.url.clone(), remark)));
                gathered.effort.toll += toll;
                gathered.effort.rendered += u32::from(rendered);
                match (answer, spared) {
                    (Answer::Page { page, raw }, _) => {
                        gathered.keeper.page(&page, raw);
                        Ok((PageRecord::from(&*page), Some(Arc::from(page))))
                    }
                    (Answer::NotModified, Some(before)) => {
                        gathered.effort.not_modified += 1;
                        gathered.keeper.unchanged(request, before.page.digest);
                        Ok((PageRecord { fetched_at: self.clock.now(), ..before.page.clone() }, None))
                    }
                    (Answer::NotModified, None) => Err(format!(
                        "{}: answered 304 to a request without validators; the site must mend its server",
                        request.url
                    )),
                }
            }
            Err(Unsupplied { reason, heals, not_before, toll }) => {
                gathered.not_before = gathered.not_before.max(not_before.filter(|_| heals));
                gathered.effort.toll += toll;
                gathered.heals |= heals;
                Err(reason)
            }
        }
    }
}

impl Pipeline {
    /// Reads a page that came, or finds that what it gave before still stands.
    async fn read(
        &self,
        source: &Source,
        plugin: &Arc<Plugin>,
        asked: &Asked<'_>,
        page: PageRecord,
        body: Option<Arc<Page>>,
        follower: &mut Follower,
    ) -> Result<(Read, Option<Used>), PageResult> {
        let validators = match &body {
            Some(body) => Validators::of(body),
            None => asked.before.and_then(|before| before.validators.clone()),
        };
        if let Some(before) = asked.before
            && reuse::is_as_before(plugin, source, before, body.as_ref()).await
        {
            let page = ReadPage { page, validators, ..before.clone() };
            return Ok((Read { page, told: Told::AsBefore(None), followed: Followed::new() }, None));
        }
        let Some(body) = body else {
            return Err(PageResult::Failed {
                stage: "fetch",
                reason: format!("{}: answered 304, and the page it speaks of is not known", page.url),
            });
        };
        match follower.extract(plugin, source, body).await {
            Ok((extracted, followed)) => {
                let extraction = extracted.extraction;
                let follow = extraction.follow.clone();
                let reads = extracted.reads.as_deref().map(ReadRecord::to_bytes);
                let page = ReadPage { request: asked.key, validators, page, reads, follow };
                Ok((Read { page, told: Told::Anew(extraction), followed }, Some(extracted.used)))
            }
            Err(error) => Err(match *error.failure {
                CallFailure::Answered(answer) => PageResult::Refused(answer),
                _ => {
                    let reason = error.to_string();
                    self.registry.note_failure(&source.plugin, &reason);
                    PageResult::Failed { stage: "extract", reason }
                }
            }),
        }
    }
}

impl Gathered {
    pub(crate) fn progress(&self, stage: Stage) -> Progress {
        let events = self.read.iter().map(|read| read.told.events()).sum();
        Progress { stage, pages: self.pages, waiting: 0, events }
    }

    /// The last reading, where every page of this crawl is as it was then, and on the same day.
    pub(crate) fn confirms<'a>(&self, remembered: &'a Remembered, today: NaiveDate) -> Option<&'a Reading> {
        let reading = remembered.reading()?;
        // What was in doubt or left out is judged again: a page that stays as it is becomes the usual in time, and every crawl
        // names what it rejects.
        let is_whole = matches!(reading.outcome, CrawlOutcome::Complete | CrawlOutcome::Empty { .. });
        let is_same = is_whole
            && self.failed.is_empty()
            && !self.read.is_empty()
            && self.read.len() == reading.pages.len()
            && self.read.iter().all(|read| matches!(read.told, Told::AsBefore(_)))
            && remembered.is_of(today);
        is_same.then_some(reading)
    }

    /// Loads what pages told before that were not read anew.
    pub(crate) async fn recall(&mut self, store: &Store, source: SourceId) -> Result<(), StoreError> {
        for read in &mut self.read {
            if matches!(read.told, Told::AsBefore(None)) {
                let told = store.read_extraction(source, read.page.request).await?;
                let lost = || StoreError::Unknown {
                    what: "recalling what a page gave",
                    object: read.page.page.url.to_string(),
                };
                read.told = Told::AsBefore(Some(told.ok_or_else(lost)?));
            }
        }
        Ok(())
    }

    /// What the next crawl can spare because of this one. Pages that could not be read are asked for again by themselves.
    pub(crate) fn reading(&self, facts: Digest, day: NaiveDate, ways: Option<FieldWays>) -> Spared {
        let pages: Vec<_> =
            self.read.iter().filter_map(|read| Some((read.page.clone(), read.told.extraction()?.clone()))).collect();
        match pages.is_empty() {
            true => Spared::Nothing,
            false => Spared::Read(Box::new(NewReading { facts, day, pages, ways })),
        }
    }

    fn fail(&mut self, request: &PageRequest, stage: &'static str, reason: String) {
        self.failed.push(PageSummary::of(request, PageResult::Failed { stage, reason }));
    }

    /// Keeps a page by which the venue may be located, if it has changed.
    fn tells(&mut self, page: Option<&Arc<Page>>, before: Option<&ReadPage>) {
        let is_new = |page: &&Arc<Page>| before.is_none_or(|before| before.page.digest != page.digest);
        if self.telling.len() < place::PAGES_LOOKED_AT {
            self.telling.extend(page.filter(is_new).filter(|page| place::is_told(page)).cloned());
        }
    }

    /// Keeps how near a call came to its limits.
    const fn used(&mut self, used: &Used) {
        self.effort.deadline_share = self.effort.deadline_share.max(used.deadline_share);
        self.effort.memory_share = self.effort.memory_share.max(used.memory_share);
    }
}
