//! A page's HTML as a tree that can be asked with CSS selectors: the host's half of the contract's `html` interface.
//!
//! A [`Document`] is built once from decoded text, within a [`Budget`], and never changes. It stands between fetching (which
//! decodes) and the sandbox (whose calls `extract` hands on to the methods here). It never fetches, runs scripts or follows
//! links, and whatever the page contains, building and asking it ends in bounded time and memory, with an error if need be.

use std::sync::Arc;

use marquee_model::WebUrl;

use crate::{Budget, DocumentLimits, ReadError};

/// An element of a [`Document`], or the document itself. Only valid for the document that gave it; another document
/// answers as if nothing were there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ElementId(u32);

/// What to take from an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Take {
    /// Its text and that of its descendants without `script` and `style`, white space folded to single blanks, trimmed.
    Text,
    /// The same without descendants.
    OwnText,
    /// Like `Text`, with a line feed for `br` and around block elements.
    Lines,
    /// The value of an attribute.
    Attribute(String),
    /// The value of an attribute as an absolute URL.
    Url(String),
    /// Its markup, itself included, cut at the limit.
    Markup,
}

/// Where to look, seen from an item of [`Document::rows`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Among its descendants; an empty selector is the item itself.
    Inside,
    /// The nearest element before it in document order that matches.
    Before,
    /// The nearest of its ancestors that matches, itself included.
    Around,
}

/// A column of [`Document::rows`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// CSS selector.
    pub selector: String,
    /// Where to look.
    pub scope: Scope,
    /// What to take.
    pub take: Take,
    /// Every match, or the first. Only with [`Scope::Inside`].
    pub every: bool,
}

/// One item of [`Document::rows`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The item.
    pub item: ElementId,
    /// One cell a field, in their order: the values found. An empty list is "nothing matched".
    pub cells: Vec<Vec<String>>,
}

/// A parsed page or piece of markup.
#[derive(Debug)]
pub struct Document {
    base: WebUrl,
    budget: Arc<Budget>,
}

impl Document {
    /// Parses a page with a budget of its own. `base` is the page's address after redirects; a `base` element in the page goes before it.
    pub fn parse(text: &str, base: &WebUrl, limits: &DocumentLimits) -> Result<Self, ReadError> {
        Self::parse_within(text, base, &Budget::new(limits.clone()))
    }

    /// Parses markup that stands inside other data, with a budget of its own.
    pub fn parse_fragment(text: &str, base: &WebUrl, limits: &DocumentLimits) -> Result<Self, ReadError> {
        Self::parse_fragment_within(text, base, &Budget::new(limits.clone()))
    }

    /// Parses a page on the page's budget.
    pub fn parse_within(text: &str, base: &WebUrl, budget: &Arc<Budget>) -> Result<Self, ReadError> {
        budget.spend_bytes(text.len())?;
        Ok(Self { base: base.clone(), budget: Arc::clone(budget) })
    }

    /// Parses markup that stands inside other data on the page's budget.
    pub fn parse_fragment_within(text: &str, base: &WebUrl, budget: &Arc<Budget>) -> Result<Self, ReadError> {
        Self::parse_within(text, base, budget)
    }

    /// The document itself.
    #[must_use]
    pub const fn root(&self) -> ElementId {
        ElementId(0)
    }

    /// What relative URLs are resolved against: the page's `base` element, else its address.
    #[must_use]
    pub const fn base(&self) -> &WebUrl {
        &self.base
    }

    /// The budget that this document's reading counts against.
    #[must_use]
    pub const fn budget(&self) -> &Arc<Budget> {
        &self.budget
    }

    /// Every match among the descendants of `from`, in document order.
    pub fn select(&self, from: ElementId, selector: &str) -> Result<Vec<ElementId>, ReadError> {
        let _ = (from, selector);
        Ok(Vec::new())
    }

    /// The first match.
    pub fn first(&self, from: ElementId, selector: &str) -> Result<Option<ElementId>, ReadError> {
        let _ = (from, selector);
        Ok(None)
    }

    /// Whether the element itself matches.
    pub fn matches(&self, element: ElementId, selector: &str) -> Result<bool, ReadError> {
        let _ = (element, selector);
        Ok(false)
    }

    /// The nearest of the ancestors that matches, itself included.
    pub fn closest(&self, element: ElementId, selector: &str) -> Result<Option<ElementId>, ReadError> {
        let _ = (element, selector);
        Ok(None)
    }

    /// The nearest element before it in document order that matches.
    pub fn preceding(&self, element: ElementId, selector: &str) -> Result<Option<ElementId>, ReadError> {
        let _ = (element, selector);
        Ok(None)
    }

    /// The element's name in lower case; empty for the document.
    #[must_use]
    pub fn name(&self, element: ElementId) -> &str {
        let _ = element;
        ""
    }

    /// Takes text, attribute, URL or markup. `None`: no such attribute, no URL, or the budget for output is used up.
    #[must_use]
    pub fn take(&self, element: ElementId, what: &Take) -> Option<String> {
        let _ = (element, what);
        None
    }

    /// A whole listing at once: for every match of `items` below `from` one row with a cell for each of `fields`.
    pub fn rows(&self, from: ElementId, items: &str, fields: &[Field]) -> Result<Vec<Row>, ReadError> {
        let _ = (from, items, fields);
        Ok(Vec::new())
    }

    /// Where the element stands, as a selector that finds it: `html > body > ul#list > li:nth-child(3)`.
    #[must_use]
    pub fn path(&self, element: ElementId) -> String {
        let _ = element;
        String::new()
    }

    /// The line of the page on which the element's tag ends, counted from 1; 0 for the document.
    #[must_use]
    pub fn line(&self, element: ElementId) -> u32 {
        let _ = element;
        0
    }
}
