//! `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header-07): a request that is sent again is not carried out again.
//!
//! The same request with the same key gets the same answer, for as long as the operator's setting says; another request with it gets
//! 422, and one that comes while the first is being carried out gets 409. A request that failed leaves its key free.

use axum::{
    extract::FromRequestParts,
    http::{HeaderName, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use chrono::TimeDelta;
use marquee_model::Digest;
use marquee_store::{Deed, IdempotentRequest, KeptAnswer, Reserved};
use serde::Serialize;

use crate::{
    App,
    auth::Caller,
    problem::{Kind, Problem},
};

const HEADER: &str = "idempotency-key";
/// Says that an answer was kept from before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// Longest key, in characters: twice a UUID with room to spare.
const LONGEST: usize = 128;

/// The request's key, where it has one, and what the request is.
#[derive(Debug)]
pub(in crate::api) struct OnceKey {
    key: Option<String>,
    method: String,
    path: String,
}

/// What a request came to.
#[derive(Debug)]
pub(in crate::api) struct Done {
    answer: KeptAnswer,
    /// What is still to be noted in the audit log: what was done in no transaction of its own.
    deed: Option<Deed>,
}

impl Done {
    /// This answer.
    pub(super) fn new(status: StatusCode, location: Option<String>, body: &impl Serialize) -> Result<Self, Problem> {
        let body = serde_json::to_string(body).map_err(|error| {
            tracing::error!(%error, "an answer could not be written");
            Problem::new(Kind::Internal, "the answer could not be written")
        })?;
        Ok(Self { answer: KeptAnswer { status: status.as_u16(), location, body }, deed: None })
    }

    /// The same, with what is still to be noted.
    pub(super) fn noting(self, deed: Deed) -> Self {
        Self { deed: Some(deed), ..self }
    }
}

impl FromRequestParts<App> for OnceKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        let mut given = parts.headers.get_all(HEADER).iter();
        let key = match (given.next(), given.next()) {
            (None, _) => None,
            (Some(value), None) => Some(value.to_str().ok().and_then(read).ok_or_else(not_a_key)?),
            (Some(_), Some(_)) => return Err(not_a_key()),
        };
        let path = parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default();
        Ok(Self { key, method: parts.method.to_string(), path })
    }
}

fn not_a_key() -> Problem {
    let detail =
        format!("`Idempotency-Key` is one text in quotes, such as \"8e03978e-40d5\", of 1 to {LONGEST} letters");
    Problem::new(Kind::BadHeader, detail)
}

/// The key: a string of structured fields (RFC 8941 section 3.3.3), or the same without quotes, as many clients send it.
fn read(value: &str) -> Option<String> {
    let value = value.trim();
    let inner = value.strip_prefix('"').map_or(Some(value), |rest| rest.strip_suffix('"'))?;
    let fits = (1..=LONGEST).contains(&inner.len());
    let plain = inner.bytes().all(|b| (b' '..=b'~').contains(&b) && b != b'"' && b != b'\\');
    (fits && plain).then(|| inner.to_owned())
}

/// Carries a request out, unless it was carried out before. `body` is what else the request says.
pub(in crate::api) async fn once(
    app: &App,
    caller: &Caller,
    key: OnceKey,
    body: &str,
    work: impl Future<Output = Result<Done, Problem>>,
) -> Result<Response, Problem> {
    let author = caller.author();
    let Some(text) = key.key else {
        let done = work.await?;
        if let Some(deed) = &done.deed {
            app.store.note(&author, deed).await?;
        }
        return Ok(shown(&done.answer, false));
    };
    let said = format!("{}\n{}\n{body}", key.method, key.path);
    let request = IdempotentRequest { actor: caller.account(), key: text, fingerprint: Digest::of(said.as_bytes()) };
    let keep = TimeDelta::hours(app.settings.idempotency_hours.into());
    match app.store.reserve(&request, author.at, keep).await? {
        Reserved::Granted => {}
        Reserved::Answered(answer) => return Ok(shown(&answer, true)),
        Reserved::InProgress => {
            let detail = "a request with this idempotency key is being carried out; ask again shortly";
            return Err(Problem::new(Kind::Conflict, detail));
        }
        Reserved::Different => {
            let detail = "this idempotency key was used for another request; take a new one for each";
            return Err(Problem::new(Kind::KeyReused, detail));
        }
    }
    match work.await {
        Ok(done) => {
            app.store.settle(&request, &done.answer, done.deed.as_ref().map(|deed| (&author, deed))).await?;
            Ok(shown(&done.answer, false))
        }
        Err(problem) => {
            app.store.give_back(&request).await?;
            Err(problem)
        }
    }
}

fn shown(answer: &KeptAnswer, again: bool) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let mut response = (status, answer.body.clone()).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Some(location) = answer.location.as_deref().and_then(|place| HeaderValue::from_str(place).ok()) {
        headers.insert(header::LOCATION, location);
    }
    if again {
        headers.insert(REPLAYED, HeaderValue::from_static("true"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_a_text_with_or_without_quotes() {
        assert_eq!(read("\"8e03\"").as_deref(), Some("8e03"));
        assert_eq!(read("8e03 a").as_deref(), Some("8e03 a"));
        for bad in ["", "\"\"", "\"a", "a\"b", "\"a\\b\"", &"x".repeat(129)] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
