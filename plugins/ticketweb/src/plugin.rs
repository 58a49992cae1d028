//! TicketWeb's plugin for WordPress, by its classes `tw-...`: lists and grids, the pop-ups of its calendar, older lists, and an
//! event's own page. Sites style these templates and take parts out; the classes of what is left stay.

use marquee_sdk::{
    Column, Columns, DateHints, Element, Event, ExtractError, ReadDate, Role, Row, Scope, Table, Take, capture,
    read_performers,
};

use crate::{
    calendar::{self, Scripted},
    found::{DayPieces, Found, background, dates, day, marked, number, path, times},
};

/// The blocks of lists and grids.
const SECTIONS: &str = ".tw-section";
/// The pop-ups of the calendar, one an event, in the page's source.
const POPUPS: &str = ".tw-cal-event-popup, [id^=tw-event-dialog]:not(.tw-cal-event-popup)";
/// Older templates: tables, and lists with classes of their own.
const OLDER: &str =
    "[class^=tw-plugin] td:has(.tw-name), [class^=tw-plugin] li:has(.tw-name), .show_full, .columns:has(> .tw-name)";
/// The part of an event's own page that is about it.
const OWN_PAGE: &str = "[class*=tw-plugin-event], .tw-event-detail, .event-detail, main, body";

/// The events of the first kind of list that the page has.
pub(crate) fn events(document: &Element, body: &str, hints: &DateHints) -> Result<Vec<Found>, ExtractError> {
    let scripted = calendar::scripted(body);
    let (columns, cells) = cells();
    let popups = document.table(POPUPS, &columns)?;
    let sections = document.table(SECTIONS, &columns)?;
    if !sections.is_empty() {
        let mut found = read(&sections, &cells, &|row| cells.beside(row, &popups, &scripted), hints)?;
        // Beside a calendar, the blocks may be no more than what was just announced.
        let unnumbered = |row: &Row| Beside { id: None, ..cells.scripted(row, &scripted) };
        for one in read(&popups, &cells, &unnumbered, hints)? {
            if one.url.is_none() || found.iter().all(|known| known.url != one.url) {
                found.push(one);
            }
        }
        return Ok(found);
    }
    if !popups.is_empty() {
        return read(&popups, &cells, &|row| cells.scripted(row, &scripted), hints);
    }
    read(&document.table(OLDER, &columns)?, &cells, &|_| Beside::default(), hints)
}

/// What an event's own page tells.
pub(crate) fn single(document: &Element, hints: &DateHints) -> Result<Event, ExtractError> {
    let (columns, cells) = cells();
    for place in OWN_PAGE.split(", ") {
        let table = document.table(place, &columns)?;
        if let Some(row) = table.iter().find(|row| row.get(cells.name).is_some()) {
            let date = dates(vec![cells.day(row)], &[cells.times(row, None)], hints).into_iter().next();
            return cells.event(row, date.filter(|date| date.reading.is_ok()).as_ref());
        }
    }
    Err(ExtractError::missing("the name of the event", ".tw-name"))
}

/// A time in prose, behind the word for what begins then.
const DOORS: &str = r"(?i)\bdoors?(?: open)?(?: at)?\s*:?\s*(\d{1,2}(?::\d{2})?\s*[ap]\.?m\b)";
const SHOW: &str = r"(?i)\bshow(?:time)?(?: starts)?(?: at)?\s*:?\s*(\d{1,2}(?::\d{2})?\s*[ap]\.?m\b)";

fn told(pattern: &str, about: &str) -> Option<String> {
    capture(pattern, about).ok().flatten()
}

/// The columns of all templates.
struct Cells {
    id: Column,
    name: Column,
    headliners: Column,
    link: Column,
    weekday: Column,
    date: Column,
    complete: Column,
    /// Date and times in one, where a site has no more than that.
    both: Column,
    month: Column,
    number: Column,
    year: Column,
    show: Column,
    show_complete: Column,
    door: Column,
    door_complete: Column,
    price: Column,
    age: Column,
    acts: Column,
    line: Column,
    openers: Column,
    ticket: Column,
    seller: Column,
    class: Column,
    words: Column,
    lazy: [Column; 2],
    image: Column,
    style: Column,
    place: Column,
    genre: Column,
    about: Column,
}

fn cells() -> (Columns, Cells) {
    let mut columns = Columns::new();
    let sellers = "a[href*='ticketweb.'], a[href*='ticketmaster.']";
    let pictures = ".tw-image img, .tw-event-image img, .tw-event-image-cal-pop img, img.event-img, .show_image img";
    let cells = Cells {
        id: columns.add("", Scope::Inside, Take::Attribute("id".to_owned()), false),
        name: columns.text(".tw-name, .tw-artist, .artisteventsname"),
        headliners: columns.texts(".tw-headliner, .headliner, .show_artists li"),
        link: columns
            .url(".tw-name a, .tw-image a, .tw-event-image-cal-pop a, a.tw-more-info-btn, .show_image a", "href"),
        weekday: columns.text(".tw-day-of-week"),
        date: columns.text(".tw-event-date"),
        complete: columns.text(".tw-event-date-complete"),
        both: columns.text(".tw-date-time"),
        month: columns.text(".tw-event-month, .date-month, .icon-month"),
        number: columns.text(".date-day, .icon-date"),
        year: columns.text(".tw-event-year, .date-year, .icon-year"),
        show: columns.text(".tw-event-time"),
        show_complete: columns.text(".tw-event-time-complete"),
        door: columns.text(".tw-event-door-time"),
        door_complete: columns.text(".tw-event-door-time-complete"),
        price: columns.text(".tw-price"),
        age: columns.text(".tw-age-restriction"),
        acts: columns.texts(".tw-attractions span"),
        line: columns.text(".tw-attractions"),
        openers: columns.texts(".tw-opening-act, .tw-support, .tw-open-bottom"),
        ticket: columns.url("a.tw-buy-tix-btn", "href"),
        seller: columns.url(sellers, "href"),
        class: columns.attribute(".tw-buy-tix-btn", "class"),
        words: columns.text(".tw-buy-tix-btn"),
        lazy: [columns.attribute(pictures, "data-src"), columns.attribute(pictures, "data-lazy-src")],
        image: columns.url(pictures, "src"),
        style: columns.attribute(".tw-image[style], .tw-image [style], .tw-event-image[style]", "style"),
        place: columns.text(".tw-venue-name"),
        genre: columns.text(".tw-genre"),
        about: columns.text(".tw-full-description, .tw-description, .tw-truncated-description, .show_description"),
    };
    (columns, cells)
}

/// What the calendar knows of an event beside what its block prints.
#[derive(Default)]
struct Beside {
    /// Its day with the year.
    day: Option<String>,
    doors: Option<String>,
    price: Option<String>,
    /// The number of its entry in the site's own store.
    id: Option<String>,
}

fn read(
    table: &Table,
    cells: &Cells,
    beside: &dyn Fn(&Row) -> Beside,
    hints: &DateHints,
) -> Result<Vec<Found>, ExtractError> {
    let known: Vec<Beside> = table.iter().map(beside).collect();
    let days =
        table.iter().zip(&known).map(|(row, known)| known.day.clone().unwrap_or_else(|| cells.day(row))).collect();
    let clocks: Vec<String> =
        table.iter().zip(&known).map(|(row, known)| cells.times(row, known.doors.as_deref())).collect();
    let read = dates(days, &clocks, hints);
    let mut found = Vec::with_capacity(table.len());
    for ((row, date), known) in table.iter().zip(&read).zip(known) {
        let link = row.get(cells.link);
        let ticket = row.get(cells.ticket).or(row.get(cells.seller));
        let key = match (known.id, number(link)?) {
            (Some(id), _) | (None, Some(id)) => Some(id),
            (None, None) => path(link)?.or(number(ticket)?),
        };
        let event = cells.event(row, Some(date))?.price_words(known.price);
        let mut one = Found::new(event, key, date);
        one.place = row.get(cells.place).map(|place| place.trim_matches(['/', '|', '@', '-', ' ']).to_owned());
        one.url = link.map(str::to_owned);
        found.push(one);
    }
    Ok(found)
}

impl Cells {
    fn day(&self, row: &Row) -> String {
        day(&DayPieces {
            weekday: row.get(self.weekday),
            date: row.get(self.date),
            complete: row.get(self.complete).or(row.get(self.both)),
            month: row.get(self.month),
            number: row.get(self.number),
            year: row.get(self.year),
        })
    }

    fn show<'a>(&self, row: &'a Row) -> Option<&'a str> {
        row.get(self.show).or(row.get(self.show_complete))
    }

    /// Doors and show. `known`: when doors open, as the calendar on the same page says.
    fn times(&self, row: &Row, known: Option<&str>) -> String {
        let printed = times(row.get(self.door).or(row.get(self.door_complete)).or(known), self.show(row));
        // Some calendars leave their places for times empty, and begin the description with "Doors: 7pm / Show: 8pm".
        match row.get(self.about).filter(|_| printed.is_empty()) {
            Some(about) => times(told(DOORS, about).as_deref(), told(SHOW, about).as_deref()),
            None => printed,
        }
    }

    /// The number in a pop-up's id, `tw-event-dialog-15782`.
    fn dialog(&self, row: &Row) -> Option<String> {
        row.get(self.id).and_then(|id| id.strip_prefix("tw-event-dialog-")).map(str::to_owned)
    }

    /// For a pop-up: what the calendar's script says.
    fn scripted(&self, row: &Row, scripted: &[Scripted]) -> Beside {
        let id = self.dialog(row);
        let entry = scripted.iter().find(|entry| id.as_ref().is_some_and(|id| entry.id == *id));
        Beside { day: entry.and_then(|entry| entry.day.clone()), id, ..Beside::default() }
    }

    /// For a block of a list: what the calendar on the same page says, found by the event's page.
    fn beside(&self, row: &Row, popups: &Table, scripted: &[Scripted]) -> Beside {
        let Some(link) = row.get(self.link) else { return Beside::default() };
        if let Some(popup) = popups.iter().find(|popup| popup.get(self.link) == Some(link)) {
            let scripted = self.scripted(popup, scripted);
            let printed = Some(self.day(popup)).filter(|day| day.bytes().filter(u8::is_ascii_digit).count() > 4);
            let doors = popup.get(self.door).or(popup.get(self.door_complete));
            return Beside {
                day: scripted.day.or(printed),
                doors: doors.map(str::to_owned),
                price: popup.get(self.price).map(str::to_owned),
                id: None,
            };
        }
        let entry = scripted.iter().find(|entry| entry.url.as_deref() == Some(link));
        Beside { day: entry.and_then(|entry| entry.day.clone()), ..Beside::default() }
    }

    fn event(&self, row: &Row, date: Option<&ReadDate>) -> Result<Event, ExtractError> {
        let headliners = row.all(self.headliners);
        let title = match row.get(self.name) {
            Some(name) => Some(name.to_owned()),
            None => Some(headliners.join(", ")).filter(|title| !title.is_empty()),
        };
        let status = row.get(self.class).and_then(marked);
        let lazy = self.lazy.iter().find_map(|&column| row.get(column));
        let mut event = Event::new(title.as_deref())
            .status(status)
            .status_words(row.get(self.words))
            .price_words(row.get(self.price))
            .price_words(row.get(self.words))
            .age_words(row.get(self.age))
            .ticket_url(row.get(self.ticket).or(row.get(self.seller)))
            .event_url(row.get(self.link))
            .image_url(lazy.or(row.get(self.image)))
            .image_url(background(row.get(self.style))?)
            .genre(row.get(self.genre))
            .description(row.get(self.about));
        if let Some(date) = date {
            event = event.when(date);
        }
        Ok(self.bill(event, row, title.as_deref().unwrap_or_default()))
    }

    /// The acts, where the template names them. Some sites repeat the title there: then those are the bill.
    fn bill(&self, event: Event, row: &Row, title: &str) -> Event {
        let lower = title.to_lowercase();
        let spans = row.all(self.acts).iter().map(|act| act.trim_matches([',', ' ']).to_owned());
        let mut named: Vec<String> = spans.filter(|act| !act.is_empty()).collect();
        if named.is_empty() {
            let line = row.get(self.line).unwrap_or_default();
            let line = line.strip_prefix("with ").or(line.strip_prefix("With ")).unwrap_or(line);
            named = line.split(',').map(|act| act.trim().to_owned()).filter(|act| !act.is_empty()).collect();
        }
        for line in row.all(self.openers) {
            named.extend(read_performers(line).into_iter().map(|act| act.name));
        }
        let (known, new): (Vec<String>, Vec<String>) =
            named.into_iter().partition(|act| lower.contains(&act.to_lowercase()));
        let mut event = event;
        if new.is_empty() {
            for (place, act) in known.iter().enumerate() {
                event = event.performer(act, if place == 0 { Role::Headliner } else { Role::Support });
            }
            return event;
        }
        event = event.performers(read_performers(title));
        for act in &new {
            event = event.performer(act, Role::Support);
        }
        event
    }
}
