//! The database: does it answer, does its schema fit, does its clock agree, are there connections enough.

use chrono::TimeDelta;
use marquee_store::{Store, StoreError};

use super::Finding;
use crate::{house, house::Database, settings::Settings};

/// The oldest Postgres that Marquee's statements run on.
const OLDEST: i32 = 140_000;
/// Seconds by which two clocks may differ: schedules are in minutes, and leases in tens of seconds are kept by the database's clock.
const CLOCK_SECONDS: i64 = 5;
/// Connections beyond Marquee's own that a server should have left, for whoever looks after it.
const SPARE_CONNECTIONS: i64 = 5;

pub(super) async fn look(settings: &Settings) -> Vec<Finding> {
    let database = match Database::open_as_it_is(settings).await {
        Ok(database) => database,
        Err(error) => {
            let mend = "check `database.url` or DATABASE_URL, and that the server runs; without either, install the package \
                `postgresql` and Marquee starts a private server";
            return vec![Finding::wrong("database", format!("{error:#}"), mend)];
        }
    };
    let mut findings = Vec::new();
    findings.push(schema(&database.store).await);
    findings.extend(server(settings, &database.store).await);
    if let Err(error) = database.close().await {
        findings.push(Finding::advice("database", format!("{error:#}"), "see the server's log"));
    }
    findings
}

async fn schema(store: &Store) -> Finding {
    match store.ready().await {
        Ok(()) => Finding::good("database schema", "is what this version needs"),
        Err(StoreError::Schema { found: 0, .. }) => Finding::advice(
            "database schema",
            "there are no tables yet",
            "`marquee serve` makes them, or `marquee migrate up`",
        ),
        Err(error) => Finding::wrong("database schema", error.to_string(), "run `marquee migrate up`"),
    }
}

async fn server(settings: &Settings, store: &Store) -> Vec<Finding> {
    let facts = match store.server().await {
        Ok(facts) => facts,
        Err(error) => return vec![Finding::wrong("database", error.to_string(), "see the server's log")],
    };
    let mut findings = Vec::new();
    let version = format!("PostgreSQL {}.{}", facts.version / 10_000, facts.version % 10_000);
    findings.push(if facts.version < OLDEST {
        Finding::wrong("database", version, "use PostgreSQL 14 or newer")
    } else {
        Finding::good("database", version)
    });
    let apart = (facts.now - house::clock().now()).abs();
    findings.push(if apart > TimeDelta::seconds(CLOCK_SECONDS) {
        let found = format!("this machine's clock and the database's are {} s apart", apart.num_seconds());
        Finding::wrong("clock", found, "set both by NTP: times of crawls, leases and signatures stand on them")
    } else {
        Finding::good("clock", format!("agrees with the database's to {} ms", apart.num_milliseconds()))
    });
    // One more listens for changes.
    let answers = i64::from(settings.serve.connections) + 1;
    let ours = i64::from(settings.database.pool.max_connections) + i64::from(settings.worker.connections) + answers;
    let left = facts.max_connections - ours;
    findings.push(if left < SPARE_CONNECTIONS {
        let found = format!("this host may use {ours} of the server's {} connections", facts.max_connections);
        Finding::wrong(
            "connections",
            found,
            "lower `database.pool.max_connections`, or raise max_connections of the server",
        )
    } else {
        Finding::good("connections", format!("{ours} for this host, of {}", facts.max_connections))
    });
    if !facts.durable {
        findings.push(Finding::advice(
            "durability",
            "the server runs with fsync off",
            "switch fsync on: with it off a power cut can lose what was acknowledged",
        ));
    }
    findings
}
