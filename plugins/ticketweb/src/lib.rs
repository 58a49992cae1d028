//! Listings of TicketWeb: those that its plugin sets into venue sites, and its own venue pages (see README.md).

mod calendar;
mod feed;
mod found;
mod own;
mod plugin;

use found::Found;
use marquee_sdk::{DateHints, DateOrder, Description, ExtractError, Extraction, Extractor, Listing, Page, Severity};

/// The plugin.
pub struct TicketWeb;

/// The kinds of the further pages, and of an event's own; the context of the latter is the event's key.
const NEXT: &str = "next";
const DETAIL: &str = "detail";
/// Any part of the plugin.
const PLUGIN: &str =
    "[class^=tw-plugin], [class*=' tw-plugin'], #tw-responsive, .tw-section, .tw-cal-event-popup, .tw-name";
const NEXT_LINK: &str = ".tm-paginate a.next, .tw-paginate a.next, .tw-paginate .next a, a.next.page-numbers, \
                         .pagination a[rel=next], .pagination .next a, link[rel=next]";
/// Where the plugin and the feed widget say that nothing is on, and where TicketWeb's own pages do.
const EMPTY: &str = "[class^=tw-plugin], [class*=' tw-plugin'], #tw-responsive, .tw-no-events, #widget-full-feed";
const OWN_EMPTY: &str = ".event-list, .no-events, .search-results, .media-list, main";

impl Extractor for TicketWeb {
    fn describe() -> Description {
        Description::new(
            "ticketweb",
            env!("CARGO_PKG_VERSION"),
            "Venue sites with TicketWeb's listing plugin, and TicketWeb's own venue pages.",
        )
        .reads(&[
            "lists and grids of the plugin (`tw-section`), its calendar with pop-ups, its older lists, an event's own page",
            "the feed widget (`eb-item`)",
            "venue pages of ticketweb.com and ticketweb.ca",
        ])
        .configuration(include_str!("configuration.json"))
    }

    fn extract(page: &Page) -> Result<Extraction, ExtractError> {
        let document = page.document()?;
        let configuration = page.configuration();
        let hints = hints(page)?;
        let mut listing = Listing::new();
        if page.is(DETAIL) {
            listing.completion(plugin::single(&document, &hints)?.key(page.facts().context.as_deref()));
            return listing.finish("no event on its own page");
        }
        let mut found = plugin::events(&document, &page.body(), &hints)?;
        if found.is_empty() {
            found = feed::events(&document, &hints)?;
        }
        if found.is_empty() {
            found = calendar::events(&page.body(), &hints)?;
        }
        let own = own::is(page)?;
        if found.is_empty() && own {
            found = own::events(page, &document, &hints)?;
        }
        collect(&mut listing, page, found)?;
        if let Some(url) = document.url_of(NEXT_LINK, "href")? {
            listing.follow(&url, NEXT, None);
        }
        match configuration.text("empty") {
            Some(place) => listing.nothing_on(&document, &place, &[])?,
            None if own => listing.nothing_on(&document, OWN_EMPTY, Listing::NOTHING_ON)?,
            None => listing.nothing_on(&document, EMPTY, Listing::NOTHING_ON)?,
        }
        listing.disguise(&document)?;
        let there = if document.has(PLUGIN)? { "TicketWeb's plugin is there" } else { "no listing of TicketWeb" };
        listing.finish(&format!(
            "{there}, without `.tw-section`, `.tw-cal-event-popup`, `.eb-item`, an `all_events` script or events of its own page, \
             and without a word that nothing is on"
        ))
    }
}

/// TicketWeb sells in North America, and its plugin writes `7.2` for the second of July unless a site changed that.
fn hints(page: &Page) -> Result<DateHints, ExtractError> {
    let mut hints = DateHints::in_listing_order();
    let american = page.facts().zone.starts_with("America/")
        || page.facts().zone.starts_with("US/")
        || page.facts().zone == "Pacific/Honolulu";
    hints.order = match page.configuration().text("date_order").as_deref() {
        Some("day-first") => Some(DateOrder::DayFirst),
        Some(_) => Some(DateOrder::MonthFirst),
        None => american.then_some(DateOrder::MonthFirst),
    };
    Ok(hints)
}

/// Takes over what the source wants. One key is one event: what is told twice is taken once, and a second day gets it behind.
fn collect(listing: &mut Listing, page: &Page, found: Vec<Found>) -> Result<(), ExtractError> {
    let configuration = page.configuration();
    let lower = |name: &str| configuration.texts(name).iter().map(|text| text.to_lowercase()).collect::<Vec<_>>();
    let (wanted, unwanted) = (lower("venues"), lower("not_titles"));
    let (rooms, details) = (configuration.flag("rooms"), configuration.flag("details"));
    let (mut elsewhere, mut skipped) = (0_usize, 0_usize);
    let mut seen: Vec<(String, String)> = Vec::new();
    for Found { event, key, day, place, url } in found {
        let at = place.as_deref().map(str::to_lowercase);
        if !wanted.is_empty() && at.is_some_and(|at| !wanted.iter().any(|name| at.contains(name))) {
            elsewhere += 1;
            continue;
        }
        let title = event.title().unwrap_or_default().to_lowercase();
        if unwanted.iter().any(|text| title.contains(text)) {
            skipped += 1;
            continue;
        }
        let key = match key {
            Some(key) if seen.contains(&(key.clone(), day.clone())) => continue,
            Some(key) => {
                let again = seen.iter().any(|(known, _)| *known == key);
                seen.push((key.clone(), day.clone()));
                Some(if again { format!("{key}#{day}") } else { key })
            }
            None => None,
        };
        if let (Some(url), Some(key)) = (url.filter(|_| details), key.as_deref()) {
            listing.follow(&url, DETAIL, Some(key));
        }
        let event = event.key(key);
        listing.event(if rooms { event.room(place) } else { event });
    }
    if skipped > 0 {
        listing.remark(Severity::Info, "entries-skipped", &format!("{skipped} entries are no events by `not_titles`"));
    }
    if elsewhere > 0 {
        listing.remark(Severity::Info, "other-venues", &format!("{elsewhere} events are at other venues"));
        if listing.is_empty() {
            let what = format!("an event at a configured venue, among {elsewhere}");
            return Err(ExtractError::missing(&what, ".tw-venue-name"));
        }
    }
    Ok(())
}

marquee_sdk::export!(TicketWeb);
