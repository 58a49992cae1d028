//! `/events/{id}/why` names the selector: what a crawl follows of the ways to each field, and what is said of them.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests fail as tests do")]

use chrono::TimeDelta;
use marquee_tests::{
    serving::{self, Serving},
    site::{Venue, page},
};
use serde_json::{Value, json};
use sqlx::Connection as _;

const COMPILER: &str = env!("CARGO_BIN_EXE_compile-plugin");

async fn venue() -> Venue {
    Venue::new(COMPILER).await.unwrap()
}

/// What `/why` tells of an event of this title.
async fn why(venue: Venue, title: &str) -> Value {
    let serving = Serving::beside(venue.database, venue.store, serving::settings());
    let events = serving.get("/api/v1/events?limit=100").await.json();
    let event = events["data"].as_array().unwrap().iter().find(|event| event["title"] == title).unwrap().clone();
    serving.get(&format!("/api/v1/events/{}/why", event["id"].as_str().unwrap())).await.json()
}

/// What the first source tells of a field.
fn told<'v>(why: &'v Value, field: &str) -> &'v Value {
    let fields = why["fields"].as_array().unwrap();
    &fields.iter().find(|shown| shown["field"] == field).unwrap()["told"][0]
}

/// Selectors and times of following, as they are kept.
async fn kept(venue: &Venue) -> Vec<(Value, String)> {
    let mut connection = sqlx::PgConnection::connect(venue.database.url()).await.unwrap();
    let rows = "SELECT ways, xmin::text || ' ' || followed_at::text FROM field_ways ORDER BY followed_at";
    sqlx::query_as(rows).fetch_all(&mut connection).await.unwrap()
}

#[tokio::test]
async fn each_field_names_the_selector_by_which_its_plugin_finds_it() {
    let mut venue = venue().await;
    venue.source.configuration["fields"]["room"] = json!({ "value": "Back room" });
    venue.crawl(&page()).await.unwrap();
    let why = why(venue, "Act number 3").await;

    let title = told(&why, "title");
    assert_eq!(title["selector"], ".show » h3", "{title}");
    assert_eq!(title["plugin"]["id"], "css");
    assert_eq!(title["page_digest"], why["records"][0]["page_digest"]);
    assert_eq!(title["ways"][0]["found"], json!([{ "page": "listing", "selector": ".show » h3", "take": "text" }]));
    assert_eq!((&title["ways_unknown"], &title["ways"][0]["rests_on"]), (&Value::Null, &json!("page")));

    assert_eq!(told(&why, "event_url")["selector"], ".show » h3 a");
    assert_eq!(told(&why, "event_url")["ways"][0]["found"][0]["take"], "address in href");
    assert_eq!(told(&why, "start")["selector"], ".show » .date");
    let host: Vec<&Value> = told(&why, "start")["ways"][0]["then"].as_array().unwrap().iter().collect();
    assert!(
        host.iter().any(|step| step["by"] == "host" && step["what"].as_str().unwrap().contains("`dates`")),
        "{host:?}"
    );
    let price = told(&why, "price");
    assert_eq!((&price["selector"], &price["ways"][0]["part"]), (&json!(".show » .price"), &json!("min")));
}

#[tokio::test]
async fn what_the_host_itself_says_is_told_apart_from_what_the_page_says() {
    let mut venue = venue().await;
    venue.source.configuration["fields"]["room"] = json!({ "value": "Back room" });
    venue.crawl(&page()).await.unwrap();
    let why = why(venue, "Act number 3").await;

    let room = told(&why, "room");
    assert_eq!((&room["selector"], &room["ways"][0]["rests_on"]), (&Value::Null, &json!("configuration")));
    assert_eq!(room["ways"][0]["found"][0]["selector"], "/fields/room/value");
    let acts = told(&why, "performers");
    assert_eq!(acts["selector"], ".show » h3");
    let step = &acts["ways"][0]["then"][0];
    assert_eq!(step["by"], "host");
    assert!(step["what"].as_str().unwrap().contains("from the title, by the normaliser"), "{step}");
    assert_eq!(told(&why, "venue")["ways"][0]["found"][0]["take"], "source file");
}

#[tokio::test]
async fn a_crawl_follows_the_ways_once_a_day_and_one_that_finds_nothing_changed_writes_none() {
    let venue = venue().await;
    venue.crawl(&page()).await.unwrap();
    let first = kept(&venue).await;
    assert_eq!(first.len(), 1);

    venue.crawl(&page()).await.unwrap();
    let edited = page().replacen("Act number 3<", "Act number 3 and friends<", 1);
    venue.crawl(&edited).await.unwrap();
    assert_eq!(kept(&venue).await, first, "less than a day later nothing is followed");

    let edited = edited.replacen("Act number 4<", "Act number 4 and friends<", 1);
    venue.crawl_after(TimeDelta::hours(24), &edited).await.unwrap();
    let later = kept(&venue).await;
    assert_eq!(later.len(), 1);
    assert_ne!(later[0].1, first[0].1, "a day later a page that is read anew is followed again");
}

#[tokio::test]
async fn another_configuration_makes_other_ways_and_leaves_none_of_the_old() {
    let mut venue = venue().await;
    venue.crawl(&page()).await.unwrap();
    venue.source.configuration["fields"] = json!({ "title": "a", "date": "span" });
    venue.crawl(&page()).await.unwrap();
    let ways = kept(&venue).await[0].0.clone();
    assert_eq!(ways["title"][0]["found"][0]["selector"], ".show » a");
    assert_eq!(ways.get("event_url"), None, "{ways}");
}

#[tokio::test]
async fn a_field_that_few_events_have_is_followed_all_the_same() {
    let venue = venue().await;
    let rare = page().replacen("Act number 17<", "CANCELLED: Act number 17<", 1);
    venue.crawl(&rare).await.unwrap();
    let why = why(venue, "Act number 17").await;
    let status = told(&why, "status");
    assert_eq!(status["selector"], ".show » h3", "{status}");
    assert!(status["ways"][0]["then"][0]["what"].as_str().unwrap().contains("status words of the title"));
}

#[tokio::test]
async fn where_no_way_is_known_the_answer_says_why() {
    let serving = Serving::filled().await;
    let events = serving.get("/api/v1/events?limit=1").await.json();
    let why = serving.get(&format!("/api/v1/events/{}/why", events["data"][0]["id"].as_str().unwrap())).await.json();
    let title = told(&why, "title");
    assert_eq!((&title["selector"], &title["ways"]), (&Value::Null, &json!([])));
    assert!(title["ways_unknown"].as_str().unwrap().contains("was not followed"), "{title}");
    assert_eq!(why["records"][0]["ways_followed_at"], Value::Null);
}
