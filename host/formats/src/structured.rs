//! An event as plain JSON, for the formats that carry what they have no names for as an object of one's own.

use marquee_model::{AgeRestriction, EventTime, PriceKind, Role, Status};
use serde_json::{Map, Value, json};

use crate::{FeedEvent, clean, words};

/// The word of a status, as the JSON interface has it.
pub(crate) const fn status_word(status: Status) -> &'static str {
    match status {
        Status::Scheduled => "scheduled",
        Status::Cancelled => "cancelled",
        Status::Postponed => "postponed",
        Status::Rescheduled => "rescheduled",
        Status::Moved => "moved",
        Status::SoldOut => "sold_out",
    }
}

/// The word of a role, as the JSON interface has it.
pub(crate) const fn role_word(role: Role) -> &'static str {
    match role {
        Role::Headliner => "headliner",
        Role::Support => "support",
        Role::Dj => "dj",
        Role::Host => "host",
        Role::Performer => "performer",
    }
}

/// The word of a kind of price, as the JSON interface has it.
pub(crate) const fn price_word(kind: PriceKind) -> &'static str {
    match kind {
        PriceKind::Fixed => "fixed",
        PriceKind::Range => "range",
        PriceKind::From => "from",
        PriceKind::Free => "free",
        PriceKind::Donation => "donation",
        PriceKind::PayWhatYouCan => "pay_what_you_can",
        PriceKind::Unknown => "unknown",
    }
}

/// A time, three ways; a time that is not known is null.
fn time(time: &EventTime) -> Value {
    json!({
        "date": time.date,
        "time": time.time.map(|clock| clock.format("%H:%M:%S").to_string()),
        "zone": time.zone.name(),
        "utc": time.utc,
        "precision": if time.time.is_some() { "minute" } else { "day" },
    })
}

/// Everything but the description, in the interface's own words.
pub(crate) fn properties(event: &FeedEvent) -> Map<String, Value> {
    let mut map = Map::new();
    let mut put = |name: &str, value: Value| {
        map.insert(name.to_owned(), value);
    };
    put("id", json!(event.id));
    put("title", json!(clean::line(&event.title)));
    put("status", json!(status_word(event.standing.status)));
    put("status_since", json!(event.standing.since));
    put("status_evidence", json!(clean::line(&event.standing.evidence)));
    put("presumed", json!(event.standing.presumed));
    put("missing_since", json!(event.standing.missing_since));
    put("start", time(&event.start));
    put("doors", event.doors.as_ref().map_or(Value::Null, time));
    put("end", event.end.as_ref().map_or(Value::Null, time));
    put("previous_starts", event.earlier_starts.iter().map(time).collect());
    put("performers", performers(event));
    put("price", price(event));
    put("age", age(event.age));
    put("genres", event.genres.iter().map(|genre| json!(clean::line(genre))).collect());
    put("venue", json!({ "id": event.venue.id, "name": clean::line(&event.venue.name) }));
    put("room", json!(event.room.as_deref().map(clean::line)));
    put("elsewhere", json!(event.elsewhere.as_deref().map(clean::line)));
    put("where", json!(words::place(event)));
    put("url", json!(event.page.as_str()));
    put("event_url", json!(event.event_url));
    put("ticket_url", json!(event.ticket_url));
    put("image_url", json!(event.image_url));
    put("announced_at", json!(event.announced_at));
    put("updated_at", json!(event.updated_at));
    put("revision", json!(event.revision));
    map
}

fn performers(event: &FeedEvent) -> Value {
    let act = |act: &marquee_model::Performer| json!({ "name": clean::line(&act.name), "role": role_word(act.role), "billing": act.billing });
    event.performers.iter().map(act).collect()
}

fn price(event: &FeedEvent) -> Value {
    let Some(price) = &event.price else { return Value::Null };
    json!({
        "kind": price_word(price.kind),
        "min": price.min.map(|amount| amount.to_string()),
        "max": price.max.map(|amount| amount.to_string()),
        "currency": price.currency.map(marquee_model::Currency::code),
    })
}

fn age(age: Option<AgeRestriction>) -> Value {
    match age {
        None => Value::Null,
        Some(AgeRestriction::AllAges) => json!({ "all_ages": true, "minimum": null }),
        Some(AgeRestriction::Minimum(years)) => json!({ "all_ages": false, "minimum": years }),
    }
}
