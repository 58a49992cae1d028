//! Asks a page what a plugin asked of an earlier one, and tells at the first answer that differs.
//!
//! No guest runs. Each question is answered by the same calls of `marquee_reading` as in `host/`, within the same limits; the tests hold
//! both against each other on every plugin of the workspace.

use std::{sync::Arc, time::Instant};

use chrono::{DateTime, Utc};
use marquee_model::{Digest, Page, Source, WebUrl};
use marquee_reading::{Budget, Document, ElementId, JsonValue, structured};

use super::{
    ReadRecord, Sameness, VERSION, host_digest,
    ink::Ink,
    notes::{Chains, Noted},
    page_digest,
    question::{DependsOn, Question},
    source_digest,
};
use crate::{
    SandboxLimits,
    host::{self, Context, Parsed},
    second_look,
};

/// What an element or value that was given out stands for on the new page.
enum Thing {
    Element(Arc<Document>, ElementId),
    Value(JsonValue),
}

/// The page that is asked.
struct Asked<'a> {
    page: &'a Arc<Page>,
    source: &'a Source,
    limits: &'a SandboxLimits,
    context: Context,
    budget: Arc<Budget>,
    parsed: Parsed,
    things: Vec<Thing>,
    ink: Ink,
}

/// Whether the plugin with this digest would read of `page` what `record` says that it read of an earlier one.
pub(crate) fn compare(
    record: &ReadRecord,
    plugin: &Digest,
    source: &Source,
    page: &Arc<Page>,
    limits: &SandboxLimits,
) -> Sameness {
    let given = source_digest(source, &page.url, page.request.is_start());
    let told = is_of(record, plugin, &given, limits).and_then(|()| ask(record, source, page, limits));
    told.map_or_else(Sameness::Different, |parsed| Sameness::Same { parsed })
}

/// The same where the site said itself that the page at `url` is as it was. Only the day can make a difference, and the time, if it was
/// asked for.
pub(crate) fn compare_unmodified(
    record: &ReadRecord,
    plugin: &Digest,
    source: &Source,
    url: &WebUrl,
    fetched_at: DateTime<Utc>,
    limits: &SandboxLimits,
) -> Sameness {
    let context = Context::at(url, fetched_at, source);
    let told = is_of(record, plugin, &source_digest(source, url, false), limits).and_then(|()| {
        if record.questions.iter().any(|question| matches!(question, Question::Facts | Question::FetchedAt)) {
            return Err("the plugin read the time at which the page was fetched".to_owned());
        }
        if record.day == context.today() {
            return Ok(());
        }
        unless(!record.words, WORDS)?;
        let (mut chains, mut ink) = (Chains::default(), Ink::default());
        for (question, _, check) in record.entries() {
            let question = question.ok_or_else(damaged)?;
            if question.depends_on() == DependsOn::Day {
                ink.clear();
                of_day(&context, limits, question, &mut ink).ok_or_else(damaged)?;
                unless(chains.add(DependsOn::Day, &ink) == check, &differs(question))?;
            }
        }
        unless(chains.digests().day == record.answers.day, "what the plugin reads differs")
    });
    told.map_or_else(Sameness::Different, |()| Sameness::Same { parsed: false })
}

/// Why a reading of another day is of no use where words are left to be read.
const WORDS: &str = "the day is another, and dates of the page are read later, from its day";

fn unless(same: bool, reason: &str) -> Result<(), String> {
    if same { Ok(()) } else { Err(reason.to_owned()) }
}

fn damaged() -> String {
    "the record is damaged".to_owned()
}

fn differs(question: &Question) -> String {
    format!("what the plugin reads differs: {question}")
}

/// Whether the record was made by this plugin, of this source, by this host.
fn is_of(record: &ReadRecord, plugin: &Digest, given: &Digest, limits: &SandboxLimits) -> Result<(), String> {
    unless(record.version == VERSION, "the record is of another form")?;
    unless(record.plugin == *plugin, "the plugin is another")?;
    unless(record.source == *given, "the source's configuration or the page's address is another")?;
    unless(record.host == host_digest(limits), "Marquee or its limits are others")
}

/// Asks everything that may be another. Whether the page had to be parsed, or what differs.
fn ask(record: &ReadRecord, source: &Source, page: &Arc<Page>, limits: &SandboxLimits) -> Result<bool, String> {
    unless(page.body.len() <= limits.page_bytes, "the page is too long for `limits.page_bytes`")?;
    let same_body = record.page == page_digest(page);
    let context = Context::of(page, source);
    let same_day = record.day == context.today();
    unless(same_day || !record.words, WORDS)?;
    let again = |depends_on| match depends_on {
        DependsOn::Body => !same_body,
        DependsOn::Day => !same_day,
        DependsOn::Facts => true,
    };
    let budget = Budget::after(limits.document.clone(), record.beside);
    let parsed = Parsed::default();
    let mut asked = Asked { page, source, limits, context, budget, parsed, things: Vec::new(), ink: Ink::default() };
    let mut chains = Chains::default();
    let deadline = Instant::now() + limits.deadline();
    for (question, of, check) in record.entries() {
        let question = question.ok_or_else(damaged)?;
        let depends_on = question.depends_on();
        if !again(depends_on) {
            continue;
        }
        asked.ink.clear();
        asked.answer(of, question).ok_or_else(damaged)?;
        unless(chains.add(depends_on, &asked.ink) == check, &differs(question))?;
        unless(Instant::now() < deadline, "asking took longer than `limits.deadline_ms`")?;
    }
    let (answers, known) = (chains.digests(), &record.answers);
    let same = |depends_on, one, other| !again(depends_on) || one == other;
    let all = same(DependsOn::Body, answers.body, known.body)
        && same(DependsOn::Day, answers.day, known.day)
        && same(DependsOn::Facts, answers.facts, known.facts);
    unless(all, "what the plugin reads differs")?;
    let told = second_look::again(page, &record.glance, asked.parsed.known(), &limits.document, same_body);
    unless(told, "the host says something else of the page as a whole")?;
    unless(asked.budget.used_up().is_none(), "the page needs more than one of `limits.document`")?;
    Ok(!same_body)
}

/// Writes down the answer to a question about the day.
fn of_day(context: &Context, limits: &SandboxLimits, question: &Question, ink: &mut Ink) -> Option<()> {
    match question {
        Question::Today => ink.day(context.today()),
        Question::Dates { texts, hints } => ink.dates(&context.dates(texts, hints, limits.reading_bytes)),
        _ => return None,
    }
    Some(())
}

impl Asked<'_> {
    /// Writes down the answer. `None`: there is no such element or value, or it is of the other sort.
    fn answer(&mut self, of: u32, question: &Question) -> Option<()> {
        if of == Noted::PAGE.number() { self.of_page(question) } else { self.of_thing(of, question) }
    }

    fn of_page(&mut self, question: &Question) -> Option<()> {
        let Self { page, source, limits, context, budget, parsed, things, ink } = self;
        match question {
            Question::Facts => ink.facts(&host::facts(page, source, context.today())),
            Question::About => ink.about(&host::about(page, source)),
            Question::FetchedAt => ink.number(page.fetched_at.timestamp_millis()),
            Question::Today | Question::Dates { .. } => return of_day(context, limits, question, ink),
            Question::Body => ink.text(&page.body),
            Question::Document => {
                let document = parsed.document(page, budget);
                ink.given(document.as_ref(), |_, _| {});
                things.extend(document.map(|document| {
                    let root = document.root();
                    Thing::Element(document, root)
                }));
            }
            Question::Json => {
                let json = parsed.json(page, budget);
                ink.given(json.as_ref(), |_, _| {});
                things.extend(json.map(Thing::Value));
            }
            Question::StructuredData => {
                let items = parsed.document(page, budget).and_then(|document| structured::read(&document));
                ink.given(items.as_ref(), |ink, items| ink.items(items));
                things.extend(items.into_iter().flatten().map(|item| Thing::Value(item.data)));
            }
            Question::Select(_)
            | Question::First(_)
            | Question::Matches(_)
            | Question::Closest(_)
            | Question::Preceding(_)
            | Question::Name
            | Question::Take(_)
            | Question::Rows { .. }
            | Question::Kind
            | Question::At(_)
            | Question::Text(_)
            | Question::Items(_)
            | Question::Keys(_)
            | Question::JsonRows { .. }
            | Question::Serialize => return None,
        }
        Some(())
    }

    fn of_thing(&mut self, of: u32, question: &Question) -> Option<()> {
        match self.things.get(of as usize)? {
            Thing::Element(document, id) => {
                let (document, id) = (Arc::clone(document), *id);
                self.of_element(&document, id, question)
            }
            Thing::Value(value) => {
                let value = value.clone();
                self.of_value(&value, question)
            }
        }
    }

    fn of_element(&mut self, document: &Arc<Document>, id: ElementId, question: &Question) -> Option<()> {
        let Self { ink, things, .. } = self;
        let thing = |id| Thing::Element(Arc::clone(document), id);
        let mut one = |ink: &mut Ink, found: Result<Option<ElementId>, marquee_reading::ReadError>| {
            ink.given(found.as_ref(), |ink, found| ink.truth(found.is_some()));
            things.extend(found.into_iter().flatten().map(thing));
        };
        match question {
            Question::First(selector) => one(ink, document.first(id, selector)),
            Question::Closest(selector) => one(ink, document.closest(id, selector)),
            Question::Preceding(selector) => one(ink, document.preceding(id, selector)),
            Question::Select(selector) => {
                let found = document.select(id, selector);
                ink.given(found.as_ref(), |ink, found| ink.handles(found.len()));
                things.extend(found.into_iter().flatten().map(thing));
            }
            Question::Matches(selector) => {
                ink.given(document.matches(id, selector).as_ref(), |ink, matches| ink.truth(*matches));
            }
            Question::Name => ink.text(document.name(id)),
            Question::Take(what) => ink.maybe_text(document.take(id, what).as_deref()),
            Question::Rows { items, fields } => {
                let rows = document.rows(id, items, fields);
                ink.given(rows.as_ref(), |ink, rows| ink.rows(rows));
                things.extend(rows.into_iter().flatten().map(|row| thing(row.item)));
            }
            _ => return None,
        }
        Some(())
    }

    fn of_value(&mut self, value: &JsonValue, question: &Question) -> Option<()> {
        let Self { ink, things, .. } = self;
        match question {
            Question::Kind => ink.kind(value.kind()),
            Question::At(pointer) => {
                let found = value.at(pointer);
                ink.truth(found.is_some());
                things.extend(found.map(Thing::Value));
            }
            Question::Text(pointer) => ink.maybe_text(value.text(pointer).as_deref()),
            Question::Items(pointer) => {
                let items = value.items(pointer);
                ink.handles(items.len());
                things.extend(items.into_iter().map(Thing::Value));
            }
            Question::Keys(pointer) => ink.texts(&value.keys(pointer)),
            Question::JsonRows { items, pointers } => {
                let rows = value.rows(items, pointers);
                ink.given(rows.as_ref(), |ink, rows| ink.json_rows(rows));
                things.extend(rows.into_iter().flatten().map(|row| Thing::Value(row.item)));
            }
            Question::Serialize => ink.given(value.serialize().as_ref(), |ink, json| ink.text(json)),
            _ => return None,
        }
        Some(())
    }
}
