//! Further names of venues, and the rooms in them: as source files declare them, and as persons enter them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use marquee_model::VenueId;
use marquee_reconcile::Decision;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::{PgConnection, Row as _};
use uuid::Uuid;

use super::{
    persons::{cannot, decider},
    rooms::{lock, new_room_id, rooms_of},
};
use crate::{
    Author, Deed, Result, Store, audit,
    column::{Row, text, word},
    error::Trouble,
    fold::fold,
};

/// What a further name of a venue is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VenueNameKind {
    /// Another name for it.
    Alias,
    /// What it was called before.
    Former,
}

/// A further name of a venue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VenueName {
    /// The name.
    pub name: String,
    /// What it is.
    pub kind: VenueNameKind,
    /// Who entered it; `None`: the source file.
    pub added_by: Option<String>,
}

/// A room that a source file declares.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DeclaredRoom {
    /// Its name, without the venue's.
    pub name: String,
    /// Other ways to name it.
    pub aliases: Vec<String>,
    /// Latitude and longitude in degrees, where the room has a door of its own.
    pub coordinates: Option<(f64, f64)>,
}

/// What a source file says of a venue's names.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DeclaredNames {
    /// Other names for it.
    pub aliases: Vec<String>,
    /// What it was called before.
    pub former: Vec<String>,
    /// Rooms in it.
    pub rooms: Vec<DeclaredRoom>,
}

/// A room in a venue.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredRoom {
    /// Its name.
    pub name: String,
    /// Other ways in which it was written.
    pub aliases: Vec<String>,
    /// Latitude and longitude in degrees, where it has its own.
    pub coordinates: Option<(f64, f64)>,
    /// Declared by a source file; otherwise a page named it.
    pub declared: bool,
}

/// The names of a venue beside its own, and its rooms.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct VenueNames {
    /// Further names, by name.
    pub names: Vec<VenueName>,
    /// Rooms, in the order in which they came to be known.
    pub rooms: Vec<StoredRoom>,
}

impl Store {
    /// Takes over what source files say of the names of venues. What a file of the venue said before and no longer says is gone; what persons
    /// entered stays, and so does every room, since events may be in it. Where two files speak of one venue, both are heard.
    pub async fn sync_venue_names(&self, declared: &[(VenueId, DeclaredNames)], at: DateTime<Utc>) -> Result<()> {
        let work = Box::pin(async {
            let mut by_venue: BTreeMap<VenueId, DeclaredNames> = BTreeMap::new();
            for (venue, names) in declared {
                let all = by_venue.entry(*venue).or_default();
                all.aliases.extend(names.aliases.iter().cloned());
                all.former.extend(names.former.iter().cloned());
                all.rooms.extend(names.rooms.iter().cloned());
            }
            let mut transaction = self.begin().await?;
            let ids: Vec<Uuid> = by_venue.keys().map(|venue| venue.uuid()).collect();
            let had: Vec<Uuid> = sqlx::query_scalar(
                "SELECT DISTINCT venue_id FROM venue_names WHERE origin = 'file' AND venue_id = ANY($1)",
            )
            .bind(&ids)
            .fetch_all(&mut *transaction)
            .await?;
            // Most venues have one name and one room; nothing is written of them.
            by_venue.retain(|venue, names| *names != DeclaredNames::default() || had.contains(&venue.uuid()));
            if by_venue.is_empty() {
                return Ok(());
            }
            lock(&mut transaction).await?;
            for (venue, names) in &by_venue {
                sync_names(&mut transaction, *venue, names, at).await?;
                sync_rooms(&mut transaction, *venue, &names.rooms, at).await?;
            }
            transaction.commit().await?;
            Ok(())
        });
        self.bounded("syncing the names of venues", work).await
    }

    /// The further names of a venue, and its rooms.
    pub async fn venue_names(&self, venue: VenueId) -> Result<VenueNames> {
        self.bounded("reading the names of a venue", async {
            let mut connection = self.pool.acquire().await?;
            let rows = sqlx::query("SELECT name, kind, added_by FROM venue_names WHERE venue_id = $1 ORDER BY name")
                .bind(venue.uuid())
                .fetch_all(&mut *connection)
                .await?;
            let at = Row { table: "venue_names", id: &venue };
            let mut names = VenueNames::default();
            for row in &rows {
                names.names.push(VenueName {
                    name: row.try_get("name")?,
                    kind: at.word("kind", row.try_get("kind")?)?,
                    added_by: row.try_get("added_by")?,
                });
            }
            names.rooms =
                rooms_of(&mut connection, &[venue.uuid()]).await?.into_iter().map(|room| room.stored()).collect();
            Ok(names)
        })
        .await
    }

    /// Gives a venue a further name, by a person's word, with an entry in the audit log. A name that it has already becomes that person's.
    pub async fn add_venue_name(
        &self,
        venue: VenueId,
        name: &str,
        kind: VenueNameKind,
        decision: &Decision,
        author: &Author,
    ) -> Result<()> {
        self.bounded("naming a venue", async {
            let name = text(name.trim());
            if name.is_empty() || name.chars().count() > super::LONGEST_NAME {
                return Err(cannot(format!("`{name}` is no name: it is empty or too long")));
            }
            let mut transaction = self.begin().await?;
            let done = sqlx::query(
                "INSERT INTO venue_names (venue_id, name, kind, origin, added_by, added_at)
                 SELECT id, $2, $3, 'person', $4, $5 FROM venues WHERE id = $1
                 ON CONFLICT (venue_id, name) DO UPDATE
                 SET (kind, origin, added_by, added_at) = (excluded.kind, excluded.origin, excluded.added_by, excluded.added_at)",
            )
            .bind(venue.uuid())
            .bind(&name)
            .bind(word(&kind))
            .bind(decider(&decision.by))
            .bind(decision.at)
            .execute(&mut *transaction)
            .await?;
            if done.rows_affected() == 0 {
                return Err(cannot(format!("there is no venue {venue}; `marquee venues list` shows those that there are")));
            }
            let deed = Deed::new("venue.alias", venue).change(None, Some(json!({ "name": name, "kind": kind })));
            audit::write(&mut transaction, author, &deed.because(&decision.reason)).await?;
            transaction.commit().await?;
            Ok(())
        })
        .await
    }

    /// Takes a name away that a person entered, with an entry in the audit log; `false`: there is none. A name of the source file is taken
    /// away there.
    pub async fn remove_venue_name(&self, venue: VenueId, name: &str, author: &Author) -> Result<bool> {
        self.bounded("taking a venue's name away", async {
            let name = text(name.trim());
            let mut transaction = self.begin().await?;
            let done = sqlx::query("DELETE FROM venue_names WHERE venue_id = $1 AND name = $2 AND origin = 'person'")
                .bind(venue.uuid())
                .bind(&name)
                .execute(&mut *transaction)
                .await?;
            if done.rows_affected() == 0 {
                return Ok(false);
            }
            let deed = Deed::new("venue.unalias", venue).change(Some(json!({ "name": name })), None);
            audit::write(&mut transaction, author, &deed).await?;
            transaction.commit().await?;
            Ok(true)
        })
        .await
    }
}

async fn sync_names(
    connection: &mut PgConnection,
    venue: VenueId,
    declared: &DeclaredNames,
    at: DateTime<Utc>,
) -> std::result::Result<(), Trouble> {
    let aliases = declared.aliases.iter().map(|name| (name, VenueNameKind::Alias));
    let former = declared.former.iter().map(|name| (name, VenueNameKind::Former));
    let all: BTreeMap<String, String> = former
        .chain(aliases)
        .map(|(name, kind)| (text(name.trim()), word(&kind)))
        .filter(|(name, _)| !name.is_empty())
        .collect();
    let (names, kinds): (Vec<String>, Vec<String>) = all.into_iter().unzip();
    sqlx::query("DELETE FROM venue_names WHERE venue_id = $1 AND origin = 'file' AND name <> ALL($2)")
        .bind(venue.uuid())
        .bind(&names)
        .execute(&mut *connection)
        .await?;
    sqlx::query(
        "INSERT INTO venue_names (venue_id, name, kind, origin, added_at)
         SELECT $1, g.name, g.kind, 'file', $4 FROM UNNEST($2::text[], $3::text[]) AS g (name, kind)
         ON CONFLICT (venue_id, name) DO UPDATE SET kind = excluded.kind
         WHERE venue_names.origin = 'file' AND venue_names.kind <> excluded.kind",
    )
    .bind(venue.uuid())
    .bind(&names)
    .bind(&kinds)
    .bind(at)
    .execute(connection)
    .await?;
    Ok(())
}

async fn sync_rooms(
    connection: &mut PgConnection,
    venue: VenueId,
    declared: &[DeclaredRoom],
    at: DateTime<Utc>,
) -> std::result::Result<(), Trouble> {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for room in declared {
        let (name, folded) = (text(room.name.trim()), fold(&room.name));
        if name.is_empty() || !seen.insert(folded.clone()) {
            continue;
        }
        let known: Option<Uuid> =
            sqlx::query_scalar("SELECT room_id FROM room_names WHERE venue_id = $1 AND folded = $2")
                .bind(venue.uuid())
                .bind(&folded)
                .fetch_optional(&mut *connection)
                .await?;
        let id = known.unwrap_or_else(|| new_room_id(at));
        let (latitude, longitude) = room.coordinates.unzip();
        sqlx::query(
            "INSERT INTO rooms (id, venue_id, name, latitude, longitude, origin, added_at) VALUES ($1, $2, $3, $4, $5, 'file', $6)
             ON CONFLICT (id) DO UPDATE SET (name, latitude, longitude, origin)
                 = (excluded.name, excluded.latitude, excluded.longitude, excluded.origin)
             WHERE (rooms.name, rooms.latitude, rooms.longitude, rooms.origin)
                   IS DISTINCT FROM (excluded.name, excluded.latitude, excluded.longitude, excluded.origin)",
        )
        .bind(id)
        .bind(venue.uuid())
        .bind(&name)
        .bind(latitude)
        .bind(longitude)
        .bind(at)
        .execute(&mut *connection)
        .await?;
        let mut spelled: BTreeMap<String, String> = BTreeMap::new();
        for alias in std::iter::once(&room.name).chain(&room.aliases) {
            spelled.entry(fold(alias)).or_insert_with(|| text(alias.trim()));
        }
        spelled.retain(|folded, _| !folded.is_empty());
        let (folded, names): (Vec<String>, Vec<String>) = spelled.into_iter().unzip();
        // A room that only a page named, and only so, is this one.
        sqlx::query(
            "INSERT INTO room_names (venue_id, folded, name, room_id, origin)
             SELECT $1, g.folded, g.name, $4, 'file' FROM UNNEST($2::text[], $3::text[]) AS g (folded, name)
             ON CONFLICT (venue_id, folded) DO UPDATE SET (room_id, origin) = (excluded.room_id, excluded.origin)
             WHERE (room_names.room_id, room_names.origin) IS DISTINCT FROM (excluded.room_id, excluded.origin)",
        )
        .bind(venue.uuid())
        .bind(&folded)
        .bind(&names)
        .bind(id)
        .execute(&mut *connection)
        .await?;
    }
    sqlx::query(
        "DELETE FROM rooms r WHERE r.venue_id = $1 AND r.origin = 'page'
         AND NOT EXISTS (SELECT FROM room_names n WHERE n.room_id = r.id)",
    )
    .bind(venue.uuid())
    .execute(connection)
    .await?;
    Ok(())
}
