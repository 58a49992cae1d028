//! The unit of work: what recording a crawl writes, and above all what it does not write.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use marquee_model::{AgeRestriction, CrawlOutcome, Digest, Rejection, Status, VenueId};
use marquee_store::{EventQuery, Store, StoreError};
use marquee_tests::{
    database,
    sample::{self, TODAY, instant},
};
use sqlx::{Connection, PgConnection};

/// Every event row with the transaction that wrote it.
async fn row_versions(url: &str) -> Vec<(String, String)> {
    let mut connection = PgConnection::connect(url).await.unwrap();
    sqlx::query_as("SELECT id::text, xmin::text FROM events UNION ALL SELECT event_id::text, xmin::text FROM performers ORDER BY 1, 2")
        .fetch_all(&mut connection)
        .await
        .unwrap()
}

async fn all_events(store: &Store) -> Vec<marquee_store::StoredEvent> {
    store.events(&EventQuery { limit: 200, ..EventQuery::default() }).await.unwrap().items
}

#[tokio::test]
async fn a_second_crawl_of_the_same_page_changes_no_event_row_and_says_so() {
    let db = database::fresh().await;
    let source = sample::declare(db.store(), "rex").await.unwrap();
    let first = db.store().record(sample::listing(&source, 0, 30)).await.unwrap();
    assert_eq!((first.tally.new, first.tally.changed, first.tally.unchanged), (30, 0, 0));
    let before = row_versions(db.url()).await;

    let second = db.store().record(sample::listing(&source, 60, 30)).await.unwrap();

    assert_eq!((second.tally.new, second.tally.changed, second.tally.unchanged), (0, 0, 30));
    assert_eq!(second.events, first.events, "ids are kept");
    assert_eq!(row_versions(db.url()).await, before, "no row was written");
    let detail = db.store().event(first.events[0]).await.unwrap().unwrap();
    let sighting = &detail.sightings[0];
    assert_eq!((sighting.first_seen, sighting.last_seen), (instant(0), instant(60)));
    assert_ne!(sighting.first_crawl, sighting.last_crawl);
}

#[tokio::test]
async fn a_changed_field_changes_its_row_and_no_other() {
    let db = database::fresh().await;
    let source = sample::declare(db.store(), "rex").await.unwrap();
    let first = db.store().record(sample::listing(&source, 0, 3)).await.unwrap();

    let mut again = sample::listing(&source, 60, 3);
    again.events[1].status = Status::Cancelled;
    again.events[2].performers.push(marquee_model::Performer {
        name: "Late Addition".to_owned(),
        role: marquee_model::Role::Support,
        billing: 2,
    });
    let second = db.store().record(again).await.unwrap();

    assert_eq!((second.tally.new, second.tally.changed, second.tally.unchanged), (0, 2, 1));
    assert_eq!(second.events, first.events);
    let events = all_events(db.store()).await;
    assert_eq!(events[1].status, Status::Cancelled);
    assert_eq!(events[2].performers.len(), 2);
    assert_eq!(events[0].updated_at, events[0].created_at);
    assert!(events[1].updated_at > events[1].created_at);
    let found = EventQuery { text: Some("late addition".to_owned()), ..EventQuery::default() };
    assert_eq!(db.store().events(&found).await.unwrap().items.len(), 1, "the new act can be searched for");
}

#[tokio::test]
async fn events_that_a_crawl_does_not_mention_stay_as_they_are() {
    let db = database::fresh().await;
    let source = sample::declare(db.store(), "rex").await.unwrap();
    db.store().record(sample::listing(&source, 0, 5)).await.unwrap();
    let before = all_events(db.store()).await;

    let mut empty = sample::listing(&source, 60, 0);
    empty.crawl.outcome = CrawlOutcome::Empty { evidence: "No upcoming events".to_owned() };
    db.store().record(empty).await.unwrap();
    db.store().record(sample::listing(&source, 120, 1)).await.unwrap();

    assert_eq!(all_events(db.store()).await, before);
}

#[tokio::test]
async fn a_crawl_that_fails_half_way_leaves_nothing_behind() {
    let db = database::fresh().await;
    let source = sample::declare(db.store(), "rex").await.unwrap();
    let mut record = sample::listing(&source, 0, 3);
    let stranger = VenueId::new(instant(1));
    record.events[2].venue = stranger;

    let error = db.store().record(record).await.unwrap_err();

    assert!(matches!(&error, StoreError::Unknown { object, .. } if *object == stranger.to_string()), "{error}");
    let totals = db.store().totals().await.unwrap();
    assert_eq!((totals.crawls, totals.events), (0, 0));
}

#[tokio::test]
async fn a_crawl_of_a_source_that_was_never_declared_names_it() {
    let db = database::fresh().await;
    let mut source = sample::declare(db.store(), "rex").await.unwrap();
    source.id = marquee_model::SourceId::new(instant(1));
    let error = db.store().record(sample::listing(&source, 0, 1)).await.unwrap_err();
    assert!(error.to_string().contains(&source.id.to_string()), "{error}");
}

#[tokio::test]
async fn recording_a_crawl_again_after_a_lost_answer_gives_the_same_answer() {
    let db = database::fresh().await;
    let source = sample::declare(db.store(), "rex").await.unwrap();
    let record = sample::listing(&source, 0, 4);
    let first = db.store().record(record.clone()).await.unwrap();

    let second = db.store().record(record).await.unwrap();

    assert!(second.repeated && !first.repeated);
    assert_eq!((second.tally, second.events), (first.tally, first.events));
    assert_eq!(db.store().totals().await.unwrap().crawls, 1);
}

#[tokio::test]
async fn crawls_of_one_source_at_the_same_time_double_nothing() {
    let db = database::fresh().await;
    let source = sample::declare(db.store(), "rex").await.unwrap();
    let crawls = (0..4).map(|n| db.store().record(sample::listing(&source, n, 20)));
    let recorded: Vec<_> = futures::future::join_all(crawls).await.into_iter().map(Result::unwrap).collect();

    assert_eq!(recorded.iter().map(|r| r.tally.new).sum::<u32>(), 20);
    assert!(recorded.windows(2).all(|pair| pair[0].events == pair[1].events));
    assert_eq!(all_events(db.store()).await.len(), 20);
}

#[tokio::test]
async fn an_event_that_no_row_can_hold_is_a_rejection_and_costs_the_others_nothing() {
    let db = database::fresh().await;
    let source = sample::declare(db.store(), "rex").await.unwrap();
    let mut record = sample::listing(&source, 0, 6);
    record.events[1].identity = record.events[0].identity.clone();
    record.events[2].age = Some(AgeRestriction::Minimum(200));
    record.events[3].title = String::new();
    record.events[4].start.utc = None;
    record.crawl.rejections.push(Rejection {
        event: "e9".to_owned(),
        field: "start".to_owned(),
        reason: "no day in it".to_owned(),
        raw: Some("soon\0".to_owned()),
        fatal: true,
        page: Digest::of(b"page"),
    });
    let id = record.crawl.id;

    let recorded = db.store().record(record).await.unwrap();

    assert_eq!(recorded.tally.new, 2);
    let fields: Vec<_> = recorded.rejections.iter().map(|rejection| rejection.field.as_str()).collect();
    assert_eq!(fields, ["identity", "age", "title", "start"]);
    let crawl = db.store().crawl(id).await.unwrap().unwrap().crawl;
    assert_eq!(crawl.rejections.len(), 5, "those of the normaliser and those of the store");
    assert_eq!(crawl.rejections[0].raw.as_deref(), Some("soon\u{fffd}"));
    assert_eq!(crawl.tally.rejected, 4);
}

#[tokio::test]
async fn characters_that_postgres_cannot_keep_are_replaced() {
    let db = database::fresh().await;
    let source = sample::declare(db.store(), "rex").await.unwrap();
    let mut record = sample::listing(&source, 0, 1);
    let event = &mut record.events[0];
    event.title = "Null\0Set".to_owned();
    event.performers[0].name = "\0".to_owned();
    event.genres = vec!["a\0".to_owned()];
    event.identity = "x".repeat(4000);
    record.pages[0].headers.push(("x-odd".to_owned(), "\0".to_owned()));
    let again = record.clone();
    db.store().record(record).await.unwrap();

    let stored = &all_events(db.store()).await[0];
    assert_eq!(stored.title, "Null\u{fffd}Set");
    assert_eq!(stored.genres, ["a\u{fffd}"]);
    let next = marquee_store::CrawlRecord { crawl: sample::crawl(&source, 1), ..again };
    assert_eq!(db.store().record(next).await.unwrap().tally.unchanged, 1, "and they are the same the next time");
}

#[tokio::test]
async fn one_events_way_leads_back_to_crawl_plugin_and_page() {
    let db = database::fresh().await;
    let source = sample::declare(db.store(), "rex").await.unwrap();
    let record = sample::listing(&source, 0, 2);
    let (crawl, page) = (record.crawl.id, record.pages[0].clone());
    let event = db.store().record(record).await.unwrap().events[1];

    let trace = db.store().trace(event).await.unwrap().unwrap();

    assert_eq!(trace.event.id, event);
    let step = &trace.steps[0];
    assert_eq!(step.crawl.id, crawl);
    assert_eq!(step.sighting.plugin, sample::plugin());
    assert_eq!(step.page.as_ref().unwrap().page, page);
    assert_eq!(step.sighting.source_slug, source.slug);
}

#[tokio::test]
async fn a_failed_crawl_is_kept_with_stage_and_reason() {
    let db = database::fresh().await;
    let source = sample::declare(db.store(), "rex").await.unwrap();
    let mut record = sample::listing(&source, 0, 0);
    record.crawl.outcome = CrawlOutcome::Failed { stage: "fetch".to_owned(), reason: "connection refused".to_owned() };
    record.crawl.plugin = None;
    record.crawl.window = Some(marquee_model::Window { from: TODAY, to: None });
    record.pages.clear();
    let expected = record.crawl.clone();
    db.store().record(record).await.unwrap();

    let stored = db.store().crawl(expected.id).await.unwrap().unwrap();
    assert_eq!(stored.crawl, expected);
    assert!(stored.pages.is_empty());
}
