//! Answers of ticket sellers.

use marquee_model::Status;
use serde_json::{Value, json};

use super::{Body, Declared, Item, Listing, Prints, cents, interface::number};

pub(super) const DICE: Prints = Prints { doors: true, price: true, ..Prints::LEAST };
pub(super) const EVENTBRITE: Prints = Prints { price: true, ..Prints::LEAST };
pub(super) const TICKETMASTER: Prints = Prints { acts: true, doors: true, price: true, ..Prints::LEAST };
pub(super) const SHOWPASS: Prints = Prints { doors: true, price: true, ..Prints::LEAST };
pub(super) const LIVE_NATION: Prints = Prints { acts: true, ..Prints::LEAST };

fn list(listing: &Listing<'_>, one: impl Fn(&Item<'_>) -> Value) -> Vec<Value> {
    listing.items.iter().map(one).collect()
}

fn stamp(item: &Item<'_>) -> String {
    item.utc().format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

pub(super) fn dice(listing: &Listing<'_>) -> Body {
    let event =
        |item: &Item<'_>| {
            let doors = item
                .face
                .doors
                .map(|doors| json!({ "details": "Doors open", "time": doors.format("%H:%M").to_string() }));
            let prices = item.face.price.map(|(low, high)| if low == high { vec![low] } else { vec![low, high] });
            let tickets: Vec<Value> = prices.unwrap_or_default().iter().map(|cents| json!({
            "id": cents, "name": "Ticket", "price": { "face_value": cents, "fees": 150, "total": cents + 150 },
            "sold_out": item.is(Status::SoldOut),
        })).collect();
            json!({
                "id": format!("64b0c0ffee{:014}", item.key),
                "name": item.titled_but(&[Status::SoldOut]),
                "date": stamp(item),
                "type": "event",
                "status": "on-sale",
                "sold_out": item.is(Status::SoldOut),
                "currency": item.venue.currency.code(),
                "venue": item.venue.name,
                "timezone": item.venue.zone.name(),
                "url": format!("https://link.dice.example/{}", item.key),
                "artists": item.face.acts,
                "lineup": doors.into_iter().collect::<Vec<_>>(),
                "type_tags": ["music:gig"],
                "flags": ["going_ahead"],
                "ticket_types": tickets,
                "event_images": { "landscape": item.image() },
            })
        };
    Body::json(&json!({ "data": list(listing, event), "links": {} }))
}

pub(super) fn eventbrite(listing: &Listing<'_>) -> Body {
    let event = |item: &Item<'_>| {
        let currency = item.venue.currency.code();
        let amount = |cents_: u32| json!({ "currency": currency, "major_value": cents(cents_), "value": cents_ });
        let local = |time: chrono::NaiveDateTime| time.format("%Y-%m-%dT%H:%M:%S").to_string();
        let tickets = match item.face.price {
            Some((low, high)) => json!({
                "has_available_tickets": true, "is_sold_out": item.is(Status::SoldOut),
                "minimum_ticket_price": amount(low), "maximum_ticket_price": amount(high),
            }),
            None => json!({ "is_sold_out": item.is(Status::SoldOut) }),
        };
        json!({
            "name": { "text": item.titled_but(&[Status::Cancelled, Status::SoldOut]) },
            "id": format!("912{:09}", item.key),
            "url": format!("https://www.eventbrite.example/e/{}-tickets-912{:09}", item.slug, item.key),
            "start": { "timezone": item.venue.zone.name(), "local": local(item.face.start), "utc": stamp(item) },
            "end": { "timezone": item.venue.zone.name(), "local": local(item.face.start + chrono::TimeDelta::hours(3)) },
            "status": if item.is(Status::Cancelled) { "canceled" } else { "live" },
            "currency": currency,
            "listed": true,
            "online_event": false,
            "is_free": false,
            "is_series_parent": false,
            "hide_end_date": true,
            "venue": { "name": item.venue.name },
            "logo": { "url": item.image() },
            "ticket_availability": tickets,
        })
    };
    let events = list(listing, event);
    let count = events.len();
    Body::json(&json!({
        "pagination": { "object_count": count, "page_number": 1, "page_size": 500, "page_count": 1, "has_more_items": false },
        "events": events,
    }))
}

pub(super) fn ticketmaster(listing: &Listing<'_>) -> Body {
    let event = |item: &Item<'_>| {
        let start = item.face.start;
        let date = |time: chrono::NaiveTime| json!({ "localDate": start.date().to_string(), "localTime": time.format("%H:%M:%S").to_string() });
        let status = match item.face.status {
            Status::Cancelled => "cancelled",
            Status::Postponed => "postponed",
            Status::Rescheduled => "rescheduled",
            _ => "onsale",
        };
        let mut event = json!({
            "name": item.titled_but(&[Status::Cancelled, Status::Postponed, Status::Rescheduled]),
            "type": "event",
            "id": format!("G5v{}", item.key),
            "url": format!("https://www.ticketmaster.example/event/{}", item.key),
            "images": [{ "ratio": "16_9", "url": item.image(), "width": 640, "height": 360, "fallback": false }],
            "dates": {
                "start": { "localDate": start.date().to_string(), "localTime": start.format("%H:%M:%S").to_string(), "dateTime": stamp(item),
                    "dateTBD": false, "dateTBA": false, "timeTBA": false, "noSpecificTime": false },
                "timezone": item.venue.zone.name(),
                "status": { "code": status },
            },
            "classifications": [{ "primary": true, "segment": { "name": "Music" } }],
            "_embedded": {
                "venues": [{ "name": item.venue.name, "type": "venue", "id": "V1", "timezone": item.venue.zone.name() }],
                "attractions": item.face.acts.iter().map(|act| json!({ "name": act })).collect::<Vec<_>>(),
            },
        });
        if let Some(event) = event.as_object_mut() {
            if let Some(doors) = item.face.doors {
                event.insert("doorsTimes".to_owned(), date(doors));
            }
            if let Some((low, high)) = item.face.price {
                let range = json!([{ "type": "standard", "currency": item.venue.currency.code(), "min": number(low), "max": number(high) }]);
                event.insert("priceRanges".to_owned(), range);
            }
        }
        event
    };
    let events = list(listing, event);
    let page = json!({ "size": 200, "totalElements": events.len(), "totalPages": 1, "number": 0 });
    match events.is_empty() {
        true => Body::json(&json!({ "page": page })),
        false => Body::json(&json!({ "_embedded": { "events": events }, "page": page })),
    }
}

pub(super) fn showpass(listing: &Listing<'_>) -> Body {
    let event = |item: &Item<'_>| {
        let doors = item
            .face
            .doors
            .map(|doors| crate::world::life::instant(item.face.start.date().and_time(doors), item.venue));
        let prices = item.face.price.map(|(low, high)| if low == high { vec![low] } else { vec![low, high] });
        json!({
            "id": item.key,
            "slug": item.slug,
            "name": item.titled_but(&[Status::Cancelled, Status::Postponed, Status::SoldOut]),
            "venue": { "id": 4711, "name": item.venue.name, "currency": item.venue.currency.code() },
            "location": { "id": 9, "name": item.venue.name },
            "starts_on": stamp(item),
            "opens_at": doors.map(|doors| doors.format("%Y-%m-%dT%H:%M:%SZ").to_string()),
            "timezone": item.venue.zone.name(),
            "currency": item.venue.currency.code(),
            "description": "",
            "image": item.image(),
            "frontend_details_url": format!("https://www.showpass.example/{}/", item.key),
            "sold_out": item.is(Status::SoldOut),
            "artists": item.face.acts.iter().map(|act| json!({ "name": act })).collect::<Vec<_>>(),
            "status": match item.face.status {
                Status::Cancelled => "sp_event_cancelled",
                Status::Postponed => "sp_event_postponed",
                _ => "sp_event_active",
            },
            "show_on_calendar": true,
            "ticket_types": prices.unwrap_or_default().iter().map(|amount| json!({
                "name": "General", "price": cents(*amount), "sold_out": false, "is_password_protected": false,
                "pay_what_you_can_configuration": null,
            })).collect::<Vec<_>>(),
        })
    };
    let results = list(listing, event);
    Body::json(&json!({ "count": results.len(), "next": null, "previous": null, "results": results }))
}

pub(super) fn live_nation_source() -> Declared {
    let configuration = json!({ "venue_id": "KovTest1", "page_size": 200 });
    Declared { starts: true, ..Declared::get("live-nation", "/graphql", configuration) }
}

pub(super) fn live_nation(listing: &Listing<'_>) -> Body {
    let event = |item: &Item<'_>| {
        let status = match item.face.status {
            Status::Cancelled => "cancelled",
            Status::Postponed => "postponed",
            Status::Rescheduled => "rescheduled",
            _ => "onsale",
        };
        json!({
            "discovery_id": format!("1aA{}", item.key),
            "event_date": item.face.start.date().to_string(),
            "event_time": item.face.start.format("%H:%M:%S").to_string(),
            "event_status_code": status,
            "name": item.titled_but(&[Status::Cancelled, Status::Postponed, Status::Rescheduled]),
            "artists": item.face.acts.iter().map(|act| json!({ "name": act, "genre": "Rock" })).collect::<Vec<_>>(),
            "url": format!("https://www.ticketmaster.example/x/event/1aA{}", item.key),
            "images": [{ "fallback": false, "image_url": item.image() }],
            "genre": "Rock",
            "venue": { "discovery_id": "KovTest1", "name": item.venue.name },
        })
    };
    Body::json(&json!({ "data": { "getEvents": list(listing, event) } }))
}
