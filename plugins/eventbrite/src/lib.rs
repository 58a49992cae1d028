//! Events of Eventbrite: the API's lists, and the pages of organizers (see README.md).

mod event;
mod found;

use marquee_sdk::{
    Configuration, Description, ExtractError, Extraction, Extractor, Listing, Page, Severity, Value, address,
    ics::{Placed, Zones, moments},
    prose::Wanted,
    schema_org::{self, Offsets},
};

use crate::found::Found;

/// The plugin.
pub struct Eventbrite;

/// The kind of the further pages.
const NEXT: &str = "next";

impl Extractor for Eventbrite {
    fn describe() -> Description {
        Description::new(
            "eventbrite",
            env!("CARGO_PKG_VERSION"),
            "Events of Eventbrite, by its API or an organizer's page.",
        )
        .reads(&[
            "API v3: events of an organization, an organizer or a venue, with `expand`",
            "organizers' pages, by the data that they embed",
        ])
        .configuration(include_str!("configuration.json"))
    }

    fn extract(page: &Page) -> Result<Extraction, ExtractError> {
        let mut listing = Listing::new();
        let configuration = page.configuration();
        if let Ok(answer) = page.json() {
            let found = found::in_answer(&answer);
            read(&mut listing, page, &configuration, &found.events)?;
            ask_for_more(&mut listing, page, &answer);
            say_empty(&mut listing, &found, &answer.filled("/pagination/object_count").unwrap_or_default());
            if let Some(words) = answer.first_filled(&["/error_description", "/error/description", "/error"]) {
                listing.elsewhere(&format!("an error answer: `{words}`"));
            }
            return listing.finish("no `/events` in the answer, and no error that the API tells");
        }
        let found = found::in_page(page)?;
        read(&mut listing, page, &configuration, &found.events)?;
        say_empty(&mut listing, &found, "0");
        if found.events.is_empty() {
            published(&mut listing, page, &configuration)?;
        }
        let document = page.document()?;
        let empty =
            "[data-testid*='empty' i], [data-testid*='no-events' i], [class*='empty-state'], [class*='no-events']";
        listing.nothing_on(&document, empty, Listing::NOTHING_ON)?;
        listing.disguise(&document)?;
        listing.finish("no `__SERVER_DATA__` or `__NEXT_DATA__` with events, and no schema.org event")
    }
}

fn read(
    listing: &mut Listing,
    page: &Page,
    configuration: &Configuration,
    events: &[Value],
) -> Result<(), ExtractError> {
    let wanted = Wanted::of(configuration);
    let (mut hidden, mut unwanted, mut elsewhere) = (0, 0, 0);
    let mut chosen = Vec::new();
    for item in events {
        let title = event::title(item).unwrap_or_default();
        if event::is_hidden(item) {
            hidden += 1;
        } else if !wanted.wants(&title, None) || (event::is_online(item) && !configuration.flag("online")) {
            unwanted += 1;
        } else if !wanted.wants(&title, event::venue(item).as_deref()) {
            elsewhere += 1;
        } else {
            chosen.push(item);
        }
    }
    for (count, code, what) in [
        (hidden, "private-events", "are private, drafts, or parents of a series"),
        (unwanted, "entries-skipped", "are online, or not wanted by title"),
        (elsewhere, "events-elsewhere", "are at other venues"),
    ] {
        if count > 0 {
            listing.remark(Severity::Info, code, &format!("{count} {what}"));
        }
    }
    if chosen.is_empty() && elsewhere > 0 {
        let what = format!("an event at the locations configured, among {elsewhere}");
        return Err(ExtractError::missing(&what, "venue/name"));
    }
    if chosen.is_empty() && !events.is_empty() {
        listing.empty(&format!("{} events, none of them public and wanted", events.len()), "events");
    }
    let zones = Zones::own(&page.facts().zone);
    let times: Vec<[Option<Placed>; 3]> = chosen
        .iter()
        .map(|item| ["start", "end", "doors"].map(|which| event::placed(item, which, &page.facts().zone)))
        .collect();
    let flat: Vec<Placed> = times.iter().flatten().flatten().cloned().collect();
    let mut read = moments(&flat, &zones).into_iter();
    for (item, times) in chosen.into_iter().zip(times) {
        let [start, end, doors] = times.map(|placed| placed.and_then(|_| read.next()));
        listing.event(event::of(item, start, end.and_then(Result::ok), doors.and_then(Result::ok), configuration)?);
    }
    Ok(())
}

/// Asks for the next page as the API wants it asked for.
fn ask_for_more(listing: &mut Listing, page: &Page, answer: &Value) {
    if !answer.flag("/pagination/has_more_items") {
        return;
    }
    let url = &page.facts().url;
    if let Some(token) = answer.filled("/pagination/continuation") {
        listing.follow(&address::with_parameter(url, "continuation", &token), NEXT, None);
    } else if let Some(number) = answer.integer("/pagination/page_number") {
        listing.follow(&address::with_parameter(url, "page", &number.saturating_add(1).to_string()), NEXT, None);
    }
}

/// The page's own list of coming events is there, and empty.
fn say_empty(listing: &mut Listing, found: &Found, count: &str) {
    if let Some(place) = found.empty.as_ref().filter(|_| listing.is_empty() && found.events.is_empty()) {
        listing.empty(&format!("{count} events: []"), place);
    }
}

/// What a page publishes for search engines: less than what it embeds, and all there is on some.
fn published(listing: &mut Listing, page: &Page, configuration: &Configuration) -> Result<(), ExtractError> {
    let wanted = Wanted::of(configuration);
    let events = schema_org::events(&page.structured_data()?, Offsets::Kept)?;
    let all = events.len();
    for one in events {
        let place = one.locations.first().map(String::as_str);
        if wanted.wants(one.event.title().unwrap_or_default(), place) {
            let key = one.url.as_deref().and_then(event::number).or_else(|| one.url.clone());
            listing.event(one.event.ticket_url(one.url.as_deref()).key(key));
        }
    }
    if listing.is_empty() && all > 0 {
        let what = format!("an event wanted by title and location, among {all}");
        return Err(ExtractError::missing(&what, "location/name"));
    }
    Ok(())
}

marquee_sdk::export!(Eventbrite);
