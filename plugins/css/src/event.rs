//! An event out of the cells of an item and its times.

use marquee_sdk::{Event, Performer, ReadDate, Role, read_performers, read_support};

use crate::{fields::Cells, when::Times};

/// An event of the listing.
pub(crate) fn event(cells: &Cells, times: Times) -> Event {
    let event = Event::new(cells.one("title")).when(&times.start);
    fill(event, cells, times)
}

/// The same for each of several days, with the day in the key of each.
pub(crate) fn on_days(cells: &Cells, times: &Times, base: Option<&str>) -> Vec<Event> {
    let days = times.days();
    if days.is_empty() {
        let alone = Times { start: times.start.clone(), doors: times.doors.clone(), end: times.end.clone() };
        return vec![event(cells, alone).key(base)];
    }
    let single = days.len() == 1;
    let of = |moment: marquee_sdk::Moment| {
        let key =
            base.zip(crate::when::calendar_day(&moment, &times.start.raw)).map(|(base, day)| format!("{base}#{day}"));
        let mut start = ReadDate::of(&times.start.raw, moment);
        if single {
            start = times.start.clone();
        }
        let doors = if single { times.doors.clone() } else { None };
        event(cells, Times { start, doors, end: None }).key(key)
    };
    days.into_iter().map(of).collect()
}

/// Adds all that is no date or title.
pub(crate) fn fill(event: Event, cells: &Cells, times: Times) -> Event {
    let mut event = event
        .doors(times.doors)
        .end(times.end)
        .price_words(cells.one("price"))
        .age_words(cells.one("age"))
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
    event
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

/// Acts of a field: each match is one where the configuration says `every`; else the host reads them out of the text.
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
