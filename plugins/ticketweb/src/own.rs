//! TicketWeb's own pages of a venue: their structured data, else their list.

use marquee_sdk::{
    Columns, DateHints, Element, Event, ExtractError, Page, capture,
    schema_org::{self, Offsets},
};

use crate::found::{Found, dates, number, path};

/// Whether the page is TicketWeb's own.
pub(crate) fn is(page: &Page) -> Result<bool, ExtractError> {
    Ok(capture(r"^https?://(?:[^/]+\.)?ticketweb\.[a-z.]+(?:[/?#]|$)", &page.facts().url)?.is_some())
}

pub(crate) fn events(page: &Page, document: &Element, hints: &DateHints) -> Result<Vec<Found>, ExtractError> {
    let mut found = Vec::new();
    for told in schema_org::events(&page.structured_data()?, Offsets::Kept)? {
        let url = told.url.as_deref();
        let key = number(url)?.or(path(url)?);
        found.push(Found {
            event: told.event.ticket_url(url),
            key,
            day: told.starts,
            place: told.locations.into_iter().next(),
            url: None,
        });
    }
    if !found.is_empty() {
        return Ok(found);
    }
    let mut columns = Columns::new();
    let name = columns.text(".event-name");
    let link = columns.url(".event-name a, a.media-object, a[href*='/event/']", "href");
    let day = columns.text(".event-date");
    let place = columns.text(".event-location, .venue-name");
    let words = columns.text(".btn, .event-status");
    let image = columns.url("img", "src");
    let table = document.table("li:has(.event-name), .media-body:has(.event-name):not(li .media-body)", &columns)?;
    let none = vec![String::new(); table.len()];
    for (row, date) in table.iter().zip(&dates(table.column(day), &none, hints)) {
        let url = row.get(link);
        let event =
            Event::new(row.get(name)).when(date).status_words(row.get(words)).ticket_url(url).image_url(row.get(image));
        let mut one = Found::new(event, number(url)?.or(path(url)?), date);
        one.place = row.get(place).map(str::to_owned);
        found.push(one);
    }
    Ok(found)
}
