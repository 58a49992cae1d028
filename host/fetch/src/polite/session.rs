//! The visits of one crawl.

use std::{collections::BTreeSet, sync::Arc};

use marquee_model::{PageRequest, Source, Toll, Validators, WebUrl};
use reqwest::Method;

use super::{
    Answer, PageAnswer, VisitError, Visited,
    cookies::Cookies,
    dress,
    visitor::{NoTurn, Parts},
};
use crate::{
    FetchError, FollowScope, Stage,
    body::Meter,
    exchange::{self, Exchange},
    hop::Hop,
};

/// One crawl's visits: its cookies, and what its source asks for. Made by [`super::Visitor::session`], and ended with the crawl.
pub struct Session {
    parts: Arc<Parts>,
    source: Source,
    /// Where the source's headers and secrets may go.
    own_hosts: FollowScope,
    secret_names: BTreeSet<String>,
    cookies: Cookies,
}

impl Session {
    pub(super) fn new(parts: Arc<Parts>, source: &Source) -> Self {
        Self {
            parts,
            source: source.clone(),
            own_hosts: FollowScope::of(source),
            secret_names: dress::named_by(source),
            cookies: Cookies::default(),
        }
    }

    /// Asks for a page.
    ///
    /// What is a page is as with [`crate::Fetcher::fetch`]. Each request (redirects, repetitions, robots.txt) waits for its turn at its
    /// host first; a wait beyond `max_wait_ms` is an error that heals, with [`VisitError::not_before`]. With `validators`, a
    /// GET may come to [`PageAnswer::NotModified`]. What may heal is tried again, at most `retries` times: a POST only where no
    /// connection was made, so that nothing is done twice.
    pub async fn visit(
        &self,
        request: &PageRequest,
        scope: &FollowScope,
        validators: Option<&Validators>,
    ) -> Result<Visited, VisitError> {
        let mut toll = Toll::default();
        // On the heap: the future is large, and callers hold it in theirs.
        match Box::pin(self.go(request, scope, validators, &mut toll)).await {
            Ok(answer) => Ok(Visited { answer, toll }),
            Err((error, not_before)) => {
                let veil = self.veil();
                let error = if veil.is_none() { error } else { error.map(|text| veil.text(text.to_owned())) };
                Err(VisitError { error, toll, not_before })
            }
        }
    }

    async fn go(
        &self,
        request: &PageRequest,
        scope: &FollowScope,
        validators: Option<&Validators>,
        toll: &mut Toll,
    ) -> Result<PageAnswer, NoTurn> {
        let parts = &self.parts;
        let limits = parts.fetcher.limits();
        let veil = self.veil();
        let for_good = |error: FetchError| (error, None);
        let mut hop = Hop::first(request, scope, limits).map_err(for_good)?;
        let mut left = parts.total();
        let mut retries = parts.settings.retries;
        loop {
            let client = parts.fetcher.admit(&hop.url, request, scope).map_err(for_good)?;
            let parcel = self.dressed(&hop, request, validators).map_err(for_good)?;
            let asked = self.allowed_turn(&hop.url, toll).await;
            let turn = match asked {
                Ok(turn) => turn,
                Err((error, next)) if retries > 0 && may_repeat(&error, &hop.method) && parts.waits_until(next) => {
                    retries = retries.saturating_sub(1);
                    toll.retries = toll.retries.saturating_add(1);
                    continue;
                }
                Err(no_turn) => return Err(no_turn),
            };
            toll.requests = toll.requests.saturating_add(1);
            let (started, meter) = (parts.pace.now(), Meter::default());
            let exchange = Exchange { fetcher: &parts.fetcher, client, hop: &hop, request, veil: &veil, meter: &meter };
            let outcome = exchange.send(parcel, &mut left).await;
            toll.received_bytes = toll.received_bytes.saturating_add(meter.bytes());
            let took = parts.since(started);
            let answer = match &outcome {
                Ok(reply) => Answer::Status { status: reply.status, retry_after: None, took },
                Err(error) => Answer::of(error, took),
            };
            let next = turn.finish(&answer).await;
            match outcome {
                Ok(reply) => {
                    if self.source.fetching.cookies {
                        self.cookies.keep(&hop.url, &reply.cookies, &parts.settings);
                    }
                    match reply.answer {
                        exchange::Answer::Page { page, raw } => return Ok(PageAnswer::Page { page, raw }),
                        exchange::Answer::NotModified => return Ok(PageAnswer::NotModified),
                        exchange::Answer::Elsewhere { status, location } => {
                            hop = hop.follow(status, &location, limits).map_err(for_good)?;
                        }
                    }
                }
                Err(error) if retries > 0 && may_repeat(&error, &hop.method) && parts.waits_until(next) => {
                    tracing::debug!(url = hop.url.as_str(), %error, retries, "asked for again");
                    retries = retries.saturating_sub(1);
                    toll.retries = toll.retries.saturating_add(1);
                    // A new try has the whole time again; the wait before it is none of its.
                    left = parts.total();
                }
                Err(error) => {
                    let next = next.filter(|_| error.may_heal());
                    return Err((error, next));
                }
            }
        }
    }

    pub(super) const fn parts(&self) -> &Arc<Parts> {
        &self.parts
    }

    pub(super) const fn source(&self) -> &Source {
        &self.source
    }

    pub(super) const fn delay_ms(&self) -> Option<u32> {
        self.source.fetching.delay_ms
    }

    pub(super) const fn own_hosts(&self) -> &FollowScope {
        &self.own_hosts
    }

    pub(super) const fn secret_names(&self) -> &BTreeSet<String> {
        &self.secret_names
    }

    pub(super) fn cookie_header(&self, url: &WebUrl) -> Option<String> {
        if self.source.fetching.cookies { self.cookies.header(url, &self.parts.settings) } else { None }
    }
}

/// Whether a request may be sent again at once after this: the failure heals in seconds, and sending it twice does nothing twice.
fn may_repeat(error: &FetchError, method: &Method) -> bool {
    match error {
        FetchError::Connect { .. } | FetchError::Timeout { stage: Stage::Connect, .. } => true,
        FetchError::Cut { .. } | FetchError::Timeout { stage: Stage::Head | Stage::Body, .. } => *method == Method::GET,
        FetchError::Status { status, .. } => *method == Method::GET && matches!(*status, 429 | 502 | 503 | 504),
        _ => false,
    }
}
