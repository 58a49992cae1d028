//! Proof, as an argument of a handler, that the one who asks may do what it does.

use std::marker::PhantomData;

use axum::{extract::FromRequestParts, http::request::Parts};
use marquee_model::Scope;

use super::caller::{Caller, caller};
use crate::{App, Problem};

/// The caller, who may do what `S` names.
#[derive(Debug)]
pub(crate) struct Allowed<S> {
    pub(crate) caller: Caller,
    scope: PhantomData<S>,
}

/// Names a scope in a handler's arguments.
pub(crate) trait Names {
    /// The scope.
    const SCOPE: Scope;
}

/// The scopes that handlers ask for.
pub(crate) mod may {
    use super::{Names, Scope};

    macro_rules! names {
        ($($(#[$doc:meta])* $name:ident)*) => {$(
            $(#[$doc])*
            #[derive(Debug)]
            pub(crate) enum $name {}
            impl Names for $name {
                const SCOPE: Scope = Scope::$name;
            }
        )*};
    }

    names! {
        /// Ask for crawls.
        Crawl
        /// Make and change sources.
        Sources
        /// Correct what is told of events and venues.
        Corrections
        /// Keep subscriptions to changes.
        Webhooks
        /// Make and revoke keys.
        Keys
        /// Read the audit log.
        Audit
    }
}

impl<S: Names> FromRequestParts<App> for Allowed<S> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let caller = caller(parts, app).await?;
        caller.needs(S::SCOPE)?;
        Ok(Self { caller, scope: PhantomData })
    }
}
