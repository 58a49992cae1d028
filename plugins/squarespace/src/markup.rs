//! Squarespace's pages: the event list of both template families, summary blocks, an event's own page.

use marquee_sdk::{Columns, Element, Event, ExtractError, Moment, ReadDate, capture_each, clean, read_dates};

/// Where a kind of page has what. Themes style these classes and do not rename them.
struct Layout {
    item: &'static str,
    title: &'static str,
    link: &'static str,
    /// The days of start and end, with the ISO day in `datetime`.
    days: &'static str,
    /// The start on a 24-hour clock, printed for every language.
    starts: &'static str,
    /// The end on a 24-hour clock.
    ends: &'static str,
    /// The words of date and time.
    words: &'static str,
    image: &'static str,
    description: &'static str,
    genres: &'static str,
}

const LAYOUTS: &[Layout] = &[
    Layout {
        item: ".eventlist-event",
        title: ".eventlist-title",
        link: ".eventlist-title a, a.eventlist-title-link, a.eventlist-button",
        days: "time.event-date",
        starts: "time.event-time-24hr-start, time.event-time-24hr, .event-time-24hr time, .event-time-24hr",
        ends: ".event-time-24hr time",
        words: ".eventlist-meta-date, .eventlist-datetag-time",
        image: ".eventlist-column-thumbnail img",
        description: ".eventlist-excerpt, .eventlist-description",
        genres: ".eventlist-cats a",
    },
    Layout {
        item: "article.eventitem",
        title: ".eventitem-title",
        link: "a.eventitem-title-link",
        days: "time.event-date",
        starts: "time.event-time-24hr-start, time.event-time-24hr, .event-time-24hr time, .event-time-24hr",
        ends: ".event-time-24hr time",
        words: ".eventitem-meta-date",
        image: ".eventitem-column-content img",
        description: ".eventitem-column-content .sqs-html-content",
        genres: ".eventitem-meta-cats a",
    },
    Layout {
        item: ".sqs-block-summary-v2 .summary-item-record-type-event",
        title: ".summary-title",
        link: "a.summary-title-link",
        days: "time.summary-metadata-item--date, .summary-metadata-item--date time",
        starts: ".summary-metadata-item--event-time .event-time-24hr-start, .summary-metadata-item--event-time .event-time-24hr",
        ends: ".summary-metadata-item--event-time .event-time-24hr-end",
        words: ".summary-metadata-item--date",
        image: "img.summary-thumbnail-image",
        description: ".summary-excerpt",
        genres: ".summary-metadata-item--cats a",
    },
];

/// The events of the first layout that the page has.
pub(crate) fn events(document: &Element) -> Result<Vec<Event>, ExtractError> {
    for layout in LAYOUTS {
        let events = of(document, layout)?;
        if !events.is_empty() {
            return Ok(events);
        }
    }
    Ok(Vec::new())
}

fn of(document: &Element, layout: &Layout) -> Result<Vec<Event>, ExtractError> {
    use marquee_sdk::{Scope::Inside, Take};
    let mut columns = Columns::new();
    let title = columns.text(layout.title);
    let link = columns.url(layout.link, "href");
    let days = columns.add(layout.days, Inside, Take::Attribute("datetime".to_owned()), true);
    let starts = columns.texts(layout.starts);
    let ends = columns.texts(layout.ends);
    let words = columns.text(layout.words);
    let image = columns.attribute(layout.image, "data-src");
    let plain_image = columns.url(layout.image, "src");
    let description = columns.text(layout.description);
    let genres = columns.texts(layout.genres);
    let table = document.table(layout.item, &columns)?;

    // Where the fixed forms are missing (a theme of its own), the words are read by the host, all in one crossing.
    let read = read_dates(table.column(words));
    let paths = capture_each(r"^(?:https?://[^/]+)?(/[^?#]*)", &table.column(link))?;
    let mut events = Vec::with_capacity(table.len());
    for ((row, read), path) in table.iter().zip(read).zip(paths) {
        let days = row.all(days);
        let start = days.first().and_then(|day| Moment::on(day, clock(row.all(starts), 0)));
        let date = match start {
            Some(start) => ReadDate::of(row.get(words).unwrap_or_default(), start),
            None => read,
        };
        let last_day = days.last().or(days.first());
        let end = last_day.and_then(|day| {
            let last = row.all(ends).len().saturating_sub(1);
            Moment::on(day, Some(clock(row.all(ends), last.max(1))?))
        });
        let mut event = Event::new(row.get(title).map(clean))
            .key(path)
            .when(&date)
            .end(end)
            .event_url(row.get(link))
            .image_url(row.get(image).or(row.get(plain_image)))
            .description(row.get(description));
        for genre in row.all(genres) {
            event = event.genre(genre);
        }
        events.push(event);
    }
    Ok(events)
}

/// The time at a place of the cells, if it is of the form `HH:MM`.
fn clock(cells: &[String], at: usize) -> Option<&str> {
    cells.get(at).map(String::as_str).filter(|text| text.parse::<marquee_sdk::Time>().is_ok())
}
