//! What the writers must hold for every event, whatever stands in its texts; and what single rules come to.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "in the tests' own functions, too")]

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use marquee_formats::{
    COLUMNS, CsvWriter, Facts, FeedEvent, FeedVenue, NdjsonWriter, Standing, atom, calendar, clean, geojson, headline,
    json_feed, music_event, rss,
};
use marquee_model::{
    AgeRestriction, EventId, EventTime, Performer, Price, PriceKind, Resolution, Role, Status, VenueId,
};
use proptest::prelude::*;
use uuid::Uuid;

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn time(day: &str, clock: Option<&str>) -> EventTime {
    let date: NaiveDate = day.parse().unwrap();
    let time: Option<NaiveTime> = clock.map(|clock| clock.parse().unwrap());
    let utc = time.map(|clock| date.and_time(clock).and_utc() + chrono::TimeDelta::hours(5));
    EventTime { date, time, zone: "America/Toronto".parse().unwrap(), utc, resolution: Resolution::Unique }
}

fn event() -> FeedEvent {
    FeedEvent {
        id: EventId::from_uuid(Uuid::from_u128(7)),
        page: "https://events.example/events/evt_7".parse().unwrap(),
        title: "Moon Quartet w/ The Tides".to_owned(),
        performers: vec![
            Performer { name: "Moon Quartet".to_owned(), role: Role::Headliner, billing: 1 },
            Performer { name: "The Tides".to_owned(), role: Role::Support, billing: 2 },
        ],
        start: time("2026-12-12", Some("20:00:00")),
        doors: Some(time("2026-12-12", Some("19:00:00"))),
        end: Some(time("2026-12-12", Some("23:30:00"))),
        earlier_starts: Vec::new(),
        standing: Standing {
            status: Status::Scheduled,
            since: instant("2026-11-01T10:00:00Z"),
            presumed: false,
            evidence: "the page lists it so".to_owned(),
            missing_since: None,
        },
        price: Some(Price {
            kind: PriceKind::Range,
            min: Some("25".parse().unwrap()),
            max: Some("30".parse().unwrap()),
            currency: Some("CAD".parse().unwrap()),
        }),
        ticket_url: Some("https://tickets.example/1".parse().unwrap()),
        event_url: Some("https://rex.example/e/1".parse().unwrap()),
        image_url: Some("https://rex.example/1.jpg".parse().unwrap()),
        age: Some(AgeRestriction::Minimum(19)),
        description: Some("Two sets.\r\nA late bar; no cover, ever.".to_owned()),
        genres: vec!["Jazz".to_owned(), "R&B, Soul".to_owned()],
        venue: FeedVenue {
            id: VenueId::from_uuid(Uuid::from_u128(9)),
            name: "The Rex".to_owned(),
            address: Some("194 Queen St W".to_owned()),
            city: Some("Toronto".to_owned()),
            state: Some("ON".to_owned()),
            postal_code: None,
            country: Some("CA".to_owned()),
            position: Some((43.65, -79.39)),
            zone: "America/Toronto".parse().unwrap(),
            url: Some("https://rex.example/".parse().unwrap()),
        },
        room: Some("Back room".to_owned()),
        elsewhere: None,
        announced_at: instant("2026-11-01T10:00:00Z"),
        updated_at: instant("2026-11-20T12:00:00Z"),
        revision: 3,
    }
}

fn facts() -> Facts {
    Facts {
        title: "Live music: site toronto".to_owned(),
        about: "What is on.".to_owned(),
        id: Uuid::from_u128(1),
        address: "https://events.example/api/v1/events.ics?site=toronto".parse().unwrap(),
        page: "https://events.example/?site=toronto".parse().unwrap(),
        next: Some("https://events.example/api/v1/events.atom?cursor=x".parse().unwrap()),
        as_of: instant("2026-11-23T00:00:00Z"),
        refresh_minutes: 60,
    }
}

/// The logical lines of a calendar, by a reader that shares nothing with the writer.
fn unfolded(ics: &str) -> Vec<String> {
    assert!(ics.ends_with("\r\n"));
    let mut lines: Vec<String> = Vec::new();
    for line in ics.trim_end_matches("\r\n").split("\r\n") {
        assert!(line.len() <= 75, "{} octets: {line}", line.len());
        assert!(!line.chars().any(|c| c.is_control()), "{line:?}");
        match line.strip_prefix(' ') {
            Some(rest) => lines.last_mut().unwrap().push_str(rest),
            None => lines.push(line.to_owned()),
        }
    }
    lines
}

/// The one property of the event of this name, unescaped (RFC 5545 section 3.3.11).
fn property(lines: &[String], name: &str) -> String {
    let inside = lines.iter().skip_while(|line| *line != "BEGIN:VEVENT");
    let found: Vec<_> = inside.filter(|line| line.split([':', ';']).next() == Some(name)).collect();
    assert_eq!(found.len(), 1, "{name}: {found:?}");
    let value = found[0].split_once(':').unwrap().1;
    let mut text = String::new();
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next().unwrap() {
                'n' | 'N' => text.push('\n'),
                other => text.push(other),
            },
            ';' | ',' if name != "GEO" => panic!("an unescaped `{c}` in {value}"),
            other => text.push(other),
        }
    }
    text
}

#[test]
fn a_calendar_looks_like_this() {
    insta::assert_snapshot!(unfolded(&calendar(&facts(), &[event()])).join("\n"));
}

#[test]
fn a_schema_org_event_looks_like_this() {
    let mut moved = event();
    moved.earlier_starts = vec![time("2026-12-01", Some("20:00:00"))];
    insta::assert_snapshot!(serde_json::to_string_pretty(&music_event(&moved)).unwrap());
}

/// Days stay days, presumptions stay presumptions.
#[test]
fn nothing_is_said_that_is_not_known() {
    let with = |change: fn(&mut FeedEvent)| {
        let mut event = event();
        change(&mut event);
        event
    };
    let ics = |event: &FeedEvent| calendar(&facts(), std::slice::from_ref(event));

    let day = with(|e| {
        e.start = time("2026-12-12", None);
        e.end = Some(time("2026-12-14", None));
    });
    let lines = unfolded(&ics(&day));
    assert!(
        lines.contains(&"DTSTART;VALUE=DATE:20261212".to_owned())
            && lines.contains(&"DTEND;VALUE=DATE:20261215".to_owned())
    );
    assert_eq!(music_event(&day)["startDate"], "2026-12-12");
    assert!(property(&lines, "DESCRIPTION").contains("time to be announced"));

    let unended = with(|e| e.end = Some(time("2026-12-12", None)));
    assert!(!ics(&unended).contains("DTEND"), "an end of which only the day is known is no end of a show");
    let backwards = with(|e| e.end = Some(time("2026-12-12", Some("19:00:00"))));
    assert!(!ics(&backwards).contains("DTEND"));

    let presumed = with(|e| {
        e.standing.status = Status::Cancelled;
        e.standing.presumed = true;
    });
    assert!(ics(&presumed).contains("STATUS:TENTATIVE") && ics(&presumed).contains("SUMMARY:Presumed cancelled: Moon"));
    assert_eq!(music_event(&presumed).get("eventStatus"), None);
    let cancelled = with(|e| e.standing.status = Status::Cancelled);
    assert!(ics(&cancelled).contains("STATUS:CANCELLED"));
    assert_eq!(music_event(&cancelled)["eventStatus"], "https://schema.org/EventCancelled");
    let missing = with(|e| e.standing.missing_since = Some(instant("2026-11-22T00:00:00Z")));
    assert!(ics(&missing).contains("STATUS:TENTATIVE"));

    let elsewhere = with(|e| e.elsewhere = Some("The Garage".to_owned()));
    assert!(!ics(&elsewhere).contains("GEO") && !ics(&elsewhere).contains("Queen St"));
    assert_eq!(music_event(&elsewhere)["location"], serde_json::json!({"@type": "Place", "name": "The Garage"}));
    let nowhere = with(|e| e.venue.position = Some((91.0, 0.0)));
    assert!(!ics(&nowhere).contains("GEO"));
}

#[test]
fn offers_are_decimal_texts() {
    let with = |kind, min: Option<&str>, max: Option<&str>| {
        let mut event = event();
        let money = |text: &str| text.parse().unwrap();
        event.price =
            Some(Price { kind, min: min.map(money), max: max.map(money), currency: Some("CAD".parse().unwrap()) });
        let mut offer = music_event(&event)["offers"].clone();
        offer.as_object_mut().unwrap().remove("url");
        offer
    };
    let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    assert_eq!(
        with(PriceKind::Range, Some("25"), Some("30")),
        json(r#"{"@type": "AggregateOffer", "lowPrice": "25.00", "highPrice": "30.00", "priceCurrency": "CAD"}"#)
    );
    assert_eq!(
        with(PriceKind::Fixed, Some("25.5"), None),
        json(r#"{"@type": "Offer", "price": "25.50", "priceCurrency": "CAD"}"#)
    );
    assert_eq!(
        with(PriceKind::From, Some("9"), None),
        json(r#"{"@type": "AggregateOffer", "lowPrice": "9.00", "priceCurrency": "CAD"}"#)
    );
    assert_eq!(with(PriceKind::Free, Some("0"), None)["price"], "0");
    assert_eq!(with(PriceKind::Donation, None, None), json(r#"{"@type": "Offer"}"#));
}

#[test]
fn an_empty_list_is_whole_in_every_format() {
    let ics = calendar(&facts(), &[]);
    assert!(ics.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:") && ics.ends_with("END:VCALENDAR\r\n"));
    assert!(
        String::from_utf8(atom(&facts(), &[]).unwrap())
            .unwrap()
            .contains("<updated>2026-11-23T00:00:00+00:00</updated>")
    );
    assert!(rss(&facts(), &[]).is_ok());
    let collection: serde_json::Value = serde_json::from_slice(&geojson(&[]).unwrap()).unwrap();
    assert_eq!(collection, serde_json::json!({"type": "FeatureCollection", "features": []}));
}

/// Texts as nobody wants them, and any others.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[\\x00-\\x7f]{0,120}",
        Just("Moon\r\nATTENDEE:mailto:x\nEND:VEVENT".to_owned()),
        Just("=HYPERLINK(\"https://evil.example\")".to_owned()),
        Just("]]></title><script>alert(1)</script>&amp;".to_owned()),
        "[老é🎸 ]{0,80}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_text_comes_back_from_every_format_and_breaks_nothing(
        title in text(), description in text(), genre in text(), room in text(), name in text(), status in 0..6_usize,
    ) {
        let statuses = [Status::Scheduled, Status::Cancelled, Status::Postponed, Status::Rescheduled, Status::Moved, Status::SoldOut];
        let mut event = event();
        event.title = title;
        event.description = Some(description);
        event.genres = vec![genre];
        event.room = Some(room);
        event.venue.name = name;
        event.standing.status = statuses[status];
        let (said, shown) = (clean::line(&event.title), headline(&event));
        let paragraphs = clean::paragraphs(event.description.as_deref().unwrap());
        let events = std::slice::from_ref(&event);

        let lines = unfolded(&calendar(&facts(), events));
        prop_assert_eq!(&property(&lines, "SUMMARY"), &shown);
        prop_assert!(property(&lines, "DESCRIPTION").ends_with(&paragraphs));
        for (mark, count) in [("BEGIN:", 2), ("END:", 2), ("ATTENDEE", 0), ("UID:", 1)] {
            prop_assert_eq!(lines.iter().filter(|line| line.starts_with(mark)).count(), count, "{}", mark);
        }

        let bytes = [CsvWriter.begin().unwrap(), CsvWriter.row(&event).unwrap()].concat();
        let mut table = csv::Reader::from_reader(bytes.as_slice());
        let rows: Vec<csv::StringRecord> = table.records().collect::<Result<_, _>>().unwrap();
        prop_assert_eq!(rows.len(), 1);
        prop_assert_eq!(rows[0].len(), COLUMNS.len());
        prop_assert_eq!(&rows[0][1], clean::cell(&said));
        for (cell, column) in rows[0].iter().zip(COLUMNS) {
            let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
            prop_assert!(!formula || column == "longitude" || column == "latitude", "{}: {}", column, cell);
        }

        let written = rss(&facts(), events).unwrap();
        let channel = ::rss::Channel::read_from(written.as_slice()).unwrap();
        let read = channel.items[0].title.clone().unwrap_or_default();
        prop_assert!(read == shown || read == clean::html(&shown), "{:?}", read);
        prop_assert!(!read.contains("<script"));
        let written = atom(&facts(), events).unwrap();
        let feed = atom_syndication::Feed::read_from(written.as_slice()).unwrap();
        prop_assert_eq!(feed.entries[0].title.as_str(), shown.as_str());
        let content = feed.entries[0].content.clone().unwrap_or_default();
        let html = content.value.unwrap_or_default();
        prop_assert!(!html.contains("<script") && html.matches('<').count() == html.matches('>').count());

        let feed = json_feed(&facts(), events);
        prop_assert_eq!(feed["items"][0]["title"].as_str(), Some(shown.as_str()));
        let collection: serde_json::Value = serde_json::from_slice(&geojson(events).unwrap()).unwrap();
        prop_assert_eq!(collection["features"][0]["properties"]["title"].as_str(), Some(said.as_str()));
        let document = music_event(&event);
        prop_assert_eq!(document["name"].as_str(), Some(said.as_str()));
        let line = NdjsonWriter.row(&event.title).unwrap();
        prop_assert_eq!(line.iter().filter(|byte| **byte == b'\n').count(), 1);
    }
}
