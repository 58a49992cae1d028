//! What a Nominatim-compatible service answers, as far as it is read: <https://nominatim.org/release-docs/latest/api/Output/>, format
//! `jsonv2`. Numbers come as text or as numbers, by version.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// Most places of one answer that are read; five are asked for.
const MOST: usize = 10;

/// The longest text that is kept of a place, in characters.
const LONGEST: usize = 300;

/// A place that the service found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// Degrees north.
    #[serde(deserialize_with = "degrees")]
    pub lat: f64,
    /// Degrees east.
    #[serde(deserialize_with = "degrees")]
    pub lon: f64,
    /// Its name and address on one line.
    #[serde(default)]
    pub display_name: String,
    /// Its own name, where it has one.
    #[serde(default)]
    pub name: Option<String>,
    /// The key of its main tag in OpenStreetMap, such as `amenity`; `class` in older versions.
    #[serde(default, alias = "class")]
    pub category: String,
    /// That tag's value, such as `music_venue`.
    #[serde(default, rename = "type")]
    pub kind: String,
    /// How exact it is: 30 a house or a place in it, 26 a street, 16 a city.
    #[serde(default)]
    pub place_rank: u8,
    /// How well it is known, 0 to 1.
    #[serde(default)]
    pub importance: f64,
    /// Its country's two lower-case letters.
    #[serde(default)]
    pub country_code: Option<String>,
}

fn degrees<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let value = Value::deserialize(deserializer)?;
    let number = match &value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    number.filter(|degrees: &f64| degrees.is_finite()).ok_or_else(|| serde::de::Error::custom("no number of degrees"))
}

/// Reads an answer. A place that cannot be read makes no answer unreadable: it is left out. `Err` says why the whole is no answer.
pub(crate) fn read(text: &str) -> Result<Vec<Candidate>, String> {
    let places: Vec<Value> = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let place = |value: Value| {
        let country = value.pointer("/address/country_code").and_then(Value::as_str).map(str::to_lowercase);
        let mut place: Candidate = serde_json::from_value(value).ok()?;
        place.country_code = country.or(place.country_code).filter(|code| code.len() == 2);
        if place.lat.abs() > 90.0 || place.lon.abs() > 180.0 {
            return None;
        }
        place.display_name = place.display_name.chars().take(LONGEST).collect();
        place.name = place.name.filter(|name| !name.is_empty()).map(|name| name.chars().take(LONGEST).collect());
        Some(place)
    };
    Ok(places.into_iter().take(MOST).filter_map(place).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_may_be_text_and_what_cannot_be_read_is_left_out() {
        let text = r#"[
            {"lat": "43.65", "lon": "-79.38", "category": "amenity", "type": "bar", "place_rank": 30, "importance": 0.1,
             "name": "Lantern", "display_name": "Lantern, Toronto", "address": {"country_code": "ca"}},
            {"lat": 43.66, "lon": -79.39, "class": "building", "type": "yes", "place_rank": 30},
            {"lat": "north", "lon": "-79.38"}, {"lat": "143.65", "lon": "0"}, 7]"#;
        let places = read(text).unwrap();
        assert_eq!(places.len(), 2);
        assert_eq!((places[0].lat, places[0].country_code.as_deref()), (43.65, Some("ca")));
        assert_eq!(places[1].category, "building");
        assert_eq!(read("[]").unwrap(), []);
        assert!(read("<html>").is_err() && read(r#"{"error": "x"}"#).is_err());
    }

    #[test]
    fn what_is_kept_is_read_again() {
        let places = read(r#"[{"lat": "1", "lon": "2", "type": "bar", "address": {"country_code": "CA"}}]"#).unwrap();
        let kept = serde_json::to_string(&places).unwrap();
        assert_eq!(read(&kept).unwrap(), places);
    }
}
