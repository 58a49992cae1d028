//! The store's limits: how many connections, and how long anything may take.
//!
//! Stands in the host's configuration under `database`. Every number here bounds a wait, so that a slow or dead database
//! slows crawling down and never hangs a request.

use serde::{Deserialize, Serialize};

/// Settings of the connection pool. All durations are milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PoolSettings {
    /// Most connections at one time, at least 1. Ten serve two cores well: a Postgres back end is a process, and more busy
    /// processes than cores only wait for each other.
    pub max_connections: u32,
    /// Longest wait for a free connection. Above two seconds a reader has given up; failing is kinder than queueing.
    pub acquire_timeout_ms: u64,
    /// Longest time that one statement may run in the server (`statement_timeout`). The largest statement is the write of a
    /// listing of some thousand events, measured well under a second.
    pub statement_timeout_ms: u64,
    /// Longest wait for a lock in the server (`lock_timeout`). Only two crawls of one source wait for each other.
    pub lock_timeout_ms: u64,
    /// How long an open transaction may sit idle before the server ends it (`idle_in_transaction_session_timeout`): a host that
    /// hangs between two statements must not hold the lock on its source for ever.
    pub idle_transaction_timeout_ms: u64,
    /// Longest time of a whole operation as seen from here, connection included. Covers what the server cannot bound: a cut
    /// network, where no answer comes at all.
    pub operation_timeout_ms: u64,
    /// Longest time of [`crate::Store::ready`]: shorter than the period at which load balancers usually ask (5 to 10 s).
    pub ready_timeout_ms: u64,
    /// Longest time of one migration, in the server and as seen from here: building an index over a million rows takes minutes.
    pub migration_timeout_ms: u64,
}

impl Default for PoolSettings {
    fn default() -> Self {
        Self {
            max_connections: 10,
            acquire_timeout_ms: 2_000,
            statement_timeout_ms: 10_000,
            lock_timeout_ms: 5_000,
            idle_transaction_timeout_ms: 30_000,
            operation_timeout_ms: 30_000,
            ready_timeout_ms: 1_000,
            migration_timeout_ms: 600_000,
        }
    }
}
