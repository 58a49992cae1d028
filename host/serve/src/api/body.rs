//! Bodies of requests that write: JSON of a known shape, or a problem that says what is wrong.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request, rejection::BytesRejection},
    http::{HeaderMap, StatusCode, header},
};
use serde::de::DeserializeOwned;

use crate::{
    App,
    problem::{Kind, Problem},
};

/// The text of a body that is declared as JSON.
#[derive(Debug)]
pub(in crate::api) struct JsonText(pub(in crate::api) String);

/// A body of this shape.
#[derive(Debug)]
pub(in crate::api) struct JsonBody<T>(pub(in crate::api) T);

/// The route takes no body; an empty JSON object is let pass, for clients that always send one.
#[derive(Debug)]
pub(in crate::api) struct NoBody;

impl<T: DeserializeOwned> FromRequest<App> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let JsonText(text) = JsonText::from_request(request, app).await?;
        // The words are serde's, of the client's own text: member, line and column.
        let read = serde_json::from_str(&text);
        read.map(Self).map_err(|error| Problem::new(Kind::InvalidBody, format!("the body cannot be read: {error}")))
    }
}

impl FromRequest<App> for JsonText {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::new(Kind::UnsupportedMediaType, "send the body as application/json"));
        }
        let body = whole(Bytes::from_request(request, app).await)?;
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
