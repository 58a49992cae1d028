//! Sources that are declared through the API, beside those of files.
//!
//! Each kind leaves the other alone: a file's source is changed in its file, and no file changes a source of the API. Sites and venues
//! that are known already stay as they are, unless only the API's sources speak of them.

use marquee_model::{Declaration, Site, SiteId, Slug, SourceId, Venue, VenueId};
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, QueryBuilder};

use crate::{
    Author, Deed, Result, Store, StoreError, StoredSource, audit,
    column::word,
    error::Trouble,
    event_row::stored,
    places::{SELECT_SOURCES, SourceRow},
    sync,
};

/// Who declared a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A file of the source folder.
    File,
    /// The API.
    Api,
}

/// What became of a declaration.
#[derive(Debug, Clone, PartialEq)]
pub enum Declared {
    /// It is stored.
    Stored {
        /// The source as it is now.
        source: Box<StoredSource>,
        /// What of the declaration was left out, in sentences.
        notes: Vec<String>,
    },
    /// There is a source of that slug already, declared by this.
    Exists(Origin),
    /// There is no such source.
    Unknown,
}

impl Store {
    /// Makes a source. Site and venue are made where they are new.
    pub async fn create_source(&self, declared: &Declaration, author: &Author) -> Result<Declared> {
        self.declare_source(None, declared, author).await
    }

    /// Changes a source of the API to what is declared now; its slug stays.
    pub async fn change_source(&self, id: SourceId, declared: &Declaration, author: &Author) -> Result<Declared> {
        self.declare_source(Some(id), declared, author).await
    }

    async fn declare_source(&self, id: Option<SourceId>, declared: &Declaration, author: &Author) -> Result<Declared> {
        let work = Box::pin(async {
            let mut transaction = self.begin().await?;
            sync::lock(&mut transaction).await?;
            let known = match id {
                Some(id) => by_id(&mut transaction, id).await?,
                None => by_slug(&mut transaction, &declared.source.slug).await?,
            };
            match (&known, id) {
                (None, Some(_)) => return Ok(Declared::Unknown),
                (Some(known), None) => return Ok(Declared::Exists(known.origin)),
                (Some(known), Some(_)) if known.origin == Origin::File => return Ok(Declared::Exists(Origin::File)),
                _ => {}
            }
            let mut notes = Vec::new();
            let site = site(&mut transaction, &declared.site, &mut notes).await?;
            let venue = venue(&mut transaction, &Venue { site, ..declared.venue.clone() }, &mut notes).await?;
            let mut source = declared.source.clone();
            (source.site, source.venue) = (site, venue);
            if let Some(known) = &known {
                source.id = known.source.id;
                source.slug = known.source.slug.clone();
            }
            sync::write_source(&mut transaction, &source, known.is_none()).await?;
            sqlx::query!("UPDATE sources SET origin = 'api' WHERE id = $1", source.id.uuid())
                .execute(&mut *transaction)
                .await?;
            let now = by_id(&mut transaction, source.id).await?.ok_or_else(|| unknown(source.id))?;
            let action = if known.is_none() { "source.create" } else { "source.change" };
            let before = known.map(|known| audit::told(&known.source));
            let deed = Deed::new(action, &now.source.slug).change(before, Some(audit::told(&now.source)));
            audit::write(&mut transaction, author, &deed).await?;
            transaction.commit().await?;
            Ok(Declared::Stored { source: Box::new(now), notes })
        });
        self.bounded("declaring a source", work).await
    }

    /// Pauses a source until it is resumed (no crawl is asked for by schedule, whatever its file says), or takes the pause back: what
    /// was missed meanwhile is due at once, once. Gives whether it was paused before; `None`: there is no such source.
    pub async fn set_paused(&self, slug: &Slug, paused: bool, author: &Author) -> Result<Option<bool>> {
        self.bounded("pausing or resuming a source", async {
            let mut transaction = self.begin().await?;
            let source = sqlx::query_scalar!("SELECT id FROM sources WHERE slug = $1 FOR NO KEY UPDATE", slug.as_str())
                .fetch_optional(&mut *transaction)
                .await?;
            let Some(source) = source else { return Ok(None) };
            let before = sqlx::query_scalar!(
                r#"SELECT paused_at IS NOT NULL AS "paused!" FROM schedules WHERE source_id = $1"#,
                source
            )
            .fetch_optional(&mut *transaction)
            .await?
            .unwrap_or(false);
            if paused {
                sqlx::query!(
                    "INSERT INTO schedules AS s (source_id, due_at, terms, paused_at) VALUES ($1, $2, '{}', $2)
                     ON CONFLICT (source_id) DO UPDATE SET paused_at = COALESCE(s.paused_at, excluded.paused_at)",
                    source,
                    author.at
                )
                .execute(&mut *transaction)
                .await?;
            } else {
                sqlx::query!("UPDATE schedules SET paused_at = NULL WHERE source_id = $1", source)
                    .execute(&mut *transaction)
                    .await?;
            }
            let told = |paused: bool| Some(serde_json::json!({ "paused": paused }));
            let action = if paused { "source.pause" } else { "source.resume" };
            audit::write(&mut transaction, author, &Deed::new(action, slug).change(told(before), told(paused))).await?;
            transaction.commit().await?;
            Ok(Some(before))
        })
        .await
    }
}

fn unknown(id: SourceId) -> StoreError {
    StoreError::Unknown { what: "reading a source back", object: id.to_string() }
}

async fn by_id(connection: &mut PgConnection, id: SourceId) -> std::result::Result<Option<StoredSource>, Trouble> {
    let mut sql = QueryBuilder::new(SELECT_SOURCES);
    sql.push(" AND o.id = ").push_bind(id.uuid());
    one(connection, sql).await
}

/// The source with this slug, within a transaction.
pub(crate) async fn by_slug(
    connection: &mut PgConnection,
    slug: &Slug,
) -> std::result::Result<Option<StoredSource>, Trouble> {
    let mut sql = QueryBuilder::new(SELECT_SOURCES);
    sql.push(" AND o.slug = ").push_bind(slug.as_str().to_owned());
    one(connection, sql).await
}

async fn one(
    connection: &mut PgConnection,
    mut sql: QueryBuilder<sqlx::Postgres>,
) -> std::result::Result<Option<StoredSource>, Trouble> {
    let rows: Vec<SourceRow> = sql.build_query_as().fetch_all(connection).await?;
    let sources: Vec<StoredSource> = stored(rows)?;
    Ok(sources.into_iter().next())
}

/// The id of the site; it is made where it is new, and one that is known keeps its name.
async fn site(
    connection: &mut PgConnection,
    site: &Site,
    notes: &mut Vec<String>,
) -> std::result::Result<SiteId, Trouble> {
    let known = sqlx::query!("SELECT id, name FROM sites WHERE slug = $1", site.slug.as_str())
        .fetch_optional(&mut *connection)
        .await?;
    match known {
        Some(known) => {
            if known.name != site.name {
                notes.push(format!("the site `{}` is known as {}; its name was left as it is", site.slug, known.name));
            }
            Ok(SiteId::from_uuid(known.id))
        }
        None => {
            let (made, _) = sync::sync_sites(connection, std::slice::from_ref(site)).await?;
            Ok(made.first().map_or(site.id, |site| site.id))
        }
    }
}

/// The id of the venue; it is written where it is new, or where no file's source speaks of it.
async fn venue(
    connection: &mut PgConnection,
    venue: &Venue,
    notes: &mut Vec<String>,
) -> std::result::Result<VenueId, Trouble> {
    let known = sqlx::query!(
        r#"SELECT v.id, (SELECT min(o.slug) FROM sources o WHERE o.venue_id = v.id AND o.origin = 'file') AS by_file
           FROM venues v WHERE v.site_id = $1 AND v.slug = $2"#,
        venue.site.uuid(),
        venue.slug.as_str()
    )
    .fetch_optional(&mut *connection)
    .await?;
    if let Some(known) = &known
        && let Some(file) = &known.by_file
    {
        notes.push(format!("the venue `{}` is declared by the file of `{file}`; it was left as it is", venue.slug));
        return Ok(VenueId::from_uuid(known.id));
    }
    let sites = std::iter::once((venue.site, venue.site)).collect();
    let (written, _, moved_on) = sync::sync_venues(connection, std::slice::from_ref(venue), &sites).await?;
    notes.extend(moved_on.iter().map(|held| {
        format!("`{}` of the venue `{}` is a person's correction, which holds", word(&held.field), venue.slug)
    }));
    Ok(written.first().map_or(venue.id, |venue| venue.id))
}
