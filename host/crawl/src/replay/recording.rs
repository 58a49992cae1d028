//! The pages of one crawl at hand: out of the archive, or out of a fixture's folder.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use futures::{
    FutureExt as _,
    future::{BoxFuture, ready},
};
use marquee_archive::ArchiveError;
use marquee_extract::Plugin;
use marquee_model::{CrawlId, Page, PageRequest, Source, Toll};
use marquee_normalize::NormalizeLimits;
use marquee_store::{ArchivedAnswer, ArchivedCrawl, PageRecord};

use crate::{
    Answer, Ask, CrawlPages, OfflineReading, PageArchive, PageSupply, Supplied, Unsupplied, follow::fingerprint,
    offline, replay::Given,
};

/// A crawl's pages, with all that they are read with.
#[derive(Debug, Clone)]
pub struct Recording {
    /// The source as it was.
    pub source: Source,
    /// What the plugin knew as "now" before there was a page.
    pub begun_at: DateTime<Utc>,
    /// The crawl that this is; `None` for a fixture.
    pub crawl: Option<CrawlId>,
    /// Requests and answers, in the crawl's order.
    pub answers: Vec<Recorded>,
    by_request: BTreeMap<String, usize>,
}

/// A request and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// What was asked for.
    pub request: PageRequest,
    /// The page and its bytes, or why there was none.
    pub answer: Result<(PageRecord, Vec<u8>), String>,
}

/// Why a crawl cannot be run again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordingError {
    /// A page was not kept.
    #[error(
        "crawl {crawl} cannot be run again: {url} was not archived then; its diagnostics say why (code `not-archived`)"
    )]
    NotArchived {
        /// The crawl.
        crawl: CrawlId,
        /// The page.
        url: String,
    },
    /// A blob cannot be read.
    #[error("crawl {crawl} cannot be run again: {url}: {error}")]
    Unreadable {
        /// The crawl.
        crawl: CrawlId,
        /// The page, or what the crawl gave.
        url: String,
        /// What the archive says.
        error: Box<ArchiveError>,
    },
}

impl Recording {
    /// A recording of these answers.
    #[must_use]
    pub fn new(source: Source, begun_at: DateTime<Utc>, crawl: Option<CrawlId>, answers: Vec<Recorded>) -> Self {
        let by_request = answers.iter().enumerate().map(|(at, answer)| (fingerprint(&answer.request), at)).collect();
        Self { source, begun_at, crawl, answers, by_request }
    }

    /// The pages of a stored crawl, read and verified.
    ///
    /// # Errors
    /// A page was not kept, or the archive does not give it.
    pub async fn load(archive: &dyn PageArchive, stored: &ArchivedCrawl) -> Result<Self, RecordingError> {
        let crawl = stored.id;
        let mut begun_at = stored.started_at;
        let mut answers = Vec::with_capacity(stored.requests.len());
        for asked in &stored.requests {
            let answer = match &asked.answer {
                ArchivedAnswer::Start(at) => {
                    begun_at = *at;
                    continue;
                }
                ArchivedAnswer::Failed(reason) => Err(reason.clone()),
                ArchivedAnswer::Page { archived: false, .. } => {
                    return Err(RecordingError::NotArchived { crawl, url: asked.request.url.to_string() });
                }
                ArchivedAnswer::Page { page, archived: true } => {
                    let unreadable = |error| RecordingError::Unreadable {
                        crawl,
                        url: asked.request.url.to_string(),
                        error: Box::new(error),
                    };
                    Ok(((**page).clone(), archive.get(page.digest).await.map_err(unreadable)?))
                }
            };
            answers.push(Recorded { request: asked.request.clone(), answer });
        }
        let source = stored.version.clone().source(stored.source);
        Ok(Self::new(source, begun_at, Some(crawl), answers))
    }

    /// What the stored crawl gave then; `None` where that was not kept.
    ///
    /// # Errors
    /// The archive does not give it.
    pub async fn given_then(
        archive: &dyn PageArchive,
        stored: &ArchivedCrawl,
    ) -> Result<Option<Given>, RecordingError> {
        let Some(digest) = stored.events else { return Ok(None) };
        let unreadable = |error| RecordingError::Unreadable {
            crawl: stored.id,
            url: "what the crawl gave".to_owned(),
            error: Box::new(error),
        };
        let bytes = archive.get(digest).await.map_err(unreadable)?;
        let given = Given::read(&bytes).map_err(|error| {
            unreadable(ArchiveError::Corrupted { digest, place: "the archive".to_owned(), reason: error.to_string() })
        })?;
        Ok(Some(given))
    }

    /// Reads the pages by a plugin.
    pub async fn read(&self, plugin: &Plugin, limits: &NormalizeLimits) -> (Given, OfflineReading) {
        let reading = offline::read_recording(plugin, self, limits).await;
        (Given::of(&reading.outcome, &reading.events, &reading.rejections), reading)
    }

    /// What is recorded for a request.
    #[must_use]
    pub fn answer(&self, request: &PageRequest) -> Option<Result<Page, String>> {
        let recorded = self.answers.get(*self.by_request.get(&fingerprint(request))?)?;
        Some(match &recorded.answer {
            Ok((record, bytes)) => Ok(page(record, request.clone(), bytes)),
            Err(reason) => Err(reason.clone()),
        })
    }
}

/// The page as it was: decoded as it was decoded then, whatever would be concluded from its bytes now.
fn page(record: &PageRecord, request: PageRequest, bytes: &[u8]) -> Page {
    let content_type = format!("text/html; charset={}", record.charset);
    let decoded =
        marquee_fetch::saved::page(bytes, Some(&content_type), record.url.clone(), record.fetched_at, &request.kind);
    Page { request, status: record.status, headers: record.headers.clone(), charset: record.charset.clone(), ..decoded }
}

impl PageSupply for Recording {
    fn open<'a>(&'a self, _source: &'a Source) -> Box<dyn CrawlPages + 'a> {
        Box::new(Rerun(self))
    }
}

struct Rerun<'a>(&'a Recording);

impl CrawlPages for Rerun<'_> {
    fn page<'a>(&'a mut self, ask: Ask<'a>) -> BoxFuture<'a, Result<Supplied, Unsupplied>> {
        let answer = self
            .0
            .answer(ask.request)
            .unwrap_or_else(|| Err(format!("{} was not fetched by the crawl that is run again", ask.request.url)));
        let bytes = |page: &Page| {
            let recorded = self.0.answers.iter().filter_map(|recorded| recorded.answer.as_ref().ok());
            recorded.into_iter().find(|(record, _)| record.digest == page.digest).map(|(_, bytes)| bytes.clone())
        };
        let supplied = answer.map(|page| {
            let raw = bytes(&page);
            Supplied {
                answer: Answer::Page { page: Box::new(page), raw },
                toll: Toll::default(),
                rendered: false,
                remarks: Vec::new(),
            }
        });
        ready(supplied.map_err(Unsupplied::for_good)).boxed()
    }

    fn replays(&self) -> Option<(CrawlId, DateTime<Utc>)> {
        self.0.crawl.map(|crawl| (crawl, self.0.begun_at))
    }
}
