//! Event collections of Squarespace sites: their JSON (`?format=json`, `GetItemsByMonth`) and their pages (see README.md).

mod items;
mod markup;

use marquee_sdk::{
    Date, Description, Element, Event, ExtractError, Extraction, Extractor, Listing, Page, Severity, address,
    capture_each, parse_json, template,
};

/// The plugin.
pub struct Squarespace;

/// The kind of the further months; the context is the month's first day.
const MONTH: &str = "month";
/// The kind of the further pages of a collection.
const NEXT: &str = "next";
/// A block that shows a collection's events as a calendar.
const CALENDAR: &str = ".sqs-block-calendar";
/// Where a theme says that a collection is empty.
const EMPTY: &str = ".eventlist--empty, .eventlist .empty-collection, .empty-events, .sqs-events-empty, .eventlist-empty, .eventlist--upcoming > p";

impl Extractor for Squarespace {
    fn describe() -> Description {
        Description::new("squarespace", env!("CARGO_PKG_VERSION"), "Event collections of Squarespace sites.")
            .reads(&[
                "GetItemsByMonth answers",
                "collections with ?format=json",
                "event list pages, summary blocks and single event pages",
            ])
            .configuration(include_str!("configuration.json"))
    }

    fn extract(page: &Page) -> Result<Extraction, ExtractError> {
        let mut listing = Listing::new();
        if page.is(Page::START) {
            match month_address(page) {
                Some(address) => ask_for_months(&mut listing, page, &address, Page::LISTING),
                None => listing.follow(&page.facts().url, Page::LISTING, None),
            }
            listing.onward();
            return listing.finish("nothing to ask for");
        }
        if page.is(Page::LISTING)
            && page.configuration().text("month_url").is_some()
            && let Some(address) = month_address(page)
        {
            ask_for_months(&mut listing, page, &address, MONTH);
        }
        if let Ok(answer) = page.json() {
            let events = items::events(&answer)?;
            collect(&mut listing, page, events)?;
            if let Some(next) = answer.filled("/pagination/nextPageUrl") {
                let joint = if next.contains('?') { '&' } else { '?' };
                listing.follow(&format!("{next}{joint}format=json"), NEXT, None);
            }
            items::nothing_on(&mut listing, page, &answer);
            return listing.finish("the JSON is no list of Squarespace events: no member with `startDate` and `title`");
        }
        let document = page.document()?;
        let events = markup::events(&document)?;
        collect(&mut listing, page, events)?;
        if let Some(url) =
            document.url_of(".eventlist-pagination a[rel=next], .list-pagination-next a, a.next-page", "href")?
        {
            listing.follow(&url, NEXT, None);
        }
        match page.configuration().text("empty") {
            Some(place) => listing.nothing_on(&document, &place, &[])?,
            None => {
                listing.nothing_on(&document, EMPTY, Listing::NOTHING_ON)?;
                listing.nothing_on(&document, "body.collection-type-events main, body.collection-type-events #content, [data-collection-type=events] main", Listing::NOTHING_ON)?;
            }
        }
        listing.disguise(&document)?;
        if listing.is_empty() && page.is(Page::LISTING) && document.has(CALENDAR)? {
            // The calendar block is filled by script, from the months of a collection that its settings name.
            if page.configuration().text("month_url").is_none() {
                for collection in collections(page, &document)? {
                    ask_for_months(&mut listing, page, &by_month(&page.facts().url, &collection), MONTH);
                }
            }
            listing.onward();
        }
        listing.finish("no `.eventlist-event`, `.eventitem` or summary of events, as Squarespace's themes have")
    }
}

/// The address of a month's events of a collection, with blanks for the month.
fn by_month(url: &str, collection: &str) -> String {
    let origin = url.split_once("://").zip(address::host(url)).map(|((scheme, _), host)| format!("{scheme}://{host}"));
    let collection = address::encode(collection);
    format!("{}/api/open/GetItemsByMonth?month={{mm}}-{{yyyy}}&collectionId={collection}", origin.unwrap_or_default())
}

/// The address of a month's events by configuration.
fn month_address(page: &Page) -> Option<String> {
    let configuration = page.configuration();
    let named = configuration.text("month_url");
    named.or_else(|| Some(by_month(&page.facts().url, &configuration.text("collection")?)))
}

/// The collections whose events the calendar blocks of a page show.
fn collections(page: &Page, document: &Element) -> Result<Vec<String>, ExtractError> {
    if let Some(collection) = page.configuration().text("collection") {
        return Ok(vec![collection]);
    }
    let mut collections = Vec::new();
    for block in document.select(CALENDAR)? {
        let settings = block.attribute("data-block-json").and_then(|text| parse_json(&text).ok());
        if let Some(collection) = settings.and_then(|settings| settings.filled("/collectionId"))
            && !collections.contains(&collection)
        {
            collections.push(collection);
        }
    }
    Ok(collections)
}

/// Asks for this month and the following; this page's own is not asked for again.
fn ask_for_months(listing: &mut Listing, page: &Page, address: &str, kind: &str) {
    const MONTHS: u16 = 3; // what a house has announced, mostly
    let months = page.configuration().number("months").and_then(|months| u16::try_from(months).ok()).unwrap_or(MONTHS);
    for ahead in 0..months {
        let month = page.today().first_of_month(ahead);
        let url = template::fill_month(address, month);
        if !page.facts().url.ends_with(&url) {
            listing.follow(&url, kind, Some(&month.to_string()));
        }
    }
}

fn collect(listing: &mut Listing, page: &Page, mut events: Vec<Event>) -> Result<(), ExtractError> {
    let configuration = page.configuration();
    let unwanted: Vec<String> = configuration.texts("not_titles").iter().map(|text| text.to_lowercase()).collect();
    let all = events.len();
    events.retain(|event| {
        let title = event.title().unwrap_or_default().to_lowercase();
        !unwanted.iter().any(|text| title.contains(text))
    });
    if events.len() < all {
        let message = format!("{} entries are no events by `not_titles`", all - events.len());
        listing.remark(Severity::Info, "entries-skipped", &message);
    }
    if let Some(pattern) = configuration.text("title") {
        let titles: Vec<String> = events.iter().map(|event| event.title().unwrap_or_default().to_owned()).collect();
        for (event, title) in events.iter_mut().zip(capture_each(&pattern, &titles)?) {
            event.retitle(title);
        }
    }
    if !configuration.flag("tags_are_genres") {
        for event in &mut events {
            event.clear_genres();
        }
    }
    for event in events {
        listing.event(event);
    }
    // Only months have a context: the day on which they begin.
    if let Some(first) = page.facts().context.as_deref().and_then(|day| day.parse::<Date>().ok()) {
        listing.covers(first, Some(first.last_of_month()));
    }
    Ok(())
}

marquee_sdk::export!(Squarespace);
