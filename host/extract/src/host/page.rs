//! The import `page`: the facts of the page, its body, and what can be read out of it, each parsed at most once a call.

use std::sync::Arc;

use marquee_reading::{Document, JsonDocument, structured};
use wasmtime::component::Resource;

use super::{CallState, Element, PageInput, Value};
use crate::{
    bindings::marquee::extractor::{
        page,
        types::{Date, ReadError},
    },
    convert::v0_1,
    stop::read_error,
    trail::record::{Given, Origin},
};

impl CallState {
    fn page(&mut self, page: &Resource<PageInput>) -> wasmtime::Result<Arc<marquee_model::Page>> {
        self.enter()?;
        Ok(Arc::clone(&self.table.get(page)?.page))
    }

    fn parsed_document(
        &mut self,
        page: &Resource<PageInput>,
    ) -> wasmtime::Result<Result<Arc<Document>, marquee_reading::ReadError>> {
        let page = self.page(page)?;
        Ok(self
            .document
            .get_or_insert_with(|| Document::parse_within(&page.body, &page.url, &self.budget).map(Arc::new))
            .clone())
    }
}

impl page::Host for CallState {}

impl page::HostPage for CallState {
    fn facts(&mut self, page: Resource<PageInput>) -> wasmtime::Result<page::Facts> {
        self.enter()?;
        let today: Date = v0_1::date_to_wit(self.context.today);
        let PageInput { page, source } = self.table.get(&page)?;
        let facts = page::Facts {
            url: page.url.as_str().to_owned(),
            kind: page.request.kind.clone(),
            context: page.request.context.clone(),
            status: page.status,
            content_type: page.header("content-type").map(str::to_owned),
            fetched_at: page.fetched_at.timestamp_millis(),
            today,
            zone: source.zone.name().to_owned(),
            languages: source.languages.clone(),
            currency: source.currency.map(|currency| currency.code().to_owned()),
            configuration: source.configuration.to_string(),
        };
        if let Some(recorder) = &mut self.recorder {
            let today = self.context.today.to_string();
            for (name, value) in [
                ("context", facts.context.as_deref()),
                ("url", Some(facts.url.as_str())),
                ("today", Some(today.as_str())),
                ("currency", facts.currency.as_deref()),
                ("configuration", Some(facts.configuration.as_str())),
            ] {
                recorder.read(Given::Fact(name), value.unwrap_or_default());
            }
        }
        Ok(facts)
    }

    fn body(&mut self, page: Resource<PageInput>) -> wasmtime::Result<String> {
        let body = self.page(&page)?.body.clone();
        if let Some(recorder) = &mut self.recorder {
            recorder.read(Given::Body, &body);
        }
        Ok(body)
    }

    fn document(&mut self, page: Resource<PageInput>) -> wasmtime::Result<Result<Resource<Element>, ReadError>> {
        match self.parsed_document(&page)? {
            Ok(document) => {
                let root = document.root();
                Ok(Ok(self.push_element(&document, root, || Origin::Document)?))
            }
            Err(error) => Ok(Err(read_error(&error))),
        }
    }

    fn json(&mut self, page: Resource<PageInput>) -> wasmtime::Result<Result<Resource<Value>, ReadError>> {
        let page = self.page(&page)?;
        let parsed = self.json.get_or_insert_with(|| JsonDocument::parse_within(&page.body, &self.budget)).clone();
        match parsed {
            Ok(value) => Ok(Ok(self.push_value(value, || Origin::Json)?)),
            Err(error) => Ok(Err(read_error(&error))),
        }
    }

    fn structured_data(&mut self, page: Resource<PageInput>) -> wasmtime::Result<Result<Vec<page::Item>, ReadError>> {
        let read = match self.parsed_document(&page)? {
            Ok(document) => structured::read(&document).map(|items| (document, items)),
            Err(error) => Err(error),
        };
        match read {
            Ok((document, items)) => items
                .into_iter()
                .map(|item| {
                    let structured::Item { syntax, types, data, element, .. } = item;
                    let document = Arc::clone(&document);
                    let origin = || Origin::Structured { syntax: syntax_name(syntax), document, element };
                    Ok(page::Item { syntax: syntax_to_wit(syntax), types, data: self.push_value(data, origin)? })
                })
                .collect::<wasmtime::Result<_>>()
                .map(Ok),
            Err(error) => Ok(Err(read_error(&error))),
        }
    }

    fn configuration(&mut self, page: Resource<PageInput>) -> wasmtime::Result<Resource<Value>> {
        self.enter()?;
        let source = Arc::clone(&self.table.get(&page)?.source);
        let value = match &self.configuration {
            Some(value) => value.clone(),
            // On limits of its own: the operator's words must not use up the page's budget.
            None => JsonDocument::parse(&source.configuration.to_string(), &self.limits.document)
                .map_err(|error| wasmtime::Error::msg(format!("the source's configuration: {error}")))?,
        };
        self.configuration = Some(value.clone());
        self.push_value(value, || Origin::Configuration)
    }

    fn drop(&mut self, page: Resource<PageInput>) -> wasmtime::Result<()> {
        self.table.delete(page)?;
        Ok(())
    }
}

const fn syntax_name(syntax: structured::Syntax) -> &'static str {
    match syntax {
        structured::Syntax::JsonLd => "JSON-LD",
        structured::Syntax::Microdata => "microdata",
        structured::Syntax::HEvent => "h-event",
        structured::Syntax::OpenGraph => "OpenGraph",
    }
}

const fn syntax_to_wit(syntax: structured::Syntax) -> page::Syntax {
    match syntax {
        structured::Syntax::JsonLd => page::Syntax::JsonLd,
        structured::Syntax::Microdata => page::Syntax::Microdata,
        structured::Syntax::HEvent => page::Syntax::HEvent,
        structured::Syntax::OpenGraph => page::Syntax::OpenGraph,
    }
}
