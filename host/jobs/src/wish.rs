//! A wish for a crawl, as it stands in the queue.

use std::fmt;

use chrono::{DateTime, Utc};
use marquee_model::SourceId;
use serde::{Deserialize, Serialize};

/// Who wishes for a crawl.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The source is due.
    Schedule,
    /// Somebody asked by the API.
    Api,
    /// Somebody asked on the command line.
    Command,
    /// The last crawl failed of something that heals.
    Again,
}

impl Why {
    /// Wishes with a smaller number are taken first: who asks by hand waits for the answer.
    pub(crate) const fn priority(self) -> i16 {
        match self {
            Self::Api | Self::Command => 0,
            Self::Schedule | Self::Again => 10,
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Schedule => "by schedule",
            Self::Api => "by the API",
            Self::Command => "by command",
            Self::Again => "again, after a failure that heals",
        })
    }
}

/// A wish for a crawl of a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish {
    /// The source.
    pub source: SourceId,
    /// Whom its crawl asks. Two jobs of one host never run at a time.
    pub host: String,
    /// Who wishes.
    pub why: Why,
    /// How often it was tried again already.
    #[serde(default)]
    pub tries: u8,
}

impl Wish {
    /// A first wish.
    #[must_use]
    pub const fn new(source: SourceId, host: String, why: Why) -> Self {
        Self { source, host, why, tries: 0 }
    }

    /// Under which a source's wish stands in the queue, once.
    pub(crate) fn key(&self) -> String {
        format!("crawl:{}", self.source)
    }
}

/// A wish that was taken from the queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The wish.
    #[serde(flatten)]
    pub wish: Wish,
    /// When it was written down, by the database's clock.
    pub asked_at: DateTime<Utc>,
    /// The token of the crawl, run by somebody who does not use the queue, that the wish joined: once it is recorded, the wish is
    /// granted.
    #[serde(default)]
    pub joined: Option<i64>,
}
