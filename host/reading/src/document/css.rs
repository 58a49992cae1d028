//! CSS selectors over a [`Tree`]: compiling them, and matching within a number of steps.
//!
//! Matching is the servo `selectors` crate's. Every move it makes from element to element is counted here; once the steps are
//! used up the search is unwound, whatever it is doing (`:has` inside `:not`, long sibling chains).

use std::{
    cell::Cell,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
};

use cssparser::{BasicParseErrorKind, ParseErrorKind};
use html5ever::{Namespace, local_name, ns};
use scraper::selector::{CssLocalName, CssString, NonTSPseudoClass, PseudoElement, Simple};
use selectors::{
    Element as Matchable, OpaqueElement, SelectorList,
    attr::{AttrSelectorOperation, CaseSensitivity, NamespaceConstraint},
    bloom::BloomFilter,
    context::{MatchingContext, MatchingForInvalidation, MatchingMode, NeedsSelectorFlags, QuirksMode, SelectorCaches},
    matching::{ElementSelectorFlags, matches_selector_list},
    parser::{ParseRelative, Parser, SelectorParseErrorKind},
};

use super::tree::{Element, Kind, Tree};
use crate::{DocumentLimits, ReadError};

/// A compiled selector.
#[derive(Debug)]
pub(super) struct Selector {
    list: SelectorList<Simple>,
    /// Whether what it matches depends on where the search began.
    pub(super) scoped: bool,
}

/// The selectors that are understood beside those that need nothing: `:is`, `:where`, `:has`, `:nth-child(... of ...)`.
struct Dialect;

impl Parser<'_> for Dialect {
    type Impl = Simple;
    type Error = SelectorParseErrorKind;

    fn parse_is_and_where(&self) -> bool {
        true
    }

    fn parse_has(&self) -> bool {
        true
    }

    fn parse_nth_child_of(&self) -> bool {
        true
    }
}

impl Selector {
    pub(super) fn compile(text: &str, limits: &DocumentLimits) -> Result<Self, ReadError> {
        let refuse = |reason: String| ReadError::bad_expression("selector", text, reason);
        if text.len() > limits.selector_bytes {
            return Err(refuse(format!("it is longer than {} bytes (`selector_bytes`)", limits.selector_bytes)));
        }
        let mut parser = cssparser::Parser::new(text);
        parser.set_nested_block_limit(limits.selector_depth);
        // A leading combinator means "from where the search begins": `> li` is `:scope > li`.
        let relative =
            if text.trim_start().starts_with(['>', '+', '~']) { ParseRelative::ForScope } else { ParseRelative::No };
        let list = SelectorList::parse(&Dialect, &mut parser, relative).map_err(|error| {
            let what = match error.kind {
                ParseErrorKind::Custom(kind) => explain(&kind),
                ParseErrorKind::Basic(BasicParseErrorKind::TooManyNestedBlocks) => {
                    "its brackets are nested too deep (`selector_depth`)".to_owned()
                }
                ParseErrorKind::Basic(BasicParseErrorKind::EndOfInput) => "it ends too early".to_owned(),
                ParseErrorKind::Basic(_) => "a character is out of place".to_owned(),
            };
            refuse(format!("{what}, at or before byte {}", parser.position().byte_index()))
        })?;
        let scoped = list.slice().iter().any(selectors::parser::Selector::has_scope_selector);
        Ok(Self { list, scoped })
    }
}

fn explain(kind: &SelectorParseErrorKind) -> String {
    match kind {
        SelectorParseErrorKind::EmptySelector => "a selector is empty".to_owned(),
        SelectorParseErrorKind::DanglingCombinator => "a combinator has nothing after it".to_owned(),
        SelectorParseErrorKind::UnsupportedPseudoClassOrElement => {
            "this pseudo-class or pseudo-element is not known here (there is no `:contains`, `:first` or `::text`)"
                .to_owned()
        }
        SelectorParseErrorKind::ClassNeedsIdent => "`.` needs a class name after it".to_owned(),
        SelectorParseErrorKind::InvalidState => {
            "this may not stand inside another pseudo-class (`:has` in `:has`)".to_owned()
        }
        SelectorParseErrorKind::UnexpectedIdent => "a name is out of place".to_owned(),
        other => format!("{other:?}"),
    }
}

/// Carried by the unwinding that ends a search.
struct OutOfSteps;

/// Steps that may still be made.
#[derive(Debug)]
pub(super) struct Steps {
    left: Cell<u64>,
    given: u64,
}

impl Steps {
    pub(super) fn new(given: u64) -> Self {
        Self { left: Cell::new(given), given }
    }

    /// Makes a step. Where none is left this does not return: the `selectors` crate has no way to stop, and elements without
    /// neighbours would contradict what it has in its caches. [`Steps::run`] is where it ends up.
    #[inline]
    pub(super) fn make(&self) {
        match self.left.get().checked_sub(1) {
            Some(left) => self.left.set(left),
            None => resume_unwind(Box::new(OutOfSteps)),
        }
    }

    /// Runs a search; `None` if it took more steps than there were.
    pub(super) fn run<T>(&self, search: impl FnOnce() -> T) -> Option<T> {
        // What the search leaves behind (caches, a half-filled list) is dropped with it.
        match catch_unwind(AssertUnwindSafe(search)) {
            Ok(answer) => Some(answer),
            Err(reason) if reason.is::<OutOfSteps>() => None,
            Err(reason) => resume_unwind(reason),
        }
    }

    pub(super) fn made(&self) -> u64 {
        self.given - self.left.get()
    }
}

/// What matching remembers between elements of one search: places among siblings, results of `:has`.
///
/// It identifies selectors by their address: all selectors it sees must live as long as it does.
pub(super) struct Matcher<'c> {
    context: MatchingContext<'c, Simple>,
}

impl<'c> Matcher<'c> {
    pub(super) fn new(caches: &'c mut SelectorCaches) -> Self {
        Self {
            context: MatchingContext::new(
                MatchingMode::Normal,
                None,
                caches,
                QuirksMode::NoQuirks,
                NeedsSelectorFlags::No,
                MatchingForInvalidation::No,
            ),
        }
    }

    /// Sets what `:scope` is; the document is its root element.
    pub(super) fn scope(&mut self, tree: &Tree, from: u32) {
        self.context.scope_element = tree.element(from).map(OpaqueElement::new);
    }

    #[inline]
    pub(super) fn matches(&mut self, selector: &Selector, tree: &Tree, id: u32, steps: &Steps) -> bool {
        let Some(element) = tree.element(id) else { return false };
        steps.make();
        matches_selector_list(&selector.list, &Candidate { tree, steps, id, element }, &mut self.context)
    }
}

/// An element while it is being matched.
#[derive(Clone, Copy)]
struct Candidate<'t> {
    tree: &'t Tree,
    steps: &'t Steps,
    id: u32,
    element: &'t Element,
}

impl<'t> Candidate<'t> {
    #[inline]
    fn neighbour(&self, id: Option<u32>) -> Option<Self> {
        let id = id?;
        let element = self.tree.element(id)?;
        self.steps.make();
        Some(Self { id, element, ..*self })
    }
}

impl fmt::Debug for Candidate<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}> #{}", self.element.name, self.id)
    }
}

impl Matchable for Candidate<'_> {
    type Impl = Simple;

    fn opaque(&self) -> OpaqueElement {
        OpaqueElement::new(self.element)
    }

    fn parent_element(&self) -> Option<Self> {
        self.neighbour(self.tree.node(self.id).map(|node| node.parent))
    }

    fn parent_node_is_shadow_root(&self) -> bool {
        false
    }

    fn containing_shadow_host(&self) -> Option<Self> {
        None
    }

    fn is_pseudo_element(&self) -> bool {
        false
    }

    fn prev_sibling_element(&self) -> Option<Self> {
        self.neighbour(self.tree.node(self.id).map(|node| node.previous))
    }

    fn next_sibling_element(&self) -> Option<Self> {
        self.neighbour(self.tree.next_element(self.id))
    }

    fn first_element_child(&self) -> Option<Self> {
        self.neighbour(self.tree.first_child_element(self.id))
    }

    fn is_html_element_in_html_document(&self) -> bool {
        self.element.namespace == ns!(html)
    }

    fn has_local_name(&self, name: &CssLocalName) -> bool {
        self.element.name == name.0
    }

    fn has_namespace(&self, namespace: &Namespace) -> bool {
        self.element.namespace == *namespace
    }

    fn is_same_type(&self, other: &Self) -> bool {
        self.element.name == other.element.name && self.element.namespace == other.element.namespace
    }

    fn attr_matches(
        &self,
        namespace: &NamespaceConstraint<&Namespace>,
        name: &CssLocalName,
        operation: &AttrSelectorOperation<&CssString>,
    ) -> bool {
        self.tree.attributes(self.element).iter().any(|attribute| {
            attribute.name == name.0
                && !matches!(*namespace, NamespaceConstraint::Specific(wanted) if *wanted != attribute.namespace)
                && operation.eval_str(self.tree.str(attribute.value))
        })
    }

    fn match_non_ts_pseudo_class(&self, _: &NonTSPseudoClass, _: &mut MatchingContext<'_, Simple>) -> bool {
        false
    }

    fn match_pseudo_element(&self, _: &PseudoElement, _: &mut MatchingContext<'_, Simple>) -> bool {
        false
    }

    fn apply_selector_flags(&self, _: ElementSelectorFlags) {}

    fn is_link(&self) -> bool {
        self.element.name == local_name!("a") && self.tree.known_attribute(self.element, &local_name!("href")).is_some()
    }

    fn is_html_slot_element(&self) -> bool {
        false
    }

    fn has_id(&self, id: &CssLocalName, case: CaseSensitivity) -> bool {
        self.tree
            .known_attribute(self.element, &local_name!("id"))
            .is_some_and(|present| case.eq(present.as_bytes(), id.0.as_bytes()))
    }

    fn has_class(&self, name: &CssLocalName, case: CaseSensitivity) -> bool {
        let Some(classes) = self.tree.known_attribute(self.element, &local_name!("class")) else { return false };
        classes.len() >= name.0.len()
            && classes.split_ascii_whitespace().any(|class| case.eq(class.as_bytes(), name.0.as_bytes()))
    }

    fn has_custom_state(&self, _: &CssLocalName) -> bool {
        false
    }

    fn imported_part(&self, _: &CssLocalName) -> Option<CssLocalName> {
        None
    }

    fn is_part(&self, _: &CssLocalName) -> bool {
        false
    }

    fn is_empty(&self) -> bool {
        self.tree.children(self.id).all(|child| {
            self.tree.node(child).is_some_and(|node| match node.kind {
                Kind::Comment(_) => true,
                Kind::Text(span) => span.len == 0,
                Kind::Element(_) | Kind::Document => false,
            })
        })
    }

    fn is_root(&self) -> bool {
        self.tree.node(self.id).is_some_and(|node| node.parent == 0)
    }

    fn add_element_unique_hashes(&self, _: &mut BloomFilter) -> bool {
        false
    }
}
