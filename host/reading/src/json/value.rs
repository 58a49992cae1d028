//! Values of a JSON document, as an extractor asks them.

use std::{fmt::Write, sync::Arc};

use super::{JsonDocument, JsonKind, NONE, Node, Span};
use crate::ReadError;

/// A value of a [`JsonDocument`]. Cheap to clone: it shares the document.
#[derive(Debug, Clone)]
pub struct JsonValue {
    pub(super) document: Arc<JsonDocument>,
    pub(super) id: u32,
}

/// One item of [`JsonValue::rows`].
#[derive(Debug, Clone)]
pub struct JsonRow {
    /// The item.
    pub item: JsonValue,
    /// One cell a pointer, in their order; `None` for null, array, object and what is not there.
    pub cells: Vec<Option<String>>,
}

impl JsonValue {
    /// What it is.
    #[must_use]
    pub fn kind(&self) -> JsonKind {
        self.document.node(self.id).map_or(JsonKind::Null, |node| node.kind)
    }

    /// The value at a pointer of RFC 6901, relative to this one; empty is the value itself. `None` also for a pointer that is
    /// none (without a leading `/`).
    #[must_use]
    pub fn at(&self, pointer: &str) -> Option<Self> {
        Some(self.with(self.document.follow(self.id, pointer)?))
    }

    /// A text as it is, a number or boolean as its JSON; `None` for null, array and object.
    #[must_use]
    pub fn text(&self, pointer: &str) -> Option<String> {
        self.str_at(pointer).map(str::to_owned)
    }

    /// The same, borrowed.
    #[must_use]
    pub fn str_at(&self, pointer: &str) -> Option<&str> {
        self.scalar(self.document.follow(self.id, pointer)?)
    }

    /// The members of an array; of an object, its values in document order.
    #[must_use]
    pub fn items(&self, pointer: &str) -> Vec<Self> {
        let Some(id) = self.document.follow(self.id, pointer) else { return Vec::new() };
        self.document.members(id).map(|member| self.with(member)).collect()
    }

    /// The names of an object's members, in document order.
    #[must_use]
    pub fn keys(&self, pointer: &str) -> Vec<String> {
        let Some(id) = self.document.follow(self.id, pointer).filter(|id| self.is(*id, JsonKind::Object)) else {
            return Vec::new();
        };
        self.document
            .members(id)
            .filter_map(|member| self.document.node(member))
            .map(|node| self.document.str(node.key).to_owned())
            .collect()
    }

    /// The name under which it is a member of an object.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        let node = self.document.node(self.id)?;
        self.is(node.parent, JsonKind::Object).then(|| self.document.str(node.key))
    }

    /// A whole listing at once: for every member of the array at `items` one row with a cell for each of `pointers`. An error
    /// where there is no array, since a listing that is not where it should be is not an empty one.
    pub fn rows<P: AsRef<str>>(&self, items: &str, pointers: &[P]) -> Result<Vec<JsonRow>, ReadError> {
        let wrong =
            |pointer: &str| ReadError::bad_expression("pointer", pointer, "a pointer is empty or begins with `/`");
        if let Some(pointer) = [items].into_iter().chain(pointers.iter().map(AsRef::as_ref)).find(|p| !is_pointer(p)) {
            return Err(wrong(pointer));
        }
        let found =
            self.document.follow(self.id, items).filter(|id| self.is(*id, JsonKind::Array)).ok_or_else(|| {
                ReadError::bad_expression(
                    "pointer",
                    items,
                    format!("there is no array at that place of {}", self.place()),
                )
            })?;
        let budget = &self.document.budget;
        let mut rows = Vec::new();
        for member in self.document.members(found) {
            budget.spend_matches(1)?;
            let mut cells = Vec::with_capacity(pointers.len());
            for pointer in pointers {
                let cell = self.document.follow(member, pointer.as_ref()).and_then(|id| self.scalar(id));
                budget.spend_output(cell.map_or(0, str::len))?;
                cells.push(cell.map(str::to_owned));
            }
            rows.push(JsonRow { item: self.with(member), cells });
        }
        Ok(rows)
    }

    /// The value as compact JSON, at most `json_bytes` long.
    pub fn serialize(&self) -> Result<String, ReadError> {
        let budget = &self.document.budget;
        let limit = budget.limits().json_bytes;
        let mut out = String::new();
        let end = self.document.node(self.id).map_or(0, |node| node.end);
        let mut open: Vec<(u32, bool)> = Vec::new();
        let mut next = self.id;
        loop {
            while let Some((_, object)) = open.pop_if(|(end, _)| *end <= next) {
                out.push(if object { '}' } else { ']' });
            }
            if next >= end {
                break;
            }
            let Some(node) = self.document.node(next) else { break };
            if !matches!(out.as_bytes().last(), None | Some(b'[' | b'{')) {
                out.push(',');
            }
            if open.last().is_some_and(|(_, object)| *object) {
                quote(self.document.str(node.key), &mut out);
                out.push(':');
            }
            match node.kind {
                JsonKind::Null => out.push_str("null"),
                JsonKind::Boolean | JsonKind::Number => out.push_str(self.document.str(node.text)),
                JsonKind::Text => quote(self.document.str(node.text), &mut out),
                JsonKind::Array | JsonKind::Object => {
                    let object = node.kind == JsonKind::Object;
                    out.push(if object { '{' } else { '[' });
                    open.push((node.end, object));
                }
            }
            if out.len() > limit {
                return Err(ReadError::OverBudget { budget: "json_bytes", limit: limit as u64 });
            }
            next += 1;
        }
        budget.spend_output(out.len())?;
        Ok(out)
    }

    /// Where the value stands in its document, a pointer of RFC 6901. An extractor is given documents that the host composed
    /// (microdata, JSON-LD with its references filled in); of those it is the place in what was composed.
    #[must_use]
    pub fn pointer(&self) -> String {
        let mut tokens = Vec::new();
        let mut id = self.id;
        while let Some(node) = self.document.node(id) {
            let parent = node.parent;
            if parent == NONE {
                break;
            }
            tokens.push(if self.is(parent, JsonKind::Array) {
                self.document.members(parent).take_while(|member| *member < id).count().to_string()
            } else {
                self.document.str(node.key).replace('~', "~0").replace('/', "~1")
            });
            id = parent;
        }
        tokens.iter().rev().fold(String::new(), |pointer, token| pointer + "/" + token)
    }

    /// The line on which the value begins, counted from 1: in its own text, or in the page for structured data.
    #[must_use]
    pub fn line(&self) -> u32 {
        self.document.node(self.id).map_or(1, |node| node.line)
    }

    /// Its place in that line, in bytes from 1; 0 where it is not known: what is not JSON in the page has none, and in a `script`
    /// the first line is counted from the beginning of the script.
    #[must_use]
    pub fn column(&self) -> u32 {
        self.document.node(self.id).map_or(0, |node| node.column)
    }

    /// Its place among the values of its document, in document order: what is inside another value comes after it.
    #[must_use]
    pub const fn ordinal(&self) -> u32 {
        self.id
    }

    /// The member of an object, without looking at pointers.
    pub(crate) fn member(&self, key: &str) -> Option<Self> {
        self.is(self.id, JsonKind::Object).then(|| self.document.member(self.id, key)).flatten().map(|id| self.with(id))
    }

    /// The members of an array, or of an object.
    pub(crate) fn members(&self) -> impl Iterator<Item = Self> + '_ {
        self.document.members(self.id).map(|id| self.with(id))
    }

    /// The value and all that is inside, in document order.
    pub(crate) fn descendants(&self) -> impl Iterator<Item = Self> + '_ {
        let end = self.document.node(self.id).map_or(0, |node| node.end);
        (self.id..end).map(|id| self.with(id))
    }

    /// Whether both are the same place of the same document.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.document, &other.document) && self.id == other.id
    }

    /// What it is a member of.
    pub(crate) fn parent(&self) -> Option<Self> {
        self.document.node(self.id).map(|node| node.parent).filter(|parent| *parent != NONE).map(|id| self.with(id))
    }

    fn with(&self, id: u32) -> Self {
        Self { document: Arc::clone(&self.document), id }
    }

    fn is(&self, id: u32, kind: JsonKind) -> bool {
        self.document.node(id).is_some_and(|node| node.kind == kind)
    }

    fn scalar(&self, id: u32) -> Option<&str> {
        match self.document.node(id)? {
            Node { kind: JsonKind::Null | JsonKind::Array | JsonKind::Object, .. } => None,
            Node { text: Span { start, len }, .. } => Some(self.document.str(Span { start: *start, len: *len })),
        }
    }

    fn place(&self) -> String {
        let pointer = self.pointer();
        if pointer.is_empty() { "the document".to_owned() } else { format!("`{pointer}`") }
    }
}

fn is_pointer(pointer: &str) -> bool {
    pointer.is_empty() || pointer.starts_with('/')
}

/// RFC 8259, section 7.
fn quote(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{0}'..='\u{1f}' => {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
