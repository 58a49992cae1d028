//! Date texts of eight languages, written for these tests: one line a case in `cases/dates.txt` and `cases/dates/`.

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "helpers of tests: they may fail loudly")]

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use chrono::NaiveDate;
use marquee_model::{AgeRestriction, Moment};
use marquee_reading::dates::{self, DateContext, DateOrder, Unreadable, When};
use proptest::prelude::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn moment(moment: &Moment) -> String {
    match moment {
        Moment::Date(date) => date.to_string(),
        Moment::Local(local) => local.format("%Y-%m-%d %H:%M").to_string(),
        Moment::Instant(at) => at.format("%Y-%m-%d %H:%MZ").to_string(),
        Moment::Text(text) => format!("text {text}"),
    }
}

/// A reading in one line: the start, then what else was found, then the letters of what was concluded.
fn line(read: &Result<When, Unreadable>) -> String {
    let Ok(when) = read else { return "!".to_owned() };
    let mut line = moment(&when.start);
    for (name, value) in [("doors", &when.doors), ("end", &when.end)] {
        if let Some(value) = value {
            line.push_str(&format!("; {name} {}", moment(value)));
        }
    }
    for more in &when.more {
        line.push_str(&format!("; more {}", moment(more)));
    }
    let i = when.inferred;
    let flags: String = [(i.year, 'y'), (i.month, 'm'), (i.day, 'd'), (i.meridiem, 'p'), (i.night, 'n')]
        .into_iter()
        .filter_map(|(set, letter)| set.then_some(letter))
        .collect();
    if flags.is_empty() { line } else { format!("{line}; {flags}") }
}

#[test]
fn date_texts_are_read_in_every_language() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder.join("dates")).unwrap().map(|e| e.unwrap().path()).collect();
    files.push(folder.join("dates.txt"));
    files.sort();
    for file in files {
        cases_of(&file);
    }
}

fn cases_of(file: &Path) {
    let mut wrong = Vec::new();
    let mut context = DateContext::new(day("2024-11-01"));
    let mut cases = 0;
    let text = std::fs::read_to_string(file).unwrap();
    for case in text.lines().filter(|l| !l.trim().is_empty() && !l.starts_with('#')) {
        if let Some(setting) = case.strip_prefix("@ ") {
            let mut words = setting.split_whitespace();
            context = DateContext::new(day(words.next().unwrap()));
            context.languages = words.map(str::to_owned).collect();
            continue;
        }
        let (text, expected) = case.split_once(" => ").unwrap();
        let read = dates::read(&[&text.replace("\\n", "\n")], &context).remove(0);
        cases += 1;
        if line(&read) != expected.trim() {
            wrong.push(format!("{text} gives {}", line(&read)));
        }
    }
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    println!("date cases of {name}: {} of {cases}", cases - wrong.len());
    assert!(cases > 0 && wrong.is_empty(), "{name}: {wrong:#?}");
}

fn listing(texts: &[&str], today: &str) -> Vec<String> {
    let context = DateContext { listing: true, ..DateContext::new(day(today)) };
    dates::read(texts, &context).iter().map(line).collect()
}

#[test]
fn a_neighbour_tells_which_number_is_the_day() {
    assert_eq!(listing(&["03/04", "25/04"], "2026-03-01"), ["2026-04-03; y", "2026-04-25; y"]);
    assert_eq!(listing(&["03/04", "04/25"], "2026-03-01"), ["2026-03-04; y", "2026-04-25; y"]);
    // A neighbour of another opinion, or none: unknown.
    assert_eq!(listing(&["03/04", "25/04", "04/25"], "2026-03-01")[0], "!");
    assert_eq!(listing(&["03/04", "05/06"], "2026-03-01"), ["!", "!"]);
}

#[test]
fn a_list_that_passes_new_year_tells_its_own_years() {
    assert_eq!(
        listing(&["28 décembre", "31 décembre à 22h", "2 janvier", "15 mars"], "2026-12-20"),
        ["2026-12-28; y", "2026-12-31 22:00; y", "2027-01-02; y", "2027-03-15; y"]
    );
    // The day after: what is past stays past.
    assert_eq!(
        listing(&["28.12.", "31.12.", "2.1.", "15.3."], "2027-01-01"),
        ["2026-12-28; y", "2026-12-31; y", "2027-01-02; y", "2027-03-15; y"]
    );
    // One weekday settles the year of its neighbours: 9 January 2027 is a Saturday, 2026 a Friday.
    assert_eq!(
        listing(&["2 stycznia", "sob. 9 stycznia", "6 lutego"], "2026-10-01"),
        ["2027-01-02; y", "2027-01-09; y", "2027-02-06; y"]
    );
    // An archive runs backwards.
    assert_eq!(
        listing(&["9 januari", "2 januari", "31 december", "20 december"], "2027-01-12"),
        ["2027-01-09; y", "2027-01-02; y", "2026-12-31; y", "2026-12-20; y"]
    );
    // A printed year in the middle carries both ways.
    assert_eq!(
        listing(&["30 de diciembre", "2 de enero de 2028", "5 de febrero"], "2026-12-20"),
        ["2027-12-30; y", "2028-01-02", "2028-02-05; y"]
    );
}

#[test]
fn a_clock_time_that_a_change_of_clocks_skips_or_repeats_follows_the_rule() {
    let read = |text| line(&dates::read(&[text], &DateContext::new(day("2026-03-10")))[0]);
    // Skipped: as long after the jump as it was to be after it. Repeated: the first.
    assert_eq!(read("29.03.2026 02:30 Europe/Berlin"), "2026-03-29 01:30Z");
    assert_eq!(read("25.10.2026 02:30 Europe/Berlin"), "2026-10-25 00:30Z");
    assert_eq!(read("2026-03-08 02:30 America/New_York"), "2026-03-08 07:30Z");
    assert_eq!(read("2026-11-01 01:30 EST"), "2026-11-01 05:30Z");
    // An offset says which of the two is meant.
    assert_eq!(read("2026-11-01T01:30:00-05:00"), "2026-11-01 06:30Z");
}

#[test]
fn an_order_a_region_and_a_language_tell_which_number_is_the_day() {
    let read = |languages: &[&str], order| {
        let languages = languages.iter().map(|l| (*l).to_owned()).collect();
        line(&dates::read(&["03/04/2026"], &DateContext { languages, order, ..DateContext::new(day("2026-01-01")) })[0])
    };
    assert_eq!(read(&["en"], Some(DateOrder::MonthFirst)), "2026-03-04");
    assert_eq!(read(&["en"], Some(DateOrder::DayFirst)), "2026-04-03");
    assert_eq!(read(&["en-US"], None), "2026-03-04");
    assert_eq!(read(&["en-GB"], None), "2026-04-03");
    assert_eq!(read(&["nl"], None), "2026-04-03");
    assert_eq!(read(&["en"], None), "!");
    assert_eq!(read(&[], None), "!");
}

#[test]
fn a_weekday_tells_the_year_and_a_wrong_one_leaves_the_date_standing() {
    let read = |text| line(&dates::read(&[text], &DateContext::new(day("2024-11-20")))[0]);
    // 3 January 2025 is a Friday.
    assert_eq!(read("Fri Jan 3"), "2025-01-03; y");
    // 15 November 2025 is a Saturday, 2024 a Friday.
    assert_eq!(read("Sat Nov 15"), "2025-11-15; y");
    let wrong = dates::read(&["Mon Nov 29 2024"], &DateContext::new(day("2024-11-20"))).remove(0).unwrap();
    assert_eq!((moment(&wrong.start).as_str(), wrong.weekday), ("2024-11-29", Some(1)));
}

#[test]
fn a_given_day_is_what_bare_times_numbers_and_weekdays_are_read_from() {
    let context = DateContext { day: Some(day("2025-02-14")), ..DateContext::new(day("2024-11-01")) };
    let read = |text| line(&dates::read(&[text], &context)[0]);
    assert_eq!(read("20:00"), "2025-02-14 20:00; ymd");
    assert_eq!(read("tomorrow 20:00"), "2025-02-15 20:00");
    assert_eq!(read("21"), "2025-02-21; ym");
    assert_eq!(read("30"), "!");
    assert_eq!(read("Fri 28"), "2025-02-28; ym");
}

#[test]
fn a_refusal_says_why() {
    let reasons: Vec<String> = dates::read(
        &["03/04", "20.10", "30 February 2025", "November", "every Friday", "Mon - Fri", "Our Story", ""],
        &DateContext::new(day("2024-11-01")),
    )
    .into_iter()
    .map(|r| r.unwrap_err().to_string())
    .collect();
    insta::assert_snapshot!(reasons.join("\n"));
}

/// CPU time of this thread; another thread's work does not count.
fn cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(stat.split(' ').next().and_then(|nanos| nanos.parse().ok()).unwrap_or_default())
}

/// Shapes that made slow readers quadratic; each is far over the limit, so that the limit is what is tested.
#[test]
fn a_hostile_text_costs_no_more_than_its_limit() {
    let shapes = [
        "1/",
        "12.",
        "mar ",
        "Fri,",
        "20:00-",
        "a las ",
        "1 to ",
        "(",
        "doors ",
        "Nov 15 8pm ",
        "-",
        "24|",
        "p.m.",
        "1er et ",
        "&amp;",
        "amp;",
        "Ã©",
        "$1 ",
        "18 & ",
        "(CANCELLED) ",
    ];
    let texts: Vec<String> = shapes.iter().map(|shape| shape.repeat(1_000_000 / shape.len())).collect();
    let context = DateContext { listing: true, ..DateContext::new(day("2024-11-01")) };
    let began = cpu();
    for text in &texts {
        let _ = dates::read(&[text], &context);
        let _ = marquee_reading::prices::read(text, None);
        let _ = marquee_reading::ages::read(text);
        let _ = marquee_reading::status::read(text);
        let _ = marquee_reading::performers::read(text);
        let _ = marquee_reading::text::clean(text);
    }
    // 14 MB were offered; the limits leave a few hundred kilobytes, cleaning takes all. Measured: well under a second.
    let spent = cpu().saturating_sub(began);
    assert!(spent < Duration::from_secs(20), "{spent:?}");
}

#[test]
fn a_thousand_texts_are_read_together() {
    let texts: Vec<String> = (0..1000).map(|i| format!("{} {}", i % 28 + 1, ["Nov", "Dec", "Jan"][i / 400])).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let context = DateContext { listing: true, ..DateContext::new(day("2024-11-01")) };
    assert_eq!(dates::read(&texts, &context).iter().filter(|r| r.is_ok()).count(), 1000);
}

proptest! {
    #[test]
    fn no_text_makes_prices_or_ages_panic(text in "(\\PC|[0-9]{1,3}|[-.,/+&:€$ ]|free|ab |over | fees|18\\+|from |members){0,30}") {
        if let Some(claim) = marquee_reading::prices::read(&text, None) {
            for amount in claim.min.iter().chain(&claim.max) {
                prop_assert!(amount.parse::<rust_decimal::Decimal>().is_ok(), "{}", amount);
            }
        }
        if let Some(AgeRestriction::Minimum(age)) = marquee_reading::ages::read(&text) {
            prop_assert!((1..=99).contains(&age));
        }
    }
}

#[test]
fn digits_that_count_up_like_a_season_are_one_only_in_years_of_our_time() {
    let context = DateContext { languages: vec!["it".to_owned()], ..DateContext::new(day("2026-03-10")) };
    let year = |text: &str| {
        let read = dates::read(&[text], &context).remove(0);
        read.ok().map(|when| moment(&when.start).split('-').next().unwrap().parse::<i32>().unwrap())
    };
    for text in ["1414-15 marzo 3", "gaat 3/1414-15 marzo", "0014-15 marzo", "0013-0014 3 marzo", "9998-9999 3 marzo"] {
        assert!(year(text).is_none_or(|year| (2025..=2028).contains(&year)), "{text}: {:?}", year(text));
    }
}
