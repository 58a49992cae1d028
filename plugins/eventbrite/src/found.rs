//! Where the events stand: in the API's list, or somewhere in the data that a page embeds.
//!
//! Pages were rebuilt often and their data moved each time, so what looks like an event is looked for in all of it, but not among
//! what is over or belongs to others.

use marquee_sdk::{ExtractError, Kind, Page, Value, parse_json};

/// Values inside each other that are looked through.
const DEEPEST: u8 = 12;
/// Objects and lists that are looked through: a page of 50 events has 5,000.
const MOST: u32 = 60_000;
/// Places where a page may name its data; each is looked through to its end.
const MOST_NAMED: usize = 5;
/// Members that hold other events than the coming ones of this organizer.
const OTHERS: &[&str] = &[
    "past_events",
    "pastEvents",
    "past",
    "related_events",
    "relatedEvents",
    "similar_events",
    "similarEvents",
    "recommendations",
    "recommendedEvents",
    "suggestions",
    "public_collections",
    "primary_organizer",
    "series",
];
/// Names of the lists of coming events.
const COMING: &[&str] =
    &["events", "future_events", "futureEvents", "upcoming_events", "upcomingEvents", "live_events"];

/// What was found.
#[derive(Default)]
pub(crate) struct Found {
    pub(crate) events: Vec<Value>,
    /// The place of a list of coming events that is empty.
    pub(crate) empty: Option<String>,
    looked_at: u32,
}

/// In an answer of the API: a list, or one event.
pub(crate) fn in_answer(answer: &Value) -> Found {
    let mut found = Found::default();
    match answer.at("/events").filter(|list| list.kind() == Kind::Array) {
        Some(list) => {
            found.events = list.items("");
            found.empty = found.events.is_empty().then(|| "/events".to_owned());
        }
        None => found.look(answer, DEEPEST, ""),
    }
    found
}

/// In the data that a page embeds.
pub(crate) fn in_page(page: &Page) -> Result<Found, ExtractError> {
    let mut found = Found::default();
    let body = page.body();
    let mut texts: Vec<String> = body
        .match_indices("__SERVER_DATA__")
        .take(MOST_NAMED)
        .filter_map(|(at, name)| body.get(at + name.len()..)?.trim_start().strip_prefix('='))
        .filter_map(object)
        .map(str::to_owned)
        .collect();
    for script in page.document()?.select("script#__NEXT_DATA__, script[type='application/json']")? {
        texts.push(script.text());
    }
    for text in texts {
        if let Ok(value) = parse_json(&text) {
            found.look(&value, DEEPEST, "");
        }
        if !found.events.is_empty() {
            break;
        }
    }
    Ok(found)
}

impl Found {
    fn look(&mut self, value: &Value, deeper: u8, place: &str) {
        self.looked_at += 1;
        if deeper == 0 || self.looked_at > MOST {
            return;
        }
        match value.kind() {
            Kind::Array => {
                for (at, member) in value.items("").iter().enumerate() {
                    self.look(member, deeper - 1, &format!("{place}/{at}"));
                }
            }
            Kind::Object if is_event(value) => {
                let id = value.filled("/id");
                let known = self.events.iter().any(|event| id.is_some() && event.filled("/id") == id);
                if !known {
                    self.events.extend(value.at(""));
                }
            }
            Kind::Object => {
                for name in value.keys("") {
                    // No name that is of interest needs the escapes of a pointer.
                    if OTHERS.contains(&name.as_str()) || name.contains(['/', '~']) {
                        continue;
                    }
                    let Some(member) = value.at(&format!("/{name}")) else { continue };
                    let place = format!("{place}/{name}");
                    if COMING.contains(&name.as_str()) && member.kind() == Kind::Array && member.items("").is_empty() {
                        self.empty = self.empty.take().or_else(|| Some(place.clone()));
                    }
                    if matches!(member.kind(), Kind::Array | Kind::Object) {
                        self.look(&member, deeper - 1, &place);
                    }
                }
            }
            _ => {}
        }
    }
}

/// A name, an address and a start.
fn is_event(value: &Value) -> bool {
    let has = |pointers: &[&str]| value.first_filled(pointers).is_some();
    has(&["/name/text", "/name"])
        && has(&["/url", "/tickets_url"])
        && has(&["/start/local", "/start/utc", "/start_date"])
}

/// The JSON object that a text begins with.
fn object(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let mut depth = 0_u32;
    let (mut inside, mut escaped) = (false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if inside => escaped = true,
            b'"' => inside = !inside,
            b'{' | b'[' if !inside => depth += 1,
            b'}' | b']' if !inside => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return text.get(..=at);
                }
            }
            _ if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_ends_at_its_own_bracket() {
        assert_eq!(object(r#" {"a":"}\"{","b":[1]}; more"#), Some(r#"{"a":"}\"{","b":[1]}"#));
        for text in ["", "null;", r#"{"a":1"#, "}"] {
            assert_eq!(object(text), None, "{text}");
        }
    }
}
