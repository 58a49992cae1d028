//! What a plugin read of a page tells whether it has to read the next one: by real plugins, on every fixture and on the shared pages.
//!
//! What must never happen is that a page counts as the same and would have been read otherwise: every "same" here is held against the
//! extraction. `MARQUEE_UNCHANGED_CASES` sets how many changes of each page are tried; how many were, and how many harmless ones were
//! found to be harmless, is printed.
#![expect(
    clippy::expect_used,
    clippy::string_slice,
    reason = "in the tests' own functions, too: what is not there fails the test"
)]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::{Days, NaiveDate};
use marquee_crawl::SourceFile;
use marquee_extract::{Extracted, Plugin, ReadRecord, Sameness};
use marquee_model::{Digest, Page};
use marquee_tests::{
    guests::Setup,
    mutations::{Choices, Kind, mutate},
    venues::{self, Readers},
};
use serde_json::{Value, json};

const COMPILER: &str = env!("CARGO_BIN_EXE_compile-plugin");

/// Changes of each page, where the environment does not say otherwise: some hundred in all.
const CASES: u64 = 8;

/// A page that a plugin can read, with its source.
struct Case {
    name: String,
    file: SourceFile,
    page: Page,
}

fn folders_of(folder: &Path) -> Setup<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut folders: Vec<PathBuf> =
        entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).filter(|path| path.is_dir()).collect();
    folders.sort();
    Ok(folders)
}

/// Every fixture of every plugin.
fn fixtures() -> Setup<Vec<Case>> {
    let mut crates = folders_of(&venues::workspace().join("plugins"))?;
    crates.push(venues::workspace().join("examples/tutorial-plugin"));
    let mut cases = Vec::new();
    for folder in crates.iter().map(|plugin| folders_of(&plugin.join("fixtures"))).collect::<Setup<Vec<_>>>()?.concat()
    {
        let Ok(file) = venues::source_file(&folder.join("source.toml")) else { continue };
        let named = ["page.html", "page.json", "page.ics", "page.xml"].map(|name| folder.join(name));
        let Some(path) = named.iter().find(|path| path.is_file()) else { continue };
        let today = file.saved.reference_date.ok_or_else(|| format!("{}: no reference_date", folder.display()))?;
        let mut page = venues::page_from(path, &file.source.url, today)?;
        if let Ok(request) = fs::read_to_string(folder.join("request.json")) {
            let request: Value = serde_json::from_str(&request)?;
            let text = |name: &str| request.get(name).and_then(Value::as_str);
            page.request.kind = text("kind").unwrap_or_default().to_owned();
            page.request.context = text("context").map(str::to_owned);
            page.url = page.url.join(text("url").unwrap_or_default())?;
        }
        let name = folder.strip_prefix(venues::workspace())?.display().to_string();
        cases.push(Case { name, file, page });
    }
    Ok(cases)
}

/// Saved listings of real venues, where they are at hand.
fn shared() -> Setup<Vec<Case>> {
    let Some(pages) = venues::shared_pages() else { return Ok(Vec::new()) };
    let mut names: Vec<PathBuf> = fs::read_dir(venues::workspace().join("examples/sources"))?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    names.sort();
    let case = |path: PathBuf| {
        let file = venues::source_file(&path).ok()?;
        let mut page = venues::saved_page(&pages, &file).ok()?;
        page.request.kind.clone_from(&file.saved.kind);
        Some(Case { name: file.source.slug.to_string(), file, page })
    };
    Ok(names.into_iter().filter_map(case).collect())
}

/// The page with another body.
fn with_body(page: &Page, body: String) -> Arc<Page> {
    let (digest, bytes) = (Digest::of(body.as_bytes()), body.len() as u64);
    Arc::new(Page { body, digest, bytes, ..page.clone() })
}

/// The page, fetched some days later.
fn later(page: &Page, days: u64) -> Arc<Page> {
    Arc::new(Page { fetched_at: page.fetched_at + Days::new(days), ..page.clone() })
}

/// What is stored of a call: the extraction as it is written, and the log.
fn stored(extracted: &Extracted) -> Setup<Vec<u8>> {
    Ok(serde_json::to_vec(&(&extracted.extraction, &extracted.log))?)
}

/// The first reading and its record, by way of its bytes.
async fn first(readers: &mut Readers, case: &Case) -> Setup<Option<(Arc<Plugin>, Extracted, Option<ReadRecord>)>> {
    let plugin = readers.plugin(case.file.source.plugin.as_str()).await?;
    let Ok(extracted) = plugin.extract(&case.file.source, Arc::new(case.page.clone())).await else { return Ok(None) };
    let record =
        extracted.reads.as_ref().map(|record| ReadRecord::from_bytes(&record.to_bytes()).expect("it is whole"));
    assert_eq!(record.as_ref(), extracted.reads.as_deref(), "{}: the bytes say something else", case.name);
    Ok(Some((plugin, extracted, record)))
}

#[tokio::test]
async fn a_page_that_comes_again_is_the_same_without_being_parsed() -> Setup<()> {
    let mut readers = Readers::new(COMPILER)?;
    let (mut read, mut largest) = (0, 0);
    for case in fixtures()?.into_iter().chain(shared()?) {
        let Some((plugin, extracted, record)) = first(&mut readers, &case).await? else { continue };
        let Some(record) = record else { return Err(format!("{}: there is no record", case.name).into()) };
        let source = &case.file.source;
        assert!((0.0..=1.0).contains(&extracted.used.memory_share) && extracted.used.memory_share > 0.0);
        assert!(extracted.used.deadline_share > 0.0, "{:?}", extracted.used);
        let mut again = case.page.clone();
        again.fetched_at += chrono::TimeDelta::minutes(90);
        let again = Arc::new(again);
        let told = plugin.reads_the_same(&record, source, &again).await;
        assert_eq!(told, Sameness::Same { parsed: false }, "{}", case.name);
        let unmodified = plugin.reads_the_same_unmodified(&record, source, &again.url, again.fetched_at).await;
        assert!(unmodified.is_same() || again.request.is_start(), "{}: {unmodified:?}", case.name);
        // The same text under another digest has to be asked, and answers the same.
        let mut disguised = (*again).clone();
        disguised.digest = Digest::of(b"another");
        let disguised = Arc::new(disguised);
        let told = plugin.reads_the_same(&record, source, &disguised).await;
        assert_eq!(told, Sameness::Same { parsed: true }, "{}", case.name);
        let once_more = plugin.extract(source, disguised).await.map_err(|error| format!("{}: {error}", case.name))?;
        assert_eq!(stored(&extracted)?, stored(&once_more)?, "{}", case.name);
        read += 1;
        largest = largest.max(record.to_bytes().len());
    }
    println!("{read} pages are the same; the largest record has {largest} bytes");
    assert!(read > 30, "{read}");
    Ok(())
}

/// Changes that mean nothing to a reader, as sites make them with every answer.
fn harmless(body: &str) -> Vec<(&'static str, String)> {
    let is_html = body.contains("</body>");
    if !is_html {
        return vec![("a line feed at the end", format!("{body}\n"))];
    }
    let before = |mark: &str, more: &str| body.rfind(mark).map(|at| format!("{}{more}{}", &body[..at], &body[at..]));
    [
        ("a comment", before("</body>", "<!-- cached 2026-11-26 02:20:11 by node 7 -->")),
        ("a script with a nonce", before("</body>", "<script nonce=\"r4nd0m\">var token='8c1f';</script>")),
        ("a footer", before("</body>", "<p class=\"legal-x1\">All rights reserved 2031</p>")),
        ("a token", before("</head>", "<meta name=\"csrf-token\" content=\"YWJjZGVm\">")),
        ("a class of the body", body.contains("<body").then(|| body.replacen("<body", "<body data-t=\"77\"", 1))),
    ]
    .into_iter()
    .filter_map(|(name, body)| Some((name, body?)))
    .collect()
}

/// Counts of what was found out.
#[derive(Default)]
struct Tally {
    tried: usize,
    same: usize,
    /// Not the same by the record, and read as before.
    missed: usize,
    checking: Duration,
    extracting: Duration,
}

impl Tally {
    /// Compares and extracts. An extraction that differs from a "same" fails the test.
    async fn add(
        &mut self,
        case: &Case,
        plugin: &Plugin,
        known: (&Extracted, &ReadRecord),
        page: Arc<Page>,
        what: &str,
    ) -> Setup<()> {
        let source = &case.file.source;
        let clock = Instant::now();
        let told = plugin.reads_the_same(known.1, source, &page).await;
        let checking = clock.elapsed();
        let clock = Instant::now();
        let now = plugin.extract(source, page).await;
        let extracting = clock.elapsed();
        let as_before = now.as_ref().is_ok_and(|now| stored(now).ok() == stored(known.0).ok());
        assert!(as_before || !told.is_same(), "{}, {what}: a wrong `same`", case.name);
        self.tried += 1;
        self.same += usize::from(told.is_same());
        self.missed += usize::from(as_before && !told.is_same());
        if told.is_same() {
            self.checking += checking;
            self.extracting += extracting;
        }
        Ok(())
    }
}

#[tokio::test]
async fn what_a_plugin_does_not_read_may_change() -> Setup<()> {
    let mut readers = Readers::new(COMPILER)?;
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    for case in fixtures()?.into_iter().chain(shared()?) {
        let Some((plugin, extracted, Some(record))) = first(&mut readers, &case).await? else { continue };
        for (what, body) in harmless(&case.page.body) {
            let tally = tallies.entry(case.file.source.plugin.to_string()).or_default();
            tally.add(&case, &plugin, (&extracted, &record), with_body(&case.page, body), what).await?;
        }
    }
    let (mut tried, mut same, mut checking, mut extracting) = (0, 0, Duration::ZERO, Duration::ZERO);
    for (plugin, tally) in &tallies {
        println!("{plugin}: {} of {} harmless changes are the same, {} missed", tally.same, tally.tried, tally.missed);
        tried += tally.tried;
        same += tally.same;
        checking += tally.checking;
        extracting += tally.extracting;
    }
    let ratio = checking.as_secs_f64() / extracting.as_secs_f64();
    println!("all: {same} of {tried}; looking takes {ratio:.2} of reading");
    let css = &tallies["css"];
    assert!(css.same * 100 >= css.tried * 90, "css: {} of {}", css.same, css.tried);
    // 78 of 100 as measured: some plugins look at the whole of a page, so that any change of it is one of what they read.
    assert!(same * 100 >= tried * 75, "{same} of {tried}");
    Ok(())
}

#[tokio::test]
async fn no_change_that_is_read_counts_as_the_same() -> Setup<()> {
    let cases = std::env::var("MARQUEE_UNCHANGED_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(CASES);
    let mut readers = Readers::new(COMPILER)?;
    let mut tally = Tally::default();
    for (place, case) in (0_u64..).zip(fixtures()?.into_iter().chain(shared()?)) {
        let Some((plugin, extracted, Some(record))) = first(&mut readers, &case).await? else { continue };
        for n in 0..cases {
            let mut choices = Choices::new(place * 1_000_003 + n);
            let kind = Kind::ALL[usize::try_from(n + place)? % Kind::ALL.len()];
            let whole = 0..case.page.body.len();
            let Some(mutation) = mutate(&case.page.body, &whole, kind, &mut choices) else { continue };
            let page = with_body(&later(&case.page, mutation.days), mutation.body);
            let what = format!("{kind:?} {}", mutation.place);
            tally.add(&case, &plugin, (&extracted, &record), page, &what).await?;
        }
    }
    let Tally { tried, same, missed, .. } = tally;
    println!("{tried} changes: {same} are the same, {missed} would have been read as before and count as different");
    assert!(tried > 100 && same > 0, "{tried} tried, {same} the same");
    Ok(())
}

const AGENDA: &str = r##"<!doctype html>
<html><body><main>
<div class="show"><h3>The Blue Lantern Trio</h3><p class="day">Friday, May 1, 2026</p></div>
<div class="show"><h3>Wet Socks</h3><p class="day">Sunday, May 3, 2026</p></div>
</main></body></html>
"##;

const AGENDA_SOURCE: &str = r#"
slug = "agenda"
site = { slug = "here", name = "Here" }
url = "https://agenda.example/shows"
plugin = "css"
zone = "America/Toronto"
currency = "CAD"
[venue]
slug = "agenda"
name = "The Agenda"
[configuration]
item = "div.show"
[configuration.fields]
title = "h3"
date = ".day"
"#;

/// An invented agenda, read on the 20th of April 2026.
fn agenda(body: &str) -> Setup<Case> {
    let file =
        marquee_crawl::source_file::parse(Path::new("agenda.toml"), AGENDA_SOURCE, venues::noon(NaiveDate::default()))?;
    let day = NaiveDate::from_ymd_opt(2026, 4, 20).unwrap_or_default();
    let page = venues::page(&file.source.url, body, day);
    Ok(Case { name: "agenda".to_owned(), file, page })
}

#[tokio::test]
async fn full_dates_are_the_same_on_another_day_and_tonight_is_not() -> Setup<()> {
    let mut readers = Readers::new(COMPILER)?;
    for (body, days, same) in [
        (AGENDA.to_owned(), 1, true),
        (AGENDA.to_owned(), 400, true),
        (AGENDA.replace("Friday, May 1, 2026", "Tonight 8 PM"), 1, false),
        (AGENDA.replace("Friday, May 1, 2026", "Tonight 8 PM"), 0, true),
        // The year is concluded from the day: the same tomorrow, another next year.
        (AGENDA.replace(", 2026", "").replace("Friday, ", "").replace("Sunday, ", ""), 1, true),
        (AGENDA.replace(", 2026", "").replace("Friday, ", "").replace("Sunday, ", ""), 300, false),
    ] {
        let case = agenda(&body)?;
        let (plugin, extracted, record) = first(&mut readers, &case).await?.expect("it is read");
        let record = record.expect("there is a record");
        assert!(record.depends_on_day(), "dates were read");
        let page = later(&case.page, days);
        let told = plugin.reads_the_same(&record, &case.file.source, &page).await;
        assert_eq!(told.is_same(), same, "{days} days: {told:?}\n{body}");
        let unmodified = plugin.reads_the_same_unmodified(&record, &case.file.source, &page.url, page.fetched_at).await;
        assert_eq!(unmodified.is_same(), same, "{days} days: {unmodified:?}");
        let now = plugin.extract(&case.file.source, page).await.map_err(|error| error.to_string())?;
        assert_eq!(stored(&now)? == stored(&extracted)?, same);
    }
    Ok(())
}

#[tokio::test]
async fn another_plugin_configuration_address_or_answer_is_different() -> Setup<()> {
    let mut readers = Readers::new(COMPILER)?;
    let case = agenda(AGENDA)?;
    let (plugin, _, record) = first(&mut readers, &case).await?.expect("it is read");
    let record = record.expect("there is a record");
    let page = Arc::new(case.page.clone());
    let why = |told: Sameness| match told {
        Sameness::Same { .. } => String::new(),
        Sameness::Different(reason) => reason,
    };
    let source = &case.file.source;
    let mut other = source.clone();
    other.configuration = json!({ "item": "div.show", "fields": { "title": "h3", "date": "p" } });
    assert!(why(plugin.reads_the_same(&record, &other, &page).await).contains("configuration"));
    let mut other = source.clone();
    other.zone = "Europe/Berlin".parse()?;
    assert!(!plugin.reads_the_same(&record, &other, &page).await.is_same());
    let mut moved = case.page.clone();
    moved.url = "https://agenda.example/elsewhere".parse()?;
    assert!(why(plugin.reads_the_same(&record, source, &Arc::new(moved)).await).contains("address"));
    let mut cut = case.page.clone();
    cut.headers.push(("content-length".to_owned(), "900000".to_owned()));
    assert!(why(plugin.reads_the_same(&record, source, &Arc::new(cut)).await).contains("as a whole"));
    let half = with_body(&case.page, AGENDA.replace("</main></body></html>\n", ""));
    assert!(!plugin.reads_the_same(&record, source, &half).await.is_same(), "it breaks off");
    let another = readers.plugin("json-ld").await?;
    assert!(why(another.reads_the_same(&record, source, &page).await).contains("plugin"));
    let changed = with_body(&case.page, AGENDA.replace("Wet Socks", "Dry Socks"));
    assert!(why(plugin.reads_the_same(&record, source, &changed).await).contains("differs"));
    assert_eq!(ReadRecord::from_bytes(b"{}"), None);
    Ok(())
}

#[tokio::test]
async fn looking_costs_less_than_reading() -> Setup<()> {
    let item = |n: usize| {
        format!(
            "<div class=\"show\"><h3><a href=\"/e/{n}\">The Lantern Band No. {n}</a></h3><p class=\"day\">May {}, 2026</p>\
             <p class=\"more\">An evening of songs, with friends and a bar that is open late.</p></div>\n",
            n % 30 + 1
        )
    };
    let case = agenda(&format!("<html><body>{}</body></html>", (0..500).map(item).collect::<String>()))?;
    let mut readers = Readers::new(COMPILER)?;
    let (plugin, extracted, record) = first(&mut readers, &case).await?.expect("it is read");
    let record = record.expect("there is a record");
    let (source, page) = (&case.file.source, Arc::new(case.page.clone()));
    let changed = with_body(&case.page, case.page.body.replace("</body>", "<!-- 7 --></body>"));
    let tomorrow = later(&case.page, 1);
    let mut taken = [Vec::new(), Vec::new(), Vec::new(), Vec::new()];
    for _ in 0..15 {
        let clock = Instant::now();
        plugin.extract(source, Arc::clone(&page)).await.map_err(|error| error.to_string())?;
        taken[0].push(clock.elapsed());
        for (place, page) in [(1, &page), (2, &changed), (3, &tomorrow)] {
            let clock = Instant::now();
            assert!(plugin.reads_the_same(&record, source, page).await.is_same());
            taken[place].push(clock.elapsed());
        }
    }
    let [reading, known, parsed, day] = taken.map(|mut times| {
        times.sort();
        times[times.len() / 2].as_secs_f64() * 1000.0
    });
    println!(
        "{} events, record {} bytes, {} questions: reading {reading:.2} ms; the same body {known:.3}; another body {parsed:.2}; \
         another day {day:.2}",
        extracted.extraction.outcome.events().len(),
        record.to_bytes().len(),
        record.asked()
    );
    assert!(known * 10.0 < reading, "an unchanged body costs under a tenth: {known} of {reading} ms");
    assert!(parsed < reading, "{parsed} of {reading} ms");
    Ok(())
}
