//! The sites say what their venues' lists say, on any day, and their source files point at them.

use chrono::NaiveDate;
use marquee_model::{Moment, WebUrl};
use marquee_reading::{
    Document, DocumentLimits, Take,
    dates::{self, DateContext},
    structured::{self, Syntax},
    zone,
};

use crate::{DemoSites, markup, show::Show, sources::VENUES, venues};

const ORIGIN: &str = "http://127.0.0.1:8099";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn sites() -> DemoSites {
    DemoSites::new(day("2026-11-23"))
}

fn body(sites: &DemoSites, path: &str) -> String {
    let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
    sites.page(ORIGIN, path, query).unwrap_or_else(|| panic!("{path} is not found")).body
}

#[test]
fn every_source_file_is_toml_and_its_address_answers() {
    let sites = sites();
    let sources = sites.sources(ORIGIN);
    assert!(sources.len() >= 8);
    for (name, text) in sources {
        let file: toml::Table = toml::from_str(&text).unwrap_or_else(|e| panic!("{name}: {e}\n{text}"));
        let url = file["url"].as_str().unwrap();
        let path = url.strip_prefix(ORIGIN).unwrap_or_else(|| panic!("{name}: {url}"));
        assert!(!body(&sites, path).is_empty());
        assert_eq!(format!("{}.toml", file["slug"].as_str().unwrap()), name);
        assert!(file.contains_key("venue") && file.contains_key("plugin") && file.contains_key("zone"), "{name}");
    }
}

#[test]
fn at_least_five_platforms_and_two_continents_are_there() {
    let files: Vec<toml::Table> =
        sites().sources(ORIGIN).iter().map(|(_, text)| toml::from_str(text).unwrap()).collect();
    let plugins: std::collections::BTreeSet<&str> = files.iter().map(|file| file["plugin"].as_str().unwrap()).collect();
    assert!(plugins.len() >= 5, "{plugins:?}");
    let zones: std::collections::BTreeSet<&str> = VENUES.iter().map(|venue| venue.zone).collect();
    assert!(zones.contains("Europe/Berlin") && zones.len() >= 5, "{zones:?}");
}

#[test]
fn a_list_holds_every_show_whatever_the_day() {
    for today in ["2026-11-23", "2026-12-31", "2028-02-28", "2027-03-13"] {
        let sites = DemoSites::new(day(today));
        let count = |path: &str, mark: &str| body(&sites, path).matches(mark).count();
        assert_eq!(count("/lantern-room/shows", "<article class=\"eventlist-event "), venues::LANTERN_ROOM.len());
        assert_eq!(count("/brass-heron/calendar/", "seetickets-list-event-container"), venues::BRASS_HERON.len());
        assert_eq!(count("/tin-whistle-hall/events/", "rhpSingleEvent"), venues::TIN_WHISTLE.len());
        assert_eq!(count("/salt-hangar/events", "data-event-id"), venues::SALT_HANGAR.len());
        assert_eq!(count("/nasser-hund/programm", "class=\"abend\""), venues::NASSER_HUND.len());
        assert_eq!(
            count("/natte-kelder/agenda", "itemtype=\"https://schema.org/MusicEvent\""),
            venues::NATTE_KELDER.len()
        );
        assert_eq!(count("/paper-lighthouse/", "\"MusicEvent\""), venues::PAPER_LIGHTHOUSE.len());
        assert_eq!(count("/velvet-otter/shows?format=json", "\"recordTypeLabel\""), venues::VELVET_OTTER.len());
    }
}

#[test]
fn a_month_of_the_collection_holds_the_shows_of_that_month() {
    let sites = DemoSites::new(day("2026-11-23"));
    let count = |month: &str| {
        let answer = body(&sites, &format!("/velvet-otter/api/open/GetItemsByMonth?month={month}&collectionId=x"));
        serde_json::from_str::<serde_json::Value>(&answer).unwrap().as_array().unwrap().len()
    };
    assert_eq!((count("11-2026"), count("12-2026"), count("01-2027")), (3, 3, 0));
}

#[test]
fn the_changing_venue_has_two_pages_and_three_changes() {
    let sites = sites();
    let pages = || -> String {
        [body(&sites, "/gravel-pit/events/list/"), body(&sites, "/gravel-pit/events/list/page/2/")].concat()
    };
    let rows = |text: &str| text.matches("tribe-events-calendar-list__event-row").count();
    let before = pages();
    assert!(
        before.contains("/gravel-pit/events/list/page/2/")
            && sites.page(ORIGIN, "/gravel-pit/events/list/page/3/", None).is_none()
    );
    assert_eq!((rows(&before), before.contains("[CANCELLED]")), (10, false));
    sites.advance();
    let after = pages();
    assert_eq!(rows(&after), 11);
    for words in ["[CANCELLED] Municipal Dream", "The Polite Riot with Bassoon Monsoon", "Soup for Sven"] {
        assert!(after.contains(words) && !before.contains(words), "{words}");
    }
    assert!(body(&sites, "/gravel-pit/event/moss-boss/").contains("Moss Boss"));
}

#[test]
fn instants_are_those_of_the_venues_wall_clock() {
    for venue in VENUES {
        let local = day("2026-12-15").and_hms_opt(20, 30, 0).unwrap();
        let (millis, text) = markup::instant(local, venue.zone);
        let known = zone::resolve(local, venue.zone.parse().unwrap()).0;
        assert_eq!(
            (millis, text.parse::<chrono::DateTime<chrono::Utc>>().unwrap()),
            (known.timestamp_millis(), known),
            "{}",
            venue.zone
        );
    }
}

fn document(sites: &DemoSites, path: &str) -> Document {
    let url: WebUrl = format!("{ORIGIN}{path}").parse().unwrap();
    Document::parse(&body(sites, path), &url, &DocumentLimits::default()).unwrap()
}

fn texts(document: &Document, selector: &str) -> Vec<String> {
    let found = document.select(document.root(), selector).unwrap();
    found.into_iter().filter_map(|element| document.take(element, &Take::Text)).collect()
}

#[test]
fn structured_data_names_every_show_once() {
    for (path, shows, syntax) in [
        ("/paper-lighthouse/", venues::PAPER_LIGHTHOUSE.len(), Syntax::JsonLd),
        ("/natte-kelder/agenda", venues::NATTE_KELDER.len(), Syntax::Microdata),
        ("/gravel-pit/events/list/", 6, Syntax::JsonLd),
    ] {
        let items = structured::read(&document(&sites(), path)).unwrap();
        let events =
            |item: &&structured::Item| item.syntax == syntax && item.types.iter().any(|t| t.ends_with("Event"));
        assert_eq!(items.iter().filter(events).count(), shows, "{path}");
    }
}

#[test]
fn every_date_reads_back_as_the_day_of_its_show_even_over_new_year() {
    let today = day("2026-12-20");
    let sites = DemoSites::new(today);
    let lists: [(&str, &str, &[Show]); 4] = [
        ("/nasser-hund/programm", ".abend .datum", venues::NASSER_HUND),
        ("/brass-heron/calendar/", ".event-date", venues::BRASS_HERON),
        ("/tin-whistle-hall/events/", "#eventDate", venues::TIN_WHISTLE),
        ("/salt-hangar/events", ".event-details .date", venues::SALT_HANGAR),
    ];
    for (path, selector, shows) in lists {
        let printed = texts(&document(&sites, path), selector);
        let printed: Vec<&str> = printed.iter().map(String::as_str).collect();
        let read = dates::read(&printed, &DateContext { listing: true, ..DateContext::new(today) });
        let days: Vec<NaiveDate> = read
            .into_iter()
            .map(|when| match when.unwrap().start {
                Moment::Date(day) => day,
                Moment::Local(at) => at.date(),
                other => panic!("{path}: {other:?}"),
            })
            .collect();
        assert_eq!(days, shows.iter().map(|show| show.date(today)).collect::<Vec<_>>(), "{path}: {printed:?}");
    }
}
