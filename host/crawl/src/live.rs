//! Pages from the network.

use std::sync::Arc;

use futures::{FutureExt as _, future::BoxFuture};
use marquee_fetch::{
    BrowserCookies, Browsers, PageAnswer, Rendering, Session, VisitError, Visited, Visitor,
    strategy::{renders_after, renders_at_once},
};
use marquee_model::Source;

use crate::{Answer, Ask, CrawlPages, PageSupply, Supplied, Unsupplied};

/// Pages by the visitor's rules; by a browser where the source asks for one, or leaves the choice and the plain page is an empty shell.
pub struct LivePages {
    visitor: Visitor,
    browsers: Arc<Browsers>,
}

impl LivePages {
    /// Pages from this visitor and these browsers.
    #[must_use]
    pub const fn new(visitor: Visitor, browsers: Arc<Browsers>) -> Self {
        Self { visitor, browsers }
    }
}

impl PageSupply for LivePages {
    fn open<'a>(&'a self, source: &'a Source) -> Box<dyn CrawlPages + 'a> {
        let session = self.visitor.session(source);
        Box::new(Visits { source, session, browsers: &self.browsers, cookies: BrowserCookies::default() })
    }
}

struct Visits<'a> {
    source: &'a Source,
    session: Session,
    browsers: &'a Browsers,
    cookies: BrowserCookies,
}

impl Visits<'_> {
    async fn get(&self, ask: Ask<'_>) -> Result<Supplied, Unsupplied> {
        if renders_at_once(self.source, ask.request) {
            return self.render(ask).await;
        }
        let visited = self.session.visit(ask.request, ask.scope, ask.validators).await;
        let plain = visited.map_err(|error| unsupplied(&error))?;
        let shell = match &plain.answer {
            PageAnswer::Page { page, .. } => renders_after(self.source, ask.request, page),
            PageAnswer::NotModified => None,
        };
        let Some(shell) = shell else { return Ok(supplied(plain)) };
        tracing::debug!(url = %ask.request.url, %shell, "the plain page is an empty shell");
        match self.render(ask).await {
            Ok(mut rendered) => {
                rendered.toll += plain.toll;
                rendered
                    .remarks
                    .insert(0, format!("built by a browser, since the plain page is an empty shell: {shell}"));
                Ok(rendered)
            }
            Err(mut unsupplied) => {
                unsupplied.toll += plain.toll;
                Err(unsupplied)
            }
        }
    }

    async fn render(&self, ask: Ask<'_>) -> Result<Supplied, Unsupplied> {
        let rendering = self.session.render(self.browsers, &self.cookies, ask.request, ask.scope).await;
        let Rendering { page, toll, remarks } = rendering.map_err(|error| unsupplied(&error))?;
        Ok(Supplied { answer: Answer::Page { page, raw: None }, toll, rendered: true, remarks })
    }
}

impl CrawlPages for Visits<'_> {
    fn page<'a>(&'a mut self, ask: Ask<'a>) -> BoxFuture<'a, Result<Supplied, Unsupplied>> {
        self.get(ask).boxed()
    }
}

fn supplied(visited: Visited) -> Supplied {
    let answer = match visited.answer {
        PageAnswer::Page { page, raw } => Answer::Page { page, raw },
        PageAnswer::NotModified => Answer::NotModified,
    };
    Supplied { answer, toll: visited.toll, rendered: false, remarks: Vec::new() }
}

fn unsupplied(error: &VisitError) -> Unsupplied {
    if let Some(not_before) = error.not_before() {
        tracing::info!(%error, %not_before, "no page now");
    }
    let (heals, not_before) = (error.heals(), error.not_before());
    Unsupplied { reason: error.to_string(), heals, not_before, toll: error.toll }
}
