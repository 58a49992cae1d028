//! Why an event is shown as it is.

use chrono::{DateTime, Utc};
use marquee_model::{CrawlId, EventId, SourceId};
use marquee_store::{StoredRecord, Why, WhyField};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    plugin::VersionView,
    way::{FieldWaysView, WayView},
};

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
    /// The plugin that read it.
    plugin: Option<VersionView>,
    /// The selector or JSON pointer by which this plugin finds this field on this source's pages as a rule; several, joined by ` + `, where
    /// the value is put together. Null where the value does not come from a page, or where the way is not known.
    #[schema(example = "article.show » h2 a")]
    selector: Option<String>,
    /// The ways by which this plugin finds this field on this source's pages, by parts, the most usual of each part first: where it is
    /// read, and what plugin and host do with it.
    ways: Vec<WayView>,
    /// Why no way is known, in words; null where one is.
    ways_unknown: Option<String>,
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
    /// When the ways by which that plugin finds the fields were followed last; null where they were not.
    ways_followed_at: Option<DateTime<Utc>>,
}

impl WhyView {
    pub(crate) fn new(event: EventId, why: &Why) -> Self {
        let fields = why.fields.iter().map(|field| WhyFieldView::new(field, why)).collect();
        Self { event, fields, records: why.records.iter().map(|record| RecordView::new(record, why)).collect() }
    }
}

impl WhyFieldView {
    fn new(field: &WhyField, why: &Why) -> Self {
        let record = |source| why.records.iter().find(|record| record.source == source);
        let slug = |source| record(source).map(|record| record.source_slug.to_string());
        let told = field.told.iter().map(|telling| {
            let record = record(telling.source);
            let known = FieldWaysView::of(field.field, record.and_then(|record| why.ways_of(record)));
            TellingView {
                source: slug(telling.source).unwrap_or_default(),
                value: telling.value.clone(),
                points: telling.points,
                page_digest: record.map(|record| record.known.event.attribution.page.to_string()),
                plugin: record.map(|record| VersionView::from(&record.known.event.attribution.plugin)),
                selector: known.selector,
                ways: known.ways,
                ways_unknown: known.unknown,
            }
        });
        Self {
            field: field.field.name(),
            value: field.value.clone(),
            because: field.because.clone(),
            source: field.source.and_then(slug),
            conflict: field.conflict,
            told: told.collect(),
            correction: field.correction.as_ref().map(|set| CorrectionView {
                at: set.decision.at,
                reason: set.decision.reason.clone(),
                underneath: set.underneath.clone(),
                page_moved_on_to: set.noted.clone(),
            }),
        }
    }
}

impl RecordView {
    fn new(record: &StoredRecord, why: &Why) -> Self {
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
            ways_followed_at: why.ways_of(record).map(|ways| ways.followed_at),
        }
    }
}
