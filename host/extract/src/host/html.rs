//! The import `html`: elements of the page's document, and of markup inside other data.

use std::sync::Arc;

use marquee_reading::{Document, ElementId, Field, Scope, Take};
use wasmtime::component::Resource;

use super::{CallState, Element};
use crate::{
    bindings::marquee::extractor::{html, types::ReadError},
    reads::question::Question,
    stop::read_error,
    trail::record::{Given, Origin},
};

impl CallState {
    /// One element out of another by a selector, or none.
    fn one(
        &mut self,
        from: &Resource<Element>,
        selector: &str,
        scope: Scope,
        question: fn(String) -> Question,
        find: impl FnOnce(&Document, ElementId, &str) -> Result<Option<ElementId>, marquee_reading::ReadError>,
    ) -> wasmtime::Result<Result<Option<Resource<Element>>, ReadError>> {
        let (document, id, from) = self.element(from, || question(selector.to_owned()))?;
        let found = find(&document, id, selector);
        self.answered(|ink| ink.given(found.as_ref(), |ink, found| ink.truth(found.is_some())));
        match found {
            Ok(Some(found)) => {
                let origin = || Origin::Selected { from, selector: selector.to_owned(), scope, many: false };
                Ok(Ok(Some(self.push_element(&document, found, origin)?)))
            }
            Ok(None) => Ok(Ok(None)),
            Err(error) => Ok(Err(read_error(&error))),
        }
    }
}

impl CallState {
    /// Notes the cells of a row. `told` gives the element of each value.
    fn note_cells(
        &mut self,
        item: &Resource<Element>,
        fields: &[Field],
        cells: &[Vec<String>],
        told: &mut impl Iterator<Item = ElementId>,
    ) -> wasmtime::Result<()> {
        let handle = self.handle_of(item)?;
        let Some(recorder) = &mut self.recorder else { return Ok(()) };
        for (field, cell) in fields.iter().zip(cells) {
            for value in cell {
                let Some(element) = told.next() else { return Ok(()) };
                let by = Some((field.selector.clone(), field.scope));
                recorder.read(Given::Element { handle, element, by, take: field.take.clone() }, value);
            }
        }
        Ok(())
    }
}

impl html::Host for CallState {
    fn parse(&mut self, markup: String) -> wasmtime::Result<Result<Resource<Element>, ReadError>> {
        self.enter()?; // what is asked of it follows from the text, which the guest was given
        match Document::parse_fragment_within(&markup, self.context.base(), &self.budget) {
            Ok(document) => {
                let document = Arc::new(document);
                let root = document.root();
                let after = self.recorder.as_ref().map_or(0, |recorder| recorder.reads.len());
                let origin = || Origin::Parsed { language: "HTML", text: markup, after };
                Ok(Ok(self.push_element(&document, root, origin)?))
            }
            Err(error) => Ok(Err(read_error(&error))),
        }
    }
}

impl html::HostElement for CallState {
    fn select(
        &mut self,
        element: Resource<Element>,
        selector: String,
    ) -> wasmtime::Result<Result<Vec<Resource<Element>>, ReadError>> {
        let (document, id, from) = self.element(&element, || Question::Select(selector.clone()))?;
        let origin = || Origin::Selected { from, selector: selector.clone(), scope: Scope::Inside, many: true };
        let found = document.select(id, &selector);
        self.answered(|ink| ink.given(found.as_ref(), |ink, found| ink.handles(found.len())));
        match found {
            Ok(found) => found
                .into_iter()
                .map(|id| self.push_element(&document, id, origin))
                .collect::<wasmtime::Result<_>>()
                .map(Ok),
            Err(error) => Ok(Err(read_error(&error))),
        }
    }

    fn first(
        &mut self,
        element: Resource<Element>,
        selector: String,
    ) -> wasmtime::Result<Result<Option<Resource<Element>>, ReadError>> {
        self.one(&element, &selector, Scope::Inside, Question::First, Document::first)
    }

    fn matches(&mut self, element: Resource<Element>, selector: String) -> wasmtime::Result<Result<bool, ReadError>> {
        let (document, id, _) = self.element(&element, || Question::Matches(selector.clone()))?;
        let matches = document.matches(id, &selector);
        self.answered(|ink| ink.given(matches.as_ref(), |ink, matches| ink.truth(*matches)));
        Ok(matches.map_err(|error| read_error(&error)))
    }

    fn closest(
        &mut self,
        element: Resource<Element>,
        selector: String,
    ) -> wasmtime::Result<Result<Option<Resource<Element>>, ReadError>> {
        self.one(&element, &selector, Scope::Around, Question::Closest, Document::closest)
    }

    fn preceding(
        &mut self,
        element: Resource<Element>,
        selector: String,
    ) -> wasmtime::Result<Result<Option<Resource<Element>>, ReadError>> {
        self.one(&element, &selector, Scope::Before, Question::Preceding, Document::preceding)
    }

    fn name(&mut self, element: Resource<Element>) -> wasmtime::Result<String> {
        let (document, id, _) = self.element(&element, || Question::Name)?;
        let name = document.name(id);
        self.answered(|ink| ink.text(name));
        Ok(name.to_owned())
    }

    fn take(&mut self, element: Resource<Element>, what: html::Take) -> wasmtime::Result<Option<String>> {
        let what = take(what);
        let (document, id, handle) = self.element(&element, || Question::Take(what.clone()))?;
        let taken = document.take(id, &what);
        self.answered(|ink| ink.maybe_text(taken.as_deref()));
        if let (Some(recorder), Some(taken)) = (&mut self.recorder, &taken) {
            recorder.read(Given::Element { handle, element: id, by: None, take: what }, taken);
        }
        Ok(taken)
    }

    fn rows(
        &mut self,
        element: Resource<Element>,
        items: String,
        fields: Vec<html::Field>,
    ) -> wasmtime::Result<Result<Vec<html::Row>, ReadError>> {
        let fields: Vec<Field> = fields.into_iter().map(field).collect();
        let question = || Question::Rows { items: items.clone(), fields: fields.clone() };
        let (document, id, from) = self.element(&element, question)?;
        let mut told: Vec<ElementId> = Vec::new();
        let rows = match &self.recorder {
            None => document.rows(id, &items, &fields),
            Some(_) => document.rows_told(id, &items, &fields, |element| told.push(element)),
        };
        self.answered(|ink| ink.given(rows.as_ref(), |ink, rows| ink.rows(rows)));
        let mut told = told.into_iter();
        let origin = || Origin::Selected { from, selector: items.clone(), scope: Scope::Inside, many: true };
        match rows {
            Ok(rows) => rows
                .into_iter()
                .map(|row| {
                    let item = self.push_element(&document, row.item, origin)?;
                    if self.recorder.is_some() {
                        self.note_cells(&item, &fields, &row.cells, &mut told)?;
                    }
                    Ok(html::Row { item, cells: row.cells })
                })
                .collect::<wasmtime::Result<_>>()
                .map(Ok),
            Err(error) => Ok(Err(read_error(&error))),
        }
    }

    fn drop(&mut self, element: Resource<Element>) -> wasmtime::Result<()> {
        self.table.delete(element)?;
        Ok(())
    }
}

fn take(what: html::Take) -> Take {
    match what {
        html::Take::Text => Take::Text,
        html::Take::OwnText => Take::OwnText,
        html::Take::Lines => Take::Lines,
        html::Take::Attribute(name) => Take::Attribute(name),
        html::Take::Url(name) => Take::Url(name),
        html::Take::Markup => Take::Markup,
    }
}

fn field(field: html::Field) -> Field {
    Field {
        selector: field.selector,
        scope: match field.scope {
            html::Scope::Inside => Scope::Inside,
            html::Scope::Before => Scope::Before,
            html::Scope::Around => Scope::Around,
        },
        take: take(field.take),
        every: field.every,
    }
}
