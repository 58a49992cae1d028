//! Files for calendars and feed readers.

use marquee_model::Status;
use serde_json::json;

use super::{Body, Declared, Item, Listing, Prints, esc};

pub(super) const ICAL: Prints = Prints { room: true, price: true, ticket: true, ..Prints::LEAST };
pub(super) const FEED: Prints = Prints { price: true, ..Prints::LEAST };

pub(super) fn ical_source() -> Declared {
    Declared::get("ical", "/calendar.ics", json!({ "location": "room" }))
}

pub(super) fn ical(listing: &Listing<'_>) -> Body {
    let text = |text: &str| text.replace('\\', "\\\\").replace(',', "\\,").replace(';', "\\;");
    let entry = |item: &Item<'_>| {
        let zone = item.venue.zone.name();
        let at = |time: chrono::NaiveDateTime| time.format("%Y%m%dT%H%M%S").to_string();
        let mut lines = vec![
            "BEGIN:VEVENT".to_owned(),
            format!("UID:{}@house.example", item.key),
            format!("SUMMARY:{}", text(&item.titled_but(&[Status::Cancelled]))),
            format!("DTSTART;TZID={zone}:{}", at(item.face.start)),
            format!("DTEND;TZID={zone}:{}", at(item.face.start + chrono::TimeDelta::hours(3))),
            format!("URL:https://house.example/e/{}", item.slug),
            format!("ATTACH;FMTTYPE=image/jpeg:{}", item.image()),
        ];
        lines.extend(item.is(Status::Cancelled).then(|| "STATUS:CANCELLED".to_owned()));
        lines.extend(item.face.room.map(|room| format!("LOCATION:{}", text(room))));
        lines.extend(item.face.price.map(|_| format!("X-COST:{}", text(&item.price_words()))));
        lines.extend((!item.ticket.is_empty()).then(|| format!("X-TICKETS-URL:{}", item.ticket)));
        lines.push("END:VEVENT".to_owned());
        lines.join("\r\n") + "\r\n"
    };
    let entries: String = listing.items.iter().map(entry).collect();
    Body {
        kind: "text/calendar; charset=utf-8",
        text: format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//House//Calendar//EN\r\nX-WR-CALNAME:{}\r\n{entries}END:VCALENDAR\r\n",
            text(&listing.venue.name)
        ),
    }
}

pub(super) fn feed(listing: &Listing<'_>) -> Body {
    let item = |item: &Item<'_>| {
        let price = match item.face.price {
            None => String::new(),
            Some(_) => {
                format!("<event_listing:ticket_price><![CDATA[{}]]></event_listing:ticket_price>", item.price_words())
            }
        };
        format!(
            "<item><title>{}</title><link>https://house.example/event/{}/</link><pubDate>Mon, 02 Mar 2026 10:00:00 +0000</pubDate><guid isPermaLink=\"false\">https://house.example/?p={}</guid><enclosure url=\"{}\" length=\"1\" type=\"image/jpeg\"/><description><![CDATA[At the house.]]></description>{price}<event_listing:start_date><![CDATA[{}]]></event_listing:start_date></item>",
            esc(&item.titled()),
            item.slug,
            item.key,
            item.image(),
            item.face.start.format("%Y-%m-%d %H:%M:%S"),
        )
    };
    let items: String = listing.items.iter().map(item).collect();
    Body {
        kind: "application/rss+xml; charset=utf-8",
        text: format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><rss version=\"2.0\" xmlns:event_listing=\"https://house.example\"><channel><title>{} events</title><link>https://house.example/</link><description>What is on</description>{items}</channel></rss>",
            esc(&listing.venue.name)
        ),
    }
}
