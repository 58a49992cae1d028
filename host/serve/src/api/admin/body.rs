//! Bodies of requests that write: JSON of a known shape, or a problem that says what is wrong.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request, rejection::BytesRejection},
    http::{HeaderMap, StatusCode, header},
};
use serde::{Deserialize, de::DeserializeOwned};
use utoipa::ToSchema;

use crate::{
    App,
    problem::{Kind, Problem},
};

/// The text of a body that is declared as JSON.
#[derive(Debug)]
pub(super) struct JsonText(pub(super) String);

/// A body of this shape.
#[derive(Debug)]
pub(super) struct JsonBody<T>(pub(super) T);

/// The route takes no body; an empty JSON object is let pass, for clients that always send one.
#[derive(Debug)]
pub(in crate::api) struct NoBody;

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

impl<T: DeserializeOwned> FromRequest<App> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let JsonText(text) = JsonText::from_request(request, app).await?;
        let read = serde_json::from_str(&text);
        read.map(Self).map_err(|error| Problem::new(Kind::InvalidBody, format!("the body cannot be read: {error}")))
    }
}

impl FromRequest<App> for JsonText {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let headers = request.headers().clone();
        let body = whole(Bytes::from_request(request, app).await)?;
        if !is_json(&headers) {
            return Err(Problem::new(Kind::UnsupportedMediaType, "send the body as application/json"));
        }
        let text = String::from_utf8(body.to_vec());
        text.map(Self).map_err(|_| Problem::new(Kind::InvalidBody, "the body is not UTF-8 text"))
    }
}

impl FromRequest<App> for NoBody {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let headers = request.headers().clone();
        let body = whole(Bytes::from_request(request, app).await)?;
        nothing_in(&headers, &body).map(|()| Self)
    }
}

fn whole(body: Result<Bytes, BytesRejection>) -> Result<Bytes, Problem> {
    body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(Kind::BodyTooLarge, "the body is too large for this route"),
        _ => Problem::new(Kind::InvalidBody, "the body could not be read"),
    })
}

fn is_json(headers: &HeaderMap) -> bool {
    let media = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    media.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

fn nothing_in(headers: &HeaderMap, body: &[u8]) -> Result<(), Problem> {
    if body.is_empty() {
        return Ok(());
    }
    if !is_json(headers) {
        return Err(Problem::new(
            Kind::UnsupportedMediaType,
            "send no body, or an empty JSON object as application/json",
        ));
    }
    match serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(body) {
        Ok(object) if object.is_empty() => Ok(()),
        Ok(_) => Err(Problem::new(Kind::InvalidBody, "this route takes no members; send `{}` or nothing")),
        Err(_) => Err(Problem::new(Kind::InvalidBody, "the body is not a JSON object; send `{}` or nothing")),
    }
}
