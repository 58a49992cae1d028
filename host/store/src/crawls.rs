//! Reading crawls: the list, a single one with all that belongs to it, and an event's way back to it.

use marquee_model::{CrawlId, Diagnostic, EventId, Rejection};
use sqlx::QueryBuilder;

use crate::{
    Batch, CrawlCursor, CrawlQuery, CrawlSummary, Result, Store, StoredCrawl, StoredPage, Trace, TraceStep,
    column::{Row, text},
    crawl_row::{CrawlRow, PageRow, SELECT},
    error::Trouble,
    event_row::stored,
    query::{batch, clamp},
};

impl Store {
    /// Crawls, the newest first.
    pub async fn crawls(&self, query: &CrawlQuery) -> Result<Batch<CrawlSummary, CrawlCursor>> {
        let limit = clamp(query.limit);
        let mut sql = QueryBuilder::new(SELECT);
        if let Some(source) = &query.source {
            sql.push(" AND c.source_id = (SELECT id FROM sources WHERE slug = ");
            sql.push_bind(source.as_str().to_owned()).push(")");
        }
        if let Some(outcome) = &query.outcome {
            sql.push(" AND c.outcome = ").push_bind(text(outcome));
        }
        if let Some(cursor) = query.after {
            sql.push(" AND (c.started_at, c.id) < (").push_bind(cursor.started_at);
            sql.push(", ").push_bind(cursor.id.uuid()).push(")");
        }
        sql.push(" ORDER BY c.started_at DESC, c.id DESC LIMIT ").push_bind(limit.saturating_add(1));
        let crawls = self
            .bounded("listing crawls", async {
                let rows: Vec<CrawlRow> = sql.build_query_as().fetch_all(&self.pool).await?;
                stored(rows).map_err(Trouble::from)
            })
            .await?;
        Ok(batch(crawls, limit, |crawl: &CrawlSummary| CrawlCursor { started_at: crawl.started_at, id: crawl.id }))
    }

    /// The crawl with this id.
    pub async fn crawl(&self, id: CrawlId) -> Result<Option<StoredCrawl>> {
        let Some(summary) = self.summaries(&[id]).await?.into_iter().next() else { return Ok(None) };
        let (diagnostics, rejections, statistics) = self
            .bounded("reading a crawl", async {
                let at = Row { table: "crawls", id: &id };
                let found = sqlx::query!("SELECT diagnostics, statistics FROM crawls WHERE id = $1", id.uuid())
                    .fetch_one(&self.pool)
                    .await?;
                let diagnostics: Vec<Diagnostic> = at.json("diagnostics", found.diagnostics)?;
                let statistics = found.statistics.map(|counts| at.json("statistics", counts)).transpose()?;
                let rows = sqlx::query!(
                    "SELECT event, field, reason, raw, fatal, page FROM rejections WHERE crawl_id = $1 ORDER BY ordinal",
                    id.uuid()
                )
                .fetch_all(&self.pool)
                .await?;
                let at = Row { table: "rejections", id: &id };
                let mut rejections = Vec::with_capacity(rows.len());
                for row in rows {
                    rejections.push(Rejection {
                        event: row.event,
                        field: row.field,
                        reason: row.reason,
                        raw: row.raw,
                        fatal: row.fatal,
                        page: at.digest("page", &row.page)?,
                    });
                }
                Ok((diagnostics, rejections, statistics))
            })
            .await?;
        let pages = self.crawl_pages(&[id]).await?;
        let source_slug = summary.source_slug.clone();
        Ok(Some(StoredCrawl { crawl: summary.into_crawl(diagnostics, rejections, statistics), source_slug, pages }))
    }

    /// One event's way, from its row back to crawl, plugin and page.
    pub async fn trace(&self, id: EventId) -> Result<Option<Trace>> {
        let Some(detail) = self.event(id).await? else { return Ok(None) };
        let ids: Vec<CrawlId> = detail.sightings.iter().map(|sighting| sighting.last_crawl).collect();
        let crawls = self.summaries(&ids).await?;
        let pages = self.crawl_pages(&ids).await?;
        let steps = detail
            .sightings
            .into_iter()
            .filter_map(|sighting| {
                let crawl = crawls.iter().find(|crawl| crawl.id == sighting.last_crawl)?.clone();
                let page =
                    pages.iter().find(|page| page.crawl == crawl.id && page.page.digest == sighting.page).cloned();
                Some(TraceStep { sighting, crawl, page })
            })
            .collect();
        Ok(Some(Trace { event: detail.event, steps }))
    }

    async fn summaries(&self, ids: &[CrawlId]) -> Result<Vec<CrawlSummary>> {
        let ids: Vec<_> = ids.iter().map(|id| id.uuid()).collect();
        let mut sql = QueryBuilder::new(SELECT);
        sql.push(" AND c.id = ANY(").push_bind(ids).push(")");
        self.bounded("reading crawls", async {
            let rows: Vec<CrawlRow> = sql.build_query_as().fetch_all(&self.pool).await?;
            stored(rows).map_err(Trouble::from)
        })
        .await
    }

    async fn crawl_pages(&self, ids: &[CrawlId]) -> Result<Vec<StoredPage>> {
        let ids: Vec<_> = ids.iter().map(|id| id.uuid()).collect();
        self.bounded("reading pages", async {
            let rows = sqlx::query_as!(
                PageRow,
                "SELECT id, crawl_id, digest, requested_url, url, method, kind, depth, status, headers, bytes, charset,
                        fetched_at
                 FROM pages WHERE crawl_id = ANY($1) ORDER BY crawl_id, ordinal",
                &ids
            )
            .fetch_all(&self.pool)
            .await?;
            Ok(stored(rows)?)
        })
        .await
    }
}
