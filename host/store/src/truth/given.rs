//! A field's value as a person gives it, made whole and checked: a time is given by the clock on the wall, and its instant is reckoned
//! here, so that the three never contradict each other.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use marquee_model::{Event, EventTime, Resolution, Zone};
use marquee_reading::zone;
use marquee_reconcile::EventField;
use serde::Deserialize;
use serde_json::Value;

/// A time as a person gives it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenTime {
    date: NaiveDate,
    time: Option<String>,
    zone: Option<Zone>,
    /// May be said, as the API shows it; then it must be right.
    utc: Option<DateTime<Utc>>,
    #[serde(rename = "resolution")]
    _resolution: Option<Resolution>,
}

/// The value as it is kept; why it cannot be, otherwise.
pub(super) fn whole(field: EventField, value: &Value, event: &Event) -> Result<Value, String> {
    let value = match field {
        EventField::Start | EventField::Doors | EventField::End if !value.is_null() => {
            serde_json::to_value(time(value, event.start.zone)?).map_err(|error| error.to_string())?
        }
        _ => value.clone(),
    };
    let mut corrected = event.clone();
    field.set(&mut corrected, &value).map_err(|error| error.to_string())?;
    if corrected.title.trim().is_empty() {
        return Err("an event has a title".to_owned());
    }
    if let Some(price) = &corrected.price
        && price.min.zip(price.max).is_some_and(|(min, max)| max < min)
    {
        return Err("the highest amount is below the lowest".to_owned());
    }
    Ok(field.value(&corrected))
}

fn time(value: &Value, usual: Zone) -> Result<EventTime, String> {
    const FORM: &str = "write it as {\"date\": \"2026-12-31\", \"time\": \"20:00\"}, in the venue's zone; a time that is not known is null";
    let given = GivenTime::deserialize(value).map_err(|error| format!("{error}; {FORM}"))?;
    let clock = |text: &str| {
        let seconds = NaiveTime::parse_from_str(text, "%H:%M:%S");
        seconds
            .or_else(|_| NaiveTime::parse_from_str(text, "%H:%M"))
            .map_err(|_| format!("`{text}` is no time; {FORM}"))
    };
    let time = given.time.as_deref().map(clock).transpose()?;
    let zone = given.zone.unwrap_or(usual);
    let found = time.map(|time| zone::resolve(given.date.and_time(time), zone));
    let (utc, resolution) = found.map_or((None, Resolution::Unique), |(utc, how)| (Some(utc), how));
    if given.utc.is_some() && given.utc != utc {
        return Err("`utc` is not the instant of that date and time in the zone; leave it out".to_owned());
    }
    Ok(EventTime { date: given.date, time, zone, utc, resolution })
}
