//! What of a crawl goes into the archive: each page's bytes, and what the crawl gave.
//!
//! Stands beside the pipeline, which tells it of every answer. Writes run while the crawl goes on and never fail it: what could not be
//! kept is told in a diagnostic, and in a metric.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use futures::{FutureExt as _, future::BoxFuture};
use marquee_archive::{Archive, ArchiveError, Put};
use marquee_model::{CrawlOutcome, Diagnostic, Digest, Event, Page, PageRequest, Rejection, Severity, Source};
use marquee_store::{CrawlArchive, Got, KeptRequest, SourceVersion};
use tokio::{task::JoinSet, time::timeout};

use crate::replay::Given;

/// Code of the diagnostic that tells what was not kept.
pub const NOT_ARCHIVED: &str = "not-archived";

/// Keeps blobs by digest, and gives them back. [`Archive`] is one.
pub trait PageArchive: Send + Sync + 'static {
    /// Keeps these bytes under their digest.
    fn put(
        self: Arc<Self>,
        digest: Digest,
        bytes: Vec<u8>,
        now: DateTime<Utc>,
    ) -> BoxFuture<'static, Result<Put, ArchiveError>>;
    /// Whether a blob is there, and will stay for the time of a crawl.
    fn holds(self: Arc<Self>, digest: Digest, now: DateTime<Utc>) -> BoxFuture<'static, Result<bool, ArchiveError>>;
    /// The bytes of a blob, verified.
    fn get(&self, digest: Digest) -> BoxFuture<'_, Result<Vec<u8>, ArchiveError>>;
    /// How long a crawl waits for its last blobs.
    fn patience(&self) -> Duration;
}

impl PageArchive for Archive {
    fn put(
        self: Arc<Self>,
        digest: Digest,
        bytes: Vec<u8>,
        now: DateTime<Utc>,
    ) -> BoxFuture<'static, Result<Put, ArchiveError>> {
        async move { Self::put(&self, digest, bytes, now).await }.boxed()
    }

    fn holds(self: Arc<Self>, digest: Digest, now: DateTime<Utc>) -> BoxFuture<'static, Result<bool, ArchiveError>> {
        async move { Self::holds(&self, digest, now).await }.boxed()
    }

    fn get(&self, digest: Digest) -> BoxFuture<'_, Result<Vec<u8>, ArchiveError>> {
        Self::get(self, digest).boxed()
    }

    fn patience(&self) -> Duration {
        Duration::from_millis(self.settings().write_timeout_ms)
    }
}

/// Keeps one crawl. Without an archive, or of a source whose pages are not kept, it does nothing.
#[derive(Default)]
pub struct Keeper {
    archive: Option<Arc<dyn PageArchive>>,
    now: DateTime<Utc>,
    requests: Vec<KeptRequest>,
    pages: usize,
    /// What is being written, by its place in `requests`; without one, what the crawl gave.
    writes: JoinSet<(Option<usize>, Result<(), String>)>,
    failures: Vec<String>,
}

impl Keeper {
    /// A keeper for one crawl of this source, which began at `now`.
    #[must_use]
    pub fn new(archive: Option<&Arc<dyn PageArchive>>, source: &Source, now: DateTime<Utc>) -> Self {
        let archive = archive.filter(|_| source.fetching.keep_days != Some(0)).cloned();
        Self { archive, now, ..Self::default() }
    }

    /// Notes a page and begins to keep it. To be told of every page of the crawl, in the order in which the crawl records them, and of
    /// the start. `raw` is the body's bytes; where there are none, they are the page's text.
    pub fn page(&mut self, page: &Page, raw: Option<Vec<u8>>) {
        let Some(archive) = self.archive.clone() else { return };
        if page.request.is_start() {
            self.requests.push(KeptRequest { request: page.request.clone(), got: Got::Start(page.fetched_at) });
            return;
        }
        let bytes = raw.unwrap_or_else(|| page.body.as_bytes().to_vec());
        let (digest, now) = (page.digest, self.now);
        self.note(&page.request, async move {
            match archive.put(digest, bytes, now).await {
                Ok(put) => {
                    count(match put {
                        Put::Written { packed } => {
                            metrics::counter!("marquee_archive_bytes_total").increment(packed);
                            "written"
                        }
                        Put::Known => "known",
                    });
                    Ok(())
                }
                Err(error) => Err(told(&error)),
            }
        });
    }

    /// Notes a page of which the site says that it is as it was when it had this digest, so that its bytes did not come again.
    pub fn unchanged(&mut self, request: &PageRequest, digest: Digest) {
        let Some(archive) = self.archive.clone() else { return };
        let now = self.now;
        self.note(request, async move {
            match archive.holds(digest, now).await {
                Ok(true) => {
                    count("known");
                    Ok(())
                }
                Ok(false) => {
                    Err(format!("the page is as it was, but its blob {digest} is not in the archive any more"))
                }
                Err(error) => Err(told(&error)),
            }
        });
    }

    /// Notes a request that brought no page.
    pub fn failed(&mut self, request: &PageRequest, reason: &str) {
        if self.archive.is_some() {
            self.requests
                .push(KeptRequest { request: request.clone(), got: Got::Failed { reason: reason.to_owned() } });
        }
    }

    /// Keeps what the crawl gave as well, waits for what is still being written, and gives what is to be recorded with the crawl.
    /// `gave` is `None` where the crawl found everything as an earlier one had read it. What was not kept is told in `diagnostics`.
    pub async fn finish(
        mut self,
        source: &Source,
        gave: Option<(&CrawlOutcome, &[Event], &[Rejection])>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<CrawlArchive> {
        let archive = self.archive.take()?;
        let patience = archive.patience();
        let given = gave.map(|(outcome, events, rejections)| Given::of(outcome, events, rejections).bytes());
        let digest = given.as_deref().map(Digest::of);
        if let Some((bytes, digest)) = given.zip(digest) {
            let put = archive.put(digest, bytes, self.now);
            self.writes.spawn(async move { (None, put.await.map(|_| ()).map_err(|error| told(&error))) });
        }
        let mut events = None;
        let all = async {
            while let Some(written) = self.writes.join_next().await {
                // A write that panicked or was cut off did not keep its page.
                let Ok((place, result)) = written else { continue };
                let page = place.and_then(|place| self.requests.get_mut(place)).map(|kept| &mut kept.got);
                match (result, page) {
                    (Ok(()), Some(Got::Page { archived, .. })) => *archived = true,
                    (Ok(()), _) => events = digest,
                    (Err(reason), _) => self.failures.push(reason),
                }
            }
        };
        if timeout(patience, all).await.is_err() {
            count("late");
            self.failures.push(format!("the archive took longer than {} ms", patience.as_millis()));
        }
        self.writes.abort_all();
        let lost = self.requests.iter().filter(|kept| matches!(kept.got, Got::Page { archived: false, .. })).count();
        if lost > 0 || !self.failures.is_empty() {
            diagnostics.push(not_archived(
                lost,
                self.pages,
                digest.is_some() && events.is_none(),
                self.failures.first(),
            ));
        }
        Some(CrawlArchive { source: SourceVersion::from(source), requests: self.requests, events })
    }

    fn note(&mut self, request: &PageRequest, work: impl Future<Output = Result<(), String>> + Send + 'static) {
        let place = self.requests.len();
        let got = Got::Page { ordinal: self.pages, archived: false };
        self.requests.push(KeptRequest { request: request.clone(), got });
        self.pages += 1;
        // What waits here is bounded by the source's `follow.bytes`.
        self.writes.spawn(async move { (Some(place), work.await) });
    }
}

fn told(error: &ArchiveError) -> String {
    count(error.name());
    tracing::warn!(%error, "not archived");
    error.to_string()
}

/// Blobs by what became of them: `written`, `known`, or the name of the error.
fn count(result: &'static str) {
    metrics::counter!("marquee_archive_blobs_total", "result" => result).increment(1);
}

fn not_archived(lost: usize, pages: usize, events: bool, reason: Option<&String>) -> Diagnostic {
    let mut what = Vec::new();
    if lost > 0 {
        what.push(format!("{lost} of {pages} pages"));
    }
    if events {
        what.push("the events to compare a replay with".to_owned());
    }
    if what.is_empty() {
        what.push("something".to_owned());
    }
    let reason = reason.map_or("the write was cut off", String::as_str);
    Diagnostic {
        severity: Severity::Warning,
        code: NOT_ARCHIVED.to_owned(),
        message: format!("not in the archive, and missing in a replay: {}; {reason}", what.join(" and ")),
        event: None,
        raw: None,
    }
}
