//! Walking a document without selectors: for tools that look for structure rather than for a known place.

use super::{Document, ElementId, tree::NONE};

impl Document {
    /// Every element in document order, without the contents of `template` elements.
    pub fn elements(&self) -> impl Iterator<Item = ElementId> + '_ {
        self.descendants(0).filter(|id| self.tree.element(*id).is_some()).map(ElementId)
    }

    /// The element that it stands in; `None` for the outermost ones and the document.
    #[must_use]
    pub fn parent(&self, element: ElementId) -> Option<ElementId> {
        let parent = self.tree.node(element.0).map_or(NONE, |node| node.parent);
        self.tree.element(parent).map(|_| ElementId(parent))
    }

    /// Its attributes in the order of the page, names in lower case.
    pub fn attributes(&self, element: ElementId) -> impl Iterator<Item = (&str, &str)> + '_ {
        let attributes = self.tree.element(element.0).map_or(&[][..], |element| self.tree.attributes(element));
        attributes.iter().map(|attribute| (&*attribute.name, self.tree.str(attribute.value)))
    }
}
