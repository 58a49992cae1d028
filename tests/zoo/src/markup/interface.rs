//! Interfaces of calendars: answers in JSON.

use marquee_model::Status;
use serde_json::{Value, json};

use super::{Body, Declared, Item, Listing, Prints, cents};
use crate::world::{teller::Role, venue::VenueDef};

pub(super) const JSON: Prints =
    Prints { acts: true, support: true, doors: true, room: true, price: true, ticket: true, ..Prints::LEAST };
pub(super) const SQUARESPACE: Prints = Prints { ticket: true, ..Prints::LEAST };
pub(super) const EVENTS_CALENDAR: Prints = Prints { price: true, ticket: true, ..Prints::LEAST };
pub(super) const TOCKIFY: Prints = Prints { ticket: true, ..Prints::LEAST };
pub(super) const GOOGLE_CALENDAR: Prints = Prints { room: true, price: true, ..Prints::LEAST };

fn list(listing: &Listing<'_>, one: impl Fn(&Item<'_>) -> Value) -> Vec<Value> {
    listing.items.iter().map(one).collect()
}

/// `null` where there is nothing.
fn some(text: &str) -> Value {
    if text.is_empty() { Value::Null } else { json!(text) }
}

pub(super) fn json_source(venue: &VenueDef) -> Declared {
    Declared::get(
        "json",
        "/api/events",
        json!({
            "item": "/data/events",
            "where": { "pointer": "/house", "equals": venue.slug },
            "fields": {
                "key": "/id",
                "title": "/name",
                "headliner": { "pointer": "/acts/*/name", "where": { "pointer": "/role", "equals": "main" } },
                "support": { "pointer": "/acts/*/name", "where": { "pointer": "/role", "equals": "support" } },
                "date": "/starts",
                "doors": "/doors",
                "price_min": { "pointer": "/tickets/*/cents", "divide": 100 },
                "status": "/note",
                "room": "/room",
                "ticket_url": "/buy",
                "image_url": "/picture",
            },
        }),
    )
}

pub(super) fn json(listing: &Listing<'_>) -> Body {
    let calendar = listing.teller.role == Role::Calendar;
    let event = |item: &Item<'_>| {
        let start = item.face.start;
        let note = match item.face.status {
            Status::Scheduled | Status::Moved => "",
            Status::Cancelled => "cancelled",
            Status::Postponed => "postponed",
            Status::Rescheduled => "rescheduled",
            Status::SoldOut => "sold out",
        };
        let acts = |names: Vec<&str>, role: &str| -> Vec<Value> {
            names.iter().map(|name| json!({ "name": name, "role": role })).collect()
        };
        // A city's calendar knows less than a house.
        let acts: Vec<Value> = match calendar {
            true => vec![],
            false => [acts(item.main_acts(), "main"), acts(item.openers(), "support")].concat(),
        };
        let prices = item.face.price.filter(|_| !calendar).map(|(low, high)| vec![low, high]).unwrap_or_default();
        json!({
            "id": item.key,
            "house": item.venue.slug,
            "name": item.title,
            "acts": acts,
            "starts": start.format("%Y-%m-%dT%H:%M:%S").to_string(),
            "doors": item.face.doors.filter(|_| !calendar).map(|doors| start.date().and_time(doors).format("%Y-%m-%dT%H:%M:%S").to_string()),
            "tickets": prices.iter().map(|cents| json!({ "cents": cents })).collect::<Vec<_>>(),
            "note": some(note),
            "room": item.face.room.filter(|_| !calendar),
            "buy": if calendar { Value::Null } else { some(&item.ticket) },
            "picture": item.image(),
        })
    };
    Body::json(&json!({ "data": { "events": list(listing, event) } }))
}

pub(super) fn squarespace(listing: &Listing<'_>) -> Body {
    let event = |item: &Item<'_>| {
        let millis = item.utc().timestamp_millis() + 123;
        json!({
            "id": format!("5f0c{:020x}", item.key),
            "recordType": 12,
            "title": item.titled(),
            "urlId": item.slug,
            "fullUrl": format!("/calendar/{}", item.slug),
            "excerpt": "<p>At the house</p>",
            "startDate": millis,
            "endDate": millis + 3 * 3_600_000,
            "tags": [],
            "assetUrl": item.image(),
            "contentType": "image/jpeg",
            "sourceUrl": some(&item.ticket),
        })
    };
    Body::json(&json!({ "collection": { "typeName": "events" }, "upcoming": list(listing, event), "past": [] }))
}

pub(super) fn events_calendar(listing: &Listing<'_>) -> Body {
    let event = |item: &Item<'_>| {
        let stamp = |time: chrono::NaiveDateTime| time.format("%Y-%m-%d %H:%M:%S").to_string();
        let end = item.face.start + chrono::TimeDelta::hours(3);
        json!({
            "id": item.key,
            "url": format!("https://house.example/event/{}/", item.slug),
            "title": item.titled().replace('&', "&amp;"),
            "description": "<p>At the house.</p>",
            "start_date": stamp(item.face.start),
            "end_date": stamp(end),
            "utc_start_date": stamp(item.utc().naive_utc()),
            "timezone": item.venue.zone.name(),
            "all_day": false,
            "cost": item.price_words(),
            "website": item.ticket,
            "image": { "url": item.image() },
            "categories": [],
            "venue": { "venue": item.venue.name },
        })
    };
    let events = list(listing, event);
    let (total, pages) = (events.len(), usize::from(!events.is_empty()));
    Body::json(&json!({ "events": events, "total": total, "total_pages": pages }))
}

pub(super) fn tockify(listing: &Listing<'_>) -> Body {
    let event = |item: &Item<'_>| {
        let millis = item.utc().timestamp_millis();
        let offset = (item.face.start - item.utc().naive_utc()).num_milliseconds();
        let when = |millis: i64| json!({ "millis": millis, "tzid": item.venue.zone.name(), "offset": offset });
        json!({
            "eid": { "uid": item.key.to_string(), "seq": 0, "tid": millis, "rid": 0 },
            "when": { "start": when(millis), "end": when(millis + 3 * 3_600_000), "allDay": false },
            "content": {
                "summary": { "text": item.titled_but(&[Status::Cancelled]) },
                "description": { "text": item.mark() },
                "tagset": { "tags": { "default": [] } },
                "customButtonText": "Tickets",
                "customButtonLink": some(&item.ticket),
            },
            "status": { "name": if item.is(Status::Cancelled) { "cancelled" } else { "scheduled" } },
            "kind": "singleton",
        })
    };
    Body::json(&json!({ "events": list(listing, event), "metaData": { "hasNext": false, "hasPrev": true } }))
}

pub(super) fn google_calendar_source() -> Declared {
    Declared::get(
        "google-calendar",
        "/calendar/v3/calendars/owl/events?key=KEY&singleEvents=true",
        json!({ "location": "room", "patterns": { "price": r"Tickets: ([^\n<]+)" } }),
    )
}

pub(super) fn google_calendar(listing: &Listing<'_>) -> Body {
    let event = |item: &Item<'_>| {
        let zone = item.venue.zone.name();
        let start = item.with_offset(item.face.start.time());
        let end = (item.face.start + chrono::TimeDelta::hours(3)).format("%Y-%m-%dT%H:%M:%S").to_string();
        let price = item.face.price.map(|_| format!("<br>Tickets: {}", item.price_words())).unwrap_or_default();
        let mut event = json!({
            "kind": "calendar#event",
            "id": format!("abc{}", item.key),
            "status": if item.is(Status::Cancelled) { "cancelled" } else { "confirmed" },
            "htmlLink": format!("https://calendar.example/event?eid=abc{}", item.key),
            "summary": item.titled_but(&[Status::Cancelled]),
            "description": format!("{}{price}", item.mark()),
            "start": { "dateTime": start, "timeZone": zone },
            "end": { "dateTime": end, "timeZone": zone },
            "iCalUID": format!("abc{}@google.com", item.key),
            "eventType": "default",
        });
        if let (Some(room), Some(event)) = (item.face.room, event.as_object_mut()) {
            event.insert("location".to_owned(), json!(room));
        }
        event
    };
    Body::json(&json!({
        "kind": "calendar#events", "summary": listing.venue.name, "timeZone": listing.venue.zone.name(),
        "items": list(listing, event),
    }))
}

/// A price in whole cents as a decimal number.
pub(super) fn number(amount: u32) -> Value {
    json!(cents(amount).parse::<f64>().unwrap_or(0.0))
}
