//! Any hand-made site, by selectors in the source's configuration (see README.md).

mod fields;
mod when;

use marquee_sdk::{
    Configuration, Description, Element, Event, ExtractError, Extraction, Extractor, Listing, Page, Performer, Role,
    Severity, capture_each, read_performers, template,
};

use crate::{
    fields::{Cells, Fields},
    when::Reader,
};

/// The plugin.
pub struct Css;

const NEXT: &str = "next";
const DETAIL: &str = "detail";

impl Extractor for Css {
    fn describe() -> Description {
        Description::new(
            "css",
            env!("CARGO_PKG_VERSION"),
            "Any hand-made site, by selectors in the source's configuration.",
        )
        .reads(&["HTML pages whose events stand in repeated blocks"])
        .configuration(include_str!("configuration.json"))
    }

    fn extract(page: &Page) -> Result<Extraction, ExtractError> {
        let document = page.document()?;
        let configuration = page.configuration();
        let mut listing = Listing::new();
        if page.is(DETAIL) {
            let details = configuration.part("details").ok_or_else(|| {
                ExtractError::Internal("a details page, and no `details` in the configuration".to_owned())
            })?;
            return detail(listing, page, &document, &details, &Reader::new(&configuration));
        }
        let absent = absent_marks(&document, &configuration)?;
        if absent.is_empty() {
            read(&mut listing, page, &document, &configuration)?;
            ask_for_next(&mut listing, page, &document, &configuration)?;
            if let Some(empty) = configuration.part("empty") {
                let words = empty.texts("words");
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                listing.nothing_on(&document, &empty.text_or("selector", ""), &words)?;
            }
        }
        listing.disguise(&document)?;
        let item = configuration.text_or("item", "");
        listing.finish(&match absent.is_empty() {
            true => format!("no `{item}`, and no word at the configured place that nothing is on"),
            false => format!("the page has not {}", absent.join(", nor ")),
        })
    }
}

/// The configured marks that the page does not match.
fn absent_marks(document: &Element, configuration: &Configuration) -> Result<Vec<String>, ExtractError> {
    let mut absent = Vec::new();
    for mark in configuration.texts("marks") {
        if !document.has(&mark)? {
            absent.push(format!("`{mark}`"));
        }
    }
    Ok(absent)
}

fn read(
    listing: &mut Listing,
    page: &Page,
    document: &Element,
    configuration: &Configuration,
) -> Result<(), ExtractError> {
    let mut fields = Fields::of(configuration.part("fields").as_ref());
    let details = configuration.part("details");
    if let Some(link) = details.as_ref().and_then(|details| details.value().at("/link")) {
        fields.add("link", &link);
    }
    let ignore = configuration.text("ignore");
    let mut cells = fields.read(document, &configuration.text_or("item", ""), ignore.as_deref())?;
    let required = configuration.texts("require");
    let all = cells.len();
    cells.retain(|cells| required.iter().all(|name| cells.one(name).is_some()));
    if cells.len() < all {
        let message = format!("{} items without {} are no events", all - cells.len(), required.join(", "));
        listing.remark(Severity::Debug, "items-skipped", &message);
    }
    for name in fields.names().filter(|name| !cells.is_empty() && cells.iter().all(|cells| cells.one(name).is_none())) {
        listing.remark(Severity::Warning, "field-never-found", &format!("no item has `{name}`"));
    }
    let times = Reader::new(configuration).read(&cells);
    let links: Vec<String> = cells.iter().map(|cells| cells.one("event_url").unwrap_or_default()).collect();
    let paths = capture_each(r"^(?:https?://[^/]+)?(/[^#]*)", &links)?;
    for ((cells, times), path) in cells.iter().zip(times).zip(paths) {
        // A link to the listing itself, or to the site's front page, is no event's own.
        let path = path.filter(|path| path != "/" && !page.facts().url.ends_with(path.as_str()));
        let key = cells.one("key").or(path);
        if details.is_some()
            && let Some(url) = cells.one("link").or_else(|| cells.one("event_url"))
            && let Some(key) = &key
        {
            listing.follow(&url, DETAIL, Some(key));
        }
        listing.event(event(cells, times).key(key));
    }
    Ok(())
}

/// An event's own page: what it tells completes the event of the listing, whose key came along.
fn detail(
    mut listing: Listing,
    page: &Page,
    document: &Element,
    details: &Configuration,
    reader: &Reader,
) -> Result<Extraction, ExtractError> {
    let absent = absent_marks(document, details)?;
    let fields = Fields::of(details.part("fields").as_ref());
    let cells =
        if absent.is_empty() { fields.read(document, &details.text_or("item", "body"), None)? } else { Vec::new() };
    if let Some((cells, times)) = cells.iter().zip(reader.read(&cells)).next()
        && fields.names().any(|name| cells.one(name).is_some())
    {
        let mut event = Event::new(cells.one("title"));
        if !times.start.raw.is_empty() {
            event = event.when(&times.start);
        }
        listing.completion(fill(event, cells, times).key(page.facts().context.as_deref()));
    }
    listing.disguise(document)?;
    listing.finish(&match absent.is_empty() {
        true => "none of the configured fields is on the event's page".to_owned(),
        false => format!("the event's page has not {}", absent.join(", nor ")),
    })
}

fn event(cells: &Cells, times: when::Times) -> Event {
    let event = Event::new(cells.one("title")).when(&times.start);
    fill(event, cells, times)
}

fn fill(event: Event, cells: &Cells, times: when::Times) -> Event {
    let mut event = event
        .doors(times.doors)
        .end(times.end)
        .price_words(cells.one("price"))
        .age_words(cells.one("age"))
        .status_words(cells.one("status"))
        .ticket_url(cells.one("ticket_url"))
        .event_url(cells.one("event_url"))
        .image_url(cells.one("image_url"))
        .description(cells.one("description"))
        .room(cells.one("room"))
        .venue(cells.one("venue"))
        .performers(headliners(cells))
        .performers(acts(cells, "support", Some(Role::Support)))
        .performers(acts(cells, "performers", None));
    for genre in cells.every("genre") {
        event = event.genre(genre);
    }
    event
}

/// The main acts; where only the opening acts have a place of their own, those that the title names.
fn headliners(cells: &Cells) -> Vec<Performer> {
    let named = acts(cells, "headliner", Some(Role::Headliner));
    let only_support = named.is_empty() && cells.one("support").is_some() && cells.one("performers").is_none();
    match cells.one("title").filter(|_| only_support) {
        Some(title) => read_performers(&title),
        None => named,
    }
}

/// Acts of a field: each match is one where the configuration says `every`; else the host reads them out of the text.
fn acts(cells: &Cells, name: &str, role: Option<Role>) -> Vec<Performer> {
    let texts = cells.every(name);
    let single = role == Some(Role::Headliner) || cells.is_every(name);
    let of = |act: Performer| Performer { role: role.unwrap_or(act.role), ..act };
    if single {
        let named = |name: &String| of(Performer { name: name.clone(), role: Role::Performer });
        return texts.iter().map(named).collect();
    }
    texts.iter().flat_map(|text| read_performers(text)).map(of).collect()
}

fn ask_for_next(
    listing: &mut Listing,
    page: &Page,
    document: &Element,
    configuration: &Configuration,
) -> Result<(), ExtractError> {
    let url = &page.facts().url;
    let mut next = configuration
        .text("next_page")
        .and_then(|pages| template::next_page(&pages, url, configuration.number("last_page")));
    if let Some(link) = configuration.value().at("/next") {
        let mut fields = Fields::default();
        fields.add("next_url", &link);
        next = next.or(fields.read(document, ":root", None)?.first().and_then(|cells| cells.one("next_url")));
    }
    // Past the last page a numbered listing is empty; asking on from there would never end.
    if let Some(next) = next.filter(|next| next != url && !listing.is_empty()) {
        listing.follow(&next, NEXT, None);
    }
    Ok(())
}

marquee_sdk::export!(Css);
