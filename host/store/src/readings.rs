//! What a source's last reading gave: read before a crawl, written with it.
//!
//! With it the crawl asks a site whether anything changed, spares the plugin what did not, and *confirms* a reading of which nothing
//! changed instead of writing it again.

use chrono::{DateTime, NaiveDate, Utc};
use marquee_model::{
    CrawlId, CrawlOutcome, CrawlTally, Digest, Extraction, FieldWays, Follow, SourceId, Statistics, Validators, Window,
};
use sqlx::PgConnection;

use crate::{
    PageRecord, Result, Store, StoreError,
    column::{Row, count, json, text},
    crawl_row::outcome,
    error::Trouble,
};

/// A source's last reading, and its pages by request.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The crawl that read.
    pub crawl: CrawlId,
    /// Digest of everything beside the pages that the reading depended on: plugin, configuration, settings.
    pub facts: Digest,
    /// The source's local day on which it was read.
    pub day: NaiveDate,
    /// What the crawl came to.
    pub outcome: CrawlOutcome,
    /// What it found.
    pub tally: CrawlTally,
    /// The days that it covered.
    pub window: Option<Window>,
    /// How many events had which field.
    pub statistics: Option<Statistics>,
    /// Its pages, in the order in which they were read.
    pub pages: Vec<ReadPage>,
}

/// A page of a reading, without what came out of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadPage {
    /// Digest of the request.
    pub request: Digest,
    /// What the answer said of itself.
    pub validators: Option<Validators>,
    /// The page.
    pub page: PageRecord,
    /// What the plugin read of it, as `extract` writes it; `None` where that was too much to note.
    pub reads: Option<Vec<u8>>,
    /// What the plugin asked for next.
    pub follow: Vec<Follow>,
}

/// A reading as a crawl hands it over.
#[derive(Debug, Clone, PartialEq)]
pub struct NewReading {
    /// See [`Reading::facts`].
    pub facts: Digest,
    /// See [`Reading::day`].
    pub day: NaiveDate,
    /// The pages that the plugin read, and what came out of each.
    pub pages: Vec<(ReadPage, Extraction)>,
    /// By which ways the plugin found the fields, where the crawl followed it.
    pub ways: Option<FieldWays>,
}

impl Store {
    /// The last reading of a source, if there is one.
    pub async fn reading(&self, source: SourceId) -> Result<Option<Reading>> {
        self.bounded("reading a source's last reading", async {
            let row = sqlx::query!(
                r#"SELECT r.crawl_id, r.facts, r.day, c.outcome, c.reason, c.failed_stage, c.found, c.rejected, c.pages,
                          c.bytes, c.window_from, c.window_to, c.statistics
                   FROM readings r JOIN crawls c ON c.id = r.crawl_id WHERE r.source_id = $1"#,
                source.uuid()
            )
            .fetch_optional(&self.pool)
            .await?;
            let Some(row) = row else { return Ok(None) };
            let at = Row { table: "readings", id: &source };
            let mut reading = Reading {
                crawl: CrawlId::from_uuid(row.crawl_id),
                facts: at.digest("facts", &row.facts)?,
                day: row.day,
                outcome: outcome(&at, &row.outcome, row.reason, row.failed_stage)?,
                tally: CrawlTally {
                    found: at.number("found", row.found)?,
                    rejected: at.number("rejected", row.rejected)?,
                    pages: at.number("pages", row.pages)?,
                    bytes: at.number("bytes", row.bytes)?,
                    ..CrawlTally::default()
                },
                window: row.window_from.map(|from| Window { from, to: row.window_to }),
                statistics: row.statistics.map(|counts| at.json("statistics", counts)).transpose()?,
                pages: Vec::new(),
            };
            let rows = sqlx::query!(
                "SELECT request, etag, last_modified, page, reads, follow FROM read_pages WHERE source_id = $1 ORDER BY ordinal",
                source.uuid()
            )
            .fetch_all(&self.pool)
            .await?;
            for row in rows {
                let at = Row { table: "read_pages", id: &source };
                let validators = Validators { etag: row.etag, last_modified: row.last_modified };
                reading.pages.push(ReadPage {
                    request: at.digest("request", &row.request)?,
                    validators: (validators != Validators::default()).then_some(validators),
                    page: at.json("page", row.page)?,
                    reads: row.reads,
                    follow: at.json("follow", row.follow)?,
                });
            }
            Ok(Some(reading))
        })
        .await
    }

    /// What the plugin said of a page of the last reading.
    pub async fn read_extraction(&self, source: SourceId, request: Digest) -> Result<Option<Extraction>> {
        self.bounded("reading what a page gave", async {
            let row = sqlx::query_scalar!(
                "SELECT extraction FROM read_pages WHERE source_id = $1 AND request = $2",
                source.uuid(),
                request.as_bytes().as_slice()
            )
            .fetch_optional(&self.pool)
            .await?;
            let at = Row { table: "read_pages", id: &source };
            Ok(row.map(|extraction| at.json("extraction", extraction)).transpose()?)
        })
        .await
    }
}

/// Writes into the sightings of a source's last reading when they were last confirmed, before another reading takes its place.
pub(crate) async fn settle(connection: &mut PgConnection, source: SourceId) -> std::result::Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE sightings g SET last_seen = r.confirmed_at, last_crawl_id = r.confirmed_crawl_id
         FROM readings r
         WHERE r.source_id = $1 AND r.confirmed_at IS NOT NULL AND g.source_id = r.source_id AND g.last_crawl_id = r.crawl_id",
        source.uuid()
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Keeps a reading in place of the one before.
pub(crate) async fn write(
    connection: &mut PgConnection,
    source: SourceId,
    crawl: CrawlId,
    reading: &NewReading,
) -> std::result::Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO readings (source_id, crawl_id, facts, day) VALUES ($1, $2, $3, $4)
         ON CONFLICT (source_id) DO UPDATE
         SET (crawl_id, facts, day, confirmed_crawl_id, confirmed_at)
             = (excluded.crawl_id, excluded.facts, excluded.day, NULL, NULL)",
        source.uuid(),
        crawl.uuid(),
        reading.facts.as_bytes().as_slice(),
        reading.day,
    )
    .execute(&mut *connection)
    .await?;
    let requests: Vec<Vec<u8>> = reading.pages.iter().map(|(page, _)| page.request.as_bytes().to_vec()).collect();
    sqlx::query!("DELETE FROM read_pages WHERE source_id = $1 AND request <> ALL($2)", source.uuid(), &requests)
        .execute(&mut *connection)
        .await?;
    for (ordinal, (page, extraction)) in reading.pages.iter().enumerate() {
        let validators = page.validators.clone().unwrap_or_default();
        sqlx::query!(
            "INSERT INTO read_pages (source_id, request, ordinal, etag, last_modified, page, reads, follow, extraction)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT (source_id, request) DO UPDATE
             SET (ordinal, etag, last_modified, page, reads, follow, extraction)
                 = (excluded.ordinal, excluded.etag, excluded.last_modified, excluded.page, excluded.reads, excluded.follow,
                    excluded.extraction)",
            source.uuid(),
            page.request.as_bytes().as_slice(),
            count(ordinal),
            validators.etag.as_deref().map(text),
            validators.last_modified.as_deref().map(text),
            json(&page.page),
            page.reads.as_deref(),
            json(&page.follow),
            json(extraction),
        )
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Notes that a crawl found a reading's pages as they were. Fails where another reading has taken its place.
pub(crate) async fn confirm(
    connection: &mut PgConnection,
    source: SourceId,
    read_by: CrawlId,
    crawl: CrawlId,
    at: DateTime<Utc>,
) -> std::result::Result<(), Trouble> {
    let done = sqlx::query!(
        "UPDATE readings SET confirmed_crawl_id = $3, confirmed_at = $4 WHERE source_id = $1 AND crawl_id = $2",
        source.uuid(),
        read_by.uuid(),
        crawl.uuid(),
        at
    )
    .execute(connection)
    .await?;
    if done.rows_affected() == 1 {
        return Ok(());
    }
    Err(StoreError::Unknown { what: "confirming a reading", object: read_by.to_string() }.into())
}
