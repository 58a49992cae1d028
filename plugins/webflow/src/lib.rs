//! Webflow's CMS lists: whatever a house calls its classes, an item of a list is one event (see README.md).

use marquee_sdk::{
    Columns, Configuration, Description, Element, ExtractError, Extraction, Extractor, Listing, Page, Row, Severity,
    card::{Card, CardColumns, Selectors, Unseen, read_cards},
};

/// The plugin.
pub struct Webflow;

/// The kind of the further pages of a list.
const NEXT: &str = "next";
/// A list of the CMS. Lists within an item are the item's tags.
const LIST: &str = ".w-dyn-items:not(.w-dyn-item .w-dyn-items)";
/// An item of such a list.
const ITEM: &str = ".w-dyn-item:not(.w-dyn-item .w-dyn-item)";
/// Where Webflow says that a list is empty.
const EMPTY: &str = ".w-dyn-empty:not(.w-condition-invisible, .w-condition-invisible *)";
/// What Webflow hides by a condition, and what it shows for a field in which nothing was entered.
const UNSEEN: Unseen = Unseen { selector: ".w-condition-invisible", text: "This is some text inside of a div block." };

impl Extractor for Webflow {
    fn describe() -> Description {
        Description::new("webflow", env!("CARGO_PKG_VERSION"), "Webflow sites that keep their events in a CMS list.")
            .reads(&["pages with a CMS list whose items name days"])
            .configuration(include_str!("configuration.json"))
    }

    fn extract(page: &Page) -> Result<Extraction, ExtractError> {
        let document = page.document()?;
        let configuration = page.configuration();
        let mut listing = Listing::new();
        let mut seen = Seen::default();
        for list in lists(&document, &configuration)? {
            read(&mut listing, page, &list, &mut seen)?;
        }
        seen.remark(&mut listing);
        if let Some(url) = document.url_of("a.w-pagination-next:not(.w-condition-invisible)", "href")? {
            listing.follow(&url, NEXT, None);
        }
        let own = configuration.text("list").map(|list| format!(":is({list}) {EMPTY}, :is({list}) + {EMPTY}"));
        let place = configuration.text("empty").or(own);
        listing.nothing_on(&document, place.as_deref().unwrap_or(EMPTY), &[])?;
        if seen.kept == 0 && seen.unwanted > 0 {
            return Err(ExtractError::missing(
                &format!("an item of a configured category or venue, among {}", seen.unwanted),
                "configuration.categories",
            ));
        }
        listing.disguise(&document)?;
        listing.finish(&format!(
            "of {} items in the CMS lists of the page not one names a day, and no list says that it is empty",
            seen.items
        ))
    }
}

/// The lists to look at: those that are named, else all of the page.
fn lists(document: &Element, configuration: &Configuration) -> Result<Vec<Element>, ExtractError> {
    let Some(place) = configuration.text("list") else { return Ok(document.select(LIST)?) };
    let mut lists = Vec::new();
    for around in document.select(&place)? {
        if around.matches(LIST)? {
            lists.push(around);
        } else {
            lists.extend(around.select(LIST)?);
        }
    }
    Ok(lists)
}

/// What was met with on a page.
#[derive(Default)]
struct Seen {
    items: usize,
    kept: usize,
    unwanted: usize,
}

impl Seen {
    fn remark(&self, listing: &mut Listing) {
        if self.unwanted > 0 {
            let message = format!("{} items are left out by `categories`, `venues` or `not_titles`", self.unwanted);
            listing.remark(Severity::Info, "entries-skipped", &message);
        }
    }
}

/// Reads one list, if it is one of events: a menu or a blog names no day in most of its items.
fn read(listing: &mut Listing, page: &Page, list: &Element, seen: &mut Seen) -> Result<(), ExtractError> {
    let configuration = page.configuration();
    let selectors = configuration.part("fields").map(|part| Selectors::of(&part)).unwrap_or_default();
    let mut columns = Columns::new();
    let declared = CardColumns::new(&mut columns, &selectors, UNSEEN);
    let table = list.table(ITEM, &columns)?;
    let rows: Vec<&Row> = table.iter().collect();
    let cards = read_cards(&rows, &declared, &page.facts().url);
    seen.items += cards.len();
    let dated = cards.iter().filter(|card| card.dated).count();
    if configuration.text("list").is_none() && dated * 2 < cards.len() {
        return Ok(());
    }
    let wanted = Wanted::of(&configuration);
    for card in cards {
        if !wanted.has(&card) {
            seen.unwanted += 1;
            continue;
        }
        seen.kept += 1;
        let Card { event, category, venue, .. } = card;
        let elsewhere = venue.filter(|name| wanted.house.as_ref().is_some_and(|house| house != name));
        let event = event.venue(elsewhere);
        listing.event(if wanted.categories_are_genres { event.genre(category) } else { event });
    }
    Ok(())
}

/// Which items are events of this source.
struct Wanted {
    categories: Vec<String>,
    venues: Vec<String>,
    not_titles: Vec<String>,
    categories_are_genres: bool,
    house: Option<String>,
}

impl Wanted {
    fn of(configuration: &Configuration) -> Self {
        let lower = |name| configuration.texts(name).iter().map(|text| text.to_lowercase()).collect();
        Self {
            categories: lower("categories"),
            venues: lower("venues"),
            not_titles: lower("not_titles"),
            categories_are_genres: configuration.flag("categories_are_genres"),
            house: configuration.text("house"),
        }
    }

    fn has(&self, card: &Card) -> bool {
        let among = |text: Option<&str>, wanted: &[String]| {
            let text = text.unwrap_or_default().to_lowercase();
            wanted.iter().any(|wanted| text.contains(wanted))
        };
        (self.categories.is_empty() || among(card.category.as_deref(), &self.categories))
            && (self.venues.is_empty() || among(card.venue.as_deref(), &self.venues))
            && !among(card.event.title(), &self.not_titles)
    }
}

marquee_sdk::export!(Webflow);
