//! What persons decide holds, warns when the page moves on, and can be taken back.

use marquee_model::Status;
use marquee_reconcile::{
    EventField, HeldReason, KnownDecision, KnownEvent, ReconcileError, Recorded, Warning, answers_for, correct,
    decided_at, hide, merge, replay, split, withdraw,
};
use serde_json::json;

use crate::harness::{House, With, of_known, person, rule, season, show, without};

fn put(known: &mut [KnownEvent], event: KnownEvent) {
    let place = known.iter().position(|known| known.id == event.id).unwrap();
    known[place] = event;
}

fn corrected(field: EventField, value: serde_json::Value) -> House {
    let mut house = House::with(&season());
    let (event, _) = correct(house.of("Cinder"), field, value, &person("the band wrote to us")).unwrap();
    put(&mut house.known, event);
    house
}

#[test]
fn a_correction_is_shown_and_holds_against_every_crawl() {
    let mut house = corrected(EventField::Title, json!("CINDER (solo)"));
    let id = house.id("Cinder");
    let plan = house.crawl(&season());
    assert!(plan.is_quiet() && plan.warnings.is_empty(), "{plan}");
    assert_eq!(house.by_id(id).shown().title, "CINDER (solo)");
}

#[test]
fn a_page_that_moves_on_under_a_correction_is_warned_of_once_and_not_followed() {
    let mut house = corrected(EventField::Title, json!("CINDER (solo)"));
    let id = house.id("Cinder");
    let mut page = season();
    page[2] = show("Cinder trio", "2026-03-14", "20:00");
    let plan = house.crawl(&page);
    assert!(matches!(&plan.warnings[..], [Warning::CorrectionDiffers { page, .. }] if page == "Cinder trio"), "{plan}");
    assert_eq!(house.by_id(id).shown().title, "CINDER (solo)");
    assert!(house.crawl(&page).warnings.is_empty());
    let (event, _) = withdraw(house.by_id(id), EventField::Title, &person("they are three after all")).unwrap();
    assert_eq!(event.shown().title, "Cinder trio");
    put(&mut house.known, event);
    assert!(house.crawl(&page).is_quiet());
}

#[test]
fn a_page_that_comes_to_agree_with_a_person_is_not_warned_of() {
    let mut house = corrected(EventField::Title, json!("Cinder trio"));
    let mut page = season();
    page[2] = show("Cinder trio", "2026-03-14", "20:00");
    let plan = house.crawl(&page);
    assert!(plan.warnings.is_empty() && plan.tally().0 == 0, "{plan}");
}

#[test]
fn a_status_that_a_person_set_is_not_overruled_by_absence() {
    let mut house = corrected(EventField::Status, json!("scheduled"));
    let id = house.id("Cinder");
    let plan = house.crawl(&without(&season(), "Cinder"));
    assert_eq!(of_known(&plan, id), Some(&KnownDecision::Held { reason: HeldReason::Corrected }));
    house.days(4, &without(&season(), "Cinder"));
    assert_eq!(house.by_id(id).shown().status, Status::Scheduled);
}

#[test]
fn a_value_of_another_kind_is_no_correction() {
    let house = House::with(&season());
    let error = correct(house.of("Cinder"), EventField::Start, json!("tomorrow"), &person("x")).unwrap_err();
    assert!(matches!(error, ReconcileError::NotAValue { field: EventField::Start, .. }));
    let error = withdraw(house.of("Cinder"), EventField::Start, &person("x")).unwrap_err();
    assert!(error.to_string().contains("start of evt_"), "{error}");
}

#[test]
fn a_merged_id_answers_with_where_it_went_and_a_split_restores_both() {
    let house = House::with(&season());
    let (a, b, c) = (house.id("Aldous"), house.id("Brume"), house.id("Cinder"));
    let mut known = house.known.clone();
    let decided = merge(&known, a, b, &rule("one bill under two titles")).unwrap().0;
    put(&mut known, decided);
    let decided = merge(&known, b, c, &rule("again")).unwrap().0;
    put(&mut known, decided);
    assert_eq!(answers_for(&known, a), c);
    assert!(matches!(merge(&known, c, a, &person("a circle")), Err(ReconcileError::Itself { .. })));
    assert!(matches!(merge(&known, a, c, &person("twice")), Err(ReconcileError::MergedAlready { .. })));
    let decided = split(&known, b, &rule("no")).unwrap().0;
    put(&mut known, decided);
    let decided = split(&known, a, &rule("no")).unwrap().0;
    put(&mut known, decided);
    assert_eq!(known, house.known);
}

#[test]
fn what_a_person_decided_no_rule_undoes() {
    let house = House::with(&season());
    let (a, b) = (house.id("Aldous"), house.id("Brume"));
    let mut known = house.known;
    let decided = merge(&known, a, b, &person("I asked them")).unwrap().0;
    put(&mut known, decided);
    assert!(matches!(split(&known, a, &rule("unlike")), Err(ReconcileError::PersonDecided { .. })));
    let decided = split(&known, a, &person("I asked again")).unwrap().0;
    put(&mut known, decided);
    assert!(matches!(merge(&known, a, b, &rule("alike")), Err(ReconcileError::PersonDecided { .. })));
    assert!(matches!(merge(&known, b, a, &rule("alike")), Err(ReconcileError::PersonDecided { .. })));
    assert!(merge(&known, a, b, &person("after all")).is_ok());
}

#[test]
fn a_merged_event_is_not_missed_while_its_other_half_is_listed() {
    let mut house = House::with(&season());
    let (a, b) = (house.id("Cinder"), house.id("Dovetail"));
    let (event, _) = merge(&house.known, a, b, &person("one night")).unwrap();
    put(&mut house.known, event);
    for gone in ["Cinder", "Dovetail"] {
        let plan = house.crawl(&without(&season(), gone));
        let gone = house.id(gone);
        assert_eq!(of_known(&plan, gone), Some(&KnownDecision::Held { reason: HeldReason::Merged }), "{plan}");
    }
}

#[test]
fn a_correction_of_the_day_does_not_lose_the_event() {
    let start = serde_json::to_value(crate::harness::at(crate::harness::day("2026-03-20"), None)).unwrap();
    let mut house = corrected(EventField::Start, start);
    let id = house.id("Cinder");
    let mut page = season();
    page[2] = page[2].clone().room("Cellar");
    house.crawl(&page);
    let cinder = house.by_id(id);
    assert_eq!(
        (cinder.shown().start.date, cinder.event.room.as_deref()),
        (crate::harness::day("2026-03-20"), Some("Cellar"))
    );
}

#[test]
fn a_hidden_event_goes_on_being_reconciled_and_can_be_shown_again() {
    let mut house = House::with(&season());
    let (event, _) = hide(house.of("Cinder"), true, &person("a private party"));
    assert_eq!(decided_at(&event), Some(person("").at));
    put(&mut house.known, event);
    let mut page = season();
    page[2] = page[2].clone().room("Cellar");
    house.crawl(&page);
    let cinder = house.of("Cinder");
    assert!(cinder.hidden.is_some() && cinder.event.room.is_some());
    assert!(hide(cinder, false, &person("it is public now")).0.hidden.is_none());
}

#[test]
fn what_persons_decide_is_in_the_history_as_well() {
    let mut house = House::with(&season());
    let (a, b) = (house.id("Aldous"), house.id("Brume"));
    let decided = [
        merge(&house.known, a, b, &person("one bill")).unwrap(),
        hide(house.of("Cinder"), true, &person("private")),
        correct(house.of("Dovetail"), EventField::Title, json!("DOVETAIL"), &person("their spelling")).unwrap(),
    ];
    for (event, change) in decided {
        put(&mut house.known, event);
        house.history.push(change);
    }
    house.crawl(&season()[1..]);
    let replayed = replay(&house.history).unwrap();
    assert!(house.known.iter().all(|known| replayed[&known.id] == Recorded::of(known)));
    assert!(replay(&house.history[1..]).unwrap_err().to_string().contains("does not begin with its creation"));
}
