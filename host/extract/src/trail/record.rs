//! Notes what a guest reads, while it reads.
//!
//! The host's imports call this where a call is to be explained; a call that is not has no [`Recorder`] at all, so that reading costs
//! one look at an absent pointer. Notes are kept as they come and are made sense of afterwards (`trail::explain`). They are bounded:
//! what goes beyond is not noted, and the trail says so.

use std::sync::Arc;

use marquee_model::{AgeRestriction, Page, PriceClaim, Source, Status};
use marquee_reading::{Document, ElementId, JsonValue, Scope, Take, dates::When};

/// Bytes of notes. What a guest reads is bounded by the budgets of the page, but texts of JSON and readings can be asked for again and
/// again; the fullest page seen (700 events) leaves 3 MB.
const NOTED_BYTES: usize = 64 << 20;

/// What a note costs beside its texts.
const NOTE: usize = 96;

/// A noted element or value; [`HandleId::NONE`] where nothing is noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct HandleId(pub(crate) u32);

impl HandleId {
    /// Nothing is noted.
    pub(crate) const NONE: Self = Self(u32::MAX);
}

/// How a guest came by an element or value.
#[derive(Debug)]
pub(crate) enum Origin {
    /// The page's document.
    Document,
    /// The page's JSON.
    Json,
    /// The source's configuration.
    Configuration,
    /// An item of structured data, in the element that holds it.
    Structured { syntax: &'static str, document: Arc<Document>, element: ElementId },
    /// A text that the guest had parsed, after so many reads.
    Parsed { language: &'static str, text: String, after: usize },
    /// By a selector, from an element. `many`: as one of several.
    Selected { from: HandleId, selector: String, scope: Scope, many: bool },
    /// By a pointer, from a value. `many`: as one of several.
    At { from: HandleId, pointer: String, many: bool },
}

/// What a handle stands for.
#[derive(Debug)]
pub(crate) enum Thing {
    Element(Arc<Document>, ElementId),
    Value(JsonValue),
}

#[derive(Debug)]
pub(crate) struct Handle {
    pub(crate) origin: Origin,
    pub(crate) thing: Thing,
}

/// Where a text that the guest was given comes from.
#[derive(Debug)]
pub(crate) enum Given {
    /// Taken from an element; `by` is the selector and scope of the column, where it was a cell of `rows`.
    Element { handle: HandleId, element: ElementId, by: Option<(String, Scope)>, take: Take },
    /// At a pointer from a value.
    Value { handle: HandleId, pointer: String, name: bool },
    /// A fact of the page.
    Fact(&'static str),
    /// The whole body.
    Body,
    /// A text that a reading function gave for one of its inputs.
    Answer { call: usize, input: usize },
}

#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) value: String,
    pub(crate) given: Given,
}

/// What a reading function gave that is no text.
#[derive(Debug)]
pub(crate) enum Answer {
    Dates(Vec<Option<When>>),
    Price(PriceClaim),
    Age(AgeRestriction),
    Status(Status),
    /// Its answers are reads.
    Texts,
}

/// A call of a reading function.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) function: &'static str,
    /// The pattern of a capture.
    pub(crate) detail: String,
    pub(crate) inputs: Vec<String>,
    pub(crate) answer: Answer,
    /// Reads before it: what it was given is among them.
    pub(crate) after: usize,
}

/// The notes of one call.
pub(crate) struct Recorder {
    pub(crate) page: Arc<Page>,
    pub(crate) source: Arc<Source>,
    pub(crate) handles: Vec<Handle>,
    pub(crate) reads: Vec<Read>,
    pub(crate) calls: Vec<Call>,
    bytes: usize,
    /// Notes that were not kept.
    pub(crate) left_out: usize,
}

impl Recorder {
    pub(crate) const fn new(page: Arc<Page>, source: Arc<Source>) -> Self {
        Self { page, source, handles: Vec::new(), reads: Vec::new(), calls: Vec::new(), bytes: 0, left_out: 0 }
    }

    pub(crate) const fn bytes(&self) -> usize {
        self.bytes
    }

    pub(crate) fn handle_of(&self, id: HandleId) -> Option<&Handle> {
        self.handles.get(id.0 as usize)
    }

    /// Notes an element or value that the guest was given.
    pub(crate) fn handle(&mut self, origin: Origin, thing: Thing) -> HandleId {
        let text = match &origin {
            Origin::Parsed { text, .. } => text.len(),
            Origin::Selected { selector: text, .. } | Origin::At { pointer: text, .. } => text.len(),
            Origin::Document | Origin::Json | Origin::Configuration | Origin::Structured { .. } => 0,
        };
        if !self.has_room(text) {
            return HandleId::NONE;
        }
        self.handles.push(Handle { origin, thing });
        u32::try_from(self.handles.len() - 1).map_or(HandleId::NONE, HandleId)
    }

    /// Notes a text that the guest was given. Empty ones say nothing.
    pub(crate) fn read(&mut self, given: Given, value: &str) {
        if !value.trim().is_empty() && self.has_room(value.len()) {
            self.reads.push(Read { value: value.to_owned(), given });
        }
    }

    /// Notes a call of a reading function; `texts` are its answers that are texts, each with the input that it belongs to.
    pub(crate) fn call(
        &mut self,
        function: &'static str,
        detail: &str,
        inputs: &[String],
        answer: Answer,
        texts: &[(usize, &str)],
    ) {
        if !self.has_room(inputs.iter().map(String::len).sum::<usize>() + detail.len()) {
            return;
        }
        let (call, after) = (self.calls.len(), self.reads.len());
        self.calls.push(Call { function, detail: detail.to_owned(), inputs: inputs.to_vec(), answer, after });
        for (input, text) in texts {
            self.read(Given::Answer { call, input: *input }, text);
        }
    }

    fn has_room(&mut self, bytes: usize) -> bool {
        let bytes = self.bytes.saturating_add(bytes).saturating_add(NOTE);
        if bytes > NOTED_BYTES {
            self.left_out += 1;
            return false;
        }
        self.bytes = bytes;
        true
    }
}
