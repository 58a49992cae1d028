//! A source through several crawls, with a real plugin and a real database: what falls away is told, and for how long.

use marquee_model::{Crawl, CrawlOutcome, Field};
use marquee_tests::{
    sample,
    site::{Venue, page},
};

const COMPILER: &str = env!("CARGO_BIN_EXE_compile-plugin");

fn codes(crawl: &Crawl) -> Vec<&str> {
    crawl.diagnostics.iter().map(|remark| remark.code.as_str()).collect()
}

#[tokio::test]
async fn a_field_that_fell_away_is_told_until_it_is_back_or_a_week_has_passed() {
    let venue = Venue::new(COMPILER).await.unwrap();
    for _ in 0..3 {
        let crawl = venue.crawl(&page()).await.unwrap();
        assert_eq!(crawl.outcome, CrawlOutcome::Complete, "{:?}", crawl.diagnostics);
        assert_eq!(crawl.statistics.as_ref().expect("counts").of(Field::Price).having, 20);
    }
    let redesigned = page().replace("class=price", "class=cost");
    for _ in 0..2 {
        let crawl = venue.crawl(&redesigned).await.unwrap();
        let reason = crawl.outcome.reason().unwrap_or_default().to_owned();
        assert!(reason.contains("`price` fell away: 0 of 20 events have it"), "{reason}");
        assert!(codes(&crawl).contains(&"field-fell-away") && crawl.outcome.name() == "partial");
        assert!(crawl.statistics.expect("counts").suspect);
    }
    assert_eq!(venue.crawl(&page()).await.unwrap().outcome, CrawlOutcome::Complete, "it is back");

    let mut warned = 0;
    while venue.crawl(&redesigned).await.unwrap().outcome.name() == "partial" {
        warned += 1;
        assert!(warned <= 40, "a venue that prints no prices any more is not warned of for ever");
    }
    assert!((26..=30).contains(&warned), "{warned} crawls, four a day, for a week");
}

#[tokio::test]
async fn a_page_that_says_that_nothing_is_on_is_not_believed_while_known_events_lie_ahead() {
    let venue = Venue::new(COMPILER).await.unwrap();
    let nothing = "<!doctype html><html><head><title>Shows</title></head><body><p class=none>No upcoming events</p></body></html>";
    assert_eq!(venue.crawl(nothing).await.unwrap().outcome.name(), "empty", "nothing is known yet");
    for _ in 0..2 {
        venue.crawl(&page()).await.unwrap();
    }
    let crawl = venue.crawl(nothing).await.unwrap();
    assert_eq!(crawl.outcome.name(), "partial");
    let reason = crawl.outcome.reason().unwrap_or_default();
    assert!(reason.contains("20 of 20 events that are still to come are listed no more"), "{reason}");
}

#[tokio::test]
async fn a_calendar_that_moves_on_is_complete_every_time() {
    let venue = Venue::new(COMPILER).await.unwrap();
    let whole = page();
    let shows: Vec<&str> = whole.split("<li class=show>").skip(1).collect();
    for day in 0..12 {
        let listed: String = shows.iter().skip(day / 3).map(|show| format!("<li class=show>{show}")).collect();
        let crawl = venue.crawl(&format!("<ul>{}", listed.trim_end_matches("</body></html>"))).await.unwrap();
        assert_eq!(crawl.outcome, CrawlOutcome::Complete, "{:?}", crawl.diagnostics);
    }
}

#[tokio::test]
async fn counts_are_stored_with_the_crawl_and_served_from_there() {
    let venue = Venue::new(COMPILER).await.unwrap();
    let crawl = venue.crawl(&page()).await.unwrap();
    let stored = venue.store.crawl(crawl.id).await.unwrap().expect("the crawl");
    assert_eq!(stored.crawl.statistics, crawl.statistics);
    let health = venue.store.source_health().await.unwrap();
    assert_eq!(health.first().and_then(|health| health.statistics.clone()), crawl.statistics);
    let history = venue.store.history(venue.source.id, 10, sample::instant(0)).await.unwrap();
    assert_eq!(history.crawls, crawl.statistics.into_iter().collect::<Vec<_>>());
    assert_eq!(history.baseline.map(|baseline| baseline.events.len()), Some(20));
}
