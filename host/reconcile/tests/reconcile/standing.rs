//! Words on the page: stronger than absence, and immediate.

use marquee_model::{Event, Status};
use marquee_reconcile::{HeldReason, KnownDecision, SeenDecision};

use crate::harness::{House, With, day, decision, noon, of_known, season, show, without};

fn cinder(change: impl Fn(Event) -> Event) -> Vec<Event> {
    season().into_iter().map(|event| if event.title == "Cinder" { change(event) } else { event }).collect()
}

#[test]
fn a_word_on_the_page_is_immediate_even_in_a_crawl_that_is_not_complete() {
    let mut house = House::with(&season());
    let id = house.id("Cinder");
    let mut context = house.context();
    context.outcome = marquee_model::CrawlOutcome::Partial { reason: "page 3 is missing".into() };
    house.crawl_as(&cinder(|event| event.status(Status::Cancelled)), &context);
    let standing = &house.by_id(id).standing;
    assert_eq!((standing.status, standing.presumed), (Status::Cancelled, false));
    assert_eq!(standing.evidence, "the page says cancelled");
}

#[test]
fn a_cancelled_event_that_is_dropped_stays_cancelled_by_the_word() {
    let mut house = House::with(&season());
    let id = house.id("Cinder");
    house.crawl(&cinder(|event| event.status(Status::Cancelled)));
    let plan = house.crawl(&without(&season(), "Cinder"));
    assert_eq!(of_known(&plan, id), Some(&KnownDecision::Held { reason: HeldReason::Settled }));
    house.days(4, &without(&season(), "Cinder"));
    assert!(!house.by_id(id).standing.presumed);
}

#[test]
fn a_cancelled_event_that_is_listed_as_scheduled_is_reinstated() {
    let mut house = House::with(&season());
    let id = house.id("Cinder");
    house.crawl(&cinder(|event| event.status(Status::Cancelled)));
    house.crawl(&season());
    let standing = &house.by_id(id).standing;
    assert_eq!(standing.status, Status::Scheduled);
    assert_eq!(standing.evidence, "the page lists it as scheduled; it was cancelled");
}

#[test]
fn a_word_that_only_a_new_plugin_no_longer_reads_is_kept() {
    let mut house = House::with(&season());
    let id = house.id("Cinder");
    house.crawl(&cinder(|event| event.status(Status::Cancelled)));
    let mut context = house.context();
    context.plugin_changed = true;
    let plan = house.crawl_as(&season(), &context);
    assert_eq!(house.by_id(id).standing.status, Status::Cancelled, "{plan}");
    let SeenDecision::Change { held, .. } = decision(&plan, 2) else { panic!("{plan}") };
    assert_eq!(held[0].reason, HeldReason::PluginChanged);
}

#[test]
fn a_postponed_event_waits_beyond_its_old_day_and_keeps_its_id_on_its_new_one() {
    let mut house = House::with(&season());
    let id = house.id("Cinder");
    house.crawl(&cinder(|event| event.status(Status::Postponed)));
    let plan = house.crawl(&without(&season(), "Cinder"));
    assert_eq!(of_known(&plan, id), Some(&KnownDecision::Held { reason: HeldReason::Waiting }));
    house.now = noon("2026-05-01");
    let plan = house.crawl(&[show("Cinder", "2026-10-02", "20:00"), show("Orrery", "2026-05-09", "20:00")]);
    assert_eq!(house.id("Cinder"), id, "{plan}");
    assert_eq!(house.by_id(id).standing.status, Status::Rescheduled);
    assert_eq!(house.by_id(id).earlier_starts[0].date, day("2026-03-14"));
}

#[test]
fn a_page_may_correct_tonight_and_not_last_night() {
    let tonight = cinder(|event| event.status(Status::Cancelled));
    let mut house = House::with(&season());
    let id = house.id("Cinder");
    house.now = noon("2026-03-14");
    house.crawl(&tonight);
    assert_eq!(house.by_id(id).standing.status, Status::Cancelled);
    let mut house = House::with(&season());
    house.now = noon("2026-03-15");
    let plan = house.crawl(&tonight);
    assert_eq!(house.by_id(id).standing.status, Status::Scheduled);
    assert_eq!(*decision(&plan, 2), SeenDecision::Held { id: Some(id), reason: HeldReason::Past });
}

#[test]
fn a_festival_that_is_on_is_not_over_until_its_last_day_is() {
    let mut festival = show("Three Days of Brass", "2026-03-10", "14:00");
    festival.end = Some(crate::harness::at(day("2026-03-12"), None));
    let mut house = House::with(&[festival.clone()]);
    house.now = noon("2026-03-11");
    festival.room = Some("Garden".to_owned());
    house.crawl(&[festival.clone()]);
    assert_eq!(house.known[0].event.room.as_deref(), Some("Garden"));
    house.now = noon("2026-03-13");
    festival.room = Some("Hall".to_owned());
    house.crawl(&[festival]);
    assert_eq!(house.known[0].event.room.as_deref(), Some("Garden"));
}

#[test]
fn a_listing_that_keeps_what_is_over_is_an_archive_and_its_events_are_recorded_once() {
    let mut house = House::new();
    let mut page = season();
    page.push(show("Last month", "2026-02-10", "20:00"));
    house.crawl(&page);
    assert_eq!(house.known.len(), 13);
    assert!(house.crawl(&page).is_quiet());
    house.settings.record_past = false;
    page.push(show("Longer ago", "2026-01-10", "20:00"));
    assert_eq!(*decision(&house.crawl(&page), 13), SeenDecision::Held { id: None, reason: HeldReason::Past });
}
