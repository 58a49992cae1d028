//! How keys are shown.

use chrono::{DateTime, Utc};
use marquee_model::{KeyId, Scopes};
use marquee_store::{KeyState, StoredKey};
use serde::Serialize;
use utoipa::ToSchema;

/// What a key may do, as a word.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Scope)]
#[expect(dead_code, reason = "it only lists the words of `marquee_model::Scope` in the OpenAPI document")]
pub(super) enum ScopeWord {
    /// Read, where reading needs a key.
    Read,
    /// Ask for crawls.
    Crawl,
    /// Make, change, pause and resume sources.
    Sources,
    /// Correct, hide, merge and split; answer questions.
    Corrections,
    /// Keep subscriptions to changes.
    Webhooks,
    /// Make and revoke keys that may do no more.
    Keys,
    /// Read who changed what.
    Audit,
    /// All of these, and sources that name secrets.
    Admin,
}

/// Whether a key is good.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum KeyStateWord {
    /// It is.
    Good,
    /// Its time is over.
    Expired,
    /// Somebody revoked it.
    Revoked,
}

/// A key, without its secret, which is kept nowhere.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApiKey)]
pub(super) struct KeyView {
    /// Its id; the digits stand in the key itself, after `mq_`.
    #[schema(value_type = String, example = "key_0198c0de00007000800000000000abcd")]
    pub(super) id: KeyId,
    /// What it is for.
    #[schema(example = "newsletter")]
    pub(super) name: String,
    /// What it may do.
    #[schema(value_type = Vec<ScopeWord>)]
    pub(super) scopes: Scopes,
    /// Whether it is good.
    pub(super) state: KeyStateWord,
    /// When it was made.
    pub(super) created_at: DateTime<Utc>,
    /// Who made it.
    #[schema(example = "command line: root")]
    pub(super) created_by: String,
    /// From when on it is no longer good; null: good until it is revoked.
    pub(super) expires_at: Option<DateTime<Utc>>,
    /// When it was last used, to the minute.
    pub(super) last_used_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub(super) revoked_at: Option<DateTime<Utc>>,
    /// Who revoked it.
    pub(super) revoked_by: Option<String>,
}

impl KeyView {
    /// A key as it is at this time.
    pub(super) fn new(key: StoredKey, now: DateTime<Utc>) -> Self {
        let state = match key.state(now) {
            KeyState::Good => KeyStateWord::Good,
            KeyState::Expired => KeyStateWord::Expired,
            KeyState::Revoked => KeyStateWord::Revoked,
        };
        let (revoked_at, revoked_by) = key.revoked.unzip();
        Self {
            id: key.id,
            name: key.name,
            scopes: key.scopes,
            state,
            created_at: key.created_at,
            created_by: key.created_by,
            expires_at: key.expires_at,
            last_used_at: key.last_used_at,
            revoked_at,
            revoked_by,
        }
    }
}
