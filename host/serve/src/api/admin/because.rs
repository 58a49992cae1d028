//! What bodies of decisions have in common: a reason.

use serde::Deserialize;
use utoipa::ToSchema;

/// Why something is done: kept in the audit log, and shown beside what was decided.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Because {
    /// In a sentence, at most 500 characters.
    #[schema(value_type = String, example = "the venue says so by telephone", min_length = 1, max_length = 500)]
    pub(super) reason: Reason,
}

/// A reason that says something.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Reason(String);

impl Reason {
    /// Longest reason, in characters: a paragraph.
    const MOST: usize = 500;

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Reason {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        line(&text, Self::MOST).map(Self)
    }
}

/// A text of one line that is not empty, trimmed.
pub(super) fn line(text: &str, most: usize) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("it is empty".to_owned());
    }
    if text.chars().any(char::is_control) {
        return Err("it holds a control character".to_owned());
    }
    if text.chars().count() > most {
        return Err(format!("it is longer than {most} characters"));
    }
    Ok(text.to_owned())
}
