//! The shared pages of real venues, scored: sources of `examples/sources` through the real components, against what a correct
//! reading gives.
//!
//! The pages belong to their venues and lie outside of the project; where they are absent the tests say so and pass. `piston` is
//! named among the Toronto venues of old and no page of it is there.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "in the tests' own functions, too: what is not there fails the test, and the numbers are to be seen"
)]

use std::path::{Path, PathBuf};

use marquee_crawl::SourceFile;
use marquee_extract::CallFailure;
use marquee_model::{ExtractError, WebUrl};
use marquee_normalize::NormalizeLimits;
use marquee_score::{Difference, Scorer, Totals, VenueScore, folder};
use marquee_tests::{
    guests::Setup,
    venues::{self, Readers, Reading},
};

const COMPILER: &str = env!("CARGO_BIN_EXE_compile-plugin");

/// Venues of the shared pages, as their README counts them; redesigned pages come on top.
const VENUES: usize = 57;

/// Those of them whose number of events must be as expected. The others' files count otherwise than Marquee does, and say so.
const COUNTS_RIGHT: usize = 55;

/// Right values among those that are expected, from 0 to 1.
const FIELD_ACCURACY: f64 = 0.98;

/// The pages, or a word that they are absent.
fn pages() -> Option<PathBuf> {
    let pages = venues::shared_pages();
    if pages.is_none() {
        println!("the shared pages are absent (MARQUEE_SHARED): nothing was tested");
    }
    pages
}

/// The sources of the examples whose pages lie there.
fn sources(pages: &Path) -> Vec<SourceFile> {
    let sources = venues::workspace().join("examples/sources");
    let mut files = marquee_crawl::read_folder(&sources, venues::noon(Default::default())).expect("good source files");
    let known = folder::venues(pages);
    for file in &mut files {
        folder::complete(file, pages, &known);
    }
    files.retain(|file| file.saved.page.as_ref().is_some_and(|page| pages.join(page).is_file()));
    files
}

async fn scores(pages: &Path) -> Setup<Vec<VenueScore>> {
    let mut readers = Readers::new(COMPILER)?;
    let limits = NormalizeLimits::default();
    let scorer = Scorer { pages, limits: &limits, now: venues::noon(Default::default()) };
    let mut scores = Vec::new();
    for file in sources(pages) {
        let plugin = readers.plugin(file.source.plugin.as_str()).await?;
        scores.push(scorer.venue(&plugin, &file).await?);
    }
    Ok(scores)
}

#[tokio::test]
async fn every_shared_venue_is_read_with_the_right_outcome_and_nothing_invented() -> Setup<()> {
    let Some(pages) = pages() else { return Ok(()) };
    let scores = scores(&pages).await?;
    let (redesigned, venues): (Vec<VenueScore>, Vec<VenueScore>) =
        scores.into_iter().partition(|score| score.folder.starts_with("redesigns/"));
    for score in venues.iter().chain(&redesigned) {
        let wrong = |difference: &&Difference| !matches!(difference, Difference::Extra { .. });
        for difference in score.differences.iter().filter(wrong) {
            println!("{}: {difference:?}", score.folder);
        }
        if !score.is_right() {
            println!(
                "{}: {} {:?}, expected {:?}, found {}",
                score.folder, score.outcome, score.reason, score.expected, score.found
            );
        }
    }
    let totals = Totals::of(&venues);
    println!(
        "{} venues: {} outcomes right, {} counts right, {} invented, precision {:.4}, recall {:.4}, field accuracy {:.4}, {:.0} ms in the sandbox",
        totals.venues,
        totals.outcomes_right,
        totals.counts_right,
        totals.invented,
        totals.precision,
        totals.recall,
        totals.field_accuracy,
        totals.extract_ms
    );
    assert_eq!(venues.len(), VENUES, "a source for every venue");
    assert_eq!(totals.outcomes_right, totals.venues);
    assert!(totals.counts_right as usize >= COUNTS_RIGHT, "{} counts right", totals.counts_right);
    assert_eq!(totals.invented, 0);
    assert!(totals.field_accuracy >= FIELD_ACCURACY, "{}", totals.field_accuracy);
    assert!(!redesigned.is_empty() && redesigned.iter().all(|score| score.outcome_right), "pages before a redesign");
    Ok(())
}

async fn read(readers: &mut Readers, pages: &Path, source: &str) -> Setup<Reading> {
    let file = venues::example_source(source)?;
    let page = venues::saved_page(pages, &file)?;
    Ok(readers.read(&file, page).await?.map_err(|error| format!("{source}: {error:?}"))?)
}

#[tokio::test]
async fn nectar_lounge_is_read_without_the_house_next_door() -> Setup<()> {
    let Some(pages) = pages() else { return Ok(()) };
    let mut readers = Readers::new(COMPILER)?;
    let reading = read(&mut readers, &pages, "nectar_lounge").await?;
    assert!(reading.rejections.is_empty());
    let mut urls: Vec<&str> =
        reading.events.iter().filter_map(|event| event.event_url.as_ref().map(WebUrl::as_str)).collect();
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
    for (configured, given) in [
        ("rockpile_2025", "rockpile"),
        ("rockpile", "rockpile_2025"),
        ("coda_old", "coda"),
        ("coda", "coda_old"),
        ("el_mocambo_old", "el_mocambo"),
        ("el_mocambo", "el_mocambo_old"),
    ] {
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
