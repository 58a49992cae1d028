//! What a crawl gave, in a form in which two readings of the same pages are equal byte by byte.
//!
//! Kept as a blob with each crawl, and as `expected.json` in a fixture. It holds what the pages say: nothing that differs from crawl to
//! crawl (ids, times of fetching), from host to host (ids of venues), or from plugin version to plugin version.

use marquee_model::{CrawlOutcome, Event, Rejection};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// The result of reading a source's pages.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    /// The word of [`CrawlOutcome::name`], before the crawl was held against earlier ones.
    pub outcome: String,
    /// The sentence that goes with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The events in their order, each without what is empty.
    pub events: Vec<Map<String, Value>>,
    /// What was not believed, in its order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rejections: Vec<Map<String, Value>>,
}

impl Given {
    /// What these are in that form.
    #[must_use]
    pub fn of(outcome: &CrawlOutcome, events: &[Event], rejections: &[Rejection]) -> Self {
        Self {
            outcome: outcome.name().to_owned(),
            reason: outcome.reason().map(str::to_owned),
            events: events.iter().map(event).collect(),
            rejections: rejections.iter().map(rejection).collect(),
        }
    }

    /// The form itself: compact JSON with sorted keys.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        sorted(json!(self)).to_string().into_bytes()
    }

    /// The same for people and for version control: indented, with a line's end at its end.
    #[must_use]
    pub fn pretty(&self) -> String {
        format!("{:#}\n", sorted(json!(self)))
    }

    /// Reads either form.
    ///
    /// # Errors
    /// It is another kind of JSON, or none.
    pub fn read(bytes: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(bytes)
    }
}

fn event(event: &Event) -> Map<String, Value> {
    let mut fields = filled(json!(event));
    // Its id is the host's; where another venue is meant, `venue_name` says so.
    fields.remove("venue");
    fields.remove("attribution");
    fields.insert("page_url".to_owned(), json!(event.attribution.page_url));
    fields
}

fn rejection(rejection: &Rejection) -> Map<String, Value> {
    let mut fields = filled(json!(rejection));
    fields.remove("page");
    fields
}

/// The members of an object that hold something: a field that a later version adds is absent where it is empty.
fn filled(value: Value) -> Map<String, Value> {
    let Value::Object(members) = value else { return Map::new() };
    members
        .into_iter()
        .filter(|(_, value)| !value.is_null() && value.as_array().is_none_or(|list| !list.is_empty()))
        .collect()
}

/// The same value with the members of every object in the order of their names.
fn sorted(value: Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        Value::Object(members) => {
            let mut members: Vec<(String, Value)> = members.into_iter().collect();
            members.sort_by(|(a, _), (b, _)| a.cmp(b));
            Value::Object(members.into_iter().map(|(name, value)| (name, sorted(value))).collect())
        }
        other => other,
    }
}
