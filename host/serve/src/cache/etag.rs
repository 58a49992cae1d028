//! Entity tags (RFC 9110 sections 8.8.3 and 13.1.2).
//!
//! A tag is the digest of the bytes as they are, and of which coding they are sent in: strong, the same on every host and after every
//! restart, and unchanged by whatever does not change the answer.

use axum::http::{HeaderMap, HeaderValue, header};

use super::encoding::Coding;

/// Hexadecimal digits of the digest in a tag: 128 bits, far beyond any accident.
const DIGITS: usize = 32;

/// The tag of some bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tag(String);

impl Tag {
    /// Of these bytes.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self(blake3::hash(bytes).to_hex().chars().take(DIGITS).collect())
    }

    /// The value of `etag` for the bytes in a coding.
    pub(crate) fn value(&self, coding: Coding) -> Option<HeaderValue> {
        let text = match coding {
            Coding::Identity => format!("\"{}\"", self.0),
            coding => format!("\"{}-{}\"", self.0, coding.name()),
        };
        HeaderValue::from_str(&text).ok()
    }

    /// The tag in `If-None-Match` that names these bytes, in whatever coding: a client that holds them in another one than it asks for now
    /// still holds them. `*` is answered with the tag of the coding that it would get.
    pub(crate) fn held(&self, headers: &HeaderMap, wanted: Coding) -> Option<Coding> {
        let values = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        values.flat_map(|value| value.split(',')).find_map(|one| self.names(one.trim(), wanted))
    }

    fn names(&self, one: &str, wanted: Coding) -> Option<Coding> {
        if one == "*" {
            return Some(wanted);
        }
        // The comparison is the weak one: a proxy that packs what we sent weakens the tag.
        let opaque = one.strip_prefix("W/").unwrap_or(one).strip_prefix('"')?.strip_suffix('"')?;
        let rest = opaque.strip_prefix(self.0.as_str())?;
        if rest.is_empty() {
            return Some(Coding::Identity);
        }
        let name = rest.strip_prefix('-')?;
        Coding::COMPRESSED.into_iter().find(|coding| coding.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn if_none_match_is_a_list_a_weak_tag_or_a_star() {
        let tag = Tag("a".to_owned());
        for (value, held) in [
            ("\"a\"", Some(Coding::Identity)),
            ("*", Some(Coding::Gzip)),
            ("W/\"a\"", Some(Coding::Identity)),
            ("\"b\", \"a-br\"", Some(Coding::Brotli)),
            ("\"a-gzip\"", Some(Coding::Gzip)),
            ("\"a-lzma\"", None),
            ("\"ab\"", None),
            ("\"b\"", None),
            ("a", None),
            ("", None),
        ] {
            let headers = HeaderMap::from_iter([(header::IF_NONE_MATCH, HeaderValue::from_static(value))]);
            assert_eq!(tag.held(&headers, Coding::Gzip), held, "{value}");
        }
    }

    #[test]
    fn every_coding_has_a_tag_of_its_own() {
        let tag = Tag::of(b"x");
        let values: Vec<_> = Coding::COMPRESSED.iter().map(|coding| tag.value(*coding).unwrap()).collect();
        assert_eq!(values.len(), 3);
        assert!(values.iter().all(|value| value != tag.value(Coding::Identity).unwrap()));
        assert_eq!(tag.value(Coding::Identity).unwrap().len(), DIGITS + 2);
    }
}
