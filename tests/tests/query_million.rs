//! What a list costs, on the seeded country of events: the last pages cost what the first does.
//!
//! `MARQUEE_EVENTS` says how many events: 20,000 by default, 1,000,000 for the real thing.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::time::{Duration, Instant};

use chrono::NaiveDate;
use marquee_model::EventId;
use marquee_store::{
    Area, EventCursor, EventQuery, EventSort, FoundItem, Past, PlaceQuery, Point, SearchQuery, Store, VenueKey,
};
use marquee_tests::{
    database, million,
    sample::{instant, parse},
};

fn events() -> u32 {
    std::env::var("MARQUEE_EVENTS").ok().and_then(|events| events.parse().ok()).unwrap_or(20_000)
}

/// The least times of two lists out of some tries, by turns: what another process takes of the machine is in the other tries.
async fn least(store: &Store, a: &EventQuery, b: &EventQuery) -> (Duration, Duration) {
    let (mut first, mut second) = (Duration::MAX, Duration::MAX);
    for _ in 0..41 {
        for (query, least) in [(a, &mut first), (b, &mut second)] {
            let began = Instant::now();
            store.events(query).await.unwrap();
            *least = began.elapsed().min(*least);
        }
    }
    (first, second)
}

/// The place after so many pages.
async fn after(store: &Store, query: &EventQuery, pages: u32) -> Option<EventCursor> {
    let mut query = query.clone();
    for _ in 0..pages {
        query.after = store.events(&query).await.unwrap().next;
    }
    query.after
}

#[tokio::test]
async fn a_page_far_on_costs_at_most_twice_the_first() {
    let db = database::fresh().await;
    million::fill(&db, events()).await.unwrap();
    let store = db.store();
    let now = instant(0);
    let some = |n: u64| EventId::from_uuid(uuid::Uuid::from_u64_pair(n, 0));
    let day = |text: &str| text.parse::<NaiveDate>().unwrap().and_hms_opt(0, 0, 0).unwrap();
    let start = |text: &str| Some(EventCursor::Start { start: day(text), id: some(0) });
    let at = |text: &str| Some(EventCursor::Instant { at: day(text).and_utc(), id: some(0) });
    let toronto = PlaceQuery {
        area: Some(Area::Near { middle: Point { latitude: 43.65, longitude: -79.38 }, meters: 60_000.0 }),
        ..PlaceQuery::default()
    };
    let all = EventQuery::default;
    let mut slow = Vec::new();
    for (name, query, far) in [
        ("all by start", all(), start("2026-05-24")),
        (
            "all by start, the latest first",
            EventQuery { sort: EventSort::StartDescending, ..all() },
            start("2026-05-24"),
        ),
        ("of a site", EventQuery { site: Some(parse("toronto")), ..all() }, start("2026-05-24")),
        ("of a venue", EventQuery { venues: vec![VenueKey::Slug(parse("hall-7"))], ..all() }, start("2026-05-24")),
        ("of a genre", EventQuery { genres: vec!["jazz".to_owned()], ..all() }, start("2026-05-24")),
        ("what is coming", EventQuery { past: Past::LeftOut(now), ..all() }, start("2027-05-24")),
        ("by announcement", EventQuery { sort: EventSort::Announced, ..all() }, at("2026-05-24")),
        ("by update, the newest first", EventQuery { sort: EventSort::UpdatedDescending, ..all() }, at("2025-05-24")),
        ("by distance", EventQuery { sort: EventSort::Distance, place: toronto, ..all() }, None),
    ] {
        let far = if far.is_some() { far } else { after(store, &query, 20).await };
        assert!(far.is_some(), "{name}: the list is long enough");
        let (first, last) = least(store, &query, &EventQuery { after: far, ..query.clone() }).await;
        println!("{name}: first page {first:?}, far on {last:?}");
        // A millisecond more: lists of a few rows differ by that.
        if last > first * 2 + Duration::from_millis(1) {
            slow.push(name);
        }
    }
    assert!(slow.is_empty(), "{slow:?}");
}

#[tokio::test]
async fn the_seeded_country_is_the_same_every_time_and_can_be_searched() {
    let db = database::fresh().await;
    million::fill(&db, 3_000).await.unwrap();
    let store = db.store();
    let first = store.events(&EventQuery::default()).await.unwrap().items;
    assert_eq!(first[0].title, "Hollow Cadota Ensemble with Iron Wocava Engines");
    let ask =
        |text: &str| SearchQuery { text: text.to_owned(), site: None, kinds: Vec::new(), now: instant(0), limit: 20 };
    let answer = store.search(&ask("elctric foxs")).await.unwrap();
    assert_eq!(answer.meant.as_deref(), Some("electric foxes"));
    let fits = |title: &str| title.contains("Electric") && title.contains("Foxes");
    assert!(!answer.results.is_empty());
    for found in &answer.results {
        match &found.item {
            FoundItem::Event(event) => assert!(fits(&event.title), "{}", event.title),
            FoundItem::Artist(artist) => assert!(fits(&artist.artist.name), "{}", artist.artist.name),
            FoundItem::Venue(venue) => panic!("{}", venue.venue.name),
        }
    }
    let near = store
        .venues_near(
            None,
            &PlaceQuery {
                area: Some(Area::Near { middle: Point { latitude: -17.0, longitude: 179.9 }, meters: 400_000.0 }),
                ..PlaceQuery::default()
            },
            None,
            50,
        )
        .await
        .unwrap();
    assert_eq!(near.items.len(), 20, "all venues of Suva, over the antimeridian or not");
    assert!(near.items.is_sorted_by(|a, b| a.1 <= b.1));
}
