//! The page that is looked at: its text, parsed once, and what it says of itself.

use marquee_model::Page;
use marquee_reading::{
    Document, DocumentLimits, JsonDocument, JsonValue, ReadError,
    structured::{self, Item},
};

/// A page with everything that marks, places and proposals look at.
#[derive(Debug)]
pub struct Subject<'p> {
    /// The page.
    pub page: &'p Page,
    /// Its document, where it is HTML.
    pub document: Option<Document>,
    /// Its value, where it is JSON.
    pub json: Option<JsonValue>,
    /// Its structured data.
    pub items: Vec<Item>,
}

impl<'p> Subject<'p> {
    /// Parses the page as what it looks like: JSON, a feed or calendar (which stays text), else HTML.
    ///
    /// # Errors
    /// A limit was reached.
    pub fn new(page: &'p Page, limits: &DocumentLimits) -> Result<Self, ReadError> {
        let start = page.body.trim_start();
        let mut subject = Self { page, document: None, json: None, items: Vec::new() };
        if start.starts_with(['{', '[']) {
            subject.json = JsonDocument::parse(&page.body, limits).ok();
        }
        let is_text = subject.json.is_some() || start.starts_with("BEGIN:VCALENDAR") || is_feed(start);
        if !is_text {
            let document = Document::parse(&page.body, &page.url, limits)?;
            subject.items = structured::read_with_faults(&document)?.items;
            subject.document = Some(document);
        }
        Ok(subject)
    }

    /// The items of structured data that are events.
    pub fn events(&self) -> impl Iterator<Item = &Item> {
        let is_event = |item: &&Item| item.types.iter().any(|kind| kind.ends_with("Event") || kind == "Festival");
        self.items.iter().filter(is_event)
    }
}

/// Whether a text begins as RSS, Atom or RDF does.
pub(crate) fn is_feed(start: &str) -> bool {
    let head: String = start.chars().take(600).collect();
    ["<rss", "<feed", "<rdf:RDF"].iter().any(|tag| head.contains(tag))
}
