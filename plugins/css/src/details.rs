//! Events' own pages, and the pages that these lead to: HTML, or JSON whose selectors are pointers.
//!
//! Such a page completes the event of the listing by its key, or tells the single shows of a run. Which event that is came along
//! with the request, as its context.

use marquee_sdk::{
    Configuration, Element, Event, ExtractError, Extraction, Follow, Header, Kind, Listing, Method, Page, Severity,
    Value,
};

use crate::{
    absent_marks,
    event::fill,
    fields::{Cells, Fields, Taken},
    items::{self, Record},
    show_keys,
    when::{Reader, Times},
};

/// The kinds of details pages, each one asked for by the one before it. Deeper than this no site was seen, and the host's limit
/// on depth is near.
const KINDS: [&str; 3] = ["detail", "detail-2", "detail-3"];

/// Bytes of the values that a request hands on; the contract allows 16 KiB of context.
const MOST_INHERITED: usize = 8 << 10;

/// How many pages lie between the listing and this one, if it is a details page.
pub(crate) fn level(kind: &str) -> Option<usize> {
    KINDS.iter().position(|known| *known == kind)
}

/// What a request hands on: which layout of the source, and which event, it is about.
pub(crate) struct Context {
    pub(crate) layout: usize,
    pub(crate) key: String,
    pub(crate) title: String,
    /// What is known of an event whose single shows are told further on: each of them has it.
    pub(crate) inherited: Cells,
}

impl Context {
    /// A line each. Keys and titles are folded texts; a line feed in one could only come from JSON.
    fn write(&self, listing: &mut Listing) -> String {
        let line = |text: &str| text.replace('\n', " ");
        let (inherited, whole) = self.inherited.lines(MOST_INHERITED);
        if !whole {
            let message = "texts that are too long to be handed on are missing in the event's single shows";
            listing.diagnose(Severity::Info, "not-handed-on", message, Some(&self.key), None);
        }
        format!("{}\n{}\n{}{inherited}", self.layout, line(&self.key), line(&self.title))
    }

    fn read(text: &str) -> Self {
        let mut lines = text.split('\n');
        let layout = lines.next().and_then(|line| line.parse().ok()).unwrap_or(0);
        let mut line = || lines.next().unwrap_or_default().to_owned();
        let (key, title) = (line(), line());
        Self { layout, key, title, inherited: Cells::of_lines(lines) }
    }
}

/// The settings of the details pages of a level.
pub(crate) fn of_level(layout: &Configuration, level: usize) -> Option<Configuration> {
    let details = layout.part("details")?;
    if level == 0 { Some(details) } else { of_level(&details, level - 1) }
}

/// Whether these pages tell when an event takes place, so that the listing need not.
pub(crate) fn tell(details: &Configuration, field: &str) -> bool {
    let has = |place: &str| details.value().at(&format!("{place}/{field}")).is_some();
    has("/fields") || has("/shows/fields") || details.part("details").is_some_and(|details| tell(&details, field))
}

/// Whether the pages tell several shows of one event.
pub(crate) fn tell_several(details: &Configuration) -> bool {
    details.flag("several")
        || details.part("shows").is_some()
        || details.part("details").is_some_and(|details| tell_several(&details))
}

/// Asks for an event's page, if there is a link to it.
pub(crate) fn ask(
    listing: &mut Listing,
    details: &Configuration,
    level: usize,
    cells: &Cells,
    context: &Context,
) -> bool {
    let url = cells.one("link").or_else(|| cells.one("event_url").filter(|_| level == 0));
    let (Some(url), Some(kind)) = (url, KINDS.get(level)) else { return false };
    let accept = Header { name: "accept".to_owned(), value: "application/json".to_owned() };
    let context = Some(context.write(listing));
    let headers = if is_json(details) { vec![accept] } else { Vec::new() };
    listing.ask(Follow { method: Method::Get, url, headers, kind: (*kind).to_owned(), context });
    true
}

fn is_json(details: &Configuration) -> bool {
    details.text("format").as_deref() == Some("json")
}

/// The fields of a page, with the link that leads on from it.
pub(crate) fn fields_with_link(fields: Option<&Configuration>, details: Option<&Configuration>) -> Fields {
    let mut fields = Fields::of(fields);
    if let Some(link) = details.and_then(|details| details.value().at("/link")) {
        fields.add("link", &link);
    }
    fields
}

/// Reads a details page.
pub(crate) fn read(
    page: &Page,
    layouts: &[Configuration],
    level: usize,
    reader: &Reader,
) -> Result<Extraction, ExtractError> {
    let context = Context::read(page.facts().context.as_deref().unwrap_or_default());
    let details = layouts
        .get(context.layout)
        .and_then(|layout| of_level(layout, level))
        .ok_or_else(|| ExtractError::Internal("a details page, and no `details` in the configuration".to_owned()))?;
    let mut listing = Listing::new();
    let next = details.part("details");
    let fields = fields_with_link(details.part("fields").as_ref(), next.as_ref());
    let absent = if is_json(&details) {
        let records = in_json(&mut listing, &page.json()?, &details, &fields)?;
        tell_records(&mut listing, records, &details, next.as_ref(), level, &context, reader);
        Vec::new()
    } else {
        let document = page.document()?;
        let absent = absent_marks(&document, &details)?;
        if absent.is_empty() {
            let records = in_html(&mut listing, &document, &details, &fields)?;
            tell_records(&mut listing, records, &details, next.as_ref(), level, &context, reader);
        }
        listing.disguise(&document)?;
        absent
    };
    listing.finish(&match absent.is_empty() {
        true => "none of the configured fields is on the event's page".to_owned(),
        false => format!("the event's page has not {}", absent.join(", nor ")),
    })
}

fn in_html(
    listing: &mut Listing,
    document: &Element,
    details: &Configuration,
    fields: &Fields,
) -> Result<Vec<Record>, ExtractError> {
    Ok(items::read(listing, document, details, fields, "body")?.records)
}

/// The members of the array at the configured pointer, or the one object there.
fn in_json(
    listing: &mut Listing,
    json: &Value,
    details: &Configuration,
    fields: &Fields,
) -> Result<Vec<Record>, ExtractError> {
    let pointer = details.text_or("item", "");
    let Some(found) = json.at(&pointer) else {
        return Err(ExtractError::missing("the event's data", &pointer));
    };
    let members = if found.kind() == Kind::Array { found.items("") } else { vec![found] };
    if members.is_empty() {
        listing.empty("[]", &pointer);
    }
    let taken: Vec<Taken> = members.iter().map(|member| fields.pointed(member)).collect();
    let cells = fields.cells(&taken)?;
    let records = cells.into_iter().map(|cells| Record { cells, show: None }).collect();
    Ok(items::filtered(listing, records, details)?.records)
}

/// Adds what the records tell, and asks for the pages that they lead to.
fn tell_records(
    listing: &mut Listing,
    mut records: Vec<Record>,
    details: &Configuration,
    next: Option<&Configuration>,
    level: usize,
    context: &Context,
    reader: &Reader,
) {
    let several = details.flag("several") || details.part("shows").is_some();
    let several_further_on = next.is_some_and(tell_several);
    if !several {
        records.truncate(1);
    }
    let cells: Vec<&Cells> = records.iter().map(|record| &record.cells).collect();
    let times = reader.read(&cells);
    let bases: Vec<Option<String>> = records.iter().map(|_| Some(context.key.clone())).collect();
    let keys = if several { show_keys(&records, &times, bases, true) } else { bases };
    for ((record, times), key) in records.into_iter().zip(times).zip(keys) {
        if record.cells.is_empty() {
            continue;
        }
        let tells = record.cells.names().any(|name| name != "link");
        let cells = record.cells.within(&context.inherited);
        let key = key.unwrap_or_default();
        if let Some(next) = next {
            let title = cells.one("title").unwrap_or_else(|| context.title.clone());
            let inherited = if several_further_on { cells.clone() } else { Cells::default() };
            if ask(
                listing,
                next,
                level + 1,
                &cells,
                &Context { layout: context.layout, key: key.clone(), title, inherited },
            ) {
                listing.onward();
            }
        }
        // Where the single shows are told further on, there is no event here that could be completed.
        if tells && !several_further_on {
            complete(listing, &cells, times, &key, several.then_some(context.title.as_str()));
        }
    }
}

/// Adds what a record tells about an event of the listing, or about one of its shows, which has a title of its own.
fn complete(listing: &mut Listing, cells: &Cells, times: Times, key: &str, title: Option<&str>) {
    let mut event = Event::new(cells.one("title").or_else(|| title.map(str::to_owned)));
    match &times.start.reading {
        Ok(_) => event = event.when(&times.start),
        // The listing's date stands; a text here would take its place.
        Err(reason) if !times.start.raw.is_empty() => {
            listing.diagnose(Severity::Warning, "date-unreadable", reason, Some(key), Some(&times.start.raw));
        }
        Err(_) => {}
    }
    listing.completion(fill(event, cells, times).key(key));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_context_of_a_request_comes_back_whole() {
        let inherited = Cells::of_lines(["room Cellar"].into_iter());
        let context = Context { layout: 1, key: "/e/7".to_owned(), title: "Moon\nand Sun".to_owned(), inherited };
        let back = Context::read(&context.write(&mut Listing::new()));
        assert_eq!(back.inherited.one("room").as_deref(), Some("Cellar"));
        assert_eq!((back.layout, back.key.as_str(), back.title.as_str()), (1, "/e/7", "Moon and Sun"));
    }

    #[test]
    fn only_the_kinds_of_details_pages_have_a_level() {
        assert_eq!(
            (level("detail"), level("detail-3"), level("next"), level("listing")),
            (Some(0), Some(2), None, None)
        );
    }
}
