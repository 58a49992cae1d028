//! Persons' words about venues: they hold against the source file until they are withdrawn, and tell when the file moved on underneath.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use marquee_model::{Venue, VenueId};
use marquee_reconcile::Decision;
use serde::Serialize;
use serde_json::Value;
use sqlx::{PgConnection, Row as _, postgres::PgRow};
use uuid::Uuid;

use super::{
    persons::{cannot, decider},
    venue_field::VenueField,
};
use crate::{
    Author, Deed, Result, Store, audit,
    column::{Row, json, word},
    error::Trouble,
    fold::{fold, fold_all},
};

/// A person's word about a field of a venue.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VenueCorrection {
    /// The venue.
    pub venue: VenueId,
    /// The field.
    pub field: VenueField,
    /// Its value as long as the correction is in force.
    pub value: Value,
    /// What stands underneath: what the file says, and readers will see once the correction is withdrawn.
    pub underneath: Value,
    /// The file says something else than when the correction was made. The correction holds, and a person should look again.
    pub moved_on: bool,
    /// Who said so.
    pub decided_by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Why.
    pub reason: String,
    /// When it was withdrawn.
    pub withdrawn_at: Option<DateTime<Utc>>,
}

/// A source file says something new of a field that a person corrected.
#[derive(Debug, Clone, PartialEq)]
pub struct MovedOn {
    /// The venue.
    pub venue: VenueId,
    /// The field.
    pub field: VenueField,
    /// The person's value, which stands.
    pub value: Value,
    /// What the file said.
    pub before: Value,
    /// What it says now.
    pub now: Value,
}

const SELECT: &str =
    "SELECT c.venue_id, c.field, c.value, c.underneath, c.moved_on, c.decided_by, c.at, c.reason, c.withdrawn_at
    FROM venue_corrections c";

fn read(row: &PgRow) -> std::result::Result<VenueCorrection, Trouble> {
    let venue = VenueId::from_uuid(row.try_get("venue_id")?);
    let at = Row { table: "venue_corrections", id: &venue };
    Ok(VenueCorrection {
        venue,
        field: at.word("field", row.try_get("field")?)?,
        value: row.try_get("value")?,
        underneath: row.try_get("underneath")?,
        moved_on: row.try_get("moved_on")?,
        decided_by: row.try_get("decided_by")?,
        at: row.try_get("at")?,
        reason: row.try_get("reason")?,
        withdrawn_at: row.try_get("withdrawn_at")?,
    })
}

impl Store {
    /// Corrects a field of a venue, with an entry in the audit log. The correction holds against later declarations until it is withdrawn; one
    /// that is in force already is withdrawn by this one, and what stood underneath it still does.
    pub async fn correct_venue(
        &self,
        id: VenueId,
        field: VenueField,
        value: &Value,
        decision: &Decision,
        author: &Author,
    ) -> Result<VenueCorrection> {
        let work = Box::pin(async {
            let mut transaction = self.begin().await?;
            let connection = &mut *transaction;
            let (mut venue, from) = venue_for_change(connection, id).await?;
            let before = in_force(connection, &[id.uuid()]).await?.remove(&id).unwrap_or_default();
            let before = before.into_iter().find(|known| known.field == field);
            let was = told(field, &field.of(&venue), before.is_some());
            let underneath = match &before {
                Some(known) => known.underneath.clone(),
                // What a geocoding service said is no file's word, and is looked up again.
                None if field == VenueField::Coordinates && from.as_deref() == Some("geocoding") => Value::Null,
                None => field.of(&venue),
            };
            field.put(&mut venue, value).map_err(|reason| cannot(format!("{}: {reason}", word(&field))))?;
            if before.is_some() {
                end(connection, id, field, decision).await?;
            }
            let correction = VenueCorrection {
                venue: id,
                field,
                value: field.of(&venue),
                underneath,
                moved_on: false,
                decided_by: decider(&decision.by),
                at: decision.at,
                reason: crate::column::text(&decision.reason),
                withdrawn_at: None,
            };
            insert(connection, &correction).await?;
            write(connection, &venue, (field == VenueField::Coordinates).then_some("person")).await?;
            let deed = Deed::new("venue.correct", id).change(Some(was), Some(told(field, &correction.value, true)));
            audit::write(connection, author, &deed.because(&decision.reason)).await?;
            transaction.commit().await?;
            Ok(correction)
        });
        self.bounded("correcting a venue", work).await
    }

    /// Takes a correction back, with an entry in the audit log: readers see what stands underneath, at once. `None`: the field was not
    /// corrected.
    pub async fn withdraw_venue_correction(
        &self,
        id: VenueId,
        field: VenueField,
        decision: &Decision,
        author: &Author,
    ) -> Result<Option<VenueCorrection>> {
        let work = Box::pin(async {
            let mut transaction = self.begin().await?;
            let connection = &mut *transaction;
            let (mut venue, _) = venue_for_change(connection, id).await?;
            let known = in_force(connection, &[id.uuid()]).await?.remove(&id).unwrap_or_default();
            let Some(mut correction) = known.into_iter().find(|known| known.field == field) else { return Ok(None) };
            let was = told(field, &field.of(&venue), true);
            field
                .put(&mut venue, &correction.underneath)
                .map_err(|reason| cannot(format!("{}: {reason}", word(&field))))?;
            end(connection, id, field, decision).await?;
            let from = (field == VenueField::Coordinates).then_some("file");
            write(connection, &venue, from).await?;
            let now = told(field, &correction.underneath, false);
            let deed = Deed::new("venue.withdraw", id).change(Some(was), Some(now));
            audit::write(connection, author, &deed.because(&decision.reason)).await?;
            transaction.commit().await?;
            correction.withdrawn_at = Some(decision.at);
            Ok(Some(correction))
        });
        self.bounded("withdrawing a correction of a venue", work).await
    }

    /// Every correction of a venue, withdrawn ones among them, the latest first.
    pub async fn venue_corrections(&self, id: VenueId) -> Result<Vec<VenueCorrection>> {
        self.bounded("reading corrections of a venue", async {
            let mut sql = sqlx::QueryBuilder::new(SELECT);
            sql.push(" WHERE c.venue_id = ").push_bind(id.uuid()).push(" ORDER BY c.at DESC, c.id DESC");
            let rows = sql.build().fetch_all(&self.pool).await?;
            rows.iter().map(read).collect()
        })
        .await
    }
}

/// A field of a venue as the audit log tells it.
fn told(field: VenueField, value: &Value, corrected: bool) -> Value {
    serde_json::json!({ "field": field, "value": value, "corrected": corrected })
}

/// The venue, locked up to the end of the transaction, and where its coordinates are from.
async fn venue_for_change(
    connection: &mut PgConnection,
    id: VenueId,
) -> std::result::Result<(Venue, Option<String>), Trouble> {
    let none = || cannot(format!("there is no venue {id}; `marquee venues list` shows those that there are"));
    let from = sqlx::query_scalar("SELECT coordinates_from FROM venues WHERE id = $1 FOR NO KEY UPDATE")
        .bind(id.uuid())
        .fetch_optional(&mut *connection)
        .await?
        .ok_or_else(none)?;
    let mut sql = sqlx::QueryBuilder::new(crate::places::SELECT_VENUES);
    sql.push(" AND v.id = ").push_bind(id.uuid());
    let venue = crate::places::venues_by(connection, sql).await?.into_iter().next().ok_or_else(none)?;
    Ok((venue.venue, from))
}

/// The corrections in force, by venue.
async fn in_force(
    connection: &mut PgConnection,
    venues: &[Uuid],
) -> std::result::Result<BTreeMap<VenueId, Vec<VenueCorrection>>, Trouble> {
    let mut sql = sqlx::QueryBuilder::new(SELECT);
    sql.push(" WHERE c.withdrawn_at IS NULL AND c.venue_id = ANY(")
        .push_bind(venues.to_vec())
        .push(") ORDER BY c.field");
    let mut by_venue: BTreeMap<VenueId, Vec<VenueCorrection>> = BTreeMap::new();
    for row in sql.build().fetch_all(connection).await? {
        let correction = read(&row)?;
        by_venue.entry(correction.venue).or_default().push(correction);
    }
    Ok(by_venue)
}

async fn end(
    connection: &mut PgConnection,
    id: VenueId,
    field: VenueField,
    decision: &Decision,
) -> std::result::Result<(), Trouble> {
    sqlx::query(
        "UPDATE venue_corrections SET withdrawn_at = $3, withdrawn_by = $4
         WHERE venue_id = $1 AND field = $2 AND withdrawn_at IS NULL",
    )
    .bind(id.uuid())
    .bind(word(&field))
    .bind(decision.at)
    .bind(decider(&decision.by))
    .execute(connection)
    .await?;
    Ok(())
}

async fn insert(connection: &mut PgConnection, correction: &VenueCorrection) -> std::result::Result<(), Trouble> {
    sqlx::query(
        "INSERT INTO venue_corrections (id, venue_id, field, value, underneath, decided_by, at, reason)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    // Only for order and as a key: nobody names a correction by its id.
    .bind(marquee_model::EventId::new(correction.at).uuid())
    .bind(correction.venue.uuid())
    .bind(word(&correction.field))
    .bind(json(&correction.value))
    .bind(json(&correction.underneath))
    .bind(&correction.decided_by)
    .bind(correction.at)
    .bind(&correction.reason)
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes a venue's own columns. `coordinates_from`: where its coordinates are from, where they were changed.
async fn write(
    connection: &mut PgConnection,
    venue: &Venue,
    coordinates_from: Option<&str>,
) -> std::result::Result<(), Trouble> {
    let searched = [Some(venue.name.as_str()), venue.city.as_deref()];
    sqlx::query(
        "UPDATE venues
         SET (name, address, city, state, postal_code, country, latitude, longitude, zone, url, sort_name, search_text, coordinates_from)
             = ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,
                CASE WHEN $8::float8 IS NULL OR $9::float8 IS NULL THEN NULL ELSE COALESCE($14, coordinates_from) END)
         WHERE id = $1",
    )
    .bind(venue.id.uuid())
    .bind(&venue.name)
    .bind(&venue.address)
    .bind(&venue.city)
    .bind(&venue.state)
    .bind(&venue.postal_code)
    .bind(&venue.country)
    .bind(venue.latitude)
    .bind(venue.longitude)
    .bind(venue.zone.name())
    .bind(venue.url.as_ref().map(|url| url.as_str().to_owned()))
    .bind(fold(&venue.name))
    .bind(fold_all(searched.into_iter().flatten()))
    .bind(coordinates_from)
    .execute(connection)
    .await?;
    Ok(())
}

/// Makes a declared venue what readers are to see: persons' words stand over what the file says. What the file says now is kept underneath,
/// and where it moved on since it is told. The second value says whether the coordinates are a person's.
pub(crate) async fn uphold(
    connection: &mut PgConnection,
    declared: &Venue,
) -> std::result::Result<(Venue, bool, Vec<MovedOn>), Trouble> {
    let corrections = in_force(connection, &[declared.id.uuid()]).await?.remove(&declared.id).unwrap_or_default();
    let mut shown = declared.clone();
    let (mut moved_on, mut own_coordinates) = (Vec::new(), false);
    for correction in corrections {
        let field = correction.field;
        let now = json(&field.of(declared));
        field.put(&mut shown, &correction.value).map_err(|reason| {
            Trouble::from(Row { table: "venue_corrections", id: &declared.id }.bad("value", reason))
        })?;
        own_coordinates |= field == VenueField::Coordinates;
        if now == correction.underneath {
            continue;
        }
        // What the file says now may be what the person said: then nothing is wrong.
        let agrees = now == correction.value;
        sqlx::query(
            "UPDATE venue_corrections SET underneath = $3, moved_on = $4
             WHERE venue_id = $1 AND field = $2 AND withdrawn_at IS NULL",
        )
        .bind(declared.id.uuid())
        .bind(word(&field))
        .bind(&now)
        .bind(!agrees)
        .execute(&mut *connection)
        .await?;
        if !agrees {
            let (value, before) = (correction.value, correction.underneath);
            tracing::warn!(venue = %declared.slug, field = word(&field), %value, %before, %now, "a corrected field moved on in the source file");
            moved_on.push(MovedOn { venue: declared.id, field, value, before, now });
        }
    }
    Ok((shown, own_coordinates, moved_on))
}
