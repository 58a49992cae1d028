//! Which service is asked, and how seldom. The operator's configuration (`[geocode]`).

use chrono::TimeDelta;
use marquee_fetch::UserAgent;
use marquee_model::WebUrl;
use serde::{Deserialize, Serialize};

use crate::GeocodeError;

/// The public service of OpenStreetMap, whose policy allows one request a second.
const PUBLIC: &str = "nominatim.openstreetmap.org";

/// What its policy asks for between two requests, in milliseconds.
const PUBLIC_DELAY_MS: u32 = 1_000;

/// Settings of geocoding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GeocodeSettings {
    /// The service, such as `https://nominatim.openstreetmap.org`; `/search` is added. None: nothing is asked, and venues have the
    /// coordinates that their files give.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<WebUrl>,
    /// A mail address that is sent with every request, as the public service asks those to do who ask much.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// How Marquee names itself to the service; by default as to sites (`fetch.user_agent`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<UserAgent>,
    /// Milliseconds between two requests, over all processes that share a database. The default is what the public service's policy
    /// asks for, which is refused to be set lower for it; a service of your own bears less.
    pub delay_ms: u32,
    /// Days for which an answer that found something is believed. Houses do not move; half a year takes in what the map's makers
    /// correct.
    pub cache_days: u32,
    /// Days for which an answer that found nothing, or too much, is believed: new houses come onto the map within weeks.
    pub nothing_days: u32,
    /// Venues that one round asks for at most. A round a day; a city's new venues take one, and a bulk of them is spread, as the public
    /// service's policy asks.
    pub batch: u32,
}

impl Default for GeocodeSettings {
    fn default() -> Self {
        Self {
            url: None,
            email: None,
            user_agent: None,
            delay_ms: PUBLIC_DELAY_MS,
            cache_days: 180,
            nothing_days: 30,
            batch: 100,
        }
    }
}

impl GeocodeSettings {
    /// The address that searches are put to; `None`: geocoding is off. Refuses settings that cannot be meant.
    pub(crate) fn search_url(&self) -> Result<Option<url::Url>, GeocodeError> {
        let Some(base) = &self.url else { return Ok(None) };
        let refuse = |key, reason: &str| Err(GeocodeError::Settings { key, reason: reason.to_owned() });
        let host = base.host().trim_end_matches('.').to_ascii_lowercase();
        if host == PUBLIC && self.delay_ms < PUBLIC_DELAY_MS {
            return refuse(
                "geocode.delay_ms",
                "the policy of nominatim.openstreetmap.org allows one request a second: use 1000 or more",
            );
        }
        let wrong = |email: &str| !email.contains('@') || email.len() > 200 || email.chars().any(char::is_whitespace);
        if self.email.as_deref().is_some_and(wrong) {
            return refuse("geocode.email", "it is no mail address");
        }
        if self.cache_days == 0 || self.nothing_days == 0 {
            return refuse("geocode.cache_days", "answers are kept for a day at least: services ask for it");
        }
        let mut url = base.url().clone();
        url.set_query(None);
        url.set_fragment(None);
        let path = url.path().trim_end_matches('/').to_owned();
        if !path.ends_with("/search") {
            url.set_path(&format!("{path}/search"));
        }
        Ok(Some(url))
    }

    /// How long an answer is believed.
    pub(crate) fn lifetime(&self, found: bool) -> TimeDelta {
        TimeDelta::days(i64::from(if found { self.cache_days } else { self.nothing_days }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(url: &str) -> GeocodeSettings {
        GeocodeSettings { url: Some(url.parse().unwrap()), ..GeocodeSettings::default() }
    }

    #[test]
    fn it_is_off_unless_a_service_is_named() {
        assert_eq!(GeocodeSettings::default().search_url().unwrap(), None);
    }

    #[test]
    fn searches_are_put_to_the_services_search() {
        for (url, search) in [
            ("https://geo.example", "https://geo.example/search"),
            ("https://geo.example/nominatim/", "https://geo.example/nominatim/search"),
            ("https://geo.example/search?x=1", "https://geo.example/search"),
        ] {
            assert_eq!(with(url).search_url().unwrap().unwrap().as_str(), search);
        }
    }

    #[test]
    fn the_public_service_is_not_asked_faster_than_its_policy_allows() {
        let fast = GeocodeSettings { delay_ms: 500, ..with("https://Nominatim.OpenStreetMap.org") };
        assert!(fast.search_url().unwrap_err().to_string().contains("one request a second"));
        let own = GeocodeSettings { delay_ms: 0, ..with("https://geo.example") };
        assert!(own.search_url().is_ok());
        let email = GeocodeSettings { email: Some("nobody".to_owned()), ..with("https://geo.example") };
        assert!(email.search_url().is_err());
    }
}
