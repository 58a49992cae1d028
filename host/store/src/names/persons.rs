//! What persons say about artists: aliases, merges and splits, identifiers, descriptions. Each can be taken back, and is kept with who said
//! it, when and why.
//!
//! A merged artist keeps its row, names and acts; only who answers for it changes. So taking a merge back is exact.

use marquee_identity::ArtistId;
use marquee_reconcile::{Decider, Decision};
use serde_json::{Value, json};
use sqlx::{PgConnection, Row as _};
use uuid::Uuid;

use super::{assign, split::ActsOf};
use crate::{Author, Deed, Result, Store, StoreError, audit, error::Trouble};

/// Something that a person says about an artist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArtistIntervention {
    /// It goes by this name as well. An artist that is known by this name alone, and of which nobody said anything, is merged into it.
    Alias {
        /// The artist.
        artist: ArtistId,
        /// The name.
        name: String,
    },
    /// It does not go by this alias any more; acts of the name, and an artist that the alias merged, are as they were without it.
    Unalias {
        /// The artist.
        artist: ArtistId,
        /// The alias.
        name: String,
    },
    /// One artist is another. Its id answers with the other from now on.
    Merge {
        /// The one that was taken for an artist of its own.
        from: ArtistId,
        /// The one that it is.
        into: ArtistId,
    },
    /// A merge was wrong: the artist answers for itself again, with the names and acts that it had, and those since that are its.
    Unmerge {
        /// The artist that was merged.
        artist: ArtistId,
    },
    /// Some of an artist's acts are another artist of the same name.
    Split {
        /// The artist.
        artist: ArtistId,
        /// Which acts are the other one's.
        acts: ActsOf,
        /// What tells the other one from it, such as "the band from Ghent".
        disambiguation: String,
    },
    /// Its identifier in MusicBrainz; `None` takes it away.
    Identify {
        /// The artist.
        artist: ArtistId,
        /// The identifier.
        mbid: Option<Uuid>,
    },
    /// What tells it from others of the name, and its country (ISO 3166-1, two letters); `None` takes each away.
    Describe {
        /// The artist.
        artist: ArtistId,
        /// What tells it apart.
        disambiguation: Option<String>,
        /// The country.
        country: Option<String>,
    },
}

pub(super) type Done = std::result::Result<ArtistId, Trouble>;

pub(super) fn cannot(reason: String) -> Trouble {
    StoreError::Undecidable { reason }.into()
}

/// Who decided, as columns keep it.
pub(super) fn decider(by: &Decider) -> String {
    match by {
        Decider::Person(name) => crate::column::text(name),
        Decider::Rule(rule) => format!("rule: {}", crate::column::text(rule)),
    }
}

impl Store {
    /// Carries out what a person says about an artist, in one transaction with its entry in the audit log. Returns the artist that it is about now: of a split the new one, of a
    /// merge the one that answers.
    ///
    /// What contradicts what is known is [`StoreError::Undecidable`], with what to do; nothing is written then.
    pub async fn intervene_artist(
        &self,
        intervention: &ArtistIntervention,
        decision: &Decision,
        author: &Author,
    ) -> Result<ArtistId> {
        use ArtistIntervention as I;
        let work = Box::pin(async {
            let mut transaction = self.begin().await?;
            let connection = &mut *transaction;
            assign::lock_all(connection).await?;
            let done = match intervention {
                I::Alias { artist, name } => super::alias::alias(connection, *artist, name, decision).await?,
                I::Unalias { artist, name } => super::alias::unalias(connection, *artist, name, decision).await?,
                I::Merge { from, into } => merge(connection, *from, *into, decision, json!({})).await?,
                I::Unmerge { artist } => unmerge(connection, *artist, decision).await?,
                I::Split { artist, acts, disambiguation } => {
                    super::split::split(connection, *artist, acts, disambiguation, decision).await?
                }
                I::Identify { artist, mbid } => identify(connection, *artist, *mbid, decision).await?,
                I::Describe { artist, disambiguation, country } => {
                    describe(connection, *artist, disambiguation.as_deref(), country.as_deref(), decision).await?
                }
            };
            let deed = deed(intervention, done).because(&decision.reason);
            audit::write(connection, author, &deed).await?;
            transaction.commit().await?;
            Ok(done)
        });
        self.bounded("deciding about an artist", work).await
    }
}

/// A decision as the audit log tells it; what was there before stands with the artist's own decisions.
fn deed(intervention: &ArtistIntervention, done: ArtistId) -> Deed {
    use ArtistIntervention as I;
    let (action, artist, said) = match intervention {
        I::Alias { artist, name } => ("artist.alias", artist, json!({ "name": name })),
        I::Unalias { artist, name } => ("artist.unalias", artist, json!({ "name": name })),
        I::Merge { from, into } => ("artist.merge", from, json!({ "into": into, "answers": done })),
        I::Unmerge { artist } => ("artist.unmerge", artist, Value::Null),
        I::Split { artist, disambiguation, .. } => {
            ("artist.split", artist, json!({ "disambiguation": disambiguation, "new": done }))
        }
        I::Identify { artist, mbid } => ("artist.identify", artist, json!({ "mbid": mbid })),
        I::Describe { artist, disambiguation, country } => {
            ("artist.describe", artist, json!({ "disambiguation": disambiguation, "country": country }))
        }
    };
    Deed::new(action, artist).change(None, Some(said).filter(|said| !said.is_null()))
}

/// What is stored of an artist, as far as decisions need it.
pub(super) struct Stored {
    pub(super) id: Uuid,
    pub(super) name: String,
    pub(super) sort_name: String,
    mbid: Option<Uuid>,
    merged_into: Option<Uuid>,
    pub(super) answers: Uuid,
}

/// The artist with exactly this id.
pub(super) async fn stored(connection: &mut PgConnection, id: Uuid) -> std::result::Result<Stored, Trouble> {
    let row = sqlx::query("SELECT id, name, sort_name, mbid, merged_into, answers_id FROM artists WHERE id = $1")
        .bind(id)
        .fetch_optional(connection)
        .await?;
    let Some(row) = row else {
        let id = ArtistId::from_uuid(id);
        return Err(cannot(format!("there is no artist {id}; `marquee artists list` shows those that there are")));
    };
    Ok(Stored {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        sort_name: row.try_get("sort_name")?,
        mbid: row.try_get("mbid")?,
        merged_into: row.try_get("merged_into")?,
        answers: row.try_get("answers_id")?,
    })
}

/// The artist that answers for this id.
pub(super) async fn answering(connection: &mut PgConnection, id: ArtistId) -> std::result::Result<Stored, Trouble> {
    let known = stored(&mut *connection, id.uuid()).await?;
    if known.answers == known.id { Ok(known) } else { stored(connection, known.answers).await }
}

pub(super) async fn note(
    connection: &mut PgConnection,
    artist: Uuid,
    kind: &str,
    detail: Value,
    decision: &Decision,
) -> std::result::Result<(), Trouble> {
    sqlx::query(
        "INSERT INTO artist_decisions (artist_id, kind, detail, decided_by, at, reason) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(artist)
    .bind(kind)
    .bind(crate::column::json(&detail))
    .bind(decider(&decision.by))
    .bind(decision.at)
    .bind(crate::column::text(&decision.reason))
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn merge(
    connection: &mut PgConnection,
    from: ArtistId,
    into: ArtistId,
    decision: &Decision,
    detail: Value,
) -> Done {
    let link = into.uuid();
    let (from, into) = (stored(connection, from.uuid()).await?, answering(connection, into).await?);
    if let Some(already) = from.merged_into {
        let (from, already) = (ArtistId::from_uuid(from.id), ArtistId::from_uuid(already));
        return Err(cannot(format!("{from} was merged into {already} already; unmerge it first")));
    }
    if from.id == into.id {
        return Err(cannot(format!("{} is that very artist", ArtistId::from_uuid(from.id))));
    }
    let identifiers: i64 =
        sqlx::query_scalar("SELECT count(DISTINCT mbid) FROM artists WHERE answers_id = ANY($1) AND mbid IS NOT NULL")
            .bind([from.id, into.id].as_slice())
            .fetch_one(&mut *connection)
            .await?;
    if identifiers > 1 {
        return Err(cannot(format!(
            "`{}` and `{}` have two identifiers in MusicBrainz, so they are two artists; correct one with `marquee artists mbid` first",
            from.name, into.name
        )));
    }
    sqlx::query("UPDATE artists SET merged_into = $3, answers_id = $2 WHERE id = $1")
        .bind(from.id)
        .bind(into.id)
        .bind(link)
        .execute(&mut *connection)
        .await?;
    sqlx::query("UPDATE artists SET answers_id = $2 WHERE answers_id = $1 AND merged_into IS NOT NULL")
        .bind(from.id)
        .bind(into.id)
        .execute(&mut *connection)
        .await?;
    sqlx::query("UPDATE performers SET artist_id = $2 WHERE artist_id = $1")
        .bind(from.id)
        .bind(into.id)
        .execute(&mut *connection)
        .await?;
    let mut detail = detail;
    if let Some(detail) = detail.as_object_mut() {
        detail.insert("into".to_owned(), json!(ArtistId::from_uuid(into.id)));
    }
    note(connection, from.id, "merge", detail, decision).await?;
    Ok(ArtistId::from_uuid(into.id))
}

pub(super) async fn unmerge(connection: &mut PgConnection, id: ArtistId, decision: &Decision) -> Done {
    let artist = stored(connection, id.uuid()).await?;
    let Some(into) = artist.merged_into else {
        return Err(cannot(format!("{id} was not merged into another artist")));
    };
    let taken =
        sqlx::query_scalar::<_, Uuid>("SELECT id FROM artists WHERE mbid = $1 AND merged_into IS NULL AND id <> $2")
            .bind(artist.mbid)
            .bind(artist.id)
            .fetch_optional(&mut *connection)
            .await?;
    if let Some(taken) = taken {
        let taken = ArtistId::from_uuid(taken);
        return Err(cannot(format!(
            "{taken} has the same identifier in MusicBrainz; take it away with `marquee artists mbid` first"
        )));
    }
    // It, and whoever was merged into it, directly or by way of others.
    let group = sqlx::query_scalar::<_, Uuid>(
        "WITH RECURSIVE below AS (
             SELECT id FROM artists WHERE id = $1 UNION SELECT a.id FROM artists a JOIN below b ON a.merged_into = b.id
         ) SELECT id FROM below",
    )
    .bind(artist.id)
    .fetch_all(&mut *connection)
    .await?;
    sqlx::query("UPDATE artists SET merged_into = CASE WHEN id = $1 THEN NULL ELSE merged_into END, answers_id = $1 WHERE id = ANY($2)")
        .bind(artist.id)
        .bind(&group)
        .execute(&mut *connection)
        .await?;
    sqlx::query("UPDATE performers SET artist_id = $1 WHERE artist_id = $2 AND assigned_id = ANY($3)")
        .bind(artist.id)
        .bind(artist.answers)
        .bind(&group)
        .execute(&mut *connection)
        .await?;
    note(connection, artist.id, "unmerge", json!({"from": ArtistId::from_uuid(into)}), decision).await?;
    Ok(id)
}

async fn identify(connection: &mut PgConnection, id: ArtistId, mbid: Option<Uuid>, decision: &Decision) -> Done {
    let artist = answering(connection, id).await?;
    let taken = sqlx::query_scalar::<_, Uuid>("SELECT answers_id FROM artists WHERE mbid = $1 AND answers_id <> $2")
        .bind(mbid)
        .bind(artist.id)
        .fetch_optional(&mut *connection)
        .await?;
    if let Some(taken) = taken {
        let taken = ArtistId::from_uuid(taken);
        return Err(cannot(format!(
            "{taken} has this identifier; say `marquee artists merge {id} {taken}` if they are one"
        )));
    }
    sqlx::query("UPDATE artists SET mbid = $2 WHERE id = $1")
        .bind(artist.id)
        .bind(mbid)
        .execute(&mut *connection)
        .await?;
    note(connection, artist.id, "identify", json!({"from": artist.mbid, "to": mbid}), decision).await?;
    Ok(ArtistId::from_uuid(artist.id))
}

async fn describe(
    connection: &mut PgConnection,
    id: ArtistId,
    disambiguation: Option<&str>,
    country: Option<&str>,
    decision: &Decision,
) -> Done {
    let artist = answering(connection, id).await?;
    let country = country.map(|code| code.trim().to_ascii_uppercase());
    if let Some(code) = country.as_ref().filter(|code| code.len() != 2 || !code.bytes().all(|b| b.is_ascii_uppercase()))
    {
        return Err(cannot(format!("`{code}` is no country: write its two letters of ISO 3166-1, such as `CA`")));
    }
    let disambiguation = disambiguation.map(crate::column::text).filter(|text| !text.trim().is_empty());
    sqlx::query("UPDATE artists SET disambiguation = $2, country = $3 WHERE id = $1")
        .bind(artist.id)
        .bind(&disambiguation)
        .bind(&country)
        .execute(&mut *connection)
        .await?;
    let detail = json!({"disambiguation": disambiguation, "country": country});
    note(connection, artist.id, "describe", detail, decision).await?;
    Ok(ArtistId::from_uuid(artist.id))
}
