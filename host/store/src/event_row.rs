//! The row behind an event. Private: readers get [`StoredEvent`].

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use marquee_model::{Currency, EventId, EventTime, Money, Price, SiteId, VenueId, Zone};
use rust_decimal::Decimal;
use sqlx::{FromRow, Row as _, postgres::PgRow};
use uuid::Uuid;

use crate::{
    Lifecycle, Result, SiteRef, StoreError, StoredEvent, VenueRef,
    column::{Raw, Row},
};

/// The columns of an event, and the row that they are read into: by their places, since to find fifty names in every row of a list costs as
/// much as to read the values.
macro_rules! event_columns {
    ($first:ident: $first_type:ty = $first_sql:literal, $($column:ident: $type:ty = $sql:literal,)*) => {
        /// Reads events; conditions are appended. The list of columns stands here once, for every query that reads events; their names
        /// and types are tested and not checked at compile time.
        pub(crate) const SELECT: &str = concat!(
            "SELECT ", $first_sql, $(", ", $sql,)*
            " FROM events e JOIN venues v ON v.id = e.venue_id JOIN sites s ON s.id = e.site_id WHERE true"
        );

        pub(crate) struct EventRow {
            $first: $first_type,
            $($column: $type,)*
        }

        impl EventRow {
            /// The event whose columns begin at this place of a row.
            pub(crate) fn at(row: &PgRow, place: usize) -> sqlx::Result<Self> {
                let $first = row.try_get(place)?;
                let mut place = place;
                $(
                    place += 1;
                    let $column = row.try_get(place)?;
                )*
                Ok(Self { $first, $($column,)* })
            }
        }
    };
}

event_columns! {
    id: Uuid = "e.id",
    legacy_id: i64 = "e.legacy_id",
    site_id: Uuid = "e.site_id",
    site_slug: String = "s.slug AS site_slug",
    venue_id: Uuid = "e.venue_id",
    venue_legacy_id: i64 = "v.legacy_id AS venue_legacy_id",
    venue_slug: String = "v.slug AS venue_slug",
    venue_known_name: String = "v.name AS venue_known_name",
    title: String = "e.title",
    bill: Raw = "e.bill",
    zone: String = "e.zone",
    start_date: NaiveDate = "e.start_date",
    start_time: Option<NaiveTime> = "e.start_time",
    start_utc: Option<DateTime<Utc>> = "e.start_utc",
    start_resolution: String = "e.start_resolution",
    doors_date: Option<NaiveDate> = "e.doors_date",
    doors_time: Option<NaiveTime> = "e.doors_time",
    doors_utc: Option<DateTime<Utc>> = "e.doors_utc",
    doors_resolution: Option<String> = "e.doors_resolution",
    end_date: Option<NaiveDate> = "e.end_date",
    end_time: Option<NaiveTime> = "e.end_time",
    end_utc: Option<DateTime<Utc>> = "e.end_utc",
    end_resolution: Option<String> = "e.end_resolution",
    status: String = "e.status",
    price_kind: Option<String> = "e.price_kind",
    price_min: Option<Decimal> = "e.price_min",
    price_max: Option<Decimal> = "e.price_max",
    price_currency: Option<String> = "e.price_currency",
    ticket_url: Option<String> = "e.ticket_url",
    event_url: Option<String> = "e.event_url",
    image_url: Option<String> = "e.image_url",
    minimum_age: Option<i16> = "e.minimum_age",
    description: Option<String> = "e.description",
    genres: Vec<String> = "e.genres",
    room: Option<String> = "e.room",
    venue_name: Option<String> = "e.venue_name",
    status_since: DateTime<Utc> = "e.status_since",
    status_presumed: bool = "e.status_presumed",
    status_evidence: String = "e.status_evidence",
    missing_since: Option<DateTime<Utc>> = "e.missing_since",
    earlier_starts: Raw = "e.earlier_starts",
    corrected: Vec<String> = "e.corrected",
    hidden: bool = "e.hidden",
    merged_into: Option<Uuid> = "e.merged_into",
    records: i16 = "e.records",
    revision: i64 = "e.revision",
    created_at: DateTime<Utc> = "e.created_at",
    updated_at: DateTime<Utc> = "e.updated_at",
    tzdb_version: String = "e.tzdb_version",
}

impl FromRow<'_, PgRow> for EventRow {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Self::at(row, 0)
    }
}

/// An event behind how well it fits a text.
pub(crate) struct ScoredRow {
    pub(crate) score: Option<i32>,
    pub(crate) event: EventRow,
}

impl FromRow<'_, PgRow> for ScoredRow {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self { score: row.try_get(0)?, event: EventRow::at(row, 1)? })
    }
}

/// The condition under which readers see an event in a list.
pub(crate) const SHOWN: &str = " AND e.merged_into IS NULL AND NOT e.hidden";

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
