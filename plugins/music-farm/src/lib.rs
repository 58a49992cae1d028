//! The Music Farm, Charleston: the venue's own hand-made calendar (see README.md).

use marquee_sdk::{Columns, Description, Event, ExtractError, Extraction, Extractor, Listing, Page, Role, read_dates};

/// The plugin.
pub struct MusicFarm;

/// One show.
const SHOW: &str = ".events .event-item[data-event-id]";
/// What says that nothing is on: words in the list's own section, which has no show then.
const LIST: &str = "main section.events";

impl Extractor for MusicFarm {
    fn describe() -> Description {
        Description::new("music-farm", env!("CARGO_PKG_VERSION"), "The Music Farm, Charleston: its own calendar page.")
            .reads(&["listing pages of musicfarm.com"])
    }

    fn extract(page: &Page) -> Result<Extraction, ExtractError> {
        let document = page.document()?;
        let mut columns = Columns::new();
        let key = columns.attribute("", "data-event-id");
        let title = columns.text(".event-title");
        let artists = columns.texts(".artist");
        let date = columns.text(".event-details .date");
        let doors = columns.text(".event-details .time");
        let price = columns.text(".event-details .price");
        let age = columns.text(".event-details .age-restriction");
        let link = columns.url("a.event-link", "href");
        let tickets = columns.url("a.ticket-link", "href");
        let status = columns.text(".event-status, .status, .sold-out, .cancelled");
        let image = columns.url("img", "src");
        let shows = document.table(SHOW, &columns)?;

        // Date and doors are printed apart; read together, "Doors: 7:00 PM" gets its day.
        let texts = shows.iter().map(|show| {
            let parts: Vec<&str> = [show.get(date), show.get(doors)].into_iter().flatten().collect();
            parts.join(", ")
        });
        let dates = read_dates(texts.collect());

        let mut listing = Listing::new();
        for (show, date) in shows.iter().zip(&dates) {
            let mut event = Event::new(show.get(title))
                .key(show.get(key))
                .when(date)
                .status_words(show.get(status))
                .price_words(show.get(price))
                .age_words(show.get(age))
                .event_url(show.get(link))
                .ticket_url(show.get(tickets))
                .image_url(show.get(image));
            for (place, artist) in show.all(artists).iter().enumerate() {
                event = event.performer(artist, if place == 0 { Role::Headliner } else { Role::Support });
            }
            listing.event(event);
        }
        listing.nothing_on(&document, LIST, Listing::NOTHING_ON)?;
        listing.disguise(&document)?;
        listing.finish("no `.event-item` with a number in `.events`, and no word there that nothing is on")
    }
}

marquee_sdk::export!(MusicFarm);
