//! Wix: the Events app, by the data that its pages begin with and by their markup, and Boom Calendar, by its interface (see
//! README.md).

mod boom;
mod markup;
mod page_data;
mod wanted;

use marquee_sdk::{
    Description, Element, Event, ExtractError, Extraction, Extractor, Listing, Page, ReadError, Severity, Syntax,
    Value, parse_json, schema_org, schema_org::Offsets,
};

use crate::wanted::Wanted;

/// The plugin.
pub struct Wix;

/// The kind of an event's own page; the context is the event's key.
const DETAIL: &str = "detail";
/// The elements that hold what a page begins with, and what it is.
const WARM_UP: &str = "script#wix-warmup-data";
const SITE: &str = "script#wix-essential-viewer-model, script#wix-viewer-model";
/// Where the widget says that nothing is on.
const EMPTY: &str = "[data-hook='no-events'], [data-hook='no-events-message'], [data-hook*='empty-state' i], [data-hook*='no-upcoming' i]";

impl Extractor for Wix {
    fn describe() -> Description {
        Description::new("wix", env!("CARGO_PKG_VERSION"), "Wix sites with the Events app or with Boom Calendar.")
            .reads(&[
                "pages with the Events widget, and events' own pages",
                "lists of events as Wix's interface gives them",
                "/api/published_calendar answers of Boom Calendar",
            ])
            .configuration(include_str!("configuration.json"))
    }

    fn extract(page: &Page) -> Result<Extraction, ExtractError> {
        let mut listing = Listing::new();
        if page.is(Page::START) {
            listing.follow(&page.facts().url, Page::LISTING, None);
            listing.onward();
            return listing.finish("nothing to ask for");
        }
        let wanted = Wanted::of(&page.configuration());
        if let Ok(answer) = page.json() {
            return read_answer(listing, page, &answer, &wanted);
        }
        let document = page.document()?;
        if page.is(DETAIL) {
            return read_detail(listing, page, &document);
        }
        let base = base(page, &document)?;
        let mut known = Known::default();
        if let Some(data) = json_in(&document, WARM_UP)? {
            for widget in page_data::widgets(&data) {
                known.widget |= widget.lists;
                let path = page.configuration().text("details_path").or_else(|| widget.details_path());
                for item in &widget.events {
                    known.collect(&mut listing, &wanted, item, &base, path.as_deref())?;
                }
                widget.remark(&mut listing);
            }
        }
        if !known.any {
            for event in markup::listed(&document)? {
                known.any = true;
                wanted.give(&mut listing, event, &[], &[]);
            }
        }
        wanted.remark(&mut listing)?;
        ask_for_details(&mut listing, page, &known);
        boom::follow(&mut listing, page, &document)?;
        if known.widget && !known.any {
            listing.empty("\"events\": []", &format!("{WARM_UP} /appsWarmupData/*/*/events/events"));
        }
        match page.configuration().text("empty") {
            Some(place) => listing.nothing_on(&document, &place, &[])?,
            None => listing.nothing_on(&document, EMPTY, &[])?,
        }
        listing.disguise(&document)?;
        listing.finish("no Events widget in the data that the page begins with, and none in its markup")
    }
}

/// What was met with on a page.
#[derive(Default)]
struct Known {
    /// There is a widget that lists events.
    widget: bool,
    /// There is an event, wanted or not.
    any: bool,
    /// Own pages of the events that were collected, with their keys.
    pages: Vec<(String, String)>,
}

impl Known {
    fn collect(
        &mut self,
        listing: &mut Listing,
        wanted: &Wanted,
        item: &Value,
        base: &str,
        path: Option<&str>,
    ) -> Result<(), ExtractError> {
        self.any = true;
        let told = page_data::event(item, base, path)?;
        let own = told.page.zip(item.filled("/id"));
        if wanted.give(listing, told.event, &told.locations, &told.categories) {
            self.pages.extend(own);
        }
        Ok(())
    }
}

/// The JSON in the first element that a selector matches.
fn json_in(document: &Element, selector: &str) -> Result<Option<Value>, ReadError> {
    let Some(element) = document.first(selector)? else { return Ok(None) };
    // A script's text is none of what the page says, so only its own text has it.
    let text = element.take(&marquee_sdk::Take::OwnText).unwrap_or_default();
    Ok(parse_json(&text).ok())
}

/// The site's address, without a slash at its end: free sites stand in a folder of a common host.
fn base(page: &Page, document: &Element) -> Result<String, ReadError> {
    let told = json_in(document, SITE)?.and_then(|model| {
        model.first_filled(&["/site/externalBaseUrl", "/externalBaseUrl", "/siteFeaturesConfigs/seo/context/siteUrl"])
    });
    let url = &page.facts().url;
    let host = marquee_sdk::address::host(url).unwrap_or_default();
    let origin = url.split_once("://").map(|(scheme, _)| format!("{scheme}://{host}"));
    Ok(told.or(origin).unwrap_or_default().trim_end_matches('/').to_owned())
}

/// Lists of Wix's own interface, and Boom Calendar.
fn read_answer(mut listing: Listing, page: &Page, answer: &Value, wanted: &Wanted) -> Result<Extraction, ExtractError> {
    if boom::is_calendar(answer) {
        boom::collect(&mut listing, page, answer, wanted)?;
    } else {
        let path = page.configuration().text("details_path");
        let mut known = Known::default();
        for item in page_data::list(answer) {
            known.collect(&mut listing, wanted, &item, "", path.as_deref())?;
        }
        wanted.remark(&mut listing)?;
        let lists = ["/events", "/events/events"].iter().filter_map(|at| answer.at(at));
        let is_list =
            lists.into_iter().any(|list| list.kind() == marquee_sdk::Kind::Array && list.items("").is_empty());
        if is_list && !known.any {
            listing.empty("\"events\": []", "/events");
        }
    }
    if let Some(message) = answer.first_filled(&["/message", "/error/message", "/error", "/errorMessage"]) {
        listing.elsewhere(&format!("an error of the interface: {message}"));
    }
    listing.finish("the JSON is no list of Wix's events and no calendar of Boom")
}

fn ask_for_details(listing: &mut Listing, page: &Page, known: &Known) {
    if page.configuration().flag("details") {
        for (url, key) in &known.pages {
            listing.follow(url, DETAIL, Some(key));
        }
    }
}

/// An event's own page: what it begins with, what it publishes, and what it shows, in this order.
fn read_detail(mut listing: Listing, page: &Page, document: &Element) -> Result<Extraction, ExtractError> {
    let key = page.facts().context.clone();
    let base = base(page, document)?;
    let mut event: Option<Event> = None;
    let mut add = |told: Event| {
        event = Some(match event.take() {
            Some(known) => known.and(told),
            None => told,
        });
    };
    if let Some(data) = json_in(document, WARM_UP)? {
        for item in page_data::widgets(&data).iter().flat_map(|widget| &widget.single) {
            add(page_data::event(item, &base, None)?.event);
        }
    }
    let mut items = page.structured_data()?;
    items.retain(|item| item.syntax == Syntax::JsonLd);
    if let Some(published) = schema_org::events(&items, Offsets::Kept)?.into_iter().next() {
        add(published.event);
    }
    if let Some(shown) = markup::detail(document)? {
        add(shown);
    }
    if let Some(event) = event {
        listing.completion(Event::new(None::<&str>).key(key).and(event).event_url(page.facts().url.as_str()));
    } else {
        listing.remark(Severity::Warning, "no-event", "the event's own page tells of no event");
    }
    listing.disguise(document)?;
    listing.finish("no event in the data, the JSON-LD or the markup of an event's page")
}

marquee_sdk::export!(Wix);
