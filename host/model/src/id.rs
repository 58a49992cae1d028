//! Typed ids: a venue's id cannot be passed where an event's is wanted.

use std::{fmt, hash::Hash, marker::PhantomData, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// What an [`Id`] names; gives the id its prefix.
pub trait Named {
    /// The prefix of the id's text, such as `evt`.
    const PREFIX: &'static str;
}

/// The id of a `T`: a UUID version 7 (sortable by creation), written `evt_0198c0de...` (prefix, `_`, 32 hexadecimal digits).
pub struct Id<T>(Uuid, PhantomData<fn() -> T>);

/// Why a text is no id of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not an id of this kind: expected `{prefix}_` and 32 hexadecimal digits")]
pub struct NotAnId {
    prefix: &'static str,
    text: String,
}

impl<T: Named> Id<T> {
    /// The id with this UUID.
    #[must_use]
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid, PhantomData)
    }

    /// The UUID behind it, as the database keeps it.
    #[must_use]
    pub const fn uuid(self) -> Uuid {
        self.0
    }

    /// A new id for something that came to be at `at`: sorts by that time, its low bits are random.
    #[must_use]
    pub fn new(at: chrono::DateTime<chrono::Utc>) -> Self {
        let millis = at.timestamp_millis().max(0).unsigned_abs();
        let seconds = millis / 1000;
        let nanos = u32::try_from(millis % 1000).unwrap_or(0) * 1_000_000;
        Self::from_uuid(Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, nanos)))
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl<T> Hash for Id<T> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<T: Named> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", T::PREFIX, self.0.simple())
    }
}
impl<T: Named> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl<T: Named> FromStr for Id<T> {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        text.strip_prefix(T::PREFIX)
            .and_then(|rest| rest.strip_prefix('_'))
            .filter(|rest| rest.len() == 32)
            .and_then(|rest| Uuid::try_parse(rest).ok())
            .map(Self::from_uuid)
            .ok_or_else(|| NotAnId { prefix: T::PREFIX, text: text.chars().take(80).collect() })
    }
}
impl<T: Named> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Without a formatter: a list has several ids a row.
        let mut text = [0; uuid::fmt::Simple::LENGTH];
        let mut whole = String::with_capacity(T::PREFIX.len() + 1 + text.len());
        whole.push_str(T::PREFIX);
        whole.push('_');
        whole.push_str(self.0.simple().encode_lower(&mut text));
        serializer.serialize_str(&whole)
    }
}
impl<'de, T: Named> Deserialize<'de> for Id<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

macro_rules! named {
    ($($(#[$doc:meta])* $alias:ident, $marker:ident, $prefix:literal;)*) => {$(
        #[doc = concat!("Marks the ids that start with `", $prefix, "_`.")]
        #[derive(Debug)]
        pub enum $marker {}
        impl Named for $marker {
            const PREFIX: &'static str = $prefix;
        }
        $(#[$doc])*
        pub type $alias = Id<$marker>;
    )*};
}

named! {
    /// A site: a city or region whose venues are listed together.
    SiteId, SiteKind, "site";
    /// A venue.
    VenueId, VenueKind, "ven";
    /// A source: one URL read by one plugin.
    SourceId, SourceKind, "src";
    /// A fetched page.
    PageId, PageKind, "page";
    /// An event.
    EventId, EventKind, "evt";
    /// One crawl of one source.
    CrawlId, CrawlKind, "crawl";
    /// A key with which a program speaks to the API.
    KeyId, KeyKind, "key";
    /// A question that waits for a person.
    QuestionId, QuestionKind, "qst";
    /// A subscription to changes.
    WebhookId, WebhookKind, "whk";
    /// What is sent to a subscriber at one time.
    DeliveryId, DeliveryKind, "dlv";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_what_it_prints_and_refuses_another_kind() {
        let at = chrono::DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        let id = EventId::new(at);
        assert_eq!(id.to_string().parse::<EventId>().unwrap(), id);
        assert!(id.to_string().parse::<VenueId>().is_err());
    }

    #[test]
    fn later_ids_sort_after_earlier_ones() {
        let at = |s| chrono::DateTime::from_timestamp(s, 0).unwrap();
        assert!(EventId::new(at(1_700_000_000)) < EventId::new(at(1_700_000_001)));
    }
}
