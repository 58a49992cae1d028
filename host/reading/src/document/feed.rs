//! Feeds a page to html5ever in small pieces and stops when a limit is reached.
//!
//! html5ever has no limits of its own, and several of its steps cost more than their input: looking through the stack of open
//! elements, opening unclosed formatting elements again in every paragraph, comparing an attribute with all before it. A piece is
//! at most one tag (it begins at `<`) or 4 KiB; between pieces and between tokens the sink is asked whether it has had enough.

use std::{
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Instant,
};

use html5ever::{
    QualName,
    buffer_queue::BufferQueue,
    interface::{TokenizerResult, create_element},
    local_name, ns,
    tendril::StrTendril,
    tokenizer::{Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts},
    tree_builder::{TreeBuilder, TreeBuilderOpts},
};

use super::{
    sink::{BuildLimits, DraftSink},
    tree::Tree,
};
use crate::{Budget, ReadError};

/// Bytes fed at once: small enough that what one piece can cost is far below the time limit.
const PIECE: usize = 4 << 10;
/// Bytes fed between two looks at the clock, which costs as much as parsing a hundred bytes.
const CLOCK_EVERY: usize = 16 << 10;

/// Passes tokens on to the tree builder until a limit is reached.
struct Gate {
    builder: TreeBuilder<u32, DraftSink>,
    passed: Cell<bool>,
}

impl TokenSink for Gate {
    type Handle = u32;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<u32> {
        // Errors are reported from within a tag, too, so they do not show that a construct is complete.
        if matches!(token, Token::ParseError(_)) {
            return TokenSinkResult::Continue;
        }
        self.passed.set(true);
        if self.builder.sink.is_over() {
            return TokenSinkResult::Continue;
        }
        self.builder.sink.token();
        self.builder.process_token(token, line)
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

/// Parses `text` on `budget`; with `fragment` as the contents of a `body` element.
pub(super) fn parse(text: &str, budget: &Arc<Budget>, fragment: bool) -> Result<Tree, ReadError> {
    budget.spend_bytes(text.len())?;
    let began = Instant::now();
    // html5ever asserts what it believes of its own state. Should a page prove it wrong, the page fails, not the host.
    let parsed = catch_unwind(AssertUnwindSafe(|| build(text, budget, fragment, began)));
    budget.spend_parse_time(began.elapsed());
    parsed.unwrap_or_else(|_| {
        Err(ReadError::NotReadable {
            kind: "HTML",
            reason: "the parser contradicted itself on this page".to_owned(),
            line: 1,
        })
    })
}

fn build(text: &str, budget: &Arc<Budget>, fragment: bool, began: Instant) -> Result<Tree, ReadError> {
    let limits = budget.limits();
    let time = budget.parse_time_left();
    let out_of_time = ReadError::OverBudget { budget: "parse_ms", limit: limits.parse_ms };
    let sink =
        DraftSink::new(BuildLimits { nodes: budget.nodes_left(), steps: budget.steps_left(), page: limits.clone() }, text.len());
    // Nothing here runs scripts, so `noscript` is read as its author meant it for such readers.
    let options = TreeBuilderOpts { scripting_enabled: false, drop_doctype: true, ..TreeBuilderOpts::default() };
    let builder = if fragment {
        let context = create_element(&sink, QualName::new(None, ns!(html), local_name!("body")), Vec::new());
        TreeBuilder::new_for_fragment(sink, context, None, options)
    } else {
        TreeBuilder::new(sink, options)
    };
    let tokenizer = Tokenizer::new(Gate { builder, passed: Cell::new(false) }, TokenizerOpts::default());
    let queue = BufferQueue::default();
    let whole = StrTendril::from_slice(text);
    let mut open_tag = OpenTag::default();
    let (mut start, mut clock_at) = (0, CLOCK_EVERY);
    // Where the construct begins that the tokenizer is in: its first piece.
    let mut construct = 0;
    while start < text.len() {
        let end = piece_end(text, start);
        let (from, len) = (u32::try_from(start).unwrap_or(u32::MAX), u32::try_from(end - start).unwrap_or(0));
        tokenizer.sink.builder.sink.set_position(construct);
        queue.push_back(whole.try_subtendril(from, len).unwrap_or_default());
        tokenizer.sink.passed.set(false);
        while !matches!(tokenizer.feed(&queue), TokenizerResult::Done) {}
        if tokenizer.sink.passed.get() {
            open_tag = OpenTag::default();
            construct = u32::try_from(end).unwrap_or(u32::MAX);
        } else {
            open_tag.read(text.get(start..end).unwrap_or_default());
            if open_tag.attributes > limits.attributes {
                tokenizer.sink.builder.sink.too_many_attributes();
            }
        }
        if let Some(error) = tokenizer.sink.builder.sink.over() {
            return Err(error);
        }
        if end >= clock_at {
            clock_at = end + CLOCK_EVERY;
            if began.elapsed() > time {
                return Err(out_of_time);
            }
        }
        start = end;
    }
    tokenizer.end();
    let sink = tokenizer.sink.builder.sink;
    budget.spend_nodes(sink.made())?;
    budget.spend_steps(sink.steps())?;
    sink.into_tree(fragment)
}

/// The end of the piece that begins at `start`: before the next `<`, or [`PIECE`] bytes on.
fn piece_end(text: &str, start: usize) -> usize {
    let mut limit = text.len().min(start + PIECE);
    while !text.is_char_boundary(limit) {
        limit -= 1;
    }
    let rest = text.as_bytes().get(start + 1..limit).unwrap_or_default();
    rest.iter().position(|byte| *byte == b'<').map_or(limit, |at| start + 1 + at)
}

/// Counts the attributes of a tag while it is being read.
///
/// Starts anew whenever the tokenizer has passed a token, and is given the pieces in which it passed none. As pieces begin
/// at `<`, the first of those begins the construct that the tokenizer is in, so the states here (HTML, sections 13.2.5.6 to
/// 13.2.5.40) are the same as the tokenizer's. Anything that is no tag (a comment, say) stays at zero.
#[derive(Default)]
struct OpenTag {
    state: TagState,
    attributes: usize,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum TagState {
    #[default]
    Start,
    Opened,
    NotATag,
    Name,
    BeforeAttribute,
    AttributeName,
    AfterName,
    BeforeValue,
    Quoted(u8),
    Unquoted,
}

impl OpenTag {
    fn read(&mut self, piece: &str) {
        for byte in piece.bytes() {
            let space = matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0c);
            let blank = space || byte == b'/';
            self.state = match self.state {
                TagState::Start if byte == b'<' => TagState::Opened,
                TagState::Opened if byte == b'/' => TagState::Opened,
                TagState::Opened if byte.is_ascii_alphabetic() => TagState::Name,
                TagState::Start | TagState::Opened | TagState::NotATag => TagState::NotATag,
                TagState::Name if blank => TagState::BeforeAttribute,
                TagState::Unquoted if space => TagState::BeforeAttribute,
                TagState::BeforeAttribute if blank => TagState::BeforeAttribute,
                TagState::AttributeName | TagState::AfterName if byte == b'=' => TagState::BeforeValue,
                TagState::AttributeName | TagState::AfterName if blank => TagState::AfterName,
                TagState::BeforeAttribute | TagState::AfterName => {
                    self.attributes += 1;
                    TagState::AttributeName
                }
                TagState::BeforeValue if space => TagState::BeforeValue,
                TagState::BeforeValue if matches!(byte, b'"' | b'\'') => TagState::Quoted(byte),
                TagState::BeforeValue => TagState::Unquoted,
                TagState::Quoted(quote) if byte == quote => TagState::BeforeAttribute,
                same => same,
            };
        }
    }
}
