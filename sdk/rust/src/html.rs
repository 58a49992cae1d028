//! Elements of the page, read by the host.

use crate::{Columns, Element, ReadError, Take, bindings::marquee::extractor::html, columns::Table};

/// Parses markup that stands inside other data, such as a JSON string.
pub fn parse_html(markup: &str) -> Result<Element, ReadError> {
    html::parse(markup)
}

impl Element {
    /// Its text and that of its descendants, white space folded.
    #[must_use]
    pub fn text(&self) -> String {
        self.take(&Take::Text).unwrap_or_default()
    }

    /// The value of an attribute.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<String> {
        self.take(&Take::Attribute(name.to_owned()))
    }

    /// The value of an attribute as an absolute URL.
    #[must_use]
    pub fn url(&self, attribute: &str) -> Option<String> {
        self.take(&Take::Url(attribute.to_owned()))
    }

    /// The text of the first match; absent where nothing matches or it is empty.
    pub fn text_of(&self, selector: &str) -> Result<Option<String>, ReadError> {
        Ok(self.first(selector)?.map(|element| element.text()).filter(|text| !text.is_empty()))
    }

    /// The absolute URL in an attribute of the first match.
    pub fn url_of(&self, selector: &str, attribute: &str) -> Result<Option<String>, ReadError> {
        Ok(self.first(selector)?.and_then(|element| element.url(attribute)))
    }

    /// Whether anything matches.
    pub fn has(&self, selector: &str) -> Result<bool, ReadError> {
        Ok(self.first(selector)?.is_some())
    }

    /// A whole listing in one crossing: a row for each match of `items`, with the values of `columns`.
    pub fn table(&self, items: &str, columns: &Columns) -> Result<Table, ReadError> {
        Ok(Table::new(self.rows(items, columns.fields())?))
    }
}
