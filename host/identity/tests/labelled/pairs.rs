//! Labelled pairs: how often two records of one event are found, and how seldom two events are joined.

use std::{collections::BTreeMap, fmt::Write};

use marquee_identity::{Verdict, compare};

use crate::{
    Tally, families,
    record::{self, Pair},
};

/// Seeds of the generator; each makes one pair of every family. The even ones were looked at while weights were set, the odd ones never.
const SEEDS: u64 = 160;

fn judge(pairs: &[Pair], report: &mut String) -> Tally {
    let mut all = Tally::default();
    let mut families: BTreeMap<&str, Tally> = BTreeMap::new();
    for pair in pairs {
        let comparison = compare(&pair.a.facts(), &pair.b.facts());
        let called = comparison.verdict == Verdict::Same;
        all.count(pair.same, called);
        families.entry(pair.family).or_default().count(pair.same, called);
        if called != pair.same && std::env::var_os("MARQUEE_SHOW_CASES").is_some() {
            let (a, b) = (&pair.a, &pair.b);
            let said = if pair.same { "not joined" } else { "wrongly joined" };
            let _ = writeln!(
                report,
                "{said} [{}] {:.3}\n    {} {:?} {:?} {:?}\n    {} {:?} {:?} {:?}\n    {}",
                pair.family,
                comparison.score,
                a.title,
                a.date,
                a.start,
                a.room,
                b.title,
                b.date,
                b.start,
                b.room,
                comparison.in_words()
            );
        }
    }
    for (family, tally) in families {
        let _ = writeln!(report, "  {family}: {tally}");
    }
    all
}

fn required(name: &str, pairs: &[Pair]) {
    let mut report = String::new();
    let tally = judge(pairs, &mut report);
    println!("{report}{name}: {} pairs, {tally}", tally.all());
    assert!(tally.precision() >= 0.995, "{name}: {tally}");
    assert!(tally.recall() >= 0.95, "{name}: {tally}");
}

fn generated(odd: bool) -> Vec<Pair> {
    (0..SEEDS).filter(|seed| (seed % 2 == 1) == odd).flat_map(families::of_seed).collect()
}

#[test]
fn pairs_of_the_tuning_half_are_told_apart() {
    let pairs = generated(false);
    assert!(pairs.len() >= 2_000, "{}", pairs.len());
    required("tuning half", &pairs);
}

#[test]
fn pairs_of_the_held_out_half_are_told_apart() {
    let pairs = generated(true);
    assert!(pairs.len() >= 2_000, "{}", pairs.len());
    required("held-out half", &pairs);
}

#[test]
fn pairs_that_people_wrote_are_told_apart() {
    let pairs = record::hand_written();
    assert!(pairs.len() >= 300, "{}", pairs.len());
    required("hand-written", &pairs);
}
