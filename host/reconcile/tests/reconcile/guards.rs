//! Faults of a whole page: none of them damages what is known, and each says what it is.

use chrono::{Days, NaiveDate, TimeDelta};
use marquee_model::Event;
use marquee_reconcile::{EventField, HeldReason, KnownEvent, Plan, SeenDecision};

use crate::harness::{House, With, at, day, decision, noon, season, show};

fn shifted(page: &[Event], days: i64) -> Vec<Event> {
    let shift = |event: &Event| {
        let mut event = event.clone();
        event.start = at(event.start.date + TimeDelta::days(days), event.start.time);
        event.identity = format!("night:-:{}:{}", event.start.date, event.title.to_lowercase());
        event
    };
    page.iter().map(shift).collect()
}

/// What is known, apart from how long its page has been doubted.
fn believed(known: &[KnownEvent]) -> Vec<KnownEvent> {
    known
        .iter()
        .cloned()
        .map(|mut known| {
            known.doubt = None;
            known.last_seen = known.first_seen;
            known
        })
        .collect()
}

/// Crawls a faulty page for two days; nothing may come of it, and the next true page must find everything as it was.
fn harmless(house: &mut House, page: &[Event], reason: HeldReason) -> Plan {
    let before = believed(&house.known);
    let first = house.crawl(page);
    assert_eq!(first.hold, Some(reason), "{first}");
    for _ in 0..7 {
        house.crawl(page);
    }
    assert_eq!(believed(&house.known), before, "{first}");
    let after = house.crawl(&season());
    assert!(after.is_quiet(), "{after}");
    assert_eq!(believed(&house.known), before);
    first
}

#[test]
fn a_wrong_year_in_the_template_is_held_whatever_year_it_is() {
    for days in [-365, -364, 364, 365, 366] {
        let keyed: Vec<Event> = shifted(&season(), days);
        harmless(&mut House::with(&season()), &keyed, HeldReason::AllMoved);
    }
}

#[test]
fn a_wrong_year_is_held_where_keys_hold_the_events_together() {
    let keyed = |page: Vec<Event>| -> Vec<Event> {
        page.into_iter()
            .map(|event| {
                let key = event.title.clone();
                event.key(&key)
            })
            .collect()
    };
    let mut house = House::with(&keyed(season()));
    let before = believed(&house.known);
    let plan = house.crawl(&keyed(shifted(&season(), 365)));
    assert_eq!(plan.hold, Some(HeldReason::AllMoved), "{plan}");
    assert_eq!(believed(&house.known), before);
}

#[test]
fn a_week_too_late_for_all_at_once_is_held() {
    harmless(&mut House::with(&season()), &shifted(&season(), 7), HeldReason::AllMoved);
}

#[test]
fn one_event_alone_does_not_move_by_a_year_without_a_word() {
    let mut house = House::with(&[season()[0].clone(), season()[1].clone()]);
    let page = [season()[0].clone(), shifted(&season()[1..2], 365)[0].clone()];
    let plan = house.crawl(&page);
    assert_eq!(
        *decision(&plan, 1),
        SeenDecision::Held { id: Some(house.id("Brume")), reason: HeldReason::YearApart },
        "{plan}"
    );
    let word = page[1].clone().status(marquee_model::Status::Rescheduled);
    house.crawl(&[page[0].clone(), word]);
    assert_eq!(house.known.len(), 2);
    assert_eq!(house.of("Brume").event.start.date, day("2027-03-12"));
}

#[test]
fn an_event_does_not_move_into_the_past() {
    let mut house = House::with(&season());
    let mut page = season();
    page[1] = shifted(&page[1..2], -30)[0].clone();
    let before = house.of("Brume").event.clone();
    let plan = house.crawl(&page);
    assert_eq!(house.of("Brume").event, before, "{plan}");
    assert_eq!(house.known.len(), 12, "{plan}");
}

#[test]
fn a_page_of_another_venue_is_held() {
    let other: Vec<Event> = ["Quorum", "Rill", "Saltmarsh", "Tern", "Umber", "Vesper", "Willow", "Xylem"]
        .into_iter()
        .enumerate()
        // Some of its shows start at the very hour of ours.
        .map(|(place, title)| show(title, &format!("2026-03-{:02}", 10 + 2 * place), "20:00"))
        .collect();
    harmless(&mut House::with(&season()), &other, HeldReason::StrangePage);
}

#[test]
fn a_page_that_stays_another_is_believed_in_the_end() {
    let other = shifted(
        &season()
            .into_iter()
            .map(|mut event| {
                event.title.push_str("ian Ensemble of New Things");
                event.title = format!("{} {}", event.title.len(), event.start.date);
                event
            })
            .collect::<Vec<_>>(),
        1,
    );
    let mut house = House::with(&season());
    assert_eq!(house.crawl(&other).hold, Some(HeldReason::StrangePage));
    house.days(8, &other);
    assert_eq!(house.known.len(), 24);
}

#[test]
fn a_copy_of_last_month_is_held_with_its_own_days_and_with_new_ones() {
    let months = || {
        let mut house = House::new();
        house.now = noon("2026-02-01");
        let unlike = |mut event: Event| {
            event.title = event.title.chars().rev().collect();
            event
        };
        let before: Vec<Event> = shifted(&season(), -28).into_iter().map(unlike).collect();
        house.crawl(&before);
        house.now = noon("2026-03-01");
        house.crawl(&season());
        (house, before)
    };
    let (mut house, before) = months();
    let past: Vec<Event> = before.iter().filter(|event| event.start.date < day("2026-03-01")).cloned().collect();
    harmless(&mut house, &past, HeldReason::Clone);
    let (mut house, before) = months();
    harmless(&mut house, &shifted(&before, 28), HeldReason::Clone);
}

/// What a house lists on a day: a show every other night, most of them announced long before, the last ones one by one; what is over goes.
fn programme(on: NaiveDate) -> Vec<Event> {
    let shows = (0..30_u64).map(|n| {
        let night = day("2026-02-03") + Days::new(2 * n);
        let announced = if n < 24 { day("2026-01-01") } else { day("2026-02-15") + Days::new(n - 24) };
        (
            announced,
            show(&format!("{} {n}", season()[usize::try_from(n % 12).unwrap()].title), &night.to_string(), "20:00"),
        )
    });
    shows.filter(|(announced, event)| *announced <= on && event.start.date >= on).map(|(_, event)| event).collect()
}

fn house_of_a_month() -> House {
    let mut house = House::new();
    for n in 0..30 {
        house.now = noon("2026-02-01") + TimeDelta::days(n);
        house.crawl(&programme(house.now.date_naive()));
    }
    house
}

#[test]
fn a_copy_of_last_month_that_has_most_of_todays_events_too_takes_the_newest_ones_off_no_list() {
    let mut house = house_of_a_month();
    let newest = house.of("Dovetail 27").id;
    for n in 0..5 {
        house.now = noon("2026-03-03") + TimeDelta::days(n);
        let plan = house.crawl(&programme(day("2026-02-12")));
        assert_eq!(plan.hold, Some(HeldReason::Clone), "{plan}");
        assert!(house.by_id(newest).missing.is_none());
    }
    house.now = noon("2026-03-08");
    let plan = house.crawl(&programme(day("2026-03-08")));
    assert_eq!(plan.hold, None, "{plan}");
}

#[test]
fn a_listing_that_keeps_what_is_over_may_drop_what_was_announced_last() {
    let mut house = House::new();
    let since = |on: NaiveDate| {
        let old = programme(day("2026-02-03")).into_iter().filter(move |event| event.start.date < on);
        old.chain(programme(on)).collect::<Vec<_>>()
    };
    for n in 0..30 {
        house.now = noon("2026-02-01") + TimeDelta::days(n);
        house.crawl(&since(house.now.date_naive()));
    }
    let newest = house.of("Fathom 29").id;
    house.now = noon("2026-03-03");
    let page: Vec<Event> = since(day("2026-03-03")).into_iter().filter(|event| event.title != "Fathom 29").collect();
    let plan = house.crawl(&page);
    assert_eq!(plan.hold, None, "{plan}");
    assert!(house.by_id(newest).missing.is_some(), "{plan}");
}

#[test]
fn what_was_announced_last_may_go_from_a_listing_that_drops_what_is_over() {
    let mut house = house_of_a_month();
    let newest = house.of("Fathom 29").id;
    house.now = noon("2026-03-03");
    let page: Vec<Event> =
        programme(day("2026-03-03")).into_iter().filter(|event| event.title != "Fathom 29").collect();
    let plan = house.crawl(&page);
    assert!(house.by_id(newest).missing.is_some(), "{plan}");
}

#[test]
fn a_field_that_a_new_plugin_lost_everywhere_is_kept() {
    let priced: Vec<Event> = season().into_iter().map(With::price).collect();
    let mut house = House::with(&priced);
    let plan = house.crawl(&season());
    assert!(house.known.iter().all(|known| known.event.price.is_some()), "{plan}");
    assert!(plan.is_quiet());
    assert!(plan.notes[0].starts_with("price fell away from 12 events at once"), "{plan}");
}

#[test]
fn a_field_that_one_event_lost_is_gone_from_it() {
    let priced: Vec<Event> = season().into_iter().map(With::price).collect();
    let mut house = House::with(&priced);
    let mut page = priced;
    page[3].price = None;
    house.crawl(&page);
    assert_eq!(house.known.iter().filter(|known| known.event.price.is_none()).count(), 1);
}

#[test]
fn a_clock_that_is_an_hour_off_for_all_changes_no_time_and_a_true_change_does() {
    let hour = |page: &[Event], count: usize| -> Vec<Event> {
        let later = |(place, event): (usize, &Event)| {
            let mut event = event.clone();
            if place < count {
                event.start = at(event.start.date, event.start.time.map(|time| time + TimeDelta::hours(1)));
            }
            event
        };
        page.iter().enumerate().map(later).collect()
    };
    let mut house = House::with(&season());
    let plan = house.crawl(&hour(&season(), 12));
    assert!(plan.is_quiet(), "{plan}");
    let plan = house.crawl(&hour(&season(), 2));
    assert_eq!(plan.tally(), (0, 2, 10), "{plan}");
    let SeenDecision::Change { changes, .. } = decision(&plan, 0) else { panic!("{plan}") };
    assert_eq!(changes[0].field, EventField::Start);
}

#[test]
fn a_month_that_is_published_at_once_is_new_and_not_strange() {
    let mut house = House::with(&season());
    house.now = noon("2026-04-02");
    let april: Vec<Event> = season()
        .into_iter()
        .map(|mut event| {
            event.title = format!("{} II", event.title);
            event.start = at(event.start.date.checked_add_days(Days::new(31)).unwrap(), event.start.time);
            event
        })
        .collect();
    let plan = house.crawl(&april);
    assert_eq!((plan.hold, plan.tally().0), (None, 12), "{plan}");
}
