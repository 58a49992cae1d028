//! The pages, as people and browsers see them.
#![expect(clippy::unwrap_used, reason = "in the tests' own functions, too: what is not there fails the test")]

use axum::http::Method;
use marquee_serve::ServeSettings;
use marquee_tests::{
    sample,
    serving::{Answer, Serving, settings, without_ids},
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
    let later = page(&serving, &link(&first, "Later events")).await.body;
    assert!(later.contains("Show e4") && !later.contains("Moon Quartet"));
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
    let json = event.split_once("ld+json\">").unwrap().1.split_once("</script>").unwrap().0;
    let data: serde_json::Value = serde_json::from_str(json).unwrap();
    assert_eq!(data["@type"], "MusicEvent");
    assert_eq!(data["startDate"], "2026-11-23T20:00:00-05:00");
    assert_eq!(data["location"]["address"]["addressLocality"], "Toronto");
    assert_eq!(data["offers"]["price"], "25.00");
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
