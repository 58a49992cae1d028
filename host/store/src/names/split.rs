//! Two artists of one name: a person says which acts are the other one's.
//!
//! The new artist gets the old one's own name, and acts of that name are from then on open: evidence tells which of the two it is, or nothing
//! does. Merging the new one back undoes it.

use marquee_identity::ArtistId;
use marquee_model::{EventId, Slug};
use marquee_reconcile::Decision;
use serde_json::json;
use sqlx::{PgConnection, Row as _};
use uuid::Uuid;

use super::{
    assign::write_names,
    keys::Named,
    persons::{answering, cannot, note},
};
use crate::{error::Trouble, fold::fold};

/// Which acts of an artist a split takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActsOf {
    /// Those of these events.
    Events(Vec<EventId>),
    /// Those at venues with this slug.
    Venue(Slug),
    /// Those of this site.
    Site(Slug),
}

/// The events of an artist's acts, as far as a split takes them. `$1` is the artist; the second value depends on the kind.
async fn taken(connection: &mut PgConnection, artist: Uuid, acts: &ActsOf) -> Result<Vec<(Uuid, String)>, sqlx::Error> {
    let query = match acts {
        ActsOf::Events(ids) => sqlx::query("SELECT event_id, name_key FROM performers WHERE artist_id = $1 AND event_id = ANY($2)")
            .bind(artist)
            .bind(ids.iter().map(|id| id.uuid()).collect::<Vec<Uuid>>()),
        ActsOf::Venue(slug) => sqlx::query(
            "SELECT p.event_id, p.name_key FROM performers p JOIN events e ON e.id = p.event_id JOIN venues v ON v.id = e.venue_id
             WHERE p.artist_id = $1 AND v.slug = $2",
        )
        .bind(artist)
        .bind(slug.as_str().to_owned()),
        ActsOf::Site(slug) => sqlx::query(
            "SELECT p.event_id, p.name_key FROM performers p JOIN events e ON e.id = p.event_id JOIN sites s ON s.id = e.site_id
             WHERE p.artist_id = $1 AND s.slug = $2",
        )
        .bind(artist)
        .bind(slug.as_str().to_owned()),
    };
    let rows = query.fetch_all(connection).await?;
    rows.iter().map(|row| Ok((row.try_get("event_id")?, row.try_get("name_key")?))).collect()
}

/// Makes another artist of the same name, whose these acts are.
pub(super) async fn split(
    connection: &mut PgConnection,
    id: ArtistId,
    acts: &ActsOf,
    disambiguation: &str,
    decision: &Decision,
) -> Result<ArtistId, Trouble> {
    let artist = answering(connection, id).await?;
    if disambiguation.trim().is_empty() {
        return Err(cannot("say what tells the two artists apart, such as \"the band from Ghent\"".to_owned()));
    }
    let taken = taken(connection, artist.id, acts).await?;
    if taken.is_empty() {
        return Err(cannot(format!("no act of {id} is among these; `marquee artists show {id}` lists its events")));
    }
    let named = Named::of(&artist.name).ok_or_else(|| cannot(format!("{id} has no name that could be given again")))?;
    let other = ArtistId::new(decision.at);
    sqlx::query(
        "INSERT INTO artists (id, name, sort_name, search_text, disambiguation, answers_id, created_at)
         VALUES ($1, $2, $3, $4, $5, $1, $6)",
    )
    .bind(other.uuid())
    .bind(&artist.name)
    .bind(&artist.sort_name)
    .bind(fold(&artist.name))
    .bind(crate::column::text(disambiguation.trim()))
    .bind(decision.at)
    .execute(&mut *connection)
    .await?;
    write_names(connection, &[(other.uuid(), named)], "spelling", decision.at).await?;
    let (events, keys): (Vec<Uuid>, Vec<String>) = taken.into_iter().unzip();
    sqlx::query(
        "INSERT INTO artist_acts (event_id, name_key, artist_id)
         SELECT DISTINCT g.event_id, g.name_key, $3 FROM UNNEST($1::uuid[], $2::text[]) AS g (event_id, name_key)
         ON CONFLICT (event_id, name_key) DO UPDATE SET artist_id = excluded.artist_id",
    )
    .bind(&events)
    .bind(&keys)
    .bind(other.uuid())
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "UPDATE performers p SET (assigned_id, artist_id, artist_by) = ($3, $3, 'person')
         FROM UNNEST($1::uuid[], $2::text[]) AS g (event_id, name_key)
         WHERE p.event_id = g.event_id AND p.name_key = g.name_key AND p.artist_id = $4",
    )
    .bind(&events)
    .bind(&keys)
    .bind(other.uuid())
    .bind(artist.id)
    .execute(&mut *connection)
    .await?;
    let detail = json!({"into": other, "acts": events.len(), "disambiguation": disambiguation.trim()});
    note(connection, artist.id, "split", detail, decision).await?;
    Ok(other)
}
