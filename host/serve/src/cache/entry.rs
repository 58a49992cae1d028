//! An answer that can be given again: its bytes, once in each coding that was asked for, and its headers.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;
use tokio::sync::OnceCell;

use super::{encoding::Coding, etag::Tag};
use crate::layers::Route;

/// An answer with status 200.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Everything but tag, coding and length.
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) route: Route,
    tag: Tag,
    /// Whether it is worth compressing.
    packs: bool,
    plain: Form,
    packed: [OnceCell<Form>; Coding::COMPRESSED.len()],
    /// When it was made, in milliseconds since 1970 by the host's clock: hosts that share answers can compare.
    pub(super) made_ms: i64,
    /// Until when it is given again.
    pub(super) until: Instant,
}

/// The answer in one coding, with its headers ready: they are the same for all who ask.
#[derive(Debug)]
struct Form {
    body: Bytes,
    whole: HeaderMap,
    unchanged: HeaderMap,
}

impl Form {
    fn new(headers: &HeaderMap, tag: &Tag, coding: Coding, body: Bytes) -> Self {
        let tag = tag.value(coding);
        let kept = KEPT.iter().filter_map(|name| Some((name.clone(), headers.get(name)?.clone())));
        let mut unchanged: HeaderMap = kept.collect();
        let mut whole = headers.clone();
        whole.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
        if coding != Coding::Identity {
            whole.insert(header::CONTENT_ENCODING, coding.value());
        }
        for headers in [&mut whole, &mut unchanged] {
            headers.extend(tag.clone().map(|tag| (header::ETAG, tag)));
        }
        Self { body, whole, unchanged }
    }
}

/// The headers that a 304 repeats (RFC 9110 section 15.4.5), and the one that a page elsewhere needs to read it. All others stand with the
/// answer that the client holds, and would be most of the bytes.
const KEPT: [header::HeaderName; 3] = [header::CACHE_CONTROL, header::VARY, header::ACCESS_CONTROL_ALLOW_ORIGIN];

impl Entry {
    pub(super) fn new(
        headers: HeaderMap,
        body: Bytes,
        route: Route,
        compress_from: usize,
        made_ms: i64,
        fresh: Duration,
    ) -> Self {
        let packs = body.len() >= compress_from && is_text(&headers);
        let tag = Tag::of(&body);
        Self {
            plain: Form::new(&headers, &tag, Coding::Identity, body.clone()),
            tag,
            headers,
            body,
            route,
            packs,
            packed: Default::default(),
            made_ms,
            until: Instant::now() + fresh,
        }
    }

    /// Bytes of memory, at most: text packs to less than half of itself in each coding, and headers take about 2 KiB.
    pub(super) fn weight(&self) -> u32 {
        let body = self.body.len();
        let packed = if self.packs { body } else { 0 };
        u32::try_from(body + packed + 2048).unwrap_or(u32::MAX)
    }

    /// The answer to a request with these headers; without its body where only the head was asked for.
    pub(super) async fn answer(self: Arc<Self>, asked: &HeaderMap, only_head: bool) -> Response {
        let wanted = if self.packs { Coding::wanted(asked) } else { Coding::Identity };
        let mut response = match self.tag.held(asked, wanted) {
            Some(coding) => self.unchanged(coding),
            None => self.whole(wanted, only_head).await,
        };
        response.extensions_mut().insert(self.route.clone());
        response
    }

    fn unchanged(&self, coding: Coding) -> Response {
        let mut response = StatusCode::NOT_MODIFIED.into_response();
        match self.form(coding) {
            Some(form) => response.headers_mut().clone_from(&form.unchanged),
            // Held since before this entry was made, and not asked for since.
            None => {
                response.headers_mut().clone_from(&self.plain.unchanged);
                response.headers_mut().extend(self.tag.value(coding).map(|tag| (header::ETAG, tag)));
            }
        }
        response
    }

    async fn whole(&self, wanted: Coding, only_head: bool) -> Response {
        let form = self.packed(wanted).await.unwrap_or(&self.plain);
        let mut response = Response::new(if only_head { Body::empty() } else { Body::from(form.body.clone()) });
        response.headers_mut().clone_from(&form.whole);
        response
    }

    /// The answer in a coding, where it is there already.
    fn form(&self, coding: Coding) -> Option<&Form> {
        match Coding::COMPRESSED.iter().position(|known| *known == coding) {
            Some(index) => self.packed.get(index)?.get(),
            None => Some(&self.plain),
        }
    }

    /// The answer in a coding that compresses, made when it is first asked for.
    async fn packed(&self, coding: Coding) -> Option<&Form> {
        let index = Coding::COMPRESSED.iter().position(|known| *known == coding)?;
        // On the heap: an encoder is some kilobytes, which every answer would carry along whether or not it is compressed.
        let made = self.packed.get(index)?.get_or_try_init(|| {
            Box::pin(async {
                let body = coding.encode(&self.body).await?;
                std::io::Result::Ok(Form::new(&self.headers, &self.tag, coding, body))
            })
        });
        match made.await {
            Ok(form) => Some(form),
            Err(error) => {
                tracing::error!(%error, coding = coding.name(), "an answer could not be compressed; it is sent as it is");
                None
            }
        }
    }
}

/// Whether a body of this type gets smaller: pictures are packed already.
fn is_text(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if headers.contains_key(header::CONTENT_ENCODING) {
        return false;
    }
    ["text/", "application/json", "application/javascript", "image/svg"].iter().any(|known| kind.starts_with(known))
        || kind.contains("+json")
        || kind.contains("+xml")
        || kind.contains("/xml")
}
