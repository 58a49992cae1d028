//! The shared pages of real venues through the real components, against what a correct reading of them gives.
//!
//! The pages belong to their venues and lie outside of the project; where they are absent the tests say so and pass. Sources
//! stand in `examples/sources`. `piston` is named among the Toronto venues of the task and no page of it is there.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "in the tests' own functions, too: what is not there fails the test"
)]

use std::{fs, path::Path};

use chrono::{NaiveDate, NaiveTime};
use marquee_crawl::SourceFile;
use marquee_extract::CallFailure;
use marquee_model::{AgeRestriction, Event, ExtractError, Price};
use marquee_tests::{
    guests::Setup,
    venues::{self, Readers, Reading},
};
use serde_json::Value;

const COMPILER: &str = env!("CARGO_BIN_EXE_compile-plugin");

/// The pages, or a word that they are absent.
fn pages() -> Option<std::path::PathBuf> {
    let pages = venues::shared_pages();
    if pages.is_none() {
        println!("the shared pages are absent (MARQUEE_SHARED): nothing was tested");
    }
    pages
}

fn expected(pages: &Path, venue: &str) -> Setup<Value> {
    Ok(serde_json::from_str(&fs::read_to_string(pages.join(venue).join("expected.json"))?)?)
}

async fn read(readers: &mut Readers, pages: &Path, source: &str) -> Setup<(SourceFile, Reading)> {
    let file = venues::example_source(source)?;
    let page = venues::saved_page(pages, &file)?;
    let reading = readers.read(&file, page).await?.map_err(|error| format!("{source}: {error:?}"))?;
    for rejection in &reading.rejections {
        println!("{source}: rejected {rejection:?}");
    }
    Ok((file, reading))
}

/// Texts without the white space that pages break lines with.
fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str)
}

fn day(value: &Value) -> NaiveDate {
    text(value, "date").and_then(|day| day.parse().ok()).expect("every expected event has a date")
}

/// Hours and minutes; expected times of Squarespace carry stray fractions of seconds.
fn minutes(time: Option<NaiveTime>) -> Option<String> {
    time.map(|time| time.format("%H:%M").to_string())
}

fn clock(value: &Value, key: &str) -> Option<String> {
    text(value, key).map(|time| time.chars().take(5).collect())
}

fn age(event: &Event) -> String {
    match event.age {
        None => "unknown".to_owned(),
        Some(AgeRestriction::AllAges) => "all ages".to_owned(),
        Some(AgeRestriction::Minimum(years)) => format!("{years}+"),
    }
}

fn amounts(price: Option<&Price>) -> (Option<String>, Option<String>) {
    let shown = |money: Option<marquee_model::Money>| money.map(|money| money.to_string());
    price.map_or((None, None), |price| (shown(price.min), shown(price.max)))
}

fn url(event: Option<&marquee_model::WebUrl>) -> Option<&str> {
    event.map(marquee_model::WebUrl::as_str)
}

#[tokio::test]
async fn the_pages_of_the_system_before_are_read_in_every_value() -> Setup<()> {
    let Some(pages) = pages() else { return Ok(()) };
    let mut readers = Readers::new(COMPILER)?;
    for venue in ["music_farm", "sample_venue"] {
        let wanted = expected(&pages, &format!("musiclive/{venue}"))?;
        let (_, reading) = read(&mut readers, &pages, venue).await?;
        let events = wanted["events"].as_array().expect("a list of events");
        assert_eq!(reading.outcome(), "complete");
        assert_eq!(reading.events.len(), events.len(), "{venue}");
        for (event, wanted) in reading.events.iter().zip(events) {
            let name = text(wanted, "title").unwrap_or_default();
            assert_eq!(event.key.as_deref(), text(wanted, "key"), "{name}");
            assert_eq!(event.title, name);
            if let Some(headliner) = text(wanted, "headliner") {
                assert_eq!(event.performers.first().map(|act| act.name.as_str()), Some(headliner), "{name}");
            }
            assert_eq!(event.start.date, day(wanted), "{name}");
            assert_eq!(minutes(event.start.time), clock(wanted, "show"), "{name}");
            assert_eq!(minutes(event.doors.as_ref().and_then(|doors| doors.time)), clock(wanted, "doors"), "{name}");
            let utc = event.start.utc.map(|utc| utc.format("%Y-%m-%dT%H:%M:%SZ").to_string());
            assert_eq!(utc.as_deref(), text(wanted, "starts_at_utc"), "{name}");
            let amounts = amounts(event.price.as_ref());
            assert_eq!(amounts.0.as_deref(), text(wanted, "price_min"), "{name}");
            assert_eq!(amounts.1.as_deref(), text(wanted, "price_max"), "{name}");
            let currency = event.price.as_ref().and_then(|price| price.currency).map(|currency| currency.to_string());
            assert_eq!(currency.as_deref(), text(wanted, "currency"), "{name}");
            assert_eq!(Some(age(event).as_str()), text(wanted, "age"), "{name}");
            assert_eq!(url(event.ticket_url.as_ref()), text(wanted, "ticket_url"), "{name}");
            if let Some(path) = text(wanted, "event_path") {
                assert_eq!(event.event_url.as_ref().map(|url| url.url().path()), Some(path), "{name}");
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn every_event_of_the_see_tickets_and_rhp_pages_is_read_with_its_times() -> Setup<()> {
    let Some(pages) = pages() else { return Ok(()) };
    let mut readers = Readers::new(COMPILER)?;
    for venue in ["beat_kitchen", "hideout"] {
        let wanted = expected(&pages, &format!("chicago/{venue}"))?;
        let (_, reading) = read(&mut readers, &pages, venue).await?;
        let events = wanted["events"].as_array().expect("a list of events");
        assert_eq!(reading.outcome(), "complete");
        assert_eq!(reading.events.len(), events.len(), "{venue}");
        for (event, wanted) in reading.events.iter().zip(events) {
            let name = text(wanted, "title").unwrap_or_default();
            assert_eq!(folded(&event.title), folded(name));
            assert_eq!(event.start.date, day(wanted), "{name}");
            assert_eq!(minutes(event.start.time), clock(wanted, "show"), "{name}");
            assert_eq!(minutes(event.doors.as_ref().and_then(|doors| doors.time)), clock(wanted, "doors"), "{name}");
            if let Some(tickets) = text(wanted, "ticket_url") {
                assert_eq!(url(event.ticket_url.as_ref()), Some(tickets), "{name}");
            }
            if let Some(details) = text(wanted, "details_url") {
                assert_eq!(url(event.event_url.as_ref()), Some(details), "{name}");
            }
            if let Some(words) = text(wanted, "age_text") {
                let words = words.trim_end_matches(',').to_lowercase();
                assert_eq!(age(event), words, "{name}");
            }
            if let Some(words) = text(wanted, "price_text") {
                let (low, high) = amounts(event.price.as_ref());
                let read = match (low, high) {
                    (Some(low), Some(high)) if low == high => format!("${low}"),
                    (low, high) => format!("${} to ${}", low.unwrap_or_default(), high.unwrap_or_default()),
                };
                assert_eq!(read.replace(".00", ""), words, "{name}");
            }
        }
    }
    Ok(())
}

/// The Toronto venues: how many events, and every field of one of them.
async fn toronto(venues: &[&str]) -> Setup<()> {
    let Some(pages) = pages() else { return Ok(()) };
    let mut readers = Readers::new(COMPILER)?;
    for venue in venues {
        let wanted = expected(&pages, &format!("toronto/{venue}"))?;
        let (_, reading) = read(&mut readers, &pages, venue).await?;
        assert_eq!(reading.outcome(), "complete", "{venue}");
        // The files count what is listed; a page that lists an event twice gives it once in the end.
        let listed = reading.extracted.extraction.outcome.events().len() as u64;
        assert_eq!(Some(listed), wanted["events_in_index"].as_u64(), "{venue}");
        one_event(venue, &reading, &wanted["expected_event"]);
        next_pages(&mut readers, &pages, venue, &wanted).await?;
    }
    Ok(())
}

fn one_event(venue: &str, reading: &Reading, wanted: &Value) {
    let title = folded(text(wanted, "title").unwrap_or_default());
    let date = day(wanted);
    let event = reading.events.iter().find(|event| folded(&event.title) == title && event.start.date == date);
    let titles = || reading.events.iter().map(|event| (&event.title, event.start.date)).collect::<Vec<_>>();
    let event = event.unwrap_or_else(|| panic!("{venue}: no `{title}` on {date} among {:?}", titles()));
    assert_eq!(minutes(event.start.time), clock(wanted, "start_time_local"), "{venue}");
    assert_eq!(url(event.ticket_url.as_ref()), text(wanted, "ticket_url"), "{venue}");
    if let Some(details) = text(wanted, "details_url") {
        assert_eq!(url(event.event_url.as_ref()), Some(details), "{venue}");
    }
    assert_eq!(wanted["price"]["format"] == "unknown", event.price.is_none(), "{venue}: {:?}", event.price);
    assert_eq!(Some(age(event).replace(' ', "_").as_str()), text(wanted, "age_restriction"), "{venue}");
    let headliner = wanted["performers"]["headliner"].as_str().map(folded);
    let acts: Vec<String> = event.performers.iter().map(|act| folded(&act.name)).collect();
    // Where upstream takes the whole title for the act, the acts read out of that title are as good.
    let whole_title = headliner.as_deref() == Some(title.as_str());
    let named = acts.first() == headliner.as_ref();
    let in_title = whole_title && acts.iter().all(|act| title.contains(act.as_str()));
    assert!(named || in_title, "{venue}: {acts:?} instead of {headliner:?}");
}

/// What is asked for after a page, where the file says it.
async fn next_pages(readers: &mut Readers, pages: &Path, venue: &str, wanted: &Value) -> Setup<()> {
    for case in wanted["next_page_url"].as_array().into_iter().flatten() {
        let mut file = venues::example_source(venue)?;
        file.source.url = text(case, "after").unwrap_or_default().parse()?;
        let page = venues::saved_page(pages, &file)?;
        let reading = readers.read(&file, page).await??;
        let next = reading.follows("next").next().map(|follow| follow.url.clone());
        assert_eq!(next.as_deref(), text(case, "expected"), "{venue} after {}", file.source.url);
    }
    Ok(())
}

#[tokio::test]
async fn squarespace_answers_give_every_event_and_every_field_of_one() -> Setup<()> {
    toronto(&["rex", "function_bar", "dinas"]).await
}

#[tokio::test]
async fn squarespace_pages_give_every_event_and_every_field_of_one() -> Setup<()> {
    toronto(&["cassette", "poetry_jazz_cafe"]).await
}

#[tokio::test]
async fn calendars_of_wordpress_give_every_event_and_every_field_of_one() -> Setup<()> {
    toronto(&["grossmans", "castros_lounge"]).await
}

#[tokio::test]
async fn a_selector_source_reads_the_rockpile() -> Setup<()> {
    toronto(&["rockpile"]).await
}

#[tokio::test]
async fn nectar_lounge_is_read_without_the_house_next_door() -> Setup<()> {
    let Some(pages) = pages() else { return Ok(()) };
    let wanted = expected(&pages, "seattle/nectar_lounge")?;
    let mut readers = Readers::new(COMPILER)?;
    let (_, reading) = read(&mut readers, &pages, "nectar_lounge").await?;
    assert_eq!(reading.outcome(), "complete");
    assert!(reading.events.len() as u64 > wanted["expected"]["events_more_than"].as_u64().expect("a number"));
    assert!(reading.rejections.is_empty());
    let mut urls: Vec<_> = reading.events.iter().filter_map(|event| url(event.event_url.as_ref())).collect();
    let all = urls.len();
    urls.sort_unstable();
    urls.dedup();
    assert_eq!((urls.len(), all), (reading.events.len(), reading.events.len()), "each event has an address of its own");
    assert!(urls.iter().all(|url| !url.contains("hiddenhall")), "events of Hidden Hall are left out");
    for event in &reading.events {
        let (Some(time), Some(utc)) = (event.start.time, event.start.utc) else {
            panic!("{} has no time", event.title)
        };
        let offset = event.start.date.and_time(time) - utc.naive_utc();
        assert!([-7, -8].contains(&offset.num_hours()), "{}: Seattle's clock is 7 or 8 hours behind UTC", event.title);
    }
    Ok(())
}

#[tokio::test]
async fn a_redesigned_page_is_not_recognised_in_either_direction() -> Setup<()> {
    let Some(pages) = pages() else { return Ok(()) };
    let mut readers = Readers::new(COMPILER)?;
    let old_count = expected(&pages, "redesigns/rockpile")?["old"]["expected"]["events_in_index"].as_u64();
    let (_, old) = read(&mut readers, &pages, "rockpile_2025").await?;
    assert_eq!(Some(old.events.len() as u64), old_count, "the old configuration reads the old page");
    for (configured, given) in [("rockpile_2025", "rockpile"), ("rockpile", "rockpile_2025")] {
        let file = venues::example_source(configured)?;
        let page = venues::saved_page(&pages, &venues::example_source(given)?)?;
        let answer = readers.read(&file, page).await?;
        let failure = answer.err().map(|error| *error.failure);
        assert!(
            matches!(failure, Some(CallFailure::Answered(ExtractError::UnrecognizedLayout { .. }))),
            "the plugin configured by {configured} on the page of {given}: {failure:?}"
        );
    }
    Ok(())
}
