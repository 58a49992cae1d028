//! Events that a page publishes for search engines, in the vocabulary of schema.org, as JSON-LD or microdata (see README.md).

use std::collections::BTreeMap;

use marquee_sdk::schema_org::{Offsets, SchemaEvent};
use marquee_sdk::{
    Configuration, Description, Element, ExtractError, Extraction, Extractor, Item, Listing, Page, Severity, Syntax,
    capture_each, schema_org,
};

/// The plugin.
pub struct JsonLd;

/// The kind of the pages that `details` leads to.
const DETAIL: &str = "detail";
/// The kind of the pages that `next` leads to.
const NEXT: &str = "next";

impl Extractor for JsonLd {
    fn describe() -> Description {
        Description::new(
            "json-ld",
            env!("CARGO_PKG_VERSION"),
            "Any site that publishes its events as schema.org data, in JSON-LD or microdata.",
        )
        .reads(&[
            "HTML pages with JSON-LD or microdata of type Event, MusicEvent, TheaterEvent, Festival and so on",
            "JSON-LD documents",
        ])
        .configuration(include_str!("configuration.json"))
    }

    fn extract(page: &Page) -> Result<Extraction, ExtractError> {
        let configuration = page.configuration();
        let items = match page.json() {
            Ok(document) => schema_org::items_of(&document),
            Err(_) => page.structured_data()?,
        };
        let offsets = match configuration.text("offsets").as_deref() {
            Some("ignored") => Offsets::Ignored,
            _ => Offsets::Kept,
        };
        // A page says the same twice in two syntaxes; JSON-LD is the more complete one.
        let of = |syntax| items.iter().filter(move |item| item.syntax == syntax && schema_org::is_event(item));
        let syntax =
            [Syntax::JsonLd, Syntax::Microdata, Syntax::HEvent].into_iter().find(|&one| of(one).next().is_some());
        let chosen: Vec<Item> = items.into_iter().filter(|item| Some(item.syntax) == syntax).collect();
        let found = schema_org::events(&chosen, offsets)?;
        let published = found.len();

        let (mut here, names) = at_the_venue(found, &configuration);
        retitle(&mut here, &configuration)?;
        let mut listing = Listing::new();
        collect(&mut listing, here, configuration.flag("rooms"));
        if listing.is_empty() && published > 0 {
            return Err(ExtractError::missing(
                &format!("an event at this venue, among {published} at {names}"),
                "/location/name",
            ));
        }
        if let Ok(document) = page.document() {
            ask_for_more(&mut listing, page, &document, &configuration)?;
            if let Some(place) = configuration.text("empty") {
                let words = configuration.texts("empty_words");
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                listing.nothing_on(&document, &place, if words.is_empty() { Listing::NOTHING_ON } else { &words })?;
            }
            listing.disguise(&document)?;
        }
        empty_list(&mut listing, page);
        listing.finish(
            "no schema.org event in JSON-LD or microdata, and no word at the configured place that nothing is on",
        )
    }
}

/// The events at the configured locations, and the names of the others. An event without a location is the venue's own.
fn at_the_venue(found: Vec<SchemaEvent>, configuration: &Configuration) -> (Vec<SchemaEvent>, String) {
    let lower =
        |name: &str| -> Vec<String> { configuration.texts(name).iter().map(|text| text.to_lowercase()).collect() };
    let (wanted, unwanted) = (lower("locations"), lower("not_locations"));
    let among = |names: &[String], texts: &[String]| {
        names.iter().any(|name| texts.iter().any(|text| name.to_lowercase().contains(text)))
    };
    let (here, elsewhere): (Vec<_>, Vec<_>) = found.into_iter().partition(|event| {
        let named = event.locations.is_empty() || wanted.is_empty() || among(&event.locations, &wanted);
        named && !among(&event.locations, &unwanted)
    });
    let mut names: Vec<String> = elsewhere.into_iter().filter_map(|event| event.locations.into_iter().next()).collect();
    names.sort();
    names.dedup();
    (here, names.join(", "))
}

/// Takes the configured part of each title, in one crossing.
fn retitle(events: &mut [SchemaEvent], configuration: &Configuration) -> Result<(), ExtractError> {
    if let Some(pattern) = configuration.text("title") {
        let titles: Vec<String> = events.iter().map(|one| one.event.title().unwrap_or_default().to_owned()).collect();
        for (one, title) in events.iter_mut().zip(capture_each(&pattern, &titles)?) {
            one.event.retitle(title);
        }
    }
    Ok(())
}

/// The event's address is its key, unless several events have the same (a site that gives its home page): then the start is
/// part of it, as one key is one event.
fn collect(listing: &mut Listing, events: Vec<SchemaEvent>, rooms: bool) {
    let mut addresses: BTreeMap<String, usize> = BTreeMap::new();
    for url in events.iter().filter_map(|event| event.url.clone()) {
        *addresses.entry(url).or_default() += 1;
    }
    for SchemaEvent { event, url, starts, locations } in events {
        let shared = url.as_ref().is_some_and(|url| addresses.get(url).is_some_and(|&count| count > 1));
        let key = url.map(|url| if shared { format!("{url}#{starts}") } else { url });
        let room = locations.into_iter().next().filter(|_| rooms);
        listing.event(event.key(key).room(room));
    }
}

fn ask_for_more(
    listing: &mut Listing,
    page: &Page,
    document: &Element,
    configuration: &Configuration,
) -> Result<(), ExtractError> {
    if let Some(selector) = configuration.text("details").filter(|_| !page.is(DETAIL)) {
        for link in document.select(&selector)? {
            if let Some(url) = link.url("href") {
                listing.follow(&url, DETAIL, None);
            }
        }
        if listing.is_empty() {
            listing.onward();
        }
    }
    if let Some(selector) = configuration.text("next").filter(|_| !page.is(DETAIL))
        && let Some(url) = document.url_of(&selector, "href")?
        && url != page.facts().url
    {
        listing.follow(&url, NEXT, None);
    }
    Ok(())
}

/// A document that is nothing but an empty JSON list says itself that nothing is on.
fn empty_list(listing: &mut Listing, page: &Page) {
    const LONGEST: usize = 64; // an empty list with white space; longer bodies hold something
    let body = page.body();
    if listing.is_empty() && body.len() < LONGEST && body.split_whitespace().collect::<String>() == "[]" {
        listing.remark(Severity::Info, "empty-list", "the JSON-LD document is an empty list");
        listing.empty("[]", "");
    }
}

marquee_sdk::export!(JsonLd);
