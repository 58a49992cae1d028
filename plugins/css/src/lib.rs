//! Any hand-made site, by selectors in the source's configuration (see README.md).
//!
//! A page goes through `items` (which elements), `fields` and `work` (what is taken and done with it), `when` (dates) and `event`;
//! `next` and `details` ask for further pages. This file joins them and tries the configured layouts.

mod details;
mod event;
mod fields;
mod items;
mod next;
mod when;
mod work;

use marquee_sdk::{
    Configuration, Description, Element, Event, ExtractError, Extraction, Extractor, Listing, Outcome, Page, Severity,
    capture_each, parse_html,
};

use crate::{
    details::Context,
    fields::{Cells, Fields},
    items::{Items, OwnKey, Record},
    when::{Reader, Times, calendar_day, clock},
};

/// The plugin.
pub struct Css;

pub(crate) const NEXT: &str = "next";
/// The element that markup out of JSON is put into, in the place of a page's root.
pub(crate) const PAGE: &str = "x-page";

impl Extractor for Css {
    fn describe() -> Description {
        Description::new(
            "css",
            env!("CARGO_PKG_VERSION"),
            "Any hand-made site, by selectors in the source's configuration.",
        )
        .reads(&["HTML pages whose events stand in repeated blocks", "JSON that events' own pages lead to"])
        .configuration(include_str!("configuration.json"))
    }

    fn extract(page: &Page) -> Result<Extraction, ExtractError> {
        let configuration = page.configuration();
        let reader = Reader::new(&configuration);
        let mut layouts = configuration.parts("layouts");
        if layouts.is_empty() {
            layouts.push(page.configuration());
        }
        if let Some(level) = details::level(&page.facts().kind) {
            return details::read(page, &layouts, level, &reader);
        }
        let document = document(page, &configuration)?;
        let (mut disguised, mut malformed, mut unknown) = (None, None, Vec::new());
        for (at, layout) in layouts.iter().enumerate() {
            match listing(page, &document, layout, at, &reader) {
                Ok(done) if matches!(done.outcome, Outcome::NotAListing(_)) => disguised = Some(done),
                Ok(done) => return Ok(done),
                Err(ExtractError::UnrecognizedLayout(reason)) => unknown.push(reason),
                Err(ExtractError::Malformed(part)) => malformed = malformed.or(Some(part)),
                Err(error) => return Err(error),
            }
        }
        match (malformed, disguised) {
            (Some(part), _) => Err(ExtractError::Malformed(part)),
            (None, Some(done)) => Ok(done),
            (None, None) => Err(ExtractError::layout(unknown.join("; in another layout: "))),
        }
    }
}

/// The page's markup; where a server answers with JSON that holds it, the markup in there.
fn document(page: &Page, configuration: &Configuration) -> Result<Element, ExtractError> {
    if let Some(pointer) = configuration.text("markup")
        && page.body().trim_start().starts_with(['{', '['])
    {
        let pieces = page.json()?.texts(&pointer);
        if pieces.is_empty() {
            return Err(ExtractError::missing("the markup in the page's JSON", &pointer));
        }
        return Ok(parse_html(&format!("<{PAGE}>{}</{PAGE}>", pieces.concat()))?);
    }
    Ok(page.document()?)
}

/// The page read by one layout.
fn listing(
    page: &Page,
    document: &Element,
    layout: &Configuration,
    at: usize,
    reader: &Reader,
) -> Result<Extraction, ExtractError> {
    let mut listing = Listing::new();
    let absent = absent_marks(document, layout)?;
    let item = layout.text_or("item", "");
    if absent.is_empty() {
        let details = layout.part("details");
        let fields = details::fields_with_link(layout.part("fields").as_ref(), details.as_ref());
        let items = items::read(&mut listing, document, layout, &fields, "")?;
        let found = items.found;
        let of_shows = Fields::of(layout.part("shows").and_then(|shows| shows.part("fields")).as_ref());
        remark_absent(&mut listing, &items, fields.names().chain(of_shows.names()));
        add_events(&mut listing, page, &items, details.as_ref(), at, reader)?;
        next::ask(&mut listing, page, document, layout, found)?;
        if let Some(empty) = layout.part("empty") {
            let words = empty.texts("words");
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            listing.nothing_on(document, &empty.text_or("selector", ""), &words)?;
        }
        if let Some(words) = items.skipped.filter(|_| listing.is_empty()) {
            // Every item says that it is no event for this source: the page is known, and nothing is on.
            listing.empty(&words, &item);
        }
    }
    listing.disguise(document)?;
    listing.finish(&match absent.is_empty() {
        true => format!("no `{item}`, and no word at the configured place that nothing is on"),
        false => format!("the page has not {}", absent.join(", nor ")),
    })
}

/// The configured marks that the page does not match.
pub(crate) fn absent_marks(document: &Element, configuration: &Configuration) -> Result<Vec<String>, ExtractError> {
    let mut absent = Vec::new();
    for mark in configuration.texts("marks") {
        if !document.has(&mark)? {
            absent.push(format!("`{mark}`"));
        }
    }
    Ok(absent)
}

/// Remarks on fields that no item has. A badge is told by few events, and by none on a good day.
fn remark_absent<'f>(listing: &mut Listing, items: &Items, names: impl Iterator<Item = &'f str>) {
    let never = |name: &&str| items.records.iter().all(|record| record.cells.one(name).is_none());
    let mut told: Vec<&str> = Vec::new();
    for name in names.filter(|name| *name != "status" && !items.records.is_empty()).filter(never) {
        if !told.contains(&name) {
            listing.remark(Severity::Warning, "field-never-found", &format!("no item has `{name}`"));
            told.push(name);
        }
    }
}

fn add_events(
    listing: &mut Listing,
    page: &Page,
    items: &Items,
    details: Option<&Configuration>,
    layout: usize,
    reader: &Reader,
) -> Result<(), ExtractError> {
    let records = &items.records;
    let cells: Vec<&Cells> = records.iter().map(|record| &record.cells).collect();
    let times = reader.read(&cells);
    let several = details.is_some_and(details::tell_several);
    let bases = keys(page, &cells)?;
    let keys = show_keys(records, &times, bases.clone(), false);
    for ((cells, times), (base, key)) in cells.into_iter().zip(times).zip(bases.into_iter().zip(keys)) {
        let title = cells.one("title");
        let mut completed = false;
        if let Some(details) = details
            // Where that page tells the single shows, it gets the key without a day.
            && let Some(key) = if several { &base } else { &key }
        {
            let inherited = if several { cells.clone() } else { Cells::default() };
            let context = Context { layout, key: key.clone(), title: title.clone().unwrap_or_default(), inherited };
            completed = details::ask(listing, details, 0, cells, &context);
        }
        let later = |field: &str| completed && details.is_some_and(|details| details::tell(details, field));
        let undated = times.start.raw.is_empty();
        if (undated && later("date")) || (title.is_none() && later("title")) {
            let event = if undated { Event::new(title) } else { Event::new(title).when(&times.start) };
            if several {
                listing.onward(); // its shows are events; it is none itself
            } else {
                listing.completion(event::fill(event, cells, times).key(key));
            }
        } else if several && undated && details.is_some_and(|details| details::tell(details, "date")) {
            // All its neighbours are told by their own pages, so that the listing itself may have no date at all.
            let reason = "it has no date, and no page of its own that would tell it";
            listing.diagnose(Severity::Warning, "event-left-out", reason, title.as_deref(), None);
        } else if several {
            for event in event::on_days(cells, &times, base.as_deref()) {
                listing.event(event);
            }
        } else {
            listing.event(event::event(cells, times).key(key));
        }
    }
    Ok(())
}

/// The keys of items: the site's own, else the path of the event's page.
fn keys(page: &Page, cells: &[&Cells]) -> Result<Vec<Option<String>>, ExtractError> {
    let link = |cells: &&Cells| cells.one("event_url").or_else(|| cells.one("link")).unwrap_or_default();
    let links: Vec<String> = cells.iter().map(link).collect();
    let paths = capture_each(r"^(?:https?://[^/]+)?(/[^#]*)", &links)?;
    // A link to the listing itself, or to the site's front page, is no event's own.
    let own = |path: &String| path != "/" && !page.facts().url.ends_with(path.as_str());
    Ok(cells.iter().zip(paths).map(|(cells, path)| cells.one("key").or_else(|| path.filter(own))).collect())
}

/// The keys of the shows of items: the item's with the day, and with the time where there are several on a day. `listed`: each
/// record is a show of an event that the listing told with its first day, so that a day's first show keeps the day alone.
pub(crate) fn show_keys(
    records: &[Record],
    times: &[Times],
    bases: Vec<Option<String>>,
    listed: bool,
) -> Vec<Option<String>> {
    let of_day = |record: &Record, times: &Times, base: &Option<String>| {
        let shown = record.show == Some(OwnKey::No) || (listed && record.show != Some(OwnKey::Yes));
        let start = times.start.start().filter(|_| shown)?;
        let day = calendar_day(start, &times.start.raw)?;
        Some((format!("{}#{day}", base.as_ref()?), clock(start, &times.start.raw)))
    };
    let days: Vec<_> =
        records.iter().zip(times).zip(&bases).map(|((record, times), base)| of_day(record, times, base)).collect();
    let timed = |at: usize, key: &str| {
        let same = |day: &&Option<(String, Option<String>)>| day.as_ref().is_some_and(|(known, _)| known == key);
        let before = days.iter().take(at).filter(same).count();
        if listed { before > 0 } else { before > 0 || days.iter().skip(at + 1).any(|day| same(&day)) }
    };
    days.iter()
        .enumerate()
        .zip(bases)
        .map(|((at, day), base)| match day {
            Some((key, Some(clock))) if timed(at, key) => Some(format!("{key}T{clock}")),
            Some((key, _)) => Some(key.clone()),
            None => base,
        })
        .collect()
}

marquee_sdk::export!(Css);
