//! Squarespace's JSON: an array (`GetItemsByMonth`), or a collection with `upcoming`, `past` or `items`.

use marquee_sdk::{Event, ExtractError, Kind, Listing, Moment, Page, ReadDate, Value, clean, plain_text};

/// Where the items of an answer stand.
const LISTS: &[&str] = &["/upcoming", "/past", "/items"];

/// The events of an answer, each once although a collection may name it twice.
pub(crate) fn events(answer: &Value) -> Result<Vec<Event>, ExtractError> {
    let mut items = match answer.kind() {
        Kind::Array => answer.items(""),
        _ => LISTS.iter().flat_map(|list| answer.items(list)).collect(),
    };
    if items.is_empty() {
        items = answer.each("/item"); // a single event's page
    }
    let mut ids: Vec<String> = Vec::new();
    let mut events = Vec::with_capacity(items.len());
    for item in items {
        let Some(starts) = item.integer("/startDate").or_else(|| item.integer("/structuredContent/startDate")) else {
            continue; // blog posts and products have none
        };
        let id = item.filled("/id");
        if id.as_ref().is_some_and(|id| ids.contains(id)) {
            continue;
        }
        ids.extend(id.clone());
        events.push(event(&item, id, starts)?);
    }
    Ok(events)
}

fn event(item: &Value, id: Option<String>, starts: i64) -> Result<Event, ExtractError> {
    let ends = item.integer("/endDate").or_else(|| item.integer("/structuredContent/endDate"));
    let words = item.first_filled(&["/excerpt", "/body"]).map(|words| plain_text(&words)).transpose()?;
    let image =
        item.filled("/assetUrl").filter(|_| item.filled("/contentType").is_some_and(|kind| kind.starts_with("image/")));
    let mut event = Event::new(item.filled("/title").map(|title| clean(&title)))
        .key(id)
        .when(&ReadDate::of(&starts.to_string(), Moment::Instant(starts)))
        .end(ends.filter(|&ends| ends > starts).map(Moment::Instant))
        .event_url(item.filled("/fullUrl"))
        .ticket_url(item.filled("/sourceUrl"))
        .image_url(image)
        .description(words.filter(|words| !words.is_empty()));
    for tag in item.texts("/tags") {
        event = event.genre(tag);
    }
    Ok(event)
}

/// An answer that is a list of events and has none says so itself: by the empty array that a month without events is.
pub(crate) fn nothing_on(listing: &mut Listing, page: &Page, answer: &Value) {
    if !listing.is_empty() {
        return;
    }
    let by_month = page.facts().context.is_some() || page.configuration().text("collection").is_some();
    let is_month = page.is(super::MONTH) || by_month || page.facts().url.contains("GetItemsByMonth");
    if answer.kind() == Kind::Array && answer.items("").is_empty() && is_month {
        listing.empty("[]", "");
    }
    // `upcoming` is what tells an event collection from a blog's.
    let lists_events = answer.at("/upcoming").is_some_and(|list| list.kind() == Kind::Array);
    if lists_events && LISTS.iter().all(|list| answer.items(list).is_empty()) {
        listing.empty("\"upcoming\": []", "/upcoming");
    }
    if let Some(message) = answer.first_filled(&["/error", "/error/message"]) {
        listing.elsewhere(&format!("an error of the site's interface: {message}"));
    }
}
