//! Which claims become one event, and whether its identity holds.

use super::{claim, codes, day, keyed, local, normalize_claims, normalize_pages, shown, source, words};
use crate::Normalized;
use marquee_model::{EventClaim, Moment, PerformerClaim, Role};

fn identities(normalized: &Normalized) -> Vec<&str> {
    normalized.events.iter().map(|event| event.identity.as_str()).collect()
}

#[test]
fn a_native_key_is_the_identity() {
    let listing = normalize_claims(vec![keyed("  /event/moon ", "Moon", local("2026-11-27T20:00"))]);
    assert_eq!(identities(&listing), ["key:/event/moon"]);
    assert_eq!(listing.events[0].key.as_deref(), Some("/event/moon"));
}

#[test]
fn without_a_key_the_night_and_the_title_are_and_neither_time_nor_spelling_matters() {
    let first = normalize_claims(vec![claim("The Wet Socks", local("2026-11-27T20:00"))]);
    let later = normalize_claims(vec![claim("[SOLD OUT] THE  WET SOCKS!", local("2026-11-27T21:00"))]);
    assert_eq!(identities(&first), ["night:-:2026-11-27:the-wet-socks"]);
    assert_eq!(identities(&first), identities(&later));
}

#[test]
fn a_late_show_that_is_added_does_not_rename_the_early_one() {
    let early = claim("Moon", local("2026-11-27T19:00"));
    let late = claim("Moon", local("2026-11-27T22:00"));
    let alone = normalize_claims(vec![early.clone()]);
    let both = normalize_claims(vec![late, early]);
    assert_eq!(identities(&alone), ["night:-:2026-11-27:moon"]);
    assert_eq!(identities(&both), ["night:-:2026-11-27:moon:220000", "night:-:2026-11-27:moon"]);
    assert_eq!(shown(&both.events[1].start), "2026-11-27 19:00");
}

#[test]
fn two_rooms_at_one_time_are_two_events() {
    let room = |name: &str| EventClaim { room: Some(name.to_owned()), ..claim("Open Mic", local("2026-11-27T20:00")) };
    let rooms = normalize_claims(vec![room("Front Room"), room("Back Room")]);
    assert_eq!(identities(&rooms), ["night:-:2026-11-27:open-mic:200000:in:front-room", "night:-:2026-11-27:open-mic"]);
}

#[test]
fn an_event_listed_twice_is_one_event_and_a_remark() {
    let moon = claim("Moon", local("2026-11-27T20:00"));
    let banner = claim("MOON", day("2026-11-27"));
    let twice = normalize_claims(vec![banner, moon.clone(), moon]);
    assert_eq!(identities(&twice), ["night:-:2026-11-27:moon"]);
    assert_eq!(shown(&twice.events[0].start), "2026-11-27 20:00");
    assert_eq!((twice.merged, twice.found()), (2, 1));
    assert_eq!(codes(&twice), ["listed_twice", "listed_twice"]);
}

#[test]
fn a_banner_without_link_joins_the_event_with_the_key() {
    let listed = keyed("moon-27", "Moon", local("2026-11-27T20:00"));
    let joined = normalize_claims(vec![claim("Moon", day("2026-11-27")), listed]);
    assert_eq!(identities(&joined), ["key:moon-27"]);
    assert_eq!(joined.merged, 1);
}

#[test]
fn a_banner_of_another_time_stays_apart_from_the_event_with_the_key() {
    let listed = keyed("moon-27", "Moon", local("2026-11-27T19:00"));
    let both = normalize_claims(vec![claim("Moon", local("2026-11-27T22:00")), listed]);
    assert_eq!(identities(&both), ["night:-:2026-11-27:moon", "key:moon-27"]);
}

#[test]
fn the_deeper_page_completes_the_listing_field_by_field() {
    let mut listed = keyed("7", "Moon", day("2026-11-27"));
    listed.ticket_url = Some("/tickets/7".into());
    listed.room = Some("Attic".into());
    let mut detail = keyed("7", "Moon w/ Sun", local("2026-11-27T20:30"));
    detail.room = Some("Cellar".into());
    detail.performers = vec![PerformerClaim { name: "Moon".into(), role: Role::Headliner }];
    let whole = normalize_pages(&source(), &[(0, vec![listed]), (1, vec![detail])]);
    let event = &whole.events[0];
    assert_eq!((event.title.as_str(), event.room.as_deref()), ("Moon w/ Sun", Some("Cellar")));
    assert_eq!(shown(&event.start), "2026-11-27 20:30");
    assert_eq!(event.ticket_url.as_ref().unwrap().as_str(), "https://attic.example/tickets/7");
    assert_eq!(event.attribution.page_url.as_str(), "https://attic.example/events/1");
    assert_eq!((whole.merged, whole.found()), (1, 1));
    assert_eq!(codes(&whole), ["merge_conflict"]);
}

#[test]
fn two_titles_under_one_key_on_one_page_are_a_warning_since_one_of_them_is_lost() {
    let page = vec![keyed("7", "Moon", local("2026-11-27T20:00")), keyed("7", "Sun", local("2026-11-27T20:00"))];
    let whole = normalize_pages(&source(), &[(0, page)]);
    assert_eq!((whole.events.len(), codes(&whole)), (1, vec!["merge_conflict"]));
    assert_eq!(whole.diagnostics[0].severity, marquee_model::Severity::Warning);
}

#[test]
fn a_detail_page_that_prints_only_the_day_does_not_take_the_time_away() {
    let pages =
        [(0, vec![keyed("7", "Moon", local("2026-11-27T20:00"))]), (1, vec![keyed("7", "Moon", day("2026-11-27"))])];
    assert_eq!(shown(&normalize_pages(&source(), &pages).events[0].start), "2026-11-27 20:00");
}

#[test]
fn a_detail_page_that_moves_the_day_is_believed() {
    let pages =
        [(0, vec![keyed("7", "Moon", local("2026-11-27T20:00"))]), (1, vec![keyed("7", "Moon", day("2026-12-04"))])];
    let moved = normalize_pages(&source(), &pages);
    assert_eq!(shown(&moved.events[0].start), "2026-12-04");
    assert_eq!(identities(&moved), ["key:7"]);
}

#[test]
fn a_bad_detail_page_does_not_spoil_the_listing() {
    let pages =
        [(0, vec![keyed("7", "Moon", local("2026-11-27T20:00"))]), (1, vec![keyed("7", "", words("to be announced"))])];
    let whole = normalize_pages(&source(), &pages);
    assert_eq!(whole.events[0].title, "Moon");
    assert_eq!(shown(&whole.events[0].start), "2026-11-27 20:00");
    assert!(whole.rejections.iter().all(|r| r.field == "start" && !r.fatal));
}

#[test]
fn one_key_for_several_nights_is_several_events() {
    let residency = |date: &str| keyed("/residency", "Moon", day(date));
    let nights = normalize_claims(vec![residency("2026-11-26"), residency("2026-12-03"), residency("2026-12-03")]);
    assert_eq!(identities(&nights), ["key:/residency:2026-11-26", "key:/residency:2026-12-03"]);
    assert_eq!(nights.merged, 1);
}

#[test]
fn a_detail_page_completes_every_night_of_its_key() {
    let night = |date: &str| keyed("/r", "Moon", local(&format!("{date}T20:00")));
    let detail = EventClaim { key: Some("/r".into()), room: Some("Attic".into()), ..EventClaim::default() };
    let pages = [(0, vec![night("2026-11-26"), night("2026-12-03")]), (1, vec![detail])];
    let nights = normalize_pages(&source(), &pages);
    assert_eq!(nights.events.len(), 2);
    assert!(nights.events.iter().all(|event| event.room.as_deref() == Some("Attic")));
}

#[test]
fn an_endless_key_or_title_makes_a_bounded_identity() {
    let long = "moon ".repeat(5000);
    for claim in [keyed(&long, "Moon", day("2026-11-27")), claim(&long, day("2026-11-27"))] {
        let whole = normalize_claims(vec![claim]);
        assert!(whole.events[0].identity.len() < 1000);
    }
    let one = normalize_claims(vec![keyed(&format!("{long}1"), "Moon", day("2026-11-27"))]);
    let two = normalize_claims(vec![keyed(&format!("{long}2"), "Moon", day("2026-11-27"))]);
    assert_ne!(identities(&one), identities(&two));
}

#[test]
fn an_event_elsewhere_is_told_apart_by_its_venue() {
    let at = |venue: &str| EventClaim { venue: Some(venue.into()), ..claim("Moon", day("2026-11-27")) };
    let both = normalize_claims(vec![at("The Barn"), claim("Moon", day("2026-11-27"))]);
    assert_eq!(identities(&both), ["night:the-barn:2026-11-27:moon", "night:-:2026-11-27:moon"]);
    assert_eq!(both.events[0].venue_name.as_deref(), Some("The Barn"));
}

#[test]
fn one_key_on_two_pages_of_a_list_is_two_nights() {
    let night = |date: &str| keyed("/r", "Moon", local(&format!("{date}T20:00")));
    let other = |key: &str| keyed(key, "Sun", day("2026-12-01"));
    let pages = [(0, vec![night("2026-11-26"), other("a")]), (1, vec![other("b"), night("2026-12-03")])];
    let nights = normalize_pages(&source(), &pages);
    let moons: Vec<_> =
        nights.events.iter().filter(|event| event.title == "Moon").map(|event| shown(&event.start)).collect();
    assert_eq!(moons, ["2026-11-26 20:00", "2026-12-03 20:00"]);
}

#[test]
fn a_text_that_names_several_days_is_an_event_for_each_with_its_doors() {
    let run = claim("Moon", words("November 27, 28 and 29, 2026, doors 7pm, show 8pm"));
    let nights = normalize_claims(vec![run]);
    assert_eq!(identities(&nights), ["night:-:2026-11-27:moon", "night:-:2026-11-28:moon", "night:-:2026-11-29:moon"]);
    let doors: Vec<_> = nights.events.iter().map(|event| event.doors.as_ref().map(shown)).collect();
    assert_eq!(doors, ["27", "28", "29"].map(|day| Some(format!("2026-11-{day} 19:00"))));
    assert_eq!((nights.further, nights.found()), (2, 3));
    assert!(codes(&nights).is_empty());
}

#[test]
fn a_detail_page_that_prints_only_the_hour_is_read_as_of_the_listings_day() {
    let pages = [
        (0, vec![keyed("7", "Moon", day("2026-11-27")), keyed("8", "Sun", day("2026-11-28"))]),
        (1, vec![keyed("7", "Moon", words("Doors 7pm, Show 8:30pm"))]),
    ];
    let whole = normalize_pages(&source(), &pages);
    assert_eq!(shown(&whole.events[0].start), "2026-11-27 20:30");
    assert_eq!(whole.events[0].doors.as_ref().map(shown).as_deref(), Some("2026-11-27 19:00"));
    assert!(whole.rejections.is_empty(), "{:?}", whole.rejections);
}

#[test]
fn a_key_that_stands_for_everything_is_refused_and_costs_little() {
    let start = "2026-11-01".parse::<chrono::NaiveDate>().unwrap();
    let nightly = |n: u64| keyed("#", "Moon", Moment::Date(start + chrono::Days::new(n)));
    let whole = normalize_claims((0..1000).map(nightly).collect());
    assert_eq!((whole.events.len(), whole.left_out()), (400, 600));
}
