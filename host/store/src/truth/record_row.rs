//! The row behind a record: what one source says of an event. Private: the rest of the store works with [`KnownEvent`].

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, NaiveDate, Utc};
use marquee_model::{EventId, SourceId, Status, VenueId};
use marquee_reconcile::{KnownEvent, ReconcileSettings};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    StoreError, StoredRecord,
    column::{Raw, Row, json, text},
};

/// A record with where it belongs.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Record {
    /// What is known.
    pub(crate) known: KnownEvent,
    /// Who says it.
    pub(crate) source: SourceId,
    /// How far that source is trusted, 0 to 100.
    pub(crate) trust: u8,
    /// Where it is, as far as venues are known.
    pub(crate) place: VenueId,
    /// When the source was last seen to list it.
    pub(crate) said_at: DateTime<Utc>,
}

impl Record {
    /// The event that this one was merged into.
    pub(crate) fn merged_into(&self) -> Option<EventId> {
        self.known.merged.as_ref().map(|merged| merged.into)
    }
}

impl From<&StoredRecord> for Record {
    fn from(stored: &StoredRecord) -> Self {
        let StoredRecord { known, source, trust, place, said_at, source_slug: _ } = stored;
        Self { known: known.clone(), source: *source, trust: *trust, place: *place, said_at: *said_at }
    }
}

#[derive(sqlx::FromRow)]
pub(super) struct RecordRow {
    event_id: Uuid,
    source_id: Uuid,
    trust: i16,
    place_id: Uuid,
    told: Raw,
    identities: Vec<String>,
    keys: Vec<String>,
    standing: Raw,
    missing: Option<Raw>,
    doubt: Option<Raw>,
    first_seen: DateTime<Utc>,
    last_seen: DateTime<Utc>,
    said_at: DateTime<Utc>,
    earlier_starts: Raw,
    corrections: Raw,
    merged: Option<Raw>,
    hidden: Option<Raw>,
    kept_apart: Vec<Uuid>,
}

/// Reads records as `r`; conditions are appended. A source was last seen to list an event when its last sighting says so, or when the
/// reading that wrote that sighting was confirmed.
pub(super) const SELECT: &str =
    "SELECT r.event_id, r.source_id, o.trust, r.place_id, r.told, r.identities, r.keys, r.standing, r.missing,
    r.doubt, r.first_seen, r.last_seen,
    COALESCE((SELECT max(CASE WHEN g.last_crawl_id = d.crawl_id THEN COALESCE(d.confirmed_at, g.last_seen) ELSE g.last_seen END)
              FROM sightings g WHERE g.event_id = r.event_id AND g.source_id = r.source_id), r.last_seen) AS said_at,
    r.earlier_starts, r.corrections, r.merged, r.hidden, r.kept_apart
    FROM records r JOIN sources o ON o.id = r.source_id LEFT JOIN readings d ON d.source_id = r.source_id ";

impl TryFrom<RecordRow> for Record {
    type Error = StoreError;

    fn try_from(row: RecordRow) -> Result<Self, StoreError> {
        let id = EventId::from_uuid(row.event_id);
        let at = Row { table: "records", id: &id };
        let known = KnownEvent {
            id,
            event: at.raw("told", &row.told)?,
            identities: row.identities.into_iter().collect(),
            keys: row.keys.into_iter().collect(),
            standing: at.raw("standing", &row.standing)?,
            missing: row.missing.map(|missing| at.raw("missing", &missing)).transpose()?,
            doubt: row.doubt.map(|doubt| at.raw("doubt", &doubt)).transpose()?,
            first_seen: row.first_seen,
            last_seen: row.said_at.max(row.last_seen),
            earlier_starts: at.raw("earlier_starts", &row.earlier_starts)?,
            corrections: at.raw("corrections", &row.corrections)?,
            merged: row.merged.map(|merged| at.raw("merged", &merged)).transpose()?,
            hidden: row.hidden.map(|hidden| at.raw("hidden", &hidden)).transpose()?,
            kept_apart: row.kept_apart.into_iter().map(EventId::from_uuid).collect(),
        };
        Ok(Self {
            known,
            source: SourceId::from_uuid(row.source_id),
            trust: at.number("trust", i64::from(row.trust))?,
            place: VenueId::from_uuid(row.place_id),
            said_at: row.said_at,
        })
    }
}

/// The last day on which a record is not history yet; see [`KnownEvent::is_over`].
fn over_after(known: &KnownEvent, settings: &ReconcileSettings) -> NaiveDate {
    let waits = if known.standing.status == Status::Postponed { settings.postponed_days } else { 0 };
    let last = known.last_day();
    last.checked_add_days(Days::new(u64::from(waits))).unwrap_or(last)
}

/// Whether a crawl that finds nothing changed must count this record's absence nevertheless.
fn is_open(known: &KnownEvent) -> bool {
    let settled = matches!(known.standing.status, Status::Cancelled);
    known.doubt.is_some() || known.missing.is_some() && !settled
}

/// Writes records, new and known ones.
pub(super) async fn write(
    connection: &mut PgConnection,
    records: &[&Record],
    settings: &ReconcileSettings,
) -> Result<(), sqlx::Error> {
    if records.is_empty() {
        return Ok(());
    }
    fn all<T>(records: &[&Record], of: impl Fn(&Record) -> T) -> Vec<T> {
        records.iter().map(|record| of(record)).collect()
    }
    let texts = |set: &BTreeSet<String>| -> Value { json(&set.iter().map(|one| text(one)).collect::<Vec<_>>()) };
    let apart = |record: &Record| json(&record.known.kept_apart.iter().map(|id| id.uuid()).collect::<Vec<_>>());
    sqlx::query!(
        "INSERT INTO records (event_id, source_id, place_id, told, identities, keys, standing, missing, doubt, first_seen, last_seen,
                              earlier_starts, corrections, merged, merged_into, hidden, kept_apart, first_day, last_day, over_after,
                              open)
         SELECT g.event_id, g.source_id, g.place_id, g.told, ARRAY(SELECT jsonb_array_elements_text(g.identities)),
                ARRAY(SELECT jsonb_array_elements_text(g.keys)), g.standing, g.missing, g.doubt, g.first_seen, g.last_seen,
                g.earlier_starts, g.corrections, g.merged, g.merged_into, g.hidden,
                ARRAY(SELECT jsonb_array_elements_text(g.kept_apart)::uuid), g.first_day, g.last_day, g.over_after, g.open
         FROM UNNEST($1::uuid[], $2::uuid[], $3::uuid[], $4::jsonb[], $5::jsonb[], $6::jsonb[], $7::jsonb[], $8::jsonb[], $9::jsonb[],
                     $10::timestamptz[], $11::timestamptz[], $12::jsonb[], $13::jsonb[], $14::jsonb[], $15::uuid[], $16::jsonb[],
                     $17::jsonb[], $18::date[], $19::date[], $20::date[], $21::boolean[])
              AS g (event_id, source_id, place_id, told, identities, keys, standing, missing, doubt, first_seen, last_seen,
                    earlier_starts, corrections, merged, merged_into, hidden, kept_apart, first_day, last_day, over_after, open)
         ON CONFLICT (event_id) DO UPDATE
         SET (place_id, told, identities, keys, standing, missing, doubt, last_seen, earlier_starts, corrections, merged, merged_into,
              hidden, kept_apart, first_day, last_day, over_after, open)
             = (excluded.place_id, excluded.told, excluded.identities, excluded.keys, excluded.standing, excluded.missing, excluded.doubt,
                excluded.last_seen, excluded.earlier_starts, excluded.corrections, excluded.merged, excluded.merged_into,
                excluded.hidden, excluded.kept_apart, excluded.first_day, excluded.last_day, excluded.over_after, excluded.open)",
        &all(records, |r| r.known.id.uuid()),
        &all(records, |r| r.source.uuid()),
        &all(records, |r| r.place.uuid()),
        &all(records, |r| json(&r.known.event)),
        &all(records, |r| texts(&r.known.identities)),
        &all(records, |r| texts(&r.known.keys)),
        &all(records, |r| json(&r.known.standing)),
        &all(records, |r| r.known.missing.as_ref().map(json)) as _,
        &all(records, |r| r.known.doubt.as_ref().map(json)) as _,
        &all(records, |r| r.known.first_seen),
        &all(records, |r| r.known.last_seen),
        &all(records, |r| json(&r.known.earlier_starts)),
        &all(records, |r| json(&r.known.corrections)),
        &all(records, |r| r.known.merged.as_ref().map(json)) as _,
        &all(records, |r| r.merged_into().map(EventId::uuid)) as _,
        &all(records, |r| r.known.hidden.as_ref().map(json)) as _,
        &all(records, apart),
        &all(records, |r| r.known.event.start.date),
        &all(records, |r| r.known.last_day()),
        &all(records, |r| over_after(&r.known, settings)),
        &all(records, |r| is_open(&r.known)),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Groups records by the event that answers for them; the answering record comes first.
pub(super) fn by_answer(records: Vec<Record>) -> BTreeMap<EventId, Vec<Record>> {
    let into: BTreeMap<EventId, EventId> =
        records.iter().filter_map(|record| Some((record.known.id, record.merged_into()?))).collect();
    let mut groups: BTreeMap<EventId, Vec<Record>> = BTreeMap::new();
    for record in records {
        let mut answer = record.known.id;
        // As many steps as there are merges: a circle, which `merge` refuses to make, would end here as well.
        for _ in 0..=into.len() {
            match into.get(&answer) {
                Some(next) => answer = *next,
                None => break,
            }
        }
        groups.entry(answer).or_default().push(record);
    }
    for (answer, group) in &mut groups {
        group.sort_by_key(|record| (record.known.id != *answer, record.known.id));
    }
    groups
}
