//! A time, three ways: on the venue's wall clock, its zone, and as an instant.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use marquee_model::{EventTime, Resolution};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    instant,
    words::{PrecisionWord, ResolutionWord},
};

/// A time at a venue. Where only the day is known, `time`, `utc` and `resolution` are null: no midnight stands in for it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EventTime)]
pub(crate) struct TimeView {
    /// The day on the venue's calendar.
    #[serde(serialize_with = "instant::day")]
    pub(crate) date: NaiveDate,
    /// The time on the venue's clock (`HH:MM:SS`); null is "to be announced".
    #[serde(serialize_with = "instant::maybe_time")]
    #[schema(value_type = Option<String>, example = "20:00:00")]
    pub(crate) time: Option<NaiveTime>,
    /// The venue's zone, an IANA name.
    #[schema(example = "America/Toronto")]
    pub(crate) zone: &'static str,
    /// The instant (RFC 3339), where the time is known.
    #[serde(serialize_with = "instant::maybe")]
    pub(crate) utc: Option<DateTime<Utc>>,
    /// Whether the time is still to be announced.
    pub(crate) tba: bool,
    /// How much is known.
    #[schema(value_type = PrecisionWord)]
    pub(crate) precision: &'static str,
    /// How the instant was found.
    #[schema(value_type = Option<ResolutionWord>)]
    pub(crate) resolution: Option<Resolution>,
}

impl From<&EventTime> for TimeView {
    fn from(time: &EventTime) -> Self {
        Self {
            date: time.date,
            time: time.time,
            zone: time.zone.name(),
            utc: time.utc,
            tba: time.time.is_none(),
            precision: if time.time.is_some() { "minute" } else { "day" },
            resolution: time.utc.map(|_| time.resolution),
        }
    }
}
