//! The row behind a sighting. Private: readers get [`Sighting`].

use chrono::{DateTime, Utc};
use marquee_model::{CrawlId, EventId, SourceId};
use uuid::Uuid;

use crate::{Result, SeenBy, Sighting, StoreError, column::Row};

#[derive(sqlx::FromRow)]
pub(crate) struct SightingRow {
    pub(crate) event_id: Uuid,
    pub(crate) source_id: Uuid,
    pub(crate) source_slug: String,
    pub(crate) identity: String,
    pub(crate) native_key: Option<String>,
    pub(crate) first_seen: DateTime<Utc>,
    pub(crate) last_seen: DateTime<Utc>,
    pub(crate) first_crawl_id: Uuid,
    pub(crate) last_crawl_id: Uuid,
    pub(crate) page_digest: Vec<u8>,
    pub(crate) page_url: String,
    pub(crate) fetched_at: DateTime<Utc>,
    pub(crate) plugin_id: String,
    pub(crate) version: String,
    pub(crate) digest: Vec<u8>,
}

/// What lists need of it.
#[derive(sqlx::FromRow)]
pub(crate) struct SeenByRow {
    pub(crate) event_id: Uuid,
    pub(crate) source_id: Uuid,
    pub(crate) source_slug: String,
    pub(crate) page_url: String,
    pub(crate) first_seen: DateTime<Utc>,
    pub(crate) last_seen: DateTime<Utc>,
}

impl TryFrom<SeenByRow> for SeenBy {
    type Error = StoreError;

    fn try_from(row: SeenByRow) -> Result<Self> {
        let (event, source) = (EventId::from_uuid(row.event_id), SourceId::from_uuid(row.source_id));
        let at = Row { table: "sightings", id: &source };
        Ok(Self {
            event,
            source,
            source_slug: at.parse("source_id", &row.source_slug)?,
            page_url: at.parse("page_url", &row.page_url)?,
            first_seen: row.first_seen,
            last_seen: row.last_seen,
        })
    }
}

impl TryFrom<SightingRow> for Sighting {
    type Error = StoreError;

    fn try_from(row: SightingRow) -> Result<Self> {
        let source = SourceId::from_uuid(row.source_id);
        let id = format!("{source}/{}", row.identity);
        let at = Row { table: "sightings", id: &id };
        Ok(Self {
            event: EventId::from_uuid(row.event_id),
            source,
            source_slug: at.parse("source_id", &row.source_slug)?,
            key: row.native_key,
            first_seen: row.first_seen,
            last_seen: row.last_seen,
            first_crawl: CrawlId::from_uuid(row.first_crawl_id),
            last_crawl: CrawlId::from_uuid(row.last_crawl_id),
            page: at.digest("page_digest", &row.page_digest)?,
            page_url: at.parse("page_url", &row.page_url)?,
            fetched_at: row.fetched_at,
            plugin: at.plugin(&row.plugin_id, &row.version, &row.digest)?,
            identity: row.identity,
        })
    }
}
