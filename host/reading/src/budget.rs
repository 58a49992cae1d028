//! What reading one page may cost: the operator's limits, and what of them is left.
//!
//! Pages are hostile until proven otherwise: 250 KB of nested `<div>` cost an unguarded parser seconds, 29 KB of `<p><b id=N>x`
//! became two million nodes. Everything that reads a page (document, selectors, JSON, structured data, patterns) draws on one
//! [`Budget`] and ends with [`ReadError::OverBudget`] when it is used up. Nothing here fetches or normalises.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use serde::{Deserialize, Serialize};

/// Limits on reading one page. All of a page's reading counts together: its document, the fragments and JSON inside it, and
/// every selector that an extractor asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DocumentLimits {
    /// Bytes of decoded text parsed, default 4 MiB. The largest listing seen has 1.5 MB; parsing costs about 20 ms a megabyte.
    pub bytes: usize,
    /// Nodes of a document (elements, attributes, texts, comments), default 200,000. A page of 2,000 events has 40,000; 200,000
    /// take up to 30 MB while they are built.
    pub nodes: usize,
    /// Elements inside each other, default 512: what Chromium and WebKit allow. Tree building costs nodes times depth.
    pub depth: usize,
    /// Attributes of one tag, default 512. The tokenizer compares each with all before it.
    pub attributes: usize,
    /// Bytes of text and attribute values that a tree may hold, default 16 MiB. Unclosed elements are repeated with their
    /// attributes in every following block (whatwg/html issue 10772), so this can be far more than what came in.
    pub tree_bytes: usize,
    /// Milliseconds of parsing, default 2,000. A second line only, since it depends on the machine; the other limits are met long before.
    pub parse_ms: u64,
    /// Steps from element to element in building the tree and in matching selectors, default 50 million: about 0.2 s. Building
    /// a page of 500 events needs a million and reading its listing 100 thousand; quadratic selectors on large pages need
    /// thousands of millions.
    pub steps: u64,
    /// Elements and rows handed to the extractor, default 200,000: each costs memory in the sandbox's table of handles.
    pub matches: u64,
    /// Bytes of one text or attribute that is handed to the extractor, default 1 MiB; what is longer is cut at a character.
    pub text_bytes: usize,
    /// Bytes of one element's markup, default 64 KiB; longer markup is cut at a character.
    pub markup_bytes: usize,
    /// Bytes of all texts handed to the extractor, default 64 MiB: asking again and again must not copy without end.
    pub output_bytes: u64,
    /// Bytes of a selector, default 2,048; longer ones are only seen in attacks on its matcher.
    pub selector_bytes: usize,
    /// Brackets inside each other in a selector, default 8: its parser calls itself for each.
    pub selector_depth: u8,
    /// Compiled selectors and patterns kept, default 256 of each. Extractors use the same few again and again.
    pub compiled: usize,
    /// Values of a JSON text, default 500,000.
    pub json_values: usize,
    /// Arrays and objects inside each other, default 128: what serde_json allows.
    pub json_depth: usize,
    /// Bytes of a JSON value written out, default 256 KiB.
    pub json_bytes: usize,
    /// Items of structured data on a page, default 10,000.
    pub items: usize,
    /// Bytes of a compiled pattern, default 1 MiB: bounded repetition multiplies its program.
    pub pattern_bytes: usize,
}

impl Default for DocumentLimits {
    fn default() -> Self {
        Self {
            bytes: 4 << 20,
            nodes: 200_000,
            depth: 512,
            attributes: 512,
            tree_bytes: 16 << 20,
            parse_ms: 2_000,
            steps: 50_000_000,
            matches: 200_000,
            text_bytes: 1 << 20,
            markup_bytes: 64 << 10,
            output_bytes: 64 << 20,
            selector_bytes: 2_048,
            selector_depth: 8,
            compiled: 256,
            json_values: 500_000,
            json_depth: 128,
            json_bytes: 256 << 10,
            items: 10_000,
            pattern_bytes: 1 << 20,
        }
    }
}

/// Why a part of a page could not be given. The variants are those of the contract's `read-error`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// A limit was reached.
    #[error(
        "the page needs more than the limit of {limit} {budget}; raise `{budget}` in the document limits if the page is honest"
    )]
    OverBudget {
        /// The field of [`DocumentLimits`].
        budget: &'static str,
        /// Its value.
        limit: u64,
    },
    /// The text is not of this kind.
    #[error("not readable as {kind}: {reason} (line {line})")]
    NotReadable {
        /// What it was read as, such as `JSON`.
        kind: &'static str,
        /// What is wrong.
        reason: String,
        /// Where, counted from 1.
        line: u32,
    },
    /// A selector, pointer or pattern has an error.
    #[error("the {kind} `{expression}` has an error: {reason}")]
    BadExpression {
        /// `selector`, `pointer` or `pattern`.
        kind: &'static str,
        /// The expression, shortened.
        expression: String,
        /// What is wrong, and where.
        reason: String,
    },
}

impl ReadError {
    pub(crate) fn bad_expression(kind: &'static str, expression: &str, reason: impl Into<String>) -> Self {
        /// Enough to recognise an expression in a log line.
        const SHOWN: usize = 120;
        Self::BadExpression { kind, expression: expression.chars().take(SHOWN).collect(), reason: reason.into() }
    }
}

/// What reading took of a budget, parse time aside: that depends on the machine.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spending {
    /// Bytes parsed.
    pub bytes: u64,
    /// Nodes of documents.
    pub nodes: u64,
    /// Steps of building trees, matching selectors and patterns.
    pub steps: u64,
    /// Elements and rows handed out.
    pub matches: u64,
    /// Bytes of texts handed out.
    pub output: u64,
    /// Values of JSON texts.
    pub json_values: u64,
}

impl Spending {
    fn each(self, other: Self, with: impl Fn(u64, u64) -> u64) -> Self {
        Self {
            bytes: with(self.bytes, other.bytes),
            nodes: with(self.nodes, other.nodes),
            steps: with(self.steps, other.steps),
            matches: with(self.matches, other.matches),
            output: with(self.output, other.output),
            json_values: with(self.json_values, other.json_values),
        }
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.each(other, u64::saturating_add)
    }

    /// This without the other.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        self.each(other, u64::saturating_sub)
    }
}

/// What is left of the limits for one page. Shared by everything that reads it.
#[derive(Debug)]
pub struct Budget {
    limits: DocumentLimits,
    bytes: AtomicU64,
    nodes: AtomicU64,
    parse_us: AtomicU64,
    steps: AtomicU64,
    matches: AtomicU64,
    output: AtomicU64,
    json_values: AtomicU64,
}

impl Budget {
    /// A fresh budget for one page.
    #[must_use]
    pub fn new(limits: DocumentLimits) -> Arc<Self> {
        Self::after(limits, Spending::default())
    }

    /// The budget of a page of which so much is spent already.
    #[must_use]
    pub fn after(limits: DocumentLimits, spent: Spending) -> Arc<Self> {
        let Spending { bytes, nodes, steps, matches, output, json_values } = spent;
        Arc::new(Self {
            limits,
            bytes: AtomicU64::new(bytes),
            nodes: AtomicU64::new(nodes),
            parse_us: AtomicU64::new(0),
            steps: AtomicU64::new(steps),
            matches: AtomicU64::new(matches),
            output: AtomicU64::new(output),
            json_values: AtomicU64::new(json_values),
        })
    }

    /// What is spent so far.
    #[must_use]
    pub fn spent(&self) -> Spending {
        let read = |spent: &AtomicU64| spent.load(Ordering::Relaxed);
        Spending {
            bytes: read(&self.bytes),
            nodes: read(&self.nodes),
            steps: read(&self.steps),
            matches: read(&self.matches),
            output: read(&self.output),
            json_values: read(&self.json_values),
        }
    }

    /// The limits it began with.
    #[must_use]
    pub const fn limits(&self) -> &DocumentLimits {
        &self.limits
    }

    /// Steps of selector matching spent so far.
    #[must_use]
    pub fn steps_spent(&self) -> u64 {
        self.steps.load(Ordering::Relaxed)
    }

    /// The first limit that was reached, if any was. For calls that have no way to say so themselves.
    #[must_use]
    pub fn used_up(&self) -> Option<ReadError> {
        let limits = &self.limits;
        [
            (&self.output, "output_bytes", limits.output_bytes),
            (&self.steps, "steps", limits.steps),
            (&self.matches, "matches", limits.matches),
            (&self.bytes, "bytes", limits.bytes as u64),
            (&self.nodes, "nodes", limits.nodes as u64),
            (&self.json_values, "json_values", limits.json_values as u64),
        ]
        .into_iter()
        .find(|(spent, _, limit)| spent.load(Ordering::Relaxed) > *limit)
        .map(|(_, budget, limit)| ReadError::OverBudget { budget, limit })
    }

    pub(crate) const fn out_of_steps(&self) -> ReadError {
        ReadError::OverBudget { budget: "steps", limit: self.limits.steps }
    }

    pub(crate) fn spend_bytes(&self, bytes: usize) -> Result<(), ReadError> {
        spend(&self.bytes, bytes as u64, "bytes", self.limits.bytes as u64)
    }

    pub(crate) fn nodes_left(&self) -> usize {
        self.limits.nodes.saturating_sub(usize::try_from(self.nodes.load(Ordering::Relaxed)).unwrap_or(usize::MAX))
    }

    pub(crate) fn spend_nodes(&self, nodes: usize) -> Result<(), ReadError> {
        spend(&self.nodes, nodes as u64, "nodes", self.limits.nodes as u64)
    }

    pub(crate) fn parse_time_left(&self) -> Duration {
        Duration::from_millis(self.limits.parse_ms)
            .saturating_sub(Duration::from_micros(self.parse_us.load(Ordering::Relaxed)))
    }

    pub(crate) fn spend_parse_time(&self, time: Duration) {
        self.parse_us.fetch_add(u64::try_from(time.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    pub(crate) fn steps_left(&self) -> u64 {
        self.limits.steps.saturating_sub(self.steps_spent())
    }

    pub(crate) fn spend_steps(&self, steps: u64) -> Result<(), ReadError> {
        spend(&self.steps, steps, "steps", self.limits.steps)
    }

    pub(crate) fn spend_matches(&self, matches: usize) -> Result<(), ReadError> {
        spend(&self.matches, matches as u64, "matches", self.limits.matches)
    }

    pub(crate) fn spend_output(&self, bytes: usize) -> Result<(), ReadError> {
        spend(&self.output, bytes as u64, "output_bytes", self.limits.output_bytes)
    }

    pub(crate) fn json_values_left(&self) -> usize {
        self.limits
            .json_values
            .saturating_sub(usize::try_from(self.json_values.load(Ordering::Relaxed)).unwrap_or(usize::MAX))
    }

    pub(crate) fn spend_json_values(&self, values: usize) -> Result<(), ReadError> {
        spend(&self.json_values, values as u64, "json_values", self.limits.json_values as u64)
    }
}

fn spend(spent: &AtomicU64, amount: u64, budget: &'static str, limit: u64) -> Result<(), ReadError> {
    let before = spent.fetch_add(amount, Ordering::Relaxed);
    if before.saturating_add(amount) > limit { Err(ReadError::OverBudget { budget, limit }) } else { Ok(()) }
}
