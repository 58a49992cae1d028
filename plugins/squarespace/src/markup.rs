//! Squarespace's pages: the event list of both template families, summary blocks, an event's own page.

use marquee_sdk::{Columns, Element, Event, ExtractError, Moment, ReadDate, Row, capture_each, clean, read_dates};

/// Where a kind of page has what. Themes style these classes and do not rename them.
struct Layout {
    item: &'static str,
    title: &'static str,
    link: &'static str,
    /// The days of start and end, with the ISO day in `datetime`.
    days: &'static str,
    /// Start and end on a 24-hour clock, which most themes print beside the other.
    times: &'static str,
    /// Start and end in the site's own language, for themes that print nothing else.
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
        times: ".event-time-24hr time, time.event-time-24hr",
        words: ".event-time-localized time, time.event-time-localized, .event-time-12hr time, time.event-time-12hr",
        image: ".eventlist-column-thumbnail img",
        description: ".eventlist-excerpt, .eventlist-description",
        genres: ".eventlist-cats a",
    },
    Layout {
        item: "article.eventitem",
        title: ".eventitem-title",
        link: "a.eventitem-title-link",
        days: "time.event-date",
        times: ".event-time-24hr time, time.event-time-24hr",
        words: ".event-time-localized time, time.event-time-localized, .event-time-12hr time, time.event-time-12hr",
        image: ".eventitem-column-content img",
        description: ".eventitem-column-content .sqs-html-content",
        genres: ".eventitem-meta-cats a",
    },
    Layout {
        item: ".sqs-block-summary-v2 .summary-item-record-type-event",
        title: ".summary-title",
        link: "a.summary-title-link",
        days: "time.summary-metadata-item--date, .summary-metadata-item--date time",
        times: ".event-time-24hr-start, .event-time-24hr-end, span.event-time-24hr",
        words: ".event-time-localized-start, .event-time-localized-end, .event-time-12hr-start, .event-time-12hr-end, .event-time-12hr",
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
    let printed_day = columns.text(layout.days);
    let times = columns.texts(layout.times);
    let words = columns.texts(layout.words);
    let image = columns.attribute(layout.image, "data-src");
    let plain_image = columns.url(layout.image, "src");
    let description = columns.text(layout.description);
    let genres = columns.texts(layout.genres);
    let table = document.table(layout.item, &columns)?;

    // Where the fixed forms are missing the words are read by the host: all starts in one crossing, all ends in another.
    let worded = |at: usize| {
        let text = |row: &Row| {
            let day = if at == 0 { row.all(days).first() } else { row.all(days).last() };
            let day = day.map(String::as_str).or(row.get(printed_day)).unwrap_or_default();
            row.all(words).get(at).map_or_else(|| day.to_owned(), |time| format!("{day} {time}"))
        };
        read_dates(table.iter().map(text).collect())
    };
    let (starts, ends) = (worded(0), worded(1));
    let paths = capture_each(r"^(?:https?://[^/]+)?(/[^?#]*)", &table.column(link))?;
    let mut events = Vec::with_capacity(table.len());
    for (((row, read), worded_end), path) in table.iter().zip(starts).zip(ends).zip(paths) {
        let days = row.all(days);
        let fixed = days.first().and_then(|day| Moment::on(day, clock(row.all(times), 0)));
        let read_has_time = matches!(read.start(), Some(Moment::Local(_)));
        let date = match fixed {
            Some(start) if matches!(start, Moment::Local(_)) || !read_has_time => ReadDate::of(&read.raw, start),
            _ => read,
        };
        // One day: it is that of both times. Two days: the last is that of the end.
        let end = days.last().and_then(|day| Moment::on(day, Some(clock(row.all(times), 1)?)));
        let end = end.or_else(|| worded_end.start().filter(|end| matches!(end, Moment::Local(_))).cloned());
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
