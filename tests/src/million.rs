//! A country of made-up events, as many as are wanted, the same every time: for benches, and for tests of what a list costs.
//!
//! 240 venues in 12 cities (two beside the antimeridian), eleven zones, three years around [`crate::sample::TODAY`], 40,000 acts of which few
//! play often and most seldom, 20 genres, prices, ages, statuses, some days-long. Made inside Postgres: a million rows travel
//! nowhere. The events have sightings and no records: what is read of them can be measured, and no crawl follows on them.

use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::database::Database;

/// Fills an empty, migrated database with so many events. A million take some minutes.
///
/// # Errors
/// What the database says.
pub async fn fill(database: &Database, events: u32) -> Result<(), sqlx::Error> {
    fill_at(database.url(), events).await
}

/// The same for a database by its address.
///
/// # Errors
/// What the database says.
pub async fn fill_at(url: &str, events: u32) -> Result<(), sqlx::Error> {
    let statements = include_str!("million.sql").replace("{events}", &events.to_string());
    let mut connection = PgConnection::connect(url).await?;
    sqlx::raw_sql(AssertSqlSafe(statements)).execute(&mut connection).await?;
    connection.close().await
}
