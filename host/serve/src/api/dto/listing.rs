//! The envelope of every list: rows, and where the list goes on.

use axum::{
    Json,
    http::{HeaderValue, Uri, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{Problem, problem::Kind};

/// A part of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Listing<T> {
    /// The rows.
    pub(crate) data: Vec<T>,
    /// Give this as `cursor` to get the rows after these; null is the end of the list. The same address stands in the header
    /// `link` with `rel="next"`.
    pub(crate) next_cursor: Option<String>,
}

impl<T> Listing<T> {
    /// A list that is complete.
    pub(crate) const fn whole(data: Vec<T>) -> Self {
        Self { data, next_cursor: None }
    }
}

/// The answer to a request for a list at `uri`, with links to what follows, to the beginning, and to itself (RFC 8288).
pub(crate) fn answer<T: Serialize>(uri: &Uri, listing: &Listing<T>) -> Response {
    linked(uri, listing.next_cursor.as_deref(), Json(listing))
}

/// JSON of about so many bytes. A buffer that begins small is copied each time that it has grown to twice its length, and once it is large each new
/// one is taken from the system.
pub(crate) fn json_of<T: Serialize>(value: &T, bytes: usize) -> Response {
    let mut body = Vec::with_capacity(bytes);
    match serde_json::to_writer(&mut body, value) {
        Ok(()) => {
            // It may be kept for a while.
            body.shrink_to_fit();
            ([(header::CONTENT_TYPE, "application/json")], body).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "an answer could not be written as JSON");
            Problem::new(Kind::Internal, "the server could not write its answer").into_response()
        }
    }
}

/// The same for a list in another envelope.
pub(crate) fn linked(uri: &Uri, next: Option<&str>, answer: impl IntoResponse) -> Response {
    let mut response = answer.into_response();
    let own = uri.path_and_query().map_or_else(|| uri.path(), |path| path.as_str());
    let next = next.map(|cursor| format!("<{}>; rel=\"next\", ", next_address(uri, cursor))).unwrap_or_default();
    let links = format!("{next}<{}>; rel=\"first\", <{own}>; rel=\"self\"", first_address(uri));
    if let Ok(value) = HeaderValue::from_str(&links) {
        response.headers_mut().insert(header::LINK, value);
    }
    response
}

/// The same address without a cursor.
fn first_address(uri: &Uri) -> String {
    let query = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let mut first = url::form_urlencoded::Serializer::new(String::new());
    let first = first.extend_pairs(query.filter(|(name, _)| name != "cursor")).finish();
    if first.is_empty() { uri.path().to_owned() } else { format!("{}?{first}", uri.path()) }
}

/// The same address with this cursor.
pub(crate) fn next_address(uri: &Uri, cursor: &str) -> String {
    let query = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let mut next = url::form_urlencoded::Serializer::new(String::new());
    next.extend_pairs(query.filter(|(name, _)| name != "cursor")).append_pair("cursor", cursor);
    format!("{}?{}", uri.path(), next.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_address_keeps_the_filters_and_replaces_the_cursor() {
        let uri: Uri = "/api/v1/events?text=a%26b&cursor=old&limit=2".parse().unwrap();
        assert_eq!(next_address(&uri, "new"), "/api/v1/events?text=a%26b&limit=2&cursor=new");
    }
}
