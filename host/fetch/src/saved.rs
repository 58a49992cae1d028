//! Pages from files, as if they had just been fetched: for `marquee plugin run`, scores and replays.

use std::path::Path;

use chrono::{DateTime, Utc};
use marquee_model::{Digest, Page, PageRequest, WebUrl};

use crate::charset;

/// The content type that a server would give a file of this name; HTML where the ending tells nothing else.
#[must_use]
pub fn content_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("json") => "application/json",
        Some("xml" | "rss" | "atom") => "application/xml",
        Some("ics") => "text/calendar",
        _ => "text/html",
    }
}

/// The page that a server would have answered with: status 200, these bytes, this content type. `kind` is
/// [`PageRequest::LISTING`] or the tag of a follow request. Decoded exactly as a fetched page is; never touches the network.
#[must_use]
pub fn page(bytes: &[u8], content_type: Option<&str>, url: WebUrl, fetched_at: DateTime<Utc>, kind: &str) -> Page {
    let decoded = charset::decode(bytes, content_type);
    let depth = u8::from(kind != PageRequest::LISTING);
    Page {
        request: PageRequest { kind: kind.to_owned(), depth, ..PageRequest::listing(url.clone()) },
        url,
        status: 200,
        headers: content_type.map(|value| ("content-type".to_owned(), value.to_owned())).into_iter().collect(),
        fetched_at,
        charset: decoded.charset.to_owned(),
        digest: Digest::of(bytes),
        bytes: bytes.len() as u64,
        body: decoded.text,
    }
}
