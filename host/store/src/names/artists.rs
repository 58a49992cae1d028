//! Reading artists: one, lists by keyset, their events, and what was decided about them.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use marquee_identity::{ArtistId, KnownArtist};
use marquee_model::EventId;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::{PgConnection, Postgres, QueryBuilder, Row as _, postgres::PgRow};
use uuid::Uuid;

use crate::{
    ArtistKey, Batch, DEFAULT_LIMIT, EventCursor, EventQuery, Result, Store, StoredEvent,
    column::Row,
    error::Trouble,
    fold::patterns,
    query::{batch, clamp},
};

/// Why an act is the artist that it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssignedBy {
    /// It is the only artist of the name, or was when the act was first seen.
    Name,
    /// A person entered the name as one of the artist's.
    Alias,
    /// A person said so of this event.
    Person,
    /// Of several artists of the name, the only one that played with others of this bill.
    Bill,
    /// The only one that played at this venue.
    Venue,
    /// The only one that played in this city.
    Site,
    /// The only one that played this style.
    Genre,
    /// There are several artists of the name, and nothing tells which one it is.
    Ambiguous,
    /// It is no artist's name.
    Nobody,
}

impl AssignedBy {
    /// The word of a column; anything else is no evidence.
    pub(super) fn read(word: &str) -> Self {
        serde_json::from_value(Value::String(word.to_owned())).unwrap_or(Self::Ambiguous)
    }

    /// In words for a person.
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Name => "by its name",
            Self::Alias => "by an alias that a person entered",
            Self::Person => "a person said so",
            Self::Bill => "of several artists of the name, the one that played with others of this bill",
            Self::Venue => "of several artists of the name, the one that played at this venue",
            Self::Site => "of several artists of the name, the one that played in this city",
            Self::Genre => "of several artists of the name, the one that plays this style",
            Self::Ambiguous => "there are several artists of the name, and nothing tells which one it is",
            Self::Nobody => "no artist's name",
        }
    }
}

/// Where a name of an artist comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NameKind {
    /// Printed on a bill.
    Spelling,
    /// Entered by a person.
    Alias,
}

/// A name of an artist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredArtistName {
    /// As printed or entered.
    pub name: String,
    /// Where it comes from.
    pub kind: NameKind,
}

/// An artist, with what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredArtist {
    /// The artist; its aliases are those that persons entered.
    pub artist: KnownArtist,
    /// All its names: its own, other spellings, aliases, and those of artists that were merged into it.
    pub names: Vec<StoredArtistName>,
    /// Artists that it answers for.
    pub merged: Vec<ArtistId>,
    /// Number of its events, past ones among them, without hidden ones.
    pub events: i64,
    /// When it was first seen on a bill.
    pub created_at: DateTime<Utc>,
    /// What lists are ordered by.
    pub sort_name: String,
}

/// Which artists. The order is name without article, then id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArtistQuery {
    /// Every word of this is part of the name or an alias, without regard to case and accents.
    pub text: Option<String>,
    /// After this place in the list.
    pub after: Option<ArtistCursor>,
    /// At most so many, 1 to [`crate::MAX_LIMIT`].
    pub limit: u32,
}

impl Default for ArtistQuery {
    fn default() -> Self {
        Self { text: None, after: None, limit: DEFAULT_LIMIT }
    }
}

/// A place in a list of artists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArtistCursor {
    /// The last artist's [`StoredArtist::sort_name`].
    pub name: String,
    /// Its id.
    pub id: ArtistId,
}

/// Which events of an artist. The order is local start, then id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArtistEventQuery {
    /// On this day of the venue's calendar or later.
    pub from: Option<NaiveDate>,
    /// On this day or earlier.
    pub until: Option<NaiveDate>,
    /// After this place in the list.
    pub after: Option<EventCursor>,
    /// At most so many, 1 to [`crate::MAX_LIMIT`].
    pub limit: u32,
}

impl Default for ArtistEventQuery {
    fn default() -> Self {
        Self { from: None, until: None, after: None, limit: DEFAULT_LIMIT }
    }
}

/// Something that was decided about an artist.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ArtistDecision {
    /// Its place in the order of decisions.
    pub number: i64,
    /// `alias`, `unalias`, `merge`, `unmerge`, `split`, `identify` or `describe`.
    pub kind: String,
    /// What exactly.
    pub detail: Value,
    /// Who decided.
    pub decided_by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Why.
    pub reason: String,
}

/// An artist that answers for itself, up to the number of its events.
const COLUMNS: &str = "SELECT a.id, a.name, a.sort_name, a.disambiguation, a.country, a.created_at,
    COALESCE(a.mbid, (SELECT m.mbid FROM artists m WHERE m.answers_id = a.id AND m.merged_into IS NOT NULL AND m.mbid IS NOT NULL
                      ORDER BY m.id LIMIT 1)) AS mbid,
    (SELECT count(DISTINCT counted.event_id) FROM (SELECT p.event_id FROM performers p WHERE p.artist_id = a.id AND NOT EXISTS
     (SELECT FROM events e WHERE e.id = p.event_id AND (e.merged_into IS NOT NULL OR e.hidden)) LIMIT ";

/// Reads artists that answer for themselves, and counts so many of each one's events at most, all where that is `None`; conditions are
/// appended.
fn select_artists(most: Option<i64>) -> QueryBuilder<Postgres> {
    let mut sql = QueryBuilder::new(COLUMNS);
    sql.push_bind(most).push(") counted) AS events FROM artists a WHERE a.merged_into IS NULL");
    sql
}

impl Store {
    /// The artist that answers for this id: itself, or the one that it was merged into.
    pub async fn artist(&self, id: ArtistId) -> Result<Option<StoredArtist>> {
        let mut sql = select_artists(None);
        sql.push(" AND a.id = (SELECT answers_id FROM artists WHERE id = ").push_bind(id.uuid()).push(")");
        Ok(self.read_artists(sql).await?.into_iter().next())
    }

    /// Artists, by name. Merged ones are left out: another answers for them.
    pub async fn artists(&self, query: &ArtistQuery) -> Result<Batch<StoredArtist, ArtistCursor>> {
        let limit = clamp(query.limit);
        let mut sql = select_artists(None);
        for pattern in query.text.iter().flat_map(|text| patterns(text)) {
            sql.push(" AND a.id IN (SELECT answers_id FROM artists WHERE search_text LIKE ")
                .push_bind(pattern)
                .push(")");
        }
        if let Some(cursor) = &query.after {
            sql.push(" AND (a.sort_name, a.id) > (").push_bind(cursor.name.clone());
            sql.push(", ").push_bind(cursor.id.uuid()).push(")");
        }
        sql.push(" ORDER BY a.sort_name, a.id LIMIT ").push_bind(limit.saturating_add(1));
        let artists = self.read_artists(sql).await?;
        Ok(batch(artists, limit, |row| ArtistCursor { name: row.sort_name.clone(), id: row.artist.id }))
    }

    /// The events on whose bills the artist stands, or any that it answers for. Hidden and merged events are left out.
    pub async fn artist_events(
        &self,
        id: ArtistId,
        query: &ArtistEventQuery,
    ) -> Result<Batch<StoredEvent, EventCursor>> {
        let events = EventQuery {
            artist: Some(ArtistKey::Id(id)),
            from: query.from,
            until: query.until,
            after: query.after,
            limit: query.limit,
            ..EventQuery::default()
        };
        self.events(&events).await
    }

    /// The artists of acts on the bills of these events, by id.
    pub async fn artists_on(&self, events: &[EventId]) -> Result<Vec<StoredArtist>> {
        let ids: Vec<Uuid> = events.iter().map(|id| id.uuid()).collect();
        let mut sql = select_artists(None);
        sql.push(" AND a.id IN (SELECT artist_id FROM performers WHERE event_id = ANY(").push_bind(ids);
        sql.push(")) ORDER BY a.id");
        self.read_artists(sql).await
    }

    /// Artists that answer for themselves, in no order: those whose ids the query that `ids` appends finds. Of each, so many events are counted
    /// at most.
    pub(crate) async fn artists_among(
        &self,
        connection: &mut PgConnection,
        most: i64,
        ids: impl FnOnce(&mut QueryBuilder<Postgres>),
    ) -> Result<Vec<StoredArtist>> {
        let mut sql = select_artists(Some(most));
        sql.push(" AND a.id IN (SELECT found.answers_id FROM (");
        ids(&mut sql);
        sql.push(") found)");
        self.bounded("searching artists", artists_by(connection, sql)).await
    }

    /// Everything that was decided about an artist or those that it answers for, in order.
    pub async fn artist_decisions(&self, id: ArtistId) -> Result<Vec<ArtistDecision>> {
        self.bounded("reading what was decided about an artist", async {
            let rows = sqlx::query(
                "SELECT d.number, d.kind, d.detail, d.decided_by, d.at, d.reason
                 FROM artist_decisions d JOIN artists a ON a.id = d.artist_id
                 WHERE a.id = $1 OR a.answers_id = (SELECT answers_id FROM artists WHERE id = $1) ORDER BY d.number",
            )
            .bind(id.uuid())
            .fetch_all(&self.pool)
            .await?;
            let read = |row: &PgRow| -> std::result::Result<ArtistDecision, sqlx::Error> {
                Ok(ArtistDecision {
                    number: row.try_get("number")?,
                    kind: row.try_get("kind")?,
                    detail: row.try_get("detail")?,
                    decided_by: row.try_get("decided_by")?,
                    at: row.try_get("at")?,
                    reason: row.try_get("reason")?,
                })
            };
            Ok(rows.iter().map(read).collect::<std::result::Result<_, _>>()?)
        })
        .await
    }

    /// The acts of an artist's events that are this artist, each with the reason.
    pub async fn why_artist(&self, id: ArtistId, limit: u32) -> Result<Vec<(EventId, String, AssignedBy)>> {
        self.bounded("reading an artist's acts", async {
            let rows = sqlx::query(
                "SELECT event_id, name, artist_by FROM performers
                 WHERE artist_id = (SELECT answers_id FROM artists WHERE id = $1) ORDER BY event_id DESC, position LIMIT $2",
            )
            .bind(id.uuid())
            .bind(clamp(limit))
            .fetch_all(&self.pool)
            .await?;
            let read = |row: &PgRow| -> std::result::Result<_, Trouble> {
                let by: String = row.try_get("artist_by")?;
                Ok((EventId::from_uuid(row.try_get("event_id")?), row.try_get("name")?, AssignedBy::read(&by)))
            };
            rows.iter().map(read).collect()
        })
        .await
    }

    async fn read_artists(&self, sql: QueryBuilder<Postgres>) -> Result<Vec<StoredArtist>> {
        self.bounded("reading artists", async { artists_by(&mut *self.pool.acquire().await?, sql).await }).await
    }
}

/// The artists that `sql`, begun with [`select_artists`], finds, with their names.
async fn artists_by(
    connection: &mut PgConnection,
    mut sql: QueryBuilder<Postgres>,
) -> std::result::Result<Vec<StoredArtist>, Trouble> {
    let rows = sql.build().fetch_all(&mut *connection).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.try_get("id")).collect::<std::result::Result<_, _>>()?;
    let mut names = if ids.is_empty() { BTreeMap::new() } else { names_of(connection, &ids).await? };
    let artist = |row: &PgRow| -> std::result::Result<StoredArtist, Trouble> {
        let id: Uuid = row.try_get("id")?;
        let of = names.remove(&id).unwrap_or_default();
        let aliases = of.names.iter().filter(|name| name.kind == NameKind::Alias);
        let artist = KnownArtist {
            id: ArtistId::from_uuid(id),
            name: row.try_get("name")?,
            aliases: aliases.map(|name| name.name.clone()).collect(),
            musicbrainz: row.try_get("mbid")?,
            country: row.try_get("country")?,
            disambiguation: row.try_get("disambiguation")?,
        };
        Ok(StoredArtist {
            artist,
            names: of.names,
            merged: of.merged,
            events: row.try_get("events")?,
            created_at: row.try_get("created_at")?,
            sort_name: row.try_get("sort_name")?,
        })
    };
    rows.iter().map(artist).collect()
}

/// The names of artists and of those that they answer for.
async fn names_of(connection: &mut PgConnection, ids: &[Uuid]) -> std::result::Result<BTreeMap<Uuid, Of>, Trouble> {
    let rows = sqlx::query(
        "SELECT a.answers_id, a.id, n.name, n.kind FROM artists a JOIN artist_names n ON n.artist_id = a.id
         WHERE a.id = ANY($1) OR (a.merged_into IS NOT NULL AND a.answers_id = ANY($1))
         ORDER BY a.answers_id, n.kind DESC, n.added_at, n.name",
    )
    .bind(ids)
    .fetch_all(connection)
    .await?;
    let mut all: BTreeMap<Uuid, Of> = BTreeMap::new();
    for row in &rows {
        let (answers, id): (Uuid, Uuid) = (row.try_get("answers_id")?, row.try_get("id")?);
        let of = all.entry(answers).or_default();
        let at = Row { table: "artist_names", id: &id };
        let name = StoredArtistName { name: row.try_get("name")?, kind: at.word("kind", row.try_get("kind")?)? };
        if !of.names.iter().any(|known| known.name == name.name) {
            of.names.push(name);
        }
        let merged = ArtistId::from_uuid(id);
        if id != answers && !of.merged.contains(&merged) {
            of.merged.push(merged);
        }
    }
    Ok(all)
}

/// What belongs to an artist.
#[derive(Default)]
struct Of {
    names: Vec<StoredArtistName>,
    merged: Vec<ArtistId>,
}
