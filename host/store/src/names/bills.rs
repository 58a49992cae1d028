//! Where bills are written: the columns that say which artist each act is.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, Row as _};
use uuid::Uuid;

use super::assign::{Act, Assigned, assign};
use crate::{Result, Store, column::word};

/// Acts that are looked at together where many are: a listing's worth.
const STEP: i64 = 2_000;

/// The columns of `performers` that name artists, one entry an act.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ArtistColumns {
    pub(crate) key: Vec<String>,
    pub(crate) assigned: Vec<Option<Uuid>>,
    pub(crate) artist: Vec<Option<Uuid>>,
    pub(crate) by: Vec<String>,
}

impl ArtistColumns {
    fn push(&mut self, assigned: Assigned) {
        self.key.push(assigned.key);
        self.assigned.push(assigned.artist.map(|(assigned, _)| assigned));
        self.artist.push(assigned.artist.map(|(_, answers)| answers));
        self.by.push(word(&assigned.by));
    }
}

/// The artists of these acts (`names[i]` plays at `events[i]`), in their order. Artists that were not known are made. To be called inside the
/// transaction that writes the bills: after the events' rows are written, before bills that were there are removed (what an act
/// was before is evidence), and before the lock of `counters` is taken.
pub(crate) async fn assign_artists(
    connection: &mut PgConnection,
    events: &[Uuid],
    names: &[String],
    at: DateTime<Utc>,
) -> std::result::Result<ArtistColumns, sqlx::Error> {
    let acts: Vec<Act<'_>> = events.iter().zip(names).map(|(event, name)| Act { event: *event, name }).collect();
    let mut columns = ArtistColumns::default();
    if acts.is_empty() {
        return Ok(columns);
    }
    // On the heap, as in `record`.
    for assigned in Box::pin(assign(connection, &acts, at)).await? {
        columns.push(assigned);
    }
    Ok(columns)
}

/// Some acts that are stored already.
#[derive(Debug, Default)]
pub(super) struct StoredActs {
    pub(super) event: Vec<Uuid>,
    position: Vec<i64>,
    name: Vec<String>,
}

impl StoredActs {
    pub(super) fn read(rows: &[sqlx::postgres::PgRow]) -> std::result::Result<Self, sqlx::Error> {
        let mut acts = Self::default();
        for row in rows {
            acts.event.push(row.try_get("event_id")?);
            acts.position.push(row.try_get("position")?);
            acts.name.push(row.try_get("name")?);
        }
        Ok(acts)
    }

    /// The acts by event: how many.
    pub(super) fn len(&self) -> usize {
        self.event.len()
    }
}

/// Looks stored acts up again and writes what is not as it was; returns how many.
pub(super) async fn assign_again(
    connection: &mut PgConnection,
    acts: &StoredActs,
    at: DateTime<Utc>,
) -> std::result::Result<u64, sqlx::Error> {
    if acts.len() == 0 {
        return Ok(0);
    }
    let columns = assign_artists(connection, &acts.event, &acts.name, at).await?;
    let done = sqlx::query(
        "UPDATE performers p SET (name_key, assigned_id, artist_id, artist_by) = (g.name_key, g.assigned_id, g.artist_id, g.artist_by)
         FROM UNNEST($1::uuid[], $2::bigint[], $3::text[], $4::uuid[], $5::uuid[], $6::text[])
              AS g (event_id, position, name_key, assigned_id, artist_id, artist_by)
         WHERE p.event_id = g.event_id AND p.position = g.position
           AND (p.name_key, p.assigned_id, p.artist_id, p.artist_by)
               IS DISTINCT FROM (g.name_key, g.assigned_id, g.artist_id, g.artist_by)",
    )
    .bind(&acts.event)
    .bind(&acts.position)
    .bind(&columns.key)
    .bind(&columns.assigned)
    .bind(&columns.artist)
    .bind(&columns.by)
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

impl Store {
    /// Looks up the artists of acts that were stored before artists were known, some thousand at a time; returns how many acts it
    /// looked at. Zero: all are.
    pub async fn assign_old_acts(&self, at: DateTime<Utc>) -> Result<u64> {
        self.bounded("looking up artists", async {
            let mut transaction = self.begin().await?;
            let rows = sqlx::query(
                "SELECT event_id, position, name FROM performers WHERE name_key IS NULL ORDER BY event_id, position LIMIT $1",
            )
            .bind(STEP)
            .fetch_all(&mut *transaction)
            .await?;
            let acts = StoredActs::read(&rows)?;
            assign_again(&mut transaction, &acts, at).await?;
            transaction.commit().await?;
            Ok(crate::column::count(acts.len()).unsigned_abs())
        })
        .await
    }

    /// How the acts of events are assigned: by event and place on the bill, the artist that answers, and why.
    pub async fn acts_of(
        &self,
        events: &[marquee_model::EventId],
    ) -> Result<BTreeMap<(marquee_model::EventId, i64), (Option<marquee_identity::ArtistId>, super::AssignedBy)>> {
        let ids: Vec<Uuid> = events.iter().map(|id| id.uuid()).collect();
        self.bounded("reading the artists of bills", async {
            let rows = sqlx::query(
                "SELECT event_id, position, artist_id, artist_by FROM performers
                 WHERE event_id = ANY($1) AND artist_by IS NOT NULL",
            )
            .bind(&ids)
            .fetch_all(&self.pool)
            .await?;
            let mut acts = BTreeMap::new();
            for row in &rows {
                let event = marquee_model::EventId::from_uuid(row.try_get("event_id")?);
                let at = crate::column::Row { table: "performers", id: &event };
                let by = at.word("artist_by", row.try_get("artist_by")?)?;
                let artist: Option<Uuid> = row.try_get("artist_id")?;
                acts.insert((event, row.try_get("position")?), (artist.map(marquee_identity::ArtistId::from_uuid), by));
            }
            Ok(acts)
        })
        .await
    }
}
