//! The source's configuration, which the host has checked against the plugin's schema.

use crate::Value;

/// A source's configuration. Since it passed the plugin's JSON Schema, a value of the wrong kind reads as absent.
pub struct Configuration(Value);

impl Configuration {
    pub(crate) const fn new(value: Value) -> Self {
        Self(value)
    }

    /// The whole as a JSON value, for nested settings.
    #[must_use]
    pub const fn value(&self) -> &Value {
        &self.0
    }

    /// A text; absent where it is not set or empty.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        self.0.text(&pointer(name)).filter(|text| !text.is_empty())
    }

    /// A text, or what it is by default.
    #[must_use]
    pub fn text_or(&self, name: &str, default: &str) -> String {
        self.text(name).unwrap_or_else(|| default.to_owned())
    }

    /// A list of texts; empty where it is not set. A single text is a list of one.
    #[must_use]
    pub fn texts(&self, name: &str) -> Vec<String> {
        self.0.texts(&pointer(name))
    }

    /// A whole number.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<i64> {
        self.0.integer(&pointer(name))
    }

    /// A flag; `false` where it is not set.
    #[must_use]
    pub fn flag(&self, name: &str) -> bool {
        self.0.text(&pointer(name)).as_deref() == Some("true")
    }

    /// Part of the configuration, where it is set.
    #[must_use]
    pub fn part(&self, name: &str) -> Option<Self> {
        self.0.at(&pointer(name)).map(Self)
    }

    /// The parts that a list or object holds.
    #[must_use]
    pub fn parts(&self, name: &str) -> Vec<Self> {
        self.0.items(&pointer(name)).into_iter().map(Self).collect()
    }
}

/// Names of settings are plain words, so none needs the escapes of RFC 6901.
fn pointer(name: &str) -> String {
    format!("/{name}")
}
