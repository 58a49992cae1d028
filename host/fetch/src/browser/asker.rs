//! Who answers a browser's requests: the host, under the same rules as any fetch.
//!
//! Chromium never touches the network. Each of its requests is stopped and handed to an [`Asker`]; what the asker gives back is
//! what the page sees. [`FetcherAsker`] is the real one.

use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use marquee_model::WebUrl;

use crate::{FetchError, Fetcher, FollowScope, fetcher::raw::RawRequest};

/// One request of a browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubRequest {
    /// The address.
    pub url: WebUrl,
    /// The HTTP method.
    pub method: String,
    /// The page's own headers, cookies of its profile among them where the source asks for cookies. `User-Agent` is not among
    /// them: the host names itself.
    pub headers: Vec<(String, String)>,
    /// The body, if any.
    pub body: Option<Vec<u8>>,
    /// What it is for, in the browser's words: `Document`, `Script`, `XHR`, `Fetch`.
    pub resource_type: String,
    /// Whether it loads the page itself: the first request, its redirects, and wherever the page's script leaves for.
    pub is_navigation: bool,
}

/// An answer to a browser's request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubAnswer {
    /// The HTTP status. Redirects are handed to the browser, which asks for the next address in turn.
    pub status: u16,
    /// All headers.
    pub headers: Vec<(String, String)>,
    /// The body after content decoding.
    pub body: Vec<u8>,
    /// When it began to arrive.
    pub fetched_at: DateTime<Utc>,
}

/// Answers a browser's requests.
pub trait Asker: Send + Sync {
    /// Answers one. An error is a failed request to the page's script; where the page itself was asked for, it ends the render.
    fn ask(&self, request: SubRequest) -> BoxFuture<'_, Result<SubAnswer, FetchError>>;
}

/// Asks the network by a [`Fetcher`]: its egress rules, limits, certificates and name, for every request and every redirect.
///
/// It waits for no turn at a host: a render runs within the turn that its caller holds.
#[derive(Clone, Copy)]
pub struct FetcherAsker<'a> {
    fetcher: &'a Fetcher,
    /// Binds where the page itself may be (followed pages); what a page loads may be anywhere that the egress rules allow.
    scope: Option<&'a FollowScope>,
    /// Headers of the request for the page's own origin, such as a source's `fetch.headers`.
    own: &'a [(String, String)],
    origin: &'a WebUrl,
}

impl<'a> FetcherAsker<'a> {
    /// An asker for the page at `page`. `scope` binds where it may be; `own` are headers that only its own origin is sent.
    #[must_use]
    pub const fn new(
        fetcher: &'a Fetcher,
        page: &'a WebUrl,
        scope: Option<&'a FollowScope>,
        own: &'a [(String, String)],
    ) -> Self {
        Self { fetcher, scope, own, origin: page }
    }
}

impl Asker for FetcherAsker<'_> {
    fn ask(&self, request: SubRequest) -> BoxFuture<'_, Result<SubAnswer, FetchError>> {
        Box::pin(async move {
            let SubRequest { url, method, mut headers, body, is_navigation, .. } = request;
            if url.url().origin() == self.origin.url().origin() {
                headers.retain(|(name, _)| !self.own.iter().any(|(own, _)| own.eq_ignore_ascii_case(name)));
                headers.extend(self.own.iter().cloned());
            }
            let scope = self.scope.filter(|_| is_navigation);
            let answer = self.fetcher.raw(&RawRequest { url, method, headers, body }, scope).await?;
            Ok(SubAnswer {
                status: answer.status,
                headers: answer.headers,
                body: answer.body,
                fetched_at: answer.fetched_at,
            })
        })
    }
}
