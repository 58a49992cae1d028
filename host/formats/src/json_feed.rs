//! JSON Feed 1.1 (jsonfeed.org). What it has no names for stands under `_marquee`.

use serde_json::{Map, Value, json};

use crate::{Facts, FeedEvent, clean, headline, structured::properties, words};

/// A feed of these events.
#[must_use]
pub fn json_feed(facts: &Facts, events: &[FeedEvent]) -> Value {
    let mut feed = Map::new();
    let mut put = |name: &str, value: Value| {
        if !value.is_null() {
            feed.insert(name.to_owned(), value);
        }
    };
    put("version", json!("https://jsonfeed.org/version/1.1"));
    put("title", json!(clean::line(&facts.title)));
    put("home_page_url", json!(facts.page.as_str()));
    put("feed_url", json!(facts.address.as_str()));
    put("description", json!(clean::paragraphs(&facts.about)));
    put("next_url", json!(facts.next.as_ref().map(url::Url::as_str)));
    put("authors", json!([{ "name": "Marquee" }]));
    put("items", events.iter().map(item).collect());
    Value::Object(feed)
}

fn item(event: &FeedEvent) -> Value {
    let mut item = Map::new();
    let mut put = |name: &str, value: Value| {
        if !value.is_null() {
            item.insert(name.to_owned(), value);
        }
    };
    put("id", json!(event.id));
    put("url", json!(event.page.as_str()));
    put("external_url", json!(event.event_url));
    put("title", json!(headline(event)));
    put("content_html", json!(words::html(event)));
    put("content_text", json!(words::text(event)));
    put("image", json!(event.image_url));
    put("date_published", json!(event.announced_at));
    put("date_modified", json!(event.updated_at));
    let tags: Vec<String> = event.genres.iter().map(|genre| clean::line(genre)).filter(|tag| !tag.is_empty()).collect();
    put("tags", if tags.is_empty() { Value::Null } else { json!(tags) });
    put("_marquee", Value::Object(properties(event)));
    Value::Object(item)
}
