//! A plan as people read it.

use marquee_model::Status;
use marquee_reconcile::{EventField, correct};
use serde_json::json;

use crate::harness::{House, With, person, season, show, without};

/// A page on which much is new at once.
fn busy() -> (House, Vec<marquee_model::Event>) {
    let mut known = season();
    known.extend([
        show("Night Bus", "2026-03-29", "20:00").price(),
        show("Owlery", "2026-03-30", "20:00").tickets("https://tickets.example/e/9912345"),
        show("Zephyr", "2026-04-30", "20:00"),
    ]);
    let mut house = House::with(&known);
    house.days(2, &without(&known, "Ember"));
    house.crawl(&without(&known, "Brume"));
    let title = json!("Gantry (acoustic)");
    let (gantry, _) = correct(house.of("Gantry"), EventField::Title, title, &person("their manager wrote")).unwrap();
    let place = house.known.iter().position(|known| known.id == gantry.id).unwrap();
    house.known[place] = gantry;
    for event in &mut known {
        match event.title.as_str() {
            "Cinder" => *event = show("Cinder w/ Moth Parade", "2026-03-14", "20:00").acts(&["Cinder", "Moth Parade"]),
            "Dovetail" => *event = show("Dovetail", "2026-03-25", "19:30"),
            "Fathom" => event.status = Status::Cancelled,
            "Gantry" => event.title = "Gantry (electric)".to_owned(),
            "Night Bus" => event.price = None,
            "Owlery" => {
                *event = show("An owl's evening", "2026-03-31", "20:00").tickets("https://tickets.example/e/9912345");
            }
            _ => {}
        }
    }
    known.push(show("Quorum", "2026-03-11", "21:00"));
    (house, without(&without(&known, "Lumen"), "Ember"))
}

#[test]
fn a_plan_tells_what_it_would_do_and_why() {
    let (mut house, page) = busy();
    insta::assert_snapshot!("busy", house.crawl(&page));
    insta::assert_snapshot!("quiet", house.crawl(&page));
}

#[test]
fn a_presumed_cancellation_tells_its_evidence_and_a_doubtful_reading_its_rivals() {
    let mut page = season();
    let unnamed = |title: &str| show(title, "2026-03-29", "20:00");
    page.extend([unnamed("TBA"), unnamed("To be told")]);
    let mut house = House::with(&page);
    house.days(2, &without(&page, "Cinder"));
    page = without(&season(), "Cinder");
    page.extend([unnamed("Orrery"), unnamed("Parallax")]);
    insta::assert_snapshot!("doubtful", house.crawl(&page));
}

#[test]
fn a_plan_that_believes_nothing_says_why() {
    let mut house = House::with(&season());
    let other: Vec<_> = season()
        .into_iter()
        .map(|mut event| {
            event.start = crate::harness::at(event.start.date + chrono::TimeDelta::days(365), event.start.time);
            event
        })
        .collect();
    insta::assert_snapshot!("wrong_year", house.crawl(&other));
    insta::assert_snapshot!("half_gone", House::with(&season()).crawl(&season()[6..]));
}

#[test]
fn a_plan_is_json_for_machines() {
    let mut house = House::with(&season());
    let plan = house.crawl(&without(&season(), "Cinder"));
    let json = serde_json::to_value(&plan).unwrap();
    assert_eq!(json["known"][0]["decision"], "missing");
    assert_eq!(json["known"][0]["missing"]["times"], 1);
    assert_eq!(json["seen"][0]["decision"], "unchanged");
    assert_eq!(json["outcome"]["outcome"], "complete");
}
