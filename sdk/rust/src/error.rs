//! Errors about a page as a whole.

use crate::{
    ExtractError, ReadError,
    bindings::marquee::extractor::types::{MalformedPart, MissingPart},
};

impl ExtractError {
    /// The page is not laid out as the plugin knows it; says which marks are absent.
    #[must_use]
    pub fn layout(reason: impl Into<String>) -> Self {
        Self::UnrecognizedLayout(reason.into())
    }

    /// Something that every such page has is absent. `place` is its selector or JSON pointer.
    #[must_use]
    pub fn missing(what: &str, place: &str) -> Self {
        Self::Missing(MissingPart { what: what.to_owned(), place: place.to_owned() })
    }

    /// Something is there and cannot be read.
    #[must_use]
    pub fn malformed(what: &str, raw: &str, reason: &str) -> Self {
        Self::Malformed(MalformedPart { what: what.to_owned(), raw: shortened(raw), reason: reason.to_owned() })
    }
}

/// The page's words as far as a person needs them to find the place.
pub(crate) fn shortened(raw: &str) -> String {
    const SHOWN: usize = 200; // a line or two of an operator's terminal
    raw.chars().take(SHOWN).collect()
}

impl From<ReadError> for ExtractError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::OverBudget(budget) => Self::malformed("page", "", &format!("a budget was used up: {budget}")),
            ReadError::NotReadable(reason) => Self::layout(format!("the page is not of the kind expected: {reason}")),
            ReadError::BadExpression(reason) => Self::Internal(format!("bad selector, pointer or pattern: {reason}")),
        }
    }
}
