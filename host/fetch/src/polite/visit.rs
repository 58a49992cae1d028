//! What a visit came to.

use std::fmt;

use chrono::{DateTime, Utc};
use marquee_model::{Page, Toll};

use crate::FetchError;

/// An answer, and what it took.
#[derive(Debug)]
pub struct Visited {
    /// The answer.
    pub answer: PageAnswer,
    /// What it took.
    pub toll: Toll,
}

/// A page, or word that it is as it was.
#[derive(Debug)]
pub enum PageAnswer {
    /// The page.
    Page {
        /// Decoded.
        page: Box<Page>,
        /// The body's bytes after content decoding, of which [`Page::digest`] is; `None` where they are the page's text in UTF-8.
        raw: Option<Vec<u8>>,
    },
    /// Status 304 to a request with validators.
    NotModified,
}

/// Why there is no page, and what it took to find out.
#[derive(Debug, Clone, PartialEq)]
pub struct VisitError {
    /// Why. Secrets are named in it, never shown.
    pub error: FetchError,
    /// What it took.
    pub toll: Toll,
    pub(super) not_before: Option<DateTime<Utc>>,
}

impl VisitError {
    /// Whether the same visit may succeed later without anybody changing anything.
    #[must_use]
    pub const fn heals(&self) -> bool {
        self.error.may_heal()
    }

    /// Before when it is no use, or not polite, to try again. `None`: whenever the schedule says.
    #[must_use]
    pub const fn not_before(&self) -> Option<DateTime<Utc>> {
        self.not_before
    }
}

impl fmt::Display for VisitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl std::error::Error for VisitError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}
