//! What readers ask for becomes SQL: which venues are meant, what words may mean, the conditions, the order, and counts.
//!
//! A list is read in two steps. [`Resolved`] is what the question means here and now: the venues of an area or a city (they are few),
//! and for each word of a text the words and venues that it fits. [`narrow`] then writes the conditions on events.
//! Nothing here decides what an event is; rows are read by `events`.

mod area;
mod facets;
mod found;
mod narrow;
mod order;
mod reach;
mod venues;
mod why;
mod words;

pub use area::{Area, MAX_CORNERS, Point, distance};
pub use facets::{Facet, Facets, VenueCount};
pub use found::{Found, FoundItem, FoundKind, Highlight, SearchAnswer, SearchQuery};

pub use why::{Why, WhyField};

pub(crate) use narrow::{events, left_out, narrow};
pub(crate) use order::{cursor, order, relevance};
pub(crate) use reach::{VENUES_APART, at_most, by_distance, of_venues};
pub(crate) use venues::AtVenue;
pub(crate) use words::Word;

use uuid::Uuid;

use crate::{ArtistKey, EventQuery, EventSort, Result, Store, names::keys};

/// What a question means here and now.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Resolved {
    /// The venues that are meant, the nearest first; `None` is any.
    pub(crate) venues: Option<Vec<AtVenue>>,
    /// The sources that must tell of it, one of them; `None` is any.
    pub(crate) sources: Option<Vec<Uuid>>,
    /// The artists that are meant, as far as they are known.
    pub(crate) artists: Vec<Uuid>,
    /// The words of the text.
    pub(crate) words: Vec<Word>,
}

impl Resolved {
    /// Whether nothing can match.
    pub(crate) fn is_nothing(&self) -> bool {
        self.venues.as_ref().is_some_and(Vec::is_empty) || self.sources.as_ref().is_some_and(Vec::is_empty)
    }

    /// Metres from the middle of the area to a venue, 0 where there is no middle.
    pub(crate) fn meters(&self, venue: marquee_model::VenueId) -> f64 {
        self.venues.iter().flatten().find(|at| at.id == venue).map_or(0.0, |at| at.meters())
    }

    /// The text as it was understood, where that differs from what was asked.
    pub(crate) fn meant(&self) -> Option<String> {
        self.words.iter().any(|word| !word.meant.is_empty()).then(|| {
            let words: Vec<&str> =
                self.words.iter().map(|word| word.meant.first().unwrap_or(&word.given).as_str()).collect();
            words.join(" ")
        })
    }
}

impl Store {
    /// The sources that are meant; `None` where nothing is asked of them.
    async fn sources_meant(&self, query: &EventQuery) -> Result<Option<Vec<Uuid>>> {
        let (source, plugin) =
            (query.source.as_ref().map(|slug| slug.as_str()), query.plugin.as_ref().map(|id| id.as_str()));
        if source.is_none() && plugin.is_none() {
            return Ok(None);
        }
        self.bounded("finding sources", async {
            let ids = sqlx::query_scalar!(
                "SELECT id FROM sources WHERE ($1::text IS NULL OR slug = $1) AND ($2::text IS NULL OR plugin_id = $2) ORDER BY id",
                source,
                plugin
            )
            .fetch_all(&self.pool)
            .await?;
            Ok(Some(ids))
        })
        .await
    }

    /// The artists that are meant, those that answer for them.
    async fn artists_meant(&self, key: Option<&ArtistKey>) -> Result<Vec<Uuid>> {
        let (id, keys) = match key {
            None => return Ok(Vec::new()),
            Some(ArtistKey::Id(id)) => (Some(id.uuid()), Vec::new()),
            Some(ArtistKey::Name(name)) => (None, keys(name)),
        };
        self.bounded("finding artists", async {
            let ids = sqlx::query_scalar!(
                "SELECT DISTINCT a.answers_id FROM artists a
                 WHERE a.id = $1 OR a.id IN (SELECT k.artist_id FROM artist_keys k WHERE k.key = ANY($2))",
                id,
                &keys
            )
            .fetch_all(&self.pool)
            .await?;
            Ok(ids)
        })
        .await
    }

    /// Finds out what a question means. Costs nothing where no venue or text is asked for.
    pub(crate) async fn resolve(&self, query: &EventQuery) -> Result<Resolved> {
        let venues = self.venues_meant(query.site.as_ref(), &query.venues, &query.place).await?;
        let words = match &query.text {
            Some(text) => {
                let acquiring = async { Ok(self.pool.acquire().await?) };
                let mut connection = self.bounded("looking words up", acquiring).await?;
                self.words_meant(&mut connection, text).await?
            }
            None => Vec::new(),
        };
        let sources = self.sources_meant(query).await?;
        let artists = self.artists_meant(query.artist.as_ref()).await?;
        let mut resolved = Resolved { venues, sources, artists, words };
        if query.sort != EventSort::Distance {
            // In one order always, so that equal questions are equal statements.
            resolved.venues.iter_mut().for_each(|venues| venues.sort_by_key(|venue| venue.id));
        }
        Ok(resolved)
    }
}
