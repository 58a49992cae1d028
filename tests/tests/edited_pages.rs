//! Real pages, read twice, with four edits in between as their venues would make them: one event gone, one moved by some
//! days, one retitled, one cancelled in words. What comes out is exactly those four changes: from the plan, and from the
//! store.
//!
//! The pages belong to their venues and lie outside of the project; where they are absent the tests say so and pass. An
//! edit is made by rule (`marquee_tests::mutations::items`), and taken where the page then reads as it should: the event
//! alone is another, and everything else is as it was. Where a page is built so that no rule finds an event's item, as
//! lists are that write one date above several events, that edit is left out and counted.
#![expect(clippy::print_stdout, reason = "which edits were possible is to be seen")]

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, TimeDelta};
use marquee_crawl::{
    SourceFile,
    summary::{self, PageResult, PageSummary},
};
use marquee_model::{Crawl, CrawlId, CrawlOutcome, Event, EventId, Page, Source, Status, Window};
use marquee_reading::zone;
use marquee_reconcile::{
    Applied, Context, EventField, KnownDecision, Plan, ReconcileSettings, SeenDecision, Vanished, apply, plan,
};
use marquee_store::{ChangeKind, Store, StoredChange};
use marquee_tests::{
    database,
    guests::Setup,
    mutations::items::{Edit, edited},
    sample,
    venues::{self, Readers},
};
use serde_json::Value;

const COMPILER: &str = env!("CARGO_BIN_EXE_compile-plugin");
/// Events of a page that are tried for an edit before it is left out.
const TRIES: usize = 8;
/// Days by which an event is moved: a week, so that a weekday beside the day stays right, or one.
const DAYS: [i64; 2] = [7, 1];
/// Venues of which all four edits are to be possible, at least.
const WHOLE: usize = 20;

/// What was done to a page, and to which event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Done {
    Gone,
    Moved,
    Retitled,
    CalledOff,
}

const ALL: [Done; 4] = [Done::Gone, Done::Moved, Done::Retitled, Done::CalledOff];

/// A page as it was read.
struct Reading {
    outcome: CrawlOutcome,
    window: Option<Window>,
    events: Vec<Event>,
}

/// A page before and after its edits.
struct Edited {
    file: SourceFile,
    today: NaiveDate,
    before: Reading,
    after: Reading,
    /// The titles that the events had before.
    done: BTreeMap<Done, String>,
}

async fn read(readers: &mut Readers, file: &SourceFile, page: Page) -> Setup<Option<Reading>> {
    let url = page.url.to_string();
    let Ok(reading) = readers.read(file, page).await? else { return Ok(None) };
    let extraction = reading.extracted.extraction;
    let fatal = reading.rejections.iter().filter(|rejection| rejection.fatal).count();
    let window = extraction.window;
    let pages = [PageSummary { url, listing: true, result: PageResult::Read(extraction.outcome) }];
    let outcome = summary::outcome(&pages, u32::try_from(fatal)?, &[]);
    Ok(Some(Reading { outcome, window, events: reading.events }))
}

/// What a page tells of an event, apart from where it was read.
fn told(event: &Event) -> Value {
    let mut value = serde_json::to_value(event).unwrap_or(Value::Null);
    if let Some(fields) = value.as_object_mut() {
        fields.remove("attribution");
    }
    value
}

/// Whether the event alone is another, in the way that was meant.
fn is_as_meant(done: Done, days: i64, at: usize, before: &[Event], after: &[Event]) -> bool {
    let mut left: Vec<&Event> = after.iter().collect();
    for (_, event) in before.iter().enumerate().filter(|(place, _)| *place != at) {
        match left.iter().position(|other| told(other) == told(event)) {
            Some(place) => drop(left.swap_remove(place)),
            None => return false,
        }
    }
    let Some(was) = before.get(at) else { return false };
    let same_start = |now: &Event| now.start == was.start;
    match (done, left.as_slice()) {
        (Done::Gone, []) => true,
        (Done::Moved, [now]) => {
            let start = (now.start.date - TimeDelta::days(days), now.start.time);
            now.title == was.title && now.status == was.status && start == (was.start.date, was.start.time)
        }
        (Done::Retitled, [now]) => now.title != was.title && now.status == was.status && same_start(now),
        (Done::CalledOff, [now]) => now.status == Status::Cancelled && now.title == was.title && same_start(now),
        _ => false,
    }
}

/// Makes the four edits, one after the other, each to another event; those that the page allows.
async fn edit(readers: &mut Readers, file: SourceFile, mut page: Page) -> Setup<Option<Edited>> {
    page.request.kind.clone_from(&file.saved.kind);
    let day = page.fetched_at.date_naive();
    let today = zone::local(page.fetched_at, file.source.zone).date();
    let mut body = page.body.as_str().to_owned();
    let Some(before) = read(readers, &file, page).await? else { return Ok(None) };
    let mut now = before.events.clone();
    let (mut after, mut done) = (None, BTreeMap::new());
    // Events of the middle: the first may be on today, and the last may be where a full page ends.
    let mut titles: Vec<String> = Vec::new();
    let ahead = before.events.iter().filter(|event| event.start.date > today && event.status == Status::Scheduled);
    titles.extend(ahead.map(|event| event.title.clone()));
    let third = titles.len() / 3;
    titles.rotate_left(third);
    for kind in ALL {
        let mut tried = 0;
        'titles: for title in titles.clone() {
            let Some(at) = now.iter().position(|event| event.title == title) else { continue };
            if tried == TRIES {
                break;
            }
            tried += 1;
            let edits: Vec<(Edit, i64)> = match kind {
                Done::Gone => vec![(Edit::Gone, 0)],
                Done::Moved => DAYS.map(|days| (Edit::Moved(days), days)).to_vec(),
                Done::Retitled => vec![(Edit::Retitled(" and Friends"), 0)],
                Done::CalledOff => vec![(Edit::CalledOff("CANCELLED: "), 0)],
            };
            for (edit, days) in edits {
                for candidate in edited(&body, &now, at, &edit) {
                    let mut page = venues::page(&file.source.url, &candidate, day);
                    page.request.kind.clone_from(&file.saved.kind);
                    let Some(reading) = read(readers, &file, page).await? else { continue };
                    let is_good = reading.outcome.name() == before.outcome.name();
                    if is_good && is_as_meant(kind, days, at, &now, &reading.events) {
                        titles.retain(|other| *other != title);
                        done.insert(kind, title);
                        now.clone_from(&reading.events);
                        body = candidate;
                        after = Some(reading);
                        break 'titles;
                    }
                }
            }
        }
    }
    Ok(after.map(|after| Edited { file, today, before, after, done }))
}

/// The venues of Toronto and Chicago whose pages list enough.
async fn pages(readers: &mut Readers) -> Setup<Vec<Edited>> {
    let Some(shared) = venues::shared_pages() else {
        println!("the shared pages are absent (MARQUEE_SHARED): nothing was tested");
        return Ok(Vec::new());
    };
    let sources = venues::workspace().join("examples/sources");
    let files = marquee_crawl::read_folder(&sources, venues::noon(NaiveDate::default()))
        .map_err(|errors| format!("{errors:?}"))?;
    let mut pages = Vec::new();
    for file in files {
        let of_town = |name: &std::path::Path| name.starts_with("toronto") || name.starts_with("chicago");
        if !file.saved.page.as_deref().is_some_and(|name| of_town(std::path::Path::new(name))) {
            continue;
        }
        let Ok(page) = venues::saved_page(&shared, &file) else { continue };
        let slug = file.source.slug.clone();
        match edit(readers, file, page).await? {
            Some(edited) => {
                let count = edited.before.events.len();
                let done: Vec<&Done> = edited.done.keys().collect();
                println!("{slug}: {} {count} events: {done:?}", edited.before.outcome.name());
                pages.push(edited);
            }
            None => println!("{slug}: no edit was possible"),
        }
    }
    Ok(pages)
}

fn context(edited: &Edited, reading: &Reading, hours: i64, history: Vec<Vanished>) -> Context {
    let now = venues::noon(edited.today) + TimeDelta::hours(hours);
    Context {
        source: edited.file.source.id,
        crawl: CrawlId::new(now),
        now,
        zone: edited.file.source.zone,
        today: edited.today,
        outcome: reading.outcome.clone(),
        window: reading.window,
        plugin: None,
        plugin_changed: false,
        suspect: false,
        history,
        settings: ReconcileSettings::default(),
    }
}

/// What the plan makes of the edited page: by the old title, what was done.
fn changes(known: &Applied, plan: &Plan) -> BTreeMap<String, Vec<Done>> {
    let mut found: BTreeMap<String, Vec<Done>> = BTreeMap::new();
    let title = |id: EventId| known.known.iter().find(|known| known.id == id).map(|known| known.event.title.clone());
    let mut add = |title: Option<String>, done: Done| found.entry(title.unwrap_or_default()).or_default().push(done);
    for seen in &plan.seen {
        match &seen.decision {
            SeenDecision::Change { id, changes, .. } => {
                let has = |field| changes.iter().any(|change| change.field == field);
                for (field, done) in [
                    (EventField::Start, Done::Moved),
                    (EventField::Title, Done::Retitled),
                    (EventField::Status, Done::CalledOff),
                ] {
                    if has(field) {
                        add(title(*id), done);
                    }
                }
            }
            SeenDecision::Create { .. } => add(Some(format!("new: {}", seen.title)), Done::Retitled),
            SeenDecision::Unchanged { .. } | SeenDecision::Held { .. } => {}
        }
    }
    for known in &plan.known {
        if let KnownDecision::Missing { .. } | KnownDecision::PresumeCancelled { .. } = known.decision {
            add(title(known.id), Done::Gone);
        }
    }
    found
}

fn expected(edited: &Edited) -> BTreeMap<String, Vec<Done>> {
    let mut wanted: BTreeMap<String, Vec<Done>> = BTreeMap::new();
    for (done, title) in &edited.done {
        // What a crawl that did not read everything leaves out is not missed.
        let counts = matches!(edited.after.outcome, CrawlOutcome::Complete) || *done != Done::Gone;
        if counts {
            wanted.entry(title.clone()).or_default().push(*done);
        }
    }
    wanted
}

/// Records a reading of the source's page.
async fn record(store: &Store, source: &Source, edited: &Edited, reading: &Reading, minutes: i64) -> Setup<()> {
    let at = venues::noon(edited.today) + TimeDelta::minutes(minutes);
    let id = CrawlId::new(at);
    let crawl = Crawl {
        id,
        started_at: at,
        finished_at: at + TimeDelta::seconds(2),
        outcome: reading.outcome.clone(),
        window: reading.window,
        ..sample::crawl(source, 0)
    };
    let events = reading.events.iter().cloned().map(|mut event| {
        event.venue = source.venue;
        event.attribution.source = source.id;
        event.attribution.crawl = id;
        event.attribution.page = marquee_model::Digest::of(b"page");
        event.attribution.plugin = sample::plugin();
        event
    });
    let mut record = sample::record(crawl, source, events.collect());
    record.circumstances = marquee_store::Circumstances { at, today: edited.today };
    store.record(record).await?;
    Ok(())
}

/// What readers saw change, by what was done.
fn seen(change: &StoredChange) -> Vec<Done> {
    let has = |name: &str| change.fields.contains_key(name);
    [("missing_since", Done::Gone), ("start", Done::Moved), ("title", Done::Retitled), ("status", Done::CalledOff)]
        .into_iter()
        .filter(|(name, done)| has(name) && (*done != Done::CalledOff || !has("start")))
        .map(|(_, done)| done)
        .collect()
}

/// What the plan of the second crawl makes of the edits, where that is not what was done.
fn planned_wrongly(edited: &Edited) -> Setup<Option<String>> {
    let (first, second) = (&edited.before, &edited.after);
    let first_plan = plan(&[], &first.events, &context(edited, first, 0, Vec::new()));
    let now = venues::noon(edited.today);
    let known = apply(&[], &first.events, &first_plan, || EventId::new(now))?;
    let history = first_plan.vanished.into_iter().collect();
    let second_plan = plan(&known.known, &second.events, &context(edited, second, 6, history));
    let (found, wanted) = (changes(&known, &second_plan), expected(edited));
    let told = || format!("{}: planned {found:?}, not {wanted:?}\n{second_plan}", edited.file.source.slug);
    Ok((found != wanted).then(told))
}

/// What readers see of the edits, where that is not what was done.
async fn shown_wrongly(store: &Store, edited: &Edited) -> Setup<Option<String>> {
    let source = sample::declare(store, edited.file.source.slug.as_str()).await?;
    record(store, &source, edited, &edited.before, 0).await?;
    let known = store.changes(0, 1).await?.last;
    record(store, &source, edited, &edited.after, 360).await?;
    let changes = store.changes(known, 100).await?.changes;
    let is_change = |change: &StoredChange| change.kind == ChangeKind::Changed && seen(change).len() == 1;
    let mut found: Vec<Done> = changes.iter().filter(|change| is_change(change)).flat_map(seen).collect();
    let mut wanted: Vec<Done> = expected(edited).into_values().flatten().collect();
    found.sort();
    wanted.sort();
    let events: BTreeSet<EventId> = changes.iter().map(|change| change.event).collect();
    let is_right = found == wanted && changes.len() == wanted.len() && events.len() == wanted.len();
    Ok((!is_right).then(|| format!("{}: readers see {changes:#?}, not {wanted:?}", source.slug)))
}

#[tokio::test]
async fn four_edits_of_a_real_page_are_exactly_those_four_changes_in_the_plan_and_to_readers() -> Setup<()> {
    let mut readers = Readers::new(COMPILER)?;
    let pages = pages(&mut readers).await?;
    if pages.is_empty() {
        return Ok(());
    }
    let mut wrong = Vec::new();
    for edited in &pages {
        wrong.extend(planned_wrongly(edited)?);
    }
    println!("planned: {} wrong\n{}", wrong.len(), wrong.join("\n"));
    let database = database::fresh().await;
    for edited in &pages {
        wrong.extend(shown_wrongly(database.store(), edited).await?);
    }
    let whole = pages.iter().filter(|edited| edited.done.len() == ALL.len()).count();
    let edits: usize = pages.iter().map(|edited| edited.done.len()).sum();
    println!("{} pages, {whole} with all four edits, {edits} edits; {} wrong", pages.len(), wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(whole >= WHOLE, "only {whole} pages allowed all four edits");
    Ok(())
}
