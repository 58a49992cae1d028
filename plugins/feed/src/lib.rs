//! RSS, Atom and JSON feeds whose items are events (see README.md). The day of publishing is never the event's.

mod details;
mod items;
mod when;
mod xml;

use marquee_sdk::{
    Configuration, Description, Event, ExtractError, Extraction, Extractor, Listing, Page, Severity, capture, clean,
    plain_text,
    prose::{Prose, Wanted, lines_of, place_name},
};

use crate::{
    items::{Feed, Item, PLACE, PRICE},
    when::{Dates, is_over},
};

/// The plugin.
pub struct Feeds;

/// The kind of the events' own pages.
const DETAIL: &str = "detail";
/// The kind of the further pages.
const NEXT: &str = "next";

impl Extractor for Feeds {
    fn describe() -> Description {
        Description::new("feed", env!("CARGO_PKG_VERSION"), "RSS, Atom and JSON feeds whose items are events.")
            .reads(&[
                "RSS and Atom with the elements of an event vocabulary",
                "xCal",
                "JSON Feed",
                "feeds whose titles or texts tell the date, by patterns",
            ])
            .configuration(include_str!("configuration.json"))
    }

    fn extract(page: &Page) -> Result<Extraction, ExtractError> {
        let mut listing = Listing::new();
        let configuration = page.configuration();
        if page.is(DETAIL) {
            return details::read(listing, page, &configuration);
        }
        let mut broken = false;
        let feed = match page.json() {
            Ok(value) => items::of_json(&value),
            Err(_) => xml::parse(&page.body()).and_then(|(root, cut)| {
                broken = cut;
                items::of_xml(&root)
            }),
        };
        let Some(feed) = feed else {
            if let Ok(document) = page.document() {
                listing.disguise(&document)?;
            }
            return listing.finish("no `rss`, `feed` or `rdf` element, and no JSON Feed");
        };
        read(&mut listing, page, &configuration, &feed)?;
        if broken {
            listing.leave_out("feed", &feed.title, "it breaks off before its end");
        }
        if let Some(next) = feed.next.filter(|next| *next != page.facts().url && !listing.is_empty()) {
            listing.follow(&next, NEXT, None);
        }
        if feed.items.is_empty() {
            let title = if feed.title.trim().is_empty() { "a feed without items" } else { feed.title.trim() };
            listing.empty(title, "channel (which has no item)");
        }
        listing.finish("a feed whose items name no event's date: set `fields.date`, or `patterns.date` where a title or text has it")
    }
}

fn read(listing: &mut Listing, page: &Page, configuration: &Configuration, feed: &Feed) -> Result<(), ExtractError> {
    let wanted = Wanted::of(configuration);
    let texts: Vec<Told> = feed.items.iter().map(Told::of).collect::<Result<_, _>>()?;
    let kept: Vec<(&Item, &Told)> = feed
        .items
        .iter()
        .zip(&texts)
        .filter(|(item, told)| wanted.wants(&told.title, field(configuration, "location", item, PLACE).as_deref()))
        .collect();
    if kept.len() < feed.items.len() {
        let message = format!("{} are not wanted by title or location", feed.items.len() - kept.len());
        listing.remark(Severity::Info, "entries-skipped", &message);
        if kept.is_empty() && wanted.by_location() {
            let what = format!("an item at the locations configured, among {}", feed.items.len());
            return Err(ExtractError::missing(&what, "item"));
        }
        if kept.is_empty() {
            listing.empty(&format!("{} items, none of them an event by `not_titles`", feed.items.len()), "item");
        }
    }
    let prose = Prose::of(configuration);
    let dates = Dates::read(&kept, configuration, &prose)?;
    let has_details = configuration.part("details").is_some();
    // A feed that names no date at all is one of news, or needs to be told where the dates are.
    if !has_details && dates.iter().all(|dates| dates.start.raw.is_empty()) {
        return Ok(());
    }
    let mut past = 0;
    let mut last = None;
    let pattern = configuration.text("title");
    for ((item, told), dates) in kept.into_iter().zip(dates) {
        if configuration.flag("upcoming_only")
            && let Some(day) = is_over(&dates.start, page.today())
        {
            past += 1;
            last = last.max(Some(day));
            continue;
        }
        let title = match &pattern {
            Some(pattern) => capture(pattern, &told.title)?.unwrap_or_else(|| told.title.clone()),
            None => told.title.clone(),
        };
        let key = item.key.clone().or_else(|| item.link.clone());
        let one = |name: &str, known: &[&str]| field(configuration, name, item, known);
        let place = place_name(one("location", PLACE).as_deref());
        let mut event = Event::new(title.as_str())
            .key(key.as_deref())
            .event_url(item.link.as_deref())
            .image_url(one("image_url", &[]).or_else(|| item.image.clone()))
            .ticket_url(
                one("ticket_url", &["ticket_url", "tickets_url", "registration"]).filter(|url| url.starts_with("http")),
            )
            .price_words(one("price", PRICE))
            .age_words(one("age", &[]))
            .status_words(one("status", &["status", "event_status"]))
            .description(told.text.as_str());
        event = match configuration.text("location").as_deref() {
            Some("room") => event.room(place),
            Some("venue") => event.venue(place),
            _ => event,
        };
        if configuration.flag("categories_are_genres") {
            for category in &item.categories {
                event = event.genre(clean(category));
            }
        }
        // Where its own page tells the date, an item without one is not undated yet.
        event = if dates.start.raw.is_empty() && has_details { event } else { event.when(&dates.start).end(dates.end) };
        if has_details && let (Some(link), Some(key)) = (&item.link, &key) {
            listing.follow(link, DETAIL, Some(key));
        }
        listing.event(prose.complete(event, &[&told.title, &told.text], &item.content)?);
    }
    if past > 0 {
        let last = last.map(|day| format!(", the last of them on {day}")).unwrap_or_default();
        listing.remark(Severity::Debug, "past-events", &format!("{past} are over{last}"));
        if listing.is_empty() {
            listing.empty(&format!("{past} items, all of them over{last}"), "item");
        }
    }
    Ok(())
}

/// An item's words as text.
pub(crate) struct Told {
    pub(crate) title: String,
    pub(crate) text: String,
}

impl Told {
    fn of(item: &Item) -> Result<Self, ExtractError> {
        let title = plain_text(&item.title)?.split_whitespace().collect::<Vec<_>>().join(" ");
        Ok(Self { title, text: lines_of(&item.content)? })
    }
}

/// What an item says for a field: under the configured names, else under those of the vocabularies.
pub(crate) fn field(configuration: &Configuration, name: &str, item: &Item, known: &[&str]) -> Option<String> {
    let configured = configuration.part("fields").map(|fields| fields.texts(name)).unwrap_or_default();
    let found = configured.iter().find_map(|name| item.named(name));
    let found = if configured.is_empty() { item.known(known) } else { found };
    found.map(clean).filter(|text| !text.is_empty() && text != "-")
}

marquee_sdk::export!(Feeds);
