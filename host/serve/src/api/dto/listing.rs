//! The envelope of every list: rows, and where the list goes on.

use axum::{
    Json,
    http::{HeaderValue, Uri, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

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

/// The answer to a request for a list at `uri`, with the `link` to what follows (RFC 8288).
pub(crate) fn answer<T: Serialize>(uri: &Uri, listing: &Listing<T>) -> Response {
    let mut response = Json(listing).into_response();
    let link = listing.next_cursor.as_deref().map(|cursor| format!("<{}>; rel=\"next\"", next_address(uri, cursor)));
    if let Some(value) = link.and_then(|link| HeaderValue::from_str(&link).ok()) {
        response.headers_mut().insert(header::LINK, value);
    }
    response
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
