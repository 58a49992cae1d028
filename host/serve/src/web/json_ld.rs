//! An event as schema.org's MusicEvent, for search engines and calendars that read pages.

use chrono::{Offset, Utc};
use marquee_model::{EventTime, Price, PriceKind, Status};
use marquee_store::{StoredEvent, StoredVenue};
use serde_json::{Map, Value, json};

/// JSON-LD that can stand inside a `script` element: no character of it can end the element or begin a comment.
pub(super) fn music_event(event: &StoredEvent, venue: Option<&StoredVenue>) -> String {
    let mut item = Map::new();
    let mut put = |name: &str, value: Value| {
        if !value.is_null() {
            item.insert(name.to_owned(), value);
        }
    };
    put("@context", json!("https://schema.org"));
    put("@type", json!("MusicEvent"));
    put("name", json!(event.title));
    put("startDate", json!(date_time(&event.start)));
    put("doorTime", json!(event.doors.as_ref().map(date_time)));
    put("endDate", json!(event.end.as_ref().map(date_time)));
    put("eventStatus", json!(status(event.status)));
    put("location", place(event, venue));
    put("performer", performers(event));
    put("offers", offer(event));
    put("url", json!(event.event_url.as_ref().map(ToString::to_string)));
    put("image", json!(event.image_url.as_ref().map(ToString::to_string)));
    put("description", json!(event.description));
    escape(&Value::Object(item).to_string())
}

/// Makes JSON safe inside HTML: these characters stand only within strings, where an escape means the same.
fn escape(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => safe.push_str(&format!("\\u{:04x}", u32::from(character))),
            other => safe.push(other),
        }
    }
    safe
}

/// The wall-clock time with its offset from UTC, or the day alone.
fn date_time(time: &EventTime) -> String {
    let Some((clock, utc)) = time.time.zip(time.utc) else { return time.date.to_string() };
    let local = time.date.and_time(clock);
    let seconds = i32::try_from((local - utc.naive_utc()).num_seconds()).ok();
    let offset = seconds.and_then(chrono::FixedOffset::east_opt).unwrap_or_else(|| Utc.fix());
    utc.with_timezone(&offset).format("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

const fn status(status: Status) -> &'static str {
    match status {
        Status::Cancelled => "https://schema.org/EventCancelled",
        Status::Postponed => "https://schema.org/EventPostponed",
        Status::Rescheduled => "https://schema.org/EventRescheduled",
        Status::Scheduled | Status::Moved | Status::SoldOut => "https://schema.org/EventScheduled",
    }
}

fn place(event: &StoredEvent, venue: Option<&StoredVenue>) -> Value {
    if let Some(name) = &event.venue_name {
        return json!({ "@type": "Place", "name": name });
    }
    let mut place = json!({ "@type": "MusicVenue", "name": event.venue.name });
    let Some(venue) = venue.map(|stored| &stored.venue) else { return place };
    let address = [
        ("streetAddress", &venue.address),
        ("addressLocality", &venue.city),
        ("addressRegion", &venue.state),
        ("postalCode", &venue.postal_code),
        ("addressCountry", &venue.country),
    ];
    let known: Map<_, _> =
        address.into_iter().filter_map(|(name, v)| Some((name.to_owned(), json!(v.as_ref()?)))).collect();
    if let Some(object) = place.as_object_mut().filter(|_| !known.is_empty()) {
        object.insert("address".to_owned(), Value::Object(known));
    }
    place
}

fn performers(event: &StoredEvent) -> Value {
    let acts: Vec<_> =
        event.performers.iter().map(|act| json!({ "@type": "PerformingGroup", "name": act.name })).collect();
    if acts.is_empty() { Value::Null } else { Value::Array(acts) }
}

fn offer(event: &StoredEvent) -> Value {
    let mut offer = Map::new();
    if let Some(url) = &event.ticket_url {
        offer.insert("url".to_owned(), json!(url.to_string()));
    }
    if let Some(price) = event.price.as_ref().and_then(lowest) {
        offer.insert("price".to_owned(), json!(price));
    }
    if let Some(currency) = event.price.as_ref().and_then(|price| price.currency) {
        offer.insert("priceCurrency".to_owned(), json!(currency.code()));
    }
    if event.status == Status::SoldOut {
        offer.insert("availability".to_owned(), json!("https://schema.org/SoldOut"));
    }
    if offer.is_empty() {
        return Value::Null;
    }
    offer.insert("@type".to_owned(), json!("Offer"));
    Value::Object(offer)
}

fn lowest(price: &Price) -> Option<String> {
    if price.kind == PriceKind::Free { Some("0".to_owned()) } else { price.min.map(|money| money.to_string()) }
}

#[cfg(test)]
mod tests {
    use marquee_model::Resolution;

    use super::*;

    fn time(clock: Option<&str>, utc: Option<&str>) -> EventTime {
        EventTime {
            date: "2026-12-12".parse().unwrap(),
            time: clock.map(|c| c.parse().unwrap()),
            zone: "America/Toronto".parse().unwrap(),
            utc: utc.map(|u| u.parse().unwrap()),
            resolution: Resolution::Unique,
        }
    }

    #[test]
    fn times_carry_their_offset_and_days_stay_days() {
        assert_eq!(date_time(&time(Some("20:00:00"), Some("2026-12-13T01:00:00Z"))), "2026-12-12T20:00:00-05:00");
        assert_eq!(date_time(&time(None, None)), "2026-12-12");
    }

    #[test]
    fn no_text_can_leave_the_script_element() {
        let hostile = json!({ "name": "</script><script>alert(1)</script><!-- & \u{2028}" }).to_string();
        let safe = escape(&hostile);
        assert!(!safe.contains(['<', '>', '&', '\u{2028}']));
        assert_eq!(serde_json::from_str::<Value>(&safe).unwrap(), serde_json::from_str::<Value>(&hostile).unwrap());
    }
}
