//! Which changes a follower wants.

use std::{collections::BTreeSet, fmt, str::FromStr};

use marquee_model::{Slug, VenueId};
use serde::{Deserialize, Serialize};
use sqlx::{Postgres, QueryBuilder};

use crate::{ChangeKind, column::word};

/// What can differ in an entry of kind `changed`: the fields of an event, and how it stands.
pub const FEED_FIELDS: [&str; 21] = [
    "title",
    "performers",
    "start",
    "doors",
    "end",
    "status",
    "price",
    "ticket_url",
    "event_url",
    "image_url",
    "age",
    "description",
    "genres",
    "room",
    "venue",
    "venue_name",
    "standing",
    "missing_since",
    "earlier_starts",
    "corrected",
    "records",
];

/// A venue as a follower names it: by id, or by short name (which may be several venues', one a site).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum FollowedVenue {
    /// By id.
    Id(VenueId),
    /// By short name.
    Slug(Slug),
}

/// Why a text names no venue.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is neither a venue's id (`ven_` and 32 hexadecimal digits) nor a short name")]
pub struct NotAVenueName(String);

impl FromStr for FollowedVenue {
    type Err = NotAVenueName;

    fn from_str(text: &str) -> Result<Self, NotAVenueName> {
        let id = text.parse().map(Self::Id);
        id.or_else(|_| text.parse().map(Self::Slug)).map_err(|_| NotAVenueName(text.chars().take(80).collect()))
    }
}

impl TryFrom<String> for FollowedVenue {
    type Error = NotAVenueName;

    fn try_from(text: String) -> Result<Self, NotAVenueName> {
        text.parse()
    }
}

impl fmt::Display for FollowedVenue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Slug(slug) => f.write_str(slug.as_str()),
        }
    }
}

impl From<FollowedVenue> for String {
    fn from(venue: FollowedVenue) -> Self {
        venue.to_string()
    }
}

/// Which changes; every member that is not empty narrows, and an empty filter wants all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FeedFilter {
    /// Of events of these sites.
    pub sites: BTreeSet<Slug>,
    /// Of events at these venues, those among them that the change takes away from one.
    pub venues: BTreeSet<FollowedVenue>,
    /// Of these kinds.
    pub kinds: Vec<ChangeKind>,
    /// Of entries that are `changed`, only those in which one of these differs (names of [`FEED_FIELDS`]); entries of other kinds
    /// are not narrowed.
    pub fields: BTreeSet<String>,
}

impl FeedFilter {
    fn is_about_places(&self) -> bool {
        !self.sites.is_empty() || !self.venues.is_empty()
    }

    /// Appends the table `followed` of the venues that are followed, with each id as the feed writes it.
    pub(super) fn push_venues(&self, sql: &mut QueryBuilder<Postgres>) {
        if !self.is_about_places() {
            return;
        }
        sql.push(
            ", followed AS (SELECT v.id, 'ven_' || replace(v.id::text, '-', '') AS written
               FROM venues v JOIN sites s ON s.id = v.site_id WHERE true",
        );
        if !self.sites.is_empty() {
            let sites: Vec<String> = self.sites.iter().map(|slug| slug.as_str().to_owned()).collect();
            sql.push(" AND s.slug = ANY(").push_bind(sites).push(")");
        }
        if !self.venues.is_empty() {
            let (mut ids, mut slugs) = (Vec::new(), Vec::new());
            for venue in &self.venues {
                match venue {
                    FollowedVenue::Id(id) => ids.push(id.uuid()),
                    FollowedVenue::Slug(slug) => slugs.push(slug.as_str().to_owned()),
                }
            }
            sql.push(" AND (v.id = ANY(").push_bind(ids).push(") OR v.slug = ANY(").push_bind(slugs).push("))");
        }
        sql.push(")");
    }

    /// Appends the conditions on the entry `c` and its event `e`.
    pub(super) fn push_conditions(&self, sql: &mut QueryBuilder<Postgres>) {
        if self.is_about_places() {
            // Who follows a venue must hear that an event left it.
            sql.push(
                " AND (e.venue_id IN (SELECT id FROM followed)
                    OR c.fields -> 'venue' ->> 'from' IN (SELECT written FROM followed))",
            );
        }
        if !self.kinds.is_empty() {
            let kinds: Vec<String> = self.kinds.iter().map(word).collect();
            sql.push(" AND c.kind = ANY(").push_bind(kinds).push(")");
        }
        if !self.fields.is_empty() {
            let fields: Vec<String> = self.fields.iter().cloned().collect();
            sql.push(" AND (c.kind <> 'changed' OR c.fields ?| ").push_bind(fields).push(")");
        }
    }
}
