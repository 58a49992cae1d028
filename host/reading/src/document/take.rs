//! Taking text and markup out of a [`Tree`], each as one walk along its nodes.

use std::borrow::Cow;

use html5ever::{local_name, ns};

use super::tree::{Element, Kind, Tree, is_block, is_unread};

/// Collects text with white space folded.
struct Folded {
    text: String,
    /// What must stand before the next word: nothing, a blank or a line feed.
    gap: Gap,
    limit: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    None,
    Blank,
    Line,
}

impl Folded {
    const fn new(limit: usize) -> Self {
        Self { text: String::new(), gap: Gap::None, limit }
    }

    fn part(&mut self, gap: Gap) {
        self.gap = self.gap.max(gap);
    }

    fn push(&mut self, text: &str) {
        if text.starts_with(char::is_whitespace) {
            self.part(Gap::Blank);
        }
        for (index, word) in text.split_whitespace().enumerate() {
            if index > 0 {
                self.part(Gap::Blank);
            }
            if !self.text.is_empty() {
                match self.gap {
                    Gap::None => {}
                    Gap::Blank => self.text.push(' '),
                    Gap::Line => self.text.push('\n'),
                }
            }
            self.gap = Gap::None;
            self.text.push_str(word);
        }
        if text.ends_with(char::is_whitespace) {
            self.part(Gap::Blank);
        }
    }

    fn is_full(&self) -> bool {
        self.text.len() >= self.limit
    }

    fn done(mut self) -> String {
        cut(&mut self.text, self.limit);
        self.text
    }
}

/// Shortens to `limit` bytes, at a character.
pub(super) fn cut(text: &mut String, limit: usize) {
    if text.len() > limit {
        let at = (0..=limit).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.truncate(at);
    }
}

/// The text of an element and its descendants. `lines` keeps line breaks and blocks as line feeds; else they are blanks.
pub(super) fn text(tree: &Tree, id: u32, lines: bool, limit: usize) -> String {
    let Some(top) = tree.node(id) else { return String::new() };
    let gap = if lines { Gap::Line } else { Gap::Blank };
    let mut folded = Folded::new(limit);
    // Ends of the blocks that are open, so that what follows them stands apart.
    let mut blocks: Vec<u32> = Vec::new();
    let mut next = id;
    while next < top.end && !folded.is_full() {
        while blocks.last().is_some_and(|end| *end <= next) {
            blocks.pop();
            folded.part(gap);
        }
        let Some(node) = tree.node(next) else { break };
        match &node.kind {
            Kind::Text(span) => folded.push(tree.str(*span)),
            Kind::Element(element) if next != id && is_unread(element) => {
                next = node.end;
                continue;
            }
            Kind::Element(element) if is_block(element) => {
                folded.part(gap);
                blocks.push(node.end);
            }
            Kind::Element(_) | Kind::Comment(_) | Kind::Document => {}
        }
        next += 1;
    }
    folded.done()
}

/// The text that stands directly in an element.
pub(super) fn own_text(tree: &Tree, id: u32, limit: usize) -> String {
    let mut folded = Folded::new(limit);
    for child in tree.children(id) {
        match tree.node(child).map(|node| &node.kind) {
            Some(Kind::Text(span)) => folded.push(tree.str(*span)),
            Some(Kind::Element(element)) if is_block(element) => folded.part(Gap::Blank),
            _ => {}
        }
        if folded.is_full() {
            break;
        }
    }
    folded.done()
}

/// The text of an element as it stands in the page, nothing folded: what a `script` holds.
pub(super) fn raw_text(tree: &Tree, id: u32) -> Cow<'_, str> {
    let mut spans = tree.children(id).filter_map(|child| match tree.node(child)?.kind {
        Kind::Text(span) => Some(tree.str(span)),
        _ => None,
    });
    let first = spans.next().unwrap_or_default();
    match spans.next() {
        None => Cow::Borrowed(first),
        Some(second) => Cow::Owned([first, second].into_iter().chain(spans).collect()),
    }
}

/// The markup of an element, itself included, serialised as HTML, section 13.3 says.
pub(super) fn markup(tree: &Tree, id: u32, limit: usize) -> String {
    let Some(top) = tree.node(id) else { return String::new() };
    let mut out = String::new();
    let mut open: Vec<(u32, &str)> = Vec::new();
    let mut raw_until = 0;
    let mut next = id;
    while out.len() < limit {
        while let Some((_, name)) = open.pop_if(|(end, _)| *end <= next) {
            out.extend(["</", name, ">"]);
        }
        if next >= top.end {
            break;
        }
        let Some(node) = tree.node(next) else { break };
        match &node.kind {
            Kind::Document => {}
            Kind::Comment(span) => out.extend(["<!--", tree.str(*span), "-->"]),
            Kind::Text(span) if next < raw_until => out.push_str(tree.str(*span)),
            Kind::Text(span) => escape(tree.str(*span), false, &mut out, limit),
            Kind::Element(element) => {
                out.extend(["<", &element.name]);
                for attribute in tree.attributes(element) {
                    out.extend([" ", &attribute.name, "=\""]);
                    escape(tree.str(attribute.value), true, &mut out, limit);
                    out.push('"');
                }
                out.push('>');
                if is_raw(element) {
                    raw_until = node.end;
                }
                if !is_void(element) {
                    open.push((node.end, &element.name));
                }
            }
        }
        next += 1;
    }
    cut(&mut out, limit);
    out
}

fn escape(text: &str, attribute: bool, out: &mut String, limit: usize) {
    for c in text.chars() {
        if out.len() >= limit {
            break;
        }
        match c {
            '&' => out.push_str("&amp;"),
            '\u{a0}' => out.push_str("&nbsp;"),
            '"' if attribute => out.push_str("&quot;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c => out.push(c),
        }
    }
}

fn is_void(element: &Element) -> bool {
    element.namespace == ns!(html)
        && matches!(
            &*element.name,
            "area"
                | "base"
                | "basefont"
                | "bgsound"
                | "br"
                | "col"
                | "embed"
                | "frame"
                | "hr"
                | "img"
                | "input"
                | "keygen"
                | "link"
                | "meta"
                | "param"
                | "source"
                | "track"
                | "wbr"
        )
}

fn is_raw(element: &Element) -> bool {
    element.namespace == ns!(html)
        && (element.name == local_name!("script")
            || element.name == local_name!("style")
            || matches!(&*element.name, "xmp" | "iframe" | "noembed" | "noframes" | "plaintext"))
}
