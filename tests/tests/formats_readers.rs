//! Independent programs read what Marquee writes, and find in it what the JSON interface says (see `tests/readers/README.md`).
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "in the tests' own functions, too: what is not there fails the test; a skipped one says so"
)]

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
};

use chrono::{Days, NaiveTime};
use marquee_model::{AgeRestriction, Event, EventTime, Performer, Price, PriceKind, Role, Source, Status, Zone};
use marquee_serve::ServeSettings;
use marquee_tests::{
    sample::{self, parse},
    serving::{Serving, settings},
};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

const READERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/readers");

/// Python with the readers, made once a build folder; `None` where that is not possible here and not required.
fn python() -> Option<PathBuf> {
    let wanted = fs::read_to_string(format!("{READERS}/requirements.txt")).unwrap();
    let program = std::env::current_exe().unwrap();
    let home = program.ancestors().find(|folder| folder.join("deps").is_dir()).unwrap().join("readers");
    fs::create_dir_all(&home).unwrap();
    let lock = File::create(home.join("lock")).unwrap();
    lock.lock().unwrap();
    let python = home.join("venv/bin/python");
    let stamp = home.join("installed.txt");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Some(python);
    }
    let ran = |command: &mut Command| command.output().is_ok_and(|output| output.status.success());
    let made = ran(Command::new("python3").args(["-m", "venv", "--clear"]).arg(home.join("venv")))
        && ran(Command::new(&python)
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"])
            .arg(format!("{READERS}/requirements.txt")));
    if made {
        fs::write(&stamp, wanted).unwrap();
        return Some(python);
    }
    let required = std::env::var_os("CI").is_some() || std::env::var("MARQUEE_READERS").is_ok_and(|v| v == "required");
    assert!(!required, "the readers could not be installed: python3, its venv module and PyPI are needed");
    eprintln!(
        "SKIPPED: python3 -m venv or pip failed, so that nobody else reads what was written (MARQUEE_READERS=required fails)"
    );
    None
}

/// Runs a script on a folder; what it says is the reason of a failure.
fn run(python: &Path, script: &str, folder: &Path) {
    let output = Command::new(python).arg(format!("{READERS}/{script}")).arg(folder).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(output.status.success(), "{script}: {said}");
    eprintln!("{said}");
}

async fn save(serving: &Serving, folder: &Path, name: &str, path: &str) {
    let answer = serving.get(path).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    fs::write(folder.join(name), answer.body).unwrap();
}

/// What pages have tried, and what formats trip over.
const HOSTILE: [&str; 24] = [
    "Moon\r\nATTENDEE:mailto:x@evil.example",
    "Moon\nEND:VEVENT\nBEGIN:VEVENT\nUID:evil",
    "=HYPERLINK(\"https://evil.example\",\"click\")",
    "+1-416-555-0100",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "'=already quoted",
    "\t=tabbed",
    "</title><script>alert(1)</script>",
    "<![CDATA[ x ]]> ]]> & &amp; &#60;b&#62; <!-- -->",
    "<img src=x onerror=alert(1)> <b>bold</b>",
    "Simon & Garfunkel, \"quoted\"; semi\\colon\\n\\,",
    "\u{202e}gnitic\u{2066}x\u{feff}",
    "\0\u{1}\u{b}\u{c}\u{1b}[31mred\u{7f}\u{85}\u{9b}",
    "\u{fffe}\u{ffff}\u{fdd0}\u{1fffe} non",
    "line\u{2028}separator\u{2029}s",
    "Sigur Rós — Ágætis byrjun · 老虎 🎸👩‍🎤 e\u{301}",
    "a,b;c:d|e\"f'g`h",
    "{\"json\": [1, 2]}",
    "x\u{a0}\u{3000}y   z",
    "100% off %0d%0aSet-Cookie: a=b",
    "Tom < Jerry <3 && > end",
    "＝1+1",
    "﷽ العربية עברית",
];

/// Any text, or one of the hostile ones, or a long one; never without a letter, as `normalize` sees to.
fn text() -> impl Strategy<Value = String> {
    let any = prop_oneof![
        4 => proptest::collection::vec(any::<char>(), 0..40).prop_map(|chars| chars.into_iter().collect::<String>()),
        3 => (any::<prop::sample::Index>(), "[ -~]{0,20}").prop_map(|(at, tail)| HOSTILE[at.index(HOSTILE.len())].to_owned() + &tail),
        2 => "[ -~]{0,200}",
        1 => "([a-zé老\r\n]{0,30} ){0,40}",
    ];
    any.prop_map(|text| text + "x")
}

/// Zones with their own ways: half hours, changed rules, both hemispheres.
const ZONES: [&str; 8] = [
    "America/Toronto",
    "America/Vancouver",
    "Europe/Berlin",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Pacific/Kiritimati",
    "America/St_Johns",
];

fn at(date: chrono::NaiveDate, clock: Option<NaiveTime>, zone: Zone) -> EventTime {
    let resolved = clock.map(|clock| marquee_reading::zone::resolve(date.and_time(clock), zone));
    EventTime {
        date,
        time: clock,
        zone,
        utc: resolved.map(|(utc, _)| utc),
        resolution: resolved.map_or(marquee_model::Resolution::Unique, |(_, resolution)| resolution),
    }
}

/// Events that have everything that can go wrong.
fn events(source: &Source, crawl: &marquee_model::Crawl, count: usize) -> Vec<Event> {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let parts = (
        (
            text(),
            proptest::option::of(text()),
            proptest::collection::vec(text(), 0..3),
            proptest::collection::vec(text(), 0..4),
        ),
        (0..400_u64, proptest::option::of(0..1440_u32), 0..ZONES.len(), 0..6_usize),
        (any::<bool>(), any::<bool>(), any::<bool>(), 0..5_usize),
    );
    let statuses =
        [Status::Scheduled, Status::Cancelled, Status::Postponed, Status::Rescheduled, Status::Moved, Status::SoldOut];
    (0..count)
        .map(|n| {
            let ((title, description, genres, acts), (days, minute, zone, status), (long, elsewhere, room, price)) =
                parts.new_tree(&mut runner).unwrap().current();
            let title = HOSTILE.get(n).map_or(title, |hostile| (*hostile).to_owned() + "x");
            let zone: Zone = parse(ZONES[zone]);
            let mut event = sample::event(crawl, source, &format!("r{n}"), days);
            let date = event.start.date;
            let clock = minute.and_then(|m| NaiveTime::from_hms_opt(m / 60, m % 60, 0));
            event.title = title;
            event.description = description;
            event.genres = genres;
            let named =
                |(name, billing)| Performer { name, role: [Role::Headliner, Role::Support, Role::Dj][n % 3], billing };
            event.performers = acts.into_iter().zip(1..).map(named).collect();
            event.start = at(date, clock, zone);
            event.doors = None;
            event.end = match (long, clock) {
                (true, Some(clock)) => Some(at(date + Days::new(1), Some(clock), zone)),
                (true, None) => Some(at(date + Days::new(2), None, zone)),
                (false, _) => None,
            };
            event.status = statuses[status];
            event.venue_name = elsewhere.then(|| format!("Elsewhere {n}"));
            event.room = room.then(|| "Back, room; upstairs".to_owned());
            event.age = [None, Some(AgeRestriction::AllAges), Some(AgeRestriction::Minimum(19))][n % 3];
            event.price = match price {
                0 => Some(Price { kind: PriceKind::Free, min: Some(parse("0")), max: None, currency: None }),
                1 => Some(Price {
                    kind: PriceKind::Fixed,
                    min: Some(parse("12.50")),
                    max: None,
                    currency: Some(parse("CAD")),
                }),
                2 => Some(Price {
                    kind: PriceKind::Range,
                    min: Some(parse("25")),
                    max: Some(parse("1000.5")),
                    currency: Some(parse("JPY")),
                }),
                3 => Some(Price {
                    kind: PriceKind::From,
                    min: Some(parse("9.99")),
                    max: None,
                    currency: Some(parse("EUR")),
                }),
                _ => None,
            };
            event.ticket_url = Some(parse("https://tickets.example/a?b=1&c=%22<2>,;"));
            event
        })
        .collect()
}

/// A host with a venue that has an address and coordinates.
async fn host() -> (Serving, Source) {
    let serving = Serving::empty(ServeSettings { max_limit: 200, ..settings() }).await;
    let site = sample::site("toronto");
    let mut venue = sample::venue(&site, "rex", "The Rex, \"Hotel\"; Jazz & Blues");
    venue.address = Some("194 Queen St W".to_owned());
    venue.city = Some("Toronto".to_owned());
    (venue.latitude, venue.longitude) = (Some(43.65), Some(-79.39));
    let source = sample::source(&venue);
    let synced = serving.database.store().sync_sources(&[site], &[venue], &[source]).await.unwrap();
    (serving, synced.sources.into_iter().next().unwrap())
}

#[tokio::test]
async fn independent_readers_find_in_every_format_what_the_json_says() {
    let Some(python) = python() else { return };
    let (serving, source) = host().await;
    let crawl = sample::crawl(&source, 0);
    let events = events(&source, &crawl, 180);
    serving.database.store().record(sample::record(crawl, &source, events)).await.unwrap();

    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    save(&serving, folder, "truth.ndjson", "/api/v1/events.ndjson").await;
    for suffix in ["ics", "csv", "geojson"] {
        save(&serving, folder, &format!("events.{suffix}"), &format!("/api/v1/events.{suffix}")).await;
    }
    for suffix in ["rss", "atom", "jsonfeed", "jsonld"] {
        save(&serving, folder, &format!("events.{suffix}"), &format!("/api/v1/events.{suffix}?limit=200")).await;
    }
    let list = serving.get("/api/v1/events?limit=20").await.json();
    for (n, event) in list["data"].as_array().unwrap().iter().enumerate() {
        save(&serving, folder, &format!("page-{n}.html"), &format!("/events/{}", event["id"].as_str().unwrap())).await;
    }
    run(&python, "agree.py", folder);
}

#[tokio::test]
async fn a_calendar_program_that_polls_twice_replaces_and_doubles_nothing() {
    let Some(python) = python() else { return };
    let (serving, source) = host().await;
    let store = serving.database.store();
    store.record(sample::listing(&source, 0, 10)).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    save(&serving, folder, "first.ics", "/api/v1/events.ics").await;
    save(&serving, folder, "first.ndjson", "/api/v1/events.ndjson").await;

    let mut second = sample::listing(&source, 360, 10);
    if let [_, moved, _, cancelled, ..] = second.events.as_mut_slice() {
        moved.start = sample::time(moved.start.date + Days::new(30), Some(21));
        moved.doors = None;
        cancelled.status = Status::Cancelled;
    }
    store.record(second).await.unwrap();
    save(&serving, folder, "second.ics", "/api/v1/events.ics").await;
    save(&serving, folder, "second.ndjson", "/api/v1/events.ndjson").await;
    run(&python, "polls.py", folder);
}
