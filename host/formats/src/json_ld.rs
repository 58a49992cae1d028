//! schema.org's MusicEvent as JSON-LD, for search engines and programs that know schema.org.

use chrono::{FixedOffset, Offset, Utc};
use marquee_model::{AgeRestriction, EventTime, Performer, Price, PriceKind, Role, Status};
use serde_json::{Map, Value, json};

use crate::{FeedEvent, clean, words};

/// These events as one JSON-LD document.
#[must_use]
pub fn graph(events: &[FeedEvent]) -> Value {
    json!({ "@context": "https://schema.org", "@graph": events.iter().map(node).collect::<Vec<_>>() })
}

/// One event as a JSON-LD document of its own. Whoever puts it into a page must escape it for there.
#[must_use]
pub fn music_event(event: &FeedEvent) -> Value {
    let mut document = node(event);
    document.insert("@context".to_owned(), json!("https://schema.org"));
    Value::Object(document)
}

fn node(event: &FeedEvent) -> Map<String, Value> {
    let mut item = Map::new();
    let mut put = |name: &str, value: Value| {
        if !value.is_null() {
            item.insert(name.to_owned(), value);
        }
    };
    put("@type", json!("MusicEvent"));
    put("@id", json!(event.page.as_str()));
    put("identifier", json!(event.id));
    put("name", json!(clean::line(&event.title)));
    put("startDate", json!(date_time(&event.start)));
    put("doorTime", json!(event.doors.as_ref().map(date_time)));
    put("endDate", json!(event.end.as_ref().map(date_time)));
    put("eventStatus", json!(status(event)));
    put("previousStartDate", previous_starts(event));
    put("disambiguatingDescription", json!(words::notice(event)));
    put("location", place(event));
    put("performer", performers(event));
    put("offers", offers(event));
    let free = event.price.as_ref().is_some_and(|price| price.kind == PriceKind::Free);
    put("isAccessibleForFree", if free { json!(true) } else { Value::Null });
    put("typicalAgeRange", json!(age(event.age)));
    put("keywords", keywords(event));
    put("url", json!(event.event_url.as_ref().map_or(event.page.as_str(), |url| url.as_str())));
    put("image", json!(event.image_url));
    put("description", json!(words::description(event)));
    item
}

/// The wall-clock time with its offset from UTC, or the day alone.
fn date_time(time: &EventTime) -> String {
    let Some((clock, utc)) = time.time.zip(time.utc) else { return time.date.to_string() };
    let seconds = (time.date.and_time(clock) - utc.naive_utc()).num_seconds();
    // In the hour that is skipped the instant stands, and the clock shows what it shows then; whole minutes, as RFC 3339 wants.
    let offset = i32::try_from(seconds).ok().filter(|s| s % 60 == 0).and_then(FixedOffset::east_opt);
    utc.with_timezone(&offset.unwrap_or_else(|| Utc.fix())).format("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// Whether it takes place. Nothing is said where it is only presumed that it does not: schema.org has no word for that.
fn status(event: &FeedEvent) -> Option<&'static str> {
    let standing = &event.standing;
    match standing.status {
        Status::Cancelled if standing.presumed => None,
        Status::Cancelled => Some("https://schema.org/EventCancelled"),
        Status::Postponed => Some("https://schema.org/EventPostponed"),
        _ if rescheduled(event) => Some("https://schema.org/EventRescheduled"),
        _ if standing.missing_since.is_some() => None,
        Status::Scheduled | Status::Moved | Status::SoldOut | Status::Rescheduled => {
            Some("https://schema.org/EventScheduled")
        }
    }
}

/// Whether it is on another day than first announced, and takes place.
fn rescheduled(event: &FeedEvent) -> bool {
    let status = event.standing.status;
    status == Status::Rescheduled
        || !event.earlier_starts.is_empty() && matches!(status, Status::Scheduled | Status::Moved | Status::SoldOut)
}

fn previous_starts(event: &FeedEvent) -> Value {
    let starts: Vec<String> = event.earlier_starts.iter().map(date_time).collect();
    match starts.as_slice() {
        _ if !rescheduled(event) => Value::Null,
        [] => Value::Null,
        [one] => json!(one),
        several => json!(several),
    }
}

fn place(event: &FeedEvent) -> Value {
    if let Some(name) = &event.elsewhere {
        return json!({ "@type": "Place", "name": clean::line(name) });
    }
    let venue = &event.venue;
    let mut place = Map::new();
    place.insert("@type".to_owned(), json!("MusicVenue"));
    place.insert("name".to_owned(), json!(clean::line(&venue.name)));
    let address = [
        ("streetAddress", &venue.address),
        ("addressLocality", &venue.city),
        ("addressRegion", &venue.state),
        ("postalCode", &venue.postal_code),
        ("addressCountry", &venue.country),
    ];
    let mut known: Map<_, _> =
        address.into_iter().filter_map(|(name, v)| Some((name.to_owned(), json!(clean::line(v.as_ref()?))))).collect();
    if !known.is_empty() {
        known.insert("@type".to_owned(), json!("PostalAddress"));
        place.insert("address".to_owned(), Value::Object(known));
    }
    if let Some((north, east)) = event.position() {
        place.insert("geo".to_owned(), json!({ "@type": "GeoCoordinates", "latitude": north, "longitude": east }));
    }
    if let Some(url) = &venue.url {
        place.insert("url".to_owned(), json!(url));
    }
    if let Some(room) = &event.room {
        place.insert("containsPlace".to_owned(), json!({ "@type": "Place", "name": clean::line(room) }));
    }
    Value::Object(place)
}

fn performers(event: &FeedEvent) -> Value {
    let act = |act: &Performer| {
        let kind = if matches!(act.role, Role::Host | Role::Dj) { "Person" } else { "PerformingGroup" };
        json!({ "@type": kind, "name": clean::line(&act.name) })
    };
    if event.performers.is_empty() { Value::Null } else { event.performers.iter().map(act).collect() }
}

/// What a ticket costs and where it is sold; null where neither is known.
fn offers(event: &FeedEvent) -> Value {
    let mut offer = Map::new();
    if let Some(url) = &event.ticket_url {
        offer.insert("url".to_owned(), json!(url));
    }
    if let Some(price) = &event.price {
        amounts(price, &mut offer);
    }
    if event.standing.status == Status::SoldOut {
        offer.insert("availability".to_owned(), json!("https://schema.org/SoldOut"));
    }
    if offer.is_empty() {
        return Value::Null;
    }
    let kind = if offer.contains_key("lowPrice") { "AggregateOffer" } else { "Offer" };
    offer.insert("@type".to_owned(), json!(kind));
    Value::Object(offer)
}

/// The amounts, as decimal texts.
fn amounts(price: &Price, offer: &mut Map<String, Value>) {
    let mut put = |name: &str, amount: String| offer.insert(name.to_owned(), json!(amount));
    match (price.kind, price.min, price.max) {
        (PriceKind::Free, ..) => drop(put("price", "0".to_owned())),
        (PriceKind::From, Some(low), None) => drop(put("lowPrice", low.to_string())),
        (_, Some(low), Some(high)) if low != high => {
            put("lowPrice", low.to_string());
            put("highPrice", high.to_string());
        }
        (_, Some(one), _) | (_, None, Some(one)) => drop(put("price", one.to_string())),
        (_, None, None) => return,
    }
    if let Some(currency) = price.currency {
        put("priceCurrency", currency.code().to_owned());
    }
}

fn age(age: Option<AgeRestriction>) -> Option<String> {
    match age? {
        AgeRestriction::AllAges => None,
        AgeRestriction::Minimum(years) => Some(format!("{years}-")),
    }
}

fn keywords(event: &FeedEvent) -> Value {
    let genres: Vec<String> = event.genres.iter().map(|genre| clean::line(genre)).collect();
    if genres.is_empty() { Value::Null } else { json!(genres) }
}
