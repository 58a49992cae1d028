//! The Events app's markup: its widgets and the page of one event, by the hooks that Wix's own tests hold on to.

use marquee_sdk::{Columns, Element, Event, ExtractError, address, capture_each, clean, read_dates};

/// One event in a widget: list, cards, side by side, and the compact form.
const ITEM: &str = "[data-hook='event-list-item'], [data-hook='events-card'], [data-hook='side-by-side-item'], \
                    [data-hook='event-card'], #wix-events-widget li";
const TITLE: &str = "[data-hook='ev-list-item-title'], [data-hook='title'], [data-hook='event-title']";
/// Full dates come before short ones, which leave the year out.
const DATES: &[&str] = &[
    "[data-hook='ev-full-date-location'] [data-hook='date']",
    "[data-hook='date']",
    "[data-hook='ev-date']",
    "[data-hook='short-date']",
];
const LINK: &str =
    "a[data-hook='ev-rsvp-button'], [data-hook='ev-rsvp-button'] a, a[data-hook='title'], [data-hook='title'] a";
/// Paths of events' own pages, in the languages that Wix sets up sites in.
const OWN_PAGE: &str = r"/(?:[\w-]*(?:event|details|evento|veranstaltung)[\w-]*)/([^/?#]+)";

/// The events of the widgets on a page.
pub(crate) fn listed(document: &Element) -> Result<Vec<Event>, ExtractError> {
    let mut columns = Columns::new();
    let title = columns.text(TITLE);
    let dates: Vec<_> = DATES.iter().map(|selector| columns.text(selector)).collect();
    let link = columns.url(LINK, "href");
    let image = columns.url("[data-hook='image'] img, wow-image img, img", "src");
    let description = columns.text("[data-hook='ev-list-item-description'], [data-hook='description']");
    let ribbon = columns.text("[data-hook='ribbon'], [data-hook='ev-ribbon'], [data-hook*='badge' i]");
    let button = columns.text("[data-hook='ev-rsvp-button']");
    let table = document.table(ITEM, &columns)?;
    let texts = table.iter().map(|row| dates.iter().find_map(|date| row.get(*date)).unwrap_or_default().to_owned());
    let read = read_dates(texts.collect());
    let slugs = capture_each(OWN_PAGE, &table.column(link))?;
    let mut events = Vec::with_capacity(table.len());
    for ((row, date), slug) in table.iter().zip(&read).zip(slugs) {
        let Some(title) = row.get(title) else { continue }; // a list of something else within the widget
        let url = row.get(link);
        let own = url.filter(|_| slug.is_some());
        let day = date.day().map(|day| day.to_string()).unwrap_or_default();
        // Many events may lead to one address, such as that of a form: the day tells them apart.
        let key = slug.clone().or_else(|| url.map(|url| format!("{}#{day}", address::path(url))));
        events.push(
            Event::new(clean(title))
                .key(key)
                .when(date)
                .ticket_url(url)
                .event_url(own)
                .image_url(row.get(image).filter(|src| !src.starts_with("data:")))
                .description(row.get(description))
                .status_words(row.get(ribbon))
                .status_words(row.get(button)),
        );
    }
    Ok(events)
}

/// What the page of one event shows of it.
pub(crate) fn detail(document: &Element) -> Result<Option<Event>, ExtractError> {
    let Some(title) = document.text_of("[data-hook='event-title']")? else { return Ok(None) };
    let when = document.text_of("[data-hook='event-full-date'], [data-hook='event-short-date']")?;
    let read = read_dates(vec![when.unwrap_or_default()]);
    let mut event = Event::new(clean(&title))
        .description(document.text_of("[data-hook='about-section-text'], [data-hook='event-description']")?)
        .status_words(document.text_of("[data-hook='registration-closed'], [data-hook='ribbon']")?);
    if let Some(date) = read.first().filter(|date| !date.raw.is_empty()) {
        event = event.when(date);
    }
    let prices = document.select("[data-hook='ticket-price'], [data-hook='ticket-pricing'], [data-hook='price']")?;
    let prices: Vec<String> = prices.iter().map(Element::text).filter(|text| !text.is_empty()).collect();
    Ok(Some(event.price_words(prices.join(" / "))))
}
