//! Putting a [`JsonDocument`] together value by value: what the parser does, and what turns microdata into JSON-LD's form.

use std::sync::Arc;

use super::{JsonDocument, JsonKind, JsonValue, NONE, Node, Span};
use crate::{Budget, ReadError};

/// A document under construction. Values are added in document order; arrays and objects are opened and closed.
#[derive(Debug)]
pub(crate) struct JsonBuilder {
    nodes: Vec<Node>,
    text: String,
    open: Vec<u32>,
    key: Span,
    line: u32,
    column: u32,
    left: usize,
    budget: Arc<Budget>,
}

impl JsonBuilder {
    pub(crate) fn new(budget: &Arc<Budget>) -> Self {
        Self {
            nodes: Vec::new(),
            text: String::new(),
            open: Vec::new(),
            key: Span::default(),
            line: 1,
            column: 0,
            left: budget.json_values_left(),
            budget: Arc::clone(budget),
        }
    }

    /// The line of the values that follow.
    pub(crate) const fn line(&mut self, line: u32) {
        self.place(line, 0);
    }

    /// The same with the place in that line, in bytes from 1.
    pub(crate) const fn place(&mut self, line: u32, column: u32) {
        self.line = line;
        self.column = column;
    }

    /// The name of the member that follows.
    pub(crate) fn key(&mut self, key: &str) {
        self.key = self.keep(key);
    }

    /// Gives the member that follows another name, if it has one.
    pub(crate) fn rekey(&mut self, key: &str) {
        if self.within() == Some(JsonKind::Object) && self.text.get(self.key.start as usize..) != Some(key) {
            self.key(key);
        }
    }

    /// Adds a text, number, boolean or null.
    pub(crate) fn scalar(&mut self, kind: JsonKind, text: &str) -> Result<(), ReadError> {
        let text = self.keep(text);
        self.push(kind, text).map(|_| ())
    }

    /// Opens an array or object.
    pub(crate) fn open(&mut self, kind: JsonKind) -> Result<(), ReadError> {
        let limit = self.budget.limits().json_depth;
        if self.open.len() >= limit {
            return Err(ReadError::OverBudget { budget: "json_depth", limit: limit as u64 });
        }
        let id = self.push(kind, Span::default())?;
        self.open.push(id);
        Ok(())
    }

    /// Closes what was opened last.
    pub(crate) fn close(&mut self) {
        let end = u32::try_from(self.nodes.len()).unwrap_or(NONE);
        if let Some(node) = self.open.pop().and_then(|id| self.nodes.get_mut(id as usize)) {
            node.end = end;
        }
    }

    /// What was opened last and is not closed.
    pub(crate) fn within(&self) -> Option<JsonKind> {
        self.open.last().and_then(|id| self.nodes.get(*id as usize)).map(|node| node.kind)
    }

    /// Whether nothing was added yet to what was opened last.
    pub(crate) fn is_empty_inside(&self) -> bool {
        self.open.last().is_some_and(|id| *id as usize + 1 == self.nodes.len())
    }

    /// How much is open.
    pub(crate) fn depth(&self) -> usize {
        self.open.len()
    }

    /// Adds a copy of a value of another document, keeping its lines. `replace` may put another value in its place; it is asked
    /// for every value inside, too.
    pub(crate) fn copy(
        &mut self,
        value: &JsonValue,
        replace: &mut dyn FnMut(&mut Self, &JsonValue) -> Result<bool, ReadError>,
    ) -> Result<(), ReadError> {
        let (document, top) = (&value.document, value.id);
        let Some(end) = document.node(top).map(|node| node.end) else { return Ok(()) };
        let mut ends: Vec<u32> = Vec::new();
        let mut next = top;
        while next < end {
            while ends.pop_if(|end| *end <= next).is_some() {
                self.close();
            }
            let Some(node) = document.node(next) else { break };
            if next != top {
                self.key(document.str(node.key));
            }
            self.place(node.line, node.column);
            if replace(self, &JsonValue { document: Arc::clone(document), id: next })? {
                next = node.end;
                continue;
            }
            match node.kind {
                JsonKind::Array | JsonKind::Object => {
                    self.open(node.kind)?;
                    ends.push(node.end);
                }
                kind => self.scalar(kind, document.str(node.text))?,
            }
            next += 1;
        }
        for _ in ends {
            self.close();
        }
        Ok(())
    }

    /// The document's first value.
    pub(crate) fn finish(self) -> Result<JsonValue, ReadError> {
        let document = self.into_document()?;
        Ok(JsonValue { document, id: 0 })
    }

    /// Every value that stands on its own, in order.
    pub(crate) fn finish_all(self) -> Result<Vec<JsonValue>, ReadError> {
        let document = self.into_document()?;
        let tops = std::iter::successors(document.node(0).map(|_| 0), |id| {
            let end = document.node(*id)?.end;
            document.node(end).map(|_| end)
        });
        Ok(tops.map(|id| JsonValue { document: Arc::clone(&document), id }).collect())
    }

    fn into_document(mut self) -> Result<Arc<JsonDocument>, ReadError> {
        while !self.open.is_empty() {
            self.close();
        }
        self.budget.spend_json_values(self.nodes.len())?;
        Ok(Arc::new(JsonDocument { nodes: self.nodes, text: self.text, budget: self.budget }))
    }

    fn push(&mut self, kind: JsonKind, text: Span) -> Result<u32, ReadError> {
        if self.nodes.len() >= self.left {
            let limit = self.budget.limits().json_values as u64;
            return Err(ReadError::OverBudget { budget: "json_values", limit });
        }
        let id = u32::try_from(self.nodes.len()).unwrap_or(NONE);
        let parent = self.open.last().copied().unwrap_or(NONE);
        let key = std::mem::take(&mut self.key);
        self.nodes.push(Node { kind, parent, end: id + 1, line: self.line, column: self.column, key, text });
        Ok(id)
    }

    fn keep(&mut self, text: &str) -> Span {
        // `bytes` and `json_values` keep this below 4 GiB; were they set higher, what does not fit would read as empty.
        let (Ok(start), Ok(len)) = (u32::try_from(self.text.len()), u32::try_from(text.len())) else {
            return Span::default();
        };
        self.text.push_str(text);
        Span { start, len }
    }
}
