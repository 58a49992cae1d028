//! What a guest holds: its page, elements and values.
//!
//! What they stand for is private to this file, and only told to who says what is asked of it: a host function that reads the page cannot
//! be written without a [`Question`], which a later page can be asked again (`reads`).

use std::sync::Arc;

use marquee_model::{Page, Source};
use marquee_reading::{Document, ElementId, JsonValue};
use wasmtime::component::Resource;

use super::CallState;
use crate::{
    reads::{ink::Ink, notes::Noted, question::Question},
    trail::record::{HandleId, Origin, Thing},
};

/// An element handed to a guest, with the document that it belongs to.
#[expect(unreachable_pub, reason = "the generated bindings re-export it as `pub`, inside this crate")]
pub struct Element {
    document: Arc<Document>,
    id: ElementId,
    /// Its place among what came of noted questions.
    noted: Noted,
    /// What is noted of it, where the call is to be explained.
    handle: HandleId,
}

/// A JSON value handed to a guest.
#[expect(unreachable_pub, reason = "the generated bindings re-export it as `pub`, inside this crate")]
pub struct Value {
    value: JsonValue,
    /// Its place among what came of noted questions.
    noted: Noted,
    /// What is noted of it, where the call is to be explained.
    handle: HandleId,
}

/// What a guest is given to read: the page and what its source says about it.
#[expect(unreachable_pub, reason = "the generated bindings re-export it as `pub`, inside this crate")]
pub struct PageInput {
    page: Arc<Page>,
    source: Arc<Source>,
}

impl PageInput {
    pub(crate) const fn new(page: Arc<Page>, source: Arc<Source>) -> Self {
        Self { page, source }
    }
}

impl CallState {
    /// The page and its source, of which `question` is asked.
    pub(super) fn page(
        &mut self,
        page: &Resource<PageInput>,
        question: Question,
    ) -> wasmtime::Result<(Arc<Page>, Arc<Source>)> {
        self.enter()?;
        self.ask(Noted::PAGE, || question);
        let PageInput { page, source } = self.table.get(page)?;
        Ok((Arc::clone(page), Arc::clone(source)))
    }

    /// The source alone, which the record holds as a whole.
    pub(super) fn source(&mut self, page: &Resource<PageInput>) -> wasmtime::Result<Arc<Source>> {
        self.enter()?;
        Ok(Arc::clone(&self.table.get(page)?.source))
    }

    /// What an element stands for, of which `question` is asked.
    pub(super) fn element(
        &mut self,
        element: &Resource<Element>,
        question: impl FnOnce() -> Question,
    ) -> wasmtime::Result<(Arc<Document>, ElementId, HandleId)> {
        self.enter()?;
        let Element { document, id, noted, handle } = self.table.get(element)?;
        let (document, id, noted, handle) = (Arc::clone(document), *id, *noted, *handle);
        self.ask(noted, question);
        Ok((document, id, handle))
    }

    /// What a value stands for, of which `question` is asked.
    pub(super) fn value(
        &mut self,
        value: &Resource<Value>,
        question: impl FnOnce() -> Question,
    ) -> wasmtime::Result<(JsonValue, HandleId)> {
        self.enter()?;
        let Value { value, noted, handle } = self.table.get(value)?;
        let (value, noted, handle) = (value.clone(), *noted, *handle);
        self.ask(noted, question);
        Ok((value, handle))
    }

    /// Opens a question about the day, which is asked of nothing.
    pub(super) fn ask_of_the_day(&mut self, question: impl FnOnce() -> Question) -> wasmtime::Result<()> {
        self.enter()?;
        self.ask(Noted::PAGE, question);
        Ok(())
    }

    fn ask(&mut self, of: Noted, question: impl FnOnce() -> Question) {
        let spent = self.budget.spent();
        if let Some(notes) = &mut self.notes {
            notes.ask(of, question, spent);
        }
    }

    /// Takes down what the open question is answered.
    pub(super) fn answered(&mut self, put: impl FnOnce(&mut Ink)) {
        let spent = self.budget.spent();
        if let Some(notes) = &mut self.notes {
            notes.answer(spent, put);
        }
    }

    pub(super) fn push_element(
        &mut self,
        document: &Arc<Document>,
        id: ElementId,
        origin: impl FnOnce() -> Origin,
    ) -> wasmtime::Result<Resource<Element>> {
        let handle = self.note(origin, || Thing::Element(Arc::clone(document), id));
        let noted = self.number();
        Ok(self.table.push(Element { document: Arc::clone(document), id, noted, handle })?)
    }

    pub(super) fn push_value(
        &mut self,
        value: JsonValue,
        origin: impl FnOnce() -> Origin,
    ) -> wasmtime::Result<Resource<Value>> {
        let handle = self.note(origin, || Thing::Value(value.clone()));
        let noted = self.number();
        Ok(self.table.push(Value { value, noted, handle })?)
    }

    /// What is noted of an element for the trail.
    pub(super) fn handle_of(&self, element: &Resource<Element>) -> wasmtime::Result<HandleId> {
        Ok(self.table.get(element)?.handle)
    }

    /// What is noted of a value for the trail.
    pub(super) fn handle_of_value(&self, value: &Resource<Value>) -> wasmtime::Result<HandleId> {
        Ok(self.table.get(value)?.handle)
    }

    fn number(&mut self) -> Noted {
        self.notes.as_mut().map_or(Noted::FOLLOWS, |notes| notes.number())
    }
}
