//! Pages that hold their events as data, or as a content system's markup.

use marquee_model::Status;
use serde_json::{Value, json};

use super::{Body, Declared, Item, Listing, Prints, cents, esc};

pub(super) const JSON_LD: Prints = Prints { acts: true, doors: true, price: true, ticket: true, ..Prints::LEAST };
pub(super) const WEBFLOW: Prints = Prints { doors: true, price: true, room: true, ..Prints::LEAST };
pub(super) const WIX: Prints = Prints { price: true, ..Prints::LEAST };

pub(super) fn json_ld_source() -> Declared {
    Declared::get("json-ld", "/events", json!({ "empty": ".none" }))
}

pub(super) fn json_ld(listing: &Listing<'_>) -> Body {
    let event = |item: &Item<'_>| {
        let start = item.face.start;
        let status = match item.face.status {
            Status::Cancelled => "EventCancelled",
            Status::Postponed => "EventPostponed",
            Status::Rescheduled => "EventRescheduled",
            _ => "EventScheduled",
        };
        let mut offer = json!({ "@type": "Offer", "availability": match item.is(Status::SoldOut) {
            true => "https://schema.org/SoldOut",
            false => "https://schema.org/InStock",
        }});
        let mut set = |name: &str, value: Value| {
            if let Some(offer) = offer.as_object_mut() {
                offer.insert(name.to_owned(), value);
            }
        };
        if !item.ticket.is_empty() {
            set("url", json!(item.ticket));
        }
        match item.face.price {
            Some((low, high)) if low == high => {
                set("price", json!(cents(low)));
                set("priceCurrency", json!(item.venue.currency.code()));
            }
            Some((low, high)) => {
                set("@type", json!("AggregateOffer"));
                set("lowPrice", json!(cents(low)));
                set("highPrice", json!(cents(high)));
                set("priceCurrency", json!(item.venue.currency.code()));
            }
            None => {}
        }
        let mut event = json!({
            "@type": "MusicEvent",
            "name": item.title,
            "url": format!("/events/{}", item.slug),
            "startDate": item.with_offset(start.time()),
            "eventStatus": format!("https://schema.org/{status}"),
            "location": { "@type": "MusicVenue", "name": item.venue.name },
            "performer": item.face.acts.iter().map(|act| json!({ "@type": "MusicGroup", "name": act })).collect::<Vec<_>>(),
            "offers": [offer],
            "image": [item.image()],
        });
        if let (Some(doors), Some(event)) = (item.face.doors, event.as_object_mut()) {
            event.insert("doorTime".to_owned(), json!(item.with_offset(doors)));
        }
        event
    };
    let events: Vec<Value> = listing.items.iter().map(event).collect();
    let data = json!({ "@context": "https://schema.org", "@graph": events });
    let links: String = listing.items.iter().map(|item| format!("<li>{}</li>", esc(&item.title))).collect();
    let none = if listing.words { "<p class=\"none\">There are no upcoming events.</p>" } else { "" };
    let script = match listing.items.is_empty() {
        true => String::new(),
        false => format!("<script type=\"application/ld+json\">{data}</script>")
            .replace("</s", "<\\/s")
            .replace("<\\/script>", "</script>"),
    };
    Body::html(format!(
        "<!doctype html><html><head><title>Events</title>{script}</head><body><main><h1>Events</h1><ul class=\"list\">{links}</ul>{none}</main></body></html>"
    ))
}

pub(super) fn webflow_source() -> Declared {
    Declared::get(
        "webflow",
        "/shows",
        json!({ "fields": {
            "title": ".head", "date": ".date", "time": ".time", "doors": ".doors", "price": ".price", "room": ".stage",
            "status": ".badge", "link": "a.more", "image": "img",
        }}),
    )
}

pub(super) fn webflow(listing: &Listing<'_>) -> Body {
    let text = |class: &str, text: &str| match text {
        "" => format!("<div class=\"{class} w-condition-invisible\"></div>"),
        text => format!("<div class=\"{class}\">{}</div>", esc(text)),
    };
    let card = |item: &Item<'_>| {
        let start = item.face.start;
        let badge = match item.face.status {
            Status::Scheduled | Status::Moved => "",
            Status::Cancelled => "Cancelled",
            Status::Postponed => "Postponed",
            Status::Rescheduled => "Rescheduled",
            Status::SoldOut => "Sold out",
        };
        format!(
            "<div role=\"listitem\" class=\"card w-dyn-item\"><img src=\"{}\" alt=\"\"><h2 class=\"head\">{}</h2><div class=\"row\"><div class=\"date\">{}</div>{}<div class=\"time\">{}</div></div>{}{}{}<a class=\"more\" href=\"/shows/{}\">More</a></div>",
            item.image(),
            esc(&item.title),
            start.format("%B %-d, %Y"),
            text("doors", &item.face.doors.map(|doors| doors.format("%-I:%M %p").to_string()).unwrap_or_default()),
            start.format("%-I:%M %p"),
            text("price", &item.price_words()),
            text("stage", item.face.room.unwrap_or_default()),
            text("badge", badge),
            item.slug,
        )
    };
    let cards: String = listing.items.iter().map(card).collect();
    let list = match (listing.items.is_empty(), listing.words) {
        (true, true) => "<div class=\"w-dyn-empty\"><div>No shows found.</div></div>".to_owned(),
        (true, false) => "<div role=\"list\" class=\"list w-dyn-items\"></div>".to_owned(),
        _ => format!("<div role=\"list\" class=\"list w-dyn-items\">{cards}</div>"),
    };
    Body::html(format!(
        "<!DOCTYPE html><html data-wf-domain=\"house.example\" data-wf-site=\"b2\" lang=\"en\"><head><title>Shows</title></head><body><div class=\"w-dyn-list\">{list}</div></body></html>"
    ))
}

pub(super) fn wix(listing: &Listing<'_>) -> Body {
    let event = |item: &Item<'_>| {
        let start = item.utc().format("%Y-%m-%dT%H:%M:%S.000Z").to_string();
        let currency = item.venue.currency.code();
        let tickets = item.face.price.map(|(low, high)| {
            json!({
                "lowestTicketPrice": { "amount": cents(low), "currency": currency },
                "highestTicketPrice": { "amount": cents(high), "currency": currency },
                "currency": currency,
                "soldOut": item.is(Status::SoldOut),
            })
        });
        json!({
            "id": format!("c0ffee00-0000-4000-8000-{:012}", item.key),
            "title": item.titled_but(&[Status::Cancelled]),
            "description": "", "about": "",
            "slug": item.slug,
            "status": if item.is(Status::Cancelled) { 3 } else { 0 },
            "location": { "name": item.venue.name, "address": "High Street 1", "tbd": false },
            "scheduling": { "config": {
                "scheduleTbd": false, "startDate": start, "endDate": start, "timeZoneId": item.venue.zone.name(), "endDateHidden": true,
            }},
            "mainImage": { "id": "a", "url": item.image() },
            "registration": { "type": 2, "status": 5, "ticketing": tickets },
            "categories": [],
            "eventDisplaySettings": { "hideEventDetailsPage": false },
        })
    };
    let events: Vec<Value> = listing.items.iter().map(event).collect();
    let widget = json!({ "platform": {}, "pages": {}, "appsWarmupData": {
        "140603ad-af8d-84a5-2c80-a0f60cb47351": { "widgetcomp-abc123": { "events": { "events": events } } } } });
    let model = json!({ "site": { "externalBaseUrl": "https://house.example", "siteId": "x" } });
    let safe = |value: &Value| value.to_string().replace("</", "<\\/");
    Body::html(format!(
        "<!doctype html><html lang=\"en\"><head><title>Events</title><script type=\"application/json\" id=\"wix-essential-viewer-model\">{}</script></head><body><div id=\"SITE_CONTAINER\"></div><script type=\"application/json\" id=\"wix-warmup-data\">{}</script></body></html>",
        safe(&model),
        safe(&widget)
    ))
}
