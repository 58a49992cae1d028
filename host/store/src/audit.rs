//! The audit log: who wrote what, when, from where, and what was there before and after.
//!
//! Written in the transaction of the write that it tells of; the table takes no change and no removal. Nothing here decides who may
//! write, and no secret goes in: what an entry says of a source leaves its configuration and the values of its headers out.

use chrono::{DateTime, Utc};
use marquee_model::{Digest, KeyId, Source};
use serde_json::{Value, json};
use sqlx::PgConnection;

use crate::{
    Batch, Result, Store, StoreError,
    column::{self, Row},
    query::{batch, clamp},
};

/// Who writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// Whoever holds this key.
    Key {
        /// Its id.
        id: KeyId,
        /// Its name.
        name: String,
    },
    /// Whoever holds the admin token of the settings.
    AdminToken,
    /// A user of the command line, by name.
    CommandLine(String),
    /// The host itself, by the name of the part that wrote, such as `geocoding`.
    Host(String),
}

impl Actor {
    const fn word(&self) -> &'static str {
        match self {
            Self::Key { .. } => "key",
            Self::AdminToken => "admin_token",
            Self::CommandLine(_) => "command_line",
            Self::Host(_) => "host",
        }
    }

    /// The name of the key, user or part.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Key { name, .. } | Self::CommandLine(name) | Self::Host(name) => name,
            Self::AdminToken => "admin token",
        }
    }

    /// The key's id, where it is one.
    #[must_use]
    pub const fn key(&self) -> Option<KeyId> {
        match self {
            Self::Key { id, .. } => Some(*id),
            _ => None,
        }
    }
}

impl std::fmt::Display for Actor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Key { id, name } => write!(f, "{name} ({id})"),
            Self::AdminToken => f.write_str(self.name()),
            Self::CommandLine(user) => write!(f, "command line: {user}"),
            Self::Host(part) => write!(f, "host: {part}"),
        }
    }
}

/// Who writes, when and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// Who.
    pub actor: Actor,
    /// When.
    pub at: DateTime<Utc>,
    /// The client's address, where it came by network.
    pub remote: Option<String>,
    /// The request's id, as in the log.
    pub request: Option<String>,
}

/// What was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Deed {
    /// What was done, such as `key.create`: the kind of thing, a dot, a verb.
    pub action: &'static str,
    /// To what: an id, or a short name.
    pub object: String,
    /// Why, where the writer said so.
    pub reason: Option<String>,
    /// What was there before.
    pub before: Option<Value>,
    /// What is there since.
    pub after: Option<Value>,
}

impl Deed {
    /// This, done to that.
    #[must_use]
    pub fn new(action: &'static str, object: impl std::fmt::Display) -> Self {
        Self { action, object: object.to_string(), reason: None, before: None, after: None }
    }

    /// The same with what was there before and is since.
    #[must_use]
    pub fn change(self, before: Option<Value>, after: Option<Value>) -> Self {
        Self { before, after, ..self }
    }

    /// The same with the writer's reason.
    #[must_use]
    pub fn because(self, reason: &str) -> Self {
        Self { reason: Some(reason.to_owned()), ..self }
    }
}

/// An entry of the log.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditEntry {
    /// Its place in the log; later entries have larger numbers. Writes that were taken back leave gaps.
    pub number: i64,
    /// Who, when and from where.
    pub author: Author,
    /// What was done.
    pub action: String,
    /// To what.
    pub object: String,
    /// Why.
    pub reason: Option<String>,
    /// What was there before.
    pub before: Option<Value>,
    /// What is there since.
    pub after: Option<Value>,
}

/// Which entries, the newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditQuery {
    /// By this key.
    pub key: Option<KeyId>,
    /// Of this action.
    pub action: Option<String>,
    /// Of this object.
    pub object: Option<String>,
    /// Older than this number.
    pub before: Option<i64>,
    /// At most so many, 1 to [`crate::MAX_LIMIT`].
    pub limit: u32,
}

struct AuditRow {
    number: i64,
    at: DateTime<Utc>,
    actor: String,
    name: String,
    key_id: Option<uuid::Uuid>,
    action: String,
    object: String,
    reason: Option<String>,
    remote: Option<String>,
    request_id: Option<String>,
    before: Option<Value>,
    after: Option<Value>,
}

impl TryFrom<AuditRow> for AuditEntry {
    type Error = StoreError;

    fn try_from(row: AuditRow) -> Result<Self> {
        let at = Row { table: "audit", id: &row.number };
        let actor = match (row.actor.as_str(), row.key_id) {
            ("key", Some(id)) => Actor::Key { id: KeyId::from_uuid(id), name: row.name },
            ("admin_token", _) => Actor::AdminToken,
            ("command_line", _) => Actor::CommandLine(row.name),
            ("host", _) => Actor::Host(row.name),
            (other, _) => return Err(at.bad("actor", format!("`{other}` is no actor"))),
        };
        Ok(Self {
            number: row.number,
            author: Author { actor, at: row.at, remote: row.remote, request: row.request_id },
            action: row.action,
            object: row.object,
            reason: row.reason,
            before: row.before,
            after: row.after,
        })
    }
}

impl Store {
    /// The audit log, the newest entries first.
    pub async fn audit(&self, query: &AuditQuery) -> Result<Batch<AuditEntry, i64>> {
        let limit = clamp(query.limit);
        self.bounded("reading the audit log", async {
            let rows = sqlx::query_as!(
                AuditRow,
                "SELECT number, at, actor, name, key_id, action, object, reason, remote, request_id, before, after FROM audit
                 WHERE ($1::uuid IS NULL OR key_id = $1) AND ($2::text IS NULL OR action = $2)
                   AND ($3::text IS NULL OR object = $3) AND ($4::bigint IS NULL OR number < $4)
                 ORDER BY number DESC LIMIT $5",
                query.key.map(KeyId::uuid),
                query.action,
                query.object,
                query.before,
                limit.saturating_add(1)
            )
            .fetch_all(&self.pool)
            .await?;
            let entries = crate::event_row::stored(rows)?;
            Ok(batch(entries, limit, |entry: &AuditEntry| entry.number))
        })
        .await
    }

    /// Notes a deed that has no transaction of its own here, such as a wish for a crawl: called after it was done.
    pub async fn note(&self, author: &Author, deed: &Deed) -> Result<()> {
        self.bounded("writing the audit log", async {
            Ok(write(&mut *self.pool.acquire().await?, author, deed).await?)
        })
        .await
    }
}

/// Appends an entry.
pub(crate) async fn write(
    connection: &mut PgConnection,
    author: &Author,
    deed: &Deed,
) -> std::result::Result<(), sqlx::Error> {
    let text = |value: &Option<String>| value.as_deref().map(column::text);
    sqlx::query!(
        "INSERT INTO audit (at, actor, name, key_id, action, object, reason, remote, request_id, before, after)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        author.at,
        author.actor.word(),
        column::text(author.actor.name()),
        author.actor.key().map(KeyId::uuid),
        deed.action,
        column::text(&deed.object),
        text(&deed.reason),
        text(&author.remote),
        text(&author.request),
        deed.before.as_ref().map(column::json),
        deed.after.as_ref().map(column::json),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A source as the log tells it: of its configuration only the digest, of its headers only the names. Both may hold keys of
/// interfaces, which a reader of the log need not know.
pub(crate) fn told(source: &Source) -> Value {
    let headers: Vec<&str> = source.fetching.headers.iter().map(|(name, _)| name.as_str()).collect();
    json!({
        "slug": source.slug, "url": source.url.as_str(), "plugin": source.plugin, "zone": source.zone.name(), "enabled": source.enabled, "trust": source.trust,
        "schedule": source.schedule, "follow": source.follow, "first_request": source.first_request, "languages": source.languages,
        "headers": headers, "configuration_digest": Digest::of(column::json(&source.configuration).to_string().as_bytes()),
    })
}
