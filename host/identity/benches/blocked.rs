//! What comparing costs: two sources of 500 events each at one venue, of which only pairs of one night are compared.
//!
//! `cargo bench -p marquee-identity --bench blocked`. Reading the titles is most of it; it is done once a record, however many pairs
//! the record is in.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a benchmark may fail loudly")]

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate, NaiveTime};
use marquee_identity::{BlockKey, Facts, Features, Verdict, block_keys};
use marquee_model::{Performer, Role, VenueId};
use uuid::Uuid;

fn main() {
    divan::main();
}

struct Record {
    title: String,
    performers: Vec<Performer>,
    date: NaiveDate,
    time: NaiveTime,
}

const EVENTS: u64 = 500;

/// A year of a house that has two shows on every fourth night.
fn source(other: bool) -> Vec<Record> {
    (0..EVENTS)
        .map(|i| {
            let (a, b) = (
                format!("{} Lanterns", number(i * 7 + 3)),
                format!("{} Moth & the {}s", number(i * 11), number(i * 13 + 5)),
            );
            let title = if other {
                format!("{b}, {a} at Harbour Tavern | Westmere")
            } else {
                format!("{a} w/ {b} (Album Release)")
            };
            let names = if other { [b, a] } else { [a, b] };
            let performer = |(name, billing)| Performer { name, role: Role::Performer, billing };
            Record {
                title,
                performers: names.into_iter().zip(1..).map(performer).collect(),
                date: NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(i * 4 / 5),
                time: NaiveTime::from_hms_opt(if i % 5 == 4 { 22 } else { 19 }, 30, 0).unwrap(),
            }
        })
        .collect()
}

/// A number in syllables.
fn number(n: u64) -> String {
    const SYLLABLES: [&str; 10] = ["Ba", "ke", "li", "mo", "nu", "pra", "sel", "tor", "vin", "wex"];
    n.to_string().bytes().map(|digit| SYLLABLES[usize::from(digit - b'0')]).collect()
}

fn facts(record: &Record) -> Facts<'_> {
    let venue = VenueId::from_uuid(Uuid::from_u128(1));
    // As `Facts::of` has it for a normalised event.
    Facts {
        title_is_plain: true,
        performers: &record.performers,
        start_time: Some(record.time),
        ..Facts::new(&record.title, venue, record.date)
    }
}

fn blocks<'f, 'a>(features: &'f [Features<'a>]) -> BTreeMap<BlockKey, Vec<&'f Features<'a>>> {
    let mut blocks: BTreeMap<BlockKey, Vec<&Features<'_>>> = BTreeMap::new();
    for features in features {
        for key in block_keys(features.facts()) {
            blocks.entry(key).or_default().push(features);
        }
    }
    blocks
}

/// Compares all pairs that share a block; how many are one event.
fn compare(one: &[Features<'_>], other: &[Features<'_>]) -> usize {
    let others = blocks(other);
    let pairs = blocks(one);
    pairs
        .iter()
        .filter_map(|(key, ours)| Some((ours, others.get(key)?)))
        .flat_map(|(ours, theirs)| ours.iter().flat_map(move |a| theirs.iter().map(move |b| a.compare(b))))
        .filter(|comparison| comparison.verdict == Verdict::Same)
        .count()
}

/// Two sources, read and compared.
#[divan::bench]
fn two_sources_of_500(bencher: divan::Bencher<'_, '_>) {
    let (house, other) = (source(false), source(true));
    bencher.bench(|| {
        let one: Vec<Features<'_>> = house.iter().map(|record| Features::of(facts(record))).collect();
        let two: Vec<Features<'_>> = other.iter().map(|record| Features::of(facts(record))).collect();
        let same = compare(&one, &two);
        assert_eq!(same, house.len());
        same
    });
}

/// The same, with everything read before.
#[divan::bench]
fn compared_again(bencher: divan::Bencher<'_, '_>) {
    let (house, other) = (source(false), source(true));
    let one: Vec<Features<'_>> = house.iter().map(|record| Features::of(facts(record))).collect();
    let two: Vec<Features<'_>> = other.iter().map(|record| Features::of(facts(record))).collect();
    compare(&one, &two);
    bencher.bench(|| compare(&one, &two));
}

/// Records of other venues or nights, which are never read.
#[divan::bench]
fn of_other_nights(bencher: divan::Bencher<'_, '_>) {
    let house = source(false);
    let features: Vec<Features<'_>> = house.iter().map(|record| Features::of(facts(record))).collect();
    let first = &features[0];
    bencher.bench(|| features.iter().skip(5).filter(|other| first.compare(other).is_same()).count());
}
