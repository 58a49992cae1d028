//! The page that is to be read.

use std::cell::OnceCell;

use crate::{About, Configuration, Date, Element, Item, ReadError, Value, bindings};

/// The page, its facts and the source's configuration.
pub struct Page<'a> {
    page: &'a bindings::Page,
    about: About,
    today: OnceCell<Date>,
}

impl<'a> Page<'a> {
    /// The kind of a source's own address.
    pub const LISTING: &'static str = "listing";
    /// The kind of the empty page that a source with `first_request = "plugin"` begins with: the plugin asks for the listing.
    pub const START: &'static str = "start";

    pub(crate) fn new(page: &'a bindings::Page) -> Self {
        Self { page, about: page.about(), today: OnceCell::new() }
    }

    /// URL, kind, zone and so on: all that does not change with the time.
    #[must_use]
    pub fn facts(&self) -> &About {
        &self.about
    }

    /// The day on which the page was fetched, in the source's zone. A plugin that asks for it is run again on an unchanged page
    /// when the day is another: ask only where the answer depends on it.
    #[must_use]
    pub fn today(&self) -> Date {
        *self.today.get_or_init(|| self.page.today())
    }

    /// When the page was fetched, in milliseconds since 1970-01-01T00:00:00Z. A plugin that asks for it is run on every page anew.
    #[must_use]
    pub fn fetched_at(&self) -> i64 {
        self.page.fetched_at()
    }

    /// Whether a follow request of this kind led here.
    #[must_use]
    pub fn is(&self, kind: &str) -> bool {
        self.about.kind == kind
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
