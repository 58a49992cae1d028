//! Web addresses that may be shown to a reader or fetched.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use url::Url;

/// An absolute `http` or `https` URL with a host, without user name or password, at most 2,048 bytes long.
///
/// 2,048 is what browsers and feed readers are known to take; longer ones have only been seen in attacks and in tracking links.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WebUrl(Url);

/// Why a text is no [`WebUrl`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a web address: {reason}")]
pub struct NotAWebUrl {
    text: String,
    reason: String,
}

impl WebUrl {
    /// The longest URL, in bytes of its normal form.
    pub const MAX_LEN: usize = 2048;

    /// The URL that `url` is, if it may be fetched and shown.
    pub fn new(url: Url) -> Result<Self, NotAWebUrl> {
        let refuse = |reason: String| Err(NotAWebUrl { text: url.as_str().chars().take(120).collect(), reason });
        match url.scheme() {
            "http" | "https" => {}
            other => return refuse(format!("its scheme is `{other}`, only http and https are allowed")),
        }
        if url.host_str().is_none_or(str::is_empty) {
            return refuse("it has no host".to_owned());
        }
        if !url.username().is_empty() || url.password().is_some() {
            return refuse("it carries a user name or password".to_owned());
        }
        if url.as_str().len() > Self::MAX_LEN {
            return refuse(format!("it is longer than {} bytes", Self::MAX_LEN));
        }
        Ok(Self(url))
    }

    /// The URL.
    #[must_use]
    pub const fn url(&self) -> &Url {
        &self.0
    }

    /// The URL as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The host name or address.
    #[must_use]
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// What `reference` means when it stands on the page at this URL.
    pub fn join(&self, reference: &str) -> Result<Self, NotAWebUrl> {
        self.0
            .join(reference.trim())
            .map_err(|e| NotAWebUrl { text: reference.chars().take(120).collect(), reason: e.to_string() })
            .and_then(Self::new)
    }
}

impl FromStr for WebUrl {
    type Err = NotAWebUrl;

    fn from_str(text: &str) -> Result<Self, NotAWebUrl> {
        Url::parse(text.trim())
            .map_err(|e| NotAWebUrl { text: text.chars().take(120).collect(), reason: e.to_string() })
            .and_then(Self::new)
    }
}

impl TryFrom<String> for WebUrl {
    type Error = NotAWebUrl;

    fn try_from(text: String) -> Result<Self, NotAWebUrl> {
        text.parse()
    }
}

impl From<WebUrl> for String {
    fn from(url: WebUrl) -> Self {
        url.0.into()
    }
}

impl fmt::Display for WebUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_files_and_credentials_are_refused() {
        for text in
            ["javascript:alert(1)", "file:///etc/passwd", "http://u:p@example.com/", "/events", "data:text/html,x"]
        {
            assert!(text.parse::<WebUrl>().is_err(), "{text}");
        }
    }

    #[test]
    fn references_are_resolved_against_the_page() {
        let page: WebUrl = "https://venue.example/events/list".parse().unwrap();
        assert_eq!(page.join("../e/1").unwrap().as_str(), "https://venue.example/e/1");
        assert!(page.join("javascript:void(0)").is_err());
    }
}
