//! Rooms of venues: what pages call them is learnt, so that the same room is one however it is written.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use marquee_identity::{Place, same_venue};
use sqlx::{PgConnection, Row as _};
use uuid::Uuid;

use super::venue_names::StoredRoom;
use crate::{column::text, fold::fold};

/// Most names of rooms that are learnt of one venue's pages: the largest houses have a dozen rooms, and a page that prints something
/// else in the place of the room must not fill a table. What a source file declares is not counted.
const MOST_LEARNT: usize = 60;

/// The longest text that is taken for a room's name, in characters.
const LONGEST: usize = 120;

/// Key of the advisory lock under which rooms are noted; any number serves, it is used nowhere else.
const ROOMS_LOCK: i64 = 0x6d61_7271_7565_726f;

/// Waits until nobody else notes rooms, up to the end of the transaction.
pub(super) async fn lock(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(ROOMS_LOCK).execute(connection).await?;
    Ok(())
}

/// A room, with every way in which it was written.
#[derive(Debug)]
pub(super) struct Room {
    id: Uuid,
    venue: Uuid,
    name: String,
    coordinates: Option<(f64, f64)>,
    declared: bool,
    /// Folded, and as printed.
    names: Vec<(String, String)>,
}

impl Room {
    pub(super) fn stored(self) -> StoredRoom {
        let own = fold(&self.name);
        let aliases = self.names.into_iter().filter(|(folded, _)| *folded != own).map(|(_, name)| name).collect();
        StoredRoom { name: self.name, aliases, coordinates: self.coordinates, declared: self.declared }
    }

    fn is(&self, name: &str) -> bool {
        let room = |room| Place { name: "house", room: Some(room), ..Place::default() };
        self.names.iter().any(|(_, known)| same_venue(room(known), room(name)).is_same())
    }
}

/// A new id, which sorts by its time.
pub(super) fn new_room_id(at: DateTime<Utc>) -> Uuid {
    marquee_model::VenueId::new(at).uuid()
}

/// The rooms of these venues, the oldest first.
pub(super) async fn rooms_of(connection: &mut PgConnection, venues: &[Uuid]) -> Result<Vec<Room>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT r.id, r.venue_id, r.name, r.latitude, r.longitude, r.origin,
                ARRAY(SELECT folded FROM room_names n WHERE n.room_id = r.id ORDER BY folded) AS folded,
                ARRAY(SELECT n.name FROM room_names n WHERE n.room_id = r.id ORDER BY folded) AS names
         FROM rooms r WHERE r.venue_id = ANY($1) ORDER BY r.id",
    )
    .bind(venues)
    .fetch_all(connection)
    .await?;
    let read = |row: &sqlx::postgres::PgRow| {
        let (folded, names): (Vec<String>, Vec<String>) = (row.try_get("folded")?, row.try_get("names")?);
        let (latitude, longitude): (Option<f64>, Option<f64>) = (row.try_get("latitude")?, row.try_get("longitude")?);
        Ok(Room {
            id: row.try_get("id")?,
            venue: row.try_get("venue_id")?,
            name: row.try_get("name")?,
            coordinates: latitude.zip(longitude),
            declared: row.try_get::<String, _>("origin")? == "file",
            names: folded.into_iter().zip(names).collect(),
        })
    };
    rows.iter().map(read).collect()
}

/// Notes the rooms that pages name (`rooms[i]` is in `venues[i]`). One statement where every name is known.
pub(crate) async fn learn_rooms(
    connection: &mut PgConnection,
    venues: &[Uuid],
    rooms: &[Option<String>],
    at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let mut printed: BTreeMap<(Uuid, String), String> = BTreeMap::new();
    for (venue, room) in venues.iter().zip(rooms) {
        let Some(room) = room.as_deref().map(str::trim).filter(|room| room.chars().count() <= LONGEST) else {
            continue;
        };
        let folded = fold(room);
        if !folded.is_empty() {
            printed.entry((*venue, folded)).or_insert_with(|| text(room));
        }
    }
    if printed.is_empty() || unknown(connection, &printed).await?.is_empty() {
        return Ok(());
    }
    // Somebody else may have noted them since; from here on nobody can.
    lock(connection).await?;
    let new = unknown(connection, &printed).await?;
    let of: BTreeSet<Uuid> = new.iter().map(|(venue, _)| *venue).collect();
    let mut known = rooms_of(connection, &of.into_iter().collect::<Vec<_>>()).await?;
    let mut made = Vec::new();
    let mut names = Vec::new();
    for (venue, folded) in new {
        let Some(name) = printed.get(&(venue, folded.clone())) else { continue };
        let here = || known.iter().filter(|room| room.venue == venue);
        if here().map(|room| room.names.len()).sum::<usize>() >= MOST_LEARNT {
            continue;
        }
        let same: Vec<Uuid> = here().filter(|room| room.is(name)).map(|room| room.id).collect();
        let id = if let [only] = same.as_slice() {
            *only
        } else {
            let id = new_room_id(at);
            made.push((id, venue, name.clone()));
            known.push(Room { id, venue, name: name.clone(), coordinates: None, declared: false, names: Vec::new() });
            id
        };
        if let Some(room) = known.iter_mut().find(|room| room.id == id) {
            room.names.push((folded.clone(), name.clone()));
        }
        names.push((venue, folded, name.clone(), id));
    }
    write(connection, &made, &names, at).await
}

/// Which of these names no room of the venue has.
async fn unknown(
    connection: &mut PgConnection,
    printed: &BTreeMap<(Uuid, String), String>,
) -> Result<Vec<(Uuid, String)>, sqlx::Error> {
    let (venues, folded): (Vec<Uuid>, Vec<String>) = printed.keys().cloned().unzip();
    let rows = sqlx::query(
        "SELECT g.venue_id, g.folded FROM UNNEST($1::uuid[], $2::text[]) AS g (venue_id, folded)
         WHERE NOT EXISTS (SELECT FROM room_names n WHERE n.venue_id = g.venue_id AND n.folded = g.folded)
         ORDER BY 1, 2",
    )
    .bind(&venues)
    .bind(&folded)
    .fetch_all(connection)
    .await?;
    rows.iter().map(|row| Ok((row.try_get("venue_id")?, row.try_get("folded")?))).collect()
}

async fn write(
    connection: &mut PgConnection,
    made: &[(Uuid, Uuid, String)],
    names: &[(Uuid, String, String, Uuid)],
    at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO rooms (id, venue_id, name, origin, added_at)
         SELECT g.id, g.venue_id, g.name, 'page', $4 FROM UNNEST($1::uuid[], $2::uuid[], $3::text[]) AS g (id, venue_id, name)",
    )
    .bind(made.iter().map(|(id, _, _)| *id).collect::<Vec<_>>())
    .bind(made.iter().map(|(_, venue, _)| *venue).collect::<Vec<_>>())
    .bind(made.iter().map(|(_, _, name)| name.clone()).collect::<Vec<_>>())
    .bind(at)
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "INSERT INTO room_names (venue_id, folded, name, room_id, origin)
         SELECT g.venue_id, g.folded, g.name, g.room_id, 'page'
         FROM UNNEST($1::uuid[], $2::text[], $3::text[], $4::uuid[]) AS g (venue_id, folded, name, room_id)
         ON CONFLICT DO NOTHING",
    )
    .bind(names.iter().map(|(venue, _, _, _)| *venue).collect::<Vec<_>>())
    .bind(names.iter().map(|(_, folded, _, _)| folded.clone()).collect::<Vec<_>>())
    .bind(names.iter().map(|(_, _, name, _)| name.clone()).collect::<Vec<_>>())
    .bind(names.iter().map(|(_, _, _, id)| *id).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}
