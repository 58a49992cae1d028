//! Who asks, as far as limits and the log are concerned. Whoever checks keys puts a [`KeyIdentity`] into the request's extensions, outside
//! of the layers that spend budgets.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A budget: so many units in so many seconds, and so many of them at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// Units within `window_s`. A plain request costs one. At least 1.
    pub quota: u32,
    /// The window, in seconds. At least 1.
    pub window_s: u32,
    /// Units that may be spent at once after a pause; they come back evenly. At least 1. In any window at most `quota` + `burst` are spent.
    pub burst: u32,
}

/// The API key that a request came with, once it was checked.
#[derive(Debug, Clone)]
pub(crate) struct KeyIdentity {
    /// The key's id: never the key itself.
    pub(crate) id: Arc<str>,
    /// Its own budget; without one the operator's budget for keys holds.
    pub(crate) budget: Option<Budget>,
}
