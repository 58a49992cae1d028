//! What a page is about in schema.org's words, inside of it, for search engines and calendars that read pages.

use marquee_model::{Venue, WebUrl};
use marquee_store::{StoredArtist, StoredEvent, StoredVenue};
use serde_json::{Map, Value, json};

use crate::{App, formats};

/// JSON-LD that can stand inside a `script` element: no character of it can end the element or begin a comment.
pub(super) fn music_event(app: &App, event: &StoredEvent, venue: Option<&StoredVenue>) -> String {
    let event = formats::feed_event(app, event.clone(), venue.map(|stored| &stored.venue));
    escape(&marquee_formats::music_event(&event).to_string())
}

/// A venue as a MusicVenue.
pub(super) fn music_venue(app: &App, venue: &Venue) -> String {
    let address = [
        ("streetAddress", &venue.address),
        ("addressLocality", &venue.city),
        ("addressRegion", &venue.state),
        ("postalCode", &venue.postal_code),
        ("addressCountry", &venue.country),
    ];
    let known: Map<_, _> =
        address.into_iter().filter_map(|(name, value)| Some((name.to_owned(), json!(value.as_ref()?)))).collect();
    let address = if known.is_empty() { Value::Null } else { typed("PostalAddress", known) };
    let place = venue.latitude.zip(venue.longitude);
    let geo = place.map(|(north, east)| json!({"@type": "GeoCoordinates", "latitude": north, "longitude": east}));
    document(&[
        ("@type", json!("MusicVenue")),
        ("@id", json!(formats::whole(app, &format!("venues/{}", venue.id)))),
        ("name", json!(venue.name)),
        ("address", address),
        ("geo", json!(geo)),
        ("url", json!(venue.url.as_ref().map(WebUrl::as_str))),
    ])
}

/// An artist as a MusicGroup.
pub(super) fn music_group(app: &App, artist: &StoredArtist) -> String {
    let artist = &artist.artist;
    let musicbrainz = artist.musicbrainz.map(|id| format!("https://musicbrainz.org/artist/{id}"));
    document(&[
        ("@type", json!("MusicGroup")),
        ("@id", json!(formats::whole(app, &format!("artists/{}", artist.id)))),
        ("name", json!(artist.name)),
        ("sameAs", json!(musicbrainz)),
    ])
}

fn typed(kind: &str, mut members: Map<String, Value>) -> Value {
    members.insert("@type".to_owned(), json!(kind));
    Value::Object(members)
}

/// A document of what is known.
fn document(members: &[(&str, Value)]) -> String {
    let known = members.iter().filter(|(_, value)| !value.is_null());
    let mut document: Map<_, _> = known.map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    document.insert("@context".to_owned(), json!("https://schema.org"));
    escape(&Value::Object(document).to_string())
}

/// Makes JSON safe inside HTML: these characters stand only within strings, where an escape means the same.
fn escape(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => safe.push_str(&format!("\\u{:04x}", u32::from(character))),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_can_leave_the_script_element() {
        let hostile = json!({ "name": "</script><script>alert(1)</script><!-- & \u{2028}" }).to_string();
        let safe = escape(&hostile);
        assert!(!safe.contains(['<', '>', '&', '\u{2028}']));
        assert_eq!(serde_json::from_str::<Value>(&safe).unwrap(), serde_json::from_str::<Value>(&hostile).unwrap());
    }
}
