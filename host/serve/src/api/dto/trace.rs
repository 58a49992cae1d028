//! One event's way: from the stored row back to crawl, plugin and page.

use chrono::{DateTime, Utc};
use marquee_model::{EventId, SourceId};
use marquee_store::{Trace, TraceStep};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    crawl::{CrawlView, PageView},
    plugin::VersionView,
};

/// An event and where its values come from.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Trace)]
pub(crate) struct TraceView {
    /// The event's id.
    #[schema(value_type = String, example = "evt_0198c0de00007000800000000000abcd")]
    event: EventId,
    /// Its title.
    title: String,
    /// The row of the database.
    row: RowView,
    /// One step a source, the latest sighting first.
    steps: Vec<StepView>,
}

/// A row of the database.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Row)]
pub(crate) struct RowView {
    /// The table.
    table: &'static str,
    /// The key.
    id: String,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// When a value of it last changed.
    updated_at: DateTime<Utc>,
    /// Version of the zone data that its instants were computed with.
    #[schema(example = "2026f")]
    tzdb_version: String,
}

/// A source's page, the plugin that read it, and the crawl that brought it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TraceStep)]
pub(crate) struct StepView {
    /// The source's id.
    #[schema(value_type = String, example = "src_0198c0de00007000800000000000abcd")]
    source: SourceId,
    /// The source's short name.
    source_slug: String,
    /// The event's identity within the source.
    identity: String,
    /// The platform's own key, where it has one.
    key: Option<String>,
    /// BLAKE3 digest of the page.
    page_digest: String,
    /// The page's address.
    page_url: String,
    /// When the page was fetched.
    fetched_at: DateTime<Utc>,
    /// The page's record, as long as it is kept.
    page: Option<PageView>,
    /// The plugin that read it.
    plugin: VersionView,
    /// The crawl that saw the event last.
    crawl: CrawlView,
    /// When the source was first seen to list it.
    first_seen: DateTime<Utc>,
    /// When the source was last seen to list it.
    last_seen: DateTime<Utc>,
}

impl From<Trace> for TraceView {
    fn from(trace: Trace) -> Self {
        let event = trace.event;
        Self {
            event: event.id,
            title: event.title,
            row: RowView {
                table: "events",
                id: event.id.uuid().to_string(),
                created_at: event.created_at,
                updated_at: event.updated_at,
                tzdb_version: event.tzdb_version,
            },
            steps: trace.steps.into_iter().map(StepView::from).collect(),
        }
    }
}

impl From<TraceStep> for StepView {
    fn from(step: TraceStep) -> Self {
        let sighting = step.sighting;
        Self {
            source: sighting.source,
            source_slug: sighting.source_slug.into(),
            identity: sighting.identity,
            key: sighting.key,
            page_digest: sighting.page.to_string(),
            page_url: sighting.page_url.into(),
            fetched_at: sighting.fetched_at,
            page: step.page.map(PageView::from),
            plugin: VersionView::from(&sighting.plugin),
            crawl: step.crawl.into(),
            first_seen: sighting.first_seen,
            last_seen: sighting.last_seen,
        }
    }
}
