//! Aliases: further names of artists, entered by persons and taken back.
//!
//! An artist that is known by the alias alone, and of which nobody said anything, is merged into the one whose alias it is; taking the alias back
//! takes that merge back.

use chrono::{DateTime, Utc};
use marquee_identity::{ArtistId, same_artist};
use marquee_reconcile::Decision;
use serde_json::json;
use sqlx::{PgConnection, Row as _};
use uuid::Uuid;

use super::{
    assign::write_names,
    bills::{StoredActs, assign_again},
    keys::Named,
    persons::{Done, answering, cannot, merge, note, unmerge},
};
use crate::{error::Trouble, fold::fold_all};

pub(super) async fn alias(connection: &mut PgConnection, id: ArtistId, name: &str, decision: &Decision) -> Done {
    let artist = answering(connection, id).await?;
    let named = Named::of(name).ok_or_else(|| cannot(format!("`{name}` is no name: it is empty or too long")))?;
    let others = sqlx::query(
        "SELECT DISTINCT a.id, a.name, a.answers_id,
                a.mbid IS NULL AND a.disambiguation IS NULL AND a.merged_into IS NULL
                AND NOT EXISTS (SELECT FROM artist_decisions d WHERE d.artist_id = a.id AND d.kind <> 'unmerge')
                AND NOT EXISTS (SELECT FROM artists m WHERE m.merged_into = a.id) AS bare
         FROM artist_keys k JOIN artists a ON a.id = k.artist_id
         WHERE k.key = $1 AND a.answers_id <> $2 ORDER BY a.id",
    )
    .bind(named.key())
    .bind(artist.id)
    .fetch_all(&mut *connection)
    .await?;
    for other in &others {
        let (other_id, bare): (Uuid, bool) = (other.try_get("id")?, other.try_get("bare")?);
        let name: String = other.try_get("name")?;
        if !same_artist(name.as_str(), named.name.as_str()).is_same() {
            continue;
        }
        if !bare {
            let other = ArtistId::from_uuid(other_id);
            return Err(cannot(format!(
                "`{name}` is {other}, of which more is known than the name; say `marquee artists merge {other} {id}` if they are one"
            )));
        }
        merge(connection, ArtistId::from_uuid(other_id), id, decision, json!({"alias": named.name})).await?;
    }
    write_names(connection, &[(artist.id, named.clone())], "alias", decision.at).await?;
    sqlx::query("UPDATE artist_names SET kind = 'alias' WHERE artist_id = $1 AND name = $2 AND kind <> 'alias'")
        .bind(artist.id)
        .bind(&named.name)
        .execute(&mut *connection)
        .await?;
    write_search(connection, artist.id).await?;
    note(connection, artist.id, "alias", json!({"name": named.name}), decision).await?;
    look_again(connection, &named.keys, None, decision.at).await?;
    Ok(ArtistId::from_uuid(artist.id))
}

pub(super) async fn unalias(connection: &mut PgConnection, id: ArtistId, name: &str, decision: &Decision) -> Done {
    let artist = answering(connection, id).await?;
    let named = Named::of(name).ok_or_else(|| cannot(format!("`{name}` is no name")))?;
    let done =
        sqlx::query("DELETE FROM artist_names WHERE artist_id = $1 AND name = $2 AND kind = 'alias' AND name <> $3")
            .bind(artist.id)
            .bind(&named.name)
            .bind(&artist.name)
            .execute(&mut *connection)
            .await?;
    if done.rows_affected() == 0 {
        return Err(cannot(format!("`{name}` is no alias of {id}; `marquee artists show {id}` lists them")));
    }
    // Whoever the alias merged goes its own way again.
    let merged = sqlx::query_scalar::<_, Uuid>(
        "SELECT a.id FROM artists a WHERE a.merged_into = $1 AND EXISTS (
             SELECT FROM artist_decisions d WHERE d.artist_id = a.id AND d.kind = 'merge' AND d.detail->>'alias' = $2)",
    )
    .bind(artist.id)
    .bind(&named.name)
    .fetch_all(&mut *connection)
    .await?;
    for merged in merged {
        unmerge(connection, ArtistId::from_uuid(merged), decision).await?;
    }
    write_search(connection, artist.id).await?;
    note(connection, artist.id, "unalias", json!({"name": named.name}), decision).await?;
    look_again(connection, &named.keys, Some(artist.id), decision.at).await?;
    Ok(ArtistId::from_uuid(artist.id))
}

/// Looks acts of these names up again: those that are nobody's yet, or with `only` those that an alias of that artist had told.
async fn look_again(
    connection: &mut PgConnection,
    keys: &[String],
    only: Option<Uuid>,
    at: DateTime<Utc>,
) -> Result<(), Trouble> {
    let rows = sqlx::query(
        "SELECT event_id, position, name FROM performers
         WHERE name_key = ANY($1) AND CASE WHEN $2::uuid IS NULL THEN artist_id IS NULL
                                           ELSE assigned_id = $2 AND artist_by = 'alias' END
         ORDER BY event_id, position",
    )
    .bind(keys)
    .bind(only)
    .fetch_all(&mut *connection)
    .await?;
    assign_again(connection, &StoredActs::read(&rows)?, at).await?;
    Ok(())
}

async fn write_search(connection: &mut PgConnection, id: Uuid) -> Result<(), Trouble> {
    let names = sqlx::query_scalar::<_, String>(
        "SELECT a.name FROM artists a WHERE a.id = $1
         UNION ALL (SELECT name FROM artist_names WHERE artist_id = $1 AND kind = 'alias' ORDER BY name)",
    )
    .bind(id)
    .fetch_all(&mut *connection)
    .await?;
    sqlx::query("UPDATE artists SET search_text = $2 WHERE id = $1")
        .bind(id)
        .bind(fold_all(names.iter().map(String::as_str)))
        .execute(connection)
        .await?;
    Ok(())
}
