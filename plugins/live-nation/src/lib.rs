//! Live Nation's GraphQL interface, from which the sites of its venues take their listings (see README.md).

use marquee_sdk::{
    Configuration, Description, Event, ExtractError, Extraction, Extractor, Follow, Header, Kind, Listing, Method,
    Moment, Page, PostBody, ReadDate, Role, Severity, Status, Value, clean, plain_text,
};

/// The plugin.
pub struct LiveNation;

/// Events that are asked for at once, unless the source says otherwise: the most that a venue's own site is seen to ask for.
const PAGE_SIZE: usize = 72;
/// The kind of the further pages; the context of every request is its offset.
const NEXT: &str = "next";
/// Where the events stand.
const EVENTS: &str = "/data/getEvents";
const LAYOUT: &str = "no array `data.getEvents`, as Live Nation's interface answers";

impl Extractor for LiveNation {
    fn describe() -> Description {
        Description::new(
            "live-nation",
            env!("CARGO_PKG_VERSION"),
            "Venues of Live Nation, by the GraphQL interface of their sites.",
        )
        .reads(&["answers of `getEvents`"])
        .configuration(include_str!("configuration.json"))
    }

    fn extract(page: &Page) -> Result<Extraction, ExtractError> {
        let configuration = page.configuration();
        let mut listing = Listing::new();
        if page.is(Page::START) {
            listing.onward();
            ask(&mut listing, page, &configuration, Page::LISTING, 0)?;
            return listing.finish(LAYOUT);
        }
        let Ok(answer) = page.json() else {
            listing.disguise(&page.document()?)?;
            return listing.finish(LAYOUT);
        };
        let items = answer.items(EVENTS);
        let unwanted: Vec<String> = configuration.texts("not_titles").iter().map(|text| text.to_lowercase()).collect();
        let venue = configuration.text("venue_id");
        let mut skipped = 0_usize;
        for item in &items {
            let event = event(item, venue.as_deref())?;
            let title = event.title().unwrap_or_default().to_lowercase();
            if unwanted.iter().any(|text| title.contains(text)) {
                skipped += 1;
            } else {
                listing.event(event);
            }
        }
        if skipped > 0 {
            let message = format!("{skipped} entries are no events by `not_titles`");
            listing.remark(Severity::Info, "entries-skipped", &message);
        }
        // An offset says that we asked, and so for how many: a full page may have one behind it.
        if let Some(offset) = page.facts().context.as_deref().and_then(|offset| offset.parse::<usize>().ok())
            && items.len() >= page_size(&configuration)
        {
            ask(&mut listing, page, &configuration, NEXT, offset.saturating_add(items.len()))?;
        }
        if let Some(message) = answer.filled("/errors/0/message") {
            if items.is_empty() {
                listing.elsewhere(&format!("an error of the interface: {message}"));
            } else {
                listing.leave_out("events", &message, "the interface reports an error beside the events");
            }
        } else if items.is_empty() && answer.at(EVENTS).is_some_and(|events| events.kind() == Kind::Array) {
            listing.empty("\"getEvents\": []", EVENTS);
        }
        listing.finish(LAYOUT)
    }
}

fn page_size(configuration: &Configuration) -> usize {
    configuration.number("page_size").and_then(|size| usize::try_from(size).ok()).unwrap_or(PAGE_SIZE)
}

/// Asks for the events from an offset on.
fn ask(
    listing: &mut Listing,
    page: &Page,
    configuration: &Configuration,
    kind: &str,
    offset: usize,
) -> Result<(), ExtractError> {
    let venue = configuration
        .text("venue_id")
        .ok_or_else(|| ExtractError::missing("the setting `venue_id`, without which nothing can be asked for", ""))?;
    let size = page_size(configuration);
    let query = format!(
        "query Events($venue_id: String!, $offset: Int!) {{ \
           getEvents(filter: {{venue_id: $venue_id}}, limit: {size}, offset: $offset, order: \"ascending\", \
             sort_by: \"start_date\") {{ \
             discovery_id name url type genre important_info \
             event_date event_time event_end_date event_end_time event_status_code \
             artists {{ name genre }} images {{ fallback image_url }} venue {{ discovery_id name }} }} }}"
    );
    let body = format!(
        "{{\"query\":{},\"variables\":{{\"venue_id\":{},\"offset\":{offset}}}}}",
        Value::quote(&query),
        Value::quote(&venue)
    );
    let key = configuration.text("api_key");
    listing.ask(Follow {
        method: Method::Post(PostBody { content_type: "application/json".to_owned(), body }),
        url: page.facts().url.clone(),
        headers: key.into_iter().map(|value| Header { name: "x-api-key".to_owned(), value }).collect(),
        kind: kind.to_owned(),
        context: Some(offset.to_string()),
    });
    Ok(())
}

fn event(item: &Value, own_venue: Option<&str>) -> Result<Event, ExtractError> {
    let day = item.filled("/event_date").unwrap_or_default();
    let time = item.filled("/event_time");
    let date = Moment::on(&day, clock(time.as_deref()))
        .map_or_else(|| ReadDate::unreadable(&day, "it is no day"), |start| ReadDate::of(&day, start));
    let last_time = item.filled("/event_end_time");
    let end = match item.filled("/event_end_date") {
        Some(last) => Moment::on(&last, clock(last_time.as_deref())).filter(|_| last != day || last_time.is_some()),
        None => clock(last_time.as_deref()).and_then(|time| Moment::on(&day, Some(time))),
    };
    let status = match item.filled("/event_status_code").unwrap_or_default().to_lowercase().as_str() {
        "cancelled" | "canceled" => Some(Status::Cancelled),
        "postponed" => Some(Status::Postponed),
        "rescheduled" => Some(Status::Rescheduled),
        "moved" => Some(Status::Moved),
        _ => None, // `offsale` is also what is not yet on sale
    };
    let artists = item.items("/artists");
    let images = item.items("/images");
    // The stand-in of a genre is a picture of nothing.
    let image = images.iter().find(|image| !image.flag("/fallback")).and_then(|image| image.filled("/image_url"));
    let elsewhere = own_venue
        .zip(item.filled("/venue/discovery_id"))
        .filter(|(own, there)| own != there)
        .and_then(|_| item.filled("/venue/name"));
    let words = item.filled("/important_info").map(|words| plain_text(&words)).transpose()?;
    let genre = item.filled("/genre").or_else(|| artists.first().and_then(|artist| artist.filled("/genre")));
    let mut event = Event::new(item.filled("/name").map(|name| clean(&name)))
        .key(item.first_filled(&["/discovery_id", "/tm_id"]))
        .when(&date)
        .end(end)
        .status(status)
        .ticket_url(item.filled("/url"))
        .image_url(image)
        .genre(genre)
        .venue(elsewhere)
        .description(words);
    for (place, artist) in artists.iter().enumerate() {
        let role = if place == 0 { Role::Headliner } else { Role::Support };
        event = event.performer(artist.filled("/name").map(|name| clean(&name)), role);
    }
    Ok(event)
}

/// The time of day. A second after midnight is how the interface writes "none": passes for several days, times to come.
fn clock(time: Option<&str>) -> Option<&str> {
    time.filter(|time| !time.starts_with("00:00:0"))
}

marquee_sdk::export!(LiveNation);
