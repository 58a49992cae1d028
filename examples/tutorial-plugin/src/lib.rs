//! The Blue Lantern: an invented venue with a hand-made calendar, as an example of a plugin.
//!
//! Read it from top to bottom; README.md beside it says how to build and run it.

use marquee_sdk::{Columns, Description, Event, ExtractError, Extraction, Extractor, Listing, Page, Role, read_dates};

/// The plugin. It holds nothing: every call happens in a fresh instance.
pub struct BlueLantern;

/// One show. Selected inside the calendar, so that a "related shows" box elsewhere does not count.
const SHOW: &str = "#calendar article.show";

impl Extractor for BlueLantern {
    fn describe() -> Description {
        Description::new("tutorial-plugin", env!("CARGO_PKG_VERSION"), "The Blue Lantern's hand-made calendar.")
            .reads(&["listing pages of bluelantern.example"])
            .configuration(include_str!("configuration.json"))
    }

    fn extract(page: &Page) -> Result<Extraction, ExtractError> {
        let document = page.document()?;

        // Say once what a show consists of; the host reads all shows in one crossing.
        let mut columns = Columns::new();
        let id = columns.attribute("", "data-id"); // an empty selector is the show itself
        let title = columns.text("h2");
        let link = columns.url("h2 a", "href"); // made absolute
        let day = columns.text_before("h1.day"); // the date stands in a heading above several shows
        let times = columns.text(".times");
        let support = columns.texts(".support li");
        let price = columns.text(".price");
        let badge = columns.text(".badge");
        let shows = document.table(SHOW, &columns)?;

        // Day and times are printed apart. Put together they are one text to read: "Friday, May 1 Doors 7 / Show 8".
        let texts = shows
            .iter()
            .map(|show| format!("{} {}", show.get(day).unwrap_or_default(), show.get(times).unwrap_or_default()));
        let dates = read_dates(texts.collect());

        // The configuration has passed the schema; a quirk of the site is a setting.
        let with_support = page.configuration().flag("support_is_billed");

        let mut listing = Listing::new();
        for (show, date) in shows.iter().zip(&dates) {
            let mut event = Event::new(show.get(title))
                .key(show.get(id))
                .event_url(show.get(link))
                .when(date)
                .price_words(show.get(price))
                .status_words(show.get(badge));
            if with_support && !show.all(support).is_empty() {
                event = event.performer(show.get(title), Role::Headliner);
                for act in show.all(support) {
                    event = event.performer(act, Role::Support);
                }
            }
            listing.event(event);
        }

        // The next page, if there is one: the host decides whether to fetch it, and calls `extract` again.
        if let Some(next) = document.url_of("a[rel=next]", "href")? {
            listing.follow(&next, "next", None);
        }

        // If no show was found: does the page say so itself, is it another page, or has it changed?
        listing.nothing_on(&document, "#calendar", Listing::NOTHING_ON)?;
        listing.disguise(&document)?;
        listing.finish("no `article.show` in `#calendar`, and no word there that nothing is on")
    }
}

marquee_sdk::export!(BlueLantern);
