//! What is asked about a venue: its address, else its name in its city. Pure.

use marquee_model::Venue;
use url::form_urlencoded;

/// A question to the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Parameters of the search, in a fixed order: what a question is known by.
    pub parameters: Vec<(&'static str, String)>,
    /// The name that the answer must have, where it was asked by name.
    pub by_name: Option<String>,
    /// The country that the answer must be in, by its two lower-case letters.
    pub country: Option<String>,
}

impl Question {
    /// The question as one text: the key of the cache.
    #[must_use]
    pub fn key(&self) -> String {
        let mut text = form_urlencoded::Serializer::new(String::new());
        text.extend_pairs(self.parameters.iter().map(|(name, value)| (*name, value.as_str())));
        text.finish()
    }
}

/// What is asked about a venue, one after the other until something is found. None: too little is known to ask; a name without a town is
/// found in every other country.
#[must_use]
pub fn questions(venue: &Venue) -> Vec<Question> {
    let known = |field: &Option<String>| {
        field
            .as_deref()
            .map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
            .filter(|text| !text.is_empty())
    };
    let (city, postal_code) = (known(&venue.city), known(&venue.postal_code));
    let country = known(&venue.country).map(|code| code.to_lowercase()).filter(|code| code.len() == 2);
    if city.is_none() && postal_code.is_none() {
        return Vec::new();
    }
    let mut all = Vec::new();
    // What helps a letter find its way, such as a floor, hides a house from a map: only the first part is asked for.
    let street =
        known(&venue.address).and_then(|address| address.split(',').next().map(|street| street.trim().to_owned()));
    if let Some(street) = street.filter(|street| street.bytes().any(|b| b.is_ascii_digit())) {
        let parts = [
            ("street", Some(street)),
            ("city", city.clone()),
            ("state", known(&venue.state)),
            ("postalcode", postal_code),
        ];
        let mut parameters: Vec<_> = parts.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
        parameters.extend(country.iter().map(|code| ("countrycodes", code.clone())));
        all.push(Question { parameters, by_name: None, country: country.clone() });
    }
    if let Some(city) = city {
        let name = venue.name.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut parameters = vec![("q", format!("{name}, {city}"))];
        parameters.extend(country.iter().map(|code| ("countrycodes", code.clone())));
        all.push(Question { parameters, by_name: Some(name), country });
    }
    all
}

#[cfg(test)]
mod tests {
    use marquee_model::{SiteId, VenueId};

    use super::*;

    fn venue(address: Option<&str>, city: Option<&str>) -> Venue {
        Venue {
            id: VenueId::new(chrono::DateTime::UNIX_EPOCH),
            site: SiteId::new(chrono::DateTime::UNIX_EPOCH),
            slug: "lantern".parse().unwrap(),
            name: "Lantern  Tavern".to_owned(),
            address: address.map(str::to_owned),
            city: city.map(str::to_owned),
            state: Some("ON".to_owned()),
            postal_code: None,
            country: Some("CA".to_owned()),
            latitude: None,
            longitude: None,
            zone: "America/Toronto".parse().unwrap(),
            url: None,
        }
    }

    #[test]
    fn the_address_is_asked_for_first_and_then_the_name() {
        let keys: Vec<String> =
            questions(&venue(Some("1 Mill St, 2nd floor"), Some("Toronto"))).iter().map(Question::key).collect();
        assert_eq!(
            keys,
            ["street=1+Mill+St&city=Toronto&state=ON&countrycodes=ca", "q=Lantern+Tavern%2C+Toronto&countrycodes=ca"]
        );
    }

    #[test]
    fn a_street_without_a_number_is_no_house_and_a_name_without_a_town_is_not_asked_for() {
        assert_eq!(questions(&venue(Some("Mill St"), Some("Toronto"))).len(), 1);
        assert!(questions(&venue(Some("1 Mill St"), None)).is_empty());
    }
}
