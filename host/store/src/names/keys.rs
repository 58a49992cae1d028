//! What names are looked up by.

use marquee_identity::NameKey;

use crate::{column::text, fold::fold};

/// The longest text that is taken for an artist's name, in characters: the longest names of real bands have about 250 characters, and
/// what is longer is a description gone astray. It also keeps index entries below what Postgres can hold (2,704 bytes).
pub const LONGEST_NAME: usize = 300;

/// The longest key, in characters, by the same bound: four bytes each.
const LONGEST_KEY: usize = 200;

/// A name, cleaned for its column, with what it is looked up by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    /// As printed.
    pub(super) name: String,
    /// Its spellings without blanks, the plainest first; never empty.
    pub(super) keys: Vec<String>,
    /// What lists are ordered by.
    pub(super) sort: String,
}

impl Named {
    /// Reads a name. `None`: it is empty or too long to be one.
    pub(super) fn of(name: &str) -> Option<Self> {
        let name = text(name.trim());
        if name.is_empty() || name.chars().count() > LONGEST_NAME {
            return None;
        }
        let read = NameKey::of(&name);
        let cut = |key: &str| key.chars().take(LONGEST_KEY).collect::<String>();
        let mut keys: Vec<String> = Vec::new();
        for key in read.spellings().iter().filter(|key| !key.is_empty()).map(|key| cut(key)) {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        if keys.is_empty() {
            keys.push(cut(&name.to_lowercase()));
        }
        let sort = if read.folded().is_empty() { fold(&name) } else { cut(read.folded()) };
        Some(Self { name, keys, sort })
    }

    /// The plainest spelling.
    pub(super) fn key(&self) -> &str {
        self.keys.first().map_or("", String::as_str)
    }
}

/// What a name is looked up by: its spellings without blanks, the plainest first. Nothing where it is none.
pub(crate) fn keys(name: &str) -> Vec<String> {
    Named::of(name).map(|named| named.keys).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_name_has_a_key_and_ways_of_writing_share_it() {
        for (a, b) in [
            ("The Grey Harbours", "GREY HARBOURS"),
            ("MØ", "Mø"),
            ("!!!", "!!! (Chk Chk Chk)"),
            ("+/-", "+/- {plus/minus}"),
            ("Guns N’ Roses", "Guns N' Roses"),
            ("Beyoncé", "Beyonce"),
            ("🌊🌊", "🌊🌊"),
        ] {
            let (a, b) = (Named::of(a).unwrap(), Named::of(b).unwrap());
            assert!(a.keys.iter().any(|key| b.keys.contains(key)), "{a:?} {b:?}");
        }
        assert_eq!(Named::of("  "), None);
        assert_eq!(Named::of(&"x".repeat(LONGEST_NAME + 1)), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]
        #[test]
        fn what_is_a_name_can_be_looked_up(name in ".{1,60}") {
            if let Some(named) = Named::of(&name) {
                prop_assert!(!named.keys.is_empty() && named.keys.iter().all(|key| !key.is_empty()));
            }
        }
    }
}
