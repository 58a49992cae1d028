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

    /// The byte of the page's text at which the element's start tag begins; of one that the parser supplied itself, the tag that led
    /// to it. Of a fragment it is the place within that.
    #[must_use]
    pub fn offset(&self, element: ElementId) -> usize {
        self.tree.node(element.0).map_or(0, |node| node.at as usize)
    }

    /// Where the element stands, for people: the last steps of its path, with classes, from the nearest ancestor that has an id on
    /// (`ul#shows > li.show:nth-of-type(3) > h2`).
    #[must_use]
    pub fn signpost(&self, element: ElementId) -> String {
        /// Steps that tell a reader where he is; what stands above is in [`Document::path`].
        const STEPS: usize = 5;
        let mut steps: Vec<String> = Vec::new();
        for id in self.around(element.0) {
            let Some(found) = self.tree.element(id) else { break };
            let own = self.tree.attribute(id, "id").filter(|own| !own.is_empty());
            steps.extend(self.sign(id, &found.name, own));
            if own.is_some() || steps.len() >= STEPS {
                break;
            }
        }
        steps.reverse();
        steps.join(" > ")
    }

    /// One step of a signpost: name, id or first classes, and the place among siblings of that name.
    fn sign(&self, id: u32, name: &str, own: Option<&str>) -> Option<String> {
        /// Templates put a dozen classes on an element; the first ones say what it is.
        const CLASSES: usize = 2;
        let mut sign = String::new();
        cssparser::serialize_identifier(name, &mut sign).ok()?;
        if let Some(own) = own {
            sign.push('#');
            cssparser::serialize_identifier(own, &mut sign).ok()?;
            return Some(sign);
        }
        for class in self.tree.attribute(id, "class").unwrap_or_default().split_ascii_whitespace().take(CLASSES) {
            sign.push('.');
            cssparser::serialize_identifier(class, &mut sign).ok()?;
        }
        let alike =
            || self.siblings(id).filter(|other| self.tree.element(*other).is_some_and(|other| &*other.name == name));
        if alike().nth(1).is_some() {
            let place = alike().take_while(|other| *other <= id).count();
            sign.push_str(&format!(":nth-of-type({place})"));
        }
        Some(sign)
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
