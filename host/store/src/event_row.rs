//! The row behind an event. Private: readers get [`StoredEvent`].

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use marquee_model::{Currency, EventId, EventTime, Money, Price, SiteId, VenueId, Zone};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::{
    Lifecycle, Result, SiteRef, StoreError, StoredEvent, VenueRef,
    column::{Raw, Row},
};

/// Reads events; conditions are appended. The list of columns stands here once, for every query that reads events; their names
/// and types are tested and not checked at compile time.
pub(crate) const SELECT: &str = "SELECT e.id, e.legacy_id, e.site_id, s.slug AS site_slug,
    e.venue_id, v.legacy_id AS venue_legacy_id, v.slug AS venue_slug, v.name AS venue_known_name,
    e.title, e.bill, e.zone,
    e.start_date, e.start_time, e.start_utc, e.start_resolution,
    e.doors_date, e.doors_time, e.doors_utc, e.doors_resolution,
    e.end_date, e.end_time, e.end_utc, e.end_resolution,
    e.status, e.price_kind, e.price_min, e.price_max, e.price_currency, e.ticket_url, e.event_url, e.image_url,
    e.minimum_age, e.description, e.genres, e.room, e.venue_name, e.status_since, e.status_presumed, e.status_evidence,
    e.missing_since, e.earlier_starts, e.corrected, e.hidden, e.merged_into, e.records, e.revision,
    e.created_at, e.updated_at, e.tzdb_version
    FROM events e JOIN venues v ON v.id = e.venue_id JOIN sites s ON s.id = e.site_id WHERE true";

/// The condition under which readers see an event in a list.
pub(crate) const SHOWN: &str = " AND e.merged_into IS NULL AND NOT e.hidden";

#[derive(sqlx::FromRow)]
pub(crate) struct EventRow {
    id: Uuid,
    legacy_id: i64,
    site_id: Uuid,
    site_slug: String,
    venue_id: Uuid,
    venue_legacy_id: i64,
    venue_slug: String,
    venue_known_name: String,
    title: String,
    bill: Raw,
    zone: String,
    start_date: NaiveDate,
    start_time: Option<NaiveTime>,
    start_utc: Option<DateTime<Utc>>,
    start_resolution: String,
    doors_date: Option<NaiveDate>,
    doors_time: Option<NaiveTime>,
    doors_utc: Option<DateTime<Utc>>,
    doors_resolution: Option<String>,
    end_date: Option<NaiveDate>,
    end_time: Option<NaiveTime>,
    end_utc: Option<DateTime<Utc>>,
    end_resolution: Option<String>,
    status: String,
    price_kind: Option<String>,
    price_min: Option<Decimal>,
    price_max: Option<Decimal>,
    price_currency: Option<String>,
    ticket_url: Option<String>,
    event_url: Option<String>,
    image_url: Option<String>,
    minimum_age: Option<i16>,
    description: Option<String>,
    genres: Vec<String>,
    room: Option<String>,
    venue_name: Option<String>,
    status_since: DateTime<Utc>,
    status_presumed: bool,
    status_evidence: String,
    missing_since: Option<DateTime<Utc>>,
    earlier_starts: Raw,
    corrected: Vec<String>,
    hidden: bool,
    merged_into: Option<Uuid>,
    records: i16,
    revision: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    tzdb_version: String,
}

impl TryFrom<EventRow> for StoredEvent {
    type Error = StoreError;

    fn try_from(row: EventRow) -> Result<Self> {
        let id = EventId::from_uuid(row.id);
        let at = Row { table: "events", id: &id };
        let zone: Zone = at.parse("zone", &row.zone)?;
        let time = |column, date, time, utc, resolution: Option<String>| -> Result<Option<EventTime>> {
            let (Some(date), Some(resolution)) = (date, resolution) else { return Ok(None) };
            Ok(Some(EventTime { date, time, zone, utc, resolution: at.word(column, resolution)? }))
        };
        let money = |column, amount: Option<Decimal>| -> Result<Option<Money>> {
            amount.map(|amount| Money::new(amount).map_err(|error| at.bad(column, error))).transpose()
        };
        let start = EventTime {
            date: row.start_date,
            time: row.start_time,
            zone,
            utc: row.start_utc,
            resolution: at.word("start_resolution", row.start_resolution)?,
        };
        let price = match row.price_kind {
            None => None,
            Some(kind) => Some(Price {
                kind: at.word("price_kind", kind)?,
                min: money("price_min", row.price_min)?,
                max: money("price_max", row.price_max)?,
                currency: at.maybe::<Currency>("price_currency", row.price_currency.as_deref())?,
            }),
        };
        Ok(Self {
            id,
            legacy_id: row.legacy_id,
            site: SiteRef { id: SiteId::from_uuid(row.site_id), slug: at.parse("site_id", &row.site_slug)? },
            venue: VenueRef {
                id: VenueId::from_uuid(row.venue_id),
                legacy_id: row.venue_legacy_id,
                slug: at.parse("venue_id", &row.venue_slug)?,
                name: row.venue_known_name,
            },
            title: row.title,
            performers: at.raw("bill", &row.bill)?,
            start,
            doors: time("doors_resolution", row.doors_date, row.doors_time, row.doors_utc, row.doors_resolution)?,
            end: time("end_resolution", row.end_date, row.end_time, row.end_utc, row.end_resolution)?,
            status: at.word("status", row.status)?,
            price,
            ticket_url: at.maybe("ticket_url", row.ticket_url.as_deref())?,
            event_url: at.maybe("event_url", row.event_url.as_deref())?,
            image_url: at.maybe("image_url", row.image_url.as_deref())?,
            age: at.age("minimum_age", row.minimum_age)?,
            description: row.description,
            genres: row.genres,
            room: row.room,
            venue_name: row.venue_name,
            lifecycle: Lifecycle {
                status_since: row.status_since,
                presumed: row.status_presumed,
                evidence: row.status_evidence,
                missing_since: row.missing_since,
                earlier_starts: at.raw("earlier_starts", &row.earlier_starts)?,
                corrected: row.corrected.into_iter().map(|field| at.word("corrected", field)).collect::<Result<_>>()?,
                hidden: row.hidden,
                merged_into: row.merged_into.map(EventId::from_uuid),
                records: at.number("records", i64::from(row.records))?,
            },
            revision: at.number("revision", row.revision)?,
            created_at: row.created_at,
            updated_at: row.updated_at,
            tzdb_version: row.tzdb_version,
        })
    }
}

/// Rows into nouns; the first bad row ends it.
pub(crate) fn stored<R, T: TryFrom<R, Error = StoreError>>(rows: Vec<R>) -> Result<Vec<T>> {
    rows.into_iter().map(T::try_from).collect()
}
