//! JSON of a page, parsed once within a budget and asked by pointers: the host's half of the contract's `json` interface.
//!
//! Values are handles into one shared, unchanging [`JsonDocument`], so that handing one to an extractor copies nothing, and
//! every value can tell its pointer and line. Numbers keep their printed form: `12.50` stays that, since it may be a price.
//! Nothing here interprets what the values mean.

mod build;
mod parse;
mod value;

use std::sync::Arc;

use crate::{Budget, DocumentLimits, ReadError};

pub(crate) use self::build::JsonBuilder;
pub use self::value::{JsonRow, JsonValue};

/// No such value.
const NONE: u32 = u32::MAX;

/// What a JSON value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonKind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean,
    /// A number.
    Number,
    /// A text.
    Text,
    /// An array.
    Array,
    /// An object.
    Object,
}

/// A piece of [`JsonDocument::text`], in bytes.
#[derive(Debug, Clone, Copy, Default)]
struct Span {
    start: u32,
    len: u32,
}

/// A value: like the nodes of a document, values stand in document order, so that what is inside one is a range.
#[derive(Debug)]
struct Node {
    kind: JsonKind,
    parent: u32,
    /// One past its last descendant.
    end: u32,
    line: u32,
    /// Its place in that line, in bytes from 1; 0 where that is not known.
    column: u32,
    /// The name in the object that it is a member of.
    key: Span,
    /// A text without quotes and escapes, a number as printed, `true` or `false`.
    text: Span,
}

/// A parsed JSON text.
#[derive(Debug)]
pub struct JsonDocument {
    nodes: Vec<Node>,
    text: String,
    budget: Arc<Budget>,
}

impl JsonDocument {
    /// Parses a text with a budget of its own. A byte order mark, a leading `)]}'` (with what follows it on its line), a
    /// `for(;;);` or `while(1);` and a JSONP wrapper are taken off; everything else is as RFC 8259 says. Of two members with
    /// one name, the last counts.
    pub fn parse(text: &str, limits: &DocumentLimits) -> Result<JsonValue, ReadError> {
        Self::parse_within(text, &Budget::new(limits.clone()))
    }

    /// Parses a text on the page's budget.
    pub fn parse_within(text: &str, budget: &Arc<Budget>) -> Result<JsonValue, ReadError> {
        budget.spend_bytes(text.len())?;
        parse::parse(text, budget)
    }

    /// Parses what people put into `script` elements and call JSON: the values in it, mostly one. `line` is that of its first
    /// character in the page. The bytes are part of a document that is paid for.
    pub(crate) fn parse_lenient(text: &str, line: u32, budget: &Arc<Budget>) -> Result<Vec<JsonValue>, ReadError> {
        parse::parse_lenient(text, line, budget)
    }

    fn node(&self, id: u32) -> Option<&Node> {
        self.nodes.get(id as usize)
    }

    fn str(&self, span: Span) -> &str {
        self.text.get(span.start as usize..(span.start + span.len) as usize).unwrap_or_default()
    }

    /// The members of an array or object.
    fn members(&self, id: u32) -> impl Iterator<Item = u32> + '_ {
        let end = self.node(id).map_or(0, |node| node.end);
        let mut next = id.saturating_add(1);
        std::iter::from_fn(move || {
            let current = next;
            (current < end).then(|| {
                next = self.node(current).map_or(end, |node| node.end);
                current
            })
        })
    }

    /// The member of an object.
    fn member(&self, id: u32, key: &str) -> Option<u32> {
        self.members(id).filter(|member| self.node(*member).is_some_and(|node| self.str(node.key) == key)).last()
    }

    /// Follows a pointer from a value.
    fn follow(&self, from: u32, pointer: &str) -> Option<u32> {
        if pointer.is_empty() {
            return self.node(from).map(|_| from);
        }
        let mut at = from;
        for token in pointer.strip_prefix('/')?.split('/') {
            at = match self.node(at)?.kind {
                JsonKind::Object if token.contains('~') => {
                    self.member(at, &token.replace("~1", "/").replace("~0", "~"))?
                }
                JsonKind::Object => self.member(at, token)?,
                JsonKind::Array if is_index(token) => self.members(at).nth(token.parse().ok()?)?,
                _ => return None,
            };
        }
        Some(at)
    }
}

/// RFC 6901, section 4: digits without leading zeros.
fn is_index(token: &str) -> bool {
    token == "0" || (!token.starts_with('0') && !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit()))
}
