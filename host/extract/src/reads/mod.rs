//! What a plugin read of a page, so that it need not be run again on a page of which it would read the same.
//!
//! A call leaves a [`ReadRecord`]: in order, what the guest asked of the page, and digests of the answers (`question`, `ink`, `notes`). It is kept
//! beside the page. When the page comes again, [`Plugin::reads_the_same`](crate::Plugin::reads_the_same) asks the same of the new one without
//! starting the guest (`compare`), up to the first answer that differs.
//!
//! # Why the same answers mean the same extraction
//!
//! A guest is a function of what the host answers: its store and instance are fresh, its memory begins as the component says, it has no
//! clock, randomness, threads or files, and floats are canonical (`engine`). What it asks first depends on nothing, so it is the same
//! question; with the same answer it asks the same second question, and so on: if every answer to the noted questions is the same, so
//! are all questions, the log and the result. Answers that are not noted are functions of their arguments and of what
//! the record names by digest: plugin, configuration, zone, languages, currency, limits, the host's own code, and the page's address. Elements
//! and values are opaque to a guest, so of them only the number is compared; which ones they are shows in what is asked of them.
//!
//! Two things can still end a call otherwise. Budgets of the page: the new page is asked on a budget from which everything is taken
//! that the call spent beside the noted questions, so a page that would pass a limit is different. And time: a call that was ended by its
//! deadline has no record. What the host itself says of a page (`second_look`) is asked again as well.
//!
//! There is no record where a guest asked more than is noted, used up a budget, touched the denied WASI, or gave no extraction.

pub(crate) mod compare;
pub(crate) mod ink;
pub(crate) mod notes;
pub(crate) mod question;

use chrono::NaiveDate;
use marquee_model::{Digest, EventClaim, Moment, Page, Source, WebUrl};
use marquee_reading::Spending;
use serde::{Deserialize, Serialize};

use self::{
    ink::Ink,
    question::{DependsOn, Question},
};
use crate::{SandboxLimits, second_look::Glance};

/// The form of a record. One of another form is of no use; the page is extracted and leaves a new one.
const VERSION: u8 = 1;

/// The fingerprint of the code that reads pages and makes events of them, made by the build script.
const CODE: &str = env!("MARQUEE_READING_CODE");

/// What one call read of its page. Kept beside the page as JSON (or whatever serde can write): some hundred bytes and the date texts
/// that were read, at most about 256 KiB.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadRecord {
    version: u8,
    plugin: Digest,
    /// Everything of the source that a guest sees.
    source: Digest,
    /// Limits and code.
    host: Digest,
    /// The body, as bytes and encoding.
    page: Digest,
    /// The local day of reading.
    day: NaiveDate,
    /// Whether claims hold words in place of a start, which are read later, from the page's day.
    words: bool,
    questions: Vec<Question>,
    /// Question, of which element or value, the first bytes of the answer's digest.
    asked: Vec<[u32; 3]>,
    answers: Answers,
    /// What the call spent of the page's budget beside these questions.
    beside: Spending,
    glance: Glance,
}

/// Digests of all answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Answers {
    body: Digest,
    facts: Digest,
    day: Digest,
}

impl ReadRecord {
    /// The record as bytes, to be kept beside the page.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        // Only maps with keys that are no text cannot be written, and there is none.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// What [`ReadRecord::to_bytes`] gave. `None`: it is of another form or damaged; the page is then extracted, which leaves a new one.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok().filter(|record: &Self| record.version == VERSION)
    }

    /// How many questions the plugin asked of the page.
    #[must_use]
    pub const fn asked(&self) -> usize {
        self.asked.len()
    }

    /// Whether anything was asked whose answer may be another on another day: the day itself, or the reading of a date. Where not, an
    /// unchanged body is the same on any day.
    #[must_use]
    pub fn depends_on_day(&self) -> bool {
        self.words || self.questions.iter().any(|question| question.depends_on() == DependsOn::Day)
    }
}

impl ReadRecord {
    /// What was asked, of what, and the first bytes of the answer's digest, in order.
    fn entries(&self) -> impl Iterator<Item = (Option<&Question>, u32, u32)> {
        self.asked.iter().map(|[question, of, check]| (self.questions.get(*question as usize), *of, *check))
    }
}

/// Whether a plugin would read the same of another page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sameness {
    /// It would: the extraction would be the same, byte by byte, its log too, and so would the events that are made of it.
    Same {
        /// Whether the page had to be parsed to know; not where its body is the same.
        parsed: bool,
    },
    /// It may not. Why, for the crawl's record.
    Different(String),
}

impl Sameness {
    /// Whether it is [`Sameness::Same`].
    #[must_use]
    pub const fn is_same(&self) -> bool {
        matches!(self, Self::Same { .. })
    }
}

/// What a guest sees of its source, and what an answer needs to know of the page beside what is noted.
fn source_digest(source: &Source, url: &WebUrl, is_start: bool) -> Digest {
    let mut ink = Ink::default();
    ink.text(&source.configuration.to_string());
    ink.text(source.zone.name());
    ink.texts(&source.languages);
    ink.maybe_text(source.currency.map(|currency| currency.code().to_owned()).as_deref());
    // Addresses in markup that a guest has parsed are joined to that of the page.
    ink.text(url.as_str());
    ink.truth(is_start);
    Digest::of(ink.bytes())
}

/// What of the host decides about answers. Any limit may.
fn host_digest(limits: &SandboxLimits) -> Digest {
    let mut ink = Ink::default();
    ink.text(CODE);
    ink.text(&serde_json::to_string(limits).unwrap_or_default());
    Digest::of(ink.bytes())
}

/// The body: the same bytes in the same encoding are the same text.
fn page_digest(page: &Page) -> Digest {
    let mut ink = Ink::default();
    ink.text(&page.digest.to_string());
    ink.text(&page.charset);
    ink.number(i64::try_from(page.body.len()).unwrap_or(i64::MAX));
    Digest::of(ink.bytes())
}

/// Whether a claim's start is left to be read from the page's day.
fn has_words(claims: &[EventClaim]) -> bool {
    claims.iter().any(|claim| matches!(claim.start, Some(Moment::Text(_))))
}
