//! Reading: lists by cursor, filters, search, the old integer routes, and overviews.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests fail as tests do")]

use chrono::{Days, TimeDelta};
use marquee_model::{AgeRestriction, CrawlOutcome, EventId, Price, PriceKind, Source, Status};
use marquee_store::{CrawlQuery, EventQuery, LegacyEventQuery, LegacyVenueQuery, Store, VenueKey, VenueQuery};
use marquee_tests::{
    database,
    sample::{self, TODAY, instant, parse},
};

/// Titles of what a query finds, in order.
async fn titles(store: &Store, query: EventQuery) -> Vec<String> {
    store.events(&query).await.unwrap().items.into_iter().map(|event| event.title).collect()
}

/// Two venues of one site with some events that differ in everything that can be asked for.
async fn programme(store: &Store) -> (Source, Source) {
    let site = sample::site("toronto");
    let rex = marquee_model::Venue { city: Some("Montréal".to_owned()), ..sample::venue(&site, "rex", "The Rex") };
    let cafe = sample::venue(&site, "cafe", "Café Zoë");
    let sources = [sample::source(&rex), sample::source(&cafe)];
    let synced = store.sync_sources(&[site], &[rex, cafe], &sources).await.unwrap();
    let (rex, cafe) = (synced.sources[0].clone(), synced.sources[1].clone());

    let crawl = sample::crawl(&rex, 0);
    let mut motley = sample::event(&crawl, &rex, "1", 1);
    motley.title = "Mötley Night 100%".to_owned();
    motley.price = Some(Price {
        kind: PriceKind::Range,
        min: Some(parse("10")),
        max: Some(parse("25.50")),
        currency: Some(parse("CAD")),
    });
    let mut sold_out = sample::event(&crawl, &rex, "2", 2);
    (sold_out.title, sold_out.status, sold_out.age) =
        ("Full House".to_owned(), Status::SoldOut, Some(AgeRestriction::Minimum(19)));
    sold_out.price = Some(Price { kind: PriceKind::Fixed, min: Some(parse("40")), max: None, currency: None });
    let mut unknown_time = sample::event(&crawl, &rex, "3", 2);
    unknown_time.title = "Time To Be Announced".to_owned();
    (unknown_time.start, unknown_time.doors) = (sample::time(TODAY + Days::new(2), None), None);
    store.record(sample::record(crawl, &rex, vec![motley, sold_out, unknown_time])).await.unwrap();

    let crawl = sample::crawl(&cafe, 5);
    let mut late = sample::event(&crawl, &cafe, "1", 3);
    late.title = "Late Set".to_owned();
    late.performers[0].name = "Sigur Rós".to_owned();
    store.record(sample::record(crawl, &cafe, vec![late])).await.unwrap();
    (rex, cafe)
}

#[tokio::test]
async fn filters_narrow_the_list_as_they_say() {
    let db = database::fresh().await;
    let (rex, _) = programme(db.store()).await;
    let day = |days| Some(TODAY + Days::new(days));
    let all = EventQuery::default;
    let cases: Vec<(EventQuery, &[&str])> = vec![
        (all(), &["Mötley Night 100%", "Time To Be Announced", "Full House", "Late Set"]),
        (EventQuery { site: Some(parse("toronto")), from: day(3), ..all() }, &["Late Set"]),
        (EventQuery { site: Some(parse("nowhere")), ..all() }, &[]),
        (EventQuery { until: day(1), ..all() }, &["Mötley Night 100%"]),
        (EventQuery { from: day(2), until: day(2), ..all() }, &["Time To Be Announced", "Full House"]),
        (
            EventQuery { venues: vec![VenueKey::Id(rex.venue)], from: day(2), ..all() },
            &["Time To Be Announced", "Full House"],
        ),
        (EventQuery { venues: vec![VenueKey::Slug(parse("cafe"))], ..all() }, &["Late Set"]),
        (EventQuery { source: Some(parse("cafe")), ..all() }, &["Late Set"]),
        (EventQuery { status: vec![Status::SoldOut, Status::Moved], ..all() }, &["Full House"]),
        // The day of an unknown time ends, at the latest on earth, at noon of the next day in UTC.
        // 8 PM in Toronto on day 1 is 01:00 UTC of day 2.
        (EventQuery { until_utc: Some(instant(0) + TimeDelta::hours(37)), ..all() }, &["Time To Be Announced"]),
        (
            EventQuery { until_utc: Some(instant(0) + TimeDelta::minutes(37 * 60 + 1)), ..all() },
            &["Mötley Night 100%", "Time To Be Announced"],
        ),
        (
            EventQuery { from_utc: Some(instant(0) + TimeDelta::hours(71)), ..all() },
            &["Time To Be Announced", "Late Set"],
        ),
        (EventQuery { from_utc: Some(instant(0) + TimeDelta::hours(72)), ..all() }, &["Late Set"]),
    ];
    for (query, expected) in cases {
        assert_eq!(titles(db.store(), query.clone()).await, expected, "{query:?}");
    }
}

#[tokio::test]
async fn search_is_blind_to_accents_and_case_and_takes_wildcards_literally() {
    let db = database::fresh().await;
    programme(db.store()).await;
    let cases: &[(&str, &[&str])] = &[
        ("motley", &["Mötley Night 100%"]),
        ("NIGHT möt", &["Mötley Night 100%"]),
        ("sigur ros", &["Late Set"]),
        ("cafe zoe", &["Late Set"]),
        ("rex full", &["Full House"]),
        ("100%", &["Mötley Night 100%"]),
        ("100%%", &[]),
        ("_", &[]),
        ("'; DROP TABLE events; --", &[]),
    ];
    for (text, expected) in cases {
        let query = EventQuery { text: Some((*text).to_owned()), ..EventQuery::default() };
        assert_eq!(&titles(db.store(), query).await, expected, "{text}");
    }
}

#[tokio::test]
async fn following_the_cursor_shows_every_event_once_while_others_are_written() {
    let db = database::fresh().await;
    let source = sample::declare(db.store(), "rex").await.unwrap();
    // Five events a day, so that cursors fall between events of one start.
    let mut record = sample::listing(&source, 0, 40);
    for (n, event) in (0_u64..).zip(&mut record.events) {
        event.start = sample::time(TODAY + Days::new(n / 5), if n % 5 < 2 { None } else { Some(20) });
        event.doors = None;
    }
    let stored: Vec<EventId> = db.store().record(record).await.unwrap().events;

    let mut seen = Vec::new();
    let mut query = EventQuery { limit: 7, ..EventQuery::default() };
    loop {
        let batch = db.store().events(&query).await.unwrap();
        assert!(batch.items.len() <= 7);
        seen.extend(batch.items.iter().map(|event| (event.sort_start(), event.id)));
        if seen.len() == 14 {
            // Earlier than everything that is still to come.
            let crawl = sample::crawl(&source, 9);
            let early = sample::event(&crawl, &source, "early", 0);
            db.store().record(sample::record(crawl, &source, vec![early])).await.unwrap();
        }
        let Some(next) = batch.next else { break };
        query.after = Some(next);
    }
    assert!(seen.is_sorted());
    let mut ids: Vec<EventId> = seen.into_iter().map(|(_, id)| id).collect();
    ids.sort();
    let mut expected = stored;
    expected.sort();
    assert_eq!(ids, expected);
}

#[tokio::test]
async fn venues_are_listed_by_name_and_found_by_name_or_city() {
    let db = database::fresh().await;
    programme(db.store()).await;
    let store = db.store();
    let first = store.venues(&VenueQuery { limit: 1, ..VenueQuery::default() }).await.unwrap();
    assert_eq!((first.items[0].venue.name.as_str(), first.items[0].events), ("Café Zoë", 1));
    let second = store.venues(&VenueQuery { limit: 1, after: first.next, ..VenueQuery::default() }).await.unwrap();
    assert_eq!((second.items[0].venue.name.as_str(), second.items[0].events), ("The Rex", 3));
    assert!(second.next.is_none());
    let found = store.venues(&VenueQuery { text: Some("montreal".to_owned()), ..VenueQuery::default() }).await.unwrap();
    assert_eq!(found.items, second.items);
    assert_eq!(store.venue(found.items[0].venue.id).await.unwrap().unwrap(), second.items[0]);
    let site = store.site_by_slug(&parse("toronto")).await.unwrap().unwrap();
    assert_eq!((site.venues, site.events), (2, 4));
    assert!(store.site_by_slug(&parse("nowhere")).await.unwrap().is_none());
}

#[tokio::test]
async fn the_old_integer_routes_are_answered() {
    let db = database::fresh().await;
    let (rex, _) = programme(db.store()).await;
    let store = db.store();
    let ask = LegacyEventQuery {
        site: parse("toronto"),
        start_date: None,
        end_date: None,
        venue_id: None,
        artist_search: None,
        title_search: None,
        price_min: None,
        price_max: None,
        age: None,
        limit: 50,
        offset: 0,
    };
    let rex_id = store.venue(rex.venue).await.unwrap().unwrap().legacy_id;
    let day = |days| Some(TODAY + Days::new(days));
    let cases: Vec<(LegacyEventQuery, &[&str])> = vec![
        (ask.clone(), &["Mötley Night 100%", "Time To Be Announced", "Full House", "Late Set"]),
        (
            LegacyEventQuery { start_date: day(2), end_date: day(3), ..ask.clone() },
            &["Time To Be Announced", "Full House"],
        ),
        (LegacyEventQuery { venue_id: Some(rex_id), end_date: day(2), ..ask.clone() }, &["Mötley Night 100%"]),
        (LegacyEventQuery { artist_search: Some("sigur".to_owned()), ..ask.clone() }, &["Late Set"]),
        (LegacyEventQuery { title_search: Some("sigur".to_owned()), ..ask.clone() }, &[]),
        (LegacyEventQuery { title_search: Some("motley".to_owned()), ..ask.clone() }, &["Mötley Night 100%"]),
        (LegacyEventQuery { price_min: Some(20.into()), ..ask.clone() }, &["Full House"]),
        (LegacyEventQuery { price_max: Some(30.into()), ..ask.clone() }, &["Mötley Night 100%"]),
        (LegacyEventQuery { age: Some(AgeRestriction::Minimum(19)), ..ask.clone() }, &["Full House"]),
        (LegacyEventQuery { limit: 1, offset: 2, ..ask.clone() }, &["Full House"]),
        (LegacyEventQuery { site: parse("nowhere"), ..ask.clone() }, &[]),
    ];
    for (query, expected) in cases {
        let events = store.legacy_events(&query).await.unwrap();
        let titles: Vec<_> = events.into_iter().map(|event| event.title).collect();
        assert_eq!(titles, expected, "{query:?}");
    }
    let event = store.legacy_events(&ask).await.unwrap().swap_remove(0);
    let detail = store.event_by_legacy_id(event.legacy_id).await.unwrap().unwrap();
    assert_eq!((&detail.event, detail.sightings.len()), (&event, 1));
    assert!(store.event_by_legacy_id(999_999).await.unwrap().is_none());
    assert_eq!(store.venue_by_legacy_id(rex_id).await.unwrap().unwrap().venue.id, rex.venue);
    let source = store.source_by_slug(&parse("rex")).await.unwrap().unwrap();
    assert_eq!(store.source_by_legacy_id(source.legacy_id).await.unwrap().unwrap(), source);
    let venues = LegacyVenueQuery { site: parse("toronto"), search: Some("REX".to_owned()), limit: 50, offset: 0 };
    assert_eq!(store.legacy_venues(&venues).await.unwrap().len(), 1);

    let search = store.legacy_search("rex", None, 20, 0).await.unwrap();
    assert_eq!((search.total_events, search.total_venues, search.venues.len()), (0, 1, 1));
    let search = store.legacy_search("set", Some(&parse("toronto")), 20, 0).await.unwrap();
    assert_eq!((search.total_events, search.events.len(), search.total_venues), (1, 1, 0));
}

#[tokio::test]
async fn unchanged_crawls_use_up_no_integer_ids() {
    let db = database::fresh().await;
    let source = sample::declare(db.store(), "rex").await.unwrap();
    for minutes in 0..3 {
        sample::declare(db.store(), "rex").await.unwrap();
        db.store().record(sample::listing(&source, minutes, 2)).await.unwrap();
    }
    db.store().record(sample::listing(&source, 9, 3)).await.unwrap();
    let ids: Vec<i64> =
        db.store().events(&EventQuery::default()).await.unwrap().items.iter().map(|e| e.legacy_id).collect();
    assert_eq!(ids, [1, 2, 3]);
    assert_eq!(sample::declare(db.store(), "cafe").await.map(|_| ()).ok(), Some(()));
    assert_eq!(db.store().source_by_slug(&parse("cafe")).await.unwrap().unwrap().legacy_id, 2);
}

#[tokio::test]
async fn crawls_are_listed_newest_first_and_sources_show_their_health() {
    let db = database::fresh().await;
    let store = db.store();
    let source = sample::declare(store, "rex").await.unwrap();
    sample::declare(store, "cafe").await.unwrap();
    let outcomes = [
        CrawlOutcome::Complete,
        CrawlOutcome::NotRecognized { reason: "no .event".to_owned() },
        CrawlOutcome::Failed { stage: "fetch".to_owned(), reason: "timeout".to_owned() },
    ];
    for (minutes, outcome) in (0..).zip(&outcomes) {
        let mut record = sample::listing(&source, minutes, if minutes == 0 { 2 } else { 0 });
        record.crawl.outcome = outcome.clone();
        store.record(record).await.unwrap();
    }

    let first = store.crawls(&CrawlQuery { limit: 2, ..CrawlQuery::default() }).await.unwrap();
    let rest = store.crawls(&CrawlQuery { limit: 2, after: first.next, ..CrawlQuery::default() }).await.unwrap();
    let listed: Vec<_> = first.items.into_iter().chain(rest.items).map(|crawl| crawl.outcome).collect();
    assert_eq!(listed, outcomes.iter().rev().cloned().collect::<Vec<_>>());
    let failed = CrawlQuery { outcome: Some("failed".to_owned()), source: Some(parse("rex")), ..CrawlQuery::default() };
    assert_eq!(store.crawls(&failed).await.unwrap().items.len(), 1);

    let health = store.source_health().await.unwrap();
    assert_eq!((health[0].slug.as_str(), health[0].last_tried), ("cafe", None));
    let rex = &health[1];
    assert_eq!((rex.last_tried, rex.failures, rex.last_found), (Some(instant(2)), 2, Some(0)));
    assert_eq!(rex.last_good, Some(instant(0) + TimeDelta::seconds(2)));
    assert_eq!(rex.last_outcome, Some(outcomes[2].clone()));

    assert!(store.set_source_enabled(source.id, false).await.unwrap());
    assert!(!store.source(source.id).await.unwrap().unwrap().source.enabled);
    let totals = store.totals().await.unwrap();
    assert_eq!((totals.sites, totals.venues, totals.sources, totals.events, totals.crawls), (1, 2, 2, 2, 3));
}

#[tokio::test]
async fn every_plugin_version_that_was_seen_is_remembered_with_its_last_error() {
    let db = database::fresh().await;
    let store = db.store();
    let source = sample::declare(store, "rex").await.unwrap();
    store.record(sample::listing(&source, 0, 1)).await.unwrap();
    let newer = marquee_model::PluginVersion { digest: marquee_model::Digest::of(b"newer"), ..sample::plugin() };
    store.plugin_seen(&newer, instant(5)).await.unwrap();
    store.plugin_seen(&newer, instant(6)).await.unwrap();
    store.plugin_failed(&newer, instant(8), "trap").await.unwrap();
    store.plugin_failed(&newer, instant(7), "older news").await.unwrap();

    let history = store.plugin_history(Some(&parse("css"))).await.unwrap();
    assert_eq!(history.len(), 2);
    assert_eq!((&history[0].plugin, history[0].first_seen, history[0].crawls), (&newer, instant(5), 0));
    assert_eq!(history[0].last_error, Some((instant(8), "trap".to_owned())));
    assert_eq!((&history[1].plugin, history[1].crawls), (&sample::plugin(), 1));
}
