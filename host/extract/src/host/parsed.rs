//! The page's body, parsed: each way at most once.

use std::sync::Arc;

use marquee_model::Page;
use marquee_reading::{Budget, Document, JsonDocument, JsonValue, ReadError};

/// What a page was parsed to.
#[derive(Default)]
pub(crate) struct Parsed {
    document: Option<Result<Arc<Document>, ReadError>>,
    json: Option<Result<JsonValue, ReadError>>,
}

impl Parsed {
    pub(crate) fn document(&mut self, page: &Page, budget: &Arc<Budget>) -> Result<Arc<Document>, ReadError> {
        let parse = || Document::parse_within(&page.body, &page.url, budget).map(Arc::new);
        self.document.get_or_insert_with(parse).clone()
    }

    pub(crate) fn json(&mut self, page: &Page, budget: &Arc<Budget>) -> Result<JsonValue, ReadError> {
        self.json.get_or_insert_with(|| JsonDocument::parse_within(&page.body, budget)).clone()
    }

    /// The document, where it was asked for.
    pub(crate) fn known(&self) -> Option<Arc<Document>> {
        self.document.as_ref()?.as_ref().ok().map(Arc::clone)
    }
}
