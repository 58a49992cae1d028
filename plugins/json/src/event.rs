//! An event out of an item's fields.

use marquee_sdk::{Event, ExtractError, Performer, Role, capture, read_performers, read_support};

use crate::{fields::Cells, prices, when::Times};

/// The event. `dated_elsewhere`: an absent date is told by another page.
pub(crate) fn of(cells: &Cells, times: Times, dated_elsewhere: bool) -> Result<Event, ExtractError> {
    let mut event = Event::new(cells.one("title"));
    event = match &times.start {
        Some(start) => event.when(start),
        None if dated_elsewhere => event,
        None => event.when(&marquee_sdk::ReadDate::unreadable("", "the item has no date")),
    };
    let mut event = event
        .doors(times.doors)
        .end(times.end)
        .price(prices::price(cells))
        .age_words(age(cells.one("age"))?)
        .status_words(cells.one("status"))
        .ticket_url(cells.one("ticket_url"))
        .event_url(cells.one("event_url"))
        .image_url(cells.one("image_url"))
        .description(cells.one("description"))
        .room(cells.one("room"))
        .venue(cells.one("venue"))
        .performers(headliners(cells))
        .performers(acts(cells, "support", Some(Role::Support)))
        .performers(acts(cells, "performers", None));
    for genre in cells.every("genre") {
        event = event.genre(genre);
    }
    Ok(event)
}

/// A bare number of years is a minimum age.
fn age(words: Option<String>) -> Result<Option<String>, ExtractError> {
    let Some(words) = words else { return Ok(None) };
    Ok(match capture(r"^\s*([1-9]\d)\s*$", &words)? {
        Some(years) => Some(format!("{years}+")),
        None => Some(words),
    })
}

/// The main acts; where only the opening acts have a place of their own, those that the title names.
fn headliners(cells: &Cells) -> Vec<Performer> {
    let named = acts(cells, "headliner", Some(Role::Headliner));
    let only_support = named.is_empty() && cells.one("support").is_some() && cells.one("performers").is_none();
    match cells.one("title").filter(|_| only_support) {
        Some(title) => read_performers(&title),
        None => named,
    }
}

/// Acts of a field: each match is one where there may be several; else the host reads them out of the text.
fn acts(cells: &Cells, name: &str, role: Option<Role>) -> Vec<Performer> {
    let texts = cells.every(name);
    let single = role == Some(Role::Headliner) || cells.is_every(name);
    let of = |act: Performer| Performer { role: role.unwrap_or(act.role), ..act };
    if single {
        let named = |name: &String| of(Performer { name: name.clone(), role: Role::Performer });
        return texts.iter().map(named).collect();
    }
    if role == Some(Role::Support) {
        return texts.iter().flat_map(|text| read_support(text)).collect();
    }
    texts.iter().flat_map(|text| read_performers(text)).map(of).collect()
}
