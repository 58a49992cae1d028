//! What a geocoding service answered, which venues still need coordinates, and giving them some.
//!
//! Answers are kept with the time at which they were given; how long they are believed is the caller's to say.

use chrono::{DateTime, Utc};
use marquee_model::{Venue, VenueId};
use serde_json::Value;
use sqlx::{QueryBuilder, Row as _};

use crate::{
    Author, CoordinatesFrom, Deed, Point, Result, Store, audit,
    column::{json, text, word},
    places::{SELECT_VENUES, venues_by},
    query::clamp,
};

impl Store {
    /// Venues without coordinates of which no person said that they have none, by id; `after` is the last one seen, and at most
    /// [`crate::MAX_LIMIT`] come at a time.
    pub async fn venues_without_coordinates(&self, after: Option<VenueId>, limit: u32) -> Result<Vec<Venue>> {
        self.bounded("looking for venues without coordinates", async {
            let mut sql = QueryBuilder::new(SELECT_VENUES);
            sql.push(
                " AND (v.latitude IS NULL OR v.longitude IS NULL) AND NOT EXISTS (
                      SELECT FROM venue_corrections c
                      WHERE c.venue_id = v.id AND c.field = 'coordinates' AND c.withdrawn_at IS NULL)",
            );
            if let Some(after) = after {
                sql.push(" AND v.id > ").push_bind(after.uuid());
            }
            sql.push(" ORDER BY v.id LIMIT ").push_bind(clamp(limit));
            let mut connection = self.pool.acquire().await?;
            Ok(venues_by(&mut connection, sql).await?.into_iter().map(|stored| stored.venue).collect())
        })
        .await
    }

    /// Gives a venue the coordinates that a geocoding service found or its page tells, with an entry in the audit log. `false`: it has some by
    /// now, or its address is not any more what was asked about; nothing was changed.
    pub async fn locate_venue(&self, venue: &Venue, at: Point, from: CoordinatesFrom, author: &Author) -> Result<bool> {
        self.bounded("locating a venue", async {
            let mut transaction = self.begin().await?;
            let done = sqlx::query(
                "UPDATE venues v SET (latitude, longitude, coordinates_from) = ($2, $3, $9)
                 WHERE v.id = $1 AND (v.latitude IS NULL OR v.longitude IS NULL)
                   AND (v.address, v.city, v.state, v.postal_code, v.country) IS NOT DISTINCT FROM ($4, $5, $6, $7, $8)
                   AND NOT EXISTS (SELECT FROM venue_corrections c
                                   WHERE c.venue_id = v.id AND c.field = 'coordinates' AND c.withdrawn_at IS NULL)",
            )
            .bind(venue.id.uuid())
            .bind(at.latitude)
            .bind(at.longitude)
            .bind(&venue.address)
            .bind(&venue.city)
            .bind(&venue.state)
            .bind(&venue.postal_code)
            .bind(&venue.country)
            .bind(word(&from))
            .execute(&mut *transaction)
            .await?;
            if done.rows_affected() == 0 {
                return Ok(false);
            }
            let now = serde_json::json!({ "coordinates": [at.latitude, at.longitude], "from": from });
            let deed = Deed::new("venue.locate", venue.id).change(None, Some(now));
            audit::write(&mut transaction, author, &deed).await?;
            transaction.commit().await?;
            Ok(true)
        })
        .await
    }

    /// What this service answered to this question, and when.
    pub async fn geocoded(&self, service: &str, question: &str) -> Result<Option<(Value, DateTime<Utc>)>> {
        self.bounded("reading a geocoding answer", async {
            let row = sqlx::query("SELECT answer, asked_at FROM geocoded WHERE service = $1 AND question = $2")
                .bind(service)
                .bind(text(question))
                .fetch_optional(&self.pool)
                .await?;
            Ok(row.map(|row| Ok::<_, sqlx::Error>((row.try_get("answer")?, row.try_get("asked_at")?))).transpose()?)
        })
        .await
    }

    /// Keeps what a service answered, in the place of what it answered before.
    pub async fn keep_geocoded(&self, service: &str, question: &str, answer: &Value, at: DateTime<Utc>) -> Result<()> {
        self.bounded("keeping a geocoding answer", async {
            sqlx::query(
                "INSERT INTO geocoded (service, question, answer, asked_at) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (service, question) DO UPDATE SET (answer, asked_at) = (excluded.answer, excluded.asked_at)",
            )
            .bind(service)
            .bind(text(question))
            .bind(json(answer))
            .bind(at)
            .execute(&self.pool)
            .await?;
            Ok(())
        })
        .await
    }

    /// Forgets answers that were given before `before`; returns how many.
    pub async fn forget_geocoded(&self, before: DateTime<Utc>) -> Result<u64> {
        self.bounded("forgetting old geocoding answers", async {
            let done = sqlx::query("DELETE FROM geocoded WHERE asked_at < $1").bind(before).execute(&self.pool).await?;
            Ok(done.rows_affected())
        })
        .await
    }
}
