//! How many events of a crawl have which field.

use std::collections::BTreeMap;

use marquee_model::{Field, FieldCount, Statistics};
use serde::Serialize;
use utoipa::ToSchema;

/// What a crawl's events have, field by field, and what became of the events that were known before.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Statistics)]
pub(crate) struct StatisticsView {
    /// Events read.
    items: u32,
    /// By the field's name; a field that is absent no event has.
    fields: BTreeMap<&'static str, FieldCountView>,
    /// Events of the last good crawl that still lie ahead.
    ahead: u32,
    /// Of these, events that this crawl does not list.
    gone: u32,
    /// Events of the last good crawl that are over.
    behind: u32,
    /// Of these, events that this crawl does not list.
    dropped: u32,
    /// Whether this crawl departs from the good ones before it; its diagnostics tell in what.
    suspect: bool,
}

/// What the events have of one field.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FieldCount)]
pub(crate) struct FieldCountView {
    /// Events that have it.
    having: u32,
    /// Of these, events whose value another event has as well.
    alike: u32,
    /// Events that had it in the last good crawl and were found again.
    known: u32,
    /// Of these, events that have it no more.
    lost: u32,
    /// Of these, events that have another value now.
    changed: u32,
}

impl From<FieldCount> for FieldCountView {
    fn from(count: FieldCount) -> Self {
        let FieldCount { having, alike, known, lost, changed } = count;
        Self { having, alike, known, lost, changed }
    }
}

impl From<Statistics> for StatisticsView {
    fn from(statistics: Statistics) -> Self {
        let Statistics { items, fields, odd: _, ahead, gone, behind, dropped, suspect } = statistics;
        let named = |(field, count): (Field, FieldCount)| (field.name(), count.into());
        Self { items, fields: fields.into_iter().map(named).collect(), ahead, gone, behind, dropped, suspect }
    }
}
