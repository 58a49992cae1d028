//! A rendered page as the rest of the pipeline knows pages.

use marquee_model::{Digest, Page, PageRequest, Source, Toll};

use super::{BrowserCookies, BrowserError, Browsers, FetcherAsker, Manner};
use crate::{Fetcher, FollowScope};

/// A page that a browser built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderedPage {
    /// The page: its body is the document's markup, its digest and size are that markup's in UTF-8, its URL, status and headers those
    /// of the answer that the document was loaded from.
    pub page: Page,
    /// What it took: every request that was asked.
    pub toll: Toll,
    /// What an operator should know although the page was taken.
    pub remarks: Vec<String>,
    /// Most memory that the browser held, in MiB.
    pub peak_mib: u64,
}

/// Renders a page of a source, each request asked by `fetcher`.
///
/// Call it while holding the turn at the page's host, after robots.txt and delay: the browser's own requests run within that turn,
/// `parallel_requests` at once, as a reader's browser would make them. `scope` binds where a followed page may be; what it loads
/// may be anywhere that the egress rules allow. `headers` are the source's own, secrets put in: they go to the page's own origin
/// only and are never shown to the browser. `cookies` is one jar a crawl.
pub async fn render_page(
    browsers: &Browsers,
    fetcher: &Fetcher,
    request: &PageRequest,
    source: &Source,
    scope: &FollowScope,
    headers: &[(String, String)],
    cookies: &BrowserCookies,
) -> Result<RenderedPage, BrowserError> {
    let own: Vec<(String, String)> = request.headers.iter().chain(headers).cloned().collect();
    let scope = (request.depth > 0).then_some(scope);
    let asker = FetcherAsker::new(fetcher, &request.url, scope, &own);
    let agent = fetcher.agent().to_string();
    let manner = Manner { agent: &agent, cookies: source.fetching.cookies.then_some(cookies) };
    let rendered = browsers.render(request, &source.fetching.browser, &asker, manner).await?;
    let toll = Toll { requests: rendered.requests, received_bytes: rendered.received_bytes, ..Toll::default() };
    let page = Page {
        request: request.clone(),
        url: rendered.url,
        status: rendered.status,
        headers: rendered.headers,
        fetched_at: rendered.fetched_at,
        charset: "UTF-8".to_owned(),
        digest: Digest::of(rendered.html.as_bytes()),
        bytes: rendered.html.len() as u64,
        body: rendered.html,
    };
    Ok(RenderedPage { page, toll, remarks: rendered.remarks, peak_mib: rendered.peak_mib })
}
