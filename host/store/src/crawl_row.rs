//! The rows behind crawls and pages. Private: readers get [`CrawlSummary`] and [`StoredPage`].

use chrono::{DateTime, NaiveDate, Utc};
use marquee_model::{
    Crawl, CrawlId, CrawlOutcome, CrawlTally, Diagnostic, PageId, Rejection, SourceId, StageTimings, Statistics, Window,
};
use serde_json::Value;
use uuid::Uuid;

use crate::{CrawlSummary, PageRecord, Result, StoreError, StoredPage, column::Row};

/// Reads crawls; conditions are appended.
pub(crate) const SELECT: &str = "SELECT c.id, c.source_id, s.slug AS source_slug, c.started_at, c.finished_at,
    c.outcome, c.reason, c.failed_stage, p.plugin_id, p.version, p.digest,
    c.found, c.new, c.changed, c.unchanged, c.rejected, c.pages, c.bytes,
    c.fetch_ms, c.extract_ms, c.normalize_ms, c.store_ms, c.effort, c.window_from, c.window_to,
    jsonb_array_length(c.diagnostics)::bigint AS diagnostics,
    (SELECT count(*) FROM rejections r WHERE r.crawl_id = c.id) AS rejections
    FROM crawls c JOIN sources s ON s.id = c.source_id LEFT JOIN plugin_versions p ON p.id = c.plugin_version_id
    WHERE true";

#[derive(sqlx::FromRow)]
pub(crate) struct CrawlRow {
    id: Uuid,
    source_id: Uuid,
    source_slug: String,
    started_at: DateTime<Utc>,
    finished_at: DateTime<Utc>,
    outcome: String,
    reason: Option<String>,
    failed_stage: Option<String>,
    plugin_id: Option<String>,
    version: Option<String>,
    digest: Option<Vec<u8>>,
    found: i64,
    new: i64,
    changed: i64,
    unchanged: i64,
    rejected: i64,
    pages: i64,
    bytes: i64,
    fetch_ms: i64,
    extract_ms: i64,
    normalize_ms: i64,
    store_ms: i64,
    effort: Value,
    window_from: Option<NaiveDate>,
    window_to: Option<NaiveDate>,
    diagnostics: i64,
    rejections: i64,
}

/// The outcome out of its word, sentence and stage.
pub(crate) fn outcome(at: &Row<'_>, word: &str, reason: Option<String>, stage: Option<String>) -> Result<CrawlOutcome> {
    let text = reason.unwrap_or_default();
    Ok(match word {
        "complete" => CrawlOutcome::Complete,
        "partial" => CrawlOutcome::Partial { reason: text },
        "empty" => CrawlOutcome::Empty { evidence: text },
        "not_a_listing" => CrawlOutcome::NotAListing { reason: text },
        "not_recognized" => CrawlOutcome::NotRecognized { reason: text },
        "failed" => CrawlOutcome::Failed { stage: stage.unwrap_or_default(), reason: text },
        other => return Err(at.bad("outcome", format!("`{other}` is no outcome"))),
    })
}

impl TryFrom<CrawlRow> for CrawlSummary {
    type Error = StoreError;

    fn try_from(row: CrawlRow) -> Result<Self> {
        let id = CrawlId::from_uuid(row.id);
        let at = Row { table: "crawls", id: &id };
        let plugin = match (row.plugin_id, row.version, row.digest) {
            (Some(plugin), Some(version), Some(digest)) => Some(at.plugin(&plugin, &version, &digest)?),
            _ => None,
        };
        Ok(Self {
            id,
            source: SourceId::from_uuid(row.source_id),
            source_slug: at.parse("source_id", &row.source_slug)?,
            started_at: row.started_at,
            finished_at: row.finished_at,
            outcome: outcome(&at, &row.outcome, row.reason, row.failed_stage)?,
            plugin,
            tally: CrawlTally {
                found: at.number("found", row.found)?,
                new: at.number("new", row.new)?,
                changed: at.number("changed", row.changed)?,
                unchanged: at.number("unchanged", row.unchanged)?,
                rejected: at.number("rejected", row.rejected)?,
                pages: at.number("pages", row.pages)?,
                bytes: at.number("bytes", row.bytes)?,
            },
            timings: StageTimings {
                fetch_ms: at.number("fetch_ms", row.fetch_ms)?,
                extract_ms: at.number("extract_ms", row.extract_ms)?,
                normalize_ms: at.number("normalize_ms", row.normalize_ms)?,
                store_ms: at.number("store_ms", row.store_ms)?,
            },
            effort: at.json("effort", row.effort)?,
            window: row.window_from.map(|from| Window { from, to: row.window_to }),
            diagnostics: row.diagnostics,
            rejections: row.rejections,
        })
    }
}

impl CrawlSummary {
    pub(crate) fn into_crawl(
        self,
        diagnostics: Vec<Diagnostic>,
        rejections: Vec<Rejection>,
        statistics: Option<Statistics>,
    ) -> Crawl {
        Crawl {
            id: self.id,
            source: self.source,
            started_at: self.started_at,
            finished_at: self.finished_at,
            outcome: self.outcome,
            plugin: self.plugin,
            tally: self.tally,
            timings: self.timings,
            effort: self.effort,
            window: self.window,
            diagnostics,
            rejections,
            statistics,
        }
    }
}

pub(crate) struct PageRow {
    pub(crate) id: Uuid,
    pub(crate) crawl_id: Uuid,
    pub(crate) digest: Vec<u8>,
    pub(crate) requested_url: String,
    pub(crate) url: String,
    pub(crate) method: String,
    pub(crate) kind: String,
    pub(crate) depth: i16,
    pub(crate) status: i32,
    pub(crate) headers: Value,
    pub(crate) bytes: i64,
    pub(crate) charset: String,
    pub(crate) fetched_at: DateTime<Utc>,
}

impl TryFrom<PageRow> for StoredPage {
    type Error = StoreError;

    fn try_from(row: PageRow) -> Result<Self> {
        let id = PageId::from_uuid(row.id);
        let at = Row { table: "pages", id: &id };
        Ok(Self {
            id,
            crawl: CrawlId::from_uuid(row.crawl_id),
            page: PageRecord {
                digest: at.digest("digest", &row.digest)?,
                requested_url: at.parse("requested_url", &row.requested_url)?,
                url: at.parse("url", &row.url)?,
                method: row.method,
                kind: row.kind,
                depth: at.number("depth", row.depth)?,
                status: at.number("status", row.status)?,
                headers: at.json("headers", row.headers)?,
                bytes: at.number("bytes", row.bytes)?,
                charset: row.charset,
                fetched_at: row.fetched_at,
            },
        })
    }
}
