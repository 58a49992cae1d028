//! The acts of bills get their artists: all acts of a listing together, in a few statements.
//!
//! Statements of one call, however many acts there are: one shares a lock, two look names up and one what
//! persons said of acts; where names are new, five more
//! make sure that no other process makes the same artists, and write them; one writes new spellings; where names are open, two ask
//! for evidence. Where nothing is new, nothing is written.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use marquee_identity::ArtistId;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    artists::AssignedBy,
    decide::{Decided, decide},
    evidence::{self, Open},
    keys::Named,
    roster::Roster,
};
use crate::fold::fold;

/// Key of the advisory lock under which artists are made, one transaction at a time; any number serves, it is used nowhere else. Taken
/// after [`PERSONS_LOCK`] and before the lock of `counters`.
const NAMES_LOCK: i64 = 0x6d61_7271_7565_6e61;

/// Key of the advisory lock that whoever assigns acts shares, and a person who decides about artists has alone: so that no act is written
/// under an artist that a merge has just taken away.
const PERSONS_LOCK: i64 = 0x6d61_7271_7565_7065;

/// Most printed spellings that are kept of one artist. Beyond them a name is still found, only by comparing; an artist has a handful, and
/// a page that prints a new one every night must not fill a table.
pub const MOST_SPELLINGS: usize = 64;

type Sql<T> = Result<T, sqlx::Error>;

/// An act of a bill.
#[derive(Debug, Clone, Copy)]
pub(super) struct Act<'a> {
    pub(super) event: Uuid,
    pub(super) name: &'a str,
}

/// Whom an act is assigned to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Assigned {
    /// The plainest spelling of its name; empty where it is no name.
    pub(super) key: String,
    /// Whom the name means, and who answers for that artist.
    pub(super) artist: Option<(Uuid, Uuid)>,
    /// Why.
    pub(super) by: AssignedBy,
}

/// Waits until nobody assigns acts or decides about artists, up to the end of the transaction: for persons' decisions.
pub(super) async fn lock_all(connection: &mut PgConnection) -> Sql<()> {
    sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(PERSONS_LOCK).execute(connection).await?;
    Ok(())
}

/// Whom each act is, in the acts' order; artists that were not known are made.
pub(super) async fn assign(connection: &mut PgConnection, acts: &[Act<'_>], at: DateTime<Utc>) -> Sql<Vec<Assigned>> {
    let mut names: BTreeMap<&str, Option<Named>> = BTreeMap::new();
    for act in acts {
        names.entry(act.name).or_insert_with(|| Named::of(act.name));
    }
    let keys: BTreeSet<String> = names.values().flatten().flat_map(|named| named.keys.iter().cloned()).collect();
    let keys: Vec<String> = keys.into_iter().collect();
    sqlx::query("SELECT pg_advisory_xact_lock_shared($1)").bind(PERSONS_LOCK).execute(&mut *connection).await?;
    let mut roster = Roster::load(connection, &keys).await?;
    let mut found = Found::of(acts, &names, &mut roster, at);
    if !found.made.is_empty() {
        // Somebody else may have made them since; from here on nobody can.
        sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(NAMES_LOCK).execute(&mut *connection).await?;
        roster = Roster::load(connection, &keys).await?;
        found = Found::of(acts, &names, &mut roster, at);
        write_artists(connection, &roster, &found.made, at).await?;
    }
    write_names(connection, &found.spellings, "spelling", at).await?;
    let open = found.open(acts, &names);
    let settled = if open.is_empty() { BTreeMap::new() } else { evidence::settle(connection, &open, &roster).await? };
    let events: BTreeSet<Uuid> = acts.iter().map(|act| act.event).collect();
    let told = evidence::told_by_persons(connection, &events.into_iter().collect::<Vec<_>>()).await?;
    let assigned = acts.iter().map(|act| {
        let key = names.get(act.name).and_then(Option::as_ref).map_or("", Named::key).to_owned();
        let place = (act.event, key);
        if let Some(artist) = told.get(&place) {
            return Assigned { key: place.1, artist: Some(*artist), by: AssignedBy::Person };
        }
        let (artist, by) = match found.decided.get(act.name) {
            Some(Decided::One { artist, by }) => (Some(*artist), *by),
            Some(Decided::Several(_)) => match settled.get(&place) {
                Some((artist, by)) => (Some(*artist), *by),
                None => (None, AssignedBy::Ambiguous),
            },
            Some(Decided::Nobody | Decided::New) | None => (None, AssignedBy::Nobody),
        };
        let answers = |id: Uuid| (id, roster.artists.get(&id).map_or(id, |known| known.answers));
        Assigned { key: place.1, artist: artist.map(answers), by }
    });
    Ok(assigned.collect())
}

/// What the names of some acts come to.
struct Found<'a> {
    decided: BTreeMap<&'a str, Decided>,
    /// Artists to be made, in the order in which they were printed.
    made: Vec<Uuid>,
    /// Names of known artists that were not printed before.
    spellings: Vec<(Uuid, Named)>,
}

impl<'a> Found<'a> {
    fn of(acts: &[Act<'a>], names: &BTreeMap<&'a str, Option<Named>>, roster: &mut Roster, at: DateTime<Utc>) -> Self {
        let mut found = Self { decided: BTreeMap::new(), made: Vec::new(), spellings: Vec::new() };
        for act in acts {
            let Some(Some(named)) = names.get(act.name) else { continue };
            if found.decided.contains_key(act.name) {
                continue;
            }
            let mut decided = decide(named, roster);
            match &decided {
                Decided::New => {
                    let id = ArtistId::new(at);
                    roster.add(id, named);
                    found.made.push(id.uuid());
                    decided = Decided::One { artist: id.uuid(), by: AssignedBy::Name };
                }
                Decided::One { artist, by: AssignedBy::Name } => found.spell(*artist, named, roster),
                _ => {}
            }
            found.decided.insert(act.name, decided);
        }
        found
    }

    /// Notes another spelling of an artist.
    fn spell(&mut self, artist: Uuid, named: &Named, roster: &mut Roster) {
        let Some(known) = roster.artists.get_mut(&artist) else { return };
        if known.spellings.contains(&named.name) || known.spellings.len() >= MOST_SPELLINGS {
            return;
        }
        known.spellings.push(named.name.clone());
        if !known.artist.aliases.contains(&named.name) {
            self.spellings.push((artist, named.clone()));
        }
        roster.file(artist, named);
    }

    /// The acts whose names leave open who they are.
    fn open(&self, acts: &[Act<'_>], names: &BTreeMap<&'a str, Option<Named>>) -> Vec<Open> {
        let several = |act: &Act<'_>| match self.decided.get(act.name) {
            Some(Decided::Several(candidates)) => Some(candidates.clone()),
            _ => None,
        };
        if !acts.iter().any(|act| several(act).is_some()) {
            return Vec::new();
        }
        let key = |act: &Act<'_>| names.get(act.name).and_then(Option::as_ref).map(|named| named.key().to_owned());
        let mut bills: BTreeMap<Uuid, Vec<String>> = BTreeMap::new();
        for act in acts {
            bills.entry(act.event).or_default().extend(key(act));
        }
        let open = acts.iter().filter_map(|act| {
            let (candidates, key) = (several(act)?, key(act)?);
            let bill = bills.get(&act.event)?.iter().filter(|other| **other != key).cloned().collect();
            Some(Open { event: act.event, key, name: act.name.to_owned(), candidates, bill })
        });
        open.collect()
    }
}

async fn write_artists(connection: &mut PgConnection, roster: &Roster, made: &[Uuid], at: DateTime<Utc>) -> Sql<()> {
    let (mut ids, mut names, mut sorts, mut searched) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut all = Vec::new();
    for known in made.iter().filter_map(|id| roster.artists.get(id)).filter(|known| known.is_new) {
        let Some(named) = Named::of(&known.artist.name) else { continue };
        ids.push(known.id());
        searched.push(fold(&named.name));
        sorts.push(named.sort.clone());
        names.push(named.name.clone());
        all.push((known.id(), named));
    }
    sqlx::query(
        "INSERT INTO artists (id, name, sort_name, search_text, answers_id, created_at)
         SELECT g.id, g.name, g.sort_name, g.search_text, g.id, $5
         FROM UNNEST($1::uuid[], $2::text[], $3::text[], $4::text[]) AS g (id, name, sort_name, search_text)",
    )
    .bind(&ids)
    .bind(&names)
    .bind(&sorts)
    .bind(&searched)
    .bind(at)
    .execute(&mut *connection)
    .await?;
    write_names(connection, &all, "spelling", at).await
}

/// Writes names of artists with their keys, in one statement. Names that an artist has already stay as they are.
pub(super) async fn write_names(
    connection: &mut PgConnection,
    named: &[(Uuid, Named)],
    kind: &str,
    at: DateTime<Utc>,
) -> Sql<()> {
    if named.is_empty() {
        return Ok(());
    }
    // In one order everywhere, so that two transactions that write the same names wait for each other and never in a circle.
    let sorted: BTreeMap<(Uuid, &str), &Named> =
        named.iter().map(|(id, named)| ((*id, named.name.as_str()), named)).collect();
    let (mut ids, mut names) = (Vec::new(), Vec::new());
    let (mut key_ids, mut key_names, mut keys) = (Vec::new(), Vec::new(), Vec::new());
    for ((id, name), named) in &sorted {
        ids.push(*id);
        names.push((*name).to_owned());
        for key in &named.keys {
            key_ids.push(*id);
            key_names.push((*name).to_owned());
            keys.push(key.clone());
        }
    }
    sqlx::query(
        "WITH written AS (
             INSERT INTO artist_names (artist_id, name, kind, added_at)
             SELECT g.artist_id, g.name, $3, $4 FROM UNNEST($1::uuid[], $2::text[]) AS g (artist_id, name)
             ON CONFLICT DO NOTHING
             RETURNING artist_id, name
         )
         INSERT INTO artist_keys (key, artist_id, name)
         SELECT k.key, k.artist_id, k.name FROM UNNEST($5::text[], $6::uuid[], $7::text[]) AS k (key, artist_id, name)
         JOIN written USING (artist_id, name)
         ON CONFLICT DO NOTHING",
    )
    .bind(&ids)
    .bind(&names)
    .bind(kind)
    .bind(at)
    .bind(&keys)
    .bind(&key_ids)
    .bind(&key_names)
    .execute(connection)
    .await?;
    Ok(())
}
