//! Several sources for one event: the better telling is shown, every telling is kept, contradictions are visible.

use chrono::TimeDelta;
use marquee_model::{Event, SourceId, Status};
use marquee_reconcile::{EventField, FuseSettings, Fused, SourceClaim, fuse};
use uuid::Uuid;

use crate::harness::{With, noon, show};

fn claim(source: u128, trust: u8, days_ago: i64, event: Event) -> SourceClaim {
    let source = SourceId::from_uuid(Uuid::from_u128(source));
    SourceClaim { source, trust, said_at: noon("2026-03-01") - TimeDelta::days(days_ago), event }
}

fn fused(claims: &[SourceClaim]) -> Fused {
    let fused = fuse(claims, noon("2026-03-01"), &FuseSettings::default()).unwrap();
    let mut turned = claims.to_vec();
    turned.reverse();
    assert_eq!(
        fuse(&turned, noon("2026-03-01"), &FuseSettings::default()).unwrap(),
        fused,
        "the order decides nothing"
    );
    fused
}

fn conflicts(fused: &Fused) -> Vec<EventField> {
    fused.conflicts().map(|(field, _)| field).collect()
}

#[test]
fn the_venue_outdoes_a_calendar_and_the_calendar_fills_what_it_leaves_open() {
    let venue = claim(1, 100, 0, show("Orrery", "2026-03-20", "20:00"));
    let calendar = claim(2, 40, 0, show("ORRERY live!", "2026-03-20", "19:00").price());
    let fused = fused(&[venue, calendar]);
    assert_eq!(fused.event.title, "Orrery");
    assert_eq!(fused.event.start.time, "20:00:00".parse().ok());
    assert!(fused.event.price.is_some());
    assert_eq!(fused.fields[&EventField::Price].why, "only this source tells it");
    assert_eq!(conflicts(&fused), [EventField::Start]);
    assert_eq!(fused.fields[&EventField::Start].told.len(), 2);
}

#[test]
fn a_time_fills_a_day_without_contradicting_it() {
    let venue = claim(1, 80, 0, show("Orrery", "2026-03-20", ""));
    let seller = claim(2, 70, 0, show("Orrery", "2026-03-20", "19:30"));
    let fused = fused(&[venue, seller]);
    assert!(fused.event.start.time.is_some());
    assert!(conflicts(&fused).is_empty());
}

#[test]
fn what_was_said_today_outdoes_what_was_said_last_month_between_equals() {
    let old = claim(1, 70, 30, show("Orrery", "2026-03-20", "20:00"));
    let new = claim(2, 70, 0, show("Orrery", "2026-03-21", "20:00"));
    let fused = fused(&[old, new]);
    assert_eq!(fused.event.start.date, crate::harness::day("2026-03-21"));
    assert_eq!(fused.fields[&EventField::Start].why, "the newest telling");
    assert_eq!(conflicts(&fused), [EventField::Start]);
}

#[test]
fn a_word_of_a_seller_counts_before_the_silence_of_the_venue() {
    let venue = claim(1, 100, 2, show("Orrery", "2026-03-20", "20:00"));
    let seller = claim(2, 70, 0, show("Orrery", "2026-03-20", "20:00").status(Status::Cancelled));
    let fused = fused(&[venue, seller]);
    assert_eq!(fused.event.status, Status::Cancelled);
    assert_eq!(fused.fields[&EventField::Status].why, "a word counts before silence");
    assert_eq!(conflicts(&fused), [EventField::Status]);
}

#[test]
fn two_addresses_are_no_contradiction_and_both_are_kept() {
    let venue = claim(1, 100, 0, show("Orrery", "2026-03-20", "20:00").tickets("https://venue.example/t/1"));
    let seller = claim(2, 70, 0, show("Orrery", "2026-03-20", "20:00").tickets("https://seller.example/9"));
    let fused = fused(&[venue, seller]);
    assert!(conflicts(&fused).is_empty());
    assert_eq!(fused.fields[&EventField::TicketUrl].told.len(), 2);
}

#[test]
fn nobody_saying_anything_is_no_event() {
    assert_eq!(fuse(&[], noon("2026-03-01"), &FuseSettings::default()), None);
}
