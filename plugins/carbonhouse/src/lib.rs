//! Venue sites on Carbonhouse's framework: theatres, arenas and halls (see README.md).

mod framework;

use framework::{Block, Shown};
use marquee_sdk::{
    Configuration, Description, Event, ExtractError, Extraction, Extractor, Listing, Page, Severity, read_performers,
};

/// The plugin.
pub struct Carbonhouse;

impl Extractor for Carbonhouse {
    fn describe() -> Description {
        Description::new("carbonhouse", env!("CARGO_PKG_VERSION"), "Venue sites on Carbonhouse's framework.")
            .reads(&["event list pages", "fragments of `events_ajax`, as HTML or in a JSON string"])
            .configuration(include_str!("configuration.json"))
    }

    fn extract(page: &Page) -> Result<Extraction, ExtractError> {
        let configuration = page.configuration();
        let mut listing = Listing::new();
        match framework::open(page)? {
            Shown::Nothing(words) => {
                listing.empty(&words, "");
                listing.finish("")
            }
            Shown::Markup(document) => {
                collect(&mut listing, framework::blocks(&document)?, &configuration)?;
                framework::follow(&mut listing, page, &document, &configuration)?;
                framework::nothing(&mut listing, &document, &configuration)?;
                listing.finish(&framework::layout(&document)?)
            }
        }
    }
}

fn collect(listing: &mut Listing, blocks: Vec<Block>, configuration: &Configuration) -> Result<(), ExtractError> {
    let wanted: Vec<String> = configuration.texts("venues").iter().map(|name| name.to_lowercase()).collect();
    let tagline = configuration.text_or("tagline", "description");
    let mut elsewhere = 0_usize;
    for block in blocks {
        let place = block.place.as_deref().map(str::to_lowercase);
        if !wanted.is_empty() && place.is_some_and(|at| !wanted.iter().any(|name| at.contains(name))) {
            elsewhere += 1;
        } else {
            listing.event(event(block, &tagline));
        }
    }
    if elsewhere > 0 {
        listing.remark(Severity::Info, "other-venues", &format!("{elsewhere} events are at other venues"));
        if listing.is_empty() {
            return Err(ExtractError::missing(
                &format!("an event at a configured venue, among {elsewhere}"),
                ".location",
            ));
        }
    }
    Ok(())
}

fn event(block: Block, tagline: &str) -> Event {
    let title = match (&block.title, &block.tagline) {
        (Some(title), Some(line)) if tagline == "title" => Some(format!("{title} {line}")),
        (title, _) => title.clone(),
    };
    let about = block.tagline.clone().filter(|_| tagline == "description");
    let mut event = Event::new(title)
        .key(block.key)
        .when(&block.date)
        .status(block.status)
        .price_words(block.price)
        .age_words(block.age)
        .ticket_url(block.ticket_url)
        .event_url(block.url)
        .image_url(block.image_url)
        .room(block.room)
        .description(about.or(block.tour));
    if let Some(line) = block.tagline.filter(|_| tagline == "support") {
        // Written as one bill, so that the host splits a list of acts by its rules for bills.
        let title = block.title.as_deref().unwrap_or_default();
        let line = line.strip_prefix("with ").unwrap_or(&line);
        event = event.performers(read_performers(&format!("{title} w/ {line}")));
    }
    event
}

marquee_sdk::export!(Carbonhouse);
