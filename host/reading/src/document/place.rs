//! Where an element stands, for people: a selector that leads to it, and its line.

use super::{Document, ElementId, tree::NONE};

impl Document {
    /// Where the element stands, as a selector that finds it from the document: `html > body > ul#list > li:nth-child(3)`.
    /// Empty for the document. Inside a `template` it is the path from there on that finds it.
    #[must_use]
    pub fn path(&self, element: ElementId) -> String {
        let mut steps: Vec<String> = self.around(element.0).filter_map(|id| self.step(id)).collect();
        steps.reverse();
        steps.join(" > ")
    }

    /// The line of the page on which the element's start tag ends, counted from 1; 0 for the document. Of a fragment it is
    /// the line within that.
    #[must_use]
    pub fn line(&self, element: ElementId) -> u32 {
        self.tree.node(element.0).map_or(0, |node| node.line)
    }

    fn step(&self, id: u32) -> Option<String> {
        let element = self.tree.element(id)?;
        let mut step = String::new();
        cssparser::serialize_identifier(&element.name, &mut step).ok()?;
        let siblings = || self.siblings(id);
        let own = self.tree.attribute(id, "id").filter(|own| !own.is_empty());
        let same_id = siblings().filter(|other| own.is_some() && self.tree.attribute(*other, "id") == own).count();
        if let Some(own) = own.filter(|_| same_id == 1) {
            step.push('#');
            cssparser::serialize_identifier(own, &mut step).ok()?;
            return Some(step);
        }
        let alike =
            siblings().filter(|other| self.tree.element(*other).is_some_and(|other| other.name == element.name));
        if alike.count() > 1 {
            let place = siblings().take_while(|other| *other <= id).count();
            step.push_str(&format!(":nth-child({place})"));
        }
        Some(step)
    }

    fn siblings(&self, id: u32) -> impl Iterator<Item = u32> + '_ {
        let parent = self.tree.node(id).map_or(NONE, |node| node.parent);
        self.tree.children(parent).filter(|child| self.tree.element(*child).is_some())
    }
}
