//! Truth over time, in the database: ids for life, absence, several sources, persons' decisions, history and the feed of changes.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::collections::BTreeMap;

use chrono::{DateTime, Days, TimeDelta, Utc};
use marquee_model::{CrawlOutcome, Event, EventId, Performer, Role, Source, Status};
use marquee_reconcile::{Decider, Decision, EventField, Recorded as State, replay};
use marquee_store::{
    ChangeKind, CrawlRecord, EventQuery, Intervention, QuestionKind, QuestionQuery, Recorded, Store, StoreError,
    StoredEvent,
};
use marquee_tests::{
    database,
    sample::{self, TODAY, instant},
};
use serde_json::json;
use sqlx::{Connection, PgConnection};

/// A crawl so many days after the first, of a listing with these events ahead.
fn on_day(source: &Source, day: u64, events: impl Fn(&marquee_model::Crawl) -> Vec<Event>) -> CrawlRecord {
    let crawl = sample::crawl(source, i64::try_from(day).unwrap() * 24 * 60);
    let events = events(&crawl);
    let mut record = sample::record(crawl, source, events);
    record.circumstances.today = TODAY + Days::new(day);
    record
}

/// Twelve shows, from ten days ahead on, without those that are named.
fn listing(source: &Source, day: u64, without: &[u64]) -> CrawlRecord {
    on_day(source, day, |crawl| {
        (10..22).filter(|n| !without.contains(n)).map(|n| sample::event(crawl, source, &format!("e{n}"), n)).collect()
    })
}

fn retitled(mut record: CrawlRecord, title: &str, act: &str) -> CrawlRecord {
    for event in &mut record.events {
        event.title = title.to_owned();
        event.performers = vec![Performer { name: act.to_owned(), role: Role::Headliner, billing: 1 }];
    }
    record
}

async fn list(store: &Store) -> Vec<StoredEvent> {
    store.events(&EventQuery { limit: 200, ..EventQuery::default() }).await.unwrap().items
}

async fn read(store: &Store, id: EventId) -> StoredEvent {
    store.event(id).await.unwrap().unwrap().event
}

fn by_person(minutes: i64, reason: &str) -> Decision {
    Decision { by: Decider::Person("Ada".to_owned()), at: instant(minutes), reason: reason.to_owned() }
}

/// Rows of `events` with the transaction that wrote them.
async fn versions(url: &str) -> BTreeMap<String, String> {
    let mut connection = PgConnection::connect(url).await.unwrap();
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT id::text, xmin::text FROM events").fetch_all(&mut connection).await.unwrap();
    rows.into_iter().collect()
}

async fn record(store: &Store, record: CrawlRecord) -> Recorded {
    store.record(record).await.unwrap()
}

#[tokio::test]
async fn an_event_that_vanishes_is_missing_then_presumed_cancelled_and_scheduled_again_when_it_returns() {
    let db = database::fresh().await;
    let store = db.store();
    let source = sample::declare(store, "rex").await.unwrap();
    let first = record(store, listing(&source, 0, &[])).await;
    let gone = first.events[5];

    let second = record(store, listing(&source, 1, &[15])).await;
    assert_eq!((second.plan.missing, second.plan.presumed), (1, 0));
    let event = read(store, gone).await;
    assert_eq!((event.status, event.lifecycle.missing_since), (Status::Scheduled, Some(instant(24 * 60))));

    record(store, listing(&source, 2, &[15])).await;
    let fourth = record(store, listing(&source, 3, &[15])).await;
    assert_eq!(fourth.plan.presumed, 1, "absent from three crawls over two days");
    let event = read(store, gone).await;
    assert_eq!((event.status, event.lifecycle.presumed), (Status::Cancelled, true));
    assert!(event.lifecycle.evidence.contains("3 "), "{}", event.lifecycle.evidence);

    record(store, listing(&source, 4, &[])).await;
    let event = read(store, gone).await;
    assert_eq!(
        (event.status, event.lifecycle.presumed, event.lifecycle.missing_since),
        (Status::Scheduled, false, None)
    );
    assert_eq!(list(store).await.len(), 12, "nothing was lost or doubled");
}

#[tokio::test]
async fn a_word_on_the_page_counts_at_once_and_says_that_it_is_one() {
    let db = database::fresh().await;
    let store = db.store();
    let source = sample::declare(store, "rex").await.unwrap();
    let first = record(store, listing(&source, 0, &[])).await;
    let mut said = listing(&source, 1, &[]);
    said.events[3].status = Status::Cancelled;
    record(store, said).await;
    let event = read(store, first.events[3]).await;
    assert_eq!((event.status, event.lifecycle.presumed), (Status::Cancelled, false));
    assert_eq!(event.lifecycle.status_since, instant(24 * 60));
}

#[tokio::test]
async fn an_id_survives_another_title_day_and_key() {
    let db = database::fresh().await;
    let store = db.store();
    let source = sample::declare(store, "rex").await.unwrap();
    let first = record(store, listing(&source, 0, &[])).await;
    let id = first.events[4];

    let mut again = listing(&source, 1, &[]);
    again.events[4].title = "Show e14, an evening with friends".to_owned();
    record(store, again).await;
    let mut moved = listing(&source, 2, &[]);
    moved.events[4].start = sample::time(TODAY + Days::new(30), Some(21));
    moved.events[4].doors = None;
    record(store, moved).await;
    let mut rekeyed = listing(&source, 3, &[]);
    rekeyed.events[4].start = sample::time(TODAY + Days::new(30), Some(21));
    rekeyed.events[4].doors = None;
    rekeyed.events[4].key = Some("another".to_owned());
    rekeyed.events[4].identity = "key:another".to_owned();
    let last = record(store, rekeyed).await;

    assert_eq!(last.events[4], id);
    let event = read(store, id).await;
    assert_eq!(event.start.date, TODAY + Days::new(30));
    assert_eq!(
        event.lifecycle.earlier_starts.iter().map(|start| start.date).collect::<Vec<_>>(),
        [TODAY + Days::new(14)]
    );
    assert_eq!(list(store).await.len(), 12);
}

#[tokio::test]
async fn a_page_of_another_venue_is_not_believed_and_the_crawl_says_so() {
    let db = database::fresh().await;
    let store = db.store();
    let source = sample::declare(store, "rex").await.unwrap();
    record(store, listing(&source, 0, &[])).await;
    let before = versions(db.url()).await;
    let strange =
        on_day(&source, 1, |crawl| (40..52).map(|n| sample::event(crawl, &source, &format!("x{n}"), n)).collect());
    let strange = retitled(strange, "Cheese Market", "Nobody");
    let id = strange.crawl.id;
    let recorded = record(store, strange).await;
    assert!(recorded.plan.hold.is_some() && recorded.events.is_empty(), "{:?}", recorded.plan);
    assert_eq!(versions(db.url()).await, before);
    let crawl = store.crawl(id).await.unwrap().unwrap().crawl;
    assert!(crawl.diagnostics.iter().any(|remark| remark.code == "held"), "{:?}", crawl.diagnostics);
}

async fn two_sources(store: &Store) -> (Source, Source) {
    let rex = sample::declare(store, "rex").await.unwrap();
    let city = Source {
        slug: sample::parse("city"),
        url: sample::parse("https://city.example/rex"),
        trust: 50,
        id: marquee_model::SourceId::new(instant(1)),
        ..rex.clone()
    };
    let site = store.sites().await.unwrap().pop().unwrap().site;
    let venue = store.venue(rex.venue).await.unwrap().unwrap().venue;
    let synced = store.sync_sources(&[site], &[venue], &[city]).await.unwrap();
    (rex, synced.sources.into_iter().next().unwrap())
}

#[tokio::test]
async fn what_two_sources_list_is_one_event_whose_fields_come_from_the_better_one() {
    let db = database::fresh().await;
    let store = db.store();
    let (rex, city) = two_sources(store).await;
    let first = record(store, listing(&rex, 0, &[])).await;
    let mut calendar = listing(&city, 0, &[12, 13]);
    for event in &mut calendar.events {
        event.identity = format!("city-{}", event.identity);
        event.key = None;
        event.doors = None;
        event.event_url = None;
        event.description = Some("As the calendar of the city has it.".to_owned());
        event.start = sample::time(event.start.date, Some(20));
    }
    calendar.circumstances.at += TimeDelta::minutes(1);
    record(store, calendar).await;

    let events = list(store).await;
    assert_eq!(events.len(), 12, "{:#?}", events.iter().map(|e| (&e.title, e.start.date)).collect::<Vec<_>>());
    let event = read(store, first.events[0]).await;
    assert_eq!(event.lifecycle.records, 2);
    assert_eq!(event.description.as_deref(), Some("As the calendar of the city has it."));
    assert!(event.doors.is_some(), "the house told it");
    let detail = store.event(first.events[0]).await.unwrap().unwrap();
    assert_eq!(detail.sightings.len(), 2, "both sources stand behind it");

    // The calendar drops it: the house still lists it, so nothing is missing.
    record(store, listing(&rex, 1, &[])).await;
    assert_eq!(read(store, first.events[0]).await.lifecycle.missing_since, None);
}

#[tokio::test]
async fn what_one_source_lists_no_longer_moves_with_the_other_that_still_does() {
    let db = database::fresh().await;
    let store = db.store();
    let (rex, city) = two_sources(store).await;
    let first = record(store, listing(&rex, 0, &[])).await;
    let calendar = |day, moved: bool| {
        let mut calendar = listing(&city, day, &[]);
        for event in &mut calendar.events {
            (event.key, event.identity) = (None, format!("city-{}", event.identity));
        }
        if let Some(event) = calendar.events.get_mut(5).filter(|_| moved) {
            event.start = sample::time(TODAY + Days::new(40), Some(20));
            (event.doors, event.end) = (None, None);
        }
        calendar.circumstances.at += TimeDelta::minutes(1);
        calendar
    };
    record(store, calendar(0, false)).await;
    record(store, listing(&rex, 1, &[15])).await;
    record(store, calendar(1, true)).await;
    let event = read(store, first.events[5]).await;
    assert_eq!((event.start.date, event.lifecycle.records), (TODAY + Days::new(40), 2), "{event:#?}");
    assert_eq!(list(store).await.len(), 12, "nobody goes to the old night");
}

#[tokio::test]
async fn sources_that_contradict_each_other_leave_a_question_that_settles_itself() {
    let db = database::fresh().await;
    let store = db.store();
    let (rex, city) = two_sources(store).await;
    let first = record(store, listing(&rex, 0, &[])).await;
    let calendar = |day, hour| {
        let mut calendar = listing(&city, day, &[]);
        for event in &mut calendar.events {
            (event.key, event.identity) = (None, format!("city-{}", event.identity));
            event.doors = None;
        }
        calendar.circumstances.at += TimeDelta::minutes(1);
        calendar.events[0].doors = Some(sample::time(calendar.events[0].start.date, Some(hour)));
        calendar
    };
    record(store, calendar(0, 18)).await;
    let open = store.questions(&QuestionQuery::default()).await.unwrap().items;
    assert_eq!(
        open.iter().map(|q| (q.kind, q.event, q.field)).collect::<Vec<_>>(),
        [(QuestionKind::Conflict, first.events[0], Some(EventField::Doors))]
    );
    record(store, calendar(1, 19)).await;
    assert!(store.questions(&QuestionQuery::default()).await.unwrap().items.is_empty());
}

#[tokio::test]
async fn a_merge_answers_under_both_ids_and_a_split_restores_both_for_good() {
    let db = database::fresh().await;
    let store = db.store();
    let source = sample::declare(store, "rex").await.unwrap();
    let first = record(store, listing(&source, 0, &[])).await;
    let (into, from) = (first.events[0], first.events[1]);
    let before = (read(store, into).await, read(store, from).await);

    let merge = Intervention::Merge { from, into };
    store.intervene(&merge, &by_person(60, "one show, listed twice")).await.unwrap();
    assert_eq!(read(store, from).await.id, into, "the old id answers");
    assert_eq!(store.answering(from).await.unwrap(), Some(into));
    assert_eq!(list(store).await.len(), 11);
    record(store, listing(&source, 1, &[])).await;
    assert_eq!(list(store).await.len(), 11, "a crawl does not undo it");

    let split = Intervention::Split { event: from };
    store.intervene(&split, &by_person(2000, "no, two shows")).await.unwrap();
    let after = (read(store, into).await, read(store, from).await);
    assert_eq!((&after.0.title, &after.0.start), (&before.0.title, &before.0.start));
    assert_eq!((after.1.id, &after.1.title, &after.1.start), (from, &before.1.title, &before.1.start));
    record(store, listing(&source, 2, &[])).await;
    assert_eq!(list(store).await.len(), 12);

    let again = store.intervene(&split, &by_person(3000, "again")).await.unwrap_err();
    assert!(matches!(again, StoreError::Undecidable { .. }), "{again}");
}

#[tokio::test]
async fn a_correction_holds_against_the_page_warns_once_and_gives_way_when_it_is_withdrawn() {
    let db = database::fresh().await;
    let store = db.store();
    let source = sample::declare(store, "rex").await.unwrap();
    let first = record(store, listing(&source, 0, &[])).await;
    let id = first.events[2];
    let correct = Intervention::Correct { event: id, field: EventField::Title, value: json!("The Real Name") };
    store.intervene(&correct, &by_person(60, "the page has a typing error")).await.unwrap();
    let event = read(store, id).await;
    assert_eq!(
        (event.title.as_str(), event.lifecycle.corrected.as_slice()),
        ("The Real Name", &[EventField::Title][..])
    );

    let moved_on = |day| {
        let mut record = listing(&source, day, &[]);
        record.events[2].title = "Show e12, new and improved".to_owned();
        record
    };
    record(store, moved_on(1)).await;
    record(store, moved_on(2)).await;
    assert_eq!(read(store, id).await.title, "The Real Name");
    let open = store.questions(&QuestionQuery::default()).await.unwrap().items;
    assert_eq!(open.iter().map(|q| q.kind).collect::<Vec<_>>(), [QuestionKind::Correction]);

    let withdraw = Intervention::Withdraw { event: id, field: EventField::Title };
    store.intervene(&withdraw, &by_person(4000, "the page is right now")).await.unwrap();
    let event = read(store, id).await;
    assert_eq!((event.title.as_str(), event.lifecycle.corrected.len()), ("Show e12, new and improved", 0));
    assert!(store.questions(&QuestionQuery::default()).await.unwrap().items.is_empty());

    let wrong = Intervention::Correct { event: id, field: EventField::Start, value: json!("tomorrow") };
    let refused = store.intervene(&wrong, &by_person(5000, "x")).await.unwrap_err();
    assert!(refused.to_string().contains("start"), "{refused}");
}

#[tokio::test]
async fn a_hidden_event_leaves_every_list_and_the_feed_tells_of_it() {
    let db = database::fresh().await;
    let store = db.store();
    let source = sample::declare(store, "rex").await.unwrap();
    let first = record(store, listing(&source, 0, &[])).await;
    let id = first.events[0];
    store.intervene(&Intervention::Hide { event: id }, &by_person(60, "a private party")).await.unwrap();
    assert_eq!(list(store).await.len(), 11);
    store.intervene(&Intervention::Show { event: id }, &by_person(70, "open to all after all")).await.unwrap();
    assert_eq!(list(store).await.len(), 12);
    let kinds: Vec<_> = store.changes(12, 50).await.unwrap().changes.iter().map(|c| (c.event, c.kind)).collect();
    assert_eq!(kinds, [(id, ChangeKind::Removed), (id, ChangeKind::Returned)]);
}

#[tokio::test]
async fn history_replayed_gives_the_present() {
    let db = database::fresh().await;
    let store = db.store();
    let source = sample::declare(store, "rex").await.unwrap();
    record(store, listing(&source, 0, &[])).await;
    let mut second = listing(&source, 1, &[15]);
    second.events[0].title = "Show e10 (new)".to_owned();
    second.events[1].status = Status::SoldOut;
    record(store, second).await;
    record(store, listing(&source, 2, &[15])).await;
    record(store, listing(&source, 3, &[15])).await;
    let known = store.known(source.id, TODAY + Days::new(3)).await.unwrap();
    for known in &known {
        let history = store.event_history(known.id, 0, 200).await.unwrap().items;
        let changes: Vec<_> = history.iter().map(|entry| &entry.change).collect();
        let mut told = replay(changes).unwrap();
        assert_eq!(told.remove(&known.id), Some(State::of(known)));
    }
}

#[tokio::test]
async fn numbers_have_no_gaps_though_crawls_and_persons_write_at_the_same_time() {
    let db = database::fresh().await;
    let store = db.store();
    let mut sources = Vec::new();
    for slug in ["rex", "cafe", "attic", "cellar"] {
        sources.push(sample::declare(store, slug).await.unwrap());
    }
    let writers = sources.iter().map(|source| async move {
        let first = record(store, listing(source, 0, &[])).await;
        for day in 1..4 {
            let mut next = listing(source, day, &[]);
            next.events[usize::try_from(day).unwrap()].title = format!("Show of day {day}");
            record(store, next).await;
            let hide = Intervention::Hide { event: first.events[8] };
            let show = Intervention::Show { event: first.events[8] };
            let minutes = i64::try_from(day).unwrap() * 1440 + 5;
            store.intervene(&hide, &by_person(minutes, "hide")).await.unwrap();
            store.intervene(&show, &by_person(minutes + 1, "show")).await.unwrap();
        }
    });
    futures::future::join_all(writers).await;
    let mut connection = PgConnection::connect(db.url()).await.unwrap();
    for table in ["changes", "event_history"] {
        let (count, last): (i64, i64) =
            sqlx::query_as(sqlx::AssertSqlSafe(format!("SELECT count(*), max(number) FROM {table}")))
                .fetch_one(&mut connection)
                .await
                .unwrap();
        assert_eq!(count, last, "{table}");
        assert!(count > 4 * 12, "{table}");
    }
}

#[tokio::test]
async fn crawls_that_change_nothing_leave_no_trace_in_history() {
    let db = database::fresh().await;
    let store = db.store();
    let source = sample::declare(store, "rex").await.unwrap();
    record(store, listing(&source, 0, &[])).await;
    let before = (versions(db.url()).await, store.changes(0, 1).await.unwrap().last);
    for day in 1..5 {
        record(store, listing(&source, day, &[])).await;
    }
    assert_eq!((versions(db.url()).await, store.changes(0, 1).await.unwrap().last), before);
    let known = store.known(source.id, TODAY).await.unwrap();
    let seen: DateTime<Utc> = instant(4 * 24 * 60);
    assert!(known.iter().all(|known| known.last_seen == seen), "when it was last seen is known nevertheless");
}

#[tokio::test]
async fn an_incomplete_crawl_makes_nothing_missing() {
    let db = database::fresh().await;
    let store = db.store();
    let source = sample::declare(store, "rex").await.unwrap();
    let first = record(store, listing(&source, 0, &[])).await;
    for day in 1..5 {
        let mut partial = listing(&source, day, &[15]);
        partial.crawl.outcome = CrawlOutcome::Partial { reason: "one page of three is missing".to_owned() };
        record(store, partial).await;
    }
    let event = read(store, first.events[5]).await;
    assert_eq!((event.status, event.lifecycle.missing_since), (Status::Scheduled, None));
    assert_eq!(event.lifecycle.status_since, instant(0) + TimeDelta::zero());
}

#[tokio::test]
async fn events_of_before_this_was_kept_are_records_with_a_history_after_the_migration() {
    let db = database::fresh().await;
    let store = db.store();
    let source = sample::declare(store, "rex").await.unwrap();
    let mut rich = listing(&source, 0, &[]);
    let event = &mut rich.events[0];
    event.price = Some(marquee_model::Price {
        kind: marquee_model::PriceKind::Range,
        min: Some(sample::parse::<marquee_model::Money>("12.5")),
        max: Some(sample::parse::<marquee_model::Money>("20")),
        currency: Some(sample::parse("CAD")),
    });
    event.age = Some(marquee_model::AgeRestriction::Minimum(19));
    event.end = Some(sample::time(event.start.date, Some(23)));
    event.room = Some("Back Room".to_owned());
    rich.events[1].age = Some(marquee_model::AgeRestriction::AllAges);
    rich.events[2].start = sample::time(rich.events[2].start.date, None);
    let first = record(store, rich.clone()).await;
    let before = store.known(source.id, TODAY).await.unwrap();

    store.migrate_down(12).await.unwrap();
    store.migrate().await.unwrap();

    let after = store.known(source.id, TODAY).await.unwrap();
    assert_eq!(after.len(), before.len());
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(before.event, after.event);
        assert_eq!((&before.identities, &before.keys), (&after.identities, &after.keys));
        let history = store.event_history(after.id, 0, 10).await.unwrap().items;
        let changes: Vec<_> = history.iter().map(|entry| &entry.change).collect();
        assert_eq!(replay(changes).unwrap().remove(&after.id), Some(State::of(after)));
    }
    rich.crawl = sample::crawl(&source, 60);
    let again = record(store, rich).await;
    assert_eq!((again.tally.unchanged, again.events), (12, first.events), "the next crawl knows them all");
}
