//! Structured data of a page: JSON-LD, microdata, `h-event`, OpenGraph, all in the form of JSON-LD.
//!
//! Called by `extract` when an extractor asks for it. Reads the document only, and puts its findings into one shape: `@type`,
//! `@id` and properties by the names of schema.org. It never judges whether what a page says of itself is true.

mod h_event;
mod json_ld;
mod microdata;
mod open_graph;

use crate::{Document, ElementId, JsonValue, ReadError};

/// Where an item stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Syntax {
    /// `script` elements of type `application/ld+json`.
    JsonLd,
    /// `itemscope` and `itemprop`.
    Microdata,
    /// Class names of microformats: `h-event`, and `vevent` from before.
    HEvent,
    /// `meta property="og:..."`.
    OpenGraph,
}

/// An item of structured data.
#[derive(Debug, Clone)]
pub struct Item {
    /// Where it stands.
    pub syntax: Syntax,
    /// The types without their namespace, such as `MusicEvent`.
    pub types: Vec<String>,
    /// The item: `@type`, `@id`, properties. Values of JSON-LD are as printed there; of the others, texts are folded and URLs
    /// absolute. An item of microdata without properties has its text as `@value`.
    pub data: JsonValue,
    /// The element that it stands in: the `script` of JSON-LD, the element with `itemscope`, and so on.
    pub element: ElementId,
    /// The line of the page on which it begins.
    pub line: u32,
}

/// What a page tells of itself, and what of that cannot be read.
#[derive(Debug, Clone, Default)]
pub struct StructuredData {
    /// The items, in document order, OpenGraph last.
    pub items: Vec<Item>,
    /// Why blocks of it were left out.
    pub faults: Vec<ReadError>,
}

/// The structured data of a document, in its order; nested items and members of `@graph` are listed on their own as well, and
/// references by `@id` to items of the page are filled in. An error where there is some and none of it can be read.
pub fn read(document: &Document) -> Result<Vec<Item>, ReadError> {
    let StructuredData { items, faults } = read_with_faults(document)?;
    match faults.into_iter().next() {
        Some(fault) if items.iter().all(|item| item.syntax == Syntax::OpenGraph) => Err(fault),
        _ => Ok(items),
    }
}

/// The same, with what could not be read beside it. An error only where a limit was reached.
pub fn read_with_faults(document: &Document) -> Result<StructuredData, ReadError> {
    let mut data = StructuredData::default();
    json_ld::read(document, &mut data)?;
    microdata::read(document, &mut data)?;
    h_event::read(document, &mut data)?;
    data.items.sort_by_key(|item| item.element);
    open_graph::read(document, &mut data)?;
    Ok(data)
}

impl StructuredData {
    fn push(&mut self, document: &Document, item: Item) -> Result<(), ReadError> {
        let limit = document.budget().limits().items;
        if self.items.len() >= limit {
            return Err(ReadError::OverBudget { budget: "items", limit: limit as u64 });
        }
        self.items.push(item);
        Ok(())
    }
}

/// A type or property without its namespace, where that is schema.org's: `http://schema.org/Event` and `schema:Event` are `Event`.
fn plain_name(name: &str) -> &str {
    let name = name.trim();
    let rest = name.strip_prefix("https://").or_else(|| name.strip_prefix("http://"));
    let rest = rest.map(|rest| rest.strip_prefix("www.").unwrap_or(rest));
    rest.and_then(|rest| rest.strip_prefix("schema.org"))
        .map(|rest| rest.trim_start_matches(['/', '#']))
        .or_else(|| name.strip_prefix("schema:"))
        .filter(|rest| !rest.is_empty())
        .unwrap_or(name)
}

/// A type without its namespace, whatever that is.
fn plain_type(name: &str) -> &str {
    let plain = plain_name(name);
    plain.rsplit(['/', '#', ':']).find(|part| !part.is_empty()).unwrap_or(plain)
}
