//! Tests: what is printed from a date, in any language and with any of its names, reads back to that date.

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};
use marquee_model::Moment;
use proptest::prelude::*;

use super::{DateContext, DateOrder, read};
use crate::words::{Language, TABLES};

fn code(language: Language) -> String {
    ["en", "fr", "de", "nl", "es", "it", "pt", "pl"]
        .into_iter()
        .find(|code| Language::from_code(code) == Some(language))
        .unwrap()
        .to_owned()
}

/// One of the names of a table's entry.
fn name(names: &str, pick: usize) -> String {
    let names: Vec<&str> = names.split(',').map(str::trim).collect();
    names[pick % names.len()].to_owned()
}

fn moment() -> impl Strategy<Value = NaiveDateTime> {
    (2001_i32..2090, 0_u32..365, 5_u32..24, 0_u32..60).prop_map(|(year, ordinal, hour, minute)| {
        // `10:30` to `12:59` may be of either clock in English.
        let hour = if (10..13).contains(&hour) { 20 } else { hour };
        NaiveDate::from_yo_opt(year, ordinal + 1).unwrap().and_hms_opt(hour, minute, 0).unwrap()
    })
}

fn start(text: &str, context: &DateContext) -> Option<Moment> {
    read(&[text], context).remove(0).ok().map(|when| when.start)
}

proptest! {
    #[test]
    fn what_is_printed_from_a_date_reads_back(at in moment(), language in 0_usize..8, month in 0_usize..5, weekday in 0_usize..5, layout in 0_usize..8) {
        let table = TABLES[language];
        let month = name(table.months[at.month0() as usize], month);
        let weekday = name(table.weekdays[at.weekday().num_days_from_monday() as usize], weekday);
        let (day, year, hour, minute) = (at.day(), at.year(), at.hour(), at.minute());
        let text = match layout {
            0 => format!("{weekday} {day} {month} {year} {hour:02}:{minute:02}"),
            1 => format!("{weekday}. {day}. {month}. {year}, {hour:02}:{minute:02}h"),
            2 => format!("{}, {month} {day}, {year} {hour:02}:{minute:02}", weekday.to_uppercase()),
            3 => format!("{day} {month} {year} | {hour:02}h{minute:02}"),
            4 => format!("{hour:02}:{minute:02} {day}. {month} {year} ({weekday})"),
            5 => format!("{weekday} {day:02}.{:02}.{year} {hour:02}.{minute:02} Uhr", at.month()),
            6 => format!("{weekday} {day}/{}/{year} - {hour:02}:{minute:02}", at.month()),
            _ => at.format("%Y-%m-%dT%H:%M:%S").to_string(),
        };
        let context = DateContext {
            languages: vec![code(table.language)],
            order: Some(DateOrder::DayFirst),
            ..DateContext::new(NaiveDate::from_ymd_opt(2024, 6, 1).unwrap())
        };
        prop_assert_eq!(start(&text, &context), Some(Moment::Local(at)), "{}", text);
    }

    #[test]
    fn a_day_without_its_year_reads_back_within_the_coming_year(days in 0_u64..330, language in 0_usize..8, today in moment()) {
        let today = today.date();
        let day = today.checked_add_days(chrono::Days::new(days)).unwrap();
        let table = TABLES[language];
        let text = format!("{} {}", day.day(), name(table.months[day.month0() as usize], 0));
        let context = DateContext { languages: vec![code(table.language)], ..DateContext::new(today) };
        // 29 February is read as the next one, which is this.
        prop_assert_eq!(start(&text, &context), Some(Moment::Date(day)), "{}", text);
    }

    #[test]
    fn no_text_makes_the_reading_panic(texts in proptest::collection::vec("(\\PC|[0-9]{1,4}|[-./:,|@ ]|mar|do|Fr|12am|20h| Uhr | bis | Nov |24:00|to |doors ){0,30}", 1..4), listing: bool) {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let context = DateContext { listing, ..DateContext::new(NaiveDate::from_ymd_opt(2024, 2, 29).unwrap()) };
        let answers = read(&texts, &context);
        prop_assert_eq!(answers.len(), texts.len());
        for when in answers.into_iter().flatten() {
            let texts = std::iter::once(&when.start).chain(&when.doors).chain(&when.end).chain(&when.more).filter(|m| matches!(m, Moment::Text(_)));
            prop_assert_eq!(texts.count(), 0);
        }
    }
}
