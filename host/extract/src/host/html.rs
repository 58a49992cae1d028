//! The import `html`: elements of the page's document, and of markup inside other data.

use std::sync::Arc;

use marquee_reading::{Document, ElementId, Field, Scope, Take};
use wasmtime::component::Resource;

use super::{CallState, Element};
use crate::{
    bindings::marquee::extractor::{html, types::ReadError},
    stop::read_error,
};

impl CallState {
    pub(super) fn push_element(
        &mut self,
        document: &Arc<Document>,
        id: ElementId,
    ) -> wasmtime::Result<Resource<Element>> {
        Ok(self.table.push(Element { document: Arc::clone(document), id })?)
    }

    fn element(&self, element: &Resource<Element>) -> wasmtime::Result<(Arc<Document>, ElementId)> {
        let element = self.table.get(element)?;
        Ok((Arc::clone(&element.document), element.id))
    }

    /// One element out of another by a selector, or none.
    fn one(
        &mut self,
        from: &Resource<Element>,
        find: impl FnOnce(&Document, ElementId) -> Result<Option<ElementId>, marquee_reading::ReadError>,
    ) -> wasmtime::Result<Result<Option<Resource<Element>>, ReadError>> {
        self.enter()?;
        let (document, id) = self.element(from)?;
        match find(&document, id) {
            Ok(Some(found)) => Ok(Ok(Some(self.push_element(&document, found)?))),
            Ok(None) => Ok(Ok(None)),
            Err(error) => Ok(Err(read_error(&error))),
        }
    }
}

impl html::Host for CallState {
    fn parse(&mut self, markup: String) -> wasmtime::Result<Result<Resource<Element>, ReadError>> {
        self.enter()?;
        match Document::parse_fragment_within(&markup, &self.context.base, &self.budget) {
            Ok(document) => {
                let document = Arc::new(document);
                let root = document.root();
                Ok(Ok(self.push_element(&document, root)?))
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
        let (document, id) = self.element(&element)?;
        match document.select(id, &selector) {
            Ok(found) => {
                found.into_iter().map(|id| self.push_element(&document, id)).collect::<wasmtime::Result<_>>().map(Ok)
            }
            Err(error) => Ok(Err(read_error(&error))),
        }
    }

    fn first(
        &mut self,
        element: Resource<Element>,
        selector: String,
    ) -> wasmtime::Result<Result<Option<Resource<Element>>, ReadError>> {
        self.one(&element, |document, id| document.first(id, &selector))
    }

    fn matches(&mut self, element: Resource<Element>, selector: String) -> wasmtime::Result<Result<bool, ReadError>> {
        self.enter()?;
        let (document, id) = self.element(&element)?;
        Ok(document.matches(id, &selector).map_err(|error| read_error(&error)))
    }

    fn closest(
        &mut self,
        element: Resource<Element>,
        selector: String,
    ) -> wasmtime::Result<Result<Option<Resource<Element>>, ReadError>> {
        self.one(&element, |document, id| document.closest(id, &selector))
    }

    fn preceding(
        &mut self,
        element: Resource<Element>,
        selector: String,
    ) -> wasmtime::Result<Result<Option<Resource<Element>>, ReadError>> {
        self.one(&element, |document, id| document.preceding(id, &selector))
    }

    fn name(&mut self, element: Resource<Element>) -> wasmtime::Result<String> {
        self.enter()?;
        let (document, id) = self.element(&element)?;
        Ok(document.name(id).to_owned())
    }

    fn take(&mut self, element: Resource<Element>, what: html::Take) -> wasmtime::Result<Option<String>> {
        self.enter()?;
        let (document, id) = self.element(&element)?;
        Ok(document.take(id, &take(what)))
    }

    fn rows(
        &mut self,
        element: Resource<Element>,
        items: String,
        fields: Vec<html::Field>,
    ) -> wasmtime::Result<Result<Vec<html::Row>, ReadError>> {
        self.enter()?;
        let (document, id) = self.element(&element)?;
        let fields: Vec<Field> = fields.into_iter().map(field).collect();
        match document.rows(id, &items, &fields) {
            Ok(rows) => rows
                .into_iter()
                .map(|row| Ok(html::Row { item: self.push_element(&document, row.item)?, cells: row.cells }))
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
