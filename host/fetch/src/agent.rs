//! How the fetcher names itself to the sites that it reads.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::FetchError;

/// Name, version and contact, sent as `User-Agent: Marquee/0.1.0 (+https://example.org/about)`.
///
/// The contact (a URL or mail address) lets a venue's web master ask for something other than blocking us. Only the operator
/// knows it, so the default has none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct UserAgent {
    parts: Parts,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Parts {
    name: String,
    version: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact: Option<String>,
}

impl Default for Parts {
    fn default() -> Self {
        Self { name: "Marquee".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned(), contact: None }
    }
}

impl UserAgent {
    /// A user agent of these parts. Name and version are tokens of RFC 9110 section 5.6.2; the contact is printable ASCII
    /// without parentheses. Each 1 to 200 characters.
    pub fn new(name: &str, version: &str, contact: &str) -> Result<Self, FetchError> {
        let refuse = |key: &str, reason: &str| {
            Err(FetchError::Settings { key: format!("fetch.user_agent.{key}"), reason: reason.to_owned() })
        };
        let token = |text: &str| {
            (1..=200).contains(&text.len())
                && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
        };
        if !token(name) {
            return refuse("name", "it must be 1 to 200 letters, digits or `-._`");
        }
        if !token(version) {
            return refuse("version", "it must be 1 to 200 letters, digits or `-._`");
        }
        let plain = |b: u8| b.is_ascii_graphic() && !b"()\\".contains(&b);
        if !(1..=200).contains(&contact.len()) || !contact.bytes().all(plain) {
            return refuse("contact", "it must be a URL or mail address of 1 to 200 printable ASCII characters");
        }
        let parts = Parts { name: name.to_owned(), version: version.to_owned(), contact: Some(contact.to_owned()) };
        Ok(Self { parts })
    }

    /// Where to complain.
    #[must_use]
    pub fn contact(&self) -> Option<&str> {
        self.parts.contact.as_deref()
    }

    /// The product name, by which robots.txt addresses us.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.parts.name
    }
}

impl fmt::Display for UserAgent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.parts.name, self.parts.version)?;
        self.contact().map_or(Ok(()), |contact| write!(f, " (+{contact})"))
    }
}

impl TryFrom<Parts> for UserAgent {
    type Error = FetchError;

    fn try_from(parts: Parts) -> Result<Self, FetchError> {
        // Without a contact the other two are still checked.
        let contact = parts.contact.as_deref();
        let checked = Self::new(&parts.name, &parts.version, contact.unwrap_or("none"))?;
        Ok(if contact.is_some() { checked } else { Self { parts } })
    }
}

impl From<UserAgent> for Parts {
    fn from(agent: UserAgent) -> Self {
        agent.parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_names_product_version_and_contact() {
        let agent = UserAgent::new("Marquee", "0.1.0", "https://example.org/about").unwrap();
        assert_eq!(agent.to_string(), "Marquee/0.1.0 (+https://example.org/about)");
    }

    #[test]
    fn settings_may_leave_parts_out_and_are_checked() {
        let agent: UserAgent = toml::from_str("contact = 'crawl@example.org'").unwrap();
        assert_eq!(agent.to_string(), format!("Marquee/{} (+crawl@example.org)", env!("CARGO_PKG_VERSION")));
        assert_eq!(toml::from_str::<UserAgent>(&toml::to_string(&agent).unwrap()).unwrap(), agent);
        assert_eq!(UserAgent::default().to_string(), format!("Marquee/{}", env!("CARGO_PKG_VERSION")));
        assert!(toml::from_str::<UserAgent>("name = 'a b'").is_err());
        assert!(toml::from_str::<UserAgent>("mail = 'a@b.example'").is_err());
    }

    #[test]
    fn what_could_forge_a_header_is_refused() {
        assert!(UserAgent::new("Mar quee", "1", "a@b.example").is_err());
        assert!(UserAgent::new("Marquee", "1\r\nx: y", "a@b.example").is_err());
        assert!(UserAgent::new("Marquee", "1", "a@b.example)\r\nx: y").is_err());
        assert!(UserAgent::new("Marquee", "1", "").is_err());
    }
}
