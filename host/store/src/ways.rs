//! By which ways a source's plugin finds each field: written with a crawl that followed them, read where somebody asks why an event is
//! shown as it is.

use chrono::{DateTime, Utc};
use marquee_model::{CrawlId, Digest, FieldWays, PluginVersion, RestsOn, SourceId, Way};
use marquee_reconcile::EventField;
use sqlx::PgConnection;

use crate::{
    Result, Store, StoredRecord, Why,
    column::{Row, json},
};

/// What is known of a source's ways, for a crawl that is about to read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownWays {
    /// Of everything beside the pages that they depend on.
    pub facts: Digest,
    /// When they were followed.
    pub followed_at: DateTime<Utc>,
}

/// The ways by which a version of a plugin finds the fields of a source.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredWays {
    /// The source.
    pub source: SourceId,
    /// The plugin's version.
    pub plugin: PluginVersion,
    /// When they were followed last.
    pub followed_at: DateTime<Utc>,
    /// By which crawl.
    pub crawl: CrawlId,
    /// The ways.
    pub ways: FieldWays,
}

impl StoredWays {
    /// The ways to a field, each with the part of it that is found so (`min` of a price; `None` for the whole): amounts before words about
    /// them, and the most usual way of each part first. Nothing where no event that was followed had the field, and for the venue, which is
    /// the source's.
    #[must_use]
    pub fn of(&self, field: EventField) -> Vec<(Option<&str>, &Way)> {
        let wanted = if field == EventField::VenueName { "venue" } else { field.name() };
        let mut found: Vec<(Option<&str>, &Way)> = Vec::new();
        for (name, ways) in self.ways.iter().filter(|_| field != EventField::Venue) {
            let (whole, part) = name.split_once('.').map_or((name.as_str(), None), |(whole, part)| (whole, Some(part)));
            if whole == wanted {
                found.extend(ways.iter().map(|way| (part, way)));
            }
        }
        // "Scheduled" is what silence means; who tells of a status says something else.
        found.retain(|(_, way)| field != EventField::Status || way.rests_on != RestsOn::Rule);
        found.sort_by_key(|(part, _)| !matches!(part, None | Some("min")));
        found
    }
}

impl Why {
    /// The ways by which the plugin that read a record finds the fields of its source, where they were followed.
    #[must_use]
    pub fn ways_of(&self, record: &StoredRecord) -> Option<&StoredWays> {
        let plugin = &record.known.event.attribution.plugin;
        self.ways.iter().find(|ways| ways.source == record.source && ways.plugin.digest == plugin.digest)
    }
}

impl Store {
    /// What is known of the ways by which this version of a plugin finds the fields of a source.
    pub async fn known_ways(&self, source: SourceId, plugin: &PluginVersion) -> Result<Option<KnownWays>> {
        self.bounded("reading the ways of fields", async {
            let row = sqlx::query!(
                "SELECT w.facts, w.followed_at FROM field_ways w JOIN plugin_versions p ON p.id = w.plugin_version_id
                 WHERE w.source_id = $1 AND p.plugin_id = $2 AND p.version = $3 AND p.digest = $4",
                source.uuid(),
                plugin.id.as_str(),
                plugin.version.to_string(),
                plugin.digest.as_bytes().as_slice()
            )
            .fetch_optional(&self.pool)
            .await?;
            let Some(row) = row else { return Ok(None) };
            let at = Row { table: "field_ways", id: &source };
            Ok(Some(KnownWays { facts: at.digest("facts", &row.facts)?, followed_at: row.followed_at }))
        })
        .await
    }

    /// The ways of the sources behind an event, by each version of a plugin that read them.
    pub async fn ways_behind(&self, records: &[StoredRecord]) -> Result<Vec<StoredWays>> {
        let sources: Vec<_> = records.iter().map(|record| record.source.uuid()).collect();
        let digest = |record: &StoredRecord| record.known.event.attribution.plugin.digest.as_bytes().to_vec();
        let digests: Vec<Vec<u8>> = records.iter().map(digest).collect();
        self.bounded("reading the ways of fields", async {
            let rows = sqlx::query!(
                "SELECT w.source_id, w.followed_at, w.crawl_id, w.ways, p.plugin_id, p.version, p.digest
                 FROM field_ways w JOIN plugin_versions p ON p.id = w.plugin_version_id
                 WHERE w.source_id = ANY($1) AND p.digest = ANY($2) ORDER BY w.followed_at DESC",
                &sources,
                &digests
            )
            .fetch_all(&self.pool)
            .await?;
            let stored = rows.into_iter().map(|row| {
                let source = SourceId::from_uuid(row.source_id);
                let at = Row { table: "field_ways", id: &source };
                Ok(StoredWays {
                    source,
                    plugin: at.plugin(&row.plugin_id, &row.version, &row.digest)?,
                    followed_at: row.followed_at,
                    crawl: CrawlId::from_uuid(row.crawl_id),
                    ways: at.json("ways", row.ways)?,
                })
            });
            Ok(stored.collect::<Result<Vec<_>>>()?)
        })
        .await
    }
}

/// Keeps the ways that a crawl followed. Fields that it did not come upon keep theirs, unless the plugin was told otherwise meanwhile.
pub(crate) async fn write(
    connection: &mut PgConnection,
    source: SourceId,
    plugin: i64,
    crawl: (CrawlId, DateTime<Utc>),
    facts: Digest,
    ways: &FieldWays,
) -> std::result::Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO field_ways AS w (source_id, plugin_version_id, facts, followed_at, crawl_id, ways) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (source_id, plugin_version_id) DO UPDATE
         SET facts = excluded.facts, followed_at = excluded.followed_at, crawl_id = excluded.crawl_id,
             ways = CASE WHEN w.facts = excluded.facts THEN w.ways || excluded.ways ELSE excluded.ways END",
        source.uuid(),
        plugin,
        facts.as_bytes().as_slice(),
        crawl.1,
        crawl.0.uuid(),
        json(ways),
    )
    .execute(connection)
    .await?;
    Ok(())
}
