//! DICE: the answers that fill its widget, pages that hold the widget, and pages that link to events at DICE (see README.md).

mod api;
mod widget;

use marquee_sdk::{
    Description, Element, Event, ExtractError, Extraction, Extractor, Listing, Page, Severity,
    card::{Selectors, Unseen, linked_cards},
};

/// The plugin.
pub struct Dice;

/// The kind of the further pages of an answer, and of an answer that a page with the widget led to.
pub(crate) const NEXT: &str = "next";
/// A link to an event at DICE.
const LINK: &str = "a:is([href*='link.dice.fm/'], [href*='dice.fm/event/'], [href*='dice.fm/partner/'])";

impl Extractor for Dice {
    fn describe() -> Description {
        Description::new(
            "dice",
            env!("CARGO_PKG_VERSION"),
            "DICE, by its widget's interface and by pages that link to it.",
        )
        .reads(&[
            "/api/v2/events and /v1/events answers",
            "pages that hold the DICE event list widget",
            "pages on which every event has a link to DICE",
        ])
        .configuration(include_str!("configuration.json"))
    }

    fn extract(page: &Page) -> Result<Extraction, ExtractError> {
        let mut listing = Listing::new();
        if page.is(Page::START) {
            widget::ask(&mut listing, page);
            return listing.finish("nothing to ask for: no `venues`, `promoters` and no address of the interface");
        }
        if let Ok(answer) = page.json() {
            return api::read(listing, page, &answer);
        }
        let document = page.document()?;
        linked(&mut listing, page, &document)?;
        if listing.is_empty() {
            widget::follow(&mut listing, page, &document)?;
        }
        if let Some(place) = page.configuration().text("empty") {
            listing.nothing_on(&document, &place, &[])?;
        } else {
            listing.nothing_on(&document, "#dice-event-list-widget, .dice-widget", Listing::NOTHING_ON)?;
        }
        listing.disguise(&document)?;
        listing
            .finish("no answer of DICE, no DICE widget with its settings, and no block with a link to DICE and a day")
    }
}

/// Collects the events of a page that links to DICE: a venue's own list, or the widget as a browser has filled it.
fn linked(listing: &mut Listing, page: &Page, document: &Element) -> Result<(), ExtractError> {
    let configuration = page.configuration();
    let selectors = configuration.part("fields").map(|part| Selectors::of(&part)).unwrap_or_default();
    let not_titles: Vec<String> = configuration.texts("not_titles").iter().map(|text| text.to_lowercase()).collect();
    for linked in linked_cards(document, LINK, &selectors, Unseen::default(), &page.facts().url)? {
        let Some(card) = linked.card else {
            // A link in a page's foot or menu belongs to no event.
            let message = "a link to DICE stands in no block that has a title and a day";
            listing.diagnose(Severity::Info, "link-alone", message, None, Some(&linked.href));
            continue;
        };
        let title = card.event.title().unwrap_or_default().to_lowercase();
        if !not_titles.iter().any(|text| title.contains(text)) {
            listing.event(Event::new(None::<&str>).ticket_url(&linked.href).and(card.event));
        }
    }
    Ok(())
}

marquee_sdk::export!(Dice);
