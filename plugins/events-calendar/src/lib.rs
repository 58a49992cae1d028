//! The Events Calendar, the plugin of many WordPress sites: its pages (list, day, month, photo, the older list of version 1) and
//! its REST answers (see README.md).

mod found;
mod markup;
mod rest;

use marquee_sdk::{
    Description, Element, Event, ExtractError, Extraction, Extractor, Listing, Page, Syntax, capture_each, schema_org,
    schema_org::Offsets, template,
};

use crate::found::Found;

/// The plugin.
pub struct EventsCalendar;

/// The kind of the further pages of the listing.
const NEXT: &str = "next";
/// The kind of an event's own page.
const DETAIL: &str = "detail";
/// What every page of the calendar has, whatever its view and theme.
const VIEW: &str = ".tribe-events-view, #tribe-events, .tribe-events-calendar-list, .tribe-events-loop, #tribe-events-content, .fusion-events-shortcode";
/// What at least one element of a page has that the calendar made, in a theme's own frame as well.
const MARK: &str = "[class*=tribe-events], .type-tribe_events, .fusion-events-post";
/// Where the calendar says that nothing is on.
const NOTICES: &str = ".tribe-events-c-messages__message, .tribe-events-notices, .fusion-events-shortcode .no-events";
/// Events gone by, shown where nothing is coming up.
const LATEST_PAST: &str = ".tribe-events-calendar-latest-past, .tribe-events-calendar-latest-past__event";
/// The link to the next page, in the views of version 2 and in the older ones.
const NEXT_LINK: &str = "a.tribe-events-c-nav__next, .tribe-events-nav-next a, a.tribe-events-nav-next";

impl Extractor for EventsCalendar {
    fn describe() -> Description {
        Description::new(
            "events-calendar",
            env!("CARGO_PKG_VERSION"),
            "WordPress sites with The Events Calendar, by their pages or their REST interface.",
        )
        .reads(&[
            "list, day, month and photo views of version 5 and later",
            "the list of earlier versions, and Avada's event blocks",
            "/wp-json/tribe/events/v1/events",
        ])
        .configuration(include_str!("configuration.json"))
    }

    fn extract(page: &Page) -> Result<Extraction, ExtractError> {
        let mut listing = Listing::new();
        if let Ok(answer) = page.json() {
            let found = rest::events(&answer)?;
            collect(&mut listing, page, found)?;
            if let Some(url) = answer.filled("/next_rest_url") {
                listing.follow(&url, NEXT, None);
            }
            rest::nothing_on(&mut listing, &answer);
            return listing.finish("the JSON has no `events` with `title` and `start_date`");
        }
        let document = page.document()?;
        let found = on_page(page, &document)?;
        collect(&mut listing, page, found)?;
        if !page.is(DETAIL) {
            ask_for_next(&mut listing, page, &document)?;
            ask_for_details(&mut listing, page);
        }
        if document.has(VIEW)? {
            listing.nothing_on(&document, NOTICES, &[])?;
        }
        listing.disguise(&document)?;
        listing.finish(
            "no event in the calendar's list, month or JSON-LD, and no notice of the calendar that nothing is on",
        )
    }
}

fn ignored(page: &Page) -> bool {
    page.configuration().text("offsets").as_deref() == Some("ignored")
}

/// The events of a page. The list tells which there are; the JSON-LD beside it has their exact times. A month has cells of days
/// gone by and of its neighbours, so there the JSON-LD decides.
fn on_page(page: &Page, document: &Element) -> Result<Vec<Found>, ExtractError> {
    // Other calendars publish JSON-LD, too: without a mark of this one the page has been changed into another.
    if document.has(LATEST_PAST)? || !(document.has(VIEW)? || document.has(MARK)?) {
        return Ok(Vec::new());
    }
    let offsets = if ignored(page) { Offsets::Ignored } else { Offsets::Kept };
    let mut items = page.structured_data()?;
    items.retain(|item| item.syntax == Syntax::JsonLd);
    let published: Vec<Found> = schema_org::events(&items, offsets)?.into_iter().map(Found::published).collect();
    if page.is(DETAIL) {
        return markup::detail(document, published);
    }
    let listed = markup::listed(document)?;
    Ok(match (listed.is_empty(), published.is_empty()) {
        (false, _) => found::merge(listed, published),
        (true, false) => published,
        (true, true) => markup::month(document)?,
    })
}

/// Hands the events on: those of the configured venues, with the configured part of their titles.
fn collect(listing: &mut Listing, page: &Page, mut found: Vec<Found>) -> Result<(), ExtractError> {
    let configuration = page.configuration();
    let venues: Vec<String> = configuration.texts("venues").iter().map(|name| name.to_lowercase()).collect();
    let all = found.len();
    if !venues.is_empty() {
        found.retain(|one| one.is_at(&venues));
        if all > 0 && found.is_empty() {
            return Err(ExtractError::missing(&format!("an event at a configured venue, among {all}"), "venue"));
        }
    }
    if let Some(pattern) = configuration.text("title") {
        let titles: Vec<String> = found.iter().map(|one| one.event.title().unwrap_or_default().to_owned()).collect();
        for (one, title) in found.iter_mut().zip(capture_each(&pattern, &titles)?) {
            one.event.retitle(title);
        }
    }
    for Found { event, url, .. } in found {
        // WordPress gives each night of a series its own address, so it is the key.
        let event: Event = event.key(url.as_deref().map(path_of));
        listing.event(event);
    }
    Ok(())
}

/// The path of an address: stable when a site moves to https or to another host name.
fn path_of(url: &str) -> &str {
    let after_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    after_scheme.find('/').and_then(|at| after_scheme.get(at..)).unwrap_or(url)
}

fn ask_for_next(listing: &mut Listing, page: &Page, document: &Element) -> Result<(), ExtractError> {
    let configuration = page.configuration();
    let url = &page.facts().url;
    let next = match configuration.text("next_page") {
        Some(pages) => template::next_page(&pages, url, configuration.number("last_page")),
        None => document.url_of(NEXT_LINK, "href")?,
    };
    if let Some(next) = next.filter(|next| next != url) {
        listing.follow(&next, NEXT, None);
    }
    Ok(())
}

fn ask_for_details(listing: &mut Listing, page: &Page) {
    if page.configuration().flag("details") {
        for url in listing.event_urls() {
            listing.follow(&url, DETAIL, None);
        }
    }
}

marquee_sdk::export!(EventsCalendar);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_outlives_a_change_of_host_name() {
        assert_eq!(path_of("https://venue.example/event/moon/2026-05-01/"), "/event/moon/2026-05-01/");
        assert_eq!(path_of("http://www.venue.example/event/moon/"), "/event/moon/");
        assert_eq!(path_of("/event/moon/"), "/event/moon/");
    }
}
