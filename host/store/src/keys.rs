//! Keys of the API: making, listing, revoking, and finding the one that a request carries.
//!
//! Of a secret only the hash is kept. Nothing here decides what a key may do, and a revoked or expired key stays in its row, so that
//! the audit log can name it.

use chrono::{DateTime, TimeDelta, Utc};
use marquee_model::{KeyHash, KeyId, KeyToken, Scopes};
use serde_json::{Value, json};
use sqlx::PgConnection;

use crate::{
    Author, Batch, Deed, Result, Store, StoreError, audit,
    column::{self, Row},
    error::Trouble,
    query::{batch, clamp},
};

/// The last use of a key is written at most so often: it tells whether a key is in use, and is no counter of requests.
const LAST_USE_EVERY: TimeDelta = TimeDelta::minutes(1);

/// A key that is to be made.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// The key itself.
    pub token: KeyToken,
    /// What it is for, in a few words.
    pub name: String,
    /// What it may do; not empty.
    pub scopes: Scopes,
    /// From when on it is no longer good. `None`: good until it is revoked.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A key as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredKey {
    /// Its id.
    pub id: KeyId,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub scopes: Scopes,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Who made it.
    pub created_by: String,
    /// From when on it is no longer good.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was revoked, and by whom.
    pub revoked: Option<(DateTime<Utc>, String)>,
}

/// Whether a key is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyState {
    /// It is.
    Good,
    /// Its time is over.
    Expired,
    /// Somebody revoked it.
    Revoked,
}

impl StoredKey {
    /// Whether it is good at this time.
    #[must_use]
    pub fn state(&self, now: DateTime<Utc>) -> KeyState {
        match (&self.revoked, self.expires_at) {
            (Some(_), _) => KeyState::Revoked,
            (None, Some(end)) if end <= now => KeyState::Expired,
            _ => KeyState::Good,
        }
    }

    fn told(&self) -> Value {
        json!({
            "name": self.name, "scopes": self.scopes, "expires_at": self.expires_at,
            "revoked_at": self.revoked.as_ref().map(|(at, _)| at),
        })
    }
}

struct KeyRow {
    id: uuid::Uuid,
    name: String,
    secret_hash: Vec<u8>,
    scopes: Vec<String>,
    created_at: DateTime<Utc>,
    created_by: String,
    expires_at: Option<DateTime<Utc>>,
    last_used_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
    revoked_by: Option<String>,
}

impl TryFrom<KeyRow> for (StoredKey, KeyHash) {
    type Error = StoreError;

    fn try_from(row: KeyRow) -> Result<Self> {
        let id = KeyId::from_uuid(row.id);
        let at = Row { table: "api_keys", id: &id };
        let hash = <[u8; 32]>::try_from(row.secret_hash.as_slice()).map(KeyHash::from_bytes);
        let hash = hash.map_err(|_| at.bad("secret_hash", "it has not 32 bytes"))?;
        let scopes = row.scopes.iter().map(|word| at.parse("scopes", word)).collect::<Result<Scopes>>()?;
        let key = StoredKey {
            id,
            name: row.name,
            scopes,
            created_at: row.created_at,
            created_by: row.created_by,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
            revoked: row.revoked_at.zip(row.revoked_by),
        };
        Ok((key, hash))
    }
}

impl Store {
    /// Makes a key.
    pub async fn create_key(&self, new: &NewKey, author: &Author) -> Result<StoredKey> {
        self.bounded("making a key", async {
            let mut transaction = self.begin().await?;
            let hash = new.token.hash();
            let scopes: Vec<String> = new.scopes.iter().map(|scope| scope.name().to_owned()).collect();
            sqlx::query!(
                "INSERT INTO api_keys (id, name, secret_hash, scopes, created_at, created_by, expires_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)",
                new.token.id().uuid(),
                column::text(&new.name),
                hash.as_bytes().as_slice(),
                &scopes,
                author.at,
                column::text(&author.actor.to_string()),
                new.expires_at
            )
            .execute(&mut *transaction)
            .await?;
            let (key, _) = expected(read(&mut transaction, new.token.id()).await?, new.token.id())?;
            let deed = Deed::new("key.create", key.id).change(None, Some(key.told()));
            audit::write(&mut transaction, author, &deed).await?;
            transaction.commit().await?;
            Ok(key)
        })
        .await
    }

    /// Revokes a key, for good. `None`: there is none. One that was revoked before stays as it was.
    pub async fn revoke_key(&self, id: KeyId, reason: Option<&str>, author: &Author) -> Result<Option<StoredKey>> {
        self.bounded("revoking a key", async {
            let mut transaction = self.begin().await?;
            let Some((before, _)) = read(&mut transaction, id).await? else { return Ok(None) };
            sqlx::query!(
                "UPDATE api_keys SET revoked_at = $2, revoked_by = $3 WHERE id = $1 AND revoked_at IS NULL",
                id.uuid(),
                author.at,
                column::text(&author.actor.to_string())
            )
            .execute(&mut *transaction)
            .await?;
            let (key, _) = expected(read(&mut transaction, id).await?, id)?;
            let deed = Deed::new("key.revoke", id).change(Some(before.told()), Some(key.told()));
            let deed = Deed { reason: reason.map(str::to_owned), ..deed };
            audit::write(&mut transaction, author, &deed).await?;
            transaction.commit().await?;
            Ok(Some(key))
        })
        .await
    }

    /// The keys, the newest first, revoked and expired ones among them.
    pub async fn keys(&self, after: Option<KeyId>, limit: u32) -> Result<Batch<StoredKey, KeyId>> {
        let limit = clamp(limit);
        self.bounded("listing keys", async {
            let rows = sqlx::query_as!(
                KeyRow,
                "SELECT id, name, secret_hash, scopes, created_at, created_by, expires_at, last_used_at, revoked_at, revoked_by
                 FROM api_keys WHERE $1::uuid IS NULL OR id < $1 ORDER BY id DESC LIMIT $2",
                after.map(KeyId::uuid),
                limit.saturating_add(1)
            )
            .fetch_all(&self.pool)
            .await?;
            let keys: Vec<(StoredKey, KeyHash)> = crate::event_row::stored(rows)?;
            Ok(batch(keys.into_iter().map(|(key, _)| key).collect(), limit, |key: &StoredKey| key.id))
        })
        .await
    }

    /// The key with this id, and the hash that its secret must have.
    pub async fn key(&self, id: KeyId) -> Result<Option<(StoredKey, KeyHash)>> {
        self.bounded("reading a key", async { read(&mut *self.pool.acquire().await?, id).await }).await
    }

    /// Notes that a key was used, at most once a minute.
    pub async fn key_used(&self, key: &StoredKey, now: DateTime<Utc>) -> Result<()> {
        let before = now - LAST_USE_EVERY;
        if key.last_used_at.is_some_and(|last| last > before) {
            return Ok(());
        }
        self.bounded("noting a key's use", async {
            sqlx::query!(
                "UPDATE api_keys SET last_used_at = $2 WHERE id = $1 AND (last_used_at IS NULL OR last_used_at <= $3)",
                key.id.uuid(),
                now,
                before
            )
            .execute(&self.pool)
            .await?;
            Ok(())
        })
        .await
    }
}

async fn read(connection: &mut PgConnection, id: KeyId) -> std::result::Result<Option<(StoredKey, KeyHash)>, Trouble> {
    let row = sqlx::query_as!(
        KeyRow,
        "SELECT id, name, secret_hash, scopes, created_at, created_by, expires_at, last_used_at, revoked_at, revoked_by
         FROM api_keys WHERE id = $1",
        id.uuid()
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(<(StoredKey, KeyHash)>::try_from).transpose()?)
}

fn expected<T>(found: Option<T>, id: KeyId) -> Result<T> {
    found.ok_or_else(|| StoreError::Unknown { what: "reading a key back", object: id.to_string() })
}
