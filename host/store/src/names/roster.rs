//! The artists who may be meant by some names, as they are known.

use std::collections::BTreeMap;

use marquee_identity::{ArtistId, KnownArtist};
use sqlx::{PgConnection, Row as _};
use uuid::Uuid;

use super::keys::Named;

/// An artist with every name that it was printed or entered under.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) artist: KnownArtist,
    /// Who answers for it.
    pub(super) answers: Uuid,
    /// Names that were printed on bills.
    pub(super) spellings: Vec<String>,
    /// Not in the database yet.
    pub(super) is_new: bool,
}

impl Known {
    pub(super) const fn id(&self) -> Uuid {
        self.artist.id.uuid()
    }
}

/// The artists whose names share a key with some names.
#[derive(Debug, Default)]
pub(super) struct Roster {
    pub(super) artists: BTreeMap<Uuid, Known>,
    by_key: BTreeMap<String, Vec<Uuid>>,
}

impl Roster {
    /// Reads whoever goes by one of these keys, with two statements.
    pub(super) async fn load(connection: &mut PgConnection, keys: &[String]) -> Result<Self, sqlx::Error> {
        let rows =
            sqlx::query("SELECT DISTINCT key, artist_id FROM artist_keys WHERE key = ANY($1) ORDER BY key, artist_id")
                .bind(keys)
                .fetch_all(&mut *connection)
                .await?;
        let mut roster = Self::default();
        for row in &rows {
            roster.by_key.entry(row.try_get("key")?).or_default().push(row.try_get("artist_id")?);
        }
        let mut ids: Vec<Uuid> = roster.by_key.values().flatten().copied().collect();
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() {
            return Ok(roster);
        }
        let rows = sqlx::query(
            "SELECT a.id, a.name, a.mbid, a.country, a.disambiguation, a.answers_id,
                    ARRAY(SELECT name FROM artist_names n WHERE n.artist_id = a.id AND n.kind = 'spelling' ORDER BY name) AS spellings,
                    ARRAY(SELECT name FROM artist_names n WHERE n.artist_id = a.id AND n.kind = 'alias' ORDER BY name) AS aliases
             FROM artists a WHERE a.id = ANY($1)",
        )
        .bind(&ids)
        .fetch_all(connection)
        .await?;
        for row in &rows {
            let id: Uuid = row.try_get("id")?;
            let artist = KnownArtist {
                id: ArtistId::from_uuid(id),
                name: row.try_get("name")?,
                aliases: row.try_get("aliases")?,
                musicbrainz: row.try_get("mbid")?,
                country: row.try_get("country")?,
                disambiguation: row.try_get("disambiguation")?,
            };
            let known = Known {
                artist,
                answers: row.try_get("answers_id")?,
                spellings: row.try_get("spellings")?,
                is_new: false,
            };
            roster.artists.insert(id, known);
        }
        Ok(roster)
    }

    /// Adds an artist that is not in the database yet.
    pub(super) fn add(&mut self, id: ArtistId, named: &Named) {
        let artist = KnownArtist {
            id,
            name: named.name.clone(),
            aliases: Vec::new(),
            musicbrainz: None,
            country: None,
            disambiguation: None,
        };
        let known = Known { artist, answers: id.uuid(), spellings: vec![named.name.clone()], is_new: true };
        self.artists.insert(id.uuid(), known);
        self.file(id.uuid(), named);
    }

    /// Notes that an artist goes by this name as well.
    pub(super) fn file(&mut self, id: Uuid, named: &Named) {
        for key in &named.keys {
            let ids = self.by_key.entry(key.clone()).or_default();
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
    }

    /// Whoever goes by one of the name's keys.
    pub(super) fn of(&self, named: &Named) -> Vec<&Known> {
        let mut ids: Vec<Uuid> = named.keys.iter().filter_map(|key| self.by_key.get(key)).flatten().copied().collect();
        ids.sort_unstable();
        ids.dedup();
        ids.iter().filter_map(|id| self.artists.get(id)).collect()
    }
}
