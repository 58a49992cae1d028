//! Every fixture of every plugin through the real component: `plugins/*/fixtures/*` and `examples/tutorial-plugin/fixtures/*`.
//!
//! A fixture is a page (`page.html`, `.json`, `.xml` or `.ics`), the source that it belongs to (`source.toml`) and what is read of it
//! (`expected.json`); for a page that a follow request led to, `request.json` has its kind, context and address. `UPDATE_FIXTURES=1` writes the last anew; whoever does so reads the diff.
//! `MARQUEE_FIXTURES_ONLY=<plugin>` looks at the fixtures of one plugin.

use std::{
    fs,
    path::{Path, PathBuf},
};

use marquee_extract::CallFailure;
use marquee_model::{Event, EventTime};
use marquee_tests::{
    guests::Setup,
    venues::{self, Readers, Reading},
};
use serde_json::{Value, json};

const COMPILER: &str = env!("CARGO_BIN_EXE_compile-plugin");

/// The folders of all fixtures, in the order of their names.
fn fixtures() -> Setup<Vec<PathBuf>> {
    let mut folders = Vec::new();
    let mut crates = folders_of(&venues::workspace().join("plugins"))?;
    crates.push(venues::workspace().join("examples/tutorial-plugin"));
    let only = std::env::var_os("MARQUEE_FIXTURES_ONLY");
    for plugin in crates {
        if only.as_ref().is_some_and(|only| plugin.file_name() != Some(only)) {
            continue;
        }
        let own = folders_of(&plugin.join("fixtures"))?;
        assert!(!own.is_empty(), "{} has no fixtures", plugin.display());
        folders.extend(own);
    }
    Ok(folders)
}

fn folders_of(folder: &Path) -> Setup<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut folders: Vec<PathBuf> =
        entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).filter(|path| path.is_dir()).collect();
    folders.sort();
    Ok(folders)
}

fn page_of(fixture: &Path) -> Setup<PathBuf> {
    let named = ["page.html", "page.json", "page.xml", "page.ics"].map(|name| fixture.join(name));
    let file =
        named.into_iter().find(|file| file.is_file()).ok_or_else(|| format!("{} has no page", fixture.display()))?;
    Ok(file)
}

/// A time as people write it: the zone is the source's.
fn when(time: &EventTime) -> String {
    time.time.map_or_else(|| time.date.to_string(), |clock| format!("{} {}", time.date, clock.format("%H:%M")))
}

/// An event without what is made up by the normaliser alone (identity, attribution).
fn told(event: &Event) -> Value {
    let mut value = json!({
        "key": event.key, "title": event.title, "start": when(&event.start), "doors": event.doors.as_ref().map(when),
        "end": event.end.as_ref().map(when), "status": event.status, "price": event.price, "ticket_url": event.ticket_url,
        "event_url": event.event_url, "image_url": event.image_url, "age": event.age, "description": event.description,
        "genres": event.genres, "room": event.room, "venue": event.venue_name,
        "performers": event.performers.iter().map(|act| format!("{} ({:?})", act.name, act.role)).collect::<Vec<_>>(),
    });
    if let Some(fields) = value.as_object_mut() {
        fields.retain(|_, value| !value.is_null() && value.as_array().is_none_or(|list| !list.is_empty()));
    }
    value
}

fn read(reading: &Reading, followed: bool) -> Setup<Value> {
    let extraction = &reading.extracted.extraction;
    let mut outcome = serde_json::to_value(&extraction.outcome)?;
    if let Some(outcome) = outcome.as_object_mut() {
        outcome.remove("events");
    }
    let mut read = json!({
        "outcome": outcome,
        "events": reading.events.iter().map(told).collect::<Vec<_>>(),
        "follow": extraction.follow.iter().map(|follow| format!("{} {}", follow.kind, follow.url)).collect::<Vec<_>>(),
        "window": extraction.window,
        "remarks": extraction.diagnostics.iter().map(|remark| format!("{}: {}", remark.code, remark.message)).collect::<Vec<_>>(),
        "rejections": reading.rejections.iter().map(|one| format!("{}: {}", one.field, one.reason)).collect::<Vec<_>>(),
    });
    if let Some(fields) = read.as_object_mut().filter(|_| followed) {
        // What a details page tells is no event before it is joined to the listing's.
        fields.insert("claims".to_owned(), serde_json::to_value(extraction.outcome.events())?);
    }
    Ok(read)
}

#[tokio::test]
async fn every_fixture_is_read_as_expected() -> Setup<()> {
    let update = std::env::var_os("UPDATE_FIXTURES").is_some();
    let mut readers = Readers::new(COMPILER)?;
    let mut wrong = Vec::new();
    for fixture in fixtures()? {
        let file = venues::source_file(&fixture.join("source.toml"))?;
        let today = file.saved.reference_date.ok_or_else(|| format!("{}: no reference_date", fixture.display()))?;
        let mut page = venues::page_from(&page_of(&fixture)?, &file.source.url, today)?;
        let request = fs::read_to_string(fixture.join("request.json")).ok();
        if let Some(request) = &request {
            let request: Value = serde_json::from_str(request)?;
            let text = |name: &str| request.get(name).and_then(Value::as_str);
            page.request.kind = text("kind").unwrap_or_default().to_owned();
            page.request.context = text("context").map(str::to_owned);
            page.url = page.url.join(text("url").unwrap_or_default())?;
        }
        let answer = match readers.read(&file, page).await? {
            Ok(reading) => read(&reading, request.is_some())?,
            Err(error) => match &*error.failure {
                CallFailure::Answered(answer) => json!({ "error": answer }),
                other => return Err(format!("{}: {other:?}", fixture.display()).into()),
            },
        };
        let shown = format!("{}\n", serde_json::to_string_pretty(&answer)?);
        let expected = fixture.join("expected.json");
        if update {
            fs::write(&expected, shown)?;
        } else if fs::read_to_string(&expected).ok().as_deref() != Some(shown.as_str()) {
            wrong.push(format!("{}: read\n{shown}", fixture.display()));
        }
    }
    assert!(wrong.is_empty(), "{}\n\nUPDATE_FIXTURES=1 writes these; read the diff", wrong.join("\n"));
    Ok(())
}
