//! Event collections of Squarespace sites: their JSON (`?format=json`, `GetItemsByMonth`) and their pages (see README.md).

mod items;
mod markup;

use marquee_sdk::{
    Date, Description, Event, ExtractError, Extraction, Extractor, Listing, Page, Severity, capture_each, template,
};

/// The plugin.
pub struct Squarespace;

/// The kind of the further months; the context is the month's first day.
const MONTH: &str = "month";
/// The kind of the further pages of a collection.
const NEXT: &str = "next";
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
        ask_for_months(&mut listing, page);
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
        if listing.is_empty()
            && page.is(Page::LISTING)
            && document.has(".sqs-block-calendar")?
            && page.configuration().text("month_url").is_some()
        {
            listing.onward(); // the calendar block is filled by script, from the months asked for
        }
        listing.finish("no `.eventlist-event`, `.eventitem` or summary of events, as Squarespace's themes have")
    }
}

/// Asks for the months that configuration names; this page's own is not asked for again.
fn ask_for_months(listing: &mut Listing, page: &Page) {
    let configuration = page.configuration();
    if !page.is(Page::LISTING) {
        return;
    }
    if let Some(address) = configuration.text("month_url") {
        let months = configuration.number("months").and_then(|months| u16::try_from(months).ok()).unwrap_or(1);
        for ahead in 0..months {
            let month = page.facts().today.first_of_month(ahead);
            let url = template::fill_month(&address, month);
            if !page.facts().url.ends_with(&url) {
                listing.follow(&url, MONTH, Some(&month.to_string()));
            }
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
    if let Some(first) =
        page.facts().context.as_deref().and_then(|day| day.parse::<Date>().ok()).filter(|_| page.is(MONTH))
    {
        listing.covers(first, Some(first.last_of_month()));
    }
    Ok(())
}

marquee_sdk::export!(Squarespace);
