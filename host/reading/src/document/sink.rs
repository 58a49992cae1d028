//! What html5ever builds its tree into: a draft that counts what it costs, and the step from draft to [`Tree`].
//!
//! The tree builder moves nodes about (misnested formatting, tables), so the draft is linked; once the input is at its end it is
//! copied in document order. When a limit is reached the draft says so; stopping is up to the feeder.

use std::{
    borrow::Cow,
    cell::{Cell, Ref, RefCell},
};

use html5ever::{
    Attribute, QualName,
    interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink},
    local_name, ns,
    tendril::StrTendril,
};

use super::tree::{self, Element, Kind, NONE, Node, Span, Tree};
use crate::{DocumentLimits, ReadError};

enum DraftKind {
    Document,
    Element { name: QualName, attributes: Vec<Attribute> },
    Text(StrTendril),
    Comment(StrTendril),
}

struct Draft {
    parent: u32,
    first: u32,
    last: u32,
    previous: u32,
    next: u32,
    line: u32,
    /// Elements above it when it was linked; exact while [`DraftSink::moved`] is false.
    depth: u32,
    at: u32,
    kind: DraftKind,
}

/// What a token costs beside the looks at elements that it leads to, in such looks: 150 ns to 3 ns, measured. A page of
/// `<<<<` has a token a byte; a real one has one in ten to fifty bytes.
const TOKEN_STEPS: u64 = 50;

/// Bytes of a page for each of its nodes, as pages of listings have them: what room is made for at once. More nodes make more room.
const BYTES_A_NODE: usize = 16;

/// The limits that building a tree can reach.
pub(super) struct BuildLimits {
    pub(super) nodes: usize,
    pub(super) steps: u64,
    pub(super) page: DocumentLimits,
}

/// The sink.
pub(super) struct DraftSink {
    nodes: RefCell<Vec<Draft>>,
    limits: BuildLimits,
    /// Nodes and attributes made so far.
    made: Cell<usize>,
    held_bytes: Cell<usize>,
    steps: Cell<u64>,
    line: Cell<u32>,
    at: Cell<u32>,
    over: Cell<Option<(&'static str, u64)>>,
    /// A node with children was moved, so that the depths below it are no longer what they were.
    moved: Cell<bool>,
}

impl DraftSink {
    /// `bytes` of input are to come.
    pub(super) fn new(limits: BuildLimits, bytes: usize) -> Self {
        let expected = (bytes / BYTES_A_NODE).min(limits.nodes);
        let sink = Self {
            nodes: RefCell::new(Vec::with_capacity(expected)),
            limits,
            made: Cell::new(0),
            held_bytes: Cell::new(0),
            steps: Cell::new(0),
            line: Cell::new(1),
            at: Cell::new(0),
            over: Cell::new(None),
            moved: Cell::new(false),
        };
        sink.push(DraftKind::Document);
        sink
    }

    /// The limit that was reached, if one was.
    pub(super) fn over(&self) -> Option<ReadError> {
        self.over.get().map(|(budget, limit)| ReadError::OverBudget { budget, limit })
    }

    pub(super) fn is_over(&self) -> bool {
        self.over.get().is_some()
    }

    /// Says that the attributes of a tag are too many; seen by the feeder before the tag is complete.
    pub(super) fn too_many_attributes(&self) {
        self.reached("attributes", self.limits.page.attributes as u64);
    }

    /// Nodes and attributes made.
    pub(super) fn made(&self) -> usize {
        self.made.get()
    }

    /// How often the tree builder looked at an element.
    pub(super) fn steps(&self) -> u64 {
        self.steps.get()
    }

    fn reached(&self, budget: &'static str, limit: u64) {
        if self.over.get().is_none() {
            self.over.set(Some((budget, limit)));
        }
    }

    /// Where in the text the construct begins that is fed next.
    pub(super) fn set_position(&self, at: u32) {
        self.at.set(at);
    }

    /// A token came.
    pub(super) fn token(&self) {
        self.spend(TOKEN_STEPS);
    }

    fn step(&self) {
        self.spend(1);
    }

    fn spend(&self, steps: u64) {
        let steps = self.steps.get().saturating_add(steps);
        self.steps.set(steps);
        if steps > self.limits.steps {
            self.reached("steps", self.limits.page.steps);
        }
    }

    fn hold(&self, bytes: usize) {
        let held = self.held_bytes.get().saturating_add(bytes);
        self.held_bytes.set(held);
        if held > self.limits.page.tree_bytes {
            self.reached("tree_bytes", self.limits.page.tree_bytes as u64);
        }
    }

    fn count(&self, nodes: usize) {
        let made = self.made.get().saturating_add(nodes);
        self.made.set(made);
        if made > self.limits.nodes {
            self.reached("nodes", self.limits.page.nodes as u64);
        }
    }

    fn push(&self, kind: DraftKind) -> u32 {
        self.count(1);
        let mut nodes = self.nodes.borrow_mut();
        // The limit on nodes is far below `u32::MAX`; should it be set higher, nodes past it are not linked.
        let id = u32::try_from(nodes.len()).unwrap_or(NONE);
        nodes.push(Draft {
            parent: NONE,
            first: NONE,
            last: NONE,
            previous: NONE,
            next: NONE,
            line: self.line.get(),
            depth: 0,
            at: self.at.get(),
            kind,
        });
        id
    }

    fn detach(nodes: &mut [Draft], id: u32) {
        let Some(node) = nodes.get_mut(id as usize) else { return };
        let (parent, previous, next) = (node.parent, node.previous, node.next);
        (node.parent, node.previous, node.next) = (NONE, NONE, NONE);
        if let Some(node) = nodes.get_mut(previous as usize) {
            node.next = next;
        } else if let Some(node) = nodes.get_mut(parent as usize) {
            node.first = next;
        }
        if let Some(node) = nodes.get_mut(next as usize) {
            node.previous = previous;
        } else if let Some(node) = nodes.get_mut(parent as usize) {
            node.last = previous;
        }
    }

    /// Links a loose node into `parent` before `next`, or at the end.
    fn link(nodes: &mut [Draft], parent: u32, id: u32, next: u32) {
        let previous = match nodes.get(next as usize) {
            Some(node) => node.previous,
            None => nodes.get(parent as usize).map_or(NONE, |node| node.last),
        };
        if let Some(node) = nodes.get_mut(id as usize) {
            (node.parent, node.previous, node.next) = (parent, previous, next);
        }
        if let Some(node) = nodes.get_mut(previous as usize) {
            node.next = id;
        } else if let Some(node) = nodes.get_mut(parent as usize) {
            node.first = id;
        }
        if let Some(node) = nodes.get_mut(next as usize) {
            node.previous = id;
        } else if let Some(node) = nodes.get_mut(parent as usize) {
            node.last = id;
        }
    }

    /// Notes the depth of a node that was linked into `parent`. A page whose nodes are only ever appended (nearly every page) is
    /// checked by one addition a node; once the tree builder has moved a node with children, each is counted to the root.
    fn deepen(&self, nodes: &mut [Draft], id: u32, parent: u32) {
        let depth = nodes.get(parent as usize).map_or(0, |node| node.depth) + 1;
        let Some(node) = nodes.get_mut(id as usize) else { return };
        if node.first != NONE && node.depth != depth {
            self.moved.set(true);
        }
        node.depth = depth;
        if self.moved.get() {
            self.count_depth(nodes, parent);
        } else if depth as usize > self.limits.page.depth {
            self.reached("depth", self.limits.page.depth as u64);
        }
    }

    /// Counts from a node to the root.
    fn count_depth(&self, nodes: &[Draft], mut parent: u32) {
        let mut depth = 1;
        while let Some(node) = nodes.get(parent as usize) {
            depth += 1;
            if depth > self.limits.page.depth + 1 {
                return self.reached("depth", self.limits.page.depth as u64);
            }
            parent = node.parent;
        }
    }

    fn insert(&self, parent: u32, child: NodeOrText<u32>, next: u32) {
        match child {
            NodeOrText::AppendNode(id) => {
                let nodes = &mut *self.nodes.borrow_mut();
                // A node that was just made hangs nowhere yet.
                if nodes.get(id as usize).is_some_and(|node| node.parent != NONE) {
                    Self::detach(nodes, id);
                }
                Self::link(nodes, parent, id, next);
                self.deepen(nodes, id, parent);
            }
            NodeOrText::AppendText(text) => {
                self.hold(text.len());
                let previous = {
                    let nodes = self.nodes.borrow();
                    match nodes.get(next as usize) {
                        Some(node) => node.previous,
                        None => nodes.get(parent as usize).map_or(NONE, |node| node.last),
                    }
                };
                if let Some(Draft { kind: DraftKind::Text(present), .. }) =
                    self.nodes.borrow_mut().get_mut(previous as usize)
                {
                    present.push_tendril(&text);
                    return;
                }
                let id = self.push(DraftKind::Text(text));
                Self::link(&mut self.nodes.borrow_mut(), parent, id, next);
            }
        }
    }

    /// The tree in document order. `fragment` leaves out the `html` element that html5ever puts round a fragment.
    pub(super) fn into_tree(self, fragment: bool) -> Result<Tree, ReadError> {
        if let Some(error) = self.over() {
            return Err(error);
        }
        let (made, held) = (self.made.get(), self.held_bytes.get());
        let depth_limit = self.limits.page.depth;
        let mut drafts = self.nodes.into_inner();
        let mut tree =
            Tree { nodes: Vec::with_capacity(drafts.len()), attributes: Vec::new(), text: String::with_capacity(held) };
        tree.attributes.reserve(made.saturating_sub(drafts.len()));
        tree.nodes.push(Node {
            parent: NONE,
            end: 1,
            previous: NONE,
            line: 0,
            at: 0,
            inert: false,
            kind: Kind::Document,
        });
        let top = drafts.first().map_or(NONE, |root| root.first);
        let mut next = if fragment { drafts.get(top as usize).map_or(NONE, |html| html.first) } else { top };
        // The open nodes: draft, place in the tree, last element child seen, whether their contents are inert.
        let mut open: Vec<(u32, u32, u32, bool)> = vec![(NONE, 0, NONE, false)];
        loop {
            let Some(draft) = drafts.get_mut(next as usize) else {
                // No further sibling: the innermost open node is complete.
                let Some((draft, id, ..)) = open.pop() else { break };
                let end = u32::try_from(tree.nodes.len()).unwrap_or(NONE);
                if let Some(node) = tree.nodes.get_mut(id as usize) {
                    node.end = end;
                }
                let Some(draft) = drafts.get(draft as usize) else { break };
                next = draft.next;
                continue;
            };
            if open.len() > depth_limit + 1 {
                return Err(ReadError::OverBudget { budget: "depth", limit: depth_limit as u64 });
            }
            let id = u32::try_from(tree.nodes.len()).unwrap_or(NONE);
            let kind = tree.settle(std::mem::replace(&mut draft.kind, DraftKind::Document));
            let template = match &kind {
                Kind::Element(element) => {
                    Some(element.name == local_name!("template") && element.namespace == ns!(html))
                }
                _ => None,
            };
            let (current, line, at, first, following) = (next, draft.line, draft.at, draft.first, draft.next);
            let Some((_, parent, last_element, inert)) = open.last_mut() else { break };
            let inert = *inert;
            tree.nodes.push(Node { parent: *parent, end: id + 1, previous: *last_element, line, at, inert, kind });
            if let Some(template) = template {
                *last_element = id;
                open.push((current, id, NONE, inert || template));
                next = first;
            } else {
                next = following;
            }
        }
        Ok(tree)
    }
}

impl Tree {
    fn settle(&mut self, kind: DraftKind) -> Kind {
        match kind {
            DraftKind::Document => Kind::Document,
            DraftKind::Text(text) => Kind::Text(self.keep(&text)),
            DraftKind::Comment(text) => Kind::Comment(self.keep(&text)),
            DraftKind::Element { name, attributes } => {
                let first_attribute = u32::try_from(self.attributes.len()).unwrap_or(NONE);
                let count = u32::try_from(attributes.len()).unwrap_or(0);
                for attribute in attributes {
                    let value = self.keep(&attribute.value);
                    let QualName { ns, local, .. } = attribute.name;
                    self.attributes.push(tree::Attribute { name: local, namespace: ns, value });
                }
                Kind::Element(Element { name: name.local, namespace: name.ns, first_attribute, attributes: count })
            }
        }
    }

    fn keep(&mut self, text: &str) -> Span {
        // `tree_bytes` keeps this below 4 GiB; were it set higher, what does not fit would read as empty.
        let (Ok(start), Ok(len)) = (u32::try_from(self.text.len()), u32::try_from(text.len())) else {
            return Span::default();
        };
        self.text.push_str(text);
        Span { start, len }
    }
}

impl TreeSink for DraftSink {
    type Handle = u32;
    type Output = Self;
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) -> Self {
        self
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> u32 {
        0
    }

    #[expect(clippy::panic, reason = "TreeSink's contract: never called with anything but an element it was given")]
    fn elem_name<'a>(&'a self, target: &'a u32) -> Ref<'a, QualName> {
        self.step();
        Ref::map(self.nodes.borrow(), |nodes| match nodes.get(*target as usize) {
            Some(Draft { kind: DraftKind::Element { name, .. }, .. }) => name,
            _ => panic!("the tree builder asked for the name of something that is no element"),
        })
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, _: ElementFlags) -> u32 {
        if attributes.len() > self.limits.page.attributes {
            self.too_many_attributes();
        }
        self.count(attributes.len());
        self.hold(attributes.iter().map(|attribute| attribute.value.len()).sum());
        self.push(DraftKind::Element { name, attributes })
    }

    fn create_comment(&self, text: StrTendril) -> u32 {
        self.hold(text.len());
        self.push(DraftKind::Comment(text))
    }

    fn create_pi(&self, _: StrTendril, data: StrTendril) -> u32 {
        self.create_comment(data)
    }

    fn append(&self, parent: &u32, child: NodeOrText<u32>) {
        self.insert(*parent, child, NONE);
    }

    fn append_based_on_parent_node(&self, element: &u32, previous_element: &u32, child: NodeOrText<u32>) {
        let has_parent = self.nodes.borrow().get(*element as usize).is_some_and(|node| node.parent != NONE);
        if has_parent {
            self.append_before_sibling(element, child);
        } else {
            self.append(previous_element, child);
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    // Its contents are kept as its children and marked inert when the tree is done.
    fn get_template_contents(&self, target: &u32) -> u32 {
        *target
    }

    fn same_node(&self, one: &u32, other: &u32) -> bool {
        self.step();
        one == other
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &u32, child: NodeOrText<u32>) {
        if let NodeOrText::AppendNode(id) = &child {
            Self::detach(&mut self.nodes.borrow_mut(), *id);
        }
        let parent = self.nodes.borrow().get(*sibling as usize).map_or(NONE, |node| node.parent);
        if parent != NONE {
            self.insert(parent, child, *sibling);
        }
    }

    fn add_attrs_if_missing(&self, target: &u32, new: Vec<Attribute>) {
        let mut added = 0;
        if let Some(Draft { kind: DraftKind::Element { attributes, .. }, .. }) =
            self.nodes.borrow_mut().get_mut(*target as usize)
        {
            for attribute in new {
                if attributes.len() >= self.limits.page.attributes {
                    self.too_many_attributes();
                    break;
                }
                if attributes.iter().all(|present| present.name != attribute.name) {
                    self.hold(attribute.value.len());
                    added += 1;
                    attributes.push(attribute);
                }
            }
        }
        self.count(added);
    }

    fn remove_from_parent(&self, target: &u32) {
        Self::detach(&mut self.nodes.borrow_mut(), *target);
    }

    fn reparent_children(&self, node: &u32, new_parent: &u32) {
        let nodes = &mut *self.nodes.borrow_mut();
        while let Some(child) = nodes.get(*node as usize).map(|node| node.first).filter(|child| *child != NONE) {
            self.step();
            Self::detach(nodes, child);
            Self::link(nodes, *new_parent, child, NONE);
        }
        self.moved.set(true);
        self.count_depth(nodes, *new_parent);
    }

    fn set_current_line(&self, line: u64) {
        self.line.set(u32::try_from(line).unwrap_or(u32::MAX));
    }
}
