//! The page as a list of elements with what the search for repeated blocks asks of each.
//!
//! First step of a proposal: the document's tree, flattened once, with texts, classes worth naming, and whether an element
//! belongs to the page's frame (navigation, footer). It judges nothing about events.

use std::collections::BTreeMap;

use marquee_reading::{Document, ElementId, Take};

use super::names::{is_stable, unescaped_ident};

/// Index of an element in an [`Outline`].
pub(crate) type At = usize;

/// Elements that are looked at. A listing of 2,000 events has 40,000; what comes behind is not needed to see how it is built.
const MOST_ELEMENTS: usize = 40_000;

/// Characters of an element's text that are kept: a block of an event with its description.
const KEPT_TEXT: usize = 2_000;

/// One element.
#[derive(Debug)]
pub(crate) struct Element {
    pub(crate) id: ElementId,
    pub(crate) parent: Option<At>,
    /// One past its last descendant.
    pub(crate) end: At,
    pub(crate) name: String,
    /// Classes that a template may have given, not a build or a record.
    pub(crate) classes: Vec<String>,
    /// Its `id`, where that is a name and not a number.
    pub(crate) own_id: Option<String>,
    /// Text with its descendants, shortened.
    pub(crate) text: String,
    /// Part of navigation, footer, or a form's choices.
    pub(crate) frame: bool,
    /// Not shown, as far as the page's own markup tells.
    pub(crate) hidden: bool,
    /// Place among the elements of its parent, from 1, and among those of the same name.
    pub(crate) nth: usize,
    pub(crate) nth_of_type: usize,
}

/// A document's elements, in its order.
pub(crate) struct Outline<'d> {
    pub(crate) document: &'d Document,
    pub(crate) elements: Vec<Element>,
    /// Elements by class, id and name, so that a selector looks at a few only.
    index: BTreeMap<String, Vec<At>>,
}

impl<'d> Outline<'d> {
    pub(crate) fn new(document: &'d Document) -> Self {
        let mut elements: Vec<Element> = Vec::new();
        let mut open: Vec<At> = Vec::new();
        let mut counts: Vec<Vec<(String, usize)>> = Vec::new();
        for id in document.elements().take(MOST_ELEMENTS) {
            let parent = document.parent(id);
            while let Some(top) = open.last().copied() {
                if elements.get(top).map(|e| e.id) == parent {
                    break;
                }
                open.pop();
                counts.pop();
                let end = elements.len();
                if let Some(element) = elements.get_mut(top) {
                    element.end = end;
                }
            }
            let at = elements.len();
            let above = open.last().copied().and_then(|top| elements.get(top));
            let name = document.name(id).to_owned();
            let frame = above.is_some_and(|above| above.frame) || is_frame(document, id, &name);
            let hidden = above.is_some_and(|above| above.hidden) || is_hidden(document, id);
            let (mut nth, mut nth_of_type) = (1, 1);
            if let Some(counts) = counts.last_mut() {
                nth += counts.iter().map(|(_, n)| n).sum::<usize>();
                match counts.iter_mut().find(|(known, _)| *known == name) {
                    Some((_, n)) => {
                        *n += 1;
                        nth_of_type = *n;
                    }
                    None => counts.push((name.clone(), 1)),
                }
            }
            let class = document.attribute(id, "class").unwrap_or_default();
            let mut classes: Vec<String> = Vec::new();
            for class in class.split_ascii_whitespace().filter(|class| is_stable(class)) {
                if !classes.iter().any(|known| known == class) {
                    classes.push(class.to_owned());
                }
            }
            let own_id =
                document.attribute(id, "id").filter(|id| is_stable(id) && unescaped_ident(id)).map(str::to_owned);
            elements.push(Element {
                id,
                parent: open.last().copied(),
                end: at + 1,
                classes,
                own_id,
                text: text(document, id, &name),
                frame,
                hidden,
                nth,
                nth_of_type,
                name,
            });
            open.push(at);
            counts.push(Vec::new());
        }
        let end = elements.len();
        for top in open {
            if let Some(element) = elements.get_mut(top) {
                element.end = end;
            }
        }
        let mut index: BTreeMap<String, Vec<At>> = BTreeMap::new();
        for (at, element) in elements.iter().enumerate() {
            let classes = element.classes.iter().map(|class| format!(".{class}"));
            let id = element.own_id.iter().map(|id| format!("#{id}"));
            for key in classes.chain(id).chain([element.name.clone()]) {
                index.entry(key).or_default().push(at);
            }
        }
        Self { document, elements, index }
    }

    /// The elements of a class (`.name`), id (`#name`) or name, in document order.
    pub(crate) fn indexed(&self, key: &str) -> &[At] {
        self.index.get(key).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn get(&self, at: At) -> Option<&Element> {
        self.elements.get(at)
    }

    pub(crate) fn text(&self, at: At) -> &str {
        self.get(at).map_or("", |element| &element.text)
    }

    pub(crate) fn attribute(&self, at: At, name: &str) -> Option<&str> {
        self.document.attribute(self.get(at)?.id, name)
    }

    pub(crate) fn parent(&self, at: At) -> Option<At> {
        self.get(at)?.parent
    }

    /// An element and its ancestors, nearest first.
    pub(crate) fn around(&self, at: At) -> impl Iterator<Item = At> + '_ {
        std::iter::successors(Some(at), |at| self.parent(*at))
    }

    /// The descendants of an element.
    pub(crate) fn below(&self, at: At) -> std::ops::Range<At> {
        at + 1..self.get(at).map_or(at + 1, |element| element.end)
    }

    pub(crate) fn is_within(&self, inner: At, outer: At) -> bool {
        inner >= outer && self.get(outer).is_some_and(|outer| inner < outer.end)
    }

    /// The nearest element that holds all of these.
    pub(crate) fn common(&self, all: &[At]) -> Option<At> {
        let (first, last) = (all.iter().min()?, all.iter().max()?);
        self.around(*first).find(|at| *at != *first && self.is_within(*last, *at))
    }
}

/// Folded text; of the outermost elements nothing, since nobody asks for the text of a whole page.
fn text(document: &Document, id: ElementId, name: &str) -> String {
    if matches!(name, "html" | "head" | "body" | "script" | "style" | "svg" | "noscript") {
        return String::new();
    }
    let text = document.take(id, &Take::Text).unwrap_or_default();
    if text.len() <= KEPT_TEXT { text } else { text.chars().take(KEPT_TEXT).collect() }
}

fn is_frame(document: &Document, id: ElementId, name: &str) -> bool {
    matches!(name, "nav" | "footer" | "select" | "script" | "style" | "noscript" | "svg" | "head" | "dialog")
        || document.attribute(id, "role").is_some_and(|role| matches!(role, "navigation" | "contentinfo" | "search"))
}

/// The attribute, the style and the classes that hide: of the browsers, of page builders and of screen-reader texts.
fn is_hidden(document: &Document, id: ElementId) -> bool {
    const CLASSES: [&str; 12] = [
        "w-condition-invisible",
        "hidden",
        "hide",
        "d-none",
        "sr-only",
        "visually-hidden",
        "screen-reader-text",
        "invisible",
        "u-hidden",
        "is-hidden",
        "elementor-hidden",
        "hidden-text",
    ];
    let class = document.attribute(id, "class").unwrap_or_default();
    document.attribute(id, "hidden").is_some()
        || document.attribute(id, "style").is_some_and(|style| style.replace(' ', "").contains("display:none"))
        || class.split_ascii_whitespace().any(|class| CLASSES.contains(&class))
}
