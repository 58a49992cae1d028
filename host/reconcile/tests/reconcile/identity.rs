//! An id is for life: what it survives, and what it never joins.

use marquee_model::{Event, Status};
use marquee_reconcile::{HeldReason, KnownDecision, ReconcileError, ResolvedBy, SeenDecision, Warning, apply, plan};

use crate::harness::{House, With, day, decision, of_known, plugin, season, show, without};

fn replaced(page: &[Event], title: &str, with: &Event) -> Vec<Event> {
    page.iter().map(|event| if event.title == title { with.clone() } else { event.clone() }).collect()
}

#[test]
fn a_first_crawl_makes_every_event_new_and_a_second_changes_nothing() {
    let mut house = House::new();
    let first = house.crawl(&season());
    assert_eq!(first.tally(), (12, 0, 0));
    let second = house.crawl(&season());
    assert!(second.is_quiet(), "{second}");
    assert_eq!(second.tally(), (0, 0, 12));
}

#[test]
fn an_event_keeps_its_id_through_another_title() {
    let mut house = House::with(&season());
    let id = house.id("Cinder");
    let plan = house.crawl(&replaced(&season(), "Cinder", &show("Cinder w/ Moth Parade", "2026-03-14", "20:00")));
    assert_eq!(house.id("Cinder w/ Moth Parade"), id, "{plan}");
    let SeenDecision::Change { resolution, .. } = decision(&plan, 2) else { panic!("{plan}") };
    assert_eq!(resolution.by, ResolvedBy::Evidence);
    assert!(resolution.score > 0.7 && resolution.score < 1.0);
}

#[test]
fn an_event_keeps_its_id_through_a_typing_error_put_right() {
    let mut house = House::with(&replaced(&season(), "Cinder", &show("Cinderhuose Collective", "2026-03-14", "20:00")));
    let id = house.id("Cinderhuose Collective");
    house.crawl(&replaced(&season(), "Cinder", &show("Cinderhouse Collective", "2026-03-14", "20:00")));
    assert_eq!(house.id("Cinderhouse Collective"), id);
}

#[test]
fn an_event_keeps_its_id_through_another_day_and_remembers_the_first() {
    let mut house = House::with(&season());
    let id = house.id("Cinder");
    house.crawl(&replaced(&season(), "Cinder", &show("Cinder", "2026-03-25", "20:00")));
    let cinder = house.by_id(id);
    assert_eq!(cinder.event.start.date, day("2026-03-25"));
    assert_eq!(cinder.earlier_starts[0].date, day("2026-03-14"));
    assert_eq!(cinder.standing.status, Status::Rescheduled);
    assert!(cinder.standing.evidence.contains("from 2026-03-14 to 2026-03-25"));
    let again = house.crawl(&replaced(&season(), "Cinder", &show("Cinder", "2026-03-25", "20:00")));
    assert!(again.is_quiet(), "{again}");
}

#[test]
fn an_event_that_moves_back_to_its_first_day_is_scheduled_as_before() {
    let mut house = House::with(&season());
    let id = house.id("Cinder");
    house.crawl(&replaced(&season(), "Cinder", &show("Cinder", "2026-03-25", "20:00")));
    house.crawl(&season());
    assert_eq!(house.by_id(id).standing.status, Status::Scheduled);
    assert_eq!(house.by_id(id).earlier_starts.len(), 2);
}

#[test]
fn an_event_keeps_its_id_through_another_room_hour_and_house() {
    let mut house = House::with(&season());
    let id = house.id("Cinder");
    house.crawl(&replaced(&season(), "Cinder", &show("Cinder", "2026-03-14", "20:00").room("Cellar")));
    house.crawl(&replaced(&season(), "Cinder", &show("Cinder", "2026-03-14", "20:30").room("Main hall")));
    let mut moved = show("Cinder", "2026-03-14", "20:30").status(Status::Moved);
    moved.venue_name = Some("The Other House".to_owned());
    house.crawl(&replaced(&season(), "Cinder", &moved));
    assert_eq!(house.id("Cinder"), id);
    assert_eq!(house.known.len(), 12);
    assert_eq!(house.by_id(id).standing.status, Status::Moved);
}

#[test]
fn ids_survive_another_plugin_with_other_keys() {
    let keyed = |prefix: &str| -> Vec<Event> {
        season()
            .into_iter()
            .map(|event| {
                let key = format!("{prefix}{}", event.title);
                event.key(&key)
            })
            .collect()
    };
    let mut house = House::with(&keyed("wp-"));
    let before: Vec<_> = house.known.iter().map(|known| known.id).collect();
    let mut context = house.context();
    context.plugin = Some(plugin("events-calendar"));
    context.plugin_changed = true;
    let plan = house.crawl_as(&keyed("tribe:"), &context);
    assert_eq!(house.known.iter().map(|known| known.id).collect::<Vec<_>>(), before, "{plan}");
    assert!(house.known.iter().all(|known| known.keys.len() == 2));
}

#[test]
fn two_events_that_swap_their_keys_keep_their_histories() {
    let a = || show("Aldous", "2026-03-10", "20:00");
    let b = || show("Brume", "2026-03-12", "20:00");
    let mut house = House::with(&[a().key("1"), b().key("2")]);
    let ids = (house.id("Aldous"), house.id("Brume"));
    house.crawl(&[a().key("2"), b().key("1")]);
    assert_eq!((house.id("Aldous"), house.id("Brume")), ids);
    house.crawl(&[a().key("1"), show("Brume and friends", "2026-03-12", "20:00").key("2")]);
    assert_eq!((house.id("Aldous"), house.id("Brume and friends")), ids);
    assert_eq!(house.known.len(), 2);
}

#[test]
fn keys_that_are_swapped_while_titles_grow_swap_no_histories() {
    let mut house =
        House::with(&[show("Aldous", "2026-03-10", "19:00").key("1"), show("Brume", "2026-03-10", "22:00").key("2")]);
    let ids = (house.id("Aldous"), house.id("Brume"));
    let grown = |title: &str, time: &str| show(title, "2026-03-10", time);
    house.crawl(&[grown("Aldous w/ Moth Parade", "19:00").key("2"), grown("Brume w/ Quorum", "22:00").key("1")]);
    assert_eq!((house.id("Aldous w/ Moth Parade"), house.id("Brume w/ Quorum")), ids);
}

#[test]
fn two_nights_that_swap_their_days_keep_their_histories() {
    let mut house = House::with(&season());
    let ids = (house.id("Aldous"), house.id("Brume"));
    let mut page = season();
    let first = page[0].start.clone();
    page[0].start = page[1].start.clone();
    page[1].start = first;
    house.crawl(&page);
    assert_eq!((house.id("Aldous"), house.id("Brume")), ids);
    assert_eq!(house.by_id(ids.0).event.start.date, day("2026-03-12"));
}

#[test]
fn an_early_and_a_late_show_never_fuse() {
    let early = || show("Aldous", "2026-03-10", "19:00");
    let late = || {
        let mut late = show("Aldous", "2026-03-10", "22:00");
        late.identity.push_str(":220000");
        late
    };
    let mut page = season();
    page[0] = early();
    page.push(late());
    let mut house = House::with(&page);
    assert_eq!(house.known.len(), 13);
    let ids: Vec<_> = house.known.iter().filter(|known| known.event.title == "Aldous").map(|known| known.id).collect();
    // The early one goes, and the late one takes over its plain identity.
    let mut rest = without(&season(), "Aldous");
    let mut alone = late();
    alone.identity = early().identity;
    rest.push(alone);
    let plan = house.crawl(&rest);
    assert_eq!(house.by_id(ids[1]).event.start.time, late().start.time, "{plan}");
    assert_eq!(house.by_id(ids[0]).event.start.time, early().start.time);
    assert!(matches!(of_known(&plan, ids[0]), Some(KnownDecision::Missing { .. })), "{plan}");
}

#[test]
fn a_late_show_that_is_added_is_a_new_event() {
    let mut house = House::with(&season());
    let id = house.id("Aldous");
    let mut page = season();
    let mut late = show("Aldous", "2026-03-10", "22:30");
    late.identity.push_str(":223000");
    page.push(late);
    let plan = house.crawl(&page);
    assert_eq!(plan.tally(), (1, 0, 12), "{plan}");
    assert_eq!(house.by_id(id).event.start.time, page[0].start.time);
}

#[test]
fn another_headliner_at_the_same_hour_continues_the_event_on_a_page_that_is_itself() {
    let mut house = House::with(&season());
    let id = house.id("Cinder");
    house.crawl(&replaced(&season(), "Cinder", &show("Velvet Undertow", "2026-03-14", "20:00")));
    assert_eq!(house.id("Velvet Undertow"), id);
}

#[test]
fn the_hour_of_a_cancelled_or_missing_event_is_free_for_another() {
    for word in [true, false] {
        let mut house = House::with(&season());
        let id = house.id("Cinder");
        let gone = if word {
            replaced(&season(), "Cinder", &show("Cinder", "2026-03-14", "20:00").status(Status::Cancelled))
        } else {
            without(&season(), "Cinder")
        };
        house.crawl(&gone);
        house.crawl(&replaced(&season(), "Cinder", &show("Velvet Undertow", "2026-03-14", "20:00")));
        assert_ne!(house.id("Velvet Undertow"), id);
        assert_eq!(house.by_id(id).event.title, "Cinder");
    }
}

#[test]
fn another_title_at_the_same_hour_under_another_key_is_another_event() {
    let keyed: Vec<Event> = season()
        .into_iter()
        .map(|event| {
            let key = event.title.clone();
            event.key(&key)
        })
        .collect();
    let mut house = House::with(&keyed);
    let id = house.id("Cinder");
    let plan = house.crawl(&replaced(&keyed, "Cinder", &show("Velvet Undertow", "2026-03-14", "20:00").key("new")));
    assert_ne!(house.id("Velvet Undertow"), id);
    assert!(matches!(of_known(&plan, id), Some(KnownDecision::Missing { .. })), "{plan}");
}

#[test]
fn a_key_under_which_everything_is_new_continues_its_event_and_says_so() {
    let keyed: Vec<Event> = season()
        .into_iter()
        .map(|event| {
            let key = event.title.clone();
            event.key(&key)
        })
        .collect();
    let mut house = House::with(&keyed);
    let id = house.id("Cinder");
    let plan = house.crawl(&replaced(&keyed, "Cinder", &show("Velvet Undertow", "2026-03-27", "21:00").key("Cinder")));
    assert_eq!(house.id("Velvet Undertow"), id, "{plan}");
    assert!(matches!(plan.warnings[0], Warning::OnlyTheKey { .. }));
}

#[test]
fn the_next_night_of_a_residency_is_a_new_event_and_no_move() {
    let jam = |date: &str| show("Tuesday Jam", date, "20:00");
    let mut page = season();
    page.extend([jam("2026-03-03"), jam("2026-03-10"), jam("2026-03-17")]);
    let mut house = House::with(&page);
    house.now = crate::harness::noon("2026-03-04");
    let mut page = season();
    page.extend([jam("2026-03-10"), jam("2026-03-17"), jam("2026-03-24")]);
    let plan = house.crawl(&page);
    assert_eq!(plan.tally().0, 1, "{plan}");
    assert_eq!(house.known.iter().filter(|known| known.event.title == "Tuesday Jam").count(), 4);
}

#[test]
fn a_residency_that_shows_only_its_next_night_makes_a_new_event_on_the_night_itself() {
    for keyed in [false, true] {
        let jam = |date: &str| {
            let jam = show("Tuesday Jam", date, "20:00");
            if keyed { jam.key("jam") } else { jam }
        };
        let mut page = season();
        page.push(jam("2026-03-03"));
        let mut house = House::with(&page);
        house.now = crate::harness::noon("2026-03-03");
        let mut page = season();
        page.push(jam("2026-03-10"));
        let plan = house.crawl(&page);
        assert_eq!(plan.tally().0, 1, "{plan}");
        assert_eq!(house.known.len(), 14);
    }
}

#[test]
fn one_night_of_a_residency_that_shifts_by_a_day_is_a_move() {
    let jam = |date: &str| show("Tuesday Jam", date, "20:00");
    let mut page = season();
    page.extend([jam("2026-03-10"), jam("2026-03-17"), jam("2026-03-24")]);
    let mut house = House::with(&page);
    let id = house.known[13].id;
    let mut page = season();
    page.extend([jam("2026-03-10"), jam("2026-03-18"), jam("2026-03-24")]);
    let plan = house.crawl(&page);
    assert_eq!(house.by_id(id).event.start.date, day("2026-03-18"), "{plan}");
    assert_eq!(house.known.len(), 15);
}

#[test]
fn an_act_that_comes_again_is_no_residency_and_moves_like_any_other() {
    let mut page = season();
    page.push(show("Orrery", "2026-03-02", "20:00"));
    let mut house = House::with(&page);
    house.now = crate::harness::noon("2026-03-05");
    page.push(show("Orrery", "2026-03-24", "20:00"));
    house.crawl(&page);
    let id = house.known[13].id;
    page[13] = show("Orrery", "2026-04-20", "20:00");
    let plan = house.crawl(&page);
    assert_eq!(house.by_id(id).event.start.date, day("2026-04-20"), "{plan}");
}

#[test]
fn a_key_that_is_used_again_after_its_night_is_a_new_event() {
    let mut page = season();
    page.push(show("Opening", "2026-03-02", "20:00").key("42"));
    let mut house = House::with(&page);
    let id = house.id("Opening");
    house.now = crate::harness::noon("2026-03-05");
    let mut page = season();
    page.push(show("Opening", "2026-03-30", "20:00").key("42"));
    let before = house.by_id(id).clone();
    house.crawl(&page);
    assert_eq!(*house.by_id(id), before);
    assert_eq!(house.known.len(), 14);
}

#[test]
fn two_readings_that_are_equally_good_are_left_to_a_person() {
    let mut page = season();
    page.extend([show("TBA", "2026-03-29", "20:00").room("A"), show("To be told", "2026-03-29", "20:00").room("A")]);
    let mut house = House::with(&page);
    let ids = (house.id("TBA"), house.id("To be told"));
    let mut page = season();
    page.extend([show("Orrery", "2026-03-29", "20:00").room("A"), show("Parallax", "2026-03-29", "20:00").room("A")]);
    let plan = house.crawl(&page);
    assert_eq!(plan.tally().0, 2, "{plan}");
    assert_eq!(plan.warnings.len(), 2, "{plan}");
    for id in [ids.0, ids.1] {
        assert_eq!(of_known(&plan, id), Some(&KnownDecision::Held { reason: HeldReason::Ambiguous }), "{plan}");
    }
}

#[test]
fn a_ticket_link_of_its_own_holds_an_event_together_that_moves_under_another_title() {
    let mut page = season();
    page.push(show("An Evening", "2026-03-29", "20:00").tickets("https://tickets.example/e/7712345"));
    let mut house = House::with(&page);
    let id = house.id("An Evening");
    let mut page = season();
    page.push(show("Evening with Orrery", "2026-03-30", "19:30").tickets("https://tickets.example/e/7712345"));
    house.crawl(&page);
    assert_eq!(house.id("Evening with Orrery"), id);
}

#[test]
fn two_houses_of_one_listing_are_not_confused() {
    let mic = |house: &str| {
        let mut mic = show("Open Mic", "2026-03-11", "20:00");
        mic.venue_name = Some(house.to_owned());
        mic.identity.push_str(house);
        mic
    };
    let mut page = season();
    page.extend([mic("Anchor"), mic("Bell")]);
    let mut house = House::with(&page);
    let ids = (house.known[12].id, house.known[13].id);
    let mut page = season();
    page.extend([mic("Bell"), mic("Crown")]);
    let plan = house.crawl(&page);
    assert_eq!(plan.tally().0, 1, "{plan}");
    assert_eq!(house.by_id(ids.1).event.venue_name.as_deref(), Some("Bell"));
    assert!(matches!(of_known(&plan, ids.0), Some(KnownDecision::Missing { .. })), "{plan}");
}

#[test]
fn a_plan_for_other_events_is_refused() {
    let house = House::with(&season());
    let made = plan(&house.known, &season()[1..], &house.context());
    let ids = || panic!("nothing is new");
    assert!(matches!(apply(&house.known[1..], &season(), &made, ids), Ok(_) | Err(ReconcileError::Stale { .. })));
    let error = apply(&[], &season(), &made, || panic!("nothing is new")).unwrap_err();
    assert!(error.to_string().ends_with("plan again with what is known now"), "{error}");
}
