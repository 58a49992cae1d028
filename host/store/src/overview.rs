//! Overviews for the operator: totals, how each source is doing, and which plugin versions were ever in use.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use marquee_model::{PluginId, PluginVersion, RecentCrawl, SourceId, health};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    Result, SeenPlugin, ServerFacts, SourceHealth, Store, Totals, column, column::Row, crawl_row::outcome,
    error::Trouble, record::write::plugin_row,
};

impl Store {
    /// What is behind the connections.
    pub async fn server(&self) -> Result<ServerFacts> {
        self.bounded("asking the server", async {
            let row = sqlx::query!(
                r#"SELECT current_setting('server_version_num')::int AS "version!", clock_timestamp() AS "now!",
                          current_setting('max_connections')::bigint AS "max_connections!",
                          current_setting('fsync')::boolean AS "durable!""#
            )
            .fetch_one(&self.pool)
            .await?;
            Ok(ServerFacts {
                version: row.version,
                now: row.now,
                max_connections: row.max_connections,
                durable: row.durable,
            })
        })
        .await
    }

    /// How much the database holds.
    pub async fn totals(&self) -> Result<Totals> {
        self.bounded("counting", async {
            let row = sqlx::query!(
                r#"SELECT (SELECT count(*) FROM sites) AS "sites!", (SELECT count(*) FROM venues) AS "venues!",
                          (SELECT count(*) FROM sources) AS "sources!", (SELECT count(*) FROM events) AS "events!",
                          (SELECT count(*) FROM crawls) AS "crawls!", (SELECT max(finished_at) FROM crawls) AS last_crawl_at"#
            )
            .fetch_one(&self.pool)
            .await?;
            Ok(Totals {
                sites: row.sites,
                venues: row.venues,
                sources: row.sources,
                events: row.events,
                crawls: row.crawls,
                last_crawl_at: row.last_crawl_at,
            })
        })
        .await
    }

    /// How each source is doing, by slug.
    pub async fn source_health(&self) -> Result<Vec<SourceHealth>> {
        self.bounded("reading the sources' health", async {
            let rows = sqlx::query!(
                r#"SELECT o.id, o.slug, o.enabled, last.started_at AS "last_tried?", last.outcome AS "outcome?", last.reason,
                          last.failed_stage, last.found AS "last_found?", last.statistics AS "statistics?", good.finished_at AS "last_good?",
                          plan.due_at AS "next_at?", plan.paused_at AS "paused_at?",
                          (SELECT count(*) FROM crawls c
                           WHERE c.source_id = o.id AND (good.started_at IS NULL OR c.started_at > good.started_at))
                           AS "failures!"
                   FROM sources o
                   LEFT JOIN schedules plan ON plan.source_id = o.id
                   LEFT JOIN LATERAL (SELECT * FROM crawls c WHERE c.source_id = o.id
                                      ORDER BY c.started_at DESC, c.id DESC LIMIT 1) last ON true
                   LEFT JOIN LATERAL (SELECT c.started_at, c.finished_at FROM crawls c
                                      WHERE c.source_id = o.id AND c.outcome IN ('complete', 'empty')
                                      ORDER BY c.started_at DESC LIMIT 1) good ON true
                   ORDER BY o.slug COLLATE "C""#
            )
            .fetch_all(&self.pool)
            .await?;
            let mut recent = recent_crawls(&mut *self.pool.acquire().await?).await?;
            let mut health = Vec::with_capacity(rows.len());
            for row in rows {
                let id = SourceId::from_uuid(row.id);
                let at = Row { table: "sources", id: &id };
                let last_outcome = match row.outcome {
                    Some(word) => Some(outcome(&at, &word, row.reason, row.failed_stage)?),
                    None => None,
                };
                health.push(SourceHealth {
                    source: id,
                    slug: at.parse("slug", &row.slug)?,
                    enabled: row.enabled,
                    last_tried: row.last_tried,
                    last_outcome,
                    last_good: row.last_good,
                    failures: row.failures,
                    last_found: row.last_found,
                    statistics: row.statistics.map(|counts| at.json("statistics", counts)).transpose()?,
                    next_at: row.next_at.filter(|_| row.enabled && row.paused_at.is_none()),
                    paused_at: row.paused_at,
                    recent: recent.remove(&row.id).unwrap_or_default(),
                });
            }
            Ok(health)
        })
        .await
    }

    /// Remembers that a plugin version came into use. Known ones stay as they are.
    pub async fn plugin_seen(&self, plugin: &PluginVersion, at: DateTime<Utc>) -> Result<()> {
        self.bounded("remembering a plugin", async {
            plugin_row(&mut *self.pool.acquire().await?, plugin, at).await?;
            Ok(())
        })
        .await
    }

    /// Remembers the last thing that went wrong with a plugin version.
    pub async fn plugin_failed(&self, plugin: &PluginVersion, at: DateTime<Utc>, error: &str) -> Result<()> {
        self.bounded("remembering a plugin's error", async {
            let connection = &mut *self.pool.acquire().await?;
            let row = plugin_row(connection, plugin, at).await?;
            sqlx::query!(
                "UPDATE plugin_versions SET last_error = $2, last_error_at = $3
                 WHERE id = $1 AND (last_error_at IS NULL OR last_error_at <= $3)",
                row,
                column::text(error),
                at
            )
            .execute(connection)
            .await?;
            Ok(())
        })
        .await
    }

    /// The versions of one plugin, or of all, that were ever in use here; by id, the latest first.
    pub async fn plugin_history(&self, id: Option<&PluginId>) -> Result<Vec<SeenPlugin>> {
        self.bounded("reading the plugins' history", async {
            let rows = sqlx::query!(
                r#"SELECT p.id, p.plugin_id, p.version, p.digest, p.first_seen, p.last_error, p.last_error_at,
                          (SELECT count(*) FROM crawls c WHERE c.plugin_version_id = p.id) AS "crawls!"
                   FROM plugin_versions p WHERE $1::text IS NULL OR p.plugin_id = $1
                   ORDER BY p.plugin_id COLLATE "C", p.first_seen DESC, p.id DESC"#,
                id.map(PluginId::as_str)
            )
            .fetch_all(&self.pool)
            .await?;
            let mut history = Vec::with_capacity(rows.len());
            for row in rows {
                let at = Row { table: "plugin_versions", id: &row.id };
                history.push(SeenPlugin {
                    plugin: at.plugin(&row.plugin_id, &row.version, &row.digest)?,
                    first_seen: row.first_seen,
                    last_error: row.last_error_at.zip(row.last_error),
                    crawls: row.crawls,
                });
            }
            Ok(history)
        })
        .await
    }
}

/// The last crawls of each source, the newest first.
async fn recent_crawls(
    connection: &mut PgConnection,
) -> std::result::Result<BTreeMap<Uuid, Vec<RecentCrawl>>, Trouble> {
    let rows = sqlx::query!(
        "SELECT o.id, c.started_at, c.outcome, c.reason, c.failed_stage, c.found, c.suspect
         FROM sources o
         CROSS JOIN LATERAL (SELECT * FROM crawls c WHERE c.source_id = o.id ORDER BY c.started_at DESC, c.id DESC LIMIT $1) c
         ORDER BY o.id, c.started_at DESC, c.id DESC",
        column::count(health::LOOK_BACK)
    )
    .fetch_all(connection)
    .await?;
    let mut recent: BTreeMap<Uuid, Vec<RecentCrawl>> = BTreeMap::new();
    for row in rows {
        let at = Row { table: "crawls", id: &row.id };
        recent.entry(row.id).or_default().push(RecentCrawl {
            started_at: row.started_at,
            outcome: outcome(&at, &row.outcome, row.reason, row.failed_stage)?,
            found: at.number("found", row.found)?,
            departs: row.suspect,
        });
    }
    Ok(recent)
}
