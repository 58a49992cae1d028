use chrono::{NaiveDate, NaiveDateTime, Timelike as _};
use marquee_reading::zone;
use proptest::prelude::*;

use super::*;

const ZONES: [&str; 6] =
    ["America/Toronto", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "America/St_Johns", "UTC"];

fn zone_of(name: &str) -> Zone {
    name.parse().unwrap()
}

fn toronto() -> Zone {
    zone_of("America/Toronto")
}

fn local(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    zone::resolve(local(text), toronto()).0
}

fn schedule() -> Schedule {
    Schedule { jitter_minutes: 0, ..Schedule::default() }
}

fn terms(schedule: &Schedule) -> Terms {
    Terms::read(schedule, toronto()).unwrap()
}

fn cron(text: &str) -> Terms {
    terms(&Schedule { cron: Some(text.to_owned()), ..schedule() })
}

fn quiet(windows: &[(&str, &str)]) -> Vec<[String; 2]> {
    windows.iter().map(|(from, to)| [(*from).to_owned(), (*to).to_owned()]).collect()
}

/// Crawls a day apart at noon, the newest first, on the last of `days` days before 1 June 2026; those on which `changed`.
fn daily(days: u64, changed: impl Fn(NaiveDate) -> bool) -> Vec<Change> {
    let last = NaiveDate::from_ymd_opt(2026, 5, 31).unwrap();
    (0..days)
        .map(|back| last - chrono::Days::new(back))
        .map(|day| Change { at: zone::resolve(day.and_hms_opt(12, 0, 0).unwrap(), toronto()).0, changed: changed(day) })
        .collect()
}

#[test]
fn an_interval_is_added_and_jitter_only_makes_later() {
    let terms = terms(&Schedule { every_minutes: 60, jitter_minutes: 10, ..schedule() });
    let after = at("2026-06-01 12:00");
    assert_eq!(next(&terms, &[], after, 0.0), at("2026-06-01 13:00"));
    assert_eq!(next(&terms, &[], after, 0.5), at("2026-06-01 13:05"));
}

#[test]
fn fixed_times_are_the_venues() {
    let terms = cron("30 6,14 * * *");
    assert_eq!(next(&terms, &[], at("2026-06-01 06:29"), 0.0), at("2026-06-01 06:30"));
    assert_eq!(next(&terms, &[], at("2026-06-01 06:30"), 0.0), at("2026-06-01 14:30"));
    assert_eq!(next(&terms, &[], at("2026-06-01 23:00"), 0.0), at("2026-06-02 06:30"));
}

#[test]
fn a_fixed_time_that_the_clock_leaves_out_is_moved_by_the_gap_and_one_that_it_repeats_comes_once() {
    // In Toronto the clock goes from 02:00 to 03:00 on 8 March 2026, and from 02:00 back to 01:00 on 1 November.
    let daily = cron("30 2 * * *");
    let first = next(&daily, &[], at("2026-03-08 00:00"), 0.0);
    assert_eq!(first, at("2026-03-08 03:30"));
    assert_eq!(next(&daily, &[], first, 0.0), at("2026-03-09 02:30"));

    // Four times an hour: nothing is passed over because a time of the gap was moved behind it.
    let quarter = cron("*/15 * * * *");
    assert_eq!(next(&quarter, &[], at("2026-03-08 01:45"), 0.0), at("2026-03-08 03:00"));

    let daily = cron("30 1 * * *");
    let first = next(&daily, &[], at("2026-11-01 00:00"), 0.0);
    assert_eq!(first, at("2026-11-01 01:30"));
    assert_eq!(next(&daily, &[], first, 0.0), at("2026-11-02 01:30"));
    assert_eq!(
        next(&daily, &[], first + TimeDelta::minutes(45), 0.0),
        at("2026-11-02 01:30"),
        "the second 01:30 is not meant"
    );
}

#[test]
fn quiet_hours_may_span_midnight_and_are_followed_by_the_jitter() {
    let terms =
        terms(&Schedule { every_minutes: 60, jitter_minutes: 10, quiet: quiet(&[("23:00", "06:30")]), ..schedule() });
    assert_eq!(next(&terms, &[], at("2026-06-01 21:30"), 0.0), at("2026-06-01 22:30"));
    assert_eq!(next(&terms, &[], at("2026-06-01 22:10"), 0.0), at("2026-06-02 06:30"));
    assert_eq!(next(&terms, &[], at("2026-06-02 02:00"), 0.5), at("2026-06-02 06:35"));
}

#[test]
fn quiet_hours_are_kept_on_the_nights_on_which_the_clock_changes() {
    let night = terms(&Schedule { every_minutes: 1, quiet: quiet(&[("00:30", "01:20")]), ..schedule() });
    // 01:10 for the second time.
    let second = at("2026-11-01 01:10") + TimeDelta::hours(1);
    assert_eq!(next(&night, &[], second, 0.0), second + TimeDelta::minutes(10));
    let gap = terms(&Schedule { every_minutes: 1, quiet: quiet(&[("01:00", "02:30")]), ..schedule() });
    assert_eq!(next(&gap, &[], at("2026-03-08 01:10"), 0.0), at("2026-03-08 03:30"));
}

fn adaptive(least: u32, most: u32) -> Terms {
    let adaptive = Some(Adaptive { at_least_minutes: least, at_most_minutes: most });
    terms(&Schedule { every_minutes: 1440, adaptive, ..schedule() })
}

#[test]
fn a_source_of_which_nothing_is_known_is_visited_as_its_file_says() {
    let after = at("2026-06-01 12:00");
    let apart = next(&adaptive(60, 20_000), &[], after, 0.0) - after;
    assert!((apart - TimeDelta::days(1)).abs() < TimeDelta::seconds(1), "{apart}");
}

#[test]
fn a_source_that_never_changes_is_visited_less_and_one_that_always_does_more() {
    let terms = adaptive(60, 20_000);
    let after = at("2026-06-01 12:00");
    let never = next(&terms, &daily(30, |_| false), after, 0.0) - after;
    let always = next(&terms, &daily(30, |_| true), after, 0.0) - after;
    assert!(never > TimeDelta::days(7), "{never}");
    assert!(always < TimeDelta::hours(6), "{always}");
    // And never beyond what the operator allows.
    assert_eq!(next(&adaptive(600, 2880), &daily(30, |_| false), after, 0.0) - after, TimeDelta::minutes(2880));
    assert_eq!(next(&adaptive(600, 2880), &daily(30, |_| true), after, 0.0) - after, TimeDelta::minutes(600));
}

#[test]
fn a_source_that_changes_before_the_weekend_is_visited_more_then() {
    let changes = daily(56, |day| chrono::Datelike::weekday(&day) == chrono::Weekday::Thu);
    let terms = adaptive(60, 6 * 1440);
    let (wednesday, friday) = (at("2026-06-03 23:30"), at("2026-06-05 23:30"));
    let (before, after) = (next(&terms, &changes, wednesday, 0.0), next(&terms, &changes, friday, 0.0));
    assert!(before - wednesday < TimeDelta::hours(16), "{}", before - wednesday);
    assert!(after - friday > TimeDelta::days(3), "{}", after - friday);
}

#[test]
fn what_is_wrong_with_a_schedule_is_named_by_its_key() {
    let bad = |schedule: Schedule, key: &str, words: &str| {
        let problem = Terms::read(&schedule, toronto()).unwrap_err();
        assert_eq!(problem.key, key);
        assert!(problem.reason.contains(words), "{}", problem.reason);
    };
    bad(Schedule { every_minutes: 0, ..schedule() }, "schedule.every_minutes", "too often");
    for text in ["often", "* * * *", "0 0 0 * * *", "61 * * * *"] {
        bad(Schedule { cron: Some(text.to_owned()), ..schedule() }, "schedule.cron", "is not a cron expression");
    }
    bad(Schedule { cron: Some("0 0 30 2 *".to_owned()), ..schedule() }, "schedule.cron", "never comes");
    bad(Schedule { quiet: quiet(&[("6:30", "07:00")]), ..schedule() }, "schedule.quiet", "`6:30`");
    bad(Schedule { quiet: quiet(&[("06:00", "06:00")]), ..schedule() }, "schedule.quiet", "is none");
    bad(
        Schedule { quiet: quiet(&[("06:00", "18:00"), ("17:00", "06:00")]), ..schedule() },
        "schedule.quiet",
        "whole day",
    );
    let bounds = Some(Adaptive { at_least_minutes: 10, at_most_minutes: 5 });
    bad(Schedule { adaptive: bounds, ..schedule() }, "schedule.adaptive", "not less");
}

fn windows() -> impl Strategy<Value = Vec<[String; 2]>> {
    let time = || (0u32..1440).prop_map(|minute| format!("{:02}:{:02}", minute / 60, minute % 60));
    proptest::collection::vec([time(), time()], 0..3)
}

fn any_terms() -> impl Strategy<Value = (Schedule, Terms)> {
    let crons = prop_oneof![
        Just(None),
        Just(Some("30 2 * * *".to_owned())),
        Just(Some("*/7 * * * *".to_owned())),
        Just(Some("0 1-3 * * 0".to_owned())),
        Just(Some("59 23 31 * *".to_owned()))
    ];
    let bounds = proptest::option::of((1u32..500, 0u32..20_000));
    (crons, windows(), 1u32..3000, 0u32..90, bounds, 0..ZONES.len())
        .prop_map(|(cron, quiet, every_minutes, jitter_minutes, bounds, place)| {
            let adaptive = bounds
                .filter(|_| cron.is_none())
                .map(|(least, more)| Adaptive { at_least_minutes: least, at_most_minutes: least + more });
            let schedule = Schedule { every_minutes, cron, jitter_minutes, quiet, adaptive };
            let terms = Terms::read(&schedule, zone_of(ZONES[place]));
            (schedule, terms)
        })
        .prop_filter_map("quiet hours that leave no time", |(schedule, terms)| Some((schedule, terms.ok()?)))
}

/// Any time of two years, and as often the nights on which clocks change.
fn any_time() -> impl Strategy<Value = DateTime<Utc>> {
    let nights = [
        "2026-03-08T00:00:00Z",
        "2026-03-29T00:00:00Z",
        "2026-10-25T00:00:00Z",
        "2026-11-01T00:00:00Z",
        "2026-04-04T10:00:00Z",
    ];
    let night = (0..nights.len(), 0i64..36 * 3600).prop_map(move |(night, seconds)| {
        nights[night].parse::<DateTime<Utc>>().unwrap() + TimeDelta::seconds(seconds)
    });
    let any = (1_767_225_600i64..1_830_297_600).prop_map(|second| DateTime::from_timestamp(second, 0).unwrap());
    prop_oneof![night, any]
}

fn any_changes() -> impl Strategy<Value = Vec<(u32, bool)>> {
    proptest::collection::vec((1u32..4000, any::<bool>()), 0..40)
}

fn is_quiet(schedule: &Schedule, zone: Zone, at: DateTime<Utc>) -> bool {
    let time = zone::local(at, zone).time();
    let now = format!("{:02}:{:02}", time.hour(), time.minute());
    schedule.quiet.iter().any(|[from, to]| match from < to {
        true => from <= &now && &now < to,
        false => &now >= from || &now < to,
    })
}

proptest! {
    #[test]
    fn the_next_time_is_later_outside_of_quiet_hours_and_within_the_bounds(
        (schedule, terms) in any_terms(), after in any_time(), changes in any_changes(), random in 0.0f64..1.0
    ) {
        let mut when = after;
        let changes: Vec<Change> = changes.into_iter().map(|(minutes, changed)| {
            when -= TimeDelta::minutes(i64::from(minutes));
            Change { at: when, changed }
        }).collect();
        let first = next(&terms, &changes, after, random);
        prop_assert!(first > after);
        prop_assert!(!is_quiet(&schedule, terms.zone, first), "{first}");
        if let (None, Some(bounds)) = (&schedule.cron, schedule.adaptive) {
            prop_assert!(first - after >= TimeDelta::minutes(i64::from(bounds.at_least_minutes)));
            if schedule.quiet.is_empty() {
                prop_assert!(first - after <= minutes(bounds.at_most_minutes) + minutes(schedule.jitter_minutes));
            }
        }
        // And it goes on.
        let second = next(&terms, &changes, first, random);
        prop_assert!(second > first);
        prop_assert!(!is_quiet(&schedule, terms.zone, second), "{second}");
    }

    #[test]
    fn no_fixed_time_is_passed_over(after in any_time(), ahead in 1i64..600, place in 0..ZONES.len()) {
        // What is next at some time is still next at any time before it that has no other in between.
        let terms = Terms::read(&Schedule { cron: Some("*/20 * * * *".to_owned()), ..schedule() }, zone_of(ZONES[place])).unwrap();
        let later = next(&terms, &[], after + TimeDelta::minutes(ahead), 0.0);
        let first = next(&terms, &[], after, 0.0);
        prop_assert!(first <= later);
    }
}
