//! Showpass: the answers of its public interface, `/api/public/events/` and `/api/public/discovery/` (see README.md).

mod event;

use marquee_sdk::{
    Description, Element, ExtractError, Extraction, Extractor, Kind, Listing, Page, Severity, Take, Value, address,
    capture_each,
};

/// The plugin.
pub struct Showpass;

/// The kind of the further pages of an answer, and of an answer that a page with the widget led to.
const NEXT: &str = "next";
/// Where the interface stands.
const EVENTS: &str = "https://www.showpass.com/api/public/events/";
/// Events asked for at once: the interface gives no more than a hundred.
const AT_ONCE: &str = "100";
/// How a page asks Showpass's script for the calendar of an organisation, whose number is among the arguments.
const CALENDAR: &str = r#"(?i)calendarWidget\([^)]*?['"](\d{2,12})['"]"#;

impl Extractor for Showpass {
    fn describe() -> Description {
        Description::new("showpass", env!("CARGO_PKG_VERSION"), "Showpass, by the answers of its public interface.")
            .reads(&[
                "/api/public/events/ and /api/public/discovery/ answers",
                "pages with the Showpass calendar widget",
            ])
            .configuration(include_str!("configuration.json"))
    }

    fn extract(page: &Page) -> Result<Extraction, ExtractError> {
        let mut listing = Listing::new();
        if page.is(Page::START) {
            let organization = page.configuration().number("organization");
            let kind = Page::LISTING;
            match organization {
                Some(number) => listing.follow(&coming_events(&number.to_string(), page), kind, None),
                None => listing.follow(&page.facts().url, kind, None),
            }
            listing.onward();
            return listing.finish("nothing to ask for");
        }
        if let Ok(answer) = page.json() {
            return read(listing, page, &answer);
        }
        let document = page.document()?;
        if let Some(organization) = organization(&document)? {
            listing.follow(&coming_events(&organization, page), NEXT, None);
            listing.onward();
        }
        listing.disguise(&document)?;
        listing.finish("no answer of Showpass's interface, and no Showpass widget that names an organisation")
    }
}

/// The address of an organisation's events that have not ended. Of a series its first evening stands for all.
fn coming_events(organization: &str, page: &Page) -> String {
    let since = format!("{}T00:00:00Z", page.today());
    let parameters = [
        ("venue__in", organization),
        ("ends_on__gte", since.as_str()),
        ("only_parents", "true"),
        ("ordering", "starts_on,id"),
        ("page_size", AT_ONCE),
    ];
    parameters.iter().fold(EVENTS.to_owned(), |url, (name, value)| address::with_parameter(&url, name, value))
}

/// The organisation whose calendar a script of the page asks for.
fn organization(document: &Element) -> Result<Option<String>, ExtractError> {
    let scripts = document.select("script:not([src])")?;
    let texts: Vec<String> = scripts.iter().filter_map(|script| script.take(&Take::OwnText)).collect();
    Ok(capture_each(CALENDAR, &texts)?.into_iter().flatten().next())
}

fn read(mut listing: Listing, page: &Page, answer: &Value) -> Result<Extraction, ExtractError> {
    const LAYOUT: &str = "the JSON is no answer of Showpass: no `results` with `name` and `starts_on`";
    let list = answer.at("/results").filter(|list| list.kind() == Kind::Array);
    let items = match &list {
        Some(list) => list.items(""),
        None if answer.filled("/starts_on").is_some() => answer.each(""), // a single event, by its slug
        None => Vec::new(),
    };
    event::collect(&mut listing, page, &items)?;
    if let Some(next) = answer.filled("/next") {
        listing.follow(&next, NEXT, None);
    }
    if list.is_some() && items.is_empty() {
        match answer.integer("/count") {
            Some(0) => listing.empty("\"count\": 0", "/count"),
            // A page behind the last one: what came before it is the listing.
            Some(_) if page.is(NEXT) => {
                listing.remark(Severity::Info, "page-empty", "the page has no results, and the answer counts some");
                listing.empty("\"results\": []", "/results");
            }
            _ => {}
        }
    }
    if let Some(message) = answer.filled("/detail") {
        listing.elsewhere(&format!("an error of Showpass's interface: {message}"));
    }
    listing.finish(LAYOUT)
}

marquee_sdk::export!(Showpass);
