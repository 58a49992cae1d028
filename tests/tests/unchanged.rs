//! A source whose pages did not change: the site is asked politely, the plugin is spared, nothing is written twice, and the crawl says
//! so. What changed, or would be read differently, is read anew.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::sync::atomic::Ordering;

use chrono::{DateTime, TimeDelta, Utc};
use marquee_model::Crawl;
use marquee_store::EventQuery;
use marquee_tests::site::{Venue, page};
use serde_json::json;
use sqlx::Connection as _;

const COMPILER: &str = env!("CARGO_BIN_EXE_compile-plugin");

async fn venue() -> Venue {
    Venue::new(COMPILER).await.unwrap()
}

fn is_told_unchanged(crawl: &Crawl) -> bool {
    crawl.diagnostics.iter().any(|remark| remark.code == "unchanged")
}

/// The row versions of all events: whatever writes a row gives it another one.
async fn versions(venue: &Venue) -> Vec<(String, String)> {
    let rows = "SELECT id::text, xmin::text FROM events ORDER BY id";
    let mut connection = sqlx::PgConnection::connect(venue.database.url()).await.unwrap();
    sqlx::query_as(rows).fetch_all(&mut connection).await.unwrap()
}

/// When every event was seen last, the earliest and the latest of them.
async fn last_seen(venue: &Venue) -> (DateTime<Utc>, DateTime<Utc>) {
    let events = venue.store.events(&EventQuery { limit: 100, ..EventQuery::default() }).await.unwrap().items;
    let ids: Vec<_> = events.iter().map(|event| event.id).collect();
    let seen: Vec<_> = venue.store.sightings(&ids).await.unwrap().iter().map(|sighting| sighting.last_seen).collect();
    (*seen.iter().min().unwrap(), *seen.iter().max().unwrap())
}

#[tokio::test]
async fn an_unchanged_page_costs_no_extraction_and_no_event_row_and_its_events_count_as_seen() {
    let venue = venue().await;
    let first = venue.crawl(&page()).await.unwrap();
    assert_eq!((first.tally.new, first.effort.unchanged_pages), (20, 0));
    let before = versions(&venue).await;

    let second = venue.crawl(&page()).await.unwrap();
    assert_eq!((second.outcome.name(), second.effort.unchanged_pages), ("complete", 1));
    assert!(is_told_unchanged(&second), "{:?}", second.diagnostics);
    assert_eq!((second.tally.found, second.tally.unchanged, second.tally.changed), (20, 20, 0));
    assert_eq!(versions(&venue).await, before, "no event row is written");
    assert_eq!(last_seen(&venue).await, (venue.site_now(), venue.site_now()));
}

#[tokio::test]
async fn a_site_that_tags_its_pages_sends_no_body_for_an_unchanged_one() {
    let venue = venue().await;
    venue.site.tags.store(true, Ordering::SeqCst);
    venue.crawl(&page()).await.unwrap();
    let second = venue.crawl(&page()).await.unwrap();
    assert_eq!(venue.site.bodies.load(Ordering::SeqCst), 1);
    assert_eq!((second.effort.not_modified, second.effort.unchanged_pages, second.tally.bytes), (1, 1, 0));

    let edited = page().replacen("Act number 3<", "Act number 3 and friends<", 1);
    let third = venue.crawl(&edited).await.unwrap();
    assert_eq!((third.tally.changed, third.tally.unchanged, third.effort.unchanged_pages), (1, 19, 0));
}

#[tokio::test]
async fn an_event_that_goes_keeps_the_time_at_which_it_was_last_confirmed() {
    let venue = venue().await;
    venue.crawl(&page()).await.unwrap();
    venue.crawl(&page()).await.unwrap();
    let confirmed = venue.site_now();
    let without = page().replacen("<li class=show>", "<li class=gone>", 1);
    venue.crawl(&without).await.unwrap();
    assert_eq!(last_seen(&venue).await, (confirmed, venue.site_now()));
}

#[tokio::test]
async fn another_configuration_reads_an_unchanged_page_anew() {
    let mut venue = venue().await;
    venue.crawl(&page()).await.unwrap();
    venue.source.configuration["fields"]["room"] = json!("b");
    let second = venue.crawl(&page()).await.unwrap();
    assert_eq!((second.effort.unchanged_pages, second.tally.changed), (0, 20));
}

#[tokio::test]
async fn a_crawl_in_doubt_is_judged_anew_although_its_page_did_not_change() {
    let venue = venue().await;
    for _ in 0..3 {
        venue.crawl(&page()).await.unwrap();
    }
    let redesigned = page().replace("class=price", "class=cost");
    let doubted = venue.crawl(&redesigned).await.unwrap();
    assert_eq!(doubted.outcome.name(), "partial");
    let again = venue.crawl(&redesigned).await.unwrap();
    assert!(
        !is_told_unchanged(&again) && again.effort.unchanged_pages == 1,
        "the plugin is spared, the judgement is not"
    );
}

#[tokio::test]
async fn on_another_day_the_crawl_is_judged_anew_and_still_no_event_row_is_written() {
    let venue = venue().await;
    venue.crawl(&page()).await.unwrap();
    let before = versions(&venue).await;
    let next_day = venue.crawl_after(TimeDelta::hours(24), &page()).await.unwrap();
    assert!(!is_told_unchanged(&next_day));
    assert_eq!((next_day.tally.unchanged, next_day.tally.changed), (20, 0));
    assert_eq!(versions(&venue).await, before);
}

#[tokio::test]
async fn an_event_that_is_gone_is_missed_again_by_every_crawl_although_the_page_does_not_change_any_more() {
    let venue = venue().await;
    venue.crawl(&page()).await.unwrap();
    // The sixth show: the first is on today, and pages drop what has begun; the last is where the page's window ends.
    let without =
        page().replacen("<li class=show>", "<li class=kept>", 5).replacen("<li class=show>", "<li class=gone>", 1);
    let without = without.replace("<li class=kept>", "<li class=show>");
    let mut presumed = Vec::new();
    for _ in 0..5 {
        // Less than a day apart, so that nothing but the absence is a reason to look again.
        let crawl = venue.crawl_after(TimeDelta::hours(20), &without).await.unwrap();
        presumed.push(crawl.diagnostics.iter().filter(|remark| remark.code == "presumed_cancelled").count());
    }
    assert_eq!(presumed, [0, 0, 0, 1, 0], "absent for three crawls and two days");
}
