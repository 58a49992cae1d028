//! Nights: the evening that a time of day belongs to.
//!
//! Half past midnight on Saturday is Friday's night. From six in the morning on a time belongs to its own day, before four to the
//! evening before; between them pages differ. And some pages print the evening's date beside a time after midnight. So a time before
//! six has two nights that it can mean, the likelier first; records are of one night where any of these agree.

use chrono::{NaiveDate, NaiveTime, Timelike};
use marquee_model::VenueId;
use serde::{Deserialize, Serialize};

use crate::Facts;

/// Times before this hour belong to the evening before: the hour when the last clubs that opened in the evening close.
const EVENING_BEFORE: u32 = 5;

/// Times from this hour on belong to their own day and nothing else.
const OWN_DAY: u32 = 6;

/// Minutes of a day.
const DAY: i32 = 24 * 60;

/// The nights that a record can mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Nights {
    /// The likelier night.
    pub(crate) first: NaiveDate,
    /// Another that it can mean.
    pub(crate) other: Option<NaiveDate>,
}

impl Nights {
    pub(crate) fn of(date: NaiveDate, time: Option<NaiveTime>) -> Self {
        let Some(time) = time.filter(|time| time.hour() < OWN_DAY) else { return Self { first: date, other: None } };
        let before = date.pred_opt();
        // Midnight to the minute is what programs print for a time that they do not know.
        if time.hour() >= EVENING_BEFORE || is_placeholder(time) {
            Self { first: date, other: before }
        } else {
            Self { first: before.unwrap_or(date), other: Some(date) }
        }
    }

    pub(crate) fn agrees(self, other: Self) -> bool {
        self.first == other.first
            || self.other == Some(other.first)
            || other.other == Some(self.first)
            || (self.other.is_some() && self.other == other.other)
    }
}

/// Whether a time may stand for no time at all.
pub(crate) fn is_placeholder(time: NaiveTime) -> bool {
    time.hour() == 0 && time.minute() == 0
}

/// Minutes since the evening's own midnight: 00:30 is 24:30.
pub(crate) fn minute_of_night(time: NaiveTime) -> i32 {
    let minute = i32::try_from(time.hour() * 60 + time.minute()).unwrap_or(0);
    if time.hour() < EVENING_BEFORE { minute + DAY } else { minute }
}

/// A place and a night: only records that share one are worth comparing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct BlockKey {
    /// The place.
    pub venue: VenueId,
    /// The evening's date.
    pub night: NaiveDate,
}

/// The blocks that a record belongs to: one, or two where its time is after midnight. Two records without a common block are of
/// different nights or places.
#[must_use]
pub fn block_keys(facts: &Facts<'_>) -> Vec<BlockKey> {
    let nights = Nights::of(facts.date, facts.start_time);
    std::iter::once(nights.first).chain(nights.other).map(|night| BlockKey { venue: facts.venue, night }).collect()
}
