//! One request and its answer: the part of a fetch between two decisions.
//!
//! Sends what it is given, within the limits, and gives back a page, a place to go to, or word that nothing changed. It knows of
//! secrets only what to hide.

use std::time::Duration;

use chrono::{DateTime, Utc};
use marquee_model::{Digest, Page, PageRequest};
use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION, RETRY_AFTER, SET_COOKIE};
use tokio::time::{Instant, timeout};
use url::Url;

use crate::{
    FetchError, Fetcher, Stage,
    body::{self, Meter},
    charset, failure, headers,
    hop::Hop,
    secrets::Veil,
};

/// What is put on the wire for a hop: with secrets, where it has any. Never shown, never kept.
pub(crate) struct Parcel {
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<String>,
    /// Whether it asks for the page only if it changed.
    pub(crate) conditional: bool,
}

impl Parcel {
    /// The hop as it is.
    pub(crate) fn of(hop: &Hop) -> Self {
        Self { url: hop.url.url().clone(), headers: hop.headers.clone(), body: hop.body.clone(), conditional: false }
    }
}

/// What a request came to.
pub(crate) struct Reply {
    pub(crate) answer: Answer,
    pub(crate) status: u16,
    /// `Set-Cookie`, as sent.
    pub(crate) cookies: Vec<String>,
}

/// What a hop led to.
pub(crate) enum Answer {
    /// A page, and its bytes where they are not its text.
    Page { page: Box<Page>, raw: Option<Vec<u8>> },
    /// A redirect.
    Elsewhere { status: u16, location: String },
    /// Status 304 to a conditional request.
    NotModified,
}

/// What came instead of a page when a robots.txt was asked for.
pub(crate) enum RobotsAnswer {
    /// An answer that is none of those below: the file, or word that there is none.
    File { status: u16, body: Vec<u8> },
    /// A redirect.
    Elsewhere { status: u16, location: String },
}

/// One request, and who makes it.
pub(crate) struct Exchange<'a> {
    pub(crate) fetcher: &'a Fetcher,
    pub(crate) client: &'a reqwest::Client,
    pub(crate) hop: &'a Hop,
    pub(crate) request: &'a PageRequest,
    pub(crate) veil: &'a Veil,
    pub(crate) meter: &'a Meter,
}

impl Exchange<'_> {
    /// Sends it and reads the answer, in the time that is left, from which what it took is taken.
    pub(crate) async fn send(&self, parcel: Parcel, left: &mut Duration) -> Result<Reply, FetchError> {
        self.within(left, Box::pin(self.ask(parcel))).await
    }

    /// The same for a robots.txt, of which no more than `most` bytes are read.
    pub(crate) async fn send_for_robots(&self, most: u64, left: &mut Duration) -> Result<RobotsAnswer, FetchError> {
        self.within(left, Box::pin(self.ask_robots(most))).await
    }

    async fn within<T>(
        &self,
        left: &mut Duration,
        work: impl Future<Output = Result<T, FetchError>>,
    ) -> Result<T, FetchError> {
        let started = Instant::now();
        let outcome = timeout(*left, work).await.unwrap_or_else(|_| {
            let limit = self.fetcher.limits().total();
            Err(FetchError::Timeout { url: self.hop.url.to_string(), stage: Stage::Total, limit })
        });
        *left = left.saturating_sub(started.elapsed());
        outcome
    }

    async fn answer(&self, parcel: Parcel) -> Result<reqwest::Response, FetchError> {
        let (url, limits) = (self.hop.url.as_str(), self.fetcher.limits());
        let mut builder = self.client.request(self.hop.method.clone(), parcel.url).headers(parcel.headers);
        if let Some(body) = parcel.body {
            builder = builder.body(body);
        }
        let limit = limits.head();
        let response = timeout(limit, builder.send())
            .await
            .map_err(|_| FetchError::Timeout { url: url.to_owned(), stage: Stage::Head, limit })?
            .map_err(|error| failure::of_request(url, &error, limits))?;
        headers::check(url, response.headers(), limits)?;
        Ok(response)
    }

    async fn ask(&self, parcel: Parcel) -> Result<Reply, FetchError> {
        let (url, limits) = (self.hop.url.as_str(), self.fetcher.limits());
        let conditional = parcel.conditional;
        let response = self.answer(parcel).await?;
        let fetched_at = self.fetcher.clock().now();
        let status = response.status().as_u16();
        let cookies = response.headers().get_all(SET_COOKIE).iter().filter_map(headers::text).collect();
        if Hop::redirects(status)
            && let Some(location) = location(response.headers())
        {
            let location = self.veil.text(location);
            return Ok(Reply { answer: Answer::Elsewhere { status, location }, status, cookies });
        }
        if status == 304 && conditional {
            return Ok(Reply { answer: Answer::NotModified, status, cookies });
        }
        let gone = self.request.depth > 0 && matches!(status, 404 | 410);
        if !(200..=299).contains(&status) && !gone {
            let retry_after = retry_after(response.headers(), fetched_at);
            return Err(FetchError::Status { url: url.to_owned(), status, retry_after });
        }
        let content_type = headers::first(response.headers(), CONTENT_TYPE).map(|value| self.veil.text(value));
        if let Some(content_type) = &content_type {
            let media_type = content_type.split([';', ',']).next().unwrap_or_default().trim();
            if !media_type.is_empty() && !limits.reads(media_type) {
                return Err(FetchError::ContentType { url: url.to_owned(), content_type: content_type.clone() });
            }
        }
        let mut headers = headers::kept(response.headers(), self.veil);
        let bytes = body::receive(url, response, limits, self.meter).await?;
        let received = bytes.len() as u64;
        let (bytes, decoded) = self.decoded(bytes, content_type.as_deref());
        if bytes.len() as u64 != received {
            // Without secrets the body is of another length; what is announced must stay as far from it as it was.
            headers::relengthen(&mut headers, received, bytes.len() as u64);
        }
        tracing::debug!(url, status, bytes = bytes.len(), charset = decoded.charset, "fetched");
        let page = Page {
            request: self.request.clone(),
            url: self.hop.url.clone(),
            status,
            headers,
            fetched_at,
            charset: decoded.charset.to_owned(),
            digest: Digest::of(&bytes),
            bytes: bytes.len() as u64,
            body: decoded.text,
        };
        let raw = (bytes != page.body.as_bytes()).then_some(bytes);
        Ok(Reply { answer: Answer::Page { page: Box::new(page), raw }, status, cookies })
    }

    /// Bytes and text of a body, both without secrets.
    fn decoded(&self, bytes: Vec<u8>, content_type: Option<&str>) -> (Vec<u8>, charset::Decoded) {
        if self.veil.is_none() {
            let decoded = charset::decode(&bytes, content_type);
            return (bytes, decoded);
        }
        let bytes = self.veil.bytes(bytes);
        let mut decoded = charset::decode(&bytes, content_type);
        let hidden = self.veil.text(decoded.text.clone());
        if hidden == decoded.text {
            return (bytes, decoded);
        }
        // In an encoding in which it could not be found among the bytes: then the text is what is kept.
        decoded.charset = encoding_rs::UTF_8.name();
        decoded.text = hidden;
        (decoded.text.clone().into_bytes(), decoded)
    }

    async fn ask_robots(&self, most: u64) -> Result<RobotsAnswer, FetchError> {
        let (url, limits) = (self.hop.url.as_str(), self.fetcher.limits());
        let response = self.answer(Parcel::of(self.hop)).await?;
        let status = response.status().as_u16();
        if Hop::redirects(status)
            && let Some(location) = location(response.headers())
        {
            return Ok(RobotsAnswer::Elsewhere { status, location });
        }
        match status {
            200..=299 => {
                let body = body::beginning(url, response, limits, most, self.meter).await?;
                Ok(RobotsAnswer::File { status, body })
            }
            // What else has no file to give: 4xx, and redirects that lead nowhere.
            300..=499 if status != 429 => Ok(RobotsAnswer::File { status, body: Vec::new() }),
            _ => {
                let retry_after = retry_after(response.headers(), self.fetcher.clock().now());
                Err(FetchError::Status { url: url.to_owned(), status, retry_after })
            }
        }
    }
}

/// `Location`, which some servers send in raw UTF-8.
fn location(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(LOCATION)?;
    let text = String::from_utf8_lossy(value.as_bytes()).trim().to_owned();
    (!text.is_empty()).then_some(text)
}

/// `Retry-After`: seconds, or an HTTP date as seen from now. A date in the past is no wait.
pub(crate) fn retry_after(headers: &HeaderMap, now: DateTime<Utc>) -> Option<Duration> {
    let value = headers::first(headers, RETRY_AFTER)?;
    let value = value.trim();
    if let Ok(seconds) = value.parse::<u32>() {
        return Some(Duration::from_secs(seconds.into()));
    }
    let date = DateTime::parse_from_rfc2822(value).ok()?;
    Some((date.with_timezone(&Utc) - now).to_std().unwrap_or(Duration::ZERO))
}
