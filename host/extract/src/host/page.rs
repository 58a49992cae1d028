//! The import `page`: the facts of the page, its body, and what can be read out of it, each parsed at most once a call.

use std::sync::Arc;

use chrono::NaiveDate;
use marquee_model::{Page, Source};
use marquee_reading::{JsonDocument, structured};
use wasmtime::component::Resource;

use super::{CallState, Element, PageInput, Value};
use crate::{
    bindings::marquee::extractor::{
        page,
        types::{Date, ReadError},
    },
    convert::v0_1,
    reads::question::Question,
    stop::read_error,
    trail::record::{Given, Origin},
};

/// The answer to [`Question::About`].
pub(crate) fn about(page: &Page, source: &Source) -> page::About {
    page::About {
        url: page.url.as_str().to_owned(),
        kind: page.request.kind.clone(),
        context: page.request.context.clone(),
        status: page.status,
        content_type: page.header("content-type").map(str::to_owned),
        zone: source.zone.name().to_owned(),
        languages: source.languages.clone(),
        currency: source.currency.map(|currency| currency.code().to_owned()),
    }
}

/// The answer to [`Question::Facts`].
pub(crate) fn facts(page: &Page, source: &Source, today: NaiveDate) -> page::Facts {
    let page::About { url, kind, context, status, content_type, zone, languages, currency } = about(page, source);
    page::Facts {
        url,
        kind,
        context,
        status,
        content_type,
        fetched_at: page.fetched_at.timestamp_millis(),
        today: v0_1::date_to_wit(today),
        zone,
        languages,
        currency,
        configuration: source.configuration.to_string(),
    }
}

impl CallState {
    /// Notes facts for the trail.
    fn note_facts(&mut self, facts: &[(&'static str, Option<&str>)]) {
        if let Some(recorder) = &mut self.recorder {
            for (name, value) in facts {
                recorder.read(Given::Fact(name), value.unwrap_or_default());
            }
        }
    }
}

impl page::Host for CallState {}

impl page::HostPage for CallState {
    fn facts(&mut self, page: Resource<PageInput>) -> wasmtime::Result<page::Facts> {
        let (page, source) = self.page(&page, Question::Facts)?;
        let today = self.context.today();
        let facts = facts(&page, &source, today);
        self.answered(|ink| ink.facts(&facts));
        self.note_facts(&[
            ("context", facts.context.as_deref()),
            ("url", Some(facts.url.as_str())),
            ("today", Some(today.to_string().as_str())),
            ("currency", facts.currency.as_deref()),
            ("configuration", Some(facts.configuration.as_str())),
        ]);
        Ok(facts)
    }

    fn about(&mut self, page: Resource<PageInput>) -> wasmtime::Result<page::About> {
        let (page, source) = self.page(&page, Question::About)?;
        let about = about(&page, &source);
        self.answered(|ink| ink.about(&about));
        self.note_facts(&[
            ("context", about.context.as_deref()),
            ("url", Some(about.url.as_str())),
            ("currency", about.currency.as_deref()),
        ]);
        Ok(about)
    }

    fn today(&mut self, page: Resource<PageInput>) -> wasmtime::Result<Date> {
        self.page(&page, Question::Today)?;
        let today = self.context.today();
        self.answered(|ink| ink.day(today));
        self.note_facts(&[("today", Some(today.to_string().as_str()))]);
        Ok(v0_1::date_to_wit(today))
    }

    fn fetched_at(&mut self, page: Resource<PageInput>) -> wasmtime::Result<i64> {
        let (page, _) = self.page(&page, Question::FetchedAt)?;
        let fetched_at = page.fetched_at.timestamp_millis();
        self.answered(|ink| ink.number(fetched_at));
        Ok(fetched_at)
    }

    fn body(&mut self, page: Resource<PageInput>) -> wasmtime::Result<String> {
        let (page, _) = self.page(&page, Question::Body)?;
        self.answered(|ink| ink.text(&page.body));
        if let Some(recorder) = &mut self.recorder {
            recorder.read(Given::Body, &page.body);
        }
        Ok(page.body.clone())
    }

    fn document(&mut self, page: Resource<PageInput>) -> wasmtime::Result<Result<Resource<Element>, ReadError>> {
        let (page, _) = self.page(&page, Question::Document)?;
        let parsed = self.parsed.document(&page, &self.budget);
        self.answered(|ink| ink.given(parsed.as_ref(), |_, _| {}));
        match parsed {
            Ok(document) => {
                let root = document.root();
                Ok(Ok(self.push_element(&document, root, || Origin::Document)?))
            }
            Err(error) => Ok(Err(read_error(&error))),
        }
    }

    fn json(&mut self, page: Resource<PageInput>) -> wasmtime::Result<Result<Resource<Value>, ReadError>> {
        let (page, _) = self.page(&page, Question::Json)?;
        let parsed = self.parsed.json(&page, &self.budget);
        self.answered(|ink| ink.given(parsed.as_ref(), |_, _| {}));
        match parsed {
            Ok(value) => Ok(Ok(self.push_value(value, || Origin::Json)?)),
            Err(error) => Ok(Err(read_error(&error))),
        }
    }

    fn structured_data(&mut self, page: Resource<PageInput>) -> wasmtime::Result<Result<Vec<page::Item>, ReadError>> {
        let (page, _) = self.page(&page, Question::StructuredData)?;
        let parsed = self.parsed.document(&page, &self.budget);
        let read = parsed.and_then(|document| structured::read(&document).map(|items| (document, items)));
        self.answered(|ink| ink.given(read.as_ref(), |ink, (_, items)| ink.items(items)));
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
        let source = self.source(&page)?;
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
