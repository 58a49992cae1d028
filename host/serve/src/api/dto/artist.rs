//! An artist.

use chrono::{DateTime, Utc};
use marquee_store::{ArtistId, StoredArtist};
use serde::Serialize;
use utoipa::ToSchema;

/// Who plays: known by the names on bills, and by what persons said of them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Artist)]
pub(crate) struct ArtistView {
    /// Its id, kept for life.
    #[schema(value_type = String, example = "art_0198c0de00007000800000000000abcd")]
    id: ArtistId,
    /// Its name.
    name: String,
    /// All its names as they are printed, its own and aliases among them.
    names: Vec<String>,
    /// What tells it from others of the name.
    disambiguation: Option<String>,
    /// Where it comes from, a code of ISO 3166-1.
    country: Option<String>,
    /// Its id in MusicBrainz, where a person entered it.
    #[schema(value_type = Option<String>, format = Uuid)]
    musicbrainz_id: Option<String>,
    /// Number of its events, past ones among them.
    events: i64,
    /// When it was first seen on a bill.
    first_seen: DateTime<Utc>,
}

impl From<StoredArtist> for ArtistView {
    fn from(stored: StoredArtist) -> Self {
        let artist = stored.artist;
        Self {
            id: artist.id,
            name: artist.name,
            names: stored.names.into_iter().map(|name| name.name).collect(),
            disambiguation: artist.disambiguation,
            country: artist.country,
            musicbrainz_id: artist.musicbrainz.map(|id| id.to_string()),
            events: stored.events,
            first_seen: stored.created_at,
        }
    }
}
