//! A page's HTML as a tree that can be asked with CSS selectors: the host's half of the contract's `html` interface.
//!
//! A [`Document`] is built once from decoded text, within a [`Budget`], and never changes. It stands between fetching (which
//! decodes) and the sandbox (whose calls `extract` hands on to the methods here). It never fetches, runs scripts or follows
//! links, and whatever the page contains, building and asking it ends in bounded time and memory, with an error if need be.

mod css;
mod feed;
mod place;
mod rows;
mod sink;
mod take;
mod tree;
mod walk;

use std::{
    borrow::Cow,
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use marquee_model::WebUrl;
use selectors::context::SelectorCaches;
use serde::{Deserialize, Serialize};

use self::{
    css::{Matcher, Selector, Steps},
    tree::Tree,
};
use crate::{Budget, DocumentLimits, ReadError};

/// An element of a [`Document`], or the document itself. Only valid for the document that gave it; another document
/// answers as if it were some other element, or nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ElementId(u32);

/// What to take from an element.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Take {
    /// Its text and that of its descendants without `script`, `style` and `template`, white space (also no-break spaces)
    /// folded to single blanks, trimmed. Block elements, table cells and `br` count as white space.
    Text,
    /// The same without descendants.
    OwnText,
    /// Like `Text`, with a line feed for `br` and around block elements.
    Lines,
    /// The value of an attribute, as it stands.
    Attribute(String),
    /// The value of an attribute as an absolute URL of http or https.
    Url(String),
    /// Its markup, itself included, cut at the limit `markup_bytes`.
    Markup,
}

/// Where to look, seen from an item of [`Document::rows`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Scope {
    /// Among its descendants; an empty selector is the item itself.
    Inside,
    /// The nearest element before it in document order that matches.
    Before,
    /// The nearest of its ancestors that matches, itself included.
    Around,
}

/// A column of [`Document::rows`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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
    tree: Tree,
    base: WebUrl,
    budget: Arc<Budget>,
    /// Compiled selectors by their text; emptied when full.
    selectors: Mutex<BTreeMap<String, Arc<Selector>>>,
}

impl Document {
    /// Parses a page with a budget of its own. `base` is the page's address after redirects; a `base` element in the page goes
    /// before it.
    pub fn parse(text: &str, base: &WebUrl, limits: &DocumentLimits) -> Result<Self, ReadError> {
        Self::parse_within(text, base, &Budget::new(limits.clone()))
    }

    /// Parses markup that stands inside other data, with a budget of its own.
    pub fn parse_fragment(text: &str, base: &WebUrl, limits: &DocumentLimits) -> Result<Self, ReadError> {
        Self::parse_fragment_within(text, base, &Budget::new(limits.clone()))
    }

    /// Parses a page on the page's budget.
    pub fn parse_within(text: &str, base: &WebUrl, budget: &Arc<Budget>) -> Result<Self, ReadError> {
        Self::new(feed::parse(text, budget, false)?, base, budget)
    }

    /// Parses markup that stands inside other data on the page's budget.
    pub fn parse_fragment_within(text: &str, base: &WebUrl, budget: &Arc<Budget>) -> Result<Self, ReadError> {
        Self::new(feed::parse(text, budget, true)?, base, budget)
    }

    fn new(tree: Tree, base: &WebUrl, budget: &Arc<Budget>) -> Result<Self, ReadError> {
        let mut document =
            Self { tree, base: base.clone(), budget: Arc::clone(budget), selectors: Mutex::new(BTreeMap::new()) };
        // HTML, section 4.2.3: the first `base` element with an address counts.
        let element = document.first(document.root(), "base[href]")?;
        if let Some(url) = element.and_then(|element| document.url(element, "href")) {
            document.base = url;
        }
        Ok(document)
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

    /// Every match among the descendants of `from`, in document order. The contents of a `template` are found from that
    /// `template` only, as in a browser.
    pub fn select(&self, from: ElementId, selector: &str) -> Result<Vec<ElementId>, ReadError> {
        let selector = self.compiled(selector)?;
        let found = self.searching(|tree, matcher, steps| {
            matcher.scope(tree, from.0);
            self.descendants(from.0)
                .filter(|id| matcher.matches(&selector, tree, *id, steps))
                .map(ElementId)
                .collect::<Vec<_>>()
        })?;
        self.budget.spend_matches(found.len())?;
        Ok(found)
    }

    /// The first match.
    pub fn first(&self, from: ElementId, selector: &str) -> Result<Option<ElementId>, ReadError> {
        let selector = self.compiled(selector)?;
        let found = self.searching(|tree, matcher, steps| {
            matcher.scope(tree, from.0);
            self.descendants(from.0).find(|id| matcher.matches(&selector, tree, *id, steps)).map(ElementId)
        })?;
        self.budget.spend_matches(usize::from(found.is_some()))?;
        Ok(found)
    }

    /// Whether the element itself matches.
    pub fn matches(&self, element: ElementId, selector: &str) -> Result<bool, ReadError> {
        let selector = self.compiled(selector)?;
        self.searching(|tree, matcher, steps| {
            matcher.scope(tree, element.0);
            matcher.matches(&selector, tree, element.0, steps)
        })
    }

    /// The nearest of the ancestors that matches, itself included.
    pub fn closest(&self, element: ElementId, selector: &str) -> Result<Option<ElementId>, ReadError> {
        let selector = self.compiled(selector)?;
        let found = self.searching(|tree, matcher, steps| {
            matcher.scope(tree, element.0);
            self.around(element.0).find(|id| matcher.matches(&selector, tree, *id, steps)).map(ElementId)
        })?;
        self.budget.spend_matches(usize::from(found.is_some()))?;
        Ok(found)
    }

    /// The nearest element before it in document order that matches; its ancestors are before it, too.
    pub fn preceding(&self, element: ElementId, selector: &str) -> Result<Option<ElementId>, ReadError> {
        let selector = self.compiled(selector)?;
        let found = self.searching(|tree, matcher, steps| {
            matcher.scope(tree, element.0);
            self.before(element.0, 0).find(|id| matcher.matches(&selector, tree, *id, steps)).map(ElementId)
        })?;
        self.budget.spend_matches(usize::from(found.is_some()))?;
        Ok(found)
    }

    /// The element's name in lower case; empty for the document.
    #[must_use]
    pub fn name(&self, element: ElementId) -> &str {
        self.tree.element(element.0).map_or("", |element| &*element.name)
    }

    /// Takes text, attribute, URL or markup. `None`: no such attribute, no URL of http or https, or the limit `output_bytes` is
    /// reached, which [`Budget::used_up`] tells.
    #[must_use]
    pub fn take(&self, element: ElementId, what: &Take) -> Option<String> {
        let limits = self.budget.limits();
        let taken = match what {
            Take::Text => take::text(&self.tree, element.0, false, limits.text_bytes),
            Take::Lines => take::text(&self.tree, element.0, true, limits.text_bytes),
            Take::OwnText => take::own_text(&self.tree, element.0, limits.text_bytes),
            Take::Attribute(name) => {
                let mut value = self.attribute(element, name)?.to_owned();
                take::cut(&mut value, limits.text_bytes);
                value
            }
            Take::Url(name) => self.url(element, name)?.into(),
            Take::Markup => take::markup(&self.tree, element.0, limits.markup_bytes),
        };
        self.budget.spend_output(taken.len()).ok()?;
        Some(taken)
    }

    /// The value of an attribute, by its name in any case.
    #[must_use]
    pub fn attribute(&self, element: ElementId, name: &str) -> Option<&str> {
        self.tree.attribute(element.0, name)
    }

    /// The value of an attribute as an absolute URL. An empty one is none: it would only lead back to the page.
    #[must_use]
    pub fn url(&self, element: ElementId, name: &str) -> Option<WebUrl> {
        let value = self.attribute(element, name)?.trim();
        if value.is_empty() { None } else { self.base.join(value).ok() }
    }

    /// The text that stands directly in an element, nothing folded: what a `script` holds.
    #[must_use]
    pub fn raw_text(&self, element: ElementId) -> Cow<'_, str> {
        take::raw_text(&self.tree, element.0)
    }

    /// The elements with `itemprop` below an element that belong to it, not to an item inside it (HTML, section 5.2.5).
    pub(crate) fn properties_below(&self, item: ElementId) -> Result<Vec<ElementId>, ReadError> {
        let (end, _) = self.extent(item.0);
        let (mut found, mut steps, mut next) = (Vec::new(), 0, item.0.saturating_add(1));
        while next < end {
            steps += 1;
            let Some(node) = self.tree.node(next) else { break };
            let nested = self.tree.attribute(next, "itemscope").is_some();
            if self.tree.attribute(next, "itemprop").is_some() {
                found.push(ElementId(next));
            }
            next = if nested { node.end } else { next + 1 };
        }
        self.budget.spend_steps(steps)?;
        Ok(found)
    }

    /// The compiled form of a selector, kept for the next time.
    fn compiled(&self, text: &str) -> Result<Arc<Selector>, ReadError> {
        let limits = self.budget.limits();
        if let Some(selector) = self.selectors.lock().unwrap_or_else(PoisonError::into_inner).get(text) {
            return Ok(Arc::clone(selector));
        }
        let selector = Arc::new(Selector::compile(text, limits)?);
        let mut kept = self.selectors.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= limits.compiled {
            kept.clear();
        }
        kept.insert(text.to_owned(), Arc::clone(&selector));
        Ok(selector)
    }

    /// Runs a search and counts its steps. An answer that was cut short by the limit is an error, never an answer.
    fn searching<T>(&self, search: impl FnOnce(&Tree, &mut Matcher<'_>, &Steps) -> T) -> Result<T, ReadError> {
        let steps = Steps::new(self.budget.steps_left());
        let mut caches = SelectorCaches::default();
        let answer = steps.run(|| search(&self.tree, &mut Matcher::new(&mut caches), &steps));
        self.budget.spend_steps(steps.made())?;
        answer.ok_or_else(|| self.budget.out_of_steps())
    }

    /// The nodes below `from` that are part of what it belongs to.
    fn descendants(&self, from: u32) -> impl Iterator<Item = u32> + '_ {
        let (end, inert) = self.extent(from);
        let mut next = from.saturating_add(1);
        std::iter::from_fn(move || {
            while next < end {
                let id = next;
                let node = self.tree.node(id)?;
                if node.inert && !inert {
                    // The contents of a template: go on behind it.
                    next = self.tree.node(node.parent)?.end;
                } else {
                    next += 1;
                    return Some(id);
                }
            }
            None
        })
    }

    /// The nodes before `id`, nearest first, down to `until`, itself included.
    fn before(&self, id: u32, until: u32) -> impl Iterator<Item = u32> + '_ {
        let inert = self.tree.node(id).is_some_and(|node| node.inert);
        let known = u32::try_from(self.tree.nodes.len()).unwrap_or(u32::MAX);
        (until..id.min(known)).rev().filter(move |id| inert || self.tree.node(*id).is_some_and(|node| !node.inert))
    }

    /// A node and its ancestors.
    fn around(&self, id: u32) -> impl Iterator<Item = u32> + '_ {
        std::iter::successors(Some(id), |id| self.tree.node(*id).map(|node| node.parent).filter(|id| *id != tree::NONE))
    }

    /// The end of a node's descendants, and whether they are looked at though they are inert.
    fn extent(&self, from: u32) -> (u32, bool) {
        let Some(node) = self.tree.node(from) else { return (0, false) };
        let within = self.tree.node(from.saturating_add(1)).is_some_and(|child| child.inert && child.parent == from);
        (node.end, node.inert || within)
    }
}
