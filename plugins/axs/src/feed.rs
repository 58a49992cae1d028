//! The feed that the sites of AEG's venues are filled from: one `events.json` a venue or a promoter.

use marquee_sdk::{
    DateHints, Event, ExtractError, Listing, Moment, Price, ReadDate, Severity, Value, plain_text, read_dates_with,
    read_price,
};

use crate::{Choice, left_out};

/// The width of the picture that the sites show in their lists, in pixels.
const SHOWN_WIDTH: i64 = 678;

pub(crate) fn read(listing: &mut Listing, answer: &Value, choice: &Choice) -> Result<(), ExtractError> {
    let items = answer.items("/events");
    // A feed of a promoter holds several houses; that of a venue need not say where it is.
    let mut houses: Vec<String> = items.iter().filter_map(|item| item.filled("/venue/title")).collect();
    houses.sort();
    houses.dedup();
    let (mut hidden, mut elsewhere) = (0_usize, 0_usize);
    for item in &items {
        if item.text("/active").as_deref() == Some("false") || item.flag("/private") {
            hidden += 1;
        } else if choice.wants(item.filled("/venue/title").as_deref()) {
            listing.event(event(item, choice, houses.len() > 1 && choice.venues.is_empty())?);
        } else {
            elsewhere += 1;
        }
    }
    if hidden > 0 {
        listing.remark(Severity::Info, "entries-skipped", &format!("{hidden} entries are private or not active"));
    }
    left_out(listing, elsewhere)?;
    if listing.is_empty() && items.len() == hidden {
        listing.empty(if hidden == 0 { "\"events\": []" } else { "\"active\": false, in every entry" }, "/events");
    }
    Ok(())
}

fn event(item: &Value, choice: &Choice, name_venue: bool) -> Result<Event, ExtractError> {
    let text = |pointer: &str| -> Result<Option<String>, ExtractError> {
        Ok(item.filled(pointer).map(|words| plain_text(&words)).transpose()?.filter(|words| !words.trim().is_empty()))
    };
    let first = |pointers: &[&str]| -> Result<Option<String>, ExtractError> {
        for pointer in pointers {
            if let Some(words) = text(pointer)? {
                return Ok(Some(words));
            }
        }
        Ok(None)
    };
    let headliner =
        first(&["/title/headlinersText", "/title/headliners", "/title/eventTitleText", "/title/eventTitle"])?;
    let tour = text("/title/tour")?;
    let support = first(&["/title/supportingText", "/title/supporting"])?
        .filter(|line| Some(line) != tour.as_ref() && Some(line) != headliner.as_ref());
    let (title, acts) = choice.title(headliner.as_deref().unwrap_or_default(), support.as_deref());
    let words = first(&["/description", "/bio"])?;
    Ok(Event::new(title)
        .key(item.first_filled(&["/eventId", "/id"]))
        .when(&starts(item))
        .doors(item.filled("/doorDateTime").and_then(|time| wall(&time)))
        .performers(acts)
        .status_words(item.first_filled(&["/ticketing/status", "/ticketing/statusText"]))
        .price(price(item))
        .age_words(item.filled("/age"))
        .ticket_url(item.filled("/ticketing/url"))
        .event_url(item.filled("/ticketing/eventUrl"))
        .image_url(image(item))
        .venue(item.filled("/venue/title").filter(|_| name_venue))
        .description(tour.or(words)))
}

/// The start on the venue's wall clock, else the instant. `TBD` stands in the place of what is not known.
fn starts(item: &Value) -> ReadDate {
    let raw = item.filled("/eventDateTime").unwrap_or_default();
    let day = || raw.split('T').next().and_then(|day| Moment::on(day, None));
    if let Some(start) = wall(&raw).or_else(day) {
        return ReadDate::of(&raw, start);
    }
    let instant = item.first_filled(&["/eventDateTimeISO", "/eventDateTimeUTC"]).unwrap_or_default();
    let read = read_dates_with(vec![instant], &DateHints::alone()).into_iter().next();
    read.filter(|read| read.reading.is_ok()).unwrap_or_else(|| ReadDate::unreadable(&raw, "it is no day"))
}

/// `2026-06-21T19:00:00`.
fn wall(text: &str) -> Option<Moment> {
    let (day, clock) = text.split_once('T')?;
    Moment::on(day, Some(clock.get(..8).unwrap_or(clock))).filter(|moment| matches!(moment, Moment::Local(_)))
}

/// The range. `$0.00` is how the feed writes that it does not know.
fn price(item: &Value) -> Option<Price> {
    let amount =
        |pointer: &str| item.filled(pointer).filter(|text| text.bytes().any(|b| b.is_ascii_digit() && b != b'0'));
    match (amount("/ticketPriceLow"), amount("/ticketPriceHigh")) {
        (Some(low), Some(high)) if low != high => read_price(&format!("{low} - {high}"), None),
        (Some(one), _) | (None, Some(one)) => read_price(&one, None),
        (None, None) => amount("/ticketPrice").and_then(|one| read_price(&one, None)),
    }
}

fn image(item: &Value) -> Option<String> {
    let pictures = item.items("/media");
    let shown = pictures.iter().find(|picture| picture.integer("/width") == Some(SHOWN_WIDTH));
    shown.or(pictures.first()).and_then(|picture| picture.filled("/file_name"))
}
