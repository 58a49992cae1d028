//! One request and its answer as they are: no redirects, any status, any type, bytes after content decoding.
//!
//! What a browser's own requests are answered with ([`crate::browser`]). Under the same egress rules, certificates, time and
//! size limits as [`Fetcher::fetch`]. It never follows, never decodes characters, and never waits for a turn at a host: whoever
//! calls it holds the turn.

use chrono::{DateTime, Utc};
use marquee_model::WebUrl;
use reqwest::{
    Method,
    header::{ACCEPT_ENCODING, HeaderMap, HeaderName, HeaderValue},
};
use tokio::time::timeout;

use super::Fetcher;
use crate::{FetchError, FollowScope, Stage, body, egress::Grant, failure, headers};

/// A request as it is sent. `User-Agent`, `Host`, `Accept-Encoding` and the connection's headers are the host's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawRequest {
    /// The address.
    pub url: WebUrl,
    /// `GET`, `HEAD`, `POST` or `OPTIONS`.
    pub method: String,
    /// Headers in order. Those that are the host's own are left out; a value that no header can carry is refused.
    pub headers: Vec<(String, String)>,
    /// The body, if any.
    pub body: Option<Vec<u8>>,
}

/// An answer as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawAnswer {
    /// The HTTP status, redirects and errors among them.
    pub status: u16,
    /// All headers with values that are text, in order, cookies among them.
    pub headers: Vec<(String, String)>,
    /// The body after content decoding.
    pub body: Vec<u8>,
    /// When the answer began to arrive.
    pub fetched_at: DateTime<Utc>,
}

/// Methods that read. A crawler has nothing to put, patch or delete.
const METHODS: &[&str] = &["GET", "HEAD", "POST", "OPTIONS"];

impl Fetcher {
    /// Sends one request and gives back its answer, whatever it is. `scope`, where given, binds the host of the URL.
    pub async fn raw(&self, request: &RawRequest, scope: Option<&FollowScope>) -> Result<RawAnswer, FetchError> {
        let url = request.url.as_str();
        let client = self.client_for(&request.url, scope)?;
        let refuse = |reason: String| FetchError::Request { url: url.to_owned(), reason };
        if url.len() > self.limits.url_bytes {
            return Err(refuse(format!("its URL is longer than {} bytes", self.limits.url_bytes)));
        }
        if !METHODS.contains(&request.method.as_str()) {
            return Err(refuse(format!("the method `{}` changes things", request.method)));
        }
        let method: Method = request.method.parse().map_err(|_| refuse("it has no HTTP method".to_owned()))?;
        let mut builder = client.request(method, request.url.url().clone()).headers(sent(request, &refuse)?);
        if let Some(body) = &request.body {
            if body.len() > self.limits.request_bytes {
                return Err(refuse(format!("its body is longer than {} bytes", self.limits.request_bytes)));
            }
            builder = builder.body(body.clone());
        }
        let limit = self.limits.total();
        timeout(limit, Box::pin(self.exchange(url, builder))).await.map_err(|_| FetchError::Timeout {
            url: url.to_owned(),
            stage: Stage::Total,
            limit,
        })?
    }

    async fn exchange(&self, url: &str, builder: reqwest::RequestBuilder) -> Result<RawAnswer, FetchError> {
        let limit = self.limits.head();
        let response = timeout(limit, builder.send())
            .await
            .map_err(|_| FetchError::Timeout { url: url.to_owned(), stage: Stage::Head, limit })?
            .map_err(|error| failure::of_request(url, &error, &self.limits))?;
        let fetched_at = self.clock.now();
        headers::check(url, response.headers(), &self.limits)?;
        let status = response.status().as_u16();
        let kept = response.headers().iter();
        let headers =
            kept.filter_map(|(name, value)| Some((name.as_str().to_owned(), headers::text(value)?))).collect();
        let body = body::receive(url, response, &self.limits, &body::Meter::default()).await?;
        Ok(RawAnswer { status, headers, body, fetched_at })
    }

    /// The client that may ask this URL, if any may.
    fn client_for(&self, url: &WebUrl, scope: Option<&FollowScope>) -> Result<&reqwest::Client, FetchError> {
        let grant = self.policy.check(url).map_err(|denial| FetchError::Denied { url: url.to_string(), denial })?;
        if scope.is_some_and(|scope| !scope.admits(url)) {
            return Err(FetchError::OutOfScope { url: url.to_string(), host: url.host().to_owned() });
        }
        if url.url().scheme() == "https" && !self.has_roots {
            return Err(FetchError::NoCertificates { url: url.to_string() });
        }
        Ok(match grant {
            Grant::Public => &self.public,
            Grant::Named => &self.named,
        })
    }
}

/// The headers that go out. What a page's own script may send goes too (`authorization` with its public key, `cookie` of its own
/// profile); what belongs to the host or the connection does not.
fn sent(request: &RawRequest, refuse: &impl Fn(String) -> FetchError) -> Result<HeaderMap, FetchError> {
    let mut sent = HeaderMap::new();
    for (name, value) in &request.headers {
        let name = name.trim().to_ascii_lowercase();
        if headers::is_the_hosts(&name) && !matches!(name.as_str(), "authorization" | "cookie") {
            continue;
        }
        let key: HeaderName = name.parse().map_err(|_| refuse(format!("`{name}` is not a header name")))?;
        let value = HeaderValue::from_bytes(value.trim().as_bytes())
            .map_err(|_| refuse(format!("the value of `{name}` has characters that a header cannot carry")))?;
        sent.append(key, value);
    }
    sent.insert(ACCEPT_ENCODING, headers::ENCODINGS);
    Ok(sent)
}
