//! Why an event is shown as it is.

use chrono::{DateTime, Utc};
use marquee_model::{CrawlId, EventId, SourceId};
use marquee_store::{StoredRecord, Why, WhyField};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::plugin::VersionView;

/// Why an event is shown as it is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Why)]
pub(crate) struct WhyView {
    /// The event.
    #[schema(value_type = String, example = "evt_0198c0de00007000800000000000abcd")]
    event: EventId,
    /// Field by field; fields that nobody tells are absent.
    fields: Vec<WhyFieldView>,
    /// Who tells of it, and where and by what it was read.
    records: Vec<RecordView>,
}

/// Why a field has its value.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WhyField)]
struct WhyFieldView {
    /// The field.
    #[schema(value_type = String, example = "title")]
    field: &'static str,
    /// What is shown.
    value: Value,
    /// Why, in words.
    #[schema(example = "only this source tells it")]
    because: String,
    /// Short name of the source whose telling is shown; null where a person set it.
    source: Option<String>,
    /// Whether sources contradict each other.
    conflict: bool,
    /// All that is told, the best first.
    told: Vec<TellingView>,
    /// What a person set, over all that is told.
    correction: Option<CorrectionView>,
}

/// What one source tells of a field.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Telling)]
struct TellingView {
    /// Short name of the source.
    source: String,
    /// What it tells.
    value: Value,
    /// The points by which it was weighed, 0 to 100: for trust, freshness and exactness.
    points: f64,
    /// BLAKE3 digest of the page that told it.
    page_digest: Option<String>,
}

/// What a person set.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ShownCorrection)]
struct CorrectionView {
    /// When.
    at: DateTime<Utc>,
    /// Why.
    reason: String,
    /// What the page said when it was set.
    underneath: Value,
    /// What the page says by now, where that is something else.
    page_moved_on_to: Option<Value>,
}

/// Who tells of an event.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EventRecord)]
struct RecordView {
    /// The id under which this telling is kept; where it differs from the event's, it was merged into it.
    #[schema(value_type = String, example = "evt_0198c0de00007000800000000000abcd")]
    id: EventId,
    /// The source's id.
    #[schema(value_type = String, example = "src_0198c0de00007000800000000000abcd")]
    source: SourceId,
    /// The source's short name.
    slug: String,
    /// How far it is trusted, 0 to 100.
    trust: u8,
    /// When the source was last seen to list it.
    said_at: DateTime<Utc>,
    /// The page's address.
    page_url: String,
    /// BLAKE3 digest of the page.
    page_digest: String,
    /// When the page was fetched.
    fetched_at: DateTime<Utc>,
    /// The plugin that read it.
    plugin: VersionView,
    /// The crawl that brought what is told.
    #[schema(value_type = String, example = "crl_0198c0de00007000800000000000abcd")]
    crawl: CrawlId,
}

impl WhyView {
    pub(crate) fn new(event: EventId, why: Why) -> Self {
        let fields = why.fields.into_iter().map(|field| WhyFieldView::new(field, &why.records)).collect();
        Self { event, fields, records: why.records.iter().map(RecordView::from).collect() }
    }
}

impl WhyFieldView {
    fn new(field: WhyField, records: &[StoredRecord]) -> Self {
        let record = |source| records.iter().find(|record| record.source == source);
        let slug = |source| record(source).map(|record| record.source_slug.to_string());
        let told = field.told.into_iter().map(|telling| TellingView {
            source: slug(telling.source).unwrap_or_default(),
            value: telling.value,
            points: telling.points,
            page_digest: record(telling.source).map(|record| record.known.event.attribution.page.to_string()),
        });
        Self {
            field: field.field.name(),
            value: field.value,
            because: field.because,
            source: field.source.and_then(slug),
            conflict: field.conflict,
            told: told.collect(),
            correction: field.correction.map(|set| CorrectionView {
                at: set.decision.at,
                reason: set.decision.reason,
                underneath: set.underneath,
                page_moved_on_to: set.noted,
            }),
        }
    }
}

impl From<&StoredRecord> for RecordView {
    fn from(record: &StoredRecord) -> Self {
        let told = &record.known.event.attribution;
        Self {
            id: record.known.id,
            source: record.source,
            slug: record.source_slug.to_string(),
            trust: record.trust,
            said_at: record.said_at,
            page_url: told.page_url.to_string(),
            page_digest: told.page.to_string(),
            fetched_at: told.fetched_at,
            plugin: VersionView::from(&told.plugin),
            crawl: told.crawl,
        }
    }
}
