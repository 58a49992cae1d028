//! What a correct reading of saved pages gives: `expected.json` beside them.
//!
//! Several people wrote such files in several forms; all of them are read as they are. A value that a file does not name is not
//! scored; one that it names as absent (`null`, `unknown`) is compared and never counted as wrong, since most files tell what another
//! program read, not what the page holds. Never looks at a page.

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use marquee_reading::{ages, prices};
use serde_json::Value;

use crate::field::{Field, age, word};

/// What is expected of a venue's saved pages.
#[derive(Debug, Clone, Default)]
pub struct Expected {
    /// How many events the listing has.
    pub count: Option<Count>,
    /// Events that are told in full or in part.
    pub events: Vec<Wanted>,
    /// Whether those are all events of the listing.
    pub exhaustive: bool,
    /// How many events stand under a condition.
    pub counts: Vec<(Condition, u64)>,
    /// What is asked for after a page.
    pub next_pages: Vec<NextPage>,
    /// Years of dates are not to be trusted: the page prints none.
    pub without_year: bool,
    /// The file's own words of caution.
    pub caveats: Vec<String>,
}

/// How many events are expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// This many.
    Exactly(u64),
    /// This many or more.
    AtLeast(u64),
}

impl Count {
    /// The number.
    #[must_use]
    pub const fn number(self) -> u64 {
        match self {
            Self::Exactly(number) | Self::AtLeast(number) => number,
        }
    }
}

/// What the counted events have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// They are on this day.
    OnDay(NaiveDate),
    /// They are at this venue.
    AtVenue(String),
}

/// An event as far as it is told.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// The title, or a part of it.
    pub title: Option<Test>,
    /// The day, where it is told.
    pub date: Option<NaiveDate>,
    /// What is told of the fields, the title and the day among them.
    pub tests: Vec<(Field, Test)>,
}

/// What is told of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// It is this.
    Is(String),
    /// This stands in it.
    Contains(String),
    /// It begins with this.
    Starts(String),
    /// These, in any order.
    All(Vec<String>),
    /// An address with this path.
    Path(String),
    /// There is none, as far as the file knows.
    Nothing,
}

impl std::fmt::Display for Test {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Is(text) => f.write_str(text),
            Self::Contains(text) => write!(f, "…{text}…"),
            Self::Starts(text) => write!(f, "{text}…"),
            Self::All(texts) => f.write_str(&texts.join("; ")),
            Self::Path(text) => write!(f, "an address with the path {text}"),
            Self::Nothing => f.write_str("nothing"),
        }
    }
}

/// A page and the one that follows it.
#[derive(Debug, Clone)]
pub struct NextPage {
    /// Name of the saved page in the venue's folder, as the file writes it: `index_html` for `index.html`.
    pub page: String,
    /// The address that it counts as fetched from; absent: the source's.
    pub after: Option<String>,
    /// The address of the next page; absent: there is none.
    pub expected: Option<String>,
}

impl Expected {
    /// Reads a file's JSON. `page` is the name of the saved listing, by which a file with an old and a new page tells them apart.
    #[must_use]
    pub fn read(file: &Value, page: &str) -> Self {
        let inner = match file.get("old") {
            Some(old) if text(old, "file").as_deref() == Some(page) => old.get("expected").unwrap_or(old),
            _ => file,
        };
        let told = inner.get("expected").filter(|told| told.is_object()).unwrap_or(inner);
        let mut expected = Self { caveats: caveats(file, inner, told), ..Self::default() };
        expected.without_year = inner.get("date_caution").is_some();

        let all = ["events", "all_events"].into_iter().find_map(|key| told.get(key).and_then(Value::as_array));
        if let Some(all) = all {
            expected.exhaustive = true;
            expected.events.extend(all.iter().map(wanted));
        }
        let some = told.get("some_events").and_then(Value::as_array).into_iter().flatten();
        expected.events.extend(some.chain(told.get("expected_event")).map(wanted));
        if expected.without_year {
            expected.events.iter_mut().for_each(Wanted::forget_year);
        }
        // A time that another program puts where the page has none is no time to compare with.
        if text(told, "note").is_some_and(|note| note.contains("default")) {
            expected.events.iter_mut().for_each(Wanted::forget_time);
        }
        expected.count = count(told).or_else(|| all.map(|all| Count::Exactly(all.len() as u64)));
        expected.counts = counts(told);
        let cases = inner.get("next_page_url").and_then(Value::as_array).into_iter().flatten();
        expected.next_pages.extend(cases.map(|case| NextPage {
            page: text(case, "page_fixture").unwrap_or_default(),
            after: text(case, "after"),
            expected: text(case, "expected"),
        }));
        expected
    }
}

impl Wanted {
    /// A name for it in tables.
    #[must_use]
    pub fn name(&self) -> String {
        let title = self.title.as_ref().map(ToString::to_string).unwrap_or_default();
        let date = self.date.map(|date| format!(" ({date})")).unwrap_or_default();
        format!("{title}{date}")
    }

    fn forget_time(&mut self) {
        self.tests.retain(|(field, _)| !matches!(field, Field::Show | Field::End));
    }

    fn forget_year(&mut self) {
        self.date = None;
        for (field, test) in &mut self.tests {
            if *field == Field::Date
                && let Test::Is(day) = test
                && let Some(month_and_day) = day.get(4..)
            {
                *test = Test::Contains(month_and_day.to_owned());
            }
        }
    }
}

fn text(value: &Value, key: &str) -> Option<String> {
    value.get(key).and_then(Value::as_str).map(str::to_owned)
}

fn caveats(file: &Value, inner: &Value, told: &Value) -> Vec<String> {
    let mut caveats: Vec<String> = Vec::new();
    for (value, key) in [(inner, "date_caution"), (inner, "note"), (told, "note"), (told, "date_rule"), (file, "notes")]
    {
        caveats.extend(text(value, key).filter(|words| !caveats.contains(words)));
    }
    let facts = inner.get("facts").and_then(Value::as_array).into_iter().flatten();
    caveats.extend(facts.filter_map(Value::as_str).map(str::to_owned));
    caveats
}

fn count(told: &Value) -> Option<Count> {
    let number = |key: &str| told.get(key).and_then(Value::as_u64);
    let exactly = ["events_in_index", "count", "events"].into_iter().find_map(number).map(Count::Exactly);
    let more = ["events_more_than", "feed_items_more_than"].into_iter().find_map(number);
    exactly
        .or_else(|| more.map(|number| Count::AtLeast(number + 1)))
        .or_else(|| number("events_at_least").map(Count::AtLeast))
}

fn counts(told: &Value) -> Vec<(Condition, u64)> {
    const ON: &str = "events_on_";
    let mut counts = Vec::new();
    let table = |key: &str| told.get(key).and_then(Value::as_object).into_iter().flatten();
    for (day, number) in table("on_date") {
        counts.extend(day.parse().ok().map(Condition::OnDay).zip(number.as_u64()));
    }
    for (venue, number) in table("by_venue") {
        counts.extend(number.as_u64().map(|number| (Condition::AtVenue(venue.clone()), number)));
    }
    for (key, number) in told.as_object().into_iter().flatten() {
        let day = key.strip_prefix(ON).and_then(|day| NaiveDate::parse_from_str(day, "%Y_%m_%d").ok());
        counts.extend(day.map(Condition::OnDay).zip(number.as_u64()));
    }
    counts
}

fn wanted(told: &Value) -> Wanted {
    let mut wanted = Wanted::default();
    let is = |text: String| Test::Is(text);
    wanted.title = text(told, "title").map(is).or_else(|| text(told, "title_contains").map(Test::Contains));
    if let Some(title) = &wanted.title {
        wanted.tests.push((Field::Title, title.clone()));
    }
    dates_and_times(told, &mut wanted);
    performers(told, &mut wanted.tests);
    prices_and_ages(told, &mut wanted.tests);
    links(told, &mut wanted.tests);
    let mut plain = |key: &str, field: Field, test: fn(String) -> Test| {
        wanted.tests.extend(text(told, key).map(|text| (field, test(text))));
    };
    plain("starts_at_utc", Field::Utc, Test::Is);
    plain("currency", Field::Currency, Test::Is);
    plain("status", Field::Status, Test::Is);
    plain("venue", Field::Venue, Test::Is);
    plain("key", Field::Key, Test::Is);
    plain("native_id", Field::Key, Test::Contains);
    wanted
}

fn dates_and_times(told: &Value, wanted: &mut Wanted) {
    let tests = &mut wanted.tests;
    // "2026-02-13T18:45", "2026-05-10 19:30:00", "2024-06-07T19:00-07:00[US/Pacific]": the wall clock comes first in all of them.
    let start = text(told, "start");
    let start_day = start.as_deref().and_then(|start| start.get(..10)).and_then(|day| day.parse().ok());
    let start_time = start.as_deref().and_then(|start| start.get(11..16)).map(str::to_owned);
    let day = ["date", "day"].into_iter().find_map(|key| text(told, key)).and_then(|day| day.parse().ok());
    wanted.date = day.or(start_day);
    tests.extend(wanted.date.map(|day: NaiveDate| (Field::Date, Test::Is(day.to_string()))));
    if let Some(day) = told.get("day").and_then(Value::as_u64) {
        tests.push((Field::Date, Test::Contains(format!("-{day:02}"))));
    }
    let minutes = |key: &str| Some(text(told, key)?.get(..5)?.to_owned());
    let show = ["show", "start_time", "start_time_local"].into_iter().find_map(minutes).or(start_time);
    match show {
        Some(show) => tests.push((Field::Show, Test::Is(show))),
        None if told.get("start_time_local").is_some_and(Value::is_null) => tests.push((Field::Show, Test::Nothing)),
        None => {}
    }
    if let Some(hour) = told.get("start_hour").and_then(Value::as_u64) {
        tests.push((Field::Show, Test::Starts(format!("{hour:02}:"))));
    }
    for (key, field) in [("doors", Field::Doors), ("end", Field::End)] {
        match told.get(key) {
            Some(Value::Null) => tests.push((field, Test::Nothing)),
            Some(_) => tests.extend(minutes(key).map(|time| (field, Test::Is(time)))),
            None => {}
        }
    }
    // A duration is the page's own where no note says that another program made it up.
    let printed = text(told, "note").is_none_or(|note| !note.contains("no end"));
    let duration = told.get("duration_min").and_then(Value::as_i64).filter(|_| printed);
    let begins = start.as_deref().and_then(|start| NaiveDateTime::parse_from_str(start, "%Y-%m-%dT%H:%M").ok());
    if let Some((begins, minutes)) = begins.zip(duration) {
        let end = begins + chrono::TimeDelta::minutes(minutes);
        tests.push((Field::End, Test::Is(end.format("%H:%M").to_string())));
    }
    if let Some(utc) = text(told, "starts_at_utc").filter(|utc| DateTime::parse_from_rfc3339(utc).is_ok()) {
        tests.push((Field::Utc, Test::Is(utc)));
    }
}

fn performers(told: &Value, tests: &mut Vec<(Field, Test)>) {
    let bill = told.get("performers").unwrap_or(told);
    tests.extend(text(bill, "headliner").map(|name| (Field::Headliner, Test::Is(name))));
    match bill.get("openers").and_then(Value::as_array) {
        Some(openers) if openers.is_empty() => tests.push((Field::Openers, Test::Nothing)),
        Some(openers) => {
            let names = openers.iter().filter_map(Value::as_str).map(str::to_owned).collect();
            tests.push((Field::Openers, Test::All(names)));
        }
        None => {}
    }
    match told.get("support") {
        Some(Value::String(names)) => {
            let names = names.split(", ").map(str::to_owned).collect();
            tests.push((Field::Openers, Test::All(names)));
        }
        Some(Value::Null) => tests.push((Field::Openers, Test::Nothing)),
        _ => {}
    }
    tests.extend(text(told, "support_contains").map(|name| (Field::Openers, Test::Contains(name))));
}

fn prices_and_ages(told: &Value, tests: &mut Vec<(Field, Test)>) {
    if let Some(price) = told.get("price").filter(|price| price.is_object()) {
        let kind = text(price, "format").unwrap_or_default();
        let known = !["", "unknown", "tbd"].contains(&kind.as_str());
        let kind = match kind.as_str() {
            "variable" => "range".to_owned(),
            "pwyc" => "pay_what_you_can".to_owned(),
            _ => kind,
        };
        tests.push((Field::PriceKind, if known { Test::Is(kind) } else { Test::Nothing }));
        for (key, field) in [("lo", Field::PriceMin), ("hi", Field::PriceMax)] {
            let amount = text(price, key).filter(|_| known);
            tests.push((field, amount.map_or(Test::Nothing, Test::Is)));
        }
    }
    for (key, field) in [("price_min", Field::PriceMin), ("price_max", Field::PriceMax)] {
        tests.extend(text(told, key).map(|amount| (field, Test::Is(amount))));
    }
    if let Some(price) = text(told, "price_text").and_then(|words| prices::read(&words, None)) {
        tests.push((Field::PriceKind, Test::Is(word(&price.kind))));
        tests.extend(price.min.map(|amount| (Field::PriceMin, Test::Is(amount))));
        tests.extend(price.max.map(|amount| (Field::PriceMax, Test::Is(amount))));
    }
    if let Some(words) = ["age", "age_text", "age_restriction"].into_iter().find_map(|key| text(told, key)) {
        let restriction = ages::read(&in_digits(&words));
        tests.push((Field::Age, restriction.map_or(Test::Nothing, |restriction| Test::Is(age(restriction)))));
    }
}

/// `nineteen_plus` as `19+`.
fn in_digits(words: &str) -> String {
    const NUMBERS: &[(&str, &str)] = &[
        ("sixteen_plus", "16+"),
        ("seventeen_plus", "17+"),
        ("eighteen_plus", "18+"),
        ("nineteen_plus", "19+"),
        ("twenty_one_plus", "21+"),
        ("twenty_five_plus", "25+"),
    ];
    let known = NUMBERS.iter().find(|(name, _)| *name == words);
    known.map_or_else(|| words.replace('_', " "), |(_, digits)| (*digits).to_owned())
}

fn links(told: &Value, tests: &mut Vec<(Field, Test)>) {
    for (key, field) in [
        ("ticket_url", Field::TicketUrl),
        ("details_url", Field::EventUrl),
        ("event_url", Field::EventUrl),
        ("url", Field::EventUrl),
    ] {
        match told.get(key) {
            Some(Value::String(url)) => tests.push((field, Test::Is(url.clone()))),
            Some(Value::Null) => tests.push((field, Test::Nothing)),
            _ => {}
        }
    }
    tests.extend(text(told, "event_path").map(|path| (Field::EventUrl, Test::Path(path))));
    tests.extend(text(told, "url_contains").map(|part| (Field::EventUrl, Test::Contains(part))));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn has(wanted: &Wanted, field: Field, test: &Test) -> bool {
        wanted.tests.iter().any(|(of, told)| *of == field && told == test)
    }

    #[test]
    fn a_count_and_one_event_are_read() {
        let file = json!({
            "events_in_index": 12, "date_caution": "no year is printed",
            "expected_event": {
                "title": "Moon", "performers": {"headliner": "Moon", "openers": []}, "date": "2026-05-01",
                "start_time_local": "20:00:00.5", "price": {"format": "fixed", "lo": "20.00", "hi": "20.00"},
                "age_restriction": "nineteen_plus", "ticket_url": null
            },
            "next_page_url": [{"page_fixture": "index_html", "after": "https://a.example/", "expected": null}]
        });
        let expected = Expected::read(&file, "index.html");
        assert_eq!(expected.count, Some(Count::Exactly(12)));
        assert!(!expected.exhaustive && expected.without_year);
        let event = &expected.events[0];
        assert_eq!(event.date, None, "a year that is not printed is not compared");
        assert!(has(event, Field::Date, &Test::Contains("-05-01".to_owned())));
        assert!(has(event, Field::Show, &Test::Is("20:00".to_owned())));
        assert!(has(event, Field::PriceMin, &Test::Is("20.00".to_owned())));
        assert!(has(event, Field::Age, &Test::Is("19+".to_owned())));
        assert!(has(event, Field::TicketUrl, &Test::Nothing));
        assert_eq!(expected.next_pages.len(), 1);
    }

    #[test]
    fn a_list_of_all_events_is_read_with_printed_prices_and_ages() {
        let file = json!({ "count": 1, "events": [{
            "title": "Moon", "date": "2026-05-01", "show": "20:30", "doors": "20:00", "price_text": "$12 to $35", "age_text": "17+,",
            "details_url": "https://a.example/moon"
        }]});
        let expected = Expected::read(&file, "index.html");
        assert!(expected.exhaustive);
        let event = &expected.events[0];
        for (field, value) in
            [(Field::PriceMin, "12"), (Field::PriceMax, "35"), (Field::Age, "17+"), (Field::Doors, "20:00")]
        {
            assert!(has(event, field, &Test::Is(value.to_owned())), "{field:?}: {:?}", event.tests);
        }
    }

    #[test]
    fn restated_values_are_read_by_their_own_names() {
        let file = json!({ "expected": {
            "events_more_than": 10, "by_venue": {"Upstairs": 3}, "on_date": {"2026-02-19": 4}, "events_on_2026_02_20": 2,
            "some_events": [
                {"title_contains": "Moon", "start": "2026-02-19T18:30", "duration_min": 180, "support": "A, B", "native_id": "77"},
                {"title": "Sun", "day": 7, "start_hour": 16, "doors": null, "duration_min": 180, "note": "no end printed"}
            ]
        }});
        let expected = Expected::read(&file, "sample.html");
        assert_eq!(expected.count, Some(Count::AtLeast(11)));
        assert_eq!(expected.counts.len(), 3);
        let [moon, sun] = expected.events.as_slice() else { panic!("two events") };
        assert!(has(moon, Field::End, &Test::Is("21:30".to_owned())));
        assert!(has(moon, Field::Openers, &Test::All(vec!["A".to_owned(), "B".to_owned()])));
        assert!(has(sun, Field::Show, &Test::Starts("16:".to_owned())));
        assert!(has(sun, Field::Doors, &Test::Nothing));
        assert!(sun.tests.iter().all(|(field, _)| *field != Field::End));
    }

    #[test]
    fn a_file_of_two_designs_tells_what_belongs_to_the_old_page() {
        let file = json!({
            "old": {"file": "old.html", "expected": {"events_in_index": 15}}, "new": {"events_in_index": 2}
        });
        assert_eq!(Expected::read(&file, "old.html").count, Some(Count::Exactly(15)));
    }
}
