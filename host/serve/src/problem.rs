//! Problem details (RFC 9457): the one form in which this server says that something went wrong.
//!
//! A handler returns a [`Problem`]; the outermost layer (`layers::request`) adds the path and the trace id. Causes inside the
//! server are logged here, once, in the request's span; the answer never holds them.

use std::num::NonZeroU16;

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use marquee_model::CrawlNotRequested;
use marquee_store::StoreError;
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Challenge;

/// Seconds after which a client may try again when the database is away: long enough for a restart of Postgres, short enough that nobody
/// gives up.
const RETRY_AFTER_SECONDS: u32 = 5;
/// The same when the server is busy: a rush is over sooner.
const RETRY_BUSY_SECONDS: u32 = 1;

/// What kinds of problems there are; each has one status and one `type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A query parameter is unknown or cannot be read.
    InvalidParameter,
    /// The body cannot be read as what it says it is.
    InvalidBody,
    /// A token is needed and none, or a wrong one, was given.
    Unauthorized,
    /// This server does not allow it to anybody.
    Forbidden,
    /// There is no such thing.
    NotFound,
    /// There was such a thing; it is not shown any more.
    Gone,
    /// The thing is there; the method does not apply to it.
    MethodNotAllowed,
    /// What a cursor of the feed leads to is gone: start over.
    StartOver,
    /// None of the media types in `Accept` is on offer.
    NotAcceptable,
    /// The request asks for what cannot be done now.
    Conflict,
    /// An idempotency key was used for another request.
    KeyReused,
    /// A header cannot be read.
    BadHeader,
    /// The body is too large.
    BodyTooLarge,
    /// The address is too long.
    UriTooLong,
    /// The body's media type is not read here.
    UnsupportedMediaType,
    /// The client's budget is used up.
    TooManyRequests,
    /// A defect.
    Internal,
    /// The database does not answer.
    DatabaseUnavailable,
    /// Too many requests at once.
    Busy,
    /// The request took too long.
    TimedOut,
}

impl Kind {
    /// Status, `type`, and title.
    const fn facts(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::InvalidParameter => {
                (StatusCode::BAD_REQUEST, "urn:marquee:problem:invalid-parameter", "A parameter is not valid")
            }
            Self::InvalidBody => {
                (StatusCode::UNPROCESSABLE_ENTITY, "urn:marquee:problem:invalid-body", "The body is not valid")
            }
            Self::Unauthorized => {
                (StatusCode::UNAUTHORIZED, "urn:marquee:problem:unauthorized", "A valid token is needed")
            }
            Self::Forbidden => (StatusCode::FORBIDDEN, "urn:marquee:problem:forbidden", "This is not allowed here"),
            Self::NotFound => (StatusCode::NOT_FOUND, "urn:marquee:problem:not-found", "There is no such thing"),
            Self::Gone => (StatusCode::GONE, "urn:marquee:problem:gone", "It is not shown any more"),
            Self::MethodNotAllowed => {
                (StatusCode::METHOD_NOT_ALLOWED, "urn:marquee:problem:method-not-allowed", "The method does not apply")
            }
            Self::StartOver => (StatusCode::GONE, "urn:marquee:problem:start-over", "The feed must be read anew"),
            Self::NotAcceptable => {
                (StatusCode::NOT_ACCEPTABLE, "urn:marquee:problem:not-acceptable", "No such format is on offer")
            }
            Self::Conflict => (StatusCode::CONFLICT, "urn:marquee:problem:conflict", "This cannot be done now"),
            Self::BadHeader => (StatusCode::BAD_REQUEST, "urn:marquee:problem:invalid-header", "A header is not valid"),
            Self::KeyReused => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "urn:marquee:problem:idempotency-key-reused",
                "The idempotency key belongs to another request",
            ),
            Self::BodyTooLarge => {
                (StatusCode::PAYLOAD_TOO_LARGE, "urn:marquee:problem:body-too-large", "The body is too large")
            }
            Self::UriTooLong => {
                (StatusCode::URI_TOO_LONG, "urn:marquee:problem:uri-too-long", "The address is too long")
            }
            Self::TooManyRequests => {
                (StatusCode::TOO_MANY_REQUESTS, "urn:marquee:problem:too-many-requests", "The budget is used up")
            }
            Self::UnsupportedMediaType => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "urn:marquee:problem:unsupported-media-type",
                "The body's media type is not read here",
            ),
            Self::Internal => {
                (StatusCode::INTERNAL_SERVER_ERROR, "urn:marquee:problem:internal", "The server made a mistake")
            }
            Self::DatabaseUnavailable => (
                StatusCode::SERVICE_UNAVAILABLE,
                "urn:marquee:problem:database-unavailable",
                "The database does not answer",
            ),
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, "urn:marquee:problem:busy", "The server is busy"),
            Self::TimedOut => {
                (StatusCode::SERVICE_UNAVAILABLE, "urn:marquee:problem:timed-out", "The request took too long")
            }
        }
    }

    /// The status that goes with it.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        self.facts().0
    }
}

/// What is wrong with one parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ParameterError {
    /// The parameter, as it was given.
    #[schema(example = "form")]
    pub parameter: String,
    /// What is wrong with it, and what it should be.
    #[schema(example = "there is no such parameter")]
    pub reason: String,
    /// The nearest valid name or value, where one is near.
    #[schema(example = "from")]
    pub nearest: Option<String>,
}

/// A problem, in the words of RFC 9457.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// A URN that names the kind of problem; stable, for machines.
    #[serde(rename = "type")]
    #[schema(example = "urn:marquee:problem:invalid-parameter")]
    pub type_uri: &'static str,
    /// The kind in words; the same for every problem of the kind.
    #[schema(example = "A parameter is not valid")]
    pub title: &'static str,
    /// The HTTP status.
    #[schema(example = 400)]
    pub status: u16,
    /// What happened this time and what to do.
    #[schema(example = "`form`: there is no such parameter; the nearest is `from`")]
    pub detail: String,
    /// The path that was asked for.
    #[schema(example = "/api/v1/events")]
    #[schema(value_type = Option<String>)]
    pub instance: Option<Box<str>>,
    /// The request's id, as it stands in the log and in the header `x-request-id`.
    #[schema(value_type = Option<String>)]
    pub trace_id: Option<Box<str>>,
    /// The parameters that are wrong, each with its reason.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ParameterError>,
    /// The kind.
    #[serde(skip)]
    pub kind: Kind,
    /// What the answer asks for, where credentials are the matter.
    #[serde(skip)]
    pub(crate) challenge: Option<Challenge>,
    /// Seconds after which to try again, for the header `retry-after`, where it is not the kind's usual number.
    #[serde(skip)]
    pub retry_after: Option<NonZeroU16>,
}

impl Problem {
    /// A problem of this kind; `detail` says what happened and what to do, and holds nothing of the server's inside.
    #[must_use]
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        let (status, type_uri, title) = kind.facts();
        Self {
            type_uri,
            title,
            status: status.as_u16(),
            detail: detail.into(),
            instance: None,
            trace_id: None,
            errors: Vec::new(),
            kind,
            challenge: None,
            retry_after: None,
        }
    }

    /// Members of a body that are wrong. `errors` must not be empty.
    #[must_use]
    pub(crate) fn members(errors: Vec<ParameterError>) -> Self {
        let sentences: Vec<String> = errors.iter().map(sentence).collect();
        Self { errors, ..Self::new(Kind::InvalidBody, sentences.join("; ")) }
    }

    /// The same, asking for credentials.
    #[must_use]
    pub(crate) fn challenging(self, challenge: Challenge) -> Self {
        Self { challenge: Some(challenge), ..self }
    }

    /// Nothing has this id or name.
    #[must_use]
    pub fn not_found(what: &str, name: &str) -> Self {
        Self::new(Kind::NotFound, format!("no {what} is known as `{}`", shorten(name)))
    }

    /// Parameters that are wrong. `errors` must not be empty.
    #[must_use]
    pub fn parameters(errors: Vec<ParameterError>) -> Self {
        let sentences: Vec<String> = errors.iter().map(sentence).collect();
        Self { errors, ..Self::new(Kind::InvalidParameter, sentences.join("; ")) }
    }
}

fn sentence(error: &ParameterError) -> String {
    let nearest = error.nearest.as_ref().map(|n| format!("; the nearest is `{n}`")).unwrap_or_default();
    format!("`{}`: {}{nearest}", error.parameter, error.reason)
}

/// What a client sent, short enough to be said back: 80 characters.
pub(crate) fn shorten(text: &str) -> String {
    text.chars().take(80).collect()
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.kind.status();
        let mut response = (status, Json(&self)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        let usual = match self.kind {
            Kind::Busy | Kind::TooManyRequests => Some(RETRY_BUSY_SECONDS),
            _ => (status == StatusCode::SERVICE_UNAVAILABLE).then_some(RETRY_AFTER_SECONDS),
        };
        if let Some(seconds) = self.retry_after.map(|seconds| seconds.get().into()).or(usual) {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(challenge) = self.challenge {
            headers.insert(header::WWW_AUTHENTICATE, challenge.value());
        }
        // The outermost layer finds the problem here and fills in what a handler does not know.
        response.extensions_mut().insert(self);
        response
    }
}

impl From<CrawlNotRequested> for Problem {
    fn from(error: CrawlNotRequested) -> Self {
        tracing::warn!(%error, "a wish for a crawl was not taken");
        Self::new(Kind::DatabaseUnavailable, "the wish could not be written down; try again shortly")
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        if error.is_transient() {
            tracing::warn!(%error, "the database did not answer");
            Self::new(Kind::DatabaseUnavailable, "the database does not answer at the moment; try again shortly")
        } else {
            tracing::error!(%error, "the store failed");
            Self::new(Kind::Internal, "the server could not read its data; the trace id leads to the reason in its log")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_error_tells_nothing_of_its_inside() {
        let error = StoreError::Refused { what: "reading events", reason: "relation secret_table".to_owned() };
        let problem = Problem::from(error);
        assert_eq!(problem.status, 500);
        assert!(!serde_json::to_string(&problem).unwrap().contains("secret_table"));
    }

    #[test]
    fn a_database_that_is_away_is_a_503_with_the_time_to_try_again() {
        let error = StoreError::Unavailable { what: "reading events", reason: "refused".to_owned() };
        let response = Problem::from(error).into_response();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.headers()[header::RETRY_AFTER], "5");
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
    }

    #[test]
    fn wrong_parameters_are_named_with_reason_and_nearest_name() {
        let problem = Problem::parameters(vec![ParameterError {
            parameter: "form".to_owned(),
            reason: "there is no such parameter".to_owned(),
            nearest: Some("from".to_owned()),
        }]);
        assert_eq!(problem.detail, "`form`: there is no such parameter; the nearest is `from`");
    }
}
