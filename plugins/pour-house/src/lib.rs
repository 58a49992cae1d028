//! The Pour House, Charleston: two stages in one listing (see README.md).

use marquee_sdk::{
    Columns, Description, Event, ExtractError, Extraction, Extractor, Listing, Page, Role, capture_each, read_dates,
};

/// The plugin.
pub struct PourHouse;

/// One show.
const SHOW: &str = ".show-list article.show";
/// Where the list stands, with or without shows.
const LIST: &str = "main .show-list";
const NEXT: &str = "next";

impl Extractor for PourHouse {
    fn describe() -> Description {
        Description::new(
            "pour-house",
            env!("CARGO_PKG_VERSION"),
            "The Pour House, Charleston: its own listing of main stage and deck.",
        )
        .reads(&["listing pages of charlestonpourhouse.com, as far as they are known (see README.md)"])
    }

    fn extract(page: &Page) -> Result<Extraction, ExtractError> {
        let document = page.document()?;
        let mut columns = Columns::new();
        let title = columns.text(".show-title");
        let link = columns.url(".show-title a", "href");
        let support = columns.texts(".show-support li");
        let day = columns.attribute("time[datetime]", "datetime");
        let times = columns.text(".show-times");
        let stage = columns.text(".show-stage");
        let price = columns.text(".show-price");
        let age = columns.text(".show-age");
        let status = columns.text(".show-status");
        let tickets = columns.url("a.show-tickets", "href");
        let image = columns.url("img", "src");
        let shows = document.table(SHOW, &columns)?;

        let texts = shows.iter().map(|show| {
            let parts: Vec<&str> = [show.get(day), show.get(times)].into_iter().flatten().collect();
            parts.join(", ")
        });
        let dates = read_dates(texts.collect());
        let keys = capture_each(r"^(?:https?://[^/]+)?(/[^?#]*)", &shows.column(link))?;

        let mut listing = Listing::new();
        for ((show, date), key) in shows.iter().zip(&dates).zip(keys) {
            let mut event = Event::new(show.get(title))
                .key(key)
                .when(date)
                .room(show.get(stage))
                .status_words(show.get(status))
                .price_words(show.get(price))
                .age_words(show.get(age))
                .event_url(show.get(link))
                .ticket_url(show.get(tickets))
                .image_url(show.get(image));
            if !show.all(support).is_empty() {
                event = event.performer(show.get(title), Role::Headliner);
            }
            for act in show.all(support) {
                event = event.performer(act, Role::Support);
            }
            listing.event(event);
        }
        if let Some(url) = document.url_of("nav.pages a[rel=next]", "href")? {
            listing.follow(&url, NEXT, None);
        }
        listing.nothing_on(&document, LIST, Listing::NOTHING_ON)?;
        listing.disguise(&document)?;
        listing.finish("no `article.show` in `.show-list`, and no word there that nothing is on")
    }
}

marquee_sdk::export!(PourHouse);
