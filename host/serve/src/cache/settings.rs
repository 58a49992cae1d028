//! Which answers are kept, and for how long.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How answers about events are kept in memory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CacheSettings {
    /// Memory for kept answers, in MiB, their compressed forms included. 32: some three hundred lists of fifty; 0 keeps none.
    pub memory_mib: u32,
    /// Milliseconds for which an answer is given again while the data do not change. Answers also show what changes without them: when a
    /// source last saw an event, what day it is. 30 s: nobody can tell such a difference, and a busy list is made twice a minute.
    pub fresh_ms: u64,
    /// Bytes of an answer that may be kept. 1 MiB: five times a list of two hundred events.
    pub max_answer_bytes: usize,
    /// Bytes from which on an answer is compressed. 860: below, what is saved fits into the same packet.
    pub compress_from_bytes: usize,
}

impl Default for CacheSettings {
    fn default() -> Self {
        Self { memory_mib: 32, fresh_ms: 30_000, max_answer_bytes: 1 << 20, compress_from_bytes: 860 }
    }
}

impl CacheSettings {
    pub(crate) const fn fresh(&self) -> Duration {
        Duration::from_millis(self.fresh_ms)
    }

    /// The memory in bytes.
    pub(crate) const fn bytes(&self) -> u64 {
        self.memory_mib as u64 * 1024 * 1024
    }
}
