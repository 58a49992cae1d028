//! The calendar's pages, where no JSON-LD tells more.

use marquee_sdk::{
    Columns, Element, Event, ExtractError, Moment, ReadDate, ReadError, Table, capture_each, read_dates,
};

use crate::found::Found;

/// Where a view has what. The classes are those of the calendar's own templates, which themes leave alone.
struct View {
    item: &'static str,
    title: &'static str,
    /// An element with the day in `datetime`.
    day: &'static str,
    /// The words of date and time.
    when: &'static str,
    venue: &'static str,
    cost: &'static str,
    tickets: &'static str,
    status: &'static str,
    description: &'static str,
    image: &'static str,
}

/// List, day, photo and summary of version 5 and later; the list of earlier versions; Avada's blocks.
const VIEWS: &[View] = &[
    View {
        item: ".tribe-events-calendar-list__event, .tribe-events-calendar-day__event, .tribe-events-pro-photo__event, .tribe-events-pro-summary__event",
        title: ".tribe-events-calendar-list__event-title a, .tribe-events-calendar-day__event-title a, .tribe-events-pro-photo__event-title a, .tribe-events-pro-summary__event-title a",
        day: "time[datetime]",
        when: ".tribe-events-calendar-list__event-datetime, .tribe-events-calendar-day__event-datetime, .tribe-events-pro-photo__event-datetime, .tribe-events-pro-summary__event-datetime",
        venue: ".tribe-events-calendar-list__event-venue-title, .tribe-events-calendar-day__event-venue-title",
        cost: ".tribe-events-c-small-cta__price",
        tickets: "a.tribe-events-c-small-cta__link",
        status: ".tribe-events-status-label__text",
        description: ".tribe-events-calendar-list__event-description, .tribe-events-calendar-day__event-description",
        image: "img.tribe-events-calendar-list__event-featured-image, img.tribe-events-calendar-day__event-featured-image, img.tribe-events-pro-photo__event-featured-image",
    },
    View {
        item: ".tribe-events-loop .type-tribe_events",
        title: ".tribe-events-list-event-title a, a.tribe-event-url",
        day: ".tribe-event-schedule-details [title], .dtstart .value-title",
        when: ".tribe-event-schedule-details, .time-details",
        venue: ".tribe-venue a, .tribe-venue",
        cost: ".tribe-events-event-cost",
        tickets: ".tribe-events-event-cost a",
        status: ".tribe-events-status-label__text",
        description: ".tribe-events-list-event-description p",
        image: ".tribe-events-event-image img",
    },
    View {
        item: ".fusion-events-post",
        title: ".fusion-events-meta h2 a",
        day: "time[datetime]",
        when: ".fusion-events-meta h4",
        venue: ".tribe-venue",
        cost: ".tribe-events-event-cost",
        tickets: ".tribe-events-event-cost a",
        status: ".tribe-events-status-label__text",
        description: ".fusion-events-content",
        image: ".fusion-events-thumbnail img",
    },
];

/// The events of the first view that the page has.
pub(crate) fn listed(document: &Element) -> Result<Vec<Found>, ExtractError> {
    for view in VIEWS {
        let mut columns = Columns::new();
        let title = columns.text(view.title);
        let link = columns.url(view.title, "href");
        let day = columns.attribute(view.day, "datetime");
        let when = columns.text(view.when);
        let venue = columns.text(view.venue);
        let cost = columns.text(view.cost);
        let tickets = columns.url(view.tickets, "href");
        let status = columns.text(view.status);
        let description = columns.text(view.description);
        let image = columns.url(view.image, "src");
        let table = document.table(view.item, &columns)?;
        if table.is_empty() {
            continue;
        }
        let dates = dates(&table, table.column(day), table.column(when))?;
        return Ok(table
            .iter()
            .zip(&dates)
            .map(|(row, date)| Found {
                event: Event::new(row.get(title))
                    .when(date)
                    .event_url(row.get(link))
                    .price_words(row.get(cost))
                    .ticket_url(row.get(tickets))
                    .status_words(row.get(status))
                    .description(row.get(description))
                    .image_url(row.get(image)),
                url: row.get(link).map(str::to_owned),
                venues: row.get(venue).map(str::to_owned).into_iter().collect(),
            })
            .collect());
    }
    Ok(Vec::new())
}

/// The cells of a month; each day is named by its cell, each event once although a phone's layout repeats it.
pub(crate) fn month(document: &Element) -> Result<Vec<Found>, ExtractError> {
    let mut columns = Columns::new();
    let title = columns.text(".tribe-events-calendar-month__calendar-event-title, .tribe-events-month-event-title");
    let link = columns.url("a[href]", "href");
    let when = columns.text(".tribe-events-calendar-month__calendar-event-datetime");
    let day = columns.add(
        ".tribe-events-calendar-month__day, td[data-day]",
        marquee_sdk::Scope::Around,
        marquee_sdk::Take::Attribute("id".to_owned()),
        false,
    );
    let table = document.table(
        ".tribe-events-calendar-month__calendar-event, .tribe-events-calendar td[data-day] .type-tribe_events",
        &columns,
    )?;
    // `tribe-events-calendar-day-2026-05-01`
    let days: Vec<String> =
        capture_each(r"(\d{4}-\d{2}-\d{2})", &table.column(day))?.into_iter().map(Option::unwrap_or_default).collect();
    let dates = dates(&table, days, table.column(when))?;
    Ok(table
        .iter()
        .zip(&dates)
        .map(|(row, date)| Found {
            event: Event::new(row.get(title)).when(date).event_url(row.get(link)),
            url: row.get(link).map(str::to_owned),
            venues: Vec::new(),
        })
        .collect())
}

/// An event's own page: what is published of it, and its price and tickets.
pub(crate) fn detail(document: &Element, published: Vec<Found>) -> Result<Vec<Found>, ExtractError> {
    let cost = document.text_of(".tribe-events-event-cost, .tribe-events-cost")?;
    let tickets = document.url_of(".tribe-events-event-url a, a.tribe-tickets__buy", "href")?;
    let words = document.text_of(".tribe-events-status-label__text")?;
    Ok(published
        .into_iter()
        .take(1) // further ones are recommendations
        .map(|one| Found {
            event: one.event.price_words(cost.as_deref()).ticket_url(tickets.as_deref()).status_words(words.as_deref()),
            ..one
        })
        .collect())
}

/// Day from the markup and times from the words: WordPress prints times in one of a few forms whatever the language, while
/// the words of the day, and the sign between day and time, are the site's own. Without a day in the markup the words are read
/// as they are.
fn dates(table: &Table, days: Vec<String>, words: Vec<String>) -> Result<Vec<ReadDate>, ReadError> {
    const START: &str = r"(?i)(\d{1,2}\s?[:.h]\s?\d{2}(?:\s?[ap]\.?\s?m\.?)?|\d{1,2}\s?[ap]\.?\s?m\b\.?)";
    const END: &str = r"(?i)(?:\d{1,2}\s?[:.h]\s?\d{2}(?:\s?[ap]\.?\s?m\.?)?|\d{1,2}\s?[ap]\.?\s?m\b\.?)\D+?(\d{1,2}\s?[:.h]\s?\d{2}(?:\s?[ap]\.?\s?m\.?)?|\d{1,2}\s?[ap]\.?\s?m\b\.?)";
    let starts = capture_each(START, &words)?;
    let ends = capture_each(END, &words)?;
    let mut texts = Vec::with_capacity(table.len());
    for (((day, words), start), end) in days.into_iter().zip(words).zip(starts).zip(ends) {
        texts.push(match (Moment::on(&day, None), start, end) {
            (None, _, _) => words,
            (Some(_), None, _) => day,
            (Some(_), Some(start), None) => format!("{day} {start}"),
            (Some(_), Some(start), Some(end)) => format!("{day} {start} - {end}"),
        });
    }
    Ok(read_dates(texts))
}
