//! AdmitOne: the listing that venue sites embed, and the events that others put on there, its "community" (see README.md).

use marquee_sdk::{
    Configuration, DateHints, Description, Event, ExtractError, Extraction, Extractor, Kind, Listing, Page, ReadDate,
    Severity, Status, Value, capture_each, clean, plain_text, read_dates, read_dates_with,
};

/// The plugin.
pub struct AdmitOne;

/// The interface of the community's events, and their own pages.
const COMMUNITY_API: &str = "https://graphql.admitone.com/";
const COMMUNITY_PAGES: &str = "https://community.admitone.com/events/";
/// The kind of its pages; the context is the number of events to skip.
const COMMUNITY: &str = "community";
/// Community events that are asked for at once: a venue is seen to have a few dozen.
const PAGE_SIZE: u64 = 100;
const EVENTS: &str = "/events";
const ITEMS: &str = "/data/events/items";
const LAYOUT: &str = "neither `events` nor `data.events.items`, as AdmitOne's interfaces answer";

const QUERY: &str = "query VenueEvents($skip: Int!, $take: Int!, $eventGroupTag: String) { \
    events(skip: $skip, take: $take, eventGroupTag: $eventGroupTag) { \
    items { id title timezone startDate status presentedByName address { businessName city } } skip take total } }";

impl Extractor for AdmitOne {
    fn describe() -> Description {
        Description::new(
            "admit-one",
            env!("CARGO_PKG_VERSION"),
            "Venues that sell by AdmitOne, by its interface for embedded listings.",
        )
        .reads(&["answers of `live-events`", "answers of the community's interface"])
        .configuration(include_str!("configuration.json"))
    }

    fn extract(page: &Page) -> Result<Extraction, ExtractError> {
        let configuration = page.configuration();
        let mut listing = Listing::new();
        if page.is(Page::START) {
            listing.onward();
            listing.follow(&page.facts().url, Page::LISTING, None);
            return listing.finish(LAYOUT);
        }
        if let Some(tag) = configuration.text("community").filter(|_| page.is(Page::LISTING)) {
            ask(&mut listing, &tag, 0);
        }
        let Ok(answer) = page.json() else {
            listing.disguise(&page.document()?)?;
            return listing.finish(LAYOUT);
        };
        if answer.at("/data/events").is_some_and(|events| events.kind() == Kind::Object) {
            community(&mut listing, page, &configuration, &answer)?;
        } else {
            sold(&mut listing, &configuration, &answer)?;
        }
        if let Some(message) = refusal(&answer) {
            if listing.is_empty() {
                listing.elsewhere(&format!("an error of the interface: {message}"));
            } else {
                listing.leave_out("events", &message, "the interface reports an error beside the events");
            }
        }
        listing.finish(LAYOUT)
    }
}

/// The words of an answer that is an error. A bare `message` is one only where there is little beside it.
fn refusal(answer: &Value) -> Option<String> {
    const FEW: usize = 4; // status code, error, message, time
    let told = answer.first_filled(&["/errors/0/message", "/error/message", "/error"]);
    told.or_else(|| answer.filled("/message").filter(|_| answer.keys("").len() <= FEW && answer.at("/data").is_none()))
}

fn ask(listing: &mut Listing, tag: &str, skip: u64) {
    let body = format!(
        "{{\"query\":{},\"variables\":{{\"skip\":{skip},\"take\":{PAGE_SIZE},\"eventGroupTag\":{}}}}}",
        Value::quote(QUERY),
        Value::quote(tag)
    );
    listing.follow_post(COMMUNITY_API, "application/json", &body, COMMUNITY, Some(&skip.to_string()));
}

/// The events that the venue sells.
fn sold(listing: &mut Listing, configuration: &Configuration, answer: &Value) -> Result<(), ExtractError> {
    let items = answer.items(EVENTS);
    let wanted: Vec<String> = configuration.texts("venues").iter().map(|name| name.to_lowercase()).collect();
    // Doors are what the interface has for a time: when the show begins is not said.
    let text = |item: &Value| {
        let day = item.filled("/event_date").unwrap_or_default();
        item.filled("/doors").map_or_else(|| day.clone(), |doors| format!("{day} Doors: {doors}"))
    };
    let dates = read_dates(items.iter().map(text).collect());
    let urls: Vec<String> = items.iter().map(|item| item.filled("/url").unwrap_or_default()).collect();
    // `/events/moony-toronto-9660223`: the number stays when the words change.
    let numbers = capture_each(r"-(\d{4,})/?(?:[?#]|$)", &urls)?;
    let paths = capture_each(r"^(?:https?://[^/]+)?(/[^?#]+)", &urls)?;
    let mut elsewhere = 0_usize;
    for (((item, date), number), path) in items.iter().zip(&dates).zip(numbers).zip(paths) {
        let place = item.filled("/venue").unwrap_or_default().to_lowercase();
        if !wanted.is_empty() && !wanted.iter().any(|name| place.contains(name)) {
            elsewhere += 1;
            continue;
        }
        let status = if item.flag("/cancelled") {
            Some(Status::Cancelled)
        } else {
            item.flag("/sold_out").then_some(Status::SoldOut)
        };
        listing.event(
            Event::new(item.filled("/title").map(|title| clean(&title)))
                .key(number.or(path))
                .when(date)
                .status(status)
                .price_words(item.filled("/price_range"))
                .age_words(item.filled("/age_limit"))
                .ticket_url(item.filled("/url"))
                .image_url(item.filled("/event_image"))
                .description(item.filled("/description").map(|words| plain_text(&words)).transpose()?),
        );
    }
    if elsewhere > 0 {
        listing.remark(Severity::Info, "other-venues", &format!("{elsewhere} events are at other venues"));
        if listing.is_empty() {
            return Err(ExtractError::missing(&format!("an event at a configured venue, among {elsewhere}"), "/venue"));
        }
    }
    if items.is_empty() && answer.at(EVENTS).is_some_and(|events| events.kind() == Kind::Array) {
        if configuration.text("community").is_some() {
            listing.onward(); // the community's events are still to come
        } else {
            listing.empty("\"events\": []", EVENTS);
        }
    }
    Ok(())
}

/// The events that others put on there. Their times are instants.
fn community(
    listing: &mut Listing,
    page: &Page,
    configuration: &Configuration,
    answer: &Value,
) -> Result<(), ExtractError> {
    let items = answer.items(ITEMS);
    let starts = items.iter().map(|item| item.filled("/startDate").unwrap_or_default()).collect();
    let dates: Vec<ReadDate> = read_dates_with(starts, &DateHints::alone());
    let mut unpublished = 0_usize;
    for (item, date) in items.iter().zip(&dates) {
        let status = match item.filled("/status").unwrap_or_default().to_lowercase().as_str() {
            "cancelled" | "canceled" => Some(Status::Cancelled),
            "postponed" => Some(Status::Postponed),
            "soldout" | "sold_out" | "sold out" => Some(Status::SoldOut),
            "draft" | "unpublished" | "archived" | "deleted" => {
                unpublished += 1;
                continue;
            }
            _ => None,
        };
        let id = item.filled("/id");
        let url = id.as_ref().map(|id| format!("{COMMUNITY_PAGES}{id}"));
        listing.event(
            Event::new(item.filled("/title").map(|title| clean(&title)))
                .key(id)
                .when(date)
                .status(status)
                .ticket_url(url),
        );
    }
    if unpublished > 0 {
        listing.remark(Severity::Info, "entries-skipped", &format!("{unpublished} entries are not published"));
    }
    let skipped = page.facts().context.as_deref().and_then(|skip| skip.parse::<u64>().ok()).unwrap_or(0);
    let seen = skipped.saturating_add(u64::try_from(items.len()).unwrap_or(u64::MAX));
    let total = answer.integer("/data/events/total").and_then(|total| u64::try_from(total).ok());
    if let Some(tag) = configuration.text("community")
        && !items.is_empty()
        && total.is_some_and(|total| seen < total)
    {
        ask(listing, &tag, seen);
    }
    if items.is_empty() && answer.at(ITEMS).is_some_and(|items| items.kind() == Kind::Array) {
        listing.empty("\"items\": []", ITEMS);
    } else if unpublished == items.len() {
        listing.empty("\"status\": \"Draft\", or the like, in every entry", ITEMS);
    }
    Ok(())
}

marquee_sdk::export!(AdmitOne);
