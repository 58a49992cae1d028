//! Marks, the setting, and the order of results, with plugins that are acted.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test ends where something is not as expected")]

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use futures::{FutureExt as _, executor::block_on, future::BoxFuture};
use marquee_detect::{
    Answer, Candidate, Runs, Setting, Subject, Trial, Tried, Written, candidates, detect, source_text,
};
use marquee_model::{Digest, Page, PageRequest, WebUrl};
use marquee_reading::DocumentLimits;

fn today() -> NaiveDate {
    "2026-05-01".parse().unwrap()
}

fn page(url: &str, body: &str) -> Page {
    let url: WebUrl = url.parse().unwrap();
    let fetched_at: DateTime<Utc> = "2026-05-01T12:00:00Z".parse().unwrap();
    Page {
        request: PageRequest::listing(url.clone()),
        url,
        status: 200,
        headers: Vec::new(),
        fetched_at,
        charset: "UTF-8".to_owned(),
        digest: Digest::of(body.as_bytes()),
        bytes: body.len() as u64,
        body: body.to_owned(),
    }
}

fn found(url: &str, body: &str) -> Vec<Candidate> {
    let page = page(url, body);
    candidates(&Subject::new(&page, &DocumentLimits::default()).unwrap())
}

fn of<'c>(all: &'c [Candidate], plugin: &str) -> &'c Candidate {
    all.iter().find(|one| one.plugin == plugin).unwrap_or_else(|| panic!("{plugin} is not in {all:#?}"))
}

#[test]
fn an_embedded_google_calendar_is_read_by_its_public_file() {
    let all = found(
        "https://bar.example/",
        r#"<iframe src="https://calendar.google.com/calendar/embed?height=600&amp;src=lantern%40group.calendar.google.com&amp;ctz=America%2FChicago"></iframe>"#,
    );
    let calendar = of(&all, "ical");
    assert_eq!(
        calendar.url.as_str(),
        "https://calendar.google.com/calendar/ical/lantern%40group.calendar.google.com/public/basic.ics"
    );
    assert!(calendar.confidence > 0.7 && calendar.is_elsewhere(&"https://bar.example/".parse().unwrap()));
}

#[test]
fn a_key_that_a_widget_shows_is_allowed_to_travel_in_its_header() {
    let all = found(
        "https://a.example/",
        r#"<script src="https://widgets.dice.fm/dice-event-list-widget.js"></script>
           <script>DiceEventListWidget.create({"apiKey":"aB3dE6gH9jK2mN5pQ8sT","venues":["The Lantern"]})</script>"#,
    );
    let dice = of(&all, "dice");
    assert_eq!(dice.hosts, ["partners-endpoint.dice.fm"]);
    assert_eq!(dice.headers, ["x-api-key"]);
}

#[test]
fn widgets_name_their_calendars_and_keys() {
    let tockify = found(
        "https://a.example/",
        r#"<div data-tockify-component="calendar" data-tockify-calendar="harbour.bar"></div>"#,
    );
    assert_eq!(of(&tockify, "tockify").configuration["calendar"], "harbour.bar");
    let elfsight =
        found("https://b.example/", r#"<div class="elfsight-app-11112222-3333-4444-5555-666677778888"></div>"#);
    assert_eq!(of(&elfsight, "elfsight").configuration["widget"], "11112222-3333-4444-5555-666677778888");
    let club = found("https://c.example/", r#"<a href="https://ra.co/clubs/4321">our page</a>"#);
    assert_eq!(of(&club, "resident-advisor").url.as_str(), "https://ra.co/clubs/4321");
    let venue = found(
        "https://d.example/",
        r#"<script>fetch("https://api.livenation.com/graphql",{venueId:"KovZabcdEF12"})</script>"#,
    );
    assert_eq!(of(&venue, "live-nation").configuration["venue_id"], "KovZabcdEF12");
    assert!(of(&venue, "live-nation").plugin_first);
    let unknown = found("https://e.example/", r#"<script>fetch("https://api.livenation.com/graphql")</script>"#);
    assert!(of(&unknown, "live-nation").missing.is_some());
    let admit = found(
        "https://f.example/",
        r#"<script>load("https://gateway.admitone.com/embed/live-events?venueId=abc,def&order=asc")</script>"#,
    );
    assert_eq!(
        of(&admit, "admit-one").url.as_str(),
        "https://gateway.admitone.com/embed/live-events?venueId=abc,def&order=asc"
    );
}

#[test]
fn platforms_are_known_by_several_marks_together() {
    for (plugin, body) in [
        ("squarespace", r#"<meta name="generator" content="Squarespace"><article class="eventlist-event"></article>"#),
        (
            "events-calendar",
            r#"<div class="tribe-events-calendar-list"><article class="type-tribe_events"></article></div>"#,
        ),
        ("see-tickets", r#"<div class="seetickets-list-event-container"></div>"#),
        ("rhp", r#"<div class="rhpSingleEvent rhp-event"></div>"#),
        ("ticketweb", r#"<div class="tw-section"><div class="tw-name">A</div></div>"#),
        ("carbonhouse", r#"<div class="eventItem entry"></div><a href="/events/events_ajax/0">more</a>"#),
        ("webflow", r#"<html data-wf-site="1"><div class="w-dyn-item"></div></html>"#),
        ("wix", r#"<meta name="generator" content="Wix.com Website Builder"><script id="wix-warmup-data">{}</script>"#),
        (
            "dice",
            r#"<script src="https://widgets.dice.fm/dice-event-list-widget.js"></script><script>DiceEventListWidget.create({})</script>"#,
        ),
        ("ical", "BEGIN:VCALENDAR\nEND:VCALENDAR"),
        ("feed", r#"<rss version="2.0"><channel></channel></rss>"#),
        (
            "json-ld",
            r#"<script type="application/ld+json">[{"@type":"Event","name":"A"},{"@type":"Event","name":"B"}]</script>"#,
        ),
    ] {
        let all = found("https://venue.example/", body);
        assert_eq!(all.first().map(|one| one.plugin.as_str()), Some(plugin), "{all:#?}");
        assert!(of(&all, plugin).confidence >= 0.6, "{all:#?}");
    }
    assert!(found("https://venue.example/", "<p>Nothing here</p>").is_empty());
}

#[test]
fn a_setting_says_what_each_guess_rests_on() {
    let page = page(
        "https://www.kulturhof.de/programm",
        r#"<html lang="de-DE"><head><title>Programm | Kulturhof</title></head><body>Hamburg, Hamburg 20359</body></html>"#,
    );
    let subject = Subject::new(&page, &DocumentLimits::default()).unwrap();
    let setting = Setting::of(&subject);
    let told = |value: String, from: &str| format!("{value} ({from})");
    assert_eq!(setting.name.as_ref().map(|g| told(g.value.clone(), &g.from)).unwrap(), "Kulturhof (the page's title)");
    assert_eq!(setting.zone.as_ref().unwrap().value.name(), "Europe/Berlin");
    assert_eq!(setting.currency.as_ref().unwrap().value.code(), "EUR");
    assert_eq!(setting.language.as_ref().unwrap().value, "de");
    assert_eq!(setting.city.as_ref().unwrap().value, "Hamburg");
    assert_eq!(setting.slug(&subject).unwrap().as_str(), "kulturhof");
}

/// Plugins that answer what a test says.
struct Acted(BTreeMap<&'static str, Trial>);

impl Runs for Acted {
    fn plugins(&self) -> Vec<(String, bool)> {
        self.0.keys().map(|id| ((*id).to_owned(), *id != "css")).collect()
    }

    fn run<'a>(&'a self, candidate: &'a Candidate) -> BoxFuture<'a, Trial> {
        let trial = self.0.get(candidate.plugin.as_str()).cloned();
        async move { trial.unwrap_or_else(|| Trial::not_tried("not there")) }.boxed()
    }
}

#[test]
fn a_plugin_that_refuses_or_only_looks_right_is_not_chosen() {
    let page = page(
        "https://venue.example/",
        r#"<meta name="generator" content="Squarespace"><p class="eventlist-event">x</p>"#,
    );
    let subject = Subject::new(&page, &DocumentLimits::default()).unwrap();
    let refused = Trial::of(Answer::Refused("no event blocks".to_owned()));
    let acted = Acted(BTreeMap::from([("squarespace", refused.clone()), ("json-ld", refused)]));
    let detection = block_on(detect(&subject, Setting::of(&subject), today(), &acted));
    assert!(detection.best().is_none());
    // It has marks, so that the operator sees it with its reason; the other has neither.
    let shown: Vec<&str> = detection.tried.iter().map(|tried| tried.candidate.plugin.as_str()).collect();
    assert_eq!(shown, ["squarespace"]);
}

#[test]
fn the_file_says_what_was_guessed_and_is_toml() {
    let page = page("https://venue.example/programme", "<title>A \"quoted\"\nname</title>");
    let subject = Subject::new(&page, &DocumentLimits::default()).unwrap();
    let setting = Setting::of(&subject);
    let mut candidate = Candidate::plain("css", &page.url);
    candidate.configuration = serde_json::json!({
        "item": "a[href*='x']", "marks": ["#a"],
        "fields": { "title": { "selector": "p", "pattern": r"^\s*(.+)\d" }, "date": ["b", { "selector": "h2", "scope": "before" }] },
    });
    let tried = Tried { candidate, trial: Trial::not_tried("why"), confidence: 0.5, proposal: None };
    let slug = "venue".parse().unwrap();
    let text = source_text(&Written { tried: &tried, setting: &setting, slug: &slug, today: today() });
    let table: toml::Table = text.parse().unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(table["configuration"]["fields"]["title"]["pattern"].as_str(), Some(r"^\s*(.+)\d"));
    assert_eq!(table["configuration"]["fields"]["date"][1]["scope"].as_str(), Some("before"));
    assert_eq!(table["zone"].as_str(), Some("UTC"));
    assert!(text.contains("nothing on the page tells the zone"), "{text}");
}
