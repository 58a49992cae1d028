//! Notes what a guest asks while it runs, and makes the record of it.
//!
//! [`Notes`] is part of a call's state. Every host function that sees the page opens a question and gives its answer; one that opens a
//! question without answering it makes the notes unusable, so that a forgotten answer costs an extraction and never a wrong one.

use std::{collections::BTreeMap, mem};

use chrono::NaiveDate;
use marquee_model::{Digest, EventClaim, Page, Source};
use marquee_reading::{Spending, zone};

use super::{
    Answers, ReadRecord, VERSION, has_words, host_digest,
    ink::Ink,
    page_digest,
    question::{DependsOn, Question},
    source_digest,
};
use crate::{SandboxLimits, second_look::Glance};

/// Questions of one call that are noted; with more the page is simply extracted every time. A plugin that walks 1,000 events element by
/// element asks some 15,000, which take longer to ask again than they are worth.
const MOST_ASKED: usize = 20_000;

/// Bytes of a record, about: it is kept beside its page. A listing of 500 events has 20 KB, nearly all of them its date texts.
const MOST_BYTES: usize = 256 * 1024;

/// Bytes of a question that was asked before.
const ASKED_AGAIN: usize = 16;

/// An element or value that came of a noted question, by its place among all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Noted(u32);

impl Noted {
    /// It follows from what the guest was answered before: of the configuration, or of a text that it had parsed. Nothing that is
    /// asked of it can be another if all noted answers are the same.
    pub(crate) const FOLLOWS: Self = Self(u32::MAX);
    /// The page itself.
    pub(crate) const PAGE: Self = Self(u32::MAX - 1);

    pub(crate) const fn number(self) -> u32 {
        self.0
    }
}

/// A question that is being answered.
struct Open {
    question: u32,
    of: Noted,
    depends_on: DependsOn,
    spent: Spending,
    answered: bool,
}

/// The notes of one call.
#[derive(Default)]
pub(crate) struct Notes {
    questions: Vec<Question>,
    known: BTreeMap<Question, u32>,
    asked: Vec<[u32; 3]>,
    handles: u32,
    bytes: usize,
    open: Option<Open>,
    answers: Chains,
    spent: Spending,
    ink: Ink,
    unusable: bool,
}

/// What the record says beside the questions.
pub(crate) struct Of {
    pub(crate) plugin: Digest,
    pub(crate) source: Digest,
    pub(crate) host: Digest,
    pub(crate) page: Digest,
    pub(crate) day: NaiveDate,
    pub(crate) words: bool,
    pub(crate) glance: Glance,
    /// All that the call spent.
    pub(crate) spent: Spending,
}

impl Of {
    pub(crate) fn call(
        plugin: Digest,
        source: &Source,
        page: &Page,
        limits: &SandboxLimits,
        events: &[EventClaim],
        glance: Glance,
        spent: Spending,
    ) -> Self {
        Self {
            plugin,
            source: source_digest(source, &page.url, page.request.is_start()),
            host: host_digest(limits),
            page: page_digest(page),
            day: zone::local(page.fetched_at, source.zone).date(),
            words: has_words(events),
            glance,
            spent,
        }
    }
}

impl Notes {
    /// Opens a question. `spent`: what the call has spent so far.
    pub(crate) fn ask(&mut self, of: Noted, question: impl FnOnce() -> Question, spent: Spending) {
        self.close();
        if self.unusable || of == Noted::FOLLOWS {
            return;
        }
        let question = question();
        let depends_on = question.depends_on();
        let question = self.place(question);
        self.bytes = self.bytes.saturating_add(ASKED_AGAIN);
        if self.asked.len() >= MOST_ASKED || self.bytes > MOST_BYTES {
            self.give_up();
            return;
        }
        self.open = Some(Open { question, of, depends_on, spent, answered: false });
    }

    /// What is asked next follows from its arguments.
    pub(crate) fn close(&mut self) {
        if self.open.take().is_some_and(|open| !open.answered) {
            self.give_up();
        }
    }

    /// Takes down the answer to the open question, if there is one.
    pub(crate) fn answer(&mut self, spent: Spending, put: impl FnOnce(&mut Ink)) {
        let Some(open) = &mut self.open else { return };
        self.ink.clear();
        put(&mut self.ink);
        let check = self.answers.add(open.depends_on, &self.ink);
        self.asked.push([open.question, open.of.number(), check]);
        self.spent = self.spent.and(spent.without(open.spent));
        open.answered = true;
    }

    /// The number of an element or value that the open question gave.
    pub(crate) fn number(&mut self) -> Noted {
        if self.open.is_none() {
            return Noted::FOLLOWS;
        }
        let number = self.handles;
        self.handles += 1;
        Noted(number)
    }

    /// Nothing is noted any more, and there will be no record.
    pub(crate) fn give_up(&mut self) {
        *self = Self { unusable: true, ..Self::default() };
    }

    /// The record; none where something could not be noted.
    pub(crate) fn into_record(mut self, of: Of) -> Option<ReadRecord> {
        self.close();
        let Of { plugin, source, host, page, day, words, glance, spent } = of;
        (!self.unusable).then(|| ReadRecord {
            version: VERSION,
            plugin,
            source,
            host,
            page,
            day,
            words,
            questions: self.questions,
            asked: self.asked,
            answers: self.answers.digests(),
            beside: spent.without(self.spent),
            glance,
        })
    }

    /// The place of a question among the different ones.
    fn place(&mut self, question: Question) -> u32 {
        if let Some(place) = self.known.get(&question) {
            return *place;
        }
        self.bytes = self.bytes.saturating_add(question.bytes());
        let place = u32::try_from(self.questions.len()).unwrap_or(u32::MAX);
        self.questions.push(question.clone());
        self.known.insert(question, place);
        place
    }
}

/// The digests of all answers, as far as they depend on one thing.
#[derive(Default)]
pub(super) struct Chains {
    body: blake3::Hasher,
    facts: blake3::Hasher,
    day: blake3::Hasher,
}

impl Chains {
    /// Adds an answer and gives the four bytes by which a difference is told where it stands.
    pub(super) fn add(&mut self, depends_on: DependsOn, answer: &Ink) -> u32 {
        let digest = blake3::hash(answer.bytes());
        let chain = match depends_on {
            DependsOn::Body => &mut self.body,
            DependsOn::Facts => &mut self.facts,
            DependsOn::Day => &mut self.day,
        };
        chain.update(digest.as_bytes());
        let [a, b, c, d, ..] = *digest.as_bytes();
        u32::from_le_bytes([a, b, c, d])
    }

    pub(super) fn digests(&mut self) -> Answers {
        let of = |chain: &mut blake3::Hasher| Digest::from_bytes(*mem::take(chain).finalize().as_bytes());
        Answers { body: of(&mut self.body), facts: of(&mut self.facts), day: of(&mut self.day) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(notes: Notes) -> Option<ReadRecord> {
        let none = Digest::of(b"");
        notes.into_record(Of {
            plugin: none,
            source: none,
            host: none,
            page: none,
            day: NaiveDate::default(),
            words: false,
            glance: Glance::default(),
            spent: Spending::default(),
        })
    }

    fn asked(notes: &mut Notes, question: Question) {
        notes.ask(Noted::PAGE, || question, Spending::default());
        notes.answer(Spending::default(), |ink| ink.truth(true));
    }

    #[test]
    fn a_question_without_an_answer_leaves_no_record() {
        let mut notes = Notes::default();
        asked(&mut notes, Question::Json);
        notes.ask(Noted::PAGE, || Question::Body, Spending::default());
        assert_eq!(record(notes), None);
    }

    #[test]
    fn more_questions_than_are_noted_leave_no_record() {
        let mut notes = Notes::default();
        for _ in 0..=MOST_ASKED {
            asked(&mut notes, Question::Body);
        }
        assert_eq!(record(notes), None);
        let mut notes = Notes::default();
        asked(&mut notes, Question::Select("x".repeat(MOST_BYTES)));
        assert_eq!(record(notes), None);
    }

    #[test]
    fn what_follows_from_earlier_answers_is_not_noted() {
        let mut notes = Notes::default();
        assert_eq!(notes.number(), Noted::FOLLOWS);
        asked(&mut notes, Question::Document);
        assert_eq!(notes.number(), Noted(0));
        notes.ask(Noted::FOLLOWS, || Question::Body, Spending::default());
        notes.answer(Spending::default(), |ink| ink.truth(true));
        assert_eq!(notes.number(), Noted::FOLLOWS);
        assert_eq!(record(notes).unwrap().asked(), 1);
    }
}
