//! Every value can be explained: by real plugins, on every fixture and on the shared pages.
//!
//! The shares are asserted as a whole and for each plugin, and printed with what is not explained (`--no-capture`). That the places are
//! right, not only there, is tested by changing the page at a place and reading it again.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "in the tests' own functions, too: what is not there fails the test"
)]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use marquee_crawl::{Explanation, SourceFile};
use marquee_extract::CallError;
use marquee_model::{Explained, How, Page, Provenance, Step};
use marquee_normalize::NormalizeLimits;
use marquee_tests::{
    guests::Setup,
    venues::{self, Readers},
};
use serde_json::Value;

const COMPILER: &str = env!("CARGO_BIN_EXE_compile-plugin");

/// The least share of values explained, in percent: of all together, and of each plugin.
const LEAST: (usize, usize) = (95, 90);

/// Values of a plugin that are shown where they are not explained.
const SHOWN: usize = 15;

async fn explain(readers: &mut Readers, file: &SourceFile, page: Page) -> Setup<Result<Explanation, CallError>> {
    let plugin = readers.plugin(file.source.plugin.as_str()).await?;
    Ok(marquee_crawl::explain(&plugin, &file.source, Arc::new(page), &NormalizeLimits::default()).await)
}

fn fixtures() -> Setup<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut plugins = folders_of(&venues::workspace().join("plugins"))?;
    plugins.push(venues::workspace().join("examples/tutorial-plugin"));
    for plugin in plugins {
        found.extend(
            folders_of(&plugin.join("fixtures"))?.into_iter().filter(|fixture| fixture.join("source.toml").is_file()),
        );
    }
    Ok(found)
}

fn folders_of(folder: &Path) -> Setup<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut folders: Vec<PathBuf> =
        entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).filter(|path| path.is_dir()).collect();
    folders.sort();
    Ok(folders)
}

/// The page of a fixture; none where it is asked for without one.
fn page_of(fixture: &Path, file: &SourceFile) -> Setup<Option<Page>> {
    let named = ["page.html", "page.json", "page.ics", "page.xml", "page.txt"].map(|name| fixture.join(name));
    let Some(path) = named.iter().find(|path| path.is_file()) else { return Ok(None) };
    let today = file.saved.reference_date.ok_or_else(|| format!("{}: no reference_date", fixture.display()))?;
    let mut page = venues::page(&file.source.url, &fs::read_to_string(path)?, today);
    if let Ok(request) = fs::read_to_string(fixture.join("request.json")) {
        let request: Value = serde_json::from_str(&request)?;
        let text = |name: &str| request.get(name).and_then(Value::as_str);
        if let Some(kind) = text("kind") {
            kind.clone_into(&mut page.request.kind);
        }
        page.request.context = text("context").map(str::to_owned);
        page.url = page.url.join(text("url").unwrap_or_default())?;
    }
    Ok(Some(page))
}

/// The shares of the plugins, and what is not explained.
#[derive(Default)]
struct Tally {
    plugins: BTreeMap<String, (Explained, Vec<String>)>,
}

impl Tally {
    fn add(&mut self, plugin: &str, place: &str, explanation: &Explanation) {
        let (share, unexplained) = self.plugins.entry(plugin.to_owned()).or_default();
        *share = share.and(explanation.share());
        let ways = explanation.events.iter().chain(&explanation.claims).flatten();
        for way in ways.filter(|way| !way.step.is_explained()) {
            unexplained.push(format!("{place}: {} = {}", way.field, way.value));
        }
    }

    fn check(&self) {
        let mut all = Explained::default();
        let mut low = Vec::new();
        for (plugin, (share, unexplained)) in &self.plugins {
            println!("{plugin}: {share}");
            unexplained.iter().take(SHOWN).for_each(|line| println!("    {line}"));
            all = all.and(*share);
            if share.explained * 100 < share.values * LEAST.1 {
                low.push(format!("{plugin}: {share}"));
            }
        }
        println!("all: {all}");
        assert!(all.values > 0, "nothing was read");
        assert!(all.explained * 100 >= all.values * LEAST.0, "all: {all}");
        assert!(low.is_empty(), "{}", low.join("\n"));
    }
}

#[tokio::test]
async fn the_values_of_every_fixture_are_explained() -> Setup<()> {
    let mut readers = Readers::new(COMPILER)?;
    let mut tally = Tally::default();
    for fixture in fixtures()? {
        let file = venues::source_file(&fixture.join("source.toml"))?;
        let Some(page) = page_of(&fixture, &file)? else { continue };
        let plain =
            readers.plugin(file.source.plugin.as_str()).await?.extract(&file.source, Arc::new(page.clone())).await;
        let Ok(explanation) = explain(&mut readers, &file, page).await? else {
            assert!(plain.is_err(), "{}: only the explained call failed", fixture.display());
            continue;
        };
        let plain = plain.map_err(|error| format!("{}: {error:?}", fixture.display()))?;
        assert_eq!(plain.extraction, explanation.extracted.extraction, "{}: explaining changed it", fixture.display());
        let name = fixture.strip_prefix(venues::workspace())?.display().to_string();
        tally.add(file.source.plugin.as_str(), &name, &explanation);
    }
    tally.check();
    Ok(())
}

#[tokio::test]
async fn the_values_of_the_shared_pages_are_explained() -> Setup<()> {
    let Some(pages) = venues::shared_pages() else {
        println!("the shared pages are absent (MARQUEE_SHARED): nothing was tested");
        return Ok(());
    };
    let mut readers = Readers::new(COMPILER)?;
    let mut tally = Tally::default();
    let sources = fs::read_dir(venues::workspace().join("examples/sources"))?;
    let mut sources: Vec<PathBuf> = sources.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    sources.sort();
    for path in sources {
        let file = venues::source_file(&path)?;
        let Ok(page) = venues::saved_page(&pages, &file) else {
            println!("{}: it has no saved page", path.display());
            continue;
        };
        match explain(&mut readers, &file, page).await? {
            Ok(explanation) => tally.add(file.source.plugin.as_str(), file.source.slug.as_str(), &explanation),
            Err(error) => println!("{}: not read: {error}", path.display()),
        }
    }
    tally.check();
    Ok(())
}

/// An invented agenda: two evenings of one title, date and time apart, a heading above, a status in the title.
const AGENDA: &str = r##"<!doctype html>
<html><body><main id="agenda">
<h2 class="month">May 2026</h2>
<div class="show"><h3><a href="/e/blue-lantern-1">The Blue Lantern Trio</a></h3>
 <p><span class="day">Fri, May 1</span> <span class="at">8:00 PM</span></p>
 <img src="img/trio.jpg"><b class="cost">$15</b>
</div>
<div class="show"><h3><a href="/e/blue-lantern-2?utm_source=list">The Blue Lantern Trio</a></h3>
 <p><span class="day">Sat, May 2</span> <span class="at">9:30 PM</span></p>
 <b class="cost">$15</b>
</div>
<div class="show"><h3><a href="/e/wet-socks">CANCELLED: Wet Socks</a></h3>
 <p><span class="day">Sun, May 3</span> <span class="at">8:00 PM</span></p>
</div>
</main></body></html>
"##;

const AGENDA_SOURCE: &str = r#"
slug = "agenda"
site = { slug = "here", name = "Here" }
url = "https://agenda.example/shows"
plugin = "css"
zone = "America/Toronto"
currency = "CAD"
default_age = "19+"
[venue]
slug = "agenda"
name = "The Agenda"
[score]
reference_date = "2026-04-20"
[configuration]
item = "div.show"
[configuration.fields]
title = "h3"
date = ".day"
time = ".at"
price = ".cost"
event_url = "h3 a"
image_url = "img"
room = { value = "Back room" }
"#;

async fn agenda(body: &str) -> Setup<Explanation> {
    let mut readers = Readers::new(COMPILER)?;
    let now = venues::noon(chrono::NaiveDate::default());
    let file = marquee_crawl::source_file::parse(Path::new("agenda.toml"), AGENDA_SOURCE, now)?;
    let today = file.saved.reference_date.unwrap_or_default();
    let page = venues::page(&file.source.url, body, today);
    Ok(explain(&mut readers, &file, page).await?.map_err(|error| format!("{error:?}"))?)
}

fn way<'a>(explanation: &'a Explanation, event: usize, field: &str) -> &'a Provenance {
    explanation.events[event].iter().find(|way| way.field == field).expect("the field has a value")
}

/// The steps from the value to the page, along the first of several.
fn steps(way: &Provenance) -> Vec<String> {
    let mut steps = Vec::new();
    let mut next = Some(&way.step);
    while let Some(step) = next {
        let place = step.place.as_ref().map(|place| format!(" @ {place}")).unwrap_or_default();
        steps.push(format!("{}{place}", step.how));
        next = step.from.first();
    }
    steps
}

/// The steps that read from the page.
fn leaves(step: &Step) -> Vec<&Step> {
    if step.from.is_empty() { vec![step] } else { step.from.iter().flat_map(leaves).collect() }
}

#[tokio::test]
async fn a_value_leads_by_its_steps_to_the_line_on_which_it_stands() -> Setup<()> {
    let agenda = agenda(AGENDA).await?;
    assert_eq!(agenda.events.len(), 3);
    assert_eq!(
        steps(way(&agenda, 1, "title")),
        ["text @ div.show » h3, at main#agenda > div.show:nth-of-type(2) > h3, line 8, column 19"]
    );
    // Of two evenings with one title, price and address scheme, each has its own lines.
    for (event, line) in [(0, 5), (1, 9), (2, 13)] {
        let start = way(&agenda, event, "start");
        let read = leaves(&start.step);
        let lines: Vec<Option<u32>> = read.iter().map(|leaf| leaf.line()).collect();
        assert_eq!(lines, [Some(line), Some(line)], "{start:#?}");
    }
    let start = steps(way(&agenda, 0, "start"));
    assert!(start[0].contains("America/Toronto"), "{start:?}");
    assert!(start[1].contains("`dates`: start, the year concluded"), "{start:?}");
    assert!(start[2].contains("put together by the plugin") && start[3].contains("div.show » .day"), "{start:?}");
    assert_eq!(way(&agenda, 1, "price.min").step.line(), Some(10));
    assert_eq!(way(&agenda, 0, "image_url").step.line(), Some(6));
    Ok(())
}

#[tokio::test]
async fn what_is_not_the_pages_is_said_to_be_somebody_elses() -> Setup<()> {
    let agenda = agenda(AGENDA).await?;
    assert_eq!(steps(way(&agenda, 0, "room")), ["the source's configuration @ /fields/room/value"]);
    assert_eq!(steps(way(&agenda, 0, "age")), ["`default_age` of the source file"]);
    assert!(matches!(way(&agenda, 0, "status").step.how, How::Default { .. }));
    let cancelled = steps(way(&agenda, 2, "status"));
    assert!(cancelled[0].contains("status words of the title") && cancelled[1].contains("line 12"), "{cancelled:?}");
    assert!(steps(way(&agenda, 2, "title"))[0].contains("status words taken out"));
    let url = steps(way(&agenda, 1, "event_url"));
    assert!(url[0].contains("trackers taken off") && url[1].contains("address in href"), "{url:?}");
    assert!(way(&agenda, 1, "performers[0]").step.is_explained());
    Ok(())
}

#[tokio::test]
async fn a_change_at_the_place_that_is_named_changes_the_value() -> Setup<()> {
    let before = agenda(AGENDA).await?;
    let lines: Vec<&str> = AGENDA.lines().collect();
    for event in 0..3 {
        for (field, from, to) in
            [("title", ["Lantern", "Socks"], "Shoes"), ("start", ["0 PM"; 2], "5 PM"), ("event_url", ["/e/"; 2], "/x/")]
        {
            let told = way(&before, event, field);
            let leaf = leaves(&told.step).into_iter().next_back().expect("a way has an end");
            let place = leaf.place.as_ref().expect("it was read from the page");
            let (line, column) = (place.line.expect("a line") as usize, place.column.expect("a column") as usize);
            let (head, tail) = lines[line - 1].split_at(column - 1);
            assert!(tail.starts_with('<'), "{field}: a place is where a tag begins: {tail}");
            let changed =
                format!("{head}{}", from.iter().fold(tail.to_owned(), |tail, from| tail.replacen(from, to, 1)));
            let mut page: Vec<&str> = lines.clone();
            page[line - 1] = &changed;
            let after = agenda(&page.join("\n")).await?;
            let value = |explanation: &Explanation, at: usize| way(explanation, at, field).value.clone();
            for other in 0..3 {
                let same = value(&before, other) == value(&after, other);
                assert_eq!(same, other != event, "{field} of event {other} after a change at {place} for {event}");
            }
        }
    }
    Ok(())
}
