//! A loaded plugin: compiled, checked against the world, described, ready to be called.
//!
//! Source and Page go in, an Extraction comes out. Every call has a fresh store and instance; nothing is kept between two calls.
//! A plugin never changes once loaded: a new file is a new [`Plugin`].

use std::{sync::Arc, time::Duration};

use marquee_model::{Described, Extraction, Page, PluginVersion, Severity, Source};
use serde::{Deserialize, Serialize};

use crate::{CallError, ConfigurationProblem};

/// A line that a plugin logged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// How much it matters.
    pub severity: Severity,
    /// The line, without control characters, shortened to `limits.log_line_bytes`.
    pub message: String,
}

/// What a call used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spent {
    /// Time from the start of the instance to the converted result, waiting for a place in the pool not counted.
    pub elapsed: Duration,
    /// Linear memory at its largest, in bytes.
    pub memory_bytes: u64,
    /// Calls of host functions.
    pub host_calls: u64,
    /// Log lines, the dropped ones among them.
    pub log_lines: u64,
}

/// What a call gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Extracted {
    /// What the plugin returned, in the model's terms.
    pub extraction: Extraction,
    /// What it logged.
    pub log: Vec<LogLine>,
    /// What it used.
    pub spent: Spent,
}

/// A plugin of one version, ready to be called any number of times, also at the same time.
pub struct Plugin {
    version: Arc<PluginVersion>,
    described: Described,
}

impl Plugin {
    /// Id, version and digest.
    #[must_use]
    pub fn version(&self) -> &PluginVersion {
        &self.version
    }

    /// What it says of itself.
    #[must_use]
    pub const fn described(&self) -> &Described {
        &self.described
    }

    /// Checks a source's configuration against the plugin's schema.
    ///
    /// # Errors
    /// Every place that the schema does not allow.
    pub fn check_configuration(&self, _configuration: &serde_json::Value) -> Result<(), Vec<ConfigurationProblem>> {
        todo!()
    }

    /// Reads a page.
    ///
    /// # Errors
    /// The plugin's own answer that it could not read the page, or why it was stopped. Other calls are not touched by either.
    pub async fn extract(&self, _source: &Source, _page: Arc<Page>) -> Result<Extracted, CallError> {
        todo!()
    }
}
