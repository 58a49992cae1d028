//! Every plugin on pages that are no listing of its venue: walls, errors, empty calendars, half pages, other people's pages.
//!
//! What stands here holds for every plugin that there is, and for those to come: configurations and pages are those of the plugins'
//! own fixtures, and the pages of `tests/walls` are given to each. None of them may ever be a listing without events.
#![expect(
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in the tests' own functions, too: what is not there fails the test"
)]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use marquee_crawl::SourceFile;
use marquee_extract::CallFailure;
use marquee_model::{ExtractError, Outcome, Page};
use marquee_tests::{
    guests::Setup,
    mutations::Choices,
    venues::{self, Readers, Reading},
};

const COMPILER: &str = env!("CARGO_BIN_EXE_compile-plugin");

/// What a page gave, in the words of the outcomes.
#[derive(Debug)]
#[expect(dead_code, reason = "what is not asked is shown where a case fails")]
enum Told {
    Events { reading: Box<Reading>, complete: bool },
    Empty(String),
    Onward,
    NotAListing(String),
    Error(ExtractError),
}

async fn told(readers: &mut Readers, file: &SourceFile, page: Page) -> Setup<Told> {
    Ok(match readers.read(file, page).await? {
        Ok(reading) => match &reading.extracted.extraction.outcome {
            Outcome::Complete { .. } => Told::Events { reading: Box::new(reading), complete: true },
            Outcome::Partial { .. } => Told::Events { reading: Box::new(reading), complete: false },
            Outcome::Empty { evidence } => Told::Empty(evidence.text.clone()),
            Outcome::Onward => Told::Onward,
            Outcome::NotAListing { reason } => Told::NotAListing(reason.clone()),
        },
        Err(error) => match *error.failure {
            CallFailure::Answered(answer) => Told::Error(answer),
            other => return Err(format!("{}: {other:?}", file.path.display()).into()),
        },
    })
}

/// A fixture of a plugin: its page and the source that it belongs to.
struct Fixture {
    name: String,
    file: SourceFile,
    body: String,
    /// Whether a follow request leads to it.
    followed: bool,
    expected: serde_json::Value,
}

impl Fixture {
    fn read(folder: &Path) -> Setup<Option<Self>> {
        let pages = ["page.html", "page.json", "page.xml", "page.ics", "page.txt"].map(|name| folder.join(name));
        let Some(page) = pages.iter().find(|page| page.is_file()) else { return Ok(None) };
        let name = folder.strip_prefix(venues::workspace()).unwrap_or(folder).display().to_string();
        Ok(Some(Self {
            name: name.replace("plugins/", "").replace("fixtures/", ""),
            file: venues::source_file(&folder.join("source.toml"))?,
            body: fs::read_to_string(page)?,
            followed: folder.join("request.json").is_file(),
            expected: match fs::read_to_string(folder.join("expected.json")) {
                Ok(expected) => serde_json::from_str(&expected)?,
                Err(_) => serde_json::Value::Null, // the fixtures' own test tells that it is not there
            },
        }))
    }

    fn page(&self, body: &str) -> Page {
        let today = self.file.saved.reference_date.unwrap_or_default();
        let mut page = venues::page(&self.file.source.url, body, today);
        page.request.kind.clone_from(&self.file.saved.kind);
        page
    }

    fn is_complete_listing(&self) -> bool {
        let events = self.expected["events"].as_array().map_or(0, Vec::len);
        !self.followed && self.expected["outcome"]["kind"] == "complete" && events > 1
    }
}

/// The fixtures of every plugin, plugin by plugin.
fn fixtures() -> Setup<Vec<Vec<Fixture>>> {
    let folders = |folder: PathBuf| -> Setup<Vec<PathBuf>> {
        let mut found: Vec<_> =
            fs::read_dir(folder)?.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
        found.retain(|path| path.is_dir());
        found.sort();
        Ok(found)
    };
    let mut plugins = Vec::new();
    for plugin in folders(venues::workspace().join("plugins"))? {
        let own = folders(plugin.join("fixtures"))?;
        let read: Vec<Fixture> =
            own.iter().filter_map(|folder| Fixture::read(folder).transpose()).collect::<Setup<_>>()?;
        assert!(!read.is_empty(), "{} has no fixtures", plugin.display());
        plugins.push(read);
    }
    Ok(plugins)
}

/// What a page of `tests/walls` must be told as, by the first word of its name.
fn wanted(name: &str) -> &'static [&'static str] {
    match name.split('.').next().unwrap_or_default() {
        "login" => &["a login"],
        "robots" => &["a check for robots"],
        "refusal" => &["a refusal"],
        "error" => &["an error page"],
        "maintenance" => &["a maintenance page"],
        "placeholder" => &["a placeholder"],
        "consent" => &["a question for consent"],
        "script" => &["a page that a script fills"],
        "nothing" => &["a page without text"],
        "api" => &["an API's error", "an error"], // the host's words, and those of plugins that know their API
        other => panic!("no page of this kind is known: {other}"),
    }
}

#[tokio::test]
async fn every_plugin_tells_every_wall_from_a_listing() -> Setup<()> {
    let mut walls: Vec<_> = fs::read_dir(venues::workspace().join("tests/walls"))?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .collect();
    walls.sort();
    assert!(walls.len() >= 40, "{} pages", walls.len());
    let mut readers = Readers::new(COMPILER)?;
    let (mut wrong, mut cases) = (Vec::new(), 0);
    for plugin in fixtures()? {
        let fixture = &plugin[0];
        for wall in &walls {
            let name = wall.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let told = told(&mut readers, &fixture.file, fixture.page(&fs::read_to_string(wall)?)).await?;
            cases += 1;
            let is_told =
                matches!(&told, Told::NotAListing(reason) if wanted(&name).iter().any(|what| reason.starts_with(what)));
            if !is_told {
                wrong.push(format!("{} on {name}: {told:?}", fixture.file.source.plugin));
            }
        }
    }
    println!("{cases} cases");
    assert!(wrong.is_empty(), "{} of {cases}:\n{}", wrong.len(), wrong.join("\n"));
    Ok(())
}

#[tokio::test]
async fn half_a_page_is_never_complete_and_never_empty() -> Setup<()> {
    const CUTS: usize = 12;
    let mut readers = Readers::new(COMPILER)?;
    let (mut wrong, mut cases) = (Vec::new(), 0);
    for fixture in fixtures()?.into_iter().flatten().filter(Fixture::is_complete_listing) {
        let mut choices = Choices::new(fixture.name.bytes().map(u64::from).sum());
        let whole = told(&mut readers, &fixture.file, fixture.page(&fixture.body)).await?;
        let Told::Events { reading, complete: true } = whole else {
            wrong.push(format!("{}, whole: {whole:?}", fixture.name));
            continue;
        };
        // Behind the last place where the page speaks of its last event nothing is lost.
        let last = reading.extracted.extraction.outcome.events().last().and_then(|event| event.title.clone());
        let words = last.as_deref().and_then(|title| title.split_whitespace().next()).unwrap_or_default();
        let end = fixture.body.rfind(words).unwrap_or(fixture.body.len());
        for _ in 0..CUTS {
            let mut at = end / 20 + choices.below(end - end / 20);
            while !fixture.body.is_char_boundary(at) {
                at += 1;
            }
            let half =
                told(&mut readers, &fixture.file, fixture.page(fixture.body.get(..at).unwrap_or_default())).await?;
            cases += 1;
            if matches!(half, Told::Events { complete: true, .. } | Told::Empty(_) | Told::Onward) {
                wrong.push(format!("{} cut at {at} of {}: {half:?}", fixture.name, fixture.body.len()));
            }
        }
    }
    println!("{cases} cases");
    assert!(wrong.is_empty(), "{} of {cases}:\n{}", wrong.len(), wrong.join("\n"));
    Ok(())
}

#[tokio::test]
async fn a_page_of_another_platform_is_not_recognised_or_read_as_its_own_plugin_reads_it() -> Setup<()> {
    let mut readers = Readers::new(COMPILER)?;
    let (mut wrong, mut cases) = (Vec::new(), 0);
    let plugins = fixtures()?;
    for (place, owner) in plugins.iter().enumerate() {
        let Some(foreign) = owner.iter().find(|fixture| fixture.is_complete_listing()) else { continue };
        let own = told(&mut readers, &foreign.file, foreign.page(&foreign.body)).await?;
        let Told::Events { reading: own, .. } = own else { continue };
        let days = |reading: &Reading| -> BTreeSet<_> { reading.events.iter().map(|event| event.start.date).collect() };
        for (_, reader) in plugins.iter().enumerate().filter(|(other, _)| *other != place) {
            let mut file = reader[0].file.clone();
            (file.source.zone, file.source.url) = (foreign.file.source.zone, foreign.file.source.url.clone());
            let told = told(&mut readers, &file, foreign.page(&foreign.body)).await?;
            cases += 1;
            let is_right = match &told {
                // A general plugin may read what the page publishes for everybody; then it is what the page lists.
                Told::Events { reading, .. } => {
                    let printed = |title: &str| foreign.body.contains(title.split(" & ").next().unwrap_or_default());
                    let is_subset = days(reading).is_subset(&days(&own));
                    !reading.events.is_empty()
                        && (is_subset || reading.events.iter().all(|event| printed(&event.title)))
                }
                Told::NotAListing(_) | Told::Error(_) => true,
                Told::Empty(_) | Told::Onward => false,
            };
            if !is_right {
                wrong.push(format!("{} on {}: {told:?}", file.source.plugin, foreign.name));
            }
        }
    }
    println!("{cases} cases");
    assert!(wrong.is_empty(), "{} of {cases}:\n{}", wrong.len(), wrong.join("\n"));
    Ok(())
}

/// "Nothing is on", as calendars say it.
const NOTHING_ON: [(&str, &str); 8] = [
    ("en", "There are no upcoming events."),
    ("fr", "Aucun événement à venir pour le moment."),
    ("de", "Derzeit sind keine Veranstaltungen geplant."),
    ("nl", "Er zijn geen aankomende evenementen."),
    ("es", "No hay próximos eventos."),
    ("it", "Non ci sono eventi in programma."),
    ("pt", "Não há eventos futuros."),
    ("pl", "Brak nadchodzących wydarzeń."),
];

/// An empty calendar in the markup of a plugin's platform.
const EMPTY_CALENDARS: [(&str, &str); 5] = [
    (
        "events-calendar",
        "<div class=\"tribe-events-view tribe-events-view--list\"><div class=\"tribe-events-c-messages\"><div class=\"tribe-events-c-messages__message\"><ul><li>{words}</li></ul></div></div></div>",
    ),
    ("squarespace", "<main><div class=\"eventlist eventlist--upcoming\"><p>{words}</p></div></main>"),
    (
        "rhp",
        "<div class=\"rhp-desktop-list generalView\"><div class=\"rhp-no-events noEventsFound\">{words}</div></div>",
    ),
    ("see-tickets", "<div class=\"seetickets-list-events\"><p class=\"seetickets-no-events\">{words}</p></div>"),
    ("css", "<div id=\"agenda\"><p class=\"leeg\">{words}</p></div>"),
];

#[tokio::test]
async fn an_empty_calendar_that_says_so_is_empty_in_eight_languages() -> Setup<()> {
    let mut readers = Readers::new(COMPILER)?;
    let mut wrong = Vec::new();
    for (plugin, calendar) in EMPTY_CALENDARS {
        let fixtures =
            fixtures()?.into_iter().flatten().filter(|fixture| fixture.file.source.plugin.as_str() == plugin);
        let Some(fixture) = fixtures.into_iter().next() else { return Err(format!("no plugin {plugin}").into()) };
        for (language, words) in NOTHING_ON {
            let body = calendar.replace("{words}", words);
            let page = format!(
                "<!doctype html><html lang={language}><head><title>Agenda</title></head><body>{body}</body></html>"
            );
            let mut file = fixture.file.clone();
            file.source.languages = vec![language.to_owned()];
            let told = told(&mut readers, &file, fixture.page(&page)).await?;
            if !matches!(&told, Told::Empty(evidence) if evidence.contains(words)) {
                wrong.push(format!("{plugin}, {language}: {told:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

#[tokio::test]
async fn redesigned_pages_are_not_recognised_in_either_direction() -> Setup<()> {
    let Some(pages) = venues::shared_pages() else {
        println!("the shared pages are absent (MARQUEE_SHARED): nothing was tested");
        return Ok(());
    };
    let mut readers = Readers::new(COMPILER)?;
    let mut sources = Vec::new();
    for entry in fs::read_dir(venues::workspace().join("examples/sources"))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            sources.extend(venues::source_file(&path)); // those that cannot be read fail elsewhere
        }
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    let below = |file: &SourceFile, folder: &str| -> Option<String> {
        let page = file.saved.page.as_ref()?.strip_prefix(folder).ok()?;
        Some(page.components().next()?.as_os_str().to_string_lossy().into_owned())
    };
    let (mut wrong, mut pairs) = (Vec::new(), 0);
    for old in &sources {
        let Some(venue) = below(old, "redesigns") else { continue };
        let Some(new) = sources.iter().find(|file| below(file, "toronto").as_ref() == Some(&venue)) else { continue };
        pairs += 1;
        for (file, given) in [(old, new), (new, old)] {
            let own = told(&mut readers, file, venues::saved_page(&pages, file)?).await?;
            assert!(matches!(own, Told::Events { .. }), "{} on its own page: {own:?}", file.source.slug);
            let told = told(&mut readers, file, venues::saved_page(&pages, given)?).await?;
            if !matches!(told, Told::Error(_) | Told::NotAListing(_)) {
                wrong.push(format!("{} on the page of {}: {told:?}", file.source.slug, given.source.slug));
            }
        }
    }
    println!("{pairs} redesigns");
    assert!(pairs > 0 && wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}
