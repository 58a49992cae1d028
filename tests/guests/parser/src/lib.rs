//! A guest that brings its own HTML parser instead of reading through the host. For the benches only: it is what the host's document
//! is measured against.

use marquee_sdk::{
    Date, DateTime, Description, Event, ExtractError, Extraction, Extractor, Listing, Moment, Page, Time,
};
use scraper::{ElementRef, Html, Selector};

/// The guest.
pub struct Parser;

impl Extractor for Parser {
    fn describe() -> Description {
        Description::new("parser", "1.0.0", "Reads the listing of the benches with a parser of its own.")
    }

    fn extract(page: &Page) -> Result<Extraction, ExtractError> {
        #[expect(
            clippy::disallowed_methods,
            reason = "to be measured against the host's parser; this one runs in the sandbox"
        )]
        let document = Html::parse_document(&page.body());
        let [items, title, link, price, act] =
            ["article.event", ".title", "a.more", ".price", ".act"].map(Selector::parse);
        let (Ok(items), Ok(title), Ok(link), Ok(price), Ok(act)) = (items, title, link, price, act) else {
            return Err(ExtractError::Internal("a selector does not parse".to_owned()));
        };
        let mut listing = Listing::new();
        for item in document.select(&items) {
            let first = |selector| item.select(selector).next();
            let acts: Vec<String> = item.select(&act).map(text).collect();
            let price = first(&price).map(text).unwrap_or_default();
            let link = first(&link).and_then(|link| link.attr("href"));
            let event = Event::new(first(&title).map(text))
                .start(Some(show()))
                .event_url(link)
                .description(format!("{} {price}", acts.join(", ")));
            listing.event(event);
        }
        listing.finish("no `article.event`")
    }
}

fn text(element: ElementRef<'_>) -> String {
    let words: Vec<&str> = element.text().flat_map(str::split_whitespace).collect();
    words.join(" ")
}

const fn show() -> Moment {
    let date = Date { year: 2026, month: 12, day: 5 };
    Moment::Local(DateTime { date, time: Time { hour: 20, minute: 0, second: 0 } })
}

marquee_sdk::export!(Parser);
