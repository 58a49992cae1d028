//! A crawl, in short and with its findings.

use chrono::{DateTime, NaiveDate, Utc};
use marquee_model::{
    Crawl, CrawlId, CrawlTally, Diagnostic, Effort, PageId, Rejection, Severity, SourceId, StageTimings, Toll, Window,
};
use marquee_store::{CrawlSummary, StoredCrawl, StoredPage};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    plugin::VersionView,
    statistics::StatisticsView,
    words::{OutcomeWord, SeverityWord},
};

/// A crawl: one reading of one source.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Crawl)]
pub(crate) struct CrawlView {
    /// Its id.
    #[schema(value_type = String, example = "crawl_0198c0de00007000800000000000abcd")]
    id: CrawlId,
    /// The source's id.
    #[schema(value_type = String, example = "src_0198c0de00007000800000000000abcd")]
    source: SourceId,
    /// The source's short name.
    source_slug: String,
    /// When it began.
    started_at: DateTime<Utc>,
    /// When it ended.
    finished_at: DateTime<Utc>,
    /// How it ended.
    #[schema(value_type = OutcomeWord)]
    outcome: &'static str,
    /// The sentence that goes with it: what is missing, why it failed, or the page's words that nothing is on.
    reason: Option<String>,
    /// The plugin that read the pages; null where none was loaded.
    plugin: Option<VersionView>,
    /// What it did.
    tally: TallyView,
    /// Where the time went.
    timings: TimingsView,
    /// What it took beside time.
    effort: EffortView,
    /// The days that the listing covers, where known.
    window: Option<WindowView>,
    /// Number of diagnostics.
    diagnostics: i64,
    /// Number of rejections.
    rejections: i64,
}

impl From<CrawlSummary> for CrawlView {
    fn from(crawl: CrawlSummary) -> Self {
        Self {
            id: crawl.id,
            source: crawl.source,
            source_slug: crawl.source_slug.into(),
            started_at: crawl.started_at,
            finished_at: crawl.finished_at,
            outcome: crawl.outcome.name(),
            reason: crawl.outcome.reason().map(str::to_owned),
            plugin: crawl.plugin.as_ref().map(VersionView::from),
            tally: crawl.tally.into(),
            timings: crawl.timings.into(),
            effort: crawl.effort.into(),
            window: crawl.window.map(WindowView::from),
            diagnostics: crawl.diagnostics,
            rejections: crawl.rejections,
        }
    }
}

/// What a crawl did to the stored events.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Tally)]
pub(crate) struct TallyView {
    /// Events on the pages, after merging.
    found: u32,
    /// Events seen for the first time.
    new: u32,
    /// Known events with a changed field.
    changed: u32,
    /// Known events that are as they were.
    unchanged: u32,
    /// Events that were left out; the crawl's rejections tell why.
    rejected: u32,
    /// Pages fetched.
    pages: u32,
    /// Decoded bytes of those pages.
    bytes: u64,
}

impl From<CrawlTally> for TallyView {
    fn from(tally: CrawlTally) -> Self {
        let CrawlTally { found, new, changed, unchanged, rejected, pages, bytes } = tally;
        Self { found, new, changed, unchanged, rejected, pages, bytes }
    }
}

/// Milliseconds spent in each stage.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Timings)]
pub(crate) struct TimingsView {
    /// Asking and receiving.
    fetch_ms: u64,
    /// In the sandbox.
    extract_ms: u64,
    /// Normalising.
    normalize_ms: u64,
    /// In the database.
    store_ms: u64,
}

impl From<StageTimings> for TimingsView {
    fn from(timings: StageTimings) -> Self {
        let StageTimings { fetch_ms, extract_ms, normalize_ms, store_ms } = timings;
        Self { fetch_ms, extract_ms, normalize_ms, store_ms }
    }
}

/// What a crawl took beside time: requests, what was spared, and how near the plugin came to its limits.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Effort)]
pub(crate) struct EffortView {
    /// Requests sent: redirects, retries and a browser's own among them.
    requests: u32,
    /// Of those, repetitions after a failure that may heal.
    retries: u32,
    /// Milliseconds that were waited for a turn at hosts.
    waited_ms: u64,
    /// Bytes received, before content decoding, without headers.
    received_bytes: u64,
    /// Pages that the site called unchanged (status 304).
    not_modified: u32,
    /// Pages that were not given to the plugin, since what it reads of them is as it was.
    unchanged_pages: u32,
    /// Pages that a browser built.
    rendered: u32,
    /// Largest share of its deadline that a call of the plugin used, 0 to 1.
    deadline_share: f32,
    /// Largest share of its memory that a call of the plugin used, 0 to 1.
    memory_share: f32,
}

impl From<Effort> for EffortView {
    fn from(effort: Effort) -> Self {
        let Effort { toll, not_modified, unchanged_pages, rendered, deadline_share, memory_share } = effort;
        let Toll { requests, retries, waited_ms, received_bytes } = toll;
        Self {
            requests,
            retries,
            waited_ms,
            received_bytes,
            not_modified,
            unchanged_pages,
            rendered,
            deadline_share,
            memory_share,
        }
    }
}

/// The days that a listing covers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Window)]
pub(crate) struct WindowView {
    /// First day.
    from: NaiveDate,
    /// Last day, itself included; null is "no end".
    to: Option<NaiveDate>,
}

impl From<Window> for WindowView {
    fn from(window: Window) -> Self {
        Self { from: window.from, to: window.to }
    }
}

/// A remark on a page or on one of its events.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Diagnostic)]
pub(crate) struct DiagnosticView {
    /// How much it matters.
    #[schema(value_type = SeverityWord)]
    severity: Severity,
    /// A stable word for machines.
    #[schema(example = "weekday_mismatch")]
    code: String,
    /// A sentence for people.
    message: String,
    /// The event that it is about: its key or title.
    event: Option<String>,
    /// The page's words that it is about.
    raw: Option<String>,
}

impl From<Diagnostic> for DiagnosticView {
    fn from(diagnostic: Diagnostic) -> Self {
        let Diagnostic { severity, code, message, event, raw } = diagnostic;
        Self { severity, code, message, event, raw }
    }
}

/// What a page says that was not taken over.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Rejection)]
pub(crate) struct RejectionView {
    /// The event: its key, else its title, else its place in the listing.
    event: String,
    /// The field.
    #[schema(example = "start")]
    field: String,
    /// Why.
    reason: String,
    /// The value as the page or the plugin gave it.
    raw: Option<String>,
    /// Whether the whole event was left out, or only this field of it.
    fatal: bool,
    /// BLAKE3 digest of the page.
    page: String,
}

impl From<Rejection> for RejectionView {
    fn from(rejection: Rejection) -> Self {
        let Rejection { event, field, reason, raw, fatal, page } = rejection;
        Self { event, field, reason, raw, fatal, page: page.to_string() }
    }
}

/// A page that a crawl fetched.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Page)]
pub(crate) struct PageView {
    /// Its id.
    #[schema(value_type = String, example = "page_0198c0de00007000800000000000abcd")]
    id: PageId,
    /// BLAKE3 digest of its body.
    digest: String,
    /// The address after redirects.
    url: String,
    /// The address that was asked for.
    requested_url: String,
    /// `GET` or `POST`.
    method: String,
    /// `listing`, or the tag of the follow request that led to it.
    kind: String,
    /// How many follow requests led to it.
    depth: u8,
    /// HTTP status.
    status: u16,
    /// Decoded bytes of its body.
    bytes: u64,
    /// The encoding that it was decoded from.
    charset: String,
    /// When it was fetched.
    fetched_at: DateTime<Utc>,
}

impl From<StoredPage> for PageView {
    fn from(stored: StoredPage) -> Self {
        let page = stored.page;
        Self {
            id: stored.id,
            digest: page.digest.to_string(),
            url: page.url.into(),
            requested_url: page.requested_url.into(),
            method: page.method,
            kind: page.kind,
            depth: page.depth,
            status: page.status,
            bytes: page.bytes,
            charset: page.charset,
            fetched_at: page.fetched_at,
        }
    }
}

/// A crawl with everything that it found out.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CrawlDetail)]
pub(crate) struct CrawlWithFindings {
    /// The crawl.
    crawl: CrawlView,
    /// What was not taken over, and why.
    rejections: Vec<RejectionView>,
    /// Remarks of the plugin, of the normaliser, and of the comparison with the crawls before.
    diagnostics: Vec<DiagnosticView>,
    /// How many events have which field; null for crawls that read nothing.
    statistics: Option<StatisticsView>,
    /// The pages that it fetched, in order.
    pages: Vec<PageView>,
}

impl From<StoredCrawl> for CrawlWithFindings {
    fn from(stored: StoredCrawl) -> Self {
        let Crawl {
            id,
            source,
            started_at,
            finished_at,
            outcome,
            plugin,
            tally,
            timings,
            effort,
            window,
            diagnostics,
            rejections,
            statistics,
        } = stored.crawl;
        let count = |length: usize| i64::try_from(length).unwrap_or(i64::MAX);
        let crawl = CrawlSummary {
            id,
            source,
            source_slug: stored.source_slug,
            started_at,
            finished_at,
            outcome,
            plugin,
            tally,
            timings,
            effort,
            window,
            diagnostics: count(diagnostics.len()),
            rejections: count(rejections.len()),
        };
        Self {
            crawl: crawl.into(),
            rejections: rejections.into_iter().map(RejectionView::from).collect(),
            diagnostics: diagnostics.into_iter().map(DiagnosticView::from).collect(),
            statistics: statistics.map(StatisticsView::from),
            pages: stored.pages.into_iter().map(PageView::from).collect(),
        }
    }
}
