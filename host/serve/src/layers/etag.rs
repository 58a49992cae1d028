//! Entity tags: an answer's tag is the digest of its body, and a client that holds it already gets 304 (RFC 9110 section 13).
//!
//! The body is made and then not sent: this saves the network, not the database.

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::problem::{Kind, Problem};

/// Tags answers to GET and HEAD with status 200.
pub(super) async fn tag(mut request: Request, next: Next) -> Response {
    let method = request.method().clone();
    if method != Method::GET && method != Method::HEAD {
        return next.run(request).await;
    }
    let known = request.headers().get_all(header::IF_NONE_MATCH).iter().cloned().collect::<Vec<_>>();
    // HEAD must have the tag of the body that GET would have; the body is taken off further out.
    *request.method_mut() = Method::GET;
    let response = next.run(request).await;
    if response.status() != StatusCode::OK {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    // Every body here was made in memory by a handler, so that there is no size to guard against.
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return Problem::new(Kind::Internal, "the answer could not be read back").into_response();
    };
    let tag = format!("\"{}\"", blake3::hash(&bytes).to_hex().chars().take(32).collect::<String>());
    let matches = known.iter().filter_map(|value| value.to_str().ok()).any(|value| lists(value, &tag));
    if let Ok(value) = HeaderValue::from_str(&tag) {
        parts.headers.insert(header::ETAG, value);
    }
    if !matches {
        return Response::from_parts(parts, Body::from(bytes));
    }
    (StatusCode::NOT_MODIFIED, kept(&parts.headers)).into_response()
}

/// The headers that a 304 repeats (RFC 9110 section 15.4.5).
fn kept(headers: &HeaderMap) -> HeaderMap {
    [header::ETAG, header::CACHE_CONTROL, header::VARY, header::LINK, header::CONTENT_SECURITY_POLICY]
        .into_iter()
        .filter_map(|name| headers.get(&name).map(|value| (name, value.clone())))
        .collect()
}

/// Whether a value of `If-None-Match` names the tag. The comparison is the weak one, as section 13.1.2 asks.
fn lists(value: &str, tag: &str) -> bool {
    value.trim() == "*" || value.split(',').any(|one| one.trim().trim_start_matches("W/") == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn if_none_match_is_a_list_a_weak_tag_or_a_star() {
        for (value, matches) in [
            ("\"a\"", true),
            ("*", true),
            ("W/\"a\"", true),
            ("\"b\", \"a\"", true),
            ("\"b\"", false),
            ("a", false),
            ("", false),
        ] {
            assert_eq!(lists(value, "\"a\""), matches, "{value}");
        }
    }
}
