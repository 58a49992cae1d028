//! Whether a page is asked for by HTTP or built by a browser, as its source says.
//!
//! Stands above [`Fetcher`] and [`Browsers`] and is all that knows both. It never waits for turns, reads robots.txt or retries: the
//! crawl's session does, around it.

use marquee_model::{FollowMethod, Page, PageRequest, Source, Strategy, Toll};

use crate::{
    Fetcher, FollowScope,
    browser::{BrowserCookies, BrowserError, Browsers, Shell, render_page, wants_script},
};

/// A page, and how it came about.
#[derive(Debug)]
pub struct Obtained {
    /// The page.
    pub page: Page,
    /// What the browser took, where one built it. What HTTP took is the caller's to count.
    pub rendered: Option<Toll>,
    /// What an operator should know although the page was taken.
    pub remarks: Vec<String>,
}

/// Whether a request is rendered without asking for the plain page first. What is asked by POST is data, never a page to render.
#[must_use]
pub fn renders_at_once(source: &Source, request: &PageRequest) -> bool {
    source.fetching.strategy == Strategy::Browser && request.method == FollowMethod::Get
}

/// Why a plain page that came by HTTP is rendered after all: its source leaves the choice, and the page is an empty shell.
#[must_use]
pub fn renders_after(source: &Source, request: &PageRequest, page: &Page) -> Option<Shell> {
    let may = source.fetching.strategy == Strategy::Auto && request.method == FollowMethod::Get;
    let is_html = page.header("content-type").is_none_or(|kind| kind.to_ascii_lowercase().contains("html"));
    if may && is_html { wants_script(&page.body) } else { None }
}

/// Asks for a page as its source says. `headers` are the source's own, with secrets put in; `cookies` is one jar a crawl.
pub async fn obtain(
    fetcher: &Fetcher,
    browsers: &Browsers,
    request: &PageRequest,
    source: &Source,
    scope: &FollowScope,
    headers: &[(String, String)],
    cookies: &BrowserCookies,
) -> Result<Obtained, BrowserError> {
    if !renders_at_once(source, request) {
        let page = Box::pin(fetcher.fetch(request, scope)).await?;
        let Some(shell) = renders_after(source, request, &page) else {
            return Ok(Obtained { page, rendered: None, remarks: Vec::new() });
        };
        tracing::debug!(url = %request.url, %shell, "the plain page is an empty shell");
        let rendered = Box::pin(render_page(browsers, fetcher, request, source, scope, headers, cookies)).await?;
        let remarks = [format!("rendered: {shell}")].into_iter().chain(rendered.remarks).collect();
        return Ok(Obtained { page: rendered.page, rendered: Some(rendered.toll), remarks });
    }
    let rendered = Box::pin(render_page(browsers, fetcher, request, source, scope, headers, cookies)).await?;
    Ok(Obtained { page: rendered.page, rendered: Some(rendered.toll), remarks: rendered.remarks })
}
