//! The page that is to be read.

use crate::{Configuration, Element, Facts, Item, ReadError, Value, bindings};

/// The page, its facts and the source's configuration.
pub struct Page<'a> {
    page: &'a bindings::Page,
    facts: Facts,
}

impl<'a> Page<'a> {
    /// The kind of a source's own address.
    pub const LISTING: &'static str = "listing";
    /// The kind of the empty page that a source with `first_request = "plugin"` begins with: the plugin asks for the listing.
    pub const START: &'static str = "start";

    pub(crate) fn new(page: &'a bindings::Page) -> Self {
        Self { page, facts: page.facts() }
    }

    /// URL, kind, time of fetching, zone and so on.
    #[must_use]
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// Whether a follow request of this kind led here.
    #[must_use]
    pub fn is(&self, kind: &str) -> bool {
        self.facts.kind == kind
    }

    /// The body as text.
    #[must_use]
    pub fn body(&self) -> String {
        self.page.body()
    }

    /// The body as an HTML document.
    pub fn document(&self) -> Result<Element, ReadError> {
        self.page.document()
    }

    /// The body as JSON.
    pub fn json(&self) -> Result<Value, ReadError> {
        self.page.json()
    }

    /// JSON-LD, microdata and so on, in the form of JSON-LD, in document order.
    pub fn structured_data(&self) -> Result<Vec<Item>, ReadError> {
        self.page.structured_data()
    }

    /// The source's configuration.
    #[must_use]
    pub fn configuration(&self) -> Configuration {
        Configuration::new(self.page.configuration())
    }
}
