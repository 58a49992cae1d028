//! Security and caching headers, on every answer.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

/// What a page may load. Answers without one load nothing.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Policy {
    /// JSON and the like: nothing at all.
    Nothing,
    /// Marquee's own pages: their style sheet from this server, forms to this server, no script.
    Pages,
    /// The API's documentation: its scripts and styles from this server; it sets styles from script.
    Documentation,
}

impl Policy {
    /// The value of `content-security-policy`.
    pub(crate) const fn value(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Nothing => "default-src 'none'; frame-ancestors 'none'",
            Self::Pages => {
                "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
            }
            Self::Documentation => {
                "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'"
            }
        })
    }
}

/// Adds what is not there yet.
pub(super) async fn add(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let failed = response.status().is_client_error() || response.status().is_server_error();
    let headers = response.headers_mut();
    // Reading is open to all, so a page elsewhere may load it; guessing at types would turn text into script.
    set(headers, header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    set(headers, header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    set(headers, header::CONTENT_SECURITY_POLICY, Policy::Nothing.value());
    set(headers, HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin"));
    // Events change with every crawl: keep an answer, and ask with its tag whether it still holds.
    let caching = if failed { "no-store" } else { "no-cache" };
    set(headers, header::CACHE_CONTROL, HeaderValue::from_static(caching));
    weaken_tag(headers);
    response
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    headers.entry(name).or_insert(value);
}

/// A compressed body has other bytes than the tagged one: its tag may only be a weak one (RFC 9110 section 8.8.1).
fn weaken_tag(headers: &mut HeaderMap) {
    if !headers.contains_key(header::CONTENT_ENCODING) {
        return;
    }
    let strong = headers.get(header::ETAG).and_then(|v| v.to_str().ok()).filter(|v| v.starts_with('"'));
    if let Some(weak) = strong.and_then(|tag| HeaderValue::from_str(&format!("W/{tag}")).ok()) {
        headers.insert(header::ETAG, weak);
    }
}
