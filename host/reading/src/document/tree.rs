//! The finished tree: nodes in document order in one vector, every text in one string.
//!
//! Document order makes the descendants of a node a range, so that selecting and taking text are walks along a slice: no
//! recursion that a deep page could overflow, no allocation per node, and nothing in it that keeps it from being shared by threads.

use html5ever::{LocalName, Namespace, local_name, ns};

/// No such node.
pub(super) const NONE: u32 = u32::MAX;

/// A piece of [`Tree::text`], in bytes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Span {
    pub(super) start: u32,
    pub(super) len: u32,
}

#[derive(Debug)]
pub(super) struct Attribute {
    pub(super) name: LocalName,
    pub(super) namespace: Namespace,
    pub(super) value: Span,
}

#[derive(Debug)]
pub(super) enum Kind {
    /// The document itself; only node 0.
    Document,
    Element(Element),
    Text(Span),
    Comment(Span),
}

#[derive(Debug)]
pub(super) struct Element {
    pub(super) name: LocalName,
    pub(super) namespace: Namespace,
    pub(super) first_attribute: u32,
    pub(super) attributes: u32,
}

#[derive(Debug)]
pub(super) struct Node {
    pub(super) parent: u32,
    /// One past its last descendant.
    pub(super) end: u32,
    /// The element before it under the same parent.
    pub(super) previous: u32,
    pub(super) line: u32,
    /// The byte of the text at which the tag begins that led to it.
    pub(super) at: u32,
    /// Inside a `template`, whose contents are no part of the document (HTML, section 4.12.3).
    pub(super) inert: bool,
    pub(super) kind: Kind,
}

#[derive(Debug, Default)]
pub(super) struct Tree {
    pub(super) nodes: Vec<Node>,
    pub(super) attributes: Vec<Attribute>,
    pub(super) text: String,
}

impl Tree {
    #[inline]
    pub(super) fn node(&self, id: u32) -> Option<&Node> {
        self.nodes.get(id as usize)
    }

    #[inline]
    pub(super) fn element(&self, id: u32) -> Option<&Element> {
        match self.nodes.get(id as usize) {
            Some(Node { kind: Kind::Element(element), .. }) => Some(element),
            _ => None,
        }
    }

    #[inline]
    pub(super) fn str(&self, span: Span) -> &str {
        self.text.get(span.start as usize..(span.start + span.len) as usize).unwrap_or_default()
    }

    #[inline]
    pub(super) fn attributes(&self, element: &Element) -> &[Attribute] {
        let start = element.first_attribute as usize;
        self.attributes.get(start..start + element.attributes as usize).unwrap_or_default()
    }

    /// The value of an attribute, by its name in any case. Attributes in no namespace go before those like `xlink:href`.
    pub(super) fn attribute(&self, id: u32, name: &str) -> Option<&str> {
        let attributes = self.attributes(self.element(id)?);
        let mut named = attributes.iter().filter(|attribute| attribute.name.as_str().eq_ignore_ascii_case(name));
        let first = named.next()?;
        let found =
            if first.namespace == ns!() { first } else { named.find(|a| a.namespace == ns!()).unwrap_or(first) };
        Some(self.str(found.value))
    }

    /// The value of `class`, without looking at names by letter.
    #[inline]
    pub(super) fn known_attribute(&self, element: &Element, name: &LocalName) -> Option<&str> {
        self.attributes(element)
            .iter()
            .find(|attribute| attribute.name == *name && attribute.namespace == ns!())
            .map(|attribute| self.str(attribute.value))
    }

    /// The children of a node, texts included.
    pub(super) fn children(&self, id: u32) -> impl Iterator<Item = u32> + '_ {
        let end = self.node(id).map_or(0, |node| node.end);
        let mut next = id + 1;
        std::iter::from_fn(move || {
            let current = next;
            (current < end).then(|| {
                next = self.node(current).map_or(end, |node| node.end);
                current
            })
        })
    }

    /// The element after this node under the same parent.
    pub(super) fn next_element(&self, id: u32) -> Option<u32> {
        let node = self.node(id)?;
        let end = self.node(node.parent)?.end;
        self.first_element_from(node.end, end)
    }

    pub(super) fn first_child_element(&self, id: u32) -> Option<u32> {
        self.first_element_from(id + 1, self.node(id)?.end)
    }

    fn first_element_from(&self, mut id: u32, end: u32) -> Option<u32> {
        while id < end {
            let node = self.node(id)?;
            if matches!(node.kind, Kind::Element(_)) {
                return Some(id);
            }
            id = node.end;
        }
        None
    }
}

/// Elements whose text is never read by people.
pub(super) fn is_unread(element: &Element) -> bool {
    element.name == local_name!("script")
        || element.name == local_name!("style")
        || element.name == local_name!("template")
}

/// Elements that begin and end a line, by the user-agent style sheet of HTML, section 15.3, with table cells, which stand apart too.
pub(super) fn is_block(element: &Element) -> bool {
    if element.namespace != ns!(html) {
        return false;
    }
    matches!(
        &*element.name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "br"
            | "center"
            | "dd"
            | "details"
            | "dialog"
            | "dir"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "head"
            | "header"
            | "hgroup"
            | "hr"
            | "html"
            | "legend"
            | "li"
            | "listing"
            | "main"
            | "menu"
            | "nav"
            | "ol"
            | "optgroup"
            | "option"
            | "p"
            | "plaintext"
            | "pre"
            | "search"
            | "section"
            | "summary"
            | "table"
            | "tbody"
            | "td"
            | "tfoot"
            | "th"
            | "thead"
            | "title"
            | "tr"
            | "caption"
            | "ul"
            | "xmp"
    )
}
