//! Visits by a browser: robots.txt, a turn at the host and the source's headers as for any other, around a page that scripts build.

use marquee_model::{Page, PageRequest, Toll};

use super::{Answer, Session, VisitError, visitor::NoTurn};
use crate::{
    FetchError, FollowScope,
    browser::{BrowserCookies, BrowserError, Browsers, RenderedPage, render_page},
    hop::Hop,
    secrets,
};

/// A page that a browser built.
#[derive(Debug)]
pub struct Rendering {
    /// The page.
    pub page: Box<Page>,
    /// What it took, the browser's own requests among it.
    pub toll: Toll,
    /// What an operator should know although the page was taken.
    pub remarks: Vec<String>,
}

impl Session {
    /// Has a browser build a page. It takes one turn at the page's host; what the browser loads meanwhile runs within it. `cookies` is
    /// one jar a crawl.
    ///
    /// A browser is given no secret: an address with one is refused, headers with one are put in behind its back.
    pub async fn render(
        &self,
        browsers: &Browsers,
        cookies: &BrowserCookies,
        request: &PageRequest,
        scope: &FollowScope,
    ) -> Result<Rendering, VisitError> {
        let mut toll = Toll::default();
        match Box::pin(self.build(browsers, cookies, request, scope, &mut toll)).await {
            Ok(RenderedPage { mut page, toll: own, remarks, .. }) => {
                toll += own;
                let veil = self.veil();
                if !veil.is_none() {
                    page.body = veil.text(page.body);
                    page.digest = marquee_model::Digest::of(page.body.as_bytes());
                    page.bytes = page.body.len() as u64;
                }
                Ok(Rendering { page: Box::new(page), toll, remarks })
            }
            Err((error, not_before)) => {
                let veil = self.veil();
                let error = if veil.is_none() { error } else { error.map(|text| veil.text(text.to_owned())) };
                Err(VisitError { error, toll, not_before })
            }
        }
    }

    async fn build(
        &self,
        browsers: &Browsers,
        cookies: &BrowserCookies,
        request: &PageRequest,
        scope: &FollowScope,
        toll: &mut Toll,
    ) -> Result<RenderedPage, NoTurn> {
        let parts = self.parts();
        let for_good = |error: FetchError| (error, None);
        if let Some(name) = secrets::names(request.url.as_str()).into_iter().next() {
            let reason =
                "which a browser would show to the page. Send it as a header (`fetch.headers`), or ask by `http`";
            return Err(for_good(FetchError::Secret { url: request.url.to_string(), name, reason: reason.to_owned() }));
        }
        let hop = Hop::first(request, scope, parts.fetcher.limits()).map_err(for_good)?;
        parts.fetcher.admit(&hop.url, request, scope).map_err(for_good)?;
        let headers = self.browser_headers(&hop).map_err(for_good)?;
        let turn = self.allowed_turn(&hop.url, toll).await?;
        let rendered = render_page(browsers, &parts.fetcher, request, self.source(), scope, &headers, cookies).await;
        let took = chrono::TimeDelta::zero();
        let answer = match &rendered {
            // How long a browser took says nothing of how fast the host answers.
            Ok(rendered) => Answer::Status { status: rendered.page.status, retry_after: None, took },
            Err(BrowserError::Fetch(error)) => Answer::of(error, took),
            // The browser's own trouble says nothing of the host.
            Err(_) => Answer::NotAsked,
        };
        let next = turn.finish(&answer).await;
        rendered.map_err(|error| match error {
            BrowserError::Fetch(error) => {
                let next = next.filter(|_| error.may_heal());
                (error, next)
            }
            error => (FetchError::Browser { heals: error.may_heal(), words: error.to_string() }, None),
        })
    }
}
