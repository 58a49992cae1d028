//! Absence: when it counts, what it leads to, and that it never says more than it knows.

use chrono::TimeDelta;
use marquee_model::{CrawlOutcome, Event, Status, Window};
use marquee_reconcile::{Context, HeldReason, KnownDecision, Vanished, plan};

use crate::harness::{House, With, at, day, noon, of_known, season, show, without};

fn held(reason: HeldReason) -> Option<KnownDecision> {
    Some(KnownDecision::Held { reason })
}

#[test]
fn an_absent_event_is_missing_first_and_presumed_cancelled_after_crawls_and_hours() {
    let mut house = House::with(&season());
    let id = house.id("Cinder");
    let page = without(&season(), "Cinder");
    let first = house.crawl(&page);
    assert!(matches!(of_known(&first, id), Some(KnownDecision::Missing { missing }) if missing.times == 1), "{first}");
    assert_eq!(house.by_id(id).standing.status, Status::Scheduled);
    // Eight more crawls make 48 hours; three alone do not suffice.
    for times in 2..9 {
        let plan = house.crawl(&page);
        assert!(matches!(of_known(&plan, id), Some(KnownDecision::Missing { missing }) if missing.times == times));
    }
    let last = house.crawl(&page);
    assert!(matches!(of_known(&last, id), Some(KnownDecision::PresumeCancelled { .. })), "{last}");
    let standing = &house.by_id(id).standing;
    assert!(standing.presumed && standing.status == Status::Cancelled);
    assert!(standing.evidence.contains("9 complete crawls in a row"), "{}", standing.evidence);
    let after = house.crawl(&page);
    assert_eq!(of_known(&after, id).cloned(), held(HeldReason::Settled));
    assert!(after.is_quiet());
}

#[test]
fn hours_without_crawls_presume_nothing() {
    let mut house = House::with(&season());
    let id = house.id("Cinder");
    let page = without(&season(), "Cinder");
    house.crawl(&page);
    house.now += TimeDelta::hours(90);
    let plan = house.crawl(&page);
    assert!(matches!(of_known(&plan, id), Some(KnownDecision::Missing { missing }) if missing.times == 2), "{plan}");
}

#[test]
fn an_event_that_is_listed_again_is_scheduled_again() {
    let mut house = House::with(&season());
    let id = house.id("Cinder");
    house.days(3, &without(&season(), "Cinder"));
    assert!(house.by_id(id).standing.presumed);
    let plan = house.crawl(&season());
    assert!(matches!(of_known(&plan, id), Some(KnownDecision::Reappeared { .. })), "{plan}");
    let cinder = house.by_id(id);
    assert_eq!((cinder.standing.status, cinder.standing.presumed), (Status::Scheduled, false));
    assert_eq!(cinder.missing, None);
}

/// What becomes of "Cinder", absent under these circumstances.
fn absent_as(change: impl Fn(&mut Context), page: &[Event]) -> Option<KnownDecision> {
    let mut house = House::with(&season());
    let id = house.id("Cinder");
    let mut context = house.context();
    change(&mut context);
    let plan = house.crawl_as(page, &context);
    of_known(&plan, id).cloned()
}

#[test]
fn absence_from_a_crawl_that_did_not_read_everything_does_not_count() {
    let page = without(&season(), "Cinder");
    let partial =
        |context: &mut Context| context.outcome = CrawlOutcome::Partial { reason: "page 2 of 3 timed out".into() };
    assert_eq!(absent_as(partial, &page), held(HeldReason::Outcome));
    let failed = |context: &mut Context| {
        context.outcome = CrawlOutcome::Failed { stage: "fetch".into(), reason: "503".into() };
    };
    assert_eq!(absent_as(failed, &[]), held(HeldReason::Outcome));
    let no_list = |context: &mut Context| context.outcome = CrawlOutcome::NotAListing { reason: "a riddle".into() };
    assert_eq!(absent_as(no_list, &[]), held(HeldReason::Outcome));
    assert_eq!(absent_as(|context| context.suspect = true, &page), held(HeldReason::Suspect));
    assert!(matches!(absent_as(|_| (), &page), Some(KnownDecision::Missing { .. })));
}

#[test]
fn absence_outside_the_window_of_the_pages_does_not_count() {
    let page = without(&season(), "Cinder");
    let window = |from: &str, to: &str| Some(Window { from: day(from), to: Some(day(to)) });
    assert_eq!(absent_as(|c| c.window = window("2026-03-01", "2026-03-13"), &page), held(HeldReason::OutsideWindow));
    assert_eq!(absent_as(|c| c.window = window("2026-03-15", "2026-04-30"), &page), held(HeldReason::OutsideWindow));
    let inside = absent_as(|c| c.window = window("2026-03-01", "2026-03-14"), &page);
    assert!(matches!(inside, Some(KnownDecision::Missing { .. })));
}

#[test]
fn the_last_event_of_a_full_listing_may_have_fallen_off_its_end() {
    let mut house = House::with(&season());
    let id = house.id("Lumen");
    // Another show was squeezed in: the listing is as long as ever.
    let mut page = without(&season(), "Lumen");
    page.push(show("Mariner", "2026-03-11", "20:00"));
    let plan = house.crawl(&page);
    assert_eq!(of_known(&plan, id).cloned(), held(HeldReason::OutsideWindow), "{plan}");
    // Now it is shorter than it was, so there was room.
    let plan = house.crawl(&without(&page, "Mariner"));
    assert!(matches!(of_known(&plan, id), Some(KnownDecision::Missing { .. })), "{plan}");
}

#[test]
fn what_begins_within_hours_is_not_missed_and_what_is_on_tonight_is() {
    // It begins at eight in the evening.
    let absent = |hours: i64| {
        let mut house = House::with(&season());
        let id = house.id("Aldous");
        house.now = noon("2026-03-10") + TimeDelta::hours(hours);
        let plan = house.crawl(&without(&season(), "Aldous"));
        of_known(&plan, id).cloned()
    };
    assert_eq!(absent(1), held(HeldReason::Begun));
    assert_eq!(absent(9), held(HeldReason::Begun));
    assert!(matches!(absent(-1), Some(KnownDecision::Missing { .. })));
    // Where no hour is known it may begin at any.
    let mut page = season();
    page[0].start = at(page[0].start.date, None);
    let mut house = House::with(&page);
    let id = house.id("Aldous");
    house.now = noon("2026-03-10") - TimeDelta::hours(9);
    let plan = house.crawl(&without(&page, "Aldous"));
    assert_eq!(of_known(&plan, id).cloned(), held(HeldReason::Begun), "{plan}");
}

#[test]
fn too_much_at_once_is_not_missed_until_it_has_lasted_a_week() {
    let mut house = House::with(&season());
    let third: Vec<Event> =
        season().into_iter().filter(|event| event.title.as_str() < "Ember" || event.title.as_str() > "Hz").collect();
    let mut page = third.clone();
    let id = house.id("Ember");
    house.now = noon("2026-03-02");
    let plan = house.crawl(&page);
    assert_eq!(of_known(&plan, id).cloned(), held(HeldReason::TooMuchAtOnce), "{plan}");
    assert!(plan.vanished.is_none());
    house.days(5, &page);
    assert_eq!(house.by_id(id).missing, None);
    page = third;
    house.days(3, &page);
    assert!(house.by_id(id).missing.is_some());
}

#[test]
fn a_page_that_shows_everything_again_leaves_no_doubt() {
    let mut house = House::with(&season());
    house.crawl(&season()[..6]);
    house.crawl(&season());
    assert!(house.known.iter().all(|known| known.doubt.is_none() && known.missing.is_none()));
}

#[test]
fn what_came_all_at_once_and_goes_all_at_once_soon_was_another_page() {
    let empty = |house: &House| Context {
        outcome: CrawlOutcome::Empty { evidence: "Closed until September".into() },
        ..house.context()
    };
    // A house that is closed: all that is known of it is over.
    let mut house = House::with(&[show("Overture", "2026-03-02", "20:00")]);
    house.now = noon("2026-03-03");
    house.crawl(&season());
    let id = house.id("Cinder");
    for _ in 0..9 {
        let context = empty(&house);
        house.crawl_as(&[], &context);
    }
    assert!(house.by_id(id).standing.presumed);
    // A source of which nothing was known before has no former self to which its page could have come back.
    let mut house = House::with(&season());
    let id = house.id("Cinder");
    let context = empty(&house);
    assert_eq!(of_known(&house.crawl_as(&[], &context), id).cloned(), held(HeldReason::TooMuchAtOnce));
}

#[test]
fn a_listing_that_is_always_as_long_misses_an_event_and_presumes_nothing_of_it() {
    // Twelve of many: whatever goes, another comes in at the end.
    let mut house = House::with(&season());
    let id = house.id("Cinder");
    let mut page = without(&season(), "Cinder");
    page.push(show("Mariner", "2026-04-02", "20:00"));
    house.days(5, &page);
    assert!(house.by_id(id).missing.is_some());
    assert_eq!(house.by_id(id).standing.status, Status::Scheduled, "it may have moved beyond the end");
    let plan = house.crawl(&page);
    assert_eq!(of_known(&plan, id).cloned(), held(HeldReason::FullListing), "{plan}");
    // Shorter than it was: there was room for it.
    house.crawl(&without(&page, "Mariner"));
    assert!(house.by_id(id).standing.presumed);
}

#[test]
fn a_first_telling_with_a_wrong_year_is_taken_back_and_a_later_one_is_not_believed() {
    let mut page = season();
    page[2] = show("Cinder", "2027-03-14", "20:00").key("c");
    let mut house = House::with(&page);
    let id = house.id("Cinder");
    page[2] = show("Cinder", "2026-03-14", "20:00").key("c");
    house.crawl(&page);
    assert_eq!(house.by_id(id).event.start.date, day("2026-03-14"));
    page[2] = show("Cinder", "2027-03-14", "20:00").key("c");
    house.crawl(&page);
    assert_eq!(house.by_id(id).event.start.date, day("2026-03-14"));
}

#[test]
fn a_page_that_lacks_too_much_brings_nothing_back() {
    let mut house = House::with(&season());
    let id = house.id("Cinder");
    let mut page = without(&season(), "Cinder");
    house.days(3, &page);
    assert!(house.by_id(id).standing.presumed);
    let new = |n: usize| show(&format!("Newcomer {n}"), &format!("2026-04-{:02}", 1 + n), "20:00");
    page.extend((0..9).map(new));
    house.crawl(&page);
    // A copy of the page of a month ago.
    let plan = house.crawl(&season());
    assert_eq!(of_known(&plan, id).cloned(), held(HeldReason::TooMuchAtOnce), "{plan}");
    assert!(house.by_id(id).standing.presumed);
    page.push(season()[2].clone());
    house.crawl(&page);
    assert!(!house.by_id(id).standing.presumed);
}

#[test]
fn what_lacked_too_much_still_does_when_it_is_planned_again_with_what_was_new_on_it() {
    let mut house = House::with(&season());
    let id = house.id("Cinder");
    house.days(3, &without(&season(), "Cinder"));
    let new = |n: usize| show(&format!("Newcomer {n}"), &format!("2026-04-{:02}", 1 + n % 28), "20:00");
    let page: Vec<Event> = season().into_iter().take(5).chain((0..40).map(new)).collect();
    let context = house.context();
    house.crawl_as(&page, &context);
    assert!(house.by_id(id).standing.presumed, "the page is doubted");
    let again = plan(&house.known, &page, &context);
    assert!(again.is_quiet(), "{again}");
}

#[test]
fn a_source_whose_listing_often_turns_over_may_lose_more_at_once() {
    let lost: Vec<Event> =
        season().into_iter().filter(|event| event.title.as_str() > "Ez").chain([season()[0].clone()]).collect();
    let mut calm = House::with(&season());
    calm.vanished = vec![Vanished { vanished: 0, known: 12, listed: 12 }; 30];
    let mut lively = House::with(&season());
    lively.vanished = vec![Vanished { vanished: 4, known: 12, listed: 12 }; 30];
    let id = calm.id("Cinder");
    assert_eq!(of_known(&calm.crawl(&lost), id).cloned(), held(HeldReason::TooMuchAtOnce));
    assert!(matches!(of_known(&lively.crawl(&lost), id), Some(KnownDecision::Missing { .. })));
}

#[test]
fn an_empty_listing_with_evidence_is_a_complete_one_and_still_not_believed_when_much_was_known() {
    let empty =
        |context: &mut Context| context.outcome = CrawlOutcome::Empty { evidence: "See you in September".into() };
    assert_eq!(absent_as(empty, &[]), held(HeldReason::TooMuchAtOnce));
    let mut house = House::with(&[season()[2].clone()]);
    let id = house.id("Cinder");
    let mut context = house.context();
    empty(&mut context);
    assert!(matches!(of_known(&house.crawl_as(&[], &context), id), Some(KnownDecision::Missing { .. })));
}

#[test]
fn a_sold_out_show_that_is_dropped_is_missing_and_never_presumed_cancelled() {
    let mut page = season();
    page[2] = page[2].clone().status(Status::SoldOut);
    let mut house = House::with(&page);
    let id = house.id("Cinder");
    house.days(5, &without(&season(), "Cinder"));
    assert_eq!(house.by_id(id).standing.status, Status::SoldOut);
    assert!(house.by_id(id).missing.is_some());
}

#[test]
fn a_sold_out_show_is_presumed_cancelled_where_the_source_goes_on_listing_what_is_sold_out() {
    let mut page = season();
    for place in [2, 5, 6, 7] {
        page[place] = page[place].clone().status(Status::SoldOut);
    }
    let mut house = House::with(&page);
    let id = house.id("Cinder");
    house.days(5, &without(&page, "Cinder"));
    let standing = &house.by_id(id).standing;
    assert_eq!((standing.status, standing.presumed), (Status::Cancelled, true));
    // One that dropped its sold-out shows before is not known to keep them.
    let mut house = House::with(&page);
    house.days(2, &without(&page, "Hollow"));
    let without_both = without(&without(&page, "Hollow"), "Cinder");
    house.days(5, &without_both);
    assert_eq!(house.by_id(id).standing.status, Status::SoldOut);
}

#[test]
fn a_sold_out_show_that_was_listed_again_for_a_day_is_presumed_cancelled_once_more() {
    let mut page = season();
    page[2] = page[2].clone().status(Status::SoldOut);
    let mut house = House::with(&page);
    let id = house.id("Cinder");
    house.days(4, &page);
    let dropped = without(&page, "Cinder");
    house.days(4, &dropped);
    assert!(house.by_id(id).standing.presumed);
    // A copy of an old page is no news of the house's habits.
    house.crawl(&page);
    assert_eq!((house.by_id(id).standing.status, house.by_id(id).standing.presumed), (Status::SoldOut, false));
    house.days(4, &dropped);
    let standing = &house.by_id(id).standing;
    assert_eq!((standing.status, standing.presumed), (Status::Cancelled, true));
    // What came back to be sold out is another matter: nothing is known yet of how long that is listed.
    house.crawl(&season());
    house.crawl(&page);
    house.days(4, &dropped);
    assert_eq!(house.by_id(id).standing.status, Status::SoldOut);
}

#[test]
fn what_is_over_is_neither_missing_nor_changed() {
    let mut house = House::with(&season());
    let id = house.id("Aldous");
    let before = house.by_id(id).clone();
    house.now = noon("2026-03-11");
    house.days(3, &without(&season(), "Aldous"));
    assert_eq!(*house.by_id(id), before);
    // The page still lists it, and tells it otherwise.
    let mut page = season();
    page[0].status = Status::Cancelled;
    page[0].title = "Aldous (recap)".to_owned();
    let plan = house.crawl(&page);
    assert_eq!(*house.by_id(id), before, "{plan}");
    assert_eq!(house.known.len(), 12, "{plan}");
}
