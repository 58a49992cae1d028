//! How much clients may ask.

use serde::{Deserialize, Serialize};

use crate::layers::{Budget, class::Class};

/// The budgets, and what requests cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RateLimitSettings {
    /// Whether budgets are kept at all.
    pub enabled: bool,
    /// What a search costs. 5: it takes about five times the database's time that a list takes.
    pub search_cost: u32,
    /// What a stream of everything costs. 20: it keeps a connection of the database busy for seconds.
    pub stream_cost: u32,
    /// Clients whose budgets are remembered by this host; about 100 bytes each. Beyond, addresses that are near each other share one.
    pub max_clients: usize,
    /// Of an address without a key. 600 units a minute: ten requests a second, which no reader of a calendar needs.
    pub without_key: Budget,
    /// Of a key that has no budget of its own.
    pub with_key: Budget,
}

impl Default for RateLimitSettings {
    fn default() -> Self {
        Self {
            enabled: false,
            without_key: Budget { quota: 600, window_s: 60, burst: 200 },
            with_key: Budget { quota: 6_000, window_s: 60, burst: 1_000 },
            search_cost: 5,
            stream_cost: 20,
            max_clients: 100_000,
        }
    }
}

impl RateLimitSettings {
    /// What a request of this class costs.
    pub(super) const fn cost(&self, class: Class) -> u32 {
        match class {
            Class::Operation => 0,
            Class::Search => self.search_cost,
            Class::Stream => self.stream_cost,
            _ => 1,
        }
    }
}
