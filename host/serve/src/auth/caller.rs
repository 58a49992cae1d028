//! The one who asks, found once for each request.

use std::sync::Arc;

use axum::{
    extract::Request,
    http::request::Parts,
    response::{IntoResponse as _, Response},
};
use chrono::{DateTime, Utc};
use marquee_model::{KeyToken, Scope, Scopes};
use marquee_store::{Actor, Author, KeyState};

use super::{Challenge, bearer, reading};
use crate::{
    App,
    layers::{Asked, Client, KeyIdentity},
    problem::{Kind, Problem},
};

/// Somebody whose key or token is good.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    actor: Actor,
    scopes: Scopes,
    at: DateTime<Utc>,
    remote: Option<String>,
    request: Option<String>,
}

/// What a request's credentials came to, as an extension of the request.
#[derive(Debug, Clone)]
pub(super) struct Identified(pub(super) Arc<Result<Caller, Problem>>);

impl Caller {
    /// How the audit log names them, and when and from where they ask.
    pub(crate) fn author(&self) -> Author {
        let Self { actor, at, remote, request, .. } = self.clone();
        Author { actor, at, remote, request }
    }

    /// Under which name their idempotency keys are kept apart from those of others.
    pub(crate) fn account(&self) -> String {
        self.actor.key().map_or_else(|| "admin_token".to_owned(), |id| id.to_string())
    }

    /// Refuses who may not do this.
    pub(crate) fn needs(&self, scope: Scope) -> Result<(), Problem> {
        if self.scopes.allow(scope) {
            return Ok(());
        }
        let detail = format!("this key lacks the scope `{scope}`; it has {}. Use a key that has it", self.scopes);
        Err(Problem::new(Kind::Forbidden, detail).challenging(Challenge::InsufficientScope(scope)))
    }
}

/// Finds out who asks, before anything else needs to know, and refuses who may not read. A request without credentials passes as it is where
/// reading is open.
///
/// # Errors
/// The answer, where reading asks for a key and none that is good came with the request.
pub(crate) async fn admit(app: &App, request: Request) -> Result<Request, Response> {
    let is_refused_without = reading::needs_a_key(app, &request);
    if !is_refused_without && bearer::token(request.headers()).is_none() {
        return Ok(request);
    }
    let (mut parts, body) = request.into_parts();
    // On the heap: most requests bring nothing to look at.
    let identified = Box::pin(look(&parts, app)).await;
    if is_refused_without
        && let Err(problem) = identified.as_ref().map_err(Clone::clone).and_then(|caller| caller.needs(Scope::Read))
    {
        return Err(problem.into_response());
    }
    if let Ok(Caller { actor, .. }) = &identified
        && let Some(key) = actor.key()
    {
        parts.extensions.insert(KeyIdentity { id: key.to_string().into(), budget: None });
    }
    parts.extensions.insert(Identified(Arc::new(identified)));
    Ok(Request::from_parts(parts, body))
}

/// Who asks; a problem where nobody is known to.
pub(super) async fn caller(parts: &Parts, app: &App) -> Result<Caller, Problem> {
    match parts.extensions.get::<Identified>() {
        Some(Identified(known)) => (**known).clone(),
        None => look(parts, app).await,
    }
}

async fn look(parts: &Parts, app: &App) -> Result<Caller, Problem> {
    let Some(token) = bearer::token(&parts.headers) else {
        let detail = "send a key as `Authorization: Bearer mq_...`; `marquee keys create` makes one";
        return Err(Problem::new(Kind::Unauthorized, detail).challenging(Challenge::Credentials));
    };
    let at = app.clock.now();
    let (actor, scopes) = match KeyToken::parse(token) {
        Some(key) => by_key(app, &key, at).await?,
        None if is_admin_token(app, token) => (Actor::AdminToken, Scopes::all()),
        None => return Err(refused("this is no key of this server: it may be cut off or mistyped")),
    };
    let remote = parts.extensions.get::<Client>().and_then(|client| client.0).map(|address| address.to_string());
    let request = parts.extensions.get::<Asked>().map(|asked| asked.id.to_string());
    Ok(Caller { actor, scopes, at, remote, request })
}

fn is_admin_token(app: &App, token: &str) -> bool {
    app.settings.admin_token.as_ref().is_some_and(|admin| !admin.is_empty() && admin.is(token))
}

async fn by_key(app: &App, token: &KeyToken, now: DateTime<Utc>) -> Result<(Actor, Scopes), Problem> {
    // An unknown id and a wrong secret get the same answer.
    let unknown = || refused("this key is not known here");
    let (key, hash) = app.store.key(token.id()).await?.ok_or_else(unknown)?;
    if token.hash() != hash {
        return Err(unknown());
    }
    match key.state(now) {
        KeyState::Good => {}
        KeyState::Expired => return Err(refused("this key has expired; ask for a new one")),
        KeyState::Revoked => return Err(refused("this key was revoked; ask for a new one")),
    }
    if let Err(error) = app.store.key_used(&key, now).await {
        tracing::warn!(key = %key.id, %error, "a key's use could not be noted");
    }
    Ok((Actor::Key { id: key.id, name: key.name }, key.scopes))
}

fn refused(detail: &str) -> Problem {
    Problem::new(Kind::Unauthorized, detail).challenging(Challenge::InvalidToken)
}
