//! Reading what crawls asked for and got, and letting go of what is out of its time.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use marquee_model::{CrawlId, CrawlOutcome, Digest, PageId, PageRequest, PluginVersion, Slug, SourceId};

use crate::{
    PageRecord, Result, SourceVersion, Store,
    column::{Row, count},
    crawl_row::outcome,
};

/// A crawl that can be run again.
#[derive(Debug, Clone, PartialEq)]
pub struct ArchivedCrawl {
    /// Its id.
    pub id: CrawlId,
    /// Its source.
    pub source: SourceId,
    /// What the source was.
    pub version: SourceVersion,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// How it ended.
    pub outcome: CrawlOutcome,
    /// What read it.
    pub plugin: Option<PluginVersion>,
    /// The blob of what it gave, where that was kept.
    pub events: Option<Digest>,
    /// What it asked for, in order.
    pub requests: Vec<ArchivedRequest>,
}

/// A request of an archived crawl.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchivedRequest {
    /// What was asked for.
    pub request: PageRequest,
    /// What came of it.
    pub answer: ArchivedAnswer,
}

/// What came of a request, with the page's record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArchivedAnswer {
    /// Nothing was asked; this was the plugin's "now".
    Start(DateTime<Utc>),
    /// A page.
    Page {
        /// What is known of it.
        page: Box<PageRecord>,
        /// Whether its bytes were kept.
        archived: bool,
    },
    /// No page, and why.
    Failed(String),
}

impl Store {
    /// The crawls of a source that can be run again and began at or after `since`, the oldest first.
    pub async fn archived_crawls(&self, source: &Slug, since: Option<DateTime<Utc>>) -> Result<Vec<CrawlId>> {
        self.bounded("listing archived crawls", async {
            let rows = sqlx::query_scalar!(
                "SELECT c.id FROM crawls c JOIN sources s ON s.id = c.source_id
                 WHERE s.slug = $1 AND ($2::timestamptz IS NULL OR c.started_at >= $2)
                   AND EXISTS (SELECT FROM crawl_requests r WHERE r.crawl_id = c.id)
                 ORDER BY c.started_at, c.id",
                source.as_str(),
                since
            )
            .fetch_all(&self.pool)
            .await?;
            Ok(rows.into_iter().map(CrawlId::from_uuid).collect())
        })
        .await
    }

    /// What one crawl asked for and got. `None`: there is no such crawl, or its time in the archive is over.
    pub async fn archived_crawl(&self, id: CrawlId) -> Result<Option<ArchivedCrawl>> {
        self.bounded("reading an archived crawl", async {
            let row = sqlx::query!(
                r#"SELECT c.source_id, c.started_at, c.outcome, c.reason, c.failed_stage, c.events_digest, v.source,
                          p.plugin_id AS "plugin_id?", p.version AS "version?", p.digest AS "digest?"
                   FROM crawls c JOIN source_versions v ON v.id = c.source_version_id
                   LEFT JOIN plugin_versions p ON p.id = c.plugin_version_id WHERE c.id = $1"#,
                id.uuid()
            )
            .fetch_optional(&self.pool)
            .await?;
            let Some(row) = row else { return Ok(None) };
            let at = Row { table: "crawls", id: &id };
            let plugin = match (row.plugin_id, row.version, row.digest) {
                (Some(plugin), Some(version), Some(digest)) => Some(at.plugin(&plugin, &version, &digest)?),
                _ => None,
            };
            let requests = self.archived_requests(id).await?;
            if requests.is_empty() {
                return Ok(None);
            }
            Ok(Some(ArchivedCrawl {
                id,
                source: SourceId::from_uuid(row.source_id),
                version: at.json("source_version_id", row.source)?,
                started_at: row.started_at,
                outcome: outcome(&at, &row.outcome, row.reason, row.failed_stage)?,
                plugin,
                events: row.events_digest.map(|digest| at.digest("events_digest", &digest)).transpose()?,
                requests,
            }))
        })
        .await
    }

    async fn archived_requests(&self, id: CrawlId) -> std::result::Result<Vec<ArchivedRequest>, crate::error::Trouble> {
        let rows = sqlx::query!(
            r#"SELECT r.request, r.archived, r.begun_at, r.reason, p.id AS "page?", p.digest AS "digest?",
                      p.requested_url AS "requested_url?", p.url AS "url?", p.method AS "method?", p.kind AS "kind?",
                      p.depth AS "depth?", p.status AS "status?", p.headers AS "headers?", p.bytes AS "bytes?",
                      p.charset AS "charset?", p.fetched_at AS "fetched_at?"
               FROM crawl_requests r
               LEFT JOIN pages p ON p.crawl_id = r.crawl_id AND p.ordinal = r.page_ordinal
               WHERE r.crawl_id = $1 ORDER BY r.ordinal"#,
            id.uuid()
        )
        .fetch_all(&self.pool)
        .await?;
        let mut requests = Vec::with_capacity(rows.len());
        for row in rows {
            let at = Row { table: "crawl_requests", id: &id };
            let answer = if let Some(at) = row.begun_at {
                ArchivedAnswer::Start(at)
            } else if let Some(page) = row.page {
                let id = PageId::from_uuid(page);
                let at = Row { table: "pages", id: &id };
                let page = PageRecord {
                    digest: at.digest("digest", &row.digest.unwrap_or_default())?,
                    requested_url: at.parse("requested_url", &row.requested_url.unwrap_or_default())?,
                    url: at.parse("url", &row.url.unwrap_or_default())?,
                    method: row.method.unwrap_or_default(),
                    kind: row.kind.unwrap_or_default(),
                    depth: at.number("depth", row.depth.unwrap_or_default())?,
                    status: at.number("status", row.status.unwrap_or_default())?,
                    headers: at.json("headers", row.headers.unwrap_or_default())?,
                    bytes: at.number("bytes", row.bytes.unwrap_or_default())?,
                    charset: row.charset.unwrap_or_default(),
                    fetched_at: row.fetched_at.ok_or_else(|| at.bad("fetched_at", "it is null"))?,
                };
                ArchivedAnswer::Page { page: Box::new(page), archived: row.archived }
            } else {
                ArchivedAnswer::Failed(row.reason.unwrap_or_default())
            };
            requests.push(ArchivedRequest { request: at.json("request", row.request)?, answer });
        }
        Ok(requests)
    }

    /// Lets go of what crawls kept longer ago than their source's days (`default_days` where the source says nothing). Crawls, pages
    /// and events stay. Gives the number of crawls that can no longer be run again.
    pub async fn forget_archived(&self, now: DateTime<Utc>, default_days: u32) -> Result<u64> {
        self.bounded("letting go of archived crawls", async {
            let mut transaction = self.begin().await?;
            // A century is as good as for ever, and no date overflows.
            let over = sqlx::query_scalar!(
                "SELECT c.id FROM crawls c JOIN sources s ON s.id = c.source_id
                 WHERE c.started_at < $1::timestamptz
                           - LEAST(COALESCE((s.fetching ->> 'keep_days')::bigint, $2), 36500)::float8 * interval '1 day'
                   AND (c.events_digest IS NOT NULL OR EXISTS (SELECT FROM crawl_requests r WHERE r.crawl_id = c.id))",
                now,
                i64::from(default_days)
            )
            .fetch_all(&mut *transaction)
            .await?;
            sqlx::query!("DELETE FROM crawl_requests WHERE crawl_id = ANY($1)", &over)
                .execute(&mut *transaction)
                .await?;
            sqlx::query!("UPDATE crawls SET events_digest = NULL WHERE id = ANY($1)", &over)
                .execute(&mut *transaction)
                .await?;
            transaction.commit().await?;
            Ok(over.len() as u64)
        })
        .await
    }

    /// Which of these blobs crawls still refer to.
    pub async fn referred_to(&self, blobs: &[Digest]) -> Result<BTreeSet<Digest>> {
        let given: Vec<Vec<u8>> = blobs.iter().map(|digest| digest.as_bytes().to_vec()).collect();
        self.bounded("looking who refers to blobs", async {
            let rows = sqlx::query_scalar!(
                r#"SELECT g.digest AS "digest!" FROM UNNEST($1::bytea[]) AS g (digest)
                   WHERE EXISTS (SELECT FROM crawls c WHERE c.events_digest = g.digest)
                      OR EXISTS (SELECT FROM pages p JOIN crawl_requests r ON r.crawl_id = p.crawl_id AND r.page_ordinal = p.ordinal
                                 WHERE p.digest = g.digest AND r.archived)"#,
                &given
            )
            .fetch_all(&self.pool)
            .await?;
            let at = Row { table: "pages", id: &"(given)" };
            Ok(rows.iter().map(|digest| at.digest("digest", digest)).collect::<Result<_>>()?)
        })
        .await
    }

    /// Every blob that crawls refer to, a part at a time: at most `most` of them above `after`, in order.
    pub async fn blobs_referred_to(&self, after: Option<Digest>, most: u32) -> Result<Vec<Digest>> {
        let after = after.map(|digest| digest.as_bytes().to_vec()).unwrap_or_default();
        self.bounded("listing blobs that are referred to", async {
            let rows = sqlx::query_scalar!(
                r#"SELECT digest AS "digest!" FROM (
                     SELECT p.digest FROM pages p JOIN crawl_requests r ON r.crawl_id = p.crawl_id AND r.page_ordinal = p.ordinal
                     WHERE r.archived AND p.digest > $1
                     UNION SELECT events_digest FROM crawls WHERE events_digest > $1) AS blobs
                   ORDER BY 1 LIMIT $2"#,
                &after,
                count(most)
            )
            .fetch_all(&self.pool)
            .await?;
            let at = Row { table: "pages", id: &"(listed)" };
            Ok(rows.iter().map(|digest| at.digest("digest", digest)).collect::<Result<_>>()?)
        })
        .await
    }
}
