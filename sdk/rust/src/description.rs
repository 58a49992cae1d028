//! What a plugin says of itself.

use crate::bindings;

/// What a plugin is: id, version, what it reads and how it is configured.
#[derive(Debug, Clone)]
pub struct Description(bindings::Description);

impl Description {
    /// The schema of a plugin that takes no configuration.
    const NO_CONFIGURATION: &'static str = r#"{"type":"object","properties":{},"additionalProperties":false}"#;

    /// A plugin without configuration. `id`: 1 to 64 of `a-z 0-9 - _`. `version`: semantic version 2.0.0; usually
    /// `env!("CARGO_PKG_VERSION")`. `summary`: one sentence.
    #[must_use]
    pub fn new(id: &str, version: &str, summary: &str) -> Self {
        Self(bindings::Description {
            id: id.to_owned(),
            version: version.to_owned(),
            summary: summary.to_owned(),
            reads: Vec::new(),
            configuration_schema: Self::NO_CONFIGURATION.to_owned(),
        })
    }

    /// What it can read, a line each.
    #[must_use]
    pub fn reads(mut self, lines: &[&str]) -> Self {
        self.0.reads = lines.iter().map(|&line| line.to_owned()).collect();
        self
    }

    /// JSON Schema (2020-12) of its configuration, usually `include_str!("configuration.json")`. Allow nothing unknown:
    /// `"additionalProperties": false` turns a mistyped key into an error at start instead of a setting without effect.
    #[must_use]
    pub fn configuration(mut self, schema: &str) -> Self {
        self.0.configuration_schema = schema.to_owned();
        self
    }

    pub(crate) fn into_contract(self) -> bindings::Description {
        self.0
    }
}
