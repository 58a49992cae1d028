//! An event of Eventbrite, in the form of its API or of its pages.

use marquee_sdk::{
    Amounts, Configuration, Event, ExtractError, Moment, Price, PriceKind, ReadDate, Status, Value, clean,
    ics::{Placed, Stamp},
    plain_text,
    prose::place_name,
};

pub(crate) fn title(item: &Value) -> Option<String> {
    item.first_filled(&["/name/text", "/name/html", "/name"]).map(|name| clean(&name))
}

pub(crate) fn venue(item: &Value) -> Option<String> {
    item.first_filled(&["/venue/name", "/primary_venue/name"])
}

pub(crate) fn is_online(item: &Value) -> bool {
    (item.flag("/online_event") || item.flag("/is_online_event")) && venue(item).is_none()
}

/// What is not for everybody, not yet or not itself an evening.
pub(crate) fn is_hidden(item: &Value) -> bool {
    let is = |pointer: &str, wanted: &str| item.text(pointer).as_deref() == Some(wanted);
    is("/listed", "false")
        || item.flag("/invite_only")
        || item.flag("/is_protected_event")
        || is("/privacy_setting", "locked")
        || is("/status", "draft")
        || item.flag("/is_series_parent")
}

/// A time, in the form that needs no zone where there is one.
pub(crate) fn placed(item: &Value, which: &str, own_zone: &str) -> Option<Placed> {
    if which == "end" && item.flag("/hide_end_date") {
        return None;
    }
    if which == "doors" {
        // The documentation's own example has a hyphen too many.
        let text = item.filled("/music_properties/door_time")?.replace("T-", "T");
        return Some((Stamp::parse(&text)?, item.filled("/start/timezone")));
    }
    let zone = item.first_filled(&[&format!("/{which}/timezone"), "/timezone"]);
    let local = item.filled(&format!("/{which}/local"));
    let utc = item.filled(&format!("/{which}/utc")).and_then(|text| Stamp::parse(&text));
    let is_own = zone.as_deref().is_none_or(|zone| zone == own_zone);
    if let Some(utc) = utc.filter(|_| !is_own || local.is_none()) {
        return Some((utc, None));
    }
    let day = item.filled(&format!("/{which}_date"));
    let clock = item.filled(&format!("/{which}_time"));
    let apart = day.map(|day| clock.map_or(day.clone(), |clock| format!("{day}T{clock}")));
    Some((Stamp::parse(&local.or(apart)?)?, zone))
}

/// The event. `start` is a sentence where it cannot be placed.
pub(crate) fn of(
    item: &Value,
    start: Option<Result<Moment, String>>,
    end: Option<Moment>,
    doors: Option<Moment>,
    configuration: &Configuration,
) -> Result<Event, ExtractError> {
    let raw = item.first_filled(&["/start/local", "/start/utc", "/start_date"]).unwrap_or_default();
    let start = match start {
        Some(Ok(moment)) => ReadDate::of(&raw, moment),
        Some(Err(reason)) => ReadDate::unreadable(&raw, &reason),
        None => ReadDate::unreadable(&raw, "it is no time of the form YYYY-MM-DDTHH:MM:SS"),
    };
    let url = item.filled("/url");
    let key = item.first_filled(&["/id", "/eventbrite_event_id", "/eid"]).or_else(|| url.as_deref().and_then(number));
    let description =
        item.first_filled(&["/description/html", "/description/text", "/description", "/full_description", "/summary"]);
    let place = place_name(venue(item).as_deref());
    let mut event = Event::new(title(item))
        .key(key)
        .when(&start)
        .doors(doors)
        .end(end)
        .status(status(item))
        .price(price(item))
        .age_words(item.filled("/music_properties/age_restriction").map(|words| words.replace('_', " ")))
        .ticket_url(url.as_deref())
        .event_url(url.as_deref())
        .image_url(item.first_filled(&["/logo/original/url", "/logo/url", "/image/original/url", "/image/url"]))
        .description(description.map(|words| plain_text(&words)).transpose()?);
    event = match configuration.text("location").as_deref() {
        Some("room") => event.room(place),
        Some("venue") => event.venue(place),
        _ => event,
    };
    event = event.genre(item.filled("/subcategory/name"));
    // Pages tell it among their tags.
    for tag in item.items("/tags") {
        let genre =
            tag.filled("/display_name").filter(|_| tag.text("/prefix").as_deref() == Some("EventbriteSubCategory"));
        event = event.genre(genre);
    }
    Ok(event)
}

/// The number at the end of an event's address, which is its id.
pub(crate) fn number(url: &str) -> Option<String> {
    let path = url.split(['?', '#']).next()?.trim_end_matches('/');
    let digits = path.rsplit(['-', '/']).next()?;
    (digits.len() >= 9 && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.to_owned())
}

fn status(item: &Value) -> Option<Status> {
    let word = item.filled("/status").unwrap_or_default();
    let sales = item.filled("/event_sales_status/sales_status").unwrap_or_default();
    if word.starts_with("cancel") || item.flag("/is_cancelled") || sales.starts_with("cancel") {
        return Some(Status::Cancelled);
    }
    if sales == "postponed" {
        return Some(Status::Postponed);
    }
    let sold_out = item.flag("/ticket_availability/is_sold_out") || sales == "sold_out";
    sold_out.then_some(Status::SoldOut)
}

/// The price: what the API sums up, else what the kinds of ticket cost.
fn price(item: &Value) -> Option<Price> {
    let free = Price { kind: PriceKind::Free, min: None, max: None, currency: None, text: None };
    let mut amounts = Amounts::new();
    let mut currency = item.first_filled(&[
        "/ticket_availability/minimum_ticket_price/currency",
        "/event_sales_status/currency",
        "/currency",
    ]);
    let mut donation = false;
    for pointer in ["minimum_ticket_price", "maximum_ticket_price"] {
        if let Some(amount) = item.filled(&format!("/ticket_availability/{pointer}/major_value")) {
            amounts.add_decimal(&amount);
        }
    }
    let summed = !amounts.is_empty();
    for ticket in item.items("/ticket_classes").iter().filter(|ticket| !ticket.flag("/hidden")) {
        donation |= ticket.flag("/donation");
        if summed || ticket.flag("/donation") {
            continue;
        }
        match ticket.filled("/cost/major_value") {
            Some(amount) => {
                amounts.add_decimal(&amount);
                currency = ticket.filled("/cost/currency").or(currency);
            }
            None if ticket.flag("/free") => {
                amounts.add_decimal("0");
            }
            None => {}
        }
    }
    if item.flag("/is_free") || item.flag("/ticket_availability/is_free") {
        return Some(free);
    }
    let price = amounts.price(currency);
    match price {
        // Nothing to pay, and not free, is how a donation is summed up; where no ticket says so, nothing is known.
        Some(price) if price.kind == PriceKind::Free && donation => Some(Price { kind: PriceKind::Donation, ..price }),
        Some(price) if price.kind == PriceKind::Free && summed => None,
        None if donation => Some(Price { kind: PriceKind::Donation, ..free }),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_ends_with_the_events_number() {
        assert_eq!(
            number("https://www.eventbrite.com/e/moon-tickets-712074312437?aff=x").as_deref(),
            Some("712074312437")
        );
        assert_eq!(number("https://moon.eventbrite.com/"), None);
    }
}
