//! Whole databases of a server: looking for one, creating and dropping it. For the private server, tests and chores; a crawl
//! or an answer never does this.

use std::time::Duration;

use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection};

use crate::{
    PoolSettings, Result, StoreError,
    error::Trouble,
    pool::{limited, options, within},
};

/// Longest time for one of these, in milliseconds. Creating a database copies its template; some 100 ms on an idle machine.
const TIMEOUT_MS: u64 = 60_000;

/// Creates the database `name`, on the server that `url` names, as a copy of `template`; `false` if it is there already.
pub async fn create(url: &str, name: &str, template: Option<&str>) -> Result<bool> {
    let statement = match template {
        Some(template) => format!("CREATE DATABASE {} TEMPLATE {}", quoted(name)?, quoted(template)?),
        None => format!("CREATE DATABASE {}", quoted(name)?),
    };
    on_server(url, "creating a database", async |connection| {
        match sqlx::query(AssertSqlSafe(statement)).execute(connection).await {
            Ok(_) => Ok(true),
            // 42P04: it exists; 23505: another process is creating it at the same time.
            Err(sqlx::Error::Database(error)) if matches!(error.code().as_deref(), Some("42P04" | "23505")) => {
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    })
    .await
}

/// Drops the database `name` and ends its connections; does nothing if there is none. **All its data are lost.**
pub async fn drop(url: &str, name: &str) -> Result<()> {
    let statement = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", quoted(name)?);
    on_server(url, "dropping a database", async |connection| {
        sqlx::query(AssertSqlSafe(statement)).execute(connection).await?;
        Ok(())
    })
    .await
}

/// The names of the server's databases that begin with `prefix`.
pub async fn list(url: &str, prefix: &str) -> Result<Vec<String>> {
    on_server(url, "listing databases", async |connection| {
        let names =
            sqlx::query_scalar("SELECT datname::text FROM pg_database WHERE starts_with(datname, $1) ORDER BY datname")
                .bind(prefix.to_owned())
                .fetch_all(connection)
                .await?;
        Ok(names)
    })
    .await
}

/// The address of another database of the same server.
pub fn address(url: &str, name: &str) -> Result<String> {
    Ok(options(url)?.database(name).to_url_lossy().to_string())
}

/// Where the server that answers at `url` keeps its data.
pub(crate) async fn data_directory(url: &str, limit: Duration) -> Result<String> {
    within("asking the server where its data are", limit, async {
        let mut connection = PgConnection::connect_with(&options(url)?).await?;
        let folder = sqlx::query_scalar("SHOW data_directory").fetch_one(&mut connection).await?;
        connection.close().await.ok();
        Ok(folder)
    })
    .await
}

async fn on_server<T>(
    url: &str,
    what: &'static str,
    work: impl AsyncFnOnce(&mut PgConnection) -> std::result::Result<T, Trouble>,
) -> Result<T> {
    within(what, Duration::from_millis(TIMEOUT_MS), async {
        let options = limited(options(url)?, &PoolSettings::default(), TIMEOUT_MS, TIMEOUT_MS);
        let mut connection = PgConnection::connect_with(&options).await?;
        let result = work(&mut connection).await;
        connection.close().await.ok();
        result
    })
    .await
}

/// A name as SQL. Only plain names are taken, so that nothing needs escaping.
fn quoted(name: &str) -> Result<String> {
    let plain = !name.is_empty() && name.len() <= 63 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if plain {
        Ok(format!("\"{name}\""))
    } else {
        Err(StoreError::Misconfigured {
            reason: format!("`{name}` is no database name: use 1 to 63 letters, digits and `_`"),
        })
    }
}

/// A digest of the schema that this program's migrations make: changes with every one of them.
#[must_use]
pub fn schema() -> marquee_model::Digest {
    crate::migrate::digest()
}
