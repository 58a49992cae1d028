//! Slugs: the short names of sites, venues, sources and plugins, as they stand in URLs and file names.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A short lower-case name: 1 to 64 characters out of `a-z`, `0-9`, `-` and `_`, the first a letter or digit.
///
/// The limit of 64 keeps a slug usable as a file name, a metric label and a column of a terminal table.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Slug(String);

/// Why a text is no [`Slug`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a slug: use 1 to 64 characters out of a-z, 0-9, `-` and `_`, starting with a letter or digit")]
pub struct NotASlug {
    /// The refused text, shortened to 80 characters.
    pub text: String,
}

impl Slug {
    /// The longest slug, in bytes.
    pub const MAX_LEN: usize = 64;

    /// The slug as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Slug {
    type Err = NotASlug;

    fn from_str(text: &str) -> Result<Self, NotASlug> {
        let letter = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        let valid = text.len() <= Self::MAX_LEN
            && text.bytes().next().is_some_and(letter)
            && text.bytes().all(|b| letter(b) || b == b'-' || b == b'_');
        if valid { Ok(Self(text.to_owned())) } else { Err(NotASlug { text: text.chars().take(80).collect() }) }
    }
}

impl TryFrom<String> for Slug {
    type Error = NotASlug;

    fn try_from(text: String) -> Result<Self, NotASlug> {
        text.parse()
    }
}

impl From<Slug> for String {
    fn from(slug: Slug) -> Self {
        slug.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for Slug {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_names_are_slugs() {
        for name in ["rex", "beat_kitchen", "19hz", "music-farm", "a"] {
            assert_eq!(name.parse::<Slug>().unwrap().as_str(), name);
        }
    }

    #[test]
    fn paths_spaces_and_capitals_are_refused() {
        for name in ["", "-x", "_x", "../etc", "A", "a b", "é", "a/b", &"x".repeat(65)] {
            assert!(name.parse::<Slug>().is_err(), "{name:?}");
        }
    }
}
