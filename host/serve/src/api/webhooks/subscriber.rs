//! Who subscribes: whose subscriptions a request may see and change.

use axum::{extract::FromRequestParts, http::request::Parts};
use marquee_model::Scope;
use marquee_store::Author;

use crate::{
    App, Problem,
    auth::{Allowed, Caller, may},
};

/// Proof that the request may work with subscriptions, and with whose: a key's own, or, with the scope `admin`, everybody's.
#[derive(Debug)]
pub(super) struct Subscriber {
    caller: Caller,
    name: String,
    sees_all: bool,
}

impl Subscriber {
    /// Whose subscriptions it is limited to; `None`: it sees all.
    pub(super) fn owner(&self) -> Option<&str> {
        (!self.sees_all).then_some(self.name.as_str())
    }

    /// Under which name new ones stand: the key's id, or `admin_token`.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// How the audit log names them, and when and from where they ask.
    pub(super) fn author(&self) -> Author {
        self.caller.author()
    }
}

impl FromRequestParts<App> for Subscriber {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Allowed { caller, .. } = Allowed::<may::Webhooks>::from_request_parts(parts, app).await?;
        Ok(Self { name: caller.account(), sees_all: caller.needs(Scope::Admin).is_ok(), caller })
    }
}
