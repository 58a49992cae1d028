//! The feed widget: venue sites fill it by script from TicketWeb's feed, as blocks `eb-item` with a front and a back.

use marquee_sdk::{Columns, DateHints, Element, Event, ExtractError, Scope, Take, capture_each, read_age, read_price};

use crate::found::{Found, background, dates, number, path, times};

const BLOCKS: &str = ".eb-item";
/// Characters of a piece of the first line that can be a price by itself: `$22-$25`, `FREE`.
const LONGEST_PRICE: usize = 20;

pub(crate) fn events(document: &Element, hints: &DateHints) -> Result<Vec<Found>, ExtractError> {
    let mut columns = Columns::new();
    let title = columns.text(".title");
    let acts = columns.texts(".performing li");
    let day = columns.text(".date");
    let start = columns.text(".start-time");
    let doors = columns.text(".door-time, .doors-time");
    let ages = columns.text(".restrictions");
    let place = columns.text(".event-venue");
    let ticket = columns.url("a.buy-button", "href");
    let words = columns.text(".buy-button");
    let about = columns.lines(".item-description");
    let style = columns.add(".item-image-inner", Scope::Inside, Take::Attribute("style".to_owned()), false);
    let table = document.table(BLOCKS, &columns)?;

    // The back of a block begins with a line such as "Doors: 8PM / Show: 9PM / 21+ / $15".
    let firsts: Vec<String> = table
        .iter()
        .map(|row| row.get(about).and_then(|text| text.lines().next()).unwrap_or_default().to_owned())
        .collect();
    let said = capture_each(r"(?i)^.{0,40}?\bdoors?\b(?:\s+at)?:?\s*(\d{1,2}:?(?:\d{2})?\s*[ap]\.?m)", &firsts)?;
    let clocks: Vec<String> =
        table.iter().zip(&said).map(|(row, said)| times(row.get(doors).or(said.as_deref()), row.get(start))).collect();
    let read = dates(table.column(day), &clocks, hints);

    let mut found = Vec::with_capacity(table.len());
    for ((row, date), first) in table.iter().zip(&read).zip(&firsts) {
        let link = row.get(ticket);
        let named = row.all(acts).join(" / ");
        let price = first
            .split(['/', '|'])
            .map(str::trim)
            .filter(|piece| piece.chars().count() <= LONGEST_PRICE)
            // A bare number is part of a date as soon as of a price.
            .filter(|piece| piece.contains(['$', '€', '£']) || !piece.bytes().any(|b| b.is_ascii_digit()))
            .find_map(|piece| read_price(piece, None));
        let age = row.get(ages).and_then(read_age).or_else(|| read_age(first)).or_else(|| read_age(row.get(about)?));
        let event = Event::new(row.get(title).or(Some(named.as_str())))
            .when(date)
            .status_words(row.get(words))
            .price(price)
            .age(age)
            .ticket_url(link)
            .image_url(background(row.get(style))?)
            .description(row.get(about));
        let place = row.get(place).map(|at| at.trim_start_matches("At:").trim().to_owned());
        let event = event.venue(place.as_deref());
        let mut one = Found::new(event, number(link)?.or(path(link)?), date);
        one.place = place;
        found.push(one);
    }
    Ok(found)
}
