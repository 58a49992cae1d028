//! Times as JSON has them, written digit by digit. A list of fifty events has four hundred instants, and to write them by way of a formatter
//! takes a tenth of the time that the answer takes.
//!
//! What comes out is what chrono's own `Serialize` writes; where it has a case of its own (years of more than four digits, leap seconds), it is
//! asked.

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveTime, Timelike as _, Utc};
use serde::{Serialize, Serializer};

/// `2026-07-01T20:00:00.123456789Z`
const LONGEST: usize = 30;

/// Characters that were written so far; there is room for the longest time.
struct Text {
    bytes: [u8; LONGEST],
    length: usize,
}

impl Text {
    const fn new() -> Self {
        Self { bytes: [0; LONGEST], length: 0 }
    }

    fn sign(&mut self, sign: u8) {
        if let Some(place) = self.bytes.get_mut(self.length) {
            *place = sign;
            self.length += 1;
        }
    }

    /// A number in so many digits.
    fn number(&mut self, number: u32, digits: u32) {
        for place in (0..digits).rev() {
            let digit = u8::try_from(number / 10_u32.pow(place) % 10).unwrap_or_default();
            self.sign(b'0' + digit);
        }
    }

    fn day(&mut self, day: &impl chrono::Datelike) {
        self.number(day.year().unsigned_abs(), 4);
        self.sign(b'-');
        self.number(day.month(), 2);
        self.sign(b'-');
        self.number(day.day(), 2);
    }

    fn time(&mut self, time: &impl chrono::Timelike) {
        self.number(time.hour(), 2);
        self.sign(b':');
        self.number(time.minute(), 2);
        self.sign(b':');
        // A leap second is the sixtieth.
        self.number(time.second() + time.nanosecond() / 1_000_000_000, 2);
    }

    fn as_str(&self) -> &str {
        let written = self.bytes.get(..self.length).unwrap_or_default();
        std::str::from_utf8(written).unwrap_or_default()
    }
}

/// Whether the year is written in four digits.
fn is_usual(year: i32) -> bool {
    (0..=9999).contains(&year)
}

/// An instant, by RFC 3339.
pub(super) fn instant<S: Serializer>(at: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    let nanos = at.nanosecond();
    if !is_usual(at.year()) || nanos >= 1_000_000_000 {
        return at.serialize(serializer);
    }
    let mut text = Text::new();
    text.day(at);
    text.sign(b'T');
    text.time(at);
    match nanos {
        0 => {}
        _ if nanos.is_multiple_of(1_000_000) => {
            text.sign(b'.');
            text.number(nanos / 1_000_000, 3);
        }
        _ if nanos.is_multiple_of(1_000) => {
            text.sign(b'.');
            text.number(nanos / 1_000, 6);
        }
        _ => {
            text.sign(b'.');
            text.number(nanos, 9);
        }
    }
    text.sign(b'Z');
    serializer.serialize_str(text.as_str())
}

/// An instant that may not be known.
pub(super) fn maybe<S: Serializer>(at: &Option<DateTime<Utc>>, serializer: S) -> Result<S::Ok, S::Error> {
    match at {
        Some(at) => instant(at, serializer),
        None => serializer.serialize_none(),
    }
}

/// A day of the calendar, by ISO 8601.
pub(super) fn day<S: Serializer>(day: &NaiveDate, serializer: S) -> Result<S::Ok, S::Error> {
    if !is_usual(day.year()) {
        return day.serialize(serializer);
    }
    let mut text = Text::new();
    text.day(day);
    serializer.serialize_str(text.as_str())
}

/// A time of the day, `HH:MM:SS`, where it is known.
pub(super) fn maybe_time<S: Serializer>(time: &Option<NaiveTime>, serializer: S) -> Result<S::Ok, S::Error> {
    let Some(time) = time else { return serializer.serialize_none() };
    let mut text = Text::new();
    text.time(time);
    serializer.serialize_str(text.as_str())
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;

    #[derive(Serialize)]
    struct Ours(
        #[serde(serialize_with = "instant")] DateTime<Utc>,
        #[serde(serialize_with = "maybe")] Option<DateTime<Utc>>,
        #[serde(serialize_with = "day")] NaiveDate,
        #[serde(serialize_with = "maybe_time")] Option<NaiveTime>,
    );

    fn are_alike(at: DateTime<Utc>) {
        let time = at.time().format("%H:%M:%S").to_string();
        let chrono = serde_json::to_string(&(at, Some(at), at.date_naive(), Some(time))).unwrap();
        let ours = Ours(at, Some(at), at.date_naive(), Some(at.time()));
        assert_eq!(serde_json::to_string(&ours).unwrap(), chrono);
    }

    proptest! {
        #[test]
        fn times_are_written_as_chrono_writes_them(
            seconds in prop_oneof![-70_000_000_000_i64..300_000_000_000, 1_700_000_000_i64..1_900_000_000],
            nanos in prop_oneof![Just(0_u32), (0_u32..1_000).prop_map(|n| n * 1_000_000), (0_u32..1_000_000).prop_map(|n| n * 1_000),
                                 0_u32..1_000_000_000],
        ) {
            are_alike(DateTime::from_timestamp(seconds, nanos).unwrap());
        }
    }

    #[test]
    fn the_ends_of_the_calendar_and_leap_seconds_are_written_as_chrono_writes_them() {
        for at in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC, DateTime::<Utc>::UNIX_EPOCH] {
            are_alike(at);
        }
        are_alike(DateTime::from_timestamp(1_483_228_799, 1_500_000_000).unwrap());
        let year_ends = "9999-12-31T23:59:59.999999999Z".parse::<DateTime<Utc>>().unwrap();
        are_alike(year_ends);
        are_alike(year_ends + TimeDelta::nanoseconds(1));
    }

    #[test]
    fn what_is_not_known_is_null() {
        assert_eq!(
            serde_json::to_string(&Ours(DateTime::UNIX_EPOCH, None, NaiveDate::default(), None)).unwrap(),
            r#"["1970-01-01T00:00:00Z",null,"1970-01-01",null]"#
        );
    }
}
