//! The parts that the actor can play.

use std::hint::black_box;

use marquee_sdk::{
    Columns, Date, DateTime, ExtractError, Extraction, Follow, Method, Moment, Outcome, Page, Severity, Time,
    bindings::marquee::extractor::types::{Event, Events, Evidence},
    log,
};

/// Plays the part that the configuration names. `version` marks every event, so that a test can see which version made it.
pub(crate) fn play(page: &Page, version: &str) -> Result<Extraction, ExtractError> {
    let configuration = page.configuration();
    let times = usize::try_from(configuration.number("times").unwrap_or(1)).unwrap_or_default();
    match configuration.text("part").unwrap_or_default().as_str() {
        "honest" => Ok(listing(vec![event(version); times.max(1)])),
        "rows" => rows(page),
        "error" => Err(ExtractError::UnrecognizedLayout("no `.event`".to_owned())),
        "nothing-on" => {
            let evidence = Evidence { text: String::new(), place: "p".to_owned() };
            Ok(with(Outcome::Empty(evidence)))
        }
        "loop" => forever(),
        "loop-on-host" => loop {
            black_box(marquee_sdk::clean("a &amp; b"));
        },
        "read-too-much" => {
            let _cleaned = marquee_sdk::clean(&"x".repeat(2 << 20));
            Ok(listing(vec![event(version)]))
        }
        "memory" => memory(),
        "recursion" => Ok(listing(vec![event(&deeper(times as u64).to_string())])),
        "handles" => handles(page),
        "big-result" => Ok(listing(vec![Event { description: Some("x".repeat(60 << 20)), ..event(version) }])),
        "many-events" => Ok(listing(vec![blank(); times])),
        "log" => chatter(times, version),
        "trap" => trap(),
        "panic" => panics(page),
        "invalid-text" => Ok(listing(vec![Event { title: Some(invalid_text()), ..event(version) }])),
        "invalid-date" => {
            let mut events = vec![event(version); times];
            events.push(Event { start: Some(thirtieth_of_february()), ..event(version) });
            Ok(listing(events))
        }
        "follow" => Ok(Extraction { follow: vec![follow("detail"); times], ..listing(vec![event(version)]) }),
        "follow-start" => Ok(Extraction { follow: vec![follow("start")], ..listing(vec![event(version)]) }),
        "onward" => Ok(with(Outcome::Onward)),
        other => Err(ExtractError::Internal(format!("there is no part `{other}`"))),
    }
}

fn with(outcome: Outcome) -> Extraction {
    Extraction { outcome, follow: Vec::new(), window: None, diagnostics: Vec::new() }
}

fn listing(mut events: Vec<Event>) -> Extraction {
    let first = if events.is_empty() { blank() } else { events.remove(0) };
    with(Outcome::Complete(Events { first, rest: events }))
}

fn blank() -> Event {
    Event {
        key: None,
        title: None,
        performers: Vec::new(),
        start: None,
        doors: None,
        end: None,
        status: None,
        price: None,
        ticket_url: None,
        event_url: None,
        image_url: None,
        age: None,
        description: None,
        genres: Vec::new(),
        room: None,
        venue: None,
        weekday: None,
    }
}

fn event(title: &str) -> Event {
    let date = Date { year: 2026, month: 12, day: 5 };
    let time = Time { hour: 20, minute: 0, second: 0 };
    Event { title: Some(title.to_owned()), start: Some(Moment::Local(DateTime { date, time })), ..blank() }
}

/// The listing of the benches, read through the host.
fn rows(page: &Page) -> Result<Extraction, ExtractError> {
    let document = page.document()?;
    let mut columns = Columns::new();
    let title = columns.text(".title");
    let link = columns.url("a.more", "href");
    let price = columns.text(".price");
    let act = columns.texts(".act");
    let rows = document.table("article.event", &columns)?;
    let events = rows.iter().map(|row| {
        let acts = row.all(act).join(", ");
        Event {
            event_url: row.get(link).map(str::to_owned),
            description: Some(format!("{acts} {}", row.get(price).unwrap_or_default())),
            ..event(row.get(title).unwrap_or_default())
        }
    });
    Ok(listing(events.collect()))
}

fn forever() -> ! {
    let mut turns = 0_u64;
    loop {
        turns = black_box(turns.wrapping_add(1));
    }
}

fn memory() -> ! {
    let mut held: Vec<Vec<u8>> = Vec::new();
    loop {
        held.push(black_box(vec![1; 1 << 20]));
    }
}

/// Needs the engine's stack and none of the guest's own, which would end first and otherwise.
#[inline(never)]
fn deeper(levels: u64) -> u64 {
    if levels == 0 { 0 } else { deeper(levels - 1).rotate_left(1) ^ levels }
}

fn handles(page: &Page) -> Result<Extraction, ExtractError> {
    let mut held = Vec::new();
    loop {
        held.push(page.document()?);
    }
}

fn chatter(times: usize, version: &str) -> Result<Extraction, ExtractError> {
    for n in 0..times {
        log(Severity::Info, &format!("line {n} \u{1b}[31m of a plugin that talks much"));
    }
    Ok(listing(vec![event(version)]))
}

#[cfg(target_family = "wasm")]
fn trap() -> ! {
    core::arch::wasm32::unreachable()
}

#[cfg(not(target_family = "wasm"))]
fn trap() -> ! {
    std::process::abort()
}

#[expect(clippy::indexing_slicing, reason = "the part is to panic")]
fn panics(page: &Page) -> Result<Extraction, ExtractError> {
    let empty: Vec<u8> = page.body().bytes().take(0).collect();
    Ok(listing(vec![event(&empty[3].to_string())]))
}

#[expect(unsafe_code, reason = "the part is to break the contract")]
fn invalid_text() -> String {
    // SAFETY: none; the text is handed to the host at once, which must notice.
    unsafe { String::from_utf8_unchecked(vec![b'a', 0xff, 0xfe]) }
}

const fn thirtieth_of_february() -> Moment {
    Moment::Date(Date { year: 2026, month: 2, day: 30 })
}

fn follow(kind: &str) -> Follow {
    Follow { method: Method::Get, url: "/next".to_owned(), headers: Vec::new(), kind: kind.to_owned(), context: None }
}
