//! Ways back, from notes that a plugin of one's own could have left.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate};
use marquee_model::{
    Digest, EventClaim, FollowLimits, Moment, Page, PageRequest, PerformerClaim, PriceClaim, PriceKind, Provenance,
    Role, Schedule, SiteId, Source, SourceId, Status, Step, VenueId, WebUrl,
};
use marquee_reading::{Document, DocumentLimits, JsonDocument, Scope, Take, dates};

use super::{
    Trail,
    record::{Answer, Given, HandleId, Origin, Recorder, Thing},
};

fn recorder(body: &str) -> Recorder {
    let url: WebUrl = "https://venue.example/events".parse().unwrap();
    let page = Page {
        request: PageRequest::listing(url.clone()),
        url: url.clone(),
        status: 200,
        headers: Vec::new(),
        fetched_at: DateTime::UNIX_EPOCH,
        charset: "UTF-8".to_owned(),
        digest: Digest::of(body.as_bytes()),
        bytes: body.len() as u64,
        body: body.to_owned(),
    };
    let at = DateTime::UNIX_EPOCH;
    let source = Source {
        id: SourceId::new(at),
        slug: "venue".parse().unwrap(),
        site: SiteId::new(at),
        venue: VenueId::new(at),
        url,
        first_request: marquee_model::FirstRequest::Get,
        plugin: "own".parse().unwrap(),
        configuration: serde_json::json!({ "room": { "name": "Back Room" } }),
        zone: "America/Toronto".parse().unwrap(),
        languages: Vec::new(),
        currency: None,
        default_age: None,
        schedule: Schedule::default(),
        follow: FollowLimits::default(),
        fetching: marquee_model::Fetching::default(),
        enabled: true,
        trust: marquee_model::DEFAULT_TRUST,
    };
    Recorder::new(Arc::new(page), Arc::new(source))
}

/// The rows of a JSON listing, each value read by its pointer.
fn json_rows(notes: &mut Recorder, items: &str, pointers: &[&str]) -> Vec<HandleId> {
    let root = JsonDocument::parse(&notes.page.body, &DocumentLimits::default()).unwrap();
    let top = notes.handle(Origin::Json, Thing::Value(root.clone()));
    let rows = root.items(items).into_iter().map(|item| {
        let origin = Origin::At { from: top, pointer: items.to_owned(), many: true };
        let row = notes.handle(origin, Thing::Value(item.clone()));
        for pointer in pointers {
            if let Some(text) = item.text(pointer) {
                notes.read(Given::Value { handle: row, pointer: (*pointer).to_owned(), name: false }, &text);
            }
        }
        row
    });
    rows.collect()
}

fn explained(notes: Recorder, claim: EventClaim) -> Vec<Provenance> {
    Trail::new(notes).explain(&[claim]).remove(0)
}

fn step<'p>(ways: &'p [Provenance], field: &str) -> &'p Step {
    &ways.iter().find(|way| way.field == field).unwrap().step
}

/// The step, and the place of the first read under it.
fn shown(step: &Step) -> String {
    let mut leaf = step;
    while let Some(next) = leaf.from.first() {
        leaf = next;
    }
    let place = leaf.place.as_ref().map(ToString::to_string).unwrap_or_default();
    format!("{} @ {place}", step.how)
}

fn titled(title: &str) -> EventClaim {
    EventClaim { title: Some(title.to_owned()), ..EventClaim::default() }
}

#[test]
fn a_value_that_stands_in_every_item_is_that_of_the_items_own() {
    let mut notes = recorder(
        "{\"shows\":[\n{\"name\":\"Moon\",\"room\":\"Cellar\"},\n{\"name\":\"Sun\",\"room\":\"Cellar\"},\n{\"name\":\"Sun\",\"room\":\"Cellar\"}]}",
    );
    json_rows(&mut notes, "/shows", &["/name", "/room"]);
    let claim = |title: &str| EventClaim { room: Some("Cellar".to_owned()), ..titled(title) };
    let ways = Trail::new(notes).explain(&[claim("Sun"), claim("Sun"), claim("Moon")]);
    let rooms: Vec<String> = ways.iter().map(|way| shown(step(way, "room"))).collect();
    assert_eq!(rooms[0], "value @ /shows/1/room, line 3, column 22");
    // Two that are alike to the letter are taken in the order of the page.
    assert_eq!(rooms[1], "value @ /shows/2/room, line 4, column 22");
    assert_eq!(rooms[2], "value @ /shows/0/room, line 2, column 23");
}

#[test]
fn parts_and_joints_and_other_spellings_are_told_as_what_they_are() {
    let mut notes = recorder(
        r#"{"shows":[{"id":"4711","url":"https://venue.example/e/moon/","acts":"The Moon, Wet Socks","tag":"INDIE rock"}]}"#,
    );
    json_rows(&mut notes, "/shows", &["/id", "/url", "/acts", "/tag"]);
    let act = |name: &str| PerformerClaim { name: name.to_owned(), role: Role::Performer };
    let claim = EventClaim {
        key: Some("/e/moon/".to_owned()),
        performers: vec![act("Wet Socks"), act("Somebody Else")],
        ticket_url: Some("https://tickets.example/buy/4711?from=venue".to_owned()),
        genres: vec!["Indie Rock".to_owned()],
        ..titled("The Moon & Wet Socks")
    };
    let ways = explained(notes, claim);
    assert!(shown(step(&ways, "key")).starts_with("a part of it, taken by the plugin @ /shows/0/url"));
    assert!(shown(step(&ways, "performers[0]")).starts_with("a part of it"));
    assert!(!step(&ways, "performers[1]").is_explained());
    assert_eq!(step(&ways, "performers[1]").how.to_string(), "given by the plugin itself");
    assert!(shown(step(&ways, "ticket_url")).contains("of its own @ /shows/0/id"), "{:?}", step(&ways, "ticket_url"));
    assert!(shown(step(&ways, "genres[0]")).starts_with("written otherwise by the plugin @ /shows/0/tag"));
    assert!(shown(step(&ways, "title")).starts_with("written otherwise by the plugin @ /shows/0/acts"));
}

#[test]
fn numbers_epochs_and_signs_lead_to_what_they_were_read_from() {
    let mut notes = recorder(
        r#"{"shows":[{"name":"Moon","at":1777766400,"cents":2500,"state":"on-sale sold-out"},{"name":"Sun","at":1,"cents":2500}]}"#,
    );
    json_rows(&mut notes, "/shows", &["/name", "/at", "/cents", "/state"]);
    let price = PriceClaim {
        kind: PriceKind::Fixed,
        min: Some("25.00".to_owned()),
        max: Some("25.00".to_owned()),
        currency: None,
        text: None,
    };
    let claim = EventClaim {
        start: DateTime::from_timestamp(1_777_766_400, 0).map(Moment::Instant),
        status: Some(Status::SoldOut),
        price: Some(price),
        ..titled("Moon")
    };
    let ways = explained(notes, claim);
    assert!(shown(step(&ways, "start")).starts_with("the plugin read the epoch in seconds @ /shows/0/at"));
    assert!(shown(step(&ways, "price.min")).starts_with("the plugin read the amount in hundredths @ /shows/0/cents"));
    assert!(shown(step(&ways, "price.kind")).starts_with("concluded by the plugin from it @ /shows/0/cents"));
    assert!(shown(step(&ways, "status")).starts_with("concluded by the plugin from it @ /shows/0/state"));
}

#[test]
fn a_date_leads_through_its_reading_to_the_cells_that_it_was_put_together_from() {
    let html = "<table>\n<tr><td>May 1</td><td>8 PM</td></tr>\n<tr><td>May 2</td><td>8 PM</td></tr></table>";
    let mut notes = recorder(html);
    let document = Arc::new(Document::parse(html, &notes.page.url, &DocumentLimits::default()).unwrap());
    let top = notes.handle(Origin::Document, Thing::Element(Arc::clone(&document), document.root()));
    let mut texts = Vec::new();
    for row in document.select(document.root(), "tr").unwrap() {
        let origin = Origin::Selected { from: top, selector: "tr".to_owned(), scope: Scope::Inside, many: true };
        let handle = notes.handle(origin, Thing::Element(Arc::clone(&document), row));
        let cells = document.select(row, "td").unwrap();
        let taken: Vec<String> = cells.iter().map(|cell| document.take(*cell, &Take::Text).unwrap()).collect();
        for (cell, text) in cells.iter().zip(&taken) {
            let by = Some(("td".to_owned(), Scope::Inside));
            notes.read(Given::Element { handle, element: *cell, by, take: Take::Text }, text);
        }
        texts.push(format!("{}, starts {}", taken[0], taken[1]));
    }
    let context = dates::DateContext::new(NaiveDate::from_ymd_opt(2026, 4, 1).unwrap());
    let read = dates::read(&texts.iter().map(String::as_str).collect::<Vec<_>>(), &context);
    let answer = Answer::Dates(read.iter().map(|read| read.as_ref().ok().cloned()).collect());
    notes.call("dates", "", &texts, answer, &[]);
    let start = read[1].as_ref().unwrap().start.clone();
    let ways = explained(notes, EventClaim { start: Some(start), ..EventClaim::default() });
    let start = step(&ways, "start");
    assert!(start.how.to_string().starts_with("read by the host's `dates`: start, the year concluded"), "{start:?}");
    let joined = &start.from[0];
    assert_eq!(joined.how.to_string(), "put together by the plugin, with `, starts` of its own");
    let places: Vec<String> = joined.from.iter().filter_map(|step| Some(step.place.as_ref()?.to_string())).collect();
    assert_eq!(places.len(), 2);
    assert!(places.iter().all(|place| place.starts_with("tr » td, at ") && place.contains("line 3")), "{places:?}");
}

#[test]
fn a_calendar_that_the_plugin_parses_itself_is_explained_by_its_lines() {
    let ics = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1@venue.example\r\nSUMMARY:Open Mic\r\nDTSTART:20260501T200000\r\nEND:VEVENT\r\n\
               BEGIN:VEVENT\r\nUID:2@venue.example\r\nSUMMARY:Open Mic\\, with the Moon &amp; S\r\n un\r\nDTSTART:20260508T200000\r\nEND:VEVENT\r\n";
    let mut notes = recorder(ics);
    notes.read(Given::Body, ics);
    let start =
        |day: u32| NaiveDate::from_ymd_opt(2026, 5, day).and_then(|day| day.and_hms_opt(20, 0, 0)).map(Moment::Local);
    let claim =
        |key: &str, title: &str, day: u32| EventClaim { key: Some(key.to_owned()), start: start(day), ..titled(title) };
    let claims =
        [claim("1@venue.example", "Open Mic", 1), claim("2@venue.example", "Open Mic, with the Moon & Sun", 8)];
    let ways = Trail::new(notes).explain(&claims);
    assert!(shown(step(&ways[0], "title")).ends_with("line 4, column 9"), "{:?}", step(&ways[0], "title"));
    assert!(shown(step(&ways[1], "title")).ends_with("line 9, column 9"), "{:?}", step(&ways[1], "title"));
    assert!(shown(step(&ways[1], "start")).ends_with("line 11, column 9"), "{:?}", step(&ways[1], "start"));
    assert!(ways.iter().flatten().all(|way| way.step.is_explained()));
}

#[test]
fn what_repeats_leads_to_its_entry_and_its_rule() {
    let ics = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:mic@venue.example\nSUMMARY:Open Mic Night\nDTSTART;TZID=America/Toronto:20260505T200000\n\
               DTEND;TZID=America/Toronto:20260505T230000\nRRULE:FREQ=WEEKLY\nEND:VEVENT\n";
    let mut notes = recorder(ics);
    notes.read(Given::Body, ics);
    let start = NaiveDate::from_ymd_opt(2026, 5, 19).and_then(|day| day.and_hms_opt(20, 0, 0)).map(Moment::Local);
    let key = Some("mic@venue.example#2026-05-19".to_owned());
    let ways = explained(notes, EventClaim { key, start, ..titled("Open Mic Night") });
    let start = step(&ways, "start");
    assert_eq!(start.how.to_string(), "the plugin read the rule of repetition");
    let lines: Vec<Option<u32>> = start.from[0].from.iter().map(Step::line).collect();
    assert_eq!(lines, [Some(5), Some(7)]);
    assert!(step(&ways, "key").is_explained(), "{:?}", step(&ways, "key"));
}

#[test]
fn markup_inside_json_leads_through_the_markup_to_the_value() {
    let mut notes = recorder(r#"{"shows":[{"text":"<p>Loud &amp; long</p>"}]}"#);
    json_rows(&mut notes, "/shows", &["/text"]);
    let markup = "<p>Loud &amp; long</p>";
    let document = Arc::new(Document::parse_fragment(markup, &notes.page.url, &DocumentLimits::default()).unwrap());
    let (root, after) = (document.root(), notes.reads.len());
    let origin = Origin::Parsed { language: "HTML", text: markup.to_owned(), after };
    let handle = notes.handle(origin, Thing::Element(Arc::clone(&document), root));
    notes.read(Given::Element { handle, element: root, by: None, take: Take::Lines }, "Loud & long");
    let ways = explained(notes, EventClaim { description: Some("Loud & long".to_owned()), ..EventClaim::default() });
    let description = step(&ways, "description");
    assert_eq!(description.from[0].how.to_string(), "parsed as HTML");
    assert!(shown(description).ends_with("@ /shows/0/text, line 1, column 19"), "{}", shown(description));
}

#[test]
fn a_text_of_the_configuration_is_said_to_be_that() {
    let mut notes = recorder("{}");
    let configuration = notes.source.configuration.to_string();
    notes.read(Given::Fact("configuration"), &configuration);
    let ways = explained(notes, EventClaim { room: Some("Back Room".to_owned()), ..EventClaim::default() });
    assert_eq!(shown(step(&ways, "room")), "the source's configuration @ /room/name");
}

#[test]
fn notes_are_bounded_and_what_is_left_out_is_counted() {
    let mut notes = recorder("");
    let long = "x".repeat(1 << 20);
    for _ in 0..70 {
        notes.read(Given::Body, &long);
    }
    assert!(notes.reads.len() < 64 && notes.left_out > 5);
    assert_eq!(Trail::new(notes).left_out(), 70 - 63);
}
