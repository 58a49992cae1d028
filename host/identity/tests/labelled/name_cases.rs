//! Labelled names: written by people, and made by a seed.

use std::fmt::Write;

use marquee_identity::{Artist, Comparison, Verdict, same_artist, same_venue};
use uuid::Uuid;

use crate::{Tally, rng::Rng, vocabulary as words};

/// Seeds of the generator; each makes one pair of every way.
const SEEDS: u64 = 60;

struct Case {
    text: String,
    same: bool,
    comparison: Comparison,
}

fn artists(a: &str, b: &str, same: bool) -> Case {
    Case { text: format!("{a} | {b}"), same, comparison: same_artist(a, b) }
}

fn venues(a: &str, b: &str, same: bool) -> Case {
    Case { text: format!("{a} | {b} (venues)"), same, comparison: same_venue(a, b) }
}

fn hand_written() -> Vec<Case> {
    include_str!("../cases/names.txt")
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with("# "))
        .map(|line| {
            let (venue, rest) = line.strip_prefix("v: ").map_or((false, line), |rest| (true, rest));
            let (a, b, same) = match rest.split_once(" = ") {
                Some((a, b)) => (a, b, true),
                None => rest.split_once(" / ").map(|(a, b)| (a, b, false)).unwrap_or_else(|| panic!("{line}")),
            };
            if venue { venues(a, b, same) } else { artists(a, b, same) }
        })
        .collect()
}

/// One name written in two ways, and two names that look alike.
fn of_seed(seed: u64) -> Vec<Case> {
    let mut rng = Rng::new(seed ^ 0xabcd);
    let rng = &mut rng;
    let mut cases = Vec::new();
    let mut same = |a: &str, b: &str| cases.push(artists(a, b, true));
    let name = words::act(rng);
    same(&name, &words::plain(&name));
    let name = words::act(rng);
    same(&name, &name.to_uppercase());
    let name = words::act(rng);
    let remark = ["(live)", "[DJ set]", "(solo)", "w/ band", "- Live", "(album release)", "(unplugged)", "en concert"]
        [rng.below(8)];
    same(&name, &format!("{name} {remark}"));
    let name = words::act(rng);
    let country = ["(UK)", "(US)", "[DE]", "(Sweden)", "(FR)"][rng.below(5)];
    same(&format!("{name} {country}"), &name);
    let name = words::person(rng);
    let and = [" & ", " and ", " + ", " und ", " et "][rng.below(5)];
    let other = words::person(rng);
    same(&format!("{name} & {other}"), &format!("{name}{and}{other}"));
    let name = words::act(rng);
    if !name.starts_with("The ") && !name.contains(" & ") {
        same(&format!("The {name}"), &name);
    }
    let mut other = |a: &str, b: &str| cases.push(artists(a, b, false));
    let names = words::acts(rng, 2);
    other(&names[0], &names[1]);
    let name = words::act(rng);
    let tribute = [
        "Tribute to #",
        "# Tribute",
        "The Music of #",
        "Homenaje a #",
        "# Tribute Band",
        "Hommage à #",
        "The Irish # Show",
        "Omaggio a #",
    ][rng.below(8)];
    other(&name, &tribute.replace('#', &name));
    let name = words::act(rng);
    other(&name, &format!("{} - A Tribute to {name}", words::person(rng)));
    let name = words::person(rng);
    let ensemble = ["Trio", "Quartet", "Band", "Orchestra", "& Friends", "Big Band", "Ensemble", "Project"];
    other(&name, &format!("{name} {}", rng.pick(&ensemble)));
    other(&format!("{name} Trio"), &format!("{name} Quintet"));
    let name = words::act(rng);
    other(&format!("{name} (UK)"), &format!("{name} (US)"));
    let (a, b, c) = (words::person(rng), words::person(rng), words::person(rng));
    let first = |name: &str| name.split(' ').next().unwrap_or_default().to_owned();
    let last = |name: &str| name.split(' ').next_back().unwrap_or_default().to_owned();
    if last(&a) != last(&b) {
        other(&a, &format!("{} {}", first(&a), last(&b)));
    }
    if first(&a) != first(&c) {
        other(&a, &format!("{} {}", first(&c), last(&a)));
    }
    other(&a, &first(&a));
    other(&a, &format!("{a} Jr."));
    let name = words::act(rng);
    let (one, two) = (Uuid::from_u128(u128::from(rng.next())), Uuid::from_u128(u128::from(rng.next())));
    let marked = |musicbrainz| Artist { musicbrainz: Some(musicbrainz), ..Artist::from(name.as_str()) };
    cases.push(Case {
        text: format!("{name}, two identifiers"),
        same: false,
        comparison: same_artist(marked(one), marked(two)),
    });
    cases.push(Case {
        text: format!("{name}, one identifier"),
        same: true,
        comparison: same_artist(marked(one), marked(one)),
    });
    let (house, town) = (words::house(rng), words::town(rng));
    cases.push(venues(&house, &format!("{house}, {town}"), true));
    cases.push(venues(&format!("{house} - Main Room"), &house, true));
    let [x, y] =
        [["Main Room", "Back Room"], ["Upstairs", "Basement"], ["Salle 1", "Salle 2"], ["Großer Saal", "Kleiner Saal"]]
            [rng.below(4)];
    cases.push(venues(&format!("{house} - {x}"), &format!("{house} ({y})"), false));
    let elsewhere = words::house(rng);
    if words_of(&house) != words_of(&elsewhere) {
        cases.push(venues(&house, &elsewhere, false));
    }
    cases
}

/// The words of a house but its kind, which another source may leave out.
fn words_of(house: &str) -> String {
    house.trim_start_matches("The ").split(' ').next().unwrap_or_default().to_owned()
}

fn required(name: &str, cases: &[Case]) -> Tally {
    let mut tally = Tally::default();
    let mut report = String::new();
    for case in cases {
        let called = case.comparison.verdict == Verdict::Same;
        tally.count(case.same, called);
        if called != case.same && std::env::var_os("MARQUEE_SHOW_CASES").is_some() {
            let said = if case.same { "not joined" } else { "wrongly joined" };
            let _ = writeln!(
                report,
                "{said} [names] {} {:.3} {}",
                case.text,
                case.comparison.score,
                case.comparison.in_words()
            );
        }
    }
    println!("{report}{name}: {} cases, {tally}", cases.len());
    tally
}

#[test]
fn names_are_told_apart() {
    let hand = hand_written();
    let of_people = required("names, hand-written", &hand);
    let tuned: Vec<Case> = (0..SEEDS).filter(|seed| seed % 2 == 0).flat_map(of_seed).collect();
    let held_out: Vec<Case> = (0..SEEDS).filter(|seed| seed % 2 == 1).flat_map(of_seed).collect();
    let tuning = required("names, tuning half", &tuned);
    let tally = required("names, held-out half", &held_out);
    let mut all = of_people;
    all.add(tuning);
    all.add(tally);
    println!("names: {} cases, {all}", all.all());
    assert!(all.all() >= 1_000, "{}", all.all());
    for (what, tally) in [("hand-written", of_people), ("tuning half", tuning), ("held-out half", tally), ("all", all)]
    {
        assert!(tally.precision() >= 0.995, "{what}: {tally}");
        assert!(tally.recall() >= 0.9, "{what}: {tally}");
    }
}
