//! What a source's recent good crawls had: read before a crawl is judged, written with it.
//!
//! Counts stand with each crawl; the events of the last good one, as fingerprints, stand once a source.

use chrono::{DateTime, Utc};
use marquee_model::{Baseline, CrawlId, History, SourceId, Statistics};
use sqlx::PgConnection;

use crate::{
    Result, Store,
    column::{Row, json},
};

impl Store {
    /// The counts of at most `crawls` good crawls of a source, complete ones before partial ones, and the events of the last good
    /// one. A crawl that departed from the ones before it counts only if it began before `settled`.
    pub async fn history(&self, source: SourceId, crawls: u32, settled: DateTime<Utc>) -> Result<History> {
        self.bounded("reading a source's history", async {
            let at = Row { table: "crawls", id: &source };
            let rows = sqlx::query_scalar!(
                r#"SELECT statistics AS "statistics!" FROM crawls
                   WHERE source_id = $1 AND statistics IS NOT NULL AND (NOT suspect OR started_at < $2)
                   ORDER BY (outcome = 'complete') DESC, started_at DESC LIMIT $3"#,
                source.uuid(),
                settled,
                i64::from(crawls)
            )
            .fetch_all(&self.pool)
            .await?;
            let mut history = History::default();
            for row in rows {
                history.crawls.push(at.json::<Statistics>("statistics", row)?);
            }
            let row =
                sqlx::query!("SELECT crawl_id, taken_at, events FROM baselines WHERE source_id = $1", source.uuid())
                    .fetch_optional(&self.pool)
                    .await?;
            if let Some(row) = row {
                let at = Row { table: "baselines", id: &source };
                history.baseline = Some(Baseline {
                    crawl: CrawlId::from_uuid(row.crawl_id),
                    taken_at: row.taken_at,
                    events: at.json("events", row.events)?,
                });
            }
            Ok(history)
        })
        .await
    }
}

/// Keeps a crawl's counts beside it.
pub(crate) async fn write_statistics(
    connection: &mut PgConnection,
    crawl: CrawlId,
    statistics: &Statistics,
) -> std::result::Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE crawls SET statistics = $2, suspect = $3 WHERE id = $1",
        crawl.uuid(),
        json(statistics),
        statistics.suspect
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Keeps the events of a good crawl in place of those of the one before.
pub(crate) async fn write_baseline(
    connection: &mut PgConnection,
    source: SourceId,
    baseline: &Baseline,
) -> std::result::Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO baselines (source_id, crawl_id, taken_at, events) VALUES ($1, $2, $3, $4)
         ON CONFLICT (source_id) DO UPDATE SET crawl_id = excluded.crawl_id, taken_at = excluded.taken_at, events = excluded.events",
        source.uuid(),
        baseline.crawl.uuid(),
        baseline.taken_at,
        json(&baseline.events)
    )
    .execute(connection)
    .await?;
    Ok(())
}
