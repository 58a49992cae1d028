//! Headers: which a request may carry, and how an answer's are kept.

use marquee_model::{FollowMethod, PageRequest};
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};

use crate::{FetchError, FetchLimits, FollowScope, secrets::Veil};

/// What any follow request may set (wit/extractor.wit, record `header`).
const ALLOWED: &[&str] = &["accept", "accept-language", "content-type", "referer", "origin", "x-requested-with"];

/// What no configuration can admit: the host sets it, it belongs to the connection (RFC 9110 section 7.6.1), or it speaks for a person.
const NEVER: &[&str] = &[
    "accept-encoding",
    "authorization",
    "connection",
    "content-encoding",
    "content-length",
    "cookie",
    "cookie2",
    "expect",
    "forwarded",
    "host",
    "http2-settings",
    "keep-alive",
    "max-forwards",
    "range",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "via",
];

/// Prefixes of the same kind: `proxy-authorization`, `x-forwarded-for`, `sec-fetch-site`.
const NEVER_PREFIXES: &[&str] = &["proxy-", "x-forwarded-", "sec-"];

/// Sent along to another origin after a redirect; all else may tell that origin what it should not know.
const CROSS_ORIGIN: &[HeaderName] = &[ACCEPT, ACCEPT_LANGUAGE, CONTENT_TYPE];

/// Encodings that [`crate::body`] unpacks.
pub(crate) const ENCODINGS: HeaderValue = HeaderValue::from_static("gzip, br, zstd, deflate");

const PAGES: HeaderValue =
    HeaderValue::from_static("text/html,application/xhtml+xml,application/json;q=0.9,application/xml;q=0.9,*/*;q=0.8");

/// Whether no request may set this header (lower case) but the host.
pub(crate) fn is_the_hosts(name: &str) -> bool {
    NEVER.contains(&name) || NEVER_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// Whether a source's own `fetch.headers` may set this header (lower case). The operator wrote them, so that a key may go into
/// `authorization`; what belongs to the connection stays the host's.
pub(crate) fn source_may_set(name: &str) -> bool {
    name == "authorization" || !is_the_hosts(name)
}

/// The headers of a request, its own put over the host's. `User-Agent` is the client's.
pub(crate) fn outgoing(request: &PageRequest, scope: &FollowScope) -> Result<HeaderMap, FetchError> {
    let refuse = |reason: String| FetchError::Request { url: request.url.to_string(), reason };
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, PAGES);
    for (name, value) in &request.headers {
        let name = name.trim().to_ascii_lowercase();
        if is_the_hosts(&name) {
            return Err(refuse(format!("the header `{name}` is the host's alone")));
        }
        if !ALLOWED.contains(&name.as_str()) && !scope.admits_header(&name) {
            return Err(refuse(format!("the header `{name}` is not allowed; the source's configuration may name it")));
        }
        let key: HeaderName = name.parse().map_err(|_| refuse(format!("`{name}` is not a header name")))?;
        let value = HeaderValue::from_str(value.trim())
            .map_err(|_| refuse(format!("the value of `{name}` has characters that a header cannot carry")))?;
        headers.insert(key, value);
    }
    if let FollowMethod::Post { content_type, .. } = &request.method {
        let value = HeaderValue::from_str(content_type.trim())
            .map_err(|_| refuse("the body's content type has characters that a header cannot carry".to_owned()))?;
        headers.insert(CONTENT_TYPE, value);
    }
    headers.insert(ACCEPT_ENCODING, ENCODINGS);
    Ok(headers)
}

/// Moves an announced length along with a body that went from one length to another after it was received.
pub(crate) fn relengthen(headers: &mut [(String, String)], received: u64, now: u64) {
    let announced = headers.iter_mut().find(|(name, _)| name == "content-length");
    if let Some((_, value)) = announced
        && let Ok(length) = value.trim().parse::<u64>()
    {
        *value = length.saturating_add(now).saturating_sub(received).to_string();
    }
}

/// Takes off what another origin should not see.
pub(crate) fn for_other_origin(headers: &mut HeaderMap) {
    let own: Vec<HeaderName> =
        headers.keys().filter(|name| !CROSS_ORIGIN.contains(name) && *name != ACCEPT_ENCODING).cloned().collect();
    for name in own {
        headers.remove(name);
    }
}

/// Refuses an answer with more headers than the limits allow. hyper has bounded them already while reading (by number, and
/// by its buffer of about 400 KiB).
pub(crate) fn check(url: &str, headers: &HeaderMap, limits: &FetchLimits) -> Result<(), FetchError> {
    let too_large = |reason: String| Err(FetchError::HeadersTooLarge { url: url.to_owned(), reason });
    if headers.len() > limits.headers {
        return too_large(format!("{} lines, the limit is {}", headers.len(), limits.headers));
    }
    let bytes: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if bytes > limits.header_bytes {
        return too_large(format!("{bytes} bytes, the limit is {}", limits.header_bytes));
    }
    Ok(())
}

/// The headers as a page keeps them: text values, in order, without cookies (which would be stored and shown to plugins).
pub(crate) fn kept(headers: &HeaderMap, veil: &Veil) -> Vec<(String, String)> {
    headers
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "set-cookie" | "set-cookie2"))
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), veil.text(text(value)?))))
        .collect()
}

/// A header's value as text: UTF-8, where it is that.
pub(crate) fn text(value: &HeaderValue) -> Option<String> {
    std::str::from_utf8(value.as_bytes()).ok().map(str::to_owned)
}

/// The first header of this name, as text.
pub(crate) fn first(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    headers.get(name).and_then(text)
}
