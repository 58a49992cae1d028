//! The fields of a venue that a person can correct, and their values.

use marquee_model::{Venue, WebUrl, Zone};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A field of a venue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VenueField {
    /// Its name: text.
    Name,
    /// Street and number: text or null.
    Address,
    /// City: text or null.
    City,
    /// State or province: text or null.
    State,
    /// Postal code: text or null.
    PostalCode,
    /// Country: two letters of ISO 3166-1, or null.
    Country,
    /// Latitude and longitude in degrees: `[43.65, -79.38]`, or null.
    Coordinates,
    /// Zone: a name of the IANA database.
    Zone,
    /// Its own web page: an address or null.
    Url,
}

/// Where a venue's coordinates come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CoordinatesFrom {
    /// The source file.
    File,
    /// A page.
    Page,
    /// A person's correction.
    Person,
    /// A geocoding service.
    Geocoding,
}

/// The longest text of a field, in characters: no address has more, and none of them is a place for a description.
const LONGEST: usize = 300;

impl VenueField {
    /// All fields.
    pub const ALL: [Self; 9] = [
        Self::Name,
        Self::Address,
        Self::City,
        Self::State,
        Self::PostalCode,
        Self::Country,
        Self::Coordinates,
        Self::Zone,
        Self::Url,
    ];

    /// The field's value in a venue.
    #[must_use]
    pub fn of(self, venue: &Venue) -> Value {
        match self {
            Self::Name => json!(venue.name),
            Self::Address => json!(venue.address),
            Self::City => json!(venue.city),
            Self::State => json!(venue.state),
            Self::PostalCode => json!(venue.postal_code),
            Self::Country => json!(venue.country),
            Self::Coordinates => {
                venue.latitude.zip(venue.longitude).map_or(Value::Null, |(lat, lon)| json!([lat, lon]))
            }
            Self::Zone => json!(venue.zone),
            Self::Url => json!(venue.url),
        }
    }

    /// Puts a value into a venue. `Err` says what is wrong with it.
    pub(super) fn put(self, venue: &mut Venue, value: &Value) -> Result<(), String> {
        let text = || text(value, self);
        match self {
            Self::Name => venue.name = text()?.ok_or("a venue has a name; it cannot be taken away")?,
            Self::Address => venue.address = text()?,
            Self::City => venue.city = text()?,
            Self::State => venue.state = text()?,
            Self::PostalCode => venue.postal_code = text()?,
            Self::Country => {
                let code = text()?;
                if let Some(code) = code.as_ref().filter(|c| c.len() != 2 || !c.bytes().all(|b| b.is_ascii_uppercase()))
                {
                    return Err(format!("`{code}` is no country: write its two letters of ISO 3166-1, such as `CA`"));
                }
                venue.country = code;
            }
            Self::Coordinates => (venue.latitude, venue.longitude) = coordinates(value)?,
            Self::Zone => {
                let zone = text()?.ok_or("a venue has a zone; it cannot be taken away")?;
                venue.zone = zone.parse::<Zone>().map_err(|error| error.to_string())?;
            }
            Self::Url => {
                let url = text()?.map(|url| url.parse::<WebUrl>()).transpose();
                venue.url = url.map_err(|error| error.to_string())?;
            }
        }
        Ok(())
    }
}

fn text(value: &Value, field: VenueField) -> Result<Option<String>, String> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) if text.trim().is_empty() => Err("it is empty; null takes a value away".to_owned()),
        Value::String(text) if text.chars().count() > LONGEST => Err(format!("it is longer than {LONGEST} characters")),
        Value::String(text) => Ok(Some(crate::column::text(text.trim()))),
        other => Err(format!("`{other}` is no text, which {field:?} is")),
    }
}

fn coordinates(value: &Value) -> Result<(Option<f64>, Option<f64>), String> {
    let wrong =
        || format!("`{value}` is no pair of latitude (-90 to 90) and longitude (-180 to 180), such as [43.65, -79.38]");
    if value.is_null() {
        return Ok((None, None));
    }
    let [Value::Number(latitude), Value::Number(longitude)] = value.as_array().map(Vec::as_slice).unwrap_or_default()
    else {
        return Err(wrong());
    };
    let degrees = |number: &serde_json::Number, most: f64| number.as_f64().filter(|n| n.is_finite() && n.abs() <= most);
    match (degrees(latitude, 90.0), degrees(longitude, 180.0)) {
        (Some(latitude), Some(longitude)) => Ok((Some(latitude), Some(longitude))),
        _ => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use marquee_model::{SiteId, VenueId};
    use uuid::Uuid;

    use super::*;

    fn venue() -> Venue {
        Venue {
            id: VenueId::from_uuid(Uuid::nil()),
            site: SiteId::from_uuid(Uuid::nil()),
            slug: "lantern".parse().unwrap(),
            name: "Lantern".to_owned(),
            address: None,
            city: None,
            state: None,
            postal_code: None,
            country: None,
            latitude: None,
            longitude: None,
            zone: "America/Toronto".parse().unwrap(),
            url: None,
        }
    }

    #[test]
    fn what_is_put_into_a_field_is_read_back() {
        for (field, value) in [
            (VenueField::Name, json!("The Lantern")),
            (VenueField::Address, json!("1 Mill St")),
            (VenueField::Country, json!("CA")),
            (VenueField::Coordinates, json!([43.65, -79.38])),
            (VenueField::Coordinates, Value::Null),
            (VenueField::Zone, json!("America/Chicago")),
            (VenueField::Url, json!("https://lantern.example/")),
            (VenueField::City, Value::Null),
        ] {
            let mut venue = venue();
            field.put(&mut venue, &value).unwrap();
            assert_eq!(field.of(&venue), value, "{field:?}");
        }
    }

    #[test]
    fn values_that_cannot_be_are_refused_with_a_reason() {
        for (field, value, words) in [
            (VenueField::Name, Value::Null, "cannot be taken away"),
            (VenueField::Name, json!(" "), "empty"),
            (VenueField::City, json!(7), "no text"),
            (VenueField::Country, json!("Canada"), "ISO 3166-1"),
            (VenueField::Coordinates, json!([91, 0]), "latitude"),
            (VenueField::Coordinates, json!([43.65]), "latitude"),
            (VenueField::Zone, json!("Mars/Base"), "zone"),
            (VenueField::Url, json!("ftp://lantern.example"), "http"),
            (VenueField::Address, json!("x".repeat(LONGEST + 1)), "longer"),
        ] {
            let error = field.put(&mut venue(), &value).unwrap_err();
            assert!(error.contains(words), "{field:?}: {error}");
        }
    }
}
