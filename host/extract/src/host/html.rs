//! The import `html`: elements of the page's document, and of markup inside other data.

use std::sync::Arc;

use marquee_reading::{Document, ElementId, Field, Scope, Take};
use wasmtime::component::Resource;

use super::{CallState, Element};
use crate::{
    bindings::marquee::extractor::{html, types::ReadError},
    stop::read_error,
    trail::record::{Given, HandleId, Origin, Thing},
};

impl CallState {
    pub(super) fn push_element(
        &mut self,
        document: &Arc<Document>,
        id: ElementId,
        origin: impl FnOnce() -> Origin,
    ) -> wasmtime::Result<Resource<Element>> {
        let noted = self.note(origin, || Thing::Element(Arc::clone(document), id));
        Ok(self.table.push(Element { document: Arc::clone(document), id, noted })?)
    }

    fn element(&self, element: &Resource<Element>) -> wasmtime::Result<(Arc<Document>, ElementId, HandleId)> {
        let element = self.table.get(element)?;
        Ok((Arc::clone(&element.document), element.id, element.noted))
    }

    /// One element out of another by a selector, or none.
    fn one(
        &mut self,
        from: &Resource<Element>,
        selector: &str,
        scope: Scope,
        find: impl FnOnce(&Document, ElementId, &str) -> Result<Option<ElementId>, marquee_reading::ReadError>,
    ) -> wasmtime::Result<Result<Option<Resource<Element>>, ReadError>> {
        self.enter()?;
        let (document, id, from) = self.element(from)?;
        match find(&document, id, selector) {
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
        let handle = self.table.get(item)?.noted;
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
        self.enter()?;
        match Document::parse_fragment_within(&markup, &self.context.base, &self.budget) {
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
        self.enter()?;
        let (document, id, from) = self.element(&element)?;
        let origin = || Origin::Selected { from, selector: selector.clone(), scope: Scope::Inside, many: true };
        match document.select(id, &selector) {
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
        self.one(&element, &selector, Scope::Inside, Document::first)
    }

    fn matches(&mut self, element: Resource<Element>, selector: String) -> wasmtime::Result<Result<bool, ReadError>> {
        self.enter()?;
        let (document, id, _) = self.element(&element)?;
        Ok(document.matches(id, &selector).map_err(|error| read_error(&error)))
    }

    fn closest(
        &mut self,
        element: Resource<Element>,
        selector: String,
    ) -> wasmtime::Result<Result<Option<Resource<Element>>, ReadError>> {
        self.one(&element, &selector, Scope::Around, Document::closest)
    }

    fn preceding(
        &mut self,
        element: Resource<Element>,
        selector: String,
    ) -> wasmtime::Result<Result<Option<Resource<Element>>, ReadError>> {
        self.one(&element, &selector, Scope::Before, Document::preceding)
    }

    fn name(&mut self, element: Resource<Element>) -> wasmtime::Result<String> {
        self.enter()?;
        let (document, id, _) = self.element(&element)?;
        Ok(document.name(id).to_owned())
    }

    fn take(&mut self, element: Resource<Element>, what: html::Take) -> wasmtime::Result<Option<String>> {
        self.enter()?;
        let (document, id, handle) = self.element(&element)?;
        let what = take(what);
        let taken = document.take(id, &what);
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
        self.enter()?;
        let (document, id, from) = self.element(&element)?;
        let fields: Vec<Field> = fields.into_iter().map(field).collect();
        let mut told: Vec<ElementId> = Vec::new();
        let rows = match &self.recorder {
            None => document.rows(id, &items, &fields),
            Some(_) => document.rows_told(id, &items, &fields, |element| told.push(element)),
        };
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
