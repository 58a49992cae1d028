//! The calendar's REST answers: `/wp-json/tribe/events/v1/events`.

use marquee_sdk::{
    DateHints, Event, ExtractError, Listing, Moment, ReadDate, Value, clean, plain_text, read_dates_with,
};

use crate::found::Found;

/// The events of an answer. Its times are the site's wall clock, without an offset that could be wrong.
pub(crate) fn events(answer: &Value) -> Result<Vec<Found>, ExtractError> {
    let mut items = answer.items("/events");
    items.retain(|item| item.at("/start_date").is_some()); // other JSON with `events` is another platform's
    let dates = items.iter().flat_map(|item| ["/start_date", "/end_date"].map(|at| item.text(at).unwrap_or_default()));
    let mut dates = read_dates_with(dates.collect(), &DateHints::alone()).into_iter();
    let mut found = Vec::with_capacity(items.len());
    for item in &items {
        let (Some(mut start), Some(end)) = (dates.next(), dates.next()) else { break };
        let all_day = item.flag("/all_day");
        if all_day && let Some(day) = Moment::on(&start.raw, None) {
            start = ReadDate::of(&start.raw, day);
        }
        let mut event = Event::new(item.filled("/title").map(|title| clean(&title)))
            .when(&start)
            .end(end.start().filter(|_| !all_day).cloned())
            .event_url(item.filled("/url"))
            .ticket_url(item.filled("/website"))
            .image_url(item.filled("/image/url"))
            .price_words(item.filled("/cost").map(|cost| clean(&cost)))
            .status_words(item.first_filled(&["/event_status", "/status_label"]))
            .description(item.filled("/description").map(|words| plain_text(&words)).transpose()?);
        for category in item.each("/categories") {
            event = event.genre(category.filled("/name").map(|name| clean(&name)));
        }
        let venues = item.each("/venue");
        let venues = venues.iter().filter_map(|venue| venue.filled("/venue")).map(|name| clean(&name));
        found.push(Found { event, url: item.filled("/url"), venues: venues.collect() });
    }
    Ok(found)
}

/// An answer without events says so in its count, or by an error that names it.
pub(crate) fn nothing_on(listing: &mut Listing, answer: &Value) {
    if !listing.is_empty() {
        return;
    }
    let empty = answer.at("/events").is_some() && answer.items("/events").is_empty();
    if empty && let Some(total) = answer.text("/total").filter(|total| total == "0") {
        listing.empty(&format!("total: {total}"), "/total");
    } else if let Some(message) = answer.filled("/message").filter(|_| answer.at("/code").is_some()) {
        listing.elsewhere(&format!("an error of the REST interface: {message}"));
    }
}
