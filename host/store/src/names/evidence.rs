//! Which of several artists of one name an act is: by what it was before the bill was written anew, else by whom the artists played with
//! and where. Two statements for all acts of a listing together; asked only where names leave it open. And what persons said of acts.
//!
//! Only acts that are sure count (by name, alias or a person), so that no guess is built on a guess.

use std::collections::BTreeMap;

use sqlx::{PgConnection, Row as _, postgres::PgRow};
use uuid::Uuid;

use super::{artists::AssignedBy, keys::Named, roster::Roster};

/// An act of which the name leaves open who it is.
#[derive(Debug, Clone)]
pub(super) struct Open {
    pub(super) event: Uuid,
    pub(super) key: String,
    pub(super) name: String,
    /// Who it may be.
    pub(super) candidates: Vec<Uuid>,
    /// Keys of the other acts of the bill.
    pub(super) bill: Vec<String>,
}

/// What speaks for a candidate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct For {
    pub(super) bill: bool,
    pub(super) venue: bool,
    pub(super) site: bool,
    pub(super) genre: bool,
}

/// Whether a kind of evidence is there.
type Holds = fn(&For) -> bool;

/// The kinds of evidence, the strongest first: whoever played with an artist before tells more than where it was.
const ORDER: [(AssignedBy, Holds); 4] = [
    (AssignedBy::Bill, |found| found.bill),
    (AssignedBy::Venue, |found| found.venue),
    (AssignedBy::Site, |found| found.site),
    (AssignedBy::Genre, |found| found.genre),
];

/// The one candidate whom the strongest evidence that points to one alone points to: what speaks for several decides nothing.
pub(super) fn weigh(candidates: &[(Uuid, For)]) -> Option<(Uuid, AssignedBy)> {
    for (by, holds) in ORDER {
        let found: Vec<Uuid> = candidates.iter().filter(|(_, found)| holds(found)).map(|(id, _)| *id).collect();
        if let [only] = found.as_slice() {
            return Some((*only, by));
        }
    }
    None
}

/// Who each open act is, as far as anything tells: by event and key.
pub(super) async fn settle(
    connection: &mut PgConnection,
    open: &[Open],
    roster: &Roster,
) -> Result<BTreeMap<(Uuid, String), (Uuid, AssignedBy)>, sqlx::Error> {
    let mut settled = told_before(connection, open).await?;
    let left: Vec<&Open> = open.iter().filter(|act| !settled.contains_key(&(act.event, act.key.clone()))).collect();
    if left.is_empty() {
        return Ok(settled);
    }
    let mut found = seen(connection, &left, roster).await?;
    for (act, n) in left.iter().zip(0_i64..) {
        let candidates: Vec<_> =
            act.candidates.iter().map(|id| (*id, found.remove(&(n, *id)).unwrap_or_default())).collect();
        if let Some(one) = weigh(&candidates) {
            settled.insert((act.event, act.key.clone()), one);
        }
    }
    Ok(settled)
}

/// What persons said of the acts of these events: the artist, and who answers for it.
pub(super) async fn told_by_persons(
    connection: &mut PgConnection,
    events: &[Uuid],
) -> Result<BTreeMap<(Uuid, String), (Uuid, Uuid)>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT t.event_id, t.name_key, t.artist_id, a.answers_id FROM artist_acts t JOIN artists a ON a.id = t.artist_id
         WHERE t.event_id = ANY($1)",
    )
    .bind(events)
    .fetch_all(connection)
    .await?;
    let read = |row: &PgRow| {
        Ok((
            (row.try_get("event_id")?, row.try_get("name_key")?),
            (row.try_get("artist_id")?, row.try_get("answers_id")?),
        ))
    };
    rows.iter().map(read).collect()
}

/// What these acts were before the bill was written anew, where they may still be that.
async fn told_before(
    connection: &mut PgConnection,
    open: &[Open],
) -> Result<BTreeMap<(Uuid, String), (Uuid, AssignedBy)>, sqlx::Error> {
    let events: Vec<Uuid> = open.iter().map(|act| act.event).collect();
    let rows = sqlx::query(
        "SELECT event_id, name, assigned_id, artist_by FROM performers
         WHERE event_id = ANY($1) AND assigned_id IS NOT NULL AND artist_by <> 'person'",
    )
    .bind(&events)
    .fetch_all(connection)
    .await?;
    let mut were: BTreeMap<(Uuid, String), Vec<Was>> = BTreeMap::new();
    for row in &rows {
        let (event, name): (Uuid, String) = (row.try_get("event_id")?, row.try_get("name")?);
        let Some(key) = Named::of(&name).map(|named| named.key().to_owned()) else { continue };
        let by = AssignedBy::read(row.try_get("artist_by")?);
        were.entry((event, key)).or_default().push(Was { name, artist: row.try_get("assigned_id")?, by });
    }
    let before = open.iter().filter_map(|act| {
        let key = (act.event, act.key.clone());
        let were: Vec<&Was> = were.get(&key)?.iter().filter(|was| act.candidates.contains(&was.artist)).collect();
        let (first, rest) = were.split_first()?;
        // Written otherwise it is still the same act, unless the bill has two artists of the name.
        let only = || rest.iter().all(|was| was.artist == first.artist).then_some(first);
        let was = were.iter().find(|was| was.name == act.name).or_else(only)?;
        Some((key, (was.artist, was.by)))
    });
    Ok(before.collect())
}

/// What an act of a bill was.
struct Was {
    name: String,
    artist: Uuid,
    by: AssignedBy,
}

/// What speaks for each candidate of each act, by the act's place in `open`.
async fn seen(
    connection: &mut PgConnection,
    open: &[&Open],
    roster: &Roster,
) -> Result<BTreeMap<(i64, Uuid), For>, sqlx::Error> {
    let (mut number, mut event, mut candidate, mut answers) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut bill_number, mut bill_key) = (Vec::new(), Vec::new());
    for (act, n) in open.iter().zip(0_i64..) {
        for id in &act.candidates {
            number.push(n);
            event.push(act.event);
            candidate.push(*id);
            answers.push(roster.artists.get(id).map_or(*id, |known| known.answers));
        }
        for key in &act.bill {
            bill_number.push(n);
            bill_key.push(key.clone());
        }
    }
    let rows = sqlx::query(
        "WITH asked AS (
             SELECT * FROM UNNEST($1::bigint[], $2::uuid[], $3::uuid[], $4::uuid[]) AS a (number, event_id, candidate, answers)
         ), bill AS (
             SELECT * FROM UNNEST($5::bigint[], $6::text[]) AS b (number, key)
         )
         SELECT a.number, a.candidate,
                bool_or(EXISTS (SELECT FROM performers q JOIN bill b ON b.key = q.name_key
                                WHERE q.event_id = p.event_id AND b.number = a.number)) AS bill,
                bool_or(e.venue_id = here.venue_id) AS venue,
                bool_or(e.site_id = here.site_id) AS site,
                bool_or(e.genres && here.genres) AS genre
         FROM asked a
         JOIN events here ON here.id = a.event_id
         JOIN performers p ON p.artist_id = a.answers AND p.assigned_id = a.candidate AND p.event_id <> a.event_id
                          AND p.artist_by IN ('name', 'alias', 'person')
         JOIN events e ON e.id = p.event_id
         GROUP BY a.number, a.candidate",
    )
    .bind(&number)
    .bind(&event)
    .bind(&candidate)
    .bind(&answers)
    .bind(&bill_number)
    .bind(&bill_key)
    .fetch_all(connection)
    .await?;
    let mut found = BTreeMap::new();
    for row in &rows {
        let speaks = For {
            bill: row.try_get("bill")?,
            venue: row.try_get("venue")?,
            site: row.try_get("site")?,
            genre: row.try_get("genre")?,
        };
        found.insert((row.try_get("number")?, row.try_get("candidate")?), speaks);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strongest_evidence_that_singles_one_out_decides() {
        let (a, b) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let at = |venue, site| For { venue, site, ..For::default() };
        let with = For { bill: true, ..For::default() };
        assert_eq!(weigh(&[(a, at(true, true)), (b, at(false, true))]), Some((a, AssignedBy::Venue)));
        assert_eq!(weigh(&[(a, at(true, true)), (b, with)]), Some((b, AssignedBy::Bill)));
        assert_eq!(weigh(&[(a, at(true, true)), (b, at(true, true))]), None);
        assert_eq!(weigh(&[(a, For::default()), (b, For::default())]), None);
    }
}
