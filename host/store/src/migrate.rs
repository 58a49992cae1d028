//! Migrations: bringing the schema up, taking it back, telling how it stands. The SQL lies in `migrations/`, compiled in.

use std::time::Duration;

use sqlx::{Connection, PgConnection, migrate::MigrateError, migrate::Migrator};

use crate::{
    MigrationStatus, Result, Store, StoreError,
    error::{Trouble, classify},
    pool::{limited, within},
};

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

/// Extensions that the migrations create.
const EXTENSION: &str = "pg_trgm";

impl Store {
    /// Applies every migration that is not applied yet; returns their numbers. Several processes may call it at once.
    pub async fn migrate(&self) -> Result<Vec<i64>> {
        self.migrating(async |connection| {
            let before = applied(connection).await?;
            MIGRATIONS.run_direct(None, connection, false).await.map_err(|error| refused(&error))?;
            Ok(MIGRATIONS
                .iter()
                .map(|m| m.version)
                .filter(|v| !before.contains(v))
                .collect::<std::collections::BTreeSet<_>>())
        })
        .await
        .map(|versions| versions.into_iter().collect())
    }

    /// Takes migrations above `to` back, newest first; 0 takes all of them back and **loses all data**. Returns their numbers.
    pub async fn migrate_down(&self, to: i64) -> Result<Vec<i64>> {
        self.migrating(async |connection| {
            let before = applied(connection).await?;
            MIGRATIONS.undo(&mut *connection, to).await.map_err(|error| refused(&error))?;
            Ok(before.into_iter().rev().filter(|version| *version > to).collect())
        })
        .await
    }

    /// Every migration that this program knows, and whether it is applied.
    pub async fn migration_status(&self) -> Result<Vec<MigrationStatus>> {
        let applied = self
            .bounded("reading the migrations", async { Ok(applied(&mut *self.pool.acquire().await?).await?) })
            .await?;
        Ok(MIGRATIONS
            .iter()
            .filter(|migration| !migration.migration_type.is_down_migration())
            .map(|migration| MigrationStatus {
                version: migration.version,
                description: migration.description.to_string(),
                applied: applied.contains(&migration.version),
                reversible: MIGRATIONS
                    .iter()
                    .any(|other| other.version == migration.version && other.migration_type.is_down_migration()),
            })
            .collect())
    }

    /// Runs `work` on a connection of its own, with the time that migrations may take. Closing it gives up the migration lock,
    /// however `work` ended.
    async fn migrating<T>(
        &self,
        work: impl AsyncFnOnce(&mut PgConnection) -> std::result::Result<T, Trouble>,
    ) -> Result<T> {
        let limit = self.settings.migration_timeout_ms;
        within("migrating", Duration::from_millis(limit), async {
            let options = limited(self.options.clone(), &self.settings, limit, limit);
            let mut connection = PgConnection::connect_with(&options).await?;
            let result = work(&mut connection).await;
            connection.close().await.ok();
            result
        })
        .await
    }
}

/// The newest migration that this program knows.
pub(crate) fn newest_known() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or_default()
}

/// The newest migration that is applied, 0 for none.
pub(crate) async fn newest_applied(connection: &mut PgConnection) -> std::result::Result<i64, sqlx::Error> {
    Ok(applied(connection).await?.last().copied().unwrap_or_default())
}

/// The migrations that are applied, oldest first. Not a checked query: the table belongs to sqlx and may not be there yet.
async fn applied(connection: &mut PgConnection) -> std::result::Result<Vec<i64>, sqlx::Error> {
    let result = sqlx::query_scalar("SELECT version FROM _sqlx_migrations WHERE success ORDER BY version")
        .fetch_all(connection)
        .await;
    match result {
        Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("42P01") => Ok(Vec::new()),
        other => other,
    }
}

fn refused(error: &MigrateError) -> Trouble {
    Trouble::Store(match error {
        MigrateError::VersionMissing(found) => StoreError::Schema { found: *found, needed: newest_known() },
        MigrateError::VersionMismatch(version) => StoreError::Migration {
            reason: format!(
                "migration {version} was changed after it was applied; take the change back and write a new migration"
            ),
        },
        MigrateError::ExecuteMigration(cause, version) => match cause {
            sqlx::Error::Database(refusal) if refusal.message().contains("extension") => {
                StoreError::Extension { name: EXTENSION.to_owned(), reason: refusal.message().to_owned() }
            }
            other => match classify("migrating", other) {
                StoreError::Refused { reason, .. } => StoreError::Migration {
                    reason: format!("migration {version}: {reason}; nothing of it was applied"),
                },
                named => named,
            },
        },
        MigrateError::Execute(cause) => classify("migrating", cause),
        other => StoreError::Migration { reason: other.to_string() },
    })
}

/// A digest of all migrations that this program knows.
pub(crate) fn digest() -> marquee_model::Digest {
    let checksums: Vec<u8> = MIGRATIONS.iter().flat_map(|migration| migration.checksum.iter().copied()).collect();
    marquee_model::Digest::of(&checksums)
}
