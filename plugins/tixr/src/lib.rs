//! Tixr: group pages by the data they publish, answers of its interfaces, and pages that link to events at Tixr (see README.md).

mod api;
mod found;

use marquee_sdk::{
    Description, Element, Event, ExtractError, Extraction, Extractor, Item, Listing, Page, Severity, Syntax, address,
    card::{Selectors, Unseen, linked_cards},
    schema_org,
    schema_org::Offsets,
};

use crate::found::{Found, collect};

/// The plugin.
pub struct Tixr;

/// The kind of the further pages of an answer.
const NEXT: &str = "next";
/// A link to an event at Tixr, long or short.
const LINK: &str =
    "a:is([href*='tixr.com/groups/'][href*='/events/'], [href*='tixr.com/e/'], [href^='/groups/'][href*='/events/'])";
/// Where a group's page says that nothing is on.
const EMPTY: &str = "[class*='no-events' i], [class*='no-results' i], [class*='empty' i]";

impl Extractor for Tixr {
    fn describe() -> Description {
        Description::new(
            "tixr",
            env!("CARGO_PKG_VERSION"),
            "Tixr, by its group pages, its interfaces, and pages that link to it.",
        )
        .reads(&[
            "group pages and event pages at tixr.com",
            "/api/groups/.../events and Studio's /v1/groups/.../events answers",
            "pages on which every event has a link to Tixr",
        ])
        .configuration(include_str!("configuration.json"))
    }

    fn extract(page: &Page) -> Result<Extraction, ExtractError> {
        let mut listing = Listing::new();
        if page.is(Page::START) {
            match page.configuration().number("group") {
                Some(group) => {
                    let url = format!("https://www.tixr.com/api/groups/{group}/events");
                    listing.follow(&address::with_parameter(&url, "page", "1"), Page::LISTING, None);
                }
                None => listing.follow(&page.facts().url, Page::LISTING, None),
            }
            listing.onward();
            return listing.finish("nothing to ask for");
        }
        if let Ok(answer) = page.json() {
            let published = published(&schema_org::items_of(&answer))?;
            if published.is_empty() {
                return api::read(listing, page, &answer);
            }
            collect(&mut listing, page, published)?;
            return listing.finish("the JSON holds no event of Tixr");
        }
        let document = page.document()?;
        let mut items = page.structured_data()?;
        items.retain(|item| item.syntax == Syntax::JsonLd);
        let published = published(&items)?;
        if published.is_empty() {
            linked(&mut listing, page, &document)?;
        } else {
            collect(&mut listing, page, published)?;
        }
        match page.configuration().text("empty") {
            Some(place) => listing.nothing_on(&document, &place, &[])?,
            None => listing.nothing_on(&document, EMPTY, Listing::NOTHING_ON)?,
        }
        listing.disguise(&document)?;
        listing.finish("no event of Tixr in the page's data, no answer of its interfaces, and no block with a link to Tixr and a day")
    }
}

/// The events of Tixr in what a page publishes for search engines; a venue's own page may publish others.
fn published(items: &[Item]) -> Result<Vec<Found>, ExtractError> {
    let mut found: Vec<Found> = Vec::new();
    for event in schema_org::events(items, Offsets::Kept)? {
        let Some(url) = event.url.filter(|url| url.contains("tixr.com/")) else { continue };
        // A group's page names an event of several days once for each of its ticket types.
        let key = found::key_of(&url);
        if found.iter().all(|known| known.key != key) {
            found.push(Found { event: event.event, key, locations: event.locations });
        }
    }
    Ok(found)
}

/// Collects the events of a page that links to Tixr.
fn linked(listing: &mut Listing, page: &Page, document: &Element) -> Result<(), ExtractError> {
    let selectors = page.configuration().part("fields").map(|part| Selectors::of(&part)).unwrap_or_default();
    let mut found = Vec::new();
    for linked in linked_cards(document, LINK, &selectors, Unseen::default(), &page.facts().url)? {
        match linked.card {
            Some(card) => {
                let key = found::key_of(&linked.href);
                // The event's number at Tixr goes before the address that the card would be known by.
                let event = Event::new(None::<&str>).key(key.as_str()).ticket_url(&linked.href).and(card.event);
                found.push(Found { event, key, locations: Vec::new() });
            }
            None => {
                let message = "a link to Tixr stands in no block that has a title and a day";
                listing.diagnose(Severity::Info, "link-alone", message, None, Some(&linked.href));
            }
        }
    }
    collect(listing, page, found)
}

marquee_sdk::export!(Tixr);
