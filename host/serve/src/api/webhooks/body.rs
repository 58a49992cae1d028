//! A body as JSON of a known shape; what is wrong with it is a problem that says so.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{StatusCode, header},
};
use serde::de::DeserializeOwned;

use crate::{App, Problem, problem::Kind};

/// A JSON body that is a `T`.
#[derive(Debug)]
pub(super) struct JsonBody<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<App> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let media =
            request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let media = media.split(';').next().unwrap_or_default().trim();
        if !media.eq_ignore_ascii_case("application/json") {
            return Err(Problem::new(Kind::UnsupportedMediaType, "send the body as application/json"));
        }
        let bytes = Bytes::from_request(request, app).await.map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Problem::new(Kind::BodyTooLarge, "the body is too large"),
            _ => Problem::new(Kind::InvalidBody, "the body could not be read"),
        })?;
        // The words are serde's, of the client's own text: member, line and column.
        let read = serde_json::from_slice(&bytes);
        read.map(Self)
            .map_err(|error| Problem::new(Kind::InvalidBody, format!("the body is not as it should be: {error}")))
    }
}
