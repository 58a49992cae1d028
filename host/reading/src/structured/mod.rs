//! Structured data of a page: JSON-LD, microdata, `h-event`, OpenGraph, all in the form of JSON-LD.
//!
//! Called by `extract` when an extractor asks for it. Reads the document only; knows no vocabulary beyond the shape of items.

use crate::{Document, JsonValue, ReadError};

/// Where an item stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Syntax {
    /// `script` elements of type `application/ld+json`.
    JsonLd,
    /// `itemscope` and `itemprop`.
    Microdata,
    /// Class names of microformats2.
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
    /// The item: `@type`, `@id`, properties.
    pub data: JsonValue,
    /// The line of the page on which it begins.
    pub line: u32,
}

/// The structured data of a document, in its order; nested items and `@graph` are listed on their own as well.
pub fn read(document: &Document) -> Result<Vec<Item>, ReadError> {
    let _ = document;
    Ok(Vec::new())
}
