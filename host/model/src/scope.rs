//! What a key may do: scopes, and sets of them.
//!
//! A scope is a word that stands in a key's row, in the API and in the OpenAPI document. Nothing here knows who holds a key.

use std::{collections::BTreeSet, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// One thing that a key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Read events and all else that is public, where reading needs a key.
    Read,
    /// Ask for crawls.
    Crawl,
    /// Make, change, pause and resume sources.
    Sources,
    /// Correct events and venues, hide, merge and split events, answer questions.
    Corrections,
    /// Keep subscriptions to changes.
    Webhooks,
    /// Make and revoke keys that may do no more than this one.
    Keys,
    /// Read who changed what.
    Audit,
    /// All of these, and what none of them allows: sources that name secrets.
    Admin,
}

/// Why a text is no [`Scope`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a scope; there are {list}", list = Scope::ALL.map(Scope::name).join(", "))]
pub struct NotAScope(String);

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 8] = [
        Self::Read,
        Self::Crawl,
        Self::Sources,
        Self::Corrections,
        Self::Webhooks,
        Self::Keys,
        Self::Audit,
        Self::Admin,
    ];

    /// Its word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Crawl => "crawl",
            Self::Sources => "sources",
            Self::Corrections => "corrections",
            Self::Webhooks => "webhooks",
            Self::Keys => "keys",
            Self::Audit => "audit",
            Self::Admin => "admin",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Scope {
    type Err = NotAScope;

    fn from_str(text: &str) -> Result<Self, NotAScope> {
        let known = Self::ALL.into_iter().find(|scope| scope.name() == text);
        known.ok_or_else(|| NotAScope(text.chars().take(80).collect()))
    }
}

/// What a key may do, altogether.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Scopes(BTreeSet<Scope>);

impl Scopes {
    /// Everything.
    #[must_use]
    pub fn all() -> Self {
        Self::from_iter([Scope::Admin])
    }

    /// Whether they allow this. `admin` allows everything.
    #[must_use]
    pub fn allow(&self, scope: Scope) -> bool {
        self.0.contains(&scope) || self.0.contains(&Scope::Admin)
    }

    /// Whether they allow all that the others do.
    #[must_use]
    pub fn cover(&self, others: &Self) -> bool {
        others.iter().all(|scope| self.allow(scope))
    }

    /// Whether they allow nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = Scope> + '_ {
        self.0.iter().copied()
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().collect())
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<_> = self.iter().map(Scope::name).collect();
        f.write_str(&words.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_reads_back_and_serialises_as_it_is_written() {
        for scope in Scope::ALL {
            assert_eq!(scope.name().parse::<Scope>(), Ok(scope));
            assert_eq!(serde_json::to_value(scope).unwrap(), scope.name());
        }
        assert!("crawls".parse::<Scope>().unwrap_err().to_string().contains("corrections"));
    }

    #[test]
    fn admin_covers_everything_and_is_covered_by_admin_alone() {
        let every: Scopes = Scope::ALL.into_iter().filter(|scope| *scope != Scope::Admin).collect();
        assert!(Scopes::all().cover(&every));
        assert!(!every.cover(&Scopes::all()));
        assert!(!Scopes::from_iter([Scope::Keys]).cover(&Scopes::from_iter([Scope::Keys, Scope::Read])));
    }
}
