//! The pages, as people and browsers see them.
#![expect(clippy::unwrap_used, reason = "in the tests' own functions, too: what is not there fails the test")]

use axum::http::Method;
use marquee_serve::ServeSettings;
use marquee_tests::{
    sample,
    serving::{Answer, Serving, settings, without_ids},
    showcase::{self, Showcase},
};

async fn page(serving: &Serving, path: &str) -> Answer {
    let answer = serving.ask(Method::GET, path, &[("accept", "text/html")]).await;
    assert!(answer.header("content-type").starts_with("text/html"), "{path}: {:?}", answer.headers);
    answer
}

/// The address behind the first link whose text begins so.
fn link(page: &str, text: &str) -> String {
    let before = page.split_once(&format!("\">{text}")).unwrap().0;
    let address = before.rsplit_once("href=\"").unwrap().1;
    address.split('"').next().unwrap().replace("&#38;", "&")
}

/// A host with the week of the showcase.
async fn week() -> (Serving, Showcase) {
    let serving = Serving::empty(settings()).await;
    let shown = Box::pin(showcase::fill(serving.database.store())).await.unwrap();
    (serving, shown)
}

/// The events that a page links to, sorted.
fn events_on(page: &str) -> Vec<String> {
    let ids = page.split("href=\"/events/").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
    let mut ids: Vec<String> = ids.collect();
    ids.sort();
    ids.dedup();
    ids
}

/// The structured data of a page.
fn structured(page: &str) -> serde_json::Value {
    let json = page.split_once("ld+json\">").unwrap().1.split_once("</script>").unwrap().0;
    serde_json::from_str(json).unwrap()
}

#[tokio::test]
async fn the_home_page_lists_coming_events_by_day() {
    let serving = Serving::filled().await;
    let home = page(&serving, "/").await;
    assert_eq!(home.status, 200);
    for text in [
        "Moon Quartet w/ The Tides",
        "Sun\u{e9} Parade",
        ">Today<",
        ">Tomorrow<",
        "25.00\u{2013}30.00 CAD",
        "TBA",
        "Cancelled",
    ] {
        assert!(home.body.contains(text), "{text} is missing");
    }
    assert!(!home.body.contains("Last Week"), "what is over is not coming");
    insta::assert_snapshot!("home", without_ids(&home.body));
}

#[tokio::test]
async fn the_form_narrows_the_list_and_keeps_what_was_asked() {
    let serving = Serving::filled().await;
    let site = page(&serving, "/?site=charleston&venue=&text=").await.body;
    assert!(site.contains("Sun\u{e9} Parade") && !site.contains("Moon Quartet"));
    assert!(site.contains("value=\"charleston\" selected"));
    let text = page(&serving, "/?text=moon+%3Cb%3E").await.body;
    assert!(text.contains("Nothing found") && text.contains("value=\"moon &#60;b&#62;\""), "{text}");
    let nonsense = page(&serving, "/?limit=x&venue=%00&utm_source=y&cursor=made-up").await;
    assert_eq!(nonsense.status, 200, "a page answers with what it understood");
}

#[tokio::test]
async fn later_events_are_a_link_away() {
    let serving = Serving::empty(ServeSettings { web_events: 4, ..settings() }).await;
    Box::pin(marquee_tests::serving::fill(&serving)).await;
    let first = page(&serving, "/").await.body;
    assert!(first.contains("Moon Quartet") && !first.contains("Show e4"));
    assert!(!first.contains("Earlier events"), "it begins with today");
    let later = page(&serving, &link(&first, "Later events")).await.body;
    assert!(later.contains("Show e4") && !later.contains("Moon Quartet"));
    assert!(later.contains("content=\"noindex, follow\""), "parts of a list are not kept by search engines");
    let back = page(&serving, &link(&later, "Earlier events")).await.body;
    assert_eq!(events_on(&back), events_on(&first), "the way back leads to the same events");
}

#[tokio::test]
async fn every_filter_of_the_form_narrows_the_list_and_is_kept() {
    let (serving, shown) = week().await;
    let (tonight, cancelled) = (shown.tonight.to_string(), shown.cancelled.to_string());
    let all = events_on(&page(&serving, "/").await.body);
    assert!(all.contains(&tonight) && all.contains(&cancelled) && !all.contains(&shown.hidden.to_string()));
    let not_cancelled = "status=scheduled%2Cpostponed%2Crescheduled%2Cmoved%2Csold_out";
    for (query, kept, number) in [
        ("from=2026-11-24&until=2026-11-25", "name=\"from\" type=\"date\" value=\"2026-11-24\"", 3),
        ("genre=jazz", "<option value=\"jazz\" selected>Jazz (2)", 2),
        ("price_kind=free", "value=\"free\" checked", 2),
        (not_cancelled, "moved,sold_out\" checked", all.len() - 2),
        ("text=moon+quratet", "value=\"moon quratet\"", 1),
        ("artist=Moon+Quartet", "type=\"hidden\" name=\"artist\" value=\"Moon Quartet\"", 1),
    ] {
        let body = page(&serving, &format!("/?{query}")).await.body;
        assert_eq!(events_on(&body).len(), number, "{query}");
        assert!(body.contains(kept), "{query}: {kept} is missing");
    }
    let wrong = page(&serving, "/?from=soon&price_kind=free").await;
    assert_eq!(wrong.status, 200);
    assert!(wrong.body.contains("<li><code>from</code>:"), "what is left out is named");
    assert_eq!(events_on(&wrong.body).len(), 2, "the rest holds");
}

#[tokio::test]
async fn a_subscription_holds_exactly_what_its_page_lists() {
    let (serving, shown) = week().await;
    let artist = link(&page(&serving, &format!("/events/{}", shown.tonight)).await.body, "Moon Quartet</a>");
    for path in ["/?genre=jazz&text=moon", "/?price_kind=free", &format!("/venues/{}", shown.venue), &artist] {
        let body = page(&serving, path).await.body;
        let listed = events_on(&body);
        assert!(!listed.is_empty(), "{path}");
        for (button, id_in) in [("RSS<", "/events/"), ("Atom<", "/events/"), ("JSON Feed<", "/events/")] {
            let feed = serving.get(&link(&body, button)).await;
            assert_eq!(feed.status, 200, "{path} {button}: {}", feed.body);
            let held: std::collections::BTreeSet<String> = feed
                .body
                .split(id_in)
                .skip(1)
                .map(|rest| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect())
                .collect();
            assert_eq!(held.into_iter().collect::<Vec<_>>(), listed, "{path} {button}");
        }
        assert_eq!(serving.get(&link(&body, "Table (CSV)")).await.status, 200);
        let webcal = link(&body, "In your calendar");
        let calendar = serving.get(&webcal.replace("webcal://127.0.0.1:8080", "")).await;
        for id in &listed {
            assert!(calendar.body.contains(id.as_str()), "{path}: {id} is not in the calendar {webcal}");
        }
    }
}

#[tokio::test]
async fn an_event_says_how_it_stands_since_when_and_why() {
    let (serving, shown) = week().await;
    let at = |id: marquee_model::EventId| format!("/events/{id}");
    let presumed = page(&serving, &at(shown.presumed)).await.body;
    for text in ["Presumed cancelled</strong>", "Nobody said so", "Presumed since <time datetime=\"2026-11-2"] {
        assert!(presumed.contains(text), "{text} is missing: {presumed}");
    }
    assert!(!presumed.contains("<s>"), "what is only presumed is not struck out");
    let cancelled = page(&serving, &at(shown.cancelled)).await.body;
    assert!(cancelled.contains("This is cancelled.") && cancelled.contains("<h1><s>"));
    let rescheduled = page(&serving, &at(shown.rescheduled)).await.body;
    assert!(rescheduled.contains("First announced for Tuesday, 1 December 2026, 20:00"), "{rescheduled}");
    assert!(rescheduled.contains("Corrected by a person: room.") && rescheduled.contains("Main floor"));
    insta::assert_snapshot!("presumed", without_ids(&presumed));
}

#[tokio::test]
async fn an_id_leads_to_the_event_that_answers_and_a_hidden_one_is_gone() {
    let (serving, shown) = week().await;
    let merged = serving.ask(Method::GET, &format!("/events/{}", shown.merged), &[("accept", "text/html")]).await;
    assert_eq!(merged.status, 308);
    assert_eq!(merged.header("location"), format!("/events/{}", shown.tonight));
    let hidden = page(&serving, &format!("/events/{}", shown.hidden)).await;
    assert_eq!(hidden.status, 410);
    assert!(hidden.body.contains("It is not shown any more"));
}

#[tokio::test]
async fn a_link_to_a_page_has_a_preview_and_the_same_in_other_formats() {
    let (serving, shown) = week().await;
    let path = format!("/events/{}", shown.tonight);
    let event = page(&serving, &path).await.body;
    for text in [
        "<title>Moon Quartet with The Tides \u{b7} The Harbour Room \u{b7} Marquee</title>".to_owned(),
        format!("<link rel=\"canonical\" href=\"http://127.0.0.1:8080{path}\">"),
        "property=\"og:image\" content=\"https://harbour-room.example/moon-quartet.jpg\"".to_owned(),
        "name=\"description\" content=\"Monday, 23 November 2026, 20:00 at The Harbour Room. Four players".to_owned(),
        format!("type=\"text/calendar\" title=\"iCalendar\" href=\"/api/v1{path}.ics\""),
    ] {
        assert!(event.contains(&text), "{text} is missing: {event}");
    }
    for format in ["json", "jsonld", "ics"] {
        assert_eq!(serving.get(&format!("/api/v1{path}.{format}")).await.status, 200, "{format}");
    }
}

#[tokio::test]
async fn a_venue_says_where_it_is_and_what_it_is_called() {
    let (serving, shown) = week().await;
    let venue = page(&serving, &format!("/venues/{}", shown.venue)).await.body;
    for text in ["href=\"geo:43.6405,-79.3763\"", "Upstairs", "Harbour Room at the Quay", "Quayside Tavern"] {
        assert!(venue.contains(text), "{text} is missing");
    }
    let data = structured(&venue);
    assert_eq!((&data["@type"], &data["address"]["addressLocality"]), (&"MusicVenue".into(), &"Toronto".into()));
}

#[tokio::test]
async fn an_artist_has_a_page_with_what_is_coming() {
    let (serving, shown) = week().await;
    let event = page(&serving, &format!("/events/{}", shown.tonight)).await.body;
    let artist = page(&serving, &link(&event, "The Tides</a>")).await.body;
    assert!(artist.contains("<h1>The Tides</h1>") && artist.contains(&shown.tonight.to_string()));
    assert_eq!(events_on(&artist).len(), 1);
    assert_eq!(structured(&artist)["@type"], "MusicGroup");
}

#[tokio::test]
async fn search_engines_find_every_page_that_is_there() {
    let (serving, shown) = week().await;
    assert!(serving.get("/robots.txt").await.body.contains("Sitemap: http://127.0.0.1:8080/sitemap.xml"));
    let places = |xml: &str| -> Vec<String> {
        let places = xml.split("<loc>http://127.0.0.1:8080").skip(1);
        places.map(|rest| rest.split("</loc>").next().unwrap().to_owned()).collect()
    };
    let mut pages = Vec::new();
    for part in places(&serving.get("/sitemap.xml").await.body) {
        let answer = serving.get(&part).await;
        assert_eq!(answer.status, 200, "{part}");
        pages.extend(places(&answer.body));
    }
    for path in &pages {
        assert_eq!(page(&serving, path).await.status, 200, "{path}");
    }
    let events = pages.iter().filter(|path| path.starts_with("/events/")).count();
    assert_eq!(events, events_on(&page(&serving, "/").await.body).len());
    assert!(
        pages.contains(&format!("/venues/{}", shown.venue)) && !pages.contains(&format!("/events/{}", shown.hidden))
    );
    for nothing in ["/sitemaps/x.xml", "/sitemaps/2026-11-23", "/sitemaps/"] {
        assert_eq!(serving.get(nothing).await.status, 404, "{nothing}");
    }
}

#[tokio::test]
async fn no_text_of_a_venue_becomes_markup_or_script() {
    let serving = Serving::filled().await;
    let home = page(&serving, "/?text=alert").await.body;
    let event = link(&home, "&#60;/script&#62;");
    for (path, body) in [("/", home.clone()), (&event, page(&serving, &event).await.body)] {
        for hostile in ["<script>alert", "<img", "<b>Bold", "<i>room"] {
            assert!(!body.contains(hostile), "{path} holds {hostile}");
        }
    }
    let shown = page(&serving, &event).await;
    assert_eq!(shown.body.matches("<script").count(), 1, "only the structured data");
    assert_eq!(shown.body.matches("</script>").count(), 1);
    let policy = shown.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
}

#[tokio::test]
async fn an_event_has_a_page_with_structured_data() {
    let serving = Serving::filled().await;
    let home = page(&serving, "/").await.body;
    let event = page(&serving, &link(&home, "Moon Quartet")).await.body;
    let data = structured(&event);
    assert_eq!(data["@type"], "MusicEvent");
    assert_eq!(data["startDate"], "2026-11-23T20:00:00-05:00");
    assert_eq!(data["location"]["address"]["addressLocality"], "Toronto");
    assert_eq!(data["offers"]["lowPrice"], "25.00");
    insta::assert_snapshot!("event_page", without_ids(&event));
}

#[tokio::test]
async fn a_venue_has_a_page_with_what_is_coming_there() {
    let serving = Serving::filled().await;
    let home = page(&serving, "/").await.body;
    let venue = page(&serving, &link(&home, "The Rex</a>")).await.body;
    assert!(venue.contains("194 Queen St W, Toronto, ON, CA") && venue.contains("Moon Quartet"));
    assert!(!venue.contains("Sun\u{e9} Parade") && !venue.contains("Last Week"));
}

#[tokio::test]
async fn an_empty_page_says_why_and_what_to_do() {
    let serving = Serving::empty(settings()).await;
    assert!(page(&serving, "/").await.body.contains("No sources yet"));
    sample::declare(serving.database.store(), "rex").await.unwrap();
    let declared = page(&serving, "/").await.body;
    assert!(declared.contains("Not crawled yet") && declared.contains("<code>marquee crawl</code>"));
}

#[tokio::test]
async fn a_person_gets_a_page_where_a_program_gets_a_problem() {
    let serving = Serving::filled().await;
    for path in ["/nowhere", "/events/evt_1", "/venues/x"] {
        let person = page(&serving, path).await;
        assert_eq!(person.status, 404);
        assert!(person.body.contains("There is no such thing"));
        let program = serving.get(path).await;
        assert_eq!(program.header("content-type"), "application/problem+json");
    }
}

#[tokio::test]
async fn pages_load_nothing_from_elsewhere() {
    let serving = Serving::filled().await;
    let home = page(&serving, "/").await.body;
    for loads in ["src=\"", "@import", "url("] {
        assert!(!home.contains(loads), "{loads}");
    }
    let style = serving.get("/assets/marquee.css").await;
    assert_eq!(style.header("content-type"), "text/css; charset=utf-8");
    assert!(!style.body.contains("url(") && !style.body.contains("@import"));
    assert_eq!(serving.get("/assets/marquee.svg").await.header("content-type"), "image/svg+xml");
}
