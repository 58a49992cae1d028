//! One change, as followers see it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use marquee_model::{CrawlId, EventId};
use marquee_store::{ChangeKind, FieldDiff, Store, StoreError, StoredChange};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    api::dto::{ChangeKindWord, EventView},
    follow,
};

/// A change of an event.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Change)]
pub(crate) struct ChangeView {
    /// The place after it: what to give as `since` to go on from here.
    pub(crate) cursor: String,
    /// What happened.
    #[schema(value_type = ChangeKindWord)]
    pub(crate) kind: ChangeKind,
    /// The event's id.
    #[schema(value_type = String, example = "evt_0198c0de00007000800000000000abcd")]
    pub(crate) event_id: EventId,
    /// The event's revision after it; grows with each change of the event.
    #[schema(example = 3)]
    pub(crate) revision: u64,
    /// When it happened: when the page was read, or when a person decided.
    pub(crate) at: DateTime<Utc>,
    /// Why, in words.
    #[schema(example = "the page says so")]
    pub(crate) reason: String,
    /// The event that answers for a removed one, where one does: the two are one event.
    #[schema(value_type = Option<String>)]
    pub(crate) into: Option<EventId>,
    /// The crawl that saw it; null for a decision of a person.
    #[schema(value_type = Option<String>)]
    pub(crate) crawl: Option<CrawlId>,
    /// What differs, where it changed, by the field's name.
    pub(crate) fields: BTreeMap<String, FieldView>,
    /// The event as it is now, which may be newer than the change. Null where it is not in any list now, and where it was not asked for.
    #[schema(value_type = Option<EventView>)]
    pub(crate) event: Option<Value>,
}

/// A value before and after.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChangedField)]
pub(crate) struct FieldView {
    /// Before.
    pub(crate) from: Value,
    /// After.
    pub(crate) to: Value,
}

impl From<FieldDiff> for FieldView {
    fn from(diff: FieldDiff) -> Self {
        Self { from: diff.from, to: diff.to }
    }
}

impl ChangeView {
    fn new(change: StoredChange, key: &[u8; 32], event: Option<Value>) -> Self {
        Self {
            cursor: follow::write(key, change.number),
            kind: change.kind,
            event_id: change.event,
            revision: change.revision,
            at: change.at,
            reason: change.reason,
            into: change.into,
            crawl: change.crawl,
            fields: change.fields.into_iter().map(|(name, diff)| (name, diff.into())).collect(),
            event,
        }
    }
}

/// Changes as followers see them. `with_event`: with the events as they are now.
pub(crate) async fn entries(
    store: &Store,
    key: [u8; 32],
    changes: Vec<StoredChange>,
    with_event: bool,
    now: DateTime<Utc>,
) -> Result<Vec<ChangeView>, StoreError> {
    let ids: BTreeSet<EventId> = changes.iter().map(|change| change.event).filter(|_| with_event).collect();
    let events = shown(store, &ids.into_iter().collect::<Vec<_>>(), now).await?;
    let view = |change: StoredChange| {
        let event = events.get(&change.event).cloned();
        ChangeView::new(change, &key, event)
    };
    Ok(changes.into_iter().map(view).collect())
}

/// Those of the events that are in lists now, as the API shows them.
async fn shown(store: &Store, ids: &[EventId], now: DateTime<Utc>) -> Result<BTreeMap<EventId, Value>, StoreError> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let events = store.events_shown(ids).await?;
    let seen_by = store.seen_by(&events).await?;
    let views = events.into_iter().map(|event| (event.id, EventView::new(event, &seen_by, now)));
    Ok(views.map(|(id, view)| (id, serde_json::to_value(view).unwrap_or_default())).collect())
}
